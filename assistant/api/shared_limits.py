"""Counts of requests, also such as several server processes share: a moving window of the `limits` library, in SQLite.

Its own counts in memory would go on for as long as the clock is set back, and lock somebody out for a day.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limits.storage import MovingWindowSupport, Storage

FILE = "limits.sqlite3"
_LONGEST_S = 3600  # what is counted over longer would be forgotten
_AHEAD_S = 1.0  # a request counted later than this from now is of before the clock was set back
_SCHEMA = """
CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hits_of_key ON hits (key, at);
CREATE INDEX IF NOT EXISTS hits_by_time ON hits (at);
"""


class SharedLimits(Storage, MovingWindowSupport):
    """The storage of a MovingWindowRateLimiter. What is counted is not worth a disk's time: a lost minute is lost."""

    STORAGE_SCHEME = None
    base_exceptions = sqlite3.Error

    def __init__(self, path: Path | None = None) -> None:
        """In a file, or in memory for one process."""
        super().__init__()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30, isolation_level=None)
        self._close = weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.executescript(_SCHEMA)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` requests unless that makes more than `limit` in the last `expiry` seconds."""
        now = time.time()
        with self._writing() as database:
            database.execute("DELETE FROM hits WHERE at NOT BETWEEN ? AND ?", (now - _LONGEST_S, now + _AHEAD_S))
            counting = "SELECT count(*) FROM hits WHERE key = ? AND at > ?"
            (counted,) = database.execute(counting, (key, now - expiry)).fetchone()
            if counted + amount > limit:
                return False
            database.executemany("INSERT INTO hits VALUES (?, ?)", [(key, now)] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest request counted came (seconds since 1970), and how many are counted."""
        now = time.time()
        with self._lock:
            first, counted = self._database.execute(
                "SELECT min(at), count(*) FROM hits WHERE key = ? AND at > ? AND at <= ?",
                (key, now - expiry, now + _AHEAD_S),
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
        """Close the database; so does the end of this object."""
        self._close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            finally:
                self._database.execute("COMMIT")
