"""Applications: a line in the roster, and the card."""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import InvestmentKind, Size
from models.text import T, Text
from models.views.derivation import Derivation, Reason


@dataclass(frozen=True)
class ApplicationLine:
    """An application in the roster. `investment_fen` is all planned spending; `recused` is the reader's own."""

    no: str
    enterprise: str
    uscc: str
    district: str
    industry: str
    track: str
    target_level: int | None
    investment_fen: int
    eligible: bool
    reasons: tuple[Reason, ...]
    meeting: str | None
    panel: str | None
    recused: bool


@dataclass(frozen=True)
class ToCheck:
    """What a person has to check because no figure decides it; `consult`: the source laid down for it, if one is."""

    code: str
    text: Text
    article: str
    consult: str | None

    @property
    def words(self) -> Text:
        """All of it in one sentence."""
        words = T("{text}（{article}）", text=self.text, article=self.article) if self.article else self.text
        return words if self.consult is None else T("{what}；查：{source}", what=words, source=self.consult)


@dataclass(frozen=True)
class ApplicationCard:
    """All that is known of one application, with its eligibility and the support it would bring."""

    no: str
    enterprise: str
    uscc: str
    size: Size
    district: str
    industry: str
    batch: str
    track: str
    meeting: str | None
    current_level: int | None
    target_level: int | None
    completion_year: int | None
    investment: tuple[tuple[InvestmentKind, int], ...]
    eligible_kinds: tuple[str, ...]
    prior_support_fen: int
    prior_investment_fen: int
    central_support: bool
    pilot_2022: bool
    dishonest: bool
    other_exclusion: str
    recommended: bool | None
    filing_no: str
    preliminary_passed: bool | None
    summary: str
    materials: str
    contact: str
    phone: str
    remark: str
    notes: tuple[tuple[str, str], ...]
    eligible: bool
    reasons: tuple[Reason, ...]
    checks: tuple[ToCheck, ...]
    amount_fen: int | None
    amount_reason: Text | None
    derivation: Derivation | None
    recused: bool
