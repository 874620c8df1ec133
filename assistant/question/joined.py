"""Clauses that each ask something of their own, as one question each.

"…, còn năm 2024 ngành đề ra mấy nhiệm vụ?", "Hội nghị năm 2023: A là ai, B là ai?", "Hội nghị A và hội nghị B lần lượt
họp ngày nào?"
"""

from __future__ import annotations

import re

from assistant.question.asking import asking_folded
from assistant.question.followup import standalone
from assistant.question.topic import with_topic
from assistant.types import Turn
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold

_ASKS = r"(?:bao nhieu|may|ai|gi|nao|o dau|ra sao|vi sao|tai sao)"
_ASKED = re.compile(rf"\b{_ASKS}\b")
_WHEREAS = re.compile(r"\s*[,;?]\s*(?:còn|con)\s+(?!(?:lại|lai|nữa|nua|gì|gi|ai|nào|nao)\b)", re.IGNORECASE)
_AND = re.compile(r"\s*[,;]\s*(?:và|va)\s+", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,;]\s*(?:(?:và|va|còn|con)\s+)?|\s+(?:và|va)\s+", re.IGNORECASE)
# Where or of what all clauses are: "Theo tổng kết nhiệm kỳ, …", "Hội nghị năm 2023: …".
_FRAME = re.compile(r"\W*(?:theo|tai|trong|o|ve|hoi nghi|nam|giai doan)\b[^,:?]{3,90}(?P<mark>[,:])\s*")
_ENDS_ASKED = re.compile(rf"\b(?:la ai|la gi|{_ASKS})(?:\s+\w+){{0,3}}\s*$")
_RESPECTIVELY = re.compile(r"\s*(?:,?\s*vậy\s+)?(?:thì\s+)?lần lượt\s+(?:là\s+)?", re.IGNORECASE)
_BOTH = re.compile(r"\s+(?:cùng|đều)\b[^,?]*,?\s*$", re.IGNORECASE)
_NO_VERB = re.compile(r"\W*(?:ai|gi|bao nhieu|may|ngay|nam|thang|noi)\b")
_IN_YEAR = re.compile(r"\W*(?:trong )?nam (?:19|20)\d\d,?\s+")
# "Cho tôi chủ đề năm 2018 của A và chủ đề năm 2024 của B": the same asked twice.
_WANTED = re.compile(r"\W*(?:cho (?:toi |biet |toi biet )?|neu |hay neu |xin |ke |liet ke )")
_PART = re.compile(r"(?i),\s*(?:trong đó|trong do|tính riêng|tinh rieng|riêng|rieng)\b")
_FIGURE_ASKED = re.compile(r"\bbao nhieu\b|\bmay\b(?! (?:gio|ngay)\b)")
LEAST_APART = 2  # words of a second question that leans on the first
LEAST_FIRST = 8  # words of a first question that says what both are about
SHORT = 10  # words of a second clause that may leave out what the first has
LEAST_WORDS = 4  # of a clause that can stand alone
MOST_CLAUSES = 3


def clauses(text: str) -> tuple[str, ...]:
    """The questions that a text asks one after another; none where it asks one."""
    return _respectively(text) or _listed(text) or _two(text) or _same_asked(text) or _leaning(text)


def part_apart(text: str) -> tuple[str, ...]:
    """A period's figure, and that of a part of it, asked at once: "Từ 2018 đến 2022 …, riêng năm 2022 là mấy em?"."""
    return _leaning(text) if _PART.search(text) else ()


def _leaning(text: str) -> tuple[str, ...]:
    """A short second question behind a comma, of what the first is about: "… bao nhiêu tỷ, dân góp bao nhiêu?"."""
    one, comma, two = text.rstrip(" ?.").rpartition(",")
    figures = all(_FIGURE_ASKED.search(asking_folded(part)) for part in (one, two))
    if not comma or not figures or not LEAST_WORDS <= len(two.split()) <= SHORT or len(one.split()) < LEAST_FIRST:
        return ()
    first = _question(one)
    if find_years(two) and find_years(one):  # "từ 2018 đến 2022 …, riêng năm 2022 là mấy?"
        return first, standalone(f"Còn {two.strip()}?", [Turn(role="user", content=first)])
    return first, with_topic(two.strip(), first)


