"""Changes to a quota that nobody has saved yet. They outlive the screen, and the desk where it keeps what is typed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from models.enums import CellKind
from models.errors import WrongUse
from models.rules.money import parse_wan
from models.rules.quotas import Quota
from models.text import T

if TYPE_CHECKING:
    from models.views.allocation import QuotaCellView, QuotaView

MOST_PLACES = 100_000
"""The largest number of places that can be typed."""

CellKey = tuple[CellKind, str]


class Totals(NamedTuple):
    """Places, budget (fen) and number of alternates."""

    total: int
    budget_fen: int | None
    alternates: int


class Bounds(NamedTuple):
    """Floor and ceiling of one district or industry; `ceiling` None is no ceiling."""

    floor: int
    ceiling: int | None


@dataclass
class QuotaDraft:
    """Only what differs from the quota in force: what others change meanwhile shows through."""

    totals: Totals | None = None
    cells: dict[CellKey, Bounds] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rows are changed; the totals are one."""
        return len(self.cells) + (self.totals is not None)

    def over(self, view: QuotaView) -> QuotaView:
        """The quota as it would be with these changes."""
        cells = tuple(replace(cell, **self._bounds(cell)._asdict()) for cell in view.cells)
        if self.totals is None:
            return replace(view, cells=cells)
        return replace(view, cells=cells, **self.totals._asdict())

    def _bounds(self, cell: QuotaCellView) -> Bounds:
        return self.cells.get((cell.kind, cell.name), bounds_of(cell))

    def take(self, quota: Quota, view: QuotaView) -> None:
        """Make the draft such that the outcome is this quota, as a file says it."""
        said = {(CellKind(cell.kind), cell.name): Bounds(cell.floor, cell.ceiling) for cell in quota.cells}
        self.totals = Totals(quota.total, quota.budget_fen, quota.alternates)
        self.cells = {(cell.kind, cell.name): said.get((cell.kind, cell.name), Bounds(0, None)) for cell in view.cells}
        self.settle(view)

    def settle(self, view: QuotaView) -> None:
        """Forget changes that are none, or none any more. While no quota is set the totals are always to be saved."""
        if view.set and self.totals == totals_of(view):
            self.totals = None
        known = {(cell.kind, cell.name): bounds_of(cell) for cell in view.cells}
        self.cells = {key: bounds for key, bounds in self.cells.items() if known.get(key) != bounds}

    def clear(self) -> None:
        """Give all changes up."""
        self.totals = None
        self.cells.clear()

    @property
    def words(self) -> dict[str, str]:
        """The draft as it is kept among what is typed at a desk; blank where nothing is changed."""
        if not self.count:
            return {}
        cells = [(kind.value, name, *bounds) for (kind, name), bounds in self.cells.items()]
        return {"draft": json.dumps({"totals": self.totals, "cells": cells}, ensure_ascii=False)}

    @classmethod
    def of_words(cls, words: Mapping[str, str]) -> QuotaDraft:
        """The draft that was kept so; an empty one if it was none, as after another release."""
        try:
            kept = json.loads(words.get("draft", '{"totals": null, "cells": []}'))
            return cls(
                Totals(*kept["totals"]) if kept["totals"] is not None else None,
                {(CellKind(kind), name): Bounds(*bounds) for kind, name, *bounds in kept["cells"]},
            )
        except (ValueError, TypeError, KeyError):
            return cls()


def bounds_of(cell: QuotaCellView) -> Bounds:
    """Floor and ceiling as they stand in a view."""
    return Bounds(cell.floor, cell.ceiling)


def totals_of(view: QuotaView) -> Totals:
    """Places, budget and alternates as they stand in a view."""
    return Totals(view.total, view.budget_fen, view.alternates)


def _places(text: str, blank: int | None) -> int | None:
    """A number of places as typed, full-width digits too. Raises `WrongUse`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return blank
    if not plain.isascii() or not plain.isdecimal() or int(plain) > MOST_PLACES:
        raise WrongUse("not_a_number", T("“{text}”不是 0 到 {most} 的整数。", text=text, most=MOST_PLACES))
    return int(plain)


def read_bounds(answers: Mapping[str, str]) -> Bounds:
    """Floor and ceiling as typed. Raises `WrongUse`."""
    return Bounds(_places(answers["floor"], 0) or 0, _places(answers["ceiling"], None))


def read_totals(answers: Mapping[str, str], now: Totals) -> Totals:
    """The totals as typed; what was not asked for stays. Raises `WrongUse`, or what `parse_wan` raises."""
    alternates = _places(answers["alternates"], 0) or 0
    if "total" not in answers:
        return now._replace(alternates=alternates)
    budget = answers["budget"].strip()
    fen = parse_wan(budget) if budget else None
    if fen == 0:
        raise WrongUse("budget_zero", T("预算须大于 0；不设预算请留空。"))
    return Totals(_places(answers["total"], 0) or 0, fen, alternates)
