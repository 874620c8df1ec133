"""Nearest chunks among some of the documents: those of a filter, a day, or what a reader may see.

Chroma filters by metadata in SQLite, which takes up to fifty times as long as its search. So a large part of the corpus
is searched by asking for more neighbours than are wanted and leaving out those of other documents, and a small part,
or a small collection, exactly, against its vectors, which are kept for as long as they are asked for.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.catalogue_chunks import WithVectors
from vectorstore.chroma import DenseIndex
from vectorstore.lexical_snapshots import folder_of
from vectorstore.listing import Listing

EXACT_CHUNKS = 30_000  # searched exactly: 46 MB of vectors, some 5 ms
SMALL = 10_000  # chunks of a collection that is searched exactly, for Chroma takes as long to begin
MOST_NEIGHBOURS = 4_000  # asked for at most; beyond that Chroma's own filter is quicker
SPARE = 1.5  # times the neighbours that would do if what may be found were spread evenly
_KEPT = 4  # parts of the corpus whose vectors are kept
_LOOKED_UP = 100  # chunks at a time, the best first, until there are enough that may be found
Scored = list[tuple[str, float]]
_Version = tuple[str, int]


class Part:
    """Chunks of some documents with their vectors, float32 (chunks, d), those of each document together."""

    def __init__(self, documents: frozenset[_Version], catalogue: Catalogue, known: Iterable[Part]) -> None:
        """`known` are others, of which what they have of these documents is taken."""
        self.documents = documents
        like = max(known, key=lambda part: len(part.documents & documents), default=None)
        held: dict[_Version, WithVectors] = {key: like.of[key] for key in like.documents & documents} if like else {}
        held |= catalogue.vectors_of_each(sorted(documents - held.keys()))
        self.of: dict[_Version, WithVectors] = held
        self.chunk_ids = [chunk_id for ids, _ in held.values() for chunk_id in ids]
        filled = [vectors for ids, vectors in held.values() if ids]
        self.vectors = np.concatenate(filled) if filled else np.zeros((0, 0), dtype=np.float32)
        at = 0
        for key, (ids, _) in held.items():
            held[key] = ids, self.vectors[at : at + len(ids)]  # a view: kept only once
            at += len(ids)

    def search(self, vector: np.ndarray, k: int) -> Scored:
        """The k nearest by cosine similarity, best first; exact."""
        if not self.chunk_ids:
            return []
        scores = np.vecdot(self.vectors, vector)  # `@` waits for a second thread: 10 ms on a busy machine
        best = np.argpartition(-scores, k)[:k] if k < len(scores) else np.arange(len(scores))
        best = best[np.argsort(-scores[best], kind="stable")]
        return [(self.chunk_ids[i], float(scores[i])) for i in best]


class Nearest:
    """Searches `dense`, whose vectors are also in the catalogue. Safe to use from several threads.

    The dense index knows no states: it also has what is being added, and no longer has what was taken out since. The
    catalogue that is searched for leaves out the one, and puts back the other.
    """

    def __init__(self, dense: DenseIndex, exact_chunks: int = EXACT_CHUNKS) -> None:
        self._dense, self._exact_chunks = dense, exact_chunks
        self._lock = threading.Lock()
        self._parts: OrderedDict[frozenset[str], tuple[Listing, Part]] = OrderedDict()

    def search(
        self,
        catalogue: Catalogue,
        vector: np.ndarray,
        k: int,
        listing: Listing,
        sizes: Mapping[str, int],
        among: frozenset[str] | None,
    ) -> Scored:
        """The k nearest chunk ids with cosine similarity, best first, in the documents of the listing.

        `sizes` are the numbers of chunks of its collections by folder; `among` names some of its documents.
        """
        if among is not None and not among:
            return []
        every = sum(sizes.values())
        share = 1.0 if among is None else len(among) / max(1, len(listing))  # of the documents, taken for the chunks'
        if among is not None and every * share <= self._exact_chunks:
            return self._part(catalogue, listing, among).search(vector, k)
        if among is None and len(small := self._small(sizes)) == len(sizes):
            return self._of_small(catalogue, vector, k, listing, small)
        wanted = k if among is None else min(every, math.ceil(SPARE * k / share))
        while wanted <= MOST_NEIGHBOURS:
            every_found = self._of_all(catalogue, vector, wanted, listing, sizes)
            found = _visible(catalogue, every_found, vector, listing, among, k)
            if len(found) >= k or len(every_found) < wanted or wanted == every:
                return found
            wanted = 2 * wanted + len(every_found) - len(found)
        own = self._dense.search(vector, k, sizes, sorted(among or listing.by_id))
        return _visible(catalogue, own, vector, listing, among, k)

    def _of_all(
        self, catalogue: Catalogue, vector: np.ndarray, k: int, listing: Listing, sizes: Mapping[str, int]
    ) -> Scored:
        small = self._small(sizes)
        large = {folder: size for folder, size in sizes.items() if folder not in small}
        found = self._dense.search(vector, k, large) if large else []
        if small:
            found = found + self._of_small(catalogue, vector, k, listing, small)
        return sorted(found, key=lambda pair: -pair[1])[:k]

    def _small(self, sizes: Mapping[str, int]) -> frozenset[str]:
        """Folders of the collections that are searched exactly."""
        small, room = set[str](), 0 if self._dense.remote else self._exact_chunks  # a server is there to be asked
        for folder, size in sorted(sizes.items(), key=lambda pair: pair[1]):
            if size <= min(SMALL, room):
                small.add(folder)
                room -= size
        return frozenset(small)

    def _of_small(
        self, catalogue: Catalogue, vector: np.ndarray, k: int, listing: Listing, small: frozenset[str]
    ) -> Scored:
        own = listing.select(("folders", *sorted(small)), lambda document: folder_of(document.collection) in small)
        return self._part(catalogue, listing, own).search(vector, k)

    def _part(self, catalogue: Catalogue, listing: Listing, among: frozenset[str]) -> Part:
        with self._lock:
            kept = self._parts.get(among)
            if kept is None or kept[0] is not listing:
                current = frozenset((i, listing.by_id[i].version) for i in among if i in listing.by_id)
                same = kept is not None and kept[1].documents == current
                known = [part for _, part in self._parts.values()]
                part = kept[1] if kept and same else Part(current, catalogue, known)
                self._parts[among] = (listing, part)
            self._parts.move_to_end(among)
            while len(self._parts) > _KEPT:
                self._parts.popitem(last=False)
            return self._parts[among][1]


def _visible(
    catalogue: Catalogue, found: Scored, vector: np.ndarray, listing: Listing, among: frozenset[str] | None, k: int
) -> Scored:
    """The k best of the chunks found that the catalogue has, with those that it has and the index no longer had."""
    scores = dict(found)
    missing = [chunk_id for chunk_id in catalogue.retired_meanwhile() if chunk_id not in scores]
    for chunk_id, own in catalogue.vectors(missing).items():
        scores[chunk_id] = float(own @ vector)
    ordered = sorted(scores.items(), key=lambda pair: -pair[1])
    kept: Scored = []
    for start in range(0, len(ordered), _LOOKED_UP):
        if len(kept) >= k:
            break
        batch = ordered[start : start + _LOOKED_UP]
        owners = catalogue.owners([chunk_id for chunk_id, _ in batch])
        kept += [(i, score) for i, score in batch if _current(owners.get(i), listing, among)]
    return kept[:k]


def _current(owner: tuple[str, int] | None, listing: Listing, among: frozenset[str] | None) -> bool:
    """Whether a document version can be found, and may be."""
    if owner is None or (among is not None and owner[0] not in among):
        return False
    document = listing.by_id.get(owner[0])
    return document is not None and document.version == owner[1]
