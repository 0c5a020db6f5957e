"""What every desk says of the room in deliberation, in its top line: which item is discussed, and who must leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.enums import Phase
from models.errors import KmdxError
from models.text import T

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.people import Actor
    from models.views.room import RoomView


def room_note(office: Office, actor: Actor, meeting: str, phase: Phase) -> str:
    """A few words about the room, to the person that sits here first of all; blank where there are none to say."""
    from models.queries.room import room

    if phase is not Phase.DELIBERATING:
        return ""
    try:
        return _words(room(office, actor, meeting), actor.name)
    except KmdxError:  # who may not see the room is told why by the screen itself
        return ""


def _words(room: RoomView, me: str) -> str:
    if me in room.may_return:
        return str(T("您可以回会场了"))
    if room.no is None:
        return ""
    if room.is_out(me):
        return str(T("讨论 {no}，您已回避，请离场", no=room.no))
    if room.leave:
        return str(T("讨论 {no}，请离场：{names}", no=room.no, names="、".join(room.leave)))
    return str(T("讨论 {no}", no=room.no))
