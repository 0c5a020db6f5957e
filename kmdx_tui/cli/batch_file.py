"""What a batch lays down by file: shares of fund sources (`[sources] central = "1/2"`), and bounds below the measure's.

Bounds: `notice = "…"`, and for a track `[tracks.transformation]` with `ratio = "40%"`, `cap = 300000` (yuan, whatever
the level) or `levels = { 2 = 150000, 3 = 300000 }`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from models.documents.cells import found, nearest
from models.documents.reading import read_source
from models.documents.toml_in import parse_toml
from models.enums import LEVELS
from models.errors import BadInput, Fault, Refused
from models.policy.types import Policy
from models.rules.money import parse_yuan
from models.rules.standards import Limit
from models.text import T, Text

_GROUP = "sources"


def read_sources(path: Path, policy: Policy) -> dict[str, Fraction]:
    """The shares by source code, in the file's order. A source goes by code or name, a share as 1/2, 0.5 or 50%.

    Raises `BadInput` with every fault, `WrongUse` for a file that can't be opened.
    """
    source = read_source(path)
    table = parse_toml(source)
    faults = [Fault(source.name, "", None, key, key, T("只有 [sources] 一组")) for key in table if key != _GROUP]
    shares: dict[str, Fraction] = {}
    codes = {word: one.code for one in policy.sources for word in (one.code, one.name)}

    def fault(key: str, seen: object, wanted: Text) -> None:
        faults.append(Fault(source.name, f"[{_GROUP}]", None, key, found(str(seen)), wanted))

    group = table.get(_GROUP)
    for key, typed in group.items() if isinstance(group, dict) else ():
        share = _share(typed)
        if key not in codes:
            near = nearest(key, codes)
            fault(key, key, T("办法中的资金来源，例如 {words}", words=near or "、".join(codes)))
        elif codes[key] in shares:
            fault(key, key, T("每个资金来源只写一次"))
        elif share is None:
            fault(key, typed, T('0 至 1 的比例，例如 "1/2"、"0.5"、"50%"'))
        else:
            shares[codes[key]] = share
    if not faults and sum(shares.values()) != 1:
        fault("", sum(shares.values()), T("各资金来源的比例之和为 1"))
    if faults:
        raise BadInput(faults)
    return shares


def _share(typed: object) -> Fraction | None:
    text = str(typed).strip()
    try:
        share = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        return None
    return share if 0 <= share <= 1 else None


def read_limits(path: Path, policy: Policy) -> dict[str, Limit]:
    """The lower bounds by track code. A track goes by code or name.

    Raises `BadInput` with every fault, `WrongUse` for a file that can't be opened.
    """
    source = read_source(path)
    table = parse_toml(source)
    reader = _Limits(source.name, policy)
    limits = reader.read(table)
    if reader.faults:
        raise BadInput(reader.faults)
    return limits


class _Limits:
    """Goes through a parsed file of bounds, gathering every fault."""

    def __init__(self, file: str, policy: Policy) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._policy = policy
        self._notice = ""

    def read(self, table: Mapping[str, object]) -> dict[str, Limit]:
        for key in table:
            if key not in ("notice", "tracks"):
                self._fault("", key, key, T("notice 或 [tracks.…]"))
        notice = table.get("notice")
        if isinstance(notice, str) and notice.strip():
            self._notice = notice.strip()
        else:
            self._fault("", "notice", "" if notice is None else notice, T("批次通知的文号，作为依据"))
        groups = table.get("tracks")
        if not isinstance(groups, dict) or not groups:
            self._fault("", "tracks", "" if groups is None else groups, T("至少一组 [tracks.支持方向]"))
            return {}
        limits: dict[str, Limit] = {}
        for name, group in groups.items():
            track = self._policy.track(name)
            if track is None:
                known = [word for one in self._policy.tracks for word in (one.code, one.name)]
                near = nearest(name, known) or "、".join(known)
                self._fault("tracks", name, name, T("办法中的支持方向，例如 {words}", words=near))
            elif track.code in limits:
                self._fault("tracks", name, name, T("每个支持方向只写一次"))
            elif isinstance(group, dict) and group:
                limits[track.code] = self._limit(group, f"tracks.{name}")
            else:
                self._fault("tracks", name, group, T("ratio、cap 或 levels"))
        return limits

    def _limit(self, group: Mapping[str, object], where: str) -> Limit:
        ratio: Fraction | None = None
        caps: dict[int, int] = {}
        cap: int | None = None
        for key, typed in group.items():
            if key == "ratio":
                ratio = _share(typed)
                if ratio is None:
                    self._fault(where, key, typed, T('0 至 1 的比例，例如 "1/2"、"0.5"、"50%"'))
            elif key == "cap":
                cap = self._money(where, key, typed)
            elif key == "levels" and isinstance(typed, dict):
                for level, money in typed.items():
                    if level not in map(str, LEVELS):
                        self._fault(f"{where}.levels", level, level, T("等级 1 至 4"))
                    elif (fen := self._money(f"{where}.levels", level, money)) is not None:
                        caps[int(level)] = fen
            else:
                self._fault(where, key, key, T("ratio、cap 或 levels"))
        return Limit(self._notice, ratio, caps, cap)

    def _money(self, group: str, key: str, typed: object) -> int | None:
        try:
            return parse_yuan(str(typed))
        except Refused:
            self._fault(group, key, typed, T("元，例如 300000"))
            return None

    def _fault(self, group: str, key: str, seen: object, wanted: Text) -> None:
        where = f"[{group}]" if group else ""
        self.faults.append(Fault(self._file, where, None, key, found(str(seen)), wanted))
