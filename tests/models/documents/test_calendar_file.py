"""Calendar files: what they say, and every one of their faults at once with its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.documents.calendar_file import CalendarFile, read_calendar_file
from models.documents.reading import Source
from models.errors import BadInput
from models.rules.calendar import Calendar, OfficeDay

WHOLE = """# 按国务院办公厅通知
basis = "国办发明电〔2026〕9号"
year = 2027
complete = true
on = [2027-02-06, "2027-02-20"]   # 调休

[[off]]
day = 2027-01-01
name = "元旦"

[[off]]
from = 2027-02-05
to = 2027-02-05
name = "春节"

[[off]]
from = 2027-05-01
to = 2027-05-03
name = "劳动节"

[[off]]
from = 2027-10-01
to = 2027-10-03
name = "国庆节"
"""


YEARS = "2000 到 2199 的年份；complete 须同时写明 year"
DATES = "2000 到 2199 年的日期，例如 2027-02-06"


def read(text: str, calendar: Calendar | None = None) -> CalendarFile:
    source = Source("日历.toml", ".toml", text.encode(), "")
    return read_calendar_file(source, calendar or Calendar())


def faults(text: str, calendar: Calendar | None = None) -> list[tuple[int | None, str, str, str]]:
    with pytest.raises(BadInput) as bad:
        read(text, calendar)
    assert all(fault.file == "日历.toml" for fault in bad.value.faults)
    return [(fault.row, fault.column, fault.found, str(fault.wanted)) for fault in bad.value.faults]


def test_a_whole_year_is_read() -> None:
    file = read(WHOLE)
    basis = "国办发明电〔2026〕9号"
    assert (file.basis, file.year) == (basis, 2027)
    assert file.days == {
        date(2027, 1, 1): OfficeDay(False, "元旦", basis),
        date(2027, 2, 5): OfficeDay(False, "春节", basis),
        **{date(2027, 5, day): OfficeDay(False, "劳动节", basis) for day in (1, 2, 3)},
        **{date(2027, 10, day): OfficeDay(False, "国庆节", basis) for day in (1, 2, 3)},
        date(2027, 2, 6): OfficeDay(True, "", basis),
        date(2027, 2, 20): OfficeDay(True, "", basis),
    }


def test_local_days_need_no_year() -> None:
    file = read('basis = "区政府通知"\n[[off]]\nday = 2026-03-04\nname = "停水"\n')
    assert (file.year, file.days) == (None, {date(2026, 3, 4): OfficeDay(False, "停水", "区政府通知")})


def test_every_fault_is_listed_at_once_with_its_line() -> None:
    text = """basis = " "
