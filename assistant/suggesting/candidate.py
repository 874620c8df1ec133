"""A question made from a place in a document, before anyone knows whether it is answered from there."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from vectorstore.records import Document

LONGEST = 150  # characters of a question that is offered
# A name or an abbreviation keeps its capital inside a sentence: "UBND …", "Ban Thanh tra …", "Trung tâm Phục vụ …".
_NAME = regex.compile(r"^(?:\p{Lu}{2,}|\p{Lu}\p{Ll}*\s+(?:\p{Ll}+\s+)?\p{Lu})")
_FIRST_TWO = regex.compile(r"^\p{Lu}\p{Ll}*\s+\p{Ll}+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the span of the document's text that its answer should be cut from."""

    question: str
    start: int
    end: int


def written_name(document: Document) -> str:
    """How a letter names a document: "Quyết định số 22/2023/QĐ-UBND"; empty where it has no symbol."""
    return f"{document.kind} số {document.symbol}" if document.kind and document.symbol else ""


def inside(text: str, usage: str = "") -> str:
    """The words as they stand inside a sentence: with a small first letter, unless they begin with a name.

    What `usage` writes with a capital inside its sentences ("của Nhân dân") is one as well.
    """
    two = _FIRST_TWO.match(text)
    if _NAME.match(text) or (two and regex.search(rf"[\p{{Ll}},] {regex.escape(two[0])}\b", usage)):
        return text
    return f"{text[:1].lower()}{text[1:]}"


def begun(text: str) -> str:
    """The words as they begin a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def flat(text: str) -> str:
    """The words on one line."""
    return " ".join(text.split())
