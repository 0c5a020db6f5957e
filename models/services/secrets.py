"""PINs and one-time codes: hashed by argon2id, compared outside of any database lock."""

from __future__ import annotations

import secrets
import unicodedata

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No character of a printed code can be taken for another (no 0/O, 1/I/L, U/V)."""

LEAST_PIN = 6
"""Characters a PIN has at least."""


NOBODYS_PIN = "$argon2id$v=19$m=65536,t=3,p=4$7s0jV+HTOFbV5+wiXX/njw$dUYdw5lMwpjK65fdxyg82pnIlG8GwKvhLHdmrhjlfjg"
NOBODYS_CODE = "$argon2id$v=19$m=19456,t=2,p=1$kXBbnlHgn8JWyN5DP9/c9g$bdzHrxk79MuVeyNS0rg/POygdyh2TyzbHSkpb4QTDhs"
"""Hashes of secrets that nobody kept, with the parameters of the others: comparing with them takes the same time."""


def new_code() -> str:
    """A one-time code of eight characters (39 bits), printed in two groups."""
    drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def new_envelope_code() -> str:
    """A code for a holder's envelope: twenty characters (98 bits), for it opens a key that anybody may try to open."""
    drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(20))
    return "-".join(drawn[at : at + 4] for at in range(0, 20, 4))


def plain_code(typed: str) -> str:
    """A code as typed, without the groups' hyphen and spaces, in capitals."""
    return "".join(plain_pin(typed).split()).replace("-", "").upper()


def plain_pin(typed: str) -> str:
    """A PIN as it counts. It is shown as dots: nobody sees that the input method is set to full width."""
    return unicodedata.normalize("NFKC", typed)


def hash_secret(secret: str) -> str:
    """Hash a PIN (argon2id, RFC 9106's low-memory parameters)."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secret)


def hash_code(code: str) -> str:
    """Hash a one-time code as printed. Its 39 random bits need no costly hash; OWASP's least parameters are plenty."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(plain_code(code))


def matches(hashed: str | None, secret: str) -> bool:
    """Whether a secret is the one that was hashed; False if there is none."""
    if not hashed:
        return False
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    try:
        return PasswordHasher().verify(hashed, secret)
    except VerificationError:
        return False
