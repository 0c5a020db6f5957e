"""The room in deliberation: what is discussed and who is out, above the ranking; and the commands that call items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.enums import ItemOrder, Role, label
from models.text import T, Text
from models.views.room import RoomView, UpcomingView
from screens.board_parts.base import BoardBase
from screens.board_parts.clock import hour
from screens.board_parts.look import Look
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import Line

_GAP = Cell("   ")


class RoomActions(BoardBase):
    """Commands about the item under discussion and who is in the room."""

    def action_call(self) -> None:
        """Call the application under the cursor."""
        self._call(self.no)

    def _call(self, no: str) -> None:
        from models.services import room

        self.table.move_to(no)
        now = self.look.room.no if self.look.room is not None else None
        self.do(T("已叫项：{item}。", item=self.about(no)), room.call_item, no, seen=now or "")

    def action_next_item(self) -> None:
        """Call the next application; where another presides over it, end the own one and say whose turn it is."""
        coming, now, me = self.look.upcoming, self.look.room, self.look.meeting.me
        if coming is None or coming.next is None:
            self.say(T("所有项目都已叫过；要再议，把光标移过去按 L。"))
        elif coming.presiding is None or coming.presiding[0] == me:
            self._call(coming.next)
        elif now is not None and now.presiding is not None and now.presiding[0] == me:
            from models.services import room

            name, no = coming.presiding[0], coming.next
            self.do(T("已结束讨论；下一项 {no} 由{name}主持。", no=no, name=name), room.close_item)
        else:
            self.say(T("下一项 {no} 由{name}主持。", no=coming.next, name=coming.presiding[0]))

    def action_close_item(self) -> None:
        """End the discussion: who was recused may come back."""
        from models.services import room

        self.do(T("已结束讨论，回避的人可以回来。"), room.close_item)

    def action_item_order(self) -> None:
        """Choose the order of items; each says how often people would go in and out."""
        office, actor, meeting = self.acting

        def read() -> list[UpcomingView]:
            from models.queries.room import upcoming

            return [upcoming(office, actor, meeting, order) for order in ItemOrder]

        self.read(read, self._choose_order, "order")

    def _choose_order(self, orders: Sequence[UpcomingView]) -> None:
        options = [Option(one.order.value, label(one.order), str(moves_words(one))) for one in orders]
        chosen = self.look.upcoming.order.value if self.look.upcoming is not None else None
        self.ask(ChooseDialog(T("叫项次序"), options, chosen=chosen), lambda key: self._set_order(ItemOrder(key)))

    def _set_order(self, order: ItemOrder) -> None:
        from models.services import room

        self.do(T("叫项次序：{order}。", order=label(order)), room.set_order, order)

    def action_step_out(self) -> None:
        """Record that somebody stepped out of the room, or is back."""
        out = self.look.room.away if self.look.room is not None else ()
        seats = [one for one in self.look.meeting.seats if one.signed_in_at is not None and one.absent_at is None]
        options = [Option(one.name, one.name, str(T("在外，记为回来") if one.name in out else "")) for one in seats]
        self.ask(
            ChooseDialog(T("谁离开或回到会场"), options),
            lambda name: self._came_back(name) if name in out else self._ask_why(name),
        )

    def _ask_why(self, name: str) -> None:
        from models.services import room

        field = Field("reason", str(T("缘由")), hint=str(T("可以不写")))
        about = T("离开和回来的时间写入会议纪要；因回避离场的不用记。")
        self.ask(
            AskDialog(T("{name}离开会场", name=name), (field,), about=about),
            lambda answers: self.do(T("已记录{name}离开会场。", name=name), room.step_out, name, answers["reason"]),
        )

    def _came_back(self, name: str) -> None:
        from models.services import room

        self.do(T("已记录{name}回到会场。", name=name), room.come_back, name)


def moves_words(coming: UpcomingView) -> Text:
    """How often people go in and out with an order."""
    if coming.moves == coming.least:
        return T("进出 {moves} 人次，已是最少", moves=coming.moves)
    return T("进出 {moves} 人次", moves=coming.moves)


def room_lines(look: Look) -> list[Line]:
    """Above the ranking: what is discussed, who leaves, who stays out, who may return; to the chairs, what is next."""
    room = look.room
    if room is None:
        return []
    lines: list[Line] = []
    if room.no is not None and room.is_out(look.meeting.me):
        lines.append((Cell(str(T("您已回避本项，请离场；讨论结束后再回来。")), Tone.WARNING),))
    lines.append(tuple(_now(room)))
    people = [cell for words, tone in people_words(room) for cell in (Cell(str(words), tone), _GAP)]
    if room.no is not None and not (room.leave or room.stay_out or room.may_return or room.stepped_out):
        lines[-1] = (*lines[-1], _GAP, *people)
    elif people:
        lines.append(tuple(people))
    if look.upcoming is not None:
        lines.append((Cell(str(next_words(look.upcoming)), Tone.MUTED),))
    return lines


def _now(room: RoomView) -> Iterator[Cell]:
    if room.no is None:
        yield Cell(str(T("现在没有叫项。")), Tone.MUTED)
        return
    yield Cell(str(T("现在讨论")), Tone.MUTED)
    yield Cell(f" {room.no} {room.enterprise}", Tone.ACCENT)
    yield Cell(f"   {presiding_words(room)}", Tone.PLAIN)
    if room.since is not None:
        yield Cell(f"   {T('{time} 开始', time=hour(room.since))}", Tone.MUTED)


def presiding_words(room: RoomView) -> Text:
    """Who presides over what is discussed; that it is the deputy says that the chair is recused."""
    if room.presiding is None:
        return T("组长、副组长都回避")
    name, role = room.presiding
    return T("{name}主持（{role}）", name=name, role=label(role)) if role is Role.DEPUTY else T("{name}主持", name=name)


def people_words(room: RoomView) -> Iterator[tuple[Text, Tone]]:
    """Who leaves, stays out, may come back, stepped out; or that nobody is recused."""
    groups = (
        (T("请离场：{names}", names="、".join(room.leave)), room.leave, Tone.WARNING),
        (T("仍在外：{names}", names="、".join(room.stay_out)), room.stay_out, Tone.PLAIN),
        (T("可回来：{names}", names="、".join(room.may_return)), room.may_return, Tone.ACCENT),
        (T("暂离：{names}", names="、".join(room.stepped_out)), room.stepped_out, Tone.MUTED),
    )
    yield from ((words, tone) for words, names, tone in groups if names)
    if room.no is not None and not room.leave and not room.stay_out:
        yield T("无人回避"), Tone.MUTED


def next_words(coming: UpcomingView) -> Text:
    """What comes next in the order chosen, and who presides there."""
    if coming.next is None:
        return T("所有项目都已叫过。")
    if coming.presiding is not None and coming.presiding[1] is Role.DEPUTY:
        words = T("下一项 {no}（{name}主持）", no=coming.next, name=coming.presiding[0])
    else:
        words = T("下一项 {no}", no=coming.next)
    return T(
        "{next}，还有 {count} 项，{order}，{moves}",
        next=words,
        count=len(coming.nos),
        order=label(coming.order),
        moves=moves_words(coming),
    )
