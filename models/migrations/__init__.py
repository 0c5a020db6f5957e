"""The schema's history, run by Alembic; `upgrade` brings a database to the newest revision."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from models.database import APPLICATION_ID, Database
from models.engines import ADVISORY_KEY
from models.errors import DatabaseUnusable
from models.text import T

_ONE_AT_A_TIME = text(f"SELECT pg_advisory_xact_lock({ADVISORY_KEY})")
"""Two upgrades at once would both begin from the old revision, and no act may go on under an upgrade."""

_UNLIKE_SQLITE = text(
    "SELECT table_name, column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND (data_type = 'integer' "
    "OR data_type = 'character varying' OR (data_type = 'text' AND collation_name IS DISTINCT FROM 'C')) "
    "ORDER BY table_name, column_name"
)
_AS_IN_SQLITE = {"integer": "BIGINT", "character varying": 'TEXT COLLATE "C"', "text": 'TEXT COLLATE "C"'}


def upgrade(database: Database) -> None:
    """Create the schema, or bring an older one up to date, in one transaction."""
    with database.writing() as connection:
        bring_up(database, connection)


def bring_up(database: Database, connection: Connection) -> None:
    """`upgrade` within a transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", Path(__file__).parent.as_posix())
    config.attributes["connection"] = connection
    if database.is_sqlite:
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise DatabaseUnusable(
            "database_encoding",
            T("数据库 {place} 的编码是 {encoding}，须为 UTF8。", place=database.shown, encoding=encoding),
            lift=T("请用 createdb -E UTF8 -T template0 另建一个库。"),
        )
    connection.execute(_ONE_AT_A_TIME)
    command.upgrade(config, "head")
    _make_as_in_sqlite(connection)


def _make_as_in_sqlite(connection: Connection) -> None:
    """Let numbers hold 64 bits, texts be one type and compare by code point, as they do in SQLite and in Python.

    Totals in micro-points and money in fen pass 32 bits; the order of numbers and names must not depend on the
    server's language; and one parameter may stand for a column here and in a comparison there. Done here, after all
    revisions, for every column of every table: none can be forgotten.
    """
    changes: dict[str, list[str]] = {}
    for table, column, kind in connection.execute(_UNLIKE_SQLITE):
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {_AS_IN_SQLITE[kind]}')
    for table, columns in changes.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(columns)}')
