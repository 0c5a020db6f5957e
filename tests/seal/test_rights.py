"""Every service and every read, called by every role in every phase: who is refused is who the table refuses.

The table itself is written by hand from the committee's division of work (`tests/models/rules/test_permissions.py`);
here it is held against what is done when the service is called. A service or a read without a row fails.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from models.enums import Phase, Role
from models.errors import KmdxError, NotPermitted, Refused
from models.services.export import _KINDS as EXPORTS
from models.services.export import export
from models.views.people import Keys
from tests.conftest import EXPERTS, FINANCE, SECRETARY, SUPERVISOR, Meeting
from tests.models.rules.test_permissions import EXPECTED, LETTERS, PHASES
from tests.seal.pairs import cheapen
from tests.seal.plays import lay_out
from tests.seal.surfaces import NOT_PLAYED, Desk, Surface, functions, words_for

pytestmark = pytest.mark.usefixtures("on_file")

KNOWN = dict(functions())
PEOPLE = {
    Role.CHAIR: EXPERTS[0],
    Role.DEPUTY: EXPERTS[1],
    Role.EXPERT: EXPERTS[2],
    Role.SECRETARY: SECRETARY,
    Role.FINANCE: FINANCE,
    Role.SUPERVISOR: SUPERVISOR,
}

ACT_OF = {
    "services.allocating.set_quota": "quota.set",
    "services.allocating.propose": "allocation.propose",
    "services.allocating.adjust": "allocation.adjust",
    "services.allocating.decide_tie": "allocation.tie",
    "services.apportioning.apportion": "quota.apportion",
    "services.attendance.sign_in": "seat.sign_in",
    "services.attendance.record_absent": "seat.absent",
    "services.attendance.add_recusal": "recusal.add",
    "services.batches.new_batch": "batch.new",
    "services.calendar.add_days": "calendar.add",
    "services.conflicts.confirm": "recusal.add",
    "services.conflicts.dismiss": "recusal.dismiss",
    "services.conflicts.import_abouts": "seat.about",
    "services.conflicts.set_about": "seat.about",
    "services.consenting.consent_to_quota": "quota.consent",
    "services.deliberation.give_opinion": "opinion.give",
    "services.deliberation.record_dissent": "dissent.record",
    "services.deliberation.explain_value": "marks.explain",
    "services.deliberation.name_correction": "marks.correct",
    "services.deliberation.enter_correction": "marks.correct",
    "services.deliberation.decide_amount": "amount.decide",
    "services.deliberation.items_without_opinion": "results.read",
    "services.desks.take_desk": "desk.take",
    "services.desks.take_back": "desk.take",
    "services.desks.leave_desk": "desk.leave",
    "services.intake.import_roster": "roster.import",
    "services.keying.import_marks": "marks.import",
    "services.keying.key_sheet": "marks.key",
    "services.keys.change_phrase": "keys.phrase",
    "services.keys.new_envelope": "keys.envelope",
    "services.meetings.new_meeting": "meeting.new",
    "services.meetings.set_applications": "meeting.applications",
    "services.meetings.set_panel": "panel.set",
    "services.meetings.add_seat": "seat.add",
    "services.meetings.new_seat_code": "seat.code",
    "services.meetings.name_chair": "seat.chair",
    "services.office.add_user": "user.add",
    "services.office.disable_user": "user.disable",
    "services.office.new_user_code": "user.pin",
    "services.office.user_sign_in": "user.sign_in",
    "services.pacing.remind": "meeting.remind",
    "services.pacing.start_countdown": "meeting.countdown",
    "services.phases.advance": "meeting.advance",
    "services.phases.back": "meeting.back",
    "services.publicity.open_publicity": "publicity.open",
    "services.publicity.add_objection": "objection.add",
    "services.publicity.accept_objection": "objection.accept",
    "services.publicity.dismiss_objection": "objection.dismiss",
    "services.publicity.withdraw_objection": "objection.withdraw",
    "services.publicity.refer_objection": "objection.refer",
    "services.publicity.decide_objection": "objection.decide",
    "services.room.call_item": "item.call",
    "services.room.close_item": "item.close",
    "services.room.set_order": "item.order",
    "services.room.step_out": "room.move",
    "services.room.come_back": "room.move",
    "services.scoring.enter_marks": "marks.enter",
    "services.scoring.submit": "marks.submit",
    "services.scoring.abstain": "marks.abstain",
    "services.scoring.take_back": "marks.take_back",
    "services.returning.return_sheet": "marks.return",
    "services.signing.sign_list": "awards.sign",
    "services.slips.issue_slips": "seat.slips",
    "services.tries.prove": "seat.try",
    "services.unsealing.unseal": "meeting.unseal",
    "queries.allocation.quota_view": "quota.read",
    "queries.allocation.draft_faults": "quota.read",
    "queries.allocation.quota_policy": "quota.read",
    "queries.allocation.allocation_view": "results.read",
    "queries.allocation.prepare": "results.read",
    "queries.allocation.what_if": "results.read",
    "queries.allocation.outcomes_of": "results.read",
    "queries.allocation.outcome_of": "results.read",
    "queries.allocation.cell_of": "results.read",
    "queries.applications.roster": "roster.read",
    "queries.applications.card": "roster.read",
    "queries.applications.cards": "roster.read",
    "queries.apportioning.apportionment": "quota.read",
    "queries.audit.trail": "audit.read",
    "queries.awards.award_lists": "awards.read",
    "queries.awards.coming_awards": "awards.read",
    "queries.awards.award_derivations": "awards.read",
    "queries.calendar.calendar_years": "calendar.read",
    "queries.calendar.count_days": "calendar.read",
    "queries.conflicts.conflicts": "conflicts.read",
    "queries.keying.difference": "keying.read",
    "queries.keying.keyings": "keying.read",
    "queries.desk.desk": "marks.own",
    "queries.desk.own_results": "results.read",
    "queries.items.item": "results.read",
    "queries.items.derivations": "results.read",
    "queries.items.deliberation": "results.read",
    "queries.items.decides_amounts": "progress.read",
    "queries.meeting.meeting": "progress.read",
    "queries.minutes.minutes": "export",
    "queries.projector.projector": "board.read",
    "queries.notice_paper.notice_paper": "export",
    "queries.publicity.notices": "publicity.read",
    "queries.publicity.coming_notice": "publicity.read",
    "queries.publicity.explain_notice": "publicity.read",
    "queries.publicity.objections": "objections.read",
    "queries.publicity.explain_clock": "objections.read",
    "queries.results.ranking": "results.read",
    "queries.room.room": "results.read",
    "queries.room.upcoming": "results.read",
    "queries.score_book.score_book": "export",
    "queries.score_book.own_sheets": "marks.own",
    "queries.sensitivity.sensitivity": "sensitivity.read",
}
"""Which row of the table each service and each read stands under."""

NO_ACT = {
    "services.attendance.may_sign_in": "asks for the secret only, before the recusal question",
    "services.batches.batches": "the batches' names and figures, for everybody of the office",
    "services.desks.give_sign": "a sign of life",
    "services.desks.must_be_theirs": "asks whether the desk still is",
    "services.scoring.look_ahead": "looks at an own sheet and tells nothing: a mark says what stands against it",
    "services.keys.with_keys": "opens the own keys by the own phrase",
    "services.office.users": "the names of the office",
    "services.office.find_person": "whom a name stands for, before the secret is asked",
    "services.office.authenticate": "asks for the secret",
    "queries.audit.verify": "anybody with the database may verify: nothing hidden is told",
    "queries.batches.batch_figures": "a batch's figures, as of `batches`",
    "queries.door.door": "what stands on the door, before anybody has signed in",
    "queries.policies.kept_policies": "the measure is public",
    "queries.policies.kept_policy": "the measure is public",
    "queries.policies.newest_policy": "the measure is public",
    "queries.policies.batch_policy": "the measure is public",
    "queries.policies.meeting_policy": "the measure is public",
    "queries.receipts.trace_receipt": "as of `verify`: a receipt tells of a box, and nothing of what is in it",
    "queries.presence.presence_of": "one's own desk",
}
"""What stands under no row, and why."""

LAST = ("meeting.unseal", "seat.code", "seat.slips", "user.pin", "user.disable")
"""Acts after which a secret or a person is another: done after all others."""


NARROWER = {"services.conflicts.confirm": {Role.SECRETARY, Role.CHAIR}}
"""What is closed to some whom its row lets in: suggested conflicts are known to secretary and chair only."""


@dataclass(frozen=True)
class Called:
    """What came of calling something in a role and phase: refused for the role, for the phase, or let in."""

    name: str
    role: Role
    phase: Phase

    @property
    def let_in(self) -> bool:
        """What the table says."""
        if self.role not in NARROWER.get(self.name, Role) and self.phase is not Phase.PREPARING:
            return False  # (in preparing they are told that they have not signed in)
        act = ACT_OF[self.name]
        pairs = [product(who, when) for who, when in EXPECTED[act].items()]
        return any((LETTERS[who], PHASES[when]) == (self.role, self.phase) for pair in pairs for who, when in pair)


def test_every_service_and_read_has_its_row() -> None:
    known = {name for name, _ in functions()} - NOT_PLAYED.keys() - {"services.export.export"}
    assert known == ACT_OF.keys() | NO_ACT.keys()
    assert not ACT_OF.keys() & NO_ACT.keys()
    assert {*ACT_OF.values()} | {"export", "export.own"} == EXPECTED.keys()


def _outcome(call: Callable[[], Any]) -> bool:
    """Whether the caller got past the table; refused acts must say so by the right error."""
    try:
        call()
    except NotPermitted as error:
        return error.code != "not_permitted"
    except Refused as error:
        return error.code != "wrong_phase"
    except (KmdxError, AssertionError):
        return True
    return True


def _words(surface: Surface, desk: Desk, seed: str) -> dict[str, Any]:
    """Words that nobody is refused for before their right is looked at."""
    given = words_for(surface, Random(seed), desk)
    good = {
        "reason": "情况说明",
        "words": "说明",
        "opinion": "同意",
        "grounds": "投入不实",
        "finding": "属实",
        "title": "会",
    }
    good |= {"meeting_id": "M9" if surface.name.endswith("new_meeting") else "M1", "batch_id": "KM9", "head": None}
    good |= {"envelope_of": "", "over": True, "place": "公告栏", "secret": desk.secret, "amount_fen": None}
    if surface.name.endswith(("prove",)):
        good["secret"] = "999999"  # only a wrong one is an act
    if surface.name.endswith("decide_amount"):
        good["amount_fen"] = 1_0000_00
    takes = inspect.signature(surface.call).parameters
    return given | {name: value for name, value in good.items() if name in takes}


NAMES = sorted(
    (name for name in ACT_OF if name != "services.office.user_sign_in"), key=lambda n: (ACT_OF[n] in LAST, n)
)
"""All but the first sign-in at the office, which takes nobody's word for who acts."""


