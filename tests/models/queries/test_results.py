"""Scores, ranks and flags as the database's bulk reading finds them, against the sheets one by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

import pytest

from models.database import Database
from models.enums import Phase
from models.errors import Refused
from models.policy.types import Deviation, Trim
from models.queries import items
from models.queries.base import Office, reading
from models.queries.flags import flags_by_expert, unexplained
from models.queries.results import dropped_experts, dropping_lot, method, ranked, scored, sheets_of
from models.rules.marks import aggregate, criterion_score, sheet_total

VARIANTS = {
    "plain": {},
    "by criterion, out": {"by": "criterion", "deviation": Deviation(Fraction(3), "exclude"), "trim": None},
    "by criterion, told": {"by": "criterion", "deviation": Deviation(Fraction(2), "explain"), "criterion_places": 1},
    "replaced": {"deviation": Deviation(Fraction(1), "replace"), "trim": None, "least_sheets": 2},
    "told, rounded first": {"deviation": Deviation(Fraction(1), "explain"), "weighted_places": 0},
    "widest dropped": {"drop_widest": True, "trim": None, "least_sheets": 2, "spread_flag": Fraction(1)},
    "widest dropped by criterion": {"by": "criterion", "drop_widest": True, "trim": None, "spread_flag": Fraction(1)},
    "median": {"average": "median", "trim": Trim(5, 1), "spread_flag": Fraction(3, 2)},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_bulk_reading_finds_what_the_sheets_say(meeting_at, variant):
    meeting = meeting_at(Phase.DELIBERATING)
    with reading(meeting.office, meeting.secretary, "results.read", meeting.id) as look:
        policy = replace(look.policy, scoring=replace(look.policy.scoring, **VARIANTS[variant]))
        sheets = sheets_of(look.connection, meeting.id)
        dropped = dropped_experts(look.connection, look.standing, policy.scoring)
        assert bool(dropped) is policy.scoring.drop_widest
        lot = dropping_lot(look.connection, look.standing, policy.scoring)
        if dropped:  # all mark alike, each some points below the one before; 专家1 is recused from the best
            equal = [f"专家{n}" for n in range(2, 6)]
            assert str(lot) == f"{'、'.join(equal)} 差异同样最大，抽签：“M1:姓名”的 SHA-256 最小者"
            assert dropped == {min(equal, key=lambda name: sha256(f"M1:{name}".encode()).hexdigest())}
        else:
            assert lot is None
        found = scored(look.connection, look.standing, policy)
        assert len(found) == 5
        asked = {}
        for one in found:
            own = sheets[one.item.id]
            whole = aggregate(own, policy.rubric, policy.scoring, dropped)
            valid = sorted(sheet_total(sheet.marks, policy.rubric) for sheet in own if sheet.expert not in dropped)
            assert (one.score, one.spread, one.flagged) == (whole.value, whole.spread, bool(whole.flags))
            assert list(one.totals) == valid
            names = sorted(flags_by_expert(own, policy, dropped))
            assert dropped.isdisjoint(names)
            if names:
                asked[one.item.no] = names
        assert unexplained(look.connection, look.standing, policy) == asked
        best = {
            one.item.no: (
                one.score,
                *(
                    criterion_score(sheets[one.item.id], code, policy.rubric, policy.scoring, dropped)
                    for code in policy.scoring.tie_breaks
                ),
            )
            for one in found
        }
        for line in ranked(look.connection, look.standing, policy, found):
            assert line.rank == 1 + sum(other > best[line.no] for other in best.values())
    assert asked or variant in ("plain", "by criterion, out", "replaced")


def test_separate_panels_are_ranked_and_explained_apart(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    meeting.tamper(
        "INSERT INTO panel (meeting_id, name) SELECT id, '一组' FROM meeting",
        "INSERT INTO panel (meeting_id, name) SELECT id, '二组' FROM meeting",
        "UPDATE item SET panel_id = 1 + application_id % 2",
        """UPDATE policy SET text = replace(text, 'panels = "together"', 'panels = "separate"')""",
    )
    meeting.office = Office(Database(meeting.place), meeting.clock)
    told = items.derivations(meeting.office, meeting.secretary, meeting.id)
    assert len(told) == 5
    for no, why in told.items():
        view = items.item(meeting.office, meeting.secretary, meeting.id, no)
        assert why.rank.result == why.rank.steps[-1].value == str(view.rank)
        assert why.score == view.derivation
    assert sorted(why.rank.result for why in told.values()) == ["1", "1", "2", "2", "3"]


def test_a_submitted_sheet_that_lacks_a_mark_is_refused_not_counted(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    meeting.tamper("DELETE FROM mark WHERE sheet_id = 1 AND criterion_id = 1")
    with reading(meeting.office, meeting.secretary, "results.read", meeting.id) as look:
        policy = replace(look.policy, scoring=replace(look.policy.scoring, by="criterion"))
        with pytest.raises(Refused) as refused:
            scored(look.connection, look.standing, policy)
    assert refused.value.code == "sheet_incomplete"


def test_the_score_of_an_own_recusal_is_not_derived(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    told = items.derivations(meeting.office, meeting.chair, meeting.id)
    assert [no for no, why in told.items() if why.score is None] == [meeting.no(1)]
    assert items.derivations(meeting.office, meeting.secretary, meeting.id)[meeting.no(1)].score is not None


def test_the_rule_in_a_sentence_writes_a_percentage_as_its_file_does(kunming):
    for percent, shown in ((Fraction(30), "30%"), (Fraction(25, 2), "12.5%")):
        policy = replace(kunming, scoring=replace(kunming.scoring, deviation=Deviation(percent, "exclude")))
        assert f"偏离均值 {shown} 以上剔除" in str(method(policy))
