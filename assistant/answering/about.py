"""Questions about a document itself: what it is about, who signed it, when and by whom it was issued, what it replaced.

The answer is the span that the metadata was read from (number line, signature, title), or the sentence of a relation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.evidence.constraints import unmet
from assistant.evidence.document_meant import placed_otherwise
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.question.understand import Question
from vectorstore.records import Chunk, Document, Hit
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols, symbols_match

# Aspect -> how it is asked, on folded text, in order of precedence.
_ASPECTS = (
    ("symbol", r"\b(?:mang so|(?:mang |co )?(?:so hieu|so ky hieu|ky hieu))(?: la)? (?:may|bao nhieu|nao|gi)\b"),
    ("replaces", r"\b(?:thay the|the cho(?: cho)?|thay cho) "
     r"(?:van ban|quyet dinh|chi thi|nghi quyet|huong dan|quy dinh|thong tu|nghi dinh|luat|cho)?"
     r"\s*(?:nao|gi|so)\b|\bthay the nhung\b"),
    ("replaced_by", r"\b(?:bi|duoc) (?:van ban nao )?thay the\b|\bvan ban nao (?:da )?(?:thay the|sua doi)\b|"
     r"\bcon (?:hieu luc|gia tri)\b|"
                    r"\bhet hieu luc\b|\b(?:quyet dinh|chi thi|nghi quyet) nao (?:da )?(?:thay the|sua doi)\b|"
                    r"\bduoc sua doi\b"),
    ("amends", r"\bsua doi(?:, bo sung)? (?:van ban|quyet dinh|quy che|quy dinh|thong tu|nghi dinh|nghi quyet|luat)? ?"
     r"(?:nao|gi)\b"),
    ("signer", r"\bai (?:da )?ky\b|\bnguoi ky\b|\bdo ai ky\b|\bky boi ai\b|\b"
     r"(?:dong chi|ong|ba|lanh dao) nao (?:da )?ky\b|"
     r"\b(?:(?:pho )?thu tuong|(?:thu|bo) truong|(?:pho )?chu tich|(?:pho )?giam doc) nao (?:da )?ky "
     r"(?=(?:ban hanh )?(?:nghi|quyet|thong|chi|ket|ke|luat)\b)|\bky\b.*\b(?:la ai|dung khong|phai khong)"),
    ("issue_date", r"(?<!hieu luc )\b(?:ban hanh|duoc ky|ky)\b[^?]*\b(?:ngay nao|khi nao|nam nao|thoi gian nao|"
     r"bao gio|ngay thang nao)\b"),
    ("organ", r"\b(?:co quan|don vi|to chuc|cap) nao ban hanh\b|\b(?:do )?ai ban hanh\b|\bcua co quan nao\b"),
    ("subject", r"(?:\b(?:ve|noi|noi ve|ban ve|ban chuyen|quy dinh|quy dinh ve|de cap|ban hanh|la)\b[^?]*"
                r"\b(?:viec gi|van de gi|linh vuc nao|mang nao|chuyen gi|noi dung gi|noi dung nao|viec nao|"
                r"van de nao|dieu gi|cai gi|quy che gi|"
                r"quy dinh gi|gi)\b)"),
)  # fmt: skip
_WITHIN = re.compile(
    r"\btheo\b.*\b(?:la|duoc hieu) |\b(?:la gi|la ai|duoc hieu (?:nhu )?the nao) theo\b|"
    r"\bquy dinh (?:\w+ ){2,}la gi\b"
)  # something in the document
# A day within the document, or that it is in force from, is not that of the document.
_DEADLINE = re.compile(
    r"\bhieu luc\b|\bap dung (?:ke )?tu\b|\b(?:truoc|tu|den|qua|sau) (?:ngay|thang|nam) nao\b|"
    r"\bcham nhat\b|\bthoi han\b|\bdang ky\b"
)
# What may stand before a document that it is asked of what it is about, and between it and the verb.
_BEFORE_SUBJECT = re.compile(
    r"\W*(?:\b(?:theo|cho|biet|toi|hoi|xin|vay|the|con|noi dung|chinh|chu yeu|tom tat|trich yeu|ten|chu de|"
    r"van ban|so|cua|ve|gi|la|"
    r"nghi quyet|quyet dinh|quy dinh|chi thi|ket luan|huong dan|ke hoach|thong tu|nghi dinh|cong van|chuong trinh|"
    r"thong bao|luat|"
    r"phap lenh|bao cao|quy che|dieu le|thong tri|cong dien|de an|nq|qd|ct|kl|hd|kh|tt|nd|cai)\b\W*)*"
)
_BETWEEN_SUBJECT = re.compile(
    r"\W*(?:(?:nay|do|tren|ay)\s+)?(?:duoc (?:tong ket|so ket|ky|ban hanh)(?: \w+){0,4}?\s+)?"
    r"(?:(?:cua|ngay|nam|do)\s[^?]{1,80}?\s)?(?:(?:da|chu yeu|co|duoc|thi|tap trung)\s+)*"
    r"(?:noi|ve|ban|quy dinh|de cap|ban hanh|la|dieu chinh|huong dan|noi dung|gi|viec|van de|linh vuc|"
    r"lien quan|yeu cau|ket luan)\b"
)
LONG_QUESTION = 6  # words
CITED = 0.6  # how sure of a subject that only another document tells
_OF_TITLE = ("symbol", "signer", "issue_date", "organ", "replaces", "amends")
STATED_ONLY = ("signer",)  # aspects that only the document itself states
_SAYS_SUBJECT = re.compile(
    r"(?:,?\s*ngày [\d/.\- ]+(?:tháng \d+ năm \d+)?)?(?:\s*của [^“\",;:]{3,90}?)?,?\s*(?:về|[“\"])\s*\w*", re.IGNORECASE
)
_QUOTES_TITLE = re.compile(r"[^“\";:.]{0,80}[“\"]")
_SIGNED = re.compile(r"\bdo\b.*\bky(?: ban hanh)?\b")
_ISSUED = re.compile(r"\b(?:ban hanh|duoc ky|ky)\s+(?:vao\s+)?ngay\b")
_DATED = re.compile(r",?\s*ngày\s+\d{1,2}\s*(?:[/.-]|tháng)\s*\d{1,2}\s*(?:[/.-]|năm)\s*\d{4}", re.IGNORECASE)
_ISSUER = re.compile(r"(?:,?\s*ngày [\d/.\- ]+(?:tháng \d+ năm \d+)?)?\s*của\s+[^\W\d_a-zđ]\w")
_SPAN = re.compile(r"@(\d+)-(\d+)")


def asked_of_title(question: Question) -> str | None:
    """The same of a document that no symbol names: only what is asked of documents alone, as who signed one."""
    if question.symbols or question.provisions:
        return None
    folded = fold(question.text)
    found = next((name for name, pattern in _ASPECTS if name in _OF_TITLE and re.search(pattern, folded)), None)
    return None if found == "issue_date" and _DEADLINE.search(folded) else found


def asked_aspect(question: Question) -> str | None:
    """Which fact about a document is asked for; None when it is something inside the document."""
    if not question.symbols or question.provisions:
        return None
    # What a follow-up was about stands behind it in parentheses.
    folded = fold(re.sub(r"\s\([^()]*\)\?$", "?", question.text))
    if _WITHIN.search(folded):
        return None
    if question.confirm and question.dates and _ISSUED.search(folded):
        return "issue_date"
    if question.confirm and not question.dates and _SIGNED.search(folded):
        return "signer"
    found = next((name for name, pattern in _ASPECTS if re.search(pattern, folded)), None)
    if (found == "issue_date" and _DEADLINE.search(folded)) or (
        found == "subject" and not _of_document(question, folded)
    ):
        return None
    follows = folded != fold(question.text)  # a long one has a subject of its own: "Nguyên nhân của hạn chế đó là gì?"
    return None if found == "subject" and follows and len(folded.split()) > LONG_QUESTION else found


def _of_document(question: Question, folded: str) -> bool:
    """Whether it is the document itself that something is asked about, and nothing in it: "… gọi X là gì?"."""
    symbol = question.symbols[0]
    return bool(
        _BEFORE_SUBJECT.fullmatch(folded[: symbol.start])
        and _BETWEEN_SUBJECT.match(folded, min(symbol.end, len(folded)))
    )


def evidence_about(aspect: str, document: Document, changed_by: Sequence[Document]) -> Evidence | None:
    """The span that answers; None where the document does not tell."""
    if aspect in ("replaces", "amends"):
        return _relation(document, {"replaces": ("replaces", "repeals"), "amends": ("amends",)}[aspect])
    if aspect == "replaced_by":
        pairs = ((other, _relation(other, ("replaces", "repeals", "amends"), document.symbol)) for other in changed_by)
        return next((found for _, found in pairs if found), None)
    if aspect == "subject":
        return _title(document)
    match = _SPAN.search(document.provenance.get(aspect, ""))
    if not match:
        return None
    start, end = int(match[1]), int(match[2])
    if aspect == "signer":
        start = _office_start(document.text, start)
    return _evidence(document, start, end, _PLACES[aspect])


def cited(question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """The sentence in which another document says what the one named is about: "Nghị quyết số 25-NQ/TW về “…”".

    One that quotes the title goes before one that tells it in its own words.
    """
    found: list[tuple[bool, Evidence]] = []
    for evidence in ranked:
        for symbol in find_symbols(evidence.text):
            named = any(symbols_match(asked, symbol) for asked in question.symbols[:1])
            if named and _SAYS_SUBJECT.match(evidence.text, symbol.end):
                found.append((_QUOTES_TITLE.match(evidence.text, symbol.end) is not None, evidence))
    return max(found, key=lambda one: one[0])[1] if found else None


def may_cite(question: Question, evidence: Evidence) -> bool:
    """Whether a sentence can be on the document asked about: it is of no other province, and gives no other day."""
    if placed_otherwise(question, evidence.hit.document):
        return False
    dated = any(mention.day for mention in find_dates(evidence.text))
    return not dated or all(problem.kind != "date" for problem in unmet(question, evidence))


def mentioned(question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """The first sentence of another document that names the one asked about."""
    for evidence in ranked:
        symbols = find_symbols(evidence.text)
        if any(symbols_match(asked, symbol) for asked in question.symbols for symbol in symbols):
            return evidence
    return None


def cited_date(question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """The sentence in which another document says when the one named was issued: "25-NQ/TW, ngày 3/6/2013"."""
    return _cited_with(_DATED, question, ranked)


def cited_organ(question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """The sentence in which another document says whose the one named is: "Quyết định số 218 của Bộ Chính trị"."""
    return _cited_with(_ISSUER, question, ranked)


def _cited_with(said: re.Pattern[str], question: Question, ranked: Sequence[Evidence]) -> Evidence | None:
    """The first sentence that names the document asked about with `said` right behind its symbol."""
    for evidence in ranked:
        for symbol in find_symbols(evidence.text):
            named = any(symbols_match(asked, symbol) for asked in question.symbols[:1])
            if named and said.match(evidence.text, symbol.end):
                return evidence
    return None


def not_here(question: Question) -> str:
    """What is said of a document that is only cited."""
    symbol = question.symbols[0].text
    return f"Kho tài liệu không có {symbol[0].lower() + symbol[1:] if symbol[0].isalpha() else f'văn bản {symbol}'}"


def _office_start(text: str, name: int) -> int:
    """Where the office above a signature begins: the lines in capitals before the name."""
    lines = text[:name].rstrip().split("\n")
    start = name
    for line in reversed(lines[-6:]):
        if line.strip() and line != line.upper():
            break
        if line.strip():
            start = text.rfind(line, 0, start)
    return start


_PLACES = {
    "symbol": "số, ký hiệu",
    "signer": "phần ký",
    "issue_date": "địa danh, ngày tháng ban hành",
    "organ": "phần đầu văn bản",
}


def _title(document: Document) -> Evidence | None:
    """The subject as the document prints it: the lines of the title, found in the text whatever their line breaks."""
    words = [re.escape(word) for word in document.title.split()]
    for start in range(min(4, len(words))):  # the type may be printed apart from the subject
        match = re.search(r"\s+".join(words[start:]), document.text, re.IGNORECASE)
        if match and len(words) - start >= 3:
            return _evidence(document, match.start(), match.end(), "tên văn bản")
    return None


def _relation(document: Document, kinds: Sequence[str], symbol: str | None = None) -> Evidence | None:
    for kind in kinds:
        for relation in document.relations:
            if relation.kind == kind and (symbol is None or fold(relation.symbol) == fold(symbol)):
                return _evidence(document, relation.start, relation.end, "điều khoản thi hành")
    return None


def _evidence(document: Document, start: int, end: int, locator: str) -> Evidence:
    text = document.text[start:end]
    chunk = Chunk(document.document_id, document.version, start, end, text, ((start, end),), locator=locator)
    return Evidence(Hit(chunk, document, 0.0), 0, 0, start, end, np.zeros(len(FEATURES)), 0.0)
