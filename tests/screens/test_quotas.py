"""The quotas screen: who sets them, the draft that outlives it, what is refused, what a file brings."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from models.enums import CellKind, Phase
from models.queries.allocation import quota_view
from models.rules.quotas import Cell, Quota
from models.services.allocating import set_quota
from screens.commands import faults
from screens.dialogs.ask import AskDialog
from screens.dialogs.card import CardDialog
from screens.dialogs.choose import ChooseDialog
from screens.quotas import QuotasScreen

SIZES = [(80, 24), (160, 45)]


def bounds(meeting, label):
    cells = quota_view(meeting.office, meeting.chair, meeting.id).cells
    return next((cell.floor, cell.ceiling) for cell in cells if cell.label == label)


def test_quotas_registry_has_no_faults():
    assert faults(QuotasScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_quotas_shows_totals_districts_and_who_sets_them(meeting_at, sit, size):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        for word in ("总名额 3", "预算 200 万元", "备选 1", "县区合计", "五华区", "申报", "保底", "上限", "由您设定"):
            assert word in seat.text
        assert ("改动记录" in seat.text) is (size[0] == 160)

    sit(meeting, meeting.chair, "quotas", script, size)


def test_quotas_tell_others_who_sets_them(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        assert "现在由秘书设定配额。" in seat.text
        await seat.press("enter")
        assert seat.said == "“修改”由组长、秘书办理。"
        await seat.press("question_mark")
        assert isinstance(seat.app.screen, CardDialog)

    sit(meeting, meeting.finance, "quotas", script)


def test_quotas_chair_waits_until_scoring(meeting_at, sit):
    meeting = meeting_at(Phase.SIGNING_IN)
    for name in ("专家1",):
        meeting.sign_in(name)

    async def script(seat):
        await seat.press("t")
        assert seat.said == "现在由秘书设定配额。"
        assert seat.app.screen is seat.base

    sit(meeting, meeting.chair, "quotas", script)


def test_quotas_draft_is_marked_and_saved_at_once(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("１", "2")
        assert "* 五华区" in seat.text
        assert seat.said == "五华区：保底 1，上限 2。尚未保存。"
        assert bounds(meeting, "五华区") == (0, None)
        await seat.press("f5")
        assert seat.said == "配额已保存。"
        assert bounds(meeting, "五华区") == (1, 2)
        assert "*" not in seat.text

    sit(meeting, meeting.secretary, "quotas", script)


def test_quotas_draft_survives_leaving_and_may_be_given_up(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("1", "")
        await seat.press("escape")
        assert isinstance(seat.app.screen, ChooseDialog)
        await seat.press("1")
        assert seat.app.gone == ["board"]
        await seat.reopen("quotas")
        assert "* 五华区" in seat.text
        assert seat.said == "上次的 1 处改动还没有保存，按 F5 保存。"
        await seat.press("f9")
        assert "先按 F5 保存" in seat.said
        await seat.press("escape", "2")
        assert seat.app.gone == ["board", "board"]
        await seat.reopen("quotas")
        assert "* 五华区" not in seat.text

    sit(meeting, meeting.secretary, "quotas", script)
    assert bounds(meeting, "五华区") == (0, None)


def test_quotas_undo_takes_back_one_row(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("1", "")
        await seat.press("down", "enter")
        await seat.answer("", "1")
        await seat.press("ctrl+z")
        assert "* 五华区" in seat.text
        assert "* 盘龙区" not in seat.text
        await seat.press("ctrl+z")
        assert seat.said == "这一行没有未保存的改动。"

    sit(meeting, meeting.secretary, "quotas", script)


def test_quotas_dialog_refuses_what_is_no_number(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("一个", "")
        assert isinstance(seat.app.screen, AskDialog)
        assert "“一个”不是 0 到 100000 的整数。" in seat.text
        await seat.press("escape", "t")
        await seat.answer("3", "0", "1")
        assert "预算须大于 0" in seat.text

    sit(meeting, meeting.secretary, "quotas", script)


def test_quotas_fault_of_the_draft_is_shown_before_saving_and_refused(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("9", "")
        assert "县区保底合计 9，高于总名额 3。" in seat.text
        await seat.press("f5")
        assert "配额不能这样设定" in seat.said
        assert "* 五华区" in seat.text

    sit(meeting, meeting.secretary, "quotas", script, (160, 45))
    assert bounds(meeting, "五华区") == (0, None)


def test_quotas_chair_after_the_reveal_gives_the_reason_and_keeps_the_total(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()

    async def script(seat):
        await seat.press("t")
        assert "总名额" not in "".join(field.label for field in seat.app.screen._fields)
        await seat.answer("2")
        await seat.press("f5")
        assert "现有的分配方案随之失效" in str(seat.app.screen.query_one(".about", Static).content)
        await seat.answer("")
        assert "请写明理由。" in seat.text
        await seat.answer("县区[bold]协商")
        assert seat.said == "配额已保存。"
        assert "理由：县区[bold]协商" in seat.text

    sit(meeting, meeting.chair, "quotas", script, (160, 45))
    view = quota_view(meeting.office, meeting.chair, meeting.id)
    assert (view.alternates, view.changes[-1].reason) == (2, "县区[bold]协商")
    assert all(cell.taken is None for cell in view.cells)


def test_quotas_file_becomes_a_draft(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PREPARING)
    set_quota(meeting.office, meeting.secretary, meeting.id, Quota(3, (Cell("district", "530103", 1),), 200_0000_00, 1))
    file = tmp_path / "配额.toml"
    file.write_text('total = 2\nbudget = "1500000"\n[districts."五华区"]\nceiling = 1\n', encoding="utf-8")

    async def script(seat):
        await seat.press("i")
        await seat.answer(str(file))
        assert seat.said == "已读入配额文件，与现有配额有 3 处不同。尚未保存。"
        await seat.press("f5")
        assert seat.said == "配额已保存。"

    sit(meeting, meeting.secretary, "quotas", script)
    view = quota_view(meeting.office, meeting.secretary, meeting.id)
    assert (view.total, view.budget_fen, view.alternates) == (2, 150_0000_00, 0)
    assert {c.label: (c.floor, c.ceiling) for c in view.cells if c.floor or c.ceiling} == {"五华区": (0, 1)}


def test_quotas_bad_file_is_told_fault_by_fault(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PREPARING)
    file = tmp_path / "坏.toml"
    file.write_text("total = -1\n[districts.火星区]\nceiling = 1\n", encoding="utf-8")

    async def script(seat):
        await seat.press("i")
        await seat.answer(str(file))
        assert isinstance(seat.app.screen, CardDialog)
        assert "火星区" in seat.text
        assert "total" in seat.text
        await seat.press("escape", "i")
        await seat.answer(str(tmp_path / "没有.toml"))
        assert "无法读取文件" in seat.said
        assert "*" not in seat.text

    sit(meeting, meeting.secretary, "quotas", script)


def test_quotas_draft_lets_the_changes_of_others_show_through(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.answer("1", "")
        set_quota(
            meeting.office, meeting.secretary, meeting.id, Quota(2, (Cell("district", "530103", 0, 1),), 100_0000_00)
        )
        await seat.until(lambda: "总名额 2" in seat.text)
        await seat.press("f5")
        assert seat.said == "配额已保存。"

    sit(meeting, meeting.secretary, "quotas", script)
    cells = quota_view(meeting.office, meeting.secretary, meeting.id).cells
    kept = {cell.label: (cell.floor, cell.ceiling) for cell in cells if cell.kind is CellKind.DISTRICT}
    assert (kept["五华区"], kept["盘龙区"]) == ((1, None), (0, 1))


def test_quotas_explain_how_a_cell_came_to_its_places(meeting_at, sit):
    meeting = meeting_at(Phase.PUBLICITY)

    async def script(seat):
        seat.base.table.move_to("district/530102")
        await seat.press("question_mark")
        dialog = seat.app.screen
        assert isinstance(dialog, CardDialog)
        pages = {page.title: page.rows for page in dialog._pages}
        lines = pages["五华区 的名额"]
        assert lines[-1][1].endswith("入选 3 个")

    sit(meeting, meeting.secretary, "quotas", script)
