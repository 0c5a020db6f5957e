"""What a policy file may say: one table of groups and keys that loading, checking, JSON and people's view all read.

A key is required unless the value it becomes has a default in `models.policy.types`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from models.enums import InvestmentKind, Size, chinese
from models.policy import types
from models.policy.kinds import (
    BASIS,
    CAPS,
    CODE,
    DAY,
    FLAG,
    MONEY,
    NUMBER,
    POINTS,
    RATIO,
    TEXT,
    WEIGHT,
    Kind,
    choice,
    count,
    several,
)
from models.policy.types import AwardRule
from models.text import mark

SCHEMA = 1
"""The version of this description; a file names the one it was written for."""

UNSET = "unset"
"""How a file says that nothing is laid down."""


@dataclass(frozen=True)
class Field:
    """A key of a group: its word for people, its shape, the attribute it becomes.

    `unset`: may be left open. `must`: required although the attribute has a default. `by`: the attribute of its basis.
    """

    key: str
    label: str
    shape: Kind | Table | Many
    attr: str = ""
    unset: bool = False
    must: bool = False
    by: str = "basis"

    @property
    def attribute(self) -> str:
        """The name of the attribute that keeps the value."""
        return self.attr or self.key


@dataclass(frozen=True)
class Table:
    """A group of keys that becomes one value. `variants` adds keys by what the group says under `variant_key`."""

    make: Callable[..., Any]
    fields: tuple[Field, ...]
    variant_key: str = ""
    variants: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """Every key that any variant may have."""
        return self.fields + tuple(key for keys in self.variants.values() for key in keys)

    def fields_for(self, variant: object) -> tuple[Field, ...] | None:
        """The keys of a group whose variant is this; None where that can't be told."""
        if not self.variants:
            return self.fields
        if not isinstance(variant, str) or variant not in self.variants:
            return None
        return self.fields + self.variants[variant]

    def defaults(self) -> dict[str, Any]:
        """What attributes are when their keys are left out; the others are required."""
        if not isinstance(self.make, type) or self.make is dict:
            return {}
        return {kept.name: kept.default for kept in fields(self.make) if kept.default is not MISSING}


@dataclass(frozen=True)
class Many:
    """A list of groups, at least `least`."""

    table: Table
    least: int = 0


