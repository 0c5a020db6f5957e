"""Pairs of databases that differ only in what somebody must not see, made by seed.

Kind (a), before the reveal: the marks and comments of all sheets but the observer's own differ. Kind (b), after it: the
sheets of the one application that the observer is recused from differ, its discussion too; its score and rank do not.

Honest pairs are made through the services, so that the audit trail tells of what is there. Most plays scatter the
hidden values of an honest pair anew, in both databases and in the same rows.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from argon2 import PasswordHasher

from models.database import Database
from models.enums import Phase, RecusalGround
from models.queries import items
from models.queries.base import Office
from models.queries.results import ranking
from models.services import allocating, attendance, deliberation, publicity, returning, scoring
from models.services.export import export
from tests.conftest import EXPERTS, FINANCE, SECRETARY, SUPERVISOR, Meeting, MovableClock, Places

OFFICE = (SECRETARY, FINANCE, SUPERVISOR)
RECUSED = {EXPERTS[0]: 1, EXPERTS[1]: 3, EXPERTS[3]: 2, FINANCE: 5}
"""Who is recused from which application: chair, deputy, an expert, and somebody of the office."""

TIED = (3, 4)
"""Applications that are equal, so that what breaks ties may not change either."""

AFTER = (Phase.DELIBERATING, Phase.ALLOCATING, Phase.PUBLICITY, Phase.FINALISED, Phase.ARCHIVED)
FULL = {"plan": 300, "investment": 200, "effect": 200, "demonstration": 150, "assurance": 150}
"""Tenths of a point."""

_WORDS = "方案扎实路径清楚投入合理效果可期示范性强保障到位数据贯通尚欠说明建议支持"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Pair:
    """Two files that are alike to these observers, and the hour of both."""

    name: str
    files: tuple[Path, Path]
    observers: tuple[str, ...]
    meeting: Meeting
    now: Any
    phase: Phase
    hidden: int | None = None
    """The application whose sheets differ; None: all sheets but the first observer's."""

    def open(self, which: int, folder: Path, scatter: int | None) -> Meeting:
        """A copy of one of the two in a folder, its hidden values scattered anew by a seed.

        Of the second there are as many as one likes: each `which` above 0 scatters it otherwise.
        """
        folder.mkdir(parents=True)
        path = folder / "kmdx.db"
        shutil.copy(self.files[min(which, 1)], path)
        if scatter is not None and not self.meeting.sealed:
            _scatter(path, self, Random(f"{scatter}/{which}"))
        clock = MovableClock(self.now)
        return replace(self.meeting, office=Office(Database(str(path)), clock), clock=clock)


def said(draw: Random, least: int = 0) -> str:
    """A comment of any length."""
    return "".join(draw.choice(_WORDS) for _ in range(draw.randint(least, 40)))


