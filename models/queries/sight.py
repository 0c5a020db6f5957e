"""Which of a meeting's applications are closed to who looks: those one is recused from, those of other panels."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.enums import Role
from models.queries.base import Standing

_RECUSED = text("SELECT a.no FROM recusal r JOIN application a ON a.id = r.application_id WHERE r.seat_id = :seat")
_FOREIGN = text(
    "SELECT a.no FROM item i JOIN application a ON a.id = i.application_id "
    "WHERE i.meeting_id = :meeting AND i.panel_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM panel_seat ps WHERE ps.panel_id = i.panel_id AND ps.seat_id = :seat)"
)


def recused_nos(connection: Connection, stands: Standing) -> frozenset[str]:
    """The numbers of the applications that the person looking is recused from."""
    return frozenset(connection.execute(_RECUSED, {"seat": stands.seat_id}).scalars())


def foreign_nos(connection: Connection, stands: Standing) -> frozenset[str]:
    """The numbers of the applications whose results are not for who looks: to an expert, those of other panels."""
    if stands.role is not Role.EXPERT:
        return frozenset()
    who = {"meeting": stands.meeting_id, "seat": stands.seat_id}
    return frozenset(connection.execute(_FOREIGN, who).scalars())
