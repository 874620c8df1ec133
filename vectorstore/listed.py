"""The current documents as the catalogue has them, read and parsed once for all who ask in the same state."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from vectorstore.records import Document
from vectorstore.serialise import read_document

Rows = Callable[[str, Sequence[Any]], list[sqlite3.Row]]
_STATES = 3  # kept: while one is replaced, some questions are still answered from the one before
_Key = tuple[str, int, bytes | None]
_CURRENT = """
SELECT document_id, documents.version AS version, checksum FROM documents LEFT JOIN checksums
ON kind = 'documents' AND id = document_id AND checksums.version = documents.version
WHERE state = 'ready' ORDER BY title
"""


class Listed:
    """Lists of documents without their texts, by state. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: OrderedDict[int, list[Document]] = OrderedDict()
        self._parsed: dict[_Key, Document] = {}  # by id, version and checksum: what has not changed is not read again

    def of(self, state: int, rows: Rows) -> list[Document]:
        """The documents by title; `rows` asks the catalogue as it is in that state."""
        with self._lock:
            if state not in self._states:
                self._states[state] = self.read(rows)
                while len(self._states) > _STATES:
                    self._states.pop(min(self._states))
            return self._states[state]

    def read(self, rows: Rows) -> list[Document]:
        """The documents by title, whatever the state."""
        parsed: dict[_Key, Document] = {}
        found = []
        for row in rows(_CURRENT, ()):
            key: _Key = (row["document_id"], row["version"], row["checksum"])
            document = self._parsed.get(key) if key[2] else None
            parsed[key] = document = document or _parse(rows, key)
            found.append(document)
        self._parsed = parsed
        return found


def _parse(rows: Rows, key: _Key) -> Document:
    sql = "SELECT record FROM documents WHERE document_id = ? AND version = ?"
    return read_document(rows(sql, key[:2])[0]["record"], "")
