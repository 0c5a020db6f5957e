"""What stands on the expert's desk: its grid rows, the lines beside and below it, and the anchors of the rubric.

Also the way of the marks to the record: `Journal` does them one after the other, remembers how to undo them, and lets no
sheet be handed in over a number that was refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from models.enums import REVEALED, Phase, SheetState, label
from models.errors import NotPermitted, Refused
from models.rules.marks import format_points, format_score, format_total, mean_total
from models.text import T, Text, tr
from models.views import Actor, CorrectionView, DeskRow, DeskView, SheetSaved, SheetView
from screens.dialogs.card import Page
from screens.widgets import bars
from screens.widgets.cells import Cell, Tone, fit, wrap
from screens.widgets.lines_pane import Line
from screens.widgets.mark_entry import GridCriterion, GridRow, Place, RowState
from screens.widgets.signs import SHEET_SIGNS, Sign

if TYPE_CHECKING:
    from models.policy.types import Criterion, Rubric
    from models.queries.base import Office
    from screens.base import Desk

HANDED_IN = (SheetState.SUBMITTED, SheetState.ABSTAINED)

_BINS = 12
_TONES = {SheetState.SUBMITTED: Tone.ACCENT, SheetState.RETURNED: Tone.WARNING, SheetState.BLANK: Tone.MUTED}


@dataclass(frozen=True)
class Look:
    """The desk as read: `desk` None where the seat does not mark, and `refusal` says so.

    After the reveal also the own sheets with what is flagged in them, and the own corrections.
    """

    title: str
    batch: str
    phase: Phase
    phase_since: str
    desk: DeskView | None = None
    refusal: str = ""
    sheets: Mapping[str, SheetView] = field(default_factory=dict)
    corrections: tuple[CorrectionView, ...] = ()

    def owed(self, no: str) -> tuple[Text, ...]:
        """What is flagged in the own sheet and not yet explained."""
        sheet = self.sheets.get(no)
        return sheet.flags if sheet is not None and not sheet.explanation else ()

    def open_corrections(self, no: str) -> list[CorrectionView]:
        """The corrections of an own sheet that wait for the new mark."""
        return [one for one in self.corrections if one.no == no and one.new_milli is None]


def look(office: Office, actor: Actor, meeting: str) -> Look:
    """Read the desk of a seat. Raises what the queries raise, but not that the seat does not mark."""
    from models.queries import desk as queries
    from models.queries.meeting import meeting as read_meeting

    try:
        view = queries.desk(office, actor, meeting)
    except NotPermitted as refusal:
        seen = read_meeting(office, actor, meeting)
        return Look(seen.title, seen.batch, seen.phase, seen.phase_since, refusal=str(refusal))
    known = Look(view.title, view.batch, view.phase, view.phase_since, view)
    if view.phase not in REVEALED:
        return known
    sheets, corrections = queries.own_results(office, actor, meeting)
    return Look(view.title, view.batch, view.phase, view.phase_since, view, "", sheets, corrections)


# ── the grid ──────────────────────────────────────────────────────────────


def grid_criteria(rubric: Rubric) -> list[GridCriterion]:
    """The grid's columns."""
    return [
        GridCriterion(one.code, one.name, format_points(one.full), len(format_points(one.step).partition(".")[2]))
        for one in rubric.criteria
    ]


def grid_row(row: DeskRow, seen: Look) -> GridRow:
    """A sheet as a row of the grid: open while it may be typed into."""
    assert seen.desk is not None
    open_ = seen.phase is Phase.SCORING and row.state not in HANDED_IN
    state = RowState.RECUSED if row.recused else RowState.OPEN if open_ else RowState.LOCKED
    sign, tone = SHEET_SIGNS[row.state], _TONES.get(row.state, Tone.PLAIN)
    if seen.owed(row.no) or seen.open_corrections(row.no):
        sign, tone = Sign.FLAGGED, Tone.WARNING
    marks = [row.marks.get(one.code) for one in seen.desk.rubric.criteria]
    total = label(row.state) if row.state is SheetState.ABSTAINED else ""
    return GridRow(
        row.no,
        sign,
        row.no,
        row.enterprise,
        tuple("" if mark is None else format_points(mark) for mark in marks),
        format_total(row.total_micro) if row.total_micro is not None else total,
        state,
        tone,
    )


def first_blank(row: DeskRow, rubric: Rubric) -> str:
    """The first criterion without a mark; the first of all where none is missing."""
    return next((one.code for one in rubric.criteria if one.code not in row.marks), rubric.criteria[0].code)


