"""Rules that turn one sentence of a document into draft questions whose answer is in that sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.text.dates import find_dates
from vectorstore.text.symbols import find_symbols

# "183.676 mô hình", "9 nhiệm vụ": a figure followed by what it counts.
_FIGURE = re.compile(r"(?<![\w./-])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?= [a-zà-ỹđ]{2,})")
_NO_UNIT = re.compile(r"^ (?:tháng|năm|ngày|giờ|phút|và|của|là|đến|triệu|tỷ|nghìn|ngàn)\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UPPER = "A-ZĐ" + "".join(chr(code) for code in range(0xC0, 0x1EFA) if chr(code).isupper())
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Đinh|Đoàn|Lâm|Mai|Tô|Hà|Cao|Trịnh|"
    "Tạ|Đào|Chu|Thái|La|Lương|Quách|Kiều|Tống|Triệu|Hứa|Vương|Điểu|Lò|Giàng|Thào|Hầu|Nông|Bế|Hoàng|Sùng|Vi|Lục"
)
_ROLE = re.compile(
    r"((?:(?:Phó )?(?:Trưởng [Bb]an|Chủ tịch|Bí thư|Chủ nhiệm|Giám đốc|Thủ tướng|Tổng Thư ký|Chánh Văn phòng)"
    r"|Bộ trưởng|Thứ trưởng|Tổng Bí thư)(?: [\wÀ-ỹ]+){0,9}?)"
    rf",? (?:đồng chí |ông |bà )?((?:{_SURNAMES})(?: [{_UPPER}][\w'’]*){{1,3}})(?![\w'’])"
)
_ABOUT = re.compile(r"^[^.;,:“”]{0,60}?\b(?:quy định về|quy định|về việc|về)\s+([^.;:“”()]{12,140})(?=[.;:“”()]|$)")
_CLAUSE_END = re.compile(r"[,;:()“”]| – ")
LEAST_SYLLABLES, MOST_SYLLABLES = 8, 28  # of a question's clause
LEAST_ROLE = 4  # syllables of a role


@dataclass(frozen=True, slots=True)
class Draft:
    """A question made by rule `kind`, the words that answer it, and the sentence both come from."""

    kind: str
    question: str
    answer: str
    sentence: str


def draft(sentence: str, topic: str) -> Iterator[Draft]:
    """All questions the rules make of a sentence; `topic` (the document's title or symbol) makes them stand alone."""
    sentence = " ".join(sentence.split())
    yield from _figures(sentence, topic)
    yield from _dates(sentence, topic)
    yield from _roles(sentence, topic)
    yield from _symbols(sentence)


def _figures(sentence: str, topic: str) -> Iterator[Draft]:
    for match in _FIGURE.finditer(sentence):
        if _NO_UNIT.match(sentence[match.end() :]) or _YEAR.fullmatch(match.group()):
            continue
        clause = _clause(sentence, *match.span(), "bao nhiêu")
        if clause:
            yield Draft("number", f"{_according(topic)}{clause}?", match.group(), sentence)


def _dates(sentence: str, topic: str) -> Iterator[Draft]:
    for mention in find_dates(sentence):
        written = sentence[mention.start : mention.end]
        if mention.day is None or find_symbols(sentence[max(0, mention.start - 40) : mention.start]):
            continue  # the date of another document, named in passing
        clause = _clause(sentence, mention.start, mention.end, "ngày nào")
        if clause:
            yield Draft("date_place", f"{_according(topic)}{clause}?", re.sub(r"^\D+", "", written), sentence)


def _roles(sentence: str, topic: str) -> Iterator[Draft]:
    for match in _ROLE.finditer(sentence):
        role, name = match.group(1).removesuffix(" là"), match.group(2)
        if len(role.split()) >= LEAST_ROLE:  # "Trưởng Ban" alone could be anyone
            yield Draft("person", f"{_according(topic)}ai là {role}?", name, sentence)


def _symbols(sentence: str) -> Iterator[Draft]:
    for symbol in find_symbols(sentence):
        about = _ABOUT.match(sentence[symbol.end :])
        if about and "/" in symbol.text:
            written = sentence[symbol.start : symbol.end]
            yield Draft("symbol", f"Văn bản {written} nói về vấn đề gì?", about.group(1).strip(), sentence)


def _clause(sentence: str, start: int, end: int, asked: str) -> str | None:
    """The clause round a span, with the span replaced by the question words; None where it is too short or too long."""
    low = max((match.end() for match in _CLAUSE_END.finditer(sentence, 0, start)), default=0)
    high = next((match.start() for match in _CLAUSE_END.finditer(sentence, end)), len(sentence))
    clause = f"{sentence[low:start]}{asked}{sentence[end:high]}".strip(" .!-–•")
    clause = re.sub(r"\b[Nn]gày ngày nào", "ngày nào", clause)
    if not LEAST_SYLLABLES <= len(clause.split()) <= MOST_SYLLABLES:
        return None
    return clause


def _according(topic: str) -> str:
    return f"Theo “{topic}”, "
