"""The printed notice, as the public gets it."""

from __future__ import annotations

from dataclasses import dataclass

from models.policy.types import Admission, ObjectionRule, PublicityRule
from models.views.listing import NoticeView
from models.views.meeting import MeetingView
from models.views.minutes import RecordMark


@dataclass(frozen=True)
class NoticePaper:
    """A meeting's newest notice, those before it (oldest first), and what its measure says of publicity.

    `mark` is the notice's own entry in the audit chain, its head on the day it was recorded: what happens later changes
    nothing in this document.
    """

    meeting: MeetingView
    notice: NoticeView
    earlier: tuple[NoticeView, ...]
    city: str
    issuers: tuple[str, ...]
    admission: Admission
    publicity: PublicityRule
    objections: ObjectionRule
    mark: RecordMark
