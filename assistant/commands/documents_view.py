"""What the store knows of a document, for the command line: its data with their origin, relations both ways, blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from vectorstore.errors import InvalidInputError, NotFoundError
from vectorstore.records import Document
from vectorstore.store import Store
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match
from vectorstore.validity import changes_to, whole_symbol

ROW = (
    "document_id", "version", "source", "title", "kind", "symbol", "organ", "level", "place", "issue_date",
    "published_date", "event_date", "period", "signer", "status", "pages",
)  # fmt: skip
TREATED = {
    "kept": ("title", "heading", "body", "table"),
    "marked": ("caption", "masthead", "signature"),
    "dropped": ("boilerplate", "dateline", "byline", "recipients"),
}
SHORTEST = 4  # characters of an abbreviated id


def document_row(document: Document, chunks: int) -> dict[str, object]:
    """One document for machines: the keys of `assistant documents --json`, null where unknown, dates in ISO form."""
    row = {name: _plain(getattr(document, name)) for name in ROW}
    return {**row, "chunks": chunks, "warnings": list(document.warnings)}


def find_document(store: Store, name: str, version: int | None = None) -> Document:
    """The document of an id (abbreviated to no less than four characters), a symbol or a file name.

    Raises NotFoundError, and InvalidInputError where several documents fit.
    """
    listing = store.listing()
    fitting = [d for d in listing if d.document_id == name]
    fitting = fitting or [d for d in listing if len(name) >= SHORTEST and d.document_id.startswith(name)]
    fitting = fitting or [d for d in listing if name in store.catalogue.sources(d.document_id)]
    fitting = fitting or [d for d in listing if name == d.source]
    fitting = fitting or [d for d in listing for asked in find_symbols(name)[:1] if _fits(asked, d.symbol)]
    if len(fitting) > 1:
        found = "; ".join(f"{d.document_id[:10]} {d.symbol or d.title} ({d.source})" for d in fitting[:6])
        raise InvalidInputError(
            f"“{name}” ứng với {len(fitting)} văn bản: {found}. Hãy ghi mã đầy đủ hơn.",
            f"“{name}” fits {len(fitting)} documents: {found}. Give more of the id.",
        )
    document = store.document(fitting[0].document_id, version) if fitting else None
    if document is None:
        which = f"{name} (phiên bản {version})" if fitting else name
        raise NotFoundError(
            f"Không có văn bản {which} trong kho. Xem danh sách bằng `assistant documents`.",
            f"No document {which} in the store. List them with `assistant documents`.",
        )
    return document


def describe(store: Store, document: Document) -> dict[str, Any]:
    """Everything known of a document: data with their origin, what it does to others and others to it, its twins."""
    others = [other for other in store.listing() if other.document_id != document.document_id]
    origin = {name: rule for name, rule in document.provenance.items() if name not in ("sketch", "near_duplicate_of")}
    chunks = len(store.catalogue.document_chunks(document.document_id, document.version))
    return {
        **document_row(document, chunks),
        "collection": document.collection,
        "effective_date": _plain(document.effective_date),
        "characters": len(document.text),
        "sources": store.catalogue.sources(document.document_id),
        "paths": [str(path) for path in store.files.paths(document.document_id)],
        "provenance": origin,
        "relations": outgoing(document, others),
        "relations_of_others": incoming(document, others),
        "changes": [
            {"document_id": change.by.document_id, "symbol": change.by.symbol, "title": change.by.title,
             "whole": change.whole, "since": _plain(change.since), "provisions": list(change.provisions)}
            for change in changes_to(document, others)
        ],
        "near_duplicates": _twins(document, others),
    }  # fmt: skip


def block_lines(text: str, blocks: Iterable[tuple[str, int, int, str]]) -> list[dict[str, object]]:
    """Every span of the text with what it was taken for and whether it is kept, marked or dropped."""
    treatment = {kind: treated for treated, kinds in TREATED.items() for kind in kinds}
    return [
        {"treatment": treatment[kind], "kind": kind, "locator": locator, "start": start, "end": end,
         "text": text[start:end]}
        for kind, start, end, locator in blocks
    ]  # fmt: skip


def outgoing(document: Document, others: Sequence[Document]) -> list[dict[str, Any]]:
    """What the document says it does to others, with the id of the other where it is stored."""
    near = [other for other in others if _related(other, document)]
    held = {
        r.symbol: next((o.document_id for o in near if _same(r.symbol, o.symbol)), None) for r in document.relations
    }
    return [
        {"kind": r.kind, "symbol": r.symbol, "provision": r.provision, "start": r.start, "end": r.end,
         "document_id": held[r.symbol]}
        for r in document.relations
    ]  # fmt: skip


def incoming(document: Document, others: Sequence[Document]) -> list[dict[str, Any]]:
    """What other documents say they do to this one."""
    return [
        {"kind": r.kind, "symbol": other.symbol or other.title, "provision": r.provision, "start": r.start,
         "end": r.end, "document_id": other.document_id, "incoming": True}
        for other in others if _related(other, document)
        for r in other.relations if _same(r.symbol, document.symbol)
    ]  # fmt: skip


def _twins(document: Document, others: Sequence[Document]) -> list[dict[str, object]]:
    """Near-identical documents, whichever of the two came first."""
    own = document.provenance.get("near_duplicate_of")
    return [
        {"document_id": other.document_id, "title": other.title, "source": other.source}
        for other in others
        if other.document_id == own or other.provenance.get("near_duplicate_of") == document.document_id
    ]


def _related(one: Document, other: Document) -> bool:
    return one.collection == other.collection


def _same(symbol: str, other: str | None) -> bool:
    named = whole_symbol(symbol)
    return named is not None and _fits(named, other)


def _fits(asked: Symbol, other: str | None) -> bool:
    own = whole_symbol(other or "")
    return own is not None and symbols_match(asked, own)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
