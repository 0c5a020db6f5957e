"""Phrases: four words, in Chinese or in pinyin, that can't be guessed in a night."""

from __future__ import annotations

import math

import pytest

from models.errors import WrongUse
from models.phrases import LEAST_BITS, WORDS, check_phrase, in_pinyin, new_phrase, offered_words, plain_phrase


def test_four_offered_words_have_the_bits_they_must_have() -> None:
    words = offered_words()
    sounds = {plain_phrase(word) for word in words}
    assert len(sounds) == len(words)
    assert WORDS * math.log2(len(words)) >= LEAST_BITS


def test_an_offered_phrase_is_good_and_may_be_typed_in_chinese_or_in_pinyin() -> None:
    for _ in range(50):
        words = new_phrase()
        plain = check_phrase(" ".join(words))
        assert check_phrase(in_pinyin(words)) == plain
        assert plain.isascii()
        assert plain_phrase(f"  {in_pinyin(words).upper()}　") == plain
        assert plain_phrase("-".join(in_pinyin(words).split())) == plain


@pytest.mark.parametrize(
    "weak", ["", "654321", "password", "昆明", "kunming2026", "aaaaaaaaaaaaaaaaaaaa", "12345678901234"]
)
def test_what_can_be_guessed_is_refused(weak: str) -> None:
    with pytest.raises(WrongUse) as refused:
        check_phrase(weak)
    assert refused.value.code == "phrase_weak"


def test_a_very_long_phrase_is_taken_whole() -> None:
    long = " ".join(in_pinyin(new_phrase()) for _ in range(6))
    assert check_phrase(long) != check_phrase(long[:-3])
