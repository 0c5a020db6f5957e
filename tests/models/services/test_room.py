"""Items called one by one: who presides, who is out, in which order; and what is kept of it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.enums import ItemOrder, Phase, RecusalGround, Role
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import room as query
from models.queries.audit import trail, verify
from models.services import attendance, deliberation, phases, room
from models.views.room import DiscussionView, RoomView, Span


@pytest.fixture
def meeting(meeting_at):
    """In deliberation; 专家1, the chair, is recused from 1, 专家4 from 1 and 2, 专家5 from 4."""
    meeting = meeting_at(Phase.DELIBERATING)
    for expert, number in ((4, 1), (4, 2), (5, 4)):
        recuse(meeting, expert, number)
    return meeting


def recuse(meeting, expert, number):
    attendance.add_recusal(
        meeting.office,
        meeting.expert(expert),
        meeting.id,
        f"专家{expert}",
        meeting.no(number),
        RecusalGround.KINSHIP,
    )


def call(meeting, number, by=None):
    room.call_item(meeting.office, by or meeting.chair, meeting.id, meeting.no(number))


def close(meeting, by=None):
    return room.close_item(meeting.office, by or meeting.chair, meeting.id)


def now(meeting, who=None):
    return query.room(meeting.office, who or meeting.supervisor, meeting.id)


def kept(meeting):
    with meeting.office.database.reading() as connection:
        return query.discussions(connection, meeting.id)


def movements(meeting):
    view = now(meeting)
    return view.leave, view.stay_out, view.may_return


def reveal_without_the_fifth(meeting, reason):
    """专家5 is absent; the others hand in all that is due, and the chair reveals."""
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", reason)
    for expert in range(1, 5):
        for number in range(1, 6):
            if (expert, number) != (1, 1):
                meeting.submit(expert, number)
    meeting.advance()


# Calling


def test_every_desk_sees_who_leaves_stays_out_and_comes_back(meeting):
    assert now(meeting) == RoomView(None, "", None, None, (), (), (), (), ())
    call(meeting, 2)
    view = now(meeting, meeting.expert(4))
    assert (view.no, view.enterprise, view.presiding) == (meeting.no(2), "示例企业2", ("专家1", Role.CHAIR))
    assert movements(meeting) == (("专家4",), (), ())
    assert view.is_out("专家4")
    assert not view.is_out("专家3")
    call(meeting, 4)
    assert movements(meeting) == (("专家5",), (), ("专家4",))
    call(meeting, 3)
    assert movements(meeting) == ((), (), ("专家5",))


def test_who_is_recused_from_both_stays_out(meeting):
    recuse(meeting, 5, 2)
    call(meeting, 2)
    call(meeting, 4)
    assert movements(meeting) == ((), ("专家5",), ("专家4",))


def test_an_item_that_is_ended_lets_its_recused_come_back(meeting):
    call(meeting, 2)
    assert close(meeting) == meeting.no(2)
    assert now(meeting) == RoomView(None, "", None, None, (), (), ("专家4",), (), ())
    with pytest.raises(Refused) as refused:
        close(meeting)
    assert refused.value.code == "nothing_called"
    call(meeting, 4)
    assert movements(meeting) == (("专家5",), (), ())


def test_an_item_under_discussion_is_not_called_again(meeting):
    call(meeting, 2)
    with pytest.raises(Refused) as refused:
        call(meeting, 2)
    assert refused.value.code == "already_called"
    assert len(kept(meeting)) == 1


def test_a_recusal_found_during_the_discussion_sends_its_member_out(meeting):
    call(meeting, 3)
    recuse(meeting, 4, 3)
    assert movements(meeting) == (("专家4",), (), ())
    attendance.add_recusal(
        meeting.office, meeting.chair, meeting.id, "专家1", meeting.no(3), RecusalGround.OTHER, "想起来了"
    )
    assert now(meeting).presiding == ("专家2", Role.DEPUTY)


# Presiding


def test_only_the_deputy_calls_and_ends_an_item_of_the_chairs_recusal(meeting):
    with pytest.raises(NotPermitted) as refused:
        call(meeting, 1)
    assert refused.value.code == "recused"
    call(meeting, 1, meeting.deputy)
    assert now(meeting).presiding == ("专家2", Role.DEPUTY)
    assert movements(meeting) == (("专家1", "专家4"), (), ())
    for act in (lambda: close(meeting), lambda: call(meeting, 2), lambda: step_out(meeting, 3)):
        with pytest.raises(NotPermitted) as refused:
            act()
        assert refused.value.code == "other_presides"
    assert now(meeting).no == meeting.no(1)
    close(meeting, meeting.deputy)
    call(meeting, 2)


def test_the_chair_goes_on_once_the_deputys_item_has_its_opinion(meeting):
    call(meeting, 1, meeting.deputy)
    deliberation.give_opinion(meeting.office, meeting.deputy, meeting.id, [meeting.no(1)], "同意")
    call(meeting, 2)
    assert movements(meeting) == ((), ("专家4",), ("专家1",))


def test_the_deputy_takes_over_for_an_own_item_but_leaves_the_chairs_to_the_chair(meeting):
    call(meeting, 2)
    with pytest.raises(NotPermitted) as refused:
        close(meeting, meeting.deputy)
    assert refused.value.code == "other_presides"
    with pytest.raises(NotPermitted) as refused:
        call(meeting, 3, meeting.deputy)
    assert refused.value.code == "chairs_item"
    assert now(meeting).no == meeting.no(2)
    call(meeting, 1, meeting.deputy)
    assert now(meeting).no == meeting.no(1)


def test_where_nobody_is_free_to_preside_the_chair_may_still_end_it(meeting):
    call(meeting, 3)
    for expert in (1, 2):
        recuse(meeting, expert, 3)
    assert now(meeting).presiding is None
    assert close(meeting) == meeting.no(3)


def test_the_phase_ends_the_discussion_and_the_next_deliberation_begins_anew(meeting):
    meeting.give_opinions()
    call(meeting, 2)
    step_out(meeting, 3)
    meeting.advance()
    phases.back(meeting.office, meeting.chair, meeting.id, "更正")
    assert now(meeting) == RoomView(None, "", None, None, (), (), (), (), ())
    assert kept(meeting)[0].ended is not None
    assert query.upcoming(meeting.office, meeting.chair, meeting.id).called == 0
    call(meeting, 4)
    assert movements(meeting) == (("专家5",), (), ())


def test_the_room_is_for_deliberation_and_the_record_holds_it(meeting_at, meeting):
    call(meeting, 2)
    room.set_order(meeting.office, meeting.chair, meeting.id, ItemOrder.RANK)
    step_out(meeting, 3)
    room.come_back(meeting.office, meeting.chair, meeting.id, "专家3")
    close(meeting)
    acts = [line.act for line in trail(meeting.office, meeting.secretary, meeting.id)]
    assert {"item.call", "item.order", "room.move", "item.close"} <= set(acts)
    assert verify(meeting.office).ok
    scoring = meeting_at(Phase.SCORING)
    for act in (
        lambda: call(scoring, 2),
        lambda: close(scoring),
        lambda: step_out(scoring, 3),
        lambda: room.set_order(scoring.office, scoring.chair, scoring.id, ItemOrder.RANK),
        lambda: now(scoring),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "wrong_phase"


def test_the_order_is_the_chairs(meeting):
    for other in (meeting.deputy, meeting.expert(3), meeting.secretary, meeting.supervisor, meeting.finance):
        with pytest.raises(NotPermitted):
            room.set_order(meeting.office, other, meeting.id, ItemOrder.RANK)
    assert query.upcoming(meeting.office, meeting.chair, meeting.id).order is ItemOrder.NUMBER


# The order


def order(meeting, which, who=None):
    view = query.upcoming(meeting.office, who or meeting.chair, meeting.id, which)
    return [int(no[-3:]) for no in view.nos], view.moves, view.least


def test_items_come_by_number_by_rank_or_with_the_fewest_movements(meeting):
    """Recused: 1 from 1, 4 from 1 and 2, 5 from 4. By number 专家1 4 go out, 1 comes in, 4 in, 5 out, 5 in: six."""
    recuse(meeting, 1, 4)  # now by number: out 1 4, in 1, in 4, out 1 5, in 1 5: eight
    assert order(meeting, ItemOrder.NUMBER) == ([1, 2, 3, 4, 5], 8, 6)
    assert order(meeting, ItemOrder.MOVEMENTS) == ([3, 5, 2, 1, 4], 6, 6)
    assert order(meeting, ItemOrder.RANK)[0] == [1, 2, 3, 4, 5]


def test_the_order_goes_on_from_who_is_out_already(meeting):
    call(meeting, 4)
    assert order(meeting, ItemOrder.MOVEMENTS) == ([1, 2, 3, 5], 5, 5)  # in 5, out 1 4, in 1, in 4
    recuse(meeting, 5, 3)
    assert order(meeting, ItemOrder.MOVEMENTS) == ([3, 1, 2, 5], 5, 5)
    assert order(meeting, ItemOrder.NUMBER)[0] == [1, 2, 3, 5]


def test_next_is_the_first_of_the_chosen_order_and_says_who_presides(meeting):
    first = query.upcoming(meeting.office, meeting.chair, meeting.id)
    assert (first.next, first.presiding, first.called) == (meeting.no(1), ("专家2", Role.DEPUTY), 0)
    room.set_order(meeting.office, meeting.chair, meeting.id, ItemOrder.MOVEMENTS)
    call(meeting, 3)
    after = query.upcoming(meeting.office, meeting.chair, meeting.id)
    assert (after.order, after.next, after.called) == (ItemOrder.MOVEMENTS, meeting.no(5), 1)
    for number in (5, 2, 4):
        call(meeting, number)
    close(meeting)
    call(meeting, 1, meeting.deputy)
    end = query.upcoming(meeting.office, meeting.chair, meeting.id)
    assert (end.next, end.presiding, end.called, end.moves) == (None, None, 5, 2)


def test_who_is_absent_moves_for_no_item(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    recuse(meeting, 5, 2)
    reveal_without_the_fifth(meeting, "发烧")
    call(meeting, 2)
    assert movements(meeting) == ((), (), ())
    assert order(meeting, ItemOrder.NUMBER)[1:] == (2, 2)
    (told,) = kept(meeting)
    assert told.left == ()
    assert [(one.name, one.since, one.until, one.reason) for one in told.away] == [("专家5", told.begun, None, "发烧")]


# Stepping out


def step_out(meeting, expert, reason=""):
    room.step_out(meeting.office, meeting.chair, meeting.id, f"专家{expert}", reason)


def test_who_steps_out_is_told_until_back(meeting):
    call(meeting, 2)
    step_out(meeting, 3, "接电话")
    assert now(meeting).stepped_out == ("专家3",)
    with pytest.raises(Refused) as refused:
        step_out(meeting, 3)
    assert refused.value.code == "already_out"
    room.come_back(meeting.office, meeting.chair, meeting.id, "专家3")
    assert now(meeting).stepped_out == ()
    with pytest.raises(Refused) as refused:
        room.come_back(meeting.office, meeting.chair, meeting.id, "专家3")
    assert refused.value.code == "not_out"


def test_only_who_came_steps_out_and_only_the_chairs_say_so(meeting):
    with pytest.raises(WrongUse):
        step_out(meeting, 9)
    for other in (meeting.expert(3), meeting.secretary):
        with pytest.raises(NotPermitted):
            room.step_out(meeting.office, other, meeting.id, "专家3")


def test_a_stepped_out_member_who_is_recused_stays_out_and_is_not_called_back(meeting):
    step_out(meeting, 4)
    call(meeting, 2)
    assert movements(meeting) == ((), ("专家4",), ())
    assert now(meeting).stepped_out == ()
    call(meeting, 3)
    assert movements(meeting) == ((), (), ())
    assert now(meeting).stepped_out == ("专家4",)


# What is kept


def test_each_discussion_is_kept_with_its_times_and_who_was_out(meeting):
    call(meeting, 2)
    step_out(meeting, 3, "接电话")
    call(meeting, 3)
    recuse(meeting, 5, 3)
    room.come_back(meeting.office, meeting.chair, meeting.id, "专家3")
    close(meeting)
    call(meeting, 1, meeting.deputy)
    with meeting.office.database.reading() as connection:
        away = connection.execute(text("SELECT since, until FROM away")).one()
        late = connection.execute(text("SELECT MAX(at) FROM recusal")).scalar_one()
    second, third, first = kept(meeting)
    assert second == DiscussionView(
        meeting.no(2),
        "示例企业2",
        second.begun,
        third.begun,
        "专家1",
        (Span("专家4", second.begun, third.begun),),
        (Span("专家3", away.since, third.begun, "接电话"),),
    )
    assert third.left == (Span("专家5", late, third.ended),)
    assert third.away == (Span("专家3", third.begun, away.until, "接电话"),)
    assert (first.presiding, first.ended, [one.name for one in first.left]) == ("专家2", None, ["专家1", "专家4"])
    assert first.away == ()


def test_an_absence_that_ended_is_not_told_as_presence(meeting_at):
    """专家5 was absent, came when the deliberation had begun, and the discussion before that is told without."""
    meeting = meeting_at(Phase.SCORING)
    reveal_without_the_fifth(meeting, "堵车")
    call(meeting, 2)
    meeting.clock.now += timedelta(minutes=10)
    call(meeting, 3)
    meeting.clock.now += timedelta(minutes=10)
    attendance.sign_in(meeting.office, "专家5", meeting.id, meeting.pin, recusals={})
    call(meeting, 4)
    second, third, fourth = kept(meeting)
    assert second.away == (Span("专家5", second.begun, second.ended, "堵车"),)
    assert [(one.name, one.since, one.reason) for one in third.away] == [("专家5", third.begun, "堵车")]
    assert third.away[0].until < third.ended
    assert fourth.away == ()
    step_out(meeting, 5)
    assert now(meeting).stepped_out == ("专家5",)


def test_two_desks_calling_the_same_item_call_it_once(meeting):
    from concurrent.futures import ThreadPoolExecutor

    def try_it(_):
        try:
            call(meeting, 2)
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, range(2))) == ["already_called", "done"]
    assert len(kept(meeting)) == 1
