"""The groups of a policy file that say what is supported, whom, and how much: the table beside `support.py`."""

from __future__ import annotations

from dataclasses import replace

from models.enums import LEVELS, InvestmentKind, Size, chinese
from models.policy import types
from models.policy.fields import Field, Many, Table
from models.policy.kinds import (
    BASIS,
    CAPS,
    CLASS,
    CODE,
    DAY,
    FLAG,
    MONEY,
    NUMBER,
    RATIO,
    TEXT,
    UNSET,
    choice,
    count,
    several,
)
from models.policy.types import AwardRule, LaterLevel
from models.text import mark, tr

_AWARD_RULES = choice(
    {"share": mark("按比例"), "fixed": mark("定额"), "up_to": mark("上限内议定")},
    {rule.value: rule for rule in AwardRule},
)
_LATER = choice(
    {"full": mark("照常补助"), "difference": mark("补足差额"), "nothing": mark("不再补助")},
    {later.value: later for later in LaterLevel},
)
_SIZES = several(choice({size.value: chinese(size) for size in Size}), least=1)
_KINDS = several(choice({kind.value: chinese(kind) for kind in InvestmentKind}), least=1)
_FACTS = choice(
    {
        "central_support": mark("已获中央小巨人资金"),
        "pilot_2022": mark("2022年改造试点"),
        "dishonest": mark("近三年严重失信"),
        "not_accepted": mark("未验收或验收不合格"),
        "other_exclusion": mark("其他违规情形"),
    }
)
_EVENTS = choice({"contract": mark("合同"), "invoice": mark("发票"), "payment": mark("付款")})
_LEVEL = replace(count(min(LEVELS), max(LEVELS)), show=lambda level: tr(LEVELS[level]), example="2")
_YEAR = replace(count(2000, 2099), example="2024")

CODE_KEY = Field("code", mark("代码"), CODE, firm=True)
NAME_KEY = Field("name", mark("名称"), TEXT, firm=True)
TEXT_KEY = Field("text", mark("情形"), TEXT, firm=True)
_ALIASES = Field("aliases", mark("别名"), several(TEXT), firm=True, note="申报表里可能出现的其他写法")
BASIS_KEY = Field("basis", mark("依据"), BASIS, firm=True)
_TRACKS = several(replace(CODE, example='"transformation"'))
_SOURCES = several(replace(CODE, example='"central"'))


def named(code: str, name: str) -> tuple[Field, Field]:
    """Code and name of an entry, with examples."""
    return replace(CODE_KEY, example=f'"{code}"'), replace(NAME_KEY, example=f'"{name}"')


INDUSTRY = Table(
    types.Named,
    (
        *named("green_food", "绿色食品制品制造"),
        _ALIASES,
        Field(
            "classes",
            mark("国民经济行业代码"),
            several(CLASS),
            firm=True,
            note="申报表的行业也可以写这些代码或其下的代码",
        ),
        BASIS_KEY,
    ),
)
DISTRICT = Table(
    types.Named,
    (
        *named("530102", "五华区"),
        replace(_ALIASES, example='["五华"]'),
        Field("zone", mark("功能区"), FLAG, firm=True, note="开发区等：不是行政区划，代码自编"),
        BASIS_KEY,
    ),
)


def _term(*keys: Field) -> Field:
    """The table of a track whose figures depend on level, year of completion, or both."""
    by = (
        Field("levels", mark("等级"), several(_LEVEL), firm=True, note="不写：各等级"),
        Field("years", mark("完成年份"), several(_YEAR), firm=True, note="不写：各年"),
    )
    return Field(
        "terms",
        mark("分等级、年份标准"),
        Many(Table(types.Term, by + keys), form="grid"),
        firm=True,
        note="按等级、完成年份或两者分别规定时逐行写明，各行不得重叠；未列的等级、年份不予补助",
    )


_RATIO = Field("ratio", mark("比例"), RATIO, unset=True, says=mark("补助合格投入的 {value}"))
_AMOUNT = Field("amount", mark("定额"), MONEY, "amount_fen", unset=True, says=mark("定额奖补 {value}"))
_CAP = Field("cap", mark("上限"), MONEY, "cap_fen", unset=True, says=mark("由评审会在 {value} 以内议定"))
_WINDOW = Table(
    types.Window,
    (
        Field("event", mark("凭据"), _EVENTS, firm=True, says="{value}"),
        Field("from", mark("不早于"), DAY, "first", unset=True, says=mark("不早于 {value}"), example="2024-01-01"),
        Field("until", mark("不晚于"), DAY, "last", unset=True, says=mark("不晚于 {value}"), example="2026-12-31"),
        Field(
            "until_acceptance",
            mark("不晚于验收"),
            FLAG,
            firm=True,
            says=mark("不晚于验收"),
            note="true 时不写 until",
        ),
        BASIS_KEY,
    ),
)

