"""Read a policy file: every fault of it at once, or what it says; and whether a meeting can follow that."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from typing import Any

from models.errors import BadInput, Fault, Refused
from models.policy.contradictions import contradictions
from models.policy.fields import Field, Many, Table, still_open
from models.policy.good import Good
from models.policy.kinds import UNSET, Kind, Literal, Mismatch
from models.policy.schema import POLICY, SCHEMA
from models.policy.types import Measure, Policy
from models.text import T, Text

_LONGEST_FOUND = 60


def check_policy(text: str, file: str) -> tuple[Measure | None, list[Fault]]:
    """Read a measure from the text of its file; `file` is how the faults name it.

    Returns the measure and no fault, or None and every fault, in the order of the file. `Fault.sheet` is the path of
    the group (`tracks[2].levels`, lists counted from 1), `column` the key, `row` the line if it can be told. Never
    raises.
    """
    parsed, fault = _parse(text, file)
    if parsed is None:
        return None, [fault] if fault else []
    reader = _Reader(file, _Lines(text))
    values = reader.policy(parsed)
    if reader.faults:
        return None, sorted(reader.faults, key=lambda one: one.row or 0)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Measure(values, text, digest), []


def load_measure(text: str, file: str) -> Measure:
    """Read a measure that must be without fault; raises `BadInput` with every fault otherwise."""
    measure, faults = check_policy(text, file)
    if measure is None:
        raise BadInput(faults)
    return measure


def usable(measure: Measure) -> Policy:
    """The measure as a policy that a meeting can follow.

    Raises `Refused` (policy_incomplete), naming all that still has to be filled in.
    """
    missing = open_parts(measure)
    if missing:
        raise Refused(
            "policy_incomplete",
            T("办法 {id} 还不能用于评审：{missing} 尚未写明。", id=measure.id, missing="、".join(missing.values())),
            lift=T("请在办法文件中补齐；内置办法先用 kmdx policy new FILE --from {id} 写成文件。", id=measure.id),
        )
    return Policy(**measure.said, text=measure.text, digest=measure.digest)


def open_parts(measure: Measure) -> dict[str, str]:
    """What still has to be filled in before a meeting can follow a measure: its path, and the reader's words for it."""
    return dict(still_open(POLICY, measure.said))


def load_policy(text: str, file: str) -> Policy:
    """Read a policy that a meeting can follow; raises what `load_measure` and `usable` raise."""
    return usable(load_measure(text, file))


