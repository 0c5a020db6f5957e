"""Apportionment as an act: who may, when, what it leaves in the record, and what it does not touch."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from sqlalchemy import text

from models.enums import ApportionMethod, Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.allocation import allocation_view, quota_view
from models.queries.apportioning import apportionment, with_ceilings
from models.queries.audit import verify
from models.rules.factors import FactorDistrict, Factors
from models.rules.quotas import Cell, Quota
from models.services.allocating import set_quota
from models.services.apportioning import apportion
from seeds.policies import builtin_text

KUNMING = builtin_text("kunming-2024")
WUHUA, CHENGGONG, DONGCHUAN = "530102", "530114", "530113"


def factors(*values, total=3, **more):
    codes = (WUHUA, CHENGGONG, DONGCHUAN)
    districts = tuple(
        FactorDistrict(code, {"申报数": Fraction(value)}) for code, value in zip(codes, values, strict=False)
    )
    return Factors(
        total, ApportionMethod.LARGEST_REMAINDER, {"申报数": Fraction(1)}, districts, source="因素.toml", **more
    )


FACTORS = factors(6, 3, 1)
"""Quotas 1.8, 0.9 and 0.3: two, one and none."""


def bounds(meeting):
    view = quota_view(meeting.office, meeting.chair, meeting.id)
    return {cell.label: (cell.floor, cell.ceiling) for cell in view.cells if cell.floor or cell.ceiling is not None}


def last_entry(meeting):
    with meeting.office.database.reading() as connection:
        return connection.execute(text("SELECT * FROM audit_entry ORDER BY seq DESC LIMIT 1")).one()


def test_places_become_ceilings_and_the_rest_stands(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    cells = (Cell("district", WUHUA, 1, 3), Cell("district", "530103", 0, 1), Cell("industry", "green_food", 1, 2))
    set_quota(meeting.office, meeting.secretary, meeting.id, Quota(3, cells, 150_0000_00, 2))
    view = apportion(meeting.office, meeting.secretary, meeting.id, FACTORS)
    assert [(one.label, one.seats) for one in view.districts] == [("五华区", 2), ("呈贡区", 1), ("东川区", 0)]
    assert bounds(meeting) == {
        "五华区": (1, 2),
        "盘龙区": (0, 1),
        "东川区": (0, 0),
        "呈贡区": (0, 1),
        "绿色食品制品制造": (1, 2),
    }
    kept = quota_view(meeting.office, meeting.chair, meeting.id)
    assert (kept.total, kept.budget_fen, kept.alternates) == (3, 150_0000_00, 2)
    assert "盘龙区" in view.apart
    assert "五华区" not in view.apart


def test_the_record_keeps_factors_method_and_derivation(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    apportion(meeting.office, meeting.secretary, meeting.id, FACTORS, "局长办公会")
    entry = last_entry(meeting)
    after = json.loads(entry.after)
    assert (entry.act, entry.actor, entry.refused) == ("quota.apportion", "张秘书", "")
    assert (after["total"], after["reason"]) == (3, "局长办公会")
    told = after["apportionment"]
    assert (told["method"], told["source"], told["weights"]) == ("largest_remainder", "因素.toml", {"申报数": "1"})
    first = told["districts"][0]
    derivation = first.pop("derivation")
    assert first == {
        "name": "五华区",
        "values": {"申报数": "6"},
        "share": "3/5",
        "seats": 2,
        "floor": 0,
        "ceiling": None,
    }
    assert derivation[2] == ["应得名额", "0.6 × 3", "1.8", "因素.toml"]
    change = quota_view(meeting.office, meeting.chair, meeting.id).changes[-1]
    assert change.reason == "按因素分配（最大余数法）：局长办公会"
    assert verify(meeting.office).ok


def test_looking_keeps_nothing_and_says_what_would_be_refused(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    before = quota_view(meeting.office, meeting.chair, meeting.id)
    seq = last_entry(meeting).seq
    four = replace(FACTORS, total=4, method=ApportionMethod.DHONDT)
    found = apportionment(meeting.office, meeting.supervisor, meeting.id, four)
    assert [str(fault) for fault in found.faults] == ["总名额 4 超出批次剩余名额 3。"]
    found = apportionment(meeting.office, meeting.supervisor, meeting.id, FACTORS)
    wanted = with_ceilings(before, found)
    assert (last_entry(meeting).seq, found.faults) == (seq, ())
    assert quota_view(meeting.office, meeting.chair, meeting.id).cells == before.cells
    apportion(meeting.office, meeting.secretary, meeting.id, FACTORS)
    assert quota_view(meeting.office, meeting.chair, meeting.id).cells == wanted.cells


def test_equal_claims_are_refused_until_decided_and_the_refusal_is_audited(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    equal = factors(2, 2, total=3)
    before = bounds(meeting)
    with pytest.raises(Refused) as refused:
        apportion(meeting.office, meeting.secretary, meeting.id, equal)
    assert str(refused.value) == (
        "五华区、呈贡区不分先后，只剩 1 个名额。由表决或抽签定出先后，先者在前写进因素文件："
        'ties = ["五华区", "呈贡区"]，'
        "并在 ties_reason 写明理由（表决结果，或抽签及其种子）。"
    )
    assert (last_entry(meeting).act, last_entry(meeting).refused) == ("quota.apportion", "apportionment_tied")
    assert bounds(meeting) == before
    decided = replace(equal, ties=(CHENGGONG, WUHUA), ties_reason="抽签，种子 7")
    apportion(meeting.office, meeting.secretary, meeting.id, decided)
    assert bounds(meeting) == {"五华区": (0, 1), "呈贡区": (0, 2)}
    told = json.loads(last_entry(meeting).after)["apportionment"]
    assert (told["tie"], told["ties_reason"]) == (["呈贡区", "五华区"], "抽签，种子 7")


def test_a_floor_above_the_places_is_refused(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    set_quota(meeting.office, meeting.secretary, meeting.id, Quota(3, (Cell("district", DONGCHUAN, 1),), 150_0000_00))
    with pytest.raises(Refused) as refused:
        apportion(meeting.office, meeting.secretary, meeting.id, FACTORS)
    assert "东川区的保底 1 高于上限 0。" in str(refused.value)
    assert bounds(meeting) == {"东川区": (1, None)}


def test_the_secretary_until_scoring_the_chair_until_allocating_closes(meeting_at):
    for phase, may, others in (
        (Phase.PREPARING, "secretary", ("finance", "supervisor")),
        (Phase.SCORING, "chair", ("secretary", "deputy", "finance", "supervisor")),
        (Phase.PUBLICITY, "", ("secretary", "chair", "deputy", "finance", "supervisor")),
    ):
        meeting = meeting_at(phase)
        for other in others:
            with pytest.raises((NotPermitted, Refused)):
                apportion(meeting.office, getattr(meeting, other), meeting.id, FACTORS, "x")
        assert bounds(meeting) == {}
        if may:
            apportion(meeting.office, getattr(meeting, may), meeting.id, FACTORS)
            assert bounds(meeting) == {"五华区": (0, 2), "呈贡区": (0, 1), "东川区": (0, 0)}


def test_after_the_reveal_the_chair_owes_a_reason_the_total_stands_and_the_allocation_lapses(meeting_at):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()
    with pytest.raises(WrongUse) as wrong:
        apportion(meeting.office, meeting.chair, meeting.id, FACTORS, " ")
    assert wrong.value.code == "no_reason"
    with pytest.raises(Refused) as refused:
        apportion(meeting.office, meeting.chair, meeting.id, replace(FACTORS, total=2), "县区协商")
    assert refused.value.code == "total_fixed"
    assert allocation_view(meeting.office, meeting.chair, meeting.id).recorded_at is not None
    apportion(meeting.office, meeting.chair, meeting.id, FACTORS, "县区协商")
    with pytest.raises(Refused) as refused:
        allocation_view(meeting.office, meeting.chair, meeting.id)
    assert refused.value.code == "no_proposal"


def test_a_policy_that_freezes_quotas_freezes_this_too(meeting_at):
    meeting = meeting_at(Phase.ALLOCATING, KUNMING.replace('changes = "recorded"', 'changes = "frozen"'))
    with pytest.raises(Refused) as refused:
        apportion(meeting.office, meeting.chair, meeting.id, FACTORS, "县区协商")
    assert refused.value.code == "quota_frozen"
