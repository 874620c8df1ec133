"""A corpus of any size for `bench scale`: real sentences recombined, with vectors of the real model's distribution.

Documents are made of sentences of the texts given, so that words are as frequent as in real ones; every document has
a title, symbol, organ, kind, date and collection of its own. Embedding a million passages takes hours, so the vectors
of a few thousand real passages are measured and those of all others drawn from what was measured: a point between two
of the real ones that are alike, with noise of the size that is left between such neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import numpy as np

from vectorstore.embedding import PolicyEmbeddings
from vectorstore.records import Chunk, Document, Relation
from vectorstore.store import Store
from vectorstore.text.sentences import split_sentences

CHUNKS_A_DOCUMENT = 10
_SENTENCES = 5
_KINDS = (("Quyết định", "QĐ"), ("Chỉ thị", "CT"), ("Kế hoạch", "KH"), ("Báo cáo", "BC"), ("Thông báo", "TB"))
_ORGANS = ("Lâm Giang", "Hương Sơn", "Tân Thuận", "Bình Khê", "Nam Hà", "An Lộc", "Phú Mỹ", "Đông Xuyên")
COLLECTIONS = ("chung", "noi-bo", "tinh-a", "tinh-b")
_SHARES = (0.7, 0.2, 0.08, 0.02)  # of the documents, by collection
_WRITTEN_AT_A_TIME = 1000
_NEIGHBOURS = 8


@dataclass(frozen=True)
class Pool:
    """Sentences to make documents of, and real passages of them with their vectors, float32 (passages, d)."""

    sentences: Sequence[str]
    passages: Sequence[str]
    vectors: np.ndarray


def read_pool(texts: Sequence[str], embeddings: PolicyEmbeddings, measured: int, chance: np.random.Generator) -> Pool:
    """Cut the texts into sentences, and embed `measured` passages made of them."""
    sentences = [text[a:b] for text in texts for a, b in split_sentences(text) if 30 <= b - a <= 400]
    sentences = list(dict.fromkeys(" ".join(sentence.split()) for sentence in sentences))
    starts = chance.choice(max(1, len(sentences) - _SENTENCES), size=min(measured, len(sentences)), replace=False)
    passages = [" ".join(sentences[start : start + _SENTENCES]) for start in starts]  # neighbours, as in real texts
    vectors = np.array(embeddings.embed_documents(passages), dtype=np.float32)
    return Pool(sentences, passages, vectors)


def like(vectors: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """`count` vectors distributed like the given ones (n, d): between neighbours, with the noise that is among them."""
    near = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : _NEIGHBOURS + 1]
    one = chance.integers(len(vectors), size=count)
    other = near[one, chance.integers(near.shape[1], size=count)]
    share = chance.random((count, 1), dtype=np.float32) * 0.5
    spread = float(np.linalg.norm(vectors - vectors[near[:, 0]], axis=1).mean()) / np.sqrt(vectors.shape[1])
    noise = chance.standard_normal((count, vectors.shape[1]), dtype=np.float32) * np.float32(spread * 0.7)
    made = vectors[one] * (1 - share) + vectors[other] * share + noise
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)


def questions(pool: Pool, count: int, chance: np.random.Generator) -> list[str]:
    """Questions in words of the corpus: the beginning of a sentence and an asking word."""
    asking = ("là gì?", "như thế nào?", "là bao nhiêu?", "do cơ quan nào thực hiện?", "từ khi nào?")
    picked = chance.choice(len(pool.sentences), size=min(count, len(pool.sentences)), replace=False)
    openings = [" ".join(pool.sentences[i].split()[: int(chance.integers(6, 14))]) for i in picked]
    return [f"{opening} {asking[i % len(asking)]}" for i, opening in enumerate(openings)]


def documents(pool: Pool, chance: np.random.Generator) -> Iterator[tuple[Document, list[Chunk]]]:
    """An endless row of documents with their chunks; about one in fifty replaces an earlier one."""
    number = 0
    while True:
        number += 1
        yield _document(pool, number, chance)


def _symbol(number: int) -> str:
    return f"{number % 9000 + 1:02d}/{2012 + number % 13}/{_KINDS[number % len(_KINDS)][1]}-UBND"


def _document(pool: Pool, number: int, chance: np.random.Generator) -> tuple[Document, list[Chunk]]:
    kind, organ = _KINDS[number % len(_KINDS)][0], f"Ủy ban nhân dân tỉnh {_ORGANS[number % len(_ORGANS)]}"
    issued = date(2012, 1, 1) + timedelta(days=int(chance.integers(365 * 13)))
    picked = chance.integers(len(pool.sentences), size=CHUNKS_A_DOCUMENT * _SENTENCES)
    title = f"{kind} về {pool.sentences[picked[0]][:80].lower()} năm {issued.year}"
    sentences, spans, at = [pool.sentences[i] for i in picked], [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    text, identifier = "\n".join(sentences), f"scale-{number:08d}"
    replaced = _symbol(int(chance.integers(1, number))) if number > 1 and chance.random() < 0.02 else None
    relations = (Relation("replaces", replaced, None, *spans[0]),) if replaced else ()
    document = Document(
        identifier, 1, f"{identifier}.txt", text, title, str(chance.choice(COLLECTIONS, p=_SHARES)), kind=kind,
        symbol=_symbol(number), organ=organ, level="province", issue_date=issued, effective_date=issued,
        relations=relations, content_hash=identifier,
    )  # fmt: skip
    chunks = []
    for place in range(CHUNKS_A_DOCUMENT):
        own = spans[place * _SENTENCES : (place + 1) * _SENTENCES]
        low, high = own[0][0], own[-1][1]
        chunks.append(Chunk(identifier, 1, low, high, text[low:high], tuple(own), locator=f"đoạn {place + 1}",
                            context=f"{title} · {issued:%d/%m/%Y}"))  # fmt: skip
    return document, chunks


def grow(store: Store, pool: Pool, chunks: int, seed: int) -> None:
    """Fill an empty store with `chunks` chunks, in large batches.

    The way of one document at a time (`Store.add`) is measured by `bench ingest`; here only the outcome matters.
    """
    chance = np.random.default_rng(seed)
    made = documents(pool, chance)
    store.catalogue.rows("PRAGMA synchronous=OFF")
    left = chunks // CHUNKS_A_DOCUMENT
    with store.writing("scale"), store.dense.bulk() if left > _WRITTEN_AT_A_TIME else nullcontext():
        while batch := list(islice(made, min(_WRITTEN_AT_A_TIME, left))):
            _write(store, pool, batch, chance)
            left -= len(batch)


def _sentence_vectors(pool: Pool, count: int, chance: np.random.Generator) -> np.ndarray:
    """(count, sentences, d): sentences are as near to their passage as neighbours are to each other."""
    return like(pool.vectors, count, chance)[:, None, :].repeat(_SENTENCES, axis=1)


def _write(
    store: Store, pool: Pool, batch: Sequence[tuple[Document, list[Chunk]]], chance: np.random.Generator
) -> None:
    vectors = like(pool.vectors, len(batch) * CHUNKS_A_DOCUMENT, chance)
    sentences = _sentence_vectors(pool, len(vectors), chance)
    _record(store, batch, vectors, sentences)
    for collection, added, own in by_collection(batch, vectors):
        store.dense.add(collection, added, own)
        store.catalogue.set_lexical(store.snapshots.changed(store.catalogue.lexical(), collection, added))


def by_collection(
    batch: Sequence[tuple[Document, list[Chunk]]], vectors: np.ndarray
) -> Iterator[tuple[str, list[Chunk], np.ndarray]]:
    """The chunks of each collection with their vectors (chunks, d)."""
    for collection in COLLECTIONS:
        places = [place for place, (document, _) in enumerate(batch) if document.collection == collection]
        if places:
            rows = [place * CHUNKS_A_DOCUMENT + i for place in places for i in range(CHUNKS_A_DOCUMENT)]
            yield collection, [chunk for place in places for chunk in batch[place][1]], vectors[rows]


def _record(
    store: Store, batch: Sequence[tuple[Document, list[Chunk]]], vectors: np.ndarray, sentences: np.ndarray
) -> None:
    """Write what the catalogue has of the documents; one that is not there becomes findable at once."""
    with store.catalogue.transaction():
        for place, (document, own) in enumerate(batch):
            low = place * CHUNKS_A_DOCUMENT
            store.catalogue.replace_version(document, own)
            store.catalogue.link_source(document.source, document.collection, document.document_id, 1)
            store.catalogue.set_vectors({c.chunk_id: (vectors[low + i], sentences[low + i]) for i, c in enumerate(own)})
        for collection, added, _ in by_collection(batch, vectors):
            store.catalogue.count_words(collection, "\n".join(chunk.text for chunk in added))
