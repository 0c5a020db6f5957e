"""The door: which meeting, who are you, your code or PIN. The first thing painted, so it imports little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Static

from models.enums import Phase, Role, label
from models.text import T, mark
from screens.commands import Command
from screens.glossary import WORDS as GLOSSARY
from screens.signing_in import SigningIn
from screens.sitting_down import Door
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import LongTable, Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.views.people import Actor, DoorMeeting, DoorPerson, DoorView


class LobbyScreen(SigningIn):
    """Choose a meeting, then a name, then sign in."""

    HEADING = mark("签到")
    BACK = "lobby"
    AUTO_FOCUS = "#people-table"
    WORDS = tuple(GLOSSARY)
    COMMANDS_LIST = (
        Command("tab", "other", mark("换栏"), mark("在评审会和姓名两栏之间切换；在姓名上按 Enter 签到。")),
        Command(
            "b",
            "new_batch",
            mark("新建批次"),
            mark("秘书建立一个批次：编号、名额、预算。须先以秘书身份签到。"),
            who=frozenset({Role.SECRETARY}),
        ),
        Command(
            "m",
            "new_meeting",
            mark("新建评审会"),
            mark("秘书为一个批次和支持方向建立评审会。须先以秘书身份签到。"),
            who=frozenset({Role.SECRETARY}),
        ),
        Command(
            "u",
            "add_user",
            mark("增加人员"),
            mark("增加本单位人员（秘书、财政代表、监督），得到一次性验证码。"),
            who=frozenset({Role.SECRETARY}),
        ),
        Command(
            "p",
            "new_phrase",
            mark("换口令"),
            mark("签到以后另设一个口令；密钥不变，封存的评分表照样打得开。忘了口令的，请秘书重发验证码。"),
            foot=False,
        ),
        Command(
            "i",
            "found",
            mark("建立数据库"),
            mark("还没有数据库时，选定办法、写明姓名和口令（或密码），建立一个。"),
            foot=False,
        ),
    )
    BINDINGS = [Binding("ctrl+q", "app.quit", show=False)]
    DEFAULT_CSS = """
    LobbyScreen {
        & #work { layout: grid; grid-size: 3 2; grid-columns: 3fr 2fr 44; grid-rows: 1 1fr; }
        &.-narrow #work { grid-size: 2 2; grid-columns: 3fr 2fr; }
        & .side { width: 44; height: 1fr; row-span: 2; }
        & .title { padding: 0 1; color: $accent; text-style: bold; background: $surface; }
        & .people { border-left: solid $panel; }
    }
    """

    def __init__(self, desk: Door) -> None:
        super().__init__(desk)
        self._view: DoorView | None = None
        self._people: tuple[DoorPerson, ...] = ()
        self._meetings = LongTable(
            (
                Column("title", str(T("评审会")), min=18),
                Column("phase", str(T("阶段")), 10),
                Column("batch", str(T("批次")), 14, drop=2),
                Column("applications", str(T("项目")), 6, "right", drop=1),
            ),
            empty=str(T("还没有评审会。请本单位人员在右栏签到。")),
            id="meetings-table",
        )
        self._names = LongTable(
            (Column("sign", "", 2), Column("name", str(T("姓名")), min=8), Column("role", str(T("身份")), 10)),
            empty=str(T("没有可以签到的人。")),
            id="people-table",
            classes="people",
        )

    def body(self) -> list[Widget]:
        """Meetings, names, and what to do, in a grid: every container more would be painted line by line."""
        return [
            Static(str(T("一、选评审会")), classes="title"),
            Static(str(T("二、选姓名，按 Enter")), classes="title people"),
            Static(str(_WELCOME), classes="side", markup=False),
            self._meetings,
            self._names,
        ]

    def on_mount(self) -> None:
        """Say where we are."""
        self.top_line.show(str(T("专家评审工作台")), who=self._who())

    def _who(self) -> str:
        actor = self.desk.actor
        return f"{actor.name} {label(actor.role)}" if actor is not None else str(T("未签到"))

    def refill(self) -> None:
        """Read meetings and names."""
        self.read(self._read_door, self._show)

    def _read_door(self) -> DoorView:
        from models.queries.door import door

        return door(self.desk.office)

    def _show(self, view: DoorView) -> None:
        self._view = view
        self._meetings.set_rows([meeting.id for meeting in view.meetings], self._meeting_row)
        if self.desk.meeting is not None and self._meetings.cursor_key is None:
            self._meetings.move_to(self.desk.meeting)
        self._show_people()

    def _meeting_row(self, index: int) -> Row:
        assert self._view is not None
        meeting = self._view.meetings[index]
        return (meeting.title, Cell(label(meeting.phase), Tone.ACCENT), meeting.batch, str(meeting.applications))

    @property
    def _meeting(self) -> DoorMeeting | None:
        if self._view is None or self._meetings.cursor_key is None:
            return None
        return next((m for m in self._view.meetings if m.id == self._meetings.cursor_key), None)

    @on(LongTable.RowHighlighted, "#meetings-table")
    def _show_people(self) -> None:
        if self._view is None:
            return
        seated = self._meeting.people if self._meeting is not None else ()
        names = {person.name for person in seated}
        self._people = (*seated, *(person for person in self._view.office if person.name not in names))
        first = not self._names.keys
        self._names.set_rows([person.name for person in self._people], self._person_row)
        if first and self.door.offered is not None:
            self._names.move_to(self.door.offered)

    def _person_row(self, index: int) -> Row:
        person = self._people[index]
        sign, tone = Cell(str(Sign.BLANK), Tone.MUTED), Tone.PLAIN
        if person.absent:
            sign, tone = Cell(str(Sign.RECUSED), Tone.MUTED), Tone.MUTED
        elif person.signed_in and not person.fresh:
            sign = Cell(str(Sign.SUBMITTED), Tone.ACCENT)
        return (sign, Cell(person.name, tone), label(person.role))

    @on(LongTable.RowSelected, "#meetings-table")
    def _to_names(self) -> None:
        self._names.focus()

    def action_other(self) -> None:
        """To the other column."""
        (self._meetings if self._names.has_focus else self._names).focus()

    def action_back(self) -> None:
        """There is nothing behind the door: leaving it is leaving the program."""
        from screens.dialogs.confirm import ConfirmDialog

        self.ask(
            ConfirmDialog(T("退出程序"), (T("已保存的都在，随时可以回来。"),), T("退出")), lambda _yes: self.app.exit()
        )

    def action_places(self) -> None:
        """Behind the door one goes only after signing in."""
        if self.desk.actor is None:
            self.say(T("请先选姓名签到。"), Tone.WARNING)
        else:
            super().action_places()

    # Signing in

    @on(LongTable.RowSelected, "#people-table")
    def _chosen(self, message: LongTable.RowSelected) -> None:
        person = self._people[message.index]
        meeting = self._meeting
        known = self.door.known_secret(person.name, meeting.id if meeting else None)
        secret = None if known is None else known.code if person.fresh else known.own
        if known is not None and secret is not None:
            self.authenticated(person, meeting, secret, known.own)
        elif person.fresh:
            self.ask_code(person, meeting)
        else:
            self.ask_secret(person, meeting)

    def sat(self, actor: Actor, meeting: DoorMeeting | None) -> None:
        """Go where the work is; without a meeting, stay and say what can be done."""
        self.door.sit(actor, meeting.id if meeting is not None else None)
        if meeting is None:
            self.top_line.show(str(T("专家评审工作台")), who=self._who())
            self.show_keys()
            self.say(T("{name}已签到。可以新建批次、评审会，或按 F3 前往名册导入。", name=actor.name), Tone.ACCENT)
            return
        person = next((p for p in meeting.people if p.name == actor.name), None)
        self.desk.go(first_screen(meeting.phase, person.role if person is not None else actor.role))

    def action_found(self) -> None:
        """Create a database where there is none."""
        if self._view is not None:
            self.say(T("数据库已经建立。"), Tone.WARNING)
        else:
            self.ask_founder()


def first_screen(phase: Phase, role: Role) -> str:
    """Where a person who has signed in begins: at what is to be done now."""
    if phase is Phase.PREPARING:
        return "roster"
    return "scoring" if phase is Phase.SCORING and role in (Role.EXPERT, Role.DEPUTY) else "board"


_WELCOME = T(
    "专家评审工作台\n\n"
    "1  左栏选评审会（↑↓），Tab 换栏\n"
    "2  右栏选自己的姓名，按 Enter\n"
    "3  首次签到用秘书发的验证码，\n"
    "   并设定自己的口令（或密码）\n"
    "4  接受纪律，申报回避，开始工作\n\n"
    "任何界面：F1 帮助  F3 前往  Esc 返回\n"
    "退出：Ctrl+Q\n\n"
    "输入法开着也没关系，\n"
    "全角数字按数字收。"
)
