"""Whether a distributed engine holds the passages of the catalogue with their terms and vectors, and finds them."""

from __future__ import annotations

from collections.abc import Iterator

from vectorstore.engine import counts
from vectorstore.engine.bm25 import Weights
from vectorstore.engine.milvus import MilvusIndex
from vectorstore.maintenance.catalogue import stored
from vectorstore.maintenance.dense import misplaced, same_vector, unfindable
from vectorstore.maintenance.findings import Finding
from vectorstore.store import Store

_BATCH = 500
_NEAR = 1e-3  # of weights and of cosines: float32 on both sides
_NEAR_QUANTISED = 3e-2  # of the cosine that a graph of int8 gives


def check_engine(store: Store, index: MilvusIndex) -> Iterator[Finding]:
    """Findings of the engine's rows, and of how often words are counted. Raises NotReadyError where it is away."""
    missing = yield from misplaced(store)
    both = sorted(store.catalogue.ready_chunk_ids() - missing)
    for start in range(0, len(both), _BATCH):
        yield from _compare(store, index, both[start : start + _BATCH])
    for collection in counts.wrong(store.catalogue):
        yield Finding("lexical-counts", collection)


def _compare(store: Store, index: MilvusIndex, chunk_ids: list[str]) -> Iterator[Finding]:
    own = stored(store.catalogue, chunk_ids)  # what else is damaged in the catalogue is reported there
    if not own:
        return
    right = index.right_entries([chunk for chunk, _ in own.values()])
    for chunk_id, (weights, labels, vector) in index.entries(list(own)).items():
        if labels != right[chunk_id][1] or not _same_weights(weights, right[chunk_id][0]):
            yield Finding("dense-labels", chunk_id)
        if not same_vector(vector, own[chunk_id][1]):
            yield Finding("dense-vector", chunk_id)
    near = _NEAR_QUANTISED if index.quantised else _NEAR
    yield from unfindable(index, {i: vector for i, (_, vector) in own.items()}, store.embeddings.dimensions, near)


def _same_weights(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(abs(one[term] - other[term]) < _NEAR for term in one)
