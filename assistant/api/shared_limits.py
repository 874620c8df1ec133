"""Counts of requests that several server processes share: a moving window of the `limits` library, in SQLite."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limits.storage import MovingWindowSupport, Storage

FILE = "limits.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hits_of_key ON hits (key, at);
"""


class SharedLimits(Storage, MovingWindowSupport):
    """The storage of a MovingWindowRateLimiter. What is counted is not worth a disk's time: a lost minute is lost."""

    STORAGE_SCHEME = None
    base_exceptions = sqlite3.Error

    def __init__(self, path: Path) -> None:
        super().__init__()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, timeout=30, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.executescript(_SCHEMA)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` requests unless that makes more than `limit` in the last `expiry` seconds."""
        now = time.time()
        with self._writing() as database:
            database.execute("DELETE FROM hits WHERE key = ? AND at <= ?", (key, now - expiry))
            (counted,) = database.execute("SELECT count(*) FROM hits WHERE key = ?", (key,)).fetchone()
            if counted + amount > limit:
                return False
            database.executemany("INSERT INTO hits VALUES (?, ?)", [(key, now)] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest request counted came (seconds since 1970), and how many are counted."""
        now = time.time()
        with self._lock:
            first, counted = self._database.execute(
                "SELECT min(at), count(*) FROM hits WHERE key = ? AND at > ?", (key, now - expiry)
            ).fetchone()
        return first or now, counted

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count without a limit; how many are counted in the last `expiry` seconds."""
        self.acquire_entry(key, sys.maxsize, expiry, amount)
        return self.get_moving_window(key, sys.maxsize, expiry)[1]

    def get(self, key: str) -> int:
        """How many are counted."""
        return self.get_moving_window(key, sys.maxsize, sys.maxsize)[1]

    def get_expiry(self, key: str) -> float:
        """When the oldest one counted came."""
        return self.get_moving_window(key, sys.maxsize, sys.maxsize)[0]

    def check(self) -> bool:
        """Whether it can be used."""
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        with self._writing() as database:
            return database.execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._writing() as database:
            database.execute("DELETE FROM hits WHERE key = ?", (key,))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            finally:
                self._database.execute("COMMIT")
