"""The other built-in measures against the figures of public pages: what these don't say stands nowhere in the files."""

import csv
from dataclasses import is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from stdnum import numdb

from models.errors import Refused
from models.policy.load import check_policy, load_measure, open_parts, usable
from models.policy.types import AwardRule, Basis, BasisKind, Measure
from models.rules.subsidy import Claim, award
from seeds.policies import builtin_text

CITIES = {"wuhan": "武汉", "zhongshan-2024": "中山", "changzhi-2025": "长治", "liuzhou-2025": "柳州"}
WAN_FEN = 1_000_000
LEVELS = {2: "二级", 3: "三级", 4: "四级"}


def rows() -> dict[str, dict[str, str]]:
    """The figures by city, as the page gives them."""
    place = Path(__file__).parents[2] / "data" / "policy" / "city_parameters.csv"
    with place.open(encoding="utf-8") as file:
        return {row["城市"]: row for row in csv.DictReader(file)}


def measure(which: str) -> Measure:
    return load_measure(builtin_text(which), which)


def bases(value: Any) -> list[Basis]:
    """Every basis in some values."""
    if isinstance(value, Basis):
        return [value]
    inner = value if isinstance(value, tuple) else vars(value).values() if is_dataclass(value) else ()
    return [basis for entry in inner for basis in bases(entry)]


@pytest.mark.parametrize("which", CITIES)
def test_measure_is_clean_names_its_document_and_is_open(which: str) -> None:
    found, faults = check_policy(builtin_text(which), which)
    assert faults == []
    assert found is not None
    assert (found.id, found.city) == (which, f"{CITIES[which]}市")
    document = rows()[CITIES[which]]["文件"]
    assert found.document == (document if "〔" in document else None)
    assert {"rubric", "scoring", "panel", "exclusions", "admission", "industries"} <= {*open_parts(found)}
    with pytest.raises(Refused) as caught:
        usable(found)
    assert caught.value.code == "policy_incomplete"


@pytest.mark.parametrize("which", CITIES)
def test_no_default_stands_for_what_no_page_says(which: str) -> None:
    said = {*open_parts(measure(which))}
    told = {"liuzhou-2025": {"conditions"}, "changzhi-2025": {"uses"}}
    assert {"editions", "conditions", "uses"} & said == {"editions", "conditions", "uses"} - told.get(which, set())
    for number, track in enumerate(measure(which).said["tracks"], 1):
        assert {f"tracks[{number}].{key}" for key in ("sizes", "industries_required")} <= said
        assert track.windows is None or (which == "liuzhou-2025" and track.windows)


@pytest.mark.parametrize("which", CITIES)
def test_every_basis_names_its_page(which: str) -> None:
    """No article is made up: until somebody has read the measure, the page stands for it."""
    page = rows()[CITIES[which]]["来源"]
    cited = [basis for value in measure(which).said.values() for basis in bases(value)]
    articles = [basis.ref for basis in cited if basis.kind is BasisKind.ARTICLE]
    assert articles
    assert {*articles} == {f"（条款待核；据公开页面 {page}）"}
    assert {basis.ref for basis in cited if basis.kind is not BasisKind.ARTICLE} <= {"GB/T 2260 行政区划代码"}


def test_wuhan_has_ratio_and_cap_by_level() -> None:
    row = rows()["武汉"]
    (track,) = measure("wuhan").said["tracks"]
    assert track.rule is AwardRule.SHARE
    said = {level: (term.ratio, term.cap_fen) for term in track.terms for level in term.levels}
    wanted = {
        level: (Fraction(row[f"{word}比例"].rstrip("%")) / 100, int(row[f"{word}上限万"]) * WAN_FEN)
        for level, word in LEVELS.items()
    }
    assert (
        said
        == wanted
        == {
            2: (Fraction(3, 10), 30 * WAN_FEN),
            3: (Fraction(2, 5), 40 * WAN_FEN),
            4: (Fraction(2, 5), 40 * WAN_FEN),
        }
    )


