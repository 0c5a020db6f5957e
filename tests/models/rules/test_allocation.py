"""The allocation's words and figures on lists small enough to read."""

from __future__ import annotations

import pytest

from models.enums import Outcome, ReasonCode
from models.errors import Refused
from models.rules.allocation import Allocation, CellUse, Item, Unmet, allocate, check_adjustment, next_alternates
from models.rules.draft import Candidate
from models.rules.quotas import Cell, Quota

PROPOSED, ALTERNATE, DECLINED = Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED
TIED, PENDING = Outcome.TIED, Outcome.PENDING
WAN = 1_000_000


def pool_of(*rows: str) -> list[Candidate]:
    """Rows "no score district industry [万元]" in order of rank; equal scores share a rank."""
    split = [row.split() for row in rows]
    scores = [int(score) for _, score, *_ in split]
    return [
        Candidate(
            no=no,
            rank=1 + scores.index(int(score)),
            score=int(score),
            district=district,
            industry=industry,
            amount_fen=int(wan[0]) * WAN if wan else None,
            eligible=True,
        )
        for no, score, district, industry, *wan in split
    ]


def item(allocation: Allocation, no: str) -> Item:
    return next(each for each in allocation.items if each.no == no)


def outcomes(allocation: Allocation) -> dict[str, Outcome]:
    return {each.no: each.outcome for each in allocation.items}


def told(allocation: Allocation, no: str) -> tuple[ReasonCode, str]:
    found = item(allocation, no)
    return found.reason.code, str(found.reason.text)


SKETCH = pool_of("A 9000 五华 食品", "B 8600 呈贡 制药", "C 8200 五华 食品", "D 8100 呈贡 制药", "E 7000 东川 制药")
"""Three places, one kept for 东川, at most one in 五华."""
SKETCH_QUOTA = Quota(3, (Cell("district", "五华", 0, 1), Cell("district", "东川", 1)), alternates=1)


def test_reasons_say_which_quota_did_it() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA)
    assert {no: told(got, no) for no in "ABCDE"} == {
        "A": (ReasonCode.RANK, "按排名第 1 名入选"),
        "B": (ReasonCode.RANK, "按排名第 2 名入选"),
        "C": (ReasonCode.CEILING_DISTRICT, "五华已满（上限 1 个）"),
        "D": (ReasonCode.FLOOR, "余下名额须留给保底：东川"),
        "E": (ReasonCode.FLOOR, "东川保底"),
    }
    assert got.cells == (
        CellUse("district", "五华", 0, 1, 1),
        CellUse("district", "东川", 1, None, 1),
        CellUse("district", "呈贡", 0, None, 1),
        CellUse("industry", "制药", 0, None, 2),
        CellUse("industry", "食品", 0, None, 1),
    )


def test_line_and_margins_are_measured_from_who_is_in_by_rank() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA)
    assert got.line == 8600
    assert {each.no: each.margin for each in got.items} == {"A": 400, "B": 0, "C": -800, "D": -500, "E": -1600}


def test_ceiling_margin_is_measured_from_the_lowest_of_that_cell() -> None:
    got = allocate(
        pool_of("A 90 五华 食品", "B 80 呈贡 食品", "C 85 五华 食品", "D 70 呈贡 制药"),
        Quota(4, (Cell("industry", "食品", 0, 1), Cell("district", "官渡", 0, 0))),
    )
    assert (item(got, "C").margin, item(got, "C").reason.code) == (-5, ReasonCode.CEILING_INDUSTRY)
    nobody = allocate(pool_of("A 90 官渡 食品"), Quota(4, (Cell("district", "官渡", 0, 0),)))
    assert (item(nobody, "A").margin, nobody.line) == (None, None)


