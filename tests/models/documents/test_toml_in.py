"""TOML as the office writes it: Chinese keys need no quotes, and what can't be read is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.documents.quota_file import read_quota
from models.documents.reading import Source
from models.documents.toml_in import line_numbers, parse_toml
from models.errors import BadInput
from models.policy.load import load_policy
from models.rules.quotas import Cell, Quota
from seeds.policies import builtin_text


def source(text: str | bytes) -> Source:
    return Source("q.toml", ".toml", text.encode() if isinstance(text, str) else text, "")


def test_chinese_keys_and_headings_need_no_quotes() -> None:
    text = '\ufeff[districts.五华区] # 区\nfloor = 1\n[ districts . "官渡.区" ]\r\n上限 = 2\n[a]\n说明 = "[五华] = 1"\n'
    assert parse_toml(source(text)) == {
        "districts": {"五华区": {"floor": 1}, "官渡.区": {"上限": 2}},
        "a": {"说明": "[五华] = 1"},
    }


def test_decimals_stay_text() -> None:
    assert parse_toml(source("share = 0.1")) == {"share": "0.1"}


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ("a = 1\nb = = 2\n", 2, "b = = 2"),
        (b"\xff\xfe", None, ""),
        ("a = " + "[" * 3000, None, ""),
        ("a=1\na=2", 2, "a=2"),
    ],
)
def test_unreadable_text_is_one_fault_with_its_line(text: str | bytes, row: int | None, found: str) -> None:
    with pytest.raises(BadInput) as bad:
        parse_toml(source(text))
    (fault,) = bad.value.faults
    assert (fault.file, fault.row, fault.found) == ("q.toml", row, found)


def test_quota_file_of_the_contract_is_read(tmp_path: Path) -> None:
    file = tmp_path / "quotas.toml"
    file.write_text(
        'total = 30\nbudget = "12000000"\nalternates = 5\n[districts.五华区]\nfloor = 1\nceiling = 6\n'
        "[industries.green_food]\nceiling = 12\n",
        encoding="utf-8",
    )
    cells = (Cell("district", "530102", 1, 6), Cell("industry", "green_food", 0, 12))
    policy = load_policy(builtin_text("kunming-2024"), "kunming-2024")
    assert read_quota(file, policy) == Quota(30, cells, 1_200_000_000, 5)


def test_keys_and_headings_are_found_by_their_lines() -> None:
    text = '\ufefftotal = 3\n\n[districts.五华区] # a\nfloor = 1\n[ districts . "530103" ]\n# n = 2\na.b = 4\n'
    assert line_numbers(source(text)) == {
        ("", "total"): 1,
        ("districts.五华区", ""): 3,
        ("districts.五华区", "floor"): 4,
        ("districts.530103", ""): 5,
        ("districts.530103.a", "b"): 7,
    }
