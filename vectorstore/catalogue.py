"""The record of documents, versions and chunks (SQLite). Chroma and the lexical index are derived from it.

A document version is first written as `pending`, then indexed, then marked `ready` in one transaction that also
retires older versions; whatever is still `pending` when the store opens was interrupted and is indexed again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.records import Chunk, Document, Relation

SCHEMA_VERSION = 1
_DATES = ("issue_date", "published_date", "event_date", "effective_date")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, collection TEXT NOT NULL,
    content_hash TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (document_id, version));
CREATE INDEX IF NOT EXISTS documents_content ON documents (content_hash, collection);
CREATE TABLE IF NOT EXISTS sources (
    source TEXT NOT NULL, collection TEXT NOT NULL, document_id TEXT NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (source, collection));
CREATE TABLE IF NOT EXISTS chunks (
    chunk_id TEXT PRIMARY KEY, document_id TEXT NOT NULL, version INTEGER NOT NULL, start INTEGER NOT NULL,
    record TEXT NOT NULL, sentence_vectors BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_document ON chunks (document_id, version, start);
CREATE TABLE IF NOT EXISTS unigrams (folded TEXT NOT NULL, syllable TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (folded, syllable)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bigrams (first TEXT NOT NULL, second TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (first, second)) WITHOUT ROWID;
"""


