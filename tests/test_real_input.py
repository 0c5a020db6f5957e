"""Published marks of nine skating judges through the whole program: policy file, roster, meeting, marks file, ranking.

The oracle are the official results themselves (see data/skating/README.md): every trimmed mean, every component total.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import argon2
import pytest
from stdnum.cn import uscc

from kmdx_tui.cli.main import run
from models.database import Database
from models.enums import Kind, Role
from models.queries.base import Office
from models.services import attendance, batches, meetings, phases
from models.services.office import find_person

DATA = Path(__file__).parent / "data" / "skating"
SECRETARY, CHAIR, PIN = "记录长", "裁判长", "246810"
JUDGES = tuple(f"J{number}" for number in range(1, 10))
FACTORS = ("0.8", "1.0", "1.2", "1.6", "2.0")
CRITERIA = {
    "Skating Skills": "skills",
    "Transitions": "transitions",
    "Performance": "performance",
    "Composition": "composition",
    "Interpretation of the Music": "interpretation",
    "Interpretation of the Music/Timing": "interpretation",
    "Interpretation of the Music / Timing": "interpretation",
}
NAMES = {
    "skills": "滑行技术",
    "transitions": "连接",
    "performance": "表演",
    "composition": "编排",
    "interpretation": "音乐诠释",
}
Row = dict[str, str]


@dataclass(frozen=True)
class Program:
    """One published segment of a competition: its factor, and by skater the five component rows and the result."""

    factor: str
    components: Mapping[str, Mapping[str, Row]]
    results: Mapping[str, Row]

    @property
    def judges(self) -> tuple[str, ...]:
        """Those who were there: an absent judge is 0.0 throughout in the published file."""
        return tuple(judge for judge in JUDGES if any(float(row[judge]) for row in self.rows))

    @property
    def rows(self) -> list[Row]:
        return [row for parts in self.components.values() for row in parts.values()]


def read(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def programs() -> list[Program]:
    components: dict[tuple[str, str], dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in read("skating_components.csv"):
        components[row["competition"], row["program"]][row["name"]][CRITERIA[row["component"]]] = row
    results: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in read("skating_segments.csv"):
        results[row["competition"], row["program"]][row["name"]] = row
    assert components.keys() == results.keys()
    found = [Program(_factor(parts), parts, results[key]) for key, parts in components.items()]
    assert all(program.components.keys() == program.results.keys() for program in found)
    return found


def _factor(components: Mapping[str, Mapping[str, Row]]) -> str:
    (factor,) = {row["factor"] for parts in components.values() for row in parts.values()}
    return factor


class Rink:
    """An office with the policy of one factor: the secretary works by commands, the judges sign in by services."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys = capsys
        database = folder / "rink.db"
        for name, value in (("DATABASE", str(database)), ("USER", SECRETARY), ("PIN", PIN)):
            monkeypatch.setenv(f"KMDX_{name}", value)
        self.office = Office(Database(str(database)))

    def say(self, *words: str) -> tuple[int, Any]:
        """Run a command; its exit code and its JSON."""
        self._capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(self._capsys.readouterr().out)

    def do(self, *words: str) -> Any:
        """Run a command that must be done; its JSON."""
        code, answer = self.say(*words)
        assert code == 0, answer
        return answer

    def found(self, factor: str) -> None:
        policy = self.folder / "policy.toml"
        policy.write_text(policy_of(factor), encoding="utf-8")
        assert self.do("policy", "check", str(policy))["ok"]
        self.do("init", "--policy", str(policy), "--user", SECRETARY)

    def seat_everybody(self, meeting: str, present: Sequence[str]) -> None:
        """Nine judges and a chair who does not mark; who is not there is recorded absent by the chair."""
        secretary = find_person(self.office, SECRETARY)
        codes = {judge: meetings.add_seat(self.office, secretary, meeting, judge, Role.EXPERT) for judge in JUDGES}
        codes[CHAIR] = meetings.add_seat(self.office, secretary, meeting, CHAIR, Role.CHAIR, marks=False)
        phases.advance(self.office, secretary, meeting)
        for name in (CHAIR, *present):
            attendance.sign_in(self.office, name, meeting, codes[name] or "", recusals={}, new_pin=PIN)
        for judge in set(JUDGES) - set(present):
            attendance.record_absent(self.office, self.chair(meeting), meeting, judge, "未到场")

    def chair(self, meeting: str) -> Any:
        return find_person(self.office, f"{meeting}/{CHAIR}")


