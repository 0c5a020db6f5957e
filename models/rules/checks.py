"""What a person has to check of an application because no figure decides it."""

from __future__ import annotations

from collections.abc import Iterator

from models.policy.types import Policy, Track
from models.rules.spending import window_words
from models.text import T
from models.views.applications import ToCheck


def to_check(policy: Policy, track: Track) -> Iterator[ToCheck]:
    """Everything that the measure leaves to the eye, for one track, each with its basis and the source to consult."""
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
