"""The Chroma collections of the dense index: one for each collection of documents, with a graph of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.types import Where

from vectorstore.lexical_snapshots import folder_of
from vectorstore.records import Chunk

_PREFIX = "chunks-"
_OUTDATED = "chunks"  # the one that all collections once shared
_WIDE = (
    200  # looked for at least: so wide that another graph of the same vectors finds the same (Chroma builds each anew)
)
_WIDE_UP_TO = 10_000  # chunks; where there are more, more is looked for, by this power, for the same recall
_GROWTH = 0.4
_LEAST, _SPREAD = 50, 1.2  # neighbours that each collection is asked for, and times its share of them
_PAGE = 10_000
_LABELS = ("document_id", "version", "kind")
Labels = tuple[object, ...]
Scored = list[tuple[str, float]]
Entry = tuple[Labels, np.ndarray]


def part_of(folder: str) -> str:
    """What the Chroma collection of one of ours is called, of which `folder` is that of its lexical index."""
    return _PREFIX + folder


def breadth(chunks: int) -> int:
    """How many neighbours are looked for in a graph of so many; by `bench scale`, recall@50 is then .98 or more."""
    return round(_WIDE * math.pow(max(1.0, chunks / _WIDE_UP_TO), _GROWTH))


class Parts:
    """Those that a client has. Held by name, so that they are asked for once."""

    def __init__(self, client: Client, save_after: int) -> None:
        self._client, self._save_after = client, save_after  # so many changes Chroma writes a graph to disk
        self._held: dict[str, chromadb.Collection] = {}

    def forget(self) -> None:
        """Ask for all of them again: some were made anew."""
        self._held.clear()

    def named(self, name: str) -> chromadb.Collection:
        """That of a name. Raises chromadb's NotFoundError."""
        if name not in self._held:
            self._held[name] = self._client.get_collection(name, embedding_function=None)
        return self._held[name]

    def looked_at(self, folder: str, size: int, k: int) -> int:
        """How many neighbours to ask for, so that `breadth` are looked at: the graph's own setting may see to that."""
        own = int((self.named(part_of(folder)).configuration_json.get("hnsw") or {}).get("ef_search") or 0)
        return k if own >= breadth(size) else max(k, breadth(size))

    def widen(self, sizes: Mapping[str, int]) -> bool:
        """Have graphs of so many chunks, by folder, look at enough from their next opening on; whether any is to."""
        narrow = [folder for folder, size in sizes.items() if self.looked_at(folder, size, 1) > 1]
        for folder in narrow:
            reach = breadth(2 * sizes[folder])
            self.named(part_of(folder)).modify(configuration={"hnsw": {"ef_search": reach}})
        return bool(narrow)

    def made(self, collection: str) -> chromadb.Collection:
        """That of a collection, made where there is none."""
        name = part_of(folder_of(collection))
        if name not in self._held:
            self._held[name] = self._client.get_or_create_collection(
                name,
                embedding_function=None,
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_search": _WIDE,
                        "ef_construction": 200,
                        "sync_threshold": self._save_after,
                    }
                },
            )
        return self._held[name]

    def every(self) -> list[chromadb.Collection]:
        """All that are there, by name."""
        names = (each.name for each in self._client.list_collections())
        return [self.named(name) for name in sorted(names) if name.startswith(_PREFIX)]

    def outdated(self) -> bool:
        """Whether there is the one of an earlier version."""
        return any(each.name == _OUTDATED for each in self._client.list_collections())

    def discard(self) -> None:
        """Drop them with all they hold, and the one of an earlier version."""
        for each in self._client.list_collections():
            if each.name == _OUTDATED or each.name.startswith(_PREFIX):
                self._client.delete_collection(each.name)
        self.forget()

    def save_after(self, changes: int) -> None:
        """After how many changes graphs are saved, from when they are opened next."""
        for part in self.every():
            part.modify(configuration={"hnsw": {"sync_threshold": changes}})

    def touch(self) -> None:
        """Change each, so that those which are due are saved."""
        for part in self.every():
            some = part.get(limit=1, include=["embeddings", "metadatas"])
            if some["ids"]:
                part.upsert(some["ids"], some["embeddings"], some["metadatas"])

    def delete(self, chunk_ids: list[str]) -> None:
        for part in self.every():
            if present := part.get(ids=chunk_ids, include=[])["ids"]:
                part.delete(ids=present)

    def held(self) -> dict[str, set[str]]:
        """The ids of each by its name."""
        found: dict[str, set[str]] = {}
        for part in self.every():
            ids = found[part.name] = set()
            while page := part.get(limit=_PAGE, offset=len(ids), include=[])["ids"]:
                ids.update(page)
        return found

    def best(self, vectors: np.ndarray) -> list[float]:
        """The highest cosine similarity that a search finds for each of these vectors, float32 (n, d)."""
        best = np.zeros(len(vectors))
        for part in self.every():
            found = part.query(query_embeddings=vectors, n_results=_WIDE, include=["distances"])["distances"] or ()
            best = np.maximum(best, [1.0 - float(own[0]) if len(own) else 0.0 for own in found])
        return best.tolist()


