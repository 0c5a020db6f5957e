"""The assessed level: the highest one all of whose conditions of an edition are met (Art. 7(1): MIIT's indicators)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from models.policy.kinds import plain
from models.policy.types import Edition, LevelRule
from models.rules.standards import level_word
from models.text import T, Text
from models.views.derivation import Derivation, Step


@dataclass(frozen=True)
class Assessment:
    """The level, None where it is below the lowest or can't be told; then `reason` says which. And how it came about.

    `code`: `below_lowest`, `scenes_missing` or `binding_missing`; None with a level.
    """

    level: int | None
    code: str | None
    reason: Text | None
    derivation: Derivation


@dataclass(frozen=True)
class _Asked:
    """One condition of a level: what was found beside what is wanted; None: nobody said."""

    code: str
    name: Text
    found: Fraction | None
    wanted: Fraction

    @property
    def met(self) -> bool | None:
        return None if self.found is None else self.found >= self.wanted

    def __str__(self) -> str:
        found = T("未填") if self.found is None else plain(self.found)
        return str(T("{name} {found}，要求 {wanted}", name=self.name, found=found, wanted=plain(self.wanted)))


def assess(edition: Edition, points: Fraction, scenes: int | None = None, binding: int | None = None) -> Assessment:
    """The level for points, the number of scenes reached and of binding ones among them; None: not counted.

    From the highest level down, the first that nothing speaks against is taken; where what was not counted decides over
    it, no level is guessed.
    """
    steps: list[Step] = []
    title = T("数字化水平等级（{edition}）", edition=edition.name)
    for rule in sorted(edition.levels, key=lambda one: one.level, reverse=True):
        asked = list(_asked(rule, points, scenes, binding))
        name, words = level_word(rule.level), "；".join(map(str, asked))
        basis = edition.basis.short
        if any(one.met is False for one in asked):
            steps.append(Step(T("{level}", level=name), words, str(T("未达到")), basis))
            continue
        missing = next((one for one in asked if one.met is None), None)
        if missing is not None:
            steps.append(Step(T("{level}", level=name), words, str(T("无法判定")), basis))
            reason = T("未填{name}，不能判定是否达到{level}", name=missing.name, level=name)
            return Assessment(None, missing.code, reason, Derivation(title, tuple(steps), str(reason)))
        steps.append(Step(T("{level}", level=name), words, str(T("达到")), basis))
        return Assessment(rule.level, None, None, Derivation(title, tuple(steps), name))
    reason = T("未达到最低等级")
    return Assessment(None, "below_lowest", reason, Derivation(title, tuple(steps), str(reason)))


def _asked(rule: LevelRule, points: Fraction, scenes: int | None, binding: int | None) -> Iterator[_Asked]:
    yield _Asked("points_missing", T("得分"), points, rule.points)
    for code, name, found, wanted in (
        ("scenes_missing", T("达标场景数"), scenes, rule.scenes),
        ("binding_missing", T("其中必备场景数"), binding, rule.binding),
    ):
        if wanted is not None:
            yield _Asked(code, name, None if found is None else Fraction(found), Fraction(wanted))
