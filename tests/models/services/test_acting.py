import json

import pytest
from sqlalchemy import inspect, text

from models.enums import Phase, Role
from models.errors import NotPermitted, Refused, WrongUse
from models.queries import meeting as meeting_query
from models.queries.audit import verify
from models.services import (
    allocating,
    attendance,
    batches,
    meetings,
    phases,
    publicity,
    returning,
    room,
    scoring,
    signing,
)
from models.services import office as offices


def entries(office):
    with office.database.reading() as connection:
        return connection.execute(text("SELECT * FROM audit_entry ORDER BY seq")).all()


def dump(office):
    """Everything in the database but the audit trail."""
    with office.database.reading() as connection:
        tables = inspect(connection).get_table_names()
        return {
            name: connection.execute(text(f'SELECT * FROM "{name}"')).all()
            for name in tables
            if not name.startswith("audit_")
        }


def test_an_act_leaves_one_entry_with_who_what_and_when(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    before = entries(meeting.office)
    saved = scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "24"})
    (entry,) = entries(meeting.office)[len(before) :]
    assert (entry.actor, entry.role, entry.meeting_id, entry.act, entry.object, entry.refused) == (
        "专家3",
        "expert",
        meeting.id,
        "marks.enter",
        meeting.no(2),
        "",
    )
    assert entry.at == saved.saved_at
    assert entry.previous == before[-1].hash


def test_the_trail_tells_no_mark(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    scoring.enter_marks(meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "23.5"}, "评语甲乙")
    said = "".join(str(tuple(entry)) for entry in entries(meeting.office))
    assert "23.5" not in said
    assert "23500" not in said
    assert "评语甲乙" not in said


def test_a_refused_act_changes_nothing_and_is_audited(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    before, kept = entries(meeting.office), dump(meeting.office)
    with pytest.raises(Refused) as refused:
        scoring.enter_marks(
            meeting.office, meeting.expert(3), meeting.id, meeting.no(2), {"plan": "24", "effect": "21"}
        )
    assert dump(meeting.office) == kept
    (entry,) = entries(meeting.office)[len(before) :]
    assert (entry.act, entry.refused, entry.after) == ("marks.enter", refused.value.code, "{}")
    assert verify(meeting.office).ok


def test_an_act_of_another_role_is_refused_and_audited(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    kept = dump(meeting.office)
    with pytest.raises(NotPermitted):
        scoring.enter_marks(meeting.office, meeting.secretary, meeting.id, meeting.no(2), {"plan": "24"})
    assert dump(meeting.office) == kept
    last = entries(meeting.office)[-1]
    assert (last.actor, last.act, last.refused) == ("张秘书", "marks.enter", "not_permitted")


def test_the_role_is_the_databases_not_the_desks(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    old_chair = meeting.sign_in("专家1")
    meeting.sign_in("专家3")
    assert old_chair.role is Role.CHAIR
    meetings.name_chair(meeting.office, meeting.secretary, meeting.id, "专家3")
    with pytest.raises(NotPermitted):
        attendance.record_absent(meeting.office, old_chair, meeting.id, "专家5", "请假")
    attendance.record_absent(meeting.office, meeting.expert(3), meeting.id, "专家5", "请假")
    assert json.loads(entries(meeting.office)[-1].after)["absent"] == "请假"
    assert entries(meeting.office)[-1].role == "chair"


def test_who_is_disabled_is_out_at_once(meeting_at):
    meeting = meeting_at(Phase.FINALISED)
    signing.sign_list(meeting.office, meeting.chair, meeting.id)
    signing.sign_list(meeting.office, meeting.deputy, meeting.id)
    offices.disable_user(meeting.office, meeting.secretary, "李财政")
    with pytest.raises(NotPermitted) as refused:
        signing.sign_list(meeting.office, meeting.finance, meeting.id)
    assert refused.value.code == "disabled"
    with pytest.raises(NotPermitted):
        meeting_query.meeting(meeting.office, meeting.finance, meeting.id)
    with pytest.raises(NotPermitted):
        offices.authenticate(meeting.office, "李财政", meeting.pin)


def test_who_has_not_signed_in_does_nothing_else(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    with pytest.raises(NotPermitted) as refused:
        attendance.record_absent(meeting.office, meeting.chair, meeting.id, "专家5", "请假")
    assert refused.value.code == "not_signed_in"


def test_a_seat_acts_in_its_own_meeting_only(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    with pytest.raises(NotPermitted) as refused:
        scoring.enter_marks(meeting.office, meeting.expert(3), "M2", meeting.no(2), {"plan": "24"})
    assert refused.value.code == "other_meeting"
    assert entries(meeting.office)[-1].meeting_id is None


def test_an_unknown_meeting_is_wrong_use(meeting_at):
    meeting = meeting_at(Phase.PREPARING)
    with pytest.raises(WrongUse):
        phases.advance(meeting.office, meeting.secretary, "M2")


FOR_CHAIR = {
    "propose": lambda m, who: allocating.propose(m.office, who, m.id),
    "call": lambda m, who: room.call_item(m.office, who, m.id, m.no(2)),
    "return": lambda m, who: returning.return_sheet(m.office, who, m.id, "专家3", m.no(2), "重评"),
}
FOR_SECRETARY = {
    "batch": lambda m, who: batches.new_batch(m.office, who, "KM2", 3),
    "seat": lambda m, who: meetings.add_seat(m.office, who, m.id, "某人", Role.EXPERT),
    "notice": lambda m, who: publicity.open_publicity(m.office, who, m.id, m.office.today(), "公告栏"),
    "objection": lambda m, who: publicity.add_objection(m.office, who, m.id, m.no(2), "不实", objector="某人"),
}


@pytest.mark.parametrize("name", [*FOR_CHAIR, *FOR_SECRETARY])
def test_no_other_role_may_do_a_chairs_or_secretarys_act(meeting_at, name):
    """In whatever phase: the role is asked about first."""
    act = FOR_CHAIR.get(name) or FOR_SECRETARY[name]
    for phase in (Phase.SCORING, Phase.DELIBERATING, Phase.PUBLICITY):
        meeting = meeting_at(phase)
        others = [meeting.expert(3), meeting.finance, meeting.supervisor]
        others.append(meeting.secretary if name in FOR_CHAIR else meeting.chair)
        kept = dump(meeting.office)
        for other in others:
            with pytest.raises(NotPermitted):
                act(meeting, other)
        assert dump(meeting.office) == kept
