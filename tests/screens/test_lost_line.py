"""A line to the server that is lost: said, told apart from what was saved, and back by itself."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy.engine import make_url

from models.enums import Phase
from models.errors import DatabaseUnusable
from models.queries.audit import verify
from models.queries.base import Office
from models.queries.desk import desk
from models.services import scoring

pytestmark = pytest.mark.skipif(
    not os.environ.get("KMDX_TEST_DATABASE"), reason="a matter of servers, and KMDX_TEST_DATABASE names none"
)


def kept(meeting, expert: int, no: str) -> dict[str, int]:
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return dict(next(row.marks for row in rows if row.no == no))


class Line:
    """A line to the server that can be cut; `at_commit`: what becomes of the next commit, "lost" or "unanswered"."""

    def __init__(self, place: str) -> None:
        url = make_url(place)
        self._to = (url.host, url.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place = url.set(port=self._listener.getsockname()[1]).update_query_dict({"sslmode": "disable"})
        self.at_commit = ""
        self.open = True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """No line any more, until `mend`."""
        self.open = False
        for pair in self._pairs:
            _hang_up(*pair)
        self._pairs.clear()

    def mend(self) -> None:
        self.open = True

    def _accept(self) -> None:
        while True:
            here, _ = self._listener.accept()
            if not self.open:
                here.close()
                continue
            there = socket.create_connection(self._to)
            self._pairs.append((here, there))
            threading.Thread(target=self._forth, args=(here, there), daemon=True).start()
            threading.Thread(target=self._back, args=(there, here), daemon=True).start()

    def _forth(self, here: socket.socket, there: socket.socket) -> None:
        while data := _received(here):
            if self.at_commit and b"COMMIT\0" in data:
                if self.at_commit == "unanswered":
                    here.shutdown(socket.SHUT_WR)
                    there.sendall(data)
                    time.sleep(0.2)
                self.at_commit = ""
                break
            there.sendall(data)
        _hang_up(here, there)

    def _back(self, there: socket.socket, here: socket.socket) -> None:
        while data := _received(there):
            try:
                here.sendall(data)
            except OSError:
                break


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def on_line(meeting, places) -> tuple[Line, Office]:
    line = Line(meeting.place)
    return line, Office(places.open(line.place.render_as_string(hide_password=False)), meeting.clock)


@pytest.mark.parametrize("commit", ["lost", "unanswered"])
def test_an_act_whose_commit_got_no_answer_is_looked_up(meeting_at, places, commit):
    """Done is done, and lost is lost: whoever acted is told which."""
    meeting = meeting_at(Phase.SCORING)
    line, office = on_line(meeting, places)
    before = verify(meeting.office).entries
    line.at_commit = commit
    if commit == "unanswered":
        scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
        assert kept(meeting, 3, meeting.no(2)) == {"plan": 20_000}
    else:
        with pytest.raises(DatabaseUnusable) as lost:
            scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
        assert lost.value.code == "database_unreachable"
        assert kept(meeting, 3, meeting.no(2)) == {}
    found = verify(meeting.office)
    assert (found.ok, found.entries) == (True, before + (commit == "unanswered"))


def test_a_lost_line_is_said_and_comes_back_by_itself(meeting_at, places, until_token):
    meeting = meeting_at(Phase.SCORING)
    line, office = on_line(meeting, places)
    token = office.database.change_token()
    line.cut()
    with pytest.raises(DatabaseUnusable) as lost:
        office.database.change_token()
    assert lost.value.code == "database_unreachable"
    with pytest.raises(DatabaseUnusable):
        scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    scoring.enter_marks(meeting.office, meeting.expert(4), meeting.id, meeting.no(2), {"plan": "20"})
    line.mend()
    assert until_token(office.database, token + 1, 3.0) < 3.0
    scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    assert kept(meeting, 3, meeting.no(2)) == {"plan": 20_000}


def test_a_desk_says_that_its_line_is_lost_keeps_what_is_typed_and_comes_back(meeting_at, places, sit):
    meeting = meeting_at(Phase.SCORING)
    line, office = on_line(meeting, places)

    async def until(said: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not said():
                await asyncio.sleep(0.05)

    async def script(seat):
        line.cut()
        await until(lambda: "连不上数据库" in seat.said)
        await seat.type("24")
        await seat.press("enter")
        await until(lambda: "连不上数据库" in seat.said)
        assert "24" in seat.text
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(1), {"effect": "12"})
        line.mend()
        await until(lambda: kept(meeting, 3, meeting.no(1)) == {"plan": 24_000, "effect": 12_000})
        await seat.settle()
        assert "没有" not in seat.said
        assert "12" in seat.text, "what came from elsewhere meanwhile"

    sit(replace(meeting, office=office), meeting.expert(3), "scoring", script)


def test_the_sheet_under_the_cursor_is_looked_at_before_it_is_marked(meeting_at, sit):
    """A round less for its first mark; what comes between is still seen."""
    meeting = meeting_at(Phase.SCORING)
    office = meeting.office

    async def script(seat):
        await seat.until(lambda: meeting.no(1) in office.looks)
        await seat.press("down")
        await seat.until(lambda: meeting.no(2) in office.looks)
        await seat.type("24")
        await seat.press("enter")
        assert kept(meeting, 3, meeting.no(2)) == {"plan": 24_000}

    sit(meeting, meeting.expert(3), "scoring", script)
