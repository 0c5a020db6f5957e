"""A measure to be filled in: every key of the format with what it means, made of the table that checks it.

A skeleton is a document: it is Chinese whatever language its reader has chosen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from models.policy.fields import Field, Many, Table
from models.policy.json_schema import described
from models.policy.kinds import UNSET, Kind
from models.policy.schema import POLICY, SCHEMA

_HEAD = f"""#:schema ./policy.schema.json
# 办法文件。写好后用 kmdx policy check 检查，用 kmdx policy show 通读。
#
# 每一项规定都写明依据 basis：article 是本办法的条款，law 是上位规定，committee 是评审委员会自定。
# 没有规定的写 "unset"：程序会询问或拒绝，不作猜测。金额为整数元；比例和小数写成文字，如 "50%"、"0.5"、"2/3"。
# “# ”开头的是说明；“#”紧接内容的是样例，去掉“#”即可用；“##”是样例的另一种写法。
schema = {SCHEMA}
"""
_OPEN = """
# ── 尚未填写的各组 ──
# 填好下面的一组（样例见后文），就删去它在这里的一行。除注明的以外，全部填好才能用于评审。
"""


def skeleton() -> str:
    """The text of a file that checks clean and says "unset" wherever it may, with a commented example of each group."""
    facts = [one for one in POLICY.fields if isinstance(one.shape, Kind)]
    groups = [one for one in POLICY.fields if not isinstance(one.shape, Kind)]
    lines = [_line(POLICY, one, UNSET if POLICY.openable(one) else "") for one in facts]
    opened = [_open(one) for one in groups if POLICY.required(one) or one.unset]
    return "\n".join([_HEAD, *lines, _OPEN, *opened, "", *(line for one in groups for line in _example(one))])


def _open(one: Field) -> str:
    """The line that says that nothing is laid down under a group yet."""
    remark = "，可以不填" if one.unset else ""
    return f'{one.key} = "{UNSET}"  # {one.label}{remark}'


def _example(one: Field) -> Iterator[str]:
    """A group of the file as an example, one for each variant of its entries."""
    yield f"# ── {one.label}{'：' if one.note else ''}{one.note} ──"
    yield ""
    if isinstance(one.shape, Many):
        table = one.shape.table
        first, *others = table.variants or [""]
        yield from _entry(f"[[{one.key}]]", table, first, one.key, "#")
        for variant in others:
            yield from _variant(one.key, table, variant)
    else:
        assert isinstance(one.shape, Table)
        yield from _entry(f"[{one.key}]", one.shape, "", one.key, "#")


def _entry(head: str, table: Table, variant: str, path: str, mark: str) -> Iterator[str]:
    """One entry with all its keys: the plain ones first, then the lists inside it, as TOML wants them."""
    keys = table.fields_for(variant or None) or table.fields
    others = {one.instead for one in keys}
    yield mark + head
    for one in keys:
        if not isinstance(one.shape, Many):
            yield mark + _line(table, one, variant if one.key == table.variant_key else "")
    for one in keys:
        if isinstance(one.shape, Many):
            inner = f"{path}.{one.key}"
            yield f"# {one.label}{'：' if one.note else ''}{one.note}"
            yield from _entry(f"[[{inner}]]", one.shape.table, "", inner, mark + "#" * (one.key in others))
    if "." not in path:
        yield ""


def _variant(path: str, table: Table, variant: str) -> Iterator[str]:
    """An entry of another variant, with what it needs and no more: its other keys are those of the first."""
    yield f"#[[{path}]]"
    for one in table.fields_for(variant) or ():
        if one.key in ("code", "name"):
            yield f'#{one.key} = "track-{variant}"'
        elif one.key == table.variant_key or table.required(one):
            yield "#" + _line(table, one, variant if one.key == table.variant_key else "")
    for one in table.variants[variant]:
        if isinstance(one.shape, Many):
            yield from _entry(f"[[{path}.{one.key}]]", one.shape.table, "", f"{path}.{one.key}", "##")
    yield ""


def _line(table: Table, one: Field, said: str = "") -> str:
    """A key with an example, or with what it has to say, and what it means."""
    value = f'"{said}"' if said else _value(table, one)
    remarks = [one.label, described(one), _may(table, one)]
    return f"{one.key} = {value}  # {'。'.join(remark for remark in remarks if remark)}"


def _may(table: Table, one: Field) -> str:
    """What may be written beside a value, and what leaving the key out means."""
    if table.required(one):
        return f"可写 {UNSET}" if one.unset else ""
    default = table.defaults()[one.attribute]
    return "" if "不写：" in one.note else f"不写即 {_literal(one, default)}"


def _value(table: Table, one: Field) -> str:
    default = table.defaults().get(one.attribute)
    if one.example:
        return one.example
    if default not in (None, ()):
        return _literal(one, default)
    if isinstance(one.shape, Kind):
        return one.shape.example
    assert isinstance(one.shape, Table)
    return "{ " + ", ".join(f"{inner.key} = {_value(one.shape, inner)}" for inner in one.shape.fields) + " }"


def _literal(one: Field, value: object) -> str:
    """A default as a file would say it."""
    if value is None:
        return UNSET
    return json.dumps(one.shape.write(value) if isinstance(one.shape, Kind) else value, ensure_ascii=False)
