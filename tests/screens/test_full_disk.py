"""A disk that takes nothing more: said at the desk, and what was typed is stored once there is room."""

import resource

from models.enums import Phase
from models.queries.desk import desk


def kept(meeting, expert: int, no: str) -> dict[str, int]:
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return dict(next(row.marks for row in rows if row.no == no))


def test_marks_that_a_full_disk_refused_are_stored_once_it_takes_marks_again(meeting_at, sit, on_file):
    """No file of this process may grow: what SQLite writes is refused by the system, as on a disk without room."""
    meeting = meeting_at(Phase.SCORING)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def script(seat):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
            for mark in ("24", "17", "16"):
                await seat.type(mark)
                await seat.press("enter")
            assert "磁盘" in seat.said
            assert seat.text.count("!") >= 3, "each cell keeps its number, marked as not saved"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert kept(meeting, 3, meeting.no(1)) == {}
        await seat.press("left", *"9", "enter")
        assert kept(meeting, 3, meeting.no(1)) == {"plan": 24_000, "investment": 17_000, "effect": 9_000}
        assert "!" not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)
