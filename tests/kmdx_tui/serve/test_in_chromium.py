"""The browser door in a real Chromium: sign in, Chinese through an input method, marks, reload, come back."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.enums import Phase, SheetState
from models.queries.desk import desk
from tests.conftest import PHRASE
from tests.kmdx_tui.serve.conftest import until

PIN = "654321"
MARKS = {"plan": 24000, "investment": 17500, "effect": 16500, "demonstration": 12000, "assurance": 13000}
"""24, 17.5, 16.5, 12 and 13 as they are stored."""


async def sign_in(tab: Any, number: int, first: str = "我已交", secret: str = PIN) -> None:
    """From the door to the desk, for an expert who has signed in before; `first` is what stands on it."""
    await tab.shows("二、选姓名", f"专家{number}")
    await tab.ready()
    await tab.key(*["ArrowDown"] * (number - 1), "Enter")
    await tab.shows(f"专家{number}（")
    await tab.type(secret)
    await tab.key("Enter")
    await tab.shows(first)


async def unlock(tab: Any) -> None:
    await tab.shows("已锁定")
    await tab.type(PIN)
    await tab.key("Enter")


def sheet(meeting: Any, number: int, no: str) -> Any:
    """One expert's sheet as the database has it."""
    found = desk(meeting.office, meeting.expert(number), meeting.id)
    return next(row for row in found.rows if row.no == no)


def test_mark_comment_reload_and_come_back(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None], events: Any
) -> None:
    meeting = meeting_at(Phase.SCORING)
    served = serve(meeting.place)
    taken, composed, committed = events
    no = meeting.no(1)

    async def script(browser: Any) -> None:
        tab = await browser.tab(served.url)
        await sign_in(tab, 3)
        for mark in ("２４", "17。5", "１６．５", "12"):
            for rapidly, one in zip((False, True) * 2, mark, strict=False):
                await tab.play(*committed(one), rapidly=rapidly)
            await tab.key("Enter")
        await tab.type("13")
        await tab.key("Enter")
        await tab.shows("83")
        await tab.key("ArrowUp", "F8")
        await tab.shows("示例企业1：评语")
        await tab.play(*composed("nihao", "你好"))
        await tab.play(*composed("ma", "吗", up=False), *committed("8"), taken("1", up=True), rapidly=True)
        await tab.play(*committed("。"), *composed("haode", "好的"), *committed("９"), rapidly=True)
        await tab.type("ok 1.5")
        await tab.shows("你好吗8。好的９ok 1.5")
        await tab.reload()
        await tab.shows("已锁定：专家3")
        assert "你好" not in tab.text
        assert no not in tab.text
        await tab.type("000000")
        await tab.key("Enter")
        await tab.shows("不对")
        await unlock(tab)
        await tab.shows("你好吗8。好的９ok 1.5")
        await tab.play(*composed("jieshu", "结束"))
        await tab.key("Enter")
        await tab.shows("评语已保存")
        await tab.key("F5")
        await tab.shows("我已交 1/")
        await browser.close(tab)

        again = await browser.tab(served.url)
        await unlock(again)
        await again.shows("我已交 1/", no)
        assert all(url.startswith(served.url) or url.startswith("data:") for url in tab.requests + again.requests)

    browse(script)
    saved = sheet(meeting, 3, no)
    assert saved.marks == MARKS
    assert (saved.state, saved.comment) == (SheetState.SUBMITTED, "你好吗8。好的９ok 1.5结束")


def test_a_tablet_needs_no_key_that_its_keyboard_lacks(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None], events: Any
) -> None:
    meeting = meeting_at(Phase.SCORING)
    served = serve(meeting.place)
    _taken, composed, committed = events

    async def script(browser: Any) -> None:
        tab = await browser.tab("about:blank")
        await tab.as_tablet()
        await tab.open(served.url)
        await tab.shows("二、选姓名", "专家3")
        await tab.ready()
        await tab.tap_word("专家3")
        await tab.tap_key("Enter")
        await tab.shows("专家3（")
        for digit in PIN:
            await tab.play(*committed(digit))
        await tab.tap_word("确定")
        await tab.shows("我已交")
        for mark in ("24", "17.5", "16.5", "12", "19"):
            for one in mark:
                await tab.play(*committed(one))
            await tab.tap_key("⌫" if mark == "19" else "Enter")
        await tab.play(*committed("3"))
        await tab.tap_key("Enter")
        await tab.shows("83")
        await tab.tap_key("↑")
        await tab.tap_word("评语")
        await tab.shows("示例企业1：评语")
        await tab.play(*composed("haode", "好的"))
        await tab.shows("好的")
        await tab.tap_word("确定")
        await tab.shows("评语已保存")
        await tab.tap_word("帮助")
        await tab.shows("滚动")
        assert "得到的八个字符" not in tab.text
        await tab.drag("本界面", 10)
        await tab.shows("得到的八个字符")
        await tab.tap_key("Esc")
        await until(lambda: "用语" not in tab.text, "the end of the help")
        await tab.tap_word("F5")
        await tab.shows("我已交 1/")

    browse(script)
    saved = sheet(meeting, 3, meeting.no(1))
    assert (saved.state, saved.comment) == (SheetState.SUBMITTED, "好的")
    assert saved.marks == MARKS


