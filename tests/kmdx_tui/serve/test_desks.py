"""Who keeps a place where all are taken."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual_serve.download_manager import DownloadManager

from kmdx_tui.serve.desks import ASIDE_SECONDS, DOOR_SECONDS, BrowserDesk, Desks
from kmdx_tui.serve.launcher import Launcher
from kmdx_tui.serve.order import Order


def test_who_stands_at_the_door_for_long_makes_room_only_where_there_is_none(tmp_path: Path) -> None:
    async def run() -> None:
        desks = Desks(2, lambda: BrowserDesk(Order("", "zh"), Launcher(tmp_path / "log"), DownloadManager()))
        stranger, seated = desks.enter("stranger"), desks.enter("seated")
        assert stranger is not None
        assert seated is not None
        seated.seated = True
        assert desks.enter("expert") is None
        for desk in (stranger, seated):
            desk.opened_at -= DOOR_SECONDS + 1
        desks.most = 3
        assert not desks.full
        assert desks.get("stranger") is stranger
        desks.most = 2
        assert desks.enter("expert") is not None
        assert desks.get("stranger") is None
        assert desks.get("seated") is seated

    asyncio.run(run())


def test_who_was_away_for_a_working_day_makes_room(tmp_path: Path) -> None:
    async def run() -> None:
        desks = Desks(1, lambda: BrowserDesk(Order("", "zh"), Launcher(tmp_path / "log"), DownloadManager()))
        away = desks.enter("away")
        assert away is not None
        away.seated = True
        assert desks.full
        away.aside_since = away.opened_at - ASIDE_SECONDS - 1
        assert not desks.full
        assert desks.get("away") is None

    asyncio.run(run())
