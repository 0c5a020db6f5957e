"""The expert's desk as read: own sheets only, sealed ones nowhere, and after the reveal what is flagged in the own."""

from __future__ import annotations

import pytest

from models.enums import CorrectionGround, Phase, RecusalGround
from models.errors import NotPermitted, Refused
from models.queries.desk import desk, own_results
from models.services import attendance, deliberation, scoring

FULL = {"plan": "30", "investment": "20", "effect": "20", "demonstration": "15", "assurance": "15"}


def reveal_with_outlier(meeting_at):
    """专家3 gives 5 full marks, far above the others; everything else as usual."""
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()
    expert = meeting.expert(3)
    scoring.take_back(meeting.office, expert, meeting.id, meeting.no(5))
    scoring.enter_marks(meeting.office, expert, meeting.id, meeting.no(5), FULL)
    scoring.submit(meeting.office, expert, meeting.id, [meeting.no(5)])
    meeting.advance()
    return meeting


def test_desk_has_own_sheets_and_nobody_elses(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(4, 1)
    meeting.submit(3, 2)
    view = desk(meeting.office, meeting.expert(3), meeting.id)
    assert [row.no for row in view.rows] == [meeting.no(n) for n in range(1, 6)]
    assert [dict(row.marks) for row in view.rows if row.no != meeting.no(2)] == [{}] * 4
    assert (view.done, view.due, view.group_done, view.group_due) == (1, 5, 2, 24)


def test_desk_is_refused_to_who_does_not_mark(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    with pytest.raises(NotPermitted):
        desk(meeting.office, meeting.secretary, meeting.id)


def test_own_results_are_sealed_before_the_reveal(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 1)
    with pytest.raises(Refused) as refused:
        own_results(meeting.office, meeting.expert(3), meeting.id)
    assert refused.value.code == "wrong_phase"


def test_own_results_tell_what_is_flagged_and_how_it_was_explained(meeting_at):
    meeting = reveal_with_outlier(meeting_at)
    sheets, corrections = own_results(meeting.office, meeting.expert(3), meeting.id)
    assert corrections == ()
    assert {no: bool(sheet.flags) for no, sheet in sheets.items()} == {meeting.no(n): n == 5 for n in range(1, 6)}
    assert sheets[meeting.no(5)].total_micro == 100_000_000
    deliberation.explain_value(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(5), "有检测报告")
    sheets, _ = own_results(meeting.office, meeting.expert(3), meeting.id)
    assert sheets[meeting.no(5)].explanation == "有检测报告"


def test_own_results_name_own_corrections_only(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    for expert in ("专家3", "专家4"):
        deliberation.name_correction(
            meeting.office, meeting.chair, meeting.id, expert, meeting.no(2), "plan", CorrectionGround.ABNORMAL, "畸低"
        )
    _, corrections = own_results(meeting.office, meeting.expert(3), meeting.id)
    assert [(one.expert, one.no, one.new_milli) for one in corrections] == [("专家3", meeting.no(2), None)]


def test_own_results_leave_out_what_one_is_recused_from(meeting_at):
    meeting = reveal_with_outlier(meeting_at)
    attendance.add_recusal(
        meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(5), RecusalGround.EMPLOYMENT
    )
    sheets, _ = own_results(meeting.office, meeting.expert(3), meeting.id)
    assert meeting.no(5) not in sheets
