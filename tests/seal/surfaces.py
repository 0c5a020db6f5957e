"""Everything by which somebody can ask or act, collected from the code, with the words that a play gives it.

What is new is found here by itself. A parameter that nobody knows words for, or a public function that is neither
played nor listed as not to be played (with the reason), fails a test.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import models.queries
import models.services
from kmdx_tui.cli.main import command
from models.enums import (
    ApportionMethod,
    CellKind,
    CorrectionGround,
    ItemOrder,
    Kind,
    ObjectionOutcome,
    Origin,
    Outcome,
    RecusalGround,
    Role,
)
from models.rules.factors import FactorDistrict, Factors
from models.rules.quotas import Cell, Quota
from models.services.export import _KINDS as EXPORTS
from tests.conftest import BATCH, EXPERTS, FINANCE, MEETING, SECRETARY, SUPERVISOR
from tests.seal.pairs import FULL

NOT_PLAYED = {
    "services.acting.acting": "the frame of every act: played through each of them",
    "services.acting.audit_refusal": "a part of every refusal",
    "services.acting.is_recorded": "a part of an act that got no answer",
    "services.hot.hot_act": "the frame of an act on an own sheet: played through each of them",
    "services.hot.look_once": "a part of `look_ahead`",
    "services.hot.try_out": "a part of `look_ahead`",
    "services.own_sheet.look": "a part of those: takes an open line",
    "services.freezing.freeze_list": "a part of an act: takes an open one",
    "services.keys.office_seals": "takes an open connection; tells of the measure only",
    "services.keys.meeting_seals": "takes an open connection; tells of the measure only",
    "services.keys.offered_phrase": "draws words by chance and tells nothing else",
    "services.office.found": "founds another database",
    "queries.award_check.award_findings": "a part of `verify`",
    "queries.base.reading": "the frame of every read: played through each of them",
    "queries.calendar.calendar_at": "takes an open connection; tells of the calendar only",
    "queries.facts.facts": "a part of `meeting` and `advance`: takes an open connection",
    "queries.listing.list_fact": "a part of `meeting` and `advance`: takes an open connection",
    "queries.record.snapshot": "a frame: tells nothing",
    "queries.record.revealed": "a frame: played through every document",
    "queries.sheet_check.check_sheets": "a part of `verify`",
}
"""Public functions that take an office and are no road of their own."""

NOT_RUN = {
    "demo": "works on a database of its own",
    "init": "founds another database",
    "serve": "opens a door and stays; the desks behind it are the screens",
    "run": "opens the screens",
    "phrase new": "draws words by chance and tells nothing else",
    "db upgrade": "brings up an older database, without anybody's right",
    "sign-in": "played as the service; a command would wait for the phrase's argon2",
}
"""Commands that are not run, and why."""

NOS = [f"{BATCH}-{number:03d}" for number in range(1, 7)]
NAMES = (*EXPERTS, SECRETARY, FINANCE, SUPERVISOR)


@dataclass(frozen=True)
class Desk:
    """Who plays, and what lies on the desk: files to be read, a folder to write to."""

    actor: Any
    folder: Path
    secret: str
    today: date
    hidden: str | None = None
    """The application that this person is recused from: asked for more often than the others."""


Give = Callable[[Random, Desk], Any]


def _one(*values: Any) -> Give:
    return lambda draw, _desk: draw.choice(values)


def _some(values: Any, most: int = 2) -> Give:
    return lambda draw, _desk: draw.sample(list(values), draw.randint(1, most))


def _number(draw: Random, desk: Desk) -> str:
    return desk.hidden if desk.hidden is not None and draw.random() < 0.5 else draw.choice(NOS)


def _file(name: str) -> Give:
    return lambda _draw, desk: desk.folder / name


def _mark(draw: Random, code: str) -> str:
    tenths = draw.randint(0, FULL[code] // 5) * 5
    return draw.choice((f"{tenths // 10}.{tenths % 10}", f"{tenths // 10}.{tenths % 10}", "99", "x"))


def _marks(draw: Random, _desk: Desk) -> dict[str, str]:
    return {code: _mark(draw, code) for code in draw.sample(list(FULL), draw.randint(1, 5))}


def _quota(draw: Random, _desk: Desk) -> Quota:
    cells = (Cell("industry", "green_food", draw.randint(0, 1), draw.randint(1, 3)),)
    return Quota(draw.choice((2, 3)), cells=draw.choice(((), cells)), budget_fen=200_0000_00, alternates=1)


def _factors(draw: Random, _desk: Desk) -> Factors:
    values = {code: {"applicants": Fraction(draw.randint(1, 5))} for code in ("530102", "530114")}
    districts = tuple(FactorDistrict(code, of) for code, of in values.items())
    return Factors(3, draw.choice(list(ApportionMethod)), {"applicants": Fraction(1)}, districts)


_NO, _NAME, _REASON = _number, _one(*NAMES), _one("情况说明", "情况说明", "")
_EXPERT, _TEXT = _one(*EXPERTS), _one("说明如下", "意见一致", "")

GIVE: dict[str, Give] = {
    "actor": lambda _draw, desk: desk.actor,
    "meeting": _one(MEETING),
    "meeting_id": _one(MEETING),
    "no": _NO,
    "nos": _some(NOS),
    "name": _NAME,
    "expert": _EXPERT,
    "experts": _some(EXPERTS, 3),
    "applications": _some(NOS, 3),
    "add": _some(NOS),
    "drop": _some(NOS),
    "reason": _REASON,
    "words": _TEXT,
    "opinion": _TEXT,
    "grounds": _TEXT,
    "finding": _TEXT,
    "note": _TEXT,
    "title": _TEXT,
    "comment": _TEXT,
    "place": _one("公告栏", "三号机"),
    "address": _one("https://example.org"),
    "quota": _quota,
    "factors": _factors,
    "seen": _one(None),
    "seen_comment": _one(None),
    "to": _one(Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED),
    "secret": lambda draw, desk: draw.choice((desk.secret, "999999")),
    "pin": lambda draw, desk: draw.choice((desk.secret, "999999")),
    "new_pin": _one("654321"),
    "code": _one("ABCD-EFGH"),
    "envelope_of": _one("", ""),
    "recusals": lambda draw, _desk: draw.choice(({}, {draw.choice(NOS): (RecusalGround.KINSHIP, "")})),
    "ground": _one(*RecusalGround),
    "batch": _one(BATCH),
    "batch_id": _one(BATCH),
    "budget_fen": _one(100_0000_00),
    "amount_fen": _one(1_0000_00, 20_0000_00, 0, -1),
    "sources": _one(None),
    "limits": _one(None),
    "opens": lambda draw, desk: draw.choice((desk.today, date(2026, 3, 11))),
    "closes": _one(date(2026, 12, 31)),
    "days": _one(5, 7, 1),
    "path": _file("days.toml"),
    "file": _file("marks.csv"),
    "files": lambda _draw, desk: [desk.folder / "roster.csv"],
    "evidence": lambda _draw, desk: [desk.folder / "proof.txt"],
    "folder": _file("out"),
    "dry_run": _one(True, False),
    "what": _one(*EXPORTS),
    "fmt": _one(None, "xlsx", "csv", "json", "md", "docx"),
    "criterion": _one(*FULL),
    "mark": lambda draw, _desk: _mark(draw, "effect"),
    "marks": _marks,
    "track": _one("transformation"),
    "kind": _one(*Kind),
    "role": _one(*Role),
    "origin": _one(None, *Origin),
    "deputy": _one(True, False),
    "over": _one(True, False),
    "former": _one(None),
    "outcome": _one(*ObjectionOutcome),
    "objector": _one(None, "反映人乙"),
    "contact": _one("13900000000"),
    "number": _one(1, 2, 3),
    "minutes": _one(0, 10),
    "order": _one(None, *ItemOrder),
    "newest": _one(5, 200),
    "head": _one(None, "abcdef"),
    "year": _one(None, 2026),
    "policy_id": _one("kunming-2024", "x"),
    "version": _one(1, 2),
    "progress": _one(None),
    "typed": _one("ABCDEF12"),
    "changed": lambda draw, _desk: {"employer": draw.choice(("示例企业2", "某大学"))},
    "abstain": _one("", "不熟悉"),
    "old": lambda draw, desk: desk.secret,
    "new": _one("jiaolou hongchuan rihua piaoxi"),
}
"""Words by the name of a parameter."""

GIVE_TO: dict[str, Give] = {
    "services.deliberation.name_correction.ground": _one(*CorrectionGround),
    "services.meetings.add_seat.marks": _one(True, False),
    "services.meetings.add_seat.name": _one("新专家", "专家3"),
    "services.meetings.new_meeting.meeting_id": _one("M2", MEETING),
    "services.office.add_user.name": _one("新人", SECRETARY),
    "services.office.add_user.role": _one(Role.SECRETARY, Role.FINANCE, Role.SUPERVISOR),
    "services.batches.new_batch.quota": _one(3),
    "services.batches.new_batch.batch_id": _one("KM2", BATCH),
    "services.room.set_order.order": _one(*ItemOrder),
    "services.tries.prove.pin": _one(True),
    "services.tries.prove.code": _one(False),
    "services.office.user_sign_in.name": _one(FINANCE),
    "queries.allocation.cell_of.kind": _one(*CellKind),
    "queries.allocation.cell_of.name": _one("五华区", "绿色食品制品制造", "green_food"),
    "queries.allocation.what_if.quota": lambda draw, desk: draw.choice((None, _quota(draw, desk))),
    "queries.allocation.outcomes_of.quota": _one(None),
    "services.unsealing.unseal.code": _one(""),
}
"""Words where a parameter of that name means something else."""


@dataclass(frozen=True)
class Surface:
    """One road: a query, a service, a command, an export."""

    kind: str
    name: str
    call: Any
    rare: frozenset[str] = frozenset()
    """Parameters that may be left away."""


def functions() -> Iterator[tuple[str, Any]]:
    """Every public function of the queries and services that takes an office first."""
    for package in (models.queries, models.services):
        for found in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            for name, one in vars(module).items():
                if inspect.isfunction(one) and one.__module__ == module.__name__ and not name.startswith("_"):
                    takes = [*inspect.signature(one).parameters]
                    if takes[:1] == ["office"] or name == "found":
                        yield f"{package.__name__.rpartition('.')[2]}.{found.name}.{name}", one


def commands(tree: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its words."""
    tree = tree or command()
    for name, one in getattr(tree, "commands", {}).items():
        yield from commands(one, (*path, name))
    if not getattr(tree, "commands", None):
        yield " ".join(path), tree


