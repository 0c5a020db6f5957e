"""A disk that takes nothing more: said at the desk, and what was typed is stored once there is room."""

import resource
from contextlib import contextmanager

from models.enums import Phase
from models.queries.desk import desk


def kept(meeting, expert: int, no: str) -> dict[str, int]:
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return dict(next(row.marks for row in rows if row.no == no))


@contextmanager
def no_room():
    """No file of this process may grow: what SQLite writes is refused by the system, as on a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_marks_that_a_full_disk_refused_are_stored_once_it_takes_marks_again(meeting_at, sit, on_file):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        with no_room():
            for mark in ("24", "17", "16"):
                await seat.type(mark)
                await seat.press("enter")
            assert "磁盘" in seat.said
            assert seat.text.count("!") >= 3, "each cell keeps its number, marked as not saved"
        assert kept(meeting, 3, meeting.no(1)) == {}
        await seat.press("left", *"9", "enter")
        assert kept(meeting, 3, meeting.no(1)) == {"plan": 24_000, "investment": 17_000, "effect": 9_000}
        assert "!" not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)


def test_words_that_could_not_be_stored_are_there_when_their_dialog_is_opened_again(meeting_at, sit, on_file):
    meeting = meeting_at(Phase.SCORING)
    words = "技术路线清楚，投入偏高，建议压减采集设备。"

    def comments():
        return [row.comment for row in desk(meeting.office, meeting.expert(3), meeting.id).rows if row.comment]

    async def script(seat):
        with no_room():
            await seat.press("f8")
            await seat.answer(words)
            assert "磁盘" in seat.said
            assert "键入的还在，再打开就能接着改。" in seat.said
        assert comments() == []
        await seat.press("down", "f8")
        assert words not in seat.text, "it belongs to another application"
        await seat.press("escape", "up", "f8")
        assert "上次键入的没有存下，还在这里。" in seat.text
        assert words in seat.text
        await seat.press("enter")
        assert comments() == [words]
        await seat.press("f8")
        assert "上次" not in seat.text

    sit(meeting, meeting.expert(3), "scoring", script)
