"""`rules.phases`: what stands in the way, in words; by facts made up here."""

from dataclasses import replace
from datetime import date

import pytest

from models.enums import Origin, Phase, Role
from models.rules.phases import BACK, Facts, ItemFact, ListFact, SeatFact, blockers, due_from, next_phase
from models.text import T

EVERYONE = ("甲", "乙", "丙", "丁", "戊")


def seat(name, role=Role.EXPERT, **changes):
    fact = SeatFact(name, role, role in (Role.EXPERT, Role.CHAIR, Role.DEPUTY), Origin.EXPERT, True, False)
    return replace(fact, **changes)


SEATS = (
    seat("甲", Role.CHAIR),
    seat("乙", Role.DEPUTY),
    *(seat(name) for name in EVERYONE[2:]),
    seat("秘书", Role.SECRETARY, origin=Origin.OFFICE),
)


def item(no="1", **changes):
    return replace(ItemFact(no, True, EVERYONE), **changes)


@pytest.fixture
def said(kunming):
    def of(phase, *, seats=SEATS, items=None, listed=None):
        items = (item(),) if items is None else tuple(items)
        found = blockers(Facts(phase, kunming, tuple(seats), items, listed or ListFact()))
        return [(blocker.code, blocker.text.chinese()) for blocker in found]

    return of


def without(name, **changes):
    return tuple(replace(one, **changes) if one.name == name else one for one in SEATS)


def test_the_phases_follow_one_another():
    assert [next_phase(phase) for phase in Phase] == [*list(Phase)[1:], None]
    assert BACK == {
        Phase.DELIBERATING: Phase.SCORING,
        Phase.ALLOCATING: Phase.DELIBERATING,
        Phase.PUBLICITY: Phase.ALLOCATING,
        Phase.FINALISED: Phase.PUBLICITY,
    }


@pytest.mark.parametrize("phase", [Phase.PREPARING, Phase.SIGNING_IN, Phase.ARCHIVED])
def test_nothing_stands_in_the_way_of_a_meeting_in_order(said, phase):
    assert said(phase) == []


@pytest.mark.parametrize("items", [(), (item(eligible=False),)])
def test_preparing_wants_an_eligible_application(said, items):
    assert said(Phase.PREPARING, items=items) == [
        ("no_application", "还没有符合条件的申报项目，请先导入名册。"),
    ]


def test_preparing_wants_five_markers_an_odd_number(said):
    assert said(Phase.PREPARING, seats=SEATS[1:]) == [
        ("panel_small", "评分席位 4 个，至少要 5 个，请增设专家席位。"),
        ("panel_even", "评分席位 4 个，应为单数。"),
    ]
    assert said(Phase.PREPARING, seats=without("戊", marks=False))[0][0] == "panel_small"


def test_preparing_wants_two_thirds_experts_exactly_counted(said):
    six = (*SEATS, seat("己"))
    for office, refused in ((1, []), (2, []), (3, ["expert_share"])):
        seats = [replace(one, origin=Origin.OFFICE) if n < office else one for n, one in enumerate(six)]
        codes = [code for code, _ in said(Phase.PREPARING, seats=seats) if code != "panel_even"]
        assert codes == refused, office


def test_preparing_wants_three_markers_for_each_application(said):
    items = (item("1"), item("2", members=("甲", "乙")), item("3", members=("甲",), eligible=False))
    assert said(Phase.PREPARING, items=items) == [("panel_of_item_small", "2 的评审组不足 3 名评委。")]


def test_preparing_names_what_is_wrong_with_the_quotas(said):
    assert said(Phase.PREPARING, listed=ListFact(quota_faults=(T("总名额至少为 1。"),))) == [
        ("quota", "总名额至少为 1。")
    ]


def test_signing_in_wants_the_chair_there(said):
    assert ("no_chair", "还没有签到的组长，请推定组长并签到。") in said(
        Phase.SIGNING_IN, seats=without("甲", signed_in=False)
    )


