"""The demo: at a terminal the screens on a meeting under way; without one, a whole meeting played and its documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kmdx_tui.cli.family import Family
from kmdx_tui.cli.reading import one_of, words
from kmdx_tui.cli.shell import Shell, here, open_database
from kmdx_tui.settings import data_folder, has_terminal
from models.enums import Phase, Role
from models.errors import DatabaseUnusable
from models.queries.base import Office
from models.rules.permissions import ADVANCES
from models.text import T, mark

commands = Family()

FOLDER = Path("kmdx-demo")
"""Where a demo without a terminal writes its documents, in the current folder."""

DOCUMENTS = ("minutes", "notice", "scores", "ranking", "awards")


@commands.add("demo", mark("示例会议：打开界面；没有终端时演完一次会议并写出文件"))
def demo(
    context: typer.Context,
    role: Annotated[
        Role | None,
        typer.Option("--as", parser=one_of(Role), metavar=words(Role), help=mark("以什么身份；不写则由该阶段的主持人")),
    ] = None,
    phase: Annotated[
        Phase, typer.Option("--phase", parser=one_of(Phase), metavar=words(Phase), help=mark("从哪个阶段开始"))
    ] = Phase.SCORING,
    fresh: Annotated[bool, typer.Option("--fresh", help=mark("重新建立示例，丢弃上次的"))] = False,
) -> None:
    """Open the demo, or play it."""
    shell = here(context)
    if has_terminal():
        raise typer.Exit(_open(shell, phase, role, fresh=fresh))
    _play(shell)


def _open(shell: Shell, phase: Phase, role: Role | None, *, fresh: bool) -> int:
    """Open the screens on the demo of a phase; it goes on where it was left, unless a fresh one is wanted."""
    from kmdx_tui.demo_app import run_demo
    from seeds.demo import build

    place = data_folder() / f"demo-{phase.value}.db"
    if fresh or not _is_ready(place):
        making = place.with_suffix(".new")  # so that one interrupted half-way is not taken for a demo later
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove(making)
        build(str(making), phase, say=shell.progress)
        _remove(place)
        making.rename(place)
    starting = Role.EXPERT if phase is Phase.SCORING else ADVANCES.get(phase, Role.SECRETARY)
    return run_demo(str(place), role or starting, shell.settings.lang)


def _play(shell: Shell) -> None:
    """Play a whole meeting, and write its documents."""
    from models.services.export import export
    from seeds.demo import build

    place = FOLDER / "demo.db"
    FOLDER.mkdir(exist_ok=True)
    _is_ready(place)  # refuses to touch a file that is not ours
    _remove(place)
    made = build(str(place), Phase.ARCHIVED, say=shell.progress)
    office = Office(open_database(made.place), made.clock)
    secretary = made.people[Role.SECRETARY]
    files = [path for what in DOCUMENTS for path in export(office, secretary, made.meeting_id, what, FOLDER)]
    office.database.close()
    shell.tell(
        {"database": str(place), "meeting": made.meeting_id, "files": [str(path) for path in files]},
        T("一次会议已经演完，文件都在 {folder}：", folder=FOLDER.resolve()),
        *(f"  {path}" for path in files),
    )


def _is_ready(place: Path) -> bool:
    """Whether a demo lies there that this program can open; `DatabaseUnusable` for a file that is not ours at all."""
    if not place.exists():
        return False
    try:
        open_database(str(place)).close()
    except DatabaseUnusable as error:
        if error.code != "database_revision":
            raise
        return False
    return True


def _remove(place: Path) -> None:
    """Remove an earlier demo, if there is one."""
    for part in (place, Path(f"{place}-wal"), Path(f"{place}-shm")):
        part.unlink(missing_ok=True)
