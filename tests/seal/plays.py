"""Plays: the same steps on two databases, and everything that comes out of each step, made comparable.

What is random by right (digests, receipts, codes, hashes) is put by the order in which it first appears; everything
else must be equal, letter by letter, length by length.
"""

from __future__ import annotations

import inspect
import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from kmdx_tui.cli.main import run
from models.enums import Phase
from models.errors import KmdxError
from models.policy.types import Policy
from models.queries.trial import Trial
from models.services.export import export
from models.views.people import Actor
from tests.conftest import HEADINGS, MEETING, USCCS, Meeting
from tests.seal.pairs import AFTER, RECUSED, Pair, Pool, public
from tests.seal.surfaces import Desk, Surface, command_line, surfaces, words_for

_RANDOM = re.compile(
    r"\b[0-9a-f]{64}\b|\b[0-9a-f]{32}\b|\b[2-9A-HJ-NP-TV-Z]{4}(?:-[2-9A-HJ-NP-TV-Z]{4})+\b"
    r"|(?<![0-9A-F])[0-9A-F]{8}(?![0-9A-F])"
)
_MACHINE = re.compile(rf"{datetime.now(UTC):%Y-%m}-\d\dT\d\d:\d\d:\d\dZ|磁盘剩余 \d+ MB")
"""The machine's own: its clock, which blank forms carry (the meetings are of another month), and its free disk."""

_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


class Told(NamedTuple):
    """A step, what came of it, and what everybody may know of the result after it."""

    step: str
    said: str
    result: str


@dataclass
class Seen:
    """What came out of a play, step by step; what is random is told by the order of its first appearance."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    """By step: what everybody may know of scores and ranks after it."""
    shorts: set[str] = field(default_factory=set)

    def settle(self, places: Sequence[str]) -> list[Told]:
        """The steps with what is random put by order, and the folder's name taken out."""
        known: dict[str, str] = {}

        def mask(found: re.Match[str]) -> str:
            word = found.group()
            if len(word) == 8 and word not in self.shorts:
                return word
            return known.setdefault(word, f"<{len(known)}:{len(word)}>")

        settled = []
        for (step, text), result in zip(self.steps, self.results, strict=True):
            for place in places:
                text = text.replace(place, "<folder>")
            settled.append(Told(step, _RANDOM.sub(mask, _MACHINE.sub("<machine>", text)), result))
        return settled


def short_digests(meeting: Meeting) -> set[str]:
    """What is shown of the digests that the record tells of."""
    with meeting.office.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT hash, before, after FROM audit_entry").all()
    return {one[:8].upper() for row in rows for text in row for one in _DIGEST.findall(text)}


def lay_out(folder: Path) -> None:
    """The files that a play may hand in."""
    (folder / "out").mkdir()
    (folder / "days.toml").write_text('basis = "通知"\n[[off]]\nday = 2026-04-15\nname = "停水"\n', encoding="utf-8")
    (folder / "quota.toml").write_text('total = 3\nalternates = 1\nbudget = "2000000"\n', encoding="utf-8")
    (folder / "factors.toml").write_text(
        'total = 3\nmethod = "dhondt"\n[weights]\na = 1.0\n[districts.五华区]\na = 3\n[districts.呈贡区]\na = 2\n',
        encoding="utf-8",
    )
    (folder / "proof.txt").write_text("照片", encoding="utf-8")
    (folder / "policy.toml").write_text("x = 1\n", encoding="utf-8")
    row = (
        f"示例企业1,{USCCS[0]},中,五华区,绿色食品,企业改造补助,摘要。,卷1,60,12.4,24,4,二级,三级,0,0,否,否,否,,推荐,"
        "BA1,通过"
    )
    (folder / "roster.csv").write_text(f"{HEADINGS}\n{row}\n", encoding="utf-8-sig")
    (folder / "marks.csv").write_text(
        "expert,no,plan,investment,effect,demonstration,assurance,abstain,comment\n"
        "专家3,KM1-002,20,10,10,10,10,,\n专家4,KM1-004,20,10,10,10,10,,\n",
        encoding="utf-8-sig",
    )


