"""The demo: one meeting over sixty invented enterprises, played through the services up to any phase.

Everything is drawn from a fixed seed, so every build gives equal results; only nonces, hashes and codes differ. The
demo has a clock of its own, set in March 2026, that goes on from the last recorded act with real seconds.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from sqlalchemy import text

from models.database import Database
from models.enums import CorrectionGround, Kind, ObjectionOutcome, Phase, Role, label
from models.queries import items
from models.queries.allocation import allocation_view
from models.queries.base import Office
from models.queries.desk import desk
from models.rules.times import CHINA, local_time
from models.services import (
    allocating,
    attendance,
    batches,
    deliberation,
    intake,
    meetings,
    phases,
    publicity,
    room,
    scoring,
    signing,
    unsealing,
)
from models.services import office as offices
from models.services.keys import with_keys
from models.text import T, Text
from models.views.people import Actor
from seeds.demo_plan import (
    BATCH,
    CHAIR,
    DEPUTY,
    EXPERT,
    FAR_APART,
    HELD,
    LATE,
    LEFT_BLANK,
    LEFT_DRAFT,
    MARKERS,
    MEETING,
    MISTAKE,
    OFFICE,
    OPINIONS,
    PHRASE,
    QUOTA,
    RECUSALS,
    number,
    sheets,
)
from seeds.demo_roster import APPLICANTS, write_roster
from seeds.policies import builtin_text

Say = Callable[[Text], None]


class DemoClock:
    """The demo's time: moved by hand while the meeting is built, then running with the real seconds."""

    _STEP = timedelta(seconds=5)

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._since: float | None = None

    def __call__(self) -> datetime:
        """The moment it is in the demo, aware."""
        if self._since is None:
            self._now += self._STEP
            return self._now
        return self._now + timedelta(seconds=time.monotonic() - self._since)

    def go_to(self, moment: datetime) -> None:
        """Move on to a later moment, as when a publicity period goes by; an earlier one is left alone."""
        self._now = max(moment, self())
        if self._since is not None:
            self._since = time.monotonic()

    def run(self) -> None:
        """From now on go with the real seconds."""
        self._since = time.monotonic()


@dataclass(frozen=True)
class DemoMeeting:
    """The demo as it stands: who sits there in which role, with which phrase (or one-time code) each signs in."""

    place: str
    meeting_id: str
    people: Mapping[Role, Actor]
    pins: Mapping[str, str]
    clock: DemoClock


def demo_clock(place: str) -> DemoClock:
    """A running clock that goes on from the last act recorded in a demo's database."""
    database = Database(place)
    with database.reading() as connection:
        last = connection.execute(text("SELECT MAX(at) FROM audit_entry")).scalar_one()
    database.close()
    clock = DemoClock(local_time(last))
    clock.run()
    return clock


def build(place: str, phase: Phase, *, say: Say | None = None) -> DemoMeeting:
    """Build the demo in a new database, under way in a phase. Raises `Refused` if there is something at the place."""
    stage = _Stage(place, say or (lambda _words: None))
    for step in Phase:
        begin, finish = stage.script[step]
        stage.say(T("示例会议：{phase}……", phase=label(step)))
        begin()
        if step is phase:
            break
        finish()
    stage.office.database.close()
    stage.clock.run()
    return DemoMeeting(place, MEETING, _people(stage.people), stage.pins, stage.clock)


def reopen(place: str, role: Role | None = None) -> DemoMeeting:
    """Take up a demo built before. Who has not signed in yet gets a new one-time code.

    Everybody's keys are opened, at 65 ms each; with a `role` its person's alone, who sits down first.
    """
    clock = demo_clock(place)
    database = Database(place)
    office = Office(database, clock)
    secretary = offices.find_person(office, next(iter(OFFICE)))
    people = {name: offices.find_person(office, name) for name in (*MARKERS, *OFFICE)}
    wanted = {_people(people)[role].name} if role is not None else set(people)
    people |= {name: with_keys(office, people[name], PHRASE) for name in wanted}
    pins = dict.fromkeys(people, PHRASE)
    with database.reading() as connection:
        unset = connection.execute(text("SELECT name FROM seat WHERE user_id IS NULL AND pin_hash IS NULL")).scalars()
        waiting = list(unset)
    for name in waiting:
        pins[name] = meetings.new_seat_code(office, secretary, MEETING, name)
    database.close()
    return DemoMeeting(place, MEETING, _people(people), pins, clock)


def _people(people: Mapping[str, Actor]) -> dict[Role, Actor]:
    names = {Role.CHAIR: CHAIR, Role.DEPUTY: DEPUTY, Role.EXPERT: EXPERT} | {
        role: name for name, role in OFFICE.items()
    }
    return {role: people[name] for role, name in names.items()}


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


