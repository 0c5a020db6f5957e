import pytest
from sqlalchemy import text

from models.enums import Phase, RecusalGround, Role
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import items
from models.queries import meeting as meeting_query
from models.queries.audit import verify
from models.queries.results import ranking
from models.services import attendance, meetings
from models.services import office as offices


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.SIGNING_IN)


def seat(meeting, name):
    view = meeting_query.meeting(meeting.office, meeting.secretary, meeting.id)
    return next(seat for seat in view.seats if seat.name == name)


def voided(meeting):
    with meeting.office.database.reading() as connection:
        return connection.execute(
            text(
                "SELECT a.no, t.name FROM score_sheet s JOIN application a ON a.id = s.application_id "
                "JOIN seat t ON t.id = s.seat_id WHERE s.voided"
            )
        ).all()


def sign_in(meeting, name, secret, **options):
    options = {"recusals": {}, "new_pin": meeting.pin} | options
    return attendance.sign_in(meeting.office, name, meeting.id, secret, **options)


def test_a_code_is_used_up_by_signing_in(meeting):
    actor = sign_in(meeting, "专家3", meeting.codes["专家3"])
    assert (actor.role, actor.meeting) == (Role.EXPERT, meeting.id)
    assert seat(meeting, "专家3").signed_in_at is not None
    assert offices.authenticate(meeting.office, "专家3", meeting.pin) == actor
    with pytest.raises(NotPermitted):
        sign_in(meeting, "专家3", meeting.codes["专家3"])


def test_a_code_may_be_typed_small_without_hyphen(meeting):
    sign_in(meeting, "专家3", " " + meeting.codes["专家3"].replace("-", " ").lower())
    assert seat(meeting, "专家3").signed_in_at is not None


def full_width(typed):
    """As an input method gives it that is set to full width."""
    return "".join(chr(ord(one) + 0xFEE0) for one in typed)


def test_code_and_pin_are_the_same_in_full_width(meeting):
    sign_in(meeting, "专家3", full_width(meeting.codes["专家3"]), new_pin=full_width(meeting.pin))
    actor = offices.authenticate(meeting.office, "专家3", meeting.pin)
    assert offices.authenticate(meeting.office, "专家3", full_width(meeting.pin)) == actor


@pytest.mark.parametrize("name", ["专家3", "张秘书", "没有这人"])
def test_a_wrong_code_tells_nobody_what_was_wrong(meeting, name):
    with pytest.raises(NotPermitted) as refused:
        sign_in(meeting, name, "AAAA-AAAA")
    assert refused.value.code == "wrong_secret"
    assert seat(meeting, "专家3").signed_in_at is None


def test_anothers_code_does_not_let_in(meeting):
    with pytest.raises(NotPermitted):
        sign_in(meeting, "专家3", meeting.codes["专家4"])


def test_a_first_sign_in_sets_a_pin_that_is_long_enough(meeting):
    for pin in (None, "12345"):
        with pytest.raises(WrongUse):
            sign_in(meeting, "专家3", meeting.codes["专家3"], new_pin=pin)
    assert seat(meeting, "专家3").signed_in_at is None
    sign_in(meeting, "专家3", meeting.codes["专家3"])


def test_a_new_code_voids_the_old_one_and_the_pin(meeting):
    sign_in(meeting, "专家3", meeting.codes["专家3"])
    code = meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, "专家3")
    with pytest.raises(NotPermitted):
        offices.authenticate(meeting.office, "专家3", meeting.pin)
    sign_in(meeting, "专家3", code, new_pin="另外一个密码")
    assert offices.authenticate(meeting.office, "专家3", "另外一个密码").name == "专家3"


def test_a_person_of_the_office_signs_in_with_the_own_pin(meeting):
    with pytest.raises(Refused) as refused:
        meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, "李财政")
    assert refused.value.code == "office_pin"
    sign_in(meeting, "李财政", meeting.pin)
    assert seat(meeting, "李财政").signed_in_at is not None


def test_recusals_are_declared_with_their_ground_all_or_none(meeting):
    with pytest.raises(WrongUse):
        sign_in(
            meeting,
            "专家3",
            meeting.codes["专家3"],
            recusals={meeting.no(2): (RecusalGround.KINSHIP, ""), meeting.no(3): (RecusalGround.OTHER, "")},
        )
    assert seat(meeting, "专家3").signed_in_at is None
    assert seat(meeting, "专家3").recused == ()
    sign_in(
        meeting,
        "专家3",
        meeting.codes["专家3"],
        recusals={meeting.no(2): (RecusalGround.KINSHIP, ""), meeting.no(3): (RecusalGround.OTHER, "同窗")},
    )
    assert seat(meeting, "专家3").recused == (meeting.no(2), meeting.no(3))


def test_absence_needs_a_reason_and_ends_with_signing_in(meeting):
    meeting.sign_in("专家1")
    with pytest.raises(WrongUse):
        attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家3", " ")
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家3", "航班延误")
    assert seat(meeting, "专家3").absent_reason == "航班延误"
    meeting.sign_in("专家3")
    assert (seat(meeting, "专家3").absent_at, seat(meeting, "专家3").absent_reason) == (None, "")


