"""What is closed to who looks: applications one is recused from, and to an expert those of other panels."""

import json

import pytest

from models.enums import CorrectionGround, ObjectionOutcome, Phase, Role
from models.errors import NotPermitted
from models.queries import items
from models.queries import meeting as meeting_query
from models.queries.allocation import allocation_view, what_if
from models.queries.audit import trail
from models.queries.publicity import objections
from models.queries.results import ranking
from models.services import allocating, attendance, deliberation, meetings, phases, publicity, scoring
from models.services import office as offices

MINE, THEIRS = (1, 2), (3, 4, 5)
"""Applications of the panel of 专家1, 2 and 3, and of the panel of 专家3, 4 and 5."""


def set_panels(meeting):
    for name, experts, applications in (("一组", (1, 2, 3), MINE), ("二组", (3, 4, 5), THEIRS)):
        meetings.set_panel(
            meeting.office,
            meeting.secretary,
            meeting.id,
            name,
            experts=[f"专家{n}" for n in experts],
            applications=[meeting.no(n) for n in applications],
        )


@pytest.fixture
def panels(meeting_at):
    """A meeting of two panels in deliberation; in 3 a mark far off awaits its explanation."""
    meeting = meeting_at(Phase.PREPARING)
    set_panels(meeting)
    meetings.name_chair(meeting.office, meeting.secretary, meeting.id, "专家3")
    meeting.advance()
    for name in meeting.people:
        attendance.sign_in(
            meeting.office, name, meeting.id, meeting.codes.get(name, meeting.pin), recusals={}, new_pin=meeting.pin
        )
    phases.advance(meeting.office, meeting.expert(3), meeting.id)
    for expert, applications in ((1, MINE), (2, MINE), (3, (*MINE, *THEIRS)), (4, THEIRS), (5, THEIRS)):
        for application in applications:
            marks = meeting.marks(expert, application) | ({"plan": "2"} if (expert, application) == (4, 3) else {})
            no = meeting.no(application)
            scoring.enter_marks(meeting.office, meeting.expert(expert), meeting.id, no, marks)
            scoring.submit(meeting.office, meeting.expert(expert), meeting.id, [no])
    phases.advance(meeting.office, meeting.expert(3), meeting.id)
    return meeting


def nos(meeting, *applications):
    return {meeting.no(n) for n in applications}


def test_an_expert_sees_results_of_the_own_panel_only(panels):
    expert = panels.expert(4)
    assert {one.no for one in ranking(panels.office, expert, panels.id).applications} == nos(panels, *THEIRS)
    assert set(items.deliberation(panels.office, expert, panels.id)) == nos(panels, *THEIRS)
    assert len(items.item(panels.office, expert, panels.id, panels.no(3)).sheets) == 3
    for read in (items.item, items.derivations):
        with pytest.raises(NotPermitted) as refused:
            read(panels.office, expert, panels.id, panels.no(2))
        assert refused.value.code == "other_panel"
    assert len(items.item(panels.office, panels.secretary, panels.id, panels.no(2)).sheets) == 3


def test_an_expert_sees_what_is_allocated_to_the_own_panel_only(panels):
    chair = panels.expert(3)
    for no, line in items.deliberation(panels.office, panels.secretary, panels.id).items():
        for name in line.unexplained:
            deliberation.explain_value(panels.office, panels.people[name], panels.id, name, no, "依据充分")
    waiting = deliberation.items_without_opinion(panels.office, chair, panels.id)
    deliberation.give_opinion(panels.office, chair, panels.id, waiting, "同意")
    phases.advance(panels.office, chair, panels.id)
    allocating.propose(panels.office, chair, panels.id)
    for view in (
        allocation_view(panels.office, panels.expert(4), panels.id),
        what_if(panels.office, panels.expert(4), panels.id),
    ):
        assert {one.no for one in view.applications} - {panels.no(6)} == nos(panels, *THEIRS)


def test_what_a_panel_still_owes_is_not_told_to_another(panels):
    owed = {
        number: [
            (one.code, one.seats)
            for one in meeting_query.meeting(panels.office, panels.expert(number), panels.id).blockers
            if panels.no(3) in one.applications and one.code != "no_opinion"
        ]
        for number in (1, 4)
    }
    assert owed == {1: [("discussion_open", ())], 4: [("unexplained", ("专家4", "专家5"))]}


