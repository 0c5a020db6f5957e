"""A receipt traced back to its sheet: for who kept one and wants to know what became of it."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import text

from models.errors import VerificationFailed, WrongUse
from models.queries.base import Office
from models.queries.sheet_check import told_sheets
from models.sealed import box_digest
from models.text import T
from models.views.audit import TracedReceipt

LEAST = 8
"""Characters of a receipt that tell it from others: as many as are shown."""

_BOXES = text("SELECT box FROM sealed_sheet WHERE box IS NOT NULL")
_BETWEEN = re.compile(r"[\s\-–…]+")


def trace_receipt(office: Office, typed: str) -> tuple[TracedReceipt, ...]:
    """The sheets that a receipt, or its first eight characters, was given for, oldest first.

    Raises `VerificationFailed` (receipt_unknown) if the record tells of no such sheet, `WrongUse` (bad_receipt).
    """
    wanted = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).lower()
    if not re.fullmatch(f"[0-9a-f]{{{LEAST},64}}", wanted):
        raise WrongUse("bad_receipt", T("“{typed}”不是回执：应为八位以上的 0–9、A–F。", typed=typed))
    with office.database.reading() as connection:
        standing = {box_digest(bytes(box)) for box in connection.execute(_BOXES).scalars()}
        found = tuple(
            TracedReceipt(told.meeting, told.no, told.expert, told.digest, told.seq, told.digest in standing)
            for told in told_sheets(connection)
            if told.handed_in and told.digest.startswith(wanted)
        )
    if not found:
        raise VerificationFailed(
            "receipt_unknown",
            T("审计记录中没有回执为 {typed} 的评分表。", typed=typed),
            lift=T("请核对回执有没有抄错；没有抄错，则评分表和记录被换过。"),
        )
    return found
