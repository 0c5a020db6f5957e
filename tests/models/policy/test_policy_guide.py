"""The guide for who writes a measure: every key of the format stands in it, in its group, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

from models.policy.fields import Many, Table
from models.policy.load import check_policy
from models.policy.schema import POLICY
from seeds.policies import builtin_text

GUIDE = (Path(__file__).parents[3] / "docs" / "policy.md").read_text(encoding="utf-8")


def said() -> dict[str, dict[str, str]]:
    """The keys of each section with their Chinese word: {"tracks.terms": {"levels": "等级", …}}."""
    found: dict[str, dict[str, str]] = {}
    group = ""
    for line in GUIDE[GUIDE.index("## Every key") :].splitlines():
        if head := re.match(r"### `?\[*([a-z_.]+)\]*", line):
            group = head[1]
        elif re.match(r"### The file itself", line):
            group = ""
        elif row := re.match(r"\| `([a-z_]+)` \| ([^|]+) \|", line):
            found.setdefault(group, {})[row[1]] = row[2]
    return found


def described(table: Table, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every key of the format: the path of its group, the key, its Chinese word."""
    for one in table.all_fields:
        inner = f"{path}.{one.key}" if path else one.key
        if path or not isinstance(one.shape, Many | Table):
            yield path, one.key, one.label
        if isinstance(one.shape, Table):
            yield from described(one.shape, inner)
        elif isinstance(one.shape, Many):
            yield from described(one.shape.table, inner)


def test_every_key_is_documented_in_its_group_and_no_other() -> None:
    wanted: dict[str, dict[str, str]] = {}
    for path, key, label in described(POLICY):
        wanted.setdefault(path, {})[key] = label
    assert said() == wanted


def test_example_of_terms_is_taken() -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", GUIDE, re.S)
    kunming = builtin_text("kunming-2024")
    text = kunming[: kunming.index("[[tracks]]")] + example + kunming[kunming.index("[cumulative]") :]
    measure, faults = check_policy(text, "p.toml")
    assert faults == []
    assert measure is not None
    assert [str(term.ratio) for term in measure.said["tracks"][0].terms] == ["3/10", "2/5"]
