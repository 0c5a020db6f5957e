"""Acts on own sheets look first and are written in one go: what happens in between decides."""

import socket
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from models.enums import Phase
from models.errors import DatabaseUnusable, NotPermitted, Refused
from models.queries.audit import verify
from models.queries.base import Office
from models.queries.desk import desk
from models.services import attendance, desks, hot, hot_writes, own_sheet, pacing, returning, scoring
from models.tables.all import metadata


def again(meeting, places) -> Office:
    """Another desk: the same database opened once more."""
    return Office(places.open(meeting.place), meeting.clock)


def kept(meeting, expert: int, no: str) -> dict[str, int]:
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return dict(next(row.marks for row in rows if row.no == no))


@pytest.fixture
def after_look(monkeypatch):
    """Have something done right after a look at a sheet, as often as there are things; returns how many were taken."""

    def plan(*doings) -> list[object]:
        left, looks = list(doings), []
        really = hot.look

        def look(*args):
            seen = really(*args)
            looks.append(seen)
            if left:
                left.pop(0)()
            return seen

        monkeypatch.setattr(hot, "look", look)
        return looks

    return plan


@pytest.mark.parametrize("sealed", [False, True])
def test_what_others_do_to_their_sheets_meanwhile_is_no_matter(meeting_at, places, after_look, sealed):
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    there, no = again(meeting, places), meeting.no(2)
    looks = after_look(lambda: scoring.enter_marks(there, meeting.expert(4), meeting.id, no, {"plan": "11"}))
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, no, {"plan": "20"})
    assert len(looks) == 2, "each looked once"
    assert (kept(meeting, 3, no), kept(meeting, 4, no)) == ({"plan": 20_000}, {"plan": 11_000})
    assert verify(meeting.office).ok


@pytest.mark.parametrize("sealed", [False, True])
def test_the_other_desk_of_the_same_seat_is_looked_at_again(meeting_at, places, after_look, sealed):
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    there, expert, no = again(meeting, places), meeting.expert(3), meeting.no(2)
    after_look(lambda: scoring.enter_marks(there, expert, meeting.id, no, {"plan": "11", "effect": "12"}))
    with pytest.raises(Refused) as stale:
        scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": "20"}, seen={"plan": None})
    assert stale.value.code == "stale"
    after_look(lambda: scoring.enter_marks(there, expert, meeting.id, no, {"plan": "13"}))
    saved = scoring.enter_marks(meeting.office, expert, meeting.id, no, {"effect": "14"}, seen={"effect": 12_000})
    assert saved.marks == kept(meeting, 3, no) == {"plan": 13_000, "effect": 14_000}
    assert verify(meeting.office).ok


def test_a_sheet_that_the_chair_returns_meanwhile_is_not_overwritten(meeting_at, places, after_look):
    meeting = meeting_at(Phase.SCORING)
    expert, no = meeting.expert(3), meeting.no(2)
    there = again(meeting, places)
    meeting.submit(3, 2)
    meeting.office.looks.clear()  # so that it is looked at
    after_look(lambda: returning.return_sheet(there, meeting.chair, meeting.id, "专家3", no, "漏评"))
    with pytest.raises(Refused) as refused:
        scoring.take_back(meeting.office, expert, meeting.id, no)
    assert refused.value.code == "not_submitted"
    row = next(row for row in desk(meeting.office, expert, meeting.id).rows if row.no == no)
    assert (row.state, row.reason) == ("returned", "漏评")
    assert verify(meeting.office).ok


def test_who_is_recorded_absent_meanwhile_marks_no_more(meeting_at, places, after_look):
    meeting = meeting_at(Phase.SCORING)
    there = again(meeting, places)
    after_look(lambda: attendance.record_absent(there, meeting.chair, meeting.id, "专家3", "急诊"))
    with pytest.raises(Refused) as refused:
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    assert refused.value.code == "absent"
    assert verify(meeting.office).ok


@pytest.mark.parametrize("sealed", [False, True])
def test_who_is_never_quick_enough_gets_a_turn_of_its_own(meeting_at, places, after_look, sealed):
    """An act that matters comes between each time: after some tries nothing can come between any more."""
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    there, no = again(meeting, places), meeting.no(2)
    looks = after_look(*[lambda: pacing.remind(there, meeting.chair, meeting.id)] * hot.TRIES)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, no, {"plan": "20"})
    assert len(looks) == hot.TRIES + 1
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, no, {"plan": "", "effect": "12"})
    assert kept(meeting, 3, no) == {"effect": 12_000}
    assert verify(meeting.office).ok


