"""Builds models/documents/templates/minutes.docx, the minutes that an office may edit in Word, WPS or LibreOffice.

Layout after GB/T 9704-2012: A4, text area 156 x 225 mm, 22 lines of 28 characters, body 仿宋 16 pt, title 小标宋 22 pt.
Run it after changing it:  python tools/make_minutes_template.py
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

TARGET = Path(__file__).parent.parent / "models" / "documents" / "templates" / "minutes.docx"

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

Cell = tuple[str, float, str, str]
"""A table's column: heading, width in mm, what stands in its cells, and how it is aligned."""


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
    """The styles of the minutes."""
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
    """Writes the template's text from top to bottom."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def say(self, words: str, style_name: str = "Normal", label: str = "", *, keep: bool = False) -> None:
        """A paragraph; `label` stands before it in the font of first-level heads; `keep`: with what follows."""
        paragraph = self.document.add_paragraph(style=style_name)
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        if label:
            run = paragraph.add_run(label)
            set_font(run._r.get_or_add_rPr(), FIRST, 16)
        paragraph.add_run(words)

    def only_if(self, condition: str, *words: str, style_name: str = "Normal", label: str = "") -> None:
        """Paragraphs that stand only where something is there."""
        self.say(f"{{%p if {condition} %}}")
        for sentence in words:
            self.say(sentence, style_name, label)
        self.say("{%p endif %}")

    def each(self, names: str, words: str, style_name: str = "Normal") -> None:
        """A paragraph for each; `names` reads "one in many"."""
        self.say(f"{{%p for {names} %}}")
        self.say(words, style_name)
        self.say("{%p endfor %}")

    def table(self, names: str, cells: Sequence[Cell]) -> None:
        """A table with a heading row that is repeated on every page, and a row for each."""
        self.document.add_paragraph(style="Table Gap").paragraph_format.keep_with_next = True
        made = self.document.add_table(rows=4, cols=len(cells))
        made.style = self.document.styles["Table Grid"]
        made.autofit = False
        made._tbl.tblPr.find(qn("w:tblW")).addnext(element("jc", val="center"))
        for column, (_, width, _, _) in zip(made.columns, cells, strict=True):
            column.width = Mm(width)
        rows = list(made.rows)
        for row in rows:
            row._tr.get_or_add_trPr().append(element("cantSplit"))
        rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))
        rows[1].cells[0].paragraphs[0].add_run(f"{{%tr for {names} %}}")
        rows[3].cells[0].paragraphs[0].add_run("{%tr endfor %}")
        for number, (head, width, words, align) in enumerate(cells):
            for row, text, name in ((rows[0], head, "Table Head"), (rows[2], words, "Table Text")):
                cell = row.cells[number]
                cell.width = Mm(width)
                cell._tc.get_or_add_tcPr().append(element("vAlign", val="center"))
                paragraph = cell.paragraphs[0]
                paragraph.style = self.document.styles[name]
                paragraph.add_run(text)
                if name == "Table Text":
                    paragraph._p.get_or_add_pPr().append(element("jc", val=align))
        self.document.add_paragraph(style="Table Gap")


def opening(page_: Page) -> None:
    """Title, who was there, what it was about."""
    page_.say("{{ title }}", "Title")
    page_.say("{{ time }}", "Attendance", "时间：")
    page_.only_if("present", "{{ present }}", style_name="Attendance", label="出席：")
    page_.only_if("excused", "{{ excused }}", style_name="Attendance", label="请假：")
    page_.only_if("attending", "{{ attending }}", style_name="Attendance", label="列席：")
    page_.only_if("withheld", "导出人回避 {{ withheld }}，其合议内容从略；完整纪要以未回避者导出的为准。")
    page_.say("议题和依据", "Heading 1")
    page_.say(
        "评审会依据《{{ policy_title }}》（{{ policy_document }}），"
        "对批次 {{ batch }}“{{ track }}”方向的申报项目进行{{ kind }}。"
        "提交评审的项目 {{ applications }} 个，其中符合申报条件、参加评分的 {{ eligible }} 个。"
    )
    page_.each("one in ineligible", "{{ one.no }} {{ one.enterprise }} 不参加评分：{{ one.reasons }}")
    page_.say("办法数据文件摘要（SHA-256）：{{ policy_digest }}。")
    page_.say("纪律和回避", "Heading 1")
    page_.only_if("signed", "以下人员签到时接受评审纪律，并就利害关系作出申明：{{ signed }}。")
    page_.each(
        "one in recusals",
        "{{ one.name }}回避 {{ one.no }} {{ one.enterprise }}，情形：{{ one.ground }}"
        "{% if one.reason %}，说明：“{{ one.reason }}”{% endif %}（{{ one.by }}于{{ one.at }}申报）。",
    )
    page_.only_if("not recusals", "没有回避情形。")


def scoring(page_: Page) -> None:
    """The rule, the sheets, what was flagged and corrected."""
    page_.say("评分办法", "Heading 1")
    page_.say("{{ method }}。评分标准满分 {{ full }} 分，指标如下。", keep=True)
    page_.table(
        "one in criteria",
        [
            ("指标", 56, "{{ one.name }}", "left"),
            ("满分", 25, "{{ one.full }}", "right"),
            ("步长", 25, "{{ one.step }}", "right"),
            ("权重", 25, "{{ one.weight }}", "right"),
            ("性质", 25, "{{ one.nature }}", "center"),
        ],
    )
    page_.say("评分情况", "Heading 1")
    page_.say(
        "应交评分表 {{ due }} 份，提交 {{ submitted }} 份，弃权 {{ abstained }} 份"
        "{% if voided %}，另有 {{ voided }} 份因回避作废{% endif %}。"
    )
    page_.each(
        "one in absences",
        "{{ one.name }}自{{ one.at }}起缺席，理由：“{{ one.reason }}”；"
        "此前所交评分表 {{ one.done }} 份有效，其余不再要求。",
    )
    page_.each(
        "one in abstentions", "{{ one.name }}对 {{ one.no }} {{ one.enterprise }} 弃权，理由：“{{ one.reason }}”。"
    )
    page_.say("{%p if flags %}")
    page_.say("（一）偏差和说明", "Heading 2")
    page_.each(
        "one in flags",
        "{{ one.no }} {{ one.enterprise }}：{{ one.text }}"
        "{% if one.expert %}{{ one.expert }}"
        "{% if one.explanation %}说明：“{{ one.explanation }}”。{% else %}尚未说明。{% endif %}{% endif %}",
    )
    page_.say("{%p endif %}")
    page_.say("{%p if corrections %}")
    page_.say("评分更正", "Heading 1")
    page_.each(
        "one in corrections",
        "{{ one.no }} {{ one.enterprise }}：{{ one.expert }}所评“{{ one.criterion }}”"
        "{% if one.new %}由 {{ one.old }} 分更正为 {{ one.new }} 分{% else %}（{{ one.old }} 分）待更正{% endif %}，"
        "情形：{{ one.ground }}，理由：“{{ one.reason }}”。{{ one.named_by }}认定"
        "{% if one.new %}，{{ one.entered_by }}录入{% endif %}。",
    )
    page_.say("{%p endif %}")


def results(page_: Page) -> None:
    """Opinions, results, quotas, the chair's decisions, dissent."""
    page_.say("评审意见和结果", "Heading 1")
    page_.each("one in opinions", "{{ one.nos }}：{{ one.text }}")
    page_.only_if("not opinions", "尚无评审意见。")
    page_.each(
        "one in decided",
        "{{ one.no }} {{ one.enterprise }}议定金额 {{ one.amount }} 元，理由：{{ one.reason }}（{{ one.by }}记录）。",
    )
    page_.say("评审结果如下{% if not allocated %}（尚未分配名额）{% endif %}。", keep=True)
    page_.table(
        "one in results",
        [
            ("名次", 13, "{{ one.rank }}", "center"),
            ("申报编号", 24, "{{ one.no }}", "left"),
            ("企业名称", 39, "{{ one.enterprise }}", "left"),
            ("得分", 15, "{{ one.score }}", "right"),
            ("结果", 17, "{{ one.outcome }}", "center"),
            ("金额（元）", 23, "{{ one.amount }}", "right"),
            ("理由", 25, "{{ one.reason }}", "left"),
        ],
    )
    page_.say("名额和配额", "Heading 1")
    page_.say(
        "名额 {{ total }} 个，备选 {{ alternates }} 个"
        "{% if budget %}，预算 {{ budget }} 元{% endif %}。{% if not cells %}未按县区、行业设定保底或上限。{% endif %}"
    )
    page_.say("{%p if cells %}")
    page_.table(
        "one in cells",
        [
            ("县区或行业", 60, "{{ one.label }}", "left"),
            ("保底", 32, "{{ one.floor }}", "right"),
            ("上限", 32, "{{ one.ceiling }}", "right"),
            ("拟入选", 32, "{{ one.taken }}", "right"),
        ],
    )
    page_.say("{%p endif %}")
    page_.each("one in unmet", "{{ one.name }}保底 {{ one.wanted }} 个，候选不足，实得 {{ one.reached }} 个。")
    page_.each(
        "one in quota_changes",
        "{{ one.at }}（{{ one.phase }}阶段），{{ one.by }}设定：{{ one.text }}"
        "{% if one.reason %}，理由：“{{ one.reason }}”{% endif %}。",
    )
    page_.say("{%p if adjustments or ties %}")
    page_.say("调整和并列裁定", "Heading 1")
    page_.each(
        "one in adjustments",
        "{{ one.at }}，{{ one.by }}将 {{ one.no }} {{ one.enterprise }}调整为“{{ one.outcome }}”，"
        "理由：{{ one.reason }}{% if one.lapsed %}（已于{{ one.lapsed }}随退回失效）{% endif %}。",
    )
    page_.each(
        "one in ties",
        "{{ one.at }}，{{ one.by }}裁定并列项目的次序为：{{ one.nos }}，"
        "理由：{{ one.reason }}{% if one.lapsed %}（已于{{ one.lapsed }}随退回失效）{% endif %}。",
    )
    page_.say("{%p endif %}")
    page_.say("不同意见", "Heading 1")
    page_.each(
        "one in dissents",
        "{{ one.expert }}{% if one.no %}对 {{ one.no }} {{ one.enterprise }}{% endif %}：“{{ one.text }}”",
    )
    page_.only_if("not dissents", "无。")


