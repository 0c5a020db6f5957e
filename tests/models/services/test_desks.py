"""Desks: one for each person, taken over with the old one closed at once, gone when silent."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.enums import Phase
from models.errors import NotPermitted, Refused
from models.queries import desk as desk_query
from models.queries import meeting as meeting_query
from models.queries.audit import verify
from models.queries.door import door
from models.queries.presence import presence_of
from models.services import desks, scoring


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.SCORING)


def take(meeting, actor, place="甲机", **options):
    return desks.take_desk(meeting.office, actor, meeting.id, place, **options)


def enter(meeting, actor, mark="20"):
    return scoring.enter_marks(meeting.office, actor, meeting.id, meeting.no(2), {"plan": mark})


def presence(meeting, name):
    view = meeting_query.meeting(meeting.office, meeting.expert(4), meeting.id)
    return next(seat.presence for seat in view.seats if seat.name == name)


def marks(meeting):
    rows = desk_query.desk(meeting.office, meeting.expert(3), meeting.id).rows
    return next(row.marks for row in rows if row.no == meeting.no(2))


def test_everybody_sees_who_sits_where_at_the_door_and_in_the_meeting(meeting):
    assert presence(meeting, "专家3") is None
    sitting = take(meeting, meeting.expert(3))
    found = presence(meeting, "专家3")
    assert (found.place, found.here) == ("甲机", True)
    assert presence_of(meeting.office, meeting.expert(3)).place == "甲机"
    people = {person.name: person for person in door(meeting.office).meetings[0].people}
    assert people["专家3"].presence.place == "甲机"
    assert people["专家4"].presence is None
    desks.leave_desk(meeting.office, sitting, meeting.id)
    assert not presence(meeting, "专家3").here
    assert presence_of(meeting.office, meeting.expert(3)) is None


def test_a_person_of_the_office_has_one_desk_for_all_meetings(meeting):
    take(meeting, meeting.finance)
    assert presence(meeting, "李财政").here
    assert next(one for one in door(meeting.office).office if one.name == "李财政").presence.here
    with pytest.raises(Refused) as refused:
        desks.take_desk(meeting.office, meeting.finance, None, "乙机")
    assert refused.value.code == "desk_in_use"


def test_a_taken_desk_is_said_and_taken_over_only_on_purpose(meeting):
    first = take(meeting, meeting.expert(3))
    with pytest.raises(Refused) as refused:
        take(meeting, meeting.expert(3), "乙机")
    assert refused.value.code == "desk_in_use"
    assert "甲机" in str(refused.value)
    enter(meeting, first, "20")
    second = take(meeting, meeting.expert(3), "乙机", over=True)
    with pytest.raises(NotPermitted) as closed:
        enter(meeting, first, "25")
    assert closed.value.code == "desk_taken_over"
    assert "乙机" in str(closed.value)
    assert marks(meeting) == {"plan": 20_000}
    enter(meeting, second, "26")
    assert marks(meeting) == {"plan": 26_000}
    with pytest.raises(NotPermitted):
        desk_query.desk(meeting.office, first, meeting.id)
    with pytest.raises(NotPermitted):
        desks.must_be_theirs(meeting.office, first, meeting.id)
    desks.must_be_theirs(meeting.office, second, meeting.id)
    assert verify(meeting.office).ok


def test_what_was_taken_over_can_be_taken_back(meeting):
    first = take(meeting, meeting.expert(3))
    second = take(meeting, meeting.expert(3), "乙机", over=True)
    desks.take_back(meeting.office, first, meeting.id, "甲机")
    enter(meeting, first)
    with pytest.raises(NotPermitted):
        enter(meeting, second)
    assert presence(meeting, "专家3").place == "甲机"


def test_a_single_command_is_no_desk_and_goes_on(meeting):
    take(meeting, meeting.expert(3))
    enter(meeting, meeting.expert(3))
    assert marks(meeting) == {"plan": 20_000}


def test_a_desk_without_a_sign_of_life_is_gone_and_may_not_come_back_unasked(meeting):
    silent = take(meeting, meeting.expert(3))
    meeting.clock.now += timedelta(seconds=50)
    desks.give_sign(meeting.office, silent)
    meeting.clock.now += timedelta(seconds=50)
    assert presence(meeting, "专家3").here
    meeting.clock.now += timedelta(seconds=20)
    assert not presence(meeting, "专家3").here
    take(meeting, meeting.expert(3), "乙机")
    desks.give_sign(meeting.office, silent)
    assert presence(meeting, "专家3").place == "乙机"
    with pytest.raises(NotPermitted):
        enter(meeting, silent)


def test_sitting_down_anew_at_the_same_terminal_ends_the_former_sitting(meeting):
    first = take(meeting, meeting.expert(3))
    second = take(meeting, meeting.expert(3), former=first.desk)
    assert second.desk != first.desk
    take(meeting, meeting.expert(4), former=second.desk)
    assert not presence(meeting, "专家3").here


def test_signs_of_life_are_no_acts(meeting):
    sitting = take(meeting, meeting.expert(3))
    before = meeting.office.database.change_token()
    desks.give_sign(meeting.office, sitting)
    assert meeting.office.database.change_token() == before
    with meeting.office.database.reading() as connection:
        newest = connection.execute(text("SELECT act, actor FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()
    assert newest == ("desk.take", "专家3")
