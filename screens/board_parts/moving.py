"""The way on and the way back."""

from __future__ import annotations

from models.enums import Phase, label
from models.rules.permissions import refusal
from models.rules.phases import BACK
from models.text import T, tr
from screens.board_parts.base import BoardBase
from screens.board_parts.progress import listed
from screens.board_parts.side import LeafDialog
from screens.board_parts.words import ADVANCING, STEPPING_BACK
from screens.dialogs.confirm import ConfirmDialog


class MovingActions(BoardBase):
    """F9 and its opposite."""

    def action_advance(self) -> None:
        """Go to the next phase: what stands in the way is listed; if nothing does, what changes is named first."""
        seen = self.look.meeting
        assert self.role is not None
        error = refusal("meeting.advance", self.role, seen.phase)
        if error is not None:
            raise error
        assert seen.next is not None, "the right to advance ends with the last phase but one"
        following = label(seen.next)
        if seen.blockers:
            sentences = [str(blocker.text) for blocker in seen.blockers]
            if len(sentences) == 1:
                self.say_line.refuse(T("还不能进入{phase}：{why}", phase=following, why=sentences[0]))
            else:
                title = T("进入{phase}之前还有 {count} 件事", phase=following, count=len(sentences))
                self.app.push_screen(LeafDialog(title, lambda width: listed(sentences, width)))
            return
        changes = [tr(ADVANCING[seen.phase])]
        if seen.phase is Phase.ALLOCATING:
            changes.append(str(T("拟入选 {count} 个项目。", count=self.proposed)))
        dialog = ConfirmDialog(T("进入{phase}", phase=following), changes, T("进入{phase}", phase=following))
        self.ask(dialog, lambda _yes: self._advance(following))

    def _advance(self, following: str) -> None:
        def advance(*where: object) -> Phase:
            from models.services import phases

            return phases.advance(*where)  # type: ignore[arg-type]

        self.do(advance, T("已进入{phase}。", phase=following))

    def action_step_back(self) -> None:
        """Go one phase back, with the reason."""
        phase = self.look.phase
        before = label(BACK[phase])
        title = T("退回{phase}", phase=before)
        self.ask_words(title, T("理由"), tr(STEPPING_BACK[phase]), lambda reason: self._back(before, reason))

    def _back(self, before: str, reason: str) -> None:
        from models.services import phases

        self.do(lambda *where: phases.back(*where, reason), T("已退回{phase}。", phase=before))
