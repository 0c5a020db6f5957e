"""Text in cells: exact widths, nothing obeyed, lines broken where people break them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.widgets import signs
from screens.widgets.bars import bar, columns
from screens.widgets.cells import GAP, Column, Placed, fit, lay_out, shown, wrap
from screens.widgets.signs import Sign
from screens.widgets.spread import spread


@pytest.fixture
def plain() -> Iterator[None]:
    signs.use_plain(True)
    yield
    signs.use_plain(False)


@given(st.text(), st.integers(0, 40), st.sampled_from(("left", "right", "center")))
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int, align: str) -> None:
    assert cell_len(fit(text, width, align)) == width  # type: ignore[arg-type]


def test_fit_cuts_between_wide_characters() -> None:
    assert fit("示例制药", 8) == "示例制药"
    assert fit("示例制药", 7) == "示例制…"
    assert fit("示例制药", 6) == "示例… "
    assert fit("示例制药", 6, "right") == " 示例…"
    assert fit("85", 4, "right") == "  85"
    assert fit("示例制药", 1) == "…"


def test_fit_cuts_with_ascii_in_the_plain_set(plain: None) -> None:
    assert fit("abcdef", 4) == "abc~"


def test_shown_leaves_markup_and_formulas_and_drops_what_a_terminal_obeys() -> None:
    assert shown("[bold]=1+1") == "[bold]=1+1"
    assert shown("a\x1b[31mb\nc\u202ed\ud800") == "a [31mb c d "


@given(st.text(alphabet="示例制药，。abc de", max_size=80), st.integers(4, 30))
def test_wrap_keeps_every_character_within_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_wrap_begins_no_line_with_a_closing_mark_and_cuts_no_word() -> None:
    assert wrap("按步长给没有，不等于零", 12) == ["按步长给没", "有，不等于零"]
    assert wrap("kunming policy file", 12) == ["kunming", "policy file"]
    assert wrap("甲\n乙", 12) == ["甲", "乙"]
    assert wrap("", 12) == [""]


def test_lay_out_shares_what_is_left_and_drops_the_least_wanted() -> None:
    wanted = [Column("a", "", 4), Column("b", "", min=5), Column("c", "", 6, drop=2), Column("d", "", 6, drop=1)]
    assert lay_out(wanted, 40) == [Placed(0, 0, 4), Placed(1, 5, 21), Placed(2, 27, 6), Placed(3, 34, 6)]
    assert [p.column for p in lay_out(wanted, 20)] == [0, 1, 3]
    assert [p.column for p in lay_out(wanted, 12)] == [0, 1]
    assert lay_out(wanted, 3) == [Placed(0, 0, 4), Placed(1, 5, 5)]


@given(st.lists(st.integers(3, 9) | st.none(), min_size=1, max_size=6), st.integers(60, 200))
def test_lay_out_with_a_flexible_column_fills_the_room(widths: list[int | None], room: int) -> None:
    placed = lay_out([Column(str(i), "", w) for i, w in enumerate(widths)], room)
    if None in widths:
        assert sum(p.width for p in placed) + GAP * (len(placed) - 1) == room


def test_bar_fills_to_the_half_cell() -> None:
    assert bar(0, 10, 5) == "     "
    assert bar(5, 10, 5) == "██▌  "
    assert bar(10, 10, 5) == "█████"
    assert bar(12, 10, 5) == "█████"
    assert bar(1, 0, 3) == "███"
    assert bar(0, 0, 3) == "   "


def test_bar_and_columns_have_a_plain_form(plain: None) -> None:
    assert bar(5, 10, 5) == "##..."
    assert columns([0, 1, 8]) == ".:#"


def test_columns_never_show_something_as_nothing() -> None:
    assert columns([0, 1, 100]) == "▁▂█"
    assert columns([0, 0]) == "▁▁"
    assert columns([]) == ""


def test_spread_puts_values_on_one_scale() -> None:
    assert spread([0, 5, 10], 0, 10, 11) == "·    ·    ·"
    assert spread([5, 5], 0, 10, 11, score=6) == "     :▪    "
    assert spread([-3, 99], 0, 10, 5) == "·   ·"
    assert spread([7], 7, 7, 5) == "  ·  "


def test_every_sign_has_a_plain_form_in_ascii(plain: None) -> None:
    assert all(str(sign).isascii() for sign in Sign)


def test_wrap_does_not_cut_a_number_that_follows_a_chinese_mark() -> None:
    assert wrap("未提交（KM-054、KM-055、KM-056）", 18) == ["未提交（KM-054、", "KM-055、KM-056）"]
