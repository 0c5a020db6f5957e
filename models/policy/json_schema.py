"""The JSON Schema of policy files, for editors that check while somebody writes; `check_policy` has the last word."""

from __future__ import annotations

import json
from typing import Any

from models.policy.fields import Field, Many, Table
from models.policy.kinds import BASIS, CODE, DAY, TEXT, UNSET, Kind
from models.policy.schema import POLICY, SCHEMA

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHARED = {"basis": BASIS, "code": CODE, "day": DAY, "text": TEXT}


def json_schema() -> dict[str, Any]:
    """The schema of a whole file, made of the same table that checks it. Dates are strings, as JSON has no others."""
    whole = _group(POLICY, POLICY.fields)
    return {
        "$schema": _DIALECT,
        "title": "kmdx",
        **whole,
        "properties": {"schema": {"const": SCHEMA}, **whole["properties"]},
        "required": ["schema", *whole["required"]],
        "$defs": {name: kind.schema for name, kind in _SHARED.items()},
    }


def json_schema_text() -> str:
    """The schema as it is published."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _table(table: Table) -> dict[str, Any]:
    """A group; one that differs by its variant is any of its variants."""
    if not table.variants:
        return _group(table, table.fields)
    variants = []
    for variant, keys in table.variants.items():
        made = _group(table, table.fields + keys)
        made["properties"] = {**made["properties"], table.variant_key: {"const": variant}}
        variants.append(made)
    return {"oneOf": variants}


def _group(table: Table, keys: tuple[Field, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {one.key: _key(table, one) for one in keys},
        "required": [one.key for one in keys if table.required(one) and not one.instead],
        "additionalProperties": False,
    }
    either = [{"anyOf": [{"required": [one.key]}, {"required": [one.instead]}]} for one in keys if one.instead]
    return {**made, "allOf": either} if either else made


def _key(table: Table, one: Field) -> dict[str, Any]:
    shape = _shape(one.shape)
    words = {"title": one.label, "description": described(one)}
    if table.openable(one):
        return {**words, "anyOf": [{"const": UNSET}, shape]}
    return {**words, **shape}


def _shape(shape: Kind | Table | Many) -> dict[str, Any]:
    for name, kind in _SHARED.items():
        if shape is kind:
            return {"$ref": f"#/$defs/{name}"}
    if isinstance(shape, Kind):
        return dict(shape.schema)
    if isinstance(shape, Many):
        return {"type": "array", "items": _table(shape.table), "minItems": shape.least}
    return _table(shape)


def described(one: Field) -> str:
    """What a key wants and means, in Chinese, for who writes a file."""
    wanted = ""
    if isinstance(one.shape, Table):
        wanted = "；".join(f"{inner.key} {inner.label}{_words(inner, '（{}）')}" for inner in one.shape.fields)
    elif isinstance(one.shape, Kind) and one.shape not in _SHARED.values():
        listed = one.shape.schema.get("items") in (TEXT.schema, CODE.schema)
        wanted = _words(one, "{}") or ("" if listed else one.shape.wanted.chinese())
    return "。".join(part for part in (wanted, one.note) if part)


def _words(one: Field, around: str) -> str:
    """The words of a closed list with what each means."""
    words = one.shape.words if isinstance(one.shape, Kind) else {}
    return around.format("，".join(f"{word} {meaning}" for word, meaning in words.items())) if words else ""
