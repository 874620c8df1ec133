"""Hybrid retrieval: dense (Chroma) and lexical (BM25) candidates, fused by per-query standardised scores."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.question.understand import Question, understand
from assistant.types import Filters
from vectorstore.records import Chunk, Document, Hit
from vectorstore.store import Store
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols, symbols_match

CANDIDATES = 50  # from each side, before fusion
LEXICAL_WEIGHT = 0.5  # of the standardised BM25 score: best or level on XQuAD-vi and the native sets, accented or not


@dataclass(frozen=True)
class Retrieved:
    """Hits best first, with the question's vector (d,) and each hit's sentence vectors (sentences, d)."""

    hits: list[Hit]
    question_vector: np.ndarray
    sentence_vectors: list[np.ndarray]


class PolicyRetriever(BaseRetriever):
    """LangChain retriever over the store; `retrieve` gives the typed hits the chain works with."""

    store: Store
    k: int = 8

    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        question = understand(query, (), self.store.catalogue)
        return [as_langchain(hit) for hit in self.retrieve(question, self.k).hits]

    def retrieve(
        self,
        question: Question,
        k: int,
        filters: Filters | None = None,
        as_of: date | None = None,
        exclude: Collection[str] = (),
    ) -> Retrieved:
        """The k best chunks for a question; `exclude` leaves documents out (for studies of abstention)."""
        vector = np.asarray(self.store.embeddings.embed_query(question.search_text), dtype=np.float32)
        allowed = self._allowed(filters or Filters(), as_of, exclude)
        if allowed is not None and not allowed:
            return Retrieved([], vector, [])
        dense = dict(self.store.dense.search(vector, CANDIDATES, allowed))
        lexical = dict(self._lexical(question, allowed))
        fused = self._fuse(vector, dense, lexical)
        return self._hits(fused[:k], vector, dense, lexical)

    def _allowed(self, filters: Filters, as_of: date | None, exclude: Collection[str]) -> list[str] | None:
        """Document ids that may be used; None for all."""
        if filters == Filters() and as_of is None and not exclude:
            return None
        documents = self.store.documents(filters.collection)
        return [d.document_id for d in documents if d.document_id not in exclude and _passes(d, filters, as_of)]

    def _lexical(self, question: Question, allowed: Sequence[str] | None) -> list[tuple[str, float]]:
        folded = question.unaccented
        return self.store.lexical.search(question.search_text, CANDIDATES, folded=folded, document_ids=allowed)

    def _fuse(
        self, vector: np.ndarray, dense: dict[str, float], lexical: dict[str, float]
    ) -> list[tuple[str, float]]:
        ids = list(dict.fromkeys([*dense, *lexical]))
        missing = [chunk_id for chunk_id in ids if chunk_id not in dense]
        for chunk_id, stored in self.store.dense.vectors(missing).items():
            dense[chunk_id] = float(stored @ vector)
        floor = min(lexical.values(), default=0.0) if len(lexical) >= CANDIDATES else 0.0
        fused = fuse(
            np.array([dense.get(i, -1.0) for i in ids]), np.array([lexical.get(i, floor) for i in ids]), LEXICAL_WEIGHT
        )
        return sorted(zip(ids, fused.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))

    def _hits(
        self, fused: Sequence[tuple[str, float]], vector: np.ndarray, dense: dict[str, float], lexical: dict[str, float]
    ) -> Retrieved:
        stored = self.store.catalogue.chunks([chunk_id for chunk_id, _ in fused])
        documents: dict[tuple[str, int], Document | None] = {}
        hits, sentence_vectors = [], []
        for chunk_id, score in fused:
            if chunk_id not in stored:  # removed a moment ago by another process
                continue
            chunk, vectors = stored[chunk_id]
            key = (chunk.document_id, chunk.version)
            if key not in documents:
                documents[key] = self.store.document(*key)
            if document := documents[key]:
                hits.append(Hit(chunk, document, score, dense.get(chunk_id), lexical.get(chunk_id)))
                sentence_vectors.append(vectors)
        return Retrieved(hits, vector, sentence_vectors)


def standardise(scores: np.ndarray) -> np.ndarray:
    """(x - mean) / standard deviation over the candidates of one question; zeros when all are equal."""
    spread = float(scores.std()) if scores.size else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(dense: np.ndarray, lexical: np.ndarray, weight: float) -> np.ndarray:
    """weight · z(lexical) + (1 - weight) · z(dense), for candidates of one question; shapes (n,) -> (n,)."""
    return weight * standardise(lexical) + (1 - weight) * standardise(dense)


def _passes(document: Document, filters: Filters, as_of: date | None) -> bool:
    when = document.best_date
    year = when.year if when else None
    if filters.organ and fold(filters.organ) not in fold(document.organ or ""):
        return False
    if filters.doc_type and fold(filters.doc_type) != fold(document.kind or ""):
        return False
    if filters.symbol and not _same_symbol(filters.symbol, document.symbol):
        return False
    if filters.year_from is not None and (year is None or year < filters.year_from):
        return False
    if filters.year_to is not None and (year is None or year > filters.year_to):
        return False
    return as_of is None or when is None or when <= as_of


def _same_symbol(asked: str, symbol: str | None) -> bool:
    if not symbol:
        return False
    theirs = find_symbols(symbol)
    return fold(asked) == fold(symbol) or any(symbols_match(a, b) for a in find_symbols(asked) for b in theirs)


def as_langchain(hit: Hit) -> LangChainDocument:
    """A hit as LangChain passes it around: the stored text, and where it is from."""
    metadata: dict[str, Any] = {
        "chunk_id": hit.chunk.chunk_id,
        "document_id": hit.chunk.document_id,
        "version": hit.chunk.version,
        "source": hit.document.source,
        "title": hit.document.title,
        "symbol": hit.document.symbol,
        "locator": hit.chunk.locator,
        "page": hit.chunk.page,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": hit.score,
    }
    return LangChainDocument(page_content=hit.chunk.text, metadata=metadata, id=hit.chunk.chunk_id)


def search_fields(chunk: Chunk, document: Document) -> dict[str, Any]:
    """The citation fields shared by search hits and citations."""
    when = document.best_date
    return {
        "document_id": chunk.document_id,
        "version": chunk.version,
        "source": document.source,
        "title": document.title,
        "symbol": document.symbol,
        "locator": chunk.locator,
        "page": chunk.page,
        "date": when.isoformat() if when else None,
    }
