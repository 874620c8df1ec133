"""Making both indexes hold what the catalogue says, from what it holds: after a kill, damage or a restore."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from typing import TYPE_CHECKING

import numpy as np
from filelock import Timeout

from vectorstore import states
from vectorstore.aside import aside
from vectorstore.chroma_parts import part_of
from vectorstore.disk import disk_error
from vectorstore.engine import counts
from vectorstore.lexical_snapshots import folder_of, without
from vectorstore.published import ReadOnly
from vectorstore.records import Chunk

if TYPE_CHECKING:
    from vectorstore.store import Store

RESTORED = "restore"  # what is being written where the catalogue was put there and the indexes are of another one
_BATCH = 256
_MANY = 20_000  # chunks, from which on the graphs are saved at the end


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
            with aside(store.dense.damaged) as damaged:
                sizes = store.catalogue.collection_sizes()
                _mend_lexical(store, sizes, anew=killed == RESTORED)
                store.sweep()
                store.listing()  # which every question needs, and which takes a while where there is much
                _mend_dense(store, sizes, killed, damaged)
            if killed:
                store.nothing_interrupted()
    except Timeout:
        return
    except OSError as error:
        if disk_error(error) is None:
            raise  # else nobody can write here, nor mend; what is there can be read


def _mend_dense(store: Store, sizes: Mapping[str, int], killed: str, damaged: Future[bool]) -> None:
    """Nothing is kept of an index that is damaged or of another catalogue."""
    index = store.dense
    if killed == RESTORED or damaged.result() or index.outdated():
        index.discard()
    leaving = states.still_indexed(store.catalogue.rows)
    if not killed and index.count() == sum(sizes.values()) + len(leaving):
        index.widen({folder_of(collection): size for collection, size in sizes.items()})
        return
    with store.writing("reconcile"):
        missing, extra = compared(store)
        index.delete(sorted(extra))
        derive(store, missing | (extra & store.catalogue.ready_chunk_ids()))


def compared(store: Store) -> tuple[set[str], set[str]]:
    """Chunks that the dense index lacks in their collection, and those that it has where they should not be."""
    wanted = {part_of(folder_of(name)): ids for name, ids in store.catalogue.collection_chunk_ids().items()}
    held, leaving = store.dense.held(), set(states.still_indexed(store.catalogue.rows))
    missing = [ids - held.get(part, set()) for part, ids in wanted.items()]
    return set().union(*missing), set().union(*(ids - wanted.get(part, set()) - leaving for part, ids in held.items()))


def _mend_lexical(store: Store, wanted: Mapping[str, int], *, anew: bool) -> None:
    """Snapshots are made whole and named with their state, so that one is right or damaged, and never half done."""
    if store.engine:
        _mend_counts(store, anew=anew)
        return
    counts.drop(store.catalogue)
    named = store.catalogue.lexical()
    held, own = dict(named), dict[str, set[str]]()
    for collection, size in wanted.items():
        index = None if anew else store.snapshots.of(collection, named)
        if index is None or index.damaged() or index.count() != size:
            own = own or store.catalogue.collection_chunk_ids()
            chunks = _chunks(store, own[collection])
            held = dict(store.snapshots.changed(without(held, collection), collection, chunks))
    held = {folder: name for folder, name in held.items() if folder in map(folder_of, wanted)}
    if held != named:
        store.catalogue.set_lexical(held)
    store.snapshots.tidy(held)


def _mend_counts(store: Store, *, anew: bool) -> None:
    """They change with their state, and are only not kept up while the embedded indexes are used."""
    if anew or not counts.kept(store.catalogue):
        counts.count_again(store.catalogue)
    if store.catalogue.lexical():
        store.catalogue.set_lexical({})
    store.snapshots.tidy({})


def _chunks(store: Store, chunk_ids: Iterable[str]) -> Iterator[Chunk]:
    for batch in _in_order(store, chunk_ids):
        found = store.catalogue.chunks(batch)
        yield from (found[chunk_id][0] for chunk_id in batch if chunk_id in found)


def derive_lexical_again(store: Store) -> None:
    """Make every lexical index anew."""
    with store.writing("reconcile"):
        _mend_lexical(store, store.catalogue.collection_sizes(), anew=True)


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
    wanted = set(chunk_ids)
    with store.dense.bulk() if len(wanted) > _MANY else nullcontext():
        for collection, ids in store.catalogue.collection_chunk_ids().items():
            for batch in _in_order(store, ids & wanted):
                _derive(store, collection, batch)


def _derive(store: Store, collection: str, chunk_ids: Sequence[str]) -> None:
    found = store.catalogue.chunks(chunk_ids)
    chunks = [found[chunk_id][0] for chunk_id in chunk_ids if chunk_id in found]
    stored = store.catalogue.vectors([chunk.chunk_id for chunk in chunks])
    if lacking := [chunk for chunk in chunks if chunk.chunk_id not in stored]:
        vectors = store.embed(lacking)
        store.catalogue.set_vectors(vectors)
        stored |= {chunk_id: own for chunk_id, (own, _) in vectors.items()}
    if chunks:
        store.dense.add(collection, chunks, np.stack([stored[chunk.chunk_id] for chunk in chunks]))


def _in_order(store: Store, chunk_ids: Iterable[str]) -> Iterable[Sequence[str]]:
    ordered = store.catalogue.in_order(chunk_ids)
    return (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH))
