"""Hybrid retrieval: dense (Chroma) and lexical (BM25) candidates, fused by per-query standardised scores."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.evidence.answer_types import answers_type
from assistant.evidence.terms import FUNCTION_WORDS
from assistant.question.provisions import provision_of
from assistant.question.understand import Question, understand
from assistant.reranking import Reranker
from assistant.types import Filters
from vectorstore.aside import aside
from vectorstore.conditions import Conditions
from vectorstore.records import Chunk, Document, Hit
from vectorstore.store import Store
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold, syllables
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match

CANDIDATES = 50  # from each side, before fusion
LEXICAL_WEIGHT = 0.5  # of the standardised BM25 score: best or level on XQuAD-vi and the native sets, accented or not
YEAR_BONUS = 0.7  # standard deviations, for passages that speak of a year asked about, or whose document does
CROSS_ENCODED = 0.7  # share of a cross-encoder's standardised score, where one is configured, in the final order
RERANKED = 28  # passages beyond the k best that such bonuses may bring up
SAID_IN_NAMED = 2  # further passages of a named document, for one sentence that has most of the question's words
SAID = 0.6  # least share of those words in the sentence
NEAR = 8  # passages of the documents that the conversation is about
NAMED_BONUS = 1.5  # standard deviations, for passages of the document whose symbol the question gives


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
    lexical_weight: float = LEXICAL_WEIGHT
    reranker: Reranker | None = None

    model_config = ConfigDict(arbitrary_types_allowed=True)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        question = understand(query, (), self.store.words)
        return [as_langchain(hit) for hit in self.retrieve(question, self.k, texts=False).hits]

    def retrieve(
        self,
        question: Question,
        k: int,
        filters: Filters | None = None,
        as_of: date | None = None,
        exclude: Collection[str] = (),
        texts: bool = True,
        near: Collection[str] = (),
    ) -> Retrieved:
        """The k best chunks for a question, and the best of the documents `near`, which the conversation is about.

        `exclude` leaves documents out (for studies of abstention), and without `texts` the documents of the hits have
        theirs empty, which is quicker."""
        filters = filters or Filters()
        allowed = self._allowed(filters, as_of, exclude)
        if allowed is not None and not allowed:
            return Retrieved([], self._vector(question), [])
        meant = conditions(filters, as_of)
        with aside(
            lambda: self.store.by_words(question.search_text, CANDIDATES, question.unaccented, allowed, meant)
        ) as by_words:
            vector = self._vector(question)
            dense = dict(self.store.nearest(vector, CANDIDATES, allowed, meant))
            own = self._of_named(question, allowed)
            named = frozenset(chunk.chunk_id for chunk in own)
            lexical = dict(by_words.result())
        further = said_in(question, own)
        if among := frozenset(near) if allowed is None else frozenset(near) & allowed:
            dense |= self.store.nearest(vector, NEAR, among)
            lexical |= self.store.by_words(question.search_text, NEAR, question.unaccented, among)
        fused = self._fuse(vector, dense, lexical, named)
        if among:
            further += self._first_of(fused, among)
        return self._hits(question, fused, vector, dense, lexical, k, further, texts)

    def _first_of(self, fused: Sequence[tuple[str, float]], documents: Collection[str]) -> list[str]:
        """The first of these passages that are of these documents."""
        stored = self.store.catalogue.chunks([chunk_id for chunk_id, _ in fused])
        theirs = (i for i, _ in fused if i in stored and stored[i][0].document_id in documents)
        return list(islice(theirs, NEAR))

    def _vector(self, question: Question) -> np.ndarray:
        return np.asarray(self.store.embeddings.embed_query(question.search_text), dtype=np.float32)

    def named_documents(self, question: Question) -> list[Document]:
        """The stored documents whose own symbol the question gives."""
        listing = self.store.listing()
        named = {d.document_id: d for symbol in question.symbols for d in listing.named(symbol)}
        return list(named.values())

    def _of_named(self, question: Question, allowed: Collection[str] | None) -> list[Chunk]:
        """Chunks of the documents that the question names by symbol; of a provision, where it names one."""
        found: list[Chunk] = []
        for document in self.named_documents(question) if question.symbols else ():
            if allowed is None or document.document_id in allowed:
                chunks = self.store.catalogue.document_chunks(document.document_id, document.version)
                found += [c for c in chunks if not question.provisions or _at(question, c)]
        return found

    def _allowed(self, filters: Filters, as_of: date | None, exclude: Collection[str]) -> frozenset[str] | None:
        """Document ids that may be used; None for all that the store shows."""
        if filters == Filters() and as_of is None and not exclude:
            return None
        key = (filters.model_dump_json(), as_of)
        found = self.store.listing().select(key, lambda d: passes(d, filters, as_of))
        return found - frozenset(exclude) if exclude else found  # the same set is known again, and so what it led to

    def _fuse(
        self, vector: np.ndarray, dense: dict[str, float], lexical: dict[str, float], named: Collection[str]
    ) -> list[tuple[str, float]]:
        ids = list(dict.fromkeys([*dense, *lexical, *sorted(named)]))
        missing = [chunk_id for chunk_id in ids if chunk_id not in dense]
        for chunk_id, stored in self.store.catalogue.vectors(missing).items():
            dense[chunk_id] = float(stored @ vector)
        floor = min(lexical.values(), default=0.0) if len(lexical) >= CANDIDATES else 0.0
        fused = fuse(
            np.array([dense.get(i, -1.0) for i in ids]),
            np.array([lexical.get(i, floor) for i in ids]),
            self.lexical_weight,
        )
        fused += NAMED_BONUS * np.array([chunk_id in named for chunk_id in ids])
        return sorted(zip(ids, fused.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))

    def _hits(
        self,
        question: Question,
        fused: Sequence[tuple[str, float]],
        vector: np.ndarray,
        dense: dict[str, float],
        lexical: dict[str, float],
        k: int,
        further: Collection[str] = (),
        texts: bool = True,
    ) -> Retrieved:
        """The k best of the fused passages, those of a year asked about first among equals, and `further` ones."""
        listing = self.store.listing().by_id
        most = RERANKED + k if question.years else k
        fused = [pair for rank, pair in enumerate(fused) if rank < most or pair[0] in further]
        stored = self.store.catalogue.chunks([chunk_id for chunk_id, _ in fused])
        found: list[tuple[float, str]] = []
        for chunk_id, score in fused:
            if chunk_id in stored:
                document = listing.get(stored[chunk_id][0].document_id)
                found.append((score + YEAR_BONUS * _of_year(question, stored[chunk_id][0], document), chunk_id))
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        fused = [(i, score) for rank, (score, i) in enumerate(found) if rank < k or i in further]
        hits, sentence_vectors = [], []
        chunks = [stored[chunk_id][0] for chunk_id, _ in fused]
        versions = {(chunk.document_id, chunk.version) for chunk in chunks}
        documents = self.store.with_texts(versions) if texts else self.store.listed(versions)
        for chunk_id, score in fused:
            chunk, vectors = stored[chunk_id]
            if document := documents.get((chunk.document_id, chunk.version)):
                hits.append(Hit(chunk, document, score, dense.get(chunk_id), lexical.get(chunk_id)))
                sentence_vectors.append(vectors)
        return self._reranked(question, Retrieved(hits, vector, sentence_vectors))

    def _reranked(self, question: Question, found: Retrieved) -> Retrieved:
        """The same hits in the order that a cross-encoder would have them in, mixed with the order they came in."""
        if self.reranker is None or len(found.hits) < 2:
            return found
        read = self.reranker.scores(question.search_text, [hit.chunk.indexed_text for hit in found.hits])
        scores = fuse(np.array([hit.score for hit in found.hits]), read, CROSS_ENCODED)
        order = np.argsort(-scores, kind="stable")
        hits = [replace(found.hits[i], score=float(scores[i])) for i in order]
        return Retrieved(hits, found.question_vector, [found.sentence_vectors[i] for i in order])


def said_in(question: Question, chunks: Sequence[Chunk]) -> list[str]:
    """The few chunks with a sentence of the kind asked for that has most of the question's words, whatever is about it.

    A long list ends in one line that counts it; as a whole its passage is about the last of the things listed.
    """
    wanted = _content(_without_symbols(question))
    shares: list[tuple[float, str]] = []
    for chunk in chunks if wanted else ():
        sentences = (chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.sentences)
        said = ((len(wanted & _content(sentence)) / len(wanted), sentence) for sentence in sentences)
        fitting = (share for share, sentence in said if share >= SAID and answers_type(question, sentence))
        if best := max(fitting, default=0.0):
            shares.append((-best, chunk.chunk_id))
    return [chunk_id for _, chunk_id in sorted(shares)[:SAID_IN_NAMED]]


def _without_symbols(question: Question) -> str:
    text = question.search_text
    for symbol in question.symbols:
        text = text.replace(symbol.text, " ")
    return text


def _content(text: str) -> set[str]:
    return {fold(word) for word in syllables(text) if word not in FUNCTION_WORDS}


def standardise(scores: np.ndarray) -> np.ndarray:
    """(x - mean) / standard deviation over the candidates of one question; zeros when all are equal."""
    spread = float(scores.std()) if scores.size else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(dense: np.ndarray, lexical: np.ndarray, weight: float) -> np.ndarray:
    """weight · z(lexical) + (1 - weight) · z(dense), for candidates of one question; shapes (n,) -> (n,)."""
    return weight * standardise(lexical) + (1 - weight) * standardise(dense)


def _of_year(question: Question, chunk: Chunk, document: Document | None) -> bool:
    if not question.years or document is None:
        return False
    when = document.best_date
    covered = find_years(document.period or "") or find_years(document.title) or ([when.year] if when else [])
    return bool(set(question.years) & {*covered, *find_years(chunk.text)})


def passes(document: Document, filters: Filters, as_of: date | None) -> bool:
    when = document.best_date
    year = when.year if when else None
    if filters.collection and filters.collection != document.collection:
        return False
    if filters.organ and fold(filters.organ) not in fold(document.organ or ""):
        return False
    if filters.doc_type and fold(filters.doc_type) != fold(document.kind or ""):
        return False
    if filters.symbol and fold(filters.symbol) != fold(document.symbol or ""):
        asked = find_symbols(filters.symbol)
        if not any(_same_symbol(symbol, document.symbol) for symbol in asked):
            return False
    if filters.year_from is not None and (year is None or year < filters.year_from):
        return False
    if filters.year_to is not None and (year is None or year > filters.year_to):
        return False
    known = document.effective_date or when
    return as_of is None or known is None or known <= as_of


def conditions(filters: Filters, as_of: date | None) -> Conditions:
    """What all documents that pass have in common; the symbol, which is written in many ways, is not part of it."""
    return Conditions(filters.collection, filters.doc_type, filters.organ, filters.year_from, filters.year_to, as_of)


def _same_symbol(asked: Symbol, symbol: str | None) -> bool:
    return symbol is not None and any(symbols_match(asked, theirs) for theirs in find_symbols(symbol))


def _at(question: Question, chunk: Chunk) -> bool:
    """Whether a provision that the question names may stand in the chunk."""
    texts = [chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.sentences]
    places = [provision_of(chunk.locator, texts, position) for position in range(len(texts))]
    return any(asked.covers(place) for asked in question.provisions for place in places)


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
