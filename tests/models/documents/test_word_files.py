"""The minutes' layout is the standard's, and programs that open it agree."""

import re
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.shared import Mm
from lxml import etree

from models.documents.word_files import as_markdown, fill_template, repacked

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ROOT = Path(__file__).parents[3]
MADE = datetime(2026, 3, 10, 9, tzinfo=UTC)


def built_in(kind: str = "minutes") -> bytes:
    return files("models.documents").joinpath(f"templates/{kind}.docx").read_bytes()


def parts(package: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(package)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def template(*paragraphs: str) -> BytesIO:
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    table = document.add_table(rows=1, cols=1)
    table.rows[0].cells[0].text = "{{ one }}"
    made = BytesIO()
    document.save(made)
    made.seek(0)
    return made


def fonts(xml: bytes) -> Iterator[dict[str, str]]:
    for found in etree.fromstring(xml).iter(f"{W}rFonts"):
        yield {name.removeprefix(W): value for name, value in found.attrib.items()}


def test_page_is_a4_with_the_standards_text_area() -> None:
    [section] = Document(BytesIO(built_in())).sections
    millimetres = [
        round(length / Mm(1), 1)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.left_margin,
            section.page_width - section.left_margin - section.right_margin,
            section.page_height - section.top_margin - section.bottom_margin,
        )
    ]
    assert millimetres == [210, 297, 37, 28, 156, 225]


def test_grid_holds_22_lines_of_28_characters() -> None:
    document = etree.fromstring(parts(built_in())["word/document.xml"])
    [grid] = document.iter(f"{W}docGrid")
    assert grid.get(f"{W}type") == "linesAndChars"
    pitch, space = int(grid.get(f"{W}linePitch")), int(grid.get(f"{W}charSpace"))
    assert 225 / 25.4 * 1440 // pitch == 22
    assert 156 / 25.4 * 72 // (16 + space / 4096) == 28
    [normal] = [one for one in Document(BytesIO(built_in())).styles if one.name == "Normal"]
    spacing = normal.element.find(f"{W}pPr/{W}spacing")
    assert (spacing.get(f"{W}line"), spacing.get(f"{W}lineRule")) == (str(pitch), "exact")
    closer = int(normal.element.find(f"{W}rPr/{W}spacing").get(f"{W}val"))
    assert 156 / 25.4 * 72 // (16 + closer / 20) == 28


def test_fonts_are_set_for_every_script() -> None:
    found = parts(built_in())
    names = set()
    for part in ("word/styles.xml", "word/document.xml"):
        styled = [
            font
            for font in fonts(found[part])
            if font.get("eastAsia") in ("仿宋", "方正小标宋简体", "黑体", "楷体", "宋体")
        ]
        assert all(
            len(set(font.values())) == 1 and set(font) == {"ascii", "hAnsi", "eastAsia", "cs"} for font in styled
        )
        names |= {font["eastAsia"] for font in styled}
    assert names == {"仿宋", "方正小标宋简体", "黑体", "楷体", "宋体"}
    looks = {}
    for one in Document(BytesIO(built_in())).styles:
        font, size = one.element.find(f"{W}rPr/{W}rFonts"), one.element.find(f"{W}rPr/{W}sz")
        if font is not None and size is not None:
            looks[one.name] = font.get(f"{W}eastAsia"), int(size.get(f"{W}val")) / 2
    assert looks["Normal"] == ("仿宋", 16)
    assert looks["Title"] == ("方正小标宋简体", 22)
    assert looks["Heading 1"] == ("黑体", 16)
    assert looks["Heading 2"] == ("楷体", 16)
    assert looks["Page Number"] == ("宋体", 14)


def test_page_numbers_stand_outside_between_dashes() -> None:
    document = Document(BytesIO(built_in()))
    assert document.settings.odd_and_even_pages_header_footer is True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        [paragraph] = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert paragraph._p.find(f"{W}pPr/{W}jc").get(f"{W}val") == side
        assert [one.text for one in paragraph._p.iter(f"{W}instrText")] == ["PAGE"]


@pytest.mark.parametrize("kind", ["minutes", "notice"])
def test_built_in_template_is_what_its_tool_builds(kind: str) -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "make_templates.py"))
    assert parts(tool["build"](kind)) == parts(built_in(kind))


def test_values_are_data_and_no_template() -> None:
    hostile = "{{ 7*7 }} {_{ x }_} {% raw %} <w:t>&lt;&amp; \" ' ]]> =1+1"
    filled = fill_template(template("{{ one }}"), {"one": hostile}, title=hostile, author="{{ a }}", made_at=MADE)
    document = Document(BytesIO(filled))
    assert document.paragraphs[0].text == hostile
    assert document.tables[0].rows[0].cells[0].text == hostile
    assert (document.core_properties.title, document.core_properties.author) == (hostile, "{{ a }}")


def test_characters_that_xml_cannot_hold_are_shown_as_replaced() -> None:
    filled = fill_template(
        template("{{ one }}"), {"one": "a\x00b\x07c\x0cd\ud800\r\ne\tf"}, title="", author="", made_at=MADE
    )
    assert Document(BytesIO(filled)).paragraphs[0].text == "a�b�c�d�\ne\tf"


def test_repacked_packages_differ_only_by_their_parts() -> None:
    first = BytesIO()
    second = BytesIO()
    for buffer, names in ((first, ("b", "[Content_Types].xml", "a")), (second, ("a", "b", "[Content_Types].xml"))):
        with ZipFile(buffer, "w") as package:
            for name in names:
                package.writestr(name, name * 3)
    assert repacked(first.getvalue()) == repacked(second.getvalue())
    assert list(parts(repacked(first.getvalue()))) == ["[Content_Types].xml", "a", "b"]


def test_markdown_shows_words_as_they_are() -> None:
    words = "- *一* _二_ | <三> # [四](x)\n+ 五\n1. 六"
    filled = fill_template(template("{{ one }}"), {"one": words}, title="", author="", made_at=MADE)
    markdown = as_markdown(filled)
    plain = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", markdown)
    assert plain.split("\n\n")[0].replace("  \n", "\n") == words
    assert "\\- \\*一\\* \\_二\\_ \\| \\<三\\> \\# \\[四\\](x)  \n\\+ 五  \n1\\. 六" in markdown


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: nothing to open the file with"
)
def test_libreoffice_opens_the_template(tmp_path: Path) -> None:
    (tmp_path / "m.docx").write_bytes(built_in())
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            "txt:Text",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "m.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    said = (tmp_path / "m.txt").read_text(encoding="utf-8-sig")
    assert "议题和依据\n评审会依据" in said
    assert "出席：{{ present }}" in said