class _Stage:
    """The meeting being built. For each phase: what makes it look under way, and what then leads into the next."""

    def __init__(self, place: str, say: Say) -> None:
        self.say = say
        self.place = place
        self.clock = DemoClock(_at(2, 9))
        self.people: dict[str, Actor] = {}
        self.pins: dict[str, str] = {}
        self.script: dict[Phase, tuple[Callable[[], None], Callable[[], None]]] = {
            Phase.PREPARING: (self._prepare, self._open_signing_in),
            Phase.SIGNING_IN: (self._sign_most_in, self._open_scoring),
            Phase.SCORING: (self._score_most, self._reveal),
            Phase.DELIBERATING: (self._deliberate, self._close_deliberation),
            Phase.ALLOCATING: (self._propose, self._close_allocation),
            Phase.PUBLICITY: (self._publish, self._freeze),
            Phase.FINALISED: (self._panel_signs, self._finish),
            Phase.ARCHIVED: (lambda: None, lambda: None),
        }

    @property
    def _secretary(self) -> Actor:
        return self.people["张敏"]

    @property
    def _chair(self) -> Actor:
        return self.people[CHAIR]

    def _prepare(self) -> None:
        policy = builtin_text("kunming-2024")
        secretary, *others = OFFICE
        self.office = offices.found(self.place, policy, "kunming_2024.toml", secretary, PHRASE, clock=self.clock)
        self.people[secretary] = offices.authenticate(self.office, secretary, PHRASE)
        for name in others:
            code = offices.add_user(self.office, self._secretary, name, OFFICE[name])
            self.people[name] = offices.user_sign_in(self.office, name, code, PHRASE)
        self.pins = dict.fromkeys(OFFICE, PHRASE)
        batches.new_batch(
            self.office,
            self._secretary,
            BATCH,
            QUOTA.total,
            budget_fen=QUOTA.budget_fen,
            sources={"central": Fraction(1, 2), "provincial": Fraction(3, 10), "municipal": Fraction(1, 5)},
            opens=date(2026, 1, 12),
            closes=date(2026, 2, 13),
        )
        self._import()
        self._seat()
        allocating.set_quota(self.office, self._secretary, MEETING, QUOTA)

    def _import(self) -> None:
        with self.office.database.reading() as connection:
            policy = self.office.policy(connection, 1)
        known = ((applicant.district, policy.district(applicant.district)) for applicant in APPLICANTS)
        codes = {name: found.code for name, found in known if found is not None}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "示例名册.csv"
            write_roster(file, codes)
            intake.import_roster(self.office, self._secretary, [file], BATCH)
        meetings.new_meeting(
            self.office,
            self._secretary,
            MEETING,
            batch=BATCH,
            track="transformation",
            kind=Kind.SELECTION,
            title="2026年第一批数字化转型试点企业评审会（示例）",
        )

    def _seat(self) -> None:
        for name in MARKERS:
            code = meetings.add_seat(self.office, self._secretary, MEETING, name, Role.EXPERT)
            assert code is not None, "nobody of the demo's panel is of the office"
            self.pins[name] = code
            self.people[name] = offices.find_person(self.office, name)
        for name, role in OFFICE.items():
            meetings.add_seat(self.office, self._secretary, MEETING, name, role)
        meetings.name_chair(self.office, self._secretary, MEETING, CHAIR)
        meetings.name_chair(self.office, self._secretary, MEETING, DEPUTY, deputy=True)
        for name in (CHAIR, DEPUTY):
            self.people[name] = offices.find_person(self.office, name)

    def _open_signing_in(self) -> None:
        self.clock.go_to(_at(10, 8, 40))
        phases.advance(self.office, self._secretary, MEETING)

    def _sign_in(self, name: str) -> None:
        recusals = {number(position): why for position, why in RECUSALS.get(name, {}).items()}
        secret = self.pins[name]
        self.people[name] = attendance.sign_in(self.office, name, MEETING, secret, recusals=recusals, new_pin=PHRASE)
        self.pins[name] = PHRASE

    def _sign_most_in(self) -> None:
        for name in (*OFFICE, *MARKERS):
            if name not in LATE:
                self._sign_in(name)

    def _open_scoring(self) -> None:
        for name in LATE:
            self._sign_in(name)
        self.clock.go_to(_at(10, 9, 10))
        phases.advance(self.office, self._chair, MEETING)

    def _score_most(self) -> None:
        self._sheets = sheets(desk(self.office, self._chair, MEETING).rubric)
        for name in MARKERS:
            left = LEFT_BLANK + LEFT_DRAFT if name == EXPERT else 0
            mine = self._own(name)
            self._mark(name, mine[: len(mine) - left])
        begun = self._own(EXPERT)[-LEFT_BLANK - LEFT_DRAFT : -LEFT_BLANK]
        for no in begun:
            some = dict(list(self._sheets[no, EXPERT].items())[:3])
            scoring.enter_marks(self.office, self.people[EXPERT], MEETING, no, some)

    def _own(self, name: str) -> list[str]:
        return [row.no for row in desk(self.office, self.people[name], MEETING).rows if not row.recused]

    def _mark(self, name: str, nos: list[str]) -> None:
        for no in nos:
            scoring.enter_marks(self.office, self.people[name], MEETING, no, self._sheets[no, name])
            scoring.submit(self.office, self.people[name], MEETING, [no])

    def _reveal(self) -> None:
        self._mark(EXPERT, self._own(EXPERT)[-LEFT_BLANK - LEFT_DRAFT :])
        self.clock.go_to(_at(10, 13, 30))
        for holder in (self._chair, self.people["孙静"]):
            unsealing.unseal(self.office, holder, MEETING)

    def _deliberate(self) -> None:
        position, expert, criterion, _ = MISTAKE
        no = number(position)
        room.call_item(self.office, self._chair, MEETING, no)
        deliberation.name_correction(
            self.office,
            self._chair,
            MEETING,
            expert,
            no,
            criterion,
            CorrectionGround.ABNORMAL,
            "与其他评委相差悬殊，经核对为看错申报材料页码",
        )
        right = sheets(desk(self.office, self._chair, MEETING).rubric, mistaken=False)[no, expert][criterion]
        deliberation.enter_correction(self.office, self.people[expert], MEETING, expert, no, criterion, right)
        deliberation.record_dissent(
            self.office,
            self.people["杨雪松"],
            MEETING,
            "认为示范作用评价偏高，建议验收时重点核查推广情况。",
            number(52),
        )
        self._explain(but=EXPERT)
        waiting = deliberation.items_without_opinion(self.office, self._chair, MEETING)
        self._give_opinions(self._chair, waiting[: len(waiting) * 3 // 5])
        room.call_item(self.office, self._chair, MEETING, number(FAR_APART))

    def _explain(self, but: str = "") -> None:
        for no, line in items.deliberation(self.office, self._secretary, MEETING).items():
            for name in line.unexplained:
                if name != but:
                    why = "该项目方案与本人了解的行业做法有出入，按评分标准分档评定，分数予以保留。"
                    deliberation.explain_value(self.office, self.people[name], MEETING, name, no, why)

    def _give_opinions(self, actor: Actor, nos: tuple[str, ...]) -> None:
        for opinion, low, high in OPINIONS:
            chosen = [no for no in nos if low <= APPLICANTS[int(no[-3:]) - 1].points < high]
            if chosen:
                deliberation.give_opinion(self.office, actor, MEETING, chosen, opinion)

    def _close_deliberation(self) -> None:
        self._explain()
        for name in (CHAIR, DEPUTY):
            actor = self.people[name]
            self._give_opinions(actor, deliberation.items_without_opinion(self.office, actor, MEETING))
        self.clock.go_to(_at(10, 16))
        phases.advance(self.office, self._chair, MEETING)

    def _propose(self) -> None:
        allocating.propose(self.office, self._chair, MEETING)

    def _close_allocation(self) -> None:
        for tied in allocation_view(self.office, self._chair, MEETING).ties:
            allocating.decide_tie(self.office, self._chair, MEETING, tied, "评审组表决：5 票赞成，2 票反对")
        self.clock.go_to(_at(10, 17))
        phases.advance(self.office, self._chair, MEETING)

    def _publish(self) -> None:
        self.clock.go_to(_at(11, 9))
        publicity.open_publicity(
            self.office, self._secretary, MEETING, date(2026, 3, 11), "https://gxj.example/gongshi"
        )
        self.clock.go_to(_at(13, 10))
        publicity.add_objection(
            self.office,
            self._secretary,
            MEETING,
            number(HELD),
            "反映该企业申报的设备中有两台为旧设备，附铭牌照片两张。",
            objector="反映人（示例）",
            contact="13800009999",
        )

    def _freeze(self) -> None:
        publicity.accept_objection(self.office, self._secretary, MEETING, 1)
        self.clock.go_to(_at(19, 9))
        phases.advance(self.office, self._secretary, MEETING)

    def _panel_signs(self) -> None:
        for name in (CHAIR, DEPUTY):
            signing.sign_list(self.office, self.people[name], MEETING)

    def _finish(self) -> None:
        """Finance signs; the objection is rejected, so a second list with its application follows, and the papers."""
        from models.services.export import export  # its document libraries are wanted nowhere else in the demo

        finance = self.people["赵启明"]
        signing.sign_list(self.office, finance, MEETING)
        self.clock.go_to(_at(23, 10))
        finding = "经现场核查，两台设备系2025年12月购置，发票与铭牌一致。"
        publicity.decide_objection(self.office, self._chair, MEETING, 1, ObjectionOutcome.REJECTED, finding)
        phases.back(self.office, self._chair, MEETING, "异议办结，补出第二份名单")
        phases.advance(self.office, self._secretary, MEETING)
        for actor in (self._chair, finance):
            signing.sign_list(self.office, actor, MEETING)
        folder = Path(self.place).with_suffix("")
        folder.mkdir(exist_ok=True)
        export(self.office, self._secretary, MEETING, "minutes", folder)
        phases.advance(self.office, self._secretary, MEETING)
