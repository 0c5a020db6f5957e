"""Documents tell one moment, and say which."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.enums import Phase
from models.queries import audit
from models.queries.items import deliberation
from models.queries.minutes import minutes
from models.queries.record import record_mark, snapshot
from models.services import deliberation as acts
from models.services.export import export

MeetingAt = Callable[..., Any]


def test_snapshot_sees_nothing_that_is_written_meanwhile(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    with snapshot(meeting.office) as still:
        before = deliberation(still, meeting.secretary, meeting.id)
        meeting.give_opinions()
        assert deliberation(still, meeting.secretary, meeting.id) == before
    assert deliberation(meeting.office, meeting.secretary, meeting.id) != before


def test_snapshot_goes_by_the_clock_of_its_office(meeting_at: MeetingAt) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    with snapshot(meeting.office) as still:
        assert still.today() == meeting.clock().date()


def test_record_mark_is_the_last_entry_that_is_no_export(meeting_at: MeetingAt, tmp_path: Path) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    acts.record_dissent(meeting.office, meeting.expert(3), meeting.id, "不同意")
    [newest] = audit.trail(meeting.office, meeting.secretary, meeting.id, newest=1)
    export(meeting.office, meeting.secretary, meeting.id, "minutes", tmp_path)
    export(meeting.office, meeting.expert(3), meeting.id, "sheets", tmp_path)
    with meeting.office.database.reading() as connection:
        mark = record_mark(connection, meeting.id)
    assert (mark.seq, mark.hash, mark.at) == (newest.seq, newest.hash, newest.at)
    assert audit.verify(meeting.office, mark.hash).ok
    assert minutes(meeting.office, meeting.secretary, meeting.id).mark == mark
