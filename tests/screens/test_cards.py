"""The application's card: the same facts on its pages and in the side, cut to the room there is."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from rich.cells import cell_len

from models.enums import Phase
from models.errors import WrongUse
from models.queries.applications import card
from models.queries.applications import cards as read_cards
from models.text import T
from models.views.applications import ToCheck
from screens.cards import NearCards, amount_words, card_pages, reasons_line, side_lines, verdict


@pytest.fixture
def cards(meeting_at):
    """The cards of the meeting by their place in it, from 1."""
    meeting = meeting_at(Phase.SCORING)
    return {number: card(meeting.office, meeting.chair, meeting.no(number)) for number in range(1, 7)}


def rows(page):
    return {label: getattr(value, "text", value) for label, value in page.rows if label}


def told(lines):
    return ["".join(cell.text for cell in line) for line in lines]


def test_pages_tell_the_application_its_money_its_eligibility_and_contents(cards):
    overview, money, eligibility, contents = card_pages(cards[2])
    assert rows(overview)["企业"] == "示例企业2"
    assert rows(overview)["数字化水平等级"] == "现 二级，目标 三级"
    assert rows(money)["软件"] == "60 万元　计入补助"
    assert rows(money)["其他投入"] == "4 万元　只计入数字化投入"
    assert rows(money)["投入合计"] == "100.4 万元"
    assert rows(money)["⇒ 预计补助"] == "400,000 元"
    assert rows(money)["1 符合条件投入"] == "软件 60 + 云服务 12.4 + 数据采集传输设备 24 = 96.4 万（第七条（一））"
    assert rows(eligibility)["结论"] == "✓ 符合"
    assert ("", "摘要。") in contents.rows


def test_no_amount_stands_beside_who_may_not_be_supported(cards):
    excluded = cards[6]
    assert not excluded.eligible
    assert excluded.amount_fen  # the rule computes one all the same
    _, money, eligibility, _ = card_pages(excluded)
    assert rows(money)["⇒ 预计补助"] == "不符合条件，无"
    assert "1 符合条件投入" not in rows(money)
    assert rows(eligibility)["原因 1"] == reasons_line(excluded.reasons)
    assert "400,000" not in "".join(told(side_lines(excluded, 40, 40)))


def test_amount_that_is_not_known_says_why(cards):
    assert amount_words(replace(cards[2], amount_fen=None, amount_reason=None)) == "未计算"


def test_own_recusal_comes_before_the_verdict(cards):
    assert cards[1].recused
    assert verdict(cards[1].eligible, cards[1].recused).text == "⊘ 回避"
    assert told(side_lines(cards[1], 40, 40))[0].endswith("⊘ 回避")


@pytest.mark.parametrize(("height", "cut"), [(6, False), (12, False), (18, True), (40, False)])
def test_side_fits_its_room_and_says_where_the_rest_is(cards, height, cut):
    long = replace(cards[2], enterprise="示例[b]长" * 20, summary="改造内容很长。" * 60, materials="卷一")
    lines = told(side_lines(long, 40, height))
    assert len(lines) <= height
    assert all(cell_len(line) <= 40 for line in lines)
    assert ("… F2 看全文" in lines) is cut


def test_words_of_the_applicant_stand_as_they_are(cards):
    hostile = replace(cards[2], enterprise="[bold]=1+1", summary="'; DROP TABLE 🦊", materials="")
    lines = told(side_lines(hostile, 40, 40))
    assert "[bold]=1+1" in lines
    assert "'; DROP TABLE 🦊" in lines
    contents = card_pages(hostile)[3].rows
    assert ("", "没有填写。") in contents


def test_what_no_figure_decides_is_left_to_the_eye_and_says_where_to_look(cards):
    checks = (
        ToCheck("a", T("须有{event}", event="证明"), "第八条", "链主名单[x]"),
        ToCheck("b", T("{text}", text="另查"), "", None),
    )
    eligibility = card_pages(replace(cards[2], checks=checks, completion_year=2026))[2]
    assert rows(eligibility)["查核 1"] == "须有证明（第八条）；查：链主名单[x]"
    assert rows(eligibility)["查核 2"] == "另查"
    assert rows(card_pages(replace(cards[2], completion_year=2026))[0])["完成年份"] == "2026"
    assert "查核 1" not in rows(card_pages(cards[2])[2])


def test_cards_read_at_once_are_those_read_one_by_one(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    nos = [meeting.no(number) for number in range(1, 7)]
    for actor in (meeting.chair, meeting.expert(3), meeting.secretary):
        one_by_one = tuple(card(meeting.office, actor, no) for no in nos)
        assert read_cards(meeting.office, actor, nos) == one_by_one
        assert read_cards(meeting.office, actor, ["KM-none", nos[1]]) == one_by_one[1:2]
        with pytest.raises(WrongUse):
            card(meeting.office, actor, "KM-none")


class Waiting:
    """A screen whose reads are answered when the test says so."""

    def __init__(self, meeting):
        self.desk = SimpleNamespace(office=meeting.office, actor=meeting.expert(3))
        self.waits = []

    def read(self, fn, then, name):
        self.waits.append(lambda: then(fn()))


def test_cards_near_the_cursor_are_known_until_anything_is_recorded(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    screen, shown = Waiting(meeting), []
    near, nos = NearCards(screen), [meeting.no(number) for number in range(1, 5)]
    near.read(nos, nos[0], shown.append)
    screen.waits.pop()()
    for no in nos[1:]:
        near.read(nos, no, shown.append)
    assert [one.no for one in shown] == nos
    assert screen.waits == []
    near.forget()
    near.read(nos, nos[2], shown.append)
    near.forget()  # what is on its way may be older than what was recorded: it is shown, and read again
    screen.waits.pop()()
    near.read(nos, nos[3], shown.append)
    assert [one.no for one in shown] == [*nos, nos[2]]
    assert len(screen.waits) == 1
