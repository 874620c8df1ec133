"""A report as PDF, made without any office program. The font is embedded, so it looks the same everywhere.

Times New Roman may not be passed on with a program; Spectral (OFL) is a serif face drawn with Vietnamese in mind.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from assistant.export.content import TITLE, Block, Report, Run, blocks
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

FONT = "Spectral"
_ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}
_FACES = {"normal": "Regular", "bold": "Bold", "italic": "Italic", "boldItalic": "BoldItalic"}


def pdf_bytes(report: Report) -> bytes:
    """The file of a report."""
    _register_fonts()
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=(PAGE_MM[0] * mm, PAGE_MM[1] * mm),
        topMargin=TOP_MM * mm,
        bottomMargin=BOTTOM_MM * mm,
        leftMargin=LEFT_MM * mm,
        rightMargin=RIGHT_MM * mm,
        title=f"{TITLE}: {report.subject or report.exchanges[0].question or ''}"[:255],
        lang="vi-VN",
    )
    document.build([_paragraph(block) for block in blocks(report)], onLaterPages=_number_page)
    return buffer.getvalue()


@cache
def _register_fonts() -> None:
    folder = Path(str(files("fontpkg_spectral"))) / "files"
    names = {}
    for face, file in _FACES.items():
        names[face] = f"{FONT}-{file}"
        pdfmetrics.registerFont(TTFont(names[face], str(folder / f"{FONT}-{file}.ttf")))
    pdfmetrics.registerFontFamily(f"{FONT}-Regular", **names)


def _paragraph(block: Block) -> Paragraph:
    look = LOOKS[block.kind]
    style = ParagraphStyle(
        block.kind,
        fontName=f"{FONT}-Regular",
        fontSize=look.size,
        leading=look.size * LINE_SPACING * 1.15,  # the face is taller than Times
        alignment=_ALIGN[look.align],
        spaceBefore=look.before,
        spaceAfter=look.after,
        firstLineIndent=look.first_line_mm * mm,
        leftIndent=look.left_mm * mm,
        keepWithNext=look.with_next,
    )
    return Paragraph("".join(_markup(run, look.bold) for run in block.runs), style)


def _markup(run: Run, bold: bool) -> str:
    text = escape(run.text)
    for tag, wanted in (("b", bold or run.bold), ("i", run.italic), ("strike", run.struck)):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return text


def _number_page(canvas: Any, document: Any) -> None:
    canvas.setFont(f"{FONT}-Regular", PAGE_NUMBER_PT)
    canvas.drawCentredString(PAGE_MM[0] / 2 * mm, (PAGE_MM[1] - 14) * mm, str(document.page))
