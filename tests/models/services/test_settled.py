"""What is settled stays settled: marks once revealed, quotas, signed lists, and who may preside."""

from datetime import date

import pytest

from models.enums import CorrectionGround, ObjectionOutcome, Origin, Outcome, Phase, RecusalGround
from models.errors import BadInput, Refused, WrongUse
from models.queries import meeting as meeting_query
from models.queries.allocation import quota_view
from models.queries.audit import verify
from models.queries.desk import desk
from models.rules.quotas import Quota
from models.services import allocating, attendance, deliberation, keying, meetings, phases, publicity, scoring
from models.services.export import export


def blockers(meeting):
    return meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).blockers


def abstain_and_fall_short(meeting):
    """1 falls under three sheets after the reveal; 专家5, absent till then, has marked nothing."""
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "迟到")
    for expert in range(1, 5):
        for application in range(1, 6):
            if (expert, application) != (1, 1):
                meeting.submit(expert, application)
    meeting.advance()
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "专家4", meeting.no(1), RecusalGround.KINSHIP)
    phases.back(meeting.office, meeting.chair, meeting.id, "补评")
    meeting.sign_in("专家5")


def test_a_reopened_scoring_takes_no_sheet_for_what_stayed_closed(meeting_at, tmp_path):
    """Who comes late has seen the others' marks of 2, and may mark 1 alone."""
    meeting = meeting_at(Phase.SCORING)
    meeting.codes.clear()
    abstain_and_fall_short(meeting)
    for act in (
        lambda: scoring.enter_marks(meeting.office, meeting.expert(5), meeting.id, meeting.no(2), {"plan": "30"}),
        lambda: scoring.abstain(meeting.office, meeting.expert(5), meeting.id, meeting.no(2), "不熟悉"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "revealed"
    file = tmp_path / "补录.csv"
    file.write_text(f"expert,no,plan,investment,effect,demonstration,assurance\n专家5,{meeting.no(2)},30,20,20,15,15\n")
    with pytest.raises(BadInput) as bad:
        keying.import_marks(meeting.office, meeting.secretary, meeting.id, file)
    assert [str(fault.wanted) for fault in bad.value.faults] == ["尚未揭晓的项目（该项目评分已揭晓）"]
    view = desk(meeting.office, meeting.expert(5), meeting.id)
    assert view.group_due - view.group_done == 1
    assert [(b.seats, b.applications) for b in blockers(meeting)] == [(("专家5",), (meeting.no(1),))]
    meeting.submit(5, 1)
    assert meeting.advance() is Phase.DELIBERATING


def test_a_quota_after_a_first_reveal_is_one_after_the_reveal(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.codes.clear()
    abstain_and_fall_short(meeting)
    quota = Quota(3, budget_fen=200_0000_00, alternates=2)
    with pytest.raises(WrongUse) as wrong:
        allocating.set_quota(meeting.office, meeting.chair, meeting.id, quota)
    assert wrong.value.code == "no_reason"


def test_one_objection_takes_publicity_back_once(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "虚报设备", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.UPHELD, "查实虚报")
    phases.back(meeting.office, meeting.chair, meeting.id, "异议成立")
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    meeting.advance()
    with pytest.raises(Refused) as refused:
        phases.back(meeting.office, meeting.chair, meeting.id, "再来一次")
    assert refused.value.code == "no_need"


def test_a_correction_of_a_sheet_that_a_recusal_voids_stands_in_nobodys_way(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    deliberation.name_correction(
        meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(5), "plan", CorrectionGround.ABNORMAL, "畸低"
    )
    attendance.add_recusal(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(5), RecusalGround.SHARES)
    meeting.give_opinions()
    assert blockers(meeting) == ()


def test_a_meeting_that_set_no_quota_takes_what_the_batch_has_left(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM quota")
    kind = meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).kind
    meetings.new_meeting(
        meeting.office, meeting.secretary, "M2", batch=meeting.batch, track="transformation", kind=kind, title="第二个"
    )
    assert quota_view(meeting.office, meeting.secretary, "M2").batch_quota == 3
    phases.advance(meeting.office, meeting.secretary, meeting.id)
    left = quota_view(meeting.office, meeting.secretary, "M2")
    assert (left.batch_quota, left.batch_budget_fen) == (0, 0)
    kept = quota_view(meeting.office, meeting.secretary, meeting.id)
    assert (kept.set, kept.total, kept.budget_fen) == (True, 3, 200_0000_00)


def test_an_odd_panel_is_asked_for_again_before_scoring(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    for name, found in (("专家甲", ["评分席位 6 个，应为单数。"]), ("专家乙", [])):
        meetings.add_seat(meeting.office, meeting.secretary, meeting.id, name, meeting.expert(3).role)
        assert [str(b.text) for b in blockers(meeting) if b.code == "panel_even"] == found


def test_the_share_of_experts_is_asked_again_before_scoring(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    for number in range(1, 5):
        name = f"干部{number}"
        meetings.add_seat(
            meeting.office, meeting.secretary, meeting.id, name, meeting.expert(3).role, origin=Origin.OFFICE
        )
    assert [str(b.text) for b in blockers(meeting) if b.code == "expert_share"] == ["外部专家 5/9，不足 2/3。"]


def test_a_deputy_is_named_late_only_where_nobody_may_preside(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)

    def name(who, **options):
        meetings.name_chair(meeting.office, meeting.secretary, meeting.id, who, **options)

    for who, options in (("专家3", {}), ("专家3", {"deputy": True}), ("专家1", {"deputy": True})):
        with pytest.raises(Refused) as refused:
            name(who, **options)
        assert refused.value.code == "too_late"
    attendance.add_recusal(meeting.office, meeting.deputy, meeting.id, "专家2", meeting.no(1), RecusalGround.SHARES)
    assert ("no_deputy", (meeting.no(1),)) in [(b.code, b.applications) for b in blockers(meeting)]
    with pytest.raises(Refused):
        name("专家1", deputy=True)
    name("专家3", deputy=True)
    deliberation.give_opinion(meeting.office, meeting.expert(3), meeting.id, [meeting.no(1)], "同意")
    assert "no_deputy" not in [b.code for b in blockers(meeting)]


def test_what_is_signed_keeps_its_place(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(3), "虚报设备", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    meeting.clock.go_to(date(2026, 3, 19))
    meeting.advance()
    meeting.sign()
    late = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "迟到", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, late)
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, late, ObjectionOutcome.UPHELD, "查实")
    phases.back(meeting.office, meeting.chair, meeting.id, "尚有待定项目")
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.UPHELD, "查实")
    phases.back(meeting.office, meeting.chair, meeting.id, "异议成立")
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    found = {item.no: item.outcome for item in view.applications}
    assert (found[meeting.no(2)], found[meeting.no(3)]) == (Outcome.PROPOSED, Outcome.DECLINED)
    with pytest.raises(Refused) as refused:
        allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(2), Outcome.DECLINED, "让位")
    assert refused.value.code == "signed_stands"
    allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(4), Outcome.PROPOSED, "递补")


def test_a_correction_after_a_signed_list_takes_no_signed_place_and_leaves_a_way_on(meeting_at):
    """3 is signed; a correction lifts 4 above it. 3 keeps its place and says why, 4 waits, and the meeting goes on."""
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    number = publicity.add_objection(
        meeting.office, meeting.secretary, meeting.id, meeting.no(2), "金额有误", objector="某人"
    )
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    meeting.clock.go_to(date(2026, 3, 19))
    meeting.advance()
    meeting.sign()
    phases.back(meeting.office, meeting.chair, meeting.id, "尚有待定项目")
    publicity.decide_objection(
        meeting.office, meeting.chair, meeting.id, number, ObjectionOutcome.PARTIAL, "核减", amount_fen=30_0000_00
    )
    phases.back(meeting.office, meeting.chair, meeting.id, "异议部分成立")
    phases.back(meeting.office, meeting.chair, meeting.id, "更正")
    deliberation.name_correction(
        meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(4), "plan", CorrectionGround.ABNORMAL, "畸低"
    )
    deliberation.enter_correction(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(4), "plan", "27")
    meeting.give_opinions()
    meeting.advance()
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    found = {int(one.no[-1]): (one.rank, one.outcome.value, one.reason.value) for one in view.applications}
    assert found == {
        1: (1, "proposed", "signed"),
        2: (2, "proposed", "rank"),
        3: (4, "proposed", "signed"),
        4: (3, "alternate", "total"),
        5: (5, "declined", "total"),
        6: (None, "declined", "not_eligible"),
    }
    assert [str(one.text) for one in view.applications if one.reason == "signed"] == ["已在定稿名单，名额不变"] * 2
    assert meeting.advance() is Phase.PUBLICITY
    assert verify(meeting.office).ok


def test_archiving_wants_the_minutes_whole_and_with_every_signature(meeting_at, tmp_path):
    meeting = meeting_at(Phase.FINALISED)

    def export_as(actor):
        export(meeting.office, actor, meeting.id, "minutes", tmp_path)
        return [blocker.code for blocker in blockers(meeting)]

    assert "no_minutes" in [blocker.code for blocker in blockers(meeting)]
    assert "no_minutes" not in export_as(meeting.secretary)
    meeting.sign()
    assert [blocker.code for blocker in blockers(meeting)] == ["no_minutes"], "those had no signature yet"
    assert export_as(meeting.chair) == ["no_minutes"], "what was said of 1 is not in the chair's"
    assert export_as(meeting.secretary) == []
