"""Envelopes of the key's holders: made while one is there, used by another when the holder is not."""

from __future__ import annotations

from models.enums import Role, label
from models.errors import Refused
from models.text import T
from screens.board_parts.base import BoardBase
from screens.board_parts.code import CodeDialog
from screens.board_parts.holders import awaits_shares, outstanding, release_words
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog

LONGEST_CODE = 40


class EnvelopeActions(BoardBase):
    """Commands about envelopes."""

    def _must_seal(self) -> None:
        if not self.look.meeting.sealing:
            raise Refused("not_sealed", T("本次评审会的分数没有加密封存，不用密钥信封。"))

    def action_new_envelope(self) -> None:
        """Make an envelope for the own keys."""
        self._must_seal()
        changes = (
            T("代码只显示这一次，程序里不留。请抄在纸上装进信封，封口签名，交单位保管。"),
            T("您不在场时，别人凭它代您交出密钥；谁拿到它，就等于拿到您的那一份。"),
            T("以前做过的信封从此打不开。"),
        )
        self.ask(ConfirmDialog(T("做密钥信封"), changes, T("显示代码")), lambda _yes: self._new_envelope())

    def _new_envelope(self) -> None:
        from models.services.keys import new_envelope

        office, actor, _meeting = self.acting

        def show(code: str) -> None:
            self.refill()
            hint = T("请抄下装进信封。它再也不会显示，丢失只能另做一个。")
            self.app.push_screen(CodeDialog(T("{name}的密钥信封", name=actor.name), code, hint))

        self.write(lambda: new_envelope(office, actor), show, T("密钥信封已做好。"))

    def action_use_envelope(self) -> None:
        """Give the shares of a holder who is not here: whose, then the code."""
        self._must_seal()
        meeting = self.look.meeting
        assert awaits_shares(meeting), "the registry lets nobody through in another phase"
        if meeting.blockers:
            self.action_advance()  # says what stands in the way
            return
        options = [
            Option(f"{role.value}/{name}", name, label(role))
            for role in outstanding(meeting)
            for name in meeting.holders[role]
            if name != meeting.me
        ]
        if not options:
            raise Refused("no_holder", T("没有还可以代交密钥的保管人。"))
        self.ask(ChooseDialog(T("用谁的密钥信封"), options), self._ask_code)

    def _ask_code(self, holder: str) -> None:
        role, _, name = holder.partition("/")
        seen = self.look.meeting
        about = "\n".join(str(words) for words in release_words(seen, Role(role)))
        field = Field("code", str(T("信封里的代码")), hint="7KQM-4XZP-…", longest=LONGEST_CODE, fleeting=True)
        self.ask(
            AskDialog(T("用{name}的密钥信封", name=name), (field,), about=about),
            lambda answers: self.release(seen, Role(role), name, answers["code"]),
        )
