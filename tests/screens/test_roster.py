"""The roster: what each role sees and may do, files taken in or refused in full, recusals, the meeting's own list."""

from __future__ import annotations

import asyncio
import csv
from dataclasses import replace

import pytest
from stdnum.cn import uscc

from models.enums import Phase, RecusalGround
from models.queries.applications import roster
from models.queries.audit import verify
from screens.commands import faults
from screens.dialogs.card import CardDialog
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.faults import FaultsDialog
from screens.dialogs.why import WhyDialog
from screens.roster import CARD_REST_SECONDS, RosterScreen
from screens.roster_parts.importing import free_name

SIZES = [(80, 24), (160, 45)]
HEADINGS = (
    "企业名称,统一社会信用代码,企业规模,县区,行业,支持方向,改造内容摘要,申报材料,软件,云服务,数据采集传输设备,其他投入,当前等级,"
    "目标等级,已获专项资金,以往数字化投入,已获中央小巨人资金,2022年改造试点,近三年严重失信,其他违规情形,推荐意见,备案号,初核结果"
)
HOSTILE = ("[bold]示例[/x]", "=1+1", "'; DROP TABLE application;--", "🦊示例", "示" * 200)


def credit_code(number):
    body = f"91530100MB7{number:06d}"
    return body + uscc.calc_check_digit(body)


def write_roster(path, names, **changes):
    headings = HEADINGS.split(",")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for number, name in enumerate(names):
            told = f"中,五华区,绿色食品,企业改造补助,摘要,卷,60,12.4,24,4,二级,三级,0,0,否,否,否,,推荐,B{number},通过"
            row = dict(zip(headings, [name, credit_code(number), *told.split(",")], strict=True)) | changes
            writer.writerow(row.values())
    return path


def listed(meeting, batch=None):
    secretary = meeting.secretary
    lines = roster(meeting.office, secretary, meeting=None if batch else meeting.id, batch=batch)
    return {line.no: line for line in lines}


async def card_read(seat):
    await asyncio.sleep(2 * CARD_REST_SECONDS)
    await seat.settle()


def without_meeting(meeting):
    """The same office, with nobody in a meeting yet."""
    secretary = replace(meeting.secretary, meeting=None)
    meeting.id = None
    return secretary


def test_roster_registry_has_no_faults():
    assert faults(RosterScreen) == []


@pytest.mark.parametrize("size", SIZES)
def test_roster_shows_eligibility_and_the_reason(meeting_at, sit, size):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        assert "共 6 项 · 符合 5 · 不符合 1" in seat.text
        assert "评审会 · 筹备 · KM1" in seat.text
        await seat.press("end")
        await card_read(seat)
        line = next(line for line in seat.text.splitlines() if "✗ 不符合" in line)
        assert "KM1-006" in line
        assert "近三年" in seat.text
        assert "第九条" in seat.text
        assert ("不符合条件，无" in seat.text) is (size[0] == 160)

    sit(meeting, meeting.secretary, "roster", script, size)


