"""A report as a Word document, with Word's own heading styles, so that it can be worked on."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from assistant.export.content import TITLE, Block, Report, blocks
from assistant.export.layout import (
    BOTTOM_MM,
    LEFT_MM,
    LINE_SPACING,
    LOOKS,
    PAGE_MM,
    PAGE_NUMBER_PT,
    RIGHT_MM,
    TOP_MM,
)

FONT = "Times New Roman"
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_STYLES = {"title": "Title", "heading": "Heading 1", "subheading": "Heading 2"}  # all others are Normal


def docx_bytes(report: Report) -> bytes:
    """The file of a report."""
    document = Document()
    _set_up(document)
    document.core_properties.title = f"{TITLE}: {report.subject or report.exchanges[0].question or ''}"[:255]
    document.core_properties.author = ""
    document.core_properties.language = "vi-VN"
    for block in blocks(report):
        _add(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True  # pages are numbered from the second on
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number.add_run(), "PAGE")
    for name in ("Normal", *_STYLES.values()):
        _restyle(document.styles[name])
    document.styles["Normal"].font.size = Pt(PAGE_NUMBER_PT)


def _restyle(style: Any) -> None:
    """Word's own styles in black Times New Roman, in Vietnamese, without lines under titles."""
    style.font.name = FONT
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(attribute), None)
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), FONT)
    for spacing in properties.findall(qn("w:spacing")):
        properties.remove(spacing)
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), "vi-VN")
    paragraph = style.element.find(qn("w:pPr"))
    border = paragraph.find(qn("w:pBdr")) if paragraph is not None else None
    if border is not None:
        paragraph.remove(border)


def _add(document: Any, block: Block) -> None:
    look = LOOKS[block.kind]
    paragraph = document.add_paragraph(style=_STYLES.get(block.kind, "Normal"))
    shape = paragraph.paragraph_format
    shape.alignment = _ALIGN[look.align]
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.first_line_indent, shape.left_indent = Mm(look.first_line_mm), Mm(look.left_mm)
    shape.line_spacing = LINE_SPACING
    shape.keep_with_next = look.with_next
    for part in block.runs:
        run = paragraph.add_run(part.text)
        run.font.size = Pt(look.size)
        run.bold = look.bold or part.bold
        run.italic = part.italic
        run.font.strike = part.struck


def _field(run: Any, name: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = name
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
