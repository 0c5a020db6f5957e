"""Wrong tries: counted whatever comes at once, locking for longer each time, told to whom it concerns, audited."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import argon2
import pytest
from sqlalchemy import text

from models.database import Database
from models.enums import Phase, Role
from models.errors import NotPermitted
from models.queries import meeting as meeting_query
from models.queries.audit import verify
from models.queries.base import Office
from models.services import attendance, meetings, secrets
from models.services import office as offices


@pytest.fixture
def meeting(meeting_at):
    return meeting_at(Phase.SCORING)


def refusal(act, *args, **options):
    with pytest.raises(NotPermitted) as refused:
        act(*args, **options)
    return refused.value.code


def wrong(meeting, name="M1/专家3"):
    return refusal(offices.authenticate, meeting.office, name, "不是这个")


def tries_on_record(meeting):
    with meeting.office.database.reading() as connection:
        return connection.execute(
            text("SELECT actor, refused, before, after, object FROM audit_entry WHERE act = 'seat.try' ORDER BY seq")
        ).all()


def seat(meeting, actor, name="专家3"):
    return next(one for one in meeting_query.meeting(meeting.office, actor, meeting.id).seats if one.name == name)


def test_the_fifth_wrong_try_locks_also_against_the_right_pin_until_the_minute_is_over(meeting):
    assert [wrong(meeting) for _ in range(5)] == ["wrong_secret"] * 4 + ["locked"]
    locked_at = meeting.clock.now
    assert refusal(offices.authenticate, meeting.office, "M1/专家3", meeting.pin) == "locked"
    meeting.clock.now = locked_at + timedelta(seconds=45)
    assert refusal(offices.authenticate, meeting.office, "M1/专家3", meeting.pin) == "locked"
    meeting.clock.now = locked_at + timedelta(seconds=61)
    assert offices.authenticate(meeting.office, "M1/专家3", meeting.pin) == meeting.expert(3)


def test_each_lock_lasts_longer_and_a_right_secret_begins_anew(meeting):
    for minutes in (1, 5, 15, 60, 60):
        assert [wrong(meeting) for _ in range(5)][-1] == "locked"
        meeting.clock.now += timedelta(minutes=minutes, seconds=-20)
        assert wrong(meeting) == "locked"
        meeting.clock.now += timedelta(seconds=21)
    offices.authenticate(meeting.office, "M1/专家3", meeting.pin)
    assert [wrong(meeting) for _ in range(4)] == ["wrong_secret"] * 4
    offices.authenticate(meeting.office, "M1/专家3", meeting.pin)
    assert [wrong(meeting) for _ in range(5)][-1] == "locked"
    meeting.clock.now += timedelta(seconds=61)
    offices.authenticate(meeting.office, "M1/专家3", meeting.pin)


def test_the_lock_is_the_same_on_every_road(meeting_at):
    meeting = meeting_at(Phase.SIGNING_IN)
    code = meeting.codes["专家3"]
    for _ in range(3):
        assert refusal(attendance.may_sign_in, meeting.office, "专家3", meeting.id, "AAAA-AAAA") == "wrong_secret"
    assert wrong(meeting) == "wrong_secret"
    sign_in = {"recusals": {}, "new_pin": meeting.pin}
    assert refusal(attendance.sign_in, meeting.office, "专家3", meeting.id, "AAAA-AAAA", **sign_in) == "locked"
    assert refusal(attendance.may_sign_in, meeting.office, "专家3", meeting.id, code) == "locked"
    assert refusal(attendance.sign_in, meeting.office, "专家3", meeting.id, code, **sign_in) == "locked"
    assert attendance.may_sign_in(meeting.office, "专家4", meeting.id, meeting.codes["专家4"]).name == "专家4"


def test_people_of_the_office_are_locked_too_and_a_new_code_lifts_it(meeting):
    assert [wrong(meeting, "李财政") for _ in range(5)][-1] == "locked"
    code = offices.new_user_code(meeting.office, meeting.secretary, "李财政")
    assert refusal(offices.user_sign_in, meeting.office, "李财政", "AAAA-AAAA", meeting.pin) == "wrong_secret"
    assert offices.user_sign_in(meeting.office, "李财政", code, meeting.pin).name == "李财政"
    assert [wrong(meeting) for _ in range(5)][-1] == "locked"
    code = meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, "专家3")
    assert attendance.may_sign_in(meeting.office, "专家3", meeting.id, code).name == "专家3"


def test_tries_are_on_record_without_the_secret_and_those_while_locked_are_not(meeting):
    for _ in range(20):
        wrong(meeting)
    assert tries_on_record(meeting) == [("专家3", "wrong_secret", "{}", "{}", "")] * 4 + [
        ("专家3", "locked", "{}", "{}", "")
    ]
    refusal(offices.authenticate, meeting.office, "没有这人", "不是这个")
    assert len(tries_on_record(meeting)) == 5
    assert verify(meeting.office).ok


def test_the_chair_is_told_of_a_lock_and_other_experts_are_not(meeting):
    for _ in range(5):
        wrong(meeting)
    told = seat(meeting, meeting.chair)
    assert told.wrong_tries == 5
    assert told.locked_until is not None
    assert seat(meeting, meeting.secretary).wrong_tries == 5
    for actor in (meeting.expert(3), meeting.expert(4), meeting.finance):
        assert (seat(meeting, actor).wrong_tries, seat(meeting, actor).locked_until) == (0, None)
    meeting.clock.now += timedelta(minutes=2)
    assert seat(meeting, meeting.chair).locked_until is None


def test_of_tries_at_once_on_several_connections_five_are_answered_and_the_right_one_comes_too_late(meeting):
    """Forty at once, from two databases opened apart; the right PIN is among the last."""
    second = Office(Database(meeting.place), meeting.clock)

    def attempt(number):
        office = meeting.office if number % 2 else second
        return refusal(offices.authenticate, office, "M1/专家3", meeting.pin if number > 35 else f"错{number}")

    meeting.office.database.engine.dispose()
    try:
        assert [attempt(number) for number in range(3)] == ["wrong_secret"] * 3
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(attempt, range(3, 40)))
    finally:
        second.database.close()
    assert sorted(answers) == ["locked"] * 36 + ["wrong_secret"]
    assert len(tries_on_record(meeting)) == 5


def test_nothing_slow_happens_while_a_lock_is_held(meeting, monkeypatch):
    """While a secret is compared another desk can write: one that waited for a lock would be refused in the end."""
    real = argon2.PasswordHasher.verify
    written = []

    def verifying(self, kept, secret):
        written.append(meetings.new_seat_code(meeting.office, meeting.secretary, meeting.id, "专家5"))
        return real(self, kept, secret)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verifying)
    offices.authenticate(meeting.office, "M1/专家3", meeting.pin)
    assert len(written[0]) == len("7KQM-4XZP")


def test_a_name_that_is_nowhere_is_hashed_like_a_known_one():
    """The stand-ins have the parameters of the real hashes, whatever the library's are."""
    wanted = argon2.extract_parameters(secrets.hash_secret("654321"))
    assert argon2.extract_parameters(secrets.NOBODYS_PIN) == wanted
    wanted = argon2.extract_parameters(secrets.hash_code("AAAA-AAAA"))
    assert argon2.extract_parameters(secrets.NOBODYS_CODE) == wanted


def test_unknown_names_wrong_pins_and_wrong_codes_cost_the_same(meeting_at, monkeypatch):
    meeting = meeting_at(Phase.SIGNING_IN)
    meeting.sign_in("专家2")
    hashed = []
    real = argon2.PasswordHasher.verify

    def verifying(self, kept, secret):
        hashed.append(argon2.extract_parameters(kept).memory_cost)
        return real(self, kept, secret)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verifying)
    costs = []
    for name in ("没有这人", "专家2", "专家3", "李财政"):
        hashed.clear()
        refusal(attendance.may_sign_in, meeting.office, name, meeting.id, "不是这个")
        costs.append(list(hashed))
        hashed.clear()
        refusal(offices.authenticate, meeting.office, name, "不是这个")
        costs.append(list(hashed))
    assert costs == [costs[0]] * 8
    assert len(costs[0]) == 2


def test_an_act_of_the_door_stands_in_the_table_for_everybody(meeting):
    offices.add_user(meeting.office, meeting.secretary, "赵秘书", Role.SECRETARY)
    assert wrong(meeting, "赵秘书") == "wrong_secret"
    assert tries_on_record(meeting)[-1][:2] == ("赵秘书", "wrong_secret")