def _scatter(path: Path, pair: Pair, draw: Random) -> None:
    raw = sqlite3.connect(path)
    if pair.hidden is None:
        own = pair.observers[0]
        sheets = raw.execute(
            "SELECT s.id FROM score_sheet s JOIN seat t ON t.id = s.seat_id WHERE t.name <> ? ORDER BY s.id", (own,)
        ).fetchall()
        for (sheet,) in sheets:
            kept = raw.execute(
                "SELECT m.criterion_id, c.code FROM mark m JOIN criterion c ON c.id = m.criterion_id "
                "WHERE sheet_id = ? ORDER BY 1",
                (sheet,),
            ).fetchall()
            new = {criterion: 500 * draw.randint(0, FULL[code] // 5) for criterion, code in kept}
            raw.executemany(
                "UPDATE mark SET value_milli = ? WHERE sheet_id = ? AND criterion_id = ?",
                [(value, sheet, criterion) for criterion, value in new.items()],
            )
            raw.execute(
                "UPDATE score_sheet SET comment = ?, nonce = ?, "
                "total_micro = CASE WHEN total_micro IS NULL THEN NULL ELSE ? END WHERE id = ?",
                (said(draw), draw.randbytes(16).hex(), sum(new.values()) * 1000, sheet),
            )
    else:
        _permute(raw, pair, draw)
    raw.commit()
    raw.close()


def _permute(raw: sqlite3.Connection, pair: Pair, draw: Random) -> None:
    """Let the experts have each other's sheets, the highest and the lowest further apart: the score stays."""
    no = pair.meeting.no(pair.hidden or 0)
    sheets = raw.execute(
        "SELECT s.id, s.total_micro FROM score_sheet s JOIN application a ON a.id = s.application_id "
        "WHERE a.no = ? ORDER BY s.id",
        (no,),
    ).fetchall()
    marks = {
        key: raw.execute("SELECT criterion_id, value_milli FROM mark WHERE sheet_id = ?", (key,)).fetchall()
        for key, _ in sheets
    }
    others = draw.sample(sheets, len(sheets))
    for (key, _), (other, total) in zip(sheets, others, strict=True):
        raw.execute(
            "UPDATE score_sheet SET total_micro = ?, comment = ?, nonce = ? WHERE id = ?",
            (total, said(draw), draw.randbytes(16).hex(), key),
        )
        raw.executemany(
            "UPDATE mark SET value_milli = ? WHERE sheet_id = ? AND criterion_id = ?",
            [(value, key, criterion) for criterion, value in marks[other]],
        )
    spread = draw.randint(0, 4) * 500
    plan = "(SELECT id FROM criterion WHERE code = 'plan')"
    ranked = raw.execute(
        "SELECT s.id FROM score_sheet s JOIN application a ON a.id = s.application_id WHERE a.no = ? "
        "ORDER BY s.total_micro, s.id",
        (no,),
    ).fetchall()
    for (key,), more in ((ranked[0], -spread), (ranked[-1], spread)):  # mean and trimmed mean are as they were
        raw.execute(
            f"UPDATE mark SET value_milli = value_milli + ? WHERE sheet_id = ? AND criterion_id = {plan}", (more, key)
        )
        raw.execute("UPDATE score_sheet SET total_micro = total_micro + ? WHERE id = ?", (more * 1000, key))
    by_no = "(SELECT id FROM application WHERE no = ?)"
    raw.execute(f"UPDATE opinion SET text = ? WHERE application_id = {by_no}", (said(draw, 1), no))
    raw.execute(f"UPDATE dissent SET text = ? WHERE application_id = {by_no}", (said(draw, 1), no))


@dataclass
class Pool:
    """Honest pairs, made when they are first asked for and kept for the session."""

    folder: Path
    builders: Callable[[str | None, bool], Any]
    _places: Places = field(default_factory=Places)
    _sealed_from_view: dict[tuple[int, bool], Pair] = field(default_factory=dict)
    _recused: dict[str, dict[Phase, Pair]] = field(default_factory=dict)
    _room: Meeting | None = None

    def before_reveal(self, number: int, sealed: bool) -> Pair:
        """Kind (a): by turns each expert is the observer, and the office always."""
        key = number, sealed
        if key not in self._sealed_from_view:
            observer = EXPERTS[number % len(EXPERTS)]
            name = f"{'sealed' if sealed else 'hidden'}-{number}"
            made = [self._hand_in(name, which, Random(name), observer, sealed) for which in (0, 1)]
            self._sealed_from_view[key] = self._pair(name, made, (observer, *OFFICE), Phase.SCORING, None)
        return self._sealed_from_view[key]

    def after_reveal(self, observer: str, phase: Phase) -> Pair:
        """Kind (b): one observer, in any phase after the reveal."""
        if observer not in self._recused:
            self._recused[observer] = self._play_on(observer)
        return self._recused[observer][phase]

    def _copy(self, source: Meeting, target: Path) -> Meeting:
        shutil.copy(source.office.database.path, target)
        clock = MovableClock(source.clock.now)
        return replace(source, office=Office(Database(str(target)), clock), clock=clock)

    def _pair(
        self, name: str, made: list[Meeting], observers: tuple[str, ...], phase: Phase, hidden: int | None
    ) -> Pair:
        assert made[0].clock.now == made[1].clock.now, "both took the same steps"
        files = []
        for which, meeting in enumerate(made):
            path = Path(meeting.office.database.path)
            meeting.office.database.close()
            target = self.folder / f"{name}-{phase}-{which}.db"
            raw = sqlite3.connect(path)
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()
            shutil.copy(path, target)
            files.append(target)
        return Pair(name, (files[0], files[1]), observers, made[0], made[0].clock.now, phase, hidden)

    def _hand_in(self, name: str, which: int, plan: Random, observer: str, sealed: bool) -> Meeting:
        """Sheets in every state by a plan that is the same for both; the marks, but the observer's, are not."""
        meeting = self.builders(None, sealed).copy(Phase.SCORING, self.folder / f"{name}-{which}.db", self._places)
        cheapen(meeting)
        own, other = Random(f"{name}/own"), Random(f"{name}/{which}")
        for expert in range(1, 6):
            actor = meeting.expert(expert)
            draw = own if actor.name == observer else other
            for application in range(1, 6):
                if (expert, application) != (1, 1):
                    state = plan.choice(("blank", "draft", "in", "in", "in", "back", "returned", "abstained"))
                    _leave(meeting, actor, meeting.no(application), state, draw)
        return meeting

    def _play_on(self, observer: str) -> dict[Phase, Pair]:
        """Both databases from scoring to the archive, in the same steps; kept in every phase."""
        number = RECUSED[observer]
        made = [self._copy(self._with_recusals(), self.folder / f"{number}-{which}.db") for which in (0, 1)]
        for which, meeting in enumerate(made):
            _mark_all(meeting, number, Random(f"{number}/{which}"))
            meeting.advance()
        seen = [public(meeting) for meeting in made]
        assert seen[0] == seen[1], "the hidden sheets give another score"
        kept: dict[Phase, Pair] = {}
        for phase in AFTER:
            kept[phase] = self._pair(f"recused-{number}", made, (observer,), phase, number)
            made = [
                self._copy(replace(one, office=one.office), self.folder / f"{number}-{phase}-{which}.on.db")
                for which, one in enumerate(made)
            ]
            if phase in _STEPS:
                for which, meeting in enumerate(made):
                    _STEPS[phase](meeting, number, Random(f"{number}/{which}/{phase}"), self.folder)
                    meeting.advance()
        return kept

    def _with_recusals(self) -> Meeting:
        if self._room is None:
            meeting = self.builders(None, False).copy(Phase.SIGNING_IN, self.folder / "room.db", self._places)
            for name in (*EXPERTS, *OFFICE):
                recusals = {meeting.no(RECUSED[name]): (RecusalGround.KINSHIP, "")} if name in RECUSED else {}
                meeting.people[name] = attendance.sign_in(
                    meeting.office,
                    name,
                    meeting.id,
                    meeting.codes.get(name, meeting.pin),
                    recusals=recusals,
                    new_pin=meeting.pin,
                )
            cheapen(meeting)
            meeting.advance()
            meeting.office.database.close()
            self._room = meeting
        return self._room


def cheapen(meeting: Meeting) -> None:
    """Let the secrets cost nothing to compare: plays sign in for every command."""
    hashed = _CHEAP.hash(meeting.pin)
    with meeting.office.database.writing() as connection:
        for table in ("seat", '"user"'):
            connection.exec_driver_sql(f"UPDATE {table} SET pin_hash = '{hashed}' WHERE pin_hash IS NOT NULL")


def _points(draw: Random) -> dict[str, str]:
    tenths = {code: draw.randint(0, full // 5) * 5 for code, full in FULL.items()}
    return {code: f"{value // 10}.{value % 10}" for code, value in tenths.items()}


def _leave(meeting: Meeting, actor: Any, no: str, state: str, draw: Random) -> None:
    """Leave a sheet in a state, in as many steps whatever its marks are."""
    office = meeting.office
    marks, comment = _points(draw), said(draw)
    if state == "blank":
        return
    if state == "abstained":
        scoring.abstain(office, actor, meeting.id, no, "不熟悉")
        return
    if state == "draft":
        marks = dict(list(marks.items())[: draw.randint(1, 5)])
    scoring.enter_marks(office, actor, meeting.id, no, marks, comment)
    if state != "draft":
        scoring.submit(office, actor, meeting.id, [no])
    if state == "back":
        scoring.take_back(office, actor, meeting.id, no)
    if state == "returned":
        presides = meeting.deputy if no == meeting.no(1) else meeting.chair
        returning.return_sheet(office, presides, meeting.id, actor.name, no, "请核对")


def _mark_all(meeting: Meeting, hidden: int, draw: Random) -> None:
    """Hand in every sheet; those of the hidden application are given by other experts, and told otherwise."""
    for application in range(1, 6):
        givers = [number for number in range(1, 6) if RECUSED.get(EXPERTS[number - 1]) != application]
        as_if = draw.sample(givers, len(givers)) if application == hidden else givers
        spread = 5 * draw.randint(0, 4) if application == hidden else 0
        for giver, other in zip(givers, as_if, strict=True):
            actor, no = meeting.expert(giver), meeting.no(application)
            comment = said(draw) if application == hidden else "可行"
            marks = meeting.marks(other, application)
            apart = spread * ((other == max(givers)) - (other == min(givers)))  # the mean is as it was
            plan = int(marks["plan"].replace(".", "")) + apart
            marks["plan"] = f"{plan // 10}.{plan % 10}"
            if application == hidden and hidden not in TIED:  # the sums are as they were; ties look at criteria too
                tenths = {code: int(mark.replace(".", "")) for code, mark in marks.items()}
                shift = 5 * draw.randint(0, 4)
                tenths["investment"], tenths["effect"] = tenths["investment"] + shift, tenths["effect"] - shift
                marks = {code: f"{value // 10}.{value % 10}" for code, value in tenths.items()}
            scoring.enter_marks(meeting.office, actor, meeting.id, no, marks, comment)
            scoring.submit(meeting.office, actor, meeting.id, [no])


def public(meeting: Meeting) -> list[Any]:
    """What everybody may know of the result."""
    found = ranking(meeting.office, meeting.supervisor, meeting.id).applications
    return [(one.no, one.score, one.rank, one.tied, one.sheets) for one in found]


def _deliberate(meeting: Meeting, hidden: int, draw: Random, _folder: Path) -> None:
    office = meeting.office
    words = said(draw, 1)
    for no, line in items.deliberation(office, meeting.secretary, meeting.id).items():
        for name in line.unexplained:
            deliberation.explain_value(office, meeting.people[name], meeting.id, name, no, "依据充分")
    deliberation.record_dissent(office, meeting.expert(3), meeting.id, said(draw, 1), meeting.no(hidden))
    for number in range(1, 6):
        presides = meeting.deputy if number == 1 else meeting.chair
        opinion = words if number == hidden else "同意"
        deliberation.give_opinion(office, presides, meeting.id, [meeting.no(number)], opinion)


def _allocate(meeting: Meeting, _hidden: int, _draw: Random, _folder: Path) -> None:
    view = allocating.propose(meeting.office, meeting.chair, meeting.id)
    for tied in view.ties:
        allocating.decide_tie(meeting.office, meeting.chair, meeting.id, tied, "抽签，种子 7")


def _publish(meeting: Meeting, _hidden: int, _draw: Random, _folder: Path) -> None:
    meeting.publish()
    for application in (1, 2):
        number = publicity.add_objection(
            meeting.office, meeting.secretary, meeting.id, meeting.no(application), "投入不实", objector="反映人甲"
        )
        publicity.accept_objection(meeting.office, meeting.secretary, meeting.id, number)
        publicity.withdraw_objection(meeting.office, meeting.secretary, meeting.id, number, "本人撤回")
    meeting.clock.go_to(date(2026, 3, 19))


def _finish(meeting: Meeting, _hidden: int, _draw: Random, folder: Path) -> None:
    meeting.sign()
    export(meeting.office, meeting.secretary, meeting.id, "minutes", folder / "papers")


_STEPS: Mapping[Phase, Callable[[Meeting, int, Random, Path], None]] = {
    Phase.DELIBERATING: _deliberate,
    Phase.ALLOCATING: _allocate,
    Phase.PUBLICITY: _publish,
    Phase.FINALISED: _finish,
}
