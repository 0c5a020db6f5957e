"""A meeting in which everything happens that leaves a row: panels, absence, corrections, objections, two notices.

Played through the services, phase by phase; `until` stops it when it has just entered a phase.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from models.enums import CorrectionGround, ItemOrder, ObjectionOutcome, Outcome, Phase
from models.queries import items
from models.rules.quotas import Cell, Quota
from models.services import (
    allocating,
    attendance,
    calendar,
    conflicts,
    deliberation,
    desks,
    keying,
    meetings,
    phases,
    publicity,
    returning,
    room,
    scoring,
)
from models.services.export import export
from seeds.policies import builtin_text
from tests.conftest import Meeting

UP_TO = (
    builtin_text("kunming-2024")
    .replace('rule = "share"\nratio = "50%"', 'rule = "up_to"\ncap = 400000', 1)
    .replace("levels = { 2 = 200000, 3 = 400000, 4 = 500000 }\n", "", 1)
)
"""Kunming's measure with the first track's amounts decided by the meeting, so that amounts are decided too."""

UP_TO = UP_TO.replace(
    '# 软件、云服务，以及网关、路由等数据采集传输设备。\neligible = ["software", "cloud", "equipment"]\n', "", 1
)

DAYS = 'basis = "市政府通知"\n[[off]]\nday = 2026-03-26\nname = "停水"\n'
YEAR = 'basis = "国办通知"\nyear = 2027\ncomplete = true\n' + "".join(
    f'[[off]]\nday = {day}\nname = "{name}"\n'
    for day, name in (("2027-01-01", "元旦"), ("2027-05-03", "劳动节"), ("2027-10-01", "国庆节"))
)


def play(meeting: Meeting, folder: Path, until: Phase, since: Phase = Phase.PREPARING) -> Meeting:
    """Play a meeting that has just entered a phase until it has entered another."""
    for phase in list(Phase)[since.position : until.position]:
        _STEPS[phase](meeting, folder)
        meeting.advance()
    return meeting


def _prepare(meeting: Meeting, folder: Path) -> None:
    office, secretary = meeting.office, meeting.secretary
    for number, text in enumerate((DAYS, YEAR)):
        path = folder / f"日历{number}.toml"
        path.write_text(text, encoding="utf-8")
        calendar.add_days(office, secretary, path)
    experts, nos = [f"专家{n}" for n in range(1, 6)], [meeting.no(n) for n in range(1, 7)]
    meetings.set_panel(office, secretary, meeting.id, "一组", experts=experts, applications=nos)
    conflicts.set_about(office, secretary, meeting.id, "专家3", {"employer": "示例企业3"})
    conflicts.dismiss(office, secretary, meeting.id, "专家3", meeting.no(3), "同名，并非同一单位")
    cells = (Cell("industry", "green_food", 1, 3),)
    allocating.set_quota(
        office, secretary, meeting.id, Quota(3, cells=cells, budget_fen=200_0000_00, alternates=1), "初定"
    )


def _paper(meeting: Meeting) -> None:
    """One sheet keyed by two persons, and one that only one has keyed when the marks are revealed."""
    for keyer in (meeting.secretary, meeting.finance):
        keying.key_sheet(meeting.office, keyer, meeting.id, "专家5", meeting.no(4), meeting.marks(5, 4))


def _sign_in(meeting: Meeting, _folder: Path) -> None:
    for name in meeting.people:
        if name != "专家5":
            meeting.sign_in(name)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "路上堵车")
    meeting.sign_in("专家5")
    first = desks.take_desk(meeting.office, meeting.expert(3), meeting.id, "三号机")
    desks.take_desk(meeting.office, first, meeting.id, "四号机", over=True)


def _score(meeting: Meeting, _folder: Path) -> None:
    office = meeting.office
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in ((1, 1), (5, 4), (5, 5)):
                meeting.submit(expert, application)
    _paper(meeting)
    scoring.enter_marks(office, meeting.expert(5), meeting.id, meeting.no(5), meeting.marks(5, 5), "离题")
    scoring.enter_marks(
        office, meeting.expert(5), meeting.id, meeting.no(5), {"plan": "2", "investment": "1", "effect": "1"}
    )
    scoring.submit(office, meeting.expert(5), meeting.id, [meeting.no(5)])
    returning.return_sheet(office, meeting.chair, meeting.id, "专家4", meeting.no(2), "请核对")
    scoring.submit(office, meeting.expert(4), meeting.id, [meeting.no(2)])
    scoring.take_back(office, meeting.expert(4), meeting.id, meeting.no(1))
    scoring.abstain(office, meeting.expert(4), meeting.id, meeting.no(1), "不熟悉")


def _deliberate(meeting: Meeting, _folder: Path) -> None:
    office, chair = meeting.office, meeting.chair
    room.set_order(office, chair, meeting.id, ItemOrder.NUMBER)
    room.call_item(office, chair, meeting.id, meeting.no(2))
    room.step_out(office, chair, meeting.id, "专家4", "接电话")
    room.come_back(office, chair, meeting.id, "专家4")
    deliberation.name_correction(
        office, chair, meeting.id, "专家3", meeting.no(2), "plan", CorrectionGround.ABNORMAL, "畸高"
    )
    deliberation.enter_correction(office, meeting.expert(3), meeting.id, "专家3", meeting.no(2), "plan", "26.5")
    room.close_item(office, chair, meeting.id)
    deliberation.record_dissent(office, meeting.expert(4), meeting.id, "我有不同看法", meeting.no(2))
    for number in range(1, 6):
        presides = meeting.deputy if number == 1 else chair
        deliberation.decide_amount(office, presides, meeting.id, meeting.no(number), 20_0000_00, "按贡献")
    for no, line in items.deliberation(office, meeting.secretary, meeting.id).items():
        for name in line.unexplained:
            deliberation.explain_value(office, meeting.people[name], meeting.id, name, no, "依据充分")
    for actor in (chair, meeting.deputy):
        waiting = deliberation.items_without_opinion(office, actor, meeting.id)
        deliberation.give_opinion(office, actor, meeting.id, waiting, "同意")


def _allocate(meeting: Meeting, _folder: Path) -> None:
    office, chair = meeting.office, meeting.chair
    view = allocating.propose(office, chair, meeting.id)
    for tied in view.ties:
        allocating.decide_tie(office, chair, meeting.id, tied, "抽签，种子 7")
    allocating.adjust(office, chair, meeting.id, meeting.no(5), Outcome.DECLINED, "撤回申请")


def _publish(meeting: Meeting, folder: Path) -> None:
    office, secretary = meeting.office, meeting.secretary
    meeting.publish()
    proof = folder / "证据.txt"
    proof.write_text("照片", encoding="utf-8")
    for application, outcome in ((2, ObjectionOutcome.PARTIAL), (1, ObjectionOutcome.REJECTED)):
        number = publicity.add_objection(
            office,
            secretary,
            meeting.id,
            meeting.no(application),
            "投入不实",
            objector="反映人甲",
            contact="13900000000",
            evidence=[proof],
        )
        publicity.accept_objection(office, secretary, meeting.id, number)
        presides = meeting.chair if application == 2 else meeting.deputy
        fen = 15_0000_00 if outcome is ObjectionOutcome.PARTIAL else None
        publicity.decide_objection(office, presides, meeting.id, number, outcome, "部分属实", fen)
    phases.back(office, meeting.chair, meeting.id, "金额改定")
    allocating.propose(office, meeting.chair, meeting.id)
    meeting.advance()
    meeting.publish()
    meeting.clock.go_to(date(2026, 3, 19))


def _finish(meeting: Meeting, folder: Path) -> None:
    meeting.sign()
    export(meeting.office, meeting.secretary, meeting.id, "minutes", folder)


_STEPS = {
    Phase.PREPARING: _prepare,
    Phase.SIGNING_IN: _sign_in,
    Phase.SCORING: _score,
    Phase.DELIBERATING: _deliberate,
    Phase.ALLOCATING: _allocate,
    Phase.PUBLICITY: _publish,
    Phase.FINALISED: _finish,
}
