from __future__ import annotations

from models.rules.quotas import Cell, Quota, check_quota

DISTRICTS, INDUSTRIES = {"五华区", "东川区"}, {"green_food", "drugs"}


def faults(quota: Quota) -> list[str]:
    return [str(fault) for fault in check_quota(quota, DISTRICTS, INDUSTRIES, {"green_food": "绿色食品"})]


def test_good_quota_has_no_fault() -> None:
    cells = (Cell("district", "五华区", 1, 6), Cell("industry", "green_food", 3, 3), Cell("industry", "drugs", 0, 0))
    assert faults(Quota(3, cells, 100, 0)) == []


def test_every_fault_is_listed_at_once() -> None:
    quota = Quota(
        total=4,
        cells=(
            Cell("district", "五华区", 3, 2),
            Cell("district", "东川区", 2),
            Cell("district", "东川区", 0),
            Cell("district", "官渡区", -1),
            Cell("industry", "green_food", 5, -2),
            Cell("industry", "五华区"),
        ),
        budget_fen=-1,
        alternates=-3,
    )
    assert faults(quota) == [
        "预算须大于零；没有预算就不写。",
        "备选名额不能为负：-3。",
        "五华区的保底 3 高于上限 2。",
        "办法中没有县区“官渡区”。",
        "官渡区的保底不能为负：-1。",
        "绿色食品的上限不能为负：-2。",
        "办法中没有行业“五华区”。",
        "东川区的配额出现了 2 次。",
        "县区保底合计 5，高于总名额 4。",
        "行业保底合计 5，高于总名额 4。",
    ]


def test_negative_total_is_a_fault() -> None:
    assert faults(Quota(-1)) == ["总名额不能为负：-1。"]
