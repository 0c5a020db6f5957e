"""The minutes tell what was recorded: each kind of fact, in words, and nothing where there is nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from jinja2 import TemplateError

from models.documents.facts_json import minutes_json
from models.documents.minutes import heading, minutes_docx, minutes_markdown, minutes_values
from models.enums import CorrectionGround, ObjectionOutcome, Outcome, Phase, RecusalGround
from models.queries.minutes import minutes
from models.rules.quotas import Cell, Quota
from models.rules.times import CHINA
from models.services import allocating, attendance, deliberation, phases, publicity, room, scoring
from models.text import set_translator
from models.views.minutes import MinutesView

MeetingAt = Callable[..., Any]


def taken(meeting: Any) -> MinutesView:
    return minutes(meeting.office, meeting.secretary, meeting.id)


def paragraphs(view: MinutesView) -> list[str]:
    return [one.text for one in Document(BytesIO(minutes_docx(view))).paragraphs if one.text]


def headings(view: MinutesView) -> list[str]:
    styled = Document(BytesIO(minutes_docx(view))).paragraphs
    return [one.text for one in styled if one.style is not None and one.style.name == "Heading 1"]


def tables(view: MinutesView) -> dict[str, list[list[str]]]:
    """The tables by their first heading, without the heading row."""
    found = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(BytesIO(minutes_docx(view))).tables
    ]
    return {rows[0][0]: rows[1:] for rows in found}


@pytest.fixture
def chinese_only() -> Iterator[None]:
    """A reader who speaks another language."""
    set_translator(lambda message: f"EN {message}")
    yield
    set_translator(str)


def test_heading_marks_the_minutes() -> None:
    assert heading("第一批评审会") == "第一批评审会纪要"
    assert heading("第一批") == "第一批评审会纪要"
    assert heading("评审会纪要") == "评审会纪要"


def test_minutes_open_with_who_was_there(meeting_at: MeetingAt) -> None:
    said = paragraphs(taken(meeting_at(Phase.DELIBERATING)))
    assert said[:4] == [
        "评审会纪要",
        "时间：2026年3月10日 09:00 起",
        "出席：专家1（组长）、专家2（副组长）、专家3（专家）、专家4（专家）、专家5（专家）",
        "列席：张秘书（秘书）、李财政（财政代表）、王监督（监督）",
    ]
    assert "专家1回避 KM1-001 示例企业1，情形：持有股份（本人于2026年3月10日 09:00申报）。" in said
    assert "应交评分表 24 份，提交 24 份，弃权 0 份。" in said
    assert said[-1] == "2026年3月10日"


def test_minutes_leave_out_what_has_not_happened(meeting_at: MeetingAt) -> None:
    expected = [
        "议题和依据",
        "纪律和回避",
        "评分办法",
        "评分情况",
        "评审意见和结果",
        "名额和配额",
        "不同意见",
        "会议进程",
    ]
    view = taken(meeting_at(Phase.DELIBERATING))
    assert headings(view) == expected
    assert {"尚无评审意见。", "评审结果如下（尚未分配名额）。", "无。"} <= set(paragraphs(view))
    assert {row[4] for row in tables(view)["名次"]} == {"—"}
    later = taken(meeting_at(Phase.FINALISED))
    assert headings(later) == [*expected[:6], "调整和并列裁定", "不同意见", "公示", "名单和签署", "会议进程"]


def test_minutes_tell_absence_abstention_and_void_sheets(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.SCORING)
    office, no = meeting.office, meeting.no
    for expert in range(1, 5):
        for application in range(1, 6):
            if (expert, application) != (1, 1):
                meeting.submit(expert, application)
    meeting.submit(5, 2)
    scoring.abstain(office, meeting.expert(5), meeting.id, no(4), "不熟悉该领域")
    attendance.add_recusal(office, meeting.chair, meeting.id, "专家4", no(5), RecusalGround.OTHER, "曾任顾问")
    attendance.record_absent(office, meeting.chair, meeting.id, "专家5", "身体不适")
    meeting.advance()
    said = paragraphs(taken(meeting))
    assert said[3] == "请假：专家5（专家，身体不适）"
    assert "应交评分表 20 份，提交 19 份，弃权 1 份，另有 1 份因回避作废。" in said
    assert "专家5对 KM1-004 示例企业4 弃权，理由：“不熟悉该领域”。" in said
    assert any(one.endswith("缺席，理由：“身体不适”；此前所交评分表 2 份有效，其余不再要求。") for one in said)
    assert any(
        one.startswith("专家4回避 KM1-005 示例企业5，情形：其他利害关系，说明：“曾任顾问”（专家1于") for one in said
    )


def test_minutes_tell_flags_corrections_opinions_and_dissent(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()
    scoring.take_back(meeting.office, meeting.expert(4), meeting.id, meeting.no(2))
    low = {"plan": "2", "investment": "2", "effect": "2"}
    scoring.enter_marks(meeting.office, meeting.expert(4), meeting.id, meeting.no(2), low)
    scoring.submit(meeting.office, meeting.expert(4), meeting.id, [meeting.no(2)])
    meeting.advance()
    office, no, id_ = meeting.office, meeting.no(2), meeting.id
    deliberation.name_correction(office, meeting.chair, id_, "专家4", no, "plan", CorrectionGround.ABNORMAL, "畸低")
    assert any(
        "“方案”（2 分）待更正，情形：畸高畸低，理由：“畸低”。专家1认定。" in one for one in paragraphs(taken(meeting))
    )
    deliberation.enter_correction(office, meeting.expert(4), id_, "专家4", no, "plan", "9.5")
    deliberation.record_dissent(office, meeting.expert(5), id_, "材料不足", meeting.no(4))
    deliberation.record_dissent(office, meeting.expert(3), id_, "建议复核")
    before = paragraphs(taken(meeting))
    meeting.give_opinions()
    after = paragraphs(taken(meeting))
    assert (
        "KM1-002 示例企业2：专家4所评“方案”由 2 分更正为 9.5 分，情形：畸高畸低，理由：“畸低”。专家1认定，专家4录入。"
    ) in after
    [flag] = [one for one in after if "偏差过大" in one]
    assert flag.startswith("KM1-002 示例企业2：专家 专家4 的“合计”37.5 分，与均值 ")
    assert flag.endswith("专家4说明：“依据充分”。")
    assert flag.replace("说明：“依据充分”。", "尚未说明。") in before
    assert "KM1-001、KM1-002、KM1-003、KM1-004、KM1-005：同意" in after
    assert {"专家5对 KM1-004 示例企业4：“材料不足”", "专家3：“建议复核”"} <= set(after)


def test_minutes_tell_results_quotas_and_the_chairs_decisions(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.ALLOCATING)
    wuhua = Cell("district", "530102", 1, 2)
    allocating.set_quota(meeting.office, meeting.chair, meeting.id, Quota(3, (wuhua,), 200_0000_00, 2), "县区均衡")
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(2), Outcome.DECLINED, "材料存疑")
    view = taken(meeting)
    rows = tables(view)["名次"]
    assert [row[:4] for row in rows[:2]] == [
        ["1", "KM1-001", "示例企业1", "89.25"],
        ["2", "KM1-002", "示例企业2", "84.00"],
    ]
    assert rows[0][4:6] == ["拟入选", "400,000"]
    assert rows[1][4:6] == ["未入选", "—"]
    assert tables(view)["县区或行业"] == [["五华区", "1", "2", "1"]]
    said = paragraphs(view)
    assert "名额 3 个，备选 2 个，预算 2,000,000 元。" in said
    assert any(one.endswith("专家1设定：备选 1→2；五华区 保底0不限→保底1上限2，理由：“县区均衡”。") for one in said)
    assert any(one.endswith("专家1将 KM1-002 示例企业2调整为“未入选”，理由：“材料存疑”。") for one in said)
    phases.back(meeting.office, meeting.chair, meeting.id, "须补充说明")
    said = paragraphs(taken(meeting))
    assert any("KM1-002 示例企业2调整为“未入选”，理由：“材料存疑”（已于2026年3月10日 09:" in one for one in said)
    assert tables(taken(meeting))["时间"][-1][1:] == ["合议", "专家1", "须补充说明"]


def test_minutes_tell_publicity_objections_and_signatures(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "投入不实", objector="甲", contact="乙"
    )
    said = paragraphs(taken(meeting))
    assert (
        "第 1 次公示，3 个项目，于 公告栏，自2026年3月10日至2026年3月17日，共 5 个工作日，首日不计入。"
        "计入：3月11日、3月12日、3月13日、3月16日、3月17日。"
        "不计入：3月10日（公示首日不计入）、3月14日（周末）、3月15日（周末）。"
    ) in said
    assert any(one.endswith("针对 KM1-002 示例企业2：“投入不实”。处理：已登记，尚未处理。") for one in said)
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    publicity.decide_objection(
        meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.PARTIAL, "部分属实", 30_0000_00
    )
    assert any(
        one.endswith("记录认定异议部分成立，金额改定为 300,000 元，“部分属实”。") for one in paragraphs(taken(meeting))
    )
    done = meeting_at(Phase.FINALISED)
    done.sign(done.chair)
    said = paragraphs(taken(done))
    [listed] = [
        one for one in said if one.startswith("试点企业名单第 1 版，2026年3月19日 09:00定稿，3 家，合计 1,200,000 元")
    ]
    assert listed.endswith(
        "签署：组长 专家1（2026年3月19日 09:00）、副组长 专家2（未签署）、财政代表 李财政（未签署）。"
    )
    assert any("裁定并列项目的次序为：KM1-003、KM1-004，理由：“抽签，种子 7”。" in one for one in said)


def test_minutes_end_with_the_chain_and_the_day(meeting_at: MeetingAt) -> None:
    view = taken(meeting_at(Phase.ARCHIVED))
    said = paragraphs(view)
    assert said[-2:] == [
        f"本纪要由会议记录生成，截至审计链第 {view.mark.seq} 条，该条摘要为 {view.mark.hash}。",
        "2026年3月19日",
    ]
    properties = Document(BytesIO(minutes_docx(view))).core_properties
    assert (properties.title, properties.author) == ("评审会纪要", "张秘书")
    assert properties.created == properties.modified == datetime.fromisoformat(view.mark.at)


@pytest.mark.usefixtures("chinese_only")
def test_minutes_are_chinese_whatever_the_reader_speaks(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.FINALISED)
    assert not [one for one in paragraphs(taken(meeting)) if "EN " in one]
    assert b"EN " not in minutes_json(taken(meeting))


def test_markdown_has_the_words_of_the_document(meeting_at: MeetingAt) -> None:
    view = taken(meeting_at(Phase.FINALISED))
    lines = minutes_markdown(view).split("\n")
    assert lines[0] == "# 评审会纪要"
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == headings(view)
    assert "| 名次 | 申报编号 | 企业名称 | 得分 | 结果 | 金额（元） | 理由 |" in lines


def test_json_has_the_facts(meeting_at: MeetingAt) -> None:
    view = taken(meeting_at(Phase.FINALISED))
    facts = json.loads(minutes_json(view))
    assert facts["record"] == {"entries": view.mark.seq, "head": view.mark.hash, "at": view.mark.at}
    assert facts["sheets"] == {"due": 24, "in": 24}
    assert facts["results"][0] | {"reason": ""} == {
        "no": "KM1-001",
        "enterprise": "示例企业1",
        "district": "五华区",
        "industry": "绿色食品制品制造",
        "score": "89.25",
        "rank": 1,
        "tied": False,
        "outcome": "proposed",
        "alternate_order": None,
        "amount": "400000.00",
        "reason": "",
    }
    assert facts["quota"]["budget"] == "2000000.00"
    assert facts["lists"][0]["total"] == "1200000.00"
    assert facts["ties"][0]["nos"] == ["KM1-003", "KM1-004"]


def test_an_offices_own_template_is_filled_and_its_mistakes_are_found(meeting_at: MeetingAt) -> None:
    view = taken(meeting_at(Phase.DELIBERATING))
    for words, known in (
        ("{{ batch }}第{{ seq }}条", True),
        ("{{ bacth }}", False),
        ("{{ seq.__class__.__mro__ }}", False),
    ):
        document = Document()
        document.add_paragraph(words)
        own = BytesIO()
        document.save(own)
        own.seek(0)
        if known:
            filled = Document(BytesIO(minutes_docx(view, own)))
            assert [one.text for one in filled.paragraphs] == [f"KM1第{view.mark.seq}条"]
        else:
            with pytest.raises(TemplateError):
                minutes_docx(view, own)


def test_every_name_of_the_template_is_filled_once(meeting_at: MeetingAt) -> None:
    """A name in the values that the template never uses would be a fact the minutes leave out."""
    from importlib.resources import files
    from zipfile import ZipFile

    with files("models.documents").joinpath("templates/minutes.docx").open("rb") as template:
        body = ZipFile(BytesIO(template.read())).read("word/document.xml").decode()
    names = minutes_values(taken(meeting_at(Phase.DELIBERATING)))
    assert [name for name in names if name not in body] == []


def test_minutes_tell_of_each_item_who_presided_and_who_was_out(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    meeting.clock.now = datetime(2026, 3, 12, 14, 0, tzinfo=CHINA)
    meeting.give_opinions()
    attendance.add_recusal(meeting.office, meeting.expert(4), meeting.id, "专家4", meeting.no(1), RecusalGround.SHARES)

    def at(minute: int) -> None:
        meeting.clock.now = datetime(2026, 3, 12, 14, minute, tzinfo=CHINA)

    at(5)
    room.call_item(meeting.office, meeting.deputy, meeting.id, meeting.no(1))
    at(6)
    room.step_out(meeting.office, meeting.deputy, meeting.id, "专家3", "接电话")
    at(9)
    room.come_back(meeting.office, meeting.deputy, meeting.id, "专家3")
    at(20)
    room.close_item(meeting.office, meeting.deputy, meeting.id)
    at(21)
    room.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
    at(25)
    attendance.add_recusal(meeting.office, meeting.expert(5), meeting.id, "专家5", meeting.no(2), RecusalGround.SHARES)
    view = taken(meeting)
    assert "自2026年3月12日 14:05起逐项讨论" in "".join(paragraphs(view))
    assert tables(view)["申报编号"] == [
        ["KM1-001", "14:05 至 14:20", "专家2", "专家1、专家4", "专家3（14:06至14:09，接电话）"],
        ["KM1-002", "14:21 起", "专家1", "专家5（14:25起）", ""],
    ]
    (told, _) = json.loads(minutes_json(view))["discussions"]
    assert (told["no"], told["presiding"], [one["name"] for one in told["left"]]) == (
        "KM1-001",
        "专家2",
        ["专家1", "专家4"],
    )


def test_minutes_without_items_called_have_no_such_section(meeting_at: MeetingAt) -> None:
    assert "逐项合议" not in headings(taken(meeting_at(Phase.FINALISED)))