# ── lines ─────────────────────────────────────────────────────────────────


def banner(seen: Look) -> str:
    """Why nothing can be marked now, and what to do instead; "" while marks are taken."""
    if seen.desk is None:
        return seen.refusal + tr("按 F3 可以去看名册、进度和结果。")
    if seen.phase is Phase.PREPARING:
        return tr("评审会还在筹备，项目尚未确定，不能评分。可以按 F3 去名册看申报材料。")
    if seen.phase is Phase.SIGNING_IN:
        return tr(
            "正在签到，还不能评分。可以先看材料（F2）和评分依据（?）；要回避的，按 F3 去名册申报。组长进入独立评分后即可键入。"
        )
    if seen.phase is Phase.DELIBERATING:
        return tr("评分已经揭晓，不能再改。标“!”的要本人按 X 说明偏差，或按 C 录入组长认定的更正。")
    if seen.phase is not Phase.SCORING:
        return str(T("现在是{phase}阶段，评分已经结束，这里只能看。按 F3 去看排名与结果。", phase=label(seen.phase)))
    return ""


def tally(seen: Look, rows: Sequence[DeskRow], width: int) -> list[Line]:
    """One line: how many own sheets are in, and how their totals spread."""
    mine = [row for row in rows if not row.recused]
    done = sum(row.state in HANDED_IN for row in mine)
    counted = str(T(" 我已交 {done}/{due} ", done=done, due=len(mine)))
    line = [Cell(counted, Tone.STRONG), Cell(bars.bar(done, len(mine), 12), Tone.ACCENT)]
    totals = [row.total_micro for row in mine if row.state is SheetState.SUBMITTED and row.total_micro is not None]
    if totals:
        extent = T(
            "{low}–{high}　均 {mean}",
            low=format_total(min(totals)),
            high=format_total(max(totals)),
            mean=format_score(mean_total(totals, 1), 1),
        )
        line += [Cell(f"　{tr('我的分布')} "), Cell(bars.columns(histogram(totals)), Tone.ACCENT), Cell(f" {extent}")]
    owing = sum(bool(seen.owed(row.no)) for row in mine)
    waiting = sum(len(seen.open_corrections(row.no)) for row in mine)
    if owing:
        line.append(Cell(str(T("　! 待说明 {count} 项", count=owing)), Tone.WARNING))
    if waiting:
        line.append(Cell(str(T("　! 待更正 {count} 处", count=waiting)), Tone.WARNING))
    return [line]