def test_recused_member_sees_which_it_is(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        line = next(line for line in seat.text.splitlines() if "KM1-001" in line)
        assert line.startswith("⊘ 回避")
        assert "本人回避 1" in seat.text

    sit(meeting, meeting.chair, "roster", script)


def test_nobody_sees_the_recusals_of_others(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        assert "⊘" not in seat.text
        assert "本人回避" not in seat.text

    sit(meeting, meeting.expert(3), "roster", script)


def test_filter_goes_through_the_kinds_there_are(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        counts = []
        for _ in range(3):
            await seat.press("e")
            counts.append(len(seat.base.table.keys))
        assert counts == [5, 1, 6]  # nobody here is recused, so that kind is left out
        assert "只列" not in seat.text

    sit(meeting, meeting.secretary, "roster", script)


def test_find_jumps_and_goes_on(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("slash")
        await seat.answer("呈贡区")
        assert seat.base.table.cursor_key == "KM1-004"
        await seat.press("n")
        assert seat.base.table.cursor_key == "KM1-005"
        await seat.press("slash")
        await seat.answer("火星区")
        assert seat.said == "没有含“火星区”的项目。"

    sit(meeting, meeting.secretary, "roster", script)


def test_card_and_derivation_open(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("enter")
        await seat.pilot.pause()
        assert isinstance(seat.app.screen, CardDialog)
        assert listed(meeting)[meeting.no(1)].uscc in seat.text
        await seat.press("right")
        assert "⇒ 预计补助" in seat.text
        await seat.press("escape", "question_mark")
        assert isinstance(seat.app.screen, WhyDialog)
        told = seat.app.screen.plain()
        assert told.splitlines()[0].startswith("为什么 KM1-001 ")
        assert "没有发现不符合条件的情形" in told
        assert "预计补助" in told
        assert "昆工信规〔2024〕1号" in told
        await seat.press("escape", "end", "question_mark")
        assert "属于不予支持的情形" in seat.app.screen.plain()
        assert "预计补助" not in seat.app.screen.plain()

    sit(meeting, meeting.expert(3), "roster", script)


def test_contact_is_for_the_office_and_the_chair(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE application SET contact = '示例联系人', phone = '13800000000'")

    async def seen(seat):
        await seat.press("f2")
        assert "示例联系人" in seat.text
        assert "13800000000" in seat.text

    async def not_seen(seat):
        await seat.press("f2")
        assert "示例联系人" not in seat.text
        assert "13800000000" not in seat.text

    sit(meeting, meeting.secretary, "roster", seen)
    sit(meeting, meeting.expert(3), "roster", not_seen)


def test_roster_is_imported_after_saying_what_it_brings(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PREPARING)
    path = write_roster(tmp_path / "新 名册.csv", HOSTILE)

    async def script(seat):
        await seat.press("i")
        await seat.answer(f"'{path}'", "KM1")
        assert isinstance(seat.app.screen, ConfirmDialog)
        assert "新 名册.csv：新增 5 项，改动 0 处，不变 0 项。" in seat.text
        assert len(listed(meeting, "KM1")) == 6  # nothing yet
        await seat.press("enter")
        assert seat.said == "新增 5 项，改动 0 处，不变 0 项。按 A 列入本次评审会。"
        await seat.press("a")
        assert isinstance(seat.app.screen, ChooseDialog)
        assert "全部 5 项" in seat.text
        assert "[bold]示例[/x]" in seat.text
        await seat.press("1")
        await seat.refilled()
        names = [line.enterprise for line in listed(meeting).values()]
        assert names[6:] == list(HOSTILE)
        assert "共 11 项" in seat.text
        for name in HOSTILE[:4]:
            assert name in seat.text
        assert verify(meeting.office).ok

    sit(meeting, meeting.secretary, "roster", script)


def test_import_again_names_what_changes(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PREPARING)
    path = write_roster(tmp_path / "名册.csv", ("示例甲",))

    async def script(seat):
        for _ in range(2):
            await seat.press("i")
            await seat.answer(str(path), "KM1")
            if isinstance(seat.app.screen, ConfirmDialog):
                await seat.press("enter")
        assert seat.said == "名册.csv：新增 0 项，改动 0 处，不变 1 项。"
        write_roster(path, ("示例甲",), 软件="61")
        await seat.press("i")
        await seat.answer(str(path), "KM1")
        assert "KM1-007 软件：60 ⇒ 61" in seat.text

    sit(meeting, meeting.secretary, "roster", script)


def test_bad_roster_shows_every_fault_and_imports_nothing(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PREPARING)
    path = write_roster(tmp_path / "坏.csv", ("示例甲", "示例乙"), 县区="火星区", 软件="-5")

    async def script(seat):
        await seat.press("i")
        await seat.answer(str(path), "KM1")
        assert isinstance(seat.app.screen, FaultsDialog)
        assert "文件有 4 处问题，什么也没有导入" in seat.text
        assert "火星区" in seat.text
        assert "坏.csv 第2行 “软件”列：现为“-5”" in seat.text or "坏.csv 第2行 “县区”列：现为“火星区”" in seat.text
        await seat.press("e")
        assert seat.said == f"标出问题的副本：{tmp_path / '坏-问题.xlsx'}"
        assert (tmp_path / "坏-问题.xlsx").is_file()
        assert len(listed(meeting, "KM1")) == 6

    sit(meeting, meeting.secretary, "roster", script)


def test_missing_file_and_unknown_batch_are_said_in_the_dialog(meeting_at, sit, tmp_path):
    meeting = meeting_at(Phase.PREPARING)
    path = write_roster(tmp_path / "名册.csv", ("示例甲",))

    async def script(seat):
        await seat.press("i")
        await seat.answer("", "KM1")
        assert "请写明要导入的文件。" in seat.text
        await seat.press("up")
        await seat.answer(str(tmp_path / "没有.xlsx"), "KM1")
        assert "没有这个文件" in seat.text
        await seat.press("up")
        await seat.answer(str(path), "KM9")
        assert "没有批次 KM9。" in seat.text

    sit(meeting, meeting.secretary, "roster", script)


def test_marked_copy_never_takes_a_name_that_is_taken(tmp_path):
    (tmp_path / "名册-问题.xlsx").touch()
    assert free_name(tmp_path / "名册.csv") == tmp_path / "名册-问题2.xlsx"


def test_application_is_taken_out_after_asking(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("d")
        assert "KM1-001 示例企业1" in seat.text
        await seat.press("escape")
        assert len(listed(meeting)) == 6
        await seat.press("d", "enter")
        assert list(listed(meeting)) == [meeting.no(n) for n in range(2, 7)]
        await seat.refilled()
        await seat.press("a", "1")
        assert len(listed(meeting)) == 6

    sit(meeting, meeting.secretary, "roster", script)


@pytest.mark.parametrize(
    ("role", "key", "said"),
    [
        ("chair", "i", "“导入”由秘书办理。"),
        ("finance", "r", "“回避”由组长、副组长、专家、秘书办理。"),
        ("secretary", "a", "“列入”要在筹备阶段办理，现在是独立评分。"),
        ("secretary", "b", "在评审会里只列本会的项目"),
    ],
)
def test_what_is_not_for_this_person_or_time_is_said(meeting_at, sit, role, key, said):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.press(key)
        assert seat.said.startswith(said)

    sit(meeting, getattr(meeting, role), "roster", script)


def test_expert_declares_an_own_recusal(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 1)

    async def script(seat):
        await seat.press("r", "2")
        assert "已开始的评分表作废" in "".join(seat.text.replace("│", "").split())
        await seat.answer("")
        await seat.refilled()
        assert seat.said == "已登记：专家3回避 KM1-001。"
        line = next(line for line in seat.text.splitlines() if "KM1-001" in line)
        assert line.startswith("⊘ 回避")
        await seat.press("r", "7")
        await seat.answer("")
        assert "请写明情况。" in seat.text
        await seat.answer("另有情况")
        assert seat.said == "专家3已回避 KM1-001。"

    sit(meeting, meeting.expert(3), "roster", script)


def test_secretary_records_a_recusal_for_somebody(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)

    async def script(seat):
        await seat.press("r")
        assert "专家1" not in seat.text  # is recused already
        assert "专家5" in seat.text
        await seat.press("4", "1")
        await seat.answer("曾任顾问")
        recusals = recorded(meeting)
        assert recusals[("专家5", meeting.no(1))] == (RecusalGround.EMPLOYMENT, "曾任顾问", "张秘书")

    sit(meeting, meeting.secretary, "roster", script)


def recorded(meeting):
    with meeting.office.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT s.name, a.no, r.ground, r.reason, r.declared_by FROM recusal r JOIN seat s ON s.id = r.seat_id "
            "JOIN application a ON a.id = r.application_id"
        )
        return {(row[0], row[1]): (RecusalGround(row[2]), row[3], row[4]) for row in rows}


def test_without_a_meeting_the_batches_are_listed(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)
    secretary = without_meeting(meeting)

    async def script(seat):
        assert "申报名册 · 全部批次" in seat.text
        assert "共 6 项" in seat.text
        await seat.press("d")
        assert seat.said.startswith("这要在评审会里办理。")
        await seat.press("f9")
        assert seat.said.startswith("这要在评审会里办理。")
        await seat.press("b", "2")
        assert "批次 KM1" in seat.text

    sit(meeting, secretary, "roster", script)


def test_batch_without_applications_says_what_to_do(office, secretary, sit):
    class Empty:
        pass

    place = Empty()
    place.office, place.id = office, None

    async def script(seat):
        assert "还没有申报项目。秘书按 I 导入名册。" in seat.text
        for key in ("f2", "question_mark"):
            await seat.press(key)
            assert seat.said == "先把光标移到一个项目上。"
        await seat.press("i")
        assert seat.said == "还没有批次。请按 Esc 到签到界面新建批次。"

    sit(place, secretary, "roster", script)


def test_secretary_moves_the_meeting_on_from_here(meeting_at, sit):
    meeting = meeting_at(Phase.PREPARING)

    async def script(seat):
        await seat.press("f9")
        assert isinstance(seat.app.screen, ConfirmDialog)
        await seat.press("enter")
        await seat.refilled()
        assert "签到" in seat.text.splitlines()[0]

    sit(meeting, meeting.secretary, "roster", script)
