"""Sheets in boxes: what a draft or a handed-in sheet becomes where marks are sealed.

A draft is boxed to its expert alone; a sheet that is handed in is boxed to the epoch's key and to its expert. Both are
signed and of one length. While they are sealed the tables hold no mark, no total and no comment.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import text

from models import sealed
from models.enums import SheetState
from models.errors import Refused
from models.queries.sealing import holders, holders_missing, running_epoch
from models.queries.sheet_check import known_fingerprints
from models.services.acting import Act
from models.services.keys import own_keys
from models.text import T

HANDED_IN = (SheetState.SUBMITTED, SheetState.ABSTAINED)

_NEW_SHEET = text(
    "INSERT INTO score_sheet (meeting_id, application_id, seat_id, state, total_micro, comment, reason, voided, "
    "keyed_by, nonce, saved_at, revealed, sealed) VALUES (:meeting, :application, :seat, :state, NULL, '', :reason, "
    ":no, :keyed_by, '', :at, :no, :yes) RETURNING id"
)
_SAVE_SHEET = text(
    "UPDATE score_sheet SET state = :state, total_micro = NULL, comment = '', reason = :reason, nonce = '', "
    "keyed_by = :keyed_by, saved_at = :at, sealed = :yes WHERE id = :sheet"
)
_SET_BOX = text(
    "INSERT INTO sealed_sheet (sheet_id, version, key_pair_id, epoch_id, box, own_box) "
    "VALUES (:sheet, :version, :pair, :epoch, :box, NULL) ON CONFLICT (sheet_id) DO UPDATE SET "
    "version = excluded.version, key_pair_id = excluded.key_pair_id, epoch_id = excluded.epoch_id, "
    "box = excluded.box, own_box = excluded.own_box"
)
_GIVE_BACK = text("UPDATE sealed_sheet SET box = NULL, epoch_id = NULL WHERE sheet_id = :sheet")
_STATE = text("UPDATE score_sheet SET state = :state, reason = :reason, saved_at = :at WHERE id = :sheet")
_SHARE = text(
    "INSERT INTO epoch_share (epoch_id, pair, role, key_pair_id, box) VALUES (:epoch, :pair, :role, :key_pair, :box)"
)


def write_keyed(
    act: Act,
    *,
    sheet_id: int | None,
    application_id: int,
    seat_id: int,
    no: str,
    expert: str,
    version: int,
    state: SheetState,
    marks: Mapping[str, int],
    comment: str,
    reason: str,
    keyed_by: str,
) -> str:
    """Box another's sheet, keyed from paper, and keep it: signed by who acts, boxed to the epoch alone.

    Returns the digest of the box. Raises `NotPermitted` (no_keys), `Refused` (comment_long).
    """
    pair, keys = own_keys(act)
    epoch = running_epoch(act.connection, act.meeting_id)
    assert epoch is not None, "scoring began one"
    said = sealed.Sheet(act.meeting_id, epoch.number, expert, no, version, state.value, marks, comment, new_nonce())
    box = sealed.seal(bytes(epoch.public), sealed.pack_sheet(said, keys.sign))
    values = {"state": state.value, "reason": reason, "at": act.at, "yes": True, "no": False, "keyed_by": keyed_by}
    if sheet_id is None:
        new = {"meeting": act.meeting_id, "application": application_id, "seat": seat_id}
        sheet_id = int(act.connection.execute(_NEW_SHEET, values | new).scalar_one())
    else:
        act.connection.execute(_SAVE_SHEET, values | {"sheet": sheet_id})
    kept = {"sheet": sheet_id, "version": version, "pair": pair, "epoch": epoch.id, "box": box}
    act.connection.execute(_SET_BOX, kept)
    return digest_of(box, None)


def new_nonce() -> str:
    """128 random bits, new with every save: what keeps a digest of few marks from telling them."""
    return secrets.token_hex(16)


def give_back(act: Act, sheet_id: int, reason: str, own_box: bytes | None) -> str:
    """Give a handed-in sheet back, unseen: the box to the epoch goes, the expert's own stays. Returns the digest."""
    act.connection.execute(_GIVE_BACK, {"sheet": sheet_id})
    returned = {"state": SheetState.RETURNED.value, "reason": reason, "at": act.at, "sheet": sheet_id}
    act.connection.execute(_STATE, returned)
    return digest_of(None, own_box)


def digest_of(box: bytes | None, own_box: bytes | None) -> str:
    """What the audit trail says of a sealed sheet: the digest of the box to the epoch, else of the expert's own."""
    return sealed.box_digest(bytes(box if box is not None else own_box or b""))


def open_epoch(act: Act) -> dict[str, object]:
    """Begin an epoch: a new key, its halves boxed to the holders, the key itself forgotten. For the audit entry.

    Raises `Refused` (holders_missing), or (keys_changed) where a holder's keys are not those that signed in.
    """
    missing = holders_missing(act.connection, act.meeting_id)
    if missing:
        raise Refused("holders_missing", T("还没有人保管封存密钥，不能开始评分。"))
    people = holders(act.connection, act.meeting_id)
    known = known_fingerprints(act.connection)
    strange = [h.name for found in people.values() for h in found if sealed.fingerprint(h.public) not in known]
    if strange:
        raise Refused(
            "keys_changed",
            T("{names}的公钥与审计记录不符，不能封存分数。", names="、".join(strange)),
            lift=T("请秘书重发验证码，由本人重新设定口令。"),
        )
    before = running_epoch(act.connection, act.meeting_id)
    number = before.number + 1 if before is not None else 1
    public, shares = sealed.new_epoch()
    epoch = act.connection.execute(
        text(
            "INSERT INTO epoch (meeting_id, number, public, opened_at) VALUES (:meeting, :number, :public, :at) "
            "RETURNING id"
        ),
        {"meeting": act.meeting_id, "number": number, "public": public, "at": act.at},
    ).scalar_one()
    kept = [
        {
            "epoch": epoch,
            "pair": share.pair,
            "role": share.role.value,
            "key_pair": holder.pair,
            "box": sealed.seal(holder.public.box, share.value),
        }
        for share in shares
        for holder in people[share.role]
    ]
    act.connection.execute(_SHARE, kept)
    named = {role.value: [holder.name for holder in found] for role, found in people.items()}
    return {"epoch": number, "key": public.hex(), "holders": named}
