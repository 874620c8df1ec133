"""Search by the engine as one state of the catalogue has it: what it does not have is left out, what it lacks put back.

Rows come before the state that has them and go after the last that has; in between the engine has more than a state,
or less. How much a term counts is the state's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.conditions import Conditions
from vectorstore.engine.bm25 import Weights, number, passage_weights, question_numbers, question_weights, score
from vectorstore.engine.counts import PASSAGES, collections_with_passages, passages_with
from vectorstore.engine.expressions import expression
from vectorstore.engine.milvus import MOST, MilvusIndex, Scored
from vectorstore.lexical import SPARE
from vectorstore.lexical_snapshots import folder_of

Names = Collection[str] | None  # None for all


@dataclass(frozen=True)
class EngineSearch:
    """What is found in `index`."""

    index: MilvusIndex

    def nearest(
        self,
        catalogue: Catalogue,
        vector: np.ndarray,
        k: int,
        collections: Names = None,
        among: Names = None,
        conditions: Conditions | None = None,
    ) -> Scored:
        """The k nearest chunk ids with cosine similarity, best first, in some collections and among some documents.

        The engine finds them; the cosines are those of the catalogue's vectors, as the engine's may be rounded, and
        depend in their last digits on how many rows it multiplies at a time.
        """

        def scored(chunk_ids: Sequence[str]) -> Scored:
            return [(i, float(own @ vector)) for i, own in catalogue.vectors(chunk_ids).items()]

        found = _Asked(self.index, catalogue, collections, among, conditions).best(vector, k, k, scored)
        exact = scored([chunk_id for chunk_id, _ in found])
        return sorted(exact, key=lambda pair: (-pair[1], pair[0]))[:k]

    def by_words(
        self,
        catalogue: Catalogue,
        question: str,
        k: int,
        folded: bool = False,
        collections: Names = None,
        among: Names = None,
        conditions: Conditions | None = None,
    ) -> Scored:
        """The k best chunk ids with their BM25 scores, best first; among equals the id decides."""
        asked = question_numbers(question, folded)
        counted = passages_with(catalogue, asked, collections)
        weights = question_weights(asked, counted, counted[PASSAGES])

        def scored(chunk_ids: Sequence[str]) -> Scored:
            every = [(i, score(weights, passage_weights(c))) for i, (c, _) in catalogue.chunks(chunk_ids).items()]
            return [pair for pair in every if pair[1] > 0]

        if not weights:
            return []
        return _Asked(self.index, catalogue, collections, among, conditions).best(weights, k, SPARE * k, scored)[:k]


@dataclass(frozen=True)
class EngineLexical:
    """The words of one state of the catalogue, of some collections or of all."""

    engine: EngineSearch
    catalogue: Catalogue
    collections: frozenset[str] | None

    def search(
        self, question: str, k: int, folded: bool = False, document_ids: Names = None, share: float = 0.0
    ) -> Scored:
        """The k best chunk ids with their BM25 scores, best first; `document_ids` restricts where to look."""
        return self.engine.by_words(self.catalogue, question, k, folded, self.collections, document_ids)

    def document_frequency(self, term: str, folded: bool = False) -> int:
        """In how many chunks the index term occurs."""
        dimension = number(term, folded)
        return passages_with(self.catalogue, [dimension], self.collections)[dimension]

    def count(self) -> int:
        """How many chunks there are."""
        return passages_with(self.catalogue, (), self.collections)[PASSAGES]

    def sizes(self) -> dict[str, int]:
        """How many chunks each collection has, by its folder."""
        names = collections_with_passages(self.catalogue, self.collections)
        return {folder_of(name): passages_with(self.catalogue, (), [name])[PASSAGES] for name in names}


@dataclass(frozen=True)
class _Asked:
    """Where a search is to look, and which state sees what it finds."""

    index: MilvusIndex
    catalogue: Catalogue
    collections: Names
    among: Names
    conditions: Conditions | None

    def best(
        self, asked: np.ndarray | Weights, k: int, wanted: int, scored: Callable[[Sequence[str]], Scored]
    ) -> Scored:
        """At least the k best that the state has, best first; `scored` gives the scores of what the engine lacks."""
        names = self._names()
        if not names or (self.among is not None and not self.among):
            return []
        searched = None if self.collections is None and not self._one else names
        narrowed = expression(self.among, self.conditions)
        while True:
            found = self.index.search(asked, wanted, searched, narrowed)
            visible = self._visible([chunk_id for chunk_id, _ in found])
            if len(visible) >= k or len(found) < wanted or wanted >= MOST:
                break
            wanted = min(MOST, 2 * wanted + len(found) - len(visible))
        scores = {chunk_id: score for chunk_id, score in found if chunk_id in visible}
        lacking = [i for i in self._visible(self.catalogue.retired_meanwhile()) if i not in scores]
        scores |= dict(scored(sorted(lacking)))
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def _one(self) -> str | None:
        return self.conditions.collection if self.conditions else None

    def _names(self) -> list[str]:
        names = collections_with_passages(self.catalogue, self.collections)
        return [name for name in names if self._one in (None, name)]

    def _visible(self, chunk_ids: Sequence[str]) -> set[str]:
        """Those of the chunks that the state has where the search may look."""
        among = None if self.collections is None else json.dumps(sorted(self.collections))
        sql = (
            "SELECT chunk_id, document_id FROM chunks JOIN documents USING (document_id, version) "
            "WHERE state = 'ready' AND chunk_id IN (SELECT value FROM json_each(?)) "
            "AND (? IS NULL OR collection IN (SELECT value FROM json_each(?)))"
        )
        rows = self.catalogue.rows(sql, (json.dumps(list(chunk_ids)), among, among)) if chunk_ids else []
        return {row["chunk_id"] for row in rows if self.among is None or row["document_id"] in self.among}
