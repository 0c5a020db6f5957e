"""Painting no more than what changed.

Textual asks every widget that touches the rectangle around all changes for its lines, those that others hide included,
and cuts all lines of the window to pieces: eight widgets and forty lines for a cursor that goes down one row. Here only
the widget that is seen at a changed cell is asked, and only for lines that changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Run(NamedTuple):
    """Cells of one line, from `start` to before `end`, at which one widget is seen; `region` is where all of it is."""

    start: int
    end: int
    widget: Widget
    region: Region


class Piece(NamedTuple):
    """Painted cells of one line, and where they begin."""

    x: int
    y: int
    strip: Strip


class PiecesUpdate(CompositorUpdate):
    """A picture of what changed."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """The pieces as a terminal takes them."""
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces)


class SteadyCompositor(Compositor):
    """Textual's compositor, but for pictures of what changed."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: dict[int, list[Run]] = {}
        self._runs_of: object = None

    def render_partial_update(self) -> PiecesUpdate | None:  # type: ignore[override]  # whoever shows it asks for segments only
        """What changed, or None if nothing did."""
        screen = self.size.region
        changed = [region for dirty in self._dirty_regions if (region := dirty.intersection(screen))]
        self._dirty_regions.clear()
        if not changed:
            return None
        seen: dict[Widget, dict[tuple[int, Run], None]] = {}
        for y, start, end in self._regions_to_spans(changed):
            for run in self._runs_at(y):
                if run.start < end and start < run.end:
                    seen.setdefault(run.widget, {})[y, run] = None
        return PiecesUpdate([piece for widget, lines in seen.items() for piece in _painted(widget, list(lines))])

    def _runs_at(self, y: int) -> list[Run]:
        """Who is seen on a line, from left to right."""
        layers = self.layers_visible
        if self._runs_of is not layers:  # everything was arranged anew
            self._runs_of = layers
            self._runs.clear()
        if (runs := self._runs.get(y)) is None:
            front_first = ((widget, clipped, region) for widget, clipped, region in layers[y])
            runs = self._runs[y] = sorted(_seen(front_first, self.size.width), key=lambda run: run.start)
        return runs


def _seen(front_first: Iterable[tuple[Widget, Region, Region]], width: int) -> Iterator[Run]:
    """What is seen of the widgets of one line."""
    free = [(0, width)]
    for widget, clipped, region in front_first:
        left: list[tuple[int, int]] = []
        for start, end in free:
            first, last = max(start, clipped.x), min(end, clipped.right)
            if first < last:
                yield Run(first, last, widget, region)
                left += [part for part in ((start, first), (last, end)) if part[0] < part[1]]
            else:
                left.append((start, end))
        free = left
        if not free:
            return


def _painted(widget: Widget, lines: Sequence[tuple[int, Run]]) -> Iterator[Piece]:
    """One widget's part of the picture: all that is seen of a line that changed, so that no wide character is cut."""
    region = lines[0][1].region
    first, last = lines[0][0], lines[-1][0]
    strips = widget.render_lines(Region(0, first - region.y, region.width, last - first + 1))
    for y, run in lines:
        strip = strips[y - first]
        if (run.start, run.end) != (region.x, region.right):
            strip = strip.crop(run.start - region.x, run.end - region.x)
        yield Piece(run.start, y, strip)
