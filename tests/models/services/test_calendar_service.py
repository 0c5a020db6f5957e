"""The service `calendar`: who may add, what replaces what, what stands, and that the record agrees with it."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from models.database import Database
from models.enums import ObjectionOutcome, Phase, Role
from models.errors import BadInput, NotPermitted, Refused, WrongUse
from models.queries.audit import trail, verify
from models.queries.base import Office
from models.queries.calendar import calendar_at, calendar_years, count_days
from models.queries.publicity import explain_clock, explain_notice, notices, objections
from models.services import calendar, publicity
from models.services import office as offices
from seeds.policies import builtin_text

LOCAL = """basis = "区政府通知"
on = [2026-03-14]
[[off]]
from = 2026-03-12
to = 2026-03-13
name = "停水"
"""


def whole(basis: str, *names: str) -> str:
    """A whole 2027 with the holidays fixed by law, and a day off in March for each name."""
    off = [("2027-01-01", "元旦"), ("2027-05-03", "劳动节"), ("2027-10-01", "国庆节")]
    off += [(f"2027-03-{number:02}", name) for number, name in enumerate(names, 1)]
    lines = "".join(f'[[off]]\nday = {day}\nname = "{name}"\n' for day, name in off)
    return f'basis = "{basis}"\nyear = 2027\ncomplete = true\n{lines}'


@pytest.fixture
def add(office, secretary, tmp_path):
    def add(text, actor=None):
        path = tmp_path / "日历.toml"
        path.write_text(text, encoding="utf-8")
        return calendar.add_days(office, actor or secretary, path)

    return add


def changes(added):
    return [(str(one.day), *(None if said is None else str(said) for said in (one.old, one.new))) for one in added.days]


def works(office, *days):
    with office.database.reading() as connection:
        known = office.calendar(connection)
        return [known.day(date.fromisoformat(day)).working for day in days]


def test_a_files_days_are_everybodys_at_once(office, add):
    other = Office(Database(office.database.url), office.clock)
    assert works(other, "2026-03-12", "2026-03-14") == [True, False]
    added = add(LOCAL)
    assert changes(added) == [
        ("2026-03-12", "工作日", "放假：停水"),
        ("2026-03-13", "工作日", "放假：停水"),
        ("2026-03-14", "周末", "调休上班"),
    ]
    assert [str(one.library) for one in added.days] == ["工作日", "工作日", "周末"], "the notice of 2026 says otherwise"
    assert works(other, "2026-03-12", "2026-03-14") == [False, True]


def test_an_addition_is_audited_with_the_files_digest(office, secretary, add):
    added = add(LOCAL)
    assert added.digest == hashlib.sha256(LOCAL.encode()).hexdigest()
    (line,) = trail(office, secretary, None, newest=1)
    assert (line.act, line.object, line.meeting) == ("calendar.add", "日历.toml", None)
    assert json.loads(line.after) == {
        "digest": added.digest,
        "basis": "区政府通知",
        "whole_year": None,
        "off": {"2026-03-12": "停水", "2026-03-13": "停水"},
        "on": ["2026-03-14"],
        "removed": [],
    }
    assert verify(office).ok


def test_a_faulty_file_adds_nothing(office, add):
    before = verify(office).entries
    with pytest.raises(BadInput) as bad:
        add(LOCAL + "day = 2026-03-20\n")
    assert len(bad.value.faults) == 1
    assert works(office, "2026-03-12", "2026-03-14") == [True, False]
    assert verify(office).entries == before


def test_a_missing_file_is_said(office, secretary, tmp_path):
    with pytest.raises(WrongUse):
        calendar.add_days(office, secretary, tmp_path / "没有.toml")


def test_a_day_said_again_is_replaced_and_both_are_said(office, secretary, add):
    add(LOCAL)
    added = add('basis = "更正"\non = [2026-03-12]\n')
    assert changes(added) == [("2026-03-12", "放假：停水", "照常上班")]
    (line,) = trail(office, secretary, None, newest=1)
    assert json.loads(line.before) == {"off": {"2026-03-12": ["停水", "区政府通知"]}, "on": {}, "basis": None}
    assert works(office, "2026-03-12", "2026-03-13") == [True, False]
    assert changes(add('basis = "更正"\non = [2026-03-12]\n')) == []
    assert verify(office).ok


def test_a_whole_year_is_known_and_corrected_as_a_whole(office, secretary, add):
    with pytest.raises(Refused) as refused:
        count_days(office, secretary, date(2027, 3, 1), 5)
    assert refused.value.code == "calendar_unknown_year"
    assert "kmdx calendar add FILE" in str(refused.value.lift)
    add('basis = "区政府通知"\n[[off]]\nday = 2027-03-10\nname = "停水"\n')
    assert add(whole("通知甲", "甲一", "甲二")).year == 2027
    assert count_days(office, secretary, date(2027, 2, 26), 5).closes_without == date(2027, 3, 9)
    added = add(whole("通知乙", "乙一"))
    assert changes(added) == [
        ("2027-01-01", "元旦", "元旦"),
        ("2027-03-01", "放假：甲一", "放假：乙一"),
        ("2027-03-02", "放假：甲二", "工作日"),
        ("2027-05-03", "劳动节", "劳动节"),
        ("2027-10-01", "国庆节", "国庆节"),
    ], "the first notice's day that the second lacks is taken back"
    assert works(office, "2027-03-10") == [False], "another document's day stays"
    assert verify(office).ok


def test_a_whole_year_that_the_library_knows_says_where_they_differ(add):
    """2026 with nothing but what the law fixes: the library's other holidays and make-up days fall away."""
    days = ("01-01", "05-01", "10-01", "10-02")
    text = 'basis = "甲"\nyear = 2026\ncomplete = true\n' + "".join(
        f'[[off]]\nday = 2026-{day}\nname = "休"\n' for day in days
    )
    said = {one.day: (str(one.old), str(one.new), one.library and str(one.library)) for one in add(text).days}
    assert said[date(2026, 2, 14)] == ("调休上班", "周末", "调休上班")
    assert said[date(2026, 2, 16)] == ("春节", "工作日", "春节")
    assert said[date(2026, 10, 1)] == ("国庆节", "放假：休", None)
    assert date(2026, 3, 3) not in said


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SUPERVISOR])
def test_only_the_secretary_adds(office, secretary, add, role):
    code = offices.add_user(office, secretary, "某人", role)
    actor = offices.user_sign_in(office, "某人", code, "654321")
    with pytest.raises(NotPermitted):
        add(LOCAL, actor)
    assert works(office, "2026-03-12") == [True]
    (line,) = trail(office, secretary, None, newest=1)
    assert (line.act, line.refused) == ("calendar.add", "not_permitted")
    assert calendar_years(office, actor, 2026)[0].source == "library", "everybody may look"


