"""The shares of a batch's fund sources, from a TOML file: `[sources] central = "1/2"`."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from models.documents.cells import found, nearest
from models.documents.reading import read_source
from models.documents.toml_in import parse_toml
from models.errors import BadInput, Fault
from models.policy.types import Policy
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
