"""What the audit trail tells of sheets, and whether the sheets, their boxes, keys and epochs are what it tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from models import sealed
from models.enums import SheetState
from models.policy.types import Rubric
from models.queries.base import Office
from models.rules.digest import sheet_digest
from models.rules.marks import sheet_total
from models.text import T
from models.views.audit import Finding, Receipt
from models.views.people import PublicKeys

OWN_SHEET_ACTS = ("marks.enter", "marks.submit", "marks.abstain", "marks.take_back")
"""Acts whose entry names the application alone: the sheet is the actor's. The others name application/expert."""

HANDED_IN = (SheetState.SUBMITTED, SheetState.ABSTAINED)

_TOLD = text(
    "SELECT seq, actor, meeting_id, act, object, after FROM audit_entry "
    "WHERE refused = '' AND (act LIKE 'marks.%' OR act IN ('meeting.back', 'meeting.unseal')) "
    "AND (CAST(:meeting AS VARCHAR) IS NULL OR meeting_id = :meeting) ORDER BY seq"
)
_MARKS = text("SELECT m.sheet_id, c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id")
_SHEETS = text(
    "SELECT s.id, s.meeting_id, a.no, t.name, s.nonce, s.state, s.total_micro, s.sealed, s.comment, b.policy_file_id, "
    "x.version, x.box, x.own_box, x.epoch_id, k.box_public, k.sign_public "
    "FROM score_sheet s JOIN application a ON a.id = s.application_id JOIN seat t ON t.id = s.seat_id "
    "JOIN batch b ON b.id = a.batch_id LEFT JOIN sealed_sheet x ON x.sheet_id = s.id "
    "LEFT JOIN key_pair k ON k.id = x.key_pair_id ORDER BY s.id"
)
_KEYS = text("SELECT after FROM audit_entry WHERE refused = '' AND after LIKE '%\"keys\":%'")

Name = tuple[str, str, str]
"""Meeting, application number, expert."""


class Told(NamedTuple):
    """One entry's word on one sheet: its state, where the entry says it, and its digest."""

    seq: int
    act: str
    meeting: str
    no: str
    expert: str
    state: SheetState | None
    digest: str
    version: int | None = None

    @property
    def handed_in(self) -> bool:
        """Whether the sheet was handed in by this entry: what is keyed from paper comes in at once.

        A correction after the reveal tells of a submitted sheet too, and its box stays the one that was handed in.
        """
        return self.act == "marks.import" or (self.state in HANDED_IN and self.act != "marks.correct")


def told_sheets(connection: Connection, meeting: str | None = None) -> Iterator[Told]:
    """What the trail tells of each sheet, oldest first; some acts tell of several together."""
    for seq, actor, where, act, object_, after in connection.execute(_TOLD, {"meeting": meeting}):
        told = json.loads(after)
        state = SheetState.DRAFT if act == "meeting.back" else None
        for sheet, digest in told.get("sheets", {}).items():
            no, _, expert = sheet.rpartition("/")
            yield Told(seq, act, where, no, expert, state, digest)
        if "sheet" in told:
            no, _, expert = (object_, "", actor) if act in OWN_SHEET_ACTS else object_.rpartition("/")
            said = told.get("state")
            state = SheetState(said) if said else None
            yield Told(seq, act, where, no, expert, state, told["sheet"], told.get("version"))


def known_fingerprints(connection: Connection) -> frozenset[str]:
    """The key pairs that the trail tells of."""
    return frozenset(str(json.loads(after)["keys"]) for after in connection.execute(_KEYS).scalars())


@dataclass
class SheetCheck:
    """What was found wrong, and the receipts of all sheets that were handed in sealed."""

    findings: list[Finding] = field(default_factory=list)
    receipts: tuple[Receipt, ...] = ()


def check_sheets(office: Office, connection: Connection, check: SheetCheck) -> list[Finding]:
    """Every sheet must have its sum and the digest that its last entry tells; every box must be the one handed in."""
    last: dict[Name, Told] = {}
    boxed: dict[Name, Told] = {}
    opened: dict[Name, Told] = {}
    for told in told_sheets(connection):
        name = (told.meeting, told.no, told.expert)
        last[name] = told
        if told.act == "meeting.unseal":
            opened[name] = told
        elif told.handed_in:
            boxed[name] = told
            opened.pop(name, None)
    marks: dict[int, dict[str, int]] = {}
    for sheet, code, value in connection.execute(_MARKS):
        marks.setdefault(sheet, {})[code] = value
    rows = connection.execute(_SHEETS).all()
    keys, epochs = known_fingerprints(connection), _epochs(connection, check)
    receipts = []
    for row in rows:
        name = (row.meeting_id, row.no, row.name)
        rubric = office.policy(connection, row.policy_file_id).rubric
        check.findings += _sheet(row, marks.get(row.id, {}), last.pop(name, None), rubric)
        if row.box is not None:
            receipt = Receipt(*name, sealed.box_digest(bytes(row.box)))
            receipts.append(receipt)
            check.findings += _box(row, receipt, boxed.get(name), opened.get(name), epochs.get(row.epoch_id), keys)
    for meeting, no, expert in last:
        check.findings.append(Finding("sheet_missing", f"{meeting}/{no}/{expert}", T("审计记录所载的评分表不见了。")))
    check.findings += _pairs(connection, keys)
    check.receipts = tuple(receipts)
    return check.findings


