"""Builds models/documents/templates/*.docx, the minutes and the notice, for an office to edit in Word or LibreOffice.

Layout after GB/T 9704-2012: A4, text area 156 x 225 mm, 22 lines of 28 characters, body 仿宋 16 pt, title 小标宋 22 pt.
Run it after changing it:  python tools/make_templates.py
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from models.documents.word_files import repacked

TARGETS = Path(__file__).parent.parent / "models" / "documents" / "templates"
KINDS = ("minutes", "notice")

BODY, TITLE, FIRST, SECOND, PAGE = "仿宋", "方正小标宋简体", "黑体", "楷体", "宋体"
LINE_TWIPS = 579
"""22 lines on 225 mm: 28.95 pt each."""
CHARACTER_SPACE = -849
"""28 characters of 16 pt on 156 mm, in 1/4096 pt as w:docGrid counts."""
CHARACTER_TWIPS = 316
"""The width of one of them."""
CLOSER_TWIPS = -5
"""What 16 pt characters stand closer by, so that 28 fit without snapping: LibreOffice gives each that is wider than its
cell two of them. Line pitch is exact for the same reason; the grid stays for what the office adds."""
TEXT_MM = 156


def element(tag: str, **attributes: object) -> Any:
    """A w: element with w: attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def set_font(properties: Any, font: str, points: float) -> None:
    """Set a font in all four scripts and its size in both, and nothing else of the former look."""
    for child in list(properties):
        properties.remove(child)
    properties.append(element("rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    properties.append(element("color", val="000000"))
    properties.append(element("spacing", val=CLOSER_TWIPS if points == 16 else 0))
    for tag in ("sz", "szCs"):
        properties.append(element(tag, val=round(points * 2)))


def style(
    document: Any,
    name: str,
    font: str,
    points: float,
    *paragraph: Any,
    heading: Sequence[Any] = (),
    level: int | None = None,
) -> None:
    """Define a paragraph style from nothing: font, and paragraph properties in the order that the format wants them."""
    known = [one.name for one in document.styles]
    made = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if made.name != "Normal":
        made.base_style = document.styles["Normal"]
    set_font(made.element.get_or_add_rPr(), font, points)
    properties = made.element.get_or_add_pPr()
    for child in list(properties):
        properties.remove(child)
    for child in (*heading, element("snapToGrid", val=0), *paragraph):
        properties.append(child)
    if level is not None:
        properties.append(element("outlineLvl", val=level))


def spacing(line: int = LINE_TWIPS, *, before: int = 0, after: int = 0) -> Any:
    """Exact line pitch and the room around a paragraph, in twips."""
    return element("spacing", before=before, after=after, line=line, lineRule="exact")


def indent(characters: int, hanging: int = 0, first: int = 0) -> Any:
    """Indents in whole characters of the grid, with their twips for programs that know no characters."""
    kind, by = ("hanging", hanging) if hanging else ("firstLine", first)
    ahead = {f"{kind}Chars": by * 100, kind: by * CHARACTER_TWIPS}
    return element("ind", leftChars=characters * 100, left=characters * CHARACTER_TWIPS, **ahead)


def numbering(document: Any) -> None:
    """First-level headings count 一、二、三、 by themselves, so that a section left out leaves no gap."""
    part = document.part.numbering_part.element
    for child in list(part):
        part.remove(child)
    part.append(
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
            '<w:pStyle w:val="Heading1"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/><w:lvlJc w:val="left"/>'
            "</w:lvl></w:abstractNum>"
        )
    )
    part.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="1"><w:abstractNumId w:val="1"/></w:num>'))


def styles(document: Any) -> None:
    """The styles that all documents share."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    set_font(defaults.find(qn("w:rPrDefault")).find(qn("w:rPr")), BODY, 16)
    defaults.find(qn("w:rPrDefault")).find(qn("w:rPr")).append(element("lang", val="zh-CN", eastAsia="zh-CN"))
    before = defaults.find(qn("w:pPrDefault"))
    for child in list(before):
        before.remove(child)
    left, both, middle, right = (element("jc", val=side) for side in ("left", "both", "center", "right"))
    style(document, "Normal", BODY, 16, spacing(), indent(0, first=2), both)
    style(document, "Title", TITLE, 22, spacing(720, before=360, after=LINE_TWIPS), indent(0), middle)
    numbered = element("numPr")
    numbered.append(element("ilvl", val=0))
    numbered.append(element("numId", val=1))
    head = [element("keepNext"), numbered]
    style(document, "Heading 1", FIRST, 16, spacing(), indent(0, first=2), heading=head, level=0)
    head = [element("keepNext")]
    style(document, "Heading 2", SECOND, 16, spacing(), indent(0, first=2), heading=head, level=1)
    style(document, "Attendance", BODY, 16, spacing(), indent(5, hanging=3), deepcopy(both))
    closing = indent(0)
    closing.set(qn("w:rightChars"), "400")
    closing.set(qn("w:right"), str(4 * CHARACTER_TWIPS))
    style(document, "Closing", BODY, 16, spacing(before=LINE_TWIPS), closing, right)
    style(document, "Table Text", BODY, 10.5, spacing(300, before=20, after=20), indent(0), left)
    style(document, "Table Gap", BODY, 6, spacing(140), indent(0))
    head = [element("keepNext")]
    style(
        document,
        "Table Head",
        FIRST,
        10.5,
        spacing(300, before=20, after=20),
        indent(0),
        deepcopy(middle),
        heading=head,
    )
    style(document, "Page Number", PAGE, 14, spacing(), indent(0), deepcopy(left))
    for made in document.styles:
        made.hidden = made.name.startswith(("List", "Intense", "Light", "Medium", "Dark", "Colorful"))


def notice_styles(document: Any) -> None:
    """The styles that only the notice has; whom to turn to, the issuer and the date never stand on a page alone."""
    left, both, middle, right = (element("jc", val=side) for side in ("left", "both", "center", "right"))
    style(document, "Edition", SECOND, 16, spacing(after=LINE_TWIPS), indent(0), deepcopy(middle))
    style(document, "Contact", BODY, 16, spacing(), indent(0, first=2), deepcopy(left), heading=[element("keepNext")])
    head = [element("keepNext")]
    style(document, "Enclosure", BODY, 16, spacing(before=LINE_TWIPS), indent(5, hanging=3), both, heading=head)
    for name, above in (("Issuer", LINE_TWIPS), ("Dated", 0)):
        closing = indent(0)
        closing.set(qn("w:rightChars"), "400")
        closing.set(qn("w:right"), str(4 * CHARACTER_TWIPS))
        head = [element("keepNext")] if name == "Issuer" else []
        style(document, name, BODY, 16, spacing(before=above), closing, deepcopy(right), heading=head)
    style(document, "Annex", FIRST, 16, spacing(), indent(0), left, heading=[element("pageBreakBefore")])
    style(document, "AnnexTitle", TITLE, 18, spacing(before=120, after=240), indent(0), middle)
    style(document, "Record", BODY, 9, spacing(260, before=120), indent(0), deepcopy(left))
    document.styles["Title"].element.pPr.find(qn("w:spacing")).set(qn("w:after"), "120")  # its edition follows


def page(document: Any) -> None:
    """A4 with the standard's margins, its grid, and its page numbers: outside, one character in."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    section._sectPr.append(element("docGrid", type="linesAndChars", linePitch=LINE_TWIPS, charSpace=CHARACTER_SPACE))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Page Number"]
        properties = paragraph._p.get_or_add_pPr()
        outside = {f"{side}Chars": 100, side: CHARACTER_TWIPS}
        properties.append(element("ind", firstLineChars=0, firstLine=0, **outside))
        properties.append(element("jc", val=side))
        paragraph.add_run("— ")
        for kind, words in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "1"), ("end", "")):
            run = paragraph.add_run()
            if kind in ("begin", "separate", "end"):
                run._r.append(element("fldChar", fldCharType=kind))
            elif kind == "shown":
                run.text = words
            else:
                code = element("instrText")
                code.text = words
                run._r.append(code)
        paragraph.add_run(" —")


