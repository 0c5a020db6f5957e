from dataclasses import replace

import pytest
from sqlalchemy import text

from models.enums import ObjectionOutcome, Outcome, Phase, ReasonCode, RecusalGround
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import meeting as meeting_query
from models.queries.allocation import allocation_view, quota_view, what_if
from models.queries.audit import verify
from models.rules.quotas import Cell, Quota
from models.services import allocating, attendance, consenting, phases, publicity
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
BASE = Quota(3, budget_fen=200_0000_00, alternates=1)


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.ALLOCATING)


def outcomes(view):
    return {int(item.no[-1]): item.outcome.value for item in view.applications}


def test_a_proposal_stops_at_a_tie_on_the_line(meeting):
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    assert view.ties == ((meeting.no(3), meeting.no(4)),)
    assert outcomes(view) == {1: "proposed", 2: "proposed", 3: "tied", 4: "tied", 5: "pending", 6: "declined"}
    with pytest.raises(Refused) as refused:
        meeting.advance()
    assert "KM1-003、KM1-004" in str(refused.value)


def test_the_chair_orders_the_tie_with_a_reason(meeting):
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    tied = [meeting.no(4), meeting.no(3)]
    for actor, wanted in ((meeting.deputy, NotPermitted), (meeting.secretary, NotPermitted)):
        with pytest.raises(wanted):
            allocating.decide_tie(meeting.office, actor, meeting.id, tied, "抽签")
    with pytest.raises(WrongUse):
        allocating.decide_tie(meeting.office, meeting.chair, meeting.id, tied, "")
    with pytest.raises(Refused):
        allocating.decide_tie(meeting.office, meeting.chair, meeting.id, [meeting.no(2), meeting.no(3)], "抽签")
    view = allocating.decide_tie(meeting.office, meeting.chair, meeting.id, tied, "抽签，种子 7")
    assert outcomes(view) == {
        1: "proposed",
        2: "proposed",
        3: "alternate",
        4: "proposed",
        5: "declined",
        6: "declined",
    }
    assert meeting.advance() is Phase.PUBLICITY
    assert verify(meeting.office).ok