def test_line_falls_on_the_lowest_of_all_when_every_place_is_a_floor() -> None:
    cells = (Cell("district", "五华", 1), Cell("district", "东川", 1))
    got = allocate(pool_of("A 90 五华 食品", "B 80 五华 食品", "C 70 东川 食品"), Quota(2, cells))
    assert got.line == 70
    assert [told(got, no)[0] for no in "ABC"] == [ReasonCode.RANK, ReasonCode.FLOOR, ReasonCode.FLOOR]


def test_who_is_no_candidate_is_told_so_and_takes_no_place() -> None:
    pool = [
        Candidate("A", 1, 90, "五华", "食品", None, False),
        Candidate("B", 2, 59, "五华", "食品", None, True),
        Candidate("C", None, None, "五华", "食品", None, True),
        Candidate("D", 2, 60, "五华", "食品", None, True),
    ]
    got = allocate(pool, Quota(4, alternates=4), pass_mark=60)
    assert outcomes(got) == {"A": DECLINED, "B": DECLINED, "D": PROPOSED, "C": DECLINED}
    assert [told(got, no) for no in "ABC"] == [
        (ReasonCode.NOT_ELIGIBLE, "不符合申报条件"),
        (ReasonCode.PASS_MARK, "得分低于合格线"),
        (ReasonCode.PASS_MARK, "没有得分，不参加配额分配"),
    ]
    assert (got.line, item(got, "C").margin) == (60, None)


def test_several_quotas_are_named_together_and_by_their_names() -> None:
    quota = Quota(1, (Cell("district", "d1", 0, 1), Cell("industry", "food", 0, 1)))
    got = allocate(pool_of("A 90 d1 food", "B 80 d1 food", "C 70 d2 x"), quota, names={"d1": "五华区", "food": "食品"})
    assert told(got, "B")[1] == "五华区已满（上限 1 个）；食品已满（上限 1 个）；总名额已满（1 个）"
    assert told(got, "C") == (ReasonCode.TOTAL, "总名额已满（1 个）")


def test_unmet_floor_is_said_and_keeps_no_place_empty() -> None:
    got = allocate(pool_of("A 90 五华 食品", "B 80 五华 食品"), Quota(2, (Cell("district", "东川", 1),)))
    assert outcomes(got) == {"A": PROPOSED, "B": PROPOSED}
    assert got.unmet == (Unmet("district", "东川", 1, 0),)


TIE = pool_of("A 90 甲 P", "B 80 乙 P", "C 80 乙 P", "D 80 丙 P", "E 70 乙 P")
TIE_QUOTA = Quota(2, (Cell("district", "丙", 0, 0),), alternates=2)


def test_tie_at_the_line_waits_for_the_chair() -> None:
    got = allocate(TIE, TIE_QUOTA)
    assert outcomes(got) == {"A": PROPOSED, "B": TIED, "C": TIED, "D": ALTERNATE, "E": PENDING}
    assert got.ties_at_line == (("B", "C"),)
    assert told(got, "B") == (ReasonCode.TIE, "B、C在入选线上并列，待组长定序")
    assert told(got, "E") == (ReasonCode.TIE, "待入选线上的并列（B、C）定序")


def test_decided_tie_goes_on_and_orders_the_alternates() -> None:
    got = allocate(TIE, TIE_QUOTA, tie_orders=[["B", "C"], ["C", "B"]])
    assert outcomes(got) == {"A": PROPOSED, "C": PROPOSED, "B": ALTERNATE, "D": ALTERNATE, "E": DECLINED}
    assert got.ties_at_line == ()
    assert (item(got, "B").alternate_order, item(got, "D").alternate_order) == (1, 1)


def test_order_that_leaves_one_of_the_tied_out_decides_nothing() -> None:
    assert allocate(TIE, Quota(2), tie_orders=[["B", "C"]]).ties_at_line == (("B", "C", "D"),)


def test_tie_that_fits_needs_no_chair() -> None:
    got = allocate(TIE, Quota(3, TIE_QUOTA.cells))
    assert outcomes(got) == {"A": PROPOSED, "B": PROPOSED, "C": PROPOSED, "D": DECLINED, "E": DECLINED}


