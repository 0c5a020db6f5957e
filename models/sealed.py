"""Sealing: keys wrapped by an own phrase, sheets in boxes of one length, an epoch's key in any two holders' hands.

Pure functions over PyNaCl (X25519 sealed boxes, Ed25519 signatures, XSalsa20-Poly1305) and argon2-cffi (argon2id,
RFC 9106); no database. What it defends, and what it does not, is said in docs/security.md.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from models.enums import Role
from models.errors import NotPermitted, Refused
from models.rules.digest import canonical
from models.text import T
from models.views.people import Keys, PublicKeys

PADDED = 5 * 1024
"""Bytes that every sheet is padded to before it is boxed: a box tells nothing of what is in it by its length."""

BOXED = PADDED + 48
"""Bytes of a boxed sheet."""

HOLDERS = (Role.CHAIR, Role.SUPERVISOR, Role.FINANCE)
"""Who hold the key of an epoch together, any two of them."""

PAIRS = ((Role.CHAIR, Role.SUPERVISOR), (Role.CHAIR, Role.FINANCE), (Role.SUPERVISOR, Role.FINANCE))
"""The pads of an epoch: of each pair the first gets the pad, the second the key under the pad."""

_SALT, _SIGNATURE, _LENGTH = 16, 64, 4
_ROUNDS, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4


class Unsealable(Exception):
    """A box, a share or a wrapped key that does not open, or that is not what it says; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# Keys


def new_keys() -> tuple[Keys, PublicKeys]:
    """A box pair and a signing pair."""
    from nacl.public import PrivateKey
    from nacl.signing import SigningKey

    keys = Keys(bytes(PrivateKey.generate()), bytes(SigningKey.generate()))
    return keys, public_of(keys)


@lru_cache(maxsize=256)
def public_of(keys: Keys) -> PublicKeys:
    """The public halves. Kept for the keys that are open at this desk anyway: every mark asks for them."""
    from nacl.public import PrivateKey
    from nacl.signing import SigningKey

    return PublicKeys(bytes(PrivateKey(keys.box).public_key), bytes(SigningKey(keys.sign).verify_key))


def fingerprint(public: PublicKeys) -> str:
    """What the audit trail says of a pair: SHA-256 of its public halves, as hex."""
    return hashlib.sha256(public.box + public.sign).hexdigest()


def wrap(keys: Keys, phrase: str) -> bytes:
    """The private keys under a phrase: salt, then a secret box. Takes about 65 ms; not to be done inside a lock."""
    from nacl.secret import SecretBox

    salt = secrets.token_bytes(_SALT)
    return salt + bytes(SecretBox(_derived(phrase, salt)).encrypt(keys.box + keys.sign))


def unwrap(wrapped: bytes, phrase: str) -> Keys:
    """The private keys again. Raises `Unsealable` (wrong_phrase)."""
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    try:
        opened = SecretBox(_derived(phrase, wrapped[:_SALT])).decrypt(wrapped[_SALT:])
    except (CryptoError, ValueError) as error:
        raise Unsealable("wrong_phrase") from error
    return Keys(opened[:32], opened[32:])


