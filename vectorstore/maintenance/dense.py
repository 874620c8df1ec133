"""Whether Chroma holds the chunks of the catalogue with their labels and vectors, and finds them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

import numpy as np

from vectorstore.chroma import DenseIndex
from vectorstore.doors import Dense
from vectorstore.errors import NotReadyError
from vectorstore.maintenance.catalogue import stored
from vectorstore.maintenance.findings import Finding
from vectorstore.mending import compared
from vectorstore.store import Store

_BATCH = 500
_NEAR = 1e-3  # cosine; float32 on both sides
_OPENED = 3  # times, before a chunk counts as not found


def check_dense(store: Store, index: DenseIndex) -> Iterator[Finding]:
    """Findings of the dense index. Raises NotReadyError where a Chroma server does not answer."""
    if index.damaged():
        yield Finding("dense-unreadable", "chroma")
        return
    try:
        missing = yield from misplaced(store)
        both = sorted(store.catalogue.ready_chunk_ids() - missing)
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
    for chunk_id, (labels, vector) in index.entries(list(own)).items():
        chunk, right = own[chunk_id]
        if labels != (chunk.document_id, chunk.version, chunk.kind):
            yield Finding("dense-labels", chunk_id)
        if not same_vector(vector, right):
            yield Finding("dense-vector", chunk_id)
    yield from _never_found(store, index, {i: right for i, (_, right) in own.items()})


def _never_found(store: Store, index: DenseIndex, own: Mapping[str, np.ndarray]) -> Iterator[Finding]:
    """Findings of chunks that no search finds, however often the files are opened.

    Chroma adds what is in its log to the graph at each opening, at random levels: among many chunks of nearly the same
    text, now one and now another is then not reached, which is no damage.
    """
    for opened in range(1, _OPENED + 1):
        findings = list(unfindable(index, own, store.embeddings.dimensions, _NEAR))
        if opened < _OPENED and findings:
            index.close()
            own = {finding.subject: own[finding.subject] for finding in findings}
        else:
            yield from findings
            return


def misplaced(store: Store) -> Generator[Finding, None, set[str]]:
    """Findings of chunks that are not where they should be; returns those that are missing."""
    missing, extra = compared(store)
    yield from (Finding("dense-extra", chunk_id) for chunk_id in sorted(extra))
    yield from (Finding("dense-missing", chunk_id) for chunk_id in sorted(missing))
    return missing


def unfindable(index: Dense, own: Mapping[str, np.ndarray], dimensions: int, near: float) -> Iterator[Finding]:
    """Findings of chunks that a search by their own vectors (d,) does not find; another of the same text is as good."""
    searched = {chunk_id: vector for chunk_id, vector in own.items() if vector.size == dimensions}
    found = index.best(np.stack(list(searched.values()))) if searched else []
    yield from (Finding("dense-unfindable", i) for i, best in zip(searched, found, strict=True) if not best > 1 - near)


def same_vector(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two vectors (d,) are one, but for how they were stored."""
    if one.shape != other.shape or not np.isfinite(one).all():
        return False
    return bool(one @ other > (1 - _NEAR) * np.linalg.norm(one) * np.linalg.norm(other))
