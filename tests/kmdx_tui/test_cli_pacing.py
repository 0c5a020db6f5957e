"""Locks, slips, calls and countdowns from the command line."""

from datetime import datetime, timedelta

import pytest
from docx import Document

from models.enums import Phase


@pytest.fixture
def at(room, meeting_at):
    def open_(phase):
        meeting = meeting_at(phase)
        room.enter(meeting)
        return meeting

    return open_


def test_wrong_pins_lock_single_commands_too_and_the_chair_sees_it(room, at):
    at(Phase.SCORING)
    codes = [room.refused(4, "M1/专家3", "marks", "show", "M1", pin="不是这个")["code"] for _ in range(5)]
    assert codes == ["wrong_secret"] * 4 + ["locked"]
    assert room.refused(4, "M1/专家3", "marks", "show", "M1")["code"] == "locked"
    seats = {one["seat"]: one for one in room.do("M1/专家1", "seat", "list", "M1")["seats"]}
    assert seats["专家3"]["locked_until"] is not None
    assert seats["专家4"]["locked_until"] is None
    assert "次输错" in room.say("M1/专家1", "seat", "list", "M1")[1]
    assert room.do("M1/专家4", "seat", "list", "M1")["seats"][2]["locked_until"] is None
    room.now += timedelta(minutes=2)
    assert room.say("M1/专家3", "marks", "show", "M1")[0] == 0


def test_slips_are_written_and_their_codes_let_in(room, at, tmp_path):
    at(Phase.SIGNING_IN)
    made = room.do("张秘书", "seat", "slips", "M1", "-o", str(tmp_path / "条"), "--address", "http://10.0.0.2:8000")
    assert [(one["seat"], one["role"]) for one in made["slips"]][:3] == [
        ("专家1", "组长"),
        ("专家2", "副组长"),
        ("专家3", "专家"),
    ]
    words = "\n".join(cell.text for row in Document(made["file"]).tables[0].rows for cell in row.cells)
    assert all(one["code"] in words for one in made["slips"])
    room.do("专家3", "sign-in", "M1", "--no-conflict", pin=made["slips"][2]["code"], new_pin="654321")
    assert room.refused(4, "M1/专家3", "seat", "slips", "M1")["code"] == "not_permitted"


def test_call_names_who_is_late(room, at):
    meeting = at(Phase.SCORING)
    assert room.do("M1/专家1", "call", "M1")["late"] == {"专家1": 4, "专家2": 5, "专家3": 5, "专家4": 5, "专家5": 5}
    assert room.refused(4, "张秘书", "call", "M1")["code"] == "not_permitted"
    meeting.score_all()
    assert room.refused(1, "M1/专家1", "call", "M1")["code"] == "nobody_late"


def test_countdown_tells_its_end_and_is_taken_away(room, at):
    at(Phase.SCORING)
    ends = datetime.fromisoformat(room.do("M1/专家1", "countdown", "M1", "30")["ends_at"])
    assert ends == room.now.replace(microsecond=ends.microsecond) + timedelta(minutes=30)
    assert room.do("M1/专家1", "countdown", "M1", "0")["ends_at"] is None
    assert room.say("M1/专家1", "countdown", "M1", "9999")[0] == 2
    assert room.say("M1/专家1", "countdown", "M1", "一会儿")[0] == 2
