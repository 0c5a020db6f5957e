"""The service `publicity`: notices and objections."""

from datetime import date

import pytest

from models.enums import ObjectionOutcome, ObjectionState, Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import awards
from models.queries import meeting as meeting_query
from models.queries.publicity import notices, objections
from models.services import allocating, phases, publicity


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.PUBLICITY)


def object_to(meeting, application, *, objector="反映人甲", contact="13900000000", grounds="虚报设备", **more):
    return publicity.add_objection(
        meeting.office,
        meeting.secretary,
        meeting.id,
        meeting.no(application),
        grounds,
        objector=objector,
        contact=contact,
        **more,
    )


def view_of(meeting, number, actor=None):
    found = objections(meeting.office, actor or meeting.secretary, meeting.id)
    return next(one for one in found if one.number == number)


def decide(meeting, number, outcome, amount_fen=None, by=None):
    publicity.decide_objection(meeting.office, by or meeting.chair, meeting.id, number, outcome, "经核查", amount_fen)


def codes(meeting):
    return [b.code for b in meeting_query.meeting(meeting.office, meeting.secretary, meeting.id).blockers]


def test_a_notice_counts_five_working_days_after_its_first(meeting):
    """10 March 2026 is a Tuesday; the 14th and 15th are a weekend."""
    assert meeting.publish() == 1
    (notice,) = notices(meeting.office, meeting.supervisor, meeting.id)
    assert (notice.opens, notice.closes, notice.other_closes) == (
        date(2026, 3, 10),
        date(2026, 3, 17),
        date(2026, 3, 16),
    )
    assert sorted(item.no for item in notice.items) == [meeting.no(n) for n in (1, 2, 3)]
    with pytest.raises(Refused) as refused:
        meeting.publish()
    assert refused.value.code == "nothing_to_publish"


def test_a_notice_is_never_shorter_nor_before_the_allocation_closed(meeting):
    for opens, days, code in (
        (meeting.office.today(), 4, "too_few_days"),
        (date(2026, 3, 9), None, "before_allocation"),
    ):
        with pytest.raises(Refused) as refused:
            publicity.open_publicity(meeting.office, meeting.secretary, meeting.id, opens, "公告栏", days)
        assert refused.value.code == code
    with pytest.raises(WrongUse):
        publicity.open_publicity(meeting.office, meeting.secretary, meeting.id, meeting.office.today(), " ")


def test_a_year_without_calendar_is_refused_not_guessed(meeting):
    meeting.clock.go_to(date(2061, 1, 3))
    with pytest.raises(Refused) as refused:
        meeting.publish()
    assert refused.value.code == "calendar_unknown_year"
    assert notices(meeting.office, meeting.secretary, meeting.id) == ()


def test_an_open_objection_holds_back_its_own_application_only(meeting):
    meeting.publish()
    number = object_to(meeting, 2)
    assert (view_of(meeting, number).on_notice, view_of(meeting, number).in_period) == (True, True)
    assert codes(meeting) == ["period_runs"]
    meeting.clock.go_to(date(2026, 3, 18))
    assert meeting.advance() is Phase.FINALISED
    (listed,) = awards.award_lists(meeting.office, meeting.chair, meeting.id)
    assert [award.no for award in listed.awards] == [meeting.no(1), meeting.no(3)]


def test_who_objected_is_known_to_secretary_and_chair_only(meeting):
    meeting.publish()
    number = object_to(meeting, 2)
    for actor in (meeting.secretary, meeting.chair):
        assert view_of(meeting, number, actor).objector == "反映人甲"
        assert view_of(meeting, number, actor).contact == "13900000000"
    for actor in (meeting.finance, meeting.supervisor):
        assert "反映人甲" not in repr(view_of(meeting, number, actor))
        assert "13900000000" not in repr(view_of(meeting, number, actor))
    with pytest.raises(NotPermitted):
        objections(meeting.office, meeting.expert(3), meeting.id)


def test_a_late_objection_holds_nothing_back(meeting):
    meeting.publish()
    meeting.clock.go_to(date(2026, 3, 18))
    number = object_to(meeting, 2)
    assert (view_of(meeting, number).on_notice, view_of(meeting, number).in_period) == (True, False)
    assert meeting.advance() is Phase.FINALISED
    (listed,) = awards.award_lists(meeting.office, meeting.chair, meeting.id)
    assert [award.no for award in listed.awards] == [meeting.no(n) for n in (1, 2, 3)]
    assert "objection_open" in codes(meeting)


def test_an_objection_to_who_is_not_on_the_notice_holds_nothing_back(meeting):
    meeting.publish()
    number = object_to(meeting, 5)
    assert (view_of(meeting, number).on_notice, view_of(meeting, number).in_period) == (False, False)


@pytest.mark.parametrize("end", ["dismiss", "withdraw"])
def test_a_dismissed_or_withdrawn_objection_holds_no_more(meeting, end):
    meeting.publish()
    number = object_to(meeting, 2)
    act = publicity.dismiss_objection if end == "dismiss" else publicity.withdraw_objection
    with pytest.raises(WrongUse):
        act(meeting.office, meeting.secretary, meeting.id, number, "")
    act(meeting.office, meeting.secretary, meeting.id, number, "无具体事实")
    assert not view_of(meeting, number).open
    with pytest.raises(Refused):
        publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    meeting.clock.go_to(date(2026, 3, 18))
    meeting.advance()
    (listed,) = awards.award_lists(meeting.office, meeting.chair, meeting.id)
    assert len(listed.awards) == 3


