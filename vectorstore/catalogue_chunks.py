"""What the catalogue has of chunks: their records, vectors and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from vectorstore.catalogue_file import CatalogueFile
from vectorstore.records import Chunk
from vectorstore.serialise import read_chunk, read_sentences, read_vector

WithVectors = tuple[list[str], np.ndarray]  # chunk ids, float32 (chunks, d)


class ChunkRows(CatalogueFile):
    """Chunks by id, by document and by collection."""

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

    def vectors_of_each(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], WithVectors]:
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


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
