"""Paper sheets as the office keys them: which are still to be keyed, and where two keyings differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.enums import KeyingState, Phase
from models.policy.types import Rubric


@dataclass(frozen=True)
class PlaceView:
    """A place of a sheet as each of the two has it, in words; "" where nothing was keyed."""

    key: str
    name: str
    values: tuple[str, str]
    differs: bool


@dataclass(frozen=True)
class DifferenceView:
    """Two keyings of one sheet that differ, for the two who keyed it: who, in which order, and what at each place."""

    expert: str
    no: str
    keyers: tuple[str, str]
    places: tuple[PlaceView, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the places that differ."""
        return tuple(place.name for place in self.places if place.differs)


@dataclass(frozen=True)
class KeyedView:
    """What became of a sheet that was just keyed; `difference` where another's keying differs."""

    expert: str
    no: str
    state: KeyingState
    difference: DifferenceView | None = None


@dataclass(frozen=True)
class KeyingLine:
    """A sheet that the office may key. `by` are the names of who has keyed it so far, `mine`: the reader is one.

    `yours`: the reader may key it now.
    Nothing here tells a mark: who keys one sees that one, and nothing after it.
    """

    expert: str
    no: str
    enterprise: str
    state: KeyingState
    by: tuple[str, ...]
    mine: bool
    yours: bool


@dataclass(frozen=True)
class KeyingView:
    """The sheets that may be keyed at a meeting, by expert, then by number. `double`: two persons key each."""

    meeting: str
    title: str
    batch: str
    phase: Phase
    double: bool
    rubric: Rubric
    experts: tuple[str, ...]
    lines: tuple[KeyingLine, ...]

    def of(self, expert: str) -> tuple[KeyingLine, ...]:
        """One expert's sheets."""
        return tuple(line for line in self.lines if line.expert == expert)

    @property
    def count(self) -> Mapping[KeyingState, int]:
        """How many there are of each state."""
        states = [line.state for line in self.lines]
        return {state: states.count(state) for state in KeyingState}
