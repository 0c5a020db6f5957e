"""Reading a policy file: what is well written is read exactly, what is not is named with its place, nothing crashes."""

import hashlib
import json
import tomllib
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BadInput
from models.policy.load import check_policy, load_policy
from models.policy.show import policy_json, policy_parts
from models.policy.types import Basis, BasisKind, Deviation, Trim
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
Path = tuple[str | int, ...]


def kunming() -> dict[str, Any]:
    """The built-in policy as nested values, free to be changed."""
    return tomllib.loads(KUNMING)


def dump(values: dict[str, Any]) -> str:
    """Nested values as TOML, one top-level key a line."""
    return "".join(f"{json.dumps(key)} = {inline(value)}\n" for key, value in values.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {inline(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else json.dumps(value)


def paths(value: Any, path: Path = ()) -> list[Path]:
    """The paths of everything in nested values, groups and lists included."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ([path] if path else []) + [deeper for key, entry in inside for deeper in paths(entry, (*path, key))]


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def place(path: Path) -> tuple[str, str]:
    """A path as faults name it: ("tracks", 0, "levels", "2") is ("tracks[1].levels", "2")."""
    group = ""
    for key in path[:-1]:
        group += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if group else key
    return group, str(path[-1] + 1 if isinstance(path[-1], int) else path[-1])


def changed(old: str, new: str) -> str:
    """The built-in file with one piece replaced."""
    assert KUNMING.count(old) == 1, old
    return KUNMING.replace(old, new)


def line_of(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


def faults_at(text: str) -> list[tuple[str, str]]:
    return [(fault.sheet, fault.column) for fault in check_policy(text, "p.toml")[1]]


def keys(value: Any, path: Path = ()) -> list[Path]:
    """The paths of all keys of groups; a basis and a table of caps are values, not groups."""
    if isinstance(value, list):
        return [deeper for number, entry in enumerate(value) for deeper in keys(entry, (*path, number))]
    if not isinstance(value, dict) or {*value} <= {"article", "law", "committee", "2", "3", "4"}:
        return []
    return [found for key, entry in value.items() for found in ((*path, key), *keys(entry, (*path, key)))]


def heading(path: Path) -> str:
    """A path without the numbers of lists: "tracks.code"."""
    return ".".join(key for key in path if isinstance(key, str))


OPTIONAL = {
    "industries.aliases",
    "districts.aliases",
    "districts.zone",
    "tracks.aliases",
    "tracks.sizes",
    "tracks.industries_required",
    "exclusions.consult",
    "rubric.criteria.anchors",
    "scoring.drop",
    "scoring.deviation",
    "scoring.trim",
    "scoring.criterion_places",
    "scoring.weighted_places",
    "scoring.score_places",
    "scoring.tie_breaks",
    "scoring.pass_mark",
    "scoring.spread_flag",
    "scoring.panels",
    "scoring.double_keying",
    "scoring.sealing",
    "editions",
    "editions.binding_scenes",
    "editions.levels.scenes",
    "editions.levels.binding",
}
KEYS = keys(kunming())
REQUIRED = [path for path in KEYS if heading(path) not in OPTIONAL]


def test_values_are_read_exactly():
    policy = load_policy(KUNMING, "p.toml")
    assert policy.effective_from == date(2024, 5, 12)
    assert policy.scoring.trim == Trim(trim_from=5, count=1)
    assert policy.scoring.deviation == Deviation(Fraction(30), "explain")
    assert policy.panel.expert_share == Fraction(2, 3)
    assert policy.scoring.pass_mark == Fraction(60)
    assert policy.objections.decide_days is None
    assert policy.cumulative.basis == Basis(BasisKind.ARTICLE, "第十条")
    assert (policy.scoring.separate_panels, policy.scoring.drop_widest, policy.scoring.sealing) == (False, False, True)


def test_text_and_digest_are_those_of_the_file():
    policy = load_policy(KUNMING, "p.toml")
    assert policy.text == KUNMING
    assert policy.digest == hashlib.sha256(KUNMING.encode()).hexdigest()


def test_byte_order_mark_is_no_fault():
    policy, faults = check_policy("\ufeff" + KUNMING, "p.toml")
    assert faults == []
    assert policy is not None


def test_dumped_file_says_the_same():
    policy = load_policy(KUNMING, "p.toml")
    again = load_policy(dump(kunming()), "p.toml")
    assert policy_json(again) == policy_json(policy)


def test_decimals_without_quotes_are_exact():
    policy = load_policy(changed('pass_mark = "60"', "pass_mark = 60.1"), "p.toml")
    assert policy.scoring.pass_mark == Fraction(601, 10)


def test_load_policy_raises_with_every_fault():
    with pytest.raises(BadInput) as caught:
        load_policy(changed("\ndays = 5\n", '\ndays = "fünf"\n').replace("odd = true", "odd = 1"), "p.toml")
    assert [(fault.sheet, fault.column, fault.found) for fault in caught.value.faults] == [
        ("panel", "odd", "1"),
        ("publicity", "days", "fünf"),
    ]


def test_faults_of_one_group_do_not_hide_each_other():
    text = changed('by = "sheet"', 'by = "leaf"').replace("least_sheets = 3", "least_sheets = 4")
    text = text.replace('tie_breaks = ["plan", "effect"]', 'tie_breaks = ["plan", "luck"]')
    assert faults_at(text) == [("scoring", "by"), ("scoring.trim", "from"), ("scoring", "tie_breaks")]


def test_syntax_fault_names_its_line():
    text = changed('city = "昆明市"', "city = 昆明市")
    policy, faults = check_policy(text, "p.toml")
    assert policy is None
    assert [(fault.row, fault.found) for fault in faults] == [(line_of(text, "city = "), "city = 昆明市")]


def test_fault_reads_as_a_sentence():
    text = changed("\ndays = 5\n", "\ndays = 0\n")
    _, (fault,) = check_policy(text, "p.toml")
    row = line_of(text, "days = 0")
    assert str(fault) == f"p.toml publicity 第{row}行 “days”列：现为“0”，应为1 至 366 的整数"


def test_unknown_key_is_named_with_the_nearest_known():
    text = changed("least_sheets = 3", "least_sheets = 3\nleast_sheet = 3")
    _, (fault,) = check_policy(text, "p.toml")
    assert (fault.sheet, fault.column, fault.row) == ("scoring", "least_sheet", line_of(text, "least_sheet = 3"))
    assert str(fault.wanted) == "已知的键，是否想写“least_sheets”"


def test_unknown_key_without_a_neighbour_is_to_be_taken_out():
    _, (fault,) = check_policy("quux = 1\n" + KUNMING, "p.toml")
    assert (fault.column, fault.row, str(fault.wanted)) == ("quux", 1, "删去：这里没有这个键")


def test_key_of_the_file_below_a_heading_is_to_be_moved_up():
    _, faults = check_policy(
        changed("[panel]\n", '[panel]\ncity = "某市"\n').replace('city = "昆明市"\n', ""), "p.toml"
    )
    assert {(fault.sheet, fault.column, str(fault.wanted)) for fault in faults} == {
        ("panel", "city", "移到文件开头，写在第一个 [组] 之前：放在这里它属于 panel"),
        ("", "city", "必须写明：不超过500字的一行文字"),
    }


def test_unknown_group_is_named_in_its_line():
    text = changed("[panel]\n", "[panels]\n")
    (fault, missing) = sorted(check_policy(text, "p.toml")[1], key=lambda one: one.row is None)
    assert (fault.column, fault.row, str(fault.wanted)) == (
        "panels",
        line_of(text, "[panels]"),
        "已知的键，是否想写“panel”",
    )
    assert (missing.column, missing.row) == ("panel", None)


def test_key_of_another_rule_is_unknown_to_a_track():
    text = changed("amount = 200000\n", "amount = 200000\nratio = 1\n")
    assert faults_at(text) == [("tracks[2]", "ratio")]


def test_wrong_rule_hides_no_other_fault_and_invents_none():
    assert faults_at(changed('rule = "fixed"', 'rule = "guess"')) == [("tracks[2]", "rule")]


@pytest.mark.parametrize(
    ("line", "key", "number", "attribute"),
    [
        ('ratio = "50%"\n', "ratio", 1, "ratio"),
        ("levels = { 2 = 200000, 3 = 400000, 4 = 500000 }\n", "levels", 1, "caps_fen"),
        ("amount = 200000\n", "amount", 2, "amount_fen"),
    ],
)
def test_figure_of_a_track_may_be_left_open_but_not_left_out(line, key, number, attribute):
    track = load_policy(changed(line, f'{key} = "unset"\n'), "p.toml").tracks[number - 1]
    assert getattr(track, attribute) is None
    assert faults_at(changed(line, "")) == [(f"tracks[{number}]", key)]


def test_inner_faults_are_named_by_their_inner_key():
    text = changed("{ 2 = 200000, 3 = 400000,", "{ 2 = -1, 9 = 400000,")
    text = text.replace('"software", "cloud", "equipment"', '"software", "snacks"')
    rows = [(fault.sheet, fault.column, fault.found, fault.row) for fault in check_policy(text, "p.toml")[1]]
    levels, eligible = line_of(text, "levels = "), line_of(text, "eligible = ")
    assert rows == [
        ("tracks[1].levels", "2", "-1", levels),
        ("tracks[1].levels", "9", "400000", levels),
        ("tracks[1].eligible", "2", "snacks", eligible),
    ]


@pytest.mark.parametrize("wrong", ['"1"', "2", "true", "1.0"])
def test_another_schema_is_refused(wrong):
    assert faults_at(changed("schema = 1\n", f"schema = {wrong}\n")) == [("", "schema")]


def test_nothing_is_read_without_line_numbers_in_wrong_places():
    text = changed('title = "昆明市中小企业数字化转型专项资金管理办法"', 'title = """\n[panel]\nodd = 1"""')
    _, (fault,) = check_policy(text, "p.toml")
    assert (fault.column, fault.row) == ("title", None)


def test_required_keys_are_most_keys():
    assert len(REQUIRED) > 250


@pytest.mark.parametrize("path", REQUIRED, ids=heading)
def test_missing_key_is_named_with_its_group(path):
    values = kunming()
    del at(values, path[:-1])[path[-1]]
    assert place(path) in faults_at(dump(values))


@pytest.mark.parametrize("path", KEYS, ids=heading)
def test_value_of_the_wrong_type_is_named_with_its_group(path):
    values = kunming()
    at(values, path[:-1])[path[-1]] = datetime(2024, 5, 12, 8)  # noqa: DTZ001
    assert faults_at(dump(values)) == [place(path)]


def test_left_out_optional_keys_take_their_defaults():
    values = kunming()
    for path in reversed(KEYS):
        if path not in REQUIRED:
            at(values, path[:-1]).pop(path[-1], None)
    policy = load_policy(dump(values), "p.toml")
    assert policy.scoring.trim is None
    assert policy.scoring.score_places == 2
    assert {track.sizes for track in policy.tracks} == {("medium", "small", "micro")}


JUNK = st.one_of(
    st.sampled_from(["unset", "", "nan", "50%", "1/0", "-1", "\x00", "{x}", "９", "[bold]", 2**4000]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from([[], {}, [[]], [{}], {"article": 1}, {"law": "x", "article": "y"}, [{"code": "x"}] * 2]),
)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_no_change_of_values_makes_it_crash(data):
    values = kunming()
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(paths(values)))
        holder = at(values, path[:-1])
        act = data.draw(st.sampled_from(["replace", "remove", "rename", "repeat"]))
        if act == "replace":
            holder[path[-1]] = data.draw(JUNK)
        elif act == "remove":
            del holder[path[-1]]
        elif act == "rename" and isinstance(holder, dict):
            holder[data.draw(st.text(st.characters(exclude_categories=["Cs"])))] = holder.pop(path[-1])
        elif isinstance(holder, list):
            holder.append(holder[path[-1]])
    assert sound(dump(values))


@settings(max_examples=200, deadline=None)
@given(st.text(), st.integers(0, len(KUNMING)), st.integers(0, 40))
def test_no_change_of_text_makes_it_crash(inserted, start, length):
    assert sound(KUNMING[:start] + inserted + KUNMING[start + length :])


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "\ufeff", "[" * 100_000, "a." * 2000 + "a = 1", "a = " + "9" * 5000, "a = 0x" + "f" * 9000],
    ids=["empty", "nul", "mark", "brackets", "dots", "digits", "hex"],
)
def test_hostile_text_is_refused(text):
    assert sound(text)
    assert check_policy(text, "p.toml")[0] is None


@pytest.mark.parametrize("number", ["1e999999999", '"1e9"', "nan", "inf", "-0.5", '"½"', '"９"', "0.0000001"])
def test_numbers_that_are_none_are_refused(number):
    assert faults_at(changed('pass_mark = "60"', f"pass_mark = {number}")) == [("scoring", "pass_mark")]


def test_surrogates_are_no_crash():
    assert sound(KUNMING + "# \ud800")


def sound(text: str) -> bool:
    """A text gives a policy that can be shown, or faults that can be read; never both, never neither."""
    policy, faults = check_policy(text, "p.toml")
    assert (policy is None) == bool(faults)
    assert all(len(str(fault)) > 10 and len(fault.found) <= 61 for fault in faults)
    if policy is not None:
        assert policy_parts(policy)
        json.dumps(policy_json(policy))
    return True


def test_datetime_is_no_date():
    moment = datetime(2024, 5, 12, 8).isoformat()  # noqa: DTZ001
    text = changed("effective_from = 2024-05-12", f"effective_from = {moment}")
    assert faults_at(text) == [("", "effective_from")]