@pytest.mark.parametrize("sealed", [False, True])
def test_a_server_that_can_do_less_is_written_to_step_by_step(meeting_at, sealed):
    """As older and distributed engines: no hash of the chain's kind, or no pipeline."""
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    database, expert = meeting.office.database, meeting.expert(3)
    if database.server is None:
        pytest.skip("a matter of servers, and this run is on a file")
    database.__dict__["server"] = replace(database.server, in_one_round=False, tells=False, flushes=False)
    scoring.enter_marks(meeting.office, expert, meeting.id, meeting.no(2), meeting.marks(3, 2))
    scoring.submit(meeting.office, expert, meeting.id, [meeting.no(2)])
    row = next(row for row in desk(meeting.office, expert, meeting.id).rows if row.no == meeting.no(2))
    assert row.state == "submitted"
    assert verify(meeting.office).ok


@pytest.mark.parametrize("sealed", [False, True])
def test_the_sheet_that_was_marked_last_is_not_looked_at_again(meeting_at, places, after_look, sealed):
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    expert, no, there = meeting.expert(3), meeting.no(2), again(meeting, places)
    looks = after_look()
    scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": "20"}, "一")
    scoring.enter_marks(there, meeting.expert(4), meeting.id, no, {"plan": "11"})
    scoring.enter_marks(meeting.office, expert, meeting.id, no, {"effect": "12"}, seen={"effect": None})
    saved = scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": ""}, "二", seen_comment="一")
    assert len(looks) == 2, "one for each of the two experts"
    assert saved.marks == kept(meeting, 3, no) == {"effect": 12_000}
    scoring.enter_marks(there, expert, meeting.id, no, {"plan": "13"})
    with pytest.raises(Refused) as stale:
        scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": "20"}, seen={"plan": None})
    assert stale.value.code == "stale", "what another desk of the seat did is seen"
    assert verify(meeting.office).ok


@pytest.mark.parametrize("sealed", [False, True])
def test_nobody_is_refused_by_what_is_remembered(meeting_at, places, sealed):
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    expert, no = meeting.expert(3), meeting.no(2)
    scoring.enter_marks(meeting.office, expert, meeting.id, no, meeting.marks(3, 2))
    scoring.submit(meeting.office, expert, meeting.id, [no])
    returning.return_sheet(again(meeting, places), meeting.chair, meeting.id, "专家3", no, "漏评")
    scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": "12"})
    assert kept(meeting, 3, no)["plan"] == 12_000
    attendance.record_absent(again(meeting, places), meeting.chair, meeting.id, "专家3", "急诊")
    with pytest.raises(Refused) as absent:
        scoring.enter_marks(meeting.office, expert, meeting.id, no, {"plan": "20"})
    assert absent.value.code == "absent"
    assert verify(meeting.office).ok


def test_a_sheet_looked_at_ahead_is_not_looked_at_again(meeting_at, places, after_look):
    """Own marks on other sheets between don't matter; one by another desk of the seat on this sheet does."""
    meeting = meeting_at(Phase.SCORING, sealed=True)
    office, expert, no, other = meeting.office, meeting.expert(3), meeting.no(2), meeting.no(3)
    entries = verify(office).entries
    looks = after_look()
    scoring.look_ahead(office, expert, meeting.id, no)
    on_server = not office.database.is_sqlite
    assert len(looks) == on_server, "a file is looked at as quickly when it is time"
    assert kept(meeting, 3, no) == {}, "nothing is written"
    assert verify(office).entries == entries
    scoring.enter_marks(office, expert, meeting.id, other, {"plan": "20"})
    scoring.enter_marks(office, expert, meeting.id, no, {"plan": "21"})
    assert len(looks) == 2
    scoring.look_ahead(office, expert, meeting.id, meeting.no(4))
    scoring.enter_marks(again(meeting, places), expert, meeting.id, meeting.no(4), {"plan": "11"})
    with pytest.raises(Refused) as stale:
        scoring.enter_marks(office, expert, meeting.id, meeting.no(4), {"plan": "22"}, seen={"plan": None})
    assert stale.value.code == "stale"
    scoring.look_ahead(office, meeting.finance, meeting.id, no)
    scoring.look_ahead(office, expert, meeting.id, "无此项目")
    assert (kept(meeting, 3, no), kept(meeting, 3, other)) == ({"plan": 21_000}, {"plan": 20_000})
    assert verify(office).ok


def test_nothing_is_built_on_a_look_at_another_database(meeting_at, after_look):
    """As after an older backup was put in its place: the chain has not come so far yet."""
    meeting = meeting_at(Phase.SCORING)
    office, expert, no = meeting.office, meeting.expert(3), meeting.no(2)
    scoring.enter_marks(office, expert, meeting.id, no, {"plan": "20"})
    actor, sheet = office.looks[no]
    office.looks[no] = (actor, replace(sheet, seq=sheet.seq + 1))
    looks = after_look()
    scoring.enter_marks(office, expert, meeting.id, no, {"effect": "12"})
    assert len(looks) == 1
    assert kept(meeting, 3, no) == {"plan": 20_000, "effect": 12_000}
    assert verify(office).ok


