"""The reveal of sealed marks: each holder gives the own shares, and the second opens every sheet, or none.

A share that was given can't be taken back. What does not open, or is not what its expert signed, is named, and then
nothing is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from models import sealed
from models.enums import Phase, Role, SheetState, label
from models.errors import KmdxError, NotPermitted, Refused
from models.policy.types import Rubric
from models.queries.base import Office
from models.queries.facts import facts
from models.queries.sealing import holders, released_roles, running_epoch
from models.queries.sheet_check import known_fingerprints, told_sheets
from models.rules import phases as rule
from models.rules.digest import sheet_digest
from models.rules.marks import check_mark, sheet_total
from models.services.acting import Act, acting
from models.services.keys import open_envelope, own_keys
from models.services.phases import lines, move
from models.text import T
from models.views.people import Actor, Keys, PublicKeys

_SHARES = text(
    "SELECT pair, role, box FROM epoch_share WHERE epoch_id = :epoch AND key_pair_id = :pair AND role = :role"
)
_RELEASE = text(
    "INSERT INTO epoch_release (epoch_id, pair, role, value, by, envelope, at) "
    "VALUES (:epoch, :pair, :role, :value, :by, :envelope, :at)"
)
_RELEASED = text("SELECT pair, role, value, by FROM epoch_release WHERE epoch_id = :epoch")
_BOXES = text(
    "SELECT s.id, s.state, a.no, t.name, b.version, b.box, k.sign_public, k.box_public, s.keyed_by "
    "FROM score_sheet s JOIN sealed_sheet b ON b.sheet_id = s.id JOIN key_pair k ON k.id = b.key_pair_id "
    "JOIN application a ON a.id = s.application_id JOIN seat t ON t.id = s.seat_id "
    "WHERE s.meeting_id = :meeting AND s.sealed AND s.state IN ('submitted', 'abstained') ORDER BY a.no, s.seat_id"
)
_OPEN = text(
    "UPDATE score_sheet SET sealed = :no, revealed = :yes, total_micro = :total, comment = :comment, nonce = :nonce "
    "WHERE id = :sheet"
)
_MARK = text("INSERT INTO mark (sheet_id, criterion_id, value_milli) VALUES (:sheet, :criterion, :value)")


@dataclass(frozen=True)
class Unsealed:
    """What a release did: whose shares are given now, and how many sheets it opened (None: one more is wanted)."""

    released: tuple[Role, ...]
    opened: int | None


def unseal(
    office: Office,
    actor: Actor,
    meeting: str,
    *,
    envelope_of: str = "",
    code: str = "",
    seen: tuple[Role, ...] | None = None,
) -> Unsealed:
    """Give the own shares of a meeting's key; the second holder's opens all sheets and begins deliberation.

    With `envelope_of` (a holder's name) and the `code` of that holder's envelope, the absent holder's. `seen`: who had
    given theirs when the actor agreed; who agreed to be the first does not reveal. Raises `Refused` (not_sealed,
    blocked, stale, already_released, same_person, boxes_wrong, no_envelope, envelope_wrong), `NotPermitted` (no_keys).
    """
    keys = _keys_of_envelope(office, actor, meeting, envelope_of, code) if envelope_of else actor.keys
    with acting(office, actor, "meeting.unseal", meeting) as act:
        if not act.policy.scoring.sealing:
            raise Refused("not_sealed", T("本次评审会的分数没有加密封存，由组长进入下一阶段即揭晓。"))
        if keys is None:
            raise sealed.no_keys(actor.name)
        found = rule.blockers(facts(office, act.connection, act.standing, act.policy))
        if found:
            raise Refused("blocked", T("不能揭晓：{why}", why=lines([b.text for b in found])))
        epoch = running_epoch(act.connection, meeting)
        assert epoch is not None, "an epoch begins with every scoring"
        if seen is not None:
            _must_be_as_seen(released_roles(act.connection, meeting), seen)
        role, pair = _holder(act, envelope_of)
        _release(act, epoch.id, role, pair, keys, bool(envelope_of))
        given = released_roles(act.connection, meeting)
        after: dict[str, Any] = {"released": role, "epoch": epoch.number}
        if envelope_of:
            after["envelope"] = envelope_of
        opened = None
        if len(given) > 1:
            digests = _open_all(act, epoch)
            opened = len(digests)
            move(act, Phase.DELIBERATING)
            after |= {"phase": Phase.DELIBERATING, "sheets": digests}
        act.record(meeting, before={"phase": Phase.SCORING}, after=after)
    return Unsealed(given, opened)


def _must_be_as_seen(given: tuple[Role, ...], seen: tuple[Role, ...]) -> None:
    since = [label(role) for role in given if role not in seen]
    if since:
        raise Refused(
            "stale",
            T("{roles}刚刚交出了密钥，再交一份就是揭晓。", roles="、".join(since)),
            lift=T("您的密钥没有交出；请看过再按一次。"),
        )


def _holder(act: Act, envelope_of: str) -> tuple[Role, int]:
    """As which holder the shares are given, and by which key pair."""
    people = holders(act.connection, act.meeting_id)
    if envelope_of:
        for role, found in people.items():
            for holder in found:
                if holder.name == envelope_of:
                    return role, holder.pair
        raise Refused("not_holder", T("{name}不保管本次评审会的密钥。", name=envelope_of))
    if act.standing.role not in sealed.HOLDERS:
        raise NotPermitted("not_holder", T("{name}不保管本次评审会的密钥。", name=act.standing.actor.name))
    pair, _ = own_keys(act)
    return act.standing.role, pair


def _keys_of_envelope(office: Office, actor: Actor, meeting: str, name: str, code: str) -> Keys:
    """The keys in an absent holder's envelope: opened before the lock, for it takes its time."""
    with office.database.reading() as connection:
        found = [h for people in holders(connection, meeting).values() for h in people if h.name == name]
        pair = None
        if found:
            pair = connection.execute(text("SELECT * FROM key_pair WHERE id = :id"), {"id": found[0].pair}).one()
    try:
        return open_envelope(pair, code, name)
    except Refused as refused:
        with acting(office, actor, "meeting.unseal", meeting):  # refused where acts are refused, and so audited
            raise refused


def _release(act: Act, epoch: int, role: Role, pair: int, keys: Keys, envelope: bool) -> None:
    """Open the shares of a holder and give them in clear."""
    given = act.connection.execute(_RELEASED, {"epoch": epoch}).all()
    if any(one.role == role for one in given):
        raise Refused("already_released", T("这一位保管人的密钥已经交出，还须另一位。"))
    me = act.standing.actor.name
    if any(one.by == me for one in given):
        raise Refused("same_person", T("两份密钥须由两个人交出，{name}已交过一份。", name=me))
    shares = act.connection.execute(_SHARES, {"epoch": epoch, "pair": pair, "role": role.value}).all()
    if not shares:
        raise Refused(
            "no_share",
            T("开始评分时{name}还没有密钥，本次由另两位保管人揭晓。", name=me),
        )
    try:
        opened = [(share.pair, sealed.unseal(keys.box, bytes(share.box))) for share in shares]
    except sealed.Unsealable as error:
        raise Refused("share_wrong", T("保管的密钥打不开：数据库中的密钥被改动。")) from error
    act.connection.execute(
        _RELEASE,
        [
            {
                "epoch": epoch,
                "pair": name,
                "role": role.value,
                "value": value,
                "by": me,
                "envelope": envelope,
                "at": act.at,
            }
            for name, value in opened
        ],
    )


def _open_all(act: Act, epoch: Any) -> dict[str, str]:
    """Open every sheet that was handed in; returns the digests of their marks for the audit entry."""
    shares = [
        sealed.Share(row.pair, Role(row.role), bytes(row.value))
        for row in act.connection.execute(_RELEASED, {"epoch": epoch.id})
    ]
    try:
        private = sealed.join(shares, bytes(epoch.public))
    except sealed.Unsealable as error:
        raise Refused("share_wrong", T("保管的密钥打不开：数据库中的密钥被改动。")) from error
    rows = act.connection.execute(_BOXES, {"meeting": act.meeting_id}).all()
    said, known = _receipts(act), known_fingerprints(act.connection)
    sheets: dict[int, sealed.Sheet] = {}
    wrong: list[str] = []
    for row in rows:
        sheet = _opened(act, epoch, private, row, said, known)
        if sheet is None:
            wrong.append(f"{row.no}/{row.name}")
        else:
            sheets[row.id] = sheet
    wrong += [f"{no}/{name}" for no, name in said if (no, name) not in {(row.no, row.name) for row in rows}]
    if wrong:
        raise Refused(
            "boxes_wrong",
            T("{sheets} 的密封评分表被换过、丢失或不是本人所交，一份也没有打开。", sheets="、".join(wrong)),
            lift=T("请组长退回这些评分表，由专家重新提交。"),
        )
    _keep_opened(act, epoch, private, sheets)
    return {f"{s.no}/{s.expert}": sheet_digest(s.nonce, s.state, s.marks) for s in sheets.values()}


def _opened(
    act: Act, epoch: Any, private: bytes, row: Any, said: dict[tuple[str, str], str], known: frozenset[str]
) -> sealed.Sheet | None:
    """What is in a box, if it is the one that its expert handed in last; else None."""
    if row.box is None or said.get((row.no, row.name)) != sealed.box_digest(bytes(row.box)):
        return None
    public = PublicKeys(bytes(row.box_public), bytes(row.sign_public))
    if sealed.fingerprint(public) not in known:
        return None
    try:
        sheet = sealed.unpack_sheet(sealed.unseal(private, bytes(row.box)), bytes(row.sign_public))
    except sealed.Unsealable:
        return None
    meant = (act.meeting_id, epoch.number, row.name, row.no, row.version, row.state)
    told = (sheet.meeting, sheet.epoch, sheet.expert, sheet.no, sheet.version, sheet.state)
    return sheet if meant == told and _are_marks(sheet, act.policy.rubric) else None


def _are_marks(sheet: sealed.Sheet, rubric: Rubric) -> bool:
    """Whether what was signed are marks of the rubric: a changed program could have signed anything."""
    codes = {criterion.code for criterion in rubric.criteria}
    if set(sheet.marks) != (codes if sheet.state == SheetState.SUBMITTED else set()):
        return False
    try:
        for criterion in rubric.criteria:
            if criterion.code in sheet.marks:
                check_mark(sheet.marks[criterion.code], criterion)
    except KmdxError:
        return False
    return True


def _receipts(act: Act) -> dict[tuple[str, str], str]:
    """The receipts of the sheets that are handed in and still sealed, by number and expert, as the trail tells them."""
    said: dict[tuple[str, str], str] = {}
    for told in told_sheets(act.connection, act.meeting_id):
        if told.handed_in:
            said[told.no, told.expert] = told.digest
        elif told.state is not None or told.act == "meeting.unseal":
            said.pop((told.no, told.expert), None)
    return said


def _keep_opened(act: Act, epoch: Any, private: bytes, sheets: dict[int, sealed.Sheet]) -> None:
    rubric, criteria = act.policy.rubric, act.office.criteria(act.connection, act.standing.policy_file_id or 0)
    opened = [
        {
            "sheet": key,
            "total": sheet_total(sheet.marks, rubric) if sheet.state == SheetState.SUBMITTED else None,
            "comment": sheet.comment,
            "nonce": sheet.nonce,
            "yes": True,
            "no": False,
        }
        for key, sheet in sheets.items()
    ]
    marks = [
        {"sheet": key, "criterion": criteria[code], "value": value}
        for key, sheet in sheets.items()
        for code, value in sheet.marks.items()
    ]
    if opened:
        act.connection.execute(_OPEN, opened)
    if marks:
        act.connection.execute(_MARK, marks)
    act.connection.execute(
        text("UPDATE epoch SET private = :private, revealed_at = :at WHERE id = :epoch"),
        {"private": private, "at": act.at, "epoch": epoch.id},
    )
