"""Factors files: what they say, exactly, and every fault of one at once."""

from __future__ import annotations

from fractions import Fraction

import pytest

from models.documents.factors_file import read_factors
from models.enums import ApportionMethod as Method
from models.errors import BadInput, WrongUse
from models.policy.load import load_policy
from models.rules.factors import FactorDistrict, Factors
from seeds.policies import builtin_text

HEAD = 'total = 30\n[weights]\napplicants = "2/3"\nperformance = "1/3"\n'
ONE = "[districts.五华区]\napplicants = 18\nperformance = 88.5\n"


@pytest.fixture(scope="module")
def policy():
    return load_policy(builtin_text("kunming-2024"), "kunming_2024.toml")


@pytest.fixture
def read(tmp_path, policy):
    def reading(text, total=7, method=None):
        file = tmp_path / "因素.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_factors(file, policy, total, method)

    return reading


def faults(read, text, total=7):
    with pytest.raises(BadInput) as caught:
        read(text, total)
    assert all(len(str(fault)) < 400 for fault in caught.value.faults)
    return [(fault.row, fault.sheet, fault.column, fault.found) for fault in caught.value.faults]


def test_factors_file_is_read_exactly(read):
    text = """\ufefftotal = 30
method = "sainte_lague"
floor = 1
ceiling = 29
ties = ["530103", "五华区"]
ties_reason = " 抽签，种子 7 "
[weights]
applicants = 0.4
enterprises = "30%"
performance = "0.30"
[districts.五华区]
applicants = 18
enterprises = 120
performance = 88.123456789
floor = 3
[districts."530103"]
applicants = "12"
enterprises = "1/3"
performance = 0
ceiling = 4
"""
    assert read(text) == Factors(
        30,
        Method.SAINTE_LAGUE,
        {"applicants": Fraction(2, 5), "enterprises": Fraction(3, 10), "performance": Fraction(3, 10)},
        (
            FactorDistrict(
                "530102",
                {
                    "applicants": Fraction(18),
                    "enterprises": Fraction(120),
                    "performance": Fraction(88_123_456_789, 10**9),
                },
                3,
                29,
            ),
            FactorDistrict(
                "530103",
                {"applicants": Fraction(12), "enterprises": Fraction(1, 3), "performance": Fraction()},
                1,
                4,
            ),
        ),
        ("530103", "530102"),
        "抽签，种子 7",
        "因素.toml",
    )


def test_factors_file_takes_total_and_method_from_outside(read):
    found = read(HEAD.replace("total = 30\n", "") + ONE, 12)
    assert (found.total, found.method) == (12, Method.LARGEST_REMAINDER)
    assert read(HEAD + ONE, 12, Method.DHONDT).method is Method.DHONDT
    assert read(HEAD + ONE, 12).total == 30


def test_factors_file_tells_every_fault_with_its_line(read):
    text = """totl = 3
method = "coin"
ties = ["五华区", "五华区", "盘龙区", "火星区"]
[weights]
applicants = 0.5
enterprises = "0.4"
[districts.五华区]
applicants = -1
enterprises = "多"
floor = 1.5
"""
    assert faults(read, text) == [
        (1, "", "totl", "totl"),
        (2, "", "method", "coin"),
        (4, "[weights]", "", "0.9"),
        (10, "[districts.五华区]", "floor", "1.5"),
        (8, "[districts.五华区]", "applicants", "-1"),
        (9, "[districts.五华区]", "enterprises", "多"),
        (None, "", "ties_reason", ""),
        (3, "", "ties", "盘龙区"),
        (3, "", "ties", "火星区"),
        (3, "", "ties", "五华区"),
        (3, "", "ties", "五华区"),
    ]


def test_factors_file_names_what_is_missing_twice_or_unknown(read):
    text = HEAD + ONE + "[districts.530102]\napplicants = 1\nperformence = 2\n[districts.五化区]\n"
    assert faults(read, text) == [
        (8, "[districts]", "", "530102"),
        (10, "[districts.530102]", "performence", "performence"),
        (8, "[districts.530102]", "performance", ""),
        (11, "[districts]", "", "五化区"),
        (11, "[districts.五化区]", "applicants", ""),
        (11, "[districts.五化区]", "performance", ""),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("floor = 8\n" + HEAD.replace("30", "7") + ONE, [(1, "", "floor", "8")]),
        ("ceiling = 6\n" + HEAD.replace("30", "7") + ONE, [(1, "", "ceiling", "6")]),
        (
            HEAD + ONE + "floor = 3\nceiling = 2\n[districts.530103]\napplicants = 1\nperformance = 1\n",
            [(9, "[districts.五华区]", "ceiling", "2")],
        ),
        (HEAD + ONE.replace("88.5", "0"), [(4, "[weights]", "performance", "0")]),
        ("total = 3\n[weights]\nfloor = 1\n" + "[districts.五华区]\nfloor = 1\n", [(3, "[weights]", "floor", "floor")]),
        ("total = 3\n" + ONE, [(None, "[weights]", "", "")]),
        (HEAD, [(None, "", "districts", "")]),
    ],
)
def test_factors_file_that_contradicts_itself_is_refused(read, text, wanted):
    assert faults(read, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "total = true",
        'total = "3"',
        "weights = 1\ndistricts = 2",
        HEAD + "[districts]\n五华区 = 3",
        HEAD + "[districts]\n五华区 = [1]",
        HEAD + ONE.replace("18", "nan"),
        HEAD + ONE.replace("18", "1e400"),
        HEAD + ONE.replace("18", "9" * 9000),
        HEAD + ONE.replace("18", "2024-01-01"),
        HEAD + ONE.replace("18", '"1/0"'),
        "ties = 3\nties_reason = 4\n" + HEAD + ONE,
        "ties = [3]\n" + HEAD + ONE,
        "ties_reason = '" + "长" * 400 + "'\n" + HEAD + ONE,
        "method = []\n" + HEAD + ONE,
        "floor = -1\n" + HEAD + ONE,
        b"\xff\xfe\x00total",
    ],
)
def test_factors_file_that_is_none_is_refused(read, text):
    assert faults(read, text)


def test_factors_file_that_is_not_there_is_wrong_use(tmp_path, policy):
    with pytest.raises(WrongUse):
        read_factors(tmp_path / "没有.toml", policy, 1)
