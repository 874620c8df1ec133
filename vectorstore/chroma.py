"""Dense search: a Chroma collection of chunk vectors, embedded in the process or on a server by URL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings

from vectorstore.errors import NotReadyError
from vectorstore.records import Chunk

COLLECTION = "chunks"
_BATCH = 1000


class DenseIndex:
    """Chunk vectors by cosine similarity (HNSW)."""

    def __init__(self, path: Path, url: str | None = None) -> None:
        quiet = ChromaSettings(anonymized_telemetry=False)
        try:
            if url:
                parts = urlsplit(url)
                port = parts.port or (443 if parts.scheme == "https" else 8000)
                self._client = chromadb.HttpClient(
                    host=parts.hostname or "localhost", port=port, ssl=parts.scheme == "https", settings=quiet
                )
            else:
                path.mkdir(parents=True, exist_ok=True)
                self._client = chromadb.PersistentClient(path=str(path), settings=quiet)
            self._collection = self._open()
        except (ValueError, OSError, chromadb.errors.ChromaError) as error:
            where = url or str(path)
            raise NotReadyError(
                f"Không mở được chỉ mục vectơ Chroma tại {where}: {error}. Kiểm tra ASSISTANT_CHROMA_URL hoặc quyền đọc ghi.",
                f"Cannot open the Chroma index at {where}: {error}. Check ASSISTANT_CHROMA_URL or the folder's permissions.",
            ) from error

    def _open(self) -> chromadb.Collection:
        # ef_search 100: exact enough to 100k chunks (recall against brute force is checked in the benchmarks).
        return self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 100, "ef_construction": 200}},
        )

    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace chunks with their vectors, float32 (chunks, dimensions)."""
        for start in range(0, len(chunks), _BATCH):
            batch = chunks[start : start + _BATCH]
            self._collection.upsert(
                ids=[chunk.chunk_id for chunk in batch],
                embeddings=np.asarray(vectors[start : start + _BATCH], dtype=np.float32),
                documents=[chunk.text for chunk in batch],
                metadatas=[{"document_id": c.document_id, "version": c.version, "kind": c.kind} for c in batch],
            )

    def delete(self, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), _BATCH):
            self._collection.delete(ids=list(chunk_ids[start : start + _BATCH]))

    def clear(self) -> None:
        """Drop all vectors; they are derived and can be made again."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open()

    def search(
        self, vector: np.ndarray, k: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest chunk ids with cosine similarity, best first; `document_ids` restricts where to look."""
        if document_ids is not None and not document_ids:
            return []
        found = self._collection.query(
            query_embeddings=vector.astype(np.float32)[None, :],
            n_results=k,
            where=_among(document_ids) if document_ids is not None else None,
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return [(chunk_id, 1.0 - float(d)) for chunk_id, d in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""
        if not chunk_ids:
            return {}
        found = self._collection.get(ids=list(chunk_ids), include=["embeddings"])
        embeddings = found["embeddings"]
        return {} if embeddings is None else dict(zip(found["ids"], np.asarray(embeddings), strict=True))

    def count(self) -> int:
        return self._collection.count()

    def chunk_ids(self) -> set[str]:
        """All ids in the index (for reconciling it with the catalogue)."""
        ids: set[str] = set()
        while page := self._collection.get(limit=10_000, offset=len(ids), include=[])["ids"]:
            ids.update(page)
        return ids


def _among(document_ids: Sequence[str]) -> Where:
    return cast(Where, {"document_id": {"$in": list(document_ids)}})
