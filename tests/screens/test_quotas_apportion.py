"""The quotas screen and a factors file: what it makes of the places is looked at, decided where equal, then set."""

from __future__ import annotations

import re

import pytest

from models.enums import Phase
from models.queries.allocation import quota_view
from models.queries.audit import trail
from screens.audit_parts.words import record_words
from screens.dialogs.ask import AskDialog
from screens.dialogs.card import CardDialog
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.why import WhyDialog
from screens.quota_parts.apportion import ApportionDialog

FACTORS = """
[weights]
申报数 = 1
[districts.五华区]
申报数 = 6
[districts.呈贡区]
申报数 = 3
[districts.东川区]
申报数 = 1
"""
TIED = "[weights]\n申报数 = 1\n[districts.五华区]\n申报数 = 3\n[districts.呈贡区]\n申报数 = 3\n"


@pytest.fixture
def file(tmp_path):
    place = tmp_path / "因素.toml"
    place.write_text(FACTORS, encoding="utf-8")
    return place


def ceilings(meeting):
    cells = quota_view(meeting.office, meeting.chair, meeting.id).cells
    return {cell.label: cell.ceiling for cell in cells if cell.ceiling is not None}


async def load(seat, file, method="1"):
    await seat.press("a")
    await seat.answer(str(file))
    assert isinstance(seat.app.screen, ChooseDialog)
    await seat.press(method)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_apportion_shows_places_and_their_way_then_sets_them(meeting_at, sit, file, size):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await load(seat, file)
        assert isinstance(seat.app.screen, ApportionDialog)
        for words in ("名额 3，最大余数法", "五华区", "0.6", "五华区 ⇒ 2", "“申报数”：权重 × 数值 ÷ 各县区合计"):
            assert words in seat.text
        assert ("申报数  " in seat.text) is (size[0] == 160)
        await seat.press("down")
        assert "呈贡区 ⇒ 1" in seat.text
        assert "余数，高于末位的 0.8　0.9 − 0 = 0.9" in seat.text
        await seat.press("question_mark")
        assert isinstance(seat.app.screen, WhyDialog)
        assert "呈贡区的名额（最大余数法）" in seat.text
        await seat.press("escape")
        assert ceilings(meeting) == {}
        await seat.press("enter")
        assert seat.said == "3 个县区的上限已按因素设定。"

    sit(meeting, meeting.secretary, "quotas", script, size)
    assert ceilings(meeting) == {"五华区": 2, "呈贡区": 1, "东川区": 0}


def test_the_audit_trail_tells_it_in_words(meeting_at, sit, file):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await load(seat, file, "3")
        await seat.press("enter")

    sit(meeting, meeting.secretary, "quotas", script)
    told = record_words(trail(meeting.office, meeting.secretary, meeting.id)[0].after)
    assert "\n上限 —；算法 “申报数”：权重 × 数值 ÷ 各县区合计 1 × 6 ÷ 10 0.6 因素.toml、占比" in told
    assert "；保底 0；名称 五华区；名额 2；占比 3/5；数值 申报数 6\n" in told
    assert "；方法 圣拉古法；出处 因素.toml；裁定次序 —；裁定理由 —；权重 申报数 1\n" in told
    assert set(re.findall("[a-z_]{4,}", told)) == {"toml"}


def test_apportion_is_left_without_a_trace(meeting_at, sit, file):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await load(seat, file, "4")
        assert "名额 3，顿特法" in seat.text
        await seat.press("escape")
        assert seat.app.screen is seat.base

    sit(meeting, meeting.secretary, "quotas", script)
    assert ceilings(meeting) == {}


def test_apportion_asks_for_the_order_of_equal_districts(meeting_at, sit, file):
    meeting = meeting_at(Phase.PREPARING)
    file.write_text(TIED, encoding="utf-8")

    async def script(seat):
        await load(seat, file)
        assert "五华区、呈贡区不分先后，只剩 1 个名额。" in seat.text
        assert "待裁定" in seat.text
        await seat.press("enter")
        assert isinstance(seat.app.screen, AskDialog)
        await seat.answer("呈贡区", "抽签")
        assert "请把五华区、呈贡区各写一次，先者在前。" in seat.text
        await seat.answer("抽签，种子 7")
        await seat.press("up")
        await seat.answer("呈贡区、五华区", "")
        assert "请写明理由。" in seat.text
        await seat.answer("抽签，种子 7")
        assert "呈贡区 > 五华区，按裁定的先后：抽签，种子 7" in seat.text
        await seat.press("enter")
        assert seat.said == "2 个县区的上限已按因素设定。"

    sit(meeting, meeting.secretary, "quotas", script)
    assert ceilings(meeting) == {"五华区": 1, "呈贡区": 2}


def test_apportion_tells_the_faults_of_a_file_and_what_would_be_refused(meeting_at, sit, file):
    meeting = meeting_at(Phase.PREPARING)
    file.write_text(FACTORS.replace("五华区", "五花区"), encoding="utf-8")

    async def script(seat):
        await load(seat, file)
        assert isinstance(seat.app.screen, CardDialog)
        assert "五花区" in seat.text
        await seat.press("escape")
        file.write_text("total = 30\n" + FACTORS, encoding="utf-8")
        await load(seat, file)
        assert "总名额 30 超出批次剩余名额 3。" in seat.text
        await seat.press("enter")
        assert "配额不能这样设定" in seat.said

    sit(meeting, meeting.secretary, "quotas", script)
    assert ceilings(meeting) == {}


def test_apportion_waits_for_a_draft_to_be_saved(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("1", "")
        await seat.press("a")
        assert "先按 F5 保存" in seat.said
        assert seat.app.screen is seat.base

    sit(meeting, meeting.secretary, "quotas", script)


def test_apportion_is_for_who_sets_the_quotas_and_the_chair_gives_a_reason(meeting_at, sit, file):
    meeting = meeting_at(Phase.ALLOCATING)

    async def as_secretary(seat):
        await seat.press("a")
        assert seat.said == "现在由组长设定配额。"
        assert seat.app.screen is seat.base

    async def as_chair(seat):
        await load(seat, file)
        await seat.press("enter")
        await seat.answer("")
        assert "请写明理由。" in seat.text
        await seat.answer("县区[bold]协商")
        assert seat.said == "3 个县区的上限已按因素设定。"

    sit(meeting, meeting.secretary, "quotas", as_secretary)
    sit(meeting, meeting.chair, "quotas", as_chair)
    change = quota_view(meeting.office, meeting.chair, meeting.id).changes[-1]
    assert change.reason == "按因素分配（最大余数法）：县区[bold]协商"
