"""Whether the catalogue is as it was written and agrees with itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.checksums import altered
from vectorstore.maintenance.findings import Finding
from vectorstore.maintenance.words import wrong_counts
from vectorstore.records import Chunk, Document
from vectorstore.serialise import read_chunk, read_document, read_sentences, read_vector

_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)  # what a record that is not one provokes
GONE = "NOT EXISTS (SELECT 1 FROM documents AS d WHERE d.document_id = {0}.document_id AND d.version = {0}.version)"


def check_catalogue(catalogue: Catalogue) -> Iterator[Finding]:
    """Findings of the record itself. Raises sqlite3.DatabaseError where SQLite cannot read it."""
    (verdict, *_) = (row[0] for row in catalogue.rows("PRAGMA integrity_check(1)"))
    if verdict != "ok":
        yield Finding("catalogue-corrupt", verdict)
        return
    yield from _states(catalogue)
    yield from _rows(catalogue)
    for table in sorted(wrong_counts(catalogue)):
        yield Finding("words-wrong", table)


def _states(catalogue: Catalogue) -> Iterator[Finding]:
    for row in catalogue.rows("SELECT document_id FROM documents WHERE state = 'pending'"):
        yield Finding("interrupted", row["document_id"])
    sql = (
        "SELECT document_id FROM documents WHERE state != 'pending' GROUP BY document_id "
        "HAVING sum(state = 'ready') != 1 OR max(version) != max(CASE state WHEN 'ready' THEN version END) "
        "OR sum(state NOT IN ('ready', 'old')) > 0"
    )
    for row in catalogue.rows(sql):
        yield Finding("state-wrong", row["document_id"])
    for table in ("chunks", "sources", "files"):
        for row in catalogue.rows(f"SELECT document_id FROM {table} WHERE {GONE.format(table)} GROUP BY document_id"):
            yield Finding("row-orphaned", f"{table} {row['document_id']}")


def _rows(catalogue: Catalogue) -> Iterator[Finding]:
    bad = altered(catalogue.rows, "documents")
    there = {
        (row["document_id"], row["version"]) for row in catalogue.rows("SELECT document_id, version FROM documents")
    }
    for key in sorted(bad | {key for key in there - bad if whole_document(catalogue, *key) is None}):
        yield Finding("document-altered" if key in there else "document-lost", f"{key[0]}/{key[1]}")
    owners = {row["chunk_id"]: row for row in catalogue.rows("SELECT chunk_id, document_id, version FROM chunks")}
    changed = {chunk_id for chunk_id, _ in altered(catalogue.rows, "chunks")}
    for chunk_id in sorted(changed - owners.keys()):
        yield Finding("chunk-lost", chunk_id)
    for key in sorted(there):
        document = whole_document(catalogue, *key)
        for chunk_id in faulty_chunks(catalogue, document) if document else ():
            changed.add(chunk_id)
    for chunk_id in sorted(changed & owners.keys()):
        yield Finding("chunk-altered", chunk_id)


def whole_document(catalogue: Catalogue, document_id: str, version: int) -> Document | None:
    """The version if its record can be read and its text is the one that was hashed."""
    sql = "SELECT record, text, content_hash FROM documents WHERE document_id = ? AND version = ?"
    for row in catalogue.rows(sql, (document_id, version)):
        with suppress(*_UNREADABLE):
            document = read_document(row["record"], row["text"])
            named = (document.document_id, document.version) == (document_id, version)
            if named and hashlib.sha256(document.text.encode()).hexdigest() == row["content_hash"]:
                return document
    return None


def readable_chunks(catalogue: Catalogue, document: Document) -> list[Chunk]:
    """The version's chunks that can be read, in order of the text."""
    found = []
    for row in catalogue.rows(
        "SELECT record FROM chunks WHERE document_id = ? AND version = ? ORDER BY start",
        (document.document_id, document.version),
    ):
        with suppress(*_UNREADABLE):
            found.append(read_chunk(row["record"]))
    return found


def stored(catalogue: Catalogue, chunk_ids: Sequence[str]) -> dict[str, tuple[Chunk, np.ndarray]]:
    """Those of these chunks that can be read and have a vector (d,), by id."""
    try:
        chunks, vectors = catalogue.chunks(chunk_ids), catalogue.vectors(chunk_ids)
    except _UNREADABLE:
        if len(chunk_ids) == 1:
            return {}
        return {key: value for chunk_id in chunk_ids for key, value in stored(catalogue, [chunk_id]).items()}
    return {key: (chunk, vectors[key]) for key, (chunk, _) in chunks.items() if key in vectors}


def faulty_chunks(catalogue: Catalogue, document: Document) -> Iterator[str]:
    """Ids of the version's chunks that are no passages of it, or whose vectors cannot be theirs."""
    sql = "SELECT chunk_id, record, vector, sentence_vectors FROM chunks WHERE document_id = ? AND version = ?"
    for row in catalogue.rows(sql, (document.document_id, document.version)):
        try:
            chunk = read_chunk(row["record"])
            vectors = read_sentences(row["sentence_vectors"], len(chunk.sentences)) if row["sentence_vectors"] else None
            vector = read_vector(row["vector"]) if row["vector"] else None
        except _UNREADABLE:
            yield row["chunk_id"]
            continue
        if not _belongs(chunk, row["chunk_id"], document) or not (_sound(vector) and _sound(vectors)):
            yield row["chunk_id"]


def _belongs(chunk: Chunk, chunk_id: str, document: Document) -> bool:
    inside = all(chunk.start <= start <= end <= chunk.end for start, end in chunk.sentences)
    same = (chunk.document_id, chunk.version) == (document.document_id, document.version)
    return same and inside and chunk.chunk_id == chunk_id and chunk.text == document.text[chunk.start : chunk.end]


def _sound(vectors: np.ndarray | None) -> bool:
    """Numbers; there may be none before a reindex has come to them."""
    return vectors is None or bool(np.isfinite(vectors).all())
