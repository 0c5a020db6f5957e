"""Frozen read models: what services return and screens, commands and documents show. No table, no session, no rule.

Money is whole fen; marks are milli-points (thousandths of a point); sheet totals are micro-points; scores are integers in
the last place of the policy's rounding, always carried with that number of places.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.text import Text


@dataclass(frozen=True)
class Step:
    """One step of a derivation: what it is called, how it was computed, what came out, on which basis."""

    label: Text
    formula: str
    value: str
    basis: str


@dataclass(frozen=True)
class Derivation:
    """How a figure came about, step by step; `result` is the figure as people read it."""

    title: Text
    steps: tuple[Step, ...]
    result: str