def _derived(phrase: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(phrase.encode(), salt, _ROUNDS, _MEMORY_KIB, _LANES, 32, Type.ID)


# Boxes


def seal_for(publics: Iterable[PublicKeys], content: bytes) -> list[bytes]:
    """The same content in a box for each of these people; nobody else opens them, the sender included."""
    return [seal(public.box, content) for public in publics]


def seal(box_public: bytes, content: bytes) -> bytes:
    """A box that only the holder of the private half opens."""
    from nacl.public import PublicKey, SealedBox

    return bytes(SealedBox(PublicKey(box_public)).encrypt(content))


def unseal(box_private: bytes, box: bytes) -> bytes:
    """What is in a box. Raises `Unsealable` (box_broken)."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        return bytes(SealedBox(PrivateKey(box_private)).decrypt(box))
    except (CryptoError, ValueError, TypeError) as error:
        raise Unsealable("box_broken") from error


def box_digest(box: bytes) -> str:
    """SHA-256 of a box, as hex: the receipt of a sheet, which tells nothing of its marks."""
    return hashlib.sha256(box).hexdigest()


# Sheets


@dataclass(frozen=True)
class Sheet:
    """What is in a sheet's box: whose, of what, which version, and the marks in milli-points by criterion code.

    `epoch` is 0 for a draft, which is boxed to its expert alone. `nonce` is drawn anew with every version, and is what
    the digest of the opened marks is salted with.
    """

    meeting: str
    epoch: int
    expert: str
    no: str
    version: int
    state: str
    marks: Mapping[str, int]
    comment: str
    nonce: str


def pack_sheet(sheet: Sheet, signing: bytes) -> bytes:
    """A sheet signed and padded to `PADDED` bytes. Raises `Refused` (comment_long) where it does not fit."""
    from nacl.signing import SigningKey

    said = canonical({**vars(sheet), "marks": dict(sheet.marks)}).encode()
    signed = bytes(SigningKey(signing).sign(said))
    if len(signed) + _LENGTH > PADDED:
        raise Refused("comment_long", T("{no} 的评语太长，请缩短。", no=sheet.no))
    return (len(signed).to_bytes(_LENGTH, "big") + signed).ljust(PADDED, b"\0")


def unpack_sheet(packed: bytes, verifying: bytes | None) -> Sheet:
    """A sheet from its padded form; with `verifying` its signature is checked.

    Raises `Unsealable`: box_broken, or signature_wrong.
    """
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    length = int.from_bytes(packed[:_LENGTH], "big")
    signed = packed[_LENGTH : _LENGTH + length]
    if len(packed) != PADDED or len(signed) != length or length <= _SIGNATURE:
        raise Unsealable("box_broken")
    if verifying is not None:
        try:
            VerifyKey(verifying).verify(signed)
        except (BadSignatureError, ValueError) as error:
            raise Unsealable("signature_wrong") from error
    try:
        return Sheet(**json.loads(signed[_SIGNATURE:]))
    except (TypeError, ValueError) as error:
        raise Unsealable("box_broken") from error


def open_own(box: bytes, keys: Keys) -> Sheet | None:
    """An own sheet, as its expert wrote it; None if it was written under another phrase, which was lost since."""
    try:
        return unpack_sheet(unseal(keys.box, box), public_of(keys).sign)
    except Unsealable:
        return None


def no_keys(name: str) -> NotPermitted:
    """The refusal where the own phrase was not given at this desk, or another one was set since."""
    return NotPermitted(
        "no_keys", T("{name}的口令不在本终端上，分数打不开也封不上。", name=name), lift=T("请凭口令重新签到。")
    )


# Epochs


@dataclass(frozen=True)
class Share:
    """What one holder keeps of one pair's pad: opened, 32 bytes."""

    pair: str
    role: Role
    value: bytes


def pair_name(pair: tuple[Role, Role]) -> str:
    """A pair of holders as it is kept."""
    return "+".join(role.value for role in pair)


def new_epoch() -> tuple[bytes, list[Share]]:
    """An epoch: its public key, and every holder's shares. The private key is forgotten here."""
    from nacl.public import PrivateKey

    key = PrivateKey.generate()
    shares = []
    for pair in PAIRS:
        pad = secrets.token_bytes(32)
        shares += [
            Share(pair_name(pair), pair[0], pad),
            Share(pair_name(pair), pair[1], _xor(pad, bytes(key))),
        ]
    return bytes(key.public_key), shares


def join(shares: Iterable[Share], public: bytes) -> bytes:
    """The private key of an epoch from the shares that were released, two of one pair.

    Raises `Unsealable` (shares_few) while no pair is whole, (shares_wrong) if they are not those of this epoch.
    """
    from nacl.public import PrivateKey

    halves: dict[str, dict[Role, bytes]] = {}
    for share in shares:
        halves.setdefault(share.pair, {})[share.role] = share.value
    whole = [_xor(*pair.values()) for pair in halves.values() if len(pair) == 2]
    if not whole:
        raise Unsealable("shares_few")
    for key in whole:
        if len(key) == 32 and hmac.compare_digest(bytes(PrivateKey(key).public_key), public):
            return key
    raise Unsealable("shares_wrong")


def is_key_of(private: bytes, public: bytes) -> bool:
    """Whether an opened key is that of an epoch."""
    from nacl.public import PrivateKey

    return bytes(PrivateKey(private).public_key) == public


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
