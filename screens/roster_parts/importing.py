"""Taking rosters in: a rehearsal names what would change or what is wrong, and only then anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import BadInput, Fault
from models.text import T, Text, tr
from screens.dialogs.ask import AskDialog, Field
from screens.dialogs.confirm import ConfirmDialog
from screens.dialogs.faults import FaultsDialog
from screens.files import at_hand
from screens.roster_parts.base import RosterBase
from screens.widgets.cells import Tone
from screens.widgets.signs import Sign

if TYPE_CHECKING:
    from models.services.intake import RosterImport

MOST_CHANGES = 8
"""Changes that are named before an import; of more the number is said."""

_LONGEST_PATHS = 2000


class Importing(RosterBase):
    """The command that imports."""

    def action_import_roster(self) -> None:
        """Ask for files and batch, and rehearse."""
        if not at_hand(self):
            return
        from models.services.batches import batches

        self.read(lambda: [one.id for one in batches(self.desk.office)], self._ask_files, "batches")

    def _ask_files(self, known: Sequence[str]) -> None:
        if not known:
            self.say(T("还没有批次。请按 Esc 到签到界面新建批次。"), Tone.WARNING)
            return
        meeting = self.meeting_view.batch if self.meeting_view is not None else None
        fields = (
            Field("files", tr("文件"), hint=tr("名册.xlsx；几个文件用分号隔开"), longest=_LONGEST_PATHS),
            Field("batch", tr("批次"), meeting or self.chosen_batch or known[-1], longest=40),
        )
        about = T(
            "先试读，说明会新增、改动什么或哪里有问题，再问一次；有一处问题就什么也不导入。批次：{known}。",
            known="、".join(known),
        )
        dialog = AskDialog(T("导入名册"), fields, about=about, check=partial(_wrong, known))
        self.ask(dialog, lambda answers: self._rehearse(_paths(answers["files"]), answers["batch"]))

    def _rehearse(self, files: Sequence[Path], batch: str) -> None:
        def rehearsed(found: Sequence[RosterImport] | BadInput) -> None:
            if isinstance(found, BadInput):
                self._show_faults(files, found.faults)
            else:
                self._confirm(files, batch, found)

        self.write(partial(self._import, files, batch, dry_run=True), rehearsed)

    def _import(self, files: Sequence[Path], batch: str, *, dry_run: bool) -> Sequence[RosterImport] | BadInput:
        from models.services.intake import import_roster

        assert self.desk.actor is not None, "the registry lets nobody through who has not signed in"
        try:
            return import_roster(self.desk.office, self.desk.actor, files, batch, dry_run=dry_run)
        except BadInput as bad:
            return bad

    def _confirm(self, files: Sequence[Path], batch: str, found: Sequence[RosterImport]) -> None:
        changes = summary(found)
        if not any(one.added or one.updated for one in found):
            self.say("".join(str(line) for line in changes), Tone.WARNING)
            return

        def imported(done: Sequence[RosterImport] | BadInput) -> None:
            if isinstance(done, BadInput):
                self._show_faults(files, done.faults)
            else:
                hint = T("按 A 列入本次评审会。") if self.meeting_view is not None else ""
                self.done(f"{counted(done)}{hint}")

        def take(_yes: bool) -> None:
            self.write(partial(self._import, files, batch, dry_run=False), imported)

        self.ask(ConfirmDialog(T("导入批次 {batch}", batch=batch), changes, T("导入")), take)

    def _show_faults(self, files: Sequence[Path], faults: Sequence[Fault]) -> None:
        self.say_line.refuse(T("文件有 {count} 处问题，什么也没有导入。", count=len(faults)))

        def copies() -> list[Path]:
            from models.documents.fault_copy import write_fault_copy

            wrong = {fault.file for fault in faults}
            written = []
            for path in (path for path in files if path.name in wrong):
                written.append(free_name(path))
                write_fault_copy(path, faults, written[-1])
            return written

        def told(written: Sequence[Path]) -> None:
            self.say_line.saved(T("标出问题的副本：{paths}", paths="；".join(str(path) for path in written)))

        self.ask(FaultsDialog(faults), lambda _copy: self.write(copies, told))


def _wrong(known: Sequence[str], answers: Mapping[str, str]) -> Text | None:
    paths = _paths(answers["files"])
    if not paths:
        return T("请写明要导入的文件。")
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        return T("没有这个文件：{paths}", paths="；".join(missing))
    if answers["batch"] not in known:
        return T("没有批次 {batch}。", batch=answers["batch"])
    return None


def _paths(typed: str) -> list[Path]:
    """The paths in an answer; quotation marks that a terminal puts around a dropped file are taken off."""
    parts = (part.strip().strip("'\"“”") for part in typed.replace("；", ";").split(";"))
    return [Path(part).expanduser() for part in parts if part]


def counted(found: Sequence[RosterImport]) -> Text:
    """What some files brought, in numbers."""
    return T(
        "新增 {added} 项，改动 {updated} 处，不变 {unchanged} 项。",
        added=sum(len(one.added) for one in found),
        updated=sum(len(one.updated) for one in found),
        unchanged=sum(one.unchanged for one in found),
    )


def summary(found: Sequence[RosterImport]) -> list[Text | str]:
    """What some files would bring: a line a file, the first changes old and new, the columns kept as notes."""
    lines: list[Text | str] = [T("{file}：{counted}", file=one.file, counted=counted([one])) for one in found]
    changes = [change for one in found for change in one.updated]
    for change in changes[:MOST_CHANGES]:
        old, new = change.old or str(Sign.NONE), change.new or str(Sign.NONE)
        lines.append(f"  {change.no} {change.field}：{old} {Sign.FOLLOWS} {new}")
    if len(changes) > MOST_CHANGES:
        lines.append(T("  还有 {count} 处改动。", count=len(changes) - MOST_CHANGES))
    extra = dict.fromkeys(column for one in found for column in one.extra_columns)
    if extra:
        lines.append(T("另有列 {columns}，照存在卡片里。", columns="、".join(extra)))
    return lines


def free_name(path: Path) -> Path:
    """A name beside the file that nothing has yet."""
    number = 1
    while True:
        mark_ = tr("问题") if number == 1 else f"{tr('问题')}{number}"
        out = path.with_name(f"{path.stem}-{mark_}.xlsx")
        if not out.exists():
            return out
        number += 1
