"""The database: pragmas on every connection, the schema that Alembic makes, and files that are not ours."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

import models.migrations
from models.database import REVISION, Database
from models.enums import Phase
from models.errors import DatabaseUnusable
from models.migrations import upgrade
from models.queries.audit import verify
from models.queries.base import Office
from models.queries.desk import desk
from models.services import scoring
from models.tables.all import metadata


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(str(tmp_path / "kmdx.db"))
    upgrade(made)
    return made


def test_every_connection_has_the_pragmas(database: Database) -> None:
    with database.reading() as one, database.reading() as two:
        for connection in (one, two):
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
        made = set(connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'mark'")).scalars())
    assert "value_milli >= 0" in next(iter(made))


def test_the_program_wants_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(models.migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_foreign_keys_and_checks_hold(database: Database) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), database.writing() as connection:
        connection.execute(text("INSERT INTO batch (id, policy_file_id, quota) VALUES ('B', 99, 1)"))
    with pytest.raises(IntegrityError, match="CHECK"), database.writing() as connection:
        connection.execute(text("INSERT INTO enterprise (uscc, name, size) VALUES ('short', 'x', 'medium')"))


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    row = "INSERT INTO enterprise (uscc, name, size) VALUES (:uscc, 'x', 'medium')"

    def insert_and_fail() -> None:
        with database.writing() as connection:
            connection.execute(text(row), {"uscc": "91350100M000100Y43"})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        insert_and_fail()
    with database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM enterprise")).scalar() == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        Database(str(tmp_path / "none.db")).check_ours()
    assert refused.value.code == "database_missing"
    assert "none.db" in str(refused.value)


def test_a_foreign_database_is_not_ours(tmp_path: Path) -> None:
    place = tmp_path / "other.db"
    with sqlite3.connect(place) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES (?)", (REVISION,))
    other.close()
    with pytest.raises(DatabaseUnusable) as refused:
        Database(str(place)).check_ours()
    assert refused.value.code == "database_not_ours"


def test_no_database_at_all_is_not_ours(tmp_path: Path) -> None:
    place = tmp_path / "text.db"
    place.write_text("this is no database, only some text that is long enough to be read as a header" * 20)
    with pytest.raises(DatabaseUnusable) as refused:
        Database(str(place)).check_ours()
    assert refused.value.code == "database_not_ours"


def test_a_newer_database_is_refused(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable) as refused:
        database.check_ours()
    assert refused.value.code == "database_revision"


def test_a_full_disk_undoes_the_act_and_says_so(meeting_at: Callable[..., Any], places: Any, on_file: None) -> None:
    meeting = meeting_at(Phase.SCORING)
    database = places.open(meeting.place)

    @event.listens_for(database.engine, "connect")
    def no_more_pages(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 20}")

    office, saved = Office(database, meeting.clock), ""

    def write_on() -> None:
        nonlocal saved
        for n in range(1000):
            comment = f"{n:04d}" * 250
            scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2 + n % 4), {}, comment)
            saved = comment

    with pytest.raises(DatabaseUnusable) as full:
        write_on()
    assert full.value.code == "database_full"
    assert saved, "there was room at first"
    rows = desk(meeting.office, meeting.expert(3), meeting.id).rows
    assert max(row.comment for row in rows) == saved
    assert verify(meeting.office).ok


def mark(meeting: Any, value: str) -> None:
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(1), {"plan": value})


def move(path: Path, folder: Path, by: Callable[[str, str], object]) -> Path:
    """A database with the log beside it, in another folder."""
    folder.mkdir(exist_ok=True)
    for file in path.parent.glob(f"{path.name}*"):
        by(str(file), str(folder / file.name))
    return folder / path.name


def test_a_file_that_was_moved_away_takes_no_marks_until_it_is_back(
    meeting_at: Callable[..., Any], tmp_path: Path, on_file: None
) -> None:
    meeting = meeting_at(Phase.SCORING)
    database, path = meeting.office.database, meeting.office.database.path
    mark(meeting, "20")
    token = database.change_token()
    away = move(path, tmp_path / "away", shutil.move)
    for tried in (
        partial(mark, meeting, "21"),
        partial(desk, meeting.office, meeting.expert(3), meeting.id),
        database.change_token,
    ):
        with pytest.raises(DatabaseUnusable) as refused:
            tried()
        assert refused.value.code == "database_missing"
    assert not list(path.parent.glob(f"{path.name}*"))
    move(away, path.parent, shutil.move)
    assert database.change_token() == token
    mark(meeting, "22")
    assert desk(meeting.office, meeting.expert(3), meeting.id).rows[0].marks["plan"] == 22_000


def test_a_file_that_another_one_took_the_place_of_takes_no_marks(
    meeting_at: Callable[..., Any], tmp_path: Path, on_file: None
) -> None:
    meeting = meeting_at(Phase.SCORING)
    database, path = meeting.office.database, meeting.office.database.path
    mark(meeting, "20")
    away = move(path, tmp_path / "away", shutil.copy)
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    move(away, path.parent, shutil.copy)
    mark(meeting, "21")
    again = Office(Database(str(path)), meeting.clock)
    assert desk(again, meeting.expert(3), meeting.id).rows[0].marks["plan"] == 21_000
    assert database.change_token() == again.database.change_token()
    again.database.close()


def test_what_may_only_be_read_says_so(meeting_at: Callable[..., Any], on_file: None) -> None:
    meeting = meeting_at(Phase.SCORING)
    meeting.office.database.close()
    folder = Path(tempfile.mkdtemp())  # open to all above it, as pytest's own folders are not
    try:
        place = Path(shutil.copy(meeting.office.database.path, folder / "kmdx.db"))
        place.chmod(0o444)
        folder.chmod(0o555)

        def act() -> str:
            office = Office(Database(str(place)), meeting.clock)
            try:
                office.database.check_ours()
                scoring.enter_marks(office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "20"})
            except DatabaseUnusable as error:
                return error.code
            return "done"

        assert as_nobody(act) == "database_read_only"
        place.chmod(0o666)  # only its folder
        assert as_nobody(act) == "database_read_only"
        folder.chmod(0o000)
        assert as_nobody(act) == "database_unreachable"
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


READ_ONLY_MOUNT = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 77; shift; exec "$@"'
"""For a shell with mounts of its own: a folder on a file system that may only be read, then a command there."""


@pytest.mark.parametrize("left_open", [False, True])
def test_a_file_system_that_may_only_be_read_is_said_by_the_command(
    meeting_at: Callable[..., Any], tmp_path: Path, on_file: None, left_open: bool
) -> None:
    meeting = meeting_at(Phase.SCORING)
    original = meeting.office.database.path
    meeting.office.database.close()
    with ExitStack() as stack:
        if left_open:  # else there is no log beside the file: SQLite can't even make what it reads through
            stack.enter_context(meeting.office.database.reading()).execute(text("SELECT 1 FROM meeting"))
        (folder := tmp_path / "mounted").mkdir()
        for file in original.parent.glob(f"{original.name}*"):
            shutil.copy(file, folder)
    place = folder / original.name
    assert place.with_name(place.name + "-shm").exists() is left_open
    act = ["--database", str(place), "--as", "专家1", "meeting", "advance", meeting.id]
    command = ["unshare", "-rm", "sh", "-c", READ_ONLY_MOUNT, "sh", str(folder), sys.executable, "-m", "kmdx_tui", *act]
    if shutil.which("unshare") is None:
        pytest.skip("no unshare here, to mount a file system that may only be read")
    said = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "KMDX_PIN": meeting.pin})
    if said.returncode == 77 or "unshare" in said.stderr:
        pytest.skip(f"nothing may be mounted here: {said.stderr.strip()}")
    assert said.returncode == 5, said.stderr
    assert f"数据库 {place} 只能读，写不进去。" in said.stderr
    assert "先复制到本机磁盘" in said.stderr


def as_nobody(act: Callable[[], str]) -> str:
    """What an act comes to for somebody whom permissions bind: root has them all."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            said = act()
        except BaseException as error:
            said = repr(error)
        os.write(there, said.encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(here, encoding="utf-8") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said
