"""Search among some of the documents gives what going through all their vectors gives, whichever way it takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eval.bench.scale_corpus import Pool, documents, grow, questions
from eval.bench.scale_probe import recombined
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.listing import Listing
from vectorstore.nearest import Nearest
from vectorstore.records import Document, Relation
from vectorstore.store import Store
from vectorstore.text.symbols import find_symbols

CHUNKS, K = 600, 10


@pytest.fixture(scope="module")
def store(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    sentences = [f"Nội dung thứ {n} của chương trình phát triển kinh tế xã hội năm {2010 + n % 14}." for n in range(80)]
    vectors = np.random.default_rng(5).standard_normal((60, embeddings.dimensions), dtype=np.float32)
    pool = Pool(sentences, sentences[:60], vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    with closing(Store(tmp_path_factory.mktemp("nearest") / "index", embeddings)) as store:
        grow(store, pool, CHUNKS, seed=3)
        yield store


@pytest.mark.parametrize("exact_chunks", [0, 10_000])  # more neighbours are asked for; vectors are gone through
@pytest.mark.parametrize("kept", [0, 1, 3, 20])  # every how many documents; all, without naming them
def test_the_nearest_among_some_documents_are_those_of_all_their_vectors(
    store: Store, exact_chunks: int, kept: int
) -> None:
    listing = store.listing()
    among = frozenset(document.document_id for document in list(listing)[:: kept or 1])
    nearest = Nearest(store.dense, exact_chunks)
    ids, vectors = store.catalogue.vectors_of([(name, 1) for name in sorted(among)])
    for vector in np.random.default_rng(7).standard_normal((5, vectors.shape[1]), dtype=np.float32):
        asked = vector / np.linalg.norm(vector)
        scores = vectors @ asked
        best = np.argsort(-scores)[:K]
        found = nearest.search(store.catalogue, asked, K, listing, store.lexical.sizes(), among if kept else None)
        assert [chunk_id for chunk_id, _ in found] == [ids[i] for i in best]
        assert [score for _, score in found] == pytest.approx(scores[best].tolist(), abs=1e-5)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("kept", [1, 2, 3])  # every how many documents
@pytest.mark.parametrize("share", [None, 1.0, 0.5])  # right; too high, so that too few are found among the best
def test_words_among_some_documents_are_found_alike_by_looking_through_the_best_and_by_a_filter(
    store: Store, k: int, kept: int, share: float | None
) -> None:
    listing, lexical = store.listing(), store.lexical
    among = frozenset(document.document_id for document in list(listing)[::kept])
    for n in (3, 17, 42):
        question = f"Nội dung thứ {n} của chương trình năm {2010 + n % 14} là gì?"
        filtered = lexical.search(question, k, False, among)
        found = lexical.search(question, k, False, among, len(among) / len(listing) if share is None else share)
        assert [chunk_id for chunk_id, _ in found] == [chunk_id for chunk_id, _ in filtered]
        assert [score for _, score in found] == pytest.approx([score for _, score in filtered], abs=1e-5)
        assert len(found) == k


def test_nothing_is_found_where_nothing_may_be(store: Store) -> None:
    asked = np.ones(store.embeddings.dimensions, dtype=np.float32)
    assert store.nearest(asked, K, frozenset()) == []


def test_documents_that_come_and_go_are_found_and_no_longer_found(store: Store, tmp_path: Path) -> None:
    pool = Pool(["Mức hỗ trợ là 5 triệu đồng."] * 3, [], np.eye(3, store.embeddings.dimensions, dtype=np.float32))
    asked = np.array(store.embeddings.embed_query("Mức hỗ trợ là bao nhiêu?"), dtype=np.float32)
    with closing(Store(tmp_path / "index", store.embeddings)) as own:
        made = documents(pool, np.random.default_rng(1))
        for _ in range(2):
            own.add(*next(made))
        among = frozenset(document.document_id for document in own.listing())
        both = own.nearest(asked, 20, among)
        own.remove(sorted(among)[0])
        left = own.nearest(asked, 20, among)
    assert (len(both), len(left)) == (20, 10)
    assert {chunk_id for chunk_id, _ in left} < {chunk_id for chunk_id, _ in both}


# --- the listing ---------------------------------------------------------------------------------------------------
def paper(symbol: str, *relations: Relation) -> Document:
    return Document(symbol, 1, f"{symbol}.txt", "", symbol, symbol=symbol, relations=relations)


def test_documents_are_found_by_any_spelling_of_their_symbol() -> None:
    listing = Listing([paper("14/2021/QĐ-UBND"), paper("14-CT/TU"), paper("22/2023/QĐ-UBND")])
    (asked,) = find_symbols("quyết định 14/2021")
    assert [document.symbol for document in listing.named(asked)] == ["14/2021/QĐ-UBND"]
    (asked,) = find_symbols("chi thi so 14")
    assert [document.symbol for document in listing.named(asked)] == ["14-CT/TU"]


def test_a_replaced_document_is_superseded_in_the_listing_of_that_day() -> None:
    new = paper("22/2023/QĐ-UBND", Relation("replaces", "14/2021/QĐ-UBND", None, 0, 1))
    listing = Listing([paper("14/2021/QĐ-UBND"), new]).with_statuses(date(2024, 1, 1))
    assert [document.status for document in listing] == ["superseded", "unknown"]
    (change,) = listing.changes_to(listing[0])
    assert change.by.symbol == "22/2023/QĐ-UBND" and change.whole
    assert listing.changes_to(listing[1]) == []


def test_a_selection_is_made_once() -> None:
    listing, looked_at = Listing([paper("14-CT/TU"), paper("15-CT/TU")]), []

    def passes(document: Document) -> bool:
        looked_at.append(document)
        return document.symbol == "15-CT/TU"

    assert listing.select("15", passes) == listing.select("15", passes) == {"15-CT/TU"}
    assert len(looked_at) == 2


def test_questions_of_the_benchmark_differ(store: Store) -> None:
    pool = Pool([f"Câu thứ {n} nói về việc làm của thanh niên nông thôn." for n in range(30)], [], np.zeros((0, 0)))
    asked = questions(pool, 20, np.random.default_rng(0))
    assert len(set(asked)) > 10
    assert len(recombined(asked)) == len(asked) and not set(recombined(asked)) & set(asked)
