"""Own phrases changed: the same keys under another phrase, so that nothing that was sealed is lost."""

import json

import pytest
from sqlalchemy import text

from models.enums import Phase
from models.errors import NotPermitted, Refused, WrongUse
from models.queries.audit import trail, verify
from models.queries.desk import desk
from models.services.keys import change_phrase, new_envelope
from models.services.office import authenticate
from models.services.unsealing import unseal
from tests.conftest import EXPERTS, PHRASE

OTHER = "泉水 竹林 纸鸢 铜镜"


@pytest.fixture
def meeting(sealed_at):
    return sealed_at(Phase.SCORING)


def test_a_changed_phrase_opens_the_same_keys_and_the_former_one_nothing(meeting):
    meeting.submit(3, 1)
    changed = change_phrase(meeting.office, meeting.expert(3), PHRASE, OTHER)
    again = authenticate(meeting.office, EXPERTS[2], "quanshui zhulin zhiyuan tongjing")
    assert again.keys == changed.keys == meeting.expert(3).keys
    assert desk(meeting.office, again, meeting.id).rows[0].marks["plan"] == 27_000
    with pytest.raises(NotPermitted):
        authenticate(meeting.office, EXPERTS[2], PHRASE)
    [entry] = [line for line in trail(meeting.office, meeting.secretary, meeting.id) if line.act == "keys.phrase"]
    assert (entry.actor, json.loads(entry.after)["phrase_set"]) == (EXPERTS[2], True)
    assert verify(meeting.office).ok


def test_a_holder_who_changed_the_phrase_still_gives_a_share_and_the_envelope_still_opens(meeting):
    meeting.score_all()
    code = new_envelope(meeting.office, meeting.supervisor)
    change_phrase(meeting.office, meeting.finance, PHRASE, OTHER)
    change_phrase(meeting.office, meeting.supervisor, PHRASE, OTHER)
    unseal(meeting.office, meeting.finance, meeting.id)
    done = unseal(meeting.office, meeting.secretary, meeting.id, envelope_of=meeting.supervisor.name, code=code)
    assert done.opened == 24


def test_a_wrong_former_or_a_weak_new_phrase_changes_nothing(meeting):
    kept = hashes(meeting)
    with pytest.raises(NotPermitted):
        change_phrase(meeting.office, meeting.expert(3), OTHER, OTHER)
    with pytest.raises(WrongUse) as weak:
        change_phrase(meeting.office, meeting.expert(3), PHRASE, "123456")
    assert weak.value.code == "phrase_weak"
    assert hashes(meeting) == kept


def test_who_has_a_pin_has_no_phrase_to_change(meeting_at):
    meeting = meeting_at(Phase.SCORING)
    with pytest.raises(Refused) as refused:
        change_phrase(meeting.office, meeting.expert(3), meeting.pin, OTHER)
    assert refused.value.code == "no_phrase"


def hashes(meeting):
    with meeting.office.database.reading() as connection:
        return connection.execute(
            text("SELECT s.pin_hash, k.wrapped FROM seat s JOIN key_pair k ON k.seat_id = s.id ORDER BY s.id")
        ).all()
