"""Vietnamese sentences with their spans: prose, administrative lists, headings and hard-wrapped lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorstore.text.normalise import LOWER, UPPER

Span = tuple[int, int]

FULL_LINE = 0.75  # of the width; a line of at least that length was broken by the width, not by its writer
LONG_SENTENCE = 60  # syllables; a longer one is read clause by clause where semicolons allow it
SHORT_CLAUSE = 20  # syllables; a shorter clause stays with its neighbour
LONGEST = 220  # syllables; about 300 tiktoken tokens, the most that fits an embedding window with its context

_STOP = re.compile(rf"(?:\.{{1,3}}|…|[!?]+)[”\"'’)\]»]*(?=\s|$)|(?<=[{LOWER}]{{2}})\.(?=[{UPPER}][{LOWER}])")
_ABBREVIATIONS = frozenset(
    {"TP", "Tp", "Tx", "TX", "TT", "Q", "P", "H", "X", "F", "KP", "GS", "PGS", "TS", "ThS", "Ths", "Th", "BS", "KS",
     "CN", "LS", "NSND", "NSƯT", "Đ/c", "đ/c", "ĐC", "NXB", "Nxb", "tr", "Tr", "No", "St", "Mr", "Mrs", "Dr", "Co",
     "Ltd", "ĐT", "Tel", "vs", "ĐH", "CĐ", "UV", "Ph", "Gs", "Ts", "Ô", "Ng"}
)  # fmt: skip
_NUMBERED = re.compile(
    r"(?:(?:Điều|Chương|Mục|Tiểu mục|Phần|Khoản|Bước|Câu|Bảng|Biểu|Hình|Phụ lục|Tiết)\s+)?"
    r"(?:\d{1,3}[a-zđ]?(?:\.\d{1,3})*|[IVXLC]{1,7}|[A-HĐ]|[a-zđ])",
    re.IGNORECASE,
)
_ORDINALS = "Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười"
_MARKER = re.compile(
    rf"\s*(?:[-–+•*●▪○]\s*[{UPPER}0-9“\"]|[•●▪○]|\d{{1,2}}(?:\.\d{{1,2}})*[.)]\s+\S|[a-zđ]\)\s|[IVX]{{1,5}}[.)-]\s+\S"
    rf"|Điều\s+\d{{1,3}}[a-zđ]?\s*(?:[.:]|$)|(?:Chương|Mục|Phần|Phụ lục)\s+[\dIVX]+\s*(?:[.:]|$)|(?:{_ORDINALS}) là\b"
    rf"|(?:Căn cứ|Xét đề nghị|Theo đề nghị)\s+[{UPPER}])"
)
_ORDINAL = re.compile(rf"\s*(?:{_ORDINALS}) là\b", re.IGNORECASE)
_TERMINAL = re.compile(r"[.!?…:;][”\"'’)\]»]*\s*$")
# A line that cannot end here: a symbol broken off ("80/2014/TT-"), a word that wants another after it
_BROKEN = re.compile(r"\w[-/]\s*$|\s(?:của|tại|theo|và|hoặc|với|bằng|số|Luật|Điều|khoản|điểm)\s*$")
_OPENERS = "“\"'‘([«-–+•"


def wrap_width(text: str) -> int | None:
    """Line width at which `text` was hard-wrapped, in characters, or None where a line is a paragraph."""
    lengths = sorted(len(line.strip()) for line in text.split("\n") if line.strip())
    if len(lengths) < 4 or lengths[-1] > 200:
        return None
    width = lengths[int(len(lengths) * 0.9)]
    full = sum(1 for length in lengths if length >= 0.8 * width)
    if 45 <= width <= 150 and full >= max(3, 0.25 * len(lengths)):
        return width
    return _prose_width(lengths)


def _prose_width(lengths: list[int]) -> int | None:
    """The width by the long lines alone, of a text whose tables were taken apart into short ones."""
    prose = [length for length in lengths if length >= 45]
    if len(prose) < 8:
        return None
    width = prose[int(len(prose) * 0.9)]
    full = sum(1 for length in prose if length >= 0.8 * width)
    return width if width <= 150 and full >= 0.45 * len(prose) else None


def line_continues(line: str, following: str, width: int | None) -> bool:
    """Whether `following` carries on the sentence of `line`: both are lines without their line ends.

    `width` is what `wrap_width` gave for the whole text.
    """
    head = following.lstrip()
    if not line.strip() or not head or _TERMINAL.search(line):
        return False
    if _BROKEN.search(line):
        return True
    if head[0].islower() and not re.match(r"[a-zđ]\)\s", head):
        return True
    if _MARKER.match(following):
        return False
    return line.rstrip().endswith(",") or (width is not None and len(line.strip()) >= FULL_LINE * width)


def split_sentences(text: str, start: int = 0, *, wrap: int | None = None) -> list[Span]:
    """Spans of the sentences of `text`, each moved by `start`, without surrounding blanks, in order.

    `wrap` is the line width of the text this is a part of; without it the width is measured here. Sentences of more
    than 60 syllables are split at semicolons outside brackets into clauses.
    """
    width = wrap if wrap is not None else wrap_width(text)
    return [
        (start + a, start + b)
        for low, high in _paragraphs(text, width)
        for first, last in _stops(text, low, high)
        for a, b in _clauses(text, first, last)
    ]


def _paragraphs(text: str, width: int | None) -> Iterator[Span]:
    """Runs of lines that belong together; hard-wrapped lines are one run."""
    start = position = 0
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        end = position + len(line)
        if not line_continues(line, following, width):
            yield start, end
            start = end + 1
        position = end + 1


def _stops(text: str, low: int, high: int) -> Iterator[Span]:
    start = low
    for match in _STOP.finditer(text, low, high):
        if _ends_sentence(text, start, match, high):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, high)


def _ends_sentence(text: str, start: int, match: re.Match[str], high: int) -> bool:
    rest = text[match.end() : min(high, match.end() + 40)].lstrip()
    if not rest:
        return True
    follower = rest.lstrip(_OPENERS).lstrip()[:1]
    if not (follower.isupper() or follower.isdigit()):
        return False
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    before = text[start : match.start()]
    if _NUMBERED.fullmatch(before.strip()):
        return False
    words = before.split()
    word = words[-1].lstrip("“\"'(‘") if words else ""
    initial = len(word.split(".")[-1]) == 1 and word[-1:].isupper()
    return not (word in _ABBREVIATIONS or initial)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if any(char.isalnum() for char in text[start:end]):
        yield start, end


def _clauses(text: str, start: int, end: int) -> list[Span]:
    if len(text[start:end].split()) <= LONG_SENTENCE:
        return [(start, end)]
    pieces = _merged(text, _cut(text, start, end, ";"), SHORT_CLAUSE)
    result: list[Span] = []
    for low, high in pieces:
        if len(text[low:high].split()) <= LONGEST:
            result.append((low, high))
            continue
        # Nothing but commas or blanks is left to cut at; better than a passage no model reads to its end.
        marks = "," if text.count(",", low, high) > 2 else " "
        result.extend(_merged(text, _cut(text, low, high, marks), LONGEST // 2))
    return result


def _cut(text: str, start: int, end: int, mark: str) -> list[Span]:
    """Cut after every `mark` outside round brackets that a blank follows."""
    pieces: list[Span] = []
    depth, low = 0, start
    for position in range(start, end):
        char = text[position]
        depth = max(0, depth + (char == "(") - (char == ")"))
        cuts = mark == " " or (depth == 0 and text[position + 1 : position + 2].isspace())
        if char == mark and cuts:
            pieces.extend(_trimmed(text, low, position + 1))
            low = position + 1
    pieces.extend(_trimmed(text, low, end))
    return pieces


def _merged(text: str, pieces: list[Span], least: int) -> list[Span]:
    """Join pieces shorter than `least` syllables to a neighbour; "Hai là" always starts a piece of its own."""
    merged: list[Span] = []
    for low, high in pieces:
        short = merged and len(text[merged[-1][0] : merged[-1][1]].split()) < least
        if short and not _ORDINAL.match(text, low):
            merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    if len(merged) > 1 and len(text[merged[-1][0] : merged[-1][1]].split()) < least // 2:
        last = merged.pop()
        merged[-1] = (merged[-1][0], last[1])
    return merged
