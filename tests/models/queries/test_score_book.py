"""The score book says which sheets counted, and shows only what was handed in."""

from collections.abc import Callable
from typing import Any

from models.enums import Phase, RecusalGround, SheetState
from models.queries.results import ranking
from models.queries.score_book import own_sheets, score_book
from models.services import attendance, scoring
from seeds.policies import builtin_text

MeetingAt = Callable[..., Any]

BY_CRITERION = builtin_text("kunming-2024").replace('by = "sheet"', 'by = "criterion"')


def test_score_book_leaves_out_the_highest_and_the_lowest_total(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    book = score_book(meeting.office, meeting.secretary, meeting.id)
    assert book.experts == tuple(f"专家{n}" for n in range(1, 6))
    for line in book.lines:
        totals = sorted((sheet.total_micro, sheet.expert) for sheet in line.sheets if sheet.total_micro is not None)
        counted = {name for _, name in (totals[1:-1] if len(totals) >= 5 else totals)}
        assert {sheet.expert for sheet in line.sheets if sheet.counted} == counted
        assert {sheet.left_out for sheet in line.sheets} == {()}


def test_score_book_by_criterion_names_the_marks_left_out(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.SCORING, BY_CRITERION)
    meeting.score_all()
    scoring.take_back(meeting.office, meeting.expert(3), meeting.id, meeting.no(2))
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"investment": "19"})
    scoring.submit(meeting.office, meeting.expert(3), meeting.id, [meeting.no(2)])
    meeting.advance()
    book = score_book(meeting.office, meeting.secretary, meeting.id)
    [line] = [line for line in book.lines if line.ranked.no == meeting.no(2)]
    # 方案 rises with the expert's number and 专家3 gave most for 投入; of equal marks the first and the last by name go
    assert [(sheet.counted, sheet.left_out) for sheet in line.sheets] == [
        (False, ()),
        (True, ()),
        (True, ("投入",)),
        (True, ()),
        (True, ("方案", "成效", "示范", "保障")),
    ]


def test_score_book_shows_no_mark_that_was_not_handed_in(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.SCORING)
    office, no = meeting.office, meeting.no
    for expert in range(1, 5):
        for application in range(1, 6):
            if (expert, application) != (1, 1):
                meeting.submit(expert, application)
    meeting.submit(5, 2)
    scoring.enter_marks(office, meeting.expert(5), meeting.id, no(3), meeting.marks(5, 3))
    scoring.abstain(office, meeting.expert(5), meeting.id, no(4), "不熟悉该领域")
    attendance.record_absent(office, meeting.chair, meeting.id, "专家5", "身体不适")
    attendance.add_recusal(office, meeting.chair, meeting.id, "专家4", no(5), RecusalGround.KINSHIP)
    meeting.advance()
    book = score_book(office, meeting.secretary, meeting.id)
    sheets = {(line.ranked.no, sheet.expert): sheet for line in book.lines for sheet in line.sheets}
    assert sheets[no(2), "专家5"].state is SheetState.SUBMITTED
    assert sheets[no(3), "专家5"].state is SheetState.DRAFT
    assert (dict(sheets[no(3), "专家5"].marks), sheets[no(3), "专家5"].total_micro) == ({}, None)
    assert (sheets[no(4), "专家5"].state, sheets[no(4), "专家5"].reason) == (SheetState.ABSTAINED, "不熟悉该领域")
    void = sheets[no(5), "专家4"]
    assert (void.voided, void.recused, dict(void.marks), void.total_micro) == (True, True, {}, None)
    assert sheets[no(1), "专家1"].recused


def test_score_book_agrees_with_the_ranking(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    lines = ranking(meeting.office, meeting.secretary, meeting.id).applications
    book = score_book(meeting.office, meeting.secretary, meeting.id)
    assert [line.ranked._replace(district="", industry="") for line in book.lines] == [
        line._replace(district="", industry="") for line in lines
    ]
    assert {line.ranked.district for line in book.lines} == {"五华区", "呈贡区"}


def test_own_sheets_are_dated_by_the_last_own_save(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.SCORING)
    signed_in = own_sheets(meeting.office, meeting.expert(3), meeting.id).saved_at
    meeting.submit(3, 2)
    saved = own_sheets(meeting.office, meeting.expert(3), meeting.id).saved_at
    meeting.submit(4, 2)
    assert signed_in < saved == own_sheets(meeting.office, meeting.expert(3), meeting.id).saved_at
