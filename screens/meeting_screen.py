"""What the screens of a meeting share: its top line, what stands in the way of its next phase, and moving it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

from rich.cells import cell_len

from models.enums import Phase, Role, label
from models.errors import KmdxError
from models.rules.permissions import ACTS, ADVANCES
from models.rules.phases import BACK
from models.rules.times import local_time
from models.text import T, Text, mark, tr
from screens.base import KmdxScreen
from screens.board_parts.clock import left
from screens.board_parts.holders import awaits_shares, must_hold, release_words, released_words
from screens.board_parts.leaf import LeafDialog, paragraph
from screens.board_parts.words import ADVANCING, STEPPING_BACK
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.confirm import ConfirmDialog
from screens.room_note import room_note
from screens.widgets.cells import Cell, Tone, wrap
from screens.widgets.lines_pane import Line
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.meeting import MeetingView
    from models.views.people import Actor

V = TypeVar("V")

MOVES = mark("会议进程")

ADVANCE = Command(
    "f9",
    "advance",
    mark("下一阶段"),
    mark("把评审会推进到下一阶段。先说明会改变什么，再问一次；还差什么时，逐条说明。"),
    who=frozenset(ADVANCES.values()),
    phases=frozenset(ADVANCES),
    group=MOVES,
)
STEP_BACK = Command(
    "z",
    "step_back",
    mark("退回"),
    mark("组长把评审会退回上一阶段，须写明理由；不该退回时程序会说明。"),
    who=ACTS["meeting.back"].roles,
    phases=ACTS["meeting.back"].phases,
    group=MOVES,
    foot=False,
)


def may(act: str, key: str, action: str, title: str, help: str, *, foot: bool = True) -> Command:
    """A command for an act of `permissions.ACTS`: whoever may do it, in the phases in which it has its place."""
    return Command(key, action, title, help, ACTS[act].roles, ACTS[act].phases, foot=foot)


def tried(parse: Callable[[Mapping[str, str]], object]) -> Callable[[Mapping[str, str]], None]:
    """A check for `AskDialog` that only reads the answers: what is wrong with them is raised."""

    def check(answers: Mapping[str, str]) -> None:
        parse(answers)

    return check


def day_words(day: date) -> str:
    """A day of this year or the next, as people say it."""
    return str(T("{month}月{day}日", month=day.month, day=day.day))


def time_words(stamp: str, form: str = "%m-%d %H:%M") -> str:
    """A kept moment in the office's time; `form` as in `strftime`."""
    return local_time(stamp).strftime(form)


def paragraphs(lines: Sequence[str | Cell]) -> Callable[[int, int], Sequence[Line]]:
    """Sentences for a `LinesPane`, each wrapped to the width there is."""
    cells = [line if isinstance(line, Cell) else Cell(line) for line in lines]

    def fitting(width: int, _height: int) -> Sequence[Line]:
        return [(Cell(part, cell.tone),) for cell in cells for part in wrap(cell.text, max(8, width))]

    return fitting


def way_on(view: MeetingView) -> list[Cell]:
    """What comes next and what still stands in its way, for the side of a screen."""
    if view.next is None:
        return [Cell(str(T("评审会已归档。")), Tone.MUTED)]
    assert view.mover is not None
    mover = T("两位密钥保管人各自") if awaits_shares(view) else label(view.mover)
    head = T("下一阶段 {phase}（{role}按 F9）", phase=label(view.next), role=mover)
    if not view.blockers:
        return [Cell(f"{Sign.SUBMITTED} {head}", Tone.ACCENT)]
    missing = [Cell(f"{Sign.BLANK} {blocker.text}", Tone.WARNING) for blocker in view.blockers]
    return [Cell(str(head), Tone.STRONG), *missing]


