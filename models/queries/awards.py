"""Frozen lists with their awards and signatures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from models.enums import Kind, ListKind, Role
from models.queries.applications import name_of, rows
from models.queries.base import Office, Reading, reading
from models.queries.bounds import source_shares
from models.queries.listing import pending_list, wanted_signatures
from models.queries.publicity import pending_items
from models.queries.supports import supports
from models.rules.digest import short
from models.rules.sources import split_derivation, total_derivation
from models.text import T
from models.views.derivation import Derivation
from models.views.listing import AwardListView, AwardView, PublishedItem, SignatureView
from models.views.people import Actor


def award_lists(office: Office, actor: Actor, meeting: str) -> tuple[AwardListView, ...]:
    """The frozen lists of a meeting, oldest first."""
    with reading(office, actor, "awards.read", meeting) as look:
        lists = look.connection.execute(
            text("SELECT * FROM award_list WHERE meeting_id = :meeting ORDER BY version"), {"meeting": meeting}
        ).all()
        return tuple(_list(look, row) for row in lists)


def coming_awards(office: Office, actor: Actor, meeting: str) -> tuple[PublishedItem, ...]:
    """The proposed applications that no frozen list holds yet, by number: what the next version may take up.

    `held`: an open objection holds it back.
    """
    with reading(office, actor, "awards.read", meeting) as look:
        return pending_items(look, pending_list(look.connection, look.standing))


def award_derivations(
    office: Office, actor: Actor, meeting: str, no: str | None = None
) -> Mapping[str, tuple[Derivation, ...]]:
    """By application how its amount came about, of one or of all; of those on a frozen list also its sources.

    Applications without an amount are left out.
    """
    with reading(office, actor, "awards.read", meeting) as look:
        found = rows(look.connection, "i.meeting_id = :meeting", {"meeting": meeting})
        wanted = [row for row in found if no in (None, row.no)]
        kind = look.connection.execute(text("SELECT kind FROM meeting WHERE id = :id"), {"id": meeting}).scalar_one()
        amounts = supports(look.connection, look.policy, Kind(kind), wanted)
        batch = {"batch": look.standing.batch_id}
        shares = source_shares(
            look.connection.execute(text("SELECT sources FROM batch WHERE id = :batch"), batch).scalar()
        )
        frozen: dict[int, int] = {
            row.application_id: row.amount_fen
            for row in look.connection.execute(
                text(
                    "SELECT w.application_id, w.amount_fen FROM award w JOIN award_list l ON l.id = w.award_list_id "
                    "WHERE l.meeting_id = :meeting AND w.amount_fen IS NOT NULL"
                ),
                {"meeting": meeting},
            )
        }
        derived: dict[str, tuple[Derivation, ...]] = {}
        for row in wanted:
            told = [one for one in (amounts[row.id].derivation,) if one is not None]
            if row.id in frozen and shares:
                told.append(split_derivation(frozen[row.id], shares, look.policy.sources))
            if told:
                derived[row.no] = tuple(told)
        return derived


def list_derivation(view: AwardListView) -> Derivation:
    """How the total of a frozen list came about."""
    document = T("第 {version} 版名单 {digest}", version=view.version, digest=short(view.digest))
    return total_derivation(len(view.awards), view.total_fen, dict(view.sources), document)


def _list(look: Reading, row: Any) -> AwardListView:
    names = {source.code: source.name for source in look.policy.sources}
    awards = tuple(_award(look, award, names) for award in _awards(look, row.id))
    sums: dict[str, int] = {}
    for award in awards:
        for source, fen in award.sources:
            sums[source] = sums.get(source, 0) + fen
    return AwardListView(
        row.meeting_id,
        row.version,
        ListKind(row.kind),
        row.digest,
        row.frozen_at,
        awards,
        sum(award.amount_fen or 0 for award in awards),
        _signatures(look, row.id),
        tuple(sums.items()),
    )


def _awards(look: Reading, list_id: int) -> Any:
    return look.connection.execute(
        text(
            "SELECT a.no, e.name, e.uscc, a.district, a.industry, a.track, w.amount_fen, w.sources FROM award w "
            "JOIN application a ON a.id = w.application_id JOIN enterprise e ON e.id = a.enterprise_id "
            "WHERE w.award_list_id = :id ORDER BY a.no"
        ),
        {"id": list_id},
    )


def _award(look: Reading, row: Any, names: dict[str, str]) -> AwardView:
    return AwardView(
        row.no,
        row.name,
        row.uscc,
        name_of(look.policy.district(row.district), row.district),
        name_of(look.policy.industry(row.industry), row.industry),
        name_of(look.policy.track(row.track), row.track),
        row.amount_fen,
        tuple((names.get(code, code), fen) for code, fen in json.loads(row.sources).items()),
    )


def _signatures(look: Reading, list_id: int) -> tuple[SignatureView, ...]:
    signed = {
        Role(row.role): row
        for row in look.connection.execute(
            text("SELECT role, name, at FROM signature WHERE award_list_id = :id"), {"id": list_id}
        )
    }
    holders: dict[str, str] = {
        row.role: row.name
        for row in look.connection.execute(
            text("SELECT role, name FROM seat WHERE meeting_id = :meeting"), {"meeting": look.standing.meeting_id}
        )
    }
    return tuple(
        SignatureView(role, signed[role].name, signed[role].at)
        if role in signed
        else SignatureView(role, holders.get(role, ""), None)
        for role in wanted_signatures(look.connection, list_id)
    )
