"""What a policy file may say: one table of groups and keys.

Loading, checking, JSON, people's view, the skeleton and the published JSON Schema all read this table. A key is
required unless the value it becomes has a default in `models.policy.types`.
"""

from __future__ import annotations

from dataclasses import replace

from models.policy import types
from models.policy.fields import Field, Many, Table
from models.policy.kinds import (
    BASIS,
    CODE,
    DAY,
    FLAG,
    NUMBER,
    PERCENT,
    POINTS,
    RATIO,
    TEXT,
    WEIGHT,
    choice,
    count,
    several,
)
from models.policy.support_schema import (
    ADMISSION,
    BASIS_KEY,
    CODE_KEY,
    CONDITION,
    CUMULATIVE,
    DISTRICT,
    EDITION,
    EXCLUSION,
    INDUSTRY,
    TEXT_KEY,
    TRACK,
    USE,
    named,
)
from models.text import mark

SCHEMA = 1
"""The version of this description; a file names the one it was written for."""

_YEARS = replace(count(1, 99), example="3")
_DAYS = replace(count(1, 366), example="5")
_PLACES = replace(count(0, 6), example="2")

CRITERION = Table(
    types.Criterion,
    (
        *named("plan", "方案"),
        Field("full", mark("满分"), POINTS, firm=True),
        Field("step", mark("步长"), POINTS, example='"0.5"'),
        Field("weight", mark("权重"), WEIGHT),
        Field("objective", mark("客观分"), FLAG, note="true：各专家应当一致的指标"),
        Field("anchors", mark("分档"), several(TEXT, between=" | "), firm=True, example='["80–100：…", "60–79.5：…"]'),
    ),
)

RUBRIC = Table(
    types.Rubric,
    (
        Field("full", mark("总分"), POINTS, note="等于各指标满分乘权重之和"),
        Field("criteria", mark("指标"), Many(CRITERION, least=1, form="blocks")),
        BASIS_KEY,
    ),
)

_DEVIATION = Table(
    types.Deviation,
    (
        Field("percent", mark("百分比"), PERCENT, firm=True),
        Field(
            "then",
            mark("处理"),
            choice({"explain": mark("须说明"), "exclude": mark("剔除"), "replace": mark("以其余均值替换")}),
            firm=True,
        ),
    ),
    says=mark("与均值相差超过 {percent} 的，{then}"),
)
_TRIM = Table(
    types.Trim,
    (
        Field("from", mark("份数达到"), replace(count(3, 100), example="5"), "trim_from", firm=True),
        Field("count", mark("高低各去"), count(1, 20), firm=True),
    ),
    says=mark("满 {from} 份时，最高、最低各去 {count} 份"),
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
        Field("deviation", mark("偏差"), _DEVIATION, unset=True, note="与全部有效值的均值相差超过百分之几，如何处理"),
        Field("trim", mark("去高低分"), _TRIM, unset=True),
        Field("average", mark("取平均"), choice({"mean": mark("算术平均"), "median": mark("中位数")})),
        Field(
            "least_sheets",
            mark("最少评分表"),
            replace(count(1, 100), example="3"),
            says=mark("至少有 {value} 份评分表才有得分"),
        ),
        Field("criterion_places", mark("指标小数位"), _PLACES, unset=True),
        Field("weighted_places", mark("加权后小数位"), _PLACES, unset=True),
        Field("score_places", mark("得分小数位"), _PLACES, says=mark("得分保留 {value} 位小数")),
        Field("tie_breaks", mark("同分先比"), several(replace(CODE, example='"plan"')), note="指标代码，依次比较"),
        Field("pass_mark", mark("合格线"), replace(NUMBER, example='"60"'), unset=True, says=mark("合格线 {value} 分")),
        Field("spread_flag", mark("分差提示线"), NUMBER, unset=True, says=mark("分差超过 {value} 分须说明")),
        Field(
            "panels",
            mark("分组排名"),
            choice({"together": mark("合并排名"), "separate": mark("分组排名")}, {"together": False, "separate": True}),
            "separate_panels",
        ),
        Field(
            "double_keying",
            mark("双人录入"),
            FLAG,
            says=mark("纸质评分表双人录入"),
            says_not=mark("纸质评分表单人录入"),
        ),
        Field(
            "sealing",
            mark("加密封存"),
            FLAG,
            says=mark("揭晓前加密封存分数，由组长、监督、财政代表中的两位揭晓"),
            says_not=mark("揭晓前分数不加密封存"),
        ),
        BASIS_KEY,
    ),
)

PANEL = Table(
    types.PanelRule,
    (
        Field(
            "least", mark("最少人数"), replace(count(1, 100), example="5"), unset=True, says=mark("不少于 {value} 人")
        ),
        Field("odd", mark("单数"), FLAG, says=mark("人数为单数"), says_not=mark("人数不要求单数")),
        Field(
            "expert_share",
            mark("专家比例"),
            replace(RATIO, example='"2/3"'),
            unset=True,
            says=mark("外部专家不少于 {value}"),
        ),
        Field("quorum", mark("到会比例"), replace(RATIO, example='"2/3"'), unset=True, says=mark("到会不少于 {value}")),
        BASIS_KEY,
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
        BASIS_KEY,
    ),
)

