"""Writing documents and chunks into the catalogue: first as pending, then findable, each in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vectorstore import states
from vectorstore.catalogue_documents import DocumentRows
from vectorstore.records import Chunk, Document
from vectorstore.serialise import chunk_record, document_record, sentence_bytes, vector_bytes
from vectorstore.words import count_words


class CatalogueWriting(DocumentRows):
    """Adds, replaces and removes versions of documents, and counts their words."""

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
