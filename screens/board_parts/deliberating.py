"""What is said and decided over the ranking: opinions, explanations, corrections, dissent, amounts."""

from __future__ import annotations

from collections.abc import Mapping

from models.enums import CorrectionGround, Role, SheetState, label
from models.errors import Refused
from models.rules.marks import format_points
from models.rules.money import parse_wan
from models.text import T, mark, tr
from models.views.results import CorrectionView, ItemView, SheetView
from screens.board_parts.base import BoardBase
from screens.dialogs.ask import Answers, AskDialog, Field
from screens.dialogs.choose import ChooseDialog, Option
from screens.meeting_screen import tried

USUAL_OPINION = mark("同意专家组评分结果。")
"""What stands in the input at first; the chair writes what was said."""


class DeliberationActions(BoardBase):
    """Commands of the deliberation."""

    def action_next_need(self) -> None:
        """Put the cursor on the next application that still needs something."""
        keys = list(self.table.keys)
        start = self.table.cursor_index + 1
        for no in (*keys[start:], *keys[:start]):
            needs = self.look.needs.get(no)
            if needs is not None and (not needs.opinion or needs.unexplained or needs.corrections_open):
                self.table.move_to(no)
                return
        self.say(T("每个项目都已议定，没有待办的事。"))

    def action_opinion(self) -> None:
        """Record the panel's opinion on one application."""
        self.not_sealed(self.no)
        self.with_item(self.no, self._ask_opinion)

    def _ask_opinion(self, item: ItemView) -> None:
        title = T("评审意见 {item}", item=f"{item.no} {item.enterprise}")
        about = T("写入会议纪要；再记一次就代替上一条。")
        value = item.opinion or tr(USUAL_OPINION)
        self.ask_words(title, T("意见"), about, lambda words: self._give_opinion({item.no: item.opinion}, words), value)

    def action_opinions(self) -> None:
        """Record one opinion on all that have none."""
        office, actor, meeting = self.acting

        def read() -> tuple[str, ...]:
            from models.services.deliberation import items_without_opinion

            return items_without_opinion(office, actor, meeting)

        self.read(read, self._ask_opinions, "opinions")

    def _ask_opinions(self, nos: tuple[str, ...]) -> None:
        if not nos:
            self.say(T("由您主持的项目都已有评审意见。"))
            return
        some = "、".join(nos[:6])
        about = T("给 {count} 个还没有意见的项目记录同一条意见（{some} 等）。", count=len(nos), some=some)
        title, none = T("其余项目的评审意见"), dict.fromkeys(nos, "")
        self.ask_words(title, T("意见"), about, lambda words: self._give_opinion(none, words), tr(USUAL_OPINION))

    def _give_opinion(self, seen: Mapping[str, str], words: str) -> None:
        """Record an opinion on the applications that had these before."""
        from models.services import deliberation

        saying = T("已记录 {count} 个项目的评审意见。", count=len(seen))
        self.do(saying, deliberation.give_opinion, list(seen), words, seen=seen)

    def action_explain(self) -> None:
        """Explain an own flagged value: of this application, or of the first that waits for it."""
        me = self.look.meeting.me
        waiting = [no for no, needs in self.look.needs.items() if me in needs.unexplained]
        if self.no in waiting or not waiting:
            self.not_sealed(self.no)
            self.with_item(self.no, self._ask_explanation)
        else:
            self.table.move_to(waiting[0])
            self.with_item(waiting[0], self._ask_explanation)

    def _ask_explanation(self, item: ItemView) -> None:
        from models.services import deliberation

        me = self.look.meeting.me
        own = next((sheet for sheet in item.sheets if sheet.expert == me and sheet.flags), None)
        if own is None:
            raise Refused("not_flagged", T("{no} 没有要您说明的偏差。", no=item.no))
        title = T("说明偏差 {item}", item=f"{item.no} {item.enterprise}")
        about = "\n".join(str(flag) for flag in own.flags)
        saying = T("已记录您对 {no} 的说明。", no=item.no)
        self.ask_words(
            title,
            T("说明"),
            about,
            lambda words: self.do(saying, deliberation.explain_value, me, item.no, words),
            own.explanation,
        )

    def action_correct(self) -> None:
        """Enter the new mark of a correction that waits for this person; else the chair (or the deputy) names one."""
        self.not_sealed(self.no)
        self.with_item(self.no, self._correct)

    def _correct(self, item: ItemView) -> None:
        waiting = [c for c in item.corrections if c.new_milli is None and self._enters(c)]
        if waiting:
            self._ask_mark(item, waiting[0])
        elif self.role in (Role.CHAIR, Role.DEPUTY):
            self._choose_sheet(item)
        else:
            raise Refused("not_named", T("{no} 没有待您录入的更正；更正的情形由组长认定。", no=item.no))

    def _enters(self, correction: CorrectionView) -> bool:
        """Whether the correction is this person's to enter; the service has the last word."""
        return correction.expert == self.look.meeting.me or self.role is Role.SECRETARY

    def _ask_mark(self, item: ItemView, correction: CorrectionView) -> None:
        from models.services import deliberation

        expert, criterion = correction.expert, correction.criterion
        found = self.look.meeting.rubric.criterion(criterion)
        assert found is not None, "a correction names a criterion of the rubric"
        about = T(
            "{ground}：{reason}。原分 {old}，可录 0–{full}，步长 {step}。",
            ground=label(correction.ground),
            reason=correction.reason,
            old=format_points(correction.old_milli),
            full=format_points(found.full),
            step=format_points(found.step),
        )
        title = T("更正 {no}：{expert}的“{criterion}”", no=item.no, expert=expert, criterion=criterion)
        saying = T("已录入 {no} 的更正。", no=item.no)
        self.ask_words(
            title,
            T("新分"),
            about,
            lambda typed: self.do(saying, deliberation.enter_correction, expert, item.no, criterion, typed),
        )

    def _choose_sheet(self, item: ItemView) -> None:
        sheets = [s for s in item.sheets if s.state is SheetState.SUBMITTED and not s.voided]
        options = [Option(str(i), s.expert, "；".join(str(flag) for flag in s.flags)) for i, s in enumerate(sheets)]
        title = T("更正 {no}：谁的评分", no=item.no)
        self.ask(ChooseDialog(title, options), lambda key: self._choose_criterion(item, sheets[int(key)]))

    def _choose_criterion(self, item: ItemView, sheet: SheetView) -> None:
        options = [
            Option(c.code, c.name, f"{format_points(sheet.marks[c.code])}/{format_points(c.full)}")
            for c in self.look.meeting.rubric.criteria
            if c.code in sheet.marks
        ]
        title = T("更正 {no}：{expert}的哪一项", no=item.no, expert=sheet.expert)
        self.ask(ChooseDialog(title, options), lambda code: self._choose_ground(item.no, sheet.expert, code))

    def _choose_ground(self, no: str, expert: str, code: str) -> None:
        options = [Option(ground.value, label(ground)) for ground in CorrectionGround]
        title = T("属于哪一种情形")
        self.ask(
            ChooseDialog(title, options), lambda key: self._ask_correction(no, expert, code, CorrectionGround(key))
        )

    def _ask_correction(self, no: str, expert: str, code: str, ground: CorrectionGround) -> None:
        from models.services import deliberation

        found = self.look.meeting.rubric.criterion(code)
        assert found is not None, "a sheet has marks for the rubric's criteria only"
        title = T(
            "认定更正 {no}：{expert}的“{criterion}”，{ground}",
            no=no,
            expert=expert,
            criterion=found.name,
            ground=label(ground),
        )
        saying = T("已认定 {no} 的更正，待{expert}录入新分。", no=no, expert=expert)
        about = T("认定后由{expert}录入新分；谁改、改前改后和理由写入会议纪要。", expert=expert)
        self.ask_words(
            title,
            T("理由"),
            about,
            lambda reason: self.do(saying, deliberation.name_correction, expert, no, code, ground, reason),
        )

    def action_dissent(self) -> None:
        """Record a different opinion, on this application or on the whole."""
        no = self.no
        options = (Option(no, str(T("对本项目")), self.about(no)), Option("", str(T("对整个评审"))))
        self.ask(ChooseDialog(T("不同意见"), options), lambda key: self._ask_dissent(key or None))

    def _ask_dissent(self, no: str | None) -> None:
        from models.services import deliberation

        title = T("对 {item} 的不同意见", item=self.about(no)) if no is not None else T("对整个评审的不同意见")
        self.ask_words(
            title,
            T("意见"),
            T("署名写入会议纪要，不能撤回。"),
            lambda words: self.do(T("已记录您的不同意见。"), deliberation.record_dissent, words, no),
        )

    def action_amount(self) -> None:
        """Record what the meeting decides for one application, where the measure leaves it to the meeting."""
        if not self.look.decides_amounts:
            track = self.look.meeting.track_name
            raise Refused("not_up_to", T("“{track}”的金额由办法算出，不由评审会议定。", track=track))
        no = self.no
        fields = (Field("amount", str(T("金额（万元）"))), Field("reason", str(T("理由"))))
        about = T("不超过办法规定的上限；写入会议纪要。已有的分配方案随之失效。")
        title = T("议定金额 {item}", item=self.about(no))
        self.ask(
            AskDialog(title, fields, about=about, check=tried(lambda answers: parse_wan(answers["amount"]))),
            lambda answers: self._decide(no, answers),
        )

    def _decide(self, no: str, answers: Answers) -> None:
        from models.services import deliberation

        amount = parse_wan(answers["amount"])
        self.do(T("已议定 {no} 的金额。", no=no), deliberation.decide_amount, no, amount, answers["reason"])