PUBLICITY = Table(
    types.PublicityRule,
    (
        Field("days", mark("不少于工作日"), _DAYS, says=mark("公示不少于 {value} 个工作日")),
        BASIS_KEY,
        Field(
            "first_day_counts",
            mark("首日计入"),
            FLAG,
            by="first_day_basis",
            says=mark("公示首日计入"),
            says_not=mark("公示首日不计入"),
        ),
        Field("first_day_basis", mark("首日的依据"), BASIS, example='{ law = "民法典第二百零一条" }'),
    ),
)

OBJECTIONS = Table(
    types.ObjectionRule,
    (
        Field("accept_days", mark("受理工作日"), _DAYS, unset=True, says=mark("{value} 个工作日内决定是否受理")),
        Field("decide_days", mark("决定工作日"), _DAYS, unset=True, says=mark("{value} 个工作日内作出决定")),
        Field("anonymous", mark("受理匿名"), FLAG, says=mark("受理匿名异议"), says_not=mark("不受理匿名异议")),
        BASIS_KEY,
    ),
)

TRIGGERS = {
    "publicity": mark("公示期满后"),
    "acceptance": mark("验收后"),
    "city_acceptance": mark("全市总体验收后"),
}
"""When a stage of paying may begin, in the order of time."""

PAYMENT = Table(
    types.PaymentStage,
    (
        *named("settlement", "清算"),
        Field(
            "share",
            mark("累计比例"),
            RATIO,
            unset=True,
            says=mark("累计不超过 {value}"),
            note="到这一阶段为止累计可以拨付的比例",
        ),
        Field(
            "after",
            mark("时点"),
            choice(TRIGGERS),
            "trigger",
            says="{value}",
            example='"acceptance"',
        ),
        BASIS_KEY,
    ),
)

RECOVERY = Table(types.Recovery, (CODE_KEY, replace(TEXT_KEY, example='"项目取消"'), BASIS_KEY))
SANCTION = Table(
    types.SanctionRule,
    (
        CODE_KEY,
        replace(TEXT_KEY, example='"申报材料弄虚作假"'),
        Field("years", mark("年限"), _YEARS, unset=True, says=mark("{value} 年")),
        BASIS_KEY,
    ),
)
SOURCE = Table(types.Source, (*named("central", "中央"), BASIS_KEY))

POLICY = Table(
    dict,
    (
        Field("id", mark("编号"), CODE, firm=True, example='"my-city-2026"'),
        Field("version", mark("版本"), count(1, 9999), firm=True),
        Field("title", mark("名称"), TEXT),
        Field("document", mark("文号"), TEXT),
        Field("city", mark("城市"), TEXT, firm=True, example='"某某市"'),
        Field("issuers", mark("印发机关"), several(TEXT, least=1)),
        Field("effective_from", mark("施行日期"), DAY, by="effective_basis"),
        Field("effective_until", mark("有效期至"), DAY, unset=True, by="effective_basis"),
        Field("applies_since", mark("适用自"), DAY, unset=True, by="effective_basis"),
        Field("effective_basis", mark("施行的依据"), BASIS),
        Field("industries", mark("行业"), Many(INDUSTRY, least=1, form="names")),
        Field(
            "districts",
            mark("县区"),
            Many(DISTRICT, least=1, form="names"),
            note="县（市）区和功能区，代码用 GB/T 2260",
        ),
        Field("tracks", mark("支持方向"), Many(TRACK, least=1, form="blocks")),
        Field(
            "cumulative", mark("累计上限"), CUMULATIVE, unset=True, note="一家企业各项奖补合计：按比例、按金额或两者"
        ),
        Field("exclusions", mark("不予支持"), Many(EXCLUSION)),
        Field("admission", mark("申报要件"), ADMISSION),
        Field("rubric", mark("评分标准"), RUBRIC),
        Field("scoring", mark("计分规则"), SCORING, note="有效评分表 → 取值 → 偏差 → 去高低分 → 平均 → 取位"),
        Field("panel", mark("评审组"), PANEL),
        Field("allocation", mark("配额分配"), ALLOCATION),
        Field("publicity", mark("公示"), PUBLICITY),
        Field("objections", mark("异议"), OBJECTIONS),
        Field("payments", mark("拨付"), Many(PAYMENT)),
        Field("recoveries", mark("收回"), Many(RECOVERY)),
        Field("sanctions", mark("失信记录"), Many(SANCTION)),
        Field("sources", mark("资金来源"), Many(SOURCE, form="names")),
        Field("editions", mark("等级评测"), Many(EDITION, form="blocks"), note="数字化水平的评测版本"),
        Field("conditions", mark("另须查核"), Many(CONDITION), note="不由数字决定、须由人查核的条件"),
        Field("uses", mark("资金用途"), Many(USE), note="预算用于某些支持方向的最低、最高比例"),
    ),
)
