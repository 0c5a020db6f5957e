"""Signing the award list: the chair for the panel (the deputy where the chair is recused), finance after them."""

from __future__ import annotations

from sqlalchemy import text

from models.enums import Role, label
from models.errors import Refused
from models.queries.base import Office
from models.queries.listing import newest_list, unsigned_roles, wanted_signatures
from models.services.acting import acting
from models.text import T
from models.views.people import Actor


def sign_list(office: Office, actor: Actor, meeting: str) -> None:
    """Sign the newest list over its digest; finance countersigns only what the panel has signed."""
    with acting(office, actor, "awards.sign", meeting) as act:
        newest = newest_list(act.connection, act.standing)
        if newest is None:
            raise Refused("no_list", T("还没有定稿名单。"))
        role = act.standing.role
        if role not in wanted_signatures(act.connection, newest.id):
            raise Refused("not_wanted", T("这份名单不需要{role}签署。", role=label(role)))
        missing = unsigned_roles(act.connection, act.standing)
        if role not in missing:
            raise Refused("already_signed", T("{role}已签署这份名单。", role=label(role)))
        if role is Role.FINANCE and missing != (Role.FINANCE,):
            raise Refused("panel_first", T("请先由评审组签署，再由财政代表会签。"))
        act.connection.execute(
            text(
                "INSERT INTO signature (award_list_id, role, name, digest, at) "
                "VALUES (:list, :role, :name, :digest, :at)"
            ),
            {"list": newest.id, "role": role.value, "name": actor.name, "digest": newest.digest, "at": act.at},
        )
        act.record(f"{meeting}/{newest.version}", after={"role": role, "digest": newest.digest})
