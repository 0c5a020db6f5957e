"""64 desks marking at once: nothing acknowledged is lost, a save beside a raw insert, and when the others see it.

Each fills in its sheets one after the other, mark by mark, as at the keypad.

On a SQLite file, or on the PostgreSQL server that KMDX_TEST_DATABASE names (`tools/test_server.sh python -m bench many`
with KMDX_TEST_FSYNC=on starts one that keeps what it says). Every desk has a database opened for itself, marks at its
own pace, whether or not the one before took long, and looks for changes as often as a screen does.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from bench.big import code
from bench.measure import Result
from models import sealed
from models.database import Database
from models.phrases import plain_phrase
from models.policy.load import load_policy
from models.queries.audit import verify
from models.queries.base import Office
from models.queries.desk import desk as look
from models.services.desks import take_desk
from models.services.keys import with_keys
from models.services.office import find_person, found
from models.services.scoring import enter_marks, look_ahead
from models.views.people import Keys
from screens.watching import WATCH_SECONDS
from seeds.policies import builtin_text

MEETING, POLICY = "MANY", "kunming-2024"
PHRASE = "jiaolou hongchuan rihua piaoxi"
KEYS = Keys(b"b" * 32, b"s" * 32)
CODES = [criterion.code for criterion in load_policy(builtin_text(POLICY), POLICY).rubric.criteria]
CODES = CODES[: int(os.environ.get("KMDX_BENCH_MARKS", len(CODES)))]
"""What is marked on each sheet. KMDX_BENCH_MARKS=1: first marks only, which are the dearest."""

DESKS, SHEETS = 64, 200
RATE = 95
"""Marks a second, all desks together."""

LINGERING_SECONDS = 5
"""How long the desks go on looking after the last mark is due."""


def many_desks(folder: Path) -> str:
    """Marks of 64 desks, 200 sheets each (KMDX_BENCH_SHEETS: fewer)."""
    sheets = int(os.environ.get("KMDX_BENCH_SHEETS", SHEETS))
    place = _new_place(folder)
    office = build(place, sheets)
    raw = _played("raw", place, sheets)
    ours = _played("ours", place, sheets)
    marks = [mark for desk in ours for mark in desk["marks"]]
    _must_hold(office, marks, sheets)
    saves, floor = (_p99(took for desk in desks for _, _, _, took in desk["marks"]) for desks in (ours, raw))
    firsts = _p99(took for _, number, _, took in marks if _cell(number)[1] == CODES[0])
    seen = _p99(_seen_after(office, marks, ours))
    kind = "SQLite" if office.database.is_sqlite else "PostgreSQL"
    office.database.close()
    saved = Result(f"64 desks, {len(marks)} marks, {kind}: save p99", saves, floor, "raw insert, same rate", 3)
    first = Result("first marks of a sheet only: save p99", firsts, floor, "the same", None)
    period = WATCH_SECONDS * 1000
    noticed = Result(f"64 desks, {kind}: seen by others p99", seen, period, "a look's period", None, 500)
    return f"{saved}\n{first}\n{noticed}"


def _new_place(folder: Path) -> str:
    server = os.environ.get("KMDX_TEST_DATABASE")
    if not server:
        return str(folder / "many.db")
    name = f"kmdx_bench_{uuid4().hex[:8]}"
    database = Database(server)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    database.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def build(place: str, sheets: int) -> Office:
    """A meeting of as many desks in scoring, each with its sheets still blank."""
    office = found(place, builtin_text(POLICY), POLICY, "秘书", PHRASE)
    with office.database.writing() as db:
        db.execute(text("CREATE TABLE raw_mark (desk INTEGER, number INTEGER, value INTEGER)"))
        _fill(db, office.stamp(), sheets)
        _give_keys(db, office.stamp())
    return office


def _give_keys(db: Connection, at: str) -> None:
    """One pair for every seat, under one phrase: 64 pairs would take as long to wrap, and each mark as long to seal."""
    public = sealed.public_of(KEYS)
    pair = {"box": public.box, "sign": public.sign, "wrapped": sealed.wrap(KEYS, plain_phrase(PHRASE)), "at": at}
    seats = db.execute(text("SELECT id FROM seat")).scalars().all()
    db.execute(
        text(
            "INSERT INTO key_pair (seat_id, box_public, sign_public, wrapped, since) "
            "VALUES (:seat, :box, :sign, :wrapped, :at)"
        ),
        [pair | {"seat": seat} for seat in seats],
    )


def _fill(db: Connection, at: str, sheets: int) -> None:
    numbers = [{"id": n, "uscc": code(n), "no": f"A-{n:05d}", "yes": True, "not": False} for n in range(1, sheets + 1)]
    seats = [{"name": _name(n), "role": "chair" if n == 0 else "expert", "at": at, "yes": True} for n in range(DESKS)]
    rows: tuple[tuple[str, Any], ...] = (
        ("INSERT INTO batch (id, policy_file_id, quota) VALUES ('B', 1, 100)", {}),
        (
            "INSERT INTO meeting (id, batch_id, track, kind, title, phase, phase_since) "
            "VALUES ('MANY', 'B', 'transformation', 'selection', '多席位评审会', 'scoring', :at)",
            {"at": at},
        ),
        (
            "INSERT INTO seat (meeting_id, name, role, marks, origin, signed_in_at, absent_reason) "
            "VALUES ('MANY', :name, :role, :yes, 'expert', :at, '')",
            seats,
        ),
        ("INSERT INTO enterprise (id, uscc, name, size) VALUES (:id, :uscc, :no, 'medium')", numbers),
        (
            "INSERT INTO application (id, no, batch_id, enterprise_id, track, district, industry, prior_support_fen, "
            "prior_investment_fen, central_support, pilot_2022, dishonest, other_exclusion, filing_no, summary, "
            "materials, contact, phone, remark, notes) VALUES (:id, :no, 'B', :id, 'transformation', 'd', 'i', 0, 0, "
            ":not, :not, :not, '', '', '', '', '', '', '', '')",
            numbers,
        ),
        ("INSERT INTO item (application_id, meeting_id, eligible) VALUES (:id, 'MANY', :yes)", numbers),
    )
    for statement, values in rows:
        db.execute(text(statement), values)


def _name(desk: int) -> str:
    return f"专家{desk:02d}"


def _played(way: str, place: str, sheets: int) -> list[dict[str, Any]]:
    """What all desks did: marks as (desk, number, when acknowledged, milliseconds), and looks."""
    words = [sys.executable, "-m", "bench.many", way, place, str(sheets)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    desks: list[dict[str, Any]] = json.loads(done.stdout)
    return desks


def _must_hold(office: Office, marks: list[list[Any]], sheets: int) -> None:
    with office.database.reading() as db:
        kept = db.execute(
            text(
                "SELECT t.name, a.no, b.own_box FROM sealed_sheet b JOIN score_sheet s ON s.id = b.sheet_id "
                "JOIN seat t ON t.id = s.seat_id JOIN application a ON a.id = s.application_id"
            )
        ).all()
    found = {
        (name, no, code, milli)
        for name, no, box in kept
        if (sheet := sealed.open_own(box, KEYS))
        for code, milli in sheet.marks.items()
    }
    wanted = {(_name(desk), *_cell(number), _value(desk, number) * 1000) for desk, number, _, _ in marks}
    assert len(wanted) == DESKS * sheets * len(CODES)
    assert found == wanted, "an acknowledged mark is lost"
    # the meeting was put into the tables by hand: no entry tells of its rows and keys, nor is the floor's table ours
    by_hand = {"keys_unexplained", "row_unexplained", "schema_changed"}
    assert {one.code for one in verify(office).findings} == by_hand, "the record does not hold"


def _seen_after(office: Office, marks: list[list[Any]], desks: list[dict[str, Any]]) -> Iterable[float]:
    """For each mark and each other desk: milliseconds from the acknowledgement until a look showed it."""
    with office.database.reading() as db:
        told = "SELECT actor, seq FROM audit_entry WHERE act = 'marks.enter' ORDER BY seq"
        entries = db.execute(text(told)).all()
    seqs: dict[str, list[int]] = {}
    for actor, seq in entries:
        seqs.setdefault(actor, []).append(seq)
    looks = {desk["desk"]: ([token for _, token in desk["looks"]], [at for at, _ in desk["looks"]]) for desk in desks}
    for desk, number, at, _ in marks:
        seq = seqs[_name(desk)][number - 1]
        for other, (tokens, times) in looks.items():
            if other != desk:
                yield max(times[bisect_left(tokens, seq)] - at, 0.0) * 1000


def _p99(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.99)]


def _value(desk: int, number: int) -> int:
    return 1 + (desk + number) % 10


def _cell(number: int) -> tuple[str, str]:
    """Where a desk's mark of a number goes: application and criterion."""
    sheet, criterion = divmod(number - 1, len(CODES))
    return f"A-{sheet + 1:05d}", CODES[criterion]


