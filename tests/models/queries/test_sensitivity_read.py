"""Sensitivity of a meeting, against the services' own lists once the sheets or marks are really gone."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from models.enums import Outcome, Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.allocation import what_if
from models.queries.sensitivity import sensitivity
from models.services import allocating, scoring

PLANS = {
    # tenths of a point on the first criterion by application, as 专家1 … 专家5 give them; the rest is the same for all
    1: (0, 250, 250, 250, 250),
    2: (300, 240, 240, 240, 200),
    3: (200, 250, 245, 240, 245),
    4: (260, 235, 240, 245, 240),
    5: (240, 245, 235, 245, 255),
}
FULL = {"investment": 200, "demonstration": 150, "assurance": 150}
"""So much that everybody stays above the pass mark of 60 whichever criterion is gone."""

EFFECTS = {1: 120, 2: 160, 3: 150, 4: 155, 5: 145}


@pytest.fixture
def meeting(meeting_at):
    """Five applications close together for three places, allocated."""
    opened = meeting_at(Phase.SCORING)
    for expert in range(1, 6):
        for application, plans in PLANS.items():
            if (expert, application) == (1, 1):
                continue
            tenths = {"plan": plans[expert - 1], "effect": EFFECTS[application]} | FULL
            marks = {code: f"{value // 10}.{value % 10}" for code, value in tenths.items()}
            scoring.enter_marks(opened.office, opened.expert(expert), opened.id, opened.no(application), marks)
        nos = [opened.no(application) for application in PLANS if (expert, application) != (1, 1)]
        scoring.submit(opened.office, opened.expert(expert), opened.id, nos)
    opened.advance()
    return opened


def allocated(meeting):
    meeting.give_opinions()
    meeting.advance()
    allocating.propose(meeting.office, meeting.chair, meeting.id)
    return meeting


@contextmanager
def changed(meeting, *statements, back):
    """The record as if some statements had always been true; then as it was."""
    for many in (statements, back):
        with meeting.office.database.writing() as connection:
            for statement in many:
                connection.exec_driver_sql(statement)
        if many is statements:
            yield


def outcomes(meeting):
    found = what_if(meeting.office, meeting.supervisor, meeting.id)
    return {one.no: one.outcome for one in found.applications}


def side(outcome):
    known = {Outcome.PROPOSED: Outcome.PROPOSED, Outcome.TIED: Outcome.PENDING, Outcome.PENDING: Outcome.PENDING}
    return known.get(outcome, Outcome.DECLINED)


def wanted_moves(before, after):
    pairs = {no: (side(before[no]), side(after[no])) for no in before}
    return {(no, *pair) for no, pair in pairs.items() if pair[0] is not pair[1]}


def told_moves(one):
    return {(move.no, move.before, move.after) for move in one.moves}


def test_leaving_out_an_expert_is_what_the_services_find_without_the_sheets(meeting):
    allocated(meeting)
    view = sensitivity(meeting.office, meeting.supervisor, meeting.id)
    before, flipped = outcomes(meeting), 0
    assert (view.allocated, view.sealed, view.unlisted) == (True, 0, None)
    for number in range(1, 6):
        where = f"WHERE seat_id = (SELECT id FROM seat WHERE name = '专家{number}')"
        gone, back = (f"UPDATE score_sheet SET voided = {flag} {where}" for flag in ("TRUE", "FALSE"))
        with changed(meeting, gone, back=[back]):
            after = outcomes(meeting)
        one = next(one for one in view.left_out if one.name == f"专家{number}")
        assert (told_moves(one), one.open, one.ties) == (wanted_moves(before, after), (), ())
        assert (one.sheets, one.unknown) == (4 if number == 1 else 5, ())
        flipped += one.flips
    assert flipped > 0


def test_leaving_out_a_criterion_is_what_the_services_find_with_nothing_on_it(meeting):
    allocated(meeting)
    view = sensitivity(meeting.office, meeting.finance, meeting.id)
    before, flipped = outcomes(meeting), 0
    for code, name in view.criteria.items():
        with meeting.office.database.reading() as connection:
            kept = connection.exec_driver_sql(
                "SELECT m.sheet_id, m.criterion_id, m.value_milli FROM mark m "
                f"JOIN criterion c ON c.id = m.criterion_id WHERE c.code = '{code}'"
            ).all()
        gone, back = [], []
        for sheet, criterion, value in kept:
            where = f"WHERE sheet_id = {sheet} AND criterion_id = {criterion}"
            gone += [
                f"UPDATE mark SET value_milli = 0 {where}",
                f"UPDATE score_sheet SET total_micro = total_micro - {value * 1000} WHERE id = {sheet}",
            ]
            back += [
                f"UPDATE mark SET value_milli = {value} {where}",
                f"UPDATE score_sheet SET total_micro = total_micro + {value * 1000} WHERE id = {sheet}",
            ]
        with changed(meeting, *gone, back=back):
            after = outcomes(meeting)
        one = next(one for one in view.left_out if one.name == name)
        assert told_moves(one) == {move for move in wanted_moves(before, after) if move[2] is not Outcome.PENDING}
        flipped += one.flips
    assert flipped > 0
    marks = {one.name: one.pass_mark for one in view.left_out if one.kind == "criterion"}
    assert marks == {"方案": 4200, "投入": 4800, "成效": 4800, "示范": 5100, "保障": 5100}  # 60 of 100, by what is left


def test_the_smallest_change_entered_into_the_record_changes_the_list(meeting):
    allocated(meeting)
    view = sensitivity(meeting.office, meeting.supervisor, meeting.id)
    before = outcomes(meeting)
    for one in view.marks:
        change = one.change
        if change is None:
            continue
        sheet = (
            "(SELECT s.id FROM score_sheet s JOIN seat t ON t.id = s.seat_id JOIN application a "
            f"ON a.id = s.application_id WHERE t.name = '{change.expert}' AND a.no = '{one.no}')"
        )
        criterion = f"(SELECT id FROM criterion WHERE code = '{change.criterion}')"
        more = change.new - change.old
        for step, differs in ((more, True), (more - (500 if more > 0 else -500), False)):
            ways = [
                [
                    f"UPDATE mark SET value_milli = value_milli + {by} WHERE sheet_id = {sheet} "
                    f"AND criterion_id = {criterion}",
                    f"UPDATE score_sheet SET total_micro = total_micro + {by * 1000} WHERE id = {sheet}",
                ]
                for by in (step, -step)
            ]
            with changed(meeting, *ways[0], back=ways[1]):
                after = outcomes(meeting)
            moved = wanted_moves(before, after)
            assert bool(moved) is differs
            if differs:
                assert {no for no, _, to in moved if to is Outcome.PROPOSED} == set(change.entering)
                assert {no for no, _, to in moved if to is Outcome.DECLINED} == set(change.leaving)
    assert view.smallest is not None


def test_before_there_is_an_allocation_the_line_is_that_by_rank(meeting):
    view = sensitivity(meeting.office, meeting.secretary, meeting.id)
    assert (view.allocated, view.total, view.adjusted) == (False, 3, False)
    assert view.line is not None
    assert len(view.left_out) == 10


def test_adjustments_are_left_aside_and_said(meeting):
    allocated(meeting)
    plain = sensitivity(meeting.office, meeting.supervisor, meeting.id)
    proposed = next(no for no, outcome in outcomes(meeting).items() if outcome is Outcome.PROPOSED and no[-1] != "1")
    allocating.adjust(meeting.office, meeting.chair, meeting.id, proposed, Outcome.DECLINED, "材料不实")
    view = sensitivity(meeting.office, meeting.supervisor, meeting.id)
    assert (plain.adjusted, view.adjusted) == (False, True)
    assert view.left_out == plain.left_out


def test_what_the_chair_is_recused_from_is_neither_named_nor_used(meeting):
    allocated(meeting)
    sealed = meeting.no(1)
    view = sensitivity(meeting.office, meeting.chair, meeting.id)
    assert view.sealed == 1
    told = {no for one in view.left_out for no in (*(move.no for move in one.moves), *one.open, *one.unknown)}
    assert sealed not in told | {one.no for one in view.marks}
    assert view.agreement[0].alpha.items == 4
    assert sensitivity(meeting.office, meeting.supervisor, meeting.id).agreement[0].alpha.items == 5
    with pytest.raises(NotPermitted) as refused:
        sensitivity(meeting.office, meeting.chair, meeting.id, sealed)
    assert refused.value.code == "recused"
    # other marks of the same sum: nothing that the chair is shown may move
    sheets = "(SELECT s.id FROM score_sheet s JOIN application a ON a.id = s.application_id WHERE a.no = '{}')"
    swap = (
        "UPDATE mark SET value_milli = value_milli {} 1000 WHERE sheet_id IN " + sheets.format(sealed) + " "
        "AND criterion_id = (SELECT id FROM criterion WHERE code = '{}')"
    )
    ways = [[swap.format(up, "investment"), swap.format(down, "demonstration")] for up, down in ("+-", "-+")]
    with changed(meeting, *ways[0], back=ways[1]):
        assert sensitivity(meeting.office, meeting.chair, meeting.id) == view
        assert sensitivity(meeting.office, meeting.supervisor, meeting.id).left_out != ()


def test_one_application_is_searched_wherever_it_stands(meeting):
    allocated(meeting)
    view = sensitivity(meeting.office, meeting.supervisor, meeting.id, meeting.no(5))
    assert [one.no for one in view.marks] == [meeting.no(5)]
    with pytest.raises(WrongUse):
        sensitivity(meeting.office, meeting.supervisor, meeting.id, meeting.no(6))  # not eligible, not ranked
    with pytest.raises(WrongUse):
        sensitivity(meeting.office, meeting.supervisor, meeting.id, "KM9-999")


def test_progress_is_told_to_the_end(meeting):
    told: list[tuple[int, int]] = []
    sensitivity(meeting.office, meeting.supervisor, meeting.id, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert {of for _, of in told} == {len(told)}


def test_it_is_not_for_experts_and_not_before_the_reveal(meeting, meeting_at):
    with pytest.raises(NotPermitted):
        sensitivity(meeting.office, meeting.expert(3), meeting.id)
    sealed = meeting_at(Phase.SCORING)
    sealed.score_all()
    for actor in (sealed.chair, sealed.secretary, sealed.supervisor):
        with pytest.raises(Refused):
            sensitivity(sealed.office, actor, sealed.id)


def test_too_few_sheets_without_an_expert_are_said(meeting_at):
    opened = meeting_at(Phase.SCORING)
    for expert in range(1, 6):
        for application in range(1, 6):
            if (expert, application) == (1, 1):
                continue
            if application == 2 and expert in (4, 5):
                why = "不熟悉该行业"
                scoring.abstain(opened.office, opened.expert(expert), opened.id, opened.no(2), why)
            else:
                opened.submit(expert, application)
    opened.advance()
    view = sensitivity(opened.office, opened.supervisor, opened.id)
    unknown = {one.name: one.unknown for one in view.left_out if one.kind == "expert"}
    assert unknown == {f"专家{n}": (opened.no(2),) if n <= 3 else () for n in range(1, 6)}