def add_to(part: chromadb.Collection, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
    """Add or replace chunks with their vectors, float32 (chunks, d).

    Their texts are in the catalogue alone: Chroma would index every three letters of them, for searches that we do not
    make, which takes as long again and three times the room.
    """
    part.upsert(
        ids=[chunk.chunk_id for chunk in chunks],
        embeddings=np.asarray(vectors, dtype=np.float32),
        metadatas=[{"document_id": c.document_id, "version": c.version, "kind": c.kind} for c in chunks],
    )


def nearest_in(parts: Parts, vector: np.ndarray, k: int, sizes: Mapping[str, int]) -> Scored:
    """The k nearest in collections of so many chunks, by folder; best first.

    Each is first asked for its share of them, since Chroma looks up the name of every neighbour that it gives, and for
    all of them where it may have more that are near enough.
    """
    every = max(1, sum(sizes.values()))

    def ask(folder: str, most: int) -> Scored:
        part, wide = parts.named(part_of(folder)), parts.looked_at(folder, sizes[folder], most)
        return query(part, vector, wide, None)

    def best() -> Scored:
        return sorted((hit for own in found.values() for hit in own), key=lambda pair: -pair[1])[:k]

    first = {folder: min(k, _LEAST + math.ceil(_SPREAD * k * size / every)) for folder, size in sizes.items()}
    found = {folder: ask(folder, most) for folder, most in first.items()}
    last = best()[-1][1] if any(found.values()) else 0.0
    for folder, own in found.items():
        if first[folder] <= len(own) < k and own[-1][1] >= last:
            found[folder] = ask(folder, k)
    return best()


def query(part: chromadb.Collection, vector: np.ndarray, wide: int, where: Where | None) -> Scored:
    """The nearest with cosine similarity, best first."""
    asked = vector.astype(np.float32)[None, :]
    found = part.query(query_embeddings=asked, n_results=wide, where=where, include=["distances"])
    distances = found["distances"] or [[]]
    return [(chunk_id, 1.0 - float(d)) for chunk_id, d in zip(found["ids"][0], distances[0], strict=True)]


def among(document_ids: Sequence[str]) -> Where:
    """Chroma's filter for the chunks of these documents."""
    return cast(Where, {"document_id": {"$in": list(document_ids)}})


def entries_of(part: chromadb.Collection, chunk_ids: list[str]) -> Iterator[tuple[str, Entry]]:
    """(document id, version, kind) and vector of those of the chunks that it has."""
    found = part.get(ids=chunk_ids, include=["metadatas", "embeddings"])
    labels = [tuple((m or {}).get(name) for name in _LABELS) for m in found["metadatas"] or ()]
    yield from zip(found["ids"], zip(labels, np.asarray(found["embeddings"]), strict=True), strict=True)
