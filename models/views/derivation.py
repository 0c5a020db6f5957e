"""How a figure came about, and why something is so or not."""

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


@dataclass(frozen=True)
class Reason:
    """One reason for or against eligibility, with the article."""

    code: str
    article: str
    text: Text
