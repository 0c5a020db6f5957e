"""The audit screen: every act in words, refused ones marked, the record verified; nothing sealed is told."""

from __future__ import annotations

import json
import re

import pytest

from models.enums import Phase, Role
from models.errors import NotPermitted
from models.queries.audit import trail
from models.rules.permissions import ACTS
from models.services import returning, scoring
from models.services.keys import new_envelope
from screens.audit import AuditScreen
from screens.audit_parts.words import act_words, record_words
from screens.commands import PLACES, faults
from screens.dialogs.card import CardDialog

SIZES = [(80, 24), (160, 45)]


def test_audit_registry_has_no_faults():
    assert faults(AuditScreen) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("who", ["secretary", "chair", "finance", "supervisor"])
def test_audit_shows_acts_in_words(meeting_at, sit, size, who):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        for word in ("序号", "进入下一阶段", "记录评审意见", "组长", "专家1"):
            assert word in seat.text
        assert "meeting.advance" not in seat.text
        assert ("改后" in seat.text) is (size[0] == 160)

    sit(meeting, getattr(meeting, who), "audit", script, size)


def test_audit_is_not_for_experts(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        assert "专家不能看审计记录" in seat.text
        assert "记录评审意见" not in seat.text
        await seat.press("v")
        assert "“校验”由" in seat.said

    sit(meeting, meeting.expert(3), "audit", script)
    place = next(place for place in PLACES if place.name == "audit")
    assert place.who == {Role.SECRETARY, Role.CHAIR, Role.FINANCE, Role.SUPERVISOR}


def test_audit_marks_what_was_refused(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    with pytest.raises(NotPermitted):
        returning.return_sheet(meeting.office, meeting.expert(3), meeting.id, "专家4", meeting.no(2), "试试")

    async def script(seat):
        assert "⊘" in seat.text
        assert "未准" in seat.text
        await seat.press("enter")
        assert isinstance(seat.app.screen, CardDialog)
        assert "什么也没有改" in seat.text

    sit(meeting, meeting.supervisor, "audit", script)


def test_audit_tells_no_mark_while_sealed(meeting_at, sit):
    meeting = meeting_at(Phase.SCORING)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "23.5"})

    async def script(seat):
        assert "评分" in seat.text
        await seat.press("enter")
        assert "23.5" not in seat.text + seat.base_text
        assert "23500" not in seat.text + seat.base_text

    sit(meeting, meeting.supervisor, "audit", script, (160, 45))


def test_audit_verification_names_the_head(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    head = trail(meeting.office, meeting.supervisor, None)[0].hash

    async def script(seat):
        await seat.press("v")
        await seat.answer("")
        assert seat.said.startswith("记录完整")
        assert head in seat.text
        await seat.press("escape", "v")
        await seat.answer("0123abcd")
        assert seat.said == "记录有 1 处问题。"
        assert "审计链中没有 0123abcd" in seat.text

    sit(meeting, meeting.supervisor, "audit", script, (160, 45))


def test_audit_verification_finds_a_change(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = '别人' WHERE seq = 3")

    async def script(seat):
        await seat.press("v")
        await seat.answer("")
        assert "第 3 条被改动。" in seat.text

    sit(meeting, meeting.supervisor, "audit", script)


def test_audit_finds_and_reads_the_whole_database(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        assert "建立数据库" not in [act_words(line.act) for line in seat.base._lines.values()]
        await seat.press("g")
        assert "建立数据库" in [act_words(line.act) for line in seat.base._lines.values()]
        await seat.press("slash")
        await seat.answer("导入名册")
        assert "导入名册" in seat.text
        await seat.press("m")
        assert seat.said == "已经读到最早的一条。"

    sit(meeting, meeting.supervisor, "audit", script)


def test_audit_chair_of_a_meeting_stays_in_it(meeting_at, sit):
    meeting = meeting_at(Phase.ALLOCATING)

    async def script(seat):
        await seat.press("g")
        assert seat.said == "这里只有一种记录可看。"
        assert {line.meeting for line in seat.base._lines.values()} == {meeting.id}

    sit(meeting, meeting.chair, "audit", script)


def test_act_words_know_every_act():
    assert [act for act in ACTS if act_words(act) == act] == []
    assert act_words("office.init") == "建立数据库"


def test_record_words_put_values_into_words():
    kept = {"phase": "scoring", "budget_fen": 200_0000_00, "digest": "ab" * 32, "ties": [["A-1", "A-2"]], "新词": None}
    assert record_words(json.dumps(kept)).splitlines() == [
        "阶段：独立评分",
        "预算（元）：2,000,000",
        "摘要：ABABABAB",
        "线上并列：A-1 A-2",
        "新词：—",
    ]
    assert record_words("{}") == "—"


def test_audit_tells_of_keys_shares_and_the_reveal_in_words(sealed_at):
    meeting = sealed_at(Phase.DELIBERATING)
    new_envelope(meeting.office, meeting.finance)
    told = {}
    for line in trail(meeting.office, meeting.supervisor, None, newest=1000):
        told.setdefault(line.act, []).append(record_words(line.after))
    (envelope,) = told["keys.envelope"]
    assert re.fullmatch("密钥信封：[0-9A-F]{8}", envelope)
    second, first = told["meeting.unseal"]
    assert first.splitlines() == ["封存期次：1", "交出密钥：组长"]
    assert "交出密钥：财政代表" in second
    assert re.search("评分表：KM1-001/专家2 [0-9A-F]{8}；", second)
    assert any("密钥保管人：组长 专家1；财政代表 李财政；监督 王监督" in words for words in told["meeting.advance"])
    assert [words for all_ in told.values() for words in all_ if re.search("[0-9a-f]{64}", words)] == []