def test_floors_that_a_tie_may_still_fill_are_not_said_unmet() -> None:
    got = allocate(TIE, Quota(2, (Cell("district", "乙", 2), Cell("district", "丁", 1))))
    assert got.unmet == (Unmet("district", "丁", 1, 0),)


MONEY = pool_of("A 90 甲 P 40", "B 80 甲 P 40", "C 70 乙 P 50", "D 60 甲 P 20", "E 50 甲 P 10")


def test_budget_takes_the_lowest_whose_leaving_breaks_no_floor() -> None:
    quota = Quota(4, (Cell("district", "乙", 1),), 100 * WAN, 2)
    got = allocate(MONEY, quota)
    assert outcomes(got) == {"A": PROPOSED, "B": ALTERNATE, "C": PROPOSED, "D": ALTERNATE, "E": DECLINED}
    assert told(got, "D") == (ReasonCode.BUDGET, "预算 100 万元不足")
    assert told(got, "C") == (ReasonCode.FLOOR, "乙保底")
    assert (got.budget_used_fen, got.line) == (90 * WAN, 90)


def test_floors_alone_above_the_budget_are_refused_with_the_sum() -> None:
    quota = Quota(4, (Cell("district", "甲", 2), Cell("district", "乙", 1)), 100 * WAN)
    with pytest.raises(Refused) as refusal:
        allocate(MONEY, quota)
    assert (refusal.value.code, str(refusal.value.text)) == (
        "budget_floors",
        "仅保底名额就需 130 万元，超出预算 100 万元。",
    )


def test_tie_at_the_cut_is_at_the_line() -> None:
    pool = pool_of("A 90 甲 P 40", "B 80 甲 P 40", "C 80 甲 P 40", "D 70 甲 P 40", "E 60 乙 P 10")
    quota = Quota(5, (Cell("district", "乙", 1),), 90 * WAN)
    got = allocate(pool, quota)
    assert outcomes(got) == {"A": PROPOSED, "B": TIED, "C": TIED, "D": PENDING, "E": PENDING}
    assert (got.ties_at_line, got.unmet) == ((("B", "C"),), ())
    decided = allocate(pool, quota, tie_orders=[["C", "B"]])
    assert outcomes(decided) == {"A": PROPOSED, "C": PROPOSED, "B": DECLINED, "D": DECLINED, "E": PROPOSED}


def test_tied_ones_who_must_all_go_need_no_chair() -> None:
    pool = pool_of("A 90 甲 P 40", "B 80 甲 P 40", "C 80 甲 P 40")
    got = allocate(pool, Quota(3, budget_fen=60 * WAN))
    assert outcomes(got) == {"A": PROPOSED, "B": DECLINED, "C": DECLINED}


def test_unknown_amount_counts_nothing_and_is_named() -> None:
    pool = pool_of("A 90 甲 P 40", "B 80 甲 P")
    assert allocate(pool, Quota(2, budget_fen=40 * WAN)).amount_unknown == ("B",)
    assert allocate(pool, Quota(2)).amount_unknown == ()


def test_equal_alternates_share_their_order_and_the_last_place() -> None:
    pool = pool_of("A 90 甲 P", "B 80 甲 P", "C 70 甲 P", "D 70 甲 P", "E 60 甲 P")
    got = allocate(pool, Quota(1, alternates=2))
    assert [each.alternate_order for each in got.items] == [None, 1, 2, 2, None]


def test_adjustment_moves_its_application_only() -> None:
    before = allocate(SKETCH, SKETCH_QUOTA)
    after = check_adjustment(SKETCH, SKETCH_QUOTA, "A", DECLINED)
    assert outcomes(after) == outcomes(before) | {"A": DECLINED}
    assert told(after, "A") == (ReasonCode.ADJUSTED, "组长由拟入选调整为未入选")
    filled = check_adjustment(SKETCH, SKETCH_QUOTA, "C", PROPOSED, adjustments={"A": DECLINED})
    assert outcomes(filled) == outcomes(before) | {"A": DECLINED, "C": PROPOSED}


