"""Who sits at a desk, and who may."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.enums import Origin, Phase, Role


@dataclass(frozen=True)
class Keys:
    """The opened private keys of a person (32 bytes each): what opens boxes, and what signs. Kept in memory only."""

    box: bytes = field(repr=False)
    sign: bytes = field(repr=False)


@dataclass(frozen=True)
class PublicKeys:
    """Their public halves."""

    box: bytes
    sign: bytes


@dataclass(frozen=True)
class Actor:
    """Who sits at a desk: a person of the office (`user_id`) or the holder of a seat (`seat_id`, `meeting`).

    `desk` is the sitting that the acts come from; None for a single command. `keys` are there where the person has
    given the own phrase at this desk.
    """

    name: str
    role: Role
    user_id: int | None = None
    seat_id: int | None = None
    meeting: str | None = None
    desk: int | None = None
    keys: Keys | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Presence:
    """A desk somebody sits at, or sat at last: `place` says where; `here` that it still gives signs of life."""

    place: str
    since: str
    seen_at: str
    here: bool


@dataclass(frozen=True)
class DoorPerson:
    """Somebody who may sign in. `fresh`: has no own secret yet, so the code is asked for; `presence`: where now.

    `phrase`: the own secret is a phrase, which opens the person's keys.
    """

    name: str
    role: Role
    office: bool
    fresh: bool
    signed_in: bool
    absent: bool
    presence: Presence | None
    phrase: bool


@dataclass(frozen=True)
class DoorMeeting:
    """A meeting at the door, with its seats."""

    id: str
    title: str
    phase: Phase
    batch: str
    applications: int
    people: tuple[DoorPerson, ...]


@dataclass(frozen=True)
class DoorView:
    """What anybody sees before signing in: the meetings, newest first, and the people of the office."""

    meetings: tuple[DoorMeeting, ...]
    office: tuple[DoorPerson, ...]


@dataclass(frozen=True)
class SeatView:
    """A seat: who sits there, whether it marks, whether signed in.

    `due` and `done` count its sheets and tell nothing of their marks. `wrong_tries` and `locked_until` are told to who
    does something about them, and unset for all others.
    """

    name: str
    role: Role
    origin: Origin
    marks: bool
    office: bool
    signed_in_at: str | None
    absent_at: str | None
    absent_reason: str
    due: int
    done: int
    recused: tuple[str, ...]
    presence: Presence | None
    wrong_tries: int = 0
    locked_until: str | None = None
