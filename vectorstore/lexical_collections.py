"""Lexical search over the snapshots of several collections, so that no score of one depends on what another holds."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from vectorstore.lexical import SPARE, LexicalIndex, asked_terms, best


class LexicalCollections:
    """Chunks of several collections by BM25, with the word statistics of just those that are seen together."""

    def __init__(self, indexes: Mapping[str, LexicalIndex]) -> None:
        self._folders, self._indexes = tuple(indexes), tuple(indexes.values())

    def search(
        self, question: str, k: int, folded: bool = False, document_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k best chunk ids with their BM25 scores, best first; `document_ids` restricts where to look."""
        words, indexes = asked_terms(question, folded), self._indexes
        if len(indexes) == 1:
            return indexes[0].search(question, k, folded, document_ids)
        weights = _Weights(indexes, words, folded)
        wanted = SPARE * k
        return best((hit for i in indexes for hit in i.hits(words, wanted, folded, document_ids, weights.boosts(i))), k)

    def document_frequency(self, term: str, folded: bool = False) -> int:
        """In how many chunks the index term occurs."""
        return sum(index.document_frequency(term, folded) for index in self._indexes)

    def count(self) -> int:
        """How many chunks there are."""
        return sum(index.count() for index in self._indexes)

    def sizes(self) -> dict[str, int]:
        """How many chunks each collection has, by its folder."""
        return {folder: index.count() for folder, index in zip(self._folders, self._indexes, strict=True)}

    def chunk_ids(self) -> set[str]:
        """All ids."""
        return {chunk_id for index in self._indexes for chunk_id in index.chunk_ids()}


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
