"""Quotas: places for districts and industries, changed as a draft and saved as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from models.enums import CellKind, Role
from models.rules.money import format_wan
from models.text import T, Text, mark
from screens.board_parts.look import quota_of
from screens.commands import Command
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.card import CardDialog, Page
from screens.dialogs.choose import ChooseDialog, Option
from screens.dialogs.why import reckoning
from screens.meeting_screen import ADVANCE, STEP_BACK, may, paragraphs, tried, way_on
from screens.quota_parts.draft import (
    Bounds,
    Totals,
    bounds_of,
    read_bounds,
    read_totals,
    totals_of,
)
from screens.quota_parts.files import Files
from screens.quota_parts.rows import (
    budget_words,
    cell_page,
    columns,
    draft_lines,
    head_row,
    history,
    key_of,
    or_none,
    row,
    totals_lines,
)
from screens.widgets.cells import Cell, Tone
from screens.widgets.lines_pane import LinesPane
from screens.widgets.long_table import LongTable, Row
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.queries.base import Office
    from models.views.allocation import QuotaCellView, QuotaView
    from models.views.derivation import Derivation
    from models.views.meeting import MeetingView
    from models.views.people import Actor


class QuotaTable(LongTable):
    """Districts, then industries; the line above each kind can't be chosen."""

    def selectable(self, index: int) -> bool:
        """Only districts and industries, not the lines above them."""
        return "/" in self.keys[index]