# The desks: a process each, forked from one that has imported everything


_all_sit = get_context("fork").Barrier(DESKS)
"""Nobody begins before everybody has opened the database: who came late would have to hurry."""


def _sit(way: str, place: str, desk: int, sheets: int) -> dict[str, Any]:
    database = Database(place)
    save, rest = _hands(way, database, desk)
    rest(1)
    database.change_token()
    _all_sit.wait()
    begin = time.monotonic()
    draw = random.Random(desk)
    pause = DESKS / RATE
    marks, looks = [], []
    due, look = begin + draw.uniform(0, pause), begin + draw.uniform(0, WATCH_SECONDS)
    last = sheets * len(CODES)
    end = begin + last * pause + LINGERING_SECONDS
    number = 1
    while (now := time.monotonic()) < end:
        if number <= last and now >= due:
            begun = time.monotonic()
            save(number)
            done = time.monotonic()
            marks.append((desk, number, done, (done - begun) * 1000))
            number, due = number + 1, due + pause
            rest(number)
        elif way == "ours" and now >= look:
            looks.append((time.monotonic(), database.change_token()))
            look += WATCH_SECONDS
        else:
            time.sleep(max(min(due if number <= last else end, look if way == "ours" else end) - now, 0.0))
    assert number > last, "the desk could not keep its pace"
    database.close()
    return {"desk": desk, "marks": marks, "looks": looks}


