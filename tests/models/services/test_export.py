"""Documents that leave the room: who may take them, when, what is in them, and that nothing else is."""

import csv
import hashlib
import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from models.enums import ObjectionOutcome, Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import audit
from models.queries.awards import award_lists
from models.queries.desk import desk
from models.queries.results import ranking
from models.rules.marks import format_score
from models.services import deliberation, publicity
from models.services.export import export

RESULTS = ("minutes", "notice", "scores", "ranking", "awards")
FORMATS = dict.fromkeys(("minutes", "notice"), ("docx", "md", "json")) | dict.fromkeys(
    ("scores", "ranking", "awards"), ("xlsx", "csv", "json")
)
HOSTILE = "=1+1 {{ 7*7 }} {_{ x }_} {% if %} [bold] <b>&amp; ' \" '; DROP TABLE 😀𠀀 *x* |"

MeetingAt = Callable[..., Any]


def words(path: Path) -> str:
    """All that a document says, whatever its format: cells and paragraphs, one a line."""
    if path.suffix == ".docx":
        document = Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    if path.suffix == ".xlsx":
        return "\n".join(str(cell) for rows in sheets(path).values() for row in rows for cell in row)
    if path.suffix == ".csv":
        return "\n".join(cell for row in csv.reader(path.open(encoding="utf-8-sig", newline="")) for cell in row)
    return path.read_text()


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """The sheets of a workbook, read by another library than the one that wrote them."""
    book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def entries(meeting: Any, act: str) -> list[tuple[str, str, str, str]]:
    """What the audit trail says of an act: who, object, after, refusal."""
    lines = audit.trail(meeting.office, meeting.secretary, meeting.id)
    return [(line.actor, line.object, line.after, line.refused) for line in reversed(lines) if line.act == act]


@pytest.mark.parametrize(("what", "fmt"), [(what, fmt) for what in RESULTS for fmt in FORMATS[what]])
def test_export_writes_one_file_and_audits_its_digest(
    meeting_at: MeetingAt, tmp_path: Path, what: str, fmt: str
) -> None:
    meeting = meeting_at(Phase.FINALISED)
    (path,) = export(meeting.office, meeting.finance, meeting.id, what, tmp_path / "出" / "口", fmt)
    assert path.parent == tmp_path / "出" / "口"
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    [entry] = entries(meeting, "export")
    assert entry == (
        "李财政",
        what,
        json.dumps({"digest": digest, "file": path.name}, ensure_ascii=False, separators=(",", ":")),
        "",
    )


def test_export_names_files_by_meeting_kind_and_last_fact(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.FINALISED)
    names = [export(meeting.office, meeting.secretary, meeting.id, what, tmp_path)[0].name for what in RESULTS]
    assert names == [
        "M1-会议纪要-20260319.docx",
        "M1-公示第1版-20260310.docx",
        "M1-评分汇总表-20260319.xlsx",
        "M1-排名表-20260319.xlsx",
        "M1-定稿名单-20260319.xlsx",
    ]


@pytest.mark.parametrize(("what", "fmt"), [(what, fmt) for what in RESULTS for fmt in FORMATS[what]])
def test_export_gives_the_same_bytes_for_the_same_facts(
    meeting_at: MeetingAt, tmp_path: Path, what: str, fmt: str
) -> None:
    meeting = meeting_at(Phase.FINALISED)
    (first,) = export(meeting.office, meeting.secretary, meeting.id, what, tmp_path / "1", fmt)
    with pytest.raises(NotPermitted):
        export(meeting.office, meeting.expert(4), meeting.id, what, tmp_path / "0", fmt)
    meeting.clock.go_to(meeting.office.today().replace(day=30))
    (second,) = export(meeting.office, meeting.finance, meeting.id, what, tmp_path / "2", fmt)
    assert (first.name, first.read_bytes()) == (second.name, second.read_bytes())


@pytest.mark.parametrize("phase", [Phase.PREPARING, Phase.SIGNING_IN, Phase.SCORING])
def test_export_is_refused_while_sealed(meeting_at: MeetingAt, tmp_path: Path, phase: Phase) -> None:
    meeting = meeting_at(phase)
    if phase is Phase.SCORING:
        meeting.score_all()  # everything that could leak is there
    chair = [meeting.chair] if phase is Phase.SCORING else []
    for actor in (meeting.secretary, meeting.finance, meeting.supervisor, *chair):
        for what in RESULTS:
            for fmt in FORMATS[what]:
                with pytest.raises(Refused) as refused:
                    export(meeting.office, actor, meeting.id, what, tmp_path / "out", fmt)
                assert refused.value.code == "sealed"
    assert not (tmp_path / "out").exists()
    assert {(object_, after, code) for _, object_, after, code in entries(meeting, "export")} == {("", "{}", "sealed")}


