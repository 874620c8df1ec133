"""Making both indexes hold what the catalogue says, from what it holds: after a kill, damage or a restore."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from filelock import Timeout

from vectorstore import states
from vectorstore.disk import disk_error
from vectorstore.lexical_snapshots import folder_of, without
from vectorstore.published import ReadOnly
from vectorstore.records import Chunk

if TYPE_CHECKING:
    from vectorstore.store import Store

RESTORED = "restore"  # what is being written where the catalogue was put there and the indexes are of another one
_BATCH = 256


def recover(store: Store) -> None:
    """Mend what an interrupted writer left; while another process is writing there is nothing to mend."""
    if isinstance(store.write_lock, ReadOnly):
        return
    try:
        with store.write_lock.acquire(timeout=0):
            for document in store.catalogue.documents(state="pending"):
                store.catalogue.drop_pending(document.document_id, document.version)
            killed = store.interrupted_by()
            if killed == RESTORED:
                states.skip(store.catalogue.rows)
            _mend_lexical(store, anew=killed == RESTORED)
            store.sweep()
            _mend_dense(store, killed)
            if killed:
                store.nothing_interrupted()
    except Timeout:
        return
    except OSError as error:
        if disk_error(error) is None:
            raise  # else nobody can write here, nor mend; what is there can be read


def _mend_dense(store: Store, killed: str) -> None:
    """Nothing is kept of an index that is damaged or of another catalogue."""
    index = store.dense
    if killed == RESTORED or index.damaged():
        index.discard()
    wanted, leaving = store.catalogue.ready_chunk_ids(), set(states.still_indexed(store.catalogue.rows))
    if not killed and index.count() == len(wanted | leaving):
        return
    with store.writing("reconcile"):
        present = index.chunk_ids()
        index.delete(sorted(present - wanted - leaving))
        derive(store, wanted - present)


def _mend_lexical(store: Store, *, anew: bool) -> None:
    """Snapshots are made whole and named with their state, so that one is right or damaged, and never half done."""
    wanted, named = store.catalogue.collection_chunk_ids(), store.catalogue.lexical()
    held = dict(named)
    for collection, chunk_ids in wanted.items():
        index = None if anew else store.snapshots.of(collection, named)
        if index is None or index.damaged() or index.count() != len(chunk_ids):
            held = dict(store.snapshots.changed(without(held, collection), collection, _chunks(store, chunk_ids)))
    held = {folder: name for folder, name in held.items() if folder in map(folder_of, wanted)}
    if held != named:
        store.catalogue.set_lexical(held)
    store.snapshots.tidy(held)


def _chunks(store: Store, chunk_ids: Iterable[str]) -> Iterator[Chunk]:
    for batch in _in_order(store, chunk_ids):
        found = store.catalogue.chunks(batch)
        yield from (found[chunk_id][0] for chunk_id in batch if chunk_id in found)


def derive_lexical_again(store: Store) -> None:
    """Make every lexical index anew."""
    with store.writing("reconcile"):
        _mend_lexical(store, anew=True)


def derive_dense_again(store: Store) -> None:
    """Make the dense index anew."""
    with store.writing("reconcile"):
        store.dense.discard()
        derive(store, store.catalogue.ready_chunk_ids())


def put_back(store: Store, wrong: Iterable[str]) -> None:
    """Take these chunks out of the dense index, and put those that the catalogue calls ready in again."""
    with store.writing("reconcile"):
        store.dense.delete(sorted(wrong))
        derive(store, set(wrong) & store.catalogue.ready_chunk_ids())


def derive(store: Store, chunk_ids: Iterable[str]) -> None:
    """Put chunks of the catalogue into the dense index, in the order in which they once came."""
    for batch in _in_order(store, chunk_ids):
        found = store.catalogue.chunks(batch)
        chunks = [found[chunk_id][0] for chunk_id in batch if chunk_id in found]
        stored = store.catalogue.vectors([chunk.chunk_id for chunk in chunks])
        if lacking := [chunk for chunk in chunks if chunk.chunk_id not in stored]:
            vectors = store.embed(lacking)
            store.catalogue.set_vectors(vectors)
            stored |= {chunk_id: own for chunk_id, (own, _) in vectors.items()}
        if chunks:
            store.dense.add(chunks, np.stack([stored[chunk.chunk_id] for chunk in chunks]))


def _in_order(store: Store, chunk_ids: Iterable[str]) -> Iterable[Sequence[str]]:
    ordered = store.catalogue.in_order(chunk_ids)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))