@pytest.mark.parametrize(
    ("level", "spent_wan", "yuan"),
    [(2, 50, 150_000), (2, 200, 300_000), (3, 50, 200_000), (3, 100, 400_000), (4, 1000, 400_000), (1, 50, None)],
)
def test_wuhan_awards_follow_once_the_eligible_kinds_are_filled_in(
    level: int, spent_wan: int, yuan: int | None
) -> None:
    filled = builtin_text("wuhan").replace('eligible = "unset"', 'eligible = ["software"]')
    (track,) = load_measure(filled, "wuhan").said["tracks"]
    claim = Claim(investment={"software": spent_wan * WAN_FEN}, level=level)
    found = award(track, claim, None, estimate=True)
    assert found.amount_fen == (None if yuan is None else yuan * 100)


def test_wuhan_districts_are_those_of_the_standard() -> None:
    known = {
        code: info["county"]
        for number in range(100)
        for code in [f"4201{number:02d}"]
        for info in [dict(pair for _, found in numdb.get("cn/loc").info(code) for pair in found.items())]
        if "county" in info
    }
    standard = {code: names for code, names in known.items() if code not in ("420100", "420101")}
    said = {one.code: one.name for one in measure("wuhan").said["districts"]}
    assert len(said) == 13
    assert all(name in standard[code] for code, name in said.items())


def test_zhongshan_has_its_caps_an_advance_and_its_last_day() -> None:
    row = rows()["中山"]
    found = measure("zhongshan-2024").said
    (track,) = found["tracks"]
    assert track.ratio is None
    assert track.caps_fen == {level: int(row[f"{word}上限万"]) * WAN_FEN for level, word in LEVELS.items()}
    assert [fen // WAN_FEN for fen in track.caps_fen.values()] == [30, 60, 100]
    assert found["effective_until"] == date(2026, 12, 31)
    assert "有效期至2026-12-31" in row["其它"]
    (advance,) = found["payments"]
    assert (advance.code, advance.share, advance.trigger) == ("advance", None, None)
    assert "预奖补" in row["其它"]


def test_changzhi_divides_the_central_funds() -> None:
    assert "中央资金≥80%改造 ≤20%服务" in rows()["长治"]["其它"]
    first, second = measure("changzhi-2025").said["uses"]
    assert (first.tracks, first.least, first.most, first.sources) == (
        ("transformation",),
        Fraction(4, 5),
        None,
        ("central",),
    )
    assert (second.tracks, second.least, second.most, second.sources) == (
        ("service",),
        None,
        Fraction(1, 5),
        ("central",),
    )


def test_liuzhou_takes_contracts_from_a_day_on_and_papers_until_acceptance() -> None:
    assert "合同不早于2024-10-18" in rows()["柳州"]["其它"]
    found = measure("liuzhou-2025").said
    (track,) = found["tracks"]
    assert [(one.event, one.first, one.until_acceptance) for one in track.windows] == [
        ("contract", date(2024, 10, 18), False),
        ("invoice", None, True),
        ("payment", None, True),
    ]
    assert [one.code for one in found["conditions"]] == ["level_2_of_2024", "monthly_acceptance"]


def test_kunming_has_the_editions_of_the_ministry_with_their_binding_scenes_open() -> None:
    old, new = usable(measure("kunming-2024")).editions
    assert [(rule.level, rule.points, rule.scenes) for rule in old.levels] == [
        (1, 20, None),
        (2, 40, None),
        (3, 60, None),
        (4, 80, None),
    ]
    assert [(rule.level, rule.points, rule.scenes, rule.binding) for rule in new.levels] == [
        (1, 20, 6, 3),
        (2, 40, 6, 3),
        (3, 60, 8, 5),
        (4, 80, 10, 6),
    ]
    assert (old.binding_scenes, new.binding_scenes) == (None, None)
    assert {one.basis.kind for one in (old, new)} == {BasisKind.LAW}
