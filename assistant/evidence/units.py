"""Of which administrative unit a figure is: a district's poverty rate is not the province's.

A sentence is of a lower unit where it begins with one ("Huyện A có …"), or stands in the report of one. Asked of the
whole, it does not answer; asked of no place in particular, it answers with its unit named.
"""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from assistant.evidence.sentences import Evidence
from assistant.question.asking import asks
from assistant.question.places import find_provinces
from assistant.question.understand import Question
from vectorstore.records import Document
from vectorstore.text.normalise import fold

LOWER = ("district", "commune")
_KINDS = r"huyện|thị xã|thành phố|xã|phường|thị trấn|quận|đặc khu"
_NAME = r"\p{Lu}\p{Ll}*(?:['’]\p{Lu}?\p{Ll}+)?(?:\s+(?:\p{Lu}\p{Ll}*(?:['’]\p{Lu}?\p{Ll}+)?|\d{1,2}\b))*"
# With what may stand before the subject of a sentence: "1. Riêng huyện A …", "Tại xã B, …".
_SUBJECT = regex.compile(
    rf"^\W*(?:\d+(?:\.\d+)*[.)]\s*|[a-zđ]\)\s*)?(?:(?i:riêng|trong đó|tại|ở|ủy ban nhân dân|UBND|huyện ủy)\s+){{0,2}}"
    rf"(?P<kind>(?i:{_KINDS}))\s+(?P<name>{_NAME})"
)
_OF_UNIT = regex.compile(rf"(?P<kind>(?i:{_KINDS}))\s+(?P<name>{_NAME})")
_CITIES = frozenset({"ha noi", "hai phong", "da nang", "can tho", "ho chi minh", "hue"})  # as large as provinces
# On the question with its diacritics: folded, "quản lý" and "cơ quan" have a "quận" in them.
_UNIT_ASKED = re.compile(
    r"\b(?:huyện|thị xã|xã|phường|thị trấn|quận|địa phương|đơn vị|nơi|"
    r"thành phố (?!hà nội|hải phòng|đà nẵng|cần thơ|hồ chí minh|huế))\b"
)
_COUNTED = re.compile(r"\b(?:bao nhiêu|mấy|số|những|các) (?:huyện|xã|phường|thị trấn|quận|đơn vị)\b|\bxã hội\b")
_MEASURE = re.compile(
    r"\W*(?:(?:nam \d{4},? )?(?:ty le|tong|so luong|dien tich|dan so|san luong|doanh thu|kim ngach|thu nhap|"
    r"thu ngan sach|chi ngan sach|toc do))\b"
)
_EXTREME = re.compile(r"\b(?:cao|thap|nhieu|it|lon|nho) nhat\b")
_WHOLE = re.compile(r"\b(?:toan tinh|cua tinh|tinh ta|ca tinh|ca nuoc|toan quoc|tren dia ban tinh)\b")


def asks_figure(question: Question) -> bool:
    """Asked for with "bao nhiêu", or by its name alone: "Thu ngân sách của tỉnh năm 2023?"."""
    return question.expects == "number" or (question.expects == "text" and bool(_MEASURE.match(fold(question.text))))


def asks_figure_of_whole(question: Question) -> bool:
    """A figure is asked for, of a province or of no place in particular, and not of one unit among others."""
    if not asks_figure(question) or question.symbols or question.quoted:
        return False
    # The communes that are counted in "bao nhiêu xã đạt chuẩn" are a figure of the whole.
    named = _UNIT_ASKED.search(_COUNTED.sub(" ", question.text.lower()))
    return named is None and not asks(_EXTREME, question.text)


def names_whole(question: Question) -> bool:
    """Whether the question names the province, or the country, as a whole."""
    return bool(find_provinces(question.text)) or bool(asks(_WHOLE, question.text))


def lower_unit(question: Question, evidence: Evidence) -> str | None:
    """The unit below the province whose figure the sentence gives; None where it gives the whole's, or the one asked
    about."""
    if not asks_figure_of_whole(question):
        return None
    sentence, asked = " ".join(evidence.text.split()), fold(question.text)
    unit = subject_of(sentence) or unit_of(evidence.hit.document)
    if unit is None or fold(_name(unit)) in asked:
        return None
    others = (found["name"] for found in _OF_UNIT.finditer(sentence))
    return None if any(fold(name) in asked for name in others) else unit


def of_another_unit(question: Question, evidence: Evidence) -> bool:
    """A figure of a lower unit is asked for, and the sentence is not the one of its passage that names the unit."""
    if not asks_figure(question) or not question.names:
        return False
    chunk = evidence.hit.chunk
    around = fold(f"{evidence.text} {chunk.context} {' '.join(chunk.section)} {evidence.hit.document.title}")
    units = _units_in(chunk.text)
    return any(fold(name) in units and fold(name) not in around for name in question.names)


def unit_of(document: Document) -> str | None:
    """The district or commune that a whole document is about; None for documents of higher levels."""
    if document.level not in LOWER:
        return None
    for text in (document.organ, document.title):
        if found := _OF_UNIT.search(" ".join((text or "").split())):
            return f"{found['kind'].lower()} {found['name']}"
    return None


@lru_cache(maxsize=2048)
def _units_in(text: str) -> frozenset[str]:
    """The names of the units in a passage, folded."""
    return frozenset(fold(found["name"]) for found in _OF_UNIT.finditer(" ".join(text.split())))


@lru_cache(maxsize=8192)
def subject_of(sentence: str) -> str | None:
    """The district or commune that a sentence begins with: "huyện A" of "Riêng huyện A có …"."""
    found = _SUBJECT.match(sentence)
    if not found or fold(found["name"]) in _CITIES:
        return None
    return f"{found['kind'].lower()} {found['name']}"


def _name(unit: str) -> str:
    return next(unit[len(kind) :].strip() for kind in _KINDS.split("|") if unit.startswith(kind + " "))
