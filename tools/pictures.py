"""Take the pictures of docs/pictures: every screen of the sample meeting, as the person it concerns sees it.

`python tools/pictures.py [WORD]` takes those whose name holds the word. Needs rsvg-convert and a monospaced font with
Chinese glyphs (Debian: librsvg2-bin, fonts-noto-cjk). Each character is drawn into its own cell: a wide one takes two,
whatever the font thinks.
"""

from __future__ import annotations

import asyncio
import html
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.terminal_theme import MONOKAI
from textual.strip import Strip

from kmdx_tui.demo_app import DemoApp
from kmdx_tui.language import use
from models.enums import Phase, Role
from seeds.demo import build

HERE = Path(__file__).parents[1] / "docs" / "pictures"
WIDTH, HEIGHT, SIZE, BASE = 10, 21, 16.5, 16
NARROW = "DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace"
BROAD = "Noto Sans Mono CJK SC, monospace"

Shot = tuple[str, Phase, Role, str, tuple[int, int], Sequence[str]]
"""Name, phase, who, screen, size in cells, keys to press first."""

WIDE, SMALL = (160, 45), (80, 24)
SHOTS: tuple[Shot, ...] = (
    ("lobby", Phase.SIGNING_IN, Role.SECRETARY, "lobby", (120, 32), ()),
    ("roster", Phase.PREPARING, Role.SECRETARY, "roster", WIDE, ("down", "down")),
    ("roster-80", Phase.PREPARING, Role.SECRETARY, "roster", SMALL, ()),
    ("card-80", Phase.PREPARING, Role.SECRETARY, "roster", SMALL, ("f2",)),
    ("scoring", Phase.SCORING, Role.EXPERT, "scoring", WIDE, ()),
    ("scoring-80", Phase.SCORING, Role.EXPERT, "scoring", SMALL, ()),
    ("progress", Phase.SCORING, Role.CHAIR, "board", WIDE, ()),
    ("progress-80", Phase.SCORING, Role.CHAIR, "board", SMALL, ()),
    ("deliberation", Phase.DELIBERATING, Role.CHAIR, "board", WIDE, ("down",)),
    ("allocation", Phase.ALLOCATING, Role.CHAIR, "board", WIDE, ()),
    ("allocation-80", Phase.ALLOCATING, Role.CHAIR, "board", SMALL, ()),
    ("why", Phase.ALLOCATING, Role.CHAIR, "board", (120, 32), ("down", "question_mark")),
    ("sensitivity", Phase.PUBLICITY, Role.SUPERVISOR, "sensitivity", WIDE, ("down",)),
    ("sensitivity-80", Phase.PUBLICITY, Role.SUPERVISOR, "sensitivity", SMALL, ("end",)),
    ("quotas", Phase.ALLOCATING, Role.CHAIR, "quotas", WIDE, ()),
    ("publicity", Phase.PUBLICITY, Role.SECRETARY, "publicity", WIDE, ()),
    ("publicity-80", Phase.PUBLICITY, Role.SECRETARY, "publicity", SMALL, ()),
    ("awards", Phase.FINALISED, Role.FINANCE, "awards", WIDE, ()),
    ("audit", Phase.FINALISED, Role.SUPERVISOR, "audit", WIDE, ()),
    ("help-80", Phase.SCORING, Role.EXPERT, "scoring", SMALL, ("f1",)),
)


async def strips(shot: Shot, place: str) -> list[Strip]:
    """The painted lines of a screen of the sample meeting."""
    _name, phase, role, screen, size, keys = shot
    demo = build(place, phase)
    app = DemoApp(demo)
    app.sit(demo.people[role], demo.meeting_id)
    app.start = screen
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.6)
        await app.screen.settle()
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.3)
        return app.screen._compositor.render_strips()


def svg(lines: Sequence[Strip]) -> str:
    """The lines as an SVG of coloured cells, one character a cell (a wide one two)."""
    columns = max((line.cell_length for line in lines), default=0)
    width, height = columns * WIDTH, len(lines) * HEIGHT
    body = "".join(part for y, line in enumerate(lines) for part in _line(y, line))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'font-size="{SIZE}" font-family="{NARROW}"><rect width="100%" height="100%" fill="#14181d"/>{body}</svg>'
    )


def _line(y: int, line: Iterable[Segment]) -> Iterable[str]:
    x = 0
    for segment in line:
        length = cell_len(segment.text)
        fore, back, bold = _look(segment)
        if back:
            yield f'<rect x="{x * WIDTH}" y="{y * HEIGHT}" width="{length * WIDTH}" height="{HEIGHT}" fill="{back}"/>'
        for character in segment.text:
            if not character.isspace():
                weight = ' font-weight="bold"' if bold else ""
                font = f' font-family="{BROAD}"' if cell_len(character) == 2 else ""
                spot = f'x="{x * WIDTH}" y="{y * HEIGHT + BASE}"{font}'
                yield f'<text {spot} fill="{fore}"{weight}>{html.escape(character)}</text>'
            x += cell_len(character)


def _look(segment: Segment) -> tuple[str, str, bool]:
    style = segment.style
    if style is None:
        return "#d8dee6", "", False
    fore, back = _hex(style.color, "#d8dee6"), _hex(style.bgcolor, "")
    return (back or "#14181d", fore, bool(style.bold)) if style.reverse else (fore, back, bool(style.bold))


def _hex(colour: Color | None, otherwise: str) -> str:
    return otherwise if colour is None or colour.is_default else colour.get_truecolor(MONOKAI).hex


def main() -> None:
    """Take them."""
    use("zh")
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    HERE.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        if wanted in shot[0]:
            with tempfile.TemporaryDirectory() as folder:
                drawn = Path(folder) / "drawn.svg"
                drawn.write_text(svg(asyncio.run(strips(shot, f"{folder}/demo.db"))), encoding="utf-8")
                subprocess.run(["rsvg-convert", "-o", str(HERE / f"{shot[0]}.png"), str(drawn)], check=True)
            print(shot[0])


if __name__ == "__main__":
    main()