def test_the_list_says_where_each_day_comes_from(office, secretary, add):
    add(LOCAL)
    add(whole("通知甲"))
    this, following = calendar_years(office, secretary)
    assert (this.year, this.source, following.year, following.source, following.basis) == (
        *(2026, "library"),
        *(2027, "office", "通知甲"),
    )
    march = [one for one in this.days if one.day.month == 3]
    assert [(one.day.day, one.working, str(one.why), one.source, one.basis, one.added_by) for one in march] == [
        (12, False, "放假：停水", "office", "区政府通知", "张秘书"),
        (13, False, "放假：停水", "office", "区政府通知", "张秘书"),
        (14, True, "调休上班", "office", "区政府通知", "张秘书"),
    ]
    assert [(str(one.why), one.source) for one in this.days if one.day == date(2026, 10, 1)] == [("国庆节", "library")]
    (unknown,) = calendar_years(office, secretary, 2100)
    assert (unknown.source, unknown.days) == (None, ())


# What is published stands


@pytest.fixture
def published(meeting_at, tmp_path):
    """A notice from 10 to 17 March 2026, an objection recorded on the first day; then two of its days fall away."""
    meeting = meeting_at(Phase.PUBLICITY)
    meeting.publish()
    publicity.add_objection(meeting.office, meeting.secretary, meeting.id, meeting.no(2), "不实", objector="甲")
    path = tmp_path / "停水.toml"
    path.write_text(LOCAL, encoding="utf-8")
    meeting.added = calendar.add_days(meeting.office, meeting.secretary, path)
    return meeting


def test_a_running_notice_keeps_its_days_and_is_named(published):
    """Wednesday 11, Saturday 14 (worked now), 16, 17 and 18 would be the five days: published was until the 17th."""
    (standing,) = published.added.standing
    assert (standing.meeting, standing.version) == (published.id, 1)
    assert (standing.closes, standing.would_close) == (date(2026, 3, 17), date(2026, 3, 18))
    (notice,) = notices(published.office, published.secretary, published.id)
    assert (notice.closes, notice.other_closes) == (date(2026, 3, 17), date(2026, 3, 16))
    assert [one.day.day for one in notice.days if one.number is not None] == [11, 12, 13, 16, 17]
    told = explain_notice(published.office, published.finance, published.id, 1)
    assert told.result == "2026-03-17 24 时"
    assert [step.basis for step in told.steps[:3]] == ["第十二条（三）", "民法典第二百零一条", "民法典第二百零一条"]
    with pytest.raises(WrongUse):
        explain_notice(published.office, published.finance, published.id, 2)


def test_a_past_period_is_no_fault_of_the_record(published):
    assert verify(published.office).ok
    published.clock.go_to(date(2026, 3, 18))
    assert published.advance() is Phase.FINALISED


