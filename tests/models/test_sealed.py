"""Keys, boxes, sheets and epochs: what opens, what does not, and how long a box is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from models import sealed
from models.enums import Role
from models.errors import Refused
from models.sealed import HOLDERS, Sheet, Unsealable

SHEET = Sheet("M1", 1, "专家3", "KM1-001", 2, "submitted", {"plan": 26_000, "effect": 500}, "很好", "00" * 16)


def test_keys_come_back_by_their_phrase_and_by_no_other() -> None:
    keys, public = sealed.new_keys()
    wrapped = sealed.wrap(keys, "jiaolouhongchuan")
    assert sealed.unwrap(wrapped, "jiaolouhongchuan") == keys
    assert sealed.public_of(keys) == public
    assert keys.box not in wrapped
    assert keys.sign not in wrapped
    with pytest.raises(Unsealable) as wrong:
        sealed.unwrap(wrapped, "jiaolouhongchuang")
    assert wrong.value.code == "wrong_phrase"
    assert sealed.wrap(keys, "jiaolouhongchuan") != wrapped


def test_nothing_shows_a_private_key() -> None:
    keys, _ = sealed.new_keys()
    assert repr(keys) == "Keys()"


@pytest.mark.parametrize(
    ("marks", "comment"), [({}, ""), ({"plan": 0}, "短"), ({f"c{n}": 30_000 for n in range(20)}, "长" * 1000)]
)
def test_every_box_has_one_length(marks: dict[str, int], comment: str) -> None:
    keys, public = sealed.new_keys()
    packed = sealed.pack_sheet(replace(SHEET, marks=marks, comment=comment), keys.sign)
    assert (len(packed), len(sealed.seal(public.box, packed))) == (sealed.PADDED, sealed.BOXED)
    opened = sealed.unpack_sheet(packed, public.sign)
    assert (dict(opened.marks), opened.comment) == (marks, comment)


def test_what_does_not_fit_is_refused_and_not_cut() -> None:
    keys, _ = sealed.new_keys()
    with pytest.raises(Refused) as long:
        sealed.pack_sheet(replace(SHEET, comment="\x01" * 1000), keys.sign)
    assert long.value.code == "comment_long"


def test_a_sheet_is_read_by_its_holder_alone_and_every_flipped_byte_is_noticed() -> None:
    keys, public = sealed.new_keys()
    others, _ = sealed.new_keys()
    box = sealed.seal(public.box, sealed.pack_sheet(SHEET, keys.sign))
    assert sealed.unpack_sheet(sealed.unseal(keys.box, box), public.sign) == SHEET
    with pytest.raises(Unsealable):
        sealed.unseal(others.box, box)
    for position in (0, 31, 32, 100, len(box) - 1):
        changed = bytearray(box)
        changed[position] ^= 1
        with pytest.raises(Unsealable):
            sealed.unseal(keys.box, bytes(changed))


def test_a_sheet_that_somebody_else_signed_is_not_its_experts() -> None:
    keys, public = sealed.new_keys()
    others, _ = sealed.new_keys()
    packed = sealed.pack_sheet(SHEET, others.sign)
    with pytest.raises(Unsealable) as forged:
        sealed.unpack_sheet(packed, public.sign)
    assert forged.value.code == "signature_wrong"
    assert sealed.unpack_sheet(packed, None) == SHEET
    with pytest.raises(Unsealable):
        sealed.unpack_sheet(packed[:-1], None)
    assert keys != others


@pytest.mark.parametrize("who", list(combinations(HOLDERS, 2)))
def test_any_two_holders_open_an_epoch_and_none_alone(who: tuple[Role, Role]) -> None:
    public, shares = sealed.new_epoch()
    private = sealed.join([share for share in shares if share.role in who], public)
    assert sealed.is_key_of(private, public)
    box = sealed.seal(public, b"marks")
    assert sealed.unseal(private, box) == b"marks"
    for alone in HOLDERS:
        with pytest.raises(Unsealable) as few:
            sealed.join([share for share in shares if share.role is alone], public)
        assert few.value.code == "shares_few"
        assert all(share.value != private for share in shares if share.role is alone)


def test_no_pad_serves_twice_and_shares_of_another_epoch_open_nothing() -> None:
    public, shares = sealed.new_epoch()
    _, others = sealed.new_epoch()
    assert len({share.value for share in (*shares, *others)}) == 12
    with pytest.raises(Unsealable) as wrong:
        sealed.join([shares[0], others[1]], public)
    assert wrong.value.code == "shares_wrong"


def test_what_a_holder_keeps_alone_says_nothing_of_the_key() -> None:
    """Of each pair one has the pad, which is drawn before the key is used, and the other the key under it."""
    public, shares = sealed.new_epoch()
    key = sealed.join(shares, public)
    for first, second in zip(shares[::2], shares[1::2], strict=True):
        assert bytes(a ^ b for a, b in zip(first.value, second.value, strict=True)) == key
        assert first.pair == second.pair
        assert first.role is not second.role