def _sheet(row: Any, marks: Mapping[str, int], told: Told | None, rubric: Rubric) -> Iterator[Finding]:
    where = f"{row.meeting_id}/{row.no}/{row.name}"
    if told is None:
        yield Finding("sheet_unexplained", where, T("评分表没有对应的审计记录。"))
        return
    if row.sealed:
        box = row.box if row.box is not None else row.own_box
        held = sealed.box_digest(bytes(box or b""))
        if told.version not in (None, row.version):
            yield Finding("version_changed", where, T("密封的评分表的版本与审计记录不符。"))
        if marks or row.total_micro is not None or row.comment:
            yield Finding("sealed_in_clear", where, T("密封的评分表另有未加密的分数。"))
    else:
        held = sheet_digest(row.nonce, row.state, marks)
    if held != told.digest or told.state not in (None, row.state):
        yield Finding("sheet_changed", where, T("评分表与审计记录不符。"))
    elif not row.sealed and row.total_micro != _total(marks, rubric):
        yield Finding("total_changed", where, T("评分表的合计与各项评分不符。"))


def _total(marks: Mapping[str, int], rubric: Rubric) -> int | None:
    """What a sheet's kept total must be; None while a mark is missing."""
    return sheet_total(marks, rubric) if len(marks) == len(rubric.criteria) else None


def _box(
    row: Any, receipt: Receipt, boxed: Told | None, opened: Told | None, epoch: Any | None, keys: frozenset[str]
) -> Iterator[Finding]:
    """The box must be the one that was handed in, and must open to what the reveal found in it."""
    where = f"{row.meeting_id}/{row.no}/{row.name}"
    if boxed is None or boxed.digest != receipt.digest:
        yield Finding("box_changed", where, T("密封的评分表不是提交的那一份。"))
        return
    public = PublicKeys(bytes(row.box_public), bytes(row.sign_public))
    if sealed.fingerprint(public) not in keys:
        yield Finding("keys_unexplained", where, T("签评分表的密钥没有对应的审计记录。"))
    if opened is None or epoch is None or epoch.private is None:
        return
    try:
        sheet = sealed.unpack_sheet(sealed.unseal(bytes(epoch.private), bytes(row.box)), public.sign)
    except sealed.Unsealable:
        yield Finding("box_changed", where, T("密封的评分表打不开，或签名不符。"))
        return
    named = (sheet.meeting, sheet.epoch, sheet.no, sheet.expert)
    if named != (row.meeting_id, epoch.number, row.no, row.name) or (
        sheet_digest(sheet.nonce, sheet.state, sheet.marks) != opened.digest
    ):
        yield Finding("box_differs", where, T("密封的评分表与揭晓的分数不同。"))


def _epochs(connection: Connection, check: SheetCheck) -> dict[int, Any]:
    """The epochs by their ids; each must be the one that the trail tells of, and opened only where it tells so."""
    began: dict[tuple[str, int], str] = {}
    revealed: set[tuple[str, int]] = set()
    entries = text(
        "SELECT meeting_id, act, after FROM audit_entry WHERE refused = '' "
        "AND act IN ('meeting.advance', 'meeting.back', 'meeting.unseal') AND after LIKE '%\"epoch\":%' ORDER BY seq"
    )
    for meeting, act, after in connection.execute(entries):
        told = json.loads(after)
        if act != "meeting.unseal":
            began[meeting, told["epoch"]] = told["key"]
        elif "phase" in told:
            revealed.add((meeting, told["epoch"]))
    rows = {row.id: row for row in connection.execute(text("SELECT * FROM epoch"))}
    for row in rows.values():
        name = (row.meeting_id, row.number)
        where = f"{row.meeting_id}#{row.number}"
        if began.pop(name, None) != bytes(row.public).hex():
            check.findings.append(Finding("epoch_changed", where, T("封存密钥与审计记录不符。")))
        private = bytes(row.private) if row.private is not None else None
        if (private is not None) != (name in revealed):
            check.findings.append(Finding("epoch_opened", where, T("封存密钥的揭晓与审计记录不符。")))
        elif private is not None and not sealed.is_key_of(private, bytes(row.public)):
            check.findings.append(Finding("epoch_changed", where, T("揭晓的密钥不是封存所用的那一把。")))
    for meeting, number in began:
        check.findings.append(Finding("epoch_missing", f"{meeting}#{number}", T("审计记录所载的封存密钥不见了。")))
    return rows


def _pairs(connection: Connection, known: frozenset[str]) -> Iterator[Finding]:
    for key, box, sign in connection.execute(text("SELECT id, box_public, sign_public FROM key_pair")):
        if sealed.fingerprint(PublicKeys(bytes(box), bytes(sign))) not in known:
            yield Finding("keys_unexplained", f"key_pair/{key}", T("密钥没有对应的审计记录。"))
