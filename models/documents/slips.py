"""The slips by which people sign in: two beside each other, to be printed on A4 and cut along the dashes.

A slip tells whose it is, the one-time code, and what to do; where the meeting has an address also that, as a QR code
without any secret in it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from models.documents.word_files import repacked
from models.views.minutes import RecordMark

ACROSS = 2
"""Slips beside each other."""

_TEXT_CM, _CODE_CM, _HEIGHT_CM, _QR_CM, _MARGIN_CM = 6.4, 2.8, 6.6, 2.1, 1.3
_TO_DO = (
    "1 打开工作台，选会议和自己的姓名；",
    "2 输入验证码，设定自己的{secret}；",
    "3 接受纪律，申报回避。验证码只用一次。",
)
_PIN, _PHRASE = "密码", "口令"


class Slip(NamedTuple):
    """One person's: name, role in Chinese, code as printed."""

    name: str
    role: str
    code: str


class Sheet(NamedTuple):
    """What stands on every slip of a meeting: its title, the address (may be blank), where the record stands.

    `sealing`: people set a phrase here, not a PIN.
    """

    title: str
    address: str
    mark: RecordMark
    sealing: bool


def slips_docx(sheet: Sheet, slips: Sequence[Slip], made_at: datetime) -> bytes:
    """The slips of a meeting as .docx. The same slips give the same bytes."""
    from docx import Document  # the document libraries: only who prints pays for them
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(10)
    normal.element.rPr.rFonts.set(_name("w:eastAsia"), "宋体")
    normal.paragraph_format.space_after = Pt(0)
    picture = _qr(sheet.address) if sheet.address else None
    rows = -(-len(slips) // ACROSS)
    table = document.add_table(rows, 2 * ACROSS)
    table.autofit = False
    for column, width in zip(table.columns, (_TEXT_CM, _CODE_CM) * ACROSS, strict=True):
        column.width = Cm(width)
    for number, slip in enumerate(slips):
        row = table.rows[number // ACROSS]
        row.height = Cm(_HEIGHT_CM)
        text, code = row.cells[2 * (number % ACROSS)], row.cells[2 * (number % ACROSS) + 1]
        _border(text, "top", "left", "bottom")
        _border(code, "top", "right", "bottom")
        _write_slip(text, sheet, slip)
        if picture is not None:
            _write_address(code, picture, sheet.address)
    for row in table.rows:
        _keep_whole(row)
    properties = document.core_properties
    properties.title, properties.author = sheet.title[:255], ""
    properties.created = properties.modified = made_at.astimezone(UTC)
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _qr(address: str) -> bytes:
    import segno

    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(buffer, kind="png", scale=10, border=2)
    return buffer.getvalue()


def _write_slip(cell: Any, sheet: Sheet, slip: Slip) -> None:
    _line(cell.paragraphs[0], sheet.title, 9, above=6)
    _line(cell.add_paragraph(), f"{slip.name}　{slip.role}", 15, bold=True, above=6)
    _line(cell.add_paragraph(), slip.code, 25, bold=True, above=8, below=8, font="Courier New")
    for words in _TO_DO:
        _line(cell.add_paragraph(), words.format(secret=_PHRASE if sheet.sealing else _PIN), 9)
    _line(cell.add_paragraph(), f"审计链第 {sheet.mark.seq} 条：{sheet.mark.hash}", 6, above=3)


def _write_address(cell: Any, picture: bytes, address: str) -> None:
    from docx.shared import Cm, Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = 1
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.add_run().add_picture(io.BytesIO(picture), width=Cm(_QR_CM))
    below = cell.add_paragraph()
    below.alignment = 1
    _line(below, address, 7)


def _line(
    paragraph: Any, words: str, points: int, *, bold: bool = False, above: int = 0, below: int = 0, font: str = ""
) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.size, run.bold = Pt(points), bold
    if font:
        run.font.name = font
    paragraph.paragraph_format.space_before = Pt(above)
    paragraph.paragraph_format.space_after = Pt(below)


def _border(cell: Any, *sides: str) -> None:
    """Dashes along some sides of a cell: there it is cut."""
    from docx.oxml import OxmlElement

    borders = OxmlElement("w:tcBorders")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "dashed"), ("sz", "4"), ("color", "888888")):
            line.set(_name(f"w:{key}"), value)
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def _keep_whole(row: Any) -> None:
    """No slip is broken over two pages."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
