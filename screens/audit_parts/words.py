"""Audit entries in rows and pages, their records put into words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from models.enums import (
    ApportionMethod,
    CellKind,
    CorrectionGround,
    ItemOrder,
    Kind,
    ObjectionOutcome,
    ObjectionState,
    Outcome,
    Phase,
    RecusalGround,
    Role,
    SheetState,
    label,
)
from models.rules.digest import short
from models.rules.money import format_yuan
from models.rules.permissions import ACTS
from models.text import T, mark, tr
from screens.dialogs.card import Page
from screens.meeting_screen import time_words
from screens.widgets.cells import Cell, Column, Tone
from screens.widgets.long_table import Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.views.audit import AuditLine, Verification

_FOUNDING = mark("建立数据库")

_WORDS: Mapping[str, str] = {
    "absent": mark("缺席"),
    "absent_at": mark("缺席时间"),
    "added": mark("新增"),
    "adjusted": mark("调整项目"),
    "alternates": mark("备选名额"),
    "amount_fen": mark("金额（元）"),
    "applications": mark("项目"),
    "apportionment": mark("因素和算法"),
    "awards": mark("名单家数"),
    "basis": mark("依据"),
    "batch": mark("批次"),
    "budget_fen": mark("预算（元）"),
    "called": mark("讨论中"),
    "ceiling": mark("上限"),
    "cells": mark("保底和上限"),
    "chair": mark("组长"),
    "closes": mark("截止"),
    "comment": mark("评语"),
    "countdown_ends_at": mark("倒计时到"),
    "criterion": mark("指标"),
    "days": mark("工作日数"),
    "deputy": mark("副组长"),
    "derivation": mark("算法"),
    "digest": mark("摘要"),
    "disabled": mark("停用"),
    "discipline": mark("接受评审纪律"),
    "dissent": mark("不同意见"),
    "districts": mark("县区"),
    "dropped": mark("移出"),
    "envelope": mark("密钥信封"),
    "epoch": mark("封存期次"),
    "evidence": mark("证据"),
    "experts": mark("专家"),
    "explanation": mark("说明"),
    "file": mark("文件"),
    "finance": mark("财政代表"),
    "finding": mark("结论"),
    "first_day_counts": mark("首日计入"),
    "floor": mark("保底"),
    "ground": mark("理由类别"),
    "holders": mark("密钥保管人"),
    "in_period": mark("期内"),
    "key": mark("封存公钥"),
    "keys": mark("密钥指纹"),
    "kind": mark("评审会类型"),
    "left": mark("离开"),
    "list": mark("名单版次"),
    "mark": mark("分数"),
    "marks": mark("评分席位"),
    "method": mark("方法"),
    "name": mark("名称"),
    "new_code": mark("新验证码"),
    "no": mark("项目"),
    "off": mark("放假"),
    "on": mark("上班"),
    "opens": mark("首日"),
    "opinion": mark("评审意见"),
    "order": mark("叫项次序"),
    "outcome": mark("决定"),
    "phase": mark("阶段"),
    "phrase_set": mark("已换口令"),
    "pin_set": mark("已设口令或密码"),
    "place": mark("终端"),
    "policy": mark("办法"),
    "proposed": mark("拟入选"),
    "quota": mark("名额"),
    "reason": mark("理由"),
    "recused": mark("回避"),
    "released": mark("交出密钥"),
    "reminded": mark("还没交的份数"),
    "removed": mark("不再特殊的日子"),
    "reopened": mark("重新开放"),
    "returned": mark("退回"),
    "role": mark("身份"),
    "seats": mark("名额"),
    "sha256": mark("文件摘要"),
    "share": mark("占比"),
    "sheet": mark("评分表摘要"),
    "sheets": mark("评分表"),
    "signed_in_at": mark("签到时间"),
    "source": mark("出处"),
    "sources": mark("来源比例"),
    "state": mark("状态"),
    "stepped_out": mark("离开会场"),
    "supervisor": mark("监督"),
    "taken_over": mark("接管的终端"),
    "tie": mark("裁定次序"),
    "ties": mark("线上并列"),
    "ties_reason": mark("裁定理由"),
    "title": mark("名称"),
    "to": mark("改为"),
    "total": mark("总名额"),
    "track": mark("支持方向"),
    "unchanged": mark("未变"),
    "updated": mark("更新"),
    "values": mark("数值"),
    "version": mark("版本"),
    "weights": mark("权重"),
    "whole_year": mark("全年安排"),
}
"""The names under which the record keeps things, in words; a name that is missing here stands as it is kept."""

_LISTS: Mapping[str, tuple[type[StrEnum], ...]] = {
    "cells": (CellKind,),
    "ground": (CorrectionGround, RecusalGround),
    "kind": (Kind,),
    "method": (ApportionMethod,),
    "order": (ItemOrder,),
    "outcome": (ObjectionOutcome, Outcome),
    "phase": (Phase,),
    "recused": (RecusalGround,),
    "released": (Role,),
    "role": (Role,),
    "state": (SheetState, ObjectionState),
    "to": (Outcome,),
}
"""The closed lists whose values stand under a name."""

_DIGEST = re.compile("[0-9a-f]{64}")
"""Digests, fingerprints and public keys: eight characters of them are shown."""


def columns() -> tuple[Column, ...]:
    """The columns of the trail, their titles in the reader's language."""
    return (
        Column("seq", str(T("序号")), 6, "right"),
        Column("at", str(T("时间")), 14),
        Column("refused", "", 2),
        Column("act", str(T("事项")), min=14),
        Column("actor", str(T("办理人")), 10),
        Column("role", str(T("身份")), 8),
        Column("object", str(T("对象")), min=12, drop=1),
    )


