"""The published JSON Schema beside an independent validator: it takes what `check` takes, and refuses what is amiss."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from models.policy.json_schema import json_schema, json_schema_text
from models.policy.load import check_policy
from models.policy.skeleton import skeleton
from seeds.policies import builtin_ids, builtin_text

PUBLISHED = Path(__file__).parents[3] / "docs" / "policy.schema.json"
KUNMING = builtin_text("kunming-2024")


def as_json(value: Any) -> Any:
    """TOML values as JSON has them: dates become strings."""
    if isinstance(value, dict):
        return {key: as_json(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [as_json(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of all keys of groups, bases and tables of caps left out."""
    if isinstance(value, list):
        return [deeper for number, entry in enumerate(value) for deeper in paths(entry, (*path, number))]
    if not isinstance(value, dict) or {*value} <= {"article", "law", "committee", "2", "3", "4"}:
        return []
    return [found for key, entry in value.items() for found in ((*path, key), *paths(entry, (*path, key)))]


def test_published_schema_is_the_generated_one() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == json_schema_text()


@pytest.mark.parametrize("which", builtin_ids())
def test_builtin_files_are_valid(validator: Draft202012Validator, which: str) -> None:
    assert [error.message for error in validator.iter_errors(as_json(tomllib.loads(builtin_text(which))))] == []


def test_skeleton_is_valid(validator: Draft202012Validator) -> None:
    assert validator.is_valid(as_json(tomllib.loads(skeleton())))


@pytest.mark.parametrize("path", paths(as_json(tomllib.loads(KUNMING))), ids=lambda path: ".".join(map(str, path)))
def test_schema_and_check_agree_about_a_key(validator: Draft202012Validator, path: tuple[str | int, ...]) -> None:
    """Without the key, with a value of the wrong type, with a neighbour nobody knows, and with "unset"."""
    for change in ("remove", "wrong", "unknown", "unset"):
        values = as_json(tomllib.loads(KUNMING))
        holder: Any = values
        for key in path[:-1]:
            holder = holder[key]
        if change == "remove":
            del holder[path[-1]]
        elif change == "unknown":
            holder["quux"] = 1
        else:
            holder[path[-1]] = {"quux": []} if change == "wrong" else "unset"
        faults = [str(fault.wanted) for fault in check_policy(toml(values), "p.toml")[1]]
        valid = validator.is_valid(values)
        assert valid or faults, f"{change}: the schema refuses what `check` passes"
        if change in ("wrong", "unknown") or any(said.startswith("必须写明") for said in faults):
            assert not valid, f"{change}: the schema passes what `check` refuses"


def toml(values: dict[str, Any]) -> str:
    return "".join(f"{key} = {inline(value)}\n" for key, value in values.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('ratio = "50%"', 'ratio = "50"'),
        ('ratio = "50%"', "ratio = 1.5"),
        ('ratio = "50%"', 'ratio = "half"'),
        ('rule = "fixed"', 'rule = "guess"'),
        ("\ndays = 5\n", "\ndays = 0\n"),
        ("{ 2 = 200000,", "{ 9 = 200000,"),
        ('basis = { article = "第十条" }', "basis = {}"),
        ('basis = { article = "第十条" }', 'basis = { article = "第十条", law = "某法" }'),
        ('city = "昆明市"', 'city = "unset"'),
        ("schema = 1\n", "schema = 2\n"),
    ],
)
def test_mutated_files_are_invalid(validator: Draft202012Validator, old: str, new: str) -> None:
    assert KUNMING.count(old) == 1
    found = validator.is_valid(as_json(tomllib.loads(KUNMING.replace(old, new))))
    assert found == (new == 'ratio = "50"')  # a string is read exactly by `check` alone
    assert check_policy(KUNMING.replace(old, new), "p.toml")[0] is None
