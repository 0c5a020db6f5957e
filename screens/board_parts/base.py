"""What all parts of the board stand on: what was read, the row under the cursor, writes followed by a look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from models.enums import Role
from models.errors import Refused, WrongUse
from models.text import T, Text
from models.views.people import Actor
from models.views.results import ItemView
from screens.base import Desk
from screens.board_parts.look import Look
from screens.dialogs.ask import words_dialog
from screens.meeting_screen import MeetingScreen
from screens.widgets.long_table import LongTable

if TYPE_CHECKING:
    from models.queries.base import Office

P = ParamSpec("P")
R = TypeVar("R")

Act = Callable[Concatenate["Office", Actor, str, P], R]
"""A service: office, actor and meeting, then what it needs."""


class BoardBase(MeetingScreen[Look]):
    """The board without its commands."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.seen: Look | None = None
        self.table = LongTable((), fixed=3, id="table")

    @property
    def role(self) -> Role | None:
        """The role in this meeting, which a seat may make another than the office's."""
        return self.meeting_view.role if self.meeting_view is not None else super().role

    @property
    def look(self) -> Look:
        """What the board shows. Raises `Refused` while nothing has been read."""
        if self.seen is None:
            raise Refused("not_read", T("还没有读到评审会，请稍候。"))
        return self.seen

    @property
    def no(self) -> str:
        """The application under the cursor. Raises `WrongUse` if there is none."""
        key = self.table.cursor_key
        if self.seen is None or key is None:
            raise WrongUse("no_row", T("先把光标移到一个项目上。"))
        return key

    def about(self, no: str) -> str:
        """An application as a dialog names it."""
        return f"{no} {self.look.enterprise(no)}"

    def do(self, saying: Text, act: Act[P, R], *args: P.args, **options: P.kwargs) -> None:
        """Write, say so, look again."""
        self.do_then(saying, lambda _result: None, act, *args, **options)

    def do_then(
        self, saying: Text, then: Callable[[R], None], act: Act[P, R], *args: P.args, **options: P.kwargs
    ) -> None:
        """Write, say so, look again, and go on with what the service returned."""
        office, actor, meeting = self.acting

        def done(result: R) -> None:
            self.refill()
            then(result)

        self.write(lambda: act(office, actor, meeting, *args, **options), done, saying)

    def with_item(self, no: str, then: Callable[[ItemView], None], name: str = "item") -> None:
        """Read an application's sheets and go on with them; to who is recused from it they are withheld."""
        office, actor, meeting = self.acting

        def read() -> ItemView:
            from models.queries.items import item

            return item(office, actor, meeting, no)

        self.read(read, then, name)

    def ask_words(
        self, title: Text, label: Text, about: Text | str, then: Callable[[str], None], value: str = ""
    ) -> None:
        """Ask for one sentence: a reason, an opinion. An empty one is not taken."""
        self.ask(words_dialog(title, label, about, value), lambda answers: then(answers["words"]))

    def not_sealed(self, no: str) -> None:
        """Raise `Refused` if the person is recused from the application."""
        if self.look.is_sealed(no):
            raise Refused("recused", T("您已回避 {no}，它的评分和讨论不向您显示。", no=no))