class Catalogue:
    """Documents by id and version, chunks by id, and the syllable counts that restore missing diacritics."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._lock = threading.RLock()
        self._listing: tuple[tuple[int, int], list[Document]] | None = None
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    # meta ---------------------------------------------------------------------------------------------------------
    def get_meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        self._rows("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

    # writing ------------------------------------------------------------------------------------------------------
    def put_pending(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Write a version and its chunks without making them findable yet."""
        with self.transaction():
            self._delete_version(document.document_id, document.version)
            self._rows(
                "INSERT INTO documents VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?)",
                (document.document_id, document.version, document.collection, document.content_hash,
                 document.source, document.title, _document_record(document), document.text),
            )  # fmt: skip
            self._connection.executemany(
                "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, x'')",
                [(c.chunk_id, c.document_id, c.version, c.start, _chunk_record(c)) for c in chunks],
            )

    def mark_ready(
        self, document: Document, sentence_vectors: dict[str, np.ndarray], syllables: Iterable[tuple[str, str]]
    ) -> None:
        """Make a version findable: the last step of adding it. `syllables` are (folded, as written) in order."""
        with self.transaction():
            key = (document.document_id, document.version)
            self._rows("UPDATE documents SET state = 'old' WHERE document_id = ? AND version < ?", key)
            self._rows("UPDATE documents SET state = 'ready' WHERE document_id = ? AND version = ?", key)
            self._link_source(document.source, document.collection, *key)
            self._connection.executemany(
                "UPDATE chunks SET sentence_vectors = ? WHERE chunk_id = ?",
                [(vectors.astype(np.float16).tobytes(), chunk_id) for chunk_id, vectors in sentence_vectors.items()],
            )
            self._count_syllables(list(syllables), +1)

    def link_source(self, source: str, collection: str, document_id: str, version: int) -> None:
        """Record that `source` holds this version (same content under another name)."""
        with self.transaction():
            self._link_source(source, collection, document_id, version)

    def _link_source(self, source: str, collection: str, document_id: str, version: int) -> None:
        self._rows(
            "INSERT INTO sources VALUES (?, ?, ?, ?) ON CONFLICT (source, collection) "
            "DO UPDATE SET document_id = excluded.document_id, version = excluded.version",
            (source, collection, document_id, version),
        )

    def delete(self, document_id: str, syllables: Iterable[tuple[str, str]] = ()) -> None:
        """Remove a document with all its versions; `syllables` are those of its versions, to be uncounted."""
        with self.transaction():
            for row in self._rows("SELECT version FROM documents WHERE document_id = ?", (document_id,)):
                self._delete_version(document_id, row["version"])
            self._rows("DELETE FROM sources WHERE document_id = ?", (document_id,))
            self._count_syllables(list(syllables), -1)

    def drop_pending(self, document_id: str, version: int) -> None:
        """Forget a version whose indexing was interrupted."""
        with self.transaction():
            self._delete_version(document_id, version)

    def _delete_version(self, document_id: str, version: int) -> None:
        self._rows("DELETE FROM chunks WHERE document_id = ? AND version = ?", (document_id, version))
        self._rows("DELETE FROM documents WHERE document_id = ? AND version = ?", (document_id, version))

    def _count_syllables(self, syllables: list[tuple[str, str]], sign: int) -> None:
        self._connection.executemany(
            "INSERT INTO unigrams VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(folded, written, sign) for folded, written in syllables],
        )
        self._connection.executemany(
            "INSERT INTO bigrams VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(a[1], b[1], sign) for a, b in zip(syllables, syllables[1:], strict=False)],
        )

    # reading ------------------------------------------------------------------------------------------------------
    def documents(self, state: str = "ready", collection: str | None = None) -> list[Document]:
        sql = "SELECT record, text FROM documents WHERE state = ? AND (? IS NULL OR collection = ?) ORDER BY title"
        return [_document(row) for row in self._rows(sql, (state, collection, collection))]

    def listing(self) -> list[Document]:
        """The current version of every document with an empty text; kept until the catalogue changes."""
        with self._lock:
            changed_elsewhere = self._rows("PRAGMA data_version")[0][0]
            key = (changed_elsewhere, self._connection.total_changes)
            if self._listing is None or self._listing[0] != key:
                sql = "SELECT record, '' AS text FROM documents WHERE state = 'ready' ORDER BY title"
                self._listing = (key, [_document(row) for row in self._rows(sql)])
            return self._listing[1]

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """The version asked for, or the one that is retrieved by default."""
        sql = (
            "SELECT record, text FROM documents WHERE document_id = ? AND state != 'pending' "
            "AND (? IS NULL OR version = ?) ORDER BY version DESC LIMIT 1"
        )
        rows = self._rows(sql, (document_id, version, version))
        return _document(rows[0]) if rows else None

    def versions(self, document_id: str) -> list[Document]:
        sql = "SELECT record, text FROM documents WHERE document_id = ? AND state != 'pending' ORDER BY version"
        return [_document(row) for row in self._rows(sql, (document_id,))]

    def sources(self, document_id: str) -> list[str]:
        return [row["source"] for row in self._rows("SELECT source FROM sources WHERE document_id = ?", (document_id,))]

    def find_by_content(self, content_hash: str, collection: str) -> Document | None:
        sql = "SELECT record, text FROM documents WHERE content_hash = ? AND collection = ? AND state = 'ready'"
        rows = self._rows(sql, (content_hash, collection))
        return _document(rows[0]) if rows else None

    def find_by_source(self, source: str, collection: str) -> Document | None:
        """The version that this file name held last."""
        rows = self._rows(
            "SELECT document_id FROM sources WHERE source = ? AND collection = ?", (source, collection)
        )
        return self.document(rows[0]["document_id"]) if rows else None

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Chunk, np.ndarray]]:
        """Chunks by id with their sentence vectors, float32 (sentences, dimensions)."""
        found: dict[str, tuple[Chunk, np.ndarray]] = {}
        for batch in _batches(chunk_ids, 500):
            marks = ",".join("?" * len(batch))
            sql = f"SELECT chunk_id, record, sentence_vectors FROM chunks WHERE chunk_id IN ({marks})"
            for row in self._rows(sql, batch):
                chunk = _chunk(row["record"])
                vectors = np.frombuffer(row["sentence_vectors"], dtype=np.float16).astype(np.float32)
                found[row["chunk_id"]] = (chunk, vectors.reshape(len(chunk.sentences), -1))
        return found

    def document_chunks(self, document_id: str, version: int) -> list[Chunk]:
        sql = "SELECT record FROM chunks WHERE document_id = ? AND version = ? ORDER BY start"
        return [_chunk(row["record"]) for row in self._rows(sql, (document_id, version))]

    def ready_chunk_ids(self) -> set[str]:
        sql = "SELECT chunk_id FROM chunks JOIN documents USING (document_id, version) WHERE state = 'ready'"
        return {row["chunk_id"] for row in self._rows(sql)}

    def count(self) -> int:
        """How many documents can be found."""
        return int(self._rows("SELECT count(*) AS n FROM documents WHERE state = 'ready'")[0]["n"])

    def syllable_forms(self, folded: str) -> dict[str, int]:
        """The written forms that fold to `folded`, with how often the corpus has each."""
        rows = self._rows("SELECT syllable, count FROM unigrams WHERE folded = ? AND count > 0", (folded,))
        return {row["syllable"]: row["count"] for row in rows}

    def bigram_count(self, first: str, second: str) -> int:
        rows = self._rows("SELECT count FROM bigrams WHERE first = ? AND second = ?", (first, second))
        return int(rows[0]["count"]) if rows else 0


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _document_record(document: Document) -> str:
    record = asdict(document)
    del record["text"]
    return json.dumps(record, ensure_ascii=False, default=lambda value: value.isoformat())


def _document(row: sqlite3.Row) -> Document:
    record = json.loads(row["record"])
    for name in _DATES:
        record[name] = date.fromisoformat(record[name]) if record[name] else None
    record["warnings"] = tuple(record["warnings"])
    record["relations"] = tuple(Relation(**relation) for relation in record["relations"])
    return Document(text=row["text"], **record)


def _chunk_record(chunk: Chunk) -> str:
    return json.dumps([getattr(chunk, field.name) for field in fields(Chunk)], ensure_ascii=False)


def _chunk(record: str) -> Chunk:
    values = dict(zip((field.name for field in fields(Chunk)), json.loads(record), strict=True))
    values["sentences"] = tuple((start, end) for start, end in values["sentences"])
    values["section"] = tuple(values["section"])
    return Chunk(**values)
