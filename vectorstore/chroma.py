"""Dense search: a Chroma collection of chunk vectors, embedded in the process or on a server by URL."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TypeVar, cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from filelock import FileLock

from vectorstore.errors import NotReadyError
from vectorstore.records import Chunk

COLLECTION = "chunks"
_BATCH = 200  # as long as readers have to wait
_MOST_IDS = 30_000  # SQLite takes at most 32,766 values in one query
_PASSING = ("locked", "busy", "full", "readonly", "read-only", "unable to open", "permission")  # not damage
T = TypeVar("T")


class DenseIndex:
    """Chunk vectors by cosine similarity (HNSW). Opened on first use; safe to use from several threads.

    Chroma's embedded form is made for one process: a graph saved by another goes unseen, and one read while it is being
    saved crashes the reader. So a call holds a lock over all processes (a query takes 3 ms, adding a document some
    30 ms), and opens the files again where they have changed.
    """

    def __init__(self, path: Path, url: str | None = None) -> None:
        self._path, self._url = path, url
        self._lock = threading.RLock()
        self._files = FileLock(path.with_suffix(".lock"), poll_interval=0.005) if not url else nullcontext()
        self._client: Client | None = None
        self._seen = ""

    # opening ------------------------------------------------------------------------------------------------------
    def _connect(self) -> chromadb.Collection:
        self.close()
        try:
            self._client = self._make_client()
            # ef_search 100: exact enough to 100k chunks (recall against brute force is checked in the benchmarks).
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine", "ef_search": 100, "ef_construction": 200}},
            )
        except (ValueError, OSError, httpx.HTTPError, ChromaError) as error:
            raise self._unusable(error) from error
        self._seen = self.state()
        return self._collection

    def _make_client(self) -> Client:
        quiet = ChromaSettings(anonymized_telemetry=False)
        if not self._url:
            self._path.mkdir(parents=True, exist_ok=True)
            return cast(Client, chromadb.PersistentClient(path=str(self._path), settings=quiet))
        parts = urlsplit(self._url)
        port = parts.port or (443 if parts.scheme == "https" else 8000)
        host = parts.hostname or "localhost"
        return cast(Client, chromadb.HttpClient(host=host, port=port, ssl=parts.scheme == "https", settings=quiet))

    def _unusable(self, error: Exception) -> NotReadyError:
        where = self._url or str(self._path)
        return NotReadyError(
            f"Không dùng được chỉ mục Chroma tại {where}: {error}. Kiểm tra ASSISTANT_CHROMA_URL hoặc quyền đọc ghi.",
            f"Cannot use the Chroma index at {where}: {error}. Check ASSISTANT_CHROMA_URL or the folder's permissions.",
        )

    def close(self) -> None:
        """Let go of the files; they are opened again when needed."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    def state(self) -> str:
        """What the HNSW files on disk look like: another value means that they were written. "" for a server."""
        if self._url:
            return ""
        found = [self._path / "chroma.sqlite3", *sorted(self._path.glob("*/*.pickle"))]
        stats = [(path.name, path.stat()) for path in found if path.exists()]
        return " ".join(
            f"{name}:{stat.st_ino}" if name.endswith("3") else f"{name}:{stat.st_size}:{stat.st_mtime_ns}"
            for name, stat in stats
        )

    def damaged(self) -> bool:
        """Whether the files on disk cannot be read. Ask only while no other process is writing them."""
        if self._url:
            return False
        try:
            with self._lock, self._files:
                some = self._connect().get(limit=1, include=["embeddings"])["embeddings"]
                if some is not None and len(some):
                    self._collection.query(query_embeddings=np.asarray(some), n_results=1, include=[])
        except (ChromaError, NotReadyError) as error:
            if any(word in str(error).lower() for word in _PASSING):
                raise self._unusable(error) from error
            return True
        return False

    def discard(self) -> None:
        """Drop all vectors, readable or not; they are derived and can be made again. Raises NotReadyError."""
        with self._lock, self._files:
            if self._url:
                self._connect()
                assert self._client is not None
                self._client.delete_collection(COLLECTION)
                return self.close()
            self.close()
            try:
                if self._path.exists():
                    shutil.rmtree(self._path)
            except OSError as error:
                raise self._unusable(error) from error

    def _run(self, action: Callable[[chromadb.Collection], T]) -> T:
        """Run `action` on the collection as it is on disk. Raises NotReadyError."""
        with self._lock, self._files:
            if self._client is None or self.state() != self._seen:
                self._connect()
            try:
                return self._again_if_gone(action)
            except (ChromaError, httpx.HTTPError) as error:
                raise self._unusable(error) from error
            finally:
                self._seen = self.state()

    def _again_if_gone(self, action: Callable[[chromadb.Collection], T]) -> T:
        """Another process may have made the collection anew."""
        try:
            return action(self._collection)
        except chromadb.errors.NotFoundError:
            return action(self._connect())

    # using --------------------------------------------------------------------------------------------------------
    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace chunks with their vectors, float32 (chunks, dimensions)."""
        for start in range(0, len(chunks), _BATCH):
            batch, own = chunks[start : start + _BATCH], vectors[start : start + _BATCH]
            self._run(partial(_upsert, chunks=batch, vectors=own))

    def delete(self, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), _BATCH):
            ids = list(chunk_ids[start : start + _BATCH])
            self._run(partial(_delete, chunk_ids=ids))

    def search(self, vector: np.ndarray, k: int, document_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k nearest chunk ids with cosine similarity, best first; `document_ids` restricts where to look."""
        if document_ids is None:
            return self._run(partial(_query, vector=vector, k=k, where=None))
        found: list[tuple[str, float]] = []
        for start in range(0, len(document_ids), _MOST_IDS):
            where = _among(document_ids[start : start + _MOST_IDS])
            found += self._run(partial(_query, vector=vector, k=k, where=where))
        return sorted(found, key=lambda pair: -pair[1])[:k]

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""
        if not chunk_ids:
            return {}
        found = self._run(lambda collection: collection.get(ids=list(chunk_ids), include=["embeddings"]))
        embeddings = found["embeddings"]
        return {} if embeddings is None else dict(zip(found["ids"], np.asarray(embeddings), strict=True))

    def count(self) -> int:
        return self._run(lambda collection: collection.count())

    def chunk_ids(self) -> set[str]:
        """All ids in the index (for reconciling it with the catalogue)."""
        ids: set[str] = set()
        while page := self._run(lambda collection: collection.get(limit=10_000, offset=len(ids), include=[])["ids"]):
            ids.update(page)
        return ids


def _upsert(collection: chromadb.Collection, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
    collection.upsert(
        ids=[chunk.chunk_id for chunk in chunks],
        embeddings=np.asarray(vectors, dtype=np.float32),
        documents=[chunk.text for chunk in chunks],
        metadatas=[{"document_id": c.document_id, "version": c.version, "kind": c.kind} for c in chunks],
    )


def _delete(collection: chromadb.Collection, chunk_ids: list[str]) -> None:
    collection.delete(ids=chunk_ids)


def _query(collection: chromadb.Collection, vector: np.ndarray, k: int, where: Where | None) -> list[tuple[str, float]]:
    found = collection.query(
        query_embeddings=vector.astype(np.float32)[None, :], n_results=k, where=where, include=["distances"]
    )
    distances = found["distances"] or [[]]
    return [(chunk_id, 1.0 - float(d)) for chunk_id, d in zip(found["ids"][0], distances[0], strict=True)]


def _among(document_ids: Sequence[str]) -> Where:
    return cast(Where, {"document_id": {"$in": list(document_ids)}})
