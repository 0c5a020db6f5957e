"""The skeleton: clean as it is written, every key explained, its examples a measure that lacks only its facts."""

import json
import random
import re
import tomllib
from copy import deepcopy
from datetime import date
from functools import reduce
from typing import Any

import pytest

from models.errors import Refused
from models.policy.fields import Many, Table
from models.policy.load import check_policy, load_measure, open_parts, usable
from models.policy.schema import POLICY
from models.policy.show import policy_json, policy_parts
from models.policy.skeleton import skeleton
from models.text import set_translator

TEXT = skeleton()


def filled(text: str) -> str:
    """The skeleton with its examples in place of what is open, as its head tells to do it."""
    lines = [line[1:] if re.match(r"#[^ #:]", line) else line for line in text.splitlines()]
    groups = {found[1] for line in lines if (found := re.match(r"\[\[?([a-z]+)\]", line))}
    return "\n".join(line for line in lines if line.partition(" = ")[0] not in groups or "unset" not in line)


def keys(table: Table, path: str) -> list[tuple[str, str]]:
    """Every key of the format that has a line of its own, by the path of its group."""
    found = []
    for one in table.all_fields:
        if isinstance(one.shape, Many):
            found += keys(one.shape.table, f"{path}.{one.key}" if path else one.key)
        elif isinstance(one.shape, Table) and not path:
            found += keys(one.shape, one.key)
        else:
            found.append((path, one.key))
    return found


def test_skeleton_checks_clean_and_names_what_is_open() -> None:
    measure, faults = check_policy(TEXT, "p.toml")
    assert faults == []
    assert measure is not None
    with pytest.raises(Refused) as caught:
        usable(measure)
    assert caught.value.code == "policy_incomplete"
    assert list(open_parts(measure)) == [
        "title",
        "document",
        "issuers",
        "effective_from",
        "effective_basis",
        "industries",
        "districts",
        "tracks",
        "exclusions",
        "admission",
        "rubric",
        "scoring",
        "panel",
        "allocation",
        "publicity",
        "objections",
        "payments",
        "recoveries",
        "sanctions",
        "sources",
    ]


def test_examples_make_a_measure_that_lacks_only_its_facts() -> None:
    measure = load_measure(filled(TEXT), "p.toml")
    assert list(open_parts(measure)) == ["title", "document", "issuers", "effective_from", "effective_basis"]
    assert [track.rule and track.rule.value for track in measure.said["tracks"]] == ["share", "fixed", "up_to", None]


def test_the_other_way_of_writing_is_clean_too() -> None:
    """The example of terms, in place of ratio and caps."""
    start = TEXT.index("#[[tracks]]")
    end = TEXT.index("#[[tracks]]", start + 1)
    track = re.sub(r"(?m)^#(ratio|levels) = .*\n", "", TEXT[start:end])
    text = filled(TEXT[:start] + re.sub("(?m)^##", "#", track) + TEXT[end:])
    (term,) = load_measure(text, "p.toml").said["tracks"][0].terms
    assert (term.levels, term.years, term.cap_fen) == ((2,), (2024,), 200_000_00)


def test_every_key_of_the_format_is_explained() -> None:
    seen = set()
    path = ""
    for line in TEXT.splitlines():
        if head := re.match(r"#+\[\[?([a-z_.]+)\]", line):
            path = head[1]
        elif key := re.match(r"#*([a-z_]+) = .*  # \S", line):
            seen.add((path, key[1]))
    wanted = set(keys(POLICY, ""))
    assert len(wanted) > 120
    assert wanted - seen == set()


def test_skeleton_is_chinese_whatever_the_language() -> None:
    set_translator(lambda message: "English")
    try:
        assert skeleton() == TEXT
    finally:
        set_translator(str)


def test_first_line_leads_editors_to_the_schema() -> None:
    assert TEXT.splitlines()[0] == "#:schema ./policy.schema.json"


JUNK = ["unset", "", "50%", "1/0", "\x00", "{x}", "[bold]", -1, 0, 10**30, 1.5, True, [], {}, [[]], [{}], ["x", "x"]]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ([path] if path else []) + [deeper for key, entry in inside for deeper in places(entry, (*path, key))]


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {inline(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


@pytest.mark.parametrize("seed", range(8))
def test_no_change_of_a_file_with_every_group_makes_check_crash(seed: int) -> None:
    """Values are replaced by junk or by one another, taken out or repeated: a measure that can be shown, or faults."""
    draw, text = random.Random(seed), filled(TEXT)
    for _ in range(60):
        values = tomllib.loads(text)
        for _ in range(draw.randint(1, 4)):
            path = draw.choice(places(values))
            holder = reduce(lambda inner, key: inner[key], path[:-1], values)
            act = draw.choice(["junk", "swap", "remove", "repeat"])
            if act == "junk":
                holder[path[-1]] = draw.choice(JUNK)
            elif act == "swap":
                other = draw.choice(places(values))
                holder[path[-1]] = deepcopy(reduce(lambda inner, key: inner[key], other, values))
            elif act == "remove":
                del holder[path[-1]]
            elif isinstance(holder, list):
                holder.append(deepcopy(holder[path[-1]]))
        measure, faults = check_policy("".join(f"{key} = {inline(one)}\n" for key, one in values.items()), "p.toml")
        assert (measure is None) == bool(faults)
        assert all(str(fault) for fault in faults)
        if measure is not None:
            assert policy_parts(measure)
            assert json.dumps(policy_json(measure))
            assert all(words for words in open_parts(measure).values())


def test_values_that_may_be_open_may_be_so_together() -> None:
    """Each that `check` lets stand open alone, then many of them at once: faults, or a measure that can be read."""
    text = filled(TEXT)

    def opened(paths: list[tuple[str | int, ...]]) -> str:
        values = tomllib.loads(text)
        for path in sorted(paths, key=len, reverse=True):  # what is inside a group before the group
            reduce(lambda inner, key: inner[key], path[:-1], values)[path[-1]] = "unset"
        return "".join(f"{key} = {inline(one)}\n" for key, one in values.items())

    keys_ = [path for path in places(tomllib.loads(text)) if isinstance(path[-1], str)]
    alone = [path for path in keys_ if check_policy(opened([path]), "p.toml")[0] is not None]
    assert len(alone) > 80
    draw = random.Random(7)
    for _ in range(100):
        measure, faults = check_policy(opened(draw.sample(alone, draw.randint(2, 40))), "p.toml")
        assert (measure is None) == bool(faults)
        if measure is not None:
            assert policy_parts(measure)
            assert json.dumps(policy_json(measure))
            assert all(open_parts(measure).values())
