"""Digests: how the audit chain is linked, and how marks are named in it without being told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

GENESIS = "0" * 64
"""The hash before the first entry."""


def canonical(value: object) -> str:
    """One text for one value: JSON with sorted keys and no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(previous: str, fields: Sequence[object]) -> str:
    """SHA-256 over the previous entry's hash and this entry's fields in their fixed order, as hex."""
    return hashlib.sha256((previous + canonical(list(fields))).encode()).hexdigest()


def sheet_digest(nonce: str, state: str, marks: Mapping[str, int]) -> str:
    """SHA-256 over a sheet's nonce, state and marks (milli-points by criterion).

    Five marks can be guessed: the nonce (128 random bits, new with every save) is what keeps the digest from telling.
    """
    return hashlib.sha256((nonce + canonical([state, dict(marks)])).encode()).hexdigest()


def about_digest(nonce: str, facts: Mapping[str, object]) -> str:
    """SHA-256 over what is known of a person and its nonce: a phone number could be guessed from a bare digest."""
    return text_digest(nonce + canonical(facts))


def keying_digest(nonce: str, content: str) -> str:
    """SHA-256 over what is kept of a keying and its nonce, which keeps five marks from being guessed."""
    return text_digest(nonce + content)


def allocation_digest(items: Iterable[Sequence[object]]) -> str:
    """SHA-256 over an allocation's applications, by number: number, rank, outcome, reason, amount in fen."""
    return text_digest(canonical(sorted((list(item) for item in items), key=lambda item: str(item[0]))))


def text_digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def short(digest: str) -> str:
    """The eight characters that screens and slips show."""
    return digest[:8].upper()
