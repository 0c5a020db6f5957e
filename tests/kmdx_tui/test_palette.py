"""The palette: what it says itself is in the language of the desk too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from models.enums import Phase
from tests.desk_at import At


def test_the_palette_asks_and_answers_in_our_words(meeting_at: Callable[..., Any]) -> None:
    async def run() -> None:
        at = At(meeting_at(Phase.SCORING), "甲机")
        async with at.app.run_test(size=(80, 24)) as at.pilot:
            await at.until(lambda: "选姓名" in at.text)
            await at.press("ctrl+p")
            await at.until(lambda: "查找命令" in at.text and "换成这个主题" in at.text)
            assert "Search" not in at.text
            await at.press(*"zzzz")
            await at.until(lambda: "没有这样的命令。" in at.text)
            assert "No matches" not in at.text
            assert "换成这个主题" not in at.text

    asyncio.run(run())
