"""The lines around the work, and the calendar."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content

from screens.widgets.cells import Tone
from screens.widgets.keys_line import KeysLine
from screens.widgets.month import Day, MonthGrid, month_lines
from screens.widgets.say_line import SayLine
from screens.widgets.top_line import TopLine

KEYS = [("F5", "提交本项"), ("Ctrl+Z", "撤销"), ("F1", "帮助")]


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield TopLine()
        yield SayLine()
        yield KeysLine()


def test_keys_line_leaves_out_whole_keys_but_never_the_last() -> None:
    line = KeysLine()
    line.show(KEYS)
    assert line.fitting(80) == KEYS
    assert line.fitting(20) == [KEYS[0], KEYS[2]]
    assert line.fitting(19) == [KEYS[2]]
    assert line.fitting(3) == [KEYS[2]]


def test_top_line_keeps_the_person_in_a_narrow_window() -> None:
    async def run() -> None:
        app = Shown()
        async with app.run_test(size=(40, 10)) as pilot:
            line = app.query_one(TopLine)
            line.show("昆明 2024 第一批数字化改造评审会", "", "独立评分", who="专家 03")
            await pilot.pause()
            text = line.render().plain
            assert cell_len(text) == 40
            assert text.endswith(" 专家 03 ")
            assert "…" in text

    asyncio.run(run())


def test_top_line_cuts_its_first_part_before_the_others() -> None:
    async def run() -> None:
        app = Shown()
        async with app.run_test(size=(60, 6)) as pilot:
            line = app.query_one(TopLine)
            line.show("昆明 2024 第一批数字化改造评审会", "独立评分 01:12:40", "全组已交 118/280", who="专家 03")
            await pilot.pause()
            text = line.render().plain
            assert cell_len(text) == 60
            assert "独立评分 01:12:40 · 全组已交 " in text
            assert text.startswith(" 昆明 2024…")

    asyncio.run(run())


def test_a_clock_in_the_top_line_goes_on_where_there_is_one_and_is_painted_when_it_reads_differently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Counted(TopLine):
        painted = 0

        def render(self) -> Content:
            self.painted += 1
            return super().render()

    async def run() -> None:
        app, now = Shown(), ["00:01"]
        async with app.run_test(size=(60, 6)) as pilot:
            line = Counted()
            await app.screen.mount(line)
            line.show("评审会", who="专家 03")
            await pilot.pause()
            assert line._clock is None
            line.show("评审会", lambda: f"评分 {now[0]}", who="专家 03")
            await pilot.pause()
            assert line._clock is not None
            assert "评分 00:01" in line.render().plain
            line.painted = 0
            line._tick()
            await pilot.pause()
            assert line.painted == 0
            now[0] = "00:02"
            line._tick()
            await pilot.pause()
            assert line.painted == 1
            monkeypatch.setattr(type(app.screen), "is_current", False)
            now[0] = "00:03"
            line._tick()
            await pilot.pause()
            assert line.painted == 1, "nobody sees it"
            line.show("评审会", who="专家 04")
            monkeypatch.undo()
            await pilot.pause()
            assert line.painted == 2, "what is shown meanwhile is there when it is seen again"
            assert line._clock is None

    asyncio.run(run())


def test_say_line_grows_for_a_long_refusal_only() -> None:
    async def run() -> None:
        app = Shown()
        async with app.run_test(size=(40, 10)) as pilot:
            line = app.query_one(SayLine)
            line.saved("[bold]16 已保存")
            await pilot.pause()
            assert (line.render().plain, line.size.height) == ("✓ [bold]16 已保存", 1)
            line.refuse("不能进入分配：" + "专家还有三份未提交，" * 4)
            await pilot.pause()
            assert (line.size.height, line.tone) == (3, Tone.REFUSAL)
            line.say("好")
            await pilot.pause()
            assert (line.size.height, line.text) == (1, "好")

    asyncio.run(run())


def test_say_line_is_broken_as_chinese_is_and_not_at_the_first_blank() -> None:
    async def run() -> None:
        app = Shown()
        async with app.run_test(size=(40, 10)) as pilot:
            line = app.query_one(SayLine)
            line.refuse("找不到数据库文件 /srv/km/2026.db。它被移走、删除或换了名：请放回原处。")
            await pilot.pause()
            painted = ["".join(s.text for s in strip).strip() for strip in app.screen._compositor.render_strips()]
            assert "".join(painted).replace(" ", "").endswith("请放回原处。")
            assert "! 找不到数据库文件 /srv/km/2026.db。它" in painted
            assert line.size.height == 2

    asyncio.run(run())


def test_month_counts_days_and_names_the_others() -> None:
    days = {
        day.date: day
        for day in (Day(date(2026, 2, 13), 1), Day(date(2026, 2, 14), 2, "调休"), Day(date(2026, 2, 16), None, "春节"))
    }
    lines = ["".join(text for text, _ in line) for line in month_lines(2026, 2, days, 9)]
    assert lines[0] == "2026年2月"
    assert lines[1].split() == ["一", "二", "三", "四", "五", "六", "日"]
    assert lines[2].split() == ["1"]
    assert lines[6].split() == ["9", "10", "11", "12", "13", "第1日", "14", "第2日", "15"]
    assert lines[7].split() == ["调休"]
    assert lines[8].split()[:2] == ["16", "17"]
    assert lines[9].split() == ["春节"]
    assert len(lines) == 2 + 2 * 5


def test_month_grid_shows_every_month_of_the_period() -> None:
    class Months(App[None]):
        def compose(self) -> ComposeResult:
            yield MonthGrid()

    async def run() -> None:
        app = Months()
        async with app.run_test(size=(80, 40)) as pilot:
            grid = app.query_one(MonthGrid)
            grid.show([Day(date(2024, 9, 30), 1), Day(date(2024, 10, 1), None, "国庆节")])
            await pilot.pause()
            text = "\n".join(grid.render_line(y).text for y in range(40))
            assert "2024年9月" in text
            assert "2024年10月" in text
            assert "国庆节" in text

    asyncio.run(run())


def test_month_marks_today_and_shortens_what_narrow_days_hold() -> None:
    days = {day.date: day for day in (Day(date(2026, 2, 13), 1), Day(date(2026, 2, 14), 2, "调休上班"))}
    roomy = ["".join(text for text, _ in line) for line in month_lines(2026, 2, days, 12, today=date(2026, 2, 13))]
    narrow = month_lines(2026, 2, days, 7, today=date(2026, 2, 13))
    assert roomy[7].split() == ["今天", "调休上班"]
    assert "".join(text for text, _ in narrow[6]).split() == ["9", "10", "11", "12", "13", "今", "14", "班", "15"]
    assert "".join(text for text, _ in narrow[7]).split() == ["第1日", "第2日"]
    assert [text.strip() for text, style in narrow[6] if style == "today"] == ["13 今"]


def test_month_leaves_out_other_weeks_where_room_is_short() -> None:
    days = {date(2026, 2, 27): Day(date(2026, 2, 27), 1)}
    lines = ["".join(text for text, _ in line).split() for line in month_lines(2026, 2, days, 7, whole=False)]
    assert lines[2:] == [["23", "24", "25", "26", "27", "28"], ["第1日"]]
