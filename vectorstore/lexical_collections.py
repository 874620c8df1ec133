"""Lexical search over the snapshots of several collections, so that no score of one depends on what another holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice

from vectorstore.lexical import SPARE, LexicalHit, LexicalIndex, asked_terms, best

SPREAD = 1.5  # times the hits that would do if those of some documents were spread evenly among all


class LexicalCollections:
    """Chunks of several collections by BM25, with the word statistics of just those that are seen together."""

    def __init__(self, indexes: Mapping[str, LexicalIndex]) -> None:
        self._folders, self._indexes = tuple(indexes), tuple(indexes.values())

    def search(
        self,
        question: str,
        k: int,
        folded: bool = False,
        document_ids: Collection[str] | None = None,
        share: float = 0.0,
    ) -> list[tuple[str, float]]:
        """The k best chunk ids with their BM25 scores, best first.

        `document_ids` restricts where to look; `share` is what part of all documents those are, where that is known.
        """
        words, wanted = asked_terms(question, folded), SPARE * k
        weights = _Weights(self._indexes, words, folded)

        def hits(index: LexicalIndex, most: int, among: Collection[str] | None) -> list[LexicalHit]:
            return index.hits(words, most, folded, among, weights.boosts(index))

        if document_ids is not None and share and SPREAD * wanted / share <= len(document_ids):
            picked = self._picked(lambda index, most: hits(index, most, None), wanted, document_ids, share)
            if picked is not None:
                return best(picked, k)
        return best((hit for index in self._indexes for hit in hits(index, wanted, document_ids)), k)

    def _picked(
        self,
        hits: Callable[[LexicalIndex, int], list[LexicalHit]],
        wanted: int,
        document_ids: Collection[str],
        share: float,
    ) -> list[LexicalHit] | None:
        """The best that are of these documents, out of the best of all; None where too few of those are.

        An index finds thousands as quickly as ten, and a document is looked up sooner here than in a filter of many.
        """
        every, floor = list[LexicalHit](), -math.inf  # below which an index may have others
        for index in self._indexes:
            most = wanted + math.ceil(SPREAD * wanted / share * index.count() / max(1, self.count()))
            own = hits(index, most)
            if len(own) == most:
                floor = max(floor, own[-1].score)
            every += own
        ordered = sorted((hit for hit in every if hit.score > floor), key=lambda hit: -hit.score)
        picked = list(islice((hit for hit in ordered if hit.document_id in document_ids), wanted))
        return picked if len(picked) == wanted or floor == -math.inf else None

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
        self._words = dict.fromkeys(words) if len(indexes) > 1 else {}
        self._with = {(id(i), word): i.document_frequency(word, folded) for word in self._words for i in indexes}
        total = sum(self._chunks.values())
        both = {word: sum(self._with[id(index), word] for index in indexes) for word in self._words}
        self._together = {word: _idf(n, total) for word, n in both.items()}

    def boosts(self, index: LexicalIndex) -> dict[str, float]:
        """For each word, its weight over that which the index gives it by itself; nothing where it is the only one."""
        own = {word: _idf(self._with[id(index), word], self._chunks[id(index)]) for word in self._words}
        return {word: self._together[word] / own[word] for word in self._words if own[word] > 0}


def _idf(n: int, total: int) -> float:
    """BM25's inverse document frequency, as tantivy has it: ln(1 + (N - n + .5) / (n + .5))."""
    return math.log(1 + (max(total, n) - n + 0.5) / (n + 0.5))
