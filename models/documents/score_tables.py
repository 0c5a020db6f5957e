"""Score summary, ranking, award lists and own sheets as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.documents.tables import Column, Table, Value, points, score, total, yuan
from models.documents.wording import moment, weight
from models.enums import SheetState, chinese
from models.policy.types import Rubric
from models.rules.digest import short
from models.rules.marks import format_points
from models.views.desk import DeskRow
from models.views.listing import AwardListView, AwardView
from models.views.meeting import MeetingView
from models.views.minutes import BookLine, BookSheet, OwnSheetsView, RecordMark, ScoreBookView

RECUSED = "回避"
"""What stands for marks that are withheld from who is recused, or that a recused expert never gave."""

_FIRST = (Column("名次"), Column("申报编号"), Column("企业名称"), Column("县区"), Column("行业"))


def score_tables(book: ScoreBookView) -> tuple[Table, ...]:
    """The score summary: 汇总 (a line each application), 评分明细 (a line each sheet), 规则 (how it was counted)."""
    return _summary(book), _details(book), _rule(book)


def _summary(book: ScoreBookView) -> Table:
    """Each expert's total, struck where the rule did not count it, and what came of them."""
    columns = (
        *_FIRST,
        *(Column(expert) for expert in book.experts),
        Column("未计入"),
        Column("有效份数"),
        Column("得分", book.places),
        Column("极差"),
        Column("标记"),
    )
    struck = {
        (row, len(_FIRST) + at)
        for row, line in enumerate(book.lines)
        for at, sheet in enumerate(line.sheets)
        if _not_counted(sheet)
    }
    rows = [
        (
            *_identity(line),
            *(_cell(sheet) for sheet in line.sheets),
            *((RECUSED,) * len(book.experts) if line.withheld else ()),
            "、".join(sheet.expert for sheet in line.sheets if _not_counted(sheet)),
            line.ranked.sheets,
            score(line.ranked.score, book.places),
            total(line.ranked.spread_micro),
            _flags(line),
        )
        for line in book.lines
    ]
    title = f"{book.meeting.title}评分汇总表"
    return Table("汇总", title, columns, rows, ("加删除线的合计按计分规则未计入。",), frozenset(struck))


def _not_counted(sheet: BookSheet) -> bool:
    """Whether a sheet was handed in, and the scoring rule did not count it as a whole."""
    return sheet.total_micro is not None and not sheet.counted


def _identity(line: BookLine) -> tuple[Value, ...]:
    one = line.ranked
    return one.rank, one.no, one.enterprise, one.district, one.industry


def _flags(line: BookLine) -> str:
    return "；".join(flag.chinese() for flag in line.flags)


def _cell(sheet: BookSheet) -> Value:
    """A sheet's total, or in a word why there is none."""
    return total(sheet.total_micro) if sheet.total_micro is not None else _state(sheet)


def _state(sheet: BookSheet) -> str:
    if sheet.recused:
        return RECUSED
    if sheet.state is None:
        return ""
    return chinese(sheet.state) if sheet.state in (SheetState.SUBMITTED, SheetState.ABSTAINED) else "未交"


def _details(book: ScoreBookView) -> Table:
    criteria = book.meeting.rubric.criteria
    columns = (
        Column("申报编号"),
        Column("企业名称"),
        Column("专家"),
        *(Column(criterion.name) for criterion in criteria),
        Column("合计"),
        Column("状态"),
        Column("未计入"),
        Column("评语"),
        Column("弃权理由"),
    )
    rows = [
        (
            line.ranked.no,
            line.ranked.enterprise,
            sheet.expert,
            *(points(sheet.marks.get(criterion.code)) for criterion in criteria),
            total(sheet.total_micro),
            _state(sheet),
            "合计" if _not_counted(sheet) else "、".join(sheet.left_out),
            sheet.comment,
            sheet.reason,
        )
        for line in book.lines
        for sheet in line.sheets
        if sheet.state is not None
    ]
    withheld = tuple(f"{line.ranked.no} {RECUSED}：导出人回避，评分从略。" for line in book.lines if line.withheld)
    return Table("评分明细", f"{book.meeting.title}评分明细表", columns, rows, withheld)


def _rule(book: ScoreBookView) -> Table:
    rubric = book.meeting.rubric
    rows: list[tuple[Value, ...]] = [*_about(book.meeting, book.mark), ("计分规则", book.method.chinese())]
    rows.append(("评分标准", f"满分 {format_points(rubric.full)} 分（{rubric.basis.ref}）"))
    rows += [
        (
            f"指标：{one.name}",
            f"满分 {format_points(one.full)}，步长 {format_points(one.step)}，权重 {weight(one.weight)}，"
            f"{'客观' if one.objective else '主观'}",
        )
        for one in rubric.criteria
    ]
    return Table("规则", f"{book.meeting.title}计分规则", (Column("项目"), Column("内容")), rows)


