"""Several things asked of one document: "Nghị quyết 05-NQ/TU do ai ký, ban hành ngày nào?", as one question each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.question.asking import asking_folded
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol

_CLAUSES = re.compile(r"\s*,?\s+và\s+|\s*[,;]\s+")
_ASKED = re.compile(r"\b(?:ai|gi|nao|bao nhieu|may|khi nao|bao gio|o dau)\b")
_KINDS = (
    r"văn bản|nghị quyết|quyết định|quy định|chỉ thị|thông tư|nghị định|luật|kế hoạch|kết luận|hướng dẫn|báo cáo|"
    r"thông báo|chương trình"
)
_ASPECT = re.compile(  # what is asked of a document as such
    rf"^\W*(?:(?:{fold(_KINDS)})(?: (?:nay|do|tren))?\s+)?"
    r"(?:(?:do |duoc )?ai (?:da )?ky|(?:co )?hieu luc\b.*\b(?:nao|gio)|(?:duoc )?ban hanh\b.*\b(?:nao|gio)|"
    r"(?:bi |duoc )?(?:thay the|bai bo|sua doi)\b.*\b(?:nao|gi)|co quan nao ban hanh|"
    r"do (?:co quan )?(?:nao|ai) ban hanh|"
    r"(?:noi|quy dinh|ve)\b.*\bgi)\W*$"
)
_KIND = re.compile(rf"(?:{_KINDS})(?: số)?\s*$", re.IGNORECASE)
_THIS = re.compile(rf"^\W*(?:{_KINDS})(?:\s+(?:này|đó|trên))?\s+", re.IGNORECASE)


def of_document(text: str, symbols: Sequence[Symbol]) -> tuple[str, ...]:
    """One question each, all of the document that the first one names; none where only one thing is asked of it."""
    if len(symbols) == 2:
        return _of_two(text, symbols)
    if len({symbol.text for symbol in symbols}) != 1:
        return ()
    symbol, clauses = symbols[0], [clause for clause in _CLAUSES.split(text.strip(" ?.")) if clause.strip()]
    if len(clauses) < 2 or symbol.end > len(clauses[0]) or not _ASKED.search(asking_folded(clauses[0])):
        return ()
    if not all(_ASPECT.search(fold(clause)) for clause in clauses[1:]):
        return ()
    kind = _KIND.search(text[: symbol.start])
    name = f"{kind.group()}{symbol.text}" if kind else symbol.text
    later = [f"{name} {_THIS.sub('', clause).strip()}?" for clause in clauses[1:]]
    return (f"{clauses[0].strip()}?", *(f"{part[:1].upper()}{part[1:]}" for part in later))


def _of_two(text: str, symbols: Sequence[Symbol]) -> tuple[str, ...]:
    """ "Quyết định A hỗ trợ gì và Nghị định B sửa đổi gì?": each clause asks something of its own document."""
    between = re.finditer(r"\s*,?\s+và\s+", text[: symbols[1].start])
    joint = next((match for match in between if match.start() > symbols[0].end), None)
    if joint is None:
        return ()
    clauses = (text[: joint.start()], text[joint.end() :].rstrip(" ?."))
    asked = all(_ASKED.search(asking_folded(clause)) for clause in clauses)
    return tuple(f"{clause[:1].upper()}{clause[1:].strip()}?" for clause in clauses) if asked else ()