def test_signing_in_waits_for_everybody_or_their_absence(said):
    assert said(Phase.SIGNING_IN, seats=without("秘书", signed_in=False)) == [
        ("not_signed_in", "秘书 尚未签到，可由组长记录缺席。")
    ]
    assert said(Phase.SIGNING_IN, seats=without("秘书", signed_in=False, absent=True)) == []


@pytest.mark.parametrize(("gone", "refused"), [(1, False), (2, True)])
def test_signing_in_wants_a_quorum_of_two_thirds(said, gone, refused):
    """Four of five are enough (0.8), three are not (0.6)."""
    away = EVERYONE[5 - gone :]
    seats = [replace(one, signed_in=False, absent=True) if one.name in away else one for one in SEATS]
    codes = [code for code, _ in said(Phase.SIGNING_IN, seats=seats)]
    assert codes == (["quorum"] if refused else [])


def test_signing_in_wants_three_left_after_recusals(said):
    items = (item("1", recused=frozenset("丙丁")), item("2", recused=frozenset("丙丁戊")))
    assert said(Phase.SIGNING_IN, items=items) == [
        ("too_few_experts", "2 回避后评委不足 3 名，请增设席位或移出该项目。")
    ]


@pytest.mark.parametrize(
    ("recused", "changes", "refused"),
    [
        ("甲", {}, False),
        ("甲乙", {}, True),
        ("甲", {"absent": True}, True),
        ("甲", {"role": Role.EXPERT}, True),
        ("乙", {"absent": True}, False),
    ],
)
def test_signing_in_wants_a_free_deputy_for_what_the_chair_is_recused_from(said, recused, changes, refused):
    found = said(Phase.SIGNING_IN, seats=without("乙", **changes), items=(item(recused=frozenset(recused)),))
    assert ("no_deputy" in [code for code, _ in found]) == refused


def test_due_leaves_out_recused_absent_and_handed_in():
    seats = {one.name: one for one in without("丁", absent=True)}
    one = item(recused=frozenset("甲"), submitted=frozenset("乙"), abstained=frozenset("丙"))
    assert due_from(one, seats) == ("戊",)
    assert due_from(replace(one, eligible=False), seats) == ()


def test_scoring_names_who_owes_what(said):
    items = [item(str(n), submitted=frozenset("甲乙丙丁")) for n in range(1, 8)]
    assert said(Phase.SCORING, items=items) == [
        ("sheets_out", "戊还有 7 份未提交（1、2、3、4、5 等 7 项），可催交，或由组长记录缺席。")
    ]


def test_scoring_wants_the_least_number_of_valid_sheets(said):
    """A sheet of somebody since recused does not count."""
    enough = item("1", submitted=frozenset("甲乙丙"), abstained=frozenset("丁戊"))
    few = item("2", submitted=frozenset("甲乙丙"), abstained=frozenset("丁戊"), recused=frozenset("丙"))
    assert said(Phase.SCORING, items=(enough, few)) == [("too_few_sheets", "2 的有效评分表不足 3 份。")]


def test_scoring_names_what_is_out_because_it_was_keyed_once_or_differs(said, kunming):
    """Whose sheet is in by another road, or not due, is not waited for."""
    items = (item("1", submitted=frozenset("甲乙丙")), item("2", submitted=frozenset(EVERYONE)))
    keyed = (("丁", "1", False), ("戊", "1", True), ("甲", "1", False), ("丁", "2", True))
    found = blockers(Facts(Phase.SCORING, kunming, SEATS, items, keyings=keyed))
    assert [(one.code, str(one.text), one.applications) for one in found if "key" in one.code] == [
        ("keyed_once", "1/丁 的纸质评分表只录入过一次，须另一人复录。", ("1",)),
        ("keyings_differ", "1/戊 的纸质评分表两次录入不一致，由录入的两人之一核对后重录。", ("1",)),
    ]


def test_scoring_names_an_application_that_can_no_longer_have_enough_sheets(said):
    items = (
        item("1", submitted=frozenset("甲"), abstained=frozenset("乙丙")),
        item("2", recused=frozenset("甲乙丙"), submitted=frozenset("甲")),
        item("3", recused=frozenset("甲乙")),
    )
    assert [one for one in said(Phase.SCORING, items=items) if one[0] == "too_few_left"] == [
        ("too_few_left", "2 交齐后有效评分表仍不足 3 份：回避、缺席或弃权过多。")
    ]


