"""A process killed at random moments loses nothing that it had shown as saved, and leaves nothing in part.

A hundred kills by seed, in groups that each keep one database through all of its kills. Processes are killed with
`Process.kill()`: SIGKILL where there is one, TerminateProcess on Windows.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import uscc

from models.database import Database
from models.enums import Phase
from models.queries import audit
from models.queries.base import Office
from models.services import batches

CHILD = Path(__file__).with_name("acts_until_killed.py")
ROOT = CHILD.parent.parent
FULL = {"plan": 30_000, "investment": 20_000, "effect": 20_000, "demonstration": 15_000, "assurance": 15_000}
PATIENCE_S = 30
ROWS, FILES = 40, 100
HEADINGS = (
    "企业名称,统一社会信用代码,企业规模,县区,行业,支持方向,软件,云服务,数据采集传输设备,其他投入,目标等级,已获专项资金,以往数字化投入,"
    "已获中央小巨人资金,2022年改造试点,近三年严重失信,其他违规情形"
)


@dataclass
class Killed:
    """What a process had said before it was killed."""

    saved: list[list[Any]] = field(default_factory=list)
    pending: list[Any] | None = None


@pytest.fixture
def started() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Gives a process that is ready to act; the one after it gets ready in the meantime."""
    processes: list[subprocess.Popen[str]] = []

    def start() -> None:
        processes.append(
            subprocess.Popen(
                [sys.executable, str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
                text=True,
                encoding="utf-8",
            )
        )

    def following() -> subprocess.Popen[str]:
        start()
        return processes[-2]

    start()
    yield following
    processes[-1].kill()
    processes[-1].communicate()


def run_and_kill(process: subprocess.Popen[str], arguments: list[object], after: int, delay_s: float) -> Killed:
    """Let a process act until it has saved `after` times, wait, kill it; hear all it had said, to the last line."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    rescue = threading.Timer(PATIENCE_S, process.kill)
    rescue.start()
    process.stdin.write(json.dumps(arguments) + "\n")
    process.stdin.close()
    killed = Killed()
    while len(killed.saved) < after and (line := process.stdout.readline()):
        _hear(killed, line)
    time.sleep(delay_s)
    process.kill()
    for line in process.stdout:
        _hear(killed, line)
    errors = process.stderr.read()
    process.wait()
    rescue.cancel()
    assert "Traceback" not in errors, errors
    return killed


def _hear(killed: Killed, line: str) -> None:
    if not line.endswith("\n"):
        return  # cut off in the middle of a line: nobody has read it
    word, *what = json.loads(line)
    if word == "try":
        killed.pending = what
    elif word == "saved":
        assert killed.pending is not None
        killed.saved.append(killed.pending)
        killed.pending = None


Sheets = dict[str, tuple[str, dict[str, int]]]
"""State and marks (milli-points) by number."""


def after_act(sheets: Sheets, act: list[Any]) -> Sheets:
    """What the sheets are once an act is done, as anybody would reckon it."""
    what, no, *typed = act
    _, marks = sheets.get(no, ("blank", {}))
    if what == "enter":
        whole = {code: int(value.replace(".", "")) * 10 ** (3 - _decimals(value)) for code, value in typed[0].items()}
        return sheets | {no: ("draft", marks | whole)}
    return sheets | {no: ("submitted" if what == "submit" else "draft", marks)}


def _decimals(value: str) -> int:
    return len(value.partition(".")[2])


def kept_sheets(office: Office, seat: int) -> Sheets:
    with office.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT a.no, s.id, s.state, s.total_micro FROM score_sheet s "
            "JOIN application a ON a.id = s.application_id WHERE s.seat_id = ?",
            (seat,),
        ).all()
        kept: Sheets = {}
        for no, key, state, total in rows:
            marks = dict(
                connection.exec_driver_sql(
                    "SELECT c.code, m.value_milli FROM mark m JOIN criterion c ON c.id = m.criterion_id "
                    "WHERE m.sheet_id = ?",
                    (key,),
                ).all()
            )
            kept[no] = state, marks
            assert total == (sum(marks.values()) * 1000 if set(marks) == set(FULL) else None), no
        return kept


def assert_sound(office: Office) -> None:
    """The file is whole, its references hold, and the chain and all it names verify."""
    with office.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert audit.verify(office).findings == ()


@pytest.mark.parametrize("group", range(6))
def test_marks_shown_as_saved_survive_a_kill(meeting_at, started, group):
    meeting = meeting_at(Phase.SCORING)
    office, actor = meeting.office, meeting.expert(3)
    place = str(office.database.path)
    draw = random.Random(f"marks {group}")
    sheets: Sheets = {}
    undone = done = 0
    for kill in range(10):
        arguments = ["marks", place, group * 100 + kill, actor.seat_id, actor.name, meeting.id]
        heard = run_and_kill(started(), arguments, draw.randint(1, 30), draw.uniform(0, 0.006))
        for act in heard.saved:
            sheets = after_act(sheets, act)
        found = kept_sheets(Office(Database(place)), actor.seat_id)
        if heard.pending is None:
            assert found == sheets
        else:
            finished = after_act(sheets, heard.pending)
            assert found in (sheets, finished)
            done, undone = done + (found != sheets), undone + (found == sheets)
            sheets = found
        assert_sound(Office(Database(place)))
    with office.database.reading() as connection:
        entries = connection.exec_driver_sql("SELECT COUNT(*) FROM audit_entry WHERE act LIKE 'marks.%'").scalar_one()
    assert entries >= 10
    assert done + undone > 0, "no kill came in the middle of an act"


def write_roster(file: Path, numbers: range) -> tuple[str, set[str]]:
    """Write a roster of invented enterprises; returns the file and their credit codes."""
    bases = [f"91530102MADEM{n:04d}" for n in numbers]
    codes = [base + uscc.calc_check_digit(base) for base in bases]
    rows = [f"示例企业{code},{code},中,五华区,绿色食品,企业改造补助,60,12.4,24,4,三级,0,0,否,否,否," for code in codes]
    file.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8-sig")
    return str(file), set(codes)


@pytest.mark.parametrize("group", range(4))
def test_files_are_imported_wholly_or_not_at_all(office, secretary, started, tmp_path, group):
    batches.new_batch(office, secretary, "KM1", 50)
    draw = random.Random(f"files {group}")
    place = str(office.database.path)
    of_file = dict(write_roster(tmp_path / f"{n}.csv", range(n * ROWS, (n + 1) * ROWS)) for n in range(FILES))
    taken: set[str] = set()
    interrupted = 0
    for _ in range(10):
        left = [file for file in of_file if file not in taken]
        heard = run_and_kill(started(), ["files", place, "KM1", left], draw.randint(1, 6), draw.uniform(0, 0.03))
        taken |= {file for _, file in heard.saved}
        with Office(Database(place)).database.reading() as connection:
            codes = set(connection.exec_driver_sql("SELECT uscc FROM enterprise").scalars())
            asked = set(
                connection.exec_driver_sql(
                    "SELECT e.uscc FROM application a JOIN enterprise e ON e.id = a.enterprise_id "
                    "WHERE (SELECT COUNT(*) FROM investment i WHERE i.application_id = a.id) = 4"
                ).scalars()
            )
            acts = connection.exec_driver_sql(
                "SELECT COUNT(*) FROM audit_entry WHERE act = 'roster.import'"
            ).scalar_one()
        assert asked == codes
        here = {file for file, its in of_file.items() if its <= codes}
        assert codes == set().union(*(of_file[file] for file in here)), "a file is there in part"
        assert taken <= here
        if heard.pending is not None:
            interrupted += 1
            assert here - taken <= {heard.pending[1]}
        else:
            assert here == taken
        assert acts == len(here)
        taken = here
        assert_sound(Office(Database(place)))
    assert interrupted > 0, "no kill came in the middle of a file"
