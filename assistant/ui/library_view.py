"""What the library shows: documents found, sorted and grouped by year, counts, and one document with all around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from assistant.api.protocol import DocumentStore
from assistant.commands.documents_view import incoming, outgoing
from vectorstore.records import Document
from vectorstore.text.normalise import fold

Sort = Literal["newest", "oldest", "title", "organ", "symbol"]
CHANGING = ("replaces", "amends", "repeals")
MOST_BARS = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Documents under one heading; the heading is a year, or empty."""

    heading: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many documents have a value; `share` of the largest one, 0–100."""

    name: str
    count: int
    share: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another document, what one does to the other, and to which provisions of it: to all of it where none is named.

    `document_id` is empty where the other document is not stored.
    """

    kind: str
    symbol: str
    document_id: str
    provisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a document's life; `symbol` names the other document, where there is one."""

    day: date
    event: str
    symbol: str = ""
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A document with what it does to others and others to it, its versions, and its life in order."""

    document: Document
    does: tuple[Related, ...]
    done: tuple[Related, ...]
    versions: tuple[Document, ...]
    moments: tuple[Moment, ...]


def found(documents: Iterable[Document], words: str, kind: str, status: str, sort: Sort) -> list[Document]:
    """The documents that have every word in title, symbol, organ or file name, sorted."""
    sought = fold(words).split()
    kept = [
        document
        for document in documents
        if (not kind or document.kind == kind)
        and (not status or document.status == status)
        and (not sought or all(word in _searched(document) for word in sought))
    ]
    kept.sort(key=lambda document: fold(document.title))
    if sort in ("newest", "oldest"):
        dated = [document for document in kept if document.best_date]
        dated.sort(key=lambda document: document.best_date or date.min, reverse=sort == "newest")
        return dated + [document for document in kept if not document.best_date]
    if sort in ("organ", "symbol"):
        kept.sort(key=lambda document: _last_if_missing(getattr(document, sort)))
    return kept


def grouped(documents: Sequence[Document], sort: Sort, undated: str) -> list[Group]:
    """Documents sorted by date as a timeline, a group a year; others as one group."""
    if sort not in ("newest", "oldest"):
        return [Group("", tuple(documents))]
    years: dict[str, list[Document]] = {}
    for document in documents:
        years.setdefault(str(document.best_date.year) if document.best_date else undated, []).append(document)
    return [Group(year, tuple(members)) for year, members in years.items()]


def years(documents: Iterable[Document]) -> list[Bar]:
    """How many documents each year has, the newest year first."""
    counts = Counter(str(document.best_date.year) for document in documents if document.best_date)
    return _bars(sorted(counts.items(), reverse=True))


def most(values: Iterable[str | None]) -> list[Bar]:
    """The most frequent values."""
    return _bars(Counter(value for value in values if value).most_common(MOST_BARS))


def detail(store: DocumentStore, document: Document) -> Detail:
    """A document and all around it that the reader of this store may see."""
    listing = store.listing()
    others = [other for other in listing if other.document_id != document.document_id]
    by_id = {other.document_id: other for other in others}
    does, done = _related(outgoing(document, others)), _related(incoming(document, others))
    versions = tuple(reversed(store.versions(document.document_id)))
    moments = sorted(_moments(document, does, done, by_id), key=lambda moment: moment.day)
    return Detail(document, does, done, versions, tuple(moments))


def _moments(
    document: Document, does: Sequence[Related], done: Sequence[Related], by_id: dict[str, Document]
) -> Iterable[Moment]:
    own = {"issued": document.issue_date, "event": document.event_date, "published": document.published_date}
    if document.effective_date != document.issue_date:
        own["effective"] = document.effective_date
    yield from (Moment(day, event) for event, day in own.items() if day)
    for related in _changing(done):
        other = by_id.get(related.document_id)
        if day := other and (other.effective_date or other.best_date):
            event = "repeals_part" if related.kind == "repeals" and related.provisions else related.kind
            yield Moment(day, event, related.symbol, related.document_id)
    for related in _changing(does):
        other = by_id.get(related.document_id)
        if other and other.best_date:
            yield Moment(other.best_date, "earlier", related.symbol, related.document_id)


def _changing(relations: Iterable[Related]) -> Iterable[Related]:
    """What ends or changes a document, each other document once: whoever amends also repeals some of it."""
    return {r.symbol: r for r in reversed(tuple(relations)) if r.kind in CHANGING}.values()


def _related(rows: Iterable[dict[str, Any]]) -> tuple[Related, ...]:
    """Each once with its provisions, what changes a document first.

    A mention of one that is also changed or built upon is left out. Who ends a document ends all provisions of it.
    """
    named: dict[tuple[str, str, str], dict[str | None, None]] = {}
    for row in rows:
        named.setdefault((row["kind"], row["symbol"], row["document_id"] or ""), {})[row["provision"]] = None
    made = []
    for (kind, symbol, document_id), provisions in named.items():
        whole = None in provisions and kind != "amends"
        made.append(Related(kind, symbol, document_id, () if whole else tuple(filter(None, provisions))))
    told = {related.symbol for related in made if related.kind != "cites"}
    order = {kind: place for place, kind in enumerate((*CHANGING, "based_on", "issued_with", "cites"))}
    kept = (related for related in made if related.kind != "cites" or related.symbol not in told)
    return tuple(sorted(kept, key=lambda related: order[related.kind]))


def _bars(counts: Sequence[tuple[str, int]]) -> list[Bar]:
    largest = max((count for _, count in counts), default=1)
    return [Bar(name, count, round(100 * count / largest)) for name, count in counts]


def _searched(document: Document) -> str:
    return fold(" ".join(filter(None, (document.title, document.symbol, document.organ, document.source))))


def _last_if_missing(value: str | None) -> tuple[bool, str]:
    return value is None, fold(value or "")
