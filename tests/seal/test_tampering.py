"""Whatever is changed in a database behind the program's back, `verify` finds: every table, every column, every row.

The record is a meeting in which everything happened, so that every table holds rows. What is changed is read from the
schema: a new table or column is covered, or fails here. Files only: a row is the same row on a server.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Table, UniqueConstraint, text

from models.database import Database
from models.queries.audit import verify
from models.queries.base import Office
from models.queries.rows import NOT_NAMED, OF_SHEET, TABLES, written_tables
from models.tables.all import metadata

pytestmark = pytest.mark.usefixtures("on_file")

CHAIN = frozenset({"audit_entry", "audit_head"})
COLUMNS = [
    (table.name, column.name) for table in metadata.sorted_tables for column in table.columns if table.name not in CHAIN
]


@pytest.fixture(scope="module")
def office(eventful_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The whole meeting as it was played."""
    path = tmp_path_factory.mktemp("tampered") / "whole.db"
    shutil.copy(eventful_file, path)
    return Office(Database(str(path)))


@pytest.fixture
def found_after(eventful_file: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """What is found once statements were run past the program, on a copy."""

    def found(*statements: str, head: str | None = None) -> list[str]:
        path = tmp_path / "tampered.db"
        shutil.copy(eventful_file, path)
        raw = sqlite3.connect(path)
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.execute("PRAGMA synchronous=OFF")
        for statement in statements:
            assert raw.execute(statement).rowcount != 0, statement
        raw.commit()
        raw.close()
        database = Database(str(path))
        result = verify(Office(database), head)
        database.close()
        assert result.ok == (not result.findings)
        return [f"{one.code} {one.where}" for one in result.findings]

    return found


def test_every_table_is_named_and_holds_rows(office: Office) -> None:
    assert TABLES.keys() | CHAIN == metadata.tables.keys()
    with office.database.reading() as connection:
        assert [
            name for name in metadata.tables if not connection.execute(text(f'SELECT COUNT(*) FROM "{name}"')).scalar()
        ] == []


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_told_apart_by_what_the_schema_tells_them_apart_by(name: str) -> None:
    table, kept = metadata.tables[name], TABLES[name]
    assert {*kept.key} <= {column.name for column in table.primary_key}
    assert kept.of_meeting == ("meeting_id" in table.columns)


def test_a_sheet_and_its_marks_are_read_in_one_go() -> None:
    columns = {name: {one.name for one in metadata.tables[name].columns} for name in ("score_sheet", *OF_SHEET)}
    assert {name: columns[name] - {"sheet_id"} for name in OF_SHEET} == {name: {*of} for name, of in OF_SHEET.items()}
    assert sum(map(len, columns.values())) == len(set().union(*columns.values())) + len(OF_SHEET) - 1


def test_what_no_act_names_is_listed_with_its_reason() -> None:
    assert {name: sorted(columns) for name, columns in NOT_NAMED.items()} == {
        "desk": ["seen_at"],
        "seat": ["locked_until", "wrong_tries"],
        "user": ["locked_until", "wrong_tries"],
    }
    assert all(reason for columns in NOT_NAMED.values() for reason in columns.values())


def test_what_the_program_did_is_found_right(office: Office) -> None:
    assert verify(office).findings == ()


def _rowid(table: Table) -> str:
    return f'(SELECT MIN(rowid) FROM "{table.name}")'


def _changed(column: Column[object]) -> str:
    """Another value than stands there, of the kind that stands there; where nothing stands, something."""
    name = f'"{column.name}"'
    return (
        f"CASE WHEN {name} IS NULL THEN 1 WHEN typeof({name}) = 'integer' THEN {name} + 1000 "
        f"WHEN typeof({name}) = 'blob' THEN CAST(substr({name}, 2) || x'00' AS BLOB) "
        f"WHEN {name} GLOB '20[0-9][0-9]-[0-9][0-9]-[0-9]*' THEN '2031' || substr({name}, 5) "
        f"WHEN {name} = '' THEN 'x' ELSE {name} || 'x' END"
    )


@pytest.mark.parametrize(("name", "column"), COLUMNS, ids=map(".".join, COLUMNS))
def test_a_changed_value_is_found(found_after: Callable[..., list[str]], name: str, column: str) -> None:
    if column in NOT_NAMED.get(name, {}):
        return
    table = metadata.tables[name]
    statement = f'UPDATE "{name}" SET "{column}" = {_changed(table.columns[column])} WHERE rowid = {_rowid(table)}'
    assert found_after(statement)


@pytest.mark.parametrize(("name", "column"), COLUMNS, ids=map(".".join, COLUMNS))
def test_a_value_taken_away_is_found(
    found_after: Callable[..., list[str]], office: Office, name: str, column: str
) -> None:
    """NULL where something stood, and an empty text where none did: neither is the other."""
    if column in NOT_NAMED.get(name, {}) or not metadata.tables[name].columns[column].nullable:
        return
    statement = (
        f'UPDATE "{name}" SET "{column}" = CASE WHEN "{column}" IS NULL THEN \'\' ELSE NULL END '
        f"WHERE rowid = {_rowid(metadata.tables[name])}"
    )
    assert found_after(statement)


@pytest.mark.parametrize("garbage", ["CAST(x'fffe00' AS TEXT)", "'[[not json'", "-1"], ids=range(3))
@pytest.mark.parametrize("name", TABLES)
def test_garbage_is_found_and_stops_no_check(found_after: Callable[..., list[str]], name: str, garbage: str) -> None:
    """In every column but the row's key."""
    table = metadata.tables[name]
    columns = [one.name for one in table.columns if not one.primary_key and one.name not in NOT_NAMED.get(name, {})]
    said = ", ".join(f'"{column}" = {garbage}' for column in columns)
    if said:
        assert found_after(f'UPDATE "{name}" SET {said} WHERE rowid = {_rowid(table)}')


@pytest.mark.parametrize("name", TABLES)
def test_a_row_taken_away_is_found(found_after: Callable[..., list[str]], name: str) -> None:
    assert found_after(f'DELETE FROM "{name}" WHERE rowid = (SELECT MAX(rowid) FROM "{name}")')


def _another(table: Table, column: Column[object]) -> str:
    """What a copy of a row holds in a column: something else where no two rows may hold the same."""
    unique = column.unique or column.primary_key
    unique |= any(column.name in rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint))
    return _changed(column) if unique else f'"{column.name}"'


