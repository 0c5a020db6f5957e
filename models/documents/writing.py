"""Workbooks that are written: nothing a person typed ever becomes a formula, a link or a number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from models.errors import WrongUse
from models.text import T

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def new_workbook(path: Path) -> Iterator[Workbook]:
    """Open a workbook for writing and save it at the end. Raises `WrongUse` if the file can't be written."""
    book = Workbook(str(path), _OPTIONS)
    try:
        yield book
        book.close()
    except FileCreateError as error:
        raise WrongUse("file_unwritable", T("无法写入文件 {path}（{why}）。", path=path, why=error)) from error