def publication(page_: Page) -> None:
    """Notices, objections, lists, the meeting's course, the record it stands on."""
    page_.say("{%p if notices %}")
    page_.say("公示", "Heading 1")
    page_.each(
        "one in notices",
        "第 {{ one.version }} 次公示，{{ one.count }} 个项目，于 {{ one.place }}，自{{ one.opens }}至{{ one.closes }}，"
        "共 {{ one.days }} 个工作日，{{ one.first }}。"
        "计入：{{ one.counted }}。{% if one.skipped %}不计入：{{ one.skipped }}。{% endif %}",
    )
    page_.say("{%p endif %}")
    page_.say("{%p if objections %}")
    page_.say("异议和处理", "Heading 1")
    page_.say("异议人的身份依规保密，本纪要不载。")
    page_.each(
        "one in objections",
        "第 {{ one.number }} 号，{{ one.at }}登记，针对 {{ one.no }} {{ one.enterprise }}{{ one.scope }}："
        "{{ one.grounds }}{% if one.evidence %}，附证据 {{ one.evidence }} 件{% endif %}。处理：{{ one.handling }}。",
    )
    page_.say("{%p endif %}")
    page_.say("{%p if lists %}")
    page_.say("名单和签署", "Heading 1")
    page_.each(
        "one in lists",
        "{{ one.kind }}第 {{ one.version }} 版，{{ one.at }}定稿，{{ one.count }} 家，合计 {{ one.total }} 元，"
        "摘要 {{ one.digest }}。签署：{{ one.signatures }}。",
    )
    page_.say("{%p endif %}")
    page_.say("会议进程", "Heading 1")
    page_.table(
        "one in history",
        [
            ("时间", 46, "{{ one.at }}", "left"),
            ("进入阶段", 28, "{{ one.phase }}", "center"),
            ("操作人", 28, "{{ one.by }}", "left"),
            ("退回理由", 54, "{{ one.reason }}", "left"),
        ],
    )
    page_.say("本纪要由会议记录生成，截至审计链第 {{ seq }} 条，该条摘要为 {{ hash }}。")
    page_.say("{{ date }}", "Closing")


def build() -> bytes:
    """The template's bytes."""
    document = Document()
    numbering(document)
    styles(document)
    page(document)
    page_ = Page(document)
    for write in (opening, scoring, results, publication):
        write(page_)
    package = document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        del package.rels[key]  # a picture of another document
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "", "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


if __name__ == "__main__":
    TARGET.write_bytes(build())
