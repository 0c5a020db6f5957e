"""What is typed on the command line, and what is refused of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from kmdx_tui.cli import reading
from kmdx_tui.cli.batch_file import read_sources
from models.enums import RecusalGround, Role
from models.errors import BadInput, WrongUse
from models.policy.load import load_policy
from seeds.policies import builtin_text

POLICY = load_policy(builtin_text("kunming-2024"), "kunming-2024")


def test_one_of_takes_english_and_chinese_words() -> None:
    read = reading.one_of(Role)
    assert [read(word) for word in ("chair", "CHAIR", "组长", " 监督 ")] == [
        Role.CHAIR,
        Role.CHAIR,
        Role.CHAIR,
        Role.SUPERVISOR,
    ]
    with pytest.raises(WrongUse) as refused:
        read("主席")
    assert "chair（组长）" in str(refused.value)


def test_numbers_dates_and_money() -> None:
    assert reading.whole("３０") == 30
    assert reading.day("2026-03-02") == date(2026, 3, 2)
    assert reading.yuan("1,200,000.5") == 120_000_050
    for read, typed in ((reading.whole, "3.5"), (reading.day, "3月2日"), (reading.yuan, "十万"), (reading.yuan, "-1")):
        with pytest.raises(WrongUse):
            read(typed)


def test_several_splits_at_commas_of_both_kinds() -> None:
    assert reading.several(["A1,A2", "A3，A4、 A5"]) == ["A1", "A2", "A3", "A4", "A5"]


def test_pairs_keep_what_stands_after_the_first_sign() -> None:
    assert reading.pairs(["方案＝２５.５", "effect="]) == {"方案": "２５.５", "effect": ""}
    for typed in (["方案"], ["=3"], ["a=1", "a=2"]):
        with pytest.raises(WrongUse):
            reading.pairs(typed)


def test_recusals_have_ground_and_reason() -> None:
    assert reading.recusals(["A:shares", "B：近亲属：妻弟：在该企业任职", "C"]) == {
        "A": (RecusalGround.SHARES, ""),
        "B": (RecusalGround.KINSHIP, "妻弟：在该企业任职"),
        "C": (RecusalGround.OTHER, "本人申报回避，未写明情形"),
    }
    for typed in (["A:friend"], ["A", "A"], [":shares"]):
        with pytest.raises(WrongUse):
            reading.recusals(typed)


def test_sources_by_code_or_name_in_fractions_decimals_percent(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[sources]\ncentral = "1/2"\n省级 = 0.3\nmunicipal = "20%"\n', encoding="utf-8")
    assert read_sources(file, POLICY) == {
        "central": Fraction(1, 2),
        "provincial": Fraction(3, 10),
        "municipal": Fraction(1, 5),
    }


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('[sources]\ncentrel = "1"\ncentral = "x"\n', ["centrel", "central"]),
        ('[sources]\ncentral = "1/2"\n', [""]),
        ('[sources]\ncentral = "1/2"\n中央 = "1/2"\n', ["中央"]),
        ("total = 3\n", ["total"]),
        ("[sources\n", [""]),
    ],
)
def test_sources_with_faults_name_each(tmp_path: Path, text: str, columns: list[str]) -> None:
    file = tmp_path / "s.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_sources(file, POLICY)
    assert [fault.column for fault in bad.value.faults] == columns
    assert {fault.file for fault in bad.value.faults} == {"s.toml"}
