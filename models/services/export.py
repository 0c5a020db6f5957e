"""Taking documents out of the room: made from one moment's facts, written whole or not at all, audited."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.documents import facts_json, score_tables
from models.documents.minutes import minutes_docx, minutes_markdown
from models.documents.notice import notice_docx, notice_markdown
from models.documents.tables import Table, to_csv
from models.documents.workbooks import to_workbook
from models.enums import Role
from models.errors import NotPermitted, Refused, WrongUse
from models.files import cut, write_whole
from models.queries.awards import award_lists
from models.queries.base import Office
from models.queries.meeting import meeting as meeting_view
from models.queries.minutes import minutes
from models.queries.notice_paper import notice_paper
from models.queries.record import record_mark, revealed
from models.queries.score_book import own_sheets, score_book
from models.rules.times import local_time
from models.services.acting import acting
from models.text import T
from models.views.meeting import MeetingView
from models.views.people import Actor

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class _Document:
    """What was asked for, ready to be written: its kind in Chinese, the stamp of its last fact, its bytes."""

    kind: str
    stamp: str
    content: bytes


@dataclass(frozen=True)
class _Kind:
    """A kind of document: the act it is audited and permitted as, its formats (the first is usual), how it is made."""

    act: str
    formats: tuple[str, ...]
    make: Callable[[Office, Actor, str, str], _Document]


def export(
    office: Office, actor: Actor, meeting: str, what: str, folder: Path, fmt: str | None = None
) -> tuple[Path, ...]:
    """Write a document of a meeting into a folder, and return the paths of the files written.

    `what` is minutes, notice (docx, md, json), scores, ranking, awards (xlsx, csv, json), or sheets (xlsx, csv, json:
    the own sheets of a marking member); `fmt` None takes the first. A file carries the date of the last fact it tells;
    the same facts make the same file again, in place of the former. CSV holds the one main table, the workbook all of
    them.

    Raises `WrongUse` (unknown_document, unknown_format), `NotPermitted`, `Refused`: sealed before the reveal, no_notice
    while none is recorded, no_list while no list is frozen, file_not_written.
    """
    kind = _KINDS.get(what)
    if kind is None:
        raise WrongUse(
            "unknown_document", T("没有“{what}”这种文件，可用：{known}。", what=what, known="、".join(_KINDS))
        )
    chosen = fmt or kind.formats[0]
    if chosen not in kind.formats:
        known = "、".join(kind.formats)
        raise WrongUse(
            "unknown_format", T("{what} 没有 {fmt} 格式，可用：{known}。", what=what, fmt=chosen, known=known)
        )
    try:
        made = kind.make(office, actor, meeting, chosen)
    except (NotPermitted, Refused) as error:
        with acting(office, actor, kind.act, meeting):  # refused where acts are refused, and so audited
            raise error
    path = folder / f"{file_name(meeting, made.kind, made.stamp)}.{chosen}"
    written = False
    try:
        with acting(office, actor, kind.act, meeting) as act:
            act.record(what, after={"file": path.name, "digest": hashlib.sha256(made.content).hexdigest()})
            write_whole(path, made.content)
            written = True
    except BaseException:
        if written:  # the act itself was not kept: nothing leaves the room that no entry tells of
            path.unlink(missing_ok=True)
        raise
    return (path,)


def file_name(meeting: str, kind: str, stamp: str) -> str:
    """Meeting, kind and day of the last fact; what no file system takes becomes "_"."""
    parts = (cut(_UNFIT.sub("_", part)) for part in (meeting, kind))
    return f"{'-'.join(parts)}-{local_time(stamp):%Y%m%d}"


def _minutes(office: Office, actor: Actor, meeting: str, fmt: str) -> _Document:
    view = minutes(office, actor, meeting)
    makers = {
        "docx": lambda: minutes_docx(view),
        "md": lambda: minutes_markdown(view).encode(),
        "json": lambda: facts_json.minutes_json(view),
    }
    return _Document("会议纪要", view.mark.at, makers[fmt]())


def _notice(office: Office, actor: Actor, meeting: str, fmt: str) -> _Document:
    view = notice_paper(office, actor, meeting)
    makers = {
        "docx": lambda: notice_docx(view),
        "md": lambda: notice_markdown(view).encode(),
        "json": lambda: facts_json.notice_json(view),
    }
    return _Document(f"公示第{view.notice.version}版", view.mark.at, makers[fmt]())


def _scores(office: Office, actor: Actor, meeting: str, fmt: str) -> _Document:
    book = score_book(office, actor, meeting)
    content = (
        facts_json.scores_json(book)
        if fmt == "json"
        else _tabled(score_tables.score_tables(book), fmt, book.meeting, book.mark.at)
    )
    return _Document("评分汇总表", book.mark.at, content)


def _ranking(office: Office, actor: Actor, meeting: str, fmt: str) -> _Document:
    book = score_book(office, actor, meeting)
    content = (
        facts_json.ranking_json(book)
        if fmt == "json"
        else _tabled((score_tables.ranking_table(book),), fmt, book.meeting, book.mark.at)
    )
    return _Document("排名表", book.mark.at, content)


def _awards(office: Office, actor: Actor, meeting: str, fmt: str) -> _Document:
    with revealed(office, actor, meeting) as (still, look):
        lists = award_lists(still, actor, meeting)
        view = meeting_view(still, actor, meeting)
        mark = record_mark(look.connection, meeting)
    if not lists:
        raise Refused("no_list", T("还没有定稿名单。"))
    if fmt == "json":
        content = facts_json.awards_json(view, lists, mark)
    elif fmt == "csv":
        content = to_csv(score_tables.all_awards(lists))
    else:
        content = _tabled(score_tables.award_tables(view, lists, mark), fmt, view, mark.at)
    return _Document("定稿名单", mark.at, content)


def _sheets(office: Office, actor: Actor, meeting: str, fmt: str) -> _Document:
    own = own_sheets(office, actor, meeting)
    table = score_tables.own_table(own)
    if fmt == "json":
        content = facts_json.own_json(own)
    elif fmt == "csv":
        content = to_csv(table)
    else:
        content = to_workbook((table,), title=table.title, author=own.expert, made_at=local_time(own.saved_at))
    return _Document(f"评分表-{own.expert}", own.saved_at, content)


def _tabled(tables: tuple[Table, ...], fmt: str, view: MeetingView, stamp: str) -> bytes:
    if fmt == "csv":
        return to_csv(tables[0])
    author = "、".join(seat.name for seat in view.seats if seat.role is Role.SECRETARY)
    return to_workbook(tables, title=tables[0].title, author=author, made_at=local_time(stamp))


_TABLED = ("xlsx", "csv", "json")
_KINDS = {
    "minutes": _Kind("export", ("docx", "md", "json"), _minutes),
    "notice": _Kind("export", ("docx", "md", "json"), _notice),
    "scores": _Kind("export", _TABLED, _scores),
    "ranking": _Kind("export", _TABLED, _ranking),
    "awards": _Kind("export", _TABLED, _awards),
    "sheets": _Kind("export.own", _TABLED, _sheets),
}
