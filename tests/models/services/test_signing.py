import pytest

from models.enums import Phase, Role
from models.errors import NotPermitted, Refused
from models.queries.audit import verify
from models.queries.awards import award_lists


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.FINALISED)


def unsigned(meeting):
    return [one.role for one in award_lists(meeting.office, meeting.chair, meeting.id)[-1].signatures if one.at is None]


def test_finance_countersigns_after_the_panel(meeting):
    assert unsigned(meeting) == [Role.CHAIR, Role.DEPUTY, Role.FINANCE]
    with pytest.raises(Refused) as refused:
        meeting.sign(meeting.finance)
    assert refused.value.code == "panel_first"
    meeting.sign(meeting.chair)
    with pytest.raises(Refused):
        meeting.sign(meeting.finance)
    meeting.sign(meeting.deputy)
    meeting.sign(meeting.finance)
    assert unsigned(meeting) == []
    assert verify(meeting.office).ok


def test_each_signs_once(meeting):
    meeting.sign(meeting.chair)
    with pytest.raises(Refused) as refused:
        meeting.sign(meeting.chair)
    assert refused.value.code == "already_signed"


def test_nobody_else_signs(meeting):
    for other in (meeting.secretary, meeting.supervisor, meeting.expert(3)):
        with pytest.raises(NotPermitted):
            meeting.sign(other)
    assert unsigned(meeting) == [Role.CHAIR, Role.DEPUTY, Role.FINANCE]


def test_signatures_stand_over_the_lists_digest(meeting):
    meeting.sign()
    with meeting.office.database.reading() as connection:
        signed = connection.exec_driver_sql("SELECT role, name, digest FROM signature ORDER BY id").all()
    (listed,) = award_lists(meeting.office, meeting.chair, meeting.id)
    assert [(role, name) for role, name, _ in signed] == [
        ("chair", "专家1"),
        ("deputy", "专家2"),
        ("finance", "李财政"),
    ]
    assert {digest for _, _, digest in signed} == {listed.digest}
    assert listed.total_fen == 3 * 40_0000_00


def test_there_is_nothing_to_sign_before_the_list_is_frozen(meeting_at):
    meeting = meeting_at(Phase.PUBLICITY)
    with pytest.raises(Refused) as refused:
        meeting.sign(meeting.chair)
    assert refused.value.code == "wrong_phase"
