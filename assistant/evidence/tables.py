"""What a row of a table makes no sense without: the head of its columns, and the line that announces the table."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.evidence.money_asked import MONEY_SIGNS, asks_money
from assistant.evidence.outline import introduces
from assistant.question.understand import Question
from vectorstore.text.normalise import fold

TABLE_CHARS = 1500  # before a row that may say what its table is of
REACH = 3000  # characters looked back over for the head
LONGEST_LEAD = 300  # characters
LEAST_CELLS = 2  # gaps of several blanks in a line
_CELLS = " | "
_BLANKS = re.compile(r"\S {2,}(?=\S)")
_FIGURE = re.compile(r"[\d.,%/()\s–-]*\d[\d.,%/()\s–-]*")
_YEAR = re.compile(r"(?:[Nn]ăm\s+)?(?:19|20)\d\d")
Span = tuple[int, int]


def is_row(sentence: str) -> bool:
    """Whether the sentence is a row of a table: cells between " | ", or set apart by blanks."""
    return _CELLS in sentence or len(_BLANKS.findall(sentence)) >= LEAST_CELLS


@lru_cache(maxsize=4096)
def head_of(text: str, start: int) -> Span | None:
    """The first row of the table in which a row with figures begins at `start`; None where that one has figures too."""
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", begin)
    own = text[begin : end if end >= 0 else len(text)]
    if _CELLS not in own or not any(map(_is_figure, own.split("|"))):
        return None
    first = begin
    while first > max(0, begin - REACH):
        above = text.rfind("\n", 0, first - 1) + 1
        if _CELLS not in text[above : first - 1]:
            break
        first = above
    head = text[first : text.index("\n", first)] if first < begin else ""
    return (first, first + len(head.rstrip())) if head and not any(map(_is_figure, head.split("|"))) else None


def is_head(text: str, start: int) -> bool:
    """Whether the row at `start` is the head of a table: names of columns, which give no figure."""
    end = text.find("\n", start)
    following = head_of(text, end + 1) if end >= 0 else None
    return following is not None and following[0] <= start < following[1]


def lead_of(text: str, head: Span) -> Span | None:
    """The short line right above a table that announces it: "Phân bổ kinh phí theo năm:"."""
    end = len(text[: head[0]].rstrip())
    begin = text.rfind("\n", 0, end) + 1
    line = text[begin:end]
    return (begin + len(line) - len(line.lstrip()), end) if introduces(line) and len(line) <= LONGEST_LEAD else None


def figure_in_row(question: Question, text: str, start: int, end: int) -> bool:
    """Whether a figure is asked for and the sentence is a row with some: their unit stands in the head of the table."""
    row = text[start:end]
    if question.expects != "number" or not is_row(row):
        return False
    above = text[max(0, start - TABLE_CHARS) : end]
    return re.search(r"\d{2}", row) is not None and (
        not asks_money(question) or re.search(MONEY_SIGNS, fold(above)) is not None
    )


def above_row(text: str, start: int) -> tuple[Span, ...]:
    """Head and lead of the row at `start`, nearest first; none for what is no row or has no head."""
    head = head_of(text, start)
    return tuple(filter(None, (head, lead_of(text, head)))) if head else ()


def _is_figure(cell: str) -> bool:
    return _FIGURE.fullmatch(cell) is not None and _YEAR.fullmatch(cell.strip()) is None
