"""How the table of a policy file is built: groups of keys, each with its word, its shape and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from models.policy.kinds import UNSET, Kind
from models.policy.types import Policy
from models.text import tr


@dataclass(frozen=True)
class Field:
    """A key of a group: its word for people, its shape, the attribute it becomes.

    `unset`: the measure may leave it open for good. `firm`: even while a measure is being written it is never open.
    `must`: required although the attribute has a default, if the group doesn't have the key `instead`. `by`: the
    attribute of its basis. `says` is the sentence in which a person reads the {value} (`says_not`: of a flag that is
    not set); `told`: they read it even where a line leaves it open. `note` and `example` are for who writes a file:
    Chinese, and a value as TOML.
    """

    key: str
    label: str
    shape: Kind | Table | Many
    attr: str = ""
    unset: bool = False
    firm: bool = False
    must: bool = False
    instead: str = ""
    by: str = "basis"
    says: str = ""
    says_not: str = ""
    told: bool = False
    note: str = ""
    example: str = ""

    @property
    def attribute(self) -> str:
        """The name of the attribute that keeps the value."""
        return self.attr or self.key


@dataclass(frozen=True)
class Table:
    """A group of keys that becomes one value. `variants` adds keys by what the group says under `variant_key`.

    `says` is the sentence in which a person reads the whole group, its values by their keys.
    """

    make: Callable[..., Any]
    fields: tuple[Field, ...]
    variant_key: str = ""
    variants: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    says: str = ""

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Every key that any variant may have."""
        return self.fields + tuple(key for keys in self.variants.values() for key in keys)

    def fields_for(self, variant: object) -> tuple[Field, ...] | None:
        """The keys of a group whose variant is this; None where that can't be told."""
        if not self.variants:
            return self.fields
        if not isinstance(variant, str) or variant not in self.variants:
            return None
        return self.fields + self.variants[variant]

    def defaults(self) -> dict[str, Any]:
        """What attributes are when their keys are left out; the others are required."""
        made = Policy if self.make is dict else self.make
        assert isinstance(made, type)
        return {kept.name: kept.default for kept in fields(made) if kept.default is not MISSING}

    def required(self, one: Field) -> bool:
        """Whether a group that is described by this table has to have this key."""
        return one.must or one.attribute not in self.defaults()

    def openable(self, one: Field) -> bool:
        """Whether a file may say "unset" under this key: for good, or until somebody fills it in."""
        return one.unset or not one.firm

    def keys_of(self, group: Any) -> tuple[Field, ...]:
        """The keys that a group that was read has, its variant's included."""
        by = next((one.attribute for one in self.fields if one.key == self.variant_key), None)
        variant = part(group, by) if by else None
        keys = self.fields_for(UNSET if variant is None else variant)
        assert keys is not None, f"no variant {variant} of {self.variant_key}"
        return keys


@dataclass(frozen=True)
class Many:
    """A list of groups, at least `least`. `form` is how people read it.

    `lines`: a line an entry; `names`: the names alone, those of one basis in one line; `blocks`: a line a value;
    `grid`: a table.
    """

    table: Table
    least: int = 0
    form: str = "lines"


def part(group: Any, attribute: str) -> Any:
    """What a group has under an attribute: a value of `models.policy.types`, or what a `Measure` says."""
    return group.get(attribute) if isinstance(group, Mapping) else getattr(group, attribute, None)


def still_open(table: Table, group: Any, path: str = "", heading: str = "") -> Iterator[tuple[str, str]]:
    """What has to be filled in before a meeting can follow a measure: each by its path, and in the reader's words."""
    for one in table.keys_of(group):
        value = part(group, one.attribute)
        where = f"{path}.{one.key}" if path else one.key
        words = f"{heading} · {tr(one.label)}" if heading else tr(one.label)
        if value is None:
            if not one.unset:
                yield where, words
        elif isinstance(one.shape, Table):
            yield from still_open(one.shape, value, where, words)
        elif isinstance(one.shape, Many):
            for number, entry in enumerate(value, 1):
                name = part(entry, "name") or part(entry, "code") or str(number)
                yield from still_open(one.shape.table, entry, f"{where}[{number}]", f"{words} · {name}")