def test_adjustment_to_the_same_outcome_keeps_its_reason() -> None:
    assert allocate(SKETCH, SKETCH_QUOTA, adjustments={"A": PROPOSED}) == allocate(SKETCH, SKETCH_QUOTA)


def refusal_of(pool: list[Candidate], quota: Quota, no: str, to: Outcome, **kwargs: object) -> str:
    with pytest.raises(Refused) as refusal:
        check_adjustment(pool, quota, no, to, **kwargs)  # type: ignore[arg-type]
    return refusal.value.code


def test_adjustment_above_a_bound_is_refused() -> None:
    roomy = Quota(5, (Cell("district", "五华", 0, 1),))
    assert refusal_of(SKETCH, roomy, "C", PROPOSED) == "adjust_ceiling"
    assert refusal_of(SKETCH, SKETCH_QUOTA, "D", PROPOSED) == "adjust_total"
    cut = Quota(4, budget_fen=140 * WAN)
    assert outcomes(allocate(MONEY, cut))["D"] is DECLINED
    assert refusal_of(MONEY, cut, "D", PROPOSED) == "adjust_budget"


def test_adjustment_of_what_cannot_be_chosen_is_refused() -> None:
    pool = [
        *SKETCH,
        Candidate("X", 6, 50, "呈贡", "制药", None, True),
        Candidate("Y", 7, 40, "呈贡", "制药", None, False),
    ]
    quota = Quota(9)
    assert refusal_of(pool, quota, "X", PROPOSED, pass_mark=60) == "adjust_pass_mark"
    assert refusal_of(pool, quota, "Y", ALTERNATE) == "adjust_not_eligible"
    assert refusal_of(pool, quota, "Z", PROPOSED) == "adjust_unknown"
    assert refusal_of(pool, quota, "A", TIED) == "adjust_outcome"
    assert refusal_of(pool, quota, "A", PROPOSED, removed=["A"]) == "adjust_removed"
    assert refusal_of(TIE, TIE_QUOTA, "B", PROPOSED) == "adjust_tie"


def test_removed_application_leaves_its_place_free() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA, removed=["B"])
    assert outcomes(got) == outcomes(allocate(SKETCH, SKETCH_QUOTA)) | {"B": DECLINED}
    assert told(got, "B") == (ReasonCode.REMOVED, "已移出名单")


def test_first_fitting_alternate_moves_up() -> None:
    quota = Quota(3, SKETCH_QUOTA.cells, alternates=2)
    assert next_alternates(SKETCH, quota, allocate(SKETCH, quota)) == ()
    assert next_alternates(SKETCH, quota, allocate(SKETCH, quota, removed=["B"])) == ("D",)
    assert next_alternates(SKETCH, quota, allocate(SKETCH, quota, removed=["A"])) == ("C",)


def test_alternate_who_mends_a_floor_moves_up_before_a_better_one() -> None:
    pool = pool_of("A 90 甲 P", "B 80 乙 P", "C 70 甲 P", "D 60 乙 P")
    quota = Quota(2, (Cell("district", "乙", 1),), alternates=2)
    assert next_alternates(pool, quota, allocate(pool, quota, removed=["B"])) == ("D",)
    assert next_alternates(pool, quota, allocate(pool, quota, removed=["A"])) == ("C",)


def test_equal_alternates_are_both_named_for_the_chair() -> None:
    pool = pool_of("A 90 甲 P", "B 70 甲 P", "C 70 甲 P")
    quota = Quota(1, alternates=2)
    assert next_alternates(pool, quota, allocate(pool, quota, removed=["A"])) == ("B", "C")