def _hands(way: str, database: Database, desk: int) -> tuple[Callable[[int], object], Callable[[int], object]]:
    """How a mark of a number is saved, and what a desk does where the cursor rests before it is typed."""

    def nothing(_number: int) -> None: ...

    if way == "ours":
        office = Office(database)
        seat = find_person(office, f"{MEETING}/{_name(desk)}")
        actor = take_desk(office, with_keys(office, seat, PHRASE), MEETING, "bench")  # signed in, as whoever marks is
        look(office, actor, MEETING)  # as its screen does before a mark is typed

        def save(number: int) -> object:
            no, criterion = _cell(number)
            return enter_marks(office, actor, MEETING, no, {criterion: str(_value(desk, number))})

        def rest(number: int) -> None:
            look_ahead(office, actor, MEETING, _cell(number)[0])

        return save, rest
    if database.path is not None:
        file = sqlite3.connect(database.path, isolation_level=None, timeout=10, check_same_thread=False)
        file.execute("PRAGMA synchronous=FULL")
        return lambda number: file.execute("INSERT INTO raw_mark VALUES (?, ?, 12000)", (desk, number)), nothing
    pooled = database.engine.raw_connection()
    line: Any = pooled.driver_connection
    pooled.detach()
    line.autocommit = True
    return lambda number: line.execute("INSERT INTO raw_mark VALUES (%s, %s, 12000)", (desk, number)), nothing


def _sit_all() -> None:
    gc.collect()
    gc.freeze()  # as a desk does when it is open
    way, place, sheets = sys.argv[1:]
    sit = partial(_sit, way, place, sheets=int(sheets))
    with ProcessPoolExecutor(DESKS, mp_context=get_context("fork")) as desks:
        print(json.dumps(list(desks.map(sit, range(DESKS)))))  # one lasts to the end: each process gets one


if __name__ == "__main__":
    _sit_all()
