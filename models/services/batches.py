"""Batches: one round of the office's policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from sqlalchemy import text

from models.errors import Refused, WrongUse
from models.policy.types import Policy
from models.queries.base import Office
from models.queries.supports import limits_json
from models.rules.standards import Limit, limit_faults
from models.services.acting import acting
from models.tables.batches import Batch
from models.text import T
from models.views.meeting import BatchView
from models.views.people import Actor


def new_batch(
    office: Office,
    actor: Actor,
    batch_id: str,
    quota: int,
    *,
    budget_fen: int | None = None,
    sources: Mapping[str, Fraction] | None = None,
    opens: date | None = None,
    closes: date | None = None,
    limits: Mapping[str, Limit] | None = None,
) -> None:
    """Open a batch: its places, its budget in fen, the shares of its fund sources (they add up to 1), its window.

    `limits` are what its notice lays down below the measure, by track: `Refused` where they are not below it.
    """
    check_id(batch_id)
    if quota < 1:
        raise WrongUse("quota_low", T("批次配额至少为 1，现为 {quota}。", quota=quota))
    if budget_fen is not None and budget_fen < 1:
        raise WrongUse("budget_low", T("批次预算须大于 0。"))
    if opens is not None and closes is not None and closes < opens:
        raise WrongUse("window", T("受理截止日 {closes} 早于开始日 {opens}。", closes=closes, opens=opens))
    with acting(office, actor, "batch.new") as act:
        if act.connection.execute(text("SELECT 1 FROM batch WHERE id = :id"), {"id": batch_id}).scalar():
            raise Refused("batch_exists", T("批次 {batch} 已经存在。", batch=batch_id))
        policy_file = act.connection.execute(text("SELECT MAX(id) FROM policy")).scalar_one()
        policy = office.policy(act.connection, policy_file)
        known = [source.code for source in policy.sources]
        unknown = [code for code in sources or {} if code not in known]
        if unknown:
            raise WrongUse(
                "unknown_source",
                T("没有资金来源 {codes}，可用：{known}。", codes="、".join(unknown), known="、".join(known)),
            )
        if sources and sum(sources.values()) != 1:
            raise WrongUse("source_shares", T("各资金来源的比例之和应为 1。"))
        kept = _kept_limits(policy, limits or {})
        act.session.add(
            Batch(
                id=batch_id,
                policy_file_id=policy_file,
                quota=quota,
                budget_fen=budget_fen,
                opens=opens,
                closes=closes,
                sources=json.dumps({code: str(share) for code, share in sources.items()}) if sources else None,
                limits=kept,
            )
        )
        act.record(
            batch_id,
            after={
                "quota": quota,
                "budget_fen": budget_fen,
                "sources": {k: str(v) for k, v in (sources or {}).items()},
                "limits": json.loads(kept) if kept else {},
            },
        )


def _kept_limits(policy: Policy, limits: Mapping[str, Limit]) -> str | None:
    faults = []
    for code, limit in limits.items():
        track = policy.track(code)
        if track is None:
            raise WrongUse("unknown_track", T("没有支持方向“{track}”。", track=code))
        faults += limit_faults(track, limit)
    if faults:
        raise Refused("limit_above", T("批次标准只能低于办法：{why}。", why="；".join(map(str, faults))))
    return limits_json(limits) if limits else None


def check_id(value: str) -> None:
    """Refuse an identifier that could not stand in a command or a file name."""
    if not value or len(value) > 40 or any(not c.isprintable() or c in ' /\\:*?"<>|' for c in value):
        raise WrongUse("bad_id", T('编号“{value}”不可用：须 1–40 字，不含空格和 / \\ : * ? " < > |。', value=value))


def batches(office: Office) -> tuple[BatchView, ...]:
    """All batches with the number of their applications."""
    with office.database.reading() as connection:
        found = connection.execute(
            text(
                "SELECT b.*, p.title, (SELECT COUNT(*) FROM application a WHERE a.batch_id = b.id) AS applications "
                "FROM batch b JOIN policy p ON p.id = b.policy_file_id ORDER BY b.id"
            )
        )
        return tuple(
            BatchView(
                row.id,
                row.title,
                row.quota,
                row.budget_fen,
                str(row.opens) if row.opens else None,
                str(row.closes) if row.closes else None,
                tuple(json.loads(row.sources).items()) if row.sources else (),
                row.applications,
            )
            for row in found
        )
