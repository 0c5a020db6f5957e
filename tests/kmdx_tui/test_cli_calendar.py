"""The office's calendar by commands: add, list, count; what running notices and objections say of their days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.enums import Phase

SECRETARY, FINANCE = "张秘书", "李财政"
LOCAL = """basis = "区政府通知"
on = [2026-03-14]
[[off]]
from = 2026-03-12
to = 2026-03-13
name = "停水"
"""
WHOLE = """basis = "国办发明电〔2026〕9号"
year = 2027
complete = true
[[off]]
day = 2027-01-01
name = "元旦"
[[off]]
day = 2027-10-01
name = "国庆节"
"""


@pytest.fixture
def there(room: Any, meeting_at: Callable[..., Any]) -> Any:
    meeting = meeting_at(Phase.PUBLICITY)
    room.open(meeting.place)
    room.now = meeting.clock.now
    for name, text in (("停水.toml", LOCAL), ("2027.toml", WHOLE), ("坏.toml", 'basis = ""\non = [2026-03-04]\n')):
        (room.folder / name).write_text(text, encoding="utf-8")
    return room


def test_a_year_is_lacking_until_its_file_is_added(there: Any) -> None:
    error = there.refused(1, SECRETARY, "publicity", "open", "M1", "--from", "2026-12-28", "--at", "公告栏")
    assert error["code"] == "calendar_unknown_year"
    assert "kmdx calendar add FILE" in there.say(SECRETARY, "calendar", "show", "2027-03-01", "--days", "5")[2]
    assert there.do(SECRETARY, "calendar", "list", "2027")["years"][0]["known"] is False
    assert "用 kmdx calendar add FILE 加入" in there.say(SECRETARY, "calendar", "list", "2027")[1]
    added = there.do(SECRETARY, "calendar", "add", "2027.toml")
    assert (added["complete_year"], added["basis"]) == (2027, "国办发明电〔2026〕9号")
    assert added["days"][0] == {"date": "2027-01-01", "old": None, "new": "元旦", "library": None}
    opened = there.do(SECRETARY, "publicity", "open", "M1", "--from", "2026-12-28", "--at", "公告栏")
    assert (opened["closes"], opened["other_closes"]) == ("2027-01-05", "2027-01-04"), "1 January 2027 is a Friday"


def test_the_calendar_is_listed_before_the_office_adds_anything(there: Any) -> None:
    (year,) = there.do(FINANCE, "calendar", "list")["years"]
    assert (year["year"], year["known"]) == (2026, True)
    assert there.say(FINANCE, "calendar", "list")[0] == 0


def test_a_faulty_file_is_refused_with_every_fault(there: Any) -> None:
    error = there.refused(3, SECRETARY, "calendar", "add", "坏.toml")
    assert [(fault["row"], fault["column"]) for fault in error["faults"]] == [(1, "basis"), (2, "on")]
    assert there.refused(2, SECRETARY, "calendar", "add", "没有.toml")["code"] == "file_unreadable"
    assert there.refused(4, FINANCE, "calendar", "add", "停水.toml")["code"] == "not_permitted"
    march = [one for one in there.do(FINANCE, "calendar", "list", "2026")["years"][0]["days"] if "-03-" in one["date"]]
    assert march == []


def test_added_days_are_listed_with_where_they_come_from(there: Any) -> None:
    there.do(SECRETARY, "calendar", "add", "停水.toml")
    (year,) = there.do(FINANCE, "calendar", "list", "2026")["years"]
    assert (year["year"], year["known"], year["source"]) == (2026, True, "library")
    days = {one.pop("date"): one for one in year["days"]}
    assert days["2026-03-12"] | {"added_at": ""} == {
        "working": False,
        "why": "放假：停水",
        "source": "office",
        "basis": "区政府通知",
        "library": "工作日",
        "added_by": SECRETARY,
        "added_at": "",
    }
    assert (days["2026-02-14"]["why"], days["2026-02-14"]["source"]) == ("调休上班", "library")
    code, out, _ = there.say(FINANCE, "calendar", "list")
    assert code == 0
    assert "区政府通知（张秘书 2026-03-10 加入）" in out
    assert "2026 年的安排已知（国务院办公厅通知，随程序提供）。" in out


def test_working_days_are_counted_both_ways(there: Any) -> None:
    counted = there.do(FINANCE, "calendar", "show", "2026-02-13", "--days", "3")
    assert (counted["closes"], counted["closes_with_first_day"]) == ("2026-02-25", "2026-02-24")
    assert "2026-02-16（周一）" in there.say(FINANCE, "calendar", "show", "2026-02-13", "--days", "3")[1]
    assert there.refused(2, FINANCE, "calendar", "show", "2026-02-13", "--days", "0")["code"] == "not_days"


def test_what_is_published_stands_and_is_explained(there: Any) -> None:
    there.do(SECRETARY, "publicity", "open", "M1", "--from", "2026-03-10", "--at", "公告栏")
    added = there.do(SECRETARY, "calendar", "add", "停水.toml")
    assert added["standing"] == [{"meeting": "M1", "version": 1, "closes": "2026-03-17", "would_close": "2026-03-18"}]
    shown = there.do(FINANCE, "publicity", "show", "M1", "--explain")
    assert shown["counted"] == [f"2026-03-{day}" for day in (11, 12, 13, 16, 17)]
    steps = {step["step"]: step for step in shown["derivation"]}
    assert steps["2026-03-14（周六）"]["value"] == "不计：周末"
    assert steps["届满"]["value"] == "2026-03-17 24 时"
    out = there.say(FINANCE, "publicity", "show", "M1", "--explain")[1]
    assert "民法典第二百零三条" in out
    assert there.do("", "verify")["ok"]


def test_objections_tell_their_clocks(there: Any) -> None:
    there.do(SECRETARY, "publicity", "open", "M1", "--from", "2026-03-10", "--at", "公告栏")
    there.do(SECRETARY, "objection", "add", "M1", "KM1-002", "--grounds", "不实", "--from", "甲")
    there.now = there.now.replace(day=12)
    (one,) = there.do(SECRETARY, "objection", "list", "M1", "--explain")["objections"]
    assert (one["accept_by"], one["decide_by"], one["overdue"]) == ("2026-03-17", None, False)
    assert one["clock"] == {"for": "accept", "working_days": 5, "gone": 2}
    assert one["derivation"][-2]["value"] == "2026-03-17 24 时"
    out = there.say(SECRETARY, "objection", "list", "M1", "--explain")[1]
    assert "受理 2/5 工作日，至 2026-03-17" in out
    assert "登记当日不计入" in out
    there.now = there.now.replace(day=18)
    assert there.do(SECRETARY, "objection", "list", "M1")["objections"][0]["overdue"] is True
    assert "受理逾期，应不迟于 2026-03-17" in there.say(SECRETARY, "objection", "list", "M1")[1]


@pytest.mark.parametrize(("month", "ok"), [(11, True), (12, False)])
def test_doctor_tells_up_to_which_year_days_are_known(there: Any, month: int, ok: bool) -> None:
    there.now = there.now.replace(month=month)
    checks = {one["code"]: one for one in there.do("", "doctor")["checks"]}
    assert (checks["calendar"]["value"], checks["calendar"]["ok"]) == ("放假和调休安排已知到 2026 年", ok)
    assert ("kmdx calendar add FILE" in (checks["calendar"]["advice"] or "")) is not ok
    there.do(SECRETARY, "calendar", "add", "2027.toml")
    checks = {one["code"]: one for one in there.do("", "doctor")["checks"]}
    assert (checks["calendar"]["value"], checks["calendar"]["ok"]) == ("放假和调休安排已知到 2027 年", True)
