"""Ranks: ties, tie-breaks, skipped places, and properties against a count of who is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.policy.types import Basis, BasisKind, Criterion, Rubric, Scoring, Trim
from models.rules.marks import Sheet, aggregate, criterion_score
from models.rules.ranking import Entry, Ranked, RankReasons, TieBreak, one_by_one, rank

BASIS = Basis(BasisKind.COMMITTEE, "评分细则")
RUBRIC = Rubric(
    100_000,
    (Criterion("plan", "方案", 60_000, 500), Criterion("effect", "成效", 40_000, 500, Fraction(5, 4))),
    BASIS,
)
RULE = Scoring(by="sheet", average="mean", least_sheets=1, basis=BASIS, tie_breaks=("plan", "effect"))


def parting(values: Mapping[str, tuple[int, ...]], count: int = 2) -> list[TieBreak]:
    return one_by_one(values.__getitem__, count)


def test_best_comes_first_and_nobody_is_asked_without_a_tie() -> None:
    def unasked(nos: Sequence[str]) -> dict[str, int]:
        raise AssertionError(f"{nos} share their score with nobody")

    ranking = rank([Entry("A", 7000), Entry("B", 9000), Entry("C", 8000)], [unasked])
    assert ranking == [Ranked("B", 1, False, 9000), Ranked("C", 2, False, 8000), Ranked("A", 3, False, 7000)]


def test_equals_share_a_rank_and_the_next_skips() -> None:
    ranking = rank([Entry("D", 1), Entry("C", 2), Entry("B", 2), Entry("A", 3)])
    assert [(entry.no, entry.rank, entry.tied) for entry in ranking] == [
        ("A", 1, False),
        ("B", 2, True),
        ("C", 2, True),
        ("D", 4, False),
    ]


def test_tie_breaks_part_equal_scores_in_their_order() -> None:
    values = {"A": (10, 5), "B": (20, 1), "C": (10, 7), "D": (10, 5)}
    ranking = rank([Entry(no, 80) for no in "ABCD"], parting(values))
    assert [(entry.no, entry.rank, entry.tied) for entry in ranking] == [
        ("B", 1, False),
        ("C", 2, False),
        ("A", 3, True),
        ("D", 3, True),
    ]


def test_a_tie_break_is_asked_once_and_only_for_who_is_still_equal() -> None:
    values = {"A": (10, 5), "B": (20, 1), "C": (10, 7), "D": (10, 5), "E": (0, 0), "F": (30, 0), "G": (30, 9)}
    asked: list[list[str]] = []

    def by(position: int) -> TieBreak:
        def values_of(nos: Sequence[str]) -> dict[str, int]:
            asked.append(sorted(nos))
            return {no: values[no][position] for no in nos}

        return values_of

    entries = [*(Entry(no, 80) for no in "ABCD"), Entry("E", 70), *(Entry(no, 60) for no in "FG")]
    ranking = rank(entries, [by(0), by(1), by(1)])
    assert asked == [list("ABCDFG"), list("ACDFG"), list("AD")]
    assert [(entry.no, entry.rank, entry.compared) for entry in ranking] == [
        ("B", 1, (20,)),
        ("C", 2, (10, 7)),
        ("A", 3, (10, 5, 5)),
        ("D", 3, (10, 5, 5)),
        ("E", 5, ()),
        ("G", 6, (30, 9)),
        ("F", 7, (30, 0)),
    ]


def test_who_has_no_score_comes_last_without_a_rank() -> None:
    ranking = rank([Entry("B", None), Entry("C", 0), Entry("A", None)])
    assert ranking == [Ranked("C", 1, False, 0), Ranked("A", None, False, None), Ranked("B", None, False, None)]


def test_nothing_to_rank_is_an_empty_ranking() -> None:
    assert rank([]) == []


entries = st.dictionaries(
    st.text("ABCDEFGH12", min_size=1, max_size=3),
    st.tuples(st.none() | st.integers(0, 5), st.integers(0, 2)),
    max_size=30,
)


@given(entries, st.randoms(use_true_random=False))
def test_a_rank_is_one_more_than_the_number_of_better_ones(
    chosen: dict[str, tuple[int | None, int]], random: object
) -> None:
    mixed = [Entry(no, score) for no, (score, _) in chosen.items()]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    ties = one_by_one(lambda no: (chosen[no][1],), 1)
    ranking = rank(mixed, ties)
    scored = {no: (score, broken) for no, (score, broken) in chosen.items() if score is not None}
    for entry in ranking:
        if entry.no in scored:
            assert entry.rank == 1 + sum(other > scored[entry.no] for other in scored.values())
            assert entry.tied == (list(scored.values()).count(scored[entry.no]) > 1)
        else:
            assert (entry.rank, entry.tied) == (None, False)
    assert sorted(entry.no for entry in ranking) == sorted(chosen)
    assert ranking == rank([Entry(no, score) for no, (score, _) in chosen.items()], ties)


def ranked(panels: list[list[Sheet]], rule: Scoring) -> list[Ranked]:
    def tie_values(no: str) -> tuple[int, ...]:
        return tuple(criterion_score(panels[int(no)], code, RUBRIC, rule) for code in rule.tie_breaks)

    entries = [Entry(str(no), aggregate(sheets, RUBRIC, rule).value) for no, sheets in enumerate(panels)]
    return rank(entries, one_by_one(tie_values, len(rule.tie_breaks)))


marks = st.fixed_dictionaries(
    {"plan": st.integers(0, 6).map(lambda n: n * 10_000), "effect": st.integers(0, 4).map(lambda n: n * 10_000)}
)
panel = st.lists(marks, min_size=3, max_size=5).map(lambda all_: [Sheet(f"E{n}", one) for n, one in enumerate(all_)])
monotone_rules = st.builds(
    lambda by, average, trim, places: Scoring(
        by=by,
        average=average,
        least_sheets=1,
        basis=BASIS,
        trim=trim,
        weighted_places=places,
        score_places=1,
        tie_breaks=("effect", "plan"),
    ),
    st.sampled_from(["sheet", "criterion"]),
    st.sampled_from(["mean", "median"]),
    st.sampled_from([None, Trim(3, 1), Trim(4, 1)]),
    st.sampled_from([None, 0, 1]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(panel, min_size=2, max_size=5), monotone_rules, st.data())
def test_raising_a_mark_never_lowers_the_own_rank(
    panels: list[list[Sheet]], rule: Scoring, data: st.DataObject
) -> None:
    own = data.draw(st.integers(0, len(panels) - 1))
    seat = data.draw(st.integers(0, len(panels[own]) - 1))
    code = data.draw(st.sampled_from(["plan", "effect"]))
    sheet = panels[own][seat]
    raised = Sheet(sheet.expert, {**sheet.marks, code: sheet.marks[code] + data.draw(st.integers(1, 30)) * 500})
    after = [list(sheets) for sheets in panels]
    after[own][seat] = raised
    before_rank = next(entry.rank for entry in ranked(panels, rule) if entry.no == str(own))
    after_rank = next(entry.rank for entry in ranked(after, rule) if entry.no == str(own))
    assert before_rank is not None
    assert after_rank is not None
    assert after_rank <= before_rank


@settings(max_examples=100, deadline=None)
@given(st.lists(panel, min_size=2, max_size=5), monotone_rules)
def test_permuting_sheets_changes_no_rank(panels: list[list[Sheet]], rule: Scoring) -> None:
    assert ranked([list(reversed(sheets)) for sheets in panels], rule) == ranked(panels, rule)


# --- the derivation -------------------------------------------------------------------------------


TIES = {"A": (3000, 2000), "B": (3000, 2500), "C": (3200, 1000), "D": (3000, 2500)}
RANKING = rank([Entry("Z", 9000), *(Entry(no, 8000) for no in TIES), Entry("Y", None)], parting(TIES))


def explained(no: str) -> list[tuple[str, str, str]]:
    derivation = RankReasons(RANKING, RUBRIC, RULE).of(no)
    assert {step.basis for step in derivation.steps} == {"评分细则"}
    return [(str(step.label), step.formula, step.value) for step in derivation.steps]


def test_the_rank_of_a_score_of_its_own_needs_no_tie_break() -> None:
    assert explained("Z") == [("得分 90.00，更高的有 0 项", "0 + 1", "1")]


def test_the_reason_stops_at_the_tie_break_that_parts() -> None:
    assert explained("C") == [
        ("得分 80.00，更高的有 1 项", "1 + 1", "2"),
        ("同分 4 项，比较“方案”", "32.00 : 30.00, 30.00, 30.00", "2"),
    ]
    assert explained("A")[-1] == ("同分 3 项，比较“成效”", "20.00 : 25.00, 25.00", "5")


def test_the_reason_says_who_is_still_equal() -> None:
    assert explained("B") == [
        ("得分 80.00，更高的有 1 项", "1 + 1", "2"),
        ("同分 4 项，比较“方案”", "30.00 : 32.00, 30.00, 30.00", "3"),
        ("同分 3 项，比较“成效”", "25.00 : 25.00, 20.00", "3"),
        ("仍然相同，2 项并列，之后的名次顺延", "B, D", "3"),
    ]


def test_without_a_score_there_is_no_rank_and_a_stranger_has_no_reason() -> None:
    assert explained("Y") == [("没有得分，不参加排名", "", "—")]
    with pytest.raises(KeyError):
        RankReasons(RANKING, RUBRIC, RULE).of("nobody")


@pytest.mark.parametrize("entry", RANKING, ids=lambda entry: entry.no)
def test_the_reason_ends_at_the_rank_it_explains(entry: Ranked) -> None:
    derivation = RankReasons(RANKING, RUBRIC, RULE).of(entry.no)
    assert derivation.result == derivation.steps[-1].value == ("—" if entry.rank is None else str(entry.rank))


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.text("ABCDEFGH12", min_size=1, max_size=3), st.tuples(*[st.integers(0, 3)] * 3), min_size=1, max_size=40
    )
)
def test_every_reason_ends_at_its_rank_and_writes_out_no_more_than_twelve(chosen: dict[str, tuple[int, ...]]) -> None:
    values = {no: one[1:] for no, one in chosen.items()}
    ranking = rank([Entry(no, one[0]) for no, one in chosen.items()], parting(values))
    reasons = RankReasons(ranking, RUBRIC, RULE)
    for line in ranking:
        steps = reasons.of(line.no).steps
        assert steps[-1].value == str(line.rank) == str(1 + sum(other > chosen[line.no] for other in chosen.values()))
        for position, step in enumerate(steps[1 : 1 + len(line.compared)]):
            equal = [no for no, one in chosen.items() if one[: position + 1] == chosen[line.no][: position + 1]]
            others = sorted((values[no][position] for no in equal if no != line.no), reverse=True)
            told = ", ".join(f"0.{other:02}" for other in others[:12])
            more = f", … +{len(others) - 12}" if len(others) > 12 else ""
            assert step.formula == f"0.{values[line.no][position]:02} : {told}{more}"
