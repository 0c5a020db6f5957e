"""The screen of sensitivity: choices left, who changes sides right, agreement below; a way to it from the board."""

from __future__ import annotations

import re

import pytest

from models.enums import Phase
from models.queries.sensitivity import sensitivity
from models.services import attendance, meetings, phases, scoring
from screens.commands import faults
from screens.sensitivity import SensitivityScreen

SIZES = [(80, 24), (160, 45)]
LATIN = re.compile("[A-Za-z]{2,}")


@pytest.fixture
def turning(meeting_at):
    """A meeting in which leaving out 专家5 turns 2 and 5 round."""
    meeting = meeting_at(Phase.SCORING)
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) == (1, 1):
                continue
            marks = meeting.marks(expert, application)
            if (expert, application) == (5, 2):
                marks |= {"plan": "1", "effect": "1"}
            scoring.enter_marks(meeting.office, meeting.expert(expert), meeting.id, meeting.no(application), marks)
            scoring.submit(meeting.office, meeting.expert(expert), meeting.id, [meeting.no(application)])
    meeting.advance()
    return meeting


def test_sensitivity_registry_has_no_faults():
    assert faults(SensitivityScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_sensitivity_shows_choices_moves_and_agreement(turning, sit, size):
    view = sensitivity(turning.office, turning.supervisor, turning.id)

    async def script(seat):
        assert [key.split(":")[-1] for key in seat.base.choices.keys] == [
            *(f"专家{n}" for n in range(1, 6)),
            *("方案", "投入", "成效", "示范", "保障"),
            "mark",
        ]
        for words in ("如果去掉", "换边", "去掉专家1的 4 份评分表", "肯德尔和谐系数", "克里彭多夫一致性系数"):
            assert words in seat.text
        for one in (view.agreement[0].concordance, view.agreement[0].alpha):
            assert f"{one.value:.3f}" in seat.text
            assert f"{one.experts} 位专家，{one.items} 项" in seat.text
        for index, one in enumerate(view.left_out):
            assert list(seat.base.moves.keys) == [*(move.no for move in one.moves), *one.open, *one.unknown]
            assert seat.base.choices.cursor_index == index
            await seat.press("down")
        assert "最小的改动" in seat.text
        assert list(seat.base.moves.keys) == [one.no for one in view.marks]

    sit(turning, turning.supervisor, "sensitivity", script, size)


@pytest.mark.parametrize("size", SIZES)
def test_sensitivity_says_nothing_in_english(turning, sit, size):
    async def script(seat):
        pages = [seat.text]
        for keys in (("enter",), ("escape", "question_mark"), ("escape", "end", "enter")):
            await seat.press(*keys)
            pages.append(seat.text)
        known = {"KM", "Enter", "Esc", "F2", "F3", "F1"}
        assert {word for page in pages for word in LATIN.findall(page)} - known == set()

    sit(turning, turning.supervisor, "sensitivity", script, size)


def test_sensitivity_explains_its_method(turning, sit):
    async def script(seat):
        await seat.press("question_mark")
        for words in ("不足最少份数", "合格线按余下的满分折算", "写明并列", "肯德尔", "1939"):
            assert words in seat.text

    sit(turning, turning.supervisor, "sensitivity", script, (160, 45))


def test_sensitivity_shows_a_move_with_rank_and_score_before_and_after(turning, sit):
    view = sensitivity(turning.office, turning.supervisor, turning.id)
    index, one = next((at, one) for at, one in enumerate(view.left_out) if one.flips and not one.unknown)
    move = next(move for move in one.moves if move.rank_after is not None)

    async def script(seat):
        await seat.press(*["down"] * index)
        assert f"{move.rank_before} → {move.rank_after}" in seat.text
        before, after = (f"{score // 100}.{score % 100:02}" for score in (move.score_before, move.score_after))
        assert f"{before} → {after}" in seat.text
        await seat.press("enter")
        assert f"{before} → {after}" in seat.text

    sit(turning, turning.supervisor, "sensitivity", script, (160, 45))


def test_sensitivity_is_reached_from_the_board_and_leads_back(turning, sit):
    async def script(seat):
        await seat.press("f")
        assert seat.app.gone == ["sensitivity"]
        await seat.reopen("sensitivity")
        await seat.press("escape")
        assert seat.app.gone == ["sensitivity", "board"]

    sit(turning, turning.chair, "board", script)


def test_sensitivity_is_not_for_experts(turning, sit):
    async def script(seat):
        await seat.press("f")
        assert "办理" in seat.said
        assert seat.app.gone == []
        await seat.reopen("sensitivity")
        assert "专家不能看敏感性与一致性" in seat.text
        assert turning.no(2) not in seat.text

    sit(turning, turning.expert(4), "board", script)


def test_sensitivity_is_sealed_before_the_reveal(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()

    async def script(seat):
        assert "现在是“独立评分”阶段" in seat.text
        assert seat.base.choices.keys == ()

    sit(meeting, meeting.chair, "sensitivity", script)


def test_sensitivity_is_computed_anew_when_asked(turning, sit):
    async def script(seat):
        await seat.press("down", "down", "r")
        assert seat.base.choices.cursor_index == 2
        assert "去掉专家3" in seat.text

    sit(turning, turning.supervisor, "sensitivity", script)


def test_sensitivity_tells_the_agreement_of_each_panel(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)
    for name, experts, applications in (("一组", (1, 2, 3), (1, 2)), ("二组", (3, 4, 5), (3, 4, 5))):
        meetings.set_panel(
            meeting.office,
            meeting.secretary,
            meeting.id,
            name,
            experts=[f"专家{n}" for n in experts],
            applications=[meeting.no(n) for n in applications],
        )
    meetings.name_chair(meeting.office, meeting.secretary, meeting.id, "专家3")
    meeting.advance()
    for name in meeting.people:
        secret = meeting.codes.get(name, meeting.pin)
        attendance.sign_in(meeting.office, name, meeting.id, secret, recusals={}, new_pin=meeting.pin)
    phases.advance(meeting.office, meeting.expert(3), meeting.id)
    for expert, applications in ((1, (1, 2)), (2, (1, 2)), (3, (1, 2, 3, 4, 5)), (4, (3, 4, 5)), (5, (3, 4, 5))):
        for application in applications:
            meeting.submit(expert, application)
    phases.advance(meeting.office, meeting.expert(3), meeting.id)

    async def wide(seat):
        assert "一组的一致程度" in seat.text
        assert "共同评过的项目不足 3 个" in seat.text  # two are in the first panel
        await seat.press("enter")
        assert "二组的一致程度" in seat.text

    async def narrow(seat):
        assert "……其余评审组按 Enter 看" in seat.text

    sit(meeting, meeting.supervisor, "sensitivity", wide, (160, 45))
    sit(meeting, meeting.supervisor, "sensitivity", narrow, (80, 24))
