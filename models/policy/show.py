"""A policy as machines and as people read it: JSON with the keys of its file, and rows with the basis of each value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.policy.kinds import BASIS, Kind
from models.policy.schema import POLICY, SCHEMA, UNSET, Field, Many, Table
from models.policy.types import Policy
from models.text import T, mark, tr

Row = tuple[str, str, str]
"""What it is, what is laid down, on which basis ("" where the value is no rule: a title, a city)."""

_OPEN = mark("未规定")
_NEEDED = mark("有此要求")


def policy_json(policy: Policy) -> dict[str, Any]:
    """The policy by the keys of its file, ready for `json.dumps`.

    Money is yuan with two decimals, ratios and points are exact strings, dates ISO 8601; what is unset is None.
    """
    return {"schema": SCHEMA, **_json_group(POLICY, policy)}


def show_policy(policy: Policy) -> list[Row]:
    """The policy as rows for a table, in the reader's language: one a value, one an entry of a list."""
    return list(_rows(POLICY, policy, ""))


def policy_lines(policy: Policy) -> list[str]:
    """The policy as a person reads it, line by line, each rule with its basis."""
    lines = []
    for what, value, basis in show_policy(policy):
        line = T("{what}：{value}〔{basis}〕", what=what, value=value, basis=basis)
        lines.append(str(line if basis else T("{what}：{value}", what=what, value=value)))
    return lines


def _keys(table: Table, group: Any) -> tuple[Field, ...]:
    """The keys that this group has, its variant's included."""
    by = next((one.attribute for one in table.fields if one.key == table.variant_key), None)
    said = getattr(group, by) if by else None
    keys = table.fields_for(UNSET if said is None else said)
    assert keys is not None, f"no variant {said} of {table.variant_key}"
    return keys


def _json_group(table: Table, group: Any) -> dict[str, Any]:
    return {one.key: _json(one.shape, getattr(group, one.attribute)) for one in _keys(table, group)}


def _json(shape: Kind | Table | Many, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, Kind):
        return shape.write(value)
    if isinstance(shape, Many):
        return [_json_group(shape.table, entry) for entry in value]
    return _json_group(shape, value)


def _rows(table: Table, group: Any, heading: str) -> Iterator[Row]:
    """A row for every rule of a group; the groups of the file itself are gone through in their turn."""
    for one in _rules(table, group):
        value = getattr(group, one.attribute)
        basis = getattr(group, one.by, None)
        what = f"{heading} · {tr(one.label)}" if heading else tr(one.label)
        if isinstance(one.shape, Many):
            for entry in value:
                yield what, _told(one.shape.table, entry), _said(getattr(entry, "basis", basis))
        elif isinstance(one.shape, Table) and value is not None and not heading:
            yield from _rows(one.shape, value, what)
        elif one.shape is BASIS:
            yield what, tr(_OPEN if value is None else _NEEDED), _said(value)
        else:
            yield what, _shown(one.shape, value), _said(basis)


def _rules(table: Table, group: Any) -> list[Field]:
    """The keys of a group that say something, without those that only name the basis of others."""
    keys = _keys(table, group)
    bases = {one.by for one in keys}
    return [one for one in keys if one.attribute not in bases]


def _told(table: Table, entry: Any) -> str:
    """An entry of a list in one line: its name, then what is said of it."""
    said = [getattr(entry, "name", "")]
    for one in _rules(table, entry):
        value = getattr(entry, one.attribute)
        if one.key != "name" and value != () and value is not False:
            said.append(f"{tr(one.label)} {_shown(one.shape, value)}")
    return "；".join(part for part in said if part)


def _shown(shape: Kind | Table | Many, value: Any) -> str:
    if value is None:
        return tr(_OPEN)
    if isinstance(shape, Kind):
        return shape.show(value)
    assert isinstance(shape, Table)
    return _told(shape, value)


def _said(basis: Any) -> str:
    return "" if basis is None else str(basis)
