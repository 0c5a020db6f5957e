"""A meeting on a file or on a server (KMDX_TEST_DATABASE): writers at once, conflicts, lost lines, stale writes."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Integer, Text, text
from sqlalchemy.engine import make_url
from sqlmodel.sql.sqltypes import AutoString

from models import engines
from models.database import Database
from models.enums import Phase
from models.errors import DatabaseUnusable, Refused
from models.migrations import upgrade
from models.queries.audit import verify
from models.queries.base import Office
from models.queries.desk import desk
from models.services import hot, hot_writes, scoring
from models.services import office as offices
from models.tables.all import metadata
from tests.conftest import PHRASE

SERVER = os.environ.get("KMDX_TEST_DATABASE", "")
CERTIFICATE = os.environ.get("KMDX_TEST_CERTIFICATE", "")
on_server = pytest.mark.skipif(not SERVER, reason="a matter of servers, and KMDX_TEST_DATABASE names none")
with_tls = pytest.mark.skipif(not CERTIFICATE, reason="no server with TLS: KMDX_TEST_CERTIFICATE names none")
SEEN_WITHIN_SECONDS = 0.5


def again(meeting, places) -> Office:
    """Another desk: the same database opened once more."""
    return Office(places.open(meeting.place), meeting.clock)


def raw(place: str) -> psycopg.Connection:
    return psycopg.connect(make_url(place).set(drivername="postgresql").render_as_string(hide_password=False))


def kept(meeting, expert: int, no: str) -> dict[str, int]:
    rows = desk(meeting.office, meeting.expert(expert), meeting.id).rows
    return dict(next(row.marks for row in rows if row.no == no))


# What is kept, and in which order


def test_numbers_past_32_bits_are_kept(office):
    with office.database.writing() as connection:
        connection.execute(
            text("INSERT INTO batch (id, policy_file_id, quota, budget_fen) VALUES ('B', 1, 1, :fen)"), {"fen": 10**15}
        )
    with office.database.reading() as connection:
        assert connection.execute(text("SELECT budget_fen FROM batch")).scalar_one() == 10**15


def test_texts_are_ordered_by_code_point(office):
    ids = ["B10", "B2", "b1", "B-1", "中", "一", "乙", "甲", "Ä", "a", "Z", "_", "10", "9", "𠀀", "龘", "é"]
    with office.database.writing() as connection:
        for one in ids:
            connection.execute(text("INSERT INTO batch (id, policy_file_id, quota) VALUES (:id, 1, 1)"), {"id": one})
    with office.database.reading() as connection:
        assert list(connection.execute(text("SELECT id FROM batch ORDER BY id")).scalars()) == sorted(ids)


def test_the_migrations_make_the_tables_of_the_models(places, tmp_path):
    database = places.open(places.new(tmp_path / "kmdx.db"))
    upgrade(database)
    upgrade(database)

    def differ(_context, _inspected, _column, found, wanted):
        widened = isinstance(found, BigInteger) and isinstance(wanted, Integer)
        unified = isinstance(found, Text) and isinstance(wanted, AutoString)
        return False if widened or unified else None  # that is what `upgrade` makes of them on a server

    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": differ})
        assert compare_metadata(context, metadata) == []


@on_server
def test_a_server_is_founded_once(places, tmp_path):
    place = places.new(tmp_path / "kmdx.db")
    policy = "kunming-2024"
    from seeds.policies import builtin_text

    with pytest.raises(DatabaseUnusable) as none:
        places.open(place).check_ours()
    assert none.value.code == "database_not_ours"
    office = offices.found(place, builtin_text(policy), policy, "张秘书", PHRASE)
    office.database.check_ours()
    with pytest.raises(Refused) as refused:
        offices.found(place, builtin_text(policy), policy, "李秘书", PHRASE)
    assert refused.value.code == "database_exists"
    assert [name for name, *_ in offices.users(office)] == ["张秘书"]
    office.database.close()


@on_server
def test_desks_of_several_machines_go_by_the_clock_of_their_server(meeting_at, places):
    """Here it is three hours ahead of the desk: the desk finds another function before PostgreSQL's own."""
    meeting = meeting_at(Phase.SCORING)
    with raw(meeting.place) as stranger:
        stranger.execute("CREATE SCHEMA ahead")
        stranger.execute(
            "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
            "AS $$SELECT pg_catalog.clock_timestamp() + interval '3 hours'$$"
        )
    first = {"options": "-csearch_path=ahead,public,pg_catalog"}
    office = Office(places.open(make_url(meeting.place).update_query_dict(first).render_as_string(hide_password=False)))
    scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    with office.database.reading() as connection:
        at = connection.execute(text("SELECT at FROM audit_entry ORDER BY seq DESC LIMIT 1")).scalar_one()
    ahead = datetime.fromisoformat(at) - datetime.now(UTC)
    assert timedelta(hours=2, minutes=55) < ahead < timedelta(hours=3, minutes=5)


