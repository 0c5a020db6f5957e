"""The minutes of conflicts found and of paper sheets: who keyed them, where two differed, what never came in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.documents.minutes import minutes_markdown
from models.enums import Phase
from models.queries.minutes import minutes
from models.services import attendance, conflicts, keying
from models.views.people import Actor

MARKS = {"plan": "21.5", "investment": "18.5", "effect": "12.5", "demonstration": "10.5", "assurance": "6.5"}


def lines(meeting: Any, actor: Actor | None = None) -> list[str]:
    said = minutes_markdown(minutes(meeting.office, actor or meeting.secretary, meeting.id))
    return said.replace("\\", "").split("\n")


def key(meeting: Any, actor: Actor, expert: str, number: int, **changed: str) -> None:
    keying.key_sheet(meeting.office, actor, meeting.id, expert, meeting.no(number), MARKS | changed)


def score_the_rest(meeting: Any, *keyed: tuple[int, int]) -> None:
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) not in {(1, 1), *keyed}:
                meeting.submit(expert, application)


@pytest.mark.parametrize("sealed", [False, True])
def test_minutes_name_who_keyed_and_where_they_differed(meeting_at: Callable[..., Any], sealed: bool) -> None:
    meeting = meeting_at(Phase.SCORING, sealed=sealed)
    for actor in (meeting.secretary, meeting.finance):
        for number in (2, 3):
            key(meeting, actor, "专家3", number)
    key(meeting, meeting.supervisor, "专家4", 2)
    key(meeting, meeting.finance, "专家4", 2, plan="20.5", effect="13")
    key(meeting, meeting.finance, "专家4", 2)
    score_the_rest(meeting, (3, 2), (3, 3), (4, 2))
    meeting.advance()
    said = lines(meeting)
    assert "纸质评分表 2 份由张秘书、李财政先后分别录入，核对一致：专家3（KM1-002、KM1-003）。" in said
    assert "纸质评分表 1 份由王监督、李财政先后分别录入，核对一致：专家4（KM1-002）。" in said
    (differed,) = (one for one in said if "不一致" in one)
    assert differed.startswith(
        "专家4的 KM1-002 示例企业2 纸质评分表，李财政与王监督所录“方案、成效”不一致，李财政于2026年3月10日 "
    )
    assert differed.endswith("核对后重录。")


def test_minutes_name_what_was_keyed_and_never_came_in(meeting_at: Callable[..., Any]) -> None:
    meeting = meeting_at(Phase.SCORING)
    key(meeting, meeting.secretary, "专家5", 2)
    for actor, plan in ((meeting.secretary, "21.5"), (meeting.finance, "20.5")):
        key(meeting, actor, "专家5", 3, plan=plan)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "离会")
    score_the_rest(meeting, *((5, number) for number in range(1, 6)))
    meeting.advance()
    assert [one for one in lines(meeting) if "未计入" in one] == [
        "专家5的 KM1-002 示例企业2 纸质评分表由张秘书录入，未经另一人复录，未计入。",
        "专家5的 KM1-003 示例企业3 纸质评分表由张秘书、李财政录入，两次不一致且未核对一致，未计入。",
    ]


def test_minutes_tell_conflicts_found_dismissed_and_what_they_void(meeting_at: Callable[..., Any]) -> None:
    """Neither the employer nor the phone themselves."""
    meeting = meeting_at(Phase.SCORING)
    score_the_rest(meeting)
    for name, facts in (("专家4", {"employer": "示例企业2"}), ("专家5", {"advised": ("示例企业3 ",)})):
        conflicts.set_about(meeting.office, meeting.secretary, meeting.id, name, facts | {"phone": "13900000000"})
    conflicts.confirm(meeting.office, meeting.secretary, meeting.id, "专家4", meeting.no(2))
    conflicts.dismiss(meeting.office, meeting.chair, meeting.id, "专家5", meeting.no(3), "五年前的事")
    meeting.advance()
    said = lines(meeting)
    (found,) = (one for one in said if one.startswith("专家4回避"))
    assert found.startswith(
        "专家4回避 KM1-002 示例企业2，情形：任职或顾问，说明：“经核实：任职单位同名”（张秘书于2026年3月10日 "
    )
    assert found.endswith("登记），此前所交的评分表作废。")
    (none,) = (one for one in said if "不构成回避" in one)
    assert none.startswith("专家5与 KM1-003 示例企业3：近三年任其顾问，专家1于2026年3月10日 ")
    assert none.endswith("核实不构成回避，理由：“五年前的事”。")
    assert "13900000000" not in "".join(said)
    (declared,) = (one for one in said if one.startswith("专家1回避"))
    assert declared.endswith("申报）。")


def test_minutes_leave_out_paper_sheets_of_what_the_reader_is_recused_from(meeting_at: Callable[..., Any]) -> None:
    meeting = meeting_at(Phase.SCORING)
    for number in (1, 2):
        for actor in (meeting.supervisor, meeting.finance):
            key(meeting, actor, "专家3", number)
    score_the_rest(meeting, (3, 1), (3, 2))
    meeting.advance()
    assert any("专家3（KM1-001、KM1-002）" in one for one in lines(meeting))
    assert any("专家3（KM1-002）" in one for one in lines(meeting, meeting.chair))
