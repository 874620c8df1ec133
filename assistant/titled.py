"""Documents that a question names by their title instead of their symbol: "Thông tư hướng dẫn xây dựng …"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.evidence.terms import FUNCTION_WORDS
from assistant.question.shorthand import ABBREVIATIONS
from assistant.question.understand import Question
from vectorstore.records import Document
from vectorstore.text.normalise import fold, syllables
from vectorstore.text.symbols import DOCUMENT_TYPES

LEAST_WORDS = 4  # content words of a title that a question must give
_KINDS = "|".join(sorted({fold(name) for name in DOCUMENT_TYPES.values()}, key=len, reverse=True))
# What is asked of the document ends its name: "Thông tư hướng dẫn … do ai ký ban hành?"
_NAME = re.compile(
    rf"\b(?P<kind>{_KINDS}) (?P<name>.+?)\s*(?:[?.]*\s*$|,|\b(?:do (?:ai|dong chi|ong|ba|co quan)|"
    r"duoc (?:ai|ky|ban hanh|thay the|sua doi)|(?:bi )?thay the|sua doi|(?:co|con|het) hieu luc|"
    r"(?:ky|ban hanh) (?:vao )?(?:ngay|khi|nam)|ai ky|co quan nao|la (?:ai|cua)|"
    r"(?:mang |co )?(?:so|so hieu|so ky hieu|ky hieu)(?: la)? (?:may|bao nhieu|nao|gi))\b)"
)

_FUNCTION = frozenset(fold(word) for word in FUNCTION_WORDS if len(word) > 1)


def named(question: Question, documents: Iterable[Document]) -> Document | None:
    """The one document whose title has every word of the name that the question gives; None where none or several do.

    Of several, one whose title has nothing else is meant.
    """
    spelled = " ".join(ABBREVIATIONS.get(word.lower(), word) for word in question.text.split())
    match = _NAME.search(fold(spelled))
    wanted = _words(match["name"]) if match else frozenset()
    if not match or len(wanted) < LEAST_WORDS:
        return None
    kind = match["kind"]
    own = [(d, _words(fold(d.title).removeprefix(kind))) for d in documents if fold(d.kind or "") == kind]
    fitting = [(document, title) for document, title in own if wanted - _issued(document) <= title]
    exact = [(document, title) for document, title in fitting if title <= wanted]
    meant = exact or fitting
    return meant[0][0] if len(meant) == 1 else None


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in syllables(fold(text)) if word not in _FUNCTION)


def _issued(document: Document) -> frozenset[str]:
    """Words that may stand in the name for telling by whom and when: "Thông tư của Bộ Tài chính năm 2031 về …"."""
    year = f"năm {document.issue_date.year}" if document.issue_date else ""
    return _words(f"{document.organ or ''} {year}")
