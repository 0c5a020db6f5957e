"""A locked desk: all is covered, what was typed below stays, and only the own secret uncovers it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from models.errors import KmdxError
from models.text import T, Text
from screens.dialogs.dialog import Dialog
from screens.widgets.cells import shown
from screens.widgets.prose import Prose

log = logging.getLogger("kmdx.screens")

LONGEST = 200
"""Characters of a secret, at most."""


class LockedDialog(Dialog[bool]):
    """Ask for the secret of who sits here. True: it was right; False: the desk is given up, for somebody else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("f10", "give_up", show=False),
    ]
    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    LockedDialog {
        background: $background;
        & Input, & Input:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
        & .about { margin-bottom: 1; }
        & #why { color: $warning; height: auto; }
        & #wrong { color: $error; text-style: bold; height: auto; margin-top: 1; }
    }
    """

    def __init__(self, name: str, check: Callable[[str], object], secret: Text | str, why: str = "") -> None:
        """`check` raises `KmdxError` for a wrong secret; it is called in a thread. `secret`: what unlocks, in words.

        `why`: what else there is to say.
        """
        super().__init__(T("已锁定：{name}", name=name), (("Enter", T("解锁")), ("F10", T("不再使用，回到签到"))))
        self._name = name
        self._check = check
        self._secret = str(secret)
        self._why = why
        self._gives_up = False

    def body(self) -> Sequence[Widget]:
        """What happened, the secret, and a place for what is wrong with it."""
        about = T(
            "请{name}输入自己的{secret}，接着原来的地方做。已键入的都还在。", name=self._name, secret=self._secret
        )
        typed = Input(placeholder=self._secret, password=True, max_length=LONGEST)
        typed.set_reactive(Input.cursor_blink, False)
        return [
            Prose(shown(self._why), id="why"),
            Prose(str(about), classes="about"),
            typed,
            Prose(id="wrong"),
        ]

    def say_why(self, why: str) -> None:
        """Say what happened while the desk was locked already."""
        if why:
            self.query_one("#why", Prose).update(shown(why))

    @on(Input.Submitted)
    def unlock(self, message: Input.Submitted) -> None:
        """Try the secret; the next one can't be tried before this one is answered."""
        message.stop()
        if not message.value:  # an Enter too many is no wrong try
            return
        message.input.disabled = True
        self.run_worker(partial(self._try, message.value), thread=True, exclusive=True, exit_on_error=False)

    def _try(self, secret: str) -> None:
        try:
            self._check(secret)
        except KmdxError as error:
            self.app.call_from_thread(self._refused, str(error))
        except Exception as error:  # a worker that failed would leave a locked desk without an answer
            log.error("unexpected while unlocking", exc_info=error)
            self.app.call_from_thread(self._refused, str(T("现在核对不了，请稍候再试。")))
        else:
            self.app.call_from_thread(self.dismiss, True)

    def _refused(self, why: str) -> None:
        self.query_one("#wrong", Prose).update(shown(why))
        typed = self.query_one(Input)
        typed.disabled = False
        typed.value = ""
        typed.focus()

    @on(Input.Changed)
    def typing(self) -> None:
        """Whoever types wants to stay."""
        self._gives_up = False

    def action_leave(self) -> None:
        """Esc empties the input: nothing but the secret or giving up uncovers a locked desk."""
        self._gives_up = False
        typed = self.query_one(Input)
        typed.value = ""
        self.query_one("#wrong", Prose).update("")

    def action_give_up(self) -> None:
        """Leave the desk to somebody else, when it is said twice: a passer-by may have pressed the key."""
        if self._gives_up:
            self.dismiss(False)
            return
        self._gives_up = True
        asked = T("{name}写了一半的话替本人留着，再签到还在。确实不再使用，请再按一次 F10。", name=self._name)
        self.query_one("#wrong", Prose).update(shown(str(asked)))
