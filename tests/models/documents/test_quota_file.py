"""Quota files: what they say, and every fault of one at once."""

from __future__ import annotations

import pytest

from models.documents.quota_file import read_quota
from models.errors import BadInput, WrongUse
from models.policy.load import load_policy
from models.rules.quotas import Cell, Quota
from seeds.policies import builtin_text


@pytest.fixture(scope="module")
def policy():
    return load_policy(builtin_text("kunming-2024"), "kunming_2024.toml")


@pytest.fixture
def read(tmp_path, policy):
    def reading(text):
        file = tmp_path / "配额.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_quota(file, policy)

    return reading


def faults(read, text):
    with pytest.raises(BadInput) as caught:
        read(text)
    return [(fault.sheet, fault.column, fault.found) for fault in caught.value.faults]


def test_quota_file_is_read_by_name_alias_and_code(read):
    text = """
total = 30
budget = "12000000"
alternates = 5
[districts.五华区]
floor = 1
ceiling = 6
[districts.530103]
floor = 2
[industries.green_food]
ceiling = 12
[industries."电力装备"]
floor = 3
"""
    assert read(text) == Quota(
        30,
        (
            Cell("district", "530102", 1, 6),
            Cell("district", "530103", 2, None),
            Cell("industry", "green_food", 0, 12),
            Cell("industry", "power_equipment", 3, None),
        ),
        12_000_000_00,
        5,
    )


def test_quota_file_may_leave_out_all_but_the_total(read):
    assert read(b"\xef\xbb\xbftotal = 3\n") == Quota(3, (), None, 0)


@pytest.mark.parametrize(
    ("typed", "fen"), [("12000000", 12_000_000_00), ('"12,000,000.50"', 12_000_000_50), ("1.5", 1_50)]
)
def test_quota_file_budget_is_yuan(read, typed, fen):
    assert read(f"total = 1\nbudget = {typed}\n").budget_fen == fen


def test_quota_file_tells_every_fault_at_once(read):
    text = """
totl = 3
budget = "很多"
alternates = 1.5
[districts.五华]
floor = -1
[districts.530102]
ceiling = 2
[districts.五化区]
[industries.green_food]
cieling = 3
"""
    assert faults(read, text) == [
        ("", "totl", "totl"),
        ("", "total", ""),
        ("[districts.五华]", "floor", "-1"),
        ("[districts]", "", "530102"),
        ("[districts]", "", "五化区"),
        ("[industries.green_food]", "cieling", "cieling"),
        ("", "budget", "很多"),
        ("", "alternates", "1.5"),
    ]


def test_quota_file_fault_names_the_nearest(read):
    with pytest.raises(BadInput) as caught:
        read("total = 1\n[districts.五化区]\n")
    assert "五华区" in str(caught.value.faults[0])


@pytest.mark.parametrize(
    "text",
    [
        "total = true",
        'total = "3"',
        "total = 0x" + "f" * 9000,
        "total = 1\nbudget = 0",
        "total = 1\nbudget = -5",
        "total = 1\nbudget = [1]",
        "total = 1\ndistricts = 3",
        "total = 1\n[districts]\n五华区 = 3",
        "total = 1\ntotal = 2",
        "total = ",
        "total = " + "9" * 9000,
        "total = 1\na = " + "[" * 5000,
        b"\xff\xfe\x00total",
        "",
    ],
)
def test_quota_file_that_is_none_is_refused(read, text):
    with pytest.raises(BadInput) as caught:
        read(text)
    assert all(len(str(fault)) < 400 for fault in caught.value.faults)


def test_quota_file_that_is_not_there_is_wrong_use(tmp_path, policy):
    with pytest.raises(WrongUse):
        read_quota(tmp_path / "没有.toml", policy)
