"""What all parts of the quotas screen stand on: the quotas as read, the own draft over them, and who may set them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from models.enums import REVEALED, Role
from models.text import T, Text
from screens.dialogs.ask import AskDialog, Field
from screens.drafts import drafts_of
from screens.meeting_screen import MeetingScreen
from screens.quota_parts.draft import QuotaDraft
from screens.quota_parts.rows import who_sets

if TYPE_CHECKING:
    from models.views.allocation import QuotaView
    from screens.base import Desk


class QuotasBase(MeetingScreen["QuotaView"]):
    """The quotas screen without what it shows and does."""

    quotas: QuotaView | None = None
    """The quotas in force, as they were last read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.draft = QuotaDraft()
        """The own changes that are not saved yet."""

    def take_draft(self) -> None:
        """Go on with the draft that was left here before."""
        self.draft = QuotaDraft.of_words(drafts_of(self.desk).kept(str(T("未保存的配额")), self.phase))

    def keep_draft(self) -> None:
        """Have the draft outlive this screen."""
        drafts_of(self.desk).keep(str(T("未保存的配额")), self.phase, self.draft.words)

    def changed(self, what: Text) -> None:
        """Show the draft after a change, and say what it was."""
        raise NotImplementedError

    def mine(self) -> bool:
        """Whether the person here sets the quotas now; says who does, otherwise."""
        if self.quotas is None:
            self.not_read()
        elif self.quotas.setter is not self.role:
            self.say_line.refuse(who_sets(self.quotas.setter))
        else:
            return True
        return False

    def saved_first(self) -> bool:
        """Whether no draft is in the way; says what to do with it, otherwise."""
        if self.draft.count:
            self.say_line.refuse(
                T("还有 {count} 处改动没有保存：先按 F5 保存，或按 Esc 放弃。", count=self.draft.count)
            )
        return not self.draft.count

    def with_reason(self, title: Text, then: Callable[[str], None]) -> None:
        """Go on with the reason for a change of quotas: the chair owes one after the reveal and is asked for it."""
        assert self.quotas is not None
        if not (self.role is Role.CHAIR and self.phase in REVEALED):
            then("")
            return
        about = T("揭晓以后的改动，连同改前、改后和理由写进会议纪要。")
        if any(cell.taken is not None for cell in self.quotas.cells):
            about = T("{about}现有的分配方案随之失效，须重新生成。", about=about)
        dialog = AskDialog(
            title,
            [Field("reason", str(T("理由")))],
            about=about,
            check=lambda answers: None if answers["reason"] else T("请写明理由。"),
        )
        self.ask(dialog, lambda answers: then(answers["reason"]))
