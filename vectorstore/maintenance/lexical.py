"""Whether the lexical index holds the words of the catalogue's chunks, in files that are as they were written."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from vectorstore.errors import NotReadyError
from vectorstore.lexical import LexicalIndex
from vectorstore.maintenance.catalogue import stored
from vectorstore.maintenance.findings import Finding
from vectorstore.store import Store

_MAGIC = 1337  # what tantivy ends its files with, after the length of their footer
_BATCH = 500


def check_lexical(store: Store) -> Iterator[Finding]:
    """Findings of the lexical index."""
    named = store.catalogue.lexical()
    for collection, wanted in store.catalogue.collection_chunk_ids().items():
        index = store.snapshots.of(collection, named)
        if index is None or index.damaged():
            yield Finding("lexical-unreadable", collection)
            continue
        for name in damaged_files(index.path):
            yield Finding("lexical-unreadable", name)
        try:
            yield from _compare(store, index, wanted)
        except (ValueError, NotReadyError) as error:
            yield Finding("lexical-unreadable", str(error))


def _compare(store: Store, index: LexicalIndex, wanted: set[str]) -> Iterator[Finding]:
    held = Counter(index.all_ids())
    for chunk_id in sorted(held.keys() - wanted):
        yield Finding("lexical-extra", chunk_id)
    for chunk_id in sorted(wanted - held.keys()):
        yield Finding("lexical-missing", chunk_id)
    for chunk_id in sorted(chunk_id for chunk_id, times in held.items() if times > 1):
        yield Finding("lexical-twice", chunk_id)
    both = sorted(wanted & held.keys())
    for start in range(0, len(both), _BATCH):
        for chunk_id, (chunk, _) in stored(store.catalogue, both[start : start + _BATCH]).items():
            if not index.holds(chunk):
                yield Finding("lexical-text", chunk_id)


def damaged_files(path: Path) -> Iterator[str]:
    """Names of index files whose CRC-32 is not the one in their footer: JSON, then its length and a magic number."""
    for file in sorted(path.iterdir()) if path.exists() else ():
        if not file.is_file() or file.suffix in ("", ".json", ".lock"):
            continue
        content = file.read_bytes()
        length = int.from_bytes(content[-8:-4], "little")
        try:
            if int.from_bytes(content[-4:], "little") != _MAGIC:
                raise ValueError
            footer = json.loads(content[-8 - length : -8])
            if footer["crc"] != zlib.crc32(content[: -8 - length]):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            yield file.name
