"""Rosters and offices as tests of files and services need them."""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from stdnum.cn import uscc

from models.documents.reading import Source, read_source
from models.policy.load import load_policy
from models.policy.types import Policy
from seeds.policies import builtin_text

SHEETS = Path(__file__).parent.parent / "data" / "sheets"


class Sheets:
    """Writes the files that people hand in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def code(number: int) -> str:
        """The credit code of invented enterprise number `number`; its check character is the other library's."""
        base = f"91530100{number:09d}"
        return base + uscc.calc_check_digit(base)

    def row(self, number: int = 1, **changed: object) -> dict[str, object]:
        """A sound roster row, by Chinese heading; `changed` goes by Chinese heading too, None takes a column out."""
        row: dict[str, object] = {
            "企业名称": f"示例企业{number}",
            "统一社会信用代码": self.code(number),
            "企业规模": "中",
            "县区": "五华区",
            "行业": "绿色食品制品制造",
            "支持方向": "企业改造补助",
            "软件": 120.5,
            "云服务": 30,
            "数据采集传输设备": 0,
            "其他投入": 8,
            "已获专项资金": 0,
            "以往数字化投入": 200,
            "已获中央小巨人资金": "否",
            "2022年改造试点": "否",
            "近三年严重失信": "否",
            "其他违规情形": "",
            "目标等级": "三级",
        }
        row.update(changed)
        return {heading: value for heading, value in row.items() if value is not None}

    def xlsx(
        self,
        sheets: Mapping[str, Iterable[Iterable[object]]],
        name: str = "名册.xlsx",
        finish: Callable[[Any, Mapping[str, Any]], None] = lambda book, made: None,
    ) -> Path:
        """A workbook with the given rows in each sheet; `finish` may do more to it."""
        path = self.folder / name
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        made = {}
        for title, rows in sheets.items():
            made[title] = book.add_worksheet(title)
            for at, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    made[title].write(at, column, cell)
        finish(book, made)
        book.close()
        return path

    def roster(self, *rows: Mapping[str, object], name: str = "名册.xlsx") -> Path:
        """A roster with the headings of its first row."""
        return self.xlsx({"名册": self.lines(*rows)}, name)

    @staticmethod
    def lines(*rows: Mapping[str, object]) -> list[list[object]]:
        """Rows by heading as lines with a heading line."""
        headings = list(rows[0])
        return [[*headings], *([row[heading] for heading in headings] for row in rows)]

    def csv(self, lines: Iterable[Iterable[object]], encoding: str = "utf-8-sig", name: str = "名册.csv") -> Path:
        """A .csv in an encoding."""
        path = self.folder / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(lines)
        return path

    def source(self, path: Path) -> Source:
        """A file, read."""
        return read_source(path)


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


@pytest.fixture(scope="session")
def kunming() -> Policy:
    return load_policy(builtin_text("kunming-2024"), "kunming-2024")


@pytest.fixture
def stored_sheets() -> Path:
    return SHEETS