class MeetingScreen(KmdxScreen, Generic[V]):
    """A screen of one meeting. A subclass gathers what it shows in a thread, and fills itself with it."""

    meeting_view: MeetingView | None = None
    """The meeting as it was last read."""

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> V:
        """Read what the screen shows. Called in a thread: no widget may be touched here."""
        raise NotImplementedError

    def fill(self, view: V) -> None:
        """Show what was gathered."""
        raise NotImplementedError

    def unavailable(self, why: str) -> None:
        """Say that there is nothing to show here now, and why."""
        raise NotImplementedError

    def refill(self) -> None:
        """Read the meeting and what the screen shows of it."""
        actor, meeting = self.desk.actor, self.desk.meeting
        if actor is None or meeting is None:
            self.unavailable(str(T("还没有进入评审会。请按 Esc 回到签到，选一个评审会。")))
        else:

            def look() -> tuple[tuple[MeetingView, V | None, KmdxError | None], str]:
                looked = self._look(actor, meeting)
                return looked, self.around(actor, looked[0])

            self.read(look, lambda both: self._looked(*both))

    def around(self, actor: Actor, meeting: MeetingView) -> str:
        """What the top line says of the room. Called in a thread."""
        return room_note(self.desk.office, actor, meeting.id, meeting.phase)

    def _look(self, actor: Actor, meeting: str) -> tuple[MeetingView, V | None, KmdxError | None]:
        from models.queries.meeting import meeting as read_meeting

        view = read_meeting(self.desk.office, actor, meeting)
        try:
            return view, self.gather(self.desk.office, actor, view), None
        except KmdxError as refusal:
            return view, None, refusal

    def _looked(self, looked: tuple[MeetingView, V | None, KmdxError | None], around: str) -> None:
        view, gathered, refusal = looked
        self.meeting_view = view
        self.phase = view.phase
        self.top_line.show(view.title, label(view.phase), around, view.batch, who=f"{view.me} {label(view.role)}")
        self.top_line.count_down(self._countdown(view.countdown_ends_at))
        self.tell_begun()
        if gathered is not None:
            self.fill(gathered)
        else:
            self.unavailable(str(refusal))

    def _countdown(self, ends: str | None) -> Callable[[], str] | None:
        office = self.desk.office
        return (lambda: left(ends, office.clock())) if ends is not None else None

    def not_read(self) -> None:
        """Say that what a command needs is not there yet."""
        self.say(T("评审会还没有读出来，请稍候再按。"))

    @property
    def acting(self) -> tuple[Office, Actor, str]:
        """Office, actor and meeting, as services take them. Not before the meeting was read."""
        assert self.desk.actor is not None
        assert self.desk.meeting is not None
        return self.desk.office, self.desk.actor, self.desk.meeting

    def action_advance(self) -> None:
        """Move the meeting on: say what stands in the way, or what it changes, and ask once."""
        view = self.meeting_view
        if view is None or view.next is None or view.mover is None:
            self.not_read()
            return
        to = label(view.next)
        if awaits_shares(view):
            must_hold(view)
        elif view.mover is not view.role:
            self.say_line.refuse(T("进入“{phase}”由{role}办理。", phase=to, role=label(view.mover)))
            return
        if view.blockers:
            why = "".join(str(blocker.text) for blocker in view.blockers)
            self.say_line.refuse(T("不能进入“{phase}”：{why}", phase=to, why=why))
            return
        if awaits_shares(view):
            does = T("交出密钥并揭晓") if view.released else T("交出密钥")
            changes = release_words(view, view.role)
            self.ask(
                ConfirmDialog(T("交出您保管的封存密钥？"), changes, does), lambda _yes: self.release(view, view.role)
            )
            return
        moving = (tr(ADVANCING[view.phase]),)
        dialog = ConfirmDialog(T("进入“{phase}”？", phase=to), moving, T("进入{phase}", phase=to))
        self.ask(dialog, lambda _yes: self._move_on())

    def release(self, seen: MeetingView, role: Role, envelope_of: str = "", code: str = "") -> None:
        """Give a holder's shares of the key, the own ones or those in an envelope; the second reveals.

        `seen`: the meeting as it was when this person was told what giving them does.
        """
        from models.services.unsealing import Unsealed, unseal

        given, view = seen.released, self.meeting_view
        assert view is not None, "nobody is asked before the meeting was read"

        def done(unsealed: Unsealed) -> None:
            self.done(released_words(view, role, unsealed.opened))

        self.write(
            lambda: unseal(*self.acting, envelope_of=envelope_of, code=code, seen=given),
            done,
            failed=self._not_revealed,
        )

    def _not_revealed(self, why: str) -> None:
        """Boxes that were tampered with are named, and may be more than the line holds."""
        if cell_len(why) > self.say_line.size.width:
            self.app.push_screen(LeafDialog(T("没有揭晓"), lambda width: paragraph(why, width)))

    def _move_on(self) -> None:
        from models.services import phases

        self.write(lambda: phases.advance(*self.acting), self._moved)

    def action_step_back(self) -> None:
        """Take the meeting one phase back, with the reason."""
        view = self.meeting_view
        if view is None or view.phase not in BACK:
            self.not_read()
            return
        dialog = AskDialog(
            T("退回“{phase}”", phase=label(BACK[view.phase])),
            [Field("reason", str(T("理由")), hint=str(T("写进会议纪要")))],
            about=tr(STEPPING_BACK[view.phase]),
            check=lambda answers: None if answers["reason"] else T("请写明理由。"),
        )
        self.ask(dialog, lambda answers: self._move_back(answers["reason"]))

    def _move_back(self, reason: str) -> None:
        from models.services import phases

        self.write(lambda: phases.back(*self.acting, reason), self._moved)

    def _moved(self, phase: Phase) -> None:
        self.done(T("评审会已进入“{phase}”。", phase=label(phase)))

    def done(self, text: Text | str) -> None:
        """Say that something is stored, and read anew what changed by it."""
        self.say_line.saved(text)
        self.refill()
