"""Refusals: each says in words what stands in the way, by which rule, and what would lift it.

The command line and the screens each show them once. `exit_code` is the command line's contract.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.text import T, Text


class KmdxError(Exception):
    """Anything the program refuses or can't do, with a code for machines and a sentence for people."""

    exit_code = 1

    def __init__(self, code: str, text: Text, *, article: str = "", lift: Text | None = None) -> None:
        self.code = code
        self.text = text
        self.article = article
        self.lift = lift
        super().__init__(code)

    def __str__(self) -> str:
        parts = [str(self.text)]
        if self.article:
            parts.append(str(T("（依据：{article}）", article=self.article)))
        if self.lift is not None:
            parts.append(str(self.lift))
        return "".join(parts)


class Refused(KmdxError):
    """A rule refuses the act; the database is as it was."""

    exit_code = 1


class WrongUse(KmdxError):
    """The command was given something it has no use for, or lacks something it needs."""

    exit_code = 2


@dataclass(frozen=True)
class Fault:
    """One fault of an input file: where it is, what was found, what is wanted. `row` counts from 1, as people do."""

    file: str
    sheet: str
    row: int | None
    column: str
    found: str
    wanted: Text

    def __str__(self) -> str:
        where = " ".join(
            part
            for part in (
                self.file,
                self.sheet,
                str(T("第{row}行", row=self.row)) if self.row is not None else "",
                str(T("“{column}”列", column=self.column)) if self.column else "",
            )
            if part
        )
        return str(T("{where}：现为“{found}”，应为{wanted}", where=where, found=self.found, wanted=self.wanted))


class BadInput(KmdxError):
    """An input file can't be taken: every fault is listed, nothing was imported."""

    exit_code = 3

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("bad_input", T("文件有 {count} 处问题，什么也没有导入。", count=len(faults)))


class NotPermitted(KmdxError):
    """The person acting has no right to this act."""

    exit_code = 4


class DatabaseUnusable(KmdxError):
    """The database can't be reached, or is not one of ours."""

    exit_code = 5


class VerificationFailed(KmdxError):
    """The record contradicts itself."""

    exit_code = 6
