"""Marks, ranking and import against the barest way to do the same."""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from bench.big import HIDDEN, MEETING, PIN, build, code
from bench.measure import Result, alternate
from models.queries.results import ranking
from models.services.batches import new_batch
from models.services.intake import import_roster
from models.services.office import authenticate, find_person, found
from models.services.scoring import enter_marks
from models.views.people import Actor

BARE_RANKING = """
WITH ordered AS (
  SELECT application_id, total_micro,
    ROW_NUMBER() OVER (PARTITION BY application_id ORDER BY total_micro) AS place,
    COUNT(*) OVER (PARTITION BY application_id) AS sheets
  FROM score_sheet WHERE meeting_id = 'BIG' AND state = 'submitted' AND NOT voided
), scored AS (
  SELECT application_id, ROUND(AVG(total_micro), 2) AS score FROM ordered WHERE place > 1 AND place < sheets
  GROUP BY application_id
)
SELECT application_id, score, RANK() OVER (ORDER BY score DESC) FROM scored ORDER BY 3
"""


def rank_big(folder: Path) -> Result:
    """10,000 × 9 × 6 by sheet, trimmed, against SQLite's window functions over the stored totals."""
    office, secretary = build(folder)
    raw = sqlite3.connect(folder / "big.db")
    ours, floor = alternate(
        lambda: ranking(office, secretary, MEETING), lambda: raw.execute(BARE_RANKING).fetchall(), rounds=9
    )
    raw.close()
    return Result("ranking 10,000 × 9 × 6", ours, floor, "window functions over stored totals", 3)


def mark_durable(folder: Path) -> Result:
    """One mark, from the service's call to its return, against one raw durable insert."""
    office, _ = build(folder, applications=200)
    with office.database.writing() as db:
        db.execute(text("UPDATE meeting SET phase = 'scoring'"))
        db.execute(text("UPDATE score_sheet SET state = 'draft', revealed = 0"))
    seat = find_person(office, f"{MEETING}/专家05")
    expert = Actor(seat.name, seat.role, seat_id=seat.seat_id, meeting=MEETING)
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE mark (id INTEGER PRIMARY KEY, value INTEGER)")
    numbers, values = itertools.cycle(range(1, 201)), itertools.cycle(("12", "11.5", "13"))

    def ours() -> None:
        enter_marks(office, expert, MEETING, f"B-{next(numbers):05d}", {"plan": next(values)})

    took, floor = alternate(ours, lambda: raw.execute("INSERT INTO mark (value) VALUES (12000)"), rounds=1500)
    raw.close()
    return Result("mark typed → durable", took, floor, "raw insert, synchronous=FULL", 4)


HEADINGS = [
    "申报编号",
    "企业名称",
    "统一社会信用代码",
    "企业规模",
    "县区",
    "行业",
    "支持方向",
    "软件",
    "云服务",
    "数据采集传输设备",
    "其他投入",
    "当前等级",
    "目标等级",
    "已获专项资金",
    "以往数字化投入",
    "已获中央小巨人资金",
    "2022年改造试点",
    "近三年严重失信",
    "其他违规情形",
    "推荐意见",
    "备案号",
    "初核结果",
    "联系人",
    "联系电话",
    "备注",
    "改造内容摘要",
    "申报材料",
]


def roster(path: Path, rows: int) -> None:
    """A workbook as a district would send it."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, HEADINGS)
        for n in range(1, rows + 1):
            row = [
                "",
                f"示例企业{n:05d}",
                code(n),
                "中",
                "五华区",
                "绿色食品",
                "企业改造补助",
                60.5,
                12.4,
                24,
                3.1,
                "一级",
                "三级",
                0,
                0,
            ]
            row += ["否", "否", "否", "", "推荐", f"BA{n}", "通过", "张三", "13800000000", "", "摘要", "1.pdf"]
            sheet.write_row(n, 0, row)


def import_big(folder: Path) -> Result:
    """A roster of 10,000 rows, checked, written and audited, against reading its cells."""
    path = folder / "roster.xlsx"
    roster(path, 10_000)
    fresh = itertools.count()

    def ours() -> None:
        office = found(str(folder / f"import{next(fresh)}.db"), HIDDEN, "bench", "秘书", PIN)
        secretary = authenticate(office, "秘书", PIN)
        new_batch(office, secretary, "B", 100)
        times.append(_timed(lambda: import_roster(office, secretary, [path], "B")))
        office.database.close()

    times: list[float] = []
    _, floor = alternate(
        ours, lambda: CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(), rounds=5
    )
    return Result("import of 10,000 rows", sorted(times)[len(times) // 2], floor, "calamine reading the cells", 5)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
