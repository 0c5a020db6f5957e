import pytest

from models.enums import CorrectionGround, Phase, Role, SheetState
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import items
from models.queries import meeting as meeting_query
from models.queries.audit import verify
from models.queries.results import ranking
from models.services import deliberation, room, scoring
from seeds.policies import builtin_text

OBJECTIVE = builtin_text("kunming-2024").replace(
    'code = "plan"\nname = "方案"', 'code = "plan"\nobjective = true\nname = "方案"'
)


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.DELIBERATING)


def name(meeting, expert=3, application=5, criterion="plan", ground=CorrectionGround.ABNORMAL, by=None, reason="畸低"):
    deliberation.name_correction(
        meeting.office,
        by or meeting.chair,
        meeting.id,
        f"专家{expert}",
        meeting.no(application),
        criterion,
        ground,
        reason,
    )


def enter(meeting, mark, expert=3, application=5, criterion="plan", by=None):
    actor = by or meeting.expert(expert)
    deliberation.enter_correction(
        meeting.office, actor, meeting.id, f"专家{expert}", meeting.no(application), criterion, mark
    )


def score(meeting, application):
    lines = ranking(meeting.office, meeting.chair, meeting.id).applications
    return next(line.score for line in lines if line.no == meeting.no(application))


def test_a_correction_changes_mark_total_score_and_stays_on_record(meeting):
    name(meeting)
    assert score(meeting, 5) == 6900
    enter(meeting, "２２．５")
    # totals 68, 68.5, 70.5 (was 69), 69.5, 70: without 68 and 70.5 the mean of 68.5, 69.5, 70
    assert score(meeting, 5) == 6933
    view = items.item(meeting.office, meeting.chair, meeting.id, meeting.no(5))
    (correction,) = view.corrections
    assert (correction.old_milli, correction.new_milli, correction.ground) == (
        21_000,
        22_500,
        CorrectionGround.ABNORMAL,
    )
    assert (correction.named_by, correction.entered_by, correction.reason) == ("专家1", "专家3", "畸低")
    sheet = next(sheet for sheet in view.sheets if sheet.expert == "专家3")
    assert (sheet.state, sheet.total_micro) == (SheetState.SUBMITTED, 70_500_000)
    assert verify(meeting.office).ok


def test_only_the_chair_names_a_ground(meeting):
    for other in (meeting.deputy, meeting.expert(3), meeting.secretary):
        with pytest.raises(NotPermitted):
            name(meeting, by=other)
    with pytest.raises(WrongUse):
        name(meeting, reason=" ")


def test_nothing_is_corrected_without_a_ground(meeting):
    with pytest.raises(Refused) as refused:
        enter(meeting, "22")
    assert refused.value.code == "not_named"
    assert score(meeting, 5) == 6900


def test_the_expert_who_gave_a_mark_enters_the_new_one(meeting):
    name(meeting)
    for other in (meeting.expert(4), meeting.chair, meeting.secretary):
        with pytest.raises(NotPermitted) as refused:
            enter(meeting, "22", by=other)
        assert refused.value.code == "not_own"
    enter(meeting, "22")


def test_sums_are_entered_by_the_secretary(meeting):
    name(meeting, ground=CorrectionGround.ADDITION)
    enter(meeting, "21.5", by=meeting.secretary)
    assert score(meeting, 5) == 6917


def test_an_objective_criterion_may_differ_and_be_entered_by_the_secretary(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING, OBJECTIVE)
    with pytest.raises(Refused) as refused:
        name(meeting, criterion="effect", ground=CorrectionGround.OBJECTIVE)
    assert refused.value.code == "not_objective"
    name(meeting, ground=CorrectionGround.OBJECTIVE)
    enter(meeting, "21.5", by=meeting.secretary)
    assert score(meeting, 5) == 6917


@pytest.mark.parametrize("mark", ["30.5", "22.3", "", "x"])
def test_a_correction_is_a_mark_of_its_criterion(meeting, mark):
    name(meeting)
    with pytest.raises(Refused):
        enter(meeting, mark)
    assert score(meeting, 5) == 6900


def test_an_open_correction_is_named_once_and_stands_in_the_way(meeting):
    name(meeting)
    with pytest.raises(Refused) as refused:
        name(meeting)
    assert refused.value.code == "correction_open"
    meeting.give_opinions()
    blockers = meeting_query.meeting(meeting.office, meeting.chair, meeting.id).blockers
    assert [blocker.code for blocker in blockers] == ["correction_open"]
    enter(meeting, "22")
    assert meeting.advance() is Phase.ALLOCATING


