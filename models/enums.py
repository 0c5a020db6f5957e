"""The closed lists of the domain. Values are the English words of files and JSON; `label` gives the word on screen."""

from __future__ import annotations

from enum import StrEnum

from models.text import mark, tr


class Role(StrEnum):
    """What a person is at a meeting, or in the office (secretary, finance, supervisor)."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    EXPERT = "expert"
    SECRETARY = "secretary"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"


OFFICE_ROLES = (Role.SECRETARY, Role.FINANCE, Role.SUPERVISOR)
MARKING_ROLES = (Role.EXPERT, Role.CHAIR, Role.DEPUTY)


class Origin(StrEnum):
    """Where the holder of a marking seat comes from; the share of experts counts `expert`."""

    EXPERT = "expert"
    OFFICE = "office"


class Kind(StrEnum):
    """What a meeting decides."""

    SELECTION = "selection"
    AWARD = "award"


class Phase(StrEnum):
    """The phases of a meeting, in their order."""

    PREPARING = "preparing"
    SIGNING_IN = "signing_in"
    SCORING = "scoring"
    DELIBERATING = "deliberating"
    ALLOCATING = "allocating"
    PUBLICITY = "publicity"
    FINALISED = "finalised"
    ARCHIVED = "archived"

    @property
    def position(self) -> int:
        """Place in the order, from 0."""
        return list(Phase).index(self)


REVEALED = tuple(phase for phase in Phase if phase.position >= Phase.DELIBERATING.position)


class SheetState(StrEnum):
    """The state of one expert's sheet for one application."""

    BLANK = "blank"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ABSTAINED = "abstained"


class KeyingState(StrEnum):
    """How far a paper sheet has come that the office keys."""

    BLANK = "blank"
    WAITING = "waiting"
    DIFFERS = "differs"
    IN = "in"


class RecusalGround(StrEnum):
    """Why an expert does not judge an application."""

    EMPLOYMENT = "employment"
    KINSHIP = "kinship"
    DISPUTE = "dispute"
    PREPARATION = "preparation"
    CONTROL = "control"
    SHARES = "shares"
    OTHER = "other"


class Clue(StrEnum):
    """In what a person and an applicant agree, so that a conflict may be between them."""

    EMPLOYER = "employer"
    USCC = "uscc"
    ADVISED = "advised"
    PHONE = "phone"
    ADDRESS = "address"


class CorrectionGround(StrEnum):
    """The four grounds on which a mark changes after the reveal (财政部令第87号 art. 64)."""

    ADDITION = "addition"
    RANGE = "range"
    OBJECTIVE = "objective"
    ABNORMAL = "abnormal"


class Outcome(StrEnum):
    """What the allocation says of one application."""

    PROPOSED = "proposed"
    ALTERNATE = "alternate"
    DECLINED = "declined"
    TIED = "tied"
    PENDING = "pending"


class ReasonCode(StrEnum):
    """Why an application has its outcome."""

    RANK = "rank"
    FLOOR = "floor"
    CEILING_DISTRICT = "ceiling_district"
    CEILING_INDUSTRY = "ceiling_industry"
    TOTAL = "total"
    BUDGET = "budget"
    PASS_MARK = "pass_mark"
    NOT_ELIGIBLE = "not_eligible"
    TIE = "tie"
    ADJUSTED = "adjusted"
    REMOVED = "removed"
    SIGNED = "signed"


class CellKind(StrEnum):
    """By what a quota is cut."""

    DISTRICT = "district"
    INDUSTRY = "industry"


