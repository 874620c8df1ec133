"""Where a sentence stands in an enumeration: the lines it is subordinate to, and the items that follow a lead-in.

Works on the stored text's lines alone, because a passage may begin in the middle of a list.
"""

from __future__ import annotations

import re
from functools import lru_cache

REACH = 6000  # characters looked back over for the lines above an item
MOST_PARENTS = 3
PLAIN = 9  # level of a line that is no item
# Level of an item by how it is marked; smaller is further out.
_LEVELS = (
    (0, re.compile(r"(?:Chương|Phần|CHƯƠNG|PHẦN)\s+(?:[IVXLC]+|\d+|thứ)\b")),
    (1, re.compile(r"(?:Điều\s+\d+[a-zđ]?|[IVX]{1,5})\s*[.:)-]")),
    (2, re.compile(r"\d{1,2}\s*[.)-](?!\d)|(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười)(?: một| hai)? là\b")),
    (3, re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s")),
    (4, re.compile(r"[a-zđ]\s*[.)]\s|[a-zđ]\.\d")),
    (5, re.compile(r"[-–•*]\s*(?!\d)")),
    (6, re.compile(r"\+\s*(?!\d)")),
)
LONGEST_EXAMPLE = 2500  # characters
_EXAMPLE = re.compile(r"\s*Ví dụ(?:\s+\d+)?\s*[:.]", re.IGNORECASE)
_LAST_ITEM = 4  # "a)"; dashes are part of an example
_MARKERS = " \t\"“'"


def level(line: str) -> int:
    """How deep an item lies, 0 for a chapter, 6 for a "+"; PLAIN for what is no item."""
    stripped = line.lstrip(_MARKERS)
    return next((depth for depth, pattern in _LEVELS if pattern.match(stripped)), PLAIN)


def introduces(line: str) -> bool:
    """Whether the line announces what follows."""
    return line.rstrip(' \t"”').endswith(":")


@lru_cache(maxsize=4096)
def parents(text: str, start: int) -> tuple[tuple[int, int], ...]:
    """Spans of the lines that the item at `start` is subordinate to, nearest first; none for running text."""
    begin = text.rfind("\n", 0, start) + 1
    depth = level(text[begin : begin + 60])
    if depth == PLAIN:
        return ()
    found: list[tuple[int, int]] = []
    end, floor = begin - 1, max(0, begin - REACH)
    while end > floor and len(found) < MOST_PARENTS and depth > 1:
        line_start = text.rfind("\n", 0, end) + 1
        line = text[line_start:end]
        above = level(line)
        if above == PLAIN and introduces(line):
            line_start = _wrapped_from(text, line_start, floor)
            own = level(text[line_start : line_start + 60])
            above = depth - 1 if own == PLAIN else own  # an item beside this one may end in a colon as well
        if above < depth:
            first = line_start + len(text[line_start:end]) - len(text[line_start:end].lstrip())
            found.append((first, line_start + len(text[line_start:end].rstrip())))
            depth = above
        end = line_start - 1
    return tuple(found)


def in_example(text: str, start: int) -> bool:
    """Whether the sentence at `start` belongs to a worked example ("Ví dụ 6: …"), which ends where an item begins."""
    if "Ví dụ" not in text:
        return False
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    floor = max(0, start - LONGEST_EXAMPLE)
    while end > floor:
        begin = text.rfind("\n", 0, end) + 1
        line = text[begin : begin + 60]
        if _EXAMPLE.match(line):
            return True
        if level(line) <= _LAST_ITEM:
            return False
        end = begin - 1
    return False


def _wrapped_from(text: str, start: int, floor: int) -> int:
    """Where the sentence begins that the line at `start` is the last of: texts from PDF files break lines anywhere."""
    while start > floor and level(text[start : start + 60]) == PLAIN:
        before = text.rfind("\n", 0, start - 1) + 1
        line = text[before : start - 1].rstrip()
        if not line or line[-1] in ".;:!?":
            break
        start = before
    return start


def title_end(text: str, end: int) -> int:
    """Where a title ends of which a line ends at `end`: what goes on in small letters was broken over lines."""
    while (following := text[end : end + 400].partition("\n")[2].partition("\n")[0].strip()) and following[0].islower():
        if level(following) != PLAIN:
            break
        end = text.index(following, end) + len(following)
    return end


def belongs(lead: str, first: str, line: str) -> bool:
    """Whether `line` is an item, or part of one, of the list that `lead` introduces and `first` begins."""
    depth, own = level(line), level(first)
    if own == PLAIN:
        return depth == PLAIN and not introduces(line)
    return depth >= own and (depth != PLAIN or not introduces(line)) and depth > _outer(lead)


def _outer(lead: str) -> int:
    depth = level(lead)
    return -1 if depth == PLAIN else depth
