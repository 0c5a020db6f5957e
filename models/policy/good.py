"""What of a policy file could be read, and how a contradiction in it is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.text import Text


@dataclass(frozen=True)
class Contradiction:
    """What contradicts: the group and the key where it is mended, what stands there, what is wanted."""

    group: str
    key: str
    found: str
    wanted: Text


class Good:
    """The values of a file that could be read, by path: `scoring.trim`, `tracks[2].levels`; `sizes` of its lists.

    `unsaid` are the paths of those that the file leaves to their default.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.sizes: dict[str, int] = {}
        self.unsaid: set[str] = set()

    def together(self, *paths: str) -> Iterator[tuple[Any, ...]]:
        """The values at these paths, once, if all could be read."""
        if all(path in self.values for path in paths):
            yield tuple(self.values[path] for path in paths)

    def each(self, listed: str, *keys: str) -> Iterator[tuple[Any, ...]]:
        """For every entry of a list whose keys could all be read: its path and their values."""
        for number in range(1, self.sizes.get(listed, 0) + 1):
            entry = f"{listed}[{number}]"
            for found in self.together(*(f"{entry}.{key}" for key in keys)):
                yield entry, *found
