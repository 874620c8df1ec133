"""Dense search: chunk vectors in Chroma, a collection there for each of ours, embedded or on a server by URL."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api.client import Client
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from vectorstore.chroma_parts import Labels, Parts, Scored, add_to, among, entries_of, nearest_in, part_of, query
from vectorstore.errors import NotReadyError
from vectorstore.records import Chunk
from vectorstore.shared_files import SharedFiles

_CHANGES = 1000  # after which Chroma saves a graph; until then they are in its log, read when it is opened
_BULK_CHANGES = 20_000
_BATCH = 200  # readers wait as long as it takes
RELOAD_SHARE = 20  # seconds between opening the files again, for each second that it takes
_MOST_IDS = 30_000  # SQLite takes at most 32,766 values in one query
_PASSING = ("locked", "busy", "full", "readonly", "read-only", "unable to open", "permission")  # not damage
_PATIENCE_S = 30  # with one request to a server
_WRITING: dict[str, Any] = {"stop": stop_after_delay(60), "wait": wait_fixed(0.5)}  # for a server that is away
T = TypeVar("T")


class DenseIndex:
    """Chunk vectors by cosine similarity (HNSW). Opened on first use; safe to use from several threads and processes.

    Each collection has a graph of its own, so that what is found in one depends on nothing that another holds.
    Embedded, one call runs at a time over all processes: a query takes 3 ms, adding a document some 30 ms. What another
    process wrote is seen once opening the files again is due, so that this takes at most a twentieth of a reader's
    time. A server sees to all that itself; of what it does not answer, NotReadyError tells.
    """

    def __init__(self, path: Path, url: str | None = None) -> None:
        self._path, self._url = path, url
        self._lock = threading.RLock()
        self._files = SharedFiles(path)
        self._client: Client | None = None
        self._parts: Parts | None = None
        self._seen = ""
        self._due = 0.0
        self._save_after = _CHANGES

    # opening ------------------------------------------------------------------------------------------------------
    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread of one process at a time."""
        with self._lock, nullcontext() if self._url else self._files.locked():
            yield
            if not self._url:
                self._files.keep()  # Chroma saves its graph when it sees fit, also while it is read

    def _connect(self) -> Parts:
        self.close()
        self._seen = self._files.stamp()
        try:
            self._client = self._make_client()
            self._parts = Parts(self._client, self._save_after)
            self._parts.every()
        except (ValueError, OSError, httpx.HTTPError, ChromaError) as error:
            SharedSystemClient._identifier_to_system.pop(str(self._path), None)  # Chroma keeps the one that failed
            raise self._unusable(error) from error
        return self._parts

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
            self._client = self._parts = None

    def damaged(self) -> bool:
        """Whether the files on disk cannot be read. Ask only while no other process is writing them."""
        if self._url:
            return False
        with self._alone():
            if self._files.interrupted() or self._files.altered():
                return True
            try:
                for part in self._connect().every():
                    if dimensions := part.get_model().dimension:  # something has been put in
                        part.query(query_embeddings=np.ones((1, dimensions), np.float32), n_results=1, include=[])
            except (ChromaError, NotReadyError) as error:
                if any(word in str(error).lower() for word in _PASSING):
                    raise self._unusable(error) from error
                return True
        return False

    def outdated(self) -> bool:
        """Whether an earlier version made it, with the vectors of all collections in one graph."""
        return self._read(lambda parts: parts.outdated())

    def discard(self) -> None:
        """Drop all vectors, readable or not; they are derived and can be made again. Raises NotReadyError."""
        with self._alone():
            if self._url:
                self._on_server(lambda parts: parts.discard())
                return
            self.close()
            with self._files.writing():
                try:
                    if self._path.exists():
                        shutil.rmtree(self._path)
                except OSError as error:
                    raise self._unusable(error) from error

    def _there(self) -> Parts:
        """What is on the server, which several threads may use at a time."""
        with self._lock:
            if self._parts is None:
                self._client = self._make_client()
                self._parts = Parts(self._client, self._save_after)
            return self._parts

    def _on_server(self, action: Callable[[Parts], T]) -> T:
        """Run `action`, once more where another process has made a collection anew. Raises NotReadyError.

        A server that has lost one that is asked for is not searched: it would find nothing, and nothing would tell.
        """
        try:
            parts = self._there()
            try:
                return action(parts)
            except NotFoundError:
                parts.forget()
            return action(parts)
        except Exception as error:  # whatever its server answers, Chroma's client makes any kind of error of it
            raise self._unusable(error) from error

    def _read(self, action: Callable[[Parts], T]) -> T:
        """Run `action` on the collections, opened again where another process wrote and that is due."""
        if self._url:
            return self._on_server(action)
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

    def _write(self, action: Callable[[Parts], None]) -> None:
        """Run `action` on the collections as they are on disk; a server that is being restarted is waited for."""
        if self._url:
            for attempt in Retrying(**_WRITING, retry=retry_if_exception_type(NotReadyError), reraise=True):
                with attempt:
                    self._on_server(action)
            return
        with self._alone():
            if self._client is None or self._files.stamp() != self._seen:
                self._connect()
            with self._files.writing():
                self._run(action)
            self._seen = self._files.stamp()

    def _run(self, action: Callable[[Parts], T]) -> T:
        try:
            try:
                return action(self._parts or self._connect())
            except ChromaError:
                if self._files.stamp() == self._seen:
                    raise
                return action(self._connect())  # another process wrote, or made a collection anew
        except (ChromaError, httpx.HTTPError) as error:
            raise self._unusable(error) from error

    # using --------------------------------------------------------------------------------------------------------
    def add(self, collection: str, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace chunks of a collection with their vectors, float32 (chunks, dimensions)."""
        for start in range(0, len(chunks), _BATCH):
            batch, own = chunks[start : start + _BATCH], vectors[start : start + _BATCH]
            self._write(lambda parts, batch=batch, own=own: add_to(parts.made(collection), batch, own))  # type: ignore[misc]

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Inside, a graph is saved more seldom: for many additions. Chroma writes all of it each time."""
        self._save(_BULK_CHANGES)
        try:
            yield
        finally:
            self._save(_CHANGES)
            if not self._url:
                self._write(lambda parts: parts.touch())

    def _save(self, after: int) -> None:
        """After how many changes a graph is saved. A server is set up by whoever runs it."""
        if not self._url:
            self._save_after = after
            self._write(lambda parts: parts.save_after(after))
            self.close()  # Chroma heeds it from the next opening on

    def widen(self, sizes: Mapping[str, int]) -> None:
        """Let a search look at enough of collections of so many chunks, by folder, as they are now.

        Until then as many neighbours are asked for as should be looked at, of which Chroma looks up every name. A
        server loads a graph when it sees fit, so that is how it stays there.
        """
        present = {part_of(folder): (folder, size) for folder, size in sizes.items()}
        if self._url or not present:
            return

        def action(parts: Parts) -> bool:
            there = [present[part.name] for part in parts.every() if part.name in present]
            return parts.widen(dict(there))

        if self._read(action):
            self.close()

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Take chunks out, in whatever collection they are."""
        for start in range(0, len(chunk_ids), _BATCH):
            ids = list(chunk_ids[start : start + _BATCH])
            self._write(lambda parts, ids=ids: parts.delete(ids))  # type: ignore[misc]

    def search(
        self, vector: np.ndarray, k: int, sizes: Mapping[str, int], document_ids: Sequence[str] | None = None
    ) -> Scored:
        """The k nearest chunk ids with cosine similarity, best first, in collections of so many chunks by folder.

        `document_ids` restricts where to look.
        """
        if document_ids is None:
            return self._read(lambda parts: nearest_in(parts, vector, k, sizes))
        wheres = [among(document_ids[i : i + _MOST_IDS]) for i in range(0, len(document_ids), _MOST_IDS)]

        def action(parts: Parts) -> Scored:
            searched = [(parts.named(part_of(f)), parts.looked_at(f, size, k)) for f, size in sizes.items()]
            return [hit for part, wide in searched for where in wheres for hit in query(part, vector, wide, where)]

        return sorted(self._read(action), key=lambda pair: -pair[1])[:k]

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""
        return {chunk_id: vector for chunk_id, (_, vector) in self.entries(chunk_ids).items()}

    def entries(self, chunk_ids: Sequence[str]) -> dict[str, tuple[Labels, np.ndarray]]:
        """What is stored of chunks: (document id, version, kind) and vector, by chunk id."""
        ids = list(chunk_ids)
        if not ids:
            return {}
        return self._read(lambda parts: {i: entry for part in parts.every() for i, entry in entries_of(part, ids)})

    def best(self, vectors: np.ndarray) -> list[float]:
        """The highest cosine similarity that a search finds for each of these vectors, float32 (n, d)."""
        return self._read(lambda parts: parts.best(np.asarray(vectors, dtype=np.float32)))

    @property
    def remote(self) -> bool:
        """Whether it is kept by a Chroma server."""
        return self._url is not None

    def count(self) -> int:
        """How many chunks it holds; takes long where there are many."""
        return self._read(lambda parts: sum(part.count() for part in parts.every()))

    def held(self) -> dict[str, set[str]]:
        """All ids by `part_of` their collection (for reconciling it with the catalogue)."""
        return self._read(lambda parts: parts.held())

    def chunk_ids(self) -> set[str]:
        """All ids."""
        return set().union(*self.held().values())
