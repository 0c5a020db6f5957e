"""Who may do what, and when: one table (Art. 5; the committee's division of work).

A service whose act has no row here cannot run. Reads have rows too: what is hidden on the screen is hidden on every
road.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.enums import OFFICE_ROLES, REVEALED, Phase, Role, label
from models.errors import NotPermitted, Refused
from models.text import T, Text, mark

ANY_PHASE = frozenset(Phase)
ALL_ROLES = frozenset(Role)
_MEMBERS = frozenset({Role.CHAIR, Role.DEPUTY, Role.EXPERT})
_BEFORE_SCORING = frozenset({Phase.PREPARING, Phase.SIGNING_IN})
_UNTIL_PUBLICITY = _BEFORE_SCORING | {Phase.SCORING, Phase.DELIBERATING, Phase.ALLOCATING}
_RECUSING = _BEFORE_SCORING | {Phase.SCORING, Phase.DELIBERATING}
_LISTED = frozenset({Phase.PUBLICITY, Phase.FINALISED})


@dataclass(frozen=True)
class Permission:
    """Roles that may do an act, and the phases in which it has its place."""

    title: str
    roles: frozenset[Role]
    phases: frozenset[Phase] = ANY_PHASE


def _may(title: str, roles: Iterable[Role], phases: Iterable[Phase] = ANY_PHASE) -> Permission:
    return Permission(title, frozenset(roles), frozenset(phases))


KNOWS_CONFLICTS = frozenset({Role.SECRETARY, Role.CHAIR})
"""Who is told what is known of people, phones and addresses included, and what it suggests."""

_SECRETARY = (Role.SECRETARY,)
_CHAIR = (Role.CHAIR,)
_CHAIRS = (Role.CHAIR, Role.DEPUTY)

ACTS: dict[str, Permission] = {
    "user.add": _may(mark("增加人员"), _SECRETARY),
    "user.disable": _may(mark("停用人员"), _SECRETARY),
    "user.pin": _may(mark("重发人员验证码"), _SECRETARY),
    "user.sign_in": _may(mark("设定本人密码"), (Role.SECRETARY, Role.FINANCE, Role.SUPERVISOR)),
    "calendar.add": _may(mark("增加放假日和上班日"), _SECRETARY),
    "batch.new": _may(mark("建立批次"), _SECRETARY),
    "roster.import": _may(mark("导入名册"), _SECRETARY),
    "meeting.new": _may(mark("建立评审会"), _SECRETARY),
    "meeting.applications": _may(mark("确定评审项目"), _SECRETARY, {Phase.PREPARING}),
    "panel.set": _may(mark("编组"), _SECRETARY, {Phase.PREPARING}),
    "seat.add": _may(mark("设席位"), _SECRETARY, _BEFORE_SCORING),
    "seat.code": _may(mark("发验证码"), _SECRETARY),
    "seat.chair": _may(mark("推定组长"), _SECRETARY, _BEFORE_SCORING | {Phase.SCORING, Phase.DELIBERATING}),
    "seat.absent": _may(mark("记录缺席"), _CHAIR, {Phase.SIGNING_IN, Phase.SCORING}),
    "seat.about": _may(mark("登记席位人员情况"), _SECRETARY, _RECUSING),
    "seat.try": _may(mark("核对验证码或密码"), ALL_ROLES),
    "seat.slips": _may(mark("印签到条"), _SECRETARY, ANY_PHASE - {Phase.ARCHIVED}),
    "desk.take": _may(mark("坐到终端前"), ALL_ROLES),
    "desk.leave": _may(mark("离开终端"), ALL_ROLES),
    "meeting.remind": _may(mark("催交"), _CHAIR, {Phase.SCORING}),
    "meeting.countdown": _may(
        mark("倒计时"), _CHAIR, {Phase.SIGNING_IN, Phase.SCORING, Phase.DELIBERATING, Phase.ALLOCATING}
    ),
    "seat.sign_in": _may(mark("签到"), ALL_ROLES, ANY_PHASE - {Phase.PREPARING, Phase.ARCHIVED}),
    "recusal.add": _may(mark("登记回避"), _MEMBERS | {Role.SECRETARY}, _RECUSING),
    "recusal.dismiss": _may(mark("排除回避线索"), (Role.SECRETARY, Role.CHAIR), _RECUSING),
    "meeting.advance": _may(mark("进入下一阶段"), (Role.SECRETARY, Role.CHAIR), ANY_PHASE - {Phase.ARCHIVED}),
    "meeting.unseal": _may(
        mark("交出密钥揭晓"), (Role.CHAIR, Role.FINANCE, Role.SUPERVISOR, Role.SECRETARY), {Phase.SCORING}
    ),
    "keys.phrase": _may(mark("更换本人口令"), ALL_ROLES),
    "keys.envelope": _may(mark("做密钥信封"), (Role.CHAIR, Role.FINANCE, Role.SUPERVISOR)),
    "meeting.back": _may(mark("退回上一阶段"), _CHAIR, {Phase.DELIBERATING, Phase.ALLOCATING, *_LISTED}),
    "quota.set": _may(mark("设定配额"), (Role.SECRETARY, Role.CHAIR), _UNTIL_PUBLICITY),
    "quota.apportion": _may(mark("按因素分配名额"), (Role.SECRETARY, Role.CHAIR), _UNTIL_PUBLICITY),
    "quota.consent": _may(mark("同意配额变更"), (Role.FINANCE,), {Phase.DELIBERATING, Phase.ALLOCATING}),
    "marks.enter": _may(mark("评分"), _MEMBERS, {Phase.SCORING}),
    "marks.submit": _may(mark("提交评分表"), _MEMBERS, {Phase.SCORING}),
    "marks.abstain": _may(mark("弃权"), _MEMBERS, {Phase.SCORING}),
    "marks.take_back": _may(mark("取回评分表"), _MEMBERS, {Phase.SCORING}),
    "marks.return": _may(mark("退回评分表"), _CHAIRS, {Phase.SCORING}),
    "marks.import": _may(mark("导入纸质评分表"), OFFICE_ROLES, {Phase.SCORING}),
    "marks.key": _may(mark("录入纸质评分表"), OFFICE_ROLES, {Phase.SCORING}),
    "marks.explain": _may(mark("说明偏差"), _MEMBERS, {Phase.DELIBERATING}),
    "marks.correct": _may(mark("更正评分"), _MEMBERS | {Role.SECRETARY}, {Phase.DELIBERATING}),
    "item.call": _may(mark("叫项讨论"), _CHAIRS, {Phase.DELIBERATING}),
    "item.close": _may(mark("结束讨论"), _CHAIRS, {Phase.DELIBERATING}),
    "item.order": _may(mark("确定叫项次序"), _CHAIR, {Phase.DELIBERATING}),
    "room.move": _may(mark("记录离开和回到会场"), _CHAIRS, {Phase.DELIBERATING}),
    "opinion.give": _may(mark("记录评审意见"), _CHAIRS, {Phase.DELIBERATING}),
    "dissent.record": _may(mark("记录不同意见"), _MEMBERS, {Phase.DELIBERATING, Phase.ALLOCATING}),
    "amount.decide": _may(mark("议定金额"), _CHAIRS, {Phase.DELIBERATING, Phase.ALLOCATING}),
    "allocation.propose": _may(mark("生成分配方案"), _CHAIR, {Phase.ALLOCATING}),
    "allocation.adjust": _may(mark("调整分配"), _CHAIRS, {Phase.ALLOCATING}),
    "allocation.tie": _may(mark("裁定并列"), _CHAIRS, {Phase.ALLOCATING}),
    "publicity.open": _may(mark("发布公示"), _SECRETARY, {Phase.PUBLICITY}),
    "objection.add": _may(mark("登记异议"), _SECRETARY, _LISTED),
    "objection.accept": _may(mark("受理异议"), _SECRETARY, _LISTED),
    "objection.dismiss": _may(mark("不予受理"), _SECRETARY, _LISTED),
    "objection.withdraw": _may(mark("撤回异议"), _SECRETARY, _LISTED),
    "objection.refer": _may(mark("移送异议"), _SECRETARY, _LISTED),
    "objection.decide": _may(mark("决定异议"), _CHAIRS, _LISTED),
    "awards.sign": _may(mark("签署名单"), (Role.CHAIR, Role.DEPUTY, Role.FINANCE), {Phase.FINALISED}),
    "export": _may(mark("导出文件"), (Role.SECRETARY, Role.CHAIR, Role.FINANCE, Role.SUPERVISOR)),
    "export.own": _may(mark("导出本人评分表"), _MEMBERS),
}
"""Acts that change the record, or take it out of the room."""

_EVERYBODY = ALL_ROLES
READS: dict[str, Permission] = {
    "roster.read": _may(mark("看名册"), _EVERYBODY),
    "progress.read": _may(mark("看进度"), _EVERYBODY),
    "marks.own": _may(mark("看本人评分"), _MEMBERS),
    "keying.read": _may(mark("看待录的纸质评分表"), OFFICE_ROLES, {Phase.SCORING}),
    "results.read": _may(mark("看结果"), _EVERYBODY, REVEALED),
    "board.read": _may(mark("开大屏"), ALL_ROLES - {Role.EXPERT}),
    "sensitivity.read": _may(
        mark("看敏感性与一致性"),
        (Role.SECRETARY, Role.CHAIR, Role.DEPUTY, Role.FINANCE, Role.SUPERVISOR),
        REVEALED,
    ),
    "conflicts.read": _may(mark("看回避线索"), KNOWS_CONFLICTS),
    "quota.read": _may(mark("看配额"), _EVERYBODY),
    "calendar.read": _may(mark("看日历"), _EVERYBODY),
    "publicity.read": _may(mark("看公示"), _EVERYBODY, REVEALED),
    "objections.read": _may(
        mark("看异议"), (Role.SECRETARY, Role.CHAIR, Role.DEPUTY, Role.FINANCE, Role.SUPERVISOR), REVEALED
    ),
    "awards.read": _may(mark("看名单"), _EVERYBODY, REVEALED),
    "audit.read": _may(mark("看审计记录"), (Role.SECRETARY, Role.CHAIR, Role.FINANCE, Role.SUPERVISOR)),
}
"""What may be looked at."""

KNOWS_OBJECTOR = frozenset({Role.SECRETARY, Role.CHAIR})

ADVANCES: dict[Phase, Role] = {
    Phase.PREPARING: Role.SECRETARY,
    Phase.SIGNING_IN: Role.CHAIR,
    Phase.SCORING: Role.CHAIR,
    Phase.DELIBERATING: Role.CHAIR,
    Phase.ALLOCATING: Role.CHAIR,
    Phase.PUBLICITY: Role.SECRETARY,
    Phase.FINALISED: Role.SECRETARY,
}
"""Who moves a meeting out of a phase."""

QUOTA_SETTERS: dict[Phase, Role] = {
    Phase.PREPARING: Role.SECRETARY,
    Phase.SIGNING_IN: Role.SECRETARY,
    Phase.SCORING: Role.CHAIR,
    Phase.DELIBERATING: Role.CHAIR,
    Phase.ALLOCATING: Role.CHAIR,
}
"""Who sets quotas in a phase: the secretary until scoring opens, the chair until allocating closes."""


def allowed(act: str, role: Role, phase: Phase | None) -> bool:
    """Whether a role may do an act (or read) in a phase; `phase` None for what belongs to no meeting."""
    return refusal(act, role, phase) is None


def refusal(act: str, role: Role, phase: Phase | None) -> NotPermitted | Refused | None:
    """Why a role may not do an act in a phase: `NotPermitted` for the role, `Refused` for the phase; None if it may."""
    row = ACTS.get(act) or READS[act]
    if role not in row.roles or (phase is not None and _mover(act, phase) not in (None, role)):
        return NotPermitted(
            "not_permitted",
            T("{role}不能{act}。", role=label(role), act=T(row.title)),
            article="第五条",
        )
    if phase is not None and phase not in row.phases:
        return Refused(
            "wrong_phase",
            T("现在是“{phase}”阶段，不能{act}。", phase=label(phase), act=T(row.title)),
            lift=_when(row),
        )
    return None


def _mover(act: str, phase: Phase) -> Role | None:
    if act == "meeting.advance":
        return ADVANCES.get(phase)
    if act in ("quota.set", "quota.apportion"):
        return QUOTA_SETTERS.get(phase)
    return None


def _when(row: Permission) -> Text:
    phases = [phase for phase in Phase if phase in row.phases]
    return T("可在：{phases}。", phases="、".join(label(phase) for phase in phases))


def check(act: str, role: Role, phase: Phase | None) -> None:
    """Raise the refusal, if there is one."""
    error = refusal(act, role, phase)
    if error is not None:
        raise error
