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
_READ_AT_A_TIME = 500
_STATES = 8  # kept: while they follow one another, some questions are still answered from earlier ones
_Key = tuple[str, int, bytes | None]
_CURRENT = """
SELECT document_id, documents.version AS version, checksum{more} FROM documents LEFT JOIN checksums
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
            found = self._states.get(state)
            if found is None:
                found = self._states[state] = self.read(rows)
                while len(self._states) > _STATES:
                    self._states.pop(min(self._states))  # this one, where a question has seen many others come
            return found

    def read(self, rows: Rows) -> list[Document]:
        """The documents by title, whatever the state."""
        if not self._parsed:
            self._parsed = _every(rows)
            return list(self._parsed.values())
        keys = [_key(row) for row in rows(_CURRENT.format(more=""), ())]
        known = {key: self._parsed[key] for key in keys if key[2] and key in self._parsed}
        known |= _parsed(rows, [key for key in keys if key not in known])
        self._parsed = known
        return [known[key] for key in keys]


def _every(rows: Rows) -> dict[_Key, Document]:
    """All of them in order. An index has what is read here together: the texts lie between the rows themselves."""
    found = rows(_CURRENT.format(more=", record"), ())
    return {_key(row): read_document(row["record"], "") for row in found}


def _key(row: sqlite3.Row) -> _Key:
    return row["document_id"], row["version"], row["checksum"]


def these_versions(count: int) -> str:
    """So many versions of documents, to select from: SQLite goes through all of them for IN with pairs of values."""
    marks = ",".join(["(?, ?)"] * count)
    asked = f"(SELECT column1 AS i, column2 AS v FROM (VALUES {marks}))"
    return f"{asked} CROSS JOIN documents ON document_id = i AND version = v"


def _parsed(rows: Rows, keys: Sequence[_Key]) -> dict[_Key, Document]:
    found: dict[_Key, Document] = {}
    for start in range(0, len(keys), _READ_AT_A_TIME):
        own = {key[:2]: key for key in keys[start : start + _READ_AT_A_TIME]}
        sql = f"SELECT document_id, version, record FROM {these_versions(len(own))}"
        for row in rows(sql, [part for key in own for part in key]):
            found[own[row["document_id"], row["version"]]] = read_document(row["record"], "")
    return found
