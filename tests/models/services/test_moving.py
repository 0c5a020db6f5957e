"""The service `phases`: advancing, and going back."""

from datetime import date

import pytest
from sqlalchemy import text

from models.enums import CorrectionGround, ObjectionOutcome, Outcome, Phase, RecusalGround, SheetState
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import awards
from models.queries import meeting as meeting_query
from models.queries.allocation import allocation_view
from models.queries.audit import verify
from models.queries.desk import desk
from models.queries.results import ranking
from models.services import attendance, deliberation, meetings, phases, publicity, scoring


def blockers(meeting):
    return meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).blockers


def phase_of(meeting):
    return meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).phase


MOVERS = {
    Phase.PREPARING: "secretary",
    Phase.SIGNING_IN: "chair",
    Phase.SCORING: "chair",
    Phase.DELIBERATING: "chair",
    Phase.ALLOCATING: "chair",
    Phase.PUBLICITY: "secretary",
    Phase.FINALISED: "secretary",
}


@pytest.mark.parametrize("phase", MOVERS)
def test_only_its_mover_moves_a_meeting_out_of_a_phase(meeting_at, phase):
    meeting = meeting_at(phase)
    if phase is Phase.SIGNING_IN:
        for name in ("专家1", "专家2", "专家3"):
            meeting.sign_in(name)
    for other in ("secretary", "chair", "deputy", "finance", "supervisor"):
        if other != MOVERS[phase]:
            with pytest.raises(NotPermitted):
                phases.advance(meeting.office, getattr(meeting, other), meeting.id)
    assert phase_of(meeting) is phase


@pytest.mark.parametrize("phase", [phase for phase in MOVERS if phase is not Phase.PREPARING])
def test_advancing_is_refused_with_all_that_stands_in_the_way(meeting_at, phase):
    meeting = meeting_at(phase)
    if phase is Phase.SIGNING_IN:
        meeting.sign_in("专家1")
    standing = blockers(meeting)
    assert standing
    with pytest.raises(Refused) as refused:
        meeting.advance()
    assert refused.value.code == "blocked"
    for blocker in standing:
        assert str(blocker.text) in str(refused.value)
    assert phase_of(meeting) is phase


