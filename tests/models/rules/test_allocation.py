"""The allocation's words and figures on lists small enough to read."""

from __future__ import annotations

import pytest

from models.enums import Outcome, ReasonCode
from models.errors import Refused
from models.rules.allocation import Allocation, Item, Unmet, allocate, check_adjustment, next_alternates
from models.rules.cell_reasons import CellReasons, CellUse
from models.rules.pool import Candidate, Pool
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
    after = check_adjustment(Pool(SKETCH), SKETCH_QUOTA, "A", DECLINED)
    assert outcomes(after) == outcomes(before) | {"A": DECLINED}
    assert told(after, "A") == (ReasonCode.ADJUSTED, "组长由拟入选调整为未入选")
    filled = check_adjustment(Pool(SKETCH), SKETCH_QUOTA, "C", PROPOSED, adjustments={"A": DECLINED})
    assert outcomes(filled) == outcomes(before) | {"A": DECLINED, "C": PROPOSED}


def test_adjustment_to_the_same_outcome_keeps_its_reason() -> None:
    assert allocate(SKETCH, SKETCH_QUOTA, adjustments={"A": PROPOSED}) == allocate(SKETCH, SKETCH_QUOTA)


def refusal_of(
    pool: list[Candidate],
    quota: Quota,
    no: str,
    to: Outcome,
    pass_mark: int | None = None,
    removed: tuple[str, ...] = (),
    signed: tuple[str, ...] = (),
) -> str:
    with pytest.raises(Refused) as refusal:
        check_adjustment(Pool(pool, pass_mark=pass_mark), quota, no, to, removed=removed, signed=signed)
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
    assert refusal_of(pool, quota, "A", PROPOSED, removed=("A",)) == "adjust_removed"
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


def test_earlier_adjustment_of_one_who_was_removed_stands_in_nobodys_way() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA, adjustments={"B": PROPOSED}, removed=["B"])
    assert told(got, "B") == (ReasonCode.REMOVED, "已移出名单")


def test_what_is_signed_keeps_its_place_when_the_ranking_no_longer_gives_it() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA, signed=["C"])
    assert outcomes(got) == {"A": ALTERNATE, "B": PROPOSED, "C": PROPOSED, "D": DECLINED, "E": PROPOSED}
    assert told(got, "C") == (ReasonCode.SIGNED, "已在定稿名单，名额不变")
    assert told(got, "A") == (ReasonCode.CEILING_DISTRICT, "五华已满（上限 1 个）")
    assert got.line == 8600


def test_signed_places_that_the_ranking_gives_anyway_change_nothing() -> None:
    assert allocate(SKETCH, SKETCH_QUOTA, signed=["A", "B", "E"]) == allocate(SKETCH, SKETCH_QUOTA)


def test_what_is_signed_stands_below_the_pass_mark_and_above_a_lowered_bound() -> None:
    got = allocate(SKETCH, Quota(1, (Cell("district", "五华", 0, 0),)), signed=["A", "E"], pass_mark=7500)
    assert outcomes(got) == {"A": PROPOSED, "B": DECLINED, "C": DECLINED, "D": DECLINED, "E": PROPOSED}
    assert told(got, "C") == (ReasonCode.CEILING_DISTRICT, "五华已满（上限 0 个）；总名额已满（1 个）")


def test_signed_places_are_not_cut_from_a_budget_that_no_longer_suffices() -> None:
    got = allocate(MONEY, Quota(4, (), 45 * WAN), signed=["C", "D"])
    assert outcomes(got) == {"A": DECLINED, "B": DECLINED, "C": PROPOSED, "D": PROPOSED, "E": DECLINED}
    assert got.budget_used_fen == 70 * WAN


def test_signed_place_is_not_given_away_by_an_adjustment() -> None:
    assert refusal_of(SKETCH, SKETCH_QUOTA, "B", DECLINED, signed=("B",)) == "signed_stands"


def cell_reason(allocation: Allocation, name: str) -> str:
    (use,) = [use for use in allocation.cells if use.name == name]
    return str(CellReasons(allocation.draft).of((use.kind, use.name)))


def test_each_cell_says_how_it_came_to_its_places() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA)
    assert {use.name: cell_reason(got, use.name) for use in got.cells} == {
        "五华": "2 个候选中按排名入选 1 个；已满（上限 1 个）；上限挡下 1 个，最靠前的是 C（第 3 名）",
        "东川": "1 个候选中按排名入选 0 个；因保底入选 1 个；不设上限；保底 1 个已达到；"
        "为保底越过 1 个，最靠前的是 D（第 4 名）",
        "呈贡": "2 个候选中按排名入选 1 个；不设上限",
        "制药": "3 个候选中按排名入选 1 个；因保底入选 1 个；不设上限",
        "食品": "2 个候选中按排名入选 1 个；不设上限",
    }
    assert cell_reason(allocate(SKETCH, SKETCH_QUOTA, signed=["C"]), "五华") == (
        "2 个候选中按排名入选 0 个；已定稿保留 1 个；已满（上限 1 个）；上限挡下 1 个，最靠前的是 A（第 1 名）"
    )


def test_cell_counts_and_does_not_name_who_is_hidden() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA)
    said = str(CellReasons(got.draft, hidden={"C"}).of(("district", "五华")))
    assert said == "2 个候选中按排名入选 1 个；已满（上限 1 个）；上限挡下 1 个"


def test_cell_says_why_its_floor_lacks() -> None:
    few = allocate(SKETCH, Quota(3, (Cell("district", "东川", 2), Cell("district", "官渡", 1))))
    assert cell_reason(few, "东川").split("；")[3] == "保底 2 个缺 1 个：没有更多合格的候选"
    assert cell_reason(few, "官渡") == "没有候选项目；保底 1 个缺 1 个：没有更多合格的候选"
    barred = allocate(SKETCH, Quota(3, (Cell("district", "呈贡", 2), Cell("industry", "制药", 0, 1))))
    assert cell_reason(barred, "呈贡").split("；")[2] == "保底 2 个缺 1 个，受限于：制药"
    both = (Cell("district", "五华", 1), Cell("industry", "制药", 1))
    assert (
        cell_reason(allocate(SKETCH, Quota(1, both)), "制药").split("；")[2] == "保底 1 个缺 1 个，受限于：总名额已满"
    )
    waiting = allocate(TIE, Quota(2, (Cell("district", "乙", 1), *TIE_QUOTA.cells)))
    assert cell_reason(waiting, "乙").split("；")[2] == "保底 1 个尚缺 1 个，待并列定序"


def test_adjusted_places_are_told_apart() -> None:
    got = allocate(SKETCH, SKETCH_QUOTA, adjustments={"A": DECLINED, "C": PROPOSED})
    assert cell_reason(got, "五华").split("；")[:2] == ["2 个候选中按排名入选 0 个", "经调整入选 1 个"]
