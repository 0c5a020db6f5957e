"""Sitting down at a desk: who has proven who they are takes it, and is asked first if they sit at another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from models.rules.times import local_time
from models.text import T, Text
from screens.base import Desk
from screens.beginnings import Beginnings

if TYPE_CHECKING:
    from models.views.people import Actor, DoorMeeting, Presence


class KnownSecret(NamedTuple):
    """What need not be typed at a door: the own phrase or PIN, and the code that comes before it, if it is known."""

    own: str
    code: str | None = None


class Door(Desk, Protocol):
    """A desk at which nobody sits yet."""

    @property
    def offered(self) -> str | None:
        """Whose name is offered first."""
        ...

    @property
    def where(self) -> str:
        """Where this desk stands, as it is told at another one; blank for a desk that is nobody's."""
        ...

    def sit(self, actor: Actor, meeting: str | None) -> None:
        """Somebody has signed in and takes the desk."""
        ...

    def policies(self) -> list[str]:
        """The built-in policies a new database can start from."""
        ...

    def founding_phrase(self, policy: str) -> tuple[str, ...] | None:
        """Four words for the first person of a new database; None where the policy seals no marks. May take a while."""
        ...

    def found(self, policy: str, name: str, pin: str) -> None:
        """Create the database with its first person."""
        ...

    def known_secret(self, name: str, meeting: str | None) -> KnownSecret | None:
        """The secrets of a person of the sample meeting, where everybody may try every chair; else None."""
        ...


class SittingDown(Beginnings):
    """The part of the door that leads to a desk."""

    def __init__(self, desk: Door) -> None:
        super().__init__(desk)
        self.door = desk

    def sat(self, actor: Actor, meeting: DoorMeeting | None) -> None:
        """Somebody has taken the desk."""
        raise NotImplementedError

    def is_here(self, name: str) -> bool:
        """Whether a person of this name sits at this desk already."""
        return self.desk.actor is not None and self.desk.actor.name == name

    def take_desk(self, actor: Actor, meeting: DoorMeeting | None) -> None:
        """Sit down; whoever sits at another desk is asked first, for that one will be locked."""
        from models.queries.presence import presence_of
        from screens.dialogs.confirm import ConfirmDialog

        def found(elsewhere: Presence | None) -> None:
            if elsewhere is None or self.is_here(actor.name):
                self._sit_down(actor, meeting, over=False)
                return
            changes = (elsewhere_words(elsewhere), T("接管以后，那台终端立即锁定；那里已保存的都在。"))
            dialog = ConfirmDialog(T("接管{name}的席位", name=actor.name), changes, T("接管"))
            self.ask(dialog, lambda _yes: self._sit_down(actor, meeting, over=True))

        if self.door.where:
            self.read(lambda: presence_of(self.desk.office, actor), found, "presence")
        else:
            self.sat(actor, meeting)

    def _sit_down(self, actor: Actor, meeting: DoorMeeting | None, *, over: bool) -> None:
        from models.services.desks import take_desk

        office, where, former = self.desk.office, self.door.where, self.desk.actor
        here = meeting.id if meeting is not None else None
        self.write(
            lambda: take_desk(office, actor, here, where, over=over, former=former.desk if former else None),
            lambda seated: self.sat(seated, meeting),
        )


def elsewhere_words(presence: Presence) -> Text:
    """Where somebody sits at another desk, and since when."""
    time = local_time(presence.since).strftime("%H:%M")
    return T("该席位 {time} 起在另一台终端（{place}）上使用中。", time=time, place=presence.place)