def test_an_anonymous_objection_is_recorded_but_not_taken(meeting):
    meeting.publish()
    number = object_to(meeting, 2, objector=None, contact="")
    assert view_of(meeting, number).anonymous
    with pytest.raises(Refused) as refused:
        publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    assert refused.value.code == "anonymous"


def test_a_referred_objection_stays_open_until_decided(meeting):
    meeting.publish()
    number = object_to(meeting, 2)
    publicity.refer_objection(meeting.office, meeting.secretary, meeting.id, number, "移送纪检")
    assert view_of(meeting, number).open
    decide(meeting, number, ObjectionOutcome.REJECTED)
    assert view_of(meeting, number).state is ObjectionState.DECIDED


def test_only_an_accepted_objection_is_decided_and_only_by_the_chair(meeting):
    meeting.publish()
    number = object_to(meeting, 2)
    with pytest.raises(Refused) as refused:
        decide(meeting, number, ObjectionOutcome.UPHELD)
    assert refused.value.code == "objection_state"
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    for other in (meeting.secretary, meeting.deputy):
        with pytest.raises(NotPermitted):
            decide(meeting, number, ObjectionOutcome.UPHELD, by=other)
    with pytest.raises(WrongUse):
        decide(meeting, number, ObjectionOutcome.UPHELD, amount_fen=1)
    decide(meeting, number, ObjectionOutcome.UPHELD)


def test_an_objection_to_the_chairs_recusal_is_decided_by_the_deputy(meeting):
    meeting.publish()
    number = object_to(meeting, 1)
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    with pytest.raises(NotPermitted) as refused:
        decide(meeting, number, ObjectionOutcome.REJECTED)
    assert refused.value.code == "recused"
    decide(meeting, number, ObjectionOutcome.REJECTED, by=meeting.deputy)


def test_a_lowered_amount_is_published_anew(meeting):
    """2 was published with 400,000 yuan; found to be 300,000, it needs a full period of its own."""
    meeting.publish()
    number = object_to(meeting, 2)
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    with pytest.raises(Refused) as refused:
        decide(meeting, number, ObjectionOutcome.PARTIAL, 41_0000_00)
    assert refused.value.code == "amount_above"
    decide(meeting, number, ObjectionOutcome.PARTIAL, 30_0000_00)
    phases.back(meeting.office, meeting.chair, meeting.id, "部分成立")
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    assert next(item.amount_fen for item in view.applications if item.no == meeting.no(2)) == 30_0000_00
    meeting.advance()
    assert codes(meeting) == ["unpublished"]
    meeting.clock.go_to(date(2026, 3, 12))
    assert meeting.publish() == 2
    second = notices(meeting.office, meeting.secretary, meeting.id)[1]
    assert [(item.no, item.amount_fen) for item in second.items] == [(meeting.no(2), 30_0000_00)]
    assert second.closes == date(2026, 3, 19)


def test_evidence_is_known_by_its_digest(meeting, tmp_path):
    meeting.publish()
    proof = tmp_path / "铭牌.jpg"
    proof.write_bytes(b"abc")
    number = object_to(meeting, 2, evidence=[proof])
    assert view_of(meeting, number).evidence == ("铭牌.jpg（ba7816bf）",), "SHA-256 of abc, FIPS 180-2"
    with pytest.raises(WrongUse):
        object_to(meeting, 2, evidence=[tmp_path / "没有.jpg"])


def test_an_objection_needs_grounds_and_deadlines_follow_the_policy(meeting):
    meeting.publish()
    with pytest.raises(WrongUse):
        object_to(meeting, 2, grounds=" ")
    number = object_to(meeting, 2)
    assert (view_of(meeting, number).accept_by, view_of(meeting, number).decide_by) == (date(2026, 3, 17), None)


def test_what_came_within_a_period_holds_back_though_its_notice_was_recorded_later(meeting):
    opens = meeting.office.today()
    meeting.clock.go_to(date(2026, 3, 12))
    number = object_to(meeting, 2)
    assert not view_of(meeting, number).on_notice
    publicity.open_publicity(meeting.office, meeting.secretary, meeting.id, opens, "公告栏")
    assert (view_of(meeting, number).on_notice, view_of(meeting, number).in_period) == (True, True)
    meeting.clock.go_to(date(2026, 3, 18))
    meeting.advance()
    (listed,) = awards.award_lists(meeting.office, meeting.chair, meeting.id)
    assert [award.no for award in listed.awards] == [meeting.no(1), meeting.no(3)]


@pytest.mark.parametrize("end", ["accept", "refer"])
def test_an_objection_once_taken_is_decided_by_the_chair_not_dismissed(meeting, end):
    meeting.publish()
    number = object_to(meeting, 2)
    if end == "accept":
        publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    else:
        publicity.refer_objection(meeting.office, meeting.secretary, meeting.id, number, "移送纪检")
    with pytest.raises(Refused) as refused:
        publicity.dismiss_objection(meeting.office, meeting.secretary, meeting.id, number, "不予受理")
    assert refused.value.code == "objection_state"
    assert view_of(meeting, number).open


@pytest.mark.parametrize(("application", "fen", "code"), [(5, 10_0000_00, "no_amount"), (2, -1, "amount_negative")])
def test_an_amount_is_changed_only_within_what_was_published(meeting, application, fen, code):
    meeting.publish()
    number = object_to(meeting, application)
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
    with pytest.raises(Refused) as refused:
        decide(meeting, number, ObjectionOutcome.PARTIAL, fen)
    assert refused.value.code == code
