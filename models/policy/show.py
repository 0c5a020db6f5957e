"""A policy as machines and as people read it: JSON with the keys of its file, and sentences with the basis of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from models.policy.fields import Field, Many, Table, part
from models.policy.kinds import AND, BASIS, FLAG, NONE, Kind
from models.policy.schema import POLICY, SCHEMA
from models.policy.types import Measure, Policy
from models.text import T, mark, tr

_OPEN = mark("未规定")
_NEEDED = mark("有此要求")
_MISSING = mark("尚未写明")
_INDENT = "  "
_THEN = mark("；")
_ZONE = mark("功能区")


@dataclass(frozen=True)
class Grid:
    """A table of a policy, in the reader's language: what each line is about and what holds for it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def policy_json(policy: Policy | Measure) -> dict[str, Any]:
    """The policy by the keys of its file, ready for `json.dumps`.

    Money is yuan with two decimals, ratios and points are exact strings, dates ISO 8601; what is unset is None.
    """
    return {"schema": SCHEMA, **_json_group(POLICY, _values(policy))}


def policy_parts(policy: Policy | Measure) -> list[str | Grid]:
    """The policy as a person reads it: under a heading for each group, a sentence for each rule, with its basis."""
    values = _values(policy)
    facts: list[str | Grid] = []
    groups: list[str | Grid] = []
    for one in _rules(POLICY, values):
        value = part(values, one.attribute)
        if isinstance(one.shape, Kind):
            facts.append(_sentence(one, value, "" if value is None else _said(part(values, one.by))))
        else:
            lines = list(_group(one, value))
            apart = len(lines) > 1 or not groups or isinstance(groups[-1], Grid) or groups[-1].startswith(_INDENT)
            groups += ["", *lines] if apart else lines
    return facts + groups


def _values(policy: Policy | Measure) -> Any:
    return policy.said if isinstance(policy, Measure) else policy


def _json_group(table: Table, group: Any) -> dict[str, Any]:
    return {one.key: _json(one.shape, part(group, one.attribute)) for one in table.keys_of(group)}


def _json(shape: Kind | Table | Many, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(shape, Kind):
        return shape.write(value)
    if isinstance(shape, Many):
        return [_json_group(shape.table, entry) for entry in value]
    return _json_group(shape, value)


def _group(one: Field, value: Any) -> Iterator[str | Grid]:
    """A group of the file: its heading, with the basis that holds for all of it, and its rules."""
    heading = tr(one.label)
    if not value:
        yield str(T("{what}：{value}", what=heading, value=_shown(one, value)))
    elif isinstance(one.shape, Many):
        yield heading
        yield from _many(one.shape, value, _INDENT)
    else:
        assert isinstance(one.shape, Table)
        yield heading + _said(part(value, "basis"))
        yield from _block(one.shape, value, _INDENT)


def _block(table: Table, group: Any, indent: str, *, all_of_it: bool = True) -> Iterator[str | Grid]:
    """A sentence a rule; what was left to a default is said only of a whole group (`all_of_it`)."""
    for one in _rules(table, group):
        value = part(group, one.attribute)
        if isinstance(one.shape, Many) and value is not None:
            if value and one.shape.form != "grid":
                yield indent + tr(one.label)
            yield from _many(one.shape, value, indent + _INDENT)
        elif value is None and one.instead and part(group, one.instead):
            continue
        elif all_of_it or table.required(one) or value not in (None, (), False) or (value is None and not one.unset):
            basis = part(group, one.by) if one.by != "basis" else None
            yield indent + _sentence(one, value, _said(value if one.shape is BASIS else basis))


def _many(many: Many, entries: Any, indent: str) -> Iterator[str | Grid]:
    if many.form == "grid" and entries:
        yield _grid(many.table, entries)
    elif many.form == "names":
        for basis, some in groupby(entries, lambda entry: entry.basis):
            yield indent + tr(AND).join(map(_name, some)) + _said(basis)
    elif many.form == "blocks":
        for entry in entries:
            yield indent + _name(entry) + _said(part(entry, "basis"))
            yield from _block(many.table, entry, indent + _INDENT, all_of_it=False)
    elif many.form == "lines":
        for entry in entries:
            yield indent + _told(many.table, entry) + _said(part(entry, "basis"))


def _grid(table: Table, entries: Any) -> Grid:
    """A table of the keys that any of these entries says something under."""
    keys = [one for one in table.fields if any(part(entry, one.attribute) not in (None, ()) for entry in entries)]
    rows = tuple(tuple(_cell(one, part(entry, one.attribute)) for one in keys) for entry in entries)
    return Grid(tuple(tr(one.label) for one in keys), rows)


def _cell(one: Field, value: Any) -> str:
    return "" if value in (None, ()) else _shown(one, value)


def _rules(table: Table, group: Any) -> list[Field]:
    """The keys of a group that say something, less those that only name it or the basis of others."""
    keys = table.keys_of(group)
    apart = {one.by for one in keys} | ({"code", "name", "aliases"} if table is not POLICY else set())
    return [one for one in keys if one.attribute not in apart]


def _name(entry: Any) -> str:
    """What an entry is called, and in brackets its code, how else it may be called, and what sets it apart."""
    words = [word for word in (entry.code, *getattr(entry, "aliases", ())) if word != entry.name]
    apart = [tr(_ZONE)] if getattr(entry, "zone", False) else []
    classes = tr(AND).join(getattr(entry, "classes", ()))
    also = tr(_THEN).join(part_ for part_ in (tr(AND).join(words), classes, *apart) if part_)
    return str(T("{name}（{also}）", name=entry.name, also=also)) if also else str(entry.name)


def _told(table: Table, entry: Any) -> str:
    """An entry of a list in one line: its name, then what is said of it."""
    said = [_name(entry)] if hasattr(entry, "name") else []
    for one in _rules(table, entry):
        value = part(entry, one.attribute)
        if one.key == "text":
            said.insert(0, str(T("{name}（{also}）", name=value, also=entry.code)))
        elif value != table.defaults().get(one.attribute) or table.required(one) or one.told:
            said.append(_sentence(one, value, ""))
    return tr(_THEN).join(said)


def _sentence(one: Field, value: Any, basis: str) -> str:
    """What a key says, in its own words where it has some."""
    if isinstance(one.shape, Table) and value is not None:
        words = str(T("{what}：{value}", what=tr(one.label), value=_whole(one.shape, value)))
    elif one.shape is FLAG and value is not None and (one.says if value else one.says_not):
        words = tr(one.says if value else one.says_not)
    elif one.says and one.shape is not FLAG and value is not None:
        words = tr(one.says).format(value=_shown(one, value))
    else:
        words = str(T("{what}：{value}", what=tr(one.label), value=_shown(one, value)))
    return words + basis


def _whole(table: Table, group: Any) -> str:
    """A group inside another one, in one sentence."""
    return tr(table.says).format(**{one.key: _shown(one, part(group, one.attribute)) for one in table.fields})


def _shown(one: Field, value: Any) -> str:
    if value is None:
        return tr(_OPEN if one.unset else _MISSING)
    if one.shape is BASIS:
        return tr(_NEEDED)
    return one.shape.show(value) if isinstance(one.shape, Kind) else tr(NONE)  # a list of groups without any


def _said(basis: Any) -> str:
    """A basis behind what rests on it."""
    return "" if basis is None else f"〔{basis}〕"
