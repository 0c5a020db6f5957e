"""Read a factors file (TOML): how places are to be divided among districts, by weighted factors within bounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from models.documents.cells import LINE_LIMIT, nearest
from models.documents.reading import Source, read_source
from models.documents.toml_in import parse_toml
from models.documents.toml_tables import TableReader, known_words, seen
from models.enums import ApportionMethod
from models.errors import BadInput
from models.policy.kinds import plain
from models.policy.types import Policy
from models.rules.factors import FactorDistrict, Factors
from models.text import T

_BOUNDS = ("floor", "ceiling")
_KEYS = ("total", "method", *_BOUNDS, "ties", "ties_reason", "weights", "districts")
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,12})?)(%?)")
_QUOTIENT = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


def read_factors(path: Path, policy: Policy, total: int, method: ApportionMethod | None = None) -> Factors:
    """Read a factors file; districts stand in it by name, other name or code of the policy.

    `total` is used where the file names none, `method` instead of the file's. Numbers are whole ones, decimals or texts
    ("0.5", "50%", "1/3"), and kept exactly. Raises `BadInput` with every fault (`Fault.sheet` is the table, `column`
    the key), `WrongUse` for a file that can't be opened.
    """
    source = read_source(path)
    reader = _Reader(source, policy)
    factors = reader.factors(parse_toml(source), total, method)
    if reader.faults:
        raise BadInput(reader.faults)
    return factors


class _Reader(TableReader):
    """One file on its way to its factors."""

    def __init__(self, source: Source, policy: Policy) -> None:
        super().__init__(source, policy)
        self._tables: dict[str, str] = {}
        """The name under which a district, by its code, stands in the file."""

    def factors(self, table: dict[str, Any], total: int, method: ApportionMethod | None) -> Factors:
        """What a file says; only good where there are no faults."""
        self.know("", table, _KEYS)
        said = self._method(table.get("method", ApportionMethod.LARGEST_REMAINDER.value))
        places = self.places("", "total", table["total"]) if "total" in table else total
        weights = self._weights(table)
        districts = self._districts(table, weights)
        self._check_sums(weights, districts)
        self._check_bounds(places, districts)
        ties, reason = self._ties(table)
        return Factors(places, method or said, weights, tuple(districts.values()), ties, reason, self._file)

    def _method(self, value: object) -> ApportionMethod:
        known = [method.value for method in ApportionMethod]
        if isinstance(value, str) and value in known:
            return ApportionMethod(value)
        near = nearest(value, known) if isinstance(value, str) else None
        self.fault("", "method", seen(value), known_words(near or "、".join(known)))
        return ApportionMethod.LARGEST_REMAINDER

    def _weights(self, table: Mapping[str, object]) -> dict[str, Fraction]:
        said = self.table("", "weights", table.get("weights", {}))
        weights = {name: self._number("weights", name, value) for name, value in said.items()}
        for name in _BOUNDS:
            if name in weights:
                self.fault("weights", name, name, T("因素的名称；floor 和 ceiling 另有含义"))
        whole = sum((weight for weight in weights.values() if weight is not None), Fraction())
        if None not in weights.values() and whole != 1:
            self.fault("weights", "", plain(whole) if said else "", T("各因素的权重，合计为 1"))
        return {name: weight or Fraction() for name, weight in weights.items()}

    def _districts(self, table: Mapping[str, object], weights: Mapping[str, Fraction]) -> dict[str, FactorDistrict]:
        bounds = {key: self.places("", key, table[key]) for key in _BOUNDS if key in table}
        districts: dict[str, FactorDistrict] = {}
        said = self.table("", "districts", table.get("districts", {}))
        if not said:
            self.fault("", "districts", "", T("各县区的因素数值，必填"))
        for name, value in said.items():
            where = f"districts.{name}"
            mine = self.table(where, "", value)
            code = self.code("district", "districts", name)
            if code in districts:
                self.fault("districts", "", name, T("每个县区、行业只写一次"), at=name)
            if weights:
                self.know(where, mine, (*weights, *_BOUNDS))
            own = bounds | {key: self.places(where, key, mine[key]) for key in _BOUNDS if key in mine}
            values = {factor: self._value(where, factor, mine) for factor in weights}
            key = code or name
            self._tables[key] = where
            districts[key] = FactorDistrict(key, values, own.get("floor", 0), own.get("ceiling"))
        return districts

    def _value(self, where: str, factor: str, mine: Mapping[str, object]) -> Fraction:
        if factor in mine:
            return self._number(where, factor, mine[factor]) or Fraction()
        self.fault(where, factor, "", T("数值，必填；没有就写 0"))
        return Fraction()

    def _number(self, where: str, key: str, value: object) -> Fraction | None:
        """An exact number that is not negative; a fault and None for anything else."""
        if isinstance(value, int | str) and not isinstance(value, bool) and (told := seen(value)):
            digits = unicodedata.normalize("NFKC", told).strip()
            if found := _NUMBER.fullmatch(digits):
                return Fraction(found[1]) / (100 if found[2] else 1)
            found = _QUOTIENT.fullmatch(digits)
            if found and int(found[2]):
                return Fraction(int(found[1]), int(found[2]))
        self.fault(where, key, seen(value), T("不小于 0 的数，例如 18、88.5、40% 或 1/3"))
        return None

    def _check_sums(self, weights: Mapping[str, Fraction], districts: Mapping[str, FactorDistrict]) -> None:
        if self.faults:  # what could not be read would be missing in the sums
            return
        for factor in weights:
            if not any(one.values[factor] for one in districts.values()):
                self.fault("weights", factor, "0", T("各县区数值合计大于 0 的因素"))

    def _check_bounds(self, total: int, districts: Mapping[str, FactorDistrict]) -> None:
        for code, one in districts.items():
            if one.ceiling is not None and one.floor > one.ceiling:
                wanted = T("不低于保底 {floor} 的上限", floor=one.floor)
                self.fault(self._tables[code], "ceiling", str(one.ceiling), wanted)
        floors = sum(one.floor for one in districts.values())
        if floors > total:
            self.fault("", "floor", str(floors), T("保底合计不高于总名额 {total}", total=total))
        ceilings = [one.ceiling for one in districts.values() if one.ceiling is not None]
        if districts and len(ceilings) == len(districts) and sum(ceilings) < total:
            self.fault("", "ceiling", str(sum(ceilings)), T("上限合计不低于总名额 {total}", total=total))

    def _ties(self, table: Mapping[str, object]) -> tuple[tuple[str, ...], str]:
        said, reason = table.get("ties", []), table.get("ties_reason", "")
        if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
            self.fault("", "ties", seen(said), T('县区的先后，先者在前，例如 ["五华区", "盘龙区"]'))
            said = []
        if not isinstance(reason, str) or len(reason) > LINE_LIMIT:
            self.fault("", "ties_reason", seen(reason), T("最多 {limit} 个字的文字", limit=LINE_LIMIT))
            reason = ""
        if said and not reason.strip():
            self.fault("", "ties_reason", reason, T("裁定先后的理由（表决结果，或抽签及其种子）"))
        codes = [self._tied(name) for name in said]
        for name, code in zip(said, codes, strict=True):
            if code is not None and codes.count(code) > 1:
                self.fault("", "ties", name, T("每个县区、行业只写一次"))
        return tuple(code for code in codes if code is not None), reason.strip()

    def _tied(self, name: str) -> str | None:
        code = self.code("district", "", name, "ties")
        if code is not None and code not in self._tables:
            self.fault("", "ties", name, T("本文件列出的县区"))
        return code