def test_what_an_absent_expert_submitted_stands_and_the_rest_is_not_due(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 2)
    assert (seat(meeting, "专家3").due, seat(meeting, "专家3").done) == (5, 1)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家3", "中途离会")
    assert (seat(meeting, "专家3").due, seat(meeting, "专家3").done) == (1, 1)


def test_a_recusal_during_scoring_voids_the_sheet_and_keeps_it_on_record(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    meeting.submit(3, 2)
    attendance.add_recusal(meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(2), RecusalGround.SHARES)
    assert voided(meeting) == [(meeting.no(2), "专家3")]
    assert (seat(meeting, "专家3").due, seat(meeting, "专家3").done) == (4, 0)
    assert verify(meeting.office).ok
    with pytest.raises(Refused) as refused:
        attendance.add_recusal(
            meeting.office, meeting.expert(3), meeting.id, "专家3", meeting.no(2), RecusalGround.SHARES
        )
    assert refused.value.code == "already_recused"


def test_a_voided_sheet_counts_no_more(meeting_at):
    """With 专家5's 85 gone, the mean of 83, 83.5, 84 and 84.5 is 83.75."""
    meeting = meeting_at(Phase.DELIBERATING)
    attendance.add_recusal(
        meeting.office, meeting.secretary, meeting.id, "专家5", meeting.no(2), RecusalGround.EMPLOYMENT
    )
    line = next(
        line for line in ranking(meeting.office, meeting.chair, meeting.id).applications if line.no == meeting.no(2)
    )
    assert (line.score, line.sheets, line.recused) == (8375, 4, 1)
    assert items.item(meeting.office, meeting.expert(5), meeting.id, meeting.no(2)).sealed


def test_an_expert_declares_own_recusals_only(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    with pytest.raises(NotPermitted) as refused:
        attendance.add_recusal(
            meeting.office, meeting.expert(3), meeting.id, "专家4", meeting.no(2), RecusalGround.SHARES
        )
    assert refused.value.code == "not_own"
    attendance.add_recusal(meeting.office, meeting.chair, meeting.id, "专家4", meeting.no(2), RecusalGround.SHARES)
    assert seat(meeting, "专家4").recused == (meeting.no(2),)


def test_a_recused_chair_takes_nobody_else_off_that_application(meeting_at):
    meeting = meeting_at(Phase.DELIBERATING)
    with pytest.raises(NotPermitted) as refused:
        attendance.add_recusal(meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(1), RecusalGround.KINSHIP)
    assert refused.value.code == "recused"
    attendance.add_recusal(meeting.office, meeting.chair, meeting.id, "专家3", meeting.no(2), RecusalGround.KINSHIP)
    attendance.add_recusal(meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(1), RecusalGround.KINSHIP)


def test_signing_in_again_declares_no_recusal_once_deliberation_is_over(meeting_at):
    """It would take a sheet away, and move scores that were deliberated, allocated and published."""
    meeting = meeting_at(Phase.PUBLICITY)
    before = ranking(meeting.office, meeting.chair, meeting.id).applications
    with pytest.raises(Refused) as refused:
        sign_in(meeting, "专家3", meeting.pin, recusals={meeting.no(2): (RecusalGround.KINSHIP, "")})
    assert refused.value.code == "wrong_phase"
    assert voided(meeting) == []
    assert ranking(meeting.office, meeting.chair, meeting.id).applications == before
    sign_in(meeting, "专家3", meeting.pin)


def test_an_absence_stays_on_record_once_scoring_is_over(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "离会")
    for expert in range(1, 5):
        for application in range(1, 6):
            if (expert, application) != (1, 1):
                meeting.submit(expert, application)
    meeting.advance()
    sign_in(meeting, "专家5", meeting.pin)
    assert seat(meeting, "专家5").absent_reason == "离会"


def test_what_was_recorded_before_may_be_declared_again_when_signing_in(meeting):
    attendance.add_recusal(
        meeting.office, meeting.secretary, meeting.id, "专家3", meeting.no(2), RecusalGround.EMPLOYMENT
    )
    recusals = {meeting.no(n): (RecusalGround.SHARES, "") for n in (2, 3)}
    sign_in(meeting, "专家3", meeting.codes["专家3"], recusals=recusals)
    assert seat(meeting, "专家3").recused == (meeting.no(2), meeting.no(3))


@pytest.mark.parametrize("name", ["专家3 ", " 专家3", "专\u200b家3", "专家3\n", "专家3\x07", "专家3\u202e"])
def test_nobody_sits_beside_a_double_of_their_name(meeting, name):
    with pytest.raises(WrongUse) as wrong:
        meetings.add_seat(meeting.office, meeting.secretary, meeting.id, name, Role.EXPERT)
    assert wrong.value.code == "bad_name"
    with pytest.raises(WrongUse):
        offices.add_user(meeting.office, meeting.secretary, name, Role.FINANCE)


def test_nobody_of_the_office_is_seated_as_chair(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    offices.add_user(meeting.office, meeting.secretary, "赵秘书", Role.SECRETARY)
    with meeting.office.database.writing() as connection:
        connection.exec_driver_sql("UPDATE seat SET role = 'expert' WHERE role = 'chair'")
    with pytest.raises(Refused) as refused:
        meetings.add_seat(meeting.office, meeting.secretary, meeting.id, "赵秘书", Role.CHAIR)
    assert refused.value.code == "two_roles"
