"""Text made for the width it gets: paragraphs as lines, and a dialog to read them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from textual.content import Content

from models.text import Text
from screens.dialogs.reading import ReadingDialog
from screens.widgets.cells import STYLES, Cell, Tone, wrap
from screens.widgets.lines_pane import Line
from screens.widgets.signs import Sign


def paragraph(text: Text | str, width: int, tone: Tone = Tone.PLAIN, lead: str = "") -> list[Line]:
    """A sentence in lines of `width` cells, each behind `lead`."""
    return [(Cell(f"{lead}{line}", tone),) for line in wrap(str(text), width - cell_len(lead))]


def to_do(sentences: Sequence[str], width: int) -> list[Line]:
    """Sentences as a list of things that are still to be done."""
    lines: list[Line] = []
    for sentence in sentences:
        for number, line in enumerate(wrap(sentence, width - 2)):
            lines.append((Cell("  " if number else f"{Sign.BLANK} ", Tone.WARNING), Cell(line)))
    return lines


class LeafDialog(ReadingDialog):
    """Lines that are made for the window: what stands on the side, or a whole item."""

    def __init__(self, title: Text | str, lines: Callable[[int], Sequence[Line]]) -> None:
        """`lines` gives the text for a width in cells."""
        super().__init__(title)
        self._write = lines

    def text(self, width: int) -> Content:
        """The lines, one under the other."""
        parts = [((cell.text, STYLES[cell.tone]) for cell in line) for line in self._write(width)]
        return Content("\n").join(Content.assemble(*line) for line in parts)
