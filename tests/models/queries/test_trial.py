"""What the board keeps while what-ifs are tried: it reads once, and says when it no longer holds."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from models.enums import CellKind, Outcome, Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.allocation import allocation_view, cell_of, outcome_of, outcomes_of, prepare, what_if
from models.rules.quotas import Cell, Quota
from models.services import allocating

BASE = Quota(3, budget_fen=200_0000_00, alternates=1)
QUOTAS = (
    replace(BASE, cells=(Cell("district", "530102", ceiling=1),)),
    replace(BASE, total=2),
    replace(BASE, cells=(Cell("district", "530114", floor=2),)),
    replace(BASE, budget_fen=40_0000_00),
)


@pytest.fixture
def meeting(meeting_at):
    meeting = meeting_at(Phase.ALLOCATING)
    meeting.propose()
    return meeting


def test_what_ifs_on_one_preparation_read_nothing_and_equal_fresh_ones(meeting):
    trial = prepare(meeting.office, meeting.chair, meeting.id)
    statements = []
    event.listen(meeting.office.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    views = [trial.what_if(quota) for quota in (*QUOTAS, *reversed(QUOTAS))]
    assert [len(list(view.applications)) for view in views] == [6] * 8
    assert statements == []
    assert views == [what_if(meeting.office, meeting.chair, meeting.id, q) for q in (*QUOTAS, *reversed(QUOTAS))]


def test_a_preparation_no_longer_holds_when_anything_was_recorded(meeting):
    trial = prepare(meeting.office, meeting.chair, meeting.id)
    assert trial.is_current(meeting.office)
    assert trial.is_for(meeting.chair, meeting.id)
    assert not trial.is_for(meeting.secretary, meeting.id)
    assert not trial.is_for(meeting.chair, "M2")
    allocating.adjust(meeting.office, meeting.chair, meeting.id, meeting.no(3), Outcome.DECLINED, "停产")
    assert not trial.is_current(meeting.office)


def test_a_list_names_who_is_in_and_who_waits_as_its_applications_do(meeting):
    view = allocation_view(meeting.office, meeting.chair, meeting.id)
    told = {one.no: one.outcome for one in view.applications}
    assert view.nos == tuple(told)
    assert view.proposed == tuple(no for no, outcome in told.items() if outcome is Outcome.PROPOSED)
    assert view.reserve == tuple(no for no, outcome in told.items() if outcome is Outcome.ALTERNATE)
    assert view.of(meeting.no(2)) == view.applications[1]
    assert view.of("nowhere") is None


def test_an_outcome_is_derived_for_who_may_see_results(meeting, meeting_at):
    derivation = outcome_of(meeting.office, meeting.chair, meeting.id, meeting.no(4))
    assert derivation.result == "备选 1"
    told = {str(one.label): one.formula for one in derivation.steps}
    assert (told["名次"], told["轮到时的总名额"], told["轮到时的呈贡区"]) == ("第 3 名", "2/3", "0")
    assert told["按名次取舍"] == "总名额已满（3 个）"
    ceiling = outcomes_of(meeting.office, meeting.chair, meeting.id, QUOTAS[0])
    assert {str(one.label): one.value for one in ceiling(meeting.no(2)).steps}["轮到时的五华区"] == "已满"
    with pytest.raises(WrongUse):
        ceiling("nowhere")
    sealed = meeting_at(Phase.SCORING)
    with pytest.raises((NotPermitted, Refused)):
        outcome_of(sealed.office, sealed.chair, sealed.id, sealed.no(4))


def test_a_cell_is_derived_from_the_list_in_force(meeting, meeting_at):
    told = cell_of(meeting.office, meeting.chair, meeting.id, CellKind.DISTRICT, "530102")
    assert (str(told.title), told.result) == ("五华区 的名额", "入选 3 个")
    assert [one.formula for one in told.steps] == ["3 个候选中按排名入选 3 个", "不设上限"]
    fresh = meeting_at(Phase.ALLOCATING)
    with pytest.raises(Refused) as refused:
        cell_of(fresh.office, fresh.chair, fresh.id, CellKind.DISTRICT, "530102")
    assert refused.value.code == "no_proposal"


def test_outcomes_of_another_panel_are_not_derived_and_not_named(meeting):
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO panel (id, meeting_id, name) VALUES (1, 'M1', '甲组'), (2, 'M1', '乙组')"
        )
        connection.exec_driver_sql(
            "INSERT INTO panel_seat (panel_id, seat_id) SELECT 1, id FROM seat WHERE name = '专家3'"
        )
        connection.exec_driver_sql(
            "UPDATE item SET panel_id = CASE WHEN application_id IN (SELECT id FROM application "
            f"WHERE no IN ('{meeting.no(4)}', '{meeting.no(5)}')) THEN 2 ELSE 1 END"
        )
    expert = meeting.expert(3)
    view = what_if(meeting.office, expert, meeting.id, QUOTAS[1])
    assert meeting.no(4) not in {*view.nos, *view.proposed, *view.reserve, *view.entering, *view.leaving}
    with pytest.raises(WrongUse):
        outcome_of(meeting.office, expert, meeting.id, meeting.no(4))
    barred = replace(BASE, cells=(Cell("district", "530114", ceiling=0),))
    by_expert = what_if(meeting.office, expert, meeting.id, barred)
    by_chair = what_if(meeting.office, meeting.secretary, meeting.id, barred)
    told = [next(str(c.reason) for c in view.cells if c.name == "530114") for view in (by_expert, by_chair)]
    assert "上限挡下 2 个" in told[0]
    assert meeting.no(4) not in told[0]
    assert meeting.no(4) in told[1]