def test_preparing_wants_an_odd_panel_large_enough(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    meetings.add_seat(meeting.office, meeting.secretary, meeting.id, "专家6", meeting.expert(3).role)
    assert [str(blocker.text) for blocker in blockers(meeting)] == ["评分席位 6 个，应为单数。"]


def test_leaving_preparing_fixes_who_is_eligible(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    with meeting.office.database.reading() as connection:
        kept = dict(
            connection.execute(
                text("SELECT a.no, i.eligible FROM item i JOIN application a ON a.id = i.application_id")
            ).all()
        )
    assert kept == {meeting.no(n): n != 6 for n in range(1, 7)}


def test_signing_in_closes_with_quorum_and_reasons_for_who_is_absent(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    for name in ("专家1", "专家2", "专家3", "张秘书", "李财政"):
        meeting.sign_in(name)
    assert [(b.code, b.seats) for b in blockers(meeting)] == [
        ("not_signed_in", ("专家4", "专家5", "王监督")),
        ("quorum", ()),
    ]
    meeting.sign_in("专家4")
    for name in ("专家5", "王监督"):
        attendance.record_absent(meeting.office, meeting.chair, meeting.id, name, "请假")
    assert blockers(meeting) == ()
    assert meeting.advance() is Phase.SCORING


def test_signing_in_does_not_close_without_a_deputy_free_for_the_chairs_item(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    for name in ("专家1", "专家3", "专家4", "专家5", "张秘书", "李财政", "王监督"):
        meeting.sign_in(name)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家2", "请假")
    assert [(b.code, b.applications) for b in blockers(meeting)] == [("no_deputy", (meeting.no(1),))]
    meetings.name_chair(meeting.office, meeting.secretary, meeting.id, "专家3", deputy=True)
    assert blockers(meeting) == ()


def test_scoring_names_who_owes_which_sheets(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in ((1, 1), (4, 2), (4, 5)):
                meeting.submit(expert, application)
    (owed,) = blockers(meeting)
    assert (owed.code, owed.seats, owed.applications) == ("sheets_out", ("专家4",), (meeting.no(2), meeting.no(5)))
    assert str(owed.text) == "专家4还有 2 份未提交（KM1-002、KM1-005），可催交，或由组长记录缺席。"
    scoring.abstain(meeting.office, meeting.expert(4), meeting.id, meeting.no(5), "不熟悉")
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家4", "离会")
    assert meeting.advance() is Phase.DELIBERATING


def test_the_reveal_gives_the_exact_trimmed_means(meeting_at):
    """Five sheets half a point apart: without the highest and the lowest the middle one; four of them: their mean."""
    meeting = meeting_at(Phase.DELIBERATING)
    lines = ranking(meeting.office, meeting.chair, meeting.id).applications
    assert {line.no: (line.score, line.rank, line.tied, line.sheets) for line in lines} == {
        meeting.no(1): (8925, 1, False, 4),
        meeting.no(2): (8400, 2, False, 5),
        meeting.no(3): (8000, 3, True, 5),
        meeting.no(4): (8000, 3, True, 5),
        meeting.no(5): (6900, 5, False, 5),
    }


def test_back_needs_a_reason_and_the_chair(meeting_at):
    meeting = meeting_at(Phase.ALLOCATING)
    with pytest.raises(WrongUse):
        phases.back(meeting.office, meeting.chair, meeting.id, " ")
    with pytest.raises(NotPermitted):
        phases.back(meeting.office, meeting.secretary, meeting.id, "更正")


@pytest.mark.parametrize("phase", [Phase.DELIBERATING, Phase.PUBLICITY])
def test_back_is_refused_without_its_occasion(meeting_at, phase):
    meeting = meeting_at(phase)
    with pytest.raises(Refused) as refused:
        phases.back(meeting.office, meeting.chair, meeting.id, "再看看")
    assert refused.value.code == "no_need"
    assert phase_of(meeting) is phase


def test_back_to_scoring_opens_only_what_fell_short(meeting_at):
    """Two recusals leave 1 with two sheets; the one who had abstained from it may now mark it."""
    meeting = meeting_at(Phase.SCORING)
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in ((1, 1), (2, 1), (2, 2)):
                meeting.submit(expert, application)
    for application in (1, 2):
        scoring.abstain(meeting.office, meeting.expert(2), meeting.id, meeting.no(application), "不熟悉")
    meeting.advance()
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "专家5", meeting.no(1), RecusalGround.KINSHIP)
    assert [(b.code, b.applications) for b in blockers(meeting)][-1] == ("too_few_sheets", (meeting.no(1),))
    assert phases.back(meeting.office, meeting.chair, meeting.id, "补评") is Phase.SCORING
    assert verify(meeting.office).findings == ()
    states = {row.no: row.state for row in desk(meeting.office, meeting.expert(2), meeting.id).rows}
    assert (states[meeting.no(1)], states[meeting.no(2)]) == (SheetState.DRAFT, SheetState.ABSTAINED)
    with pytest.raises(Refused) as refused:
        scoring.take_back(meeting.office, meeting.expert(2), meeting.id, meeting.no(2))
    assert refused.value.code == "revealed"
    meeting.submit(2, 1)
    assert meeting.advance() is Phase.DELIBERATING
    line = ranking(meeting.office, meeting.chair, meeting.id).applications[0]
    assert (line.no, line.score, line.sheets) == (meeting.no(1), 8900, 3)


def test_back_to_deliberating_lapses_allocation_and_decisions(meeting_at):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()
    assert phases.back(meeting.office, meeting.chair, meeting.id, "更正") is Phase.DELIBERATING
    deliberation.name_correction(
        meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(5), "plan", CorrectionGround.ABNORMAL, "畸低"
    )
    deliberation.enter_correction(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(5), "plan", "22")
    meeting.advance()
    assert [blocker.code for blocker in blockers(meeting)] == ["no_proposal"]
    assert meeting.propose().ties == ()
    with meeting.office.database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM allocation")).scalar_one() == 4
    assert verify(meeting.office).ok


def test_an_upheld_objection_takes_publicity_back_to_allocating(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "虚报设备", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    with pytest.raises(Refused):
        phases.back(meeting.office, meeting.chair, meeting.id, "异议")
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.UPHELD, "查实虚报")
    assert phases.back(meeting.office, meeting.chair, meeting.id, "异议成立") is Phase.ALLOCATING
    with pytest.raises(Refused) as refused:
        allocation_view(meeting.office, meeting.chair, meeting.id)
    assert refused.value.code == "no_proposal"


def test_a_second_list_waits_until_the_first_is_signed(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "虚报设备", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    meeting.clock.go_to(date(2026, 3, 19))
    assert meeting.advance() is Phase.FINALISED
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.REJECTED, "未见虚报")
    with pytest.raises(Refused) as refused:
        phases.back(meeting.office, meeting.chair, meeting.id, "第二份")
    assert refused.value.code == "unsigned"
    meeting.sign()
    assert phases.back(meeting.office, meeting.chair, meeting.id, "第二份") is Phase.PUBLICITY
    assert meeting.advance() is Phase.FINALISED
    lists = awards.award_lists(meeting.office, meeting.finance, meeting.id)
    assert [[award.no for award in one.awards] for one in lists] == [
        [meeting.no(1), meeting.no(3)],
        [meeting.no(2)],
    ]


def test_there_is_no_second_list_when_nobody_waits(meeting_at):
    meeting = meeting_at(Phase.FINALISED)
    meeting.sign()
    with pytest.raises(Refused) as refused:
        phases.back(meeting.office, meeting.chair, meeting.id, "再出一份")
    assert refused.value.code == "no_need"


def test_applications_are_settled_once_a_meeting_has_begun(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    with pytest.raises(Refused) as refused:
        meetings.set_applications(meeting.office, meeting.secretary, meeting.id, drop=[meeting.no(1)])
    assert refused.value.code == "wrong_phase"


def test_outcomes_follow_the_publicity_only_once_it_is_over(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    closes = date(2026, 3, 17)
    meeting.clock.go_to(closes, hour=23)
    assert [str(blocker.text) for blocker in blockers(meeting)] == ["公示期至 2026-03-17 24 时止，尚未届满。"]
    meeting.clock.go_to(date(2026, 3, 18), hour=0)
    assert meeting.advance() is Phase.FINALISED
    view = allocation_view(meeting.office, meeting.chair, meeting.id)
    assert [item.no for item in view.applications if item.outcome is Outcome.PROPOSED] == [
        meeting.no(1),
        meeting.no(2),
        meeting.no(3),
    ]