def test_a_recused_chair_leaves_the_item_to_the_deputy(meeting):
    one, two = meeting.no(1), meeting.no(2)
    for act in (
        lambda: room.call_item(meeting.office, meeting.chair, meeting.id, one),
        lambda: deliberation.give_opinion(meeting.office, meeting.chair, meeting.id, [two, one], "同意"),
        lambda: name(meeting, expert=3, application=1),
    ):
        with pytest.raises(NotPermitted) as refused:
            act()
        assert refused.value.code == "recused"
    with pytest.raises(NotPermitted) as refused:
        deliberation.give_opinion(meeting.office, meeting.deputy, meeting.id, [two], "同意")
    assert refused.value.code == "chairs_item"
    assert deliberation.items_without_opinion(meeting.office, meeting.deputy, meeting.id) == (one,)
    deliberation.give_opinion(meeting.office, meeting.deputy, meeting.id, [one], "同意")
    assert deliberation.items_without_opinion(meeting.office, meeting.deputy, meeting.id) == ()
    assert deliberation.items_without_opinion(meeting.office, meeting.chair, meeting.id) == tuple(
        meeting.no(n) for n in (2, 3, 4, 5)
    )


def test_an_item_is_sealed_to_who_is_recused_from_it(meeting):
    deliberation.give_opinion(meeting.office, meeting.deputy, meeting.id, [meeting.no(1)], "机密意见")
    mine = items.item(meeting.office, meeting.chair, meeting.id, meeting.no(1))
    assert (mine.sealed, mine.sheets, mine.derivation, mine.opinion) == (True, (), None, "")
    assert (mine.score, mine.rank) == (8925, 1)
    theirs = items.item(meeting.office, meeting.deputy, meeting.id, meeting.no(1))
    assert len(theirs.sheets) == 4
    assert theirs.opinion == "机密意见"


def test_calling_an_item_tells_every_desk(meeting):
    room.call_item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
    assert meeting_query.meeting(meeting.office, meeting.supervisor, meeting.id).called == meeting.no(2)


def test_dissent_is_recorded_in_the_members_words(meeting):
    deliberation.record_dissent(meeting.office, meeting.expert(4), meeting.id, "[red]不同意[/red]", meeting.no(2))
    deliberation.record_dissent(meeting.office, meeting.expert(4), meeting.id, "整体偏松")
    view = items.item(meeting.office, meeting.chair, meeting.id, meeting.no(2))
    assert [(one.expert, one.text) for one in view.dissents] == [("专家4", "[red]不同意[/red]")]
    with pytest.raises(NotPermitted):
        deliberation.record_dissent(meeting.office, meeting.chair, meeting.id, "不同意", meeting.no(1))
    with pytest.raises(WrongUse):
        deliberation.record_dissent(meeting.office, meeting.expert(4), meeting.id, " ")


def test_a_flagged_value_is_explained_by_its_own_expert(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.score_all()
    scoring.take_back(meeting.office, meeting.expert(3), meeting.id, meeting.no(2))
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "3"})
    scoring.submit(meeting.office, meeting.expert(3), meeting.id, [meeting.no(2)])
    meeting.advance()
    line = items.deliberation(meeting.office, meeting.chair, meeting.id)[meeting.no(2)]
    assert line.unexplained == ("专家3", "专家5"), "a spread of 24 points: its two ends"
    with pytest.raises(NotPermitted):
        deliberation.explain_value(meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(2), "代为说明")
    deliberation.explain_value(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(2), "方案缺进度")
    line = items.deliberation(meeting.office, meeting.chair, meeting.id)[meeting.no(2)]
    assert line.unexplained == ("专家5",)


def test_an_amount_is_decided_only_where_the_track_is_up_to(meeting):
    assert meeting.chair.role is Role.CHAIR
    with pytest.raises(Refused) as refused:
        deliberation.decide_amount(meeting.office, meeting.chair, meeting.id, meeting.no(2), 100, "酌定")
    assert refused.value.code == "not_up_to"


def test_the_deputy_names_what_is_corrected_where_the_chair_is_recused(meeting):
    name(meeting, expert=3, application=1, by=meeting.deputy, reason="畸高")
    enter(meeting, "26", expert=3, application=1)
    (correction,) = items.item(meeting.office, meeting.deputy, meeting.id, meeting.no(1)).corrections
    assert (correction.named_by, correction.new_milli) == ("专家2", 26_000)


def test_an_amount_is_never_negative(meeting):
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE meeting SET track = 'workshop'")
        connection.exec_driver_sql("UPDATE application SET track = 'workshop'")
    with pytest.raises(Refused) as refused:
        deliberation.decide_amount(meeting.office, meeting.chair, meeting.id, meeting.no(2), -1, "酌定")
    assert refused.value.code == "amount_negative"
