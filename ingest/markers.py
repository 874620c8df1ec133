"""The numbering of administrative texts: Phần, Chương, Mục, Điều, khoản, điểm, Party and report numbering."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.text.normalise import UPPER

_ORDINALS = {"nhất": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
             "mười": 10}  # fmt: skip
# PLAIN is an unnumbered heading, or one numbered by a code, below which numbering starts afresh.
ANNEX, PART, CHAPTER, SECTION, SUBSECTION, LETTER, ROMAN, ARTICLE, PLAIN, CLAUSE, SUBCLAUSE, POINT, ORDINAL, DASH = (
    range(14)
)


@dataclass(frozen=True, slots=True)
class Marker:
    """What a paragraph opens with: its `level` (smaller is higher), its number as written, its length."""

    level: int
    label: str  # "5", "IV", "a", "1.2"
    length: int  # characters of the marker, with the blanks after it
    word: str = ""  # "Điều", "Chương", … where one is written

    @property
    def named(self) -> str:
        """How an official refers to it: "Điều 5", "khoản 2", "điểm a"."""
        words = {CLAUSE: "khoản", SUBCLAUSE: "khoản", POINT: "điểm"}
        return f"{self.word or words.get(self.level, 'mục')} {self.label}"


_NUMBER = r"(?P<label>\d{1,3}[a-zđ]?(?!\w)|[IVXLC]{1,7}(?!\w)|(?:thứ|THỨ)\s+\w+|[A-HĐ](?!\w))"
_PATTERNS: list[tuple[int, re.Pattern[str]]] = [
    (ANNEX, re.compile(r"(?P<word>Phụ lục|PHỤ LỤC)\s+(?:số\s+)?(?P<label>\d{1,3}[a-zđ]?|[IVXLC]{1,7}|[A-H](?=\W|$))?")),
    (ANNEX, re.compile(r"(?P<word>Phụ lục|PHỤ LỤC)(?P<label>)[^\S\n]*(?=\n|$)")),
    (PART, re.compile(rf"(?P<word>Phần|PHẦN)\s+{_NUMBER}")),
    (CHAPTER, re.compile(rf"(?P<word>Chương|CHƯƠNG)\s+{_NUMBER}")),
    (SUBSECTION, re.compile(rf"(?P<word>Tiểu mục|TIỂU MỤC)\s+{_NUMBER}")),
    (SECTION, re.compile(rf"(?P<word>Mục|MỤC)\s+{_NUMBER}")),
    (ARTICLE, re.compile(r"(?P<word>Điều|ĐIỀU)\s+(?P<label>\d{1,3}[a-zđ]?)(?=\s*[.:]|\s*$|\s*\n)")),
    (LETTER, re.compile(r"(?P<label>[A-H])\s?[./-]\s+(?=[" + UPPER + "])")),
    (ROMAN, re.compile(r"(?P<label>[IVX]{1,6})\s?[./)-]\s*(?=[" + UPPER + '“"])')),
    # Indicators and codes of statistical annexes ("0405. Số doanh nghiệp"): headings with numbers of their own
    (PLAIN, re.compile(r"(?P<label>\d{4})\.\s+(?=[" + UPPER + "])")),
    (SUBCLAUSE, re.compile(r"(?P<label>\d{1,2}(?:\.\d{1,2}){1,3})\s?[.)-]?\s+(?=\S)")),
    (CLAUSE, re.compile(r"(?:Khoản\s+)?(?P<label>\d{1,3}[a-zđ]?)\s?[.)-]\s*(?=[^\W\d_]|[“\"(])")),
    (POINT, re.compile(r"(?P<label>[a-zđ]{1,2}|[a-zđ]\d)\s?\)\s*(?=\S)")),
    (ORDINAL, re.compile(r"(?P<label>Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười) là\b[:,]?\s*")),
    (DASH, re.compile(r"[-–+•●▪○*]\s*(?P<label>)(?=\S)")),
]


def read_marker(paragraph: str) -> Marker | None:
    """The marker `paragraph` opens with, or None for running text. Opening quotation marks are no markers."""
    for level, pattern in _PATTERNS:
        match = pattern.match(paragraph)
        if not match or (level == ANNEX and not _is_annex(paragraph, match.end())):
            continue
        word = (match.groupdict().get("word") or "").capitalize()
        label = " ".join((match["label"] or "").split())
        tail = re.match(r"\s*[.:)\-–]?\s*", paragraph[match.end() :]) if word else None
        return Marker(level, label, match.end() + (tail.end() if tail else 0), word)
    return None


def _is_annex(paragraph: str, end: int) -> bool:
    """ "Phụ lục I" as a heading, not "Phụ lục I ban hành kèm theo Nghị định này quy định…" as a sentence."""
    rest = paragraph[end:].lstrip(" .:-–")
    return not rest or not (rest[0].islower() or rest[0] in ";,)”")


def sequence_number(marker: Marker) -> int | None:
    """The marker's place in its sequence: "IV" and "thứ tư" give 4, "b" gives 2; None where it cannot be told."""
    label = marker.label.lower()
    if label.isdigit():
        return int(label)
    if label.startswith("thứ"):
        return _ORDINALS.get(label.split()[-1])
    if re.fullmatch(r"[ivxlc]+", label) and marker.level != POINT:
        values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[char] for char in label]
        return sum(-v if i + 1 < len(values) and values[i + 1] > v else v for i, v in enumerate(values))
    letters = "abcdđeghiklmnopqrstuvxy"
    return letters.index(label) + 1 if len(label) == 1 and label in letters else None
