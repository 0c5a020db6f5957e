"""Shared by all tests: a founded office, and a small meeting in any phase, on file databases with a clock to be moved.

The meeting has five applications that may be supported and one that may not; five experts mark them so that two are
equal at the line of three places. Each phase is built once a session, from the one before, and copied for each test.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from models.database import Database
from models.enums import Kind, Phase, RecusalGround, Role
from models.errors import DatabaseUnusable
from models.queries import items
from models.queries.base import Office
from models.rules.quotas import Quota
from models.rules.times import CHINA
from models.services import (
    allocating,
    attendance,
    batches,
    deliberation,
    intake,
    meetings,
    phases,
    publicity,
    scoring,
    signing,
    unsealing,
)
from models.services import office as offices
from models.views.allocation import AllocationView
from models.views.people import Actor
from seeds.policies import builtin_text

SERVER = os.environ.get("KMDX_TEST_DATABASE", "")
"""A PostgreSQL server (postgresql+psycopg://…, a user who may create databases) to test on; else files serve."""

PIN = "654321"
PHRASE = "jiaolou hongchuan rihua piaoxi"
"""What the people of a meeting with sealed marks have for a PIN."""

BATCH, MEETING = "KM1", "M1"
SECRETARY, FINANCE, SUPERVISOR = "张秘书", "李财政", "王监督"
EXPERTS = tuple(f"专家{n}" for n in range(1, 6))
OPENED = datetime(2026, 3, 10, 9, tzinfo=CHINA)
USCCS = (
    "91530102MADEM00011",
    "91530102MADEM00024",
    "91530102MADEM00037",
    "91530114MADEM0004N",
    "91530114MADEM0005R",
    "91530113MADEM0006E",
)
DISTRICTS = ("五华区", "五华区", "五华区", "呈贡区", "呈贡区", "东川区")
MARKS = (
    {"plan": 270, "investment": 180, "effect": 180, "demonstration": 130, "assurance": 130},
    {"plan": 260, "investment": 170, "effect": 170, "demonstration": 120, "assurance": 120},
    {"plan": 240, "investment": 160, "effect": 160, "demonstration": 120, "assurance": 120},
    {"plan": 240, "investment": 160, "effect": 160, "demonstration": 120, "assurance": 120},
    {"plan": 210, "investment": 140, "effect": 140, "demonstration": 100, "assurance": 100},
)
"""Tenths of a point by application, as 专家3 gives them; the others differ in `plan` by half a point a number."""

HEADINGS = (
    "企业名称,统一社会信用代码,企业规模,县区,行业,支持方向,改造内容摘要,申报材料,软件,云服务,数据采集传输设备,其他投入,当前等级,"
    "目标等级,已获专项资金,以往数字化投入,已获中央小巨人资金,2022年改造试点,近三年严重失信,其他违规情形,推荐意见,备案号,初核结果"
)


class MovableClock:
    """A clock that goes on by a second each time it is asked, and can be moved."""

    def __init__(self, now: datetime = OPENED) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def go_to(self, day: date, hour: int = 9) -> None:
        """Move to an hour of a day in the office's time."""
        self.now = datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


class Places:
    """Where tests keep their databases: files, or databases of the server."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._opened: list[Database] = []

    def new(self, path: Path) -> str:
        """A place for a new database: the path itself, or an empty database whose language orders unlike Python."""
        return self._create("template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN' LOCALE 'C'", path)

    def copy(self, source: str, path: Path) -> str:
        """A copy of a database that nobody has open."""
        if not SERVER:
            shutil.copy(source, path)
        return self._create(f'"{make_url(source).database}"' if SERVER else "", path)

    def open(self, place: str) -> Database:
        """A database that is closed when the test is over."""
        self._opened.append(Database(place))
        return self._opened[-1]

    def clear(self) -> None:
        """Close what was opened, and drop what was made."""
        for database in self._opened:
            database.close()
        for name in self._made:
            _administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _create(self, template: str, path: Path) -> str:
        if not SERVER:
            return str(path)
        name = f"kmdx_test_{uuid4().hex[:12]}"
        _administer(f'CREATE DATABASE "{name}" TEMPLATE {template}')
        self._made.append(name)
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    server = make_url(SERVER).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@dataclass
class Meeting:
    """A meeting to be played on: who sits there, and shorthands for what tests do often."""

    office: Office
    clock: MovableClock
    people: dict[str, Actor] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    id: str = MEETING
    batch: str = BATCH
    pin: str = PIN
    sealed: bool = False

    @property
    def place(self) -> str:
        """What `--database` takes."""
        return self.office.database.url

    @property
    def secretary(self) -> Actor:
        return self.people[SECRETARY]

    @property
    def finance(self) -> Actor:
        return self.people[FINANCE]

    @property
    def supervisor(self) -> Actor:
        return self.people[SUPERVISOR]

    @property
    def chair(self) -> Actor:
        return self.people[EXPERTS[0]]

    @property
    def deputy(self) -> Actor:
        return self.people[EXPERTS[1]]

    def expert(self, number: int) -> Actor:
        """专家1 is the chair, 专家2 the deputy."""
        return self.people[EXPERTS[number - 1]]

    def no(self, number: int) -> str:
        """The number of an application: 1 has the chair recused, 3 and 4 are equal, 6 is not eligible."""
        return f"{BATCH}-{number:03d}"

    def tamper(self, *statements: str) -> None:
        """Change the database behind the program's back, past its foreign keys; each statement changes something."""
        pooled = self.office.database.engine.raw_connection()
        raw = pooled.driver_connection
        pooled.detach()
        raw.execute(
            "PRAGMA foreign_keys=OFF" if self.office.database.is_sqlite else "SET session_replication_role = replica"
        )
        for statement in statements:
            assert raw.execute(statement).rowcount != 0, statement
        raw.commit()
        raw.close()

    def sign_in(self, name: str) -> Actor:
        """Sign somebody in as they do it the first time."""
        recusals = {self.no(1): (RecusalGround.SHARES, "")} if name == EXPERTS[0] else {}
        secret = self.codes.get(name, self.pin)
        self.people[name] = attendance.sign_in(self.office, name, self.id, secret, recusals=recusals, new_pin=self.pin)
        return self.people[name]

    def marks(self, expert: int, application: int) -> dict[str, str]:
        """The marks one expert gives one application, as typed."""
        tenths = dict(MARKS[application - 1])
        tenths["plan"] += 5 * (expert - 3)
        return {code: f"{value // 10}.{value % 10}" for code, value in tenths.items()}

    def submit(self, expert: int, application: int) -> None:
        """Mark one sheet and hand it in."""
        scoring.enter_marks(
            self.office, self.expert(expert), self.id, self.no(application), self.marks(expert, application)
        )
        scoring.submit(self.office, self.expert(expert), self.id, [self.no(application)])

    def score_all(self) -> None:
        """Hand in every sheet that is due."""
        for expert in range(1, 6):
            for application in range(1, 6):
                if (expert, application) != (1, 1):
                    self.submit(expert, application)

    def reveal_one_short(self) -> None:
        """Hand in all that is due, 专家2 abstaining from 1, and reveal: one recusal more and 1 has too few sheets."""
        for expert in range(1, 6):
            for application in range(1, 6):
                if (expert, application) not in ((1, 1), (2, 1)):
                    self.submit(expert, application)
        scoring.abstain(self.office, self.expert(2), self.id, self.no(1), "不熟悉")
        self.advance()

    def give_opinions(self) -> None:
        """Explain what is flagged, and give every application its opinion."""
        for no, line in items.deliberation(self.office, self.secretary, self.id).items():
            for name in line.unexplained:
                deliberation.explain_value(self.office, self.people[name], self.id, name, no, "依据充分")
        for actor in (self.chair, self.deputy):
            waiting = deliberation.items_without_opinion(self.office, actor, self.id)
            deliberation.give_opinion(self.office, actor, self.id, waiting, "同意")

    def propose(self) -> AllocationView:
        """Make the proposal and order the tie at the line: 3 before 4."""
        allocating.propose(self.office, self.chair, self.id)
        return allocating.decide_tie(self.office, self.chair, self.id, [self.no(3), self.no(4)], "抽签，种子 7")

    def publish(self) -> int:
        """Publish today; returns the version."""
        return publicity.open_publicity(self.office, self.secretary, self.id, self.office.today(), "公告栏")

    def sign(self, *actors: Actor) -> None:
        """Sign the newest list; by all whom it needs unless said."""
        for actor in actors or (self.chair, self.deputy, self.finance):
            signing.sign_list(self.office, actor, self.id)

    def advance(self) -> Phase:
        """Move on, by whom the phase belongs to."""
        with self.office.database.reading() as connection:
            phase = connection.exec_driver_sql("SELECT phase FROM meeting").scalar_one()
        if self.sealed and phase == "scoring":
            unsealing.unseal(self.office, self.chair, self.id)
            unsealing.unseal(self.office, self.finance, self.id)
            return Phase.DELIBERATING
        mover = self.secretary if phase in ("preparing", "publicity", "finalised") else self.chair
        return phases.advance(self.office, mover, self.id)


def found_office(
    place: str, policy: str | None = None, clock: MovableClock | None = None, *, sealed: bool = False
) -> Office:
    """A new office with its secretary; it seals no marks unless `sealed`, whatever its measure says."""
    text = policy or builtin_text("kunming-2024")
    text = text if sealed else text.replace("sealing = true", "sealing = false")
    secret = PHRASE if sealed else PIN
    return offices.found(place, text, "policy.toml", SECRETARY, secret, clock=clock or MovableClock())


def write_roster(path: Path) -> Path:
    """The six applications; the last is dishonest."""
    rows = [
        f"示例企业{n},{USCCS[n - 1]},中,{DISTRICTS[n - 1]},绿色食品,企业改造补助,摘要。,卷{n},60,12.4,24,4,"
        f"二级,三级,0,0,否,否,{'是' if n == 6 else '否'},,推荐,BA{n},通过"
        for n in range(1, 7)
    ]
    path.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8-sig")
    return path


class _Builder:
    """Builds the phases of one policy one after the other, and keeps the database of each."""

    def __init__(self, folder: Path, policy: str | None, sealed: bool, places: Places) -> None:
        self.folder = folder
        self.policy = policy
        self.sealed = sealed
        self.places = places
        self.kept: dict[Phase, Meeting] = {}

    def copy(self, phase: Phase, target: Path, places: Places) -> Meeting:
        """The meeting in a phase on a copy of its own."""
        meeting = self._at(phase)
        database = places.open(places.copy(_source(meeting), target))
        clock = MovableClock(meeting.clock.now)
        office = Office(database, clock)
        people, codes = dict(meeting.people), dict(meeting.codes)
        return Meeting(office, clock, people, codes, pin=meeting.pin, sealed=meeting.sealed)

    def _at(self, phase: Phase) -> Meeting:
        if phase not in self.kept:
            target = self.folder / f"{phase}.db"
            if phase is Phase.PREPARING:
                meeting = _prepare(self.places.new(target), self.folder, self.policy, self.sealed)
            else:
                before = list(Phase)[phase.position - 1]
                meeting = self.copy(before, target, self.places)
                _LEAVE[before](meeting, self.folder)
                meeting.advance()
            meeting.office.database.close()
            if meeting.office.database.is_sqlite:
                with sqlite3.connect(target) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
            self.kept[phase] = meeting
        return self.kept[phase]


def _source(meeting: Meeting) -> str:
    return str(meeting.office.database.path or meeting.place)


def _prepare(place: str, folder: Path, policy: str | None, sealed: bool) -> Meeting:
    clock = MovableClock()
    office = found_office(place, policy, clock, sealed=sealed)
    meeting = Meeting(office, clock, pin=PHRASE if sealed else PIN, sealed=sealed)
    meeting.people[SECRETARY] = offices.authenticate(office, SECRETARY, meeting.pin)
    for name, role in ((FINANCE, Role.FINANCE), (SUPERVISOR, Role.SUPERVISOR)):
        code = offices.add_user(office, meeting.secretary, name, role)
        meeting.people[name] = offices.user_sign_in(office, name, code, meeting.pin)
    batches.new_batch(office, meeting.secretary, BATCH, 3, budget_fen=200_0000_00)
    intake.import_roster(office, meeting.secretary, [write_roster(folder / "roster.csv")], BATCH)
    meetings.new_meeting(
        office, meeting.secretary, MEETING, batch=BATCH, track="transformation", kind=Kind.SELECTION, title="评审会"
    )
    for name in EXPERTS:
        meeting.codes[name] = meetings.add_seat(office, meeting.secretary, MEETING, name, Role.EXPERT) or ""
    for name, role in ((SECRETARY, Role.SECRETARY), (FINANCE, Role.FINANCE), (SUPERVISOR, Role.SUPERVISOR)):
        meetings.add_seat(office, meeting.secretary, MEETING, name, role)
    meetings.name_chair(office, meeting.secretary, MEETING, EXPERTS[0])
    meetings.name_chair(office, meeting.secretary, MEETING, EXPERTS[1], deputy=True)
    meeting.people |= {name: offices.find_person(office, name) for name in EXPERTS}
    allocating.set_quota(office, meeting.secretary, MEETING, Quota(3, budget_fen=200_0000_00, alternates=1))
    return meeting


def _leave_signing_in(meeting: Meeting, _folder: Path) -> None:
    for name in (*EXPERTS, SECRETARY, FINANCE, SUPERVISOR):
        meeting.sign_in(name)


def _leave_publicity(meeting: Meeting, _folder: Path) -> None:
    meeting.publish()
    meeting.clock.go_to(date(2026, 3, 19))


def _leave_finalised(meeting: Meeting, folder: Path) -> None:
    from models.services.export import export

    meeting.sign()
    papers = folder / "papers"
    papers.mkdir(exist_ok=True)
    export(meeting.office, meeting.secretary, meeting.id, "minutes", papers)


_LEAVE: dict[Phase, Callable[[Meeting, Path], object]] = {
    Phase.PREPARING: lambda _meeting, _folder: None,
    Phase.SIGNING_IN: _leave_signing_in,
    Phase.SCORING: lambda meeting, _folder: meeting.score_all(),
    Phase.DELIBERATING: lambda meeting, _folder: meeting.give_opinions(),
    Phase.ALLOCATING: lambda meeting, _folder: meeting.propose(),
    Phase.PUBLICITY: _leave_publicity,
    Phase.FINALISED: _leave_finalised,
}


@pytest.fixture(scope="session")
def _kept_places() -> Iterator[Places]:
    kept = Places()
    yield kept
    kept.clear()


@pytest.fixture
def places() -> Iterator[Places]:
    """Where this test's databases are kept."""
    own = Places()
    yield own
    own.clear()


@pytest.fixture
def until_token() -> Callable[[Database, int, float], float]:
    """Seconds until a desk that asks as often as the screens do sees a token."""

    def until(database: Database, token: int, limit_seconds: float) -> float:
        begun = time.monotonic()
        while time.monotonic() - begun < limit_seconds:
            with suppress(DatabaseUnusable):
                if database.change_token() >= token:
                    break
            time.sleep(0.1)
        return time.monotonic() - begun

    return until


@pytest.fixture
def on_file() -> None:
    """For tests of what only files have."""
    if SERVER:
        pytest.skip("a matter of files, and this run is on a server")


@pytest.fixture(scope="session")
def _builders(tmp_path_factory: pytest.TempPathFactory, _kept_places: Places) -> Callable[[str | None, bool], _Builder]:
    made: dict[tuple[str | None, bool], _Builder] = {}

    def builder(policy: str | None, sealed: bool) -> _Builder:
        which = policy, sealed
        if which not in made:
            made[which] = _Builder(tmp_path_factory.mktemp("meetings"), policy, sealed, _kept_places)
        return made[which]

    return builder


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory, _kept_places: Places) -> str:
    place = _kept_places.new(tmp_path_factory.mktemp("office") / "office.db")
    found_office(place).database.close()
    return place