def _call(meeting: Meeting, role: Role, folder: Path, name: str) -> Callable[[], Any]:
    """A call as somebody, with words that nobody is refused for before their right is looked at."""
    actor = meeting.people[PEOPLE[role]]
    with meeting.office.database.reading() as connection:
        fresh = connection.execute(
            text("SELECT pin_hash IS NULL FROM seat WHERE name = :name AND user_id IS NULL"), {"name": actor.name}
        ).scalar()
    one = KNOWN[name]
    keyed = replace(actor, keys=Keys(b"0" * 32, b"0" * 32))  # without any the table would not be asked
    desk = Desk(keyed, folder, meeting.pin, meeting.office.today())
    words = _words(Surface("services", name, one), desk, name)
    if name == "services.attendance.sign_in":
        secret = meeting.codes[actor.name] if fresh else meeting.pin
        words |= {"name": actor.name, "secret": secret, "recusals": {}, "new_pin": meeting.pin}
    if name in ("services.desks.take_back", "services.desks.leave_desk"):
        words["actor"] = replace(keyed, desk=1)
    return lambda: one(meeting.office, **words)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_where_the_table_says(
    meeting_at: Callable[..., Meeting], tmp_path: Path, role: Role, phase: Phase
) -> None:
    lay_out(tmp_path)
    meeting = meeting_at(phase)
    cheapen(meeting)
    wrong = []
    for name in NAMES:
        let_in = _outcome(_call(meeting, role, tmp_path, name))
        if let_in != Called(name, role, phase).let_in:
            wrong.append((name, let_in))
        with meeting.office.database.reading() as connection:
            moved = connection.execute(text("SELECT phase FROM meeting WHERE id = 'M1'")).scalar() != phase
        if moved:
            meeting = meeting_at(phase)
            cheapen(meeting)
    assert wrong == []


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("role", Role)
def test_each_role_takes_documents_where_the_table_says(
    meeting_at: Callable[..., Meeting], tmp_path: Path, role: Role, phase: Phase
) -> None:
    meeting = meeting_at(phase)
    actor = meeting.people[PEOPLE[role]]
    for what, kind in EXPORTS.items():
        may = any(LETTERS[who] == role for group in EXPECTED[kind.act] for who in group)
        assert _outcome(lambda what=what: export(meeting.office, actor, meeting.id, what, tmp_path)) == may


def test_a_refused_act_is_on_record_under_its_own_name(meeting_at: Callable[..., Meeting], tmp_path: Path) -> None:
    """So the row that was looked at is the one that `ACT_OF` names."""
    lay_out(tmp_path)
    meeting = meeting_at(Phase.ARCHIVED)
    for name in NAMES:
        if name.startswith("services.") and not Called(name, Role.EXPERT, Phase.ARCHIVED).let_in:
            with pytest.raises((NotPermitted, Refused)):
                _call(meeting, Role.EXPERT, tmp_path, name)()
            with meeting.office.database.reading() as connection:
                last = connection.execute(text("SELECT act FROM audit_entry ORDER BY seq DESC LIMIT 1")).scalar()
            assert last == ACT_OF[name]