def test_export_is_sealed_again_when_the_meeting_goes_back_to_scoring(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    export(meeting.office, meeting.secretary, meeting.id, "scores", tmp_path)
    with meeting.office.database.writing() as connection:
        connection.execute(text("UPDATE meeting SET phase = 'scoring'"))
    with pytest.raises(Refused) as refused:
        export(meeting.office, meeting.secretary, meeting.id, "scores", tmp_path)
    assert refused.value.code == "sealed"


def test_export_is_not_for_experts_nor_the_deputy(meeting_at: MeetingAt, tmp_path: Path) -> None:
    for phase in (Phase.SCORING, Phase.FINALISED):
        meeting = meeting_at(phase)
        for actor in (meeting.deputy, meeting.expert(3)):
            for what in RESULTS:
                with pytest.raises(NotPermitted) as refused:
                    export(meeting.office, actor, meeting.id, what, tmp_path)
                assert refused.value.code == "not_permitted"
        assert len(entries(meeting, "export")) == 2 * len(RESULTS)
    assert list(tmp_path.glob("M1*")) == []


def test_own_sheets_hold_own_marks_and_nobody_elses(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.SCORING)
    mine = {no: meeting.marks(3, no) for no in (1, 2, 4)}
    for no in mine:
        meeting.submit(3, no)
    (alone,) = export(meeting.office, meeting.expert(3), meeting.id, "sheets", tmp_path / "1")
    for expert in (1, 2, 4, 5):
        for no in (2, 3):
            meeting.submit(expert, no)
    (path,) = export(meeting.office, meeting.expert(3), meeting.id, "sheets", tmp_path / "2")
    assert (path.name, path.read_bytes()) == (alone.name, alone.read_bytes())
    rows = sheets(path)["评分表"]
    assert path.name == "M1-评分表-专家3-20260310.xlsx"
    assert rows[0][0] == "评审会评分表（专家3）"
    assert [row[0] for row in rows[2:7]] == [meeting.no(n) for n in range(1, 6)]
    for no, marks in mine.items():
        assert rows[no + 1][3:8] == [float(value) for value in marks.values()]
        assert rows[no + 1][8:10] == [sum(map(float, marks.values())), "已提交"]
    assert rows[4][3:10] == [""] * 6 + ["未评"]
    assert [entry[:2] for entry in entries(meeting, "export.own")] == [("专家3", "sheets")] * 2


def test_own_sheets_are_for_who_marks(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    for actor in (meeting.secretary, meeting.finance, meeting.supervisor):
        with pytest.raises(NotPermitted):
            export(meeting.office, actor, meeting.id, "sheets", tmp_path)
    (path,) = export(meeting.office, meeting.chair, meeting.id, "sheets", tmp_path, "json")
    own = json.loads(path.read_text())
    assert own["expert"] == "专家1"
    assert own["sheets"][0] | {"enterprise": "", "district": ""} == {
        "no": meeting.no(1),
        "enterprise": "",
        "district": "",
        "state": "blank",
        "marks": {},
        "total": None,
        "comment": "",
        "reason": "",
        "recused": True,
        "receipt": None,
        "hidden": None,
    }
    assert own["sheets"][1]["marks"]["plan"] == "25"


def test_own_sheets_tell_receipts_and_how_far_the_record_goes(sealed_at: MeetingAt, tmp_path: Path) -> None:
    meeting = sealed_at(Phase.SCORING)
    meeting.submit(3, 1)
    meeting.submit(3, 2)
    receipts = [row.receipt for row in desk(meeting.office, meeting.expert(3), meeting.id).rows]
    (path,) = export(meeting.office, meeting.expert(3), meeting.id, "sheets", tmp_path)
    rows = sheets(path)["评分表"]
    assert rows[1][-1] == "回执"
    assert [row[-1] for row in rows[2:5]] == [receipts[0][:8].upper(), receipts[1][:8].upper(), ""]
    head = rows[-1][0].split("：")[1]
    assert audit.verify(meeting.office, head).ok
    (path,) = export(meeting.office, meeting.expert(3), meeting.id, "sheets", tmp_path, "json")
    own = json.loads(path.read_text())
    assert own["record"]["head"] == head
    assert [row["receipt"] for row in own["sheets"]] == [*receipts[:2], None, None, None]


def test_receipts_stay_on_own_sheets_after_the_reveal(sealed_at: MeetingAt, tmp_path: Path) -> None:
    meeting = sealed_at(Phase.DELIBERATING)
    given = {(one.no, one.expert): one.digest for one in audit.verify(meeting.office).receipts}
    (path,) = export(meeting.office, meeting.expert(4), meeting.id, "sheets", tmp_path, "json")
    own = json.loads(path.read_text())["sheets"]
    assert {row["no"]: row["receipt"] for row in own} == {
        no: digest for (no, expert), digest in given.items() if expert == "专家4"
    }


@pytest.mark.parametrize("what", RESULTS)
def test_lists_and_minutes_print_the_head_of_the_chain(meeting_at: MeetingAt, tmp_path: Path, what: str) -> None:
    meeting = meeting_at(Phase.FINALISED)
    (path,) = export(meeting.office, meeting.secretary, meeting.id, what, tmp_path)
    found = set(re.findall("[0-9a-f]{64}", words(path)))
    assert any("head_unknown" not in codes(meeting, digest) for digest in found)


def codes(meeting: Any, head: str) -> list[str]:
    return [one.code for one in audit.verify(meeting.office, head).findings]


def test_scores_read_back_equal_the_ranking(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    (path,) = export(meeting.office, meeting.secretary, meeting.id, "scores", tmp_path)
    book = sheets(path)
    assert list(book) == ["汇总", "评分明细", "规则"]
    heads, rows = book["汇总"][1], book["汇总"][2:7]
    lines = ranking(meeting.office, meeting.secretary, meeting.id).applications
    assert heads[5:10] == [f"专家{n}" for n in range(1, 6)]
    for row, line in zip(rows, lines, strict=True):
        cells = dict(zip(heads, row, strict=True))
        assert (cells["名次"], cells["申报编号"], cells["企业名称"]) == (line.rank, line.no, line.enterprise)
        assert round(cells["得分"] * 100) == line.score
        assert sorted(round(total * 1_000_000) for total in row[5:10] if total != "回避") == list(line.totals_micro)
        assert round(cells["极差"] * 1_000_000) == line.spread_micro
    marked = {(row[0], row[2]): row[3:8] for row in book["评分明细"][2:]}
    for application in range(1, 6):
        for expert in range(1, 6):
            given = [float(value) for value in meeting.marks(expert, application).values()]
            expected = [""] * 5 if (expert, application) == (1, 1) else given
            assert marked[meeting.no(application), f"专家{expert}"] == expected


def test_ranking_and_awards_read_back_equal_the_queries(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.FINALISED)
    lines = ranking(meeting.office, meeting.secretary, meeting.id).applications
    (path,) = export(meeting.office, meeting.secretary, meeting.id, "ranking", tmp_path, "csv")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert [(row["名次"], row["申报编号"], row["得分"]) for row in rows] == [
        (str(line.rank), line.no, format_score(line.score or 0, 2)) for line in lines
    ]
    (path,) = export(meeting.office, meeting.secretary, meeting.id, "awards", tmp_path)
    [listed] = award_lists(meeting.office, meeting.secretary, meeting.id)
    rows = sheets(path)["第1版"][2:]
    awards = [(row[1], row[2], row[3], round(row[7] * 100)) for row in rows[: len(listed.awards)]]
    assert awards == [(one.no, one.enterprise, one.uscc, one.amount_fen) for one in listed.awards]
    assert (rows[3][0], round(rows[3][7] * 100)) == ("合计", listed.total_fen)
    notes = [row[0] for row in rows[5:]]
    assert notes[0] == "组长：专家1　未签署"
    assert listed.digest in notes[3]


def test_awards_are_refused_while_no_list_is_frozen(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.PUBLICITY)
    with pytest.raises(Refused) as refused:
        export(meeting.office, meeting.secretary, meeting.id, "awards", tmp_path)
    assert refused.value.code == "no_list"


def test_recused_chair_gets_no_marks_and_no_discussion_of_that_item(meeting_at: MeetingAt, tmp_path: Path) -> None:
    """The same exports twice, with other marks, words and flags in the item the chair is recused from."""
    found, seen = [], []
    for secret in ("内部意见甲", "内部意见乙"):
        meeting = meeting_at(Phase.DELIBERATING)
        deliberation.give_opinion(meeting.office, meeting.deputy, meeting.id, [meeting.no(1)], secret)
        deliberation.record_dissent(meeting.office, meeting.expert(4), meeting.id, secret, meeting.no(1))
        if secret.endswith("乙"):  # other marks that come to the same score, so that rank and score tell nothing
            swap = "UPDATE mark SET value_milli = value_milli + :by WHERE sheet_id IN (SELECT id FROM score_sheet "
            with meeting.office.database.writing() as connection:
                for by, criterion in ((500, "plan"), (-500, "effect")):
                    statement = (
                        swap
                        + "WHERE application_id = 1) AND criterion_id = (SELECT id FROM criterion WHERE code = :code)"
                    )
                    connection.execute(text(statement), {"by": by, "code": criterion})
        for what in ("minutes", "scores", "ranking"):
            for fmt in FORMATS[what]:
                (path,) = export(meeting.office, meeting.chair, meeting.id, what, tmp_path / secret, fmt)
                said = words(path)
                assert secret not in said
                found.append((what, fmt, _without_record(said)))
        (whole,) = export(meeting.office, meeting.secretary, meeting.id, "minutes", tmp_path / "whole")
        assert secret in words(whole)
        (whole,) = export(meeting.office, meeting.secretary, meeting.id, "scores", tmp_path / "whole", "json")
        [marks] = [one["marks"] for one in json.loads(whole.read_text())["applications"] if one["no"] == meeting.no(1)]
        seen.append([sheet["marks"] for sheet in marks])
    assert seen[0] != seen[1]
    assert found[: len(found) // 2] == found[len(found) // 2 :]
    (path,) = export(meeting.office, meeting.chair, meeting.id, "scores", tmp_path)
    row = next(row for row in sheets(path)["汇总"] if meeting.no(1) in row)
    assert row[5:10] == ["回避"] * 5
    assert meeting.no(1) not in [row[0] for row in sheets(path)["评分明细"]]


def _without_record(said: str) -> str:
    """What a document says, less the digest of the audit entry, which is salted."""
    return re.sub(r"[0-9a-f]{64}", "", said)


def test_who_objected_is_in_no_document(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    proof = tmp_path / "检举人赵某的证据.txt"
    proof.write_text("证据")
    number = publicity.add_objection(
        meeting.office,
        meeting.secretary,
        meeting.id,
        meeting.no(2),
        "投入不实",
        objector="检举人赵某",
        contact="13900001111",
        evidence=[proof],
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    publicity.decide_objection(
        meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.REJECTED, "经核查属实投入"
    )
    for actor in (meeting.secretary, meeting.chair, meeting.finance):
        for fmt in FORMATS["minutes"]:
            said = words(export(meeting.office, actor, meeting.id, "minutes", tmp_path / "out", fmt)[0])
            assert "投入不实" in said
            assert "经核查属实投入" in said
            assert "赵某" not in said
            assert "13900001111" not in said


def test_hostile_words_are_written_as_they_are(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    with meeting.office.database.writing() as connection:
        connection.execute(text("UPDATE enterprise SET name = :name WHERE id = 2"), {"name": HOSTILE})
    deliberation.record_dissent(meeting.office, meeting.expert(3), meeting.id, f"一\x07二\x0c\n{HOSTILE}\t{'长' * 200}")
    for what in ("minutes", "scores", "ranking"):
        for fmt in ("docx", "xlsx", "csv"):
            if fmt in FORMATS[what]:
                (path,) = export(meeting.office, meeting.secretary, meeting.id, what, tmp_path, fmt)
                assert HOSTILE in words(path).split("\n")
    (path,) = export(meeting.office, meeting.secretary, meeting.id, "minutes", tmp_path, "json")
    facts = json.loads(path.read_text())
    assert HOSTILE in [line["enterprise"] for line in facts["results"]]
    (path,) = export(meeting.office, meeting.secretary, meeting.id, "minutes", tmp_path)
    assert f"专家3：“一�二�\n{HOSTILE}\t{'长' * 200}”" in [one.text for one in Document(str(path)).paragraphs]


def test_export_that_cannot_write_changes_nothing(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    blocked = tmp_path / "file"
    blocked.write_text("不是文件夹")
    with pytest.raises(Refused) as refused:
        export(meeting.office, meeting.secretary, meeting.id, "minutes", blocked)
    assert refused.value.code == "file_not_written"
    (path,) = export(meeting.office, meeting.secretary, meeting.id, "minutes", tmp_path / "out")
    path.unlink()
    path.mkdir()  # a folder where the file should go: it can't be replaced
    with pytest.raises(Refused):
        export(meeting.office, meeting.secretary, meeting.id, "minutes", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == [path]
    assert [entry[3] for entry in entries(meeting, "export")] == ["file_not_written", "", "file_not_written"]


def test_export_of_an_unknown_kind_or_format_is_wrong_use(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    for what, fmt, code in (("poems", None, "unknown_document"), ("minutes", "pdf", "unknown_format")):
        with pytest.raises(WrongUse) as wrong:
            export(meeting.office, meeting.secretary, meeting.id, what, tmp_path, fmt)
        assert wrong.value.code == code


def test_every_revealed_phase_has_its_minutes(meeting_at: MeetingAt, tmp_path: Path) -> None:
    for phase in list(Phase)[Phase.DELIBERATING.position :]:
        meeting = meeting_at(phase)
        for fmt in FORMATS["minutes"]:
            export(meeting.office, meeting.supervisor, meeting.id, "minutes", tmp_path / phase, fmt)
    assert audit.verify(meeting.office).ok
