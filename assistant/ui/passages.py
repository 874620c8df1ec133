"""A stored text cut into readable paragraphs, with the cited span marked wherever it falls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(
    r"\s*(?:(?:PHẦN|Phần|CHƯƠNG|Chương|MỤC|Mục)\s+\S+|(?:Điều|ĐIỀU)\s+\d+\.?|[IVXLC]+\s*[.\-–]\s|#{1,6}\s)", re.UNICODE
)
_LONGEST_HEADING = 160


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is either marked or not; `first` is the first marked run of the document."""

    text: str
    marked: bool
    first: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of the document."""

    pieces: tuple[Piece, ...]
    heading: bool


def passages(text: str, start: int, end: int) -> tuple[Passage, ...]:
    """The paragraphs of `text` in order, with [start, end) marked; an empty span marks nothing."""
    found: list[Passage] = []
    seen_mark = False
    for line in _LINE.finditer(text):
        if not line.group().strip():
            continue
        pieces = tuple(_pieces(text, line.start(), line.end(), start, end, seen_mark))
        seen_mark = seen_mark or any(piece.marked for piece in pieces)
        found.append(Passage(pieces, _is_heading(line.group())))
    return tuple(found)


def _pieces(text: str, left: int, right: int, start: int, end: int, seen_mark: bool) -> Iterator[Piece]:
    start, end = max(left, start), min(right, end)
    if start >= end:
        yield Piece(text[left:right], marked=False)
        return
    for begin, stop, marked in ((left, start, False), (start, end, True), (end, right, False)):
        if begin < stop:
            yield Piece(text[begin:stop], marked, first=marked and not seen_mark)


def _is_heading(line: str) -> bool:
    line = line.strip()
    if len(line) > _LONGEST_HEADING or line.endswith((".", ";", ",")):
        return False
    letters = [char for char in line if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return bool(_HEADING.match(line)) or (len(letters) > 3 and capitals > 0.9 * len(letters))
