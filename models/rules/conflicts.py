"""Which recusals the record suggests: people and applicants that agree in employer, code, phone, address or advice.

A suggestion is no finding: names and numbers that look alike are shown to somebody, who confirms or dismisses them.
Employment and advice of the last three years are the grounds of the committees' rule (Zhejiang's recusal grounds).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from models.enums import Clue, RecusalGround
from models.views.conflicts import About, Agreement, Applicant, Suggestion

GROUNDS: Mapping[Clue, RecusalGround] = {
    Clue.EMPLOYER: RecusalGround.EMPLOYMENT,
    Clue.USCC: RecusalGround.EMPLOYMENT,
    Clue.ADVISED: RecusalGround.EMPLOYMENT,
    Clue.PHONE: RecusalGround.OTHER,
    Clue.ADDRESS: RecusalGround.OTHER,
}
"""The ground that each agreement would have, the weightiest first."""

TOLD = frozenset({Clue.EMPLOYER, Clue.USCC, Clue.ADVISED})
"""What the minutes and the audit trail may name: that a phone or an address agrees would tell the person's own to all
who know the applicant's."""

SHORTEST_ADDRESS = 6
"""Characters of an address, at least, before it is compared: a bare house number is everybody's."""

_LEGAL_FORM = re.compile("(股份有限|有限责任|有限)公司$")
_BETWEEN_PHONES = re.compile("[、,;/|或\n]")
_MOBILE = re.compile("(?:0?0?86)?(1[0-9]{10})")
_LEAST_DIGITS = 7
_AREA_DIGITS = (3, 4)

_CACHED = 1 << 15
"""Applicants of a large batch are folded once, not on every look."""


@lru_cache(_CACHED)
def plain_name(text: str) -> str:
    """A name as names are compared: width, case, blanks, brackets and points don't matter, nor the legal form."""
    return _LEGAL_FORM.sub("公司", _letters(text))


@lru_cache(_CACHED)
def plain_phones(text: str) -> tuple[str, ...]:
    """The numbers that stand in a text, in digits, without the country's code; what is too short is none."""
    found = ("".join(c for c in part if c.isdecimal()) for part in _BETWEEN_PHONES.split(_folded(text)))
    mobile = ((_MOBILE.fullmatch(digits), digits) for digits in found if len(digits) >= _LEAST_DIGITS)
    return tuple(match[1] if match else digits for match, digits in mobile)


@lru_cache(_CACHED)
def plain_address(text: str) -> str:
    """An address as addresses are compared; "" if it is too short to say anything."""
    plain = _letters(text)
    return plain if len(plain) >= SHORTEST_ADDRESS else ""


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers in digits are one: a local number is that of the same number with an area code."""
    short, long = sorted((one, other), key=len)
    return one == other or (long.startswith("0") and long.endswith(short) and len(long) - len(short) in _AREA_DIGITS)


def told_clues(clues: Iterable[Clue]) -> tuple[Clue, ...]:
    """Those of some clues that others than secretary and chair may be told, each once."""
    return tuple(clue for clue in dict.fromkeys(clues) if clue in TOLD)


def suggest(people: Mapping[str, About], applicants: Sequence[Applicant]) -> tuple[Suggestion, ...]:
    """Every pair of a person and an applicant that agree in something, by person, then by number."""
    known = _indexed(tuple(applicants))
    found = []
    for name, about in people.items():
        agreements: dict[int, list[Agreement]] = {}
        for at, agreement in known.agreements(about):
            if agreement not in agreements.setdefault(at, []):
                agreements[at].append(agreement)
        for at in sorted(agreements, key=lambda at: applicants[at].no):
            one, clues = applicants[at], {agreement.clue for agreement in agreements[at]}
            ground = next(ground for clue, ground in GROUNDS.items() if clue in clues)
            found.append(Suggestion(name, one.no, one.enterprise, ground, tuple(agreements[at])))
    return tuple(found)


class _Index:
    """Applicants by what people may agree with them in: a large batch is gone through once."""

    def __init__(self, applicants: Sequence[Applicant]) -> None:
        self.applicants = applicants
        self.names: dict[str, list[int]] = {}
        self.codes: dict[str, list[int]] = {}
        self.phones: dict[str, list[tuple[int, str, str]]] = {}
        self.addresses: dict[str, list[tuple[int, str, str]]] = {}
        for at, one in enumerate(applicants):
            self.names.setdefault(plain_name(one.enterprise), []).append(at)
            self.codes.setdefault(_letters(one.uscc), []).append(at)
            for text in one.phones:
                for digits in plain_phones(text):
                    self.phones.setdefault(digits[-_LEAST_DIGITS:], []).append((at, digits, text))
            for text in one.addresses:
                if plain := plain_address(text):
                    self.addresses.setdefault(plain[-SHORTEST_ADDRESS:], []).append((at, plain, text))

    def agreements(self, about: About) -> Iterator[tuple[int, Agreement]]:
        """In what a person agrees with whom, by the applicant's place."""
        yield from self._named(Clue.EMPLOYER, about.employer)
        yield from self._coded(Clue.USCC, about.employer_uscc)
        for one in about.advised:
            yield from self._named(Clue.ADVISED, one)
            yield from self._coded(Clue.ADVISED, one)
        for digits in plain_phones(about.phone):
            for at, other, text in self.phones.get(digits[-_LEAST_DIGITS:], ()):
                if same_phone(digits, other):
                    yield at, Agreement(Clue.PHONE, about.phone, text)
        plain = plain_address(about.address)
        for at, other, text in self.addresses.get(plain[-SHORTEST_ADDRESS:], ()) if plain else ():
            if plain.endswith(other) or other.endswith(plain):
                yield at, Agreement(Clue.ADDRESS, about.address, text)

    def _named(self, clue: Clue, name: str) -> Iterable[tuple[int, Agreement]]:
        plain = plain_name(name)
        places = self.names.get(plain, ()) if plain else ()
        return ((at, Agreement(clue, name, self.applicants[at].enterprise)) for at in places)

    def _coded(self, clue: Clue, code: str) -> Iterable[tuple[int, Agreement]]:
        plain = _letters(code)
        places = self.codes.get(plain, ()) if plain else ()
        return ((at, Agreement(clue, code, self.applicants[at].uscc)) for at in places)


@lru_cache(4)
def _indexed(applicants: tuple[Applicant, ...]) -> _Index:
    """The index of a meeting's applicants: every look at the meeting asks for it, and they hardly ever change."""
    return _Index(applicants)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(text: str) -> str:
    """Letters and digits alone, folded."""
    return "".join(c for c in _folded(text) if c.isalnum())