year = 2027
offs = 1
on = [
  2027-02-06,
  2027-02-05,
  2027-02-06,
  2027-03-03,
  2026-12-26,
  "二月",
]
[[off]]
from = 2027-02-05
to = 2027-02-07
name = "春节"
[[off]]
day = 2027-02-07
name = ""
on = [2027-02-28]
[[off]]
from = 2027-06-01
to = 2027-05-01
name = "倒"
[[off]]
name = "无日"
"""
    year = "2027 年内的日子；别的年份另写一个文件"
    assert faults(text) == [
        (1, "basis", " ", "依据的文件，必填，例如“国办发明电〔2026〕1号”"),
        (3, "offs", "offs", "格式中有的键，例如 off"),
        (5, "on", "2027-02-06", "同一天不能既放假又上班"),
        (6, "on", "2027-02-05", "同一天不能既放假又上班"),
        (7, "on", "2027-02-06", "同一天不能既放假又上班"),
        (8, "on", "2027-03-03", "周六、周日，或原定放假的日子：普通工作日本来就上班"),
        (9, "on", "2026-12-26", year),
        (10, "on", "二月", DATES),
        (17, "day", "2027-02-07", "每天只写一次：这一天前面已经写过"),
        (18, "name", "", "节日或放假的名称，至多 20 个字，例如“春节”"),
        (19, "on", "on", "on 写在第一个 [[off]] 之前"),
        (22, "to", "2027-05-01", "不早于 from，至多连续 31 天"),
        (24, "day", "name", "from 和 to 两天，或 day 一天"),
    ]


def test_a_day_worked_twice_is_one_too_many() -> None:
    assert faults('basis = "通知"\non = [2027-02-06, 2027-02-06]\n') == [
        (2, "on", "2027-02-06", "每天只写一次：这一天前面已经写过")
    ]


def test_a_weekday_is_worked_anew_only_where_it_was_off() -> None:
    text = 'basis = "更正"\non = [2026-03-04, 2026-10-01]\n'
    assert [found for _, _, found, _ in faults(text)] == ["2026-03-04"], "1 October is the notice's, 4 March nobody's"
    known = Calendar({date(2026, 3, 4): OfficeDay(False, "停水", "通知")})
    assert read(text, known).days[date(2026, 3, 4)] == OfficeDay(True, "", "更正")


@pytest.mark.parametrize(
    ("text", "line", "column", "wanted"),
    [
        ('basis = "通知"\n', None, "off", "至少一天：[[off]]（放假）或 on（上班）"),
        (
            'basis = "通知"\ncomplete = true\non = [2027-02-06]\n',
            None,
            "year",
            YEARS,
        ),
        (
            'basis = "通知"\nyear = "2027"\non = [2027-02-06]\n',
            2,
            "year",
            YEARS,
        ),
        ('basis = "通知"\ncomplete = "是"\non = [2027-02-06]\n', 2, "complete", "true 或 false，不加引号"),
        ('basis = "通知"\non = 2027-02-06\n', 2, "on", "上班的日子，例如 [2027-02-06, 2027-02-20]"),
        ('basis = "通知"\noff = [2027-02-06]\n', 2, "off", "每段放假一个 [[off]]，下写 from、to（或 day）和 name"),
        ('basis = "通知"\non = [2027-02-06T08:00:00]\n', 2, "on", DATES),
        ('basis = "通知"\n[[off]]\nday = 2027-02-30\nname = "x"\n', 3, "", "合法的 TOML：这里读不懂，或键重复"),
        ('basis = "通知"\n[[off]]\nfrom = 2027-02-03\nname = "x"\n', 2, "to", DATES),
    ],
)
def test_what_is_wanted_is_said(text: str, line: int | None, column: str, wanted: str) -> None:
    assert [(row, key, said) for row, key, _, said in faults(text)] == [(line, column, wanted)]


def test_a_year_called_whole_holds_the_holidays_fixed_by_law() -> None:
    """Of 1 January, 1 May and 1 to 3 October 2027 only 1 May, 2 and 3 October are weekend days anyway."""
    text = 'basis = "通知"\nyear = 2027\ncomplete = true\n[[off]]\nday = 2027-02-05\nname = "春节"\n'
    assert [wanted for _, _, _, wanted in faults(text)] == [
        "全年安排须含 2027-01-01（元旦）放假；不全的，去掉 complete",
        "全年安排须含 2027-10-01（国庆节）放假；不全的，去掉 complete",
    ]


@pytest.mark.parametrize("data", [b"\xff\xfe", b"basis = 1\n[[off]]\n", b'basis = "x"\non = [[1]]\n'])
def test_whatever_it_is_it_is_a_fault_not_a_crash(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_calendar_file(Source("x.toml", ".toml", data, ""), Calendar())


VALUES = st.recursive(
    st.sampled_from(["2027-02-06", '"x"', "1", "true", "2027-02-06T01:02:03", "1e400", '""', "2027-02-08"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
    max_leaves=4,
)
KEYS = st.sampled_from(["basis", "year", "complete", "on", "off", "from", "to", "day", "name", "x"])
LINES = st.one_of(st.just("[[off]]"), st.builds("{} = {}".format, KEYS, VALUES))


@given(st.lists(LINES, max_size=12))
def test_any_file_is_read_or_refused_with_faults(lines: list[str]) -> None:
    said: list[object] = []
    try:
        said += read("\n".join(lines)).days
    except BadInput as bad:
        said += map(str, bad.faults)
    assert said