def surfaces() -> list[Surface]:
    """All that is played."""
    found = []
    for name, one in functions():
        if name not in NOT_PLAYED and name != "services.export.export":
            rare = {p.name for p in inspect.signature(one).parameters.values() if p.default is not p.empty}
            found.append(Surface(name.partition(".")[0], name, one, frozenset(rare)))
    found += [Surface("command", name, one) for name, one in commands() if name not in NOT_RUN]
    found += [Surface("export", f"{what} {fmt}", (what, fmt)) for what, kind in EXPORTS.items() for fmt in kind.formats]
    return found


def words_for(surface: Surface, draw: Random, desk: Desk) -> dict[str, Any]:
    """Words for a function's parameters; those that may be left away sometimes are."""
    given = {}
    for name in [*inspect.signature(surface.call).parameters][1:]:
        give = GIVE_TO.get(f"{surface.name}.{name}") or GIVE[name]
        value = give(draw, desk)
        if name not in surface.rare or draw.random() < 0.6:
            given[name] = value
    return given


def _criteria(draw: Random, _desk: Desk) -> list[str]:
    return [f"{code}={_mark(draw, code)}" for code in draw.sample(list(FULL), draw.randint(1, 3))]


def _choice(metavar: str) -> Give:
    return _one(*metavar.split("|"))


