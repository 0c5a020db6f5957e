"""Read a quota file (TOML): places, budget and alternates, with floors and ceilings by district and industry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.documents.reading import read_source
from models.documents.toml_in import parse_toml
from models.documents.toml_tables import TableReader, seen
from models.errors import BadInput, KmdxError
from models.policy.types import Policy
from models.rules.money import FEN_PER_YUAN, MOST_FEN, parse_yuan
from models.rules.quotas import Cell, CellKind, Quota
from models.text import T

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
    reader = _Reader(source, policy)
    quota = reader.quota(parse_toml(source))
    if reader.faults:
        raise BadInput(reader.faults)
    return quota


class _Reader(TableReader):
    """One file on its way to a quota."""

    def quota(self, table: dict[str, Any]) -> Quota:
        """The quota that a file says; only good where there are no faults."""
        self.know("", table, _KEYS)
        if "total" not in table:
            self.fault("", "total", "", T("总名额，必填"))
        cells = [cell for key, kind in _GROUPS for cell in self._cells(key, kind, table.get(key, {}))]
        return Quota(
            self.places("", "total", table.get("total", 0)),
            tuple(cells),
            self._budget(table["budget"]) if "budget" in table else None,
            self.places("", "alternates", table.get("alternates", 0)),
        )

    def _cells(self, group: str, kind: CellKind, table: object) -> list[Cell]:
        cells: dict[str, Cell] = {}
        for name, bounds in self.table(group, "", table).items():
            where = f"{group}.{name}"
            known = self.table(where, "", bounds)
            self.know(where, known, _CELL_KEYS)
            ceiling = self.places(where, "ceiling", known["ceiling"]) if "ceiling" in known else None
            floor = self.places(where, "floor", known.get("floor", 0))
            code = self.code(kind, group, name)
            if code in cells:
                self.fault(group, "", name, T("每个县区、行业只写一次"), at=name)
            cells[code or name] = Cell(kind, code or name, floor, ceiling)
        return list(cells.values())

    def _budget(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_FEN // FEN_PER_YUAN:
            return value * FEN_PER_YUAN
        try:
            if isinstance(value, str) and (fen := parse_yuan(value)):
                return fen
        except KmdxError:
            pass
        self.fault("", "budget", seen(value), T('以元为单位、大于 0 的金额，例如 "12000000"'))
        return 0
