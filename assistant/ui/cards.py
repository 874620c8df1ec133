"""What the panel beside the chat lists: cited sources, the closest documents, or what the corpus holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.api.protocol import DocumentStore
from assistant.types import Citation, SearchHit
from assistant.ui.links import document_link
from assistant.ui.strings import Texts
from vectorstore.records import Document


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A place in a document that can be opened; `n` is its number in the answer, if it has one."""

    href: str
    quote: str = ""
    place: str = ""  # locator and page
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A document with the places in it that matter."""

    title: str
    facts: str  # kind, symbol, organ, date on one line
    status: str
    status_text: str
    excerpts: tuple[Excerpt, ...]


def citation_cards(citations: Sequence[Citation], store: DocumentStore, texts: Texts) -> tuple[Card, ...]:
    """One card a citation, in the order of their numbers."""
    return tuple(_card(citation, citation.n, store, texts) for citation in citations)


def grouped(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Cards of the same document as one card, where its first one stood."""
    together: dict[tuple[str, str], Card] = {}
    for card in cards:
        key = (card.title, card.facts)
        held = together.get(key)
        together[key] = replace(held, excerpts=held.excerpts + card.excerpts) if held else card
    return tuple(together.values())


def nearest_cards(hits: Sequence[SearchHit], store: DocumentStore, texts: Texts, most: int = 3) -> tuple[Card, ...]:
    """The best passage of each of the `most` documents closest to a question."""
    best: dict[str, SearchHit] = {}
    for hit in hits:
        best.setdefault(hit.document_id, hit)
    return tuple(_card(hit, None, store, texts) for hit in list(best.values())[:most])


def document_cards(documents: Sequence[Document], texts: Texts, most: int) -> tuple[Card, ...]:
    """One card for each of the `most` newest documents; those without a date come last."""
    newest = sorted(documents, key=lambda document: document.best_date or date.min, reverse=True)
    return tuple(_document_card(document, (_whole(document),), texts) for document in newest[:most])


def facts(document: Document, texts: Texts) -> str:
    """Kind, symbol, organ, date and version on one line; what is not known is left out."""
    version = texts.version.format(version=document.version) if document.version > 1 else ""
    day = written_date(document.best_date)
    return " · ".join(part for part in (document.kind, document.symbol, document.organ, day, version) if part)


def written_date(day: date | None) -> str:
    """A date as Vietnamese documents write it, 05/09/2023."""
    return day.strftime("%d/%m/%Y") if day else ""


def _whole(document: Document) -> Excerpt:
    return Excerpt(document_link(document.document_id, document.version))


def _document_card(document: Document, excerpts: tuple[Excerpt, ...], texts: Texts) -> Card:
    status_text = texts.statuses.get(document.status, "")
    return Card(document.title, facts(document, texts), document.status, status_text, excerpts)


def _card(found: Citation | SearchHit, n: int | None, store: DocumentStore, texts: Texts) -> Card:
    page = texts.page.format(page=found.page) if found.page else ""
    place = ", ".join(part for part in (found.locator, page) if part)
    href = document_link(found.document_id, found.version, found.start, found.end, found.page)
    excerpts = (Excerpt(href, re.sub(r"\n\s*\n", "\n", found.quote), place, n),)
    document = store.document(found.document_id, found.version)
    if document is not None:
        return _document_card(document, excerpts, texts)
    day = written_date(date.fromisoformat(found.date)) if found.date else ""
    known = " · ".join(part for part in (found.symbol, day) if part)
    return Card(found.title, known, "unknown", "", excerpts)
