"""One lexical index for each collection, so that no score of one depends on what another holds."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from pathlib import Path

from vectorstore.lexical import SPARE, LexicalIndex, asked_terms, best
from vectorstore.records import Chunk


class LexicalCollections:
    """Chunks of several collections by BM25, with the word statistics of just those that may be seen together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._indexes: dict[str, LexicalIndex] = {}
        self._among: frozenset[str] | None = None  # folders that may be looked into; None for all

    def limited_to(self, collections: Iterable[str]) -> LexicalCollections:
        """The same indexes as a reader of these collections finds them."""
        view = copy(self)
        view._among = frozenset(_folder(name) for name in collections)
        return view

    def of(self, collection: str) -> LexicalIndex:
        """The index of one collection, made on first use."""
        return self._open(_folder(collection))

    def _open(self, folder: str) -> LexicalIndex:
        if not (self._path / folder).exists():
            self._indexes.pop(folder, None)  # another process dropped it
        return self._indexes.setdefault(folder, LexicalIndex(self._path / folder))

    def _seen(self) -> list[LexicalIndex]:
        """The indexes on disk that may be looked into, in a fixed order."""
        there = sorted(file.parent.name for file in self._path.glob("*/meta.json"))
        return [self._open(folder) for folder in there if self._among is None or folder in self._among]

    def keep_only(self, collections: Collection[str]) -> None:
        """Delete everything else, such as the index of a collection that has no documents any more."""
        kept = {_folder(name) for name in collections}
        for path in self._path.iterdir() if self._path.exists() else ():
            if path.is_dir() and path.name not in kept:
                shutil.rmtree(path)
                self._indexes.pop(path.name, None)
            elif path.is_file():  # of the one index that all collections once shared
                path.unlink()

    def add(self, chunks: Sequence[Chunk], collection: str) -> None:
        """Add or replace chunks of a collection and make them searchable."""
        self.of(collection).add(chunks)

    def delete(self, chunk_ids: Iterable[str], collection: str) -> None:
        """Remove chunks of a collection."""
        self.of(collection).delete(chunk_ids)

    def search(
        self, question: str, k: int, folded: bool = False, document_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k best chunk ids with their BM25 scores, best first; `document_ids` restricts where to look."""
        words, indexes = asked_terms(question, folded), self._seen()
        if len(indexes) == 1:
            return indexes[0].search(question, k, folded, document_ids)
        weights = _Weights(indexes, words, folded)
        wanted = SPARE * k
        return best((hit for i in indexes for hit in i.hits(words, wanted, folded, document_ids, weights.boosts(i))), k)

    def document_frequency(self, term: str, folded: bool = False) -> int:
        """In how many chunks the index term occurs."""
        return sum(index.document_frequency(term, folded) for index in self._seen())

    def count(self) -> int:
        """How many chunks there are."""
        return sum(index.count() for index in self._seen())

    def chunk_ids(self) -> set[str]:
        """All ids."""
        return {chunk_id for index in self._seen() for chunk_id in index.chunk_ids()}


class _Weights:
    """What makes scores of several indexes comparable: a word counts by how rare it is in all of them together."""

    def __init__(self, indexes: Sequence[LexicalIndex], words: Iterable[str], folded: bool) -> None:
        self._chunks = {id(index): index.count() for index in indexes}
        self._with = {(id(i), word): i.document_frequency(word, folded) for word in words for i in indexes}
        self._words = dict.fromkeys(words)
        total = sum(self._chunks.values())
        both = {word: sum(self._with[id(index), word] for index in indexes) for word in self._words}
        self._together = {word: _idf(n, total) for word, n in both.items()}

    def boosts(self, index: LexicalIndex) -> dict[str, float]:
        """For each word, its weight over that which the index gives it by itself."""
        own = {word: _idf(self._with[id(index), word], self._chunks[id(index)]) for word in self._words}
        return {word: self._together[word] / own[word] for word in self._words if own[word] > 0}


def _idf(n: int, total: int) -> float:
    """BM25's inverse document frequency, as tantivy has it: ln(1 + (N - n + .5) / (n + .5))."""
    return math.log(1 + (max(total, n) - n + 0.5) / (n + 0.5))


def _folder(collection: str) -> str:
    """A folder name for any collection name."""
    return hashlib.sha256(collection.encode()).hexdigest()[:24]
