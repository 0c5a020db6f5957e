"""The seats of a batch, with floors and ceilings by district and by industry, and what is wrong with such a quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from models.text import T, Text

CellKind = Literal["district", "industry"]
KINDS: tuple[CellKind, ...] = ("district", "industry")


@dataclass(frozen=True, slots=True)
class Cell:
    """The floor and the ceiling of one district or industry; `name` is its code, `ceiling` None is no ceiling."""

    kind: CellKind
    name: str
    floor: int = 0
    ceiling: int | None = None


@dataclass(frozen=True)
class Quota:
    """How many places there are, for whom, for how much money, and how many alternates are named."""

    total: int
    cells: tuple[Cell, ...] = ()
    budget_fen: int | None = None
    alternates: int = 0


def check_quota(
    quota: Quota,
    known_districts: Collection[str],
    known_industries: Collection[str],
    names: Mapping[str, str] | None = None,
) -> list[Text]:
    """Every fault of a quota, empty if it may be set. `known_*` are the codes of the policy, `names` their names."""
    known = {"district": known_districts, "industry": known_industries}
    return [
        *_faults_of_numbers(quota),
        *(fault for cell in quota.cells for fault in _faults_of_cell(cell, known[cell.kind], names or {})),
        *_faults_of_sums(quota, names or {}),
    ]


def _faults_of_numbers(quota: Quota) -> Iterator[Text]:
    if quota.total < 0:
        yield T("总名额不能为负：{total}。", total=quota.total)
    if quota.budget_fen is not None and quota.budget_fen <= 0:
        yield T("预算须大于零；没有预算就不写。")
    if quota.alternates < 0:
        yield T("备选名额不能为负：{alternates}。", alternates=quota.alternates)


def _faults_of_cell(cell: Cell, known: Collection[str], names: Mapping[str, str]) -> Iterator[Text]:
    name = names.get(cell.name, cell.name)
    if cell.name not in known:
        if cell.kind == "district":
            yield T("办法中没有县区“{name}”。", name=name)
        else:
            yield T("办法中没有行业“{name}”。", name=name)
    if cell.floor < 0:
        yield T("{name}的保底不能为负：{floor}。", name=name, floor=cell.floor)
    if cell.ceiling is not None and cell.ceiling < 0:
        yield T("{name}的上限不能为负：{ceiling}。", name=name, ceiling=cell.ceiling)
    elif cell.ceiling is not None and cell.floor > cell.ceiling:
        yield T("{name}的保底 {floor} 高于上限 {ceiling}。", name=name, floor=cell.floor, ceiling=cell.ceiling)


def _faults_of_sums(quota: Quota, names: Mapping[str, str]) -> Iterator[Text]:
    for (_, code), times in Counter((cell.kind, cell.name) for cell in quota.cells).items():
        if times > 1:
            yield T("{name}的配额出现了 {times} 次。", name=names.get(code, code), times=times)
    for kind in KINDS:
        floors = sum(cell.floor for cell in quota.cells if cell.kind == kind and cell.floor > 0)
        if floors > max(quota.total, 0):
            if kind == "district":
                yield T("县区保底合计 {floors}，高于总名额 {total}。", floors=floors, total=quota.total)
            else:
                yield T("行业保底合计 {floors}，高于总名额 {total}。", floors=floors, total=quota.total)