@pytest.mark.parametrize("name", TABLES)
def test_a_row_put_in_is_found(found_after: Callable[..., list[str]], name: str) -> None:
    table = metadata.tables[name]
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_another(table, column) for column in table.columns)
    assert found_after(f'INSERT INTO "{name}" ({columns}) SELECT {values} FROM "{name}" WHERE rowid = {_rowid(table)}')


@pytest.mark.parametrize("name", [name for name in TABLES if "id" in metadata.tables[name].columns])
def test_two_rows_that_changed_places_are_found(
    found_after: Callable[..., list[str]], office: Office, name: str
) -> None:
    with office.database.reading() as connection:
        ids = connection.execute(text(f'SELECT id FROM "{name}" ORDER BY id')).scalars().all()
    if len(ids) < 2 or not all(isinstance(one, int) for one in ids):
        return
    a, b = ids[0], ids[1]
    assert found_after(
        f'UPDATE "{name}" SET id = -1 WHERE id = {a}',
        f'UPDATE "{name}" SET id = {a} WHERE id = {b}',
        f'UPDATE "{name}" SET id = {b} WHERE id = -1',
    )


ENTRY = [column.name for column in metadata.tables["audit_entry"].columns]


@pytest.mark.parametrize("column", ENTRY)
def test_a_changed_entry_is_found(found_after: Callable[..., list[str]], column: str) -> None:
    changed = _changed(metadata.tables["audit_entry"].columns[column])
    assert found_after(f"UPDATE audit_entry SET {column} = {changed} WHERE seq = (SELECT MAX(seq) FROM audit_entry)")
    if column != "seq":
        assert found_after(f"UPDATE audit_entry SET {column} = {changed} WHERE seq = 9")