def _parse(text: str, file: str) -> tuple[dict[str, Any] | None, Fault | None]:
    """The file as TOML. Editors of the office may put a byte order mark in front."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Literal), None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        lines = text.splitlines()
        row = int(place[1]) if place else max(len(lines), 1)
        line = lines[row - 1].strip() if row <= len(lines) else ""
        wanted = T("合法的 TOML：从第 {column} 个字符起读不懂，或键重复", column=place[2] if place else 1)
        return None, Fault(file, "", row, "", _found(line), wanted)
    except (ValueError, RecursionError):
        return None, Fault(file, "", None, "", "", T("合法的 TOML：数字不过长，括号不过深"))


def _found(raw: object) -> str:
    """A value as a fault quotes it: short, whatever it is."""
    if isinstance(raw, dict):
        return "{…}"
    if isinstance(raw, list):
        return "[…]"
    if isinstance(raw, bool):
        return str(raw).lower()
    shown = hex(raw) if isinstance(raw, int) and abs(raw) >= 10**18 else str(raw)
    return shown if len(shown) <= _LONGEST_FOUND else shown[:_LONGEST_FOUND] + "…"


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


_AT_THE_TOP = frozenset(one.key for one in POLICY.fields) - {"code", "name", "basis"}
"""What belongs to the file itself; in TOML whatever stands below the heading of a group belongs to that group."""


class _Bad:
    """The place of a value that could not be read."""


_BAD = _Bad()


class _Reader:
    """Goes through a parsed file by its description, gathering faults and whatever could be read."""

    def __init__(self, file: str, lines: _Lines) -> None:
        self.file = file
        self.lines = lines
        self.faults: list[Fault] = []
        self.good = Good()

    def policy(self, parsed: dict[str, Any]) -> dict[str, Any]:
        """The values of the whole file; of use only if no fault was found."""
        schema = parsed.pop("schema", "")
        if schema != SCHEMA or isinstance(schema, bool):
            self.fault("", "schema", schema, T("schema = {schema}，必须写明", schema=SCHEMA))
        values = self.table(POLICY, parsed, "")
        for found in contradictions(self.good):
            self.fault(found.group, found.key, found.found, found.wanted)
        return {} if isinstance(values, _Bad) else values

    def fault(self, group: str, key: str, found: object, wanted: Text) -> None:
        self.faults.append(Fault(self.file, group, self.lines.find(group, key), key, _found(found), wanted))

    def table(self, table: Table, raw: dict[str, Any], path: str) -> Any:
        """One group."""
        before = len(self.faults)
        certain = table.fields_for(raw.get(table.variant_key))
        allowed = certain if certain is not None else table.all_fields
        self.unknown_keys(raw, [one.key for one in allowed], path)
        defaults = table.defaults()
        values: dict[str, Any] = {}
        for one in allowed:
            certainly = one.must and certain is not None and one.instead not in raw
            required = one.attribute not in defaults or certainly
            if one.key in raw:
                values[one.attribute] = self.value(table, one, raw[one.key], path)
            elif required:
                values[one.attribute] = _BAD
                wanted = T("必须写明：{wanted}", wanted=_wanted(one.shape))
                if table.openable(one):
                    wanted = T('必须写明：{wanted}；没有规定或还没有定的写 "unset"', wanted=_wanted(one.shape))
                self.fault(path, one.key, "", wanted)
            else:
                values[one.attribute] = self.good.values[_below(path, one.key)] = defaults[one.attribute]
                self.good.unsaid.add(_below(path, one.key))
        self.bases(allowed, values, path)
        return table.make(**values) if len(self.faults) == before else _BAD

    def bases(self, keys: tuple[Field, ...], values: dict[str, Any], path: str) -> None:
        """A value that may be left open has a basis that may be left open; once it is said, so must be its basis."""
        said = {one.attribute for one in keys if values[one.attribute] is not None}
        needed = {one.by for one in keys if one.unset and one.attribute in said and values[one.attribute] is not _BAD}
        for one in keys:
            if one.unset and one.attribute in needed - said:
                self.fault(path, one.key, UNSET, Text(one.label))

    def unknown_keys(self, raw: dict[str, Any], known: list[str], path: str) -> None:
        for key in raw:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1, 0.5)
                wanted = T("已知的键，是否想写“{near}”", near=near[0]) if near else T("删去：这里没有这个键")
                if path and key in _AT_THE_TOP:
                    wanted = T("移到文件开头，写在第一个 [组] 之前：放在这里它属于 {group}", group=path)
                self.fault(path, key, key, wanted)

    def value(self, table: Table, one: Field, raw: Any, path: str) -> Any:
        """The value of one key, kept among the good ones if it could be read."""
        where = _below(path, one.key)
        if raw == UNSET and table.openable(one):
            if not one.unset:
                return None
            value: Any = None
        elif isinstance(one.shape, Kind):
            value = self.leaf(one.shape, raw, path, one.key)
        elif isinstance(one.shape, Many):
            value = self.many(one.shape, raw, path, one.key)
        elif isinstance(raw, dict):
            value = self.table(one.shape, raw, where)
        else:
            self.fault(path, one.key, raw, _wanted(one.shape))
            value = _BAD
        if not isinstance(value, _Bad):
            self.good.values[where] = value
        return value

    def leaf(self, kind: Kind, raw: object, path: str, key: str) -> Any:
        try:
            return kind.read(raw)
        except Mismatch as mismatch:
            for inner, found, wanted in mismatch.inside:
                self.fault(_below(path, key), inner, found, wanted)
            if not mismatch.inside:
                self.fault(path, key, raw, kind.wanted)
            return _BAD

    def many(self, many: Many, raw: object, path: str, key: str) -> Any:
        where = _below(path, key)
        if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw) or len(raw) < many.least:
            self.fault(path, key, raw, _wanted(many))
            return _BAD
        self.good.sizes[where] = len(raw)
        values = tuple(self.table(many.table, entry, f"{where}[{number}]") for number, entry in enumerate(raw, 1))
        return _BAD if any(isinstance(value, _Bad) for value in values) else values


def _wanted(shape: Kind | Table | Many) -> Text:
    if isinstance(shape, Kind):
        return shape.wanted
    keys = "、".join(one.key for one in (shape.table if isinstance(shape, Many) else shape).fields)
    if isinstance(shape, Many):
        return T("若干组，至少 {least} 组，每组写明 {keys}", least=shape.least, keys=keys)
    return T("一组：{keys}", keys=keys)


class _Lines:
    """Where groups and keys stand in a file. With multi-line strings in it: nowhere, rather than in the wrong place."""

    _HEAD = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
    _KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")

    def __init__(self, text: str) -> None:
        self._places: dict[tuple[str, str], int] = {}
        if '"""' in text or "'''" in text:
            return
        group, counts = "", dict[str, int]()
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
            if head := self._HEAD.match(line):
                group = head[2]
                if head[1] == "[[":
                    counts[group] = counts.get(group, 0) + 1
                    group = f"{group}[{counts[group]}]"
                self._places.setdefault((group, ""), number)
            elif key := self._KEY.match(line):
                self._places.setdefault((group, key[1]), number)

    def find(self, group: str, key: str) -> int | None:
        """The line of a key, or of the group so called; else of the group around it, or the key that holds that."""
        holder, _, last = group.rpartition(".")
        own = _below(group, key)
        for place in ((group, key), (own, ""), (f"{own}[1]", ""), (group, ""), (holder, last), ("", key)):
            if place in self._places:
                return self._places[place]
        return None
