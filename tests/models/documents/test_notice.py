"""The notice tells the public what was recorded of it, leaves blank what nobody recorded, and nothing else gets out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import text

from models.documents.facts_json import notice_json
from models.documents.notice import notice_docx, notice_markdown
from models.enums import ObjectionOutcome, Outcome, Phase
from models.errors import NotPermitted, Refused
from models.queries import audit
from models.queries.notice_paper import notice_paper
from models.queries.results import ranking
from models.rules.marks import format_score
from models.services import allocating, phases, publicity
from models.text import set_translator
from models.views.notice import NoticePaper
from seeds.policies import builtin_text

HOSTILE = "=1+1 {{ 7*7 }} {_{ x }_} {% if %} [bold] <b>&amp; ' \" '; DROP TABLE 😀𠀀 *x* |"
LINE = "________________________"

MeetingAt = Callable[..., Any]


@pytest.fixture
def meeting(meeting_at: MeetingAt) -> Any:
    return meeting_at(Phase.PUBLICITY)


def taken(meeting: Any) -> NoticePaper:
    return notice_paper(meeting.office, meeting.secretary, meeting.id)


def paragraphs(view: NoticePaper) -> list[str]:
    return [one.text for one in Document(BytesIO(notice_docx(view))).paragraphs if one.text]


def rows(view: NoticePaper) -> list[list[str]]:
    """The one table, with its headings."""
    [table] = Document(BytesIO(notice_docx(view))).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def said(view: NoticePaper) -> str:
    """All words of the document."""
    return "\n".join([*paragraphs(view), *("\n".join(row) for row in rows(view))])


def change(meeting: Any, statement: str, **values: object) -> None:
    with meeting.office.database.writing() as connection:
        connection.execute(text(statement), values)


def decide(meeting: Any, application: int, outcome: ObjectionOutcome, fen: int | None = None) -> None:
    """Object to an application as 检举人赵某, and decide that."""
    number = publicity.add_objection(
        meeting.office,
        meeting.secretary,
        meeting.id,
        meeting.no(application),
        "虚报设备",
        objector="检举人赵某",
        contact="13900001111",
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, number, outcome, "经核查属实", fen)


@pytest.fixture
def foreign_reader() -> Iterator[None]:
    """A reader who speaks another language."""
    set_translator(lambda message: f"EN {message}")
    yield
    set_translator(str)


def test_notice_tells_title_basis_procedure_subject_period_and_issuer(meeting: Any) -> None:
    """10 March 2026 is a Tuesday, and the first day does not count."""
    meeting.publish()
    assert paragraphs(taken(meeting))[:-1] == [
        "昆明市中小企业数字化转型专项资金\n2026年企业改造补助拟定试点企业名单公示",
        "（批次 KM1　第 1 版）",
        "公示依据和评审程序",
        "根据《昆明市中小企业数字化转型专项资金管理办法》（昆工信规〔2024〕1号）第十二条（三），"
        "公示期不少于 5 个工作日。",
        "本次公示的项目经企业申报、县区推荐、备案和初核、资格复核、专家独立评分、评审组合议、配额分配确定。",
        "公示内容",
        "“企业改造补助”方向拟定试点企业名单，共 3 个项目，见附件，按县区排列，排名不分先后。"
        "预计补助为测算数，不是最终金额。",
        "公示时间和地点",
        "自2026年3月10日至2026年3月17日，共 5 个工作日，至最后一日 24 时止。",
        "计入：3月11日、3月12日、3月13日、3月16日、3月17日。"
        "不计入：3月10日（公示首日不计入）、3月14日（周末）、3月15日（周末）。"
        "首日不计入的依据：上位规定：民法典第二百零一条。",
        "公示地点或网址：公告栏",
        "异议的提出",
        "任何单位和个人对公示内容有异议的，请在公示期内以书面形式向受理单位提出，写明所指项目、事实和理由，"
        "附证据或可以查证的线索。单位提出的，加盖公章；个人提出的，写明真实姓名和联系方式，并亲笔签名。"
        "异议人的身份依规保密。",
        "匿名提出的，不予受理。公示期外提出的、没有可以查证的事实的，可以不予受理。"
        "自登记次日起 5 个工作日内决定是否受理。（依据：评审委员会自定：异议处理规则）",
        "受理和监督",
        f"受理单位：{LINE}",
        f"联系电话：{LINE}",
        f"地　　址：{LINE}",
        f"监督电话：{LINE}",
        "附件：企业改造补助拟定试点企业名单",
        "昆明市工业和信息化局\n昆明市财政局",
        "2026年3月10日",
        "附件",
        "企业改造补助拟定试点企业名单",
    ]


def test_list_stands_by_district_in_the_order_of_the_standard(meeting: Any) -> None:
    """GB/T 2260: 五华区 530102, 呈贡区 530114, 安宁市 530181. By rank it would be 1, 2, 3."""
    for application, district in ((1, "530181"), (2, "530114"), (3, "530102")):
        change(meeting, "UPDATE application SET district = :d WHERE no = :no", d=district, no=meeting.no(application))
    meeting.publish()
    assert rows(taken(meeting)) == [
        ["序号", "申报编号", "企业名称", "县区", "支持方向", "预计补助（元）"],
        ["1", "KM1-003", "示例企业3", "五华区", "企业改造补助", "400,000"],
        ["2", "KM1-002", "示例企业2", "呈贡区", "企业改造补助", "400,000"],
        ["3", "KM1-001", "示例企业1", "安宁市", "企业改造补助", "400,000"],
    ]


def test_no_score_and_nobody_else_is_on_it(meeting: Any) -> None:
    meeting.publish()
    lines = ranking(meeting.office, meeting.secretary, meeting.id).applications
    scores = {format_score(one.score or 0, 2) for one in lines}
    assert "84.00" in scores, "there is something to leak"
    view = taken(meeting)
    for words in (said(view), notice_markdown(view), notice_json(view).decode()):
        assert [score for score in scores if score in words] == []
        assert [no for no in map(meeting.no, (4, 5, 6)) if no in words] == []
        assert [name for name in meeting.people if name in words] == []
        assert "rank" not in words
        assert "名次" not in words
    items = json.loads(notice_json(view))["items"]
    assert [set(one) for one in items] == [{"no", "enterprise", "district", "amount"}] * 3
    properties = Document(BytesIO(notice_docx(view))).core_properties
    assert properties.author == "昆明市工业和信息化局、昆明市财政局"


def test_what_happens_later_changes_nothing_in_it(meeting: Any) -> None:
    meeting.publish()
    view = taken(meeting)
    before = notice_docx(view), notice_markdown(view), notice_json(view)
    meeting.clock.go_to(date(2026, 3, 12))
    decide(meeting, 2, ObjectionOutcome.UPHELD)
    meeting.clock.go_to(date(2026, 3, 18))
    meeting.advance()
    for actor in (meeting.secretary, meeting.chair, meeting.finance, meeting.supervisor):
        view = notice_paper(meeting.office, actor, meeting.id)
        assert (notice_docx(view), notice_markdown(view), notice_json(view)) == before
    assert "赵某" not in said(view)
    assert "虚报" not in said(view)


def test_it_prints_the_chains_head_as_it_was_when_it_was_recorded(meeting: Any) -> None:
    meeting.publish()
    with meeting.office.database.reading() as connection:
        seq, head = connection.execute(text("SELECT seq, hash FROM audit_head")).one()
    meeting.clock.go_to(date(2026, 3, 12))
    decide(meeting, 2, ObjectionOutcome.REJECTED)
    assert paragraphs(taken(meeting))[-1] == (
        f"第 1 版公示于2026年3月10日 09:01登记，记入审计链第 {seq} 条，该条摘要（SHA-256）为 {head}，"
        "可用 kmdx verify --head 核对。"
    )
    record = json.loads(notice_json(taken(meeting)))["record"]
    assert (record["entries"], record["head"]) == (seq, head)
    assert audit.verify(meeting.office, head).ok
    other = audit.verify(meeting.office, "0" * 64)
    assert [one.code for one in other.findings] == ["head_unknown"]


def test_a_later_version_says_what_is_new_and_what_it_replaces(meeting: Any) -> None:
    """2 comes down to 300,000 yuan, 3 leaves the list, 4 takes the place; 1 stands as published."""
    meeting.publish()
    decide(meeting, 2, ObjectionOutcome.PARTIAL, 30_0000_00)
    decide(meeting, 3, ObjectionOutcome.UPHELD)
    phases.back(meeting.office, meeting.chair, meeting.id, "异议成立")
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(4), Outcome.PROPOSED, "备选递补")
    meeting.advance()
    assert paragraphs(taken(meeting))[1] == "（批次 KM1　第 1 版）", "the second is not recorded yet"
    meeting.clock.go_to(date(2026, 3, 12))
    meeting.publish()
    view = taken(meeting)
    told = paragraphs(view)
    assert told[1] == "（批次 KM1　第 2 版）"
    assert told[7] == (
        "本次为第 2 版公示，此前已有：第 1 版（2026年3月10日至2026年3月17日）。"
        "本版首次公示 1 个项目，更正已公示金额的项目 1 个，其金额以本版为准，取代第 1 版中的相应内容，"
        "逐项见附件“说明”栏。此前各版所列的其他项目不因本版重新公示。"
    )
    assert told[9] == "自2026年3月12日至2026年3月19日，共 5 个工作日，至最后一日 24 时止。"
    assert rows(view) == [
        ["序号", "申报编号", "企业名称", "县区", "支持方向", "预计补助（元）", "说明"],
        ["1", "KM1-002", "示例企业2", "五华区", "企业改造补助", "300,000", "第 1 版原为\n400,000"],
        ["2", "KM1-004", "示例企业4", "呈贡区", "企业改造补助", "400,000", "首次公示"],
    ]
    facts = json.loads(notice_json(view))
    assert facts["version"] == 2
    assert facts["earlier"] == [{"version": 1, "opens": "2026-03-10", "closes": "2026-03-17"}]
    assert "赵某" not in said(view)


def test_a_version_of_new_ones_only_replaces_nothing(meeting: Any) -> None:
    meeting.publish()
    decide(meeting, 3, ObjectionOutcome.UPHELD)
    phases.back(meeting.office, meeting.chair, meeting.id, "异议成立")
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(4), Outcome.PROPOSED, "备选递补")
    meeting.advance()
    meeting.publish()
    told = paragraphs(taken(meeting))[7]
    assert "本版首次公示 1 个项目，逐项见附件" in told
    assert "取代" not in told


def test_a_day_that_is_made_up_for_says_so(meeting: Any) -> None:
    """2026: off from 1 to 5 May, and Saturday 9 May is worked."""
    publicity.open_publicity(meeting.office, meeting.secretary, meeting.id, date(2026, 4, 29), "https://example.org/1")
    told = paragraphs(taken(meeting))
    assert "自2026年4月29日至2026年5月9日，共 5 个工作日，至最后一日 24 时止。" in told
    [days] = [one for one in told if one.startswith("计入")]
    assert days.startswith(
        "计入：4月30日、5月6日、5月7日、5月8日、5月9日（调休上班）。不计入：4月29日（公示首日不计入）、"
    )
    assert "公示地点或网址：https://example.org/1" in told
    assert "2026年4月29日" in told, "its date is its first day"
    assert "于2026年3月10日 09:01登记" in told[-1]


def test_another_citys_measure_speaks_for_itself(meeting_at: MeetingAt) -> None:
    measure = builtin_text("kunming-2024")
    for old, new in (
        (
            'title = "昆明市中小企业数字化转型专项资金管理办法"',
            'title = "示范市数字化转型奖补资金使用管理暂行办法（修订）"',
        ),
        ('document = "昆工信规〔2024〕1号"', 'document = "示工信〔2025〕9号"'),
        ('city = "昆明市"', 'city = "示范市"'),
        ('issuers = ["昆明市工业和信息化局", "昆明市财政局"]', 'issuers = ["示范市数据局"]'),
        ('days = 5\nbasis = { article = "第十二条（三）" }', 'days = 7\nbasis = { committee = "议事规则" }'),
        ("first_day_counts = false", "first_day_counts = true"),
        ('first_day_basis = { law = "民法典第二百零一条" }', 'first_day_basis = { article = "第八条" }'),
        (
            'accept_days = 5\ndecide_days = "unset"\nanonymous = false',
            'accept_days = "unset"\ndecide_days = 20\nanonymous = true',
        ),
    ):
        assert measure.count(old) == 1, old
        measure = measure.replace(old, new)
    meeting = meeting_at(Phase.PUBLICITY, measure)
    meeting.publish()
    told = paragraphs(taken(meeting))
    assert told[0] == "示范市数字化转型奖补资金\n2026年企业改造补助拟定试点企业名单公示"
    assert told[3] == (
        "根据《示范市数字化转型奖补资金使用管理暂行办法（修订）》（示工信〔2025〕9号），"
        "公示期不少于 7 个工作日（评审委员会自定：议事规则）。"
    )
    assert "自2026年3月10日至2026年3月18日，共 7 个工作日，至最后一日 24 时止。" in told
    assert "首日计入的依据：本办法第八条。" in "".join(told)
    assert "匿名提出的，须有可以查证的具体事实。" in "".join(told)
    assert "自受理次日起 20 个工作日内作出决定。" in "".join(told)
    assert "决定是否受理" not in "".join(told)
    assert "示范市数据局" in told
    assert "昆明" not in said(taken(meeting))


def test_a_measure_whose_title_names_no_fund_leaves_it_to_the_city(meeting: Any) -> None:
    meeting.publish()
    view = taken(meeting)
    view = replace(view, meeting=replace(view.meeting, policy_title="关于支持数字化转型的通知"))
    assert paragraphs(view)[0].startswith("昆明市中小企业数字化转型\n2026年")


def test_an_award_review_speaks_of_awards(meeting: Any) -> None:
    change(meeting, "UPDATE meeting SET kind = 'award'")
    meeting.publish()
    view = taken(meeting)
    assert paragraphs(view)[0].endswith("2026年企业改造补助拟定奖补名单公示")
    assert rows(view)[0][-1] == "拟奖补金额（元）"
    assert "预计补助" not in said(view)


def test_without_amounts_there_is_no_column_for_them(meeting: Any) -> None:
    meeting.publish()
    view = taken(meeting)
    bare = replace(view.notice, items=tuple(replace(one, amount_fen=None) for one in view.notice.items))
    assert rows(replace(view, notice=bare))[0] == ["序号", "申报编号", "企业名称", "县区", "支持方向"]
    assert "预计补助" not in said(replace(view, notice=bare))
    second = replace(view, notice=replace(bare, version=2), earlier=(bare,))
    assert rows(second)[0] == ["序号", "申报编号", "企业名称", "县区", "支持方向", "说明"]


def test_an_unnamed_issuer_is_a_line_to_write_on(meeting: Any) -> None:
    meeting.publish()
    assert paragraphs(replace(taken(meeting), issuers=())).count(LINE) == 1


def test_hostile_names_stand_as_they_are(meeting: Any) -> None:
    change(meeting, "UPDATE enterprise SET name = :name WHERE id = 2", name=HOSTILE)
    publicity.open_publicity(
        meeting.office, meeting.secretary, meeting.id, meeting.office.today(), f"{{{{ seq }}}}\x07{HOSTILE}"
    )
    view = taken(meeting)
    assert rows(view)[2][2] == HOSTILE
    assert f"公示地点或网址：{{{{ seq }}}}�{HOSTILE}" in paragraphs(view)
    assert json.loads(notice_json(view))["items"][1]["enterprise"] == HOSTILE
    assert "\\<b\\>\\&amp;" in notice_markdown(view)
    assert len([line for line in notice_markdown(view).splitlines() if line.startswith("| 2 |")]) == 1


def test_markdown_is_the_same_notice(meeting: Any) -> None:
    meeting.publish()
    lines = notice_markdown(taken(meeting)).split("\n\n")
    assert lines[0] == "# 昆明市中小企业数字化转型专项资金 2026年企业改造补助拟定试点企业名单公示"
    assert "## 异议的提出" in lines
    assert "| 3 | KM1-003 | 示例企业3 | 五华区 | 企业改造补助 | 400,000 |" in lines[-2]


@pytest.mark.usefixtures("foreign_reader")
def test_it_is_chinese_whatever_the_reader_speaks(meeting: Any) -> None:
    meeting.publish()
    assert "EN" not in said(taken(meeting))
    assert "EN" not in notice_json(taken(meeting)).decode()


def test_there_is_none_before_publicity(meeting: Any) -> None:
    with pytest.raises(Refused) as refused:
        taken(meeting)
    assert refused.value.code == "no_notice"
    assert str(refused.value) == "M1 还没有公示。秘书登记公示以后可以导出。"


def test_experts_and_deputy_do_not_take_it_out(meeting: Any) -> None:
    meeting.publish()
    for actor in (meeting.deputy, meeting.expert(3)):
        with pytest.raises(NotPermitted):
            notice_paper(meeting.office, actor, meeting.id)
    view = notice_paper(meeting.office, meeting.supervisor, meeting.id)
    assert view.notice.version == 1


def test_a_notice_whose_entry_is_gone_still_prints_a_head(meeting: Any) -> None:
    meeting.publish()
    view = taken(meeting)
    assert view.mark.seq == view.notice.entry
    meeting.tamper("DELETE FROM audit_entry WHERE act = 'publicity.open'")
    bare = taken(meeting)
    assert (bare.notice.entry, bare.mark.seq) == (None, view.mark.seq - 1)