def act_words(act: str) -> str:
    """An act in words."""
    if act == "office.init":
        return tr(_FOUNDING)
    return tr(ACTS[act].title) if act in ACTS else act


def entry_row(line: AuditLine) -> Row:
    """An entry's line."""
    tone = Tone.WARNING if line.refused else Tone.PLAIN
    return (
        Cell(str(line.seq), Tone.MUTED),
        Cell(time_words(line.at, "%m-%d %H:%M:%S")),
        Cell(str(Sign.RECUSED) if line.refused else "", Tone.REFUSAL),
        Cell(act_words(line.act), tone),
        Cell(line.actor, tone),
        Cell(label(line.role), tone),
        Cell(str(T("未准")) if line.refused else line.object, tone),
    )


def entry_page(line: AuditLine) -> Page:
    """All of an entry: who, what, and the record before and after."""
    refused = Cell(str(T("{sign} 未准（{code}），什么也没有改", sign=Sign.RECUSED, code=line.refused)), Tone.REFUSAL)
    rows: list[tuple[str, str | Cell]] = [
        (str(T("事项")), Cell(act_words(line.act), Tone.STRONG)),
        (str(T("结果")), refused if line.refused else Cell(f"{Sign.SUBMITTED} {T('已办')}", Tone.ACCENT)),
        (str(T("办理人")), f"{line.actor}　{label(line.role)}"),
        (str(T("时间")), time_words(line.at, "%Y-%m-%d %H:%M:%S")),
        (str(T("评审会")), line.meeting or str(Sign.NONE)),
        (str(T("对象")), line.object or str(Sign.NONE)),
        (str(T("改前")), _record(line, line.before)),
        (str(T("改后")), _record(line, line.after)),
        (str(T("本条哈希")), Cell(line.hash, Tone.MUTED)),
    ]
    return Page(str(T("审计记录")), rows)


def _record(line: AuditLine, kept: str) -> str | Cell:
    return Cell(str(T("本人回避，不显示。")), Tone.MUTED) if line.withheld else record_words(kept)


def verification_page(found: Verification) -> Page:
    """What verification found, and the head to be noted."""
    good = Cell(f"{Sign.SUBMITTED} {T('完整：每一条都与前一条相接，评分表、名单和办法都与记录相符')}", Tone.ACCENT)
    bad = Cell(f"{Sign.FLAGGED} {T('有 {count} 处问题', count=len(found.findings))}", Tone.REFUSAL)
    rows: list[tuple[str, str | Cell]] = [
        (str(T("结果")), good if found.ok else bad),
        (str(T("条数")), str(found.entries)),
        (str(T("链首")), Cell(found.head, Tone.STRONG)),
        ("", Cell(str(T("把链首记在纸上，以后可以查出记录有没有被截短或替换。")), Tone.MUTED)),
    ]
    rows += [(finding.where, Cell(str(finding.text), Tone.REFUSAL)) for finding in found.findings]
    return Page(str(T("校验")), rows)


def record_words(kept: str) -> str:
    """What the record keeps of an act, a value a line. Marks stand in it as digests only."""
    lines = [f"{tr(_WORDS.get(key, key))}：{_value(key, value)}" for key, value in json.loads(kept).items()]
    return "\n".join(lines) or str(Sign.NONE)


def _value(key: str, value: object) -> str:
    if value is None or value in ("", [], {}):
        return str(Sign.NONE)
    if isinstance(value, bool):
        return str(T("是") if value else T("否"))
    if isinstance(value, int):
        return format_yuan(value) if key.endswith("_fen") else str(value)
    if isinstance(value, dict):
        return "；".join(
            f"{tr(_WORDS.get(name, name))} {_value(name if name in _WORDS else key, one)}"
            for name, one in value.items()
        )
    if isinstance(value, list):
        if any(isinstance(one, dict) for one in value):
            return "\n" + "\n".join(_value(key, one) for one in value)
        return "、".join(
            " ".join(_value(key, x) for x in one) if isinstance(one, list) else _value(key, one) for one in value
        )
    text = str(value)
    if _DIGEST.fullmatch(text):
        return short(text)
    return next((label(kind(text)) for kind in _LISTS.get(key, ()) if text in set(kind)), text)
