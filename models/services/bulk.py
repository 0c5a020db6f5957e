"""Many rows at once: made without the garbage collector in between, written in one go."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, insert


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest while hundreds of thousands of values are made that all stay; it finds nothing."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows of plain values (texts, integers, booleans, None) in one `executemany`.

    The statement is compiled once for the database's dialect and handed to its driver as it is: rows of an import need
    no conversion, and going through it row by row costs more than the writing. `columns` are in the table's order.
    """
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=columns)
    if compiled.positional:
        assert compiled.positiontup == [*columns], f"{table.name} has other columns, or another order"
        connection.exec_driver_sql(str(compiled), rows)
    else:
        connection.exec_driver_sql(str(compiled), [dict(zip(columns, row, strict=True)) for row in rows])
