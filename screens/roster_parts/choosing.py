"""What the meeting decides on, and who does not judge it: taking applications in and out, recusals."""

from __future__ import annotations

from collections.abc import Sequence

from models.enums import RecusalGround, Role, label
from models.errors import Refused
from models.text import T, Text
from models.views.applications import ApplicationLine
from models.views.people import SeatView
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.confirm import ConfirmDialog
from screens.roster_parts.base import Applications, Here, RosterBase

_ALL = "*"
"""Stands for all applications in the list of those to take in; no number has it."""


class Choosing(RosterBase):
    """The commands that choose."""

    def action_take_in(self) -> None:
        """Take applications of the batch and track in that are in no meeting."""
        office, actor, meeting = self.here

        def free() -> Applications:
            from models.queries.applications import roster

            listed = roster(office, actor, batch=meeting.batch)
            return tuple(one for one in listed if one.meeting is None and one.track == meeting.track)

        self.read(free, lambda found: self._ask_in((office, actor, meeting), found), "free")

    def _ask_in(self, here: Here, free: Sequence[ApplicationLine]) -> None:
        if not free:
            raise Refused("none_left", T("本批次这个支持方向的项目都已列入评审会。"))
        options = [Option(one.no, f"{one.no} {one.enterprise}", one.district) for one in free]
        if len(free) > 1:
            options.insert(0, Option(_ALL, str(T("全部 {count} 项", count=len(free)))))

        def take(key: str) -> None:
            nos = [one.no for one in free] if key == _ALL else [key]
            self._set(here, nos, (), T("已列入 {count} 项：{nos}。", count=len(nos), nos="、".join(nos[:5])))

        self.ask(ChooseDialog(T("列入本次评审会"), options), take)

    def action_take_out(self) -> None:
        """Take the application under the cursor out of the meeting."""
        here, line = self.here, self.line
        changes = (self.about(line), T("移出以后本次评审会不再评它，已登记的回避一并删去；还可以再列入。"))
        dialog = ConfirmDialog(T("移出本次评审会"), changes, T("移出"))
        self.ask(dialog, lambda _yes: self._set(here, (), (line.no,), T("已移出 {no}。", no=line.no)))

    def _set(self, here: Here, add: Sequence[str], drop: Sequence[str], saying: Text) -> None:
        office, actor, meeting = here

        def write() -> None:
            from models.services.meetings import set_applications

            set_applications(office, actor, meeting.id, add=add, drop=drop)

        self.write(write, lambda _none: self.done(saying))

    def action_recuse(self) -> None:
        """Record a recusal from the application under the cursor: one's own; secretary and chair anybody's."""
        line = self.line
        _, _, meeting = self.here
        if meeting.role not in (Role.SECRETARY, Role.CHAIR):
            self._ask_ground(line, meeting.me)
            return
        seats = [seat for seat in meeting.seats if seat.marks and line.no not in seat.recused]
        if not seats:
            raise Refused("none_left", T("没有评委可以回避 {no}。", no=line.no))
        seats.sort(key=lambda seat: seat.name != meeting.me)
        options = [Option(seat.name, seat.name, _seat_words(seat)) for seat in seats]
        dialog = ChooseDialog(T("谁回避 {item}", item=self.about(line)), options)
        self.ask(dialog, lambda name: self._ask_ground(line, name))

    def _ask_ground(self, line: ApplicationLine, name: str) -> None:
        options = [Option(ground.value, label(ground)) for ground in RecusalGround]
        dialog = ChooseDialog(T("{name}回避 {item}：情形", name=name, item=self.about(line)), options)
        self.ask(dialog, lambda key: self._ask_reason(line, name, RecusalGround(key)))

    def _ask_reason(self, line: ApplicationLine, name: str, ground: RecusalGround) -> None:
        office, actor, meeting = self.here
        must = ground is RecusalGround.OTHER

        def recuse(reason: str) -> None:
            def write() -> None:
                from models.services.attendance import add_recusal

                add_recusal(office, actor, meeting.id, name, line.no, ground, reason)

            self.write(write, lambda _none: self.done(T("已登记：{name}回避 {no}。", name=name, no=line.no)))

        about = T(
            "{name}不再评 {item}，看不到它的评分，讨论时离场；已开始的评分表作废。登记后不能撤销。",
            name=name,
            item=self.about(line),
        )
        hint = T("须写明") if must else T("可不填")
        dialog = AskDialog(
            T("{name}回避 {no}：{ground}", name=name, no=line.no, ground=label(ground)),
            [Field("reason", str(T("情况")), hint=str(hint))],
            about=about,
            check=lambda answers: T("请写明情况。") if must and not answers["reason"] else None,
        )
        self.ask(dialog, lambda answers: recuse(answers["reason"]))


def _seat_words(seat: SeatView) -> str:
    return f"{label(seat.role)} {label(seat.origin)}"