def _about(meeting: MeetingView, mark: RecordMark) -> list[tuple[Value, ...]]:
    return [
        ("评审会", f"{meeting.id} {meeting.title}"),
        ("批次", meeting.batch),
        ("支持方向", meeting.track_name),
        ("办法", f"{meeting.policy_title}（{meeting.policy_document}）"),
        ("办法数据文件摘要（SHA-256）", meeting.policy_digest),
        ("审计链截至", f"第 {mark.seq} 条"),
        ("该条摘要（SHA-256）", mark.hash),
    ]


def ranking_table(book: ScoreBookView) -> Table:
    """The ranking, best first."""
    columns = (
        *_FIRST,
        Column("得分", book.places),
        Column("并列"),
        Column("有效份数"),
        Column("回避人数"),
        Column("极差"),
        Column("标记"),
    )
    rows = [
        (
            *_identity(line),
            score(line.ranked.score, book.places),
            "并列" if line.ranked.tied else "",
            line.ranked.sheets,
            line.ranked.recused,
            total(line.ranked.spread_micro),
            _flags(line),
        )
        for line in book.lines
    ]
    notes = (book.method.chinese(), _marked(book.mark))
    return Table("排名", f"{book.meeting.title}评审排名表", columns, rows, notes)


def _marked(mark: RecordMark) -> str:
    return f"审计链第 {mark.seq} 条：{mark.hash}"


def award_tables(meeting: MeetingView, lists: Sequence[AwardListView], mark: RecordMark) -> tuple[Table, ...]:
    """A table for each version: its awards with their sources, the total, the signatures and the digest they sign."""
    return tuple(_award_table(meeting, one, mark) for one in lists)


def _award_table(meeting: MeetingView, one: AwardListView, mark: RecordMark) -> Table:
    sources = [name for name, _ in one.sources]
    rows = [_award(number, award, sources) for number, award in enumerate(one.awards, start=1)]
    sums = dict(one.sources)
    rows.append(("合计", *("",) * 6, yuan(one.total_fen), *(yuan(sums[name]) for name in sources)))
    notes = (
        *(f"{chinese(sign.role)}：{sign.name}　{moment(sign.at) if sign.at else '未签署'}" for sign in one.signatures),
        f"{moment(one.frozen_at)}定稿，名单摘要（SHA-256）：{one.digest}",
        _marked(mark),
    )
    title = f"{meeting.title}{chinese(one.kind)}（第 {one.version} 版）"
    return Table(f"第{one.version}版", title, (Column("序号"), *_award_columns(sources)), rows, notes)


def _award_columns(sources: Iterable[str]) -> tuple[Column, ...]:
    heads = ("申报编号", "企业名称", "统一社会信用代码", "县区", "行业", "支持方向")
    return (*map(Column, heads), Column("金额（元）", 2), *(Column(f"{name}（元）", 2) for name in sources))


def _award(number: int, award: AwardView, sources: Iterable[str]) -> tuple[Value, ...]:
    shares = dict(award.sources)
    return (
        number,
        award.no,
        award.enterprise,
        award.uscc,
        award.district,
        award.industry,
        award.track,
        yuan(award.amount_fen),
        *(yuan(shares.get(name)) for name in sources),
    )


def all_awards(lists: Sequence[AwardListView]) -> Table:
    """The awards of all versions in one table, for CSV."""
    sources = list(dict.fromkeys(name for one in lists for name, _ in one.sources))
    rows = [_award(one.version, award, sources) for one in lists for award in one.awards]
    return Table("名单", "名单", (Column("版本"), *_award_columns(sources)), rows)


def own_table(own: OwnSheetsView) -> Table:
    """An expert's own sheets, with room for the signature; the receipt of each that was handed in sealed."""
    rubric = own.desk.rubric
    receipts = any(row.receipt for row in own.desk.rows)
    columns = (
        Column("申报编号"),
        Column("企业名称"),
        Column("县区"),
        *(Column(f"{criterion.name}（{format_points(criterion.full)}）") for criterion in rubric.criteria),
        Column("合计"),
        Column("状态"),
        Column("评语"),
        Column("理由"),
        *((Column("回执"),) if receipts else ()),
    )
    rows = [(*_own(row, rubric), *((_receipt(row),) if receipts else ())) for row in own.desk.rows]
    notes = (
        f"专家：{own.expert}",
        "签名：　　　　　　　　　　日期：",
        *(("回执是密封评分表摘要（SHA-256）的前八位，kmdx verify --receipt 可据以核对。",) if receipts else ()),
        _marked(own.mark),
    )
    return Table("评分表", f"{own.desk.title}评分表（{own.expert}）", columns, rows, notes)


def _receipt(row: DeskRow) -> str:
    return short(row.receipt) if row.receipt else ""


def _own(row: DeskRow, rubric: Rubric) -> tuple[Value, ...]:
    return (
        row.no,
        row.enterprise,
        row.district,
        *(points(row.marks.get(criterion.code)) for criterion in rubric.criteria),
        total(row.total_micro),
        RECUSED if row.recused else chinese(row.state),
        "" if row.recused else row.comment,
        "" if row.recused else row.reason,
    )
