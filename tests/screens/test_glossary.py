"""The glossary holds every word of the domain, once, in one sentence."""

from __future__ import annotations

from screens.glossary import WORDS

DOMAIN = [
    "Policy",
    "Batch",
    "Track",
    "Enterprise",
    "Application",
    "Investment",
    "Level",
    "Recommendation",
    "Filing",
    "Meeting",
    "Panel",
    "User",
    "Seat",
    "Phrase",
    "Recusal",
    "Rubric",
    "Criterion",
    "ScoreSheet",
    "Mark",
    "Sealing",
    "Receipt",
    "Envelope",
    "Reveal",
    "Ranking",
    "Correction",
    "Quota",
    "Allocation",
    "Adjustment",
    "Publicity",
    "Objection",
    "AwardList",
    "Payment",
    "Change",
    "Acceptance",
    "Sanction",
    "Minutes",
    "AuditEntry",
]


def test_every_word_of_the_domain_is_explained_in_one_sentence() -> None:
    assert list(WORDS) == DOMAIN
    assert [code for code, word in WORDS.items() if word.code != code] == []
    assert [word.chinese for word in WORDS.values() if word.meaning.count("。") != 1 or len(word.meaning) < 20] == []


def test_no_two_words_are_alike() -> None:
    assert len({word.chinese for word in WORDS.values()}) == len(WORDS)
    assert len({word.explanation for word in WORDS.values()}) == len(WORDS)
