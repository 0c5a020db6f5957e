"""The room in deliberation, and what was discussed in it."""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import ItemOrder, Role


@dataclass(frozen=True)
class Span:
    """A time in which somebody was out, as two kept stamps; `until` None: still."""

    name: str
    since: str
    until: str | None
    reason: str = ""


@dataclass(frozen=True)
class RoomView:
    """The room now. `no` None: no application is called; then `may_return` are those recused from the last one.

    `presiding` is who presides over the application and as what; None where both chair and deputy are recused.
    `stepped_out` are outside for other reasons than recusal; `away` are they and those of the recused who are recorded
    so too.
    """

    no: str | None
    enterprise: str
    since: str | None
    presiding: tuple[str, Role] | None
    leave: tuple[str, ...]
    stay_out: tuple[str, ...]
    may_return: tuple[str, ...]
    stepped_out: tuple[str, ...]
    away: tuple[str, ...]

    def is_out(self, name: str) -> bool:
        """Whether somebody is recused from what is being discussed."""
        return name in self.leave or name in self.stay_out


@dataclass(frozen=True)
class UpcomingView:
    """The applications not yet called in this deliberation, in an order.

    `moves` is how often people go out and come in with it, `least` what no order can do without. `presiding` is who
    presides over the first, and as what.
    """

    order: ItemOrder
    nos: tuple[str, ...]
    called: int
    moves: int
    least: int
    presiding: tuple[str, Role] | None

    @property
    def next(self) -> str | None:
        """The application to be called next."""
        return self.nos[0] if self.nos else None


@dataclass(frozen=True)
class DiscussionView:
    """One discussion: from when to when (None: still), who presided, who left as recused, who was away otherwise."""

    no: str
    enterprise: str
    begun: str
    ended: str | None
    presiding: str
    left: tuple[Span, ...]
    away: tuple[Span, ...]
