"""The SQLite file of the catalogue: its connection, transactions, and values by key."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vectorstore.schema import connect_reading, open_database


class CatalogueFile:
    """One connection, used by several threads in turn."""

    def __init__(self, path: Path) -> None:
        """Open or make the catalogue at `path`. Raises ConfigurationError where that cannot be done."""
        self._connection = self._open(path)
        self._lock = threading.RLock()
        self._path = path

    def _open(self, path: Path) -> sqlite3.Connection:
        return open_database(path)

    def _connect_reading(self) -> sqlite3.Connection:
        return connect_reading(self._path)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen together or not at all; one inside another is part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Run one statement; its rows. Other modules of this package keep their tables here too."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def get_meta(self, key: str) -> str | None:
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def set_meta(self, key: str, value: str) -> None:
        self.rows("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value))