@pytest.mark.parametrize("sealed", [False, True])
def test_nobody_gets_what_is_remembered_of_another(meeting_at, sealed):
    """Two persons at one office, as at a desk that changes hands: the marks of the first are there to be leaked."""
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    office, no = meeting.office, meeting.no(2)
    scoring.enter_marks(office, meeting.expert(3), meeting.id, no, {"plan": "20", "effect": "12"}, "可行")
    assert office.looks[no][1].marks == {"plan": 20_000, "effect": 12_000}
    saved = scoring.enter_marks(office, meeting.expert(4), meeting.id, no, {"plan": "11"})
    assert (saved.before, saved.marks) == ({}, {"plan": 11_000})
    scoring.enter_marks(office, meeting.expert(3), meeting.id, no, {"plan": "21"})
    with pytest.raises(NotPermitted):
        scoring.enter_marks(office, meeting.finance, meeting.id, no, {"plan": "11"})
    assert kept(meeting, 3, no) == {"plan": 21_000, "effect": 12_000}
    assert kept(meeting, 4, no) == {"plan": 11_000}


def test_what_is_remembered_is_forgotten_with_the_desk(sealed_at):
    meeting = sealed_at(Phase.SCORING)
    at = desks.take_desk(meeting.office, meeting.expert(3), meeting.id, "甲机")
    scoring.enter_marks(meeting.office, at, meeting.id, meeting.no(2), {"plan": "20"})
    assert meeting.office.looks
    desks.leave_desk(meeting.office, at, meeting.id)
    assert meeting.office.looks == {}, "opened marks don't stay in the memory of who sits here next"


def test_a_look_too_long_ago_is_not_built_on(meeting_at, places, after_look, monkeypatch):
    """However harmless what came after it: only so many entries are gone through while the head is held."""
    meeting = meeting_at(Phase.SCORING)
    there, no = again(meeting, places), meeting.no(2)

    def others_mark(count):
        for number in range(1, count + 1):
            scoring.enter_marks(there, meeting.expert(4), meeting.id, meeting.no(number), {"plan": "11"})

    for count, looks_taken in ((2, 1), (3, 2)):
        monkeypatch.setattr(hot_writes, "AT_MOST_SINCE", 2)
        looks = after_look(lambda count=count: others_mark(count))
        for desk_ in (meeting.office, there):
            desk_.looks.clear()
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, no, {"plan": "20"})
        assert len(looks) - count == looks_taken, "the others looked once for each of theirs"


def test_every_column_of_a_sheet_is_looked_at(office):
    """What is not looked at would be missing from the row's digest."""
    tables = metadata.tables
    assert set(own_sheet.SHEET) == set(tables["score_sheet"].columns.keys())
    assert {"sheet_id", *own_sheet.BOX} == set(tables["sealed_sheet"].columns.keys())


def test_who_has_no_seat_or_no_sheets_is_told_so(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    for actor, code in ((meeting.finance, "not_permitted"), (meeting.supervisor, "not_permitted")):
        with pytest.raises(NotPermitted) as refused:
            scoring.enter_marks(meeting.office, actor, meeting.id, meeting.no(2), {"plan": "20"})
        assert refused.value.code == code
    with meeting.office.database.reading() as connection:
        told = connection.execute(text("SELECT refused FROM audit_entry ORDER BY seq DESC LIMIT 2")).scalars().all()
    assert told == ["not_permitted", "not_permitted"], "each refusal is in the chain, once"


def test_a_server_that_is_away_at_the_first_mark_is_said_so(meeting_at, places):
    """Before anything is known of what it can do."""
    meeting = meeting_at(Phase.SCORING)
    if meeting.office.database.is_sqlite:
        pytest.skip("a matter of servers, and this run is on a file")
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    away = make_url(meeting.place).set(port=port).render_as_string(hide_password=False)
    office = Office(places.open(away), meeting.clock)
    with pytest.raises(DatabaseUnusable) as lost:
        scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    assert lost.value.code == "database_unreachable"


def test_ids_of_sheets_come_from_the_servers_own_sequence(office):
    if office.database.is_sqlite:
        pytest.skip("a matter of servers, and this run is on a file")
    with office.database.reading() as connection:
        found = connection.execute(text("SELECT pg_get_serial_sequence('score_sheet', 'id')")).scalar_one()
    assert found.rpartition(".")[2] == own_sheet.SEQUENCE


def test_a_desk_that_was_taken_over_marks_no_more(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    first = desks.take_desk(meeting.office, meeting.expert(3), meeting.id, "甲机")
    second = desks.take_desk(meeting.office, meeting.expert(3), meeting.id, "乙机", over=True)
    with pytest.raises(NotPermitted) as refused:
        scoring.enter_marks(meeting.office, first, meeting.id, meeting.no(2), {"plan": "20"})
    assert refused.value.code == "desk_taken_over"
    assert "乙机" in str(refused.value)
    scoring.enter_marks(meeting.office, second, meeting.id, meeting.no(2), {"plan": "20"})
    assert kept(meeting, 3, meeting.no(2)) == {"plan": 20_000}
