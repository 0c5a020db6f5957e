"""The sample meeting on the screens: every chair before and after the reveal, and that without typing a phrase."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from kmdx_tui.demo_app import DemoApp
from models.database import Database
from models.enums import Phase, Role, SheetState
from models.queries.base import Office
from models.queries.desk import desk
from models.queries.meeting import meeting as read_meeting
from models.services import scoring
from screens.base import KmdxScreen
from screens.board import BoardScreen
from screens.dialogs.confirm import ConfirmDialog
from screens.lobby import LobbyScreen, first_screen
from seeds.demo import DemoMeeting, build, reopen

Script = Callable[[DemoApp, Pilot[None]], Awaitable[None]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Phase], DemoMeeting]:
    """The sample meeting of a phase, built once."""
    folder, made = tmp_path_factory.mktemp("demo"), {}

    def of(phase: Phase) -> DemoMeeting:
        if phase not in made:
            made[phase] = build(str(folder / f"{phase}.db"), phase)
        return made[phase]

    return of


def play(demo: DemoMeeting, role: Role, phase: Phase, script: Script) -> None:
    """Sit down as a role, as `kmdx demo --as` does."""

    async def run() -> None:
        app = DemoApp(demo)
        app.sit(demo.people[role], demo.meeting_id)
        app.start = first_screen(phase, role)
        async with app.run_test(size=(120, 32)) as pilot:
            await pilot.pause()
            assert isinstance(app.screen, KmdxScreen)
            await app.screen.settle()
            await script(app, pilot)
        app.office.database.close()

    asyncio.run(run())


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            break
        await pilot.pause(0.01)
    assert true(), getattr(pilot.app.screen, "say_line", None)


@pytest.mark.parametrize("phase", [Phase.SIGNING_IN, Phase.SCORING, Phase.DELIBERATING])
def test_every_role_sits_down_around_the_reveal(
    built: Callable[[Phase], DemoMeeting], phase: Phase, tmp_path: Path
) -> None:
    kept = built(phase)
    place = shutil.copy(kept.place, tmp_path / "demo.db")
    for role in Role:
        demo = reopen(str(place), role)
        seen: list[str] = []

        async def look(app: DemoApp, pilot: Pilot[None], seen: list[str] = seen) -> None:
            screen = app.screen
            assert isinstance(screen, KmdxScreen)
            await until(pilot, lambda: screen.phase is phase)
            seen.append(screen.say_line.text)

        play(demo, role, phase, look)
        assert seen == [""]
        assert (demo.people[role].keys is None) is (phase is Phase.SIGNING_IN and role is Role.EXPERT)


def test_one_person_reveals_from_two_chairs_and_types_no_phrase(
    built: Callable[[Phase], DemoMeeting], tmp_path: Path
) -> None:
    kept = built(Phase.SCORING)
    demo = replace(kept, place=str(shutil.copy(kept.place, tmp_path / "demo.db")))
    office = Office(Database(demo.place), demo.clock)
    expert = demo.people[Role.EXPERT]
    view = desk(office, expert, demo.meeting_id)
    for row in view.rows:
        if row.state in (SheetState.BLANK, SheetState.DRAFT) and not row.recused:
            marks = {one.code: "1" for one in view.rubric.criteria}
            scoring.enter_marks(office, expert, demo.meeting_id, row.no, marks)
            scoring.submit(office, expert, demo.meeting_id, [row.no])

    async def script(app: DemoApp, pilot: Pilot[None]) -> None:
        await until(pilot, lambda: isinstance(app.screen, BoardScreen) and app.screen.meeting_view is not None)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, BoardScreen) and "还须一位" in app.screen.say_line.text)
        await pilot.press("escape")
        name = demo.people[Role.FINANCE].name
        await until(pilot, lambda: isinstance(app.screen, LobbyScreen) and name in app.screen._names.keys)
        assert isinstance(app.screen, LobbyScreen)
        app.screen._names.move_to(name)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, BoardScreen) and app.screen.meeting_view is not None)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, BoardScreen) and "已揭晓" in app.screen.say_line.text)

    play(demo, Role.CHAIR, Phase.SCORING, script)
    assert read_meeting(office, demo.people[Role.CHAIR], demo.meeting_id).phase is Phase.DELIBERATING
    office.database.close()
