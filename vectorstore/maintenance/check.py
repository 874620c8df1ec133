"""`assistant check`: everything that disagrees, without changing any of it.

The catalogue is compared with the checksums it was written with, its chunks with their document, and both indexes with
the catalogue. Nothing is embedded again: vectors have checksums too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from vectorstore.chroma import DenseIndex
from vectorstore.maintenance.catalogue import check_catalogue
from vectorstore.maintenance.dense import check_dense
from vectorstore.maintenance.engine import check_engine
from vectorstore.maintenance.findings import Finding
from vectorstore.maintenance.lexical import check_lexical
from vectorstore.store import Store


def check(store: Store) -> list[Finding]:
    """All findings. Open the store with `mend=False`; writers wait meanwhile. Raises NotReadyError (Chroma server)."""
    with store.writing_alone():
        return list(_findings(store))


def _findings(store: Store) -> Iterator[Finding]:
    try:
        yield from check_catalogue(store.catalogue)
    except sqlite3.DatabaseError as error:
        yield Finding("catalogue-corrupt", str(error))
        return
    if isinstance(store.dense, DenseIndex):
        yield from check_dense(store, store.dense)
        yield from check_lexical(store)
    elif store.engine:
        yield from check_engine(store, store.engine.index)
