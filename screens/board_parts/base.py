"""What all parts of the board stand on: what was read, the row under the cursor, and writes that are followed by a look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from models.enums import Outcome, Role
from models.errors import Refused, WrongUse
from models.text import T, Text
from models.views import Actor, ItemView
from screens.base import Desk, KmdxScreen
from screens.board_parts.look import Look
from screens.dialogs.ask import AskDialog, Field
from screens.widgets.long_table import LongTable

if TYPE_CHECKING:
    from models.queries.base import Office

R = TypeVar("R")


class BoardBase(KmdxScreen):
    """The board without its commands."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.seen: Look | None = None
        self.table = LongTable((), fixed=3, id="table")

    @property
    def role(self) -> Role | None:
        """The role in this meeting, which a seat may make another than the office's."""
        return self.seen.meeting.role if self.seen is not None else super().role

    @property
    def look(self) -> Look:
        """What the board shows. Raises `Refused` while nothing has been read."""
        if self.seen is None:
            raise Refused("not_read", T("还没有读到评审会，请稍候。"))
        return self.seen

    @property
    def no(self) -> str:
        """The application under the cursor. Raises `WrongUse` if there is none."""
        if self.seen is None or self.table.cursor_key is None or not self.table.display:
            raise WrongUse("no_row", T("先把光标移到一个项目上。"))
        return self.table.cursor_key

    def about(self, no: str) -> str:
        """An application as a dialog names it."""
        return f"{no} {self.look.enterprise(no)}"

    def here(self) -> tuple[Office, Actor, str]:
        """Who acts, and where. Raises `WrongUse` before a meeting is open."""
        if self.desk.actor is None or self.desk.meeting is None:
            raise WrongUse("no_meeting", T("还没有打开评审会。请按 Esc 到签到界面选一个。"))
        return self.desk.office, self.desk.actor, self.desk.meeting

    def do(
        self, act: Callable[[Office, Actor, str], R], saying: Text | str, then: Callable[[R], None] | None = None
    ) -> None:
        """Write, say so, look again."""
        office, actor, meeting = self.here()

        def done(result: R) -> None:
            self.refill()
            if then is not None:
                then(result)

        self.write(lambda: act(office, actor, meeting), done, saying)

    def with_item(self, no: str, then: Callable[[ItemView], None]) -> None:
        """Read an application's sheets and go on with them. Refused in words to who is recused from it."""
        office, actor, meeting = self.here()

        def read() -> ItemView:
            from models.queries.items import item

            return item(office, actor, meeting, no)

        self.read(read, then, "item")

    def ask_words(
        self, title: Text | str, label: Text, about: Text | str, then: Callable[[str], None], value: str = ""
    ) -> None:
        """Ask for one sentence: a reason, an opinion. An empty one is not taken."""

        def check(answers: object) -> Text | None:
            return None if isinstance(answers, dict) and answers["words"] else T("请写明内容。")

        field = Field("words", str(label), value, longest=2000)
        self.ask(AskDialog(title, (field,), about=about, check=check), lambda answers: then(answers["words"]))

    def not_sealed(self, no: str) -> None:
        """Raise `Refused` if the person is recused from the application."""
        if self.look.is_sealed(no):
            raise Refused("recused", T("您已回避 {no}，它的评分和讨论不向您显示。", no=no))

    @property
    def proposed(self) -> int:
        """How many the list in force proposes."""
        view = self.look.allocation
        return 0 if view is None else sum(one.outcome is Outcome.PROPOSED for one in view.applications)