@pytest.fixture
def rink(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterable[Rink]:
    # marks are the matter here, not PINs: argon2 with its least cost spares half a minute of hashing
    least = partial(argon2.PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(argon2, "PasswordHasher", least)
    made = Rink(tmp_path, capsys, monkeypatch)
    yield made
    made.office.database.close()


def policy_of(factor: str) -> str:
    """The policy file of the test data, with another factor as the weight of every criterion."""
    text = (DATA / "components.toml").read_text(encoding="utf-8")
    assert (text.count('weight = "1.6"'), text.count("\nfull = 80\n")) == (5, 1)
    full = int(50 * Decimal(factor))
    return text.replace('weight = "1.6"', f'weight = "{factor}"').replace("\nfull = 80\n", f"\nfull = {full}\n")


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> str:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def roster(skaters: Iterable[str], codes: Mapping[str, str]) -> Iterable[Row]:
    amounts = ("software", "cloud", "equipment", "other", "prior_support", "prior_investment")
    answers = ("central_support", "pilot_2022", "dishonest")
    for name in skaters:
        yield {
            "enterprise": name,
            "uscc": codes[name],
            "size": "小",
            "district": "rink",
            "industry": "skating",
            "track": "components",
            **dict.fromkeys(amounts, "0"),
            **dict.fromkeys(answers, "否"),
            "other_exclusion": "",
        }


def marks(program: Program, numbers: Mapping[str, str], judges: Iterable[str]) -> Iterable[Row]:
    for judge in judges:
        for name, parts in program.components.items():
            given = {code: row[judge] for code, row in parts.items()}
            yield {"expert": judge, "no": numbers[name], **given}


def credit_codes(found: Iterable[Program]) -> dict[str, str]:
    """A credit code for every skater, the same in every competition."""
    names = sorted({name for program in found for name in program.components})
    bodies = {name: f"91530100MA{number:07d}" for number, name in enumerate(names)}
    return {name: body + str(uscc.calc_check_digit(body)) for name, body in bodies.items()}


def play(rink: Rink, meeting: str, program: Program, codes: Mapping[str, str]) -> Any:
    """One segment from its roster to its ranking, which is returned with the derivation of every score."""
    secretary = find_person(rink.office, SECRETARY)
    batches.new_batch(rink.office, secretary, meeting, 3)
    file = write(rink.folder / "roster.csv", roster(program.components, codes))
    added = rink.do("import", "roster", file, "--batch", meeting)["files"][0]["added"]
    numbers = dict(zip(program.components, added, strict=True))
    meetings.new_meeting(
        rink.office, secretary, meeting, batch=meeting, track="components", kind=Kind.SELECTION, title=meeting
    )
    rink.seat_everybody(meeting, program.judges)
    phases.advance(rink.office, rink.chair(meeting), meeting)
    if program.judges != JUDGES:
        zeros = write(rink.folder / "zeros.csv", marks(program, numbers, JUDGES))
        code, answer = rink.say("marks", "import", meeting, zeros)
        absent = set(JUDGES) - set(program.judges)
        assert (code, {fault["found"] for fault in answer["error"]["faults"]}) == (3, absent)
    file = write(rink.folder / "marks.csv", marks(program, numbers, program.judges))
    sheets = len(program.judges) * len(numbers)
    assert rink.do("marks", "import", meeting, file) == {"meeting": meeting, "sheets": sheets, "abstained": 0}
    phases.advance(rink.office, rink.chair(meeting), meeting)
    return rink.do("rank", meeting, "--explain")["applications"]


def trimmed_means(steps: Iterable[Mapping[str, str]]) -> dict[str, Decimal]:
    """From a derivation: each criterion's mean as it was weighted, or as it is where weighing changed nothing."""
    found: dict[str, Decimal] = {}
    for step in steps:
        for code, name in NAMES.items():
            if step["step"] == f"“{name}”：均值" and "≈" not in step["value"]:
                found[code] = Decimal(step["value"])
            elif step["step"].startswith(f"“{name}”：乘以权重"):
                found[code] = Decimal(step["formula"].split(" × ")[0])
    return found


def official_ranking(results: Mapping[str, Row]) -> dict[str, tuple[str, int, bool]]:
    """By skater the official component total, the rank by it (equal totals share one, the next skips), whether tied."""
    totals = {name: Decimal(row["pcs"]) for name, row in results.items()}
    return {
        name: (
            results[name]["pcs"],
            1 + sum(other > total for other in totals.values()),
            sum(other == total for other in totals.values()) > 1,
        )
        for name, total in totals.items()
    }


def test_the_published_data_is_whole() -> None:
    found = programs()
    assert {program.factor for program in found} == set(FACTORS)
    results, means = sum(len(program.results) for program in found), sum(len(program.rows) for program in found)
    assert (len(found), results, means) == (18, 329, 1645)
    assert [len(program.judges) for program in found if program.judges != JUDGES] == [8]


@pytest.mark.parametrize("factor", FACTORS)
def test_official_means_totals_and_their_order_come_out_of_the_program(rink: Rink, factor: str) -> None:
    found = programs()
    codes = credit_codes(found)
    rink.found(factor)
    for number, program in enumerate((one for one in found if one.factor == factor), start=1):
        lines = play(rink, f"S{number}", program, codes)
        means = {line["enterprise"]: trimmed_means(line["derivation"]["score"]) for line in lines}
        assert means == {
            name: {code: Decimal(row["official_trimmed_mean"]) for code, row in parts.items()}
            for name, parts in program.components.items()
        }
        ranking = {line["enterprise"]: (line["score"], line["rank"], line["tied"]) for line in lines}
        assert ranking == official_ranking(program.results)
        assert [line["rank"] for line in lines] == sorted(line["rank"] for line in lines)
        assert {line["sheets"] for line in lines} == {len(program.judges)}