class Page:
    """Writes the template's text from top to bottom, a line of its file of words at a time."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def write(self, line: str) -> None:
        """A heading (#, ##), a paragraph of another style (#Style), a table (|), or a paragraph of the body."""
        mark, _, rest = line.partition(" ")
        if mark == "|":
            self.table(*(part.strip() for part in rest.split("|")))
        elif mark in ("#", "##"):
            self.document.add_paragraph(rest, style=f"Heading {len(mark)}")
        elif mark == "#Attendance":
            label, _, words = rest.partition(" ")
            paragraph = self.document.add_paragraph(style="Attendance")
            set_font(paragraph.add_run(label)._r.get_or_add_rPr(), FIRST, 16)
            paragraph.add_run(words)
        elif mark.startswith("#"):
            self.document.add_paragraph(rest, style=mark[1:])
        else:
            self.document.add_paragraph(line)

    def table(self, names: str, *columns: str) -> None:
        """A table: a row for each of `names` ("one in many"); a column is "heading millimetres name side"."""
        cells = [column.split() for column in columns]
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.document.add_paragraph(style="Table Gap").paragraph_format.keep_with_next = True
        made = self.document.add_table(rows=4, cols=len(cells))
        made.style = self.document.styles["Table Grid"]
        made.autofit = False
        made._tbl.tblPr.find(qn("w:tblW")).addnext(element("jc", val="center"))
        for column, (_, width, _, _) in zip(made.columns, cells, strict=True):
            column.width = Mm(int(width))
        rows = list(made.rows)
        for row in rows:
            row._tr.get_or_add_trPr().append(element("cantSplit"))
        rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
        rows[1].cells[0].paragraphs[0].add_run(f"{{%tr for {names} %}}")
        rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
        for number, (head, width, key, side) in enumerate(cells):
            words = f"{{{{ one.{key} }}}}"
            for row, text, name in ((rows[0], head, "Table Head"), (rows[2], words, "Table Text")):
                cell = row.cells[number]
                cell.width = Mm(int(width))
                cell._tc.get_or_add_tcPr().append(element("vAlign", val="center"))
                paragraph = cell.paragraphs[0]
                paragraph.style = self.document.styles[name]
                paragraph.add_run(text)
                if name == "Table Text":
                    paragraph._p.get_or_add_pPr().append(element("jc", val=side))
        self.document.add_paragraph(style="Table Gap")


def build(kind: str) -> bytes:
    """The bytes of a kind's template."""
    document = Document()
    numbering(document)
    styles(document)
    if kind == "notice":
        notice_styles(document)
    page(document)
    words = Page(document)
    for line in Path(__file__).with_name(f"{kind}_template.txt").read_text(encoding="utf-8").splitlines():
        words.write(line)
    package = document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        del package.rels[key]  # a picture of another document
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "", "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


if __name__ == "__main__":
    for kind in KINDS:
        (TARGETS / f"{kind}.docx").write_bytes(build(kind))