def histogram(totals: Sequence[int]) -> list[int]:
    """How many totals lie in each of some equal parts between the lowest and the highest."""
    low, high = min(totals), max(totals)
    counts = [0] * (_BINS if high > low else 1)
    for total in totals:
        counts[min((total - low) * _BINS // (high - low), _BINS - 1) if high > low else 0] += 1
    return counts


def sheet_words(row: DeskRow, seen: Look) -> list[Cell]:
    """What there is to say of an own sheet beside its marks: returned, abstained, flagged, to be corrected, commented."""
    said = []
    if row.state in (SheetState.RETURNED, SheetState.ABSTAINED):
        said.append(Cell(str(T("{state}：{reason}", state=label(row.state), reason=row.reason)), Tone.WARNING))
    sheet = seen.sheets.get(row.no)
    for flag in sheet.flags if sheet is not None else ():
        said.append(Cell(f"{Sign.FLAGGED} {flag}", Tone.WARNING))
    if sheet is not None and sheet.explanation:
        said.append(Cell(str(T("已说明：{words}", words=sheet.explanation))))
    said += [Cell(correction_words(one), Tone.WARNING) for one in seen.open_corrections(row.no)]
    if row.comment:
        said.append(Cell(str(T("评语：{words}", words=row.comment))))
    return said


def correction_words(one: CorrectionView) -> str:
    """A correction that waits for its new mark."""
    return str(
        T(
            "! 待更正：{criterion} 原 {old} 分，{ground}（{reason}）",
            criterion=one.criterion,
            old=format_points(one.old_milli),
            ground=label(one.ground),
            reason=one.reason,
        )
    )


def criterion_words(criterion: Criterion) -> str:
    """A criterion's range and step."""
    return str(
        T(
            "{name} 0–{full}，步长 {step}",
            name=criterion.name,
            full=format_points(criterion.full),
            step=format_points(criterion.step),
        )
    )


def here_lines(row: DeskRow, criterion: Criterion, seen: Look, width: int) -> list[Line]:
    """Two lines for narrow windows: what there is to say of the sheet, and what the criterion asks for."""
    said = sheet_words(row, seen)
    first = (
        said[0] if said else Cell(f"{row.enterprise} {Sign.BETWEEN} {row.district} {Sign.BETWEEN} {label(row.state)}")
    )
    anchors = "；".join(criterion.anchors)
    return [
        (Cell(fit(f" {first.text}", width), first.tone),),
        (Cell(fit(f" {criterion_words(criterion)}　{anchors}", width), Tone.MUTED),),
    ]


def criterion_lines(criterion: Criterion, width: int) -> list[Line]:
    """A criterion in a column: range, step and anchors."""
    lines: list[Line] = [(Cell(fit(criterion_words(criterion), width), Tone.ACCENT),)]
    for anchor in criterion.anchors:
        first, *rest = wrap(anchor, width - 2)
        lines += [(Cell(f"{Sign.DOT} {first}"),), *((Cell(f"  {line}"),) for line in rest)]
    return lines


def anchor_pages(rubric: Rubric) -> list[Page]:
    """The rubric as pages of a card, a criterion each."""
    return [
        Page(
            one.name,
            [
                (tr("分值"), str(T("0–{full} 分", full=format_points(one.full)))),
                (tr("步长"), str(T("{step} 分", step=format_points(one.step)))),
                *((str(number), anchor) for number, anchor in enumerate(one.anchors, 1)),
            ],
        )
        for one in rubric.criteria
    ]


# ── the way to the record ─────────────────────────────────────────────────


@dataclass(frozen=True)
class _Undo:
    no: str
    code: str
    before: str


class Journal:
    """The marks of one seat on their way to the record. Only the writing thread calls it, one call after the other."""

    def __init__(self, office: Office, actor: Actor, meeting: str) -> None:
        self.office = office
        self.actor = actor
        self.meeting = meeting
        self._undos: list[_Undo] = []
        self._refused: dict[Place, str] = {}

    def enter(self, no: str, criterion: Criterion, typed: str) -> SheetSaved:
        """Save one mark as typed; remember the one before it, or that this one was refused."""
        from models.services.scoring import enter_marks

        code = criterion.code
        try:
            saved = enter_marks(self.office, self.actor, self.meeting, no, {code: typed})
        except Exception:
            self._refused[no, code] = criterion.name
            raise
        self.forget(no, code)
        before = saved.before.get(code)
        if before != saved.marks.get(code):
            self._undos.append(_Undo(no, code, "" if before is None else format_points(before)))
        return saved

    def forget(self, no: str, code: str) -> None:
        """A refused number was given up: the mark before it is meant to hold."""
        self._refused.pop((no, code), None)

    def undo(self) -> tuple[SheetSaved, str]:
        """Put the last changed mark back; returns its sheet and criterion. Raises `Refused` if there is none."""
        from models.services.scoring import enter_marks

        if not self._undos:
            raise Refused("nothing_to_undo", T("没有可撤销的评分。"))
        last = self._undos[-1]
        saved = enter_marks(self.office, self.actor, self.meeting, last.no, {last.code: last.before})
        self._undos.pop()
        return saved, last.code

    def submit(self, nos: Sequence[str]) -> tuple[SheetSaved, ...]:
        """Hand in sheets. Raises `Refused` over a number that was refused: the mark before it may not be meant."""
        from models.services.scoring import submit

        for no in nos:
            names = [name for (of, _), name in self._refused.items() if of == no]
            if names:
                raise Refused(
                    "mark_not_saved",
                    T("{no} 的“{criteria}”有没能保存的数，没有提交。", no=no, criteria="、".join(names)),
                    lift=T("请改好它，或在那一格按 Ctrl+Z 放弃。"),
                )
        return submit(self.office, self.actor, self.meeting, nos)

    def complete(self) -> list[str]:
        """The own sheets that are complete and not handed in, as recorded now."""
        from models.queries.desk import desk

        rows = desk(self.office, self.actor, self.meeting).rows
        return [row.no for row in rows if row.total_micro is not None and row.state not in HANDED_IN]


_journals: WeakKeyDictionary[Desk, Journal] = WeakKeyDictionary()


def journal_of(desk: Desk) -> Journal | None:
    """The journal of who sits at a desk now: it outlives a visit to another screen. None without person or meeting."""
    if desk.actor is None or desk.meeting is None:
        return None
    kept = _journals.get(desk)
    if kept is None or (kept.office, kept.actor, kept.meeting) != (desk.office, desk.actor, desk.meeting):
        kept = _journals[desk] = Journal(desk.office, desk.actor, desk.meeting)
    return kept