class QuotasScreen(Files):
    """The quotas of a meeting; whoever sets them in its phase changes them as a draft and saves it."""

    HEADING: ClassVar[str] = mark("配额")
    BACK: ClassVar[str] = "board"
    WORDS: ClassVar[tuple[str, ...]] = (
        "Quota",
        "Allocation",
        "Batch",
        "Application",
        "Enterprise",
        "Meeting",
        "Publicity",
    )
    COMMANDS_LIST = (
        may("quota.set", "enter", "edit", mark("修改"), mark("改这个县区或行业的保底和上限；先记为草稿，带 * 号。")),
        may("quota.set", "t", "totals", mark("总数"), mark("改总名额、预算和备选名额；评分开始后只能改备选名额。")),
        may(
            "quota.set",
            "f5",
            "save",
            mark("保存"),
            mark("一次保存全部改动；揭晓以后须写明理由，已有的分配方案随之失效。"),
        ),
        may("quota.set", "i", "load", mark("导入"), mark("读入一份配额文件（TOML），与现有配额不同之处记为草稿。")),
        may(
            "quota.apportion",
            "a",
            "apportion",
            mark("因素分配"),
            mark("读入一份因素文件，按权重把名额分给各县区；先看结果和算法，再设为上限。"),
        ),
        may("quota.set", "ctrl+z", "undo", mark("还原本行"), mark("放弃这一行没有保存的改动。"), foot=False),
        Command("question_mark", "why", mark("说明"), mark("说明这一行的含义，列出草稿的问题和历次改动。")),
        ADVANCE,
        STEP_BACK,
    )
    DEFAULT_CSS = """
    QuotasScreen {
        & #list { width: 1fr; }
        & #totals { height: 2; padding: 0 1; background: $panel; }
    }
    """

    def body(self) -> Sequence[Widget]:
        """Totals above the table; what is unsaved, what comes next and what was changed beside it."""
        self.totals = LinesPane(id="totals")
        self.table = QuotaTable(columns(), id="quotas")
        self.side = LinesPane(classes="side")
        self._faults: tuple[Text, ...] = ()
        return [Vertical(self.totals, self.table, id="list"), self.side]

    # Reading and showing

    def gather(self, office: Office, actor: Actor, meeting: MeetingView) -> QuotaView:
        """The quotas in force."""
        from models.queries.allocation import quota_view

        return quota_view(office, actor, meeting.id)

    def fill(self, view: QuotaView) -> None:
        """Show the quotas in force with the draft over them."""
        first = self.quotas is None
        self.quotas = view
        if first:
            self.take_draft()
        self.draft.settle(view)
        if first and self.draft.count:
            self.say(T("上次的 {count} 处改动还没有保存，按 F5 保存。", count=self.draft.count), Tone.WARNING)
        self._show()

    def unavailable(self, why: str) -> None:
        """Nothing to show."""
        self.table.empty = why
        self.table.set_rows((), lambda _index: ())

    def _show(self) -> None:
        assert self.quotas is not None
        self.keep_draft()
        before, after = self.quotas, self.draft.over(self.quotas)
        rows = {key_of(cell): (cell, was) for cell, was in zip(after.cells, before.cells, strict=True)}
        keys = []
        for kind in CellKind:
            keys += [kind.value, *(key for key, (cell, _) in rows.items() if cell.kind is kind)]

        def cells(index: int) -> Row:
            key = keys[index]
            if key not in rows:
                return head_row(CellKind(key), after)
            cell, was = rows[key]
            return row(cell, bounds_of(cell) != bounds_of(was))

        self.table.set_rows(keys, cells)
        mine = after.setter is self.role
        self.totals.show(lambda _width, _height: totals_lines(after, self.draft, mine))
        self._show_side()
        self._check()

    def _check(self) -> None:
        """Ask what would be refused in the draft, if there is one."""
        view = self.quotas
        if view is None or not self.draft.count:
            self._checked(())
            return
        from models.queries.allocation import draft_faults

        wanted = quota_of(self.draft.over(view))
        self.read(lambda: draft_faults(*self.acting, wanted), self._checked, "faults")

    def _checked(self, faults: tuple[Text, ...]) -> None:
        self._faults = faults
        self._show_side()

    def _show_side(self) -> None:
        lines: list[str | Cell] = [*draft_lines(self.draft, self._faults), ""]
        if self.meeting_view is not None:
            lines += [*way_on(self.meeting_view), ""]
        self.side.show(paragraphs([*lines, Cell(str(T("改动记录")), Tone.STRONG), *history(self.quotas)]))

    # Changing the draft

    @on(LongTable.RowHighlighted)
    def show_first_head(self, message: LongTable.RowHighlighted) -> None:
        """The line above the first kind can't be reached by the cursor, so it is shown with the first row."""
        if message.index == 1:
            self.table.scroll_to(y=0, animate=False, force=True)

    @on(LongTable.RowSelected)
    async def chosen(self, message: LongTable.RowSelected) -> None:
        """Enter on a row."""
        message.stop()
        await self.action_command("edit")

    def action_edit(self) -> None:
        """Ask for floor and ceiling of the row under the cursor."""
        cell = self._cell()
        if not self.mine():
            return
        if cell is None:
            self.not_read()
            return
        floor = str(cell.floor) if cell.floor else ""
        ceiling = "" if cell.ceiling is None else str(cell.ceiling)
        self.ask(
            AskDialog(
                T("{name} 的配额", name=cell.label),
                [
                    Field("floor", str(T("保底")), floor, str(T("至少几个；留空为不设")), longest=8),
                    Field("ceiling", str(T("上限")), ceiling, str(T("至多几个；留空为不限")), longest=8),
                ],
                about=T(
                    "{name}有 {count} 个申报项目。改动先记为草稿，按 F5 一并保存。",
                    name=cell.label,
                    count=cell.candidates,
                ),
                check=tried(read_bounds),
            ),
            lambda answers: self._edited(cell, read_bounds(answers)),
        )

    def _edited(self, cell: QuotaCellView, bounds: Bounds) -> None:
        self.draft.cells[cell.kind, cell.name] = bounds
        self.changed(
            T(
                "{name}：保底 {floor}，上限 {ceiling}。",
                name=cell.label,
                floor=bounds.floor,
                ceiling=or_none(bounds.ceiling),
            )
        )

    def action_totals(self) -> None:
        """Ask for places, budget and alternates; the chair only for alternates, once a quota is set."""
        if self.quotas is None or not self.mine():
            return
        now = self.draft.over(self.quotas)
        fields = [Field("alternates", str(T("备选名额")), str(now.alternates), longest=8)]
        if not (self.role is Role.CHAIR and self.quotas.set):
            budget = "" if now.budget_fen is None else format_wan(now.budget_fen)
            fields = [
                Field("total", str(T("总名额")), str(now.total), longest=8),
                Field("budget", str(T("预算（万元）")), budget, str(T("留空为不设")), longest=20),
                *fields,
            ]
        about = T(
            "批次还有 {total} 个名额，预算还有 {budget}。",
            total=now.batch_quota,
            budget=budget_words(now.batch_budget_fen),
        )
        read = partial(read_totals, now=totals_of(now))
        dialog = AskDialog(T("总数"), fields, about=about, check=tried(read))
        self.ask(dialog, lambda answers: self._totalled(read(answers)))

    def _totalled(self, totals: Totals) -> None:
        self.draft.totals = totals
        self.changed(
            T(
                "总名额 {total}，预算 {budget}，备选 {alternates}。",
                **totals._asdict() | {"budget": budget_words(totals.budget_fen)},
            )
        )

    def action_undo(self) -> None:
        """Give the change of this row up."""
        cell = self._cell()
        if cell is None or self.draft.cells.pop((cell.kind, cell.name), None) is None:
            self.say(T("这一行没有未保存的改动。"))
            return
        self.changed(T("{name}已还原。", name=cell.label))

    def changed(self, what: Text) -> None:
        """Show the draft after a change, and say what it was."""
        assert self.quotas is not None
        self.draft.settle(self.quotas)
        self._show()
        self.say(T("{what}尚未保存。", what=what) if self.draft.count else what)

    # Saving and leaving

    def action_save(self) -> None:
        """Save the draft; the chair after the reveal gives the reason."""
        if self.quotas is None or not self.mine():
            return
        if not self.draft.count:
            self.say(T("没有要保存的改动。"))
        else:
            self.with_reason(T("保存 {count} 处改动", count=self.draft.count), self._save)

    def _save(self, reason: str) -> None:
        from models.services.allocating import set_quota

        assert self.quotas is not None
        quota, draft, seen = quota_of(self.draft.over(self.quotas)), self.draft, len(self.quotas.changes)

        def saved(_none: None) -> None:
            draft.clear()
            self.done(T("配额已保存。"))

        self.write(lambda: set_quota(*self.acting, quota, reason, seen=seen), saved)

    def action_advance(self) -> None:
        """Move the meeting on, but not over a draft."""
        if self.desk.meeting is None or self.saved_first():
            super().action_advance()

    def action_back(self) -> None:
        """Leave; with a draft, ask what becomes of it."""
        if self.desk.meeting is None or self.desk.actor is None or not self.draft.count:
            super().action_back()
            return
        options = [
            Option("keep", str(T("留着草稿离开")), str(T("回来时还在"))),
            Option("drop", str(T("放弃草稿离开")), str(T("配额保持原样"))),
        ]
        self.ask(ChooseDialog(T("{count} 处改动没有保存", count=self.draft.count), options, chosen="keep"), self._leave)

    def _leave(self, how: str) -> None:
        if how == "drop":
            self.draft.clear()
            self.keep_draft()
        super().action_back()

    # Explaining

    def action_why(self) -> None:
        """Explain the row and how it came to its places, the draft's faults, and what was changed before."""
        cell = self._cell()
        if self.quotas is None:
            self.not_read()
        elif cell is None or cell.taken is None:
            self._explain(cell)
        else:
            office, actor, meeting = self.acting

            def derive() -> Derivation:
                from models.queries.allocation import cell_of

                return cell_of(office, actor, meeting, cell.kind, cell.name)

            self.read(derive, lambda found: self._explain(cell, found), "why")

    def _explain(self, cell: QuotaCellView | None, found: Derivation | None = None) -> None:
        assert self.quotas is not None
        pages = [] if cell is None else [Page(str(T("本行")), cell_page(cell))]
        if found is not None:
            steps = [(str(step.label), reckoning(step)) for step in found.steps]
            pages.append(Page(str(found.title), [*steps, ("", f"{Sign.FOLLOWS} {found.result}")]))
        pages.append(Page(str(T("草稿")), [("", line) for line in draft_lines(self.draft, self._faults)]))
        pages.append(Page(str(T("改动记录")), [("", line) for line in history(self.quotas)]))
        if self.meeting_view is not None:
            pages.append(Page(str(T("下一阶段")), [("", line) for line in way_on(self.meeting_view)]))
        self.app.push_screen(CardDialog(T("配额"), pages))

    def _cell(self) -> QuotaCellView | None:
        """The district or industry under the cursor, with the draft over it."""
        if self.quotas is None:
            return None
        return next(
            (cell for cell in self.draft.over(self.quotas).cells if key_of(cell) == self.table.cursor_key), None
        )
