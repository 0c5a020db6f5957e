"""The audit trail and its verification."""

from __future__ import annotations

from dataclasses import dataclass

from models.enums import Role
from models.text import Text


@dataclass(frozen=True)
class AuditLine:
    """One entry of the audit trail. `withheld`: before and after are empty to who is recused from what it is about."""

    seq: int
    at: str
    actor: str
    role: Role
    meeting: str | None
    act: str
    object: str
    before: str
    after: str
    refused: str
    hash: str
    withheld: bool = False


@dataclass(frozen=True)
class Finding:
    """Something that verification found wrong."""

    code: str
    where: str
    text: Text


@dataclass(frozen=True)
class Receipt:
    """A sheet that was handed in sealed, and the digest of its box: what its expert was shown eight characters of."""

    meeting: str
    no: str
    expert: str
    digest: str


@dataclass(frozen=True)
class TracedReceipt:
    """The sheet that a receipt was given for, by the audit entry `seq`; `stands`: it is the one that counts.

    One that does not stand was taken back or returned afterwards, and handed in anew or not at all.
    """

    meeting: str
    no: str
    expert: str
    digest: str
    seq: int
    stands: bool


@dataclass(frozen=True)
class Verification:
    """What verification found; `head` is the chain's head, `receipts` are of all sheets that were handed in sealed."""

    ok: bool
    head: str
    entries: int
    findings: tuple[Finding, ...]
    receipts: tuple[Receipt, ...] = ()
