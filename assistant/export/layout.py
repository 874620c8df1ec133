"""Measures of administrative documents (Nghị định 30/2020/NĐ-CP, Phụ lục I): A4, margins, sizes in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.export.content import Kind

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 20, 20, 30, 20  # 20–25, 20–25, 30–35, 15–20 are allowed
FIRST_LINE_MM = 12.7
LINE_SPACING = 1.15  # from single to 1.5
PAGE_NUMBER_PT = 13


@dataclass(frozen=True, slots=True)
class Look:
    """How a kind of paragraph is set."""

    size: float
    align: Literal["left", "center", "right", "justify"] = "justify"
    bold: bool = False
    before: float = 0
    after: float = 6  # at least 6 points between paragraphs
    first_line_mm: float = 0
    left_mm: float = 0
    with_next: bool = False


LOOKS: dict[Kind, Look] = {
    "day": Look(13, "right", after=12),
    "title": Look(14, "center", bold=True),
    "subject": Look(14, "center", bold=True, after=18),
    "heading": Look(14, "left", bold=True, before=12, with_next=True),
    "subheading": Look(14, "left", bold=True, before=4, first_line_mm=FIRST_LINE_MM, with_next=True),
    "body": Look(14, first_line_mm=FIRST_LINE_MM),
    "source": Look(13, "left", with_next=True, after=2),
    "quote": Look(13, left_mm=FIRST_LINE_MM),
    "note": Look(11, before=6),
}