_AWARD_RULES = choice(
    {"share": mark("按比例"), "fixed": mark("定额"), "up_to": mark("上限内议定")},
    {rule.value: rule for rule in AwardRule},
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
_PLACES = count(0, 6)
_DAYS = count(1, 366)
_YEARS = count(1, 99)

_CODE = Field("code", mark("代码"), CODE)
_NAME = Field("name", mark("名称"), TEXT)
_TEXT = Field("text", mark("情形"), TEXT)
_ALIASES = Field("aliases", mark("别名"), several(TEXT))
_BASIS = Field("basis", mark("依据"), BASIS)

NAMED = Table(types.Named, (_CODE, _NAME, _ALIASES, Field("zone", mark("功能区"), FLAG), _BASIS))

TRACK = Table(
    types.Track,
    (
        _CODE,
        _NAME,
        _ALIASES,
        Field("rule", mark("计算方式"), _AWARD_RULES, unset=True),
        Field("sizes", mark("企业规模"), _SIZES),
        Field("industries_required", mark("限于所列行业"), FLAG),
        _BASIS,
    ),
    "rule",
    {
        "share": (
            Field("ratio", mark("比例"), RATIO, unset=True, must=True),
            Field("levels", mark("等级上限"), CAPS, "caps_fen", unset=True, must=True),
            Field("eligible", mark("合格投入"), _KINDS, "eligible_kinds", must=True),
        ),
        "fixed": (Field("amount", mark("定额"), MONEY, "amount_fen", unset=True, must=True),),
        "up_to": (Field("cap", mark("上限"), MONEY, "cap_fen", unset=True, must=True),),
        UNSET: (),
    },
)

EXCLUSION = Table(
    types.Exclusion,
    (
        _CODE,
        Field("column", mark("由何回答"), _FACTS, "field"),
        _TEXT,
        Field("consult", mark("查核途径"), TEXT, unset=True),
        _BASIS,
    ),
)

ADMISSION = Table(
    types.Admission,
    (
        Field("recommendation", mark("推荐意见"), BASIS, unset=True),
        Field("filing", mark("备案和初核"), BASIS, unset=True),
        Field("industries", mark("行业"), BASIS),
        Field("districts", mark("县区"), BASIS),
        Field("sizes", mark("企业规模"), BASIS),
        Field("per_enterprise", mark("每家企业申报项数"), count(1, 100), unset=True, by="per_enterprise_basis"),
        Field("per_enterprise_basis", mark("申报项数的依据"), BASIS, unset=True),
    ),
)

CRITERION = Table(
    types.Criterion,
    (
        _CODE,
        _NAME,
        Field("full", mark("满分"), POINTS),
        Field("step", mark("步长"), POINTS),
        Field("weight", mark("权重"), WEIGHT),
        Field("objective", mark("客观分"), FLAG),
        Field("anchors", mark("分档"), several(TEXT, between=" | ")),
    ),
)

RUBRIC = Table(
    types.Rubric,
    (Field("full", mark("总分"), POINTS), Field("criteria", mark("指标"), Many(CRITERION, least=1)), _BASIS),
)

_DEVIATION = Table(
    types.Deviation,
    (
        Field("percent", mark("百分比"), NUMBER),
        Field(
            "then",
            mark("处理"),
            choice({"explain": mark("须说明"), "exclude": mark("剔除"), "replace": mark("以其余均值替换")}),
        ),
    ),
)
_TRIM = Table(
    types.Trim,
    (Field("from", mark("份数达到"), count(3, 100), "trim_from"), Field("count", mark("高低各去"), count(1, 20))),
)

SCORING = Table(
    types.Scoring,
    (
        Field("by", mark("计分单位"), choice({"sheet": mark("按评分表"), "criterion": mark("按指标")})),
        Field(
            "drop",
            mark("整份剔除"),
            choice({"none": mark("不剔除"), "widest": mark("剔除幅度最大的专家")}, {"none": False, "widest": True}),
            "drop_widest",
        ),
        Field("deviation", mark("偏差"), _DEVIATION, unset=True),
        Field("trim", mark("去高低分"), _TRIM, unset=True),
        Field("average", mark("取平均"), choice({"mean": mark("算术平均"), "median": mark("中位数")})),
        Field("least_sheets", mark("最少评分表"), count(1, 100)),
        Field("criterion_places", mark("指标小数位"), _PLACES, unset=True),
        Field("weighted_places", mark("加权后小数位"), _PLACES, unset=True),
        Field("score_places", mark("得分小数位"), _PLACES),
        Field("tie_breaks", mark("同分先比"), several(CODE)),
        Field("pass_mark", mark("合格线"), NUMBER, unset=True),
        Field("spread_flag", mark("分差提示线"), NUMBER, unset=True),
        Field(
            "panels",
            mark("分组排名"),
            choice({"together": mark("合并排名"), "separate": mark("分组排名")}, {"together": False, "separate": True}),
            "separate_panels",
        ),
        Field("double_keying", mark("双人录入"), FLAG),
        Field("sealing", mark("加密封存"), FLAG),
        _BASIS,
    ),
)

PANEL = Table(
    types.PanelRule,
    (
        Field("least", mark("最少人数"), count(1, 100), unset=True),
        Field("odd", mark("单数"), FLAG),
        Field("expert_share", mark("专家比例"), RATIO, unset=True),
        Field("quorum", mark("到会比例"), RATIO, unset=True),
        _BASIS,
    ),
)

ALLOCATION = Table(
    types.AllocationRule,
    (
        Field(
            "changes",
            mark("揭晓后变更配额"),
            choice({"recorded": mark("写明理由"), "consent": mark("须财政同意"), "frozen": mark("不得变更")}),
        ),
        Field(
            "alternates_move",
            mark("备选递补"),
            choice({"chair": mark("由组长决定"), "automatic": mark("自动递补"), "never": mark("不递补")}),
        ),
        _BASIS,
    ),
)

PUBLICITY = Table(
    types.PublicityRule,
    (
        Field("days", mark("不少于工作日"), _DAYS),
        _BASIS,
        Field("first_day_counts", mark("首日计入"), FLAG, by="first_day_basis"),
        Field("first_day_basis", mark("首日的依据"), BASIS),
    ),
)

OBJECTIONS = Table(
    types.ObjectionRule,
    (
        Field("accept_days", mark("受理工作日"), _DAYS, unset=True),
        Field("decide_days", mark("决定工作日"), _DAYS, unset=True),
        Field("anonymous", mark("受理匿名"), FLAG),
        _BASIS,
    ),
)

PAYMENT = Table(
    types.PaymentStage,
    (
        _CODE,
        _NAME,
        Field("share", mark("累计比例"), RATIO, unset=True),
        Field(
            "after",
            mark("时点"),
            choice(
                {
                    "publicity": mark("公示期满后"),
                    "acceptance": mark("验收后"),
                    "city_acceptance": mark("全市总体验收后"),
                }
            ),
            "trigger",
        ),
        _BASIS,
    ),
)

RECOVERY = Table(types.Recovery, (_CODE, _TEXT, _BASIS))
SANCTION = Table(types.SanctionRule, (_CODE, _TEXT, Field("years", mark("年限"), _YEARS, unset=True), _BASIS))
SOURCE = Table(types.Source, (_CODE, _NAME, _BASIS))

POLICY = Table(
    dict,
    (
        Field("id", mark("编号"), CODE),
        Field("version", mark("版本"), count(1, 9999)),
        Field("title", mark("名称"), TEXT),
        Field("document", mark("文号"), TEXT),
        Field("city", mark("城市"), TEXT),
        Field("issuers", mark("印发机关"), several(TEXT, least=1)),
        Field("effective_from", mark("施行日期"), DAY, by="effective_basis"),
        Field("effective_until", mark("有效期至"), DAY, unset=True, by="effective_basis"),
        Field("applies_since", mark("适用自"), DAY, unset=True, by="effective_basis"),
        Field("effective_basis", mark("施行的依据"), BASIS),
        Field("industries", mark("行业"), Many(NAMED, least=1)),
        Field("districts", mark("县区"), Many(NAMED, least=1)),
        Field("tracks", mark("支持方向"), Many(TRACK, least=1)),
        Field(
            "cumulative",
            mark("累计上限"),
            Table(types.Cumulative, (Field("share", mark("占数字化投入"), RATIO), _BASIS)),
            unset=True,
        ),
        Field("exclusions", mark("不予支持"), Many(EXCLUSION)),
        Field("admission", mark("申报要件"), ADMISSION),
        Field("rubric", mark("评分标准"), RUBRIC),
        Field("scoring", mark("计分规则"), SCORING),
        Field("panel", mark("评审组"), PANEL),
        Field("allocation", mark("配额分配"), ALLOCATION),
        Field("publicity", mark("公示"), PUBLICITY),
        Field("objections", mark("异议"), OBJECTIONS),
        Field("payments", mark("拨付"), Many(PAYMENT)),
        Field("recoveries", mark("收回"), Many(RECOVERY)),
        Field("sanctions", mark("失信记录"), Many(SANCTION)),
        Field("sources", mark("资金来源"), Many(SOURCE)),
    ),
)