def apart(text: str) -> tuple[str, ...]:
    """Two things asked in one sentence behind a comma: "Hội nghị … do ai chủ trì, họp hôm nào?"."""
    one, comma, two = text.rstrip(" ?.").rpartition(",")
    asked = all(_ASKED.search(asking_folded(part)) for part in (one, two))
    if not comma or not asked or not LEAST_APART <= len(two.split()) <= SHORT or len(one.split()) < LEAST_WORDS:
        return ()
    return _question(one), with_topic(two.strip(), _question(one))


def _two(text: str) -> tuple[str, ...]:
    folded = asking_folded(text)
    frame = _FRAME.match(folded)
    for joint in (*_WHEREAS.finditer(text), *_AND.finditer(text)):
        start = frame.end() if frame and frame.end() < joint.start() else 0
        one, two = text[start : joint.start()], text[joint.end() :].rstrip(" ?.")
        if all(_ASKED.search(asking_folded(part)) and len(part.split()) >= LEAST_WORDS for part in (one, two)):
            if not _AND.fullmatch(joint.group()):  # "còn riêng Bến Tre công nhận bao nhiêu?" leans on the first
                first = _question(text[: joint.start()])
                leans = len(two.split()) <= SHORT and not find_years(two)
                return first, standalone(f"Còn {two}?", [Turn(role="user", content=first)]) if leans else _question(two)
            opening = text[:start] if frame else ""
            return (_question(text[: joint.start()]), _question(f"{opening}{two}"))
    return ()


def _listed(text: str) -> tuple[str, ...]:
    """Short clauses behind a colon, each with what it asks at its end: "Hội nghị năm 2023: A là ai, B là ai?"."""
    frame = _FRAME.match(fold(text))
    if frame is None or frame["mark"] != ":":
        return ()
    parts = [part for part in _COMMA.split(text[frame.end() :].rstrip(" ?.")) if part.strip()]
    if not 2 <= len(parts) <= MOST_CLAUSES or not all(_ENDS_ASKED.search(asking_folded(part)) for part in parts):
        return ()
    opening = text[: frame.end()].rstrip(" :")
    return tuple(_question(f"{opening}, {part}") for part in parts)


def _respectively(text: str) -> tuple[str, ...]:
    """ "Hội nghị A và hội nghị B đều họp ở Hà Nội, lần lượt là ngày nào?": two of a kind, each asked the same."""
    asked = _RESPECTIVELY.search(text)
    if asked is None:
        return ()
    named = _BOTH.sub("", text[: asked.start()].rstrip(" ,"))
    frame = _IN_YEAR.match(fold(named)) or _FRAME.match(fold(named))
    opening, named = (named[: frame.end()], named[frame.end() :]) if frame else ("", named)
    kind = fold(named.split()[0]) if named.split() else ""
    for joint in re.finditer(r"\s+(?:và|va)\s+", named):
        if fold(named[joint.end() :]).startswith(kind) and not re.search(r"(?:19|20)\d\d\W*$", kind):
            one, two = named[: joint.start()], named[joint.end() :]
            if min(len(one.split()), len(two.split())) >= LEAST_WORDS:
                rest = text[asked.end() :]
                rest = f"là {rest}" if _NO_VERB.match(fold(rest)) else rest
                return tuple(_question(f"{opening}{part} {rest}") for part in (one, two))
    return ()


def _same_asked(text: str) -> tuple[str, ...]:
    wanted = _WANTED.match(fold(text))
    if wanted is None:
        return ()
    head = fold(" ".join(text[wanted.end() :].split()[:2]))
    for joint in re.finditer(r"\s*,?\s+(?:và|va)\s+", text):
        one, two = text[wanted.end() : joint.start()], text[joint.end() :]
        if fold(two).startswith(f"{head} ") and min(len(one.split()), len(two.split())) >= LEAST_WORDS:
            return (f"{_question(one)[:-1]} là gì?", f"{_question(two)[:-1]} là gì?")
    return ()


def _question(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" ,;.?")
    return f"{text[:1].upper()}{text[1:]}?"
