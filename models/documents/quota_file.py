"""Read a quota file (TOML): places, budget and alternates, with floors and ceilings by district and industry."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.documents.cells import found, nearest
from models.documents.reading import read_source
from models.documents.toml_in import parse_toml
from models.errors import BadInput, Fault, KmdxError
from models.policy.types import Named, Policy
from models.rules.money import FEN_PER_YUAN, MOST_FEN, parse_yuan
from models.rules.quotas import Cell, CellKind, Quota
from models.text import T, Text

MOST_PLACES = 100_000
"""The largest number of places taken from outside: no batch of any city comes near."""

_GROUPS: tuple[tuple[str, CellKind], ...] = (("districts", "district"), ("industries", "industry"))
_KEYS = ("total", "budget", "alternates", "districts", "industries")
_CELL_KEYS = ("floor", "ceiling")


def read_quota(path: Path, policy: Policy) -> Quota:
    """Read a quota file; districts and industries stand in it by name, other name or code of the policy.

    `budget` is yuan, as text or a whole number; what is left out is unset (alternates: 0). Raises `BadInput` with every
    fault (`Fault.sheet` is the table, `column` the key), `WrongUse` for a file that can't be opened. Whether floors,
    ceilings and total agree is for `rules.quotas.check_quota` to say.
    """
    source = read_source(path)
    reader = _Reader(source.name, policy)
    quota = reader.quota(parse_toml(source))
    if reader.faults:
        raise BadInput(reader.faults)
    return quota


class _Reader:
    """One file on its way to a quota; collects its faults."""

    def __init__(self, file: str, policy: Policy) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._named: dict[CellKind, tuple[Named, ...]] = {"district": policy.districts, "industry": policy.industries}

    def quota(self, table: dict[str, Any]) -> Quota:
        """The quota that a file says; only good where there are no faults."""
        self._know("", table, _KEYS)
        if "total" not in table:
            self._fault("", "total", "", T("总名额，必填"))
        cells = [cell for key, kind in _GROUPS for cell in self._cells(key, kind, table.get(key, {}))]
        return Quota(
            self._places("", "total", table.get("total", 0)),
            tuple(cells),
            self._budget(table["budget"]) if "budget" in table else None,
            self._places("", "alternates", table.get("alternates", 0)),
        )

    def _cells(self, group: str, kind: CellKind, table: object) -> list[Cell]:
        cells: dict[str, Cell] = {}
        for name, bounds in self._table(group, "", table).items():
            code = self._code(kind, name)
            where = f"{group}.{name}"
            known = self._table(where, "", bounds)
            self._know(where, known, _CELL_KEYS)
            ceiling = self._places(where, "ceiling", known["ceiling"]) if "ceiling" in known else None
            cell = Cell(kind, code or name, self._places(where, "floor", known.get("floor", 0)), ceiling)
            if code is None:
                names = [named.name for named in self._named[kind]]
                self._fault(group, "", name, _wanted(nearest(name, self._words(kind)) or "、".join(names)))
            elif code in cells:
                self._fault(group, "", name, T("每个县区、行业只写一次"))
            cells[cell.name] = cell
        return list(cells.values())

    def _code(self, kind: CellKind, name: str) -> str | None:
        return next((n.code for n in self._named[kind] if name in (n.code, n.name, *n.aliases)), None)

    def _words(self, kind: CellKind) -> list[str]:
        return [word for named in self._named[kind] for word in (named.name, *named.aliases, named.code)]

    def _table(self, group: str, key: str, value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self._fault(group, key, _seen(value), T("一组键和值"))
        return {}

    def _know(self, group: str, table: dict[str, Any], keys: Iterable[str]) -> None:
        keys = list(keys)
        for key in table:
            if key not in keys:
                self._fault(group, key, key, _wanted(nearest(key, keys) or "、".join(keys)))

    def _places(self, group: str, key: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PLACES:
            return value
        self._fault(group, key, _seen(value), T("0 到 {most} 的整数", most=MOST_PLACES))
        return 0

    def _budget(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_FEN // FEN_PER_YUAN:
            return value * FEN_PER_YUAN
        try:
            if isinstance(value, str) and (fen := parse_yuan(value)):
                return fen
        except KmdxError:
            pass
        self._fault("", "budget", _seen(value), T('以元为单位、大于 0 的金额，例如 "12000000"'))
        return 0

    def _fault(self, group: str, key: str, seen: str, wanted: Text) -> None:
        self.faults.append(Fault(self._file, f"[{group}]" if group else "", None, key, seen, wanted))


def _wanted(words: str) -> Text:
    return T("办法和格式中有的名称，例如 {words}", words=words)


def _seen(value: object) -> str:
    """A value as a fault quotes it: short, whatever it is (a decimal of an endless number would be refused)."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return found(hex(value) if isinstance(value, int) and abs(value) >= 10**18 else str(value))
