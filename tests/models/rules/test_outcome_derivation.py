"""Why an application has its outcome: the steps, on lists small enough to follow by hand."""

from __future__ import annotations

from models.enums import Outcome
from models.rules.allocation import Allocation, allocate
from models.rules.outcome_derivation import Bases, Outcomes
from models.rules.pool import Candidate
from models.rules.quotas import Cell, Quota

BASES = Bases("评分", "配额", 2)
WAN = 1_000_000


def candidate(no: str, rank: int, score: int, district: str, industry: str, wan: int = 0) -> Candidate:
    return Candidate(no, rank, score, district, industry, wan * WAN, True)


POOL = [
    candidate("A", 1, 9000, "五华", "食品", 40),
    candidate("B", 2, 8600, "呈贡", "制药", 40),
    candidate("C", 3, 8200, "五华", "食品", 20),
    candidate("D", 4, 8100, "呈贡", "制药", 20),
    candidate("E", 5, 7000, "东川", "制药", 20),
]
QUOTA = Quota(3, (Cell("district", "五华", 0, 1), Cell("district", "东川", 1)), alternates=1)


def steps(found: Allocation, no: str, bases: Bases = BASES) -> list[tuple[str, str, str, str]]:
    derivation = Outcomes(found, bases).of(no)
    return [(str(one.label), one.formula, one.value, one.basis) for one in derivation.steps]


def test_who_was_turned_away_reads_what_was_full_at_its_turn() -> None:
    found = allocate(POOL, QUOTA, pass_mark=6000)
    assert str(Outcomes(found, BASES).of("C").title) == "C 为什么是这个结果"
    assert Outcomes(found, BASES).of("C").result == "备选 1"
    assert steps(found, "C") == [
        ("名次", "第 3 名", "82.00", "评分"),
        ("合格线", "60.00", "达到", "评分"),
        ("轮到时的总名额", "2/3", "还余 1 个", "配额"),
        ("轮到时的五华", "1/1", "已满", "配额"),
        ("轮到时的食品", "1", "不设上限", "配额"),
        ("按名次取舍", "五华已满（上限 1 个）", "未入选", "配额"),
        ("备选", "备选共 1 个", "备选 1", "配额"),
        (
            "五华 的名额",
            "2 个候选中按排名入选 1 个；已满（上限 1 个）；上限挡下 1 个，最靠前的是 C（第 3 名）",
            "",
            "配额",
        ),
        ("食品 的名额", "2 个候选中按排名入选 1 个；不设上限", "", "配额"),
        ("与该配额末位的差距", "82.00 − 90.00", "-8.00", "配额"),
    ]


def test_every_change_after_the_walk_is_a_step() -> None:
    found = allocate(POOL, Quota(4, budget_fen=110 * WAN), adjustments={"A": Outcome.DECLINED, "D": Outcome.PROPOSED})
    assert [step[:3] for step in steps(found, "D") if step[0] in ("按名次取舍", "预算", "调整")] == [
        ("按名次取舍", "按排名第 4 名入选", "拟入选"),
        ("预算", "预算 110 万元不足", "未入选"),
        ("调整", "组长由未入选调整为拟入选", "拟入选"),
    ]
    gone = allocate(POOL, QUOTA, removed=["B"])
    assert ("移出名单", "已移出名单", "未入选", "配额") in steps(gone, "B")


def test_the_turn_counts_who_was_taken_then_and_not_who_is_left_in_the_end() -> None:
    found = allocate(POOL, Quota(4, budget_fen=70 * WAN))
    assert found.proposed == {"A"}
    assert steps(found, "D")[1][:2] == ("轮到时的总名额", "3/4")


def test_floor_place_names_its_floor() -> None:
    told = steps(allocate(POOL, QUOTA), "E")
    assert told[2][:3] == ("轮到时的东川", "0，保底 1", "不设上限")
    assert told[4] == ("保底", "东川保底", "拟入选", "配额")


def test_equal_ones_read_their_tie_and_its_order() -> None:
    pool = [candidate("A", 1, 90, "甲", "P"), candidate("B", 2, 80, "甲", "P"), candidate("C", 2, 80, "乙", "P")]
    open_ = allocate(pool, Quota(2))
    assert ("并列", "同名次共 2 个", "", "配额") in steps(open_, "B")
    assert Outcomes(open_, BASES).of("B").result == "线上并列"
    decided = allocate(pool, Quota(2), tie_orders=[["C", "B"]])
    assert ("并列", "同名次共 2 个", "定序第 2 位", "配额") in steps(decided, "B")


def test_who_is_no_candidate_has_no_turn() -> None:
    pool = [
        *POOL,
        Candidate("X", 6, 5000, "五华", "食品", None, True),
        Candidate("Y", None, None, "甲", "P", None, False),
    ]
    found = allocate(pool, QUOTA, pass_mark=6000)
    assert steps(found, "X") == [
        ("名次", "第 6 名", "50.00", "评分"),
        ("合格线", "60.00", "未达到", "评分"),
        ("情形", "得分低于合格线", "未入选", "配额"),
        ("与入选线的差距", "50.00 − 86.00", "-36.00", "配额"),
    ]
    assert steps(found, "Y") == [("情形", "不符合申报条件", "未入选", "配额")]


def test_cell_has_a_derivation_of_its_own() -> None:
    found = Outcomes(allocate(POOL, QUOTA), BASES).cell(("district", "五华"))
    assert (str(found.title), found.result) == ("五华 的名额", "入选 1 个，上限 1 个")
    assert [one.formula for one in found.steps] == [
        "2 个候选中按排名入选 1 个",
        "已满（上限 1 个）",
        "上限挡下 1 个，最靠前的是 C（第 3 名）",
    ]