def test_exports_are_downloaded_and_leave_nothing_on_the_server(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None], tmp_path: Path
) -> None:
    meeting = meeting_at(Phase.DELIBERATING)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    served = serve(meeting.place, TMPDIR=str(temporary))
    kept = tmp_path / "downloads"

    async def script(browser: Any) -> None:
        tab = await browser.tab(served.url)
        await tab.say("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(kept))
        await sign_in(tab, 1, "评审会 · 合议")
        await tab.key("F3")
        await tab.shows("前往")
        await tab.choose("名单")
        await tab.shows("X 导出")
        await tab.type("x")
        await tab.shows("导出什么")
        await tab.key("Enter")
        await tab.shows("已交给浏览器下载：M1-会议纪要")
        while not list(kept.glob("*.docx")):
            await asyncio.sleep(0.05)
        assert await browser.titles() == ["专家评审工作台"]  # and no window more

    browse(script)
    (file,) = kept.iterdir()
    assert zipfile.is_zipfile(file)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with meeting.office.database.reading() as connection:
        told = connection.exec_driver_sql("SELECT after FROM audit_entry WHERE act = 'export'").scalar_one()
    assert digest in told
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("modifiers", [2, 10], ids=["Ctrl", "Ctrl+Shift"])
def test_what_is_copied_elsewhere_is_pasted_with_the_keys_that_browsers_have_for_it(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None], modifiers: int
) -> None:
    served = serve(meeting_at(Phase.SCORING).place)

    async def script(browser: Any) -> None:
        tab = await browser.tab(served.url)
        await tab.say("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        await sign_in(tab, 3)
        await tab.key("F8")
        await tab.shows("示例企业1：评语")
        await tab.say("Page.bringToFront")
        await tab.run("navigator.clipboard.writeText('别处写好的话')")
        await tab.ready()
        about = {"key": "v", "code": "KeyV", "windowsVirtualKeyCode": 86, "modifiers": modifiers}
        await tab.say("Input.dispatchKeyEvent", type="rawKeyDown", commands=["paste"], **about)
        await tab.say("Input.dispatchKeyEvent", type="keyUp", **about)
        await tab.shows("别处写好的话")
        assert tab.text.count("别处写好的话") == 1
        await tab.type("ok")
        await tab.shows("别处写好的话ok")

    browse(script)


def test_a_second_tab_takes_the_desk_over_and_a_left_one_ends(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None]
) -> None:
    served = serve(meeting_at(Phase.SCORING).place)

    async def script(browser: Any) -> None:
        first = await browser.tab(served.url)
        await sign_in(first, 3)
        second = await browser.tab(served.url)
        await second.shows("已锁定：专家3")
        await first.becomes("document.body.dataset.over", "moved")
        assert await first.run("getComputedStyle(document.querySelector('.moved')).display") == "flex"
        bar = "(view => view.offsetWidth - view.clientWidth)(document.querySelector('.xterm-viewport'))"
        assert await second.run(bar) == 0  # nothing is scrolled back to, and so no bar stands beside the picture
        assert len(served.desks()) == 1
        await second.ready()
        await second.key("F10")
        await second.shows("再按一次")
        await second.key("F10")
        await second.shows("二、选姓名")
        await browser.close(second)
        while served.desks():  # nobody sits at it
            await asyncio.sleep(0.05)

    browse(script)


def test_a_line_that_breaks_comes_back_by_itself(
    meeting_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None]
) -> None:
    served = serve(meeting_at(Phase.SCORING).place)

    async def script(browser: Any) -> None:
        tab = await browser.tab(served.url)
        await sign_in(tab, 3)
        await tab.key("F8")
        await tab.shows("示例企业1：评语")
        await tab.type("half")
        await tab.shows("half")
        before = served.desks()
        await tab.run("line.close()")  # as when a proxy gives up: the server did not say that the desk has ended
        await tab.shows("已锁定：专家3")
        await tab.ready()
        await unlock(tab)
        await tab.shows("half")
        assert served.desks() == before  # the same desk, not one like it

    browse(script)


@pytest.mark.parametrize("dies", ["its server", "its server, asked to", "the desk itself"])
def test_words_half_typed_at_a_desk_that_dies_are_there_at_the_next(
    sealed_at: Callable[..., Any], serve: Callable[..., Any], browse: Callable[..., None], tmp_path: Path, dies: str
) -> None:
    meeting = sealed_at(Phase.SCORING)
    served = serve(meeting.place)

    async def script(browser: Any) -> None:
        tab = await browser.tab(served.url)
        await sign_in(tab, 3, secret=PHRASE)
        await tab.key("F8")
        await tab.shows("示例企业1：评语")
        await tab.type("half")
        await tab.shows("half")
        desks = served.desks()
        if dies == "the desk itself":
            while not list((tmp_path / "data" / "kmdx" / "unsent").glob("*.box")):
                await asyncio.sleep(0.05)
            for desk_ in desks:
                os.kill(desk_, signal.SIGKILL)
        served.process.send_signal(signal.SIGTERM if "asked" in dies else signal.SIGKILL)
        await served.no_more(desks)
        tab = await browser.tab(serve(meeting.place).url)
        if dies == "the desk itself":  # which did not give its seat back
            await sign_in(tab, 3, "接管专家3的席位", secret=PHRASE)
            await tab.key("Enter")
        else:
            await sign_in(tab, 3, secret=PHRASE)
        await tab.shows("上次没写完的还在")
        await tab.key("F8")
        await tab.shows("half")
        await tab.type("way")
        await tab.key("Enter")
        await tab.shows("评语已保存")

    browse(script)
    assert sheet(meeting, 3, meeting.no(1)).comment == "halfway"