def test_a_tie_that_touches_the_chairs_recusal_is_the_deputys(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    attendance.add_recusal(meeting.office, meeting.chair, meeting.id, "专家1", meeting.no(4), RecusalGround.KINSHIP)
    meeting.give_opinions()
    meeting.advance()
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    assert view.ties == (), "without the chair's sheet 4 has another mean"
    meeting = meeting_at(Phase.ALLOCATING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO recusal (seat_id, application_id, ground, reason, declared_by, at) "
            "SELECT s.id, a.id, 'kinship', '', '专家1', '2026-03-10' FROM seat s, application a "
            f"WHERE s.name = '专家1' AND a.no = '{meeting.no(4)}'"
        )
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    tied = [meeting.no(3), meeting.no(4)]
    with pytest.raises(NotPermitted) as refused:
        allocating.decide_tie(meeting.office, meeting.chair, meeting.id, tied, "表决")
    assert refused.value.code == "recused"
    view = allocating.decide_tie(meeting.office, meeting.deputy, meeting.id, tied, "表决")
    assert view.ties == ()


def test_what_if_keeps_nothing(meeting):
    meeting.propose()
    before = allocation_view(meeting.office, meeting.chair, meeting.id)
    trial = replace(BASE, cells=(Cell("district", "530102", ceiling=1),))
    view = what_if(meeting.office, meeting.chair, meeting.id, trial)
    assert (view.recorded_at, view.entering, view.leaving) == (
        None,
        (meeting.no(4), meeting.no(5)),
        (meeting.no(2), meeting.no(3)),
    )
    after = allocation_view(meeting.office, meeting.chair, meeting.id)
    assert after.recorded_at == before.recorded_at
    assert outcomes(after) == outcomes(before)
    assert quota_view(meeting.office, meeting.chair, meeting.id).cells[0].ceiling is None


def test_a_quota_after_the_reveal_needs_a_reason_and_lapses_the_proposal(meeting):
    meeting.propose()
    trial = replace(BASE, cells=(Cell("district", "530102", ceiling=1),))
    with pytest.raises(WrongUse):
        allocating.set_quota(meeting.office, meeting.chair, meeting.id, trial)
    allocating.set_quota(meeting.office, meeting.chair, meeting.id, trial, "均衡布局")
    blockers = meeting_query.meeting(meeting.office, meeting.chair, meeting.id).blockers
    assert [blocker.code for blocker in blockers] == ["no_proposal"]
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    reasons = {int(item.no[-1]): item.reason for item in view.applications}
    assert outcomes(view) | {6: ""} == {
        1: "proposed",
        2: "alternate",
        3: "declined",
        4: "proposed",
        5: "proposed",
        6: "",
    }
    assert reasons[2] is reasons[3] is ReasonCode.CEILING_DISTRICT
    (change,) = [c for c in quota_view(meeting.office, meeting.chair, meeting.id).changes if c.reason]
    assert (change.by, change.phase, change.reason) == ("专家1", Phase.ALLOCATING, "均衡布局")


@pytest.mark.parametrize("word", ["frozen", "consent"])
def test_what_may_change_after_the_reveal_is_the_policys_word(meeting_at, word):
    policy = KUNMING.replace('changes = "recorded"', f'changes = "{word}"')
    meeting = meeting_at(Phase.DELIBERATING, policy)
    trial = replace(BASE, cells=(Cell("district", "530102", ceiling=1),))
    with pytest.raises(Refused) as refused:
        allocating.set_quota(meeting.office, meeting.chair, meeting.id, trial, "均衡布局")
    assert refused.value.code == f"quota_{word}"


def test_a_quota_that_finance_agreed_to_may_be_set_and_no_other(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING, KUNMING.replace('changes = "recorded"', 'changes = "consent"'))
    office, wanted = meeting.office, replace(BASE, cells=(Cell("district", "530102", ceiling=1),))
    with pytest.raises(NotPermitted):
        consenting.consent_to_quota(office, meeting.chair, meeting.id, wanted)
    with pytest.raises(Refused) as refused:
        consenting.consent_to_quota(office, meeting.finance, meeting.id, replace(wanted, total=4))
    assert refused.value.code == "bad_quota"
    consenting.consent_to_quota(office, meeting.finance, meeting.id, wanted, "同意")
    for other in (replace(wanted, alternates=2), replace(wanted, cells=()), BASE):
        with pytest.raises(Refused) as refused:
            allocating.set_quota(office, meeting.chair, meeting.id, other, "均衡布局")
        assert refused.value.code == "quota_consent"
        assert "李财政" in str(refused.value)
    with pytest.raises(WrongUse):
        allocating.set_quota(office, meeting.chair, meeting.id, wanted)
    same = replace(wanted, cells=(Cell("district", "530103"), *wanted.cells))
    allocating.set_quota(office, meeting.chair, meeting.id, same, "均衡布局")
    change = quota_view(office, meeting.chair, meeting.id).changes[-1]
    assert (change.by, change.reason) == ("专家1", "财政部门同意（李财政）：均衡布局")
    with pytest.raises(Refused) as refused:
        allocating.set_quota(office, meeting.chair, meeting.id, wanted, "再设")
    assert refused.value.code == "quota_consent", "a consent is used up by one change"
    assert verify(office).ok


def test_consent_is_taken_only_where_the_measure_asks_for_it(meeting):
    with pytest.raises(Refused) as refused:
        consenting.consent_to_quota(meeting.office, meeting.finance, meeting.id, BASE)
    assert refused.value.code == "no_consent_asked"


def test_total_and_budget_stand_from_scoring_on(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    for quota in (replace(BASE, total=2), replace(BASE, budget_fen=100_0000_00)):
        with pytest.raises(Refused) as refused:
            allocating.set_quota(meeting.office, meeting.chair, meeting.id, quota, "减少")
        assert refused.value.code == "total_fixed"
    with pytest.raises(NotPermitted):
        allocating.set_quota(meeting.office, meeting.secretary, meeting.id, BASE)


def test_the_chair_sets_once_what_nobody_prepared(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    with meeting.office.database.writing() as connection:
        connection.execute(text("DELETE FROM quota_change"))  # as if the meeting had opened without quotas
    allocating.set_quota(meeting.office, meeting.chair, meeting.id, replace(BASE, total=2), "会议议定")
    assert quota_view(meeting.office, meeting.chair, meeting.id).total == 2
    with pytest.raises(Refused) as refused:
        allocating.set_quota(meeting.office, meeting.chair, meeting.id, BASE, "再改")
    assert refused.value.code == "total_fixed"


def test_a_faulty_quota_is_refused_with_every_fault(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    faulty = Quota(4, (Cell("district", "530102", floor=3, ceiling=2), Cell("district", "nowhere")), 300_0000_00)
    with pytest.raises(Refused) as refused:
        allocating.set_quota(meeting.office, meeting.secretary, meeting.id, faulty)
    said = str(refused.value)
    for part in ("五华区的保底 3 高于上限 2", "没有县区“nowhere”", "总名额 4 超出批次剩余名额 3", "预算超出"):
        assert part in said
    assert quota_view(meeting.office, meeting.secretary, meeting.id).total == 3


def test_an_adjustment_moves_its_application_only(meeting):
    meeting.propose()
    with pytest.raises(Refused) as refused:
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(5), Outcome.PROPOSED, "产业链需要")
    assert refused.value.code == "adjust_total"
    before = outcomes(allocation_view(meeting.office, meeting.chair, meeting.id))
    after = outcomes(
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(3), Outcome.DECLINED, "停产")
    )
    assert {n: what for n, what in after.items() if before[n] != what} == {3: "declined"}
    after = outcomes(
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(5), Outcome.PROPOSED, "产业链需要")
    )
    assert after[5] == "proposed"
    assert verify(meeting.office).ok


def test_an_adjustment_is_refused_without_eligibility_reason_or_right(meeting):
    with pytest.raises(Refused) as refused:
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(3), Outcome.DECLINED, "停产")
    assert refused.value.code == "no_proposal"
    meeting.propose()
    with pytest.raises(Refused):
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(6), Outcome.PROPOSED, "照顾")
    with pytest.raises(WrongUse):
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(3), Outcome.DECLINED, " ")
    with pytest.raises(NotPermitted) as forbidden:
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(1), Outcome.DECLINED, "回避项目")
    assert forbidden.value.code == "recused"
    with pytest.raises(NotPermitted):
        allocating.adjust(meeting.office, meeting.deputy, meeting.id, meeting.no(3), Outcome.DECLINED, "停产")
    allocating.adjust(meeting.office, meeting.deputy, meeting.id, meeting.no(1), Outcome.DECLINED, "停产")


