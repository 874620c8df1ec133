"""Whether Chroma holds the chunks of the catalogue with their labels and vectors, and finds them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vectorstore.errors import NotReadyError
from vectorstore.maintenance.catalogue import stored
from vectorstore.maintenance.findings import Finding
from vectorstore.mending import compared
from vectorstore.store import Store

_BATCH = 500
_NEAR = 1e-3  # cosine; float32 on both sides


def check_dense(store: Store) -> Iterator[Finding]:
    """Findings of the dense index. Raises NotReadyError where a Chroma server does not answer."""
    if store.dense.damaged():
        yield Finding("dense-unreadable", "chroma")
        return
    try:
        missing, extra = compared(store)
        for chunk_id in sorted(extra):
            yield Finding("dense-extra", chunk_id)
        for chunk_id in sorted(missing):
            yield Finding("dense-missing", chunk_id)
        both = sorted(store.catalogue.ready_chunk_ids() - missing)
        for start in range(0, len(both), _BATCH):
            yield from _compare(store, both[start : start + _BATCH])
    except NotReadyError as error:
        if store.dense.remote:
            raise
        yield Finding("dense-unreadable", str(error))


def _compare(store: Store, chunk_ids: list[str]) -> Iterator[Finding]:
    own = stored(store.catalogue, chunk_ids)  # what else is damaged in the catalogue is reported there
    if not own:
        return
    for chunk_id, (labels, vector) in store.dense.entries(list(own)).items():
        chunk, right = own[chunk_id]
        if labels != (chunk.document_id, chunk.version, chunk.kind):
            yield Finding("dense-labels", chunk_id)
        if not _same(vector, right):
            yield Finding("dense-vector", chunk_id)
    searched = {chunk_id: right for chunk_id, (_, right) in own.items() if right.size == store.embeddings.dimensions}
    found = store.dense.best(np.stack(list(searched.values()))) if searched else []
    for chunk_id, best in zip(searched, found, strict=True):
        if not best > 1 - _NEAR:  # another chunk of the same text is as good
            yield Finding("dense-unfindable", chunk_id)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    return bool(one @ other > (1 - _NEAR) * np.linalg.norm(one) * np.linalg.norm(other))
