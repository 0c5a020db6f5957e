import shutil
import sqlite3
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from stdnum.cn import uscc

from models.database import Database
from models.enums import REVEALED, ObjectionState, Outcome, Phase, ReasonCode, Role, SheetState
from models.errors import Refused
from models.policy.load import load_policy
from models.queries import audit, awards, items, results
from models.queries import meeting as meeting_query
from models.queries import publicity as publicity_query
from models.queries.allocation import allocation_view
from models.queries.applications import roster
from models.queries.base import Office
from models.queries.desk import desk
from models.rules.times import local_time
from models.services import allocating, attendance, deliberation, phases, publicity, scoring, signing, unsealing
from models.services import office as offices
from seeds.demo import DemoMeeting, build, demo_clock, reopen
from seeds.demo_plan import PHRASE
from seeds.demo_roster import APPLICANTS
from seeds.policies import builtin_text


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Demos by phase, each built once; tests work on copies."""
    folder = tmp_path_factory.mktemp("demo")
    made: dict[Phase, DemoMeeting] = {}

    def of(phase: Phase, copy: Path | None = None) -> tuple[DemoMeeting, Office]:
        if phase not in made:
            made[phase] = build(str(folder / f"{phase}.db"), phase)
        demo = made[phase]
        place = demo.place if copy is None else shutil.copy(demo.place, copy / "demo.db")
        return demo, Office(Database(str(place)), demo.clock)

    return of


@pytest.mark.parametrize("phase", list(Phase))
def test_build_stops_in_each_phase_with_a_sound_record(built, phase):
    demo, office = built(phase)
    view = meeting_query.meeting(office, demo.people[Role.SECRETARY], demo.meeting_id)
    assert view.phase is phase
    assert audit.verify(office).findings == ()
    with office.database.reading() as connection:
        refused = connection.exec_driver_sql("SELECT act FROM audit_entry WHERE refused <> ''").all()
    assert refused == []


def test_every_role_has_its_person_with_a_secret_that_opens_the_desk(built):
    demo, office = built(Phase.SCORING)
    assert set(demo.people) == set(Role)
    view = meeting_query.meeting(office, demo.people[Role.CHAIR], demo.meeting_id)
    assert {seat.name: seat.role for seat in view.seats if seat.name in {p.name for p in demo.people.values()}} == {
        person.name: role for role, person in demo.people.items()
    }
    for person in demo.people.values():
        assert offices.authenticate(office, person.name, demo.pins[person.name]).name == person.name


def test_sixty_enterprises_are_marked_as_invented_with_sound_codes(built):
    demo, office = built(Phase.PREPARING)
    lines = roster(office, demo.people[Role.SECRETARY], meeting=demo.meeting_id)
    assert len(lines) == len(APPLICANTS) == 60
    assert all("示例" in line.enterprise for line in lines)
    assert [line.uscc for line in lines if not uscc.is_valid(line.uscc)] == []
    assert len({line.uscc for line in lines}) == 60
    policy = load_policy(builtin_text("kunming-2024"), "kunming-2024")
    districts = {line.district for line in lines}
    assert {named.name for named in policy.districts if not named.zone} <= districts
    assert sum(named.name in districts for named in policy.districts if named.zone) == 6
    assert {line.industry for line in lines} == {named.name for named in policy.industries}


def test_each_kind_of_exclusion_has_exactly_one_enterprise(built):
    demo, office = built(Phase.PREPARING)
    lines = roster(office, demo.people[Role.SECRETARY], meeting=demo.meeting_id)
    found = Counter(reason.code for line in lines for reason in line.reasons)
    assert found == dict.fromkeys(
        (
            "central_support",
            "pilot_2022",
            "dishonest",
            "other_exclusion",
            "size",
            "level_not_supported",
            "not_recommended",
            "recommendation_missing",
            "filing_missing",
            "preliminary_failed",
            "preliminary_missing",
        ),
        1,
    )
    assert sum(line.eligible for line in lines) == 49


def test_summaries_have_two_to_four_sentences():
    assert {n for one in APPLICANTS if not 2 <= (n := one.summary.count("。")) <= 4} == set()


def test_signing_in_waits_for_the_expert_and_the_code_lets_in(built, tmp_path):
    demo, office = built(Phase.SIGNING_IN, tmp_path)
    expert = demo.people[Role.EXPERT]
    waiting = meeting_query.meeting(office, expert, demo.meeting_id).blockers
    assert [blocker.code for blocker in waiting] == ["not_signed_in"]
    for name in waiting[0].seats:
        attendance.sign_in(office, name, demo.meeting_id, demo.pins[name], recusals={}, new_pin=PHRASE)
    assert phases.advance(office, demo.people[Role.CHAIR], demo.meeting_id) is Phase.SCORING


def test_scoring_lacks_only_the_experts_last_sheets(built):
    demo, office = built(Phase.SCORING)
    view = meeting_query.meeting(office, demo.people[Role.CHAIR], demo.meeting_id)
    assert [(blocker.code, blocker.seats) for blocker in view.blockers] == [
        ("sheets_out", (demo.people[Role.EXPERT].name,))
    ]
    mine = desk(office, demo.people[Role.EXPERT], demo.meeting_id).rows
    states = Counter(row.state for row in mine if not row.recused)
    assert states == {SheetState.SUBMITTED: 41, SheetState.DRAFT: 1, SheetState.BLANK: 6}
    assert sum(row.recused for row in mine) == 1


def test_one_person_can_take_scoring_on_to_an_objection(built, tmp_path):
    """As the README says: score as the expert, reveal, deliberate, allocate, publish, record an objection."""
    demo, office = built(Phase.SCORING, tmp_path)
    people, meeting = demo.people, demo.meeting_id
    criteria = desk(office, people[Role.EXPERT], meeting).rubric.criteria
    for row in desk(office, people[Role.EXPERT], meeting).rows:
        if row.state in (SheetState.BLANK, SheetState.DRAFT) and not row.recused:
            scoring.enter_marks(
                office, people[Role.EXPERT], meeting, row.no, {c.code: str(c.full * 7 // 10_000) for c in criteria}
            )
            scoring.submit(office, people[Role.EXPERT], meeting, [row.no])
    assert unsealing.unseal(office, people[Role.CHAIR], meeting).opened is None
    assert unsealing.unseal(office, people[Role.FINANCE], meeting).opened == 7 * 49 - 6
    for role in (Role.CHAIR, Role.DEPUTY):
        rest = deliberation.items_without_opinion(office, people[role], meeting)
        deliberation.give_opinion(office, people[role], meeting, rest, "同意")
    by_name = {person.name: person for person in people.values()}
    for no, line in items.deliberation(office, people[Role.SECRETARY], meeting).items():
        for name in line.unexplained:
            deliberation.explain_value(office, by_name[name], meeting, name, no, "依据充分")
    phases.advance(office, people[Role.CHAIR], meeting)
    for tied in allocating.propose(office, people[Role.CHAIR], meeting).ties:
        allocating.decide_tie(office, people[Role.CHAIR], meeting, tied, "表决")
    phases.advance(office, people[Role.CHAIR], meeting)
    publicity.open_publicity(office, people[Role.SECRETARY], meeting, office.today(), "公告栏")
    number = publicity.add_objection(office, people[Role.SECRETARY], meeting, "KM26-002", "材料不实", objector="某人")
    assert number == 1
    assert audit.verify(office).ok


def test_the_reveal_shows_a_flagged_spread_a_correction_a_dissent(built):
    demo, office = built(Phase.DELIBERATING)
    chair, meeting = demo.people[Role.CHAIR], demo.meeting_id
    owing = {
        no: line.unexplained for no, line in items.deliberation(office, chair, meeting).items() if line.unexplained
    }
    assert owing == {"KM26-016": (demo.people[Role.EXPERT].name,)}
    flagged = items.item(office, chair, meeting, "KM26-016")
    assert [sheet.expert for sheet in flagged.sheets if sheet.explanation] == [demo.people[Role.CHAIR].name]
    with office.database.reading() as connection:
        corrections = items.corrections_of(connection, meeting)
        dissents = items.dissents_of(connection, meeting)
    assert [(one.no, one.criterion, one.old_milli, one.new_milli is not None) for one in corrections] == [
        ("KM26-031", "方案", 14_000, True)
    ]
    assert [(one.expert, one.no) for one in dissents] == [("杨雪松", "KM26-052")]
    assert 0 < len(deliberation.items_without_opinion(office, chair, meeting)) < 48
    assert deliberation.items_without_opinion(office, demo.people[Role.DEPUTY], meeting) == ("KM26-002",)


def test_the_proposal_waits_for_the_tie_and_the_quotas_bite(built, tmp_path):
    demo, office = built(Phase.ALLOCATING, tmp_path)
    chair, meeting = demo.people[Role.CHAIR], demo.meeting_id
    view = allocation_view(office, chair, meeting)
    assert view.ties == (("KM26-027", "KM26-048"),)
    tied = [item for item in results.ranking(office, chair, meeting).applications if item.no in view.ties[0]]
    assert tied[0].score == tied[1].score
    assert tied[0].tied
    after = allocating.decide_tie(office, chair, meeting, view.ties[0], "表决")
    outcomes = Counter(item.outcome for item in after.applications)
    assert outcomes[Outcome.PROPOSED] == after.total == 22
    reasons = {item.no: item.reason for item in after.applications}
    assert [no for no, why in reasons.items() if why is ReasonCode.CEILING_DISTRICT] == ["KM26-003", "KM26-004"]
    let_in = [item.no for item in after.applications if item.reason is ReasonCode.FLOOR and item.outcome == "proposed"]
    assert let_in == ["KM26-018"]
    assert after.budget_fen is not None
    assert after.budget_used_fen <= after.budget_fen


def test_publicity_stands_inside_its_period_with_an_objection_to_take(built):
    demo, office = built(Phase.PUBLICITY)
    (notice,) = publicity_query.notices(office, demo.people[Role.SECRETARY], demo.meeting_id)
    assert not notice.over
    assert notice.opens < notice.today < notice.closes
    (objection,) = publicity_query.objections(office, demo.people[Role.SECRETARY], demo.meeting_id)
    assert (objection.no, objection.state, objection.in_period) == ("KM26-021", ObjectionState.RECORDED, True)


def test_the_clock_can_be_moved_past_the_period(built, tmp_path):
    _, office = built(Phase.PUBLICITY, tmp_path)
    demo = reopen(str(office.database.path))
    office = Office(office.database, demo.clock)
    (notice,) = publicity_query.notices(office, demo.people[Role.CHAIR], demo.meeting_id)
    demo.clock.go_to(demo.clock() + timedelta(days=(notice.closes - notice.today).days + 1))
    assert phases.advance(office, demo.people[Role.SECRETARY], demo.meeting_id) is Phase.FINALISED


def test_finalised_waits_for_finance_and_holds_one_back(built, tmp_path):
    demo, office = built(Phase.FINALISED, tmp_path)
    (listed,) = awards.award_lists(office, demo.people[Role.FINANCE], demo.meeting_id)
    assert [one.role for one in listed.signatures if one.at is None] == [Role.FINANCE]
    assert len(listed.awards) == 21
    assert "KM26-021" not in {award.no for award in listed.awards}
    signing.sign_list(office, demo.people[Role.FINANCE], demo.meeting_id)
    codes = [b.code for b in meeting_query.meeting(office, demo.people[Role.CHAIR], demo.meeting_id).blockers]
    assert codes == ["objection_open", "no_minutes"]


def test_archived_has_two_signed_lists_and_the_minutes(built):
    demo, office = built(Phase.ARCHIVED)
    lists = awards.award_lists(office, demo.people[Role.SUPERVISOR], demo.meeting_id)
    assert [(one.version, len(one.awards)) for one in lists] == [(1, 21), (2, 1)]
    assert [signature for one in lists for signature in one.signatures if signature.at is None] == []
    assert [path.suffix for path in Path(demo.place).with_suffix("").iterdir()] == [".docx"]


def test_two_builds_give_equal_results(built, tmp_path):
    demo, office = built(Phase.ALLOCATING)
    again = build(str(tmp_path / "again.db"), Phase.ALLOCATING)
    other = Office(Database(again.place), again.clock)
    first = results.ranking(office, demo.people[Role.CHAIR], demo.meeting_id)
    second = results.ranking(other, again.people[Role.CHAIR], again.meeting_id)
    assert first.applications == second.applications
    acts = []
    for place in (demo.place, again.place):
        with sqlite3.connect(place) as connection:
            acts.append(connection.execute("SELECT seq, at, actor, role, act, object FROM audit_entry").fetchall())
    assert acts[0] == acts[1]


def test_build_says_what_it_does_and_spares_what_is_there(tmp_path):
    said = []
    build(str(tmp_path / "demo.db"), Phase.PREPARING, say=said.append)
    assert [words.chinese() for words in said] == ["示例会议：筹备……"]
    before = (tmp_path / "demo.db").read_bytes()
    with pytest.raises(Refused) as refused:
        build(str(tmp_path / "demo.db"), Phase.PREPARING)
    assert refused.value.code == "database_exists"
    assert (tmp_path / "demo.db").read_bytes() == before


def test_reopened_demo_goes_on_from_the_last_act_with_codes_that_work(built, tmp_path):
    demo, office = built(Phase.SIGNING_IN, tmp_path)
    with office.database.reading() as connection:
        last = connection.exec_driver_sql("SELECT MAX(at) FROM audit_entry").scalar_one()
    place = str(office.database.path)
    later = demo_clock(place)() - local_time(last)
    assert timedelta(0) < later < timedelta(seconds=10)
    again = reopen(place)
    expert = again.people[Role.EXPERT]
    assert again.people == demo.people
    assert {role for role, actor in again.people.items() if actor.keys is None} == {Role.EXPERT}
    alone = reopen(place, Role.CHAIR)
    assert {role for role, actor in alone.people.items() if actor.keys is not None} == {Role.CHAIR}
    signed = attendance.sign_in(
        office, expert.name, again.meeting_id, alone.pins[expert.name], recusals={}, new_pin=PHRASE
    )
    assert signed == expert


def test_before_the_reveal_no_result_is_told(built):
    for phase in (phase for phase in Phase if phase not in REVEALED):
        demo, office = built(phase)
        with pytest.raises(Refused):
            results.ranking(office, demo.people[Role.CHAIR], demo.meeting_id)