def objection_to_two_upheld(meeting):
    """The second of the list loses its place after the notice, and the list is made anew."""
    meeting.publish()
    office = meeting.office
    number = publicity.add_objection(office, meeting.secretary, meeting.id, meeting.no(2), "虚报", objector="某人")
    publicity.accept_objection(office, meeting.secretary, meeting.id, number)
    publicity.decide_objection(office, meeting.chair, meeting.id, number, ObjectionOutcome.UPHELD, "查实")
    phases.back(office, meeting.chair, meeting.id, "异议成立")
    return allocating.propose(office, meeting.chair, meeting.id)


def test_alternates_move_up_by_themselves_where_the_policy_says_so(meeting_at):
    for word, wanted in (("chair", "alternate"), ("automatic", "proposed"), ("never", "alternate")):
        policy = KUNMING.replace('alternates_move = "chair"', f'alternates_move = "{word}"')
        view = objection_to_two_upheld(meeting_at(Phase.PUBLICITY, policy))
        assert outcomes(view)[2] == "declined"
        assert outcomes(view)[4] == wanted


def test_a_place_that_fell_free_stays_free_where_the_policy_says_so(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY, KUNMING.replace('alternates_move = "chair"', 'alternates_move = "never"'))
    before = objection_to_two_upheld(meeting)
    with pytest.raises(Refused) as refused:
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(4), Outcome.PROPOSED, "递补")
    assert refused.value.code == "alternates_never"
    assert meeting.no(2) in str(refused.value)
    assert outcomes(allocation_view(meeting.office, meeting.chair, meeting.id)) == outcomes(before)
    assert meeting.advance() is Phase.PUBLICITY


def test_the_chair_sets_no_other_total_where_the_secretary_set_none(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM quota")
    for quota in (replace(BASE, total=2), replace(BASE, budget_fen=100_0000_00)):
        with pytest.raises(Refused) as refused:
            allocating.set_quota(meeting.office, meeting.chair, meeting.id, quota, "减少")
        assert refused.value.code == "total_fixed"
    allocating.set_quota(meeting.office, meeting.chair, meeting.id, BASE, "首次设定")
