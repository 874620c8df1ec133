"""By whom an article was written or photographed and when it was published: lines that belong to no passage.

"Tin, ảnh: …" at the end and "Xã hội 15/01/2021 - 00:08" under the headline say nothing of what was reported, and are
quoted only where the article as such is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import regex

from assistant.answering.about import asked_of_title, evidence_about
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.evidence.terms import Terms, coverage
from assistant.question.names import PERSON
from assistant.question.understand import Question
from vectorstore.records import Chunk, Document, Hit
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold

ABOUT_IT = 0.6  # least share of what the article is said to be about in its title and best passage
LAST_LINES, FIRST_LINES = 8, 8
NEAREST = 8  # sentences whose documents may be the one meant
_NEWS = r"tin(?! (?:nguong|nhiem|dung|chi|hoc|ngu)\b)"  # and no "tín ngưỡng", "tín dụng"
_ARTICLE = re.compile(rf"\b(?:bai (?:viet|bao|dang)|tin bai|ban tin|bai|{_NEWS})\b")
_ASKS_AUTHOR = re.compile(
    r"\btac gia\b|\b(?:ai|nguoi|do ai|cua ai) (?:la )?(?:viet|dua tin|chup)\b|"
    rf"^\W*(?:{_NEWS}|bai|anh)\b[^?]*\bla cua ai\b|"
    rf"\b(?:{_NEWS}|bai|anh)\b[^?]{{0,12}}\b(?:cua|do) (?:ai|tac gia nao|phong vien nao)\b|"
    rf"\b(?:{_NEWS}|bai|anh)\b[^?]*\b(?:do |cua )?(?:ai|nguoi nao|phong vien nao) (?:viet|dua|chup|ky|thuc hien)\b"
)
_ASKS_DAY = re.compile(
    r"\b(?:dang|dang tai|xuat ban|dang bao|len trang|cong bo)\b"
    r"[^?]{0,30}\b(?:(?:ngay|thang|gio|nam)(?: (?:ngay|thang|gio|nam))* (?:nao|may)|khi nao|hom nao|bao gio|"
    r"luc (?:nao|may gio)|may gio)\b"
)
_BYLINE = re.compile(
    r"\W*(?:tin|bai|anh|tin,+ ?(?:bai|anh)|bai,+ ?anh|tin va anh|bai va anh|tac gia|pv|bai viet)\b[^.]{0,20}:\s*\S"
)
_NAME_ALONE = regex.compile(rf"\s*(?:{PERSON.pattern})\s*(?:\([^()]{{3,80}}\))?\s*")
_THAT_DOCUMENT = re.compile(
    r"\b(?:bai viet|bai|bao cao|nghi quyet|quyet dinh|van ban|thong bao|ke hoach|chi thi|huong dan|"
    r"chuong trinh|thong tu|"
    r"nghi dinh)\s+(?:do|nay|tren|ay)\b"
)
_OF_ARTICLE = frozenset(
    ["bài", "viết", "báo", "tin", "ảnh", "đăng", "tải", "tác", "giả", "chụp", "xuất", "bản", "ngày", "đưa", "ký", "này"]
)


def find(question: Question, ranked: Sequence[Evidence], terms: Terms) -> Evidence | None:
    """The line with the author or the day of the article that the question is about; None where none is asked for."""
    folded = fold(question.text)
    if signed := _signed_by(question, ranked):
        return signed
    author, day = _ASKS_AUTHOR.search(folded), _ASKS_DAY.search(folded)
    if question.symbols or not _ARTICLE.search(folded) or not (author or day):
        return None
    best = ranked[0]
    document = best.hit.document
    own = {fold(word) for word in _OF_ARTICLE} | _OF_ARTICLE
    wanted = {word: weight for word, weight in terms.unigrams.items() if word not in own}
    said = terms.read(f"{document.title} \n {best.hit.chunk.indexed_text} \n {best.text}")
    if document.symbol or coverage(wanted, said) < ABOUT_IT:
        return None
    return _byline(document) if author else _dateline(document)


def _signed_by(question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """The line that gives the author whom the question names with what he is: "Nguyễn Hiếu (Ban Dân vận Tỉnh ủy)"."""
    persons = [name for name in question.names if PERSON.fullmatch(name)]
    if question.expects != "organ" or not persons or any(name in one.text for one in ranked for name in persons):
        return None
    for document in {one.hit.document.document_id: one.hit.document for one in ranked[:NEAREST]}.values():
        line = _byline(document)
        if line and "(" in line.text and any(name in line.text for name in persons):
            return line
    return None


def of_document(question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """Who signed "báo cáo đó", and when: of the document that the best sentence is from, which no symbol names."""
    aspect = asked_of_title(question) if _THAT_DOCUMENT.search(fold(question.asking)) else None
    return evidence_about(aspect, ranked[0].hit.document, ()) if aspect in ("signer", "issue_date", "organ") else None


def _byline(document: Document) -> Evidence | None:
    lines = [match for match in re.finditer(r"[^\n]+", document.text) if match.group().strip()]
    last = lines[-LAST_LINES:]
    found = [line for line in last if _BYLINE.match(fold(line.group()))]
    found = found or [line for line in last if _NAME_ALONE.fullmatch(line.group())]
    return _line(document, found[-1], "tác giả") if found else None


def _dateline(document: Document) -> Evidence | None:
    lines = [match for match in re.finditer(r"[^\n]+", document.text) if match.group().strip()]
    when = document.published_date
    for line in lines[:FIRST_LINES]:
        days = [day for day in find_dates(line.group()) if day.day and day.month]
        if when and any((day.day, day.month) == (when.day, when.month) for day in days):
            return _line(document, line, "ngày đăng")
    return None


def _line(document: Document, line: re.Match[str], locator: str) -> Evidence:
    start, text = line.start() + len(line.group()) - len(line.group().lstrip()), line.group().strip()
    end = start + len(text)
    chunk = Chunk(document.document_id, document.version, start, end, text, ((start, end),), locator=locator)
    return Evidence(Hit(chunk, document, 0.0), 0, 0, start, end, np.zeros(len(FEATURES)), 0.0)
