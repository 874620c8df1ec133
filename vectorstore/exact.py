"""Dense search of a limited reader: cosine against every passage of the collections that may be seen, and no other.

An approximate graph over all passages would let those of other collections decide, in rare cases, which are found.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.records import Document

_Version = tuple[str, int]


@dataclass
class _Held:
    """The vectors of one collection by document version: chunk ids (n) and float32 (n, d)."""

    parts: dict[_Version, tuple[list[str], np.ndarray]] = field(default_factory=dict)
    chunk_ids: list[str] = field(default_factory=list)
    owners: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int32))  # document of each chunk, (n,)
    numbers: dict[str, int] = field(default_factory=dict)  # by document id, as in `owners`
    matrix: np.ndarray = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))

    def among(self, document_ids: Collection[str]) -> np.ndarray:
        """Which chunks are of these documents, bool (n,)."""
        wanted = np.zeros(len(self.numbers) + 1, dtype=bool)
        wanted[[self.numbers[i] for i in document_ids if i in self.numbers]] = True
        return np.asarray(wanted[self.owners])


class ExactSearch:
    """Vectors of the collections that limited readers have asked for, kept in memory: 15 MB for 10,000 passages."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listing: Sequence[Document] = ()
        self._current: dict[str, list[_Version]] = {}
        self._held: dict[str, _Held] = {}

    def search(
        self,
        catalogue: Catalogue,
        vector: np.ndarray,
        k: int,
        collections: Collection[str],
        document_ids: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The k nearest chunk ids with cosine similarity, best first; `document_ids` restricts where to look."""
        found: list[tuple[str, float]] = []
        for held in self._of(catalogue, collections):
            if held.chunk_ids:
                cosines = held.matrix @ vector
                if document_ids is not None:
                    cosines = np.where(held.among(document_ids), cosines, -np.inf)
                best = np.argpartition(-cosines, k)[:k] if k < len(cosines) else np.arange(len(cosines))
                best = best[np.lexsort((best, -cosines[best]))]
                found += [(held.chunk_ids[i], float(cosines[i])) for i in best if cosines[i] > -np.inf]
        return sorted(found, key=lambda pair: -pair[1])[:k]

    def _of(self, catalogue: Catalogue, collections: Collection[str]) -> list[_Held]:
        with self._lock:
            listing = catalogue.listing()
            if listing is not self._listing:
                self._listing, self._current = listing, {}
                for document in listing:
                    key = (document.document_id, document.version)
                    self._current.setdefault(document.collection, []).append(key)
            return [self._fresh(catalogue, name, self._current.get(name, [])) for name in sorted(collections)]

    def _fresh(self, catalogue: Catalogue, collection: str, current: list[_Version]) -> _Held:
        """The collection's vectors, read again as far as its documents have changed."""
        held = self._held.get(collection)
        if held is not None and list(held.parts) == current:
            return held
        before = held.parts if held else {}
        parts = {key: before.get(key) or catalogue.vectors_of([key]) for key in current}
        held = self._held[collection] = _Held(parts)
        if filled := [matrix for ids, matrix in parts.values() if ids]:
            held.matrix = np.concatenate(filled)
        for (document_id, version), (ids, _) in parts.items():
            start = len(held.chunk_ids)
            held.chunk_ids += ids
            parts[document_id, version] = (ids, held.matrix[start : start + len(ids)])  # a view: kept only once
        held.numbers = {key[0]: number for number, key in enumerate(parts)}
        held.owners = np.repeat(np.arange(len(parts), dtype=np.int32), [len(ids) for ids, _ in parts.values()])
        return held
