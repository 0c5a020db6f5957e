"""Conflicts found, on the board: what is known of the people at the seats, and each suggested recusal answered."""

from __future__ import annotations

from collections.abc import Callable

from models.enums import RecusalGround, label
from models.errors import Refused
from models.text import T
from models.views.conflicts import About, ConflictsView, Suggestion
from models.views.people import SeatView
from screens.board_parts.base import BoardBase
from screens.dialogs.ask import Answers, AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.conflicts import RECORD, Answer, ConflictsDialog

_LONGEST, _LONGEST_ADVISED = 300, 2000


class ConflictActions(BoardBase):
    """Commands about conflicts."""

    def action_about(self) -> None:
        """Enter what is known of the person at a seat."""
        self._with_conflicts(self._choose_person)

    def _choose_person(self, view: ConflictsView) -> None:
        seats, known = self.look.meeting.seats, dict(view.people)
        if not seats:
            raise Refused("no_seat", T("没有可选的席位。"))
        options = [Option(str(number), one.name, _hint(one, known)) for number, one in enumerate(seats)]
        title = T("登记谁的情况")
        self.ask(
            ChooseDialog(title, options),
            lambda key: self._ask_about(seats[int(key)].name, known.get(seats[int(key)].name, About())),
        )

    def _ask_about(self, name: str, known: About) -> None:
        fields = (
            Field("employer", str(T("任职单位")), known.employer, longest=_LONGEST),
            Field("employer_uscc", str(T("单位信用代码")), known.employer_uscc, longest=_LONGEST),
            Field("phone", str(T("电话")), known.phone, longest=_LONGEST),
            Field("address", str(T("地址")), known.address, longest=_LONGEST),
            Field(
                "advised",
                str(T("近三年任顾问")),
                "、".join(known.advised),
                str(T("企业名称或信用代码，以顿号隔开")),
                longest=_LONGEST_ADVISED,
            ),
        )
        about = T("只有秘书和组长看得到；与申报单位相同的，提示核实是否回避。")
        self.ask(AskDialog(T("{name}的情况", name=name), fields, about=about), lambda a: self._set_about(name, a))

    def _set_about(self, name: str, answers: Answers) -> None:
        from models.documents.about_in import split_advised
        from models.services import conflicts

        facts = {**answers, "advised": tuple(split_advised(answers["advised"]))}
        self.do(T("已登记{name}的情况。", name=name), conflicts.set_about, name, facts)

    def action_conflicts(self) -> None:
        """Answer the suggested recusals one by one."""
        self._with_conflicts(self._show_conflicts)

    def _show_conflicts(self, view: ConflictsView) -> None:
        if not view.open and not view.dismissed:
            self.say(T("没有待核实的回避线索。秘书按 Q 登记席位人员的情况。"))
            return
        self.ask(ConflictsDialog(view), self._answered)

    def _answered(self, answer: Answer) -> None:
        what, one = answer
        if what == RECORD:
            self._ask_ground(one)
        else:
            title = T("{name}与 {no} 不构成回避", name=one.name, no=one.no)
            about = T("写明核实的情况；写进会议纪要。")
            self.ask_words(title, T("理由"), about, lambda reason: self._dismiss(one, reason))

    def _ask_ground(self, one: Suggestion) -> None:
        options = [Option(ground.value, label(ground)) for ground in RecusalGround]
        title = T("{name}回避 {item}：情形", name=one.name, item=f"{one.no} {one.enterprise}")
        self.ask(
            ChooseDialog(title, options, chosen=one.ground.value), lambda key: self._confirm(one, RecusalGround(key))
        )

    def _confirm(self, one: Suggestion, ground: RecusalGround) -> None:
        from models.services import conflicts

        changes = (T("{name}不再评 {no}，已开始的评分表作废；登记后不能撤销。", name=one.name, no=one.no),)
        saying = T("已登记：{name}回避 {no}。", name=one.name, no=one.no)
        self.ask(
            ConfirmDialog(T("登记回避"), changes, T("登记")),
            lambda _yes: self.do_then(
                saying, lambda _ground: self._go_on(), conflicts.confirm, one.name, one.no, ground
            ),
        )

    def _dismiss(self, one: Suggestion, reason: str) -> None:
        from models.services import conflicts

        saying = T("已排除：{name}—{no}。", name=one.name, no=one.no)
        self.do_then(saying, lambda _none: self._go_on(), conflicts.dismiss, one.name, one.no, reason)

    def _go_on(self) -> None:
        """To the next suggestion, if one is open."""

        def show(view: ConflictsView) -> None:
            if view.open:
                self.ask(ConflictsDialog(view), self._answered)

        self._with_conflicts(show)

    def _with_conflicts(self, then: Callable[[ConflictsView], None]) -> None:
        office, actor, meeting = self.acting

        def read() -> ConflictsView:
            from models.queries.conflicts import conflicts

            return conflicts(office, actor, meeting)

        self.read(read, then, "conflicts")


def _hint(seat: SeatView, known: dict[str, About]) -> str:
    """Whether anything is known of a person already."""
    return str(T("{role}，已登记", role=label(seat.role)) if seat.name in known else label(seat.role))