WORDS: dict[str, Give] = {
    "no": _NO,
    "nos": _some(NOS),
    "add": _some(NOS),
    "drop": _some(NOS),
    "applications": _some(NOS),
    "meeting": _one(MEETING),
    "name": _NAME,
    "expert": _EXPERT,
    "experts": _some(EXPERTS, 3),
    "reason": _one("情况说明"),
    "text": _one("说明如下"),
    "said": lambda draw, desk: [_number(draw, desk), "说明如下"],
    "comment": _one("说明如下"),
    "finding": _one("查无实据"),
    "grounds": _one("投入不实"),
    "title": _one("另一会"),
    "place": _one("公告栏"),
    "objector": _one("反映人乙", "anonymous"),
    "contact": _one("13900000000"),
    "evidence": _file("proof.txt"),
    "marks": _criteria,
    "criterion": lambda draw, _desk: draw.choice((draw.choice(list(FULL)), _criteria(draw, _desk)[0])),
    "which": lambda draw, _desk: [MEETING, str(draw.randint(1, 3))],
    "batch": _one(BATCH),
    "track": _one("transformation"),
    "quota": _one("3"),
    "budget": _one("100000"),
    "amount": _one("100000"),
    "amount_fen": _one("100000", "1"),
    "opens": _one("2026-03-11", "2026-03-20"),
    "closes": _one("2026-12-31"),
    "days": _one("5", "7"),
    "minutes": _one("0", "10"),
    "year": _one("2026"),
    "file": _file("quota.toml"),
    "files": _file("roster.csv"),
    "factors": _file("factors.toml"),
    "what_if": _file("quota.toml"),
    "sources": _file("quota.toml"),
    "limits": _file("quota.toml"),
    "errors": _file("faults.xlsx"),
    "out": _file("out"),
    "address": _one("https://example.org"),
    "policy": _one("kunming-2024"),
    "source": _one("kunming-2024"),
    "head": _one("abcdef"),
    "recuse": _NO,
    "employer": _one("示例企业2", "某大学"),
    "employer_uscc": _one("91530102MADEM00024"),
    "phone": _one("13900000000"),
    "advised": _one("示例企业3"),
    "abstain": _one("不熟悉"),
    "envelope_of": _one(FINANCE),
    "receipt": _one("ABCDEF12"),
}
"""Words of commands by the name of a parameter; where the help shows a choice, one of it."""

