"""Own phrases: four words to be remembered, offered at the first sign-in, in Chinese or in pinyin.

A phrase wraps private keys, so whoever has the database may try phrases as fast as his machines can: it must have at
least 50 bits. The words offered are those of two common characters in pypinyin's list of words; they are told apart by
their pinyin without tones, so that a phrase may be typed either way, and four of them make 55 bits.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache

from models.errors import WrongUse
from models.text import T

WORDS = 4
LEAST_BITS = 50
_COMMON = range(0xB0, 0xD8)
"""First bytes of the characters of GB 2312's first level, the 3,755 common ones."""


@lru_cache(maxsize=1)
def offered_words() -> tuple[str, ...]:
    """The words that phrases are drawn from: more than 2^12.5, each with a pinyin of its own."""
    from pypinyin import lazy_pinyin
    from pypinyin.phrases_dict import phrases_dict

    by_sound: dict[str, str] = {}
    for word in phrases_dict:
        if len(word) == 2 and all(_is_common(character) for character in word):
            by_sound.setdefault("".join(lazy_pinyin(word)), word)
    return tuple(by_sound.values())


def _is_common(character: str) -> bool:
    try:
        return character.encode("gb2312")[0] in _COMMON
    except UnicodeEncodeError:
        return False


def new_phrase() -> tuple[str, ...]:
    """Four words drawn at random."""
    words = offered_words()
    return tuple(secrets.choice(words) for _ in range(WORDS))


def in_pinyin(words: tuple[str, ...]) -> str:
    """The same words in pinyin, as they may be typed where there is no input method."""
    from pypinyin import lazy_pinyin

    return " ".join("".join(lazy_pinyin(word)) for word in words)


def plain_phrase(typed: str) -> str:
    """A phrase as it counts: Chinese as pinyin without tones, no spaces or punctuation, small letters."""
    narrow = unicodedata.normalize("NFKC", typed).lower()
    words = ["".join(c for c in word if not _between(c)) for word in narrow.split()]
    if not narrow.isascii():
        from pypinyin import lazy_pinyin

        words = ["".join(lazy_pinyin(word)) for word in words]
    return "".join(c for c in "".join(words) if not _between(c))


def _between(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Pd", "Po", "Pc", "Cf")


def check_phrase(typed: str) -> str:
    """The phrase as it counts. Raises `WrongUse` (phrase_weak) where it can be guessed with less than 2^50 tries."""
    import math

    from zxcvbn import zxcvbn

    plain = plain_phrase(typed)[:72]
    bits = float(zxcvbn(plain)["guesses_log10"]) / math.log10(2) if plain else 0.0
    if bits < LEAST_BITS:
        raise WrongUse(
            "phrase_weak",
            T("口令太容易被猜中。请用四个不相干的词，例如程序给出的那四个，也可以打拼音。"),
        )
    return plain_phrase(typed)