def test_a_step_says_nothing_of_what_its_mover_is_recused_from(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    for presides, application in ((meeting.deputy, 1), (meeting.chair, 2)):
        deliberation.name_correction(
            meeting.office,
            presides,
            meeting.id,
            "专家3",
            meeting.no(application),
            "plan",
            CorrectionGround.ABNORMAL,
            "畸高",
        )
    found = meeting_query.meeting(meeting.office, meeting.chair, meeting.id).blockers
    told = {one.code: one.applications for one in found if one.code != "no_opinion"}
    assert told == {"discussion_open": (meeting.no(1),), "correction_open": (meeting.no(2),)}


def test_a_rank_among_equals_tells_no_figure_of_an_own_recusal(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    compared = items.derivations(meeting.office, meeting.chair, meeting.id, meeting.no(3))[meeting.no(3)].rank
    assert any("24.00" in step.formula for step in compared.steps)
    with (
        meeting.office.database.writing() as connection
    ):  # declared now it would take a sheet away, and the tie with it
        connection.exec_driver_sql(
            "INSERT INTO recusal (seat_id, application_id, ground, reason, declared_by, at) "
            "SELECT s.id, a.id, 'kinship', '', s.name, '2026-03-10' FROM seat s, application a "
            f"WHERE s.role = 'chair' AND a.no = '{meeting.no(4)}'"
        )
    compared = items.derivations(meeting.office, meeting.chair, meeting.id, meeting.no(3))[meeting.no(3)].rank
    assert (compared.result, [step.formula for step in compared.steps]) == ("3", [""])


def test_a_draft_that_was_never_handed_in_is_not_revealed(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    for expert in range(1, 5):
        for application in range(1, 6):
            if (expert, application) != (1, 1):
                meeting.submit(expert, application)
    scoring.enter_marks(
        meeting.office, meeting.expert(5), meeting.id, meeting.no(2), meeting.marks(5, 2), comment="未定稿"
    )
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "离会")
    meeting.advance()
    view = items.item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
    (draft,) = [sheet for sheet in view.sheets if sheet.expert == "专家5"]
    assert (dict(draft.marks), draft.total_micro, draft.comment) == ({}, None, "")


def test_the_trail_withholds_the_discussion_of_an_own_recusal(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    for application in (1, 2):
        no = meeting.no(application)
        deliberation.record_dissent(meeting.office, meeting.expert(4), meeting.id, f"机密{application}", no)
        presides = meeting.deputy if application == 1 else meeting.chair
        deliberation.name_correction(
            meeting.office, presides, meeting.id, "专家3", no, "plan", CorrectionGround.ABNORMAL, f"机密{application}"
        )
        deliberation.enter_correction(meeting.office, meeting.expert(3), meeting.id, "专家3", no, "plan", "26.5")
    meeting.give_opinions()
    meeting.advance()
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    lines = trail(meeting.office, meeting.chair, meeting.id)
    assert "机密1" not in repr(lines)
    assert "机密2" in repr(lines)
    withheld = [line for line in lines if line.withheld]
    assert {"dissent.record", "marks.correct", "opinion.give"} <= {line.act for line in withheld}
    assert all(meeting.no(1) in line.object and line.before == line.after == "{}" for line in withheld)
    assert "机密1" in repr(trail(meeting.office, meeting.supervisor, meeting.id))


def test_the_trail_withholds_findings_on_an_own_recusal(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    for application, presides in ((1, meeting.deputy), (2, meeting.chair)):
        number = publicity.add_objection(
            meeting.office, meeting.secretary, meeting.id, meeting.no(application), "虚报", objector="某人"
        )
        publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
        publicity.decide_objection(
            meeting.office, presides, meeting.id, number, ObjectionOutcome.REJECTED, f"机密{application}"
        )
    said = repr(trail(meeting.office, meeting.chair, meeting.id))
    assert ("机密1" in said, "机密2" in said) == (False, True)


def test_a_deputy_reads_the_objections_that_the_chair_leaves_to_them(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    for application in (1, 2):
        publicity.add_objection(
            meeting.office, meeting.secretary, meeting.id, meeting.no(application), "虚报", objector="某人"
        )
    assert [one.no for one in objections(meeting.office, meeting.deputy, meeting.id)] == [meeting.no(1)]
    assert len(objections(meeting.office, meeting.finance, meeting.id)) == 2


def test_the_whole_trail_ends_at_the_own_meeting_and_the_own_role(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    code = offices.add_user(meeting.office, meeting.secretary, "赵秘书", Role.SECRETARY)
    other = offices.user_sign_in(meeting.office, "赵秘书", code, meeting.pin)
    kind = meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).kind
    meetings.new_meeting(
        meeting.office, meeting.secretary, "M2", batch=meeting.batch, track="transformation", kind=kind, title="另一个"
    )
    meetings.add_seat(meeting.office, meeting.secretary, "M2", "赵秘书", Role.EXPERT)
    theirs = {line.meeting for line in trail(meeting.office, other, None)}
    assert (meeting.id in theirs, None in theirs, "M2" in theirs) == (True, True, False)
    assert {line.meeting for line in trail(meeting.office, meeting.chair, None)} == {meeting.id}
    assert "M2" in {line.meeting for line in trail(meeting.office, meeting.supervisor, None)}


def test_no_entry_before_the_reveal_tells_a_mark(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()
    for line in trail(meeting.office, meeting.supervisor, meeting.id, newest=1000):
        if line.act.startswith("marks."):
            assert set(json.loads(line.after)) == {"state", "sheet"}
