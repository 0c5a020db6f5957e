"""Why a row of the board is what it is: its score, its rank, its amount and its outcome, in one dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import Refused
from models.rules.marks import format_score
from models.rules.quotas import Quota
from models.text import T
from models.views.derivation import Derivation, Step
from models.views.people import Actor
from models.views.results import ResultDerivations
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.queries.base import Office

_SEALED = T("您已回避本项目，它的得分过程不向您显示")


@dataclass(frozen=True)
class Asked:
    """The row that is asked about: its number, its score as shown, and its amount's derivation where it has one.

    `listed`: the board shows the list, so there is an outcome too; `quota`: the one that is being tried.
    """

    no: str
    score: str
    listed: bool = False
    amount: Derivation | None = None
    quota: Quota | None = None


def read_whys(office: Office, actor: Actor, meeting: str, asked: Asked) -> tuple[Derivation, ...]:
    """Score, rank, amount and outcome, as far as the row has them. To who is recused the score's steps stay closed."""
    return tuple(_whys(office, actor, meeting, asked))


def _whys(office: Office, actor: Actor, meeting: str, asked: Asked) -> Iterator[Derivation]:
    ranked = _ranked(office, actor, meeting, asked)
    if ranked is not None:
        yield ranked.score or Derivation(T("得分"), (Step(_SEALED, "", "", ""),), asked.score)
        yield ranked.rank
    if asked.amount is not None:
        yield asked.amount
    if asked.listed:
        from models.queries.allocation import outcomes_of

        yield outcomes_of(office, actor, meeting, asked.quota)(asked.no)


def _ranked(office: Office, actor: Actor, meeting: str, asked: Asked) -> ResultDerivations | None:
    """How score and rank came about; None for a row of the list that is not ranked because it is not eligible."""
    from models.queries.items import derivations

    try:
        return derivations(office, actor, meeting, asked.no)[asked.no]
    except Refused as refusal:
        if refusal.code == "not_ranked" and asked.listed:
            return None
        raise


def score_words(score: int | None, places: int) -> str:
    """A score as a row shows it."""
    return str(Sign.NONE) if score is None else format_score(score, places)
