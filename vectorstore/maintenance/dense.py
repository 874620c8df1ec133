"""Whether Chroma holds the chunks of the catalogue with their texts and vectors, and finds them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vectorstore import states
from vectorstore.chroma import DenseIndex
from vectorstore.errors import NotReadyError
from vectorstore.maintenance.catalogue import stored
from vectorstore.maintenance.findings import Finding
from vectorstore.store import Store

_BATCH = 500
_NEAR = 1e-3  # cosine; float32 on both sides


def check_dense(store: Store, index: DenseIndex) -> Iterator[Finding]:
    """Findings of the dense index. Raises NotReadyError where a Chroma server does not answer."""
    if index.damaged():
        yield Finding("dense-unreadable", "chroma")
        return
    wanted = store.catalogue.ready_chunk_ids()
    try:
        present = index.chunk_ids()
        for chunk_id in sorted(present - wanted - set(states.still_indexed(store.catalogue.rows))):
            yield Finding("dense-extra", chunk_id)
        for chunk_id in sorted(wanted - present):
            yield Finding("dense-missing", chunk_id)
        both = sorted(wanted & present)
        for start in range(0, len(both), _BATCH):
            yield from _compare(store, index, both[start : start + _BATCH])
    except NotReadyError as error:
        if index.remote:
            raise
        yield Finding("dense-unreadable", str(error))


def _compare(store: Store, index: DenseIndex, chunk_ids: list[str]) -> Iterator[Finding]:
    own = stored(store.catalogue, chunk_ids)  # what else is damaged in the catalogue is reported there
    if not own:
        return
    for chunk_id, (text, labels, vector) in index.entries(list(own)).items():
        chunk, right = own[chunk_id]
        if text != chunk.text or labels != (chunk.document_id, chunk.version, chunk.kind):
            yield Finding("dense-text", chunk_id)
        if not _same(vector, right):
            yield Finding("dense-vector", chunk_id)
    searched = {chunk_id: right for chunk_id, (_, right) in own.items() if right.size == store.embeddings.dimensions}
    found = index.best(np.stack(list(searched.values()))) if searched else []
    for chunk_id, best in zip(searched, found, strict=True):
        if not best > 1 - _NEAR:  # another chunk of the same text is as good
            yield Finding("dense-unfindable", chunk_id)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    return bool(one @ other > (1 - _NEAR) * np.linalg.norm(one) * np.linalg.norm(other))