TRACK = Table(
    types.Track,
    (
        *named("transformation", "企业改造补助"),
        replace(_ALIASES, example='["数字化改造"]'),
        Field(
            "rule",
            mark("计算方式"),
            _AWARD_RULES,
            unset=True,
        ),
        Field("sizes", mark("企业规模"), _SIZES),
        Field("industries_required", mark("限于所列行业"), FLAG, says=mark("限于所列行业")),
        Field(
            "later",
            mark("以后达到更高等级"),
            _LATER,
            unset=True,
            by="later_basis",
            example='"unset"',
        ),
        Field("later_basis", mark("更高等级的依据"), BASIS, unset=True, example='"unset"'),
        Field(
            "yearly_places",
            mark("每年名额"),
            replace(count(1, 10**6), example="100"),
            unset=True,
            by="yearly_places_basis",
            says=mark("每年不超过 {value} 家"),
        ),
        Field("yearly_places_basis", mark("每年名额的依据"), BASIS, unset=True),
        Field(
            "finish_months",
            mark("完成期限（月）"),
            replace(count(1, 120), example="12"),
            unset=True,
            by="finish_months_basis",
            says=mark("名单公布后 {value} 个月内完成"),
            note="自名单公布起",
        ),
        Field("finish_months_basis", mark("完成期限的依据"), BASIS, unset=True),
        Field("windows", mark("凭据期限"), Many(_WINDOW), note="合同、发票、付款在什么期间才算数"),
        BASIS_KEY,
    ),
    "rule",
    {
        "share": (
            replace(_RATIO, must=True, instead="terms"),
            Field(
                "levels",
                mark("等级上限"),
                CAPS,
                "caps_fen",
                unset=True,
                must=True,
                instead="terms",
                note="未列的等级不予补助；写 terms 时不写",
            ),
            Field(
                "eligible",
                mark("合格投入"),
                _KINDS,
                "eligible_kinds",
                must=True,
                example='["software", "cloud", "equipment"]',
            ),
            _term(_RATIO, _CAP),
        ),
        "fixed": (replace(_AMOUNT, must=True, instead="terms"), _term(_AMOUNT)),
        "up_to": (replace(_CAP, must=True, instead="terms"), _term(_CAP)),
        UNSET: (),
    },
)

EXCLUSION = Table(
    types.Exclusion,
    (
        replace(CODE_KEY, example='"dishonest"'),
        Field(
            "column",
            mark("由何回答"),
            _FACTS,
            "field",
            firm=True,
            note="申报表的列；not_accepted 由验收记录回答",
            example='"dishonest"',
        ),
        replace(TEXT_KEY, example='"近三年内存在严重失信行为"'),
        Field("consult", mark("查核途径"), TEXT, unset=True, told=True, example='"信用中国"'),
        BASIS_KEY,
    ),
)

ADMISSION = Table(
    types.Admission,
    (
        Field("recommendation", mark("推荐意见"), BASIS, unset=True, note="要求推荐意见的依据"),
        Field("filing", mark("备案和初核"), BASIS, unset=True, note="要求备案和初核的依据"),
        Field("industries", mark("行业"), BASIS),
        Field("districts", mark("县区"), BASIS),
        Field("sizes", mark("企业规模"), BASIS),
        Field(
            "per_enterprise",
            mark("每家企业申报项数"),
            count(1, 100),
            unset=True,
            by="per_enterprise_basis",
            says=mark("每家企业在一个批次至多申报 {value} 项"),
        ),
        Field("per_enterprise_basis", mark("申报项数的依据"), BASIS, unset=True),
    ),
)

CUMULATIVE = Table(
    types.Cumulative,
    (
        Field("share", mark("占数字化投入"), RATIO, unset=True, says=mark("不超过数字化投入的 {value}")),
        Field(
            "amount",
            mark("金额上限"),
            replace(MONEY, example="1000000"),
            "amount_fen",
            unset=True,
            says=mark("不超过 {value}"),
        ),
        BASIS_KEY,
    ),
)

_LEVEL_RULE = Table(
    types.LevelRule,
    (
        Field("level", mark("等级"), _LEVEL, firm=True),
        Field("points", mark("分数不低于"), replace(NUMBER, example='"40"')),
        Field("scenes", mark("场景不少于"), replace(count(1, 100), example="6"), unset=True),
        Field("binding", mark("其中必备场景"), replace(count(1, 100), example="3"), unset=True),
    ),
)
EDITION = Table(
    types.Edition,
    (
        *named("2024", "评测指标（2024年版）"),
        Field("scenes", mark("场景"), several(TEXT), firm=True, note="全部场景的名称；不写：未列", example="[]"),
        Field("binding_scenes", mark("必备场景"), several(TEXT, least=1), unset=True, example='"unset"'),
        Field("levels", mark("等级标准"), Many(_LEVEL_RULE, least=1, form="grid"), firm=True),
        BASIS_KEY,
    ),
)

CONDITION = Table(
    types.Condition,
    (
        replace(CODE_KEY, example='"lead_firm"'),
        replace(TEXT_KEY, example='"由链主企业带动改造"'),
        Field("tracks", mark("支持方向"), _TRACKS, firm=True, note="不写：各支持方向"),
        Field("consult", mark("查核途径"), TEXT, unset=True, told=True, example='"链主企业名单"'),
        BASIS_KEY,
    ),
)

USE = Table(
    types.UseShare,
    (
        *named("transformation_use", "用于企业改造"),
        Field("tracks", mark("支持方向"), several(replace(CODE, example='"transformation"'), least=1), firm=True),
        Field(
            "least",
            mark("不低于预算的"),
            replace(RATIO, example='"80%"'),
            unset=True,
            says=mark("不低于预算的 {value}"),
        ),
        Field(
            "most",
            mark("不高于预算的"),
            replace(RATIO, example='"100%"'),
            unset=True,
            says=mark("不高于预算的 {value}"),
        ),
        Field("sources", mark("资金来源"), _SOURCES, firm=True, note="只就这些来源的资金而言；不写：全部资金"),
        BASIS_KEY,
    ),
)