def test_objections_clocks_go_by_the_calendar_of_today(published):
    """Recorded on the 10th, five working days: 11, 14, 16, 17, 18."""
    (one,) = objections(published.office, published.secretary, published.id)
    assert (one.accept_by, one.clock.gone, one.clock.days, one.clock.overdue) == (date(2026, 3, 18), 0, 5, False)
    for day, gone, overdue in ((13, 1, False), (14, 2, False), (18, 5, False), (19, 5, True)):
        published.clock.go_to(date(2026, 3, day))
        (one,) = objections(published.office, published.secretary, published.id)
        assert (one.clock.gone, one.clock.overdue) == (gone, overdue)
    told = explain_clock(published.office, published.chair, published.id, 1)
    assert told.result == "2026-03-18 24 时"
    assert (told.steps[2].value, told.steps[4].basis) == ("登记当日不计入", "区政府通知")


def test_the_time_for_deciding_begins_with_the_acceptance(meeting_at):
    """Accepted on Thursday 12 March 2026, three working days: 13, 16, 17; nothing is awaited once it is decided."""
    policy = builtin_text("kunming-2024").replace('decide_days = "unset"', "decide_days = 3")
    meeting = meeting_at(Phase.PUBLICITY, policy)
    meeting.publish()
    publicity.add_objection(meeting.office, meeting.secretary, meeting.id, meeting.no(2), "不实", objector="甲")
    meeting.clock.go_to(date(2026, 3, 12))
    publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, 1)
    (one,) = objections(meeting.office, meeting.secretary, meeting.id)
    assert (one.accept_by, one.decide_by, one.clock.deciding, one.clock.gone) == (None, date(2026, 3, 17), True, 0)
    told = explain_clock(meeting.office, meeting.chair, meeting.id, 1)
    assert (str(told.title), told.steps[2].value) == ("第 1 号异议的决定期限", "受理当日不计入")
    meeting.clock.go_to(date(2026, 3, 18))
    assert objections(meeting.office, meeting.secretary, meeting.id)[0].clock.overdue
    publicity.decide_objection(meeting.office, meeting.chair, meeting.id, 1, ObjectionOutcome.REJECTED, "经核查")
    assert objections(meeting.office, meeting.secretary, meeting.id)[0].clock is None
    assert explain_clock(meeting.office, meeting.chair, meeting.id, 1) is None


def test_the_calendar_of_a_moment_is_told_by_the_trail(published, tmp_path):
    office = published.office
    stamps = [line.at for line in trail(office, published.secretary, None) if line.act == "calendar.add"]
    path = tmp_path / "又.toml"
    path.write_text('basis = "更正"\non = [2026-03-12]\n', encoding="utf-8")
    calendar.add_days(office, published.secretary, path)
    with office.database.reading() as connection:
        known = [calendar_at(office, connection, at) for at in ("2026-01-01", stamps[0], office.stamp())]
    assert [one.day(date(2026, 3, 12)).working for one in known] == [True, False, True]
    assert [one.day(date(2026, 3, 14)).working for one in known] == [False, True, True]


def test_a_notice_that_ends_with_the_known_years_is_shown_without_the_other_count(meeting_at, tmp_path):
    """From Monday 27 December 2060 five days end on the 31st; counted the other way they run into 2061."""
    policy = builtin_text("kunming-2024").replace("first_day_counts = false", "first_day_counts = true")
    meeting = meeting_at(Phase.PUBLICITY, policy)
    meeting.clock.go_to(date(2060, 12, 27))
    path = tmp_path / "2060.toml"
    days = ("01-01", "05-01", "10-01")
    path.write_text(
        'basis = "甲"\nyear = 2060\ncomplete = true\n'
        + "".join(f'[[off]]\nday = 2060-{day}\nname = "休"\n' for day in days),
        encoding="utf-8",
    )
    calendar.add_days(meeting.office, meeting.secretary, path)
    publicity.open_publicity(meeting.office, meeting.secretary, meeting.id, date(2060, 12, 27), "公告栏")
    (notice,) = notices(meeting.office, meeting.secretary, meeting.id)
    assert (notice.closes, notice.other_closes) == (date(2060, 12, 31), None)
    publicity.add_objection(meeting.office, meeting.secretary, meeting.id, meeting.no(2), "不实", objector="甲")
    (one,) = objections(meeting.office, meeting.secretary, meeting.id)
    assert (one.accept_by, one.clock.gone) == (None, None)
    assert str(one.clock.unknown).startswith("不知道 2061 年")
    assert "kmdx calendar add FILE" in str(one.clock.unknown)
    with pytest.raises(Refused):
        explain_clock(meeting.office, meeting.secretary, meeting.id, 1)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE publicity SET closes = '2026-03-16'", "notice_changed"),
        ("UPDATE publicity SET days = 6", "notice_changed"),
        ("UPDATE calendar_day SET working = true WHERE day = '2026-03-12'", "calendar_changed"),
        ("DELETE FROM calendar_day WHERE day = '2026-03-13'", "calendar_changed"),
        ("INSERT INTO calendar_year VALUES (2099, 'x', 'x', 'x')", "calendar_changed"),
    ],
)
def test_days_changed_behind_the_programs_back_are_found(published, statement, code):
    published.tamper(statement)
    assert [one.code for one in verify(published.office).findings if not one.code.startswith("row_")] == [code]