class InvestmentKind(StrEnum):
    """What money is spent on; all kinds together are the digital investment of Art. 10."""

    SOFTWARE = "software"
    CLOUD = "cloud"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Size(StrEnum):
    """Size of an enterprise."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


class ObjectionState(StrEnum):
    """How far the handling of an objection has come."""

    RECORDED = "recorded"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"
    DECIDED = "decided"


class ObjectionOutcome(StrEnum):
    """What was found of an objection that was taken."""

    UPHELD = "upheld"
    PARTIAL = "partial"
    REJECTED = "rejected"


class ListKind(StrEnum):
    """The kinds of frozen lists."""

    SELECTION = "selection"
    AWARD = "award"


class ApportionMethod(StrEnum):
    """How places are divided among districts by their shares."""

    LARGEST_REMAINDER = "largest_remainder"
    SAINTE_LAGUE = "sainte_lague"
    DHONDT = "dhondt"


class ItemOrder(StrEnum):
    """In which order applications are called for discussion."""

    NUMBER = "number"
    RANK = "rank"
    MOVEMENTS = "movements"


_WORDS: tuple[tuple[StrEnum, str], ...] = (
    (Role.CHAIR, mark("组长")),
    (Role.DEPUTY, mark("副组长")),
    (Role.EXPERT, mark("专家")),
    (Role.SECRETARY, mark("秘书")),
    (Role.FINANCE, mark("财政代表")),
    (Role.SUPERVISOR, mark("监督")),
    (Origin.EXPERT, mark("外部专家")),
    (Origin.OFFICE, mark("本单位")),
    (Kind.SELECTION, mark("遴选")),
    (Kind.AWARD, mark("奖补评审")),
    (Phase.PREPARING, mark("筹备")),
    (Phase.SIGNING_IN, mark("签到")),
    (Phase.SCORING, mark("独立评分")),
    (Phase.DELIBERATING, mark("合议")),
    (Phase.ALLOCATING, mark("配额分配")),
    (Phase.PUBLICITY, mark("公示")),
    (Phase.FINALISED, mark("定稿")),
    (Phase.ARCHIVED, mark("归档")),
    (SheetState.BLANK, mark("未评")),
    (SheetState.DRAFT, mark("草稿")),
    (SheetState.SUBMITTED, mark("已提交")),
    (SheetState.RETURNED, mark("退回")),
    (SheetState.ABSTAINED, mark("弃权")),
    (KeyingState.BLANK, mark("未录入")),
    (KeyingState.WAITING, mark("待复录")),
    (KeyingState.DIFFERS, mark("不一致")),
    (KeyingState.IN, mark("已交")),
    (RecusalGround.EMPLOYMENT, mark("任职或顾问")),
    (RecusalGround.KINSHIP, mark("近亲属")),
    (RecusalGround.DISPUTE, mark("法律纠纷")),
    (RecusalGround.PREPARATION, mark("参与编制材料")),
    (RecusalGround.CONTROL, mark("同一法人或控制")),
    (RecusalGround.SHARES, mark("持有股份")),
    (RecusalGround.OTHER, mark("其他利害关系")),
    (Clue.EMPLOYER, mark("任职单位同名")),
    (Clue.USCC, mark("任职单位信用代码相同")),
    (Clue.ADVISED, mark("近三年任其顾问")),
    (Clue.PHONE, mark("电话相同")),
    (Clue.ADDRESS, mark("地址相同")),
    (CorrectionGround.ADDITION, mark("合计错误")),
    (CorrectionGround.RANGE, mark("超出分值范围")),
    (CorrectionGround.OBJECTIVE, mark("客观分不一致")),
    (CorrectionGround.ABNORMAL, mark("畸高畸低")),
    (Outcome.PROPOSED, mark("拟入选")),
    (Outcome.ALTERNATE, mark("备选")),
    (Outcome.DECLINED, mark("未入选")),
    (Outcome.TIED, mark("线上并列")),
    (Outcome.PENDING, mark("待定")),
    (ReasonCode.RANK, mark("按排名")),
    (ReasonCode.FLOOR, mark("保底")),
    (ReasonCode.CEILING_DISTRICT, mark("县区已满")),
    (ReasonCode.CEILING_INDUSTRY, mark("行业已满")),
    (ReasonCode.TOTAL, mark("总额已满")),
    (ReasonCode.BUDGET, mark("预算不足")),
    (ReasonCode.PASS_MARK, mark("未达合格线")),
    (ReasonCode.NOT_ELIGIBLE, mark("不符合条件")),
    (ReasonCode.TIE, mark("并列待定")),
    (ReasonCode.ADJUSTED, mark("组长调整")),
    (ReasonCode.REMOVED, mark("已移出")),
    (ReasonCode.SIGNED, mark("已定稿")),
    (CellKind.DISTRICT, mark("县区")),
    (CellKind.INDUSTRY, mark("行业")),
    (InvestmentKind.SOFTWARE, mark("软件")),
    (InvestmentKind.CLOUD, mark("云服务")),
    (InvestmentKind.EQUIPMENT, mark("数据采集传输设备")),
    (InvestmentKind.OTHER, mark("其他投入")),
    (Size.LARGE, mark("大型")),
    (Size.MEDIUM, mark("中型")),
    (Size.SMALL, mark("小型")),
    (Size.MICRO, mark("微型")),
    (ObjectionState.RECORDED, mark("已登记")),
    (ObjectionState.ACCEPTED, mark("已受理")),
    (ObjectionState.DISMISSED, mark("不予受理")),
    (ObjectionState.WITHDRAWN, mark("已撤回")),
    (ObjectionState.REFERRED, mark("已移送")),
    (ObjectionState.DECIDED, mark("已决定")),
    (ObjectionOutcome.UPHELD, mark("成立")),
    (ObjectionOutcome.PARTIAL, mark("部分成立")),
    (ObjectionOutcome.REJECTED, mark("不成立")),
    (ListKind.SELECTION, mark("试点企业名单")),
    (ListKind.AWARD, mark("奖补名单")),
    (ApportionMethod.LARGEST_REMAINDER, mark("最大余数法")),
    (ApportionMethod.SAINTE_LAGUE, mark("圣拉古法")),
    (ApportionMethod.DHONDT, mark("顿特法")),
    (ItemOrder.NUMBER, mark("按编号")),
    (ItemOrder.RANK, mark("按名次")),
    (ItemOrder.MOVEMENTS, mark("进出最少")),
)
_LABELS = {(type(value), value.value): word for value, word in _WORDS}  # two lists may share a word

LEVELS = {1: mark("一级"), 2: mark("二级"), 3: mark("三级"), 4: mark("四级")}
"""Levels of digitalisation, as the ministry's assessment names them."""


def label(value: StrEnum) -> str:
    """The word for a value in the reader's language. A `KeyError` here is a missing label, which a test excludes."""
    return tr(_LABELS[type(value), value.value])


def chinese(value: StrEnum) -> str:
    """The Chinese word for a value, for documents."""
    return _LABELS[type(value), value.value]