@pytest.fixture
def office(_founded: str, places: Places, tmp_path: Path) -> Office:
    """A founded office on a database of its own; `office.clock` is a `MovableClock`."""
    return Office(places.open(places.copy(_founded, tmp_path / "office.db")), MovableClock())


@pytest.fixture
def secretary(office: Office) -> Actor:
    """The person who founded `office`."""
    return offices.find_person(office, SECRETARY)


@pytest.fixture
def meeting_at(
    _builders: Callable[[str | None, bool], _Builder], places: Places, tmp_path: Path
) -> Callable[..., Meeting]:
    """A factory: `meeting_at(phase)` (and another policy's text) gives a meeting that has just entered the phase.

    Its marks are hidden and not sealed, unless `sealed`.
    """
    made: list[Meeting] = []

    def at(phase: Phase, policy: str | None = None, *, sealed: bool = False) -> Meeting:
        meeting = _builders(policy, sealed).copy(phase, tmp_path / f"{phase}-{len(made)}.db", places)
        made.append(meeting)
        return meeting

    return at


@pytest.fixture
def sealed_at(meeting_at: Callable[..., Meeting]) -> Callable[..., Meeting]:
    """As `meeting_at`, with marks sealed until two holders have given their shares."""
    return partial(meeting_at, sealed=True)
