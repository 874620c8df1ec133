"""Whether a distributed engine holds the passages of the catalogue with their terms and vectors, and finds them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vectorstore import states
from vectorstore.engine import counts
from vectorstore.engine.bm25 import Weights
from vectorstore.engine.milvus import MilvusIndex
from vectorstore.maintenance.catalogue import stored
from vectorstore.maintenance.findings import Finding
from vectorstore.store import Store

_BATCH = 500
_NEAR = 1e-3  # of weights and of cosines: float32 on both sides
_NEAR_QUANTISED = 3e-2  # of the cosine that a graph of int8 gives


def check_engine(store: Store, index: MilvusIndex) -> Iterator[Finding]:
    """Findings of the engine's rows, and of how often words are counted. Raises NotReadyError where it is away."""
    wanted, present = store.catalogue.ready_chunk_ids(), index.chunk_ids()
    for chunk_id in sorted(present - wanted - set(states.still_indexed(store.catalogue.rows))):
        yield Finding("dense-extra", chunk_id)
    for chunk_id in sorted(wanted - present):
        yield Finding("dense-missing", chunk_id)
    both = sorted(wanted & present)
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
            yield Finding("dense-text", chunk_id)
        if not _same_vector(vector, own[chunk_id][1]):
            yield Finding("dense-vector", chunk_id)
    searched = {chunk_id: vector for chunk_id, (_, vector) in own.items() if vector.size == store.embeddings.dimensions}
    found = index.best(np.stack(list(searched.values()))) if searched else []
    near = _NEAR_QUANTISED if index.quantised else _NEAR
    for chunk_id, best in zip(searched, found, strict=True):
        if not best > 1 - near:  # another chunk of the same text is as good
            yield Finding("dense-unfindable", chunk_id)


def _same_weights(one: Weights, other: Weights) -> bool:
    return one.keys() == other.keys() and all(abs(one[term] - other[term]) < _NEAR for term in one)


def _same_vector(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    return bool(one @ other > (1 - _NEAR) * np.linalg.norm(one) * np.linalg.norm(other))