@contextmanager
def _as_person(folder: Path, place: str, name: str, secret: str) -> Iterator[tuple[io.StringIO, io.StringIO]]:
    kept, where = dict(os.environ), Path.cwd()
    os.environ |= {"KMDX_USER": name, "KMDX_PIN": secret, "KMDX_NEW_PIN": "", "KMDX_DATABASE": place}
    os.chdir(folder)
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            yield out, err
    finally:
        os.chdir(where)
        os.environ.clear()
        os.environ.update(kept)


def told(value: Any) -> str:
    """A view, or whatever else a road gives, as text down to its last figure: nothing is hidden behind a name."""
    if value is None or isinstance(value, str | int | Fraction | date | Path | bytes):
        return repr(value)
    if isinstance(value, Policy):
        return f"Policy({value.digest})"
    if isinstance(value, Actor):
        return f"Actor({value.name}, {value.role}, {value.meeting}, {value.desk})"
    if isinstance(value, Trial):
        return told(value.view())
    if is_dataclass(value) and not isinstance(value, type):
        parts = (f"{one.name}={told(getattr(value, one.name))}" for one in fields(value))
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{told(key)}: {told(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Set):
        return "{" + ", ".join(sorted(map(told, value))) + "}"
    if isinstance(value, Sequence):
        return "(" + ", ".join(map(told, value)) + ")"
    if type(value).__str__ is not object.__str__:
        return str(value)
    assert callable(value), f"the harness cannot tell what is in {value!r}"
    if not inspect.signature(value).parameters:
        return _asked(value)
    return " ".join(f"{no}: {_asked(partial(value, no))}" for no in ("KM1-001", "KM1-002", "KM1-003", "KM1-005"))


def _asked(ask: Callable[[], Any]) -> str:
    try:
        return told(ask())
    except KmdxError as error:
        return f"{type(error).__name__} {error.code} {error.exit_code} {error} {error.article} {error.lift}"
    except AssertionError as error:  # what no screen and no command asks for
        return f"AssertionError {error}"


def read_file(path: Path) -> str:
    """A file's content and its length; of what is packed the parts, for packing shortens digests differently."""
    content = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return f"{path.name} {len(content)} {content.decode('utf-8', 'backslashreplace')}"
    with zipfile.ZipFile(path) as packed:
        parts = [f"{one.filename} {one.file_size} {one.date_time}" for one in packed.infolist()]
        return " ".join(
            [
                path.name,
                *parts,
                *(packed.read(one).decode("utf-8", "backslashreplace") for one in parts and packed.namelist()),
            ]
        )


class Player:
    """Somebody at one of the two databases, doing the steps of a play."""

    def __init__(self, pair: Pair, which: int, folder: Path, observer: str, scatter: int | None) -> None:
        self.meeting: Meeting = pair.open(which, folder, scatter)
        lay_out(folder)
        self.folder, self.pair = folder, pair
        self.actor = self.meeting.people[observer]
        self.seen = Seen()
        self._token, self._result = -1, ""
        self.seen.steps.append(("begin", ""))
        self.seen.results.append(self._public())

    def close(self) -> list[Told]:
        """What was seen, comparable; the files are gone."""
        self.seen.shorts = short_digests(self.meeting)
        self.meeting.office.database.close()
        shutil.rmtree(self.folder)
        return self.seen.settle((str(self.folder),))

    @property
    def goes_on(self) -> bool:
        """Whether what was sealed still is: a play ends with the reveal."""
        if self.pair.hidden is not None:
            return True
        with self.meeting.office.database.reading() as connection:
            return connection.exec_driver_sql("SELECT phase FROM meeting").scalar() == Phase.SCORING

    def step(self, surface: Surface, seed: str) -> None:
        """Do one step, and keep all that came of it, the files written included."""
        draw = Random(seed)
        before = self._files()
        hidden = self.meeting.no(self.pair.hidden) if self.pair.hidden is not None else None
        desk = Desk(self.actor, self.folder, self.meeting.pin, self.meeting.office.today(), hidden)
        if surface.kind == "command":
            line = command_line(surface, draw, desk)
            came = self._run(line)
        elif surface.kind == "export":
            what, fmt = surface.call
            line = [what, fmt]
            came = _asked(lambda: export(self.meeting.office, self.actor, MEETING, what, self.folder / "out", fmt))
        else:
            words = words_for(surface, draw, desk)
            line = [told(words)]
            came = _asked(lambda: surface.call(self.meeting.office, **words))
        self.seen.steps.append((f"{surface.kind} {surface.name} {seed}", f"{line} → {came}"))
        for path in self._files() - before:
            self.seen.steps.append((f"file {path.name}", read_file(path)))
            path.unlink()
        self.seen.results += [self._public()] * (len(self.seen.steps) - len(self.seen.results))

    def _public(self) -> str:
        """The scores and ranks that are everybody's, where they may have changed since."""
        token = self.meeting.office.database.change_token()
        if self.pair.hidden is not None and token != self._token:
            self._token = token
            self._result = _asked(lambda: public(self.meeting))
        return self._result

    def _run(self, line: list[str]) -> str:
        place = str(self.meeting.office.database.path)
        with _as_person(self.folder, place, self.actor.name, self.meeting.pin) as (out, err):
            code = run(line, clock=self.meeting.office.clock)
        said, warned = out.getvalue(), err.getvalue()
        assert "Traceback" not in said + warned
        return f"{code} {len(said)} {len(warned)}\n{said}\n{warned}"

    def _files(self) -> set[Path]:
        given = {"kmdx.db", "kmdx.db-wal", "kmdx.db-shm"}
        return {one for one in self.folder.rglob("*") if one.is_file() and one.name not in given}


def deck(start: int, count: int) -> Iterator[Surface]:
    """Some of all roads, which come over and over and each time in another order: in a few plays each was taken."""
    known = surfaces()
    for at in range(start, start + count):
        turn, place = divmod(at, len(known))
        yield Random(turn).sample(known, len(known))[place]


@dataclass(frozen=True)
class Play:
    """A pair, who looks, and the steps; `others`: with how many scatterings of the second file the first is paired."""

    pair: Pair
    observer: str
    steps: tuple[tuple[Surface, str], ...]
    scatter: int | None = None
    others: int = 1

    def on(self, which: int, folder: Path) -> list[Told]:
        """Play on one of the two; `folder` is gone afterwards."""
        player = Player(self.pair, which, folder, self.observer, self.scatter)
        for surface, seed in self.steps:
            player.step(surface, seed)
            if not player.goes_on:
                break
        return player.close()

    def difference(self, folder: Path) -> str:
        """The first step at which the two tell different things; empty if none. A harness at fault raises."""
        first, again = self.on(0, folder / "0"), self.on(0, folder / "1")
        unsteady = _first(first, again)
        assert not unsteady, f"the harness is at fault, the same database tells two things: {unsteady}"
        for which in range(1, self.others + 1):
            other = self.on(which, folder / str(which + 1))
            assert first[0].result == other[0].result, "the harness is at fault: the two have different scores"
            difference = _first(first, other)
            if difference:
                return difference
        return ""


def _first(one: list[Told], other: list[Told]) -> str:
    """Where the two begin to differ. It ends where a step gives them another score: from there they may differ."""
    for here, there in zip(one, other, strict=False):
        if here.result != there.result:
            return ""
        if here != there:
            a, b = here.said, there.said
            at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            part = slice(max(0, at - 150), at + 150)
            return f"{here.step}: …{a[part]}… or, in {there.step}: …{b[part]}…"
    return "" if len(one) == len(other) else f"{len(one)} steps or {len(other)}"


def draw(pool: Pool, number: int, steps: int = 24, others: int = 4) -> Play:
    """The play of a number: which pair, who looks, and what is done."""
    dice = Random(number)
    kind = dice.random()
    if kind < 0.4:
        pair = pool.before_reveal(number % 5, sealed=False)
    elif kind < 0.5:
        pair = pool.before_reveal(number % 2, sealed=True)
    else:
        pair = pool.after_reveal(dice.choice(list(RECUSED)), dice.choice(AFTER))
    honest = pair.meeting.sealed or dice.random() < 0.2
    return Play(
        pair,
        dice.choice(pair.observers),
        tuple((surface, f"{number}/{at}") for at, surface in enumerate(deck(number * steps, steps))),
        None if honest else number,
        1 if honest else others,
    )
