"""What a person has to check because no figure decides it: of an application, and of a batch's days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.policy.types import Policy, Track
from models.rules.spending import window_words
from models.text import T, Text
from models.views.applications import ToCheck


def to_check(policy: Policy, track: Track, *, supported_before: bool = False) -> Iterator[ToCheck]:
    """Everything that the measure leaves to the eye, for one track, each with its basis and the source to consult.

    `supported_before`: the enterprise is on a list of this track already.
    """
    if supported_before and track.later is None:
        text = T("本方向已获支持，办法没有规定以后达到的等级怎样补助：金额按照常计算，须由人确定")
        yield ToCheck("later_unset", text, track.basis.short, None)
    for condition in policy.conditions:
        if not condition.tracks or track.code in condition.tracks:
            yield ToCheck(condition.code, T("{text}", text=condition.text), condition.basis.short, condition.consult)
    for exclusion in policy.exclusions:
        if exclusion.consult is not None:
            text = T("没有不予支持的情形：{ground}", ground=exclusion.text)
            yield ToCheck(exclusion.code, text, exclusion.basis.short, exclusion.consult)
    for window in track.windows:
        yield ToCheck(f"window_{window.event}", window_words(window), window.basis.short, None)
    if track.finish_months is not None:
        basis = (track.finish_months_basis or track.basis).short
        text = T("名单公布后 {months} 个月内完成", months=track.finish_months)
        yield ToCheck("finish_months", text, basis, None)


def outside_the_measure(policy: Policy, opens: date | None, closes: date | None) -> Iterator[Text]:
    """Which of a batch's days the measure does not cover, with its basis: people know whether it was prolonged."""
    basis = policy.effective_basis.short
    since = min(policy.effective_from, policy.applies_since or policy.effective_from)
    first, last = opens or closes, closes or opens
    if first is not None and first < since:
        yield T("受理日 {day} 早于办法适用的 {since}（依据：{basis}）。", day=first, since=since, basis=basis)
    until = policy.effective_until
    if last is not None and until is not None and last > until:
        yield T("受理日 {day} 晚于办法的有效期 {until}（依据：{basis}）。", day=last, until=until, basis=basis)