@pytest.mark.parametrize("phase", [Phase.SIGNING_IN, Phase.SCORING, Phase.DELIBERATING])
def test_suggested_recusals_are_named_to_who_may_know(kunming, phase):
    items = (item(submitted=frozenset(EVERYONE), opinion=True),)
    pairs = (("甲", "1"), ("甲", "2"), ("乙", "2"))
    (told,) = blockers(Facts(phase, kunming, SEATS, items, suggestions=3, suggested=pairs))
    assert (told.code, told.seats, told.applications) == ("recusal_suggested", ("甲", "乙"), ("1", "2"))
    (counted,) = blockers(Facts(phase, kunming, SEATS, items, suggestions=3))
    assert (str(counted.text), counted.seats, counted.applications) == (
        "还有 3 条回避线索待秘书或组长核实。",
        (),
        (),
    )


def test_deliberating_wants_opinions_explanations_corrections(said):
    in_all = frozenset(EVERYONE)
    items = (
        item("1", submitted=in_all, opinion=True),
        item("2", submitted=in_all),
        item("3", submitted=in_all, opinion=True, unexplained=("丙", "戊")),
        item("4", submitted=in_all, opinion=True, corrections_open=1),
        item("5", submitted=frozenset("甲乙"), opinion=True),
        item("6", eligible=False),
    )
    assert said(Phase.DELIBERATING, items=items) == [
        ("no_opinion", "2 还没有评审意见。"),
        ("unexplained", "3：丙、戊 的偏差尚未说明。"),
        ("correction_open", "4 有更正尚未录入新分。"),
        ("too_few_sheets", "5 的有效评分表不足 3 份，须退回评分阶段补评。"),
    ]


def test_allocating_wants_a_proposal_without_ties(said):
    assert said(Phase.ALLOCATING) == [("no_proposal", "还没有分配方案，请组长生成。")]
    listed = ListFact(proposal=True, ties=(("3", "4"),), quota_faults=(T("预算不能为负。"),))
    assert said(Phase.ALLOCATING, listed=listed) == [
        ("tie", "3、4 在线上并列，请组长裁定次序。"),
        ("quota", "预算不能为负。"),
    ]
    assert said(Phase.ALLOCATING, listed=ListFact(proposal=True)) == []


def test_publicity_runs_its_time_and_needs_somebody_to_release(said):
    closes = date(2026, 3, 18)
    assert said(Phase.PUBLICITY, listed=ListFact(unpublished=("1", "2"))) == [("unpublished", "1、2 尚未公示。")]
    assert said(Phase.PUBLICITY, listed=ListFact(closes=closes)) == [
        ("period_runs", "公示期至 2026-03-18 24 时止，尚未届满。")
    ]
    assert [code for code, _ in said(Phase.PUBLICITY, listed=ListFact(closes=closes, period_over=True))] == ["all_held"]
    over = ListFact(closes=closes, period_over=True, releasable=("1",), open_objections=("2",))
    assert said(Phase.PUBLICITY, listed=over) == []


def test_finalised_wants_signatures_objections_closed_and_minutes(said):
    listed = ListFact(unsigned=(Role.CHAIR, Role.FINANCE), open_objections=("2",))
    assert said(Phase.FINALISED, listed=listed) == [
        ("unsigned", "组长尚未签署名单。"),
        ("unsigned", "财政代表尚未签署名单。"),
        ("objection_open", "2 的异议尚未办结。"),
        ("no_minutes", "会议纪要尚未导出。"),
    ]
    assert said(Phase.FINALISED, listed=ListFact(minutes_exported=True)) == []


def test_blockers_name_whom_they_concern(kunming):
    (owed,) = blockers(Facts(Phase.SCORING, kunming, SEATS, (item("9", submitted=frozenset("甲乙丙丁")),)))
    assert (owed.seats, owed.applications) == (("戊",), ("9",))
