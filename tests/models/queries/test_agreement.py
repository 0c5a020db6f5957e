"""Kendall's W and Krippendorff's alpha against published examples, and against exact fractions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.policy.types import Basis, BasisKind, Criterion, Rubric
from models.queries.agreement import agreement, alpha, concordance
from models.rules.marks import Sheet

KRIPPENDORFF_2011 = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
"""The data C of K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): interval alpha 0.849."""

THREE_CODERS = (
    (None, None, None, None, None, 3, 4, 1, 2, 1, 1, 3, 3, None, 3),
    (1, None, 2, 1, 3, 3, 4, 3, None, None, None, None, None, None, None),
    (None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4),
)
"""The worked example of the encyclopaedia's article on alpha: interval 0.811."""


def table(by_expert):
    """Columns of experts as the rows of items that the functions take."""
    items = zip(*by_expert, strict=True)
    return [{f"E{n}": value for n, value in enumerate(item) if value is not None} for item in items]


@pytest.mark.parametrize(("data", "published"), [(KRIPPENDORFF_2011, "0.849"), (THREE_CODERS, "0.811")])
def test_alpha_is_the_published_one(data, published):
    found = alpha(table(data))
    assert f"{found.value:.3f}" == published


def test_alpha_says_on_how_many_it_rests():
    found = alpha(table(KRIPPENDORFF_2011))
    assert (found.items, found.experts, found.why) == (11, 4, None)  # the last item has one value only


RANKINGS = (
    # D. Nelson (ed.), Penguin Dictionary of Mathematics: three competitors, four judges
    (((1, 3, 2), (1, 2, 3), (2, 3, 1), (3, 1, 2)), Fraction(1, 16)),
    # ten projects ranked by four judges: S = 1048, W = 12 S / (16 x 990)
    (
        (
            (1, 3, 4, 5, 2, 8, 6, 7, 10, 9),
            (2, 1, 4, 5, 6, 3, 8, 7, 10, 9),
            (3, 2, 1, 5, 7, 4, 6, 8, 9, 10),
            (4, 2, 3, 1, 6, 7, 5, 9, 8, 10),
        ),
        Fraction(12 * 1048, 16 * 990),
    ),
    (((1, 2, 3), (1, 2, 3)), Fraction(1)),
    (((1, 2, 3), (3, 2, 1)), Fraction(0)),
)


@pytest.mark.parametrize(("ranks", "published"), RANKINGS)
def test_concordance_is_the_published_one(ranks, published):
    assert concordance(table(ranks)).value == pytest.approx(float(published), abs=1e-12)


def exact_concordance(by_expert):
    """W = 12 S' / (m^2 (n^3 - n) - m sum T) with S' about the mean rank, in fractions, ranks averaged over ties."""
    m, n = len(by_expert), len(by_expert[0])
    sums, ties = [Fraction(0)] * n, 0
    for own in by_expert:
        for at, value in enumerate(own):
            below, same = sum(other < value for other in own), sum(other == value for other in own)
            sums[at] += below + Fraction(same + 1, 2)
        ties += sum(count**3 - count for count in Counter(own).values())
    mean = Fraction(m * (n + 1), 2)
    spread = sum(((one - mean) ** 2 for one in sums), Fraction())
    under = m * m * (n**3 - n) - m * ties
    return None if under == 0 else Fraction(12) * spread / under


def exact_alpha(items):
    """1 - observed / expected disagreement over all ordered pairs, in fractions, from the definition."""
    units = [list(item.values()) for item in items if len(item) >= 2]
    values = [value for unit in units for value in unit]
    seen = sum(
        (
            Fraction((a - b) ** 2, len(unit) - 1)
            for unit in units
            for i, a in enumerate(unit)
            for j, b in enumerate(unit)
            if i != j
        ),
        Fraction(),
    )
    chance = sum(
        (Fraction((a - b) ** 2, len(values) - 1) for i, a in enumerate(values) for j, b in enumerate(values) if i != j),
        Fraction(),
    )
    return None if chance == 0 else 1 - seen / chance


columns = st.integers(2, 6).flatmap(
    lambda experts: st.integers(3, 8).flatmap(
        lambda items: st.lists(
            st.lists(st.integers(0, 5), min_size=items, max_size=items), min_size=experts, max_size=experts
        )
    )
)


@settings(max_examples=150, deadline=None)
@given(columns)
def test_concordance_agrees_with_exact_fractions(by_expert):
    exact, found = exact_concordance(by_expert), concordance(table(by_expert))
    if exact is None:
        assert (found.value, str(found.why)) == (None, "每位专家给各项目的合计都相同，排不出先后")
    else:
        assert found.value == pytest.approx(float(exact), abs=1e-9)


gaps = st.integers(2, 5).flatmap(
    lambda experts: st.lists(
        st.lists(st.none() | st.integers(0, 6), min_size=experts, max_size=experts), min_size=2, max_size=60
    )
)


@settings(max_examples=150, deadline=None)
@given(gaps)
def test_alpha_with_gaps_agrees_with_exact_fractions_however_many_items(by_item):
    items = [{f"E{n}": value for n, value in enumerate(row) if value is not None} for row in by_item]
    paired = [item for item in items if len(item) >= 2]
    found = alpha(items)
    if len(paired) < 2:
        assert found.value is None
        assert found.why is not None
        return
    exact = exact_alpha(items)
    if exact is None:
        assert (found.value, str(found.why)) == (None, "给的分全都相同，无从比较")
    else:
        assert found.value == pytest.approx(float(exact), abs=1e-9)
        assert found.items == len(paired)


def test_who_and_what_are_too_few_is_said():
    assert str(concordance([{"甲": 1}, {"甲": 2}, {"甲": 3}]).why) == "评分的专家不足 2 位"
    assert str(alpha([{"甲": 1}, {"甲": 2}]).why) == "评分的专家不足 2 位"
    two = [{"甲": 1, "乙": 2}, {"甲": 2, "乙": 3}]
    assert str(concordance(two).why) == "共同评过的项目不足 3 个"
    assert str(alpha(two[:1]).why) == "共同评过的项目不足 2 个"
    assert concordance([]).value is None
    assert alpha([]).value is None


def test_a_panel_ranks_what_everybody_marked_and_compares_what_two_did():
    basis = Basis(BasisKind.COMMITTEE, "细则")
    rubric = Rubric(
        20_000, (Criterion("a", "甲项", 10_000, 500), Criterion("b", "乙项", 10_000, 500, Fraction(1))), basis
    )
    marks = {"张": ((1, 2), (2, 3), (3, 4), (4, 9)), "王": ((2, 1), (3, 2), (4, 3), None)}
    sheets = [
        [Sheet(name, {"a": own[n][0] * 1000, "b": own[n][1] * 1000}) for name, own in marks.items() if own[n]]
        for n in range(4)
    ]
    found = agreement("一组", sheets, rubric)
    assert (found.panel, found.concordance.value, found.concordance.items) == ("一组", pytest.approx(1), 3)
    assert found.alpha.value == pytest.approx(1)  # the totals are equal although the marks are not
    assert [code for code, _ in found.criteria] == ["a", "b"]
    exact = exact_alpha([{"张": n + 1, "王": n + 2} for n in range(3)])
    assert dict(found.criteria)["a"].value == pytest.approx(float(exact))