def test_desks_of_one_machine_go_by_its_clock(meeting_at, places, on_file):
    meeting = meeting_at(Phase.SCORING)
    before = datetime.now(UTC)
    office = Office(places.open(meeting.place))
    assert before <= office.clock() <= datetime.now(UTC)


# Writers at once


def test_writers_at_once_lose_nothing(meeting_at, places):
    meeting = meeting_at(Phase.SCORING)
    before = verify(meeting.office).entries

    def mark(expert: int) -> None:
        office = again(meeting, places)
        for round_ in range(5):
            for number in range(2, 6):
                scoring.enter_marks(
                    office, meeting.expert(expert), meeting.id, meeting.no(number), {"plan": str(10 + round_ + expert)}
                )

    with ThreadPoolExecutor(5) as desks:
        list(desks.map(mark, range(1, 6)))
    found = verify(meeting.office)
    assert (found.ok, found.entries) == (True, before + 5 * 5 * 4)
    for expert in range(1, 6):
        assert [kept(meeting, expert, meeting.no(number)) for number in range(2, 6)] == [
            {"plan": (14 + expert) * 1000} for _ in range(4)
        ]


def test_of_two_desks_doing_the_same_act_one_does_it_and_the_other_is_told(meeting_at, places):
    meeting = meeting_at(Phase.SCORING)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), meeting.marks(3, 2))
    start = threading.Barrier(2)

    def submit(office: Office) -> str:
        start.wait()
        try:
            scoring.submit(office, meeting.expert(3), meeting.id, [meeting.no(2)])
        except Refused as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(2) as desks:
        said = list(desks.map(submit, [again(meeting, places), again(meeting, places)]))
    assert sorted(said) == ["already_submitted", "done"]
    assert verify(meeting.office).ok


_PROCESS = """
import sys
from models.database import Database
from models.errors import Refused
from models.queries.base import Office
from models.services import hot, hot_writes, scoring
from models.services.office import find_person
place, who, meeting, no = sys.argv[1:]
office = Office(Database(place))
actor = find_person(office, who)
print("ready", flush=True)
sys.stdin.readline()
try:
    scoring.submit(office, actor, meeting, [no])
except Refused as error:
    print(error.code)
else:
    print("done")
"""


def test_of_two_processes_doing_the_same_act_one_does_it_and_the_other_is_told(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), meeting.marks(3, 2))
    words = [sys.executable, "-c", _PROCESS, meeting.place, f"{meeting.id}/专家3", meeting.id, meeting.no(2)]
    desks = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for one in desks:
        assert one.stdout.readline() == "ready\n"
    for one in desks:
        one.stdin.write("\n")
        one.stdin.flush()
    assert sorted(one.communicate(timeout=60)[0].strip() for one in desks) == ["already_submitted", "done"]


@contextmanager
def held(meeting) -> Iterator[None]:
    """Somebody holds the chain's head and does not let go."""
    database = Database(meeting.place)
    with database.holding_head():
        yield
    database.close()


def test_an_act_that_waits_too_long_is_given_up_in_words(meeting_at, places, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 200)
    meeting = meeting_at(Phase.SCORING)
    office = again(meeting, places)
    with held(meeting), pytest.raises(DatabaseUnusable) as busy:
        scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    assert busy.value.code == "busy"
    scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "21"})
    assert kept(meeting, 3, meeting.no(2)) == {"plan": 21_000}


@on_server
def test_an_engine_that_refuses_instead_of_waiting_is_asked_again(meeting_at, places, monkeypatch):
    """As distributed engines do: in SERIALIZABLE, who waited for the head is refused with 40001, and tries anew."""
    meeting = meeting_at(Phase.SCORING)
    monkeypatch.setattr(hot_writes, "BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE")
    refused = []
    really = engines.is_refused_in_turn
    monkeypatch.setattr(engines, "is_refused_in_turn", lambda error: refused.append(error) or really(error))
    monkeypatch.setattr(hot, "TRIES", 50)
    all_there = threading.Barrier(5)

    def mark(expert: int) -> None:
        office = again(meeting, places)
        all_there.wait()
        for _round in range(10):
            for number in range(2, 6):
                marks = {"plan": str(expert)}
                scoring.enter_marks(office, meeting.expert(expert), meeting.id, meeting.no(number), marks)

    with ThreadPoolExecutor(5) as desks:
        list(desks.map(mark, range(1, 6)))
    assert {error.sqlstate for error in refused} == {"40001"}, "the conflicts were real"
    assert [kept(meeting, n, meeting.no(3)) for n in range(1, 6)] == [{"plan": n * 1000} for n in range(1, 6)]
    assert verify(meeting.office).ok


