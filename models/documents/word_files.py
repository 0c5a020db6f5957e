"""Word documents from a template that the office may edit, and the same text again as Markdown.

What a document is filled with is data: nothing in it is parsed as a template, as XML or as Markdown. The same facts
give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML can't hold, and what docxtpl would take for paragraphs and pages of its own."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_LINE_START = re.compile(r"^(\s*\d*)([-+=.)])")


def fill_template(
    template: IO[bytes], values: Mapping[str, Any], *, title: str, author: str, made_at: datetime
) -> bytes:
    """Fill a .docx template with strings, and lists of mappings of strings; a name it doesn't know is an error.

    `made_at` becomes the document's date of making and of change. Raises `jinja2.TemplateError` for a broken template.
    """
    from docxtpl import DocxTemplate  # brings lxml and Jinja along: only who exports pays for it
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    document = DocxTemplate(template)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_as_data)
    document.render(dict(values), environment)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title[:255], author[:255], author[:255]
    properties.created = properties.modified = made_at.astimezone(UTC)
    properties.revision = 1
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _as_data(value: object) -> object:
    """A value as the document shows it: braces as character references, which no later pass takes for its own."""
    from markupsafe import Markup, escape

    if isinstance(value, int):
        return value
    plain = _NEVER.sub("�", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return Markup(str(escape(plain)).replace("{", "&#123;").replace("}", "&#125;"))


def repacked(package: bytes) -> bytes:
    """The same package with its parts in order and dated 1980, so that equal parts make equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            new.writestr(part, old.read(name))
    return buffer.getvalue()


def as_markdown(document: bytes) -> str:
    """A filled document as Markdown: its headings, paragraphs and tables in their order, and none of its layout."""
    from docx import Document
    from docx.table import Table

    blocks = []
    for block in Document(io.BytesIO(document)).iter_inner_content():
        text = "\n".join(_table_lines(block)) if isinstance(block, Table) else _paragraph(block)
        if text:
            blocks.append(text)
    return "\n\n".join(blocks) + "\n"


_HEADS = {"Title": "# ", "Heading 1": "## ", "Heading 2": "### ", "AnnexTitle": "## "}


def _paragraph(paragraph: Any) -> str:
    lines = [_LINE_START.sub(r"\1\\\2", _escaped(line)) for line in paragraph.text.strip().split("\n")]
    if lines != [""] and paragraph.style.name in _HEADS:  # a heading ends with its line
        return _HEADS[paragraph.style.name] + " ".join(lines)
    return "  \n".join(lines)


def _table_lines(table: Any) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        cells = [_escaped(cell.text.strip()).replace("\n", "<br>") for cell in row.cells]
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield "|" + " --- |" * len(cells)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
