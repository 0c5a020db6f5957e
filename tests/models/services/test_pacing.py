from datetime import datetime, timedelta

import pytest

from models.enums import Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import desk as desk_query
from models.queries import meeting as meeting_query
from models.services import pacing


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.SCORING)


def view(meeting):
    return meeting_query.meeting(meeting.office, meeting.chair, meeting.id)


def test_the_chair_reminds_those_whose_sheets_are_out(meeting):
    for application in range(1, 6):
        meeting.submit(3, application)
    meeting.submit(4, 2)
    late = pacing.remind(meeting.office, meeting.chair, meeting.id)
    assert late == {"专家1": 4, "专家2": 5, "专家4": 4, "专家5": 5}
    assert view(meeting).reminded_at is not None
    assert desk_query.desk(meeting.office, meeting.expert(4), meeting.id).reminded_at is not None


def test_nobody_but_the_chair_reminds_and_nobody_when_all_are_in(meeting):
    for actor in (meeting.secretary, meeting.expert(3)):
        with pytest.raises(NotPermitted):
            pacing.remind(meeting.office, actor, meeting.id)
    meeting.score_all()
    with pytest.raises(Refused) as refused:
        pacing.remind(meeting.office, meeting.chair, meeting.id)
    assert refused.value.code == "nobody_late"


def test_a_countdown_runs_from_now_is_replaced_and_taken_away(meeting):
    ends = pacing.start_countdown(meeting.office, meeting.chair, meeting.id, 30)
    assert datetime.fromisoformat(ends) == meeting.clock.now + timedelta(minutes=30)
    assert view(meeting).countdown_ends_at == ends
    assert desk_query.desk(meeting.office, meeting.expert(4), meeting.id).countdown_ends_at == ends
    pacing.start_countdown(meeting.office, meeting.chair, meeting.id, 5)
    assert view(meeting).countdown_ends_at < ends
    assert pacing.start_countdown(meeting.office, meeting.chair, meeting.id, 0) is None
    assert view(meeting).countdown_ends_at is None
    for minutes in (-1, 721):
        with pytest.raises(WrongUse):
            pacing.start_countdown(meeting.office, meeting.chair, meeting.id, minutes)
    with pytest.raises(NotPermitted):
        pacing.start_countdown(meeting.office, meeting.secretary, meeting.id, 5)


def test_running_out_changes_nothing_and_the_next_phase_has_no_countdown_of_the_former(meeting):
    pacing.start_countdown(meeting.office, meeting.chair, meeting.id, 1)
    pacing.remind(meeting.office, meeting.chair, meeting.id)
    meeting.clock.now += timedelta(minutes=2)
    meeting.submit(3, 2)
    assert view(meeting).phase is Phase.SCORING
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in ((1, 1), (3, 2)):
                meeting.submit(expert, application)
    meeting.advance()
    assert (view(meeting).countdown_ends_at, view(meeting).reminded_at) == (None, None)
