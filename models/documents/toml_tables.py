"""Tables of a TOML file of the office, read with all their faults at once: what quota and factors files share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.documents.cells import found, nearest
from models.documents.reading import Source
from models.documents.toml_in import line_numbers
from models.errors import Fault
from models.policy.types import Named, Policy
from models.rules.quotas import CellKind
from models.text import T, Text

MOST_PLACES = 100_000
"""The largest number of places taken from outside: no batch of any city comes near."""


class TableReader:
    """One file on its way to what it says; collects its faults (`sheet` is the table, `column` the key)."""

    def __init__(self, source: Source, policy: Policy) -> None:
        self.faults: list[Fault] = []
        self._file = source.name
        self._lines = line_numbers(source)
        self._named: dict[CellKind, tuple[Named, ...]] = {"district": policy.districts, "industry": policy.industries}

    def code(self, kind: CellKind, group: str, name: str, key: str = "") -> str | None:
        """The code of a district or industry by its name, other name or code; a fault where it stands if unknown."""
        for named in self._named[kind]:
            if name in (named.code, named.name, *named.aliases):
                return named.code
        words = [word for named in self._named[kind] for word in (named.name, *named.aliases, named.code)]
        names = "、".join(named.name for named in self._named[kind])
        self.fault(group, key, name, known_words(nearest(name, words) or names), at=name)
        return None

    def table(self, group: str, key: str, value: object) -> dict[str, Any]:
        """A table of keys and values; a fault and an empty one for anything else."""
        if isinstance(value, dict):
            return value
        self.fault(group, key, seen(value), T("一组键和值"))
        return {}

    def know(self, group: str, table: dict[str, Any], keys: Iterable[str]) -> None:
        """A fault for each key that is none of those known."""
        keys = list(keys)
        for key in table:
            if key not in keys:
                self.fault(group, key, key, known_words(nearest(key, keys) or "、".join(keys)))

    def places(self, group: str, key: str, value: object) -> int:
        """A number of places; a fault and none for anything else."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PLACES:
            return value
        self.fault(group, key, seen(value), T("0 到 {most} 的整数", most=MOST_PLACES))
        return 0

    def fault(self, group: str, key: str, told: str, wanted: Text, *, at: str = "") -> None:
        """Note a fault; `at` is the key that shows its line where the fault names none."""
        row = self._row(group, key or at)
        self.faults.append(Fault(self._file, f"[{group}]" if group else "", row, key, found(told), wanted))

    def _row(self, group: str, key: str) -> int | None:
        """The line of a key, or else of the table it would stand in."""
        *outer, last = group.split(".")
        below = f"{group}.{key}" if group else key
        places = ((group, key), (below, ""), (group, ""), (".".join(outer), last))
        return next((self._lines[place] for place in places if place in self._lines), None)


def known_words(words: str) -> Text:
    """What is wanted of a name."""
    return T("办法和格式中有的名称，例如 {words}", words=words)


def seen(value: object) -> str:
    """A value as a fault quotes it: short, whatever it is (a decimal of an endless number would be refused)."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return found(hex(value) if isinstance(value, int) and abs(value) >= 10**18 else str(value))