@pytest.mark.parametrize("column", ["seq", "hash"])
def test_a_changed_head_is_found(found_after: Callable[..., list[str]], column: str) -> None:
    assert found_after(f"UPDATE audit_head SET {column} = {_changed(metadata.tables['audit_head'].columns[column])}")


def test_entries_dropped_swapped_and_put_in_are_found(found_after: Callable[..., list[str]]) -> None:
    said = ", ".join(name for name in ENTRY if name != "seq")
    put_in = (
        "UPDATE audit_entry SET seq = -seq - 1 WHERE seq > 20",
        "UPDATE audit_entry SET seq = -seq WHERE seq < 0",
        f"INSERT INTO audit_entry (seq, {said}) SELECT 21, {said} FROM audit_entry WHERE seq = 20",
        "UPDATE audit_head SET seq = seq + 1",
    )
    swapped = (
        "UPDATE audit_entry SET seq = -1 WHERE seq = 11",
        "UPDATE audit_entry SET seq = 11 WHERE seq = 12",
        "UPDATE audit_entry SET seq = 12 WHERE seq = -1",
    )
    for statements in (put_in, swapped, ("DELETE FROM audit_entry WHERE seq = 9",), ("DELETE FROM audit_entry",)):
        assert found_after(*statements)


def test_a_cut_tail_leaves_rows_that_no_entry_explains(found_after: Callable[..., list[str]], office: Office) -> None:
    """Who cuts the tail and puts the head right must undo what it did, too; then only a head kept elsewhere tells."""
    noted = verify(office).head
    cut = (
        "DELETE FROM audit_entry WHERE seq > (SELECT MAX(seq) FROM audit_entry WHERE act = 'awards.sign') - 1",
        "UPDATE audit_head SET seq = (SELECT MAX(seq) FROM audit_entry), "
        "hash = (SELECT hash FROM audit_entry ORDER BY seq DESC LIMIT 1)",
    )
    found = found_after(*cut)
    assert any(one.startswith("row_unexplained signature/") for one in found), found
    assert f"head_unknown {noted}" in found_after(*cut, head=noted)


def test_an_old_file_in_place_of_the_new_is_found_by_a_head_kept_elsewhere(
    eventful_file: Path, early_file: Path
) -> None:
    """An old file is right in itself, and so `verify` alone says nothing of it."""
    noted = verify(Office(Database(str(eventful_file)))).head
    old = Office(Database(str(early_file)))
    assert verify(old).findings == ()
    assert [one.code for one in verify(old, noted).findings] == ["head_unknown"]


def test_what_a_statement_writes_is_read_off_it() -> None:
    said = {
        "INSERT INTO quota (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2": ("quota",),
        'UPDATE "user" SET name = :x': ("user",),
        "DELETE FROM mark WHERE sheet_id = 1": ("score_sheet",),
        "update seat AS s set x = 1": ("seat",),
        "WITH t AS (SELECT 1) INSERT INTO item SELECT * FROM t": ("item",),
        "SELECT seq, hash FROM audit_head FOR UPDATE": (),
        "INSERT INTO audit_entry (seq) VALUES (1)": (),
        "SELECT 1 FROM meeting": (),
    }
    assert {statement: written_tables(statement) for statement in said} == said


def test_a_table_the_record_does_not_know_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        written_tables("INSERT INTO something_new (a) VALUES (1)")


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TRIGGER planted AFTER INSERT ON mark BEGIN UPDATE mark SET value_milli = 0; END",
        "CREATE VIEW planted AS SELECT * FROM mark",
        "CREATE TABLE planted (a)",
    ],
)
def test_what_was_planted_beside_the_tables_is_found(found_after: Callable[..., list[str]], planted: str) -> None:
    assert found_after(planted) == ["schema_changed planted"]