WORDS_TO: dict[str, Give] = {
    "marks import.file": _file("marks.csv"),
    "calendar add.file": _file("days.toml"),
    "policy check.file": _file("policy.toml"),
    "policy new.file": _file("new.toml"),
    "policy schema.out": _file("schema.json"),
    "policy show.which": _one("kunming-2024"),
    "template.out": _file("form.xlsx"),
    "backup.out": _file("backup.db"),
    "user add.name": _one("新人"),
    "seat add.name": _one("新专家"),
    "meeting new.meeting": _one("M2"),
    "batch new.batch": _one("KM2"),
}


def give_word(name: str, parameter: Any) -> Give | None:
    """How words for a parameter of a command are drawn; None where nobody knows."""
    known = WORDS_TO.get(f"{name}.{parameter.name}")
    metavar = parameter.metavar or ""
    if known is None and "|" in metavar and metavar == metavar.lower():
        known = _choice(metavar)
    return known or WORDS.get(parameter.name)


def command_line(surface: Surface, draw: Random, desk: Desk) -> list[str]:
    """A command with words for it; options that may be left away often are."""
    line = surface.name.split()
    for parameter in surface.call.params:
        if parameter.name == "help" or (not parameter.required and draw.random() < 0.5):
            continue
        if getattr(parameter, "is_flag", False):
            line.append(parameter.opts[0])
            continue
        give = give_word(surface.name, parameter)
        assert give is not None
        value = give(draw, desk)
        for one in value if isinstance(value, list) else [value]:
            if parameter.param_type_name == "option":
                line.append(parameter.opts[0])
            line.append(str(one))
    return [*line, *draw.choice(([], ["--json"]))]