@on_server
def test_a_deadlock_with_a_stranger_undoes_the_act_and_says_so(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    stranger = raw(meeting.place)
    stranger.execute("SET deadlock_timeout = '30s'")  # so that it is the act that finds out
    stranger.execute("UPDATE score_sheet SET comment = 'x'")
    wants = threading.Timer(0.3, lambda: stranger.execute("SELECT * FROM audit_head FOR UPDATE"))
    wants.start()
    with pytest.raises(DatabaseUnusable) as busy:
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "25"})
    assert busy.value.code == "busy"
    wants.join()
    stranger.rollback()
    stranger.close()
    assert kept(meeting, 3, meeting.no(2)) == {"plan": 20_000}


# Noticing


def test_a_change_at_one_desk_is_seen_at_another(meeting_at, places, until_token):
    meeting = meeting_at(Phase.SCORING)
    other = again(meeting, places).database
    token = other.change_token()
    for n in range(1, 6):
        scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": str(n)})
        assert until_token(other, token + n, 2.0) < SEEN_WITHIN_SECONDS
    assert other.change_token() == token + 5


def test_a_change_is_seen_though_nobody_told_of_it(meeting_at, places, until_token):
    meeting = meeting_at(Phase.SCORING)
    other = again(meeting, places).database
    token = other.change_token()
    with meeting.office.database.writing() as connection:
        connection.execute(text("UPDATE audit_head SET seq = seq + 1"))
    assert until_token(other, token + 1, 3.0) < 1.5


# What a server refuses


@on_server
def test_nobody_answers_at_this_port():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(DatabaseUnusable) as away:
        Database(f"postgresql+psycopg://somebody:swordfish@127.0.0.1:{port}/kmdx").check_ours()
    assert away.value.code == "database_unreachable"
    assert "没有开着" in str(away.value)
    assert "swordfish" not in str(away.value)


@on_server
def test_a_wrong_password_is_said_and_not_shown(places, tmp_path):
    place = make_url(places.new(tmp_path / "kmdx.db")).set(password="swordfish").render_as_string(hide_password=False)
    try:
        raw(place).close()
    except psycopg.OperationalError:
        pass
    else:
        pytest.skip("this server asks for no password")
    with pytest.raises(DatabaseUnusable) as wrong:
        places.open(place).check_ours()
    assert "密码不对" in str(wrong.value)
    assert "swordfish" not in str(wrong.value)


@on_server
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("ALTER DATABASE {name} SET default_transaction_read_only = on", "database_read_only"),
        (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$; "
            "CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry EXECUTE FUNCTION full_disk()",
            "database_full",
        ),
    ],
)
def test_a_server_that_takes_no_writes_says_why(meeting_at, places, statement, code):
    meeting = meeting_at(Phase.SCORING)
    with raw(meeting.place) as administrator:
        administrator.execute(statement.format(name=make_url(meeting.place).database))
    with pytest.raises(DatabaseUnusable) as refused:
        scoring.enter_marks(again(meeting, places), meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    assert refused.value.code == code
    assert kept(meeting, 3, meeting.no(2)) == {}


@on_server
@with_tls
def test_tls_parameters_reach_the_server(meeting_at, places, tmp_path):
    meeting = meeting_at(Phase.SCORING)
    url = make_url(meeting.place)

    def encrypted(**parameters: str) -> bool:
        place = url.update_query_dict(parameters).render_as_string(hide_password=False)
        with places.open(place).reading() as connection:
            return connection.execute(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).scalar_one()

    assert encrypted(sslmode="verify-full", sslrootcert=CERTIFICATE)
    assert not encrypted(sslmode="disable")
    other = tmp_path / "other.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout"]
        + [str(tmp_path / "key.pem"), "-out", str(other)],
        check=True,
        capture_output=True,
    )
    with pytest.raises(DatabaseUnusable) as refused:
        encrypted(sslmode="verify-full", sslrootcert=str(other))
    assert "证书" in str(refused.value)


@on_server
def test_a_line_that_the_server_ended_is_not_used_again(meeting_at):
    """As after a restart of the server: what was pooled is dead, and nobody is told of it."""
    meeting = meeting_at(Phase.SCORING)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
    with raw(meeting.place) as stranger:
        ended = stranger.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert ended is not None
    assert ended[0] >= 1
    time.sleep(0.2)
    assert kept(meeting, 3, meeting.no(2)) == {"plan": 20_000}
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "21"})
    assert kept(meeting, 3, meeting.no(2)) == {"plan": 21_000}
