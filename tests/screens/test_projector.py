"""The projector: what all in the room may see, in every phase and size, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest

from kmdx_tui.projector import ProjectorApp
from models.enums import Phase, RecusalGround
from models.errors import NotPermitted
from models.queries.items import item
from models.queries.projector import projector
from models.services import attendance, pacing, room, scoring
from screens.board_parts.clock import remaining
from screens.projector_parts.lines import body

SIZES = [(80, 24), (160, 45), (200, 60)]


def painted(meeting, size=(80, 24), actor=None, act=None, keys=()):
    """What stands on the projector, after what another desk did, and after some keys."""

    async def run():
        app = ProjectorApp(meeting.office, actor or meeting.secretary, meeting.id)
        async with app.run_test(size=size) as pilot:
            for _ in range(300):
                await pilot.pause(0.02)
                if app.screen._view is not None:
                    break
            await app.screen.settle()
            if act is not None:
                act()
                token = meeting.office.database.change_token()
                for _ in range(300):
                    await pilot.pause(0.02)
                    if app.screen._token == token:
                        break
                await app.screen.settle()
            for key in keys:
                await pilot.press(key)
            if not app.is_running:
                return None
            return "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())

    return asyncio.run(run())


def view(meeting, actor=None):
    return projector(meeting.office, actor or meeting.secretary, meeting.id)


# Who, and with what


@pytest.mark.parametrize("phase", list(Phase))
def test_projector_shows_the_same_whoever_opened_it(meeting_at, phase):
    meeting = meeting_at(phase)
    shown = view(meeting)
    for actor in (meeting.finance, meeting.supervisor):
        assert view(meeting, actor) == shown
    if phase is not Phase.PREPARING:
        assert view(meeting, meeting.chair) == view(meeting, meeting.deputy) == shown
        with pytest.raises(NotPermitted):
            view(meeting, meeting.expert(3))


@pytest.mark.parametrize("size", SIZES)
def test_projector_tells_nothing_of_marks_while_they_are_sealed(meeting_at, size):
    """Two meetings that differ in submitted marks only are shown and painted alike."""
    texts, views = [], []
    for application in (2, 5):
        meeting = meeting_at(Phase.SCORING)
        for expert in (3, 4):
            marks = meeting.marks(expert, application)
            scoring.enter_marks(meeting.office, meeting.expert(expert), meeting.id, meeting.no(2), marks)
            scoring.submit(meeting.office, meeting.expert(expert), meeting.id, [meeting.no(2)])
        now = meeting.clock()
        meeting.office.own_clock = lambda now=now: now
        texts.append(painted(meeting, size))
        views.append(view(meeting))
    assert texts[0] == texts[1]
    assert views[0] == views[1]
    assert (views[0].lines, views[0].line, views[0].room) == ((), None, None)
    assert "KM1-002" not in texts[0]


@pytest.mark.parametrize("phase", [Phase.DELIBERATING, Phase.ALLOCATING, Phase.PUBLICITY, Phase.FINALISED])
def test_projector_shows_scores_but_no_sheets_after_the_reveal(meeting_at, phase):
    meeting = meeting_at(phase)
    text = painted(meeting, (160, 45))
    assert "89.25" in text
    for number in range(1, 6):
        for sheet in item(meeting.office, meeting.secretary, meeting.id, meeting.no(number)).sheets:
            total = f"{sheet.total_micro // 1_000_000}.{sheet.total_micro // 10_000 % 100:02}"
            if total not in ("89.25", "84.00", "80.00", "69.00"):  # the scores
                assert total not in text
    assert "totals" not in str(asdict(view(meeting)))
    assert not any(f"专家{n}" in text for n in range(1, 6))


def test_projector_keeps_the_results_of_panels_apart(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql(f"INSERT INTO panel (meeting_id, name) VALUES ('{meeting.id}', '一组')")
    shown = view(meeting)
    assert (shown.apart, shown.lines, shown.line) == (True, (), None)
    text = painted(meeting)
    assert "分组评审" in text
    assert "89.25" not in text


# What stands there


@pytest.mark.parametrize("size", SIZES)
def test_projector_shows_progress_of_every_seat(meeting_at, size):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 2)
    text = painted(meeting, size)
    for words in ("独 立 评 分", "已交", "专家3", "1/5", "0/4", "张秘书"):
        assert words in text
    assert "F1" not in text


def test_projector_says_who_leaves_and_follows_by_itself(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    attendance.add_recusal(meeting.office, meeting.expert(4), meeting.id, "专家4", meeting.no(2), RecusalGround.SHARES)
    room.call_item(meeting.office, meeting.deputy, meeting.id, meeting.no(1))

    def on():
        room.close_item(meeting.office, meeting.deputy, meeting.id)
        room.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
        room.step_out(meeting.office, meeting.chair, meeting.id, "专家3")

    for size in SIZES:
        before = painted(meeting, size)
        assert "现在讨论  KM1-001  示例企业1" in before
        assert "专家2主持（副组长）" in before
        assert "请离场：专家1" in before
    after = painted(meeting, act=on)
    assert "现在讨论  KM1-002  示例企业2" in after
    assert "请离场：专家4" in after
    assert "暂离：专家3" in after


def test_projector_draws_the_line_below_the_last_that_is_in(meeting_at):
    meeting = meeting_at(Phase.ALLOCATING)
    assert "拟入选" not in painted(meeting, (160, 45)).split("名额")[-1]
    meeting.propose()
    lines = painted(meeting, (160, 45)).splitlines()
    order = [
        next(n for n, line in enumerate(lines) if words in line)
        for words in ("KM1-001", "KM1-002", "KM1-003", "入选线 80.00", "KM1-004", "KM1-005")
    ]
    assert order == sorted(order)
    assert "△ 备选 1" in lines[order[4]]
    assert "▲ 拟入选" in lines[order[0]]


def test_projector_tells_the_period_and_the_totals(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    assert "公示 3 个项目：03-10 至 03-17，5 个工作日，第 0 日" in painted(meeting)
    signed = meeting_at(Phase.FINALISED)
    assert "第 1 版名单：3 家，120 万元，待签署" in painted(signed)
    signed.sign()
    assert "第 1 版名单：3 家，120 万元，已签署" in painted(signed)


def test_projector_counts_down_what_the_chair_started(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    pacing.start_countdown(meeting.office, meeting.chair, meeting.id, 10)
    ends = view(meeting).countdown_ends_at
    assert "倒计时" in painted(meeting)
    start = datetime.fromisoformat(ends) - timedelta(minutes=10)
    assert remaining(ends, start) == "10:00"
    assert remaining(ends, start + timedelta(seconds=61)) == "08:59"
    assert remaining(ends, start + timedelta(minutes=11)) == "00:00"


# A wall, not a desk


def test_projector_takes_no_keys_but_quit(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    now = meeting.clock()
    meeting.office.own_clock = lambda: now
    quiet = painted(meeting)
    assert painted(meeting, keys=("escape", "f1", "f3", "tab", "enter", "ctrl+p", "f9", "down", "x")) == quiet
    for key in ("q", "ｑ", "ctrl+q", "ctrl+c"):
        assert painted(meeting, keys=(key,)) is None


def test_projector_turns_the_pages_of_a_long_list(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    shown = view(meeting)

    def page(number):
        lines = ["".join(cell.text for cell in line) for line in body(shown, 78, 6, number)]
        return [line[5:12] for line in lines if "KM1" in line], lines[-1].strip()

    assert page(0) == (["KM1-001", "KM1-002", "KM1-003"], "第 1 页，共 2 页")
    assert page(1) == (["KM1-004", "KM1-005"], "第 2 页，共 2 页")
    assert page(2) == page(0)


def test_projector_shows_names_as_they_are_and_within_the_window(meeting_at):
    from rich.cells import cell_len

    meeting = meeting_at(Phase.DELIBERATING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE enterprise SET name = '[red]一二三四五六七八九十一二三四五六七八九十一二三四五六七八九'"
        )
    room.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(3))
    text = painted(meeting)
    assert "[red]一二" in text
    assert all(cell_len(line) == 80 for line in text.splitlines())


def test_projector_says_in_a_window_of_small_characters_how_it_is_read_from_afar(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    assert "一行 80 格上下" in painted(meeting, (160, 45))
    assert "一行 80 格上下" not in painted(meeting, (80, 24))
