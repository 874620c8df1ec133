"""Dense search: a Chroma collection of chunk vectors, embedded in the process or on a server by URL."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from vectorstore.errors import NotReadyError
from vectorstore.records import Chunk
from vectorstore.shared_files import SharedFiles

COLLECTION = "chunks"
_BATCH = 200  # readers wait as long as it takes
RELOAD_SHARE = 20  # seconds between opening the files again, for each second that it takes
_WIDE = (
    200  # looked for at least: so wide that another graph of the same vectors finds the same (Chroma builds each anew)
)
_MOST_IDS = 30_000  # SQLite takes at most 32,766 values in one query
_PASSING = ("locked", "busy", "full", "readonly", "read-only", "unable to open", "permission")  # not damage
_PATIENCE_S = 30  # with one request to a server
_WRITING: dict[str, Any] = {"stop": stop_after_delay(60), "wait": wait_fixed(0.5)}  # for a server that is away
_LABELS = ("document_id", "version", "kind")
Labels = tuple[object, ...]
T = TypeVar("T")


class DenseIndex:
    """Chunk vectors by cosine similarity (HNSW). Opened on first use; safe to use from several threads and processes.

    Embedded, one call runs at a time over all processes: a query takes 3 ms, adding a document some 30 ms. What another
    process wrote is seen once opening the files again is due, so that this takes at most a twentieth of a reader's
    time. A server sees to all that itself; of what it does not answer, NotReadyError tells.
    """

    def __init__(self, path: Path, url: str | None = None) -> None:
        self._path, self._url = path, url
        self._lock = threading.RLock()
        self._files = SharedFiles(path)
        self._client: Client | None = None
        self._held: chromadb.Collection | None = None  # of the server
        self._seen = ""
        self._due = 0.0

    # opening ------------------------------------------------------------------------------------------------------
    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread of one process at a time."""
        with self._lock, nullcontext() if self._url else self._files.locked():
            yield
            if not self._url:
                self._files.keep()  # Chroma saves its graph when it sees fit, also while it is read

    def _connect(self) -> chromadb.Collection:
        self.close()
        self._seen = self._files.stamp()
        try:
            self._client = self._make_client()
            self._collection = self._make_collection(self._client)
        except (ValueError, OSError, httpx.HTTPError, ChromaError) as error:
            SharedSystemClient._identifier_to_system.pop(str(self._path), None)  # Chroma keeps the one that failed
            raise self._unusable(error) from error
        return self._collection

    @staticmethod
    def _make_collection(client: Client) -> chromadb.Collection:
        # ef_search 100: exact enough to 100k chunks (recall against brute force is checked in the benchmarks).
        return client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": 100, "ef_construction": 200}},
        )

    def _make_client(self) -> Client:
        quiet = ChromaSettings(anonymized_telemetry=False)
        if not self._url:
            self._path.mkdir(parents=True, exist_ok=True)
            return cast(Client, chromadb.PersistentClient(path=str(self._path), settings=quiet))
        parts = urlsplit(self._url)
        port = parts.port or (443 if parts.scheme == "https" else 8000)
        host = parts.hostname or "localhost"
        client = cast(Client, chromadb.HttpClient(host=host, port=port, ssl=parts.scheme == "https", settings=quiet))
        session = getattr(client._server, "_session", None)
        if isinstance(session, httpx.Client):  # which would wait for ever, and there is no setting for it
            session.timeout = httpx.Timeout(_PATIENCE_S)
        return client

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
            self._client = self._held = None

    def damaged(self) -> bool:
        """Whether the files on disk cannot be read. Ask only while no other process is writing them."""
        if self._url:
            return False
        with self._alone():
            if self._files.interrupted() or self._files.altered():
                return True
            try:
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
        with self._alone():
            if self._url:
                self._on_server(lambda collection: self._there().delete_collection(COLLECTION), create=True)
                return
            self.close()
            with self._files.writing():
                try:
                    if self._path.exists():
                        shutil.rmtree(self._path)
                except OSError as error:
                    raise self._unusable(error) from error

    def _there(self) -> Client:
        """The client of the server, which several threads may use at a time."""
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
            return self._client

    def _on_server(self, action: Callable[[chromadb.Collection], T], *, create: bool) -> T:
        """Run `action` on the collection by its name: another process may have made it anew. Raises NotReadyError.

        A server that has lost it is not asked: it would find nothing, and nothing would tell.
        """
        try:
            client = self._there()
            held = self._held
            if held is not None:
                try:
                    return action(held)
                except NotFoundError:
                    self._held = None
            self._held = self._make_collection(client) if create else client.get_collection(COLLECTION, None)
            return action(self._held)
        except Exception as error:  # whatever its server answers, Chroma's client makes any kind of error of it
            raise self._unusable(error) from error

    def _read(self, action: Callable[[chromadb.Collection], T], *, create: bool = False) -> T:
        """Run `action` on the collection, opened again where another process wrote and that is due."""
        if self._url:
            return self._on_server(action, create=create)
        with self._alone():
            fresh = self._due > time.monotonic() or self._files.stamp() == self._seen
            if self._client is not None and (fresh or self._files.interrupted()):  # never open half a graph
                return self._run(action)
            started = time.monotonic()
            self._connect()
            try:
                return self._run(action)
            finally:
                now = time.monotonic()
                self._due = now + RELOAD_SHARE * (now - started)

    def _write(self, action: Callable[[chromadb.Collection], None]) -> None:
        """Run `action` on the collection as it is on disk; a server that is being restarted is waited for."""
        if self._url:
            for attempt in Retrying(**_WRITING, retry=retry_if_exception_type(NotReadyError), reraise=True):
                with attempt:
                    self._on_server(action, create=True)
            return
        with self._alone():
            if self._client is None or self._files.stamp() != self._seen:
                self._connect()
            with self._files.writing():
                self._run(action)
            self._seen = self._files.stamp()

    def _run(self, action: Callable[[chromadb.Collection], T]) -> T:
        try:
            try:
                return action(self._collection)
            except ChromaError:
                if self._files.stamp() == self._seen:
                    raise
                return action(self._connect())  # another process wrote, or made the collection anew
        except (ChromaError, httpx.HTTPError) as error:
            raise self._unusable(error) from error

    # using --------------------------------------------------------------------------------------------------------
    def add(self, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace chunks with their vectors, float32 (chunks, dimensions)."""
        for start in range(0, len(chunks), _BATCH):
            batch, own = chunks[start : start + _BATCH], vectors[start : start + _BATCH]
            self._write(partial(_upsert, chunks=batch, vectors=own))

    def delete(self, chunk_ids: Sequence[str]) -> None:
        for start in range(0, len(chunk_ids), _BATCH):
            ids = list(chunk_ids[start : start + _BATCH])
            self._write(partial(_delete, chunk_ids=ids))

    def search(self, vector: np.ndarray, k: int, document_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """The k nearest chunk ids with cosine similarity, best first; `document_ids` restricts where to look."""
        if document_ids is None:
            return self._read(partial(_query, vector=vector, k=k, where=None))
        found: list[tuple[str, float]] = []
        for start in range(0, len(document_ids), _MOST_IDS):
            where = _among(document_ids[start : start + _MOST_IDS])
            found += self._read(partial(_query, vector=vector, k=k, where=where))
        return sorted(found, key=lambda pair: -pair[1])[:k]

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""
        if not chunk_ids:
            return {}
        found = self._read(lambda collection: collection.get(ids=list(chunk_ids), include=["embeddings"]))
        embeddings = found["embeddings"]
        return {} if embeddings is None else dict(zip(found["ids"], np.asarray(embeddings), strict=True))

    def entries(self, chunk_ids: Sequence[str]) -> dict[str, tuple[str | None, Labels, np.ndarray]]:
        """What is stored of chunks: text, (document id, version, kind) and vector, by chunk id."""
        found = self._read(lambda c: c.get(ids=list(chunk_ids), include=["documents", "metadatas", "embeddings"]))
        labels = [tuple((m or {}).get(name) for name in _LABELS) for m in found["metadatas"] or ()]
        vectors = np.asarray(found["embeddings"])
        rows = zip(found["ids"], found["documents"] or (), labels, vectors, strict=True)
        return {chunk_id: (text, own, vector) for chunk_id, text, own, vector in rows}

    def best(self, vectors: np.ndarray) -> list[float]:
        """The highest cosine similarity that a search finds for each of these vectors, float32 (n, d)."""
        query = np.asarray(vectors, dtype=np.float32)
        found = self._read(lambda c: c.query(query_embeddings=query, n_results=_WIDE, include=["distances"]))
        return [1.0 - float(distances[0]) if len(distances) else 0.0 for distances in found["distances"] or ()]

    @property
    def remote(self) -> bool:
        """Whether it is kept by a Chroma server."""
        return self._url is not None

    def count(self) -> int:
        return self._read(lambda collection: collection.count(), create=True)

    def chunk_ids(self) -> set[str]:
        """All ids in the index (for reconciling it with the catalogue)."""
        ids: set[str] = set()
        while page := self._read(lambda c: c.get(limit=10_000, offset=len(ids), include=[])["ids"], create=True):
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
        query_embeddings=vector.astype(np.float32)[None, :], n_results=max(k, _WIDE), where=where, include=["distances"]
    )
    distances = found["distances"] or [[]]
    return [(chunk_id, 1.0 - float(d)) for chunk_id, d in zip(found["ids"][0], distances[0], strict=True)][:k]


def _among(document_ids: Sequence[str]) -> Where:
    return cast(Where, {"document_id": {"$in": list(document_ids)}})
