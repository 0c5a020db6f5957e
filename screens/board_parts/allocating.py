"""What is done about the list: the proposal, the order of ties, adjustments, and what-if, which keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from models.enums import Outcome, Role, label
from models.errors import Refused
from models.rules.quotas import Cell, Quota, check_quota
from models.text import T, Text
from models.views.allocation import AllocationView, QuotaCellView
from models.views.people import Actor
from screens.board_parts.base import BoardBase
from screens.board_parts.look import quota_of
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.widgets.signs import OUTCOME_SIGNS, Sign

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.queries.trial import Trial

_WHOLE = "whole"


class AllocationActions(BoardBase):
    """Commands about the list."""

    trial: AllocationView | None = None
    """The list as it would be, while a what-if stands open."""
    trial_quota: Quota | None = None
    """The quota that is being tried; changes add up until Esc or Enter."""
    prepared: Trial | None = None
    """What a what-if is computed from; it is read again only when something was recorded since."""

    @property
    def shown(self) -> AllocationView | None:
        """The list on the table: the tried one, or the one in force."""
        return self.trial if self.trial is not None else self.look.allocation

    def show_list(self) -> None:
        """Paint the list anew. The board does it."""
        raise NotImplementedError

    # Proposal, ties, adjustments

    def action_propose(self) -> None:
        """Compute the proposal and put it in force."""
        from models.services import allocating

        self.close_trial()
        self.do(T("已生成分配方案。"), allocating.propose)

    def action_tie(self) -> None:
        """Order the applications that are tied at the line, one after the other."""
        view = self._standing()
        if not view.ties:
            self.say(T("没有待裁定的并列。"))
            return
        self._order(view, view.ties[0], ())

    def _order(self, view: AllocationView, group: Sequence[str], chosen: tuple[str, ...]) -> None:
        left = [no for no in group if no not in chosen]
        if len(left) == 1:
            self._ask_order((*chosen, *left))
            return
        options = [
            Option(no, f"{no} {one.enterprise}", f"{one.district} {Sign.BETWEEN} {one.industry}")
            for no in left
            if (one := view.of(no)) is not None
        ]
        title = T("裁定并列：第 {place} 位，共 {count} 个", place=len(chosen) + 1, count=len(group))
        self.ask(ChooseDialog(title, options), lambda no: self._order(view, group, (*chosen, no)))

    def _ask_order(self, nos: tuple[str, ...]) -> None:
        from models.services import allocating

        order = " → ".join(nos)
        self.ask_words(
            T("裁定并列：{nos}", nos=order),
            T("理由"),
            T("次序：{nos}。写明表决结果，或抽签及其种子。", nos=order),
            lambda reason: self.do(T("已裁定：{nos}。", nos=order), allocating.decide_tie, nos, reason),
        )

    def action_adjust(self) -> None:
        """Move one application of the list, with a reason."""
        self._standing()
        no = self.no
        one = self.look.allocated(no)
        now = one.outcome if one is not None else None
        options = [
            Option(to.value, f"{OUTCOME_SIGNS[to]} {label(to)}")
            for to in (Outcome.PROPOSED, Outcome.ALTERNATE, Outcome.DECLINED)
            if to is not now
        ]
        title = T("把 {item} 调整为", item=self.about(no))
        self.ask(ChooseDialog(title, options), lambda key: self._ask_adjustment(no, now, Outcome(key)))

    def _ask_adjustment(self, no: str, now: Outcome | None, to: Outcome) -> None:
        from models.services import allocating

        before = label(now) if now is not None else str(Sign.NONE)
        saying = T("已把 {no} 调整为{to}。", no=no, to=label(to))
        self.ask_words(
            T("把 {item} 调整为{to}", item=self.about(no), to=label(to)),
            T("理由"),
            T("由“{before}”改为“{to}”。只动这一个项目，写入会议纪要。", before=before, to=label(to)),
            lambda reason: self.do(saying, allocating.adjust, no, to, reason),
        )

    def _standing(self) -> AllocationView:
        """The list in force, the one that decisions are about."""
        view = self.look.allocation
        if view is None:
            raise Refused("no_proposal", T("还没有分配方案，请组长按 P 生成。"))
        self.close_trial()
        return view

    # What-if

    def action_trial(self) -> None:
        """Choose what to change and see who would enter and who would leave."""
        quota = self._tried()
        assert self.look.quota is not None
        bounds = {(cell.kind, cell.name): cell for cell in quota.cells}
        taken = {(cell.kind, cell.name): cell.taken for cell in self.shown.cells} if self.shown is not None else {}
        whole = T("共 {total} 个，备选 {alternates} 个", total=quota.total, alternates=quota.alternates)
        options = [Option(_WHOLE, str(T("总名额与备选")), str(whole))]
        cells = {}
        for number, cell in enumerate(self.look.quota.cells):
            bound = bounds.get((cell.kind.value, cell.name))
            if cell.candidates or bound is not None:
                cells[str(number)] = cell
                options.append(Option(str(number), cell.label, _bounds(bound, taken.get((cell.kind, cell.name)))))
        title = T("试算：改哪一个配额（不留痕迹）")

        def chosen(key: str) -> None:
            if key == _WHOLE:
                self._ask_whole(quota)
            else:
                self._ask_cell(quota, cells[key], bounds.get((cells[key].kind.value, cells[key].name)))

        self.ask(ChooseDialog(title, options), chosen)

    def _tried(self) -> Quota:
        """The quota that is tried, or the one in force."""
        assert self.look.quota is not None, "a what-if has its place after the reveal"
        return self.trial_quota if self.trial_quota is not None else quota_of(self.look.quota)

    def _ask_whole(self, quota: Quota) -> None:
        fields = (
            Field("total", str(T("总名额")), str(quota.total), longest=6, fleeting=True),
            Field("alternates", str(T("备选个数")), str(quota.alternates), longest=6, fleeting=True),
        )

        def changed(answers: Mapping[str, str]) -> Quota:
            return replace(quota, total=_count(answers["total"]) or 0, alternates=_count(answers["alternates"]) or 0)

        self._ask_quota(T("试算：总名额与备选"), fields, changed)

    def _ask_cell(self, quota: Quota, cell: QuotaCellView, bound: Cell | None) -> None:
        floor = str(bound.floor) if bound is not None else "0"
        ceiling = str(bound.ceiling) if bound is not None and bound.ceiling is not None else ""
        fields = (
            Field("ceiling", str(T("上限")), ceiling, str(T("空着就是不设上限")), longest=6, fleeting=True),
            Field("floor", str(T("保底")), floor, longest=6, fleeting=True),
        )

        def changed(answers: Mapping[str, str]) -> Quota:
            others = tuple(c for c in quota.cells if (c.kind, c.name) != (cell.kind.value, cell.name))
            new = Cell(cell.kind.value, cell.name, _count(answers["floor"]) or 0, _count(answers["ceiling"]))
            return replace(quota, cells=(*others, new))

        self._ask_quota(T("试算：{name}", name=cell.label), fields, changed)

    def _ask_quota(self, title: Text, fields: Sequence[Field], changed: Callable[[Mapping[str, str]], Quota]) -> None:
        def check(answers: Mapping[str, str]) -> Text | None:
            faults = self._faults(changed(answers))
            return faults[0] if faults else None

        about = T("只看不留：谁会进、谁会出。采用时才改动配额。")
        dialog = AskDialog(title, fields, about=about, check=check)
        self.ask(dialog, lambda answers: self.try_quota(changed(answers)))

    def _faults(self, quota: Quota) -> list[Text]:
        assert self.look.quota is not None
        known = {kind: [c.name for c in self.look.quota.cells if c.kind == kind] for kind in ("district", "industry")}
        return check_quota(quota, known["district"], known["industry"], self.look.names)

    def try_quota(self, quota: Quota) -> None:
        """Compute the list under another quota and show it. Nothing is kept."""
        office, actor, meeting = self.acting
        self.trial_quota = quota
        kept = self.prepared

        def read() -> tuple[Trial, AllocationView]:
            from models.queries.allocation import prepare

            ready = kept if kept is not None and kept.is_for(actor, meeting) and kept.is_current(office) else None
            ready = ready or prepare(office, actor, meeting)
            return ready, ready.what_if(quota)

        self.read(read, self._show_trial, "trial")

    def _show_trial(self, found: tuple[Trial, AllocationView]) -> None:
        self.prepared, view = found
        if self.trial_quota is not None:
            self.trial = view
            self.show_list()

    def drop_trial(self) -> None:
        """Forget what is tried, leaving what stands on the table to the next look."""
        self.trial, self.trial_quota = None, None

    def close_trial(self) -> bool:
        """Put the what-if away; whether there was one."""
        was_open = self.trial_quota is not None
        self.drop_trial()
        if was_open:
            self.show_list()
        return was_open

    def trial_words(self) -> str:
        """What is tried and what would come of it, in a line."""
        view, quota, kept = self.trial, self.trial_quota, self.look.quota
        assert view is not None
        assert quota is not None
        assert kept is not None
        changes = "；".join(_changes(quota_of(kept), quota, self.look.names)) or str(T("配额不变"))
        none = str(T("没有变化"))
        moves = [
            str(text)
            for nos, text in (
                (view.entering, T("{nos} 进", nos="、".join(view.entering))),
                (view.leaving, T("{nos} 出", nos="、".join(view.leaving))),
                (view.ties, T("{nos} 线上并列", nos="；".join("、".join(tied) for tied in view.ties))),
            )
            if nos
        ]
        return str(
            T("试算：{changes} {sign} {moves}", changes=changes, sign=Sign.FOLLOWS, moves="，".join(moves) or none)
        )

    def adopt_trial(self) -> None:
        """Set the tried quota, with the reason, and make the proposal anew."""
        if self.role is not Role.CHAIR:
            raise Refused("chair_adopts", T("采用试算由组长办理。"))
        quota, changes = self._tried(), self.trial_words()
        about = T("{changes}。\n采用后改动配额、重新生成方案；原有的裁定和调整随之失效。", changes=changes)
        self.ask_words(T("采用试算"), T("理由"), about, lambda reason: self._adopt(quota, reason))

    def _adopt(self, quota: Quota, reason: str) -> None:
        def adopt(office: Office, actor: Actor, meeting: str) -> AllocationView:
            from models.services import allocating

            allocating.set_quota(office, actor, meeting, quota, reason)
            return allocating.propose(office, actor, meeting)

        self.do_then(T("配额已改，方案已重新生成。"), lambda _view: self.drop_trial(), adopt)


def _count(typed: str) -> int | None:
    """A whole number as typed, full-width digits too; None for a blank. Raises `Refused` for anything else."""
    if not typed:
        return None
    if not typed.isdecimal():
        raise Refused("not_a_count", T("“{typed}”不是个数，请填整数。", typed=typed))
    return int(typed)


def _bounds(cell: Cell | None, taken: int | None) -> str:
    floor = T("保底 {floor}", floor=cell.floor) if cell is not None and cell.floor else T("无保底")
    ceiling = T("无上限")
    if cell is not None and cell.ceiling is not None:
        ceiling = T("上限 {ceiling}", ceiling=cell.ceiling)
    used = T("已占 {taken}", taken=taken) if taken is not None else T("尚未分配")
    return f"{ceiling}，{floor}，{used}"


def _changes(old: Quota, new: Quota, names: Mapping[str, str]) -> list[str]:
    """What differs between two quotas, one phrase each."""
    changes = []
    if old.total != new.total:
        changes.append(str(T("总名额 {old}→{new}", old=old.total, new=new.total)))
    if old.alternates != new.alternates:
        changes.append(str(T("备选 {old}→{new}", old=old.alternates, new=new.alternates)))
    before = {(cell.kind, cell.name): cell for cell in old.cells}
    for cell in new.cells:
        was = before.get((cell.kind, cell.name), Cell(cell.kind, cell.name))
        name = names.get(cell.name, cell.name)
        if was.ceiling != cell.ceiling:
            changes.append(
                str(T("{name}上限 {old}→{new}", name=name, old=_or_none(was.ceiling), new=_or_none(cell.ceiling)))
            )
        if was.floor != cell.floor:
            changes.append(str(T("{name}保底 {old}→{new}", name=name, old=was.floor, new=cell.floor)))
    return changes


def _or_none(count: int | None) -> str:
    return str(count) if count is not None else str(T("无"))
