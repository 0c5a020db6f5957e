"""The table of rights against one written by hand from the committee's division of work (Art. 5)."""

from itertools import product

import pytest

from models.enums import Phase, Role
from models.errors import NotPermitted, Refused
from models.rules.permissions import ACTS, KNOWS_OBJECTOR, READS, allowed, check, refusal

LETTERS = {
    "S": Role.SECRETARY,
    "C": Role.CHAIR,
    "D": Role.DEPUTY,
    "E": Role.EXPERT,
    "F": Role.FINANCE,
    "U": Role.SUPERVISOR,
}
PHASES = dict(zip("12345678", Phase, strict=True))
ALL = "12345678"

EXPECTED = {
    # act: who (S secretary, C chair, D deputy, E expert, F finance, U supervisor), and in which phases (1 preparing …)
    "user.add": {"S": ALL},
    "user.disable": {"S": ALL},
    "user.pin": {"S": ALL},
    "user.sign_in": {"SFU": ALL},
    "calendar.add": {"S": ALL},
    "batch.new": {"S": ALL},
    "roster.import": {"S": ALL},
    "meeting.new": {"S": ALL},
    "meeting.applications": {"S": "1"},
    "panel.set": {"S": "1"},
    "seat.add": {"S": "12"},
    "seat.code": {"S": ALL},
    "seat.chair": {"S": "1234"},
    "seat.absent": {"C": "23"},
    "seat.about": {"S": "1234"},
    "seat.try": {"SCDEFU": ALL},
    "seat.slips": {"S": "1234567"},
    "desk.take": {"SCDEFU": ALL},
    "desk.leave": {"SCDEFU": ALL},
    "meeting.remind": {"C": "3"},
    "meeting.countdown": {"C": "2345"},
    "seat.sign_in": {"SCDEFU": "234567"},
    "recusal.add": {"SCDE": "1234"},
    "recusal.dismiss": {"SC": "1234"},
    "meeting.advance": {"S": "167", "C": "2345"},
    "meeting.unseal": {"SCFU": "3"},
    "keys.phrase": {"SCDEFU": ALL},
    "keys.envelope": {"CFU": ALL},
    "meeting.back": {"C": "4567"},
    "quota.set": {"S": "12", "C": "345"},
    "quota.apportion": {"S": "12", "C": "345"},
    "quota.consent": {"F": "45"},
    "marks.enter": {"CDE": "3"},
    "marks.submit": {"CDE": "3"},
    "marks.abstain": {"CDE": "3"},
    "marks.take_back": {"CDE": "3"},
    "marks.return": {"CD": "3"},
    "marks.import": {"SFU": "3"},
    "marks.key": {"SFU": "3"},
    "marks.explain": {"CDE": "4"},
    "marks.correct": {"SCDE": "4"},
    "item.call": {"CD": "4"},
    "item.close": {"CD": "4"},
    "item.order": {"C": "4"},
    "room.move": {"CD": "4"},
    "opinion.give": {"CD": "4"},
    "dissent.record": {"CDE": "45"},
    "amount.decide": {"CD": "45"},
    "allocation.propose": {"C": "5"},
    "allocation.adjust": {"CD": "5"},
    "allocation.tie": {"CD": "5"},
    "publicity.open": {"S": "6"},
    "objection.add": {"S": "67"},
    "objection.accept": {"S": "67"},
    "objection.dismiss": {"S": "67"},
    "objection.withdraw": {"S": "67"},
    "objection.refer": {"S": "67"},
    "objection.decide": {"CD": "67"},
    "awards.sign": {"CDF": "7"},
    "export": {"SCFU": ALL},
    "export.own": {"CDE": ALL},
    "roster.read": {"SCDEFU": ALL},
    "progress.read": {"SCDEFU": ALL},
    "marks.own": {"CDE": ALL},
    "keying.read": {"SFU": "3"},
    "results.read": {"SCDEFU": "45678"},
    "board.read": {"SCDFU": ALL},
    "sensitivity.read": {"SCDFU": "45678"},
    "conflicts.read": {"SC": ALL},
    "quota.read": {"SCDEFU": ALL},
    "calendar.read": {"SCDEFU": ALL},
    "publicity.read": {"SCDEFU": "45678"},
    "objections.read": {"SCDFU": "45678"},
    "awards.read": {"SCDEFU": "45678"},
    "audit.read": {"SCFU": ALL},
}


def test_every_act_and_read_has_its_row_here():
    assert set(EXPECTED) == set(ACTS) | set(READS)
    assert not set(ACTS) & set(READS)


@pytest.mark.parametrize("act", EXPECTED)
def test_each_role_may_do_what_the_table_says_in_each_phase(act):
    wanted = {
        (LETTERS[who], PHASES[when]) for all_, phases in EXPECTED[act].items() for who, when in product(all_, phases)
    }
    assert {pair for pair in product(Role, Phase) if allowed(act, *pair)} == wanted


@pytest.mark.parametrize("act", EXPECTED)
def test_the_role_is_refused_as_such_and_the_phase_says_when(act):
    """Whoever has a right somewhere is told of the phase, unless it is another's there; all others of their role."""
    roles = {LETTERS[who] for all_ in EXPECTED[act] for who in all_}
    for role, phase in product(Role, Phase):
        error = refusal(act, role, phase)
        if role not in roles:
            assert isinstance(error, NotPermitted)
            assert error.article == "第五条"
        elif len(EXPECTED[act]) == 1 and error is not None:
            assert isinstance(error, Refused)
            assert error.code == "wrong_phase"
            assert error.lift is not None


def test_no_mark_of_others_is_read_before_the_reveal_by_anybody():
    for role, phase in product(Role, (Phase.PREPARING, Phase.SIGNING_IN, Phase.SCORING)):
        with pytest.raises((Refused, NotPermitted)):
            check("results.read", role, phase)


def test_the_objector_is_known_to_secretary_and_chair():
    assert {Role.SECRETARY, Role.CHAIR} == KNOWS_OBJECTOR


def test_an_act_without_a_row_cannot_run():
    with pytest.raises(KeyError):
        check("nothing.known", Role.SECRETARY, None)
