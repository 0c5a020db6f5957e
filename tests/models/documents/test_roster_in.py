"""What each column of a roster takes, and that all that is wrong is said at once."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from models.documents.cells import HALF_WIDTH, Unfit, as_text
from models.documents.roster_columns import is_plain_uscc, roster_columns
from models.documents.roster_in import read_roster
from models.rules.money import FEN_PER_WAN

AMOUNT = "0 至 1000000 的万元数，最多六位小数"


def read(sheets, kunming, *rows):
    return read_roster(sheets.source(sheets.roster(*rows)), kunming)


def faults_of(roster):
    return [(fault.row, fault.column, fault.found) for fault in roster.faults]


def value(kunming, key, text):
    return next(column for column in roster_columns(kunming) if column.key == key).value(text)


def test_a_sound_row_is_read_in_fen_levels_and_codes(sheets, kunming):
    (row,) = read(sheets, kunming, sheets.row(1, 推荐意见="推荐", 初核结果="", 申报编号="")).rows
    assert row.number == 2
    assert row.values == {
        "no": "",
        "enterprise": "示例企业1",
        "uscc": sheets.code(1),
        "size": "medium",
        "district": "530102",
        "industry": "green_food",
        "track": "transformation",
        "software": 120_500_000,
        "cloud": 30 * FEN_PER_WAN,
        "equipment": 0,
        "other": 8 * FEN_PER_WAN,
        "prior_support": 0,
        "prior_investment": 200 * FEN_PER_WAN,
        "central_support": False,
        "pilot_2022": False,
        "dishonest": False,
        "other_exclusion": "",
        "target_level": 3,
        "recommendation": True,
        "preliminary": None,
    }


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C2614", "green_food"),
        ("c26", "green_food"),
        ("2614", "green_food"),
        ("Ｃ２６１４", "green_food"),
        ("绿色食品", "green_food"),
        ("C3825", "power_equipment"),
        ("C38", None),
        ("38", None),
        ("A0111", "new_materials"),
        ("0111", None),
        ("C261", "green_food"),
        ("C2", None),
        ("农业", None),
    ],
)
def test_an_industry_may_be_given_by_its_class(kunming, written, code):
    """A class belongs to who lists it or what it lies in; a class that only holds a listed one says too little."""
    classes = {"green_food": ("C26",), "power_equipment": ("C3825", "C3831"), "new_materials": ("A",)}
    measure = replace(
        kunming, industries=tuple(replace(one, classes=classes.get(one.code, ())) for one in kunming.industries)
    )
    if code is not None:
        assert value(measure, "industry", written) == code
        return
    with pytest.raises(Unfit) as unfit:
        value(measure, "industry", written)
    assert "国民经济行业代码" in str(unfit.value.wanted)


def test_the_old_binary_format_is_read_too(stored_sheets, sheets, kunming):
    roster = read_roster(sheets.source(stored_sheets / "roster.xls"), kunming)
    (fault,) = roster.faults
    assert (fault.sheet, fault.row, fault.column, fault.found) == ("名册", 2, "云服务", "１，０００．５")
    assert fault.wanted == HALF_WIDTH
    (row,) = roster.rows
    amounts = [row.values[key] for key in ("software", "cloud", "equipment", "other")]
    assert amounts == [96_400_000, None, 0, 300_000]  # the last is 0.1 + 0.2 as spreadsheets show it
    assert (row.values["pilot_2022"], row.values["dishonest"], row.values["target_level"]) == (False, False, 3)


@pytest.mark.parametrize(
    ("key", "text", "wanted"),
    [
        ("size", "微型企业", "micro"),
        ("size", "Large", "large"),
        ("district", "昆明高新区", "zone-gaoxin"),
        ("district", "５３０１０３", "530103"),
        ("industry", "power_equipment", "power_equipment"),
        ("track", "小灯塔", "lighthouse"),
        ("software", "1,234.567891", 1_234_567_891),
        ("software", "1000000", 1_000_000 * FEN_PER_WAN),
        ("current_level", "4", 4),
        ("current_level", "二级", 2),
        ("current_level", "", None),
        ("completion_year", "2025", 2025),
        ("completion_year", "2025年", 2025),
        ("completion_year", "", None),
        ("dishonest", "√", True),
        ("dishonest", "YES", True),
        ("dishonest", "×", False),
        ("preliminary", "不通过", False),
        ("uscc", " 9153 0100 ma6k 103120 ", "91530100MA6K103120"),
        ("enterprise", "[bold]", "[bold]"),
        ("enterprise", "'; DROP TABLE application; --", "'; DROP TABLE application; --"),
        ("enterprise", "👩🏽‍🔬龘𠀀" * 20, "👩🏽‍🔬龘𠀀" * 20),
        ("summary", "两行\n文字", "两行\n文字"),
    ],
)
def test_what_people_write_is_understood(kunming, key, text, wanted):
    assert value(kunming, key, text) == wanted


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("no", "2024/001"),
        ("no", "B:1"),
        ("completion_year", "25"),
        ("completion_year", "1999"),
        ("completion_year", "明年"),
        ("enterprise", ""),
        ("enterprise", "长" * 301),
        ("enterprise", "换\n行"),
        ("enterprise", "控\x07制"),
        ("enterprise", "反\u202e转"),
        ("summary", "控\x00制"),
        ("summary", "长" * 10_001),
        ("uscc", "91350100M000100Y4Z"),
        ("uscc", "91310115MA1H8R7C6D"),
        ("uscc", "9.1530100e+17"),
        ("size", "巨"),
        ("district", "浦东新区"),
        ("industry", "采矿"),
        ("track", ""),
        *(("software", text) for text in ("", "-1", "NaN", "inf", "1e5", "约100", "1.2345678")),
        *(("software", text) for text in ("1000000.000001", "9" * 50)),
        ("target_level", "五级"),
        ("target_level", "Ⅱ"),
        ("target_level", "0"),
        ("dishonest", ""),
        ("dishonest", "TRUE"),
        ("dishonest", "未查"),
        ("recommendation", "是"),
    ],
)
def test_what_is_not_wanted_is_refused(kunming, key, text):
    with pytest.raises(Unfit):
        value(kunming, key, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("software", "１２"),
        ("software", "1２"),
        ("software", "１，２３４．５"),
        ("software", "12。5"),
        ("prior_investment", "０"),
        ("current_level", "３"),
        ("target_level", "３级"),
        ("uscc", "９１530100MA6K103120"),
    ],
)
def test_full_width_digits_are_faults_that_name_half_width_ones(kunming, key, text):
    with pytest.raises(Unfit) as caught:
        value(kunming, key, text)
    assert caught.value.wanted == HALF_WIDTH


def test_full_width_digits_among_words_do_no_harm(kunming):
    assert value(kunming, "district", "５３０１０３") == "530103"
    assert value(kunming, "remark", "电话１３９") == "电话１３９"


def test_an_amount_stored_as_text_in_a_workbook_is_a_fault_of_its_own(sheets, kunming):
    texts = {"软件": "120.5", "云服务": " 30 ", "数据采集传输设备": "约100", "其他投入": "", "已获专项资金": "１２"}
    roster = read(sheets, kunming, sheets.row(1, **texts), sheets.row(2))
    assert sorted((fault.row, fault.column, fault.found, fault.wanted.chinese()) for fault in roster.faults) == [
        (2, "云服务", " 30 ", "金额须为数字，不是文本"),
        (2, "其他投入", "", f"{AMOUNT}；没有请填 0"),
        (2, "已获专项资金", "１２", "半角数字（0–9）和小数点，不是全角"),
        (2, "数据采集传输设备", "约100", AMOUNT),
        (2, "软件", "120.5", "金额须为数字，不是文本"),
    ]
    faulty, sound = roster.rows
    assert (faulty.values["software"], sound.values["software"]) == (None, 120_500_000)


def test_a_csv_has_nothing_but_text_so_plain_digits_are_numbers(sheets, kunming):
    path = sheets.csv(sheets.lines(sheets.row(1, 软件="120.5", 云服务="1,030"), sheets.row(2, 软件="１２０")))
    roster = read_roster(sheets.source(path), kunming)
    assert faults_of(roster) == [(3, "软件", "１２０")]
    assert [roster.rows[0].values[key] for key in ("software", "cloud")] == [120_500_000, 1_030 * FEN_PER_WAN]


def test_a_near_word_is_suggested(kunming):
    with pytest.raises(Unfit) as caught:
        value(kunming, "district", "五花区")
    assert caught.value.wanted.chinese() == "办法所列县区的名称或代码；是否为“五华区”？"


def test_every_fault_is_listed_with_its_place(sheets, kunming):
    roster = read(
        sheets,
        kunming,
        sheets.row(1, 软件=-1, 县区="浦东新区"),
        sheets.row(2),
        sheets.row(3, 统一社会信用代码="91350100M000100Y44", 近三年严重失信=""),
    )
    assert sorted(faults_of(roster)) == [
        (2, "县区", "浦东新区"),
        (2, "软件", "-1"),
        (4, "统一社会信用代码", "91350100M000100Y44"),
        (4, "近三年严重失信", ""),
    ]
    assert {(fault.file, fault.sheet) for fault in roster.faults} == {("名册.xlsx", "名册")}


def test_cells_are_checked_even_where_a_heading_is_missing(sheets, kunming):
    roster = read(sheets, kunming, sheets.row(1, 企业规模=None, 软件="x"))
    assert sorted(faults_of(roster)) == [(1, "企业规模", ""), (2, "软件", "x")]


def test_a_table_without_any_known_heading_names_all_that_are_wanted(sheets, kunming):
    roster = read_roster(sheets.source(sheets.xlsx({"表": [["甲", "乙"], [1, 2]]})), kunming)
    required = [column.heading for column in roster_columns(kunming) if column.required]
    assert [fault.column for fault in roster.faults] == required


def test_other_columns_become_notes_as_text(sheets, kunming):
    (row,) = read(sheets, kunming, {**sheets.row(1), "序号": 7, "日期": "", "说明": "=1+1"}).rows
    assert row.notes == {"序号": "7", "日期": "", "说明": "=1+1"}


def test_control_characters_in_notes_are_faults(sheets, kunming):
    roster = read(sheets, kunming, {**sheets.row(1), "说明": "a\x08b"})
    assert faults_of(roster) == [(2, "说明", "a\\x08b")]


def test_cells_become_the_text_that_the_office_sees():
    midnight = datetime.datetime.fromisoformat("2024-05-01")
    cells = (0.1 + 0.2, 13_800_138_000.0, 5.0, -0.0, True, datetime.date(2024, 5, 1), midnight)
    assert [as_text(cell) for cell in cells] == ["0.3", "13800138000", "5", "0", "TRUE", "2024-05-01", "2024-05-01"]
    assert as_text(datetime.time(9, 30)) == "09:30:00"


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=10, max_size=10))
def test_the_short_check_of_credit_codes_is_that_of_the_library(digits, rest):
    code = digits + rest
    assert is_plain_uscc(code) == uscc.is_valid(code)
    right = code[:17] + uscc.calc_check_digit(code[:17])
    assert is_plain_uscc(right)


@given(st.text(max_size=20))
def test_the_short_check_takes_nothing_that_the_library_refuses(text):
    assert not is_plain_uscc(text) or uscc.is_valid(text)
