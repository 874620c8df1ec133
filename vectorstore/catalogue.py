"""The record of documents, versions and chunks (SQLite). Chroma and the lexical index are derived from it.

A document version is first written as `pending`, then indexed, then marked `ready` in one transaction that also
retires older versions; whatever is still `pending` when the store opens was interrupted and is indexed again. That
transaction makes another state visible, and a `snapshot` goes on seeing the one that it began with.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore import states
from vectorstore.listed import Listed, these_versions
from vectorstore.records import Chunk, Document
from vectorstore.schema import connect_reading, open_database
from vectorstore.serialise import (
    chunk_record,
    document_record,
    read_chunk,
    read_document,
    read_sentences,
    read_vector,
    sentence_bytes,
    vector_bytes,
)
from vectorstore.words import KnownWords, Words, count_words

_LEXICAL = "lexical"  # key in meta
WithVectors = tuple[list[str], np.ndarray]  # chunk ids, float32 (chunks, d)


class Catalogue:
    """Documents by id and version, chunks by id, and the words of each collection."""

    def __init__(self, path: Path) -> None:
        """Open or make the catalogue at `path`. Raises ConfigurationError where that cannot be done."""
        self._connection = self._open(path)
        self._lock = threading.RLock()
        self._path = path
        self._listed = Listed()
        self._living = self  # of a snapshot, the catalogue that goes on changing
        self._state: int | None = None  # of a snapshot, the one that it sees
        self._known_words = KnownWords()

    def words_of(self, collections: Iterable[str] | None) -> Words:
        """The words of these collections; of all where None. Those of a snapshot are looked up once."""
        return Words(self.rows, collections, None if self._state is None else self._known_words.of(self._state))

    def _open(self, path: Path) -> sqlite3.Connection:
        return open_database(path)

    def _connect_reading(self) -> sqlite3.Connection:
        return connect_reading(self._path)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; one inside another is part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Run one statement; its rows. Other modules of this package keep their tables here too."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    # meta ---------------------------------------------------------------------------------------------------------
    def get_meta(self, key: str) -> str | None:
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        self.rows("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))

    # states -------------------------------------------------------------------------------------------------------
    @contextmanager
    def snapshot(self) -> Iterator[Catalogue]:
        """The catalogue as it is now, whatever is written meanwhile by whomever; read by a connection of its own."""
        with closing(self._connect_reading()) as connection:
            connection.execute("BEGIN")  # the first read settles what is seen
            view = copy(self)
            view.__class__ = Catalogue  # a snapshot follows nothing, whatever it was taken of
            view._lock, view._connection = threading.RLock(), connection
            view._state = states.number(view.rows)
            yield view

    def copy_to(self, path: Path) -> None:
        """Write the catalogue as it is seen to a file of its own, which nothing changes any more."""
        with self._lock, closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it

    @property
    def state(self) -> int:
        """The number of the state that is seen."""
        return states.number(self.rows) if self._state is None else self._state

    def lexical(self) -> dict[str, str]:
        """The lexical snapshot of each collection that belongs to this state, by folder."""
        named: dict[str, str] = json.loads(self.get_meta(_LEXICAL) or "{}")
        return named

    def set_lexical(self, named: Mapping[str, str]) -> None:
        self.set_meta(_LEXICAL, json.dumps(named, sort_keys=True))

    def retired_meanwhile(self) -> list[str]:
        """Chunks of this snapshot, or of later states, that may have left the dense index since it was taken."""
        return [] if self._state is None else states.retired_since(self._living.rows, self._state)

    # writing ------------------------------------------------------------------------------------------------------
    def put_pending(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Write a version and its chunks without making them findable yet."""
        with self.transaction():
            self._put(document, chunks, "pending")

    def replace_version(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Write a version again as it should be; it stays as findable as it was (one that was lost is current)."""
        with self.transaction():
            key = (document.document_id, document.version)
            rows = self.rows("SELECT state FROM documents WHERE document_id = ? AND version = ?", key)
            self._put(document, chunks, str(rows[0]["state"]) if rows else "ready")

    def _put(self, document: Document, chunks: Sequence[Chunk], state: str) -> None:
        self._delete_version(document.document_id, document.version)
        self.rows(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (document.document_id, document.version, state, document.collection, document.content_hash,
             document.source, document.title, document_record(document), document.text),
        )  # fmt: skip
        self._connection.executemany(
            "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, x'', x'')",
            [(c.chunk_id, c.document_id, c.version, c.start, chunk_record(c)) for c in chunks],
        )

    def mark_ready(self, document: Document, vectors: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
        """Make a version findable: the last step of adding it. `vectors` are those of each chunk (d,) and of its
        sentences (n, d), by chunk id."""
        with self.transaction():
            key = (document.document_id, document.version)
            self.rows("UPDATE documents SET state = 'old' WHERE document_id = ? AND version < ?", key)
            self.rows("UPDATE documents SET state = 'ready' WHERE document_id = ? AND version = ?", key)
            self._link_source(document.source, document.collection, *key)
            self._set_vectors(vectors)
            count_words(self._connection, document.collection, document.text, +1)

    def count_words(self, collection: str, text: str) -> None:
        """Count the words of what `replace_version` wrote for the first time."""
        with self.transaction():
            count_words(self._connection, collection, text, +1)

    def set_vectors(self, vectors: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
        """Replace the vectors of chunks (another model was used)."""
        with self.transaction():
            self._set_vectors(vectors)
            states.step(self.rows)

    def _set_vectors(self, vectors: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
        self._connection.executemany(
            "UPDATE chunks SET vector = ?, sentence_vectors = ? WHERE chunk_id = ?",
            [(vector_bytes(own), sentence_bytes(each), chunk_id) for chunk_id, (own, each) in vectors.items()],
        )

    def link_source(self, source: str, collection: str, document_id: str, version: int) -> None:
        """Record that `source` holds this version (same content under another name)."""
        with self.transaction():
            self._link_source(source, collection, document_id, version)

    def _link_source(self, source: str, collection: str, document_id: str, version: int) -> None:
        self.rows(
            "INSERT INTO sources VALUES (?, ?, ?, ?) ON CONFLICT (source, collection) "
            "DO UPDATE SET document_id = excluded.document_id, version = excluded.version",
            (source, collection, document_id, version),
        )

    def delete(self, document_id: str) -> None:
        """Remove a document with all its versions."""
        with self.transaction():
            for version in self.versions(document_id):
                count_words(self._connection, version.collection, version.text, -1)
            for row in self.rows("SELECT version FROM documents WHERE document_id = ?", (document_id,)):
                self._delete_version(document_id, row["version"])
            self.rows("DELETE FROM sources WHERE document_id = ?", (document_id,))
            self.rows("DELETE FROM files WHERE document_id = ?", (document_id,))

    def drop_pending(self, document_id: str, version: int) -> None:
        """Forget a version whose indexing was interrupted."""
        with self.transaction():
            self._delete_version(document_id, version)

    def _delete_version(self, document_id: str, version: int) -> None:
        self.rows("DELETE FROM chunks WHERE document_id = ? AND version = ?", (document_id, version))
        self.rows("DELETE FROM documents WHERE document_id = ? AND version = ?", (document_id, version))

    # reading ------------------------------------------------------------------------------------------------------
    def documents(self, state: str = "ready", collection: str | None = None) -> list[Document]:
        sql = "SELECT record, text FROM documents WHERE state = ? AND (? IS NULL OR collection = ?) ORDER BY title"
        return [read_document(row["record"], row["text"]) for row in self.rows(sql, (state, collection, collection))]

    def listing(self) -> list[Document]:
        """The current version of every document with an empty text; the same list for as long as nothing changes."""
        with self._lock:
            if self._state is not None:
                return self._listed.of(self._state, self.rows)
            if self._connection.in_transaction:  # what is not committed is nobody else's state
                return self._listed.read(self.rows)
            self._connection.execute("BEGIN")
            try:
                return self._listed.of(states.number(self.rows), self.rows)
            finally:
                self._connection.execute("COMMIT")

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """The version asked for, or the one that is retrieved by default."""
        sql = (
            "SELECT record, text FROM documents WHERE document_id = ? AND state != 'pending' "
            "AND (? IS NULL OR version = ?) ORDER BY version DESC LIMIT 1"
        )
        rows = self.rows(sql, (document_id, version, version))
        return read_document(rows[0]["record"], rows[0]["text"]) if rows else None

    def texts_of(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Texts of these versions by id and version, unless they are being added."""
        keys = list(versions)
        sql = f"SELECT document_id, version, text FROM {these_versions(len(keys))} WHERE state != 'pending'"
        rows = self.rows(sql, [part for key in keys for part in key]) if keys else ()
        return {(row["document_id"], row["version"]): row["text"] for row in rows}

    def versions(self, document_id: str) -> list[Document]:
        sql = "SELECT record, text FROM documents WHERE document_id = ? AND state != 'pending' ORDER BY version"
        return [read_document(row["record"], row["text"]) for row in self.rows(sql, (document_id,))]

    def sources(self, document_id: str) -> list[str]:
        """Names of the files that hold the document; of two documents from files of one name, both have it."""
        sql = "SELECT source FROM sources WHERE document_id = ? UNION SELECT name FROM files WHERE document_id = ?"
        return [row["source"] for row in self.rows(sql, (document_id, document_id))]

    def find_by_content(self, content_hash: str, collection: str) -> Document | None:
        sql = "SELECT record, text FROM documents WHERE content_hash = ? AND collection = ? AND state = 'ready'"
        rows = self.rows(sql, (content_hash, collection))
        return read_document(rows[0]["record"], rows[0]["text"]) if rows else None

    def find_by_source(self, source: str, collection: str) -> Document | None:
        """The version that this file name held last."""
        rows = self.rows("SELECT document_id FROM sources WHERE source = ? AND collection = ?", (source, collection))
        return self.document(rows[0]["document_id"]) if rows else None

    def chunks(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Chunk, np.ndarray]]:
        """Chunks that can be found, by id, with their sentence vectors, float32 (sentences, dimensions)."""
        found: dict[str, tuple[Chunk, np.ndarray]] = {}
        for batch in _batches(chunk_ids, 500):
            marks = ",".join("?" * len(batch))
            sql = (
                "SELECT chunk_id, chunks.record AS record, sentence_vectors FROM chunks "
                f"JOIN documents USING (document_id, version) WHERE state = 'ready' AND chunk_id IN ({marks})"
            )
            for row in self.rows(sql, batch):
                chunk = read_chunk(row["record"])
                found[row["chunk_id"]] = (chunk, read_sentences(row["sentence_vectors"], len(chunk.sentences)))
        return found

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Vectors (d,) of the chunks that have one stored."""
        found: dict[str, np.ndarray] = {}
        for batch in _batches(chunk_ids, 500):
            marks = ",".join("?" * len(batch))
            rows = self.rows(f"SELECT chunk_id, vector FROM chunks WHERE chunk_id IN ({marks})", batch)
            found.update({row["chunk_id"]: read_vector(row["vector"]) for row in rows if row["vector"]})
        return found

    def vectors_of_each(
        self, versions: Iterable[tuple[str, int]]
    ) -> dict[tuple[str, int], tuple[list[str], np.ndarray]]:
        """Of each document version the ids of its chunks that have vectors, and those, float32 (chunks, d)."""
        found: dict[tuple[str, int], tuple[list[str], np.ndarray]] = {}
        sql = (
            "SELECT chunk_id, vector FROM chunks WHERE document_id = ? AND version = ? AND vector != x'' ORDER BY start"
        )
        for key in versions:
            rows = self.rows(sql, key)
            matrix = np.frombuffer(b"".join(row["vector"] for row in rows), dtype="<f4")
            found[key] = [row["chunk_id"] for row in rows], matrix.reshape(len(rows), -1) if rows else matrix
        return found

    def vectors_of(self, versions: Sequence[tuple[str, int]]) -> tuple[list[str], np.ndarray]:
        """The same of all of them together: ids, and vectors, float32 (chunks, d)."""
        each = self.vectors_of_each(versions).values()
        filled = [vectors for ids, vectors in each if ids]
        matrix = np.concatenate(filled) if filled else np.zeros((0, 0), dtype=np.float32)
        return [chunk_id for ids, _ in each for chunk_id in ids], matrix

    def owners(self, chunk_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """The document version of each chunk, be it findable or not; read from an index alone, not from large rows."""
        found: dict[str, tuple[str, int]] = {}
        for batch in _batches(chunk_ids, 500):
            marks = ",".join("?" * len(batch))
            sql = "SELECT chunk_id, document_id, version FROM chunks INDEXED BY chunks_owner"
            rows = self.rows(f"{sql} WHERE chunk_id IN ({marks})", batch)
            found.update({row["chunk_id"]: (row["document_id"], row["version"]) for row in rows})
        return found

    def document_chunks(self, document_id: str, version: int) -> list[Chunk]:
        sql = "SELECT record FROM chunks WHERE document_id = ? AND version = ? ORDER BY start"
        return [read_chunk(row["record"]) for row in self.rows(sql, (document_id, version))]

    def chunk_counts(self) -> dict[tuple[str, int], int]:
        """How many chunks each document version has."""
        rows = self.rows("SELECT document_id, version, count(*) AS n FROM chunks GROUP BY document_id, version")
        return {(row["document_id"], row["version"]): row["n"] for row in rows}

    def ready_chunk_ids(self) -> set[str]:
        """Ids of all chunks that can be found."""
        return set().union(*self.collection_chunk_ids().values())

    def collection_chunk_ids(self) -> dict[str, set[str]]:
        """Ids of all chunks that can be found, by collection."""
        sql = (
            "SELECT collection, chunk_id FROM chunks JOIN documents USING (document_id, version) WHERE state = 'ready'"
        )
        found: dict[str, set[str]] = {}
        for row in self.rows(sql):
            found.setdefault(row["collection"], set()).add(row["chunk_id"])
        return found

    def collection_sizes(self) -> dict[str, int]:
        """How many chunks of each collection can be found."""
        sql = (
            "SELECT collection, count(*) AS n FROM documents JOIN chunks USING (document_id, version) "
            "WHERE state = 'ready' GROUP BY collection"
        )
        return {row["collection"]: row["n"] for row in self.rows(sql)}

    def in_order(self, chunk_ids: Iterable[str]) -> list[str]:
        """These chunks in the order in which they were written."""
        wanted = set(chunk_ids)
        rows = self.rows("SELECT chunk_id FROM chunks ORDER BY rowid")
        return [row["chunk_id"] for row in rows if row["chunk_id"] in wanted]

    def count(self) -> int:
        """How many documents can be found."""
        return int(self.rows("SELECT count(*) AS n FROM documents WHERE state = 'ready'")[0]["n"])


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
