"""Take the pictures of docs/pictures: every screen of the sample meeting, as the person it concerns sees it.

`python tools/pictures.py [WORD]` takes those whose name holds the word. Needs rsvg-convert and a monospaced font with
Chinese glyphs (Debian: librsvg2-bin, fonts-noto-cjk). Each character is drawn into its own cell: a wide one takes two,
whatever the font thinks.
"""

from __future__ import annotations

import asyncio
import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.terminal_theme import MONOKAI
from textual.strip import Strip

from kmdx_tui.demo_app import DemoApp
from kmdx_tui.language import use
from models.database import Database
from models.enums import Phase, Role, SheetState
from models.queries.base import Office
from models.queries.desk import desk
from models.services import scoring, unsealing
from seeds.demo import DemoMeeting, build

HERE = Path(__file__).parents[1] / "docs" / "pictures"
WIDTH, HEIGHT, SIZE, BASE = 10, 21, 16.5, 16
NARROW = "DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace"
BROAD = "Noto Sans Mono CJK SC, monospace"

Before = Callable[[DemoMeeting], DemoMeeting]


class Shot(NamedTuple):
    """A picture: who sits at which screen of which phase, the size in cells, keys to press and what goes before."""

    name: str
    phase: Phase
    role: Role
    screen: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    before: Before = lambda demo: demo


def untold(demo: DemoMeeting) -> DemoMeeting:
    """As at a real door: nobody's secret is known."""
    return replace(demo, pins={})


def one_given(demo: DemoMeeting) -> DemoMeeting:
    """Every sheet is in, and the chair has given the first share of the key."""
    office = Office(Database(demo.place), demo.clock)
    expert = demo.people[Role.EXPERT]
    view = desk(office, expert, demo.meeting_id)
    for row in view.rows:
        if row.state in (SheetState.BLANK, SheetState.DRAFT) and not row.recused:
            marks = {one.code: str(one.full * 7 // 10_000) for one in view.rubric.criteria}
            scoring.enter_marks(office, expert, demo.meeting_id, row.no, marks)
            scoring.submit(office, expert, demo.meeting_id, [row.no])
    unsealing.unseal(office, demo.people[Role.CHAIR], demo.meeting_id)
    office.database.close()
    return demo


WIDE, SMALL = (160, 45), (80, 24)
SHOTS: tuple[Shot, ...] = (
    Shot("lobby", Phase.SIGNING_IN, Role.SECRETARY, "lobby", (120, 32)),
    Shot("phrase-80", Phase.SIGNING_IN, Role.SECRETARY, "lobby", SMALL, ("down", "down", "enter"), untold),
    Shot("roster", Phase.PREPARING, Role.SECRETARY, "roster", WIDE, ("down", "down")),
    Shot("roster-80", Phase.PREPARING, Role.SECRETARY, "roster", SMALL),
    Shot("card-80", Phase.PREPARING, Role.SECRETARY, "roster", SMALL, ("f2",)),
    Shot("scoring", Phase.SCORING, Role.EXPERT, "scoring", WIDE),
    Shot("scoring-80", Phase.SCORING, Role.EXPERT, "scoring", SMALL),
    Shot("progress", Phase.SCORING, Role.CHAIR, "board", WIDE),
    Shot("progress-80", Phase.SCORING, Role.CHAIR, "board", SMALL),
    Shot("reveal", Phase.SCORING, Role.FINANCE, "board", WIDE, ("f9",), one_given),
    Shot("reveal-80", Phase.SCORING, Role.FINANCE, "board", SMALL, ("f9",), one_given),
    Shot("envelope-80", Phase.SCORING, Role.SUPERVISOR, "board", SMALL, ("f10", "enter")),
    Shot("deliberation", Phase.DELIBERATING, Role.CHAIR, "board", WIDE, ("down",)),
    Shot("allocation", Phase.ALLOCATING, Role.CHAIR, "board", WIDE),
    Shot("allocation-80", Phase.ALLOCATING, Role.CHAIR, "board", SMALL),
    Shot("why", Phase.ALLOCATING, Role.CHAIR, "board", (120, 32), ("down", "question_mark")),
    Shot("sensitivity", Phase.PUBLICITY, Role.SUPERVISOR, "sensitivity", WIDE, ("down",)),
    Shot("sensitivity-80", Phase.PUBLICITY, Role.SUPERVISOR, "sensitivity", SMALL, ("end",)),
    Shot("quotas", Phase.ALLOCATING, Role.CHAIR, "quotas", WIDE),
    Shot("publicity", Phase.PUBLICITY, Role.SECRETARY, "publicity", WIDE),
    Shot("publicity-80", Phase.PUBLICITY, Role.SECRETARY, "publicity", SMALL),
    Shot("awards", Phase.FINALISED, Role.FINANCE, "awards", WIDE),
    Shot("audit", Phase.FINALISED, Role.SUPERVISOR, "audit", WIDE),
    Shot("help-80", Phase.SCORING, Role.EXPERT, "scoring", SMALL, ("f1",)),
)


async def strips(shot: Shot, demo: DemoMeeting) -> list[Strip]:
    """The painted lines of a screen of the sample meeting."""
    app = DemoApp(shot.before(demo))
    app.sit(demo.people[shot.role], demo.meeting_id)
    app.start = shot.screen
    async with app.run_test(size=shot.size) as pilot:
        await pilot.pause(0.6)
        await app.screen.settle()
        for key in shot.keys:
            await pilot.press(key)
            await pilot.pause(0.3)
            await app.workers.wait_for_complete()
            await pilot.pause(0.1)
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
    """Take them; of each phase one meeting is built, and each picture gets a copy of it."""
    use("zh")
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    HERE.mkdir(parents=True, exist_ok=True)
    built: dict[Phase, DemoMeeting] = {}
    with tempfile.TemporaryDirectory() as folder:
        for shot in SHOTS:
            if wanted not in shot.name:
                continue
            if shot.phase not in built:
                built[shot.phase] = build(f"{folder}/{shot.phase}.db", shot.phase)
            demo = replace(
                built[shot.phase], place=shutil.copy(built[shot.phase].place, f"{folder}/for-{shot.name}.db")
            )
            drawn = Path(folder) / "drawn.svg"
            drawn.write_text(svg(asyncio.run(strips(shot, demo))), encoding="utf-8")
            subprocess.run(["rsvg-convert", "-o", str(HERE / f"{shot.name}.png"), str(drawn)], check=True)
            print(shot.name)


if __name__ == "__main__":
    main()
