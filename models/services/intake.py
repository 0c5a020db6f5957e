"""Take rosters in: each file is one act, all of it or nothing, with one audit entry.

Files are read and parsed before the write lock is taken; under it only comparing and writing is left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text, update

from models.documents.cells import Value
from models.documents.reading import read_source
from models.documents.roster_columns import INVESTMENTS
from models.documents.roster_in import Roster, read_roster
from models.documents.roster_plan import (
    Change,
    Known,
    KnownEnterprise,
    Recorded,
    RosterPlan,
    Update,
    plan_roster,
    written_notes,
)
from models.enums import Phase
from models.errors import BadInput, Fault, WrongUse
from models.policy.types import Policy
from models.queries.base import Office
from models.services.acting import Act, acting
from models.services.bulk import insert_rows, uncollected
from models.tables.all import metadata
from models.text import T
from models.views.people import Actor

ACT = "roster.import"

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)

_FIELDS = {
    "track": "track",
    "district": "district",
    "industry": "industry",
    "current_level": "current_level",
    "target_level": "target_level",
    "completion_year": "completion_year",
    "prior_support": "prior_support_fen",
    "prior_investment": "prior_investment_fen",
    "central_support": "central_support",
    "pilot_2022": "pilot_2022",
    "dishonest": "dishonest",
    "other_exclusion": "other_exclusion",
    "recommendation": "recommended",
    "filing_no": "filing_no",
    "preliminary": "preliminary_passed",
    "summary": "summary",
    "materials": "materials",
    "contact": "contact",
    "phone": "phone",
    "remark": "remark",
}
"""Columns of a roster that are fields of the application itself."""

_NOTHING: dict[str, Value] = {
    "current_level": None,
    "target_level": None,
    "completion_year": None,
    "recommendation": None,
    "preliminary": None,
    **dict.fromkeys(("filing_no", "summary", "materials", "contact", "phone", "remark"), ""),
}
"""What a new application has where the roster has no such column."""


@dataclass(frozen=True)
class RosterImport:
    """What one file did: the numbers of new applications, what changed in others, and how many rows changed nothing."""

    file: str
    sheet: str
    added: tuple[str, ...]
    updated: tuple[Change, ...]
    unchanged: int
    extra_columns: tuple[str, ...]


class PartlyImported(BadInput):
    """Some files of several were bad; those in `imported` were taken."""

    def __init__(self, faults: list[Fault], imported: Sequence[RosterImport]) -> None:
        super().__init__(faults)
        self.imported = tuple(imported)
        files = "、".join(one.file for one in imported)
        self.text = T("文件有 {count} 处问题，有问题的文件没有导入；已导入：{files}。", count=len(faults), files=files)


class _Rehearsed(Exception):
    """A dry run is over: what it wrote is undone."""


def import_roster(
    office: Office, actor: Actor, files: Sequence[Path], batch: str, *, dry_run: bool = False
) -> tuple[RosterImport, ...]:
    """Import rosters into a batch, each file all or nothing; a dry run does the same and undoes it.

    Raises `WrongUse` for an unknown batch or an unreadable path (before anything is done), `BadInput` with the faults
    of all bad files (`PartlyImported` if other files were taken), `NotPermitted`.
    """
    policy = _policy(office, batch)
    done: list[RosterImport] = []
    faults: list[Fault] = []
    with uncollected():
        rosters = [_read(path, policy) for path in files]
        take = _rehearse if dry_run else _import
        take(office, actor, rosters, batch, policy, done, faults)
    if faults:
        raise PartlyImported(faults, done) if done and not dry_run else BadInput(faults)
    return tuple(done)


def _read(path: Path, policy: Policy) -> Roster | BadInput:
    """A file as read, or what is wrong with it: told only to who may import at all."""
    try:
        return read_roster(read_source(path), policy)
    except BadInput as bad:
        return bad


def _import(
    office: Office,
    actor: Actor,
    rosters: Iterable[Roster | BadInput],
    batch: str,
    policy: Policy,
    done: list[RosterImport],
    faults: list[Fault],
) -> None:
    """Take each file in an act of its own."""
    for roster in rosters:
        try:
            with acting(office, actor, ACT) as act:
                taken, plan = _take(act.connection, roster, batch, policy)
                _record(act, taken, batch, plan)
        except BadInput as bad:
            faults += bad.faults
        else:
            done.append(_summary(taken, plan))


def _rehearse(
    office: Office,
    actor: Actor,
    rosters: Iterable[Roster | BadInput],
    batch: str,
    policy: Policy,
    done: list[RosterImport],
    faults: list[Fault],
) -> None:
    """Take all files in one transaction, so that each sees those before it, and undo it."""
    try:
        with acting(office, actor, ACT) as act:
            for roster in rosters:
                try:
                    done.append(_summary(*_take(act.connection, roster, batch, policy)))
                except BadInput as bad:
                    faults += bad.faults
            raise _Rehearsed
    except _Rehearsed:
        return


def _policy(office: Office, batch: str) -> Policy:
    with office.database.reading() as connection:
        found = connection.execute(text("SELECT policy_file_id FROM batch WHERE id = :id"), {"id": batch}).scalar()
        if found is None:
            raise WrongUse("unknown_batch", T("没有批次 {batch}。", batch=batch))
        return office.policy(connection, found)


def _take(connection: Connection, roster: Roster | BadInput, batch: str, policy: Policy) -> tuple[Roster, RosterPlan]:
    """Compare a file with what is recorded and write it; every `BadInput` comes before the first write."""
    if isinstance(roster, BadInput):
        raise roster
    plan = plan_roster(roster, known(connection, batch), policy.admission.per_enterprise)
    enterprises = _write_enterprises(connection, plan)
    _write_added(connection, batch, plan, enterprises)
    _write_updated(connection, plan.updated)
    return roster, plan


def _summary(roster: Roster, plan: RosterPlan) -> RosterImport:
    table = roster.table
    added = tuple(no for no, _ in plan.added)
    return RosterImport(table.file, table.sheet, added, plan.changes, plan.unchanged, tuple(table.extras))


def _record(act: Act, roster: Roster, batch: str, plan: RosterPlan) -> None:
    before: dict[str, dict[str, Any]] = {}
    after: dict[str, dict[str, Any]] = {}
    for one in plan.updated:
        no, old, new = one.recorded.no, one.recorded, one.row
        before[no] = {key: old.values[key] for key in one.keys}
        after[no] = {key: new.values[key] for key in one.keys}
        if one.notes != old.notes:
            before[no]["notes"], after[no]["notes"] = dict(old.notes), dict(one.notes)
    act.record(
        batch,
        before={"updated": before},
        after={
            "file": roster.table.file,
            "sheet": roster.table.sheet,
            "sha256": roster.digest,
            "added": len(plan.added),
            "updated": after,
            "unchanged": plan.unchanged,
        },
    )


# ── what is recorded ──────────────────────────────────────────────────────


def known(connection: Connection, batch: str) -> Known:
    """What a roster of a batch is compared with."""
    enterprise, application = _table("enterprise"), _table("application")
    item, meeting, investment = _table("item"), _table("meeting"), _table("investment")
    joined = application.join(enterprise).outerjoin(item, item.c.application_id == application.c.id)
    joined = joined.outerjoin(meeting, meeting.c.id == item.c.meeting_id)
    columns = (
        application,
        enterprise.c.uscc,
        enterprise.c.name.label("enterprise"),
        enterprise.c.size,
        meeting.c.id.label("meeting"),
        meeting.c.phase,
    )
    spent: dict[int, dict[str, Value]] = {}
    amounts = select(investment).join_from(investment, application).where(application.c.batch_id == batch)
    for application_id, kind, amount_fen in connection.execute(amounts):
        spent.setdefault(application_id, {})[kind] = amount_fen
    rows = connection.execute(select(*columns).select_from(joined).where(application.c.batch_id == batch)).mappings()
    applications = tuple(
        Recorded(
            row["id"],
            row["no"],
            {
                **{key: row[field] for key, field in _FIELDS.items()},
                **{key: row[key] for key in ("uscc", "enterprise", "size")},
                **{kind: spent.get(row["id"], {}).get(kind, 0) for kind in INVESTMENTS},
            },
            json.loads(row["notes"] or "{}"),
            row["meeting"],
            row["phase"] not in (None, Phase.PREPARING),
        )
        for row in rows
    )
    other = select(application.c.no, application.c.batch_id).where(application.c.batch_id != batch)
    elsewhere = {row.no: row.batch_id for row in connection.execute(other)}
    return Known(batch, applications, elsewhere, _known_enterprises(connection))


def _known_enterprises(connection: Connection) -> dict[str, KnownEnterprise]:
    deciding = connection.execute(
        text(
            "SELECT DISTINCT a.enterprise_id FROM application a JOIN item i ON i.application_id = a.id "
            "JOIN meeting m ON m.id = i.meeting_id WHERE m.phase NOT IN (:preparing, :archived)"
        ),
        {"preparing": Phase.PREPARING.value, "archived": Phase.ARCHIVED.value},
    )
    frozen = set(deciding.scalars())
    rows = connection.execute(select(_table("enterprise")))
    return {row.uscc: KnownEnterprise({"enterprise": row.name, "size": row.size}, row.id in frozen) for row in rows}


# ── writing ───────────────────────────────────────────────────────────────


def _write_enterprises(connection: Connection, plan: RosterPlan) -> dict[str, int]:
    """Write new and changed enterprises; returns every enterprise's id by its credit code."""
    enterprise = _table("enterprise")
    ids = _enterprise_ids(connection)
    new = [(uscc, *values) for uscc, values in plan.enterprises.items() if uscc not in ids]
    changed = [
        {"key": ids[uscc], "name": name, "size": size} for uscc, (name, size) in plan.enterprises.items() if uscc in ids
    ]
    if changed:
        connection.execute(update(enterprise).where(enterprise.c.id == bindparam("key")), changed)
    insert_rows(connection, enterprise, ("uscc", "name", "size"), new)
    return _enterprise_ids(connection) if new else ids


