"""The scoring rule and the ranking against published marks with official results (see tests/data/*/README.md)."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from models.policy.types import Basis, BasisKind, Criterion, Rubric, Scoring, Trim
from models.rules.marks import Sheet, aggregate, criterion_score, format_score, parse_points, sheet_total
from models.rules.ranking import Entry, one_by_one, rank
from models.rules.tally import score_totals

DATA = Path(__file__).parents[2] / "data"
BASIS = Basis(BasisKind.COMMITTEE, "published rule")
JUDGES = [f"J{number}" for number in range(1, 10)]
Segment = tuple[str, str, str, str]


def rows(path: str) -> list[dict[str, str]]:
    lines = (DATA / path).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def skating_rule() -> Scoring:
    return Scoring(
        by="criterion",
        average="mean",
        least_sheets=1,
        basis=BASIS,
        trim=Trim(trim_from=3, count=1),
        criterion_places=2,
        weighted_places=2,
        score_places=2,
    )


def segment_of(row: dict[str, str]) -> Segment:
    return row["competition"], row["program"], row["name"], row["nation"]


def components() -> dict[Segment, list[dict[str, str]]]:
    by_segment: dict[Segment, list[dict[str, str]]] = defaultdict(list)
    for row in rows("skating/skating_components.csv"):
        by_segment[segment_of(row)].append(row)
    return by_segment


def rubric_of(parts: list[dict[str, str]]) -> Rubric:
    criteria = tuple(
        Criterion(part["component"], part["component"], full=10_000, step=250, weight=Fraction(part["factor"]))
        for part in parts
    )
    return Rubric(full=10_000 * len(criteria), criteria=criteria, basis=BASIS)


def sheets_of(parts: list[dict[str, str]]) -> list[Sheet]:
    """One sheet a judge; a judge who is 0.0 throughout was absent and has none."""
    sheets = [Sheet(judge, {part["component"]: parse_points(part[judge]) for part in parts}) for judge in JUDGES]
    return [sheet for sheet in sheets if any(sheet.marks.values())]


def test_every_official_trimmed_mean_is_reproduced() -> None:
    rule, reproduced = skating_rule(), 0
    for parts in components().values():
        unweighted = Rubric(0, tuple(Criterion(p["component"], "", 10_000, 250) for p in parts), BASIS)
        sheets = sheets_of(parts)
        assert all(0 not in sheet.marks.values() for sheet in sheets)
        for part in parts:
            official = format_score(round(Fraction(part["official_trimmed_mean"]) * 100), 2)
            assert format_score(criterion_score(sheets, part["component"], unweighted, rule), 2) == official
            reproduced += 1
    assert reproduced == 1645


def test_every_official_component_total_is_reproduced_segment_by_segment() -> None:
    official = {segment_of(row): row["pcs"] for row in rows("skating/skating_segments.csv")}
    ours = {
        segment: str(aggregate(sheets_of(parts), rubric_of(parts), skating_rule()))
        for segment, parts in components().items()
    }
    assert len(ours) == 329
    assert ours == official


def test_an_absent_judge_counted_as_zero_would_be_wrong_every_time() -> None:
    official = {segment_of(row): row["pcs"] for row in rows("skating/skating_segments.csv")}
    right = 0
    with_absent = [parts for parts in components().values() if len(sheets_of(parts)) < len(JUDGES)]
    for parts in with_absent:
        sheets = [Sheet(judge, {part["component"]: parse_points(part[judge]) for part in parts}) for judge in JUDGES]
        right += str(aggregate(sheets, rubric_of(parts), skating_rule())) == official[segment_of(parts[0])]
    assert (len(with_absent), right) == (8, 0)


def test_rounding_only_at_the_end_would_miss_official_totals() -> None:
    official = {segment_of(row): row["pcs"] for row in rows("skating/skating_segments.csv")}
    once = Scoring(by="criterion", average="mean", least_sheets=1, basis=BASIS, trim=Trim(3, 1))
    missed = [
        segment
        for segment, parts in components().items()
        if str(aggregate(sheets_of(parts), rubric_of(parts), once)) != official[segment]
    ]
    assert missed


def test_ranking_the_official_totals_gives_the_official_ranks() -> None:
    by_program: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows("skating/skating_segments.csv"):
        by_program[row["competition"], row["program"]].append(row)
    for (_, program), entered in by_program.items():
        first = (
            "pcs" if "FREE" in program else "tes"
        )  # the union's rule: components part free programmes, else elements
        entries = [Entry(row["name"], round(Fraction(row["total"]) * 100)) for row in entered]
        parting = {row["name"]: (round(Fraction(row[first]) * 100),) for row in entered}
        ranks = {entry.no: entry.rank for entry in rank(entries, one_by_one(parting.__getitem__, 1))}
        assert ranks == {row["name"]: int(row["rank"]) for row in entered}


@pytest.mark.parametrize("average", ["mean", "median"])
@pytest.mark.parametrize(("lot", "winner"), [("2", "山东航盛建设工程有限公司"), ("5", "神州瑞宸建设集团有限公司")])
def test_published_panel_totals_give_the_published_winner(lot: str, winner: str, average: str) -> None:
    rubric = Rubric(100_000, (Criterion("total", "总分", 100_000, 10),), BASIS)
    rule = Scoring(by="sheet", average=average, least_sheets=3, basis=BASIS)
    bids = [row for row in rows("shandong/shandong_2024_panel_scores.csv") if row["标包"] == lot]
    panels = {
        row["供应商"]: [Sheet(f"评委{n}", {"total": parse_points(row[f"评委{n}"])}) for n in (1, 2, 3)] for row in bids
    }
    scores = {bidder: aggregate(sheets, rubric, rule).value for bidder, sheets in panels.items()}
    assert scores == {
        bidder: score_totals(sorted(sheet_total(sheet.marks, rubric) for sheet in sheets), rule).value
        for bidder, sheets in panels.items()
    }
    ranking = rank([Entry(bidder, score) for bidder, score in scores.items()])
    assert [entry.no for entry in ranking if entry.rank == 1] == [winner]
    assert [row["供应商"] for row in bids if row["中标"] == "是"] == [winner]