def _enterprise_ids(connection: Connection) -> dict[str, int]:
    return {uscc: id_ for id_, uscc in connection.execute(text("SELECT id, uscc FROM enterprise"))}


def _write_added(connection: Connection, batch: str, plan: RosterPlan, enterprises: dict[str, int]) -> None:
    pick = itemgetter(*_FIELDS)
    rows = [
        (
            no,
            batch,
            enterprises[str(row.values["uscc"])],
            *pick(_NOTHING | row.values),
            _notes(written_notes(row.notes)),
        )
        for no, row in plan.added
    ]
    insert_rows(
        connection, _table("application"), ("no", "batch_id", "enterprise_id", *_FIELDS.values(), "notes"), rows
    )
    found = connection.execute(text("SELECT id, no FROM application WHERE batch_id = :batch"), {"batch": batch})
    ids = {no: id_ for id_, no in found}
    sorted_kinds = sorted(INVESTMENTS)  # the order of the primary key
    amounts = [(ids[no], kind, row.values[kind]) for no, row in plan.added for kind in sorted_kinds]
    insert_rows(connection, _table("investment"), ("application_id", "kind", "amount_fen"), amounts)


def _write_updated(connection: Connection, updates: Iterable[Update]) -> None:
    application, investment = _table("application"), _table("investment")
    of_application = application.c.id == bindparam("key")
    of_investment = (investment.c.application_id == bindparam("key")) & (investment.c.kind == bindparam("of_kind"))
    fields: list[dict[str, Any]] = []
    amounts: list[dict[str, Any]] = []
    for one in updates:
        values = {**one.recorded.values, **one.row.values}
        own = {field: values[key] for key, field in _FIELDS.items()}
        fields.append({"key": one.recorded.id, **own, "notes": _notes(one.notes)})
        amounts += [
            {"key": one.recorded.id, "of_kind": kind, "amount_fen": one.row.values[kind]}
            for kind in INVESTMENTS
            if kind in one.keys
        ]
    if fields:
        connection.execute(update(application).where(of_application), fields)
    if amounts:
        connection.execute(update(investment).where(of_investment), amounts)


def _notes(notes: Mapping[str, str]) -> str:
    return _JSON.encode(notes) if notes else ""


def _table(name: str) -> Table:
    return metadata.tables[name]
