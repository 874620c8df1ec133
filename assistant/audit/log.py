"""The audit log in SQLite, written by any number of threads and processes."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from assistant.audit.entry import Body, Entry, Kept, Kind, canonical
from assistant.types import Answer
from vectorstore.errors import NotFoundError, NotReadyError

AuditMode = Literal["full", "without_questions"]
FILE = "audit.sqlite3"
_DAY_S, _RECENT_DAYS, _EVERY_S = 86_400, 31, 3600
# The triggers are for honest programs; against others there is the chain.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, kind TEXT NOT NULL,
    digest TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS contents (
    number INTEGER PRIMARY KEY REFERENCES entries (number), answer_id TEXT, salt TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS contents_of_answer ON contents (answer_id);
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS entries_are_final BEFORE UPDATE ON entries BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER IF NOT EXISTS contents_are_final BEFORE UPDATE ON contents BEGIN SELECT raise(ABORT, 'append-only'); END;
"""
_SELECT = "SELECT number, time, kind, digest, previous, hash, salt, body FROM entries LEFT JOIN contents USING (number)"


class AuditLog:
    """The log of one data folder, in a file only its owner can read; `path` None keeps it in memory.

    `retention_days` None keeps contents for good. In `mode` "without_questions" no words of a question are kept.
    """

    def __init__(self, path: Path | None = None, mode: AuditMode = "full", retention_days: int | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)
        self.mode = mode
        self.retention_days = retention_days
        self.configuration: str | None = None
        self._lock = threading.Lock()
        self._since = time.time(), time.monotonic()
        self._due = 0.0  # when contents past their time are looked for
        self._database = sqlite3.connect(
            path or ":memory:", check_same_thread=False, timeout=60, isolation_level=None
        )  # transactions are begun by hand: a writer must hold the lock before it reads what to chain to
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA secure_delete = ON")  # what is taken out leaves no trace in the file
        self._database.executescript(_SCHEMA)

    # writing ----------------------------------------------------------------------------------------------------------
    def configure(self, configuration: Body) -> None:
        """Note the configuration that answers from now on; unchanged since the last time, it is not noted again."""
        with self._writing():
            row = self._database.execute(
                f"{_SELECT} WHERE kind = 'configuration' ORDER BY number DESC LIMIT 1"
            ).fetchone()
            entry = _entry(row) if row else None
            if entry is None or entry.body != configuration:
                entry = self._append("configuration", configuration)
        self.configuration = entry.digest

    def add(self, body: Body) -> None:
        """Append an answer; `body["answer_id"]` finds it again. Raises NotReadyError where it cannot be written."""
        try:
            with self._writing():
                self._append("answer", {**body, "configuration": self.configuration}, body["answer_id"])
            self._prune_now_and_then()
        except sqlite3.Error as error:
            raise NotReadyError(
                f"Không ghi được nhật ký kiểm tra ({error}) nên câu trả lời không được đưa ra. Báo người quản trị.",
                f"The audit log cannot be written ({error}), so no answer is given. Tell the administrator.",
            ) from error

    def redact(self, answer_id: str, reason: str, by: str) -> None:
        """Take the content of an answer out for good, and note that. Raises NotFoundError."""
        with self._writing():
            rows = self._database.execute("SELECT number FROM contents WHERE answer_id = ?", (answer_id,)).fetchall()
            if not rows:
                raise _not_found()
            numbers = [number for (number,) in rows]
            self._append("redaction", {"numbers": numbers, "reason": reason, "by": by})
            self._database.executemany("DELETE FROM contents WHERE number = ?", rows)
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or the content would stay in the journal

    def prune(self, before: datetime) -> int:
        """Take out the contents of answers given before this time, and note that; returns how many."""
        earlier = before.astimezone(UTC).isoformat(timespec="milliseconds")
        held = "FROM entries JOIN contents USING (number) WHERE kind = 'answer' AND time < ?"
        with self._writing():
            count, last = self._database.execute(f"SELECT count(*), max(number) {held}", (earlier,)).fetchone()
            if count:
                self._append("retention", {"before": earlier, "through": last, "contents": count})
                self._database.execute(f"DELETE FROM contents WHERE number IN (SELECT number {held})", (earlier,))
        if count:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(count)

    def _prune_now_and_then(self) -> None:
        if self.retention_days is None or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _EVERY_S
        now = datetime.now(UTC)
        if self._is_believed(now):
            self.prune(now - timedelta(days=self.retention_days))

    def _is_believed(self, now: datetime) -> bool:
        """Whether the clock has gone for a day as it goes now: nothing is taken out for good because it went wrong.

        Then there are entries of days before this one, or this process has seen a day pass.
        """
        wall, passed = time.time() - self._since[0], time.monotonic() - self._since[1]
        if passed >= _DAY_S and abs(wall - passed) < _DAY_S / 24:
            return True
        first, last = ((now - timedelta(days=days)).isoformat(timespec="milliseconds") for days in (_RECENT_DAYS, 1))
        with self._lock:
            query = "SELECT 1 FROM entries WHERE time BETWEEN ? AND ? LIMIT 1"
            return self._database.execute(query, (first, last)).fetchone() is not None

    def _append(self, kind: Kind, body: Body, answer_id: str | None = None) -> Entry:
        last = self._database.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        entry = Entry.after(last, kind, body)
        self._database.execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
            (entry.number, entry.time, entry.kind, entry.digest, entry.previous, entry.hash),
        )
        self._database.execute(
            "INSERT INTO contents VALUES (?, ?, ?, ?)", (entry.number, answer_id, entry.salt, canonical(body))
        )
        return entry

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    # reading ----------------------------------------------------------------------------------------------------------
    def find(self, answer_id: str) -> Kept:
        """What was shown under this id. Raises NotFoundError, also where it was taken out."""
        with self._lock:
            row = self._database.execute(
                f"{_SELECT} WHERE answer_id = ? ORDER BY number DESC LIMIT 1", (answer_id,)
            ).fetchone()
        entry = _entry(row) if row else None
        if entry is None or entry.body is None or entry.body["answer"] is None:
            raise _not_found()
        return Kept(entry, Answer.model_validate(entry.body["answer"]))

    def entries(self, since: str = "", until: str = "9999") -> Iterator[Entry]:
        """Entries in their order with `since` <= time < `until` (ISO 8601, UTC)."""
        query = f"{_SELECT} WHERE time >= ? AND time < ? AND number > ? ORDER BY number LIMIT 500"
        last = 0
        while True:
            with self._lock:
                rows = self._database.execute(query, (since, until, last)).fetchall()
            if not rows:
                return
            yield from map(_entry, rows)
            last = rows[-1][0]

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _entry(row: tuple[int, str, Kind, str, str, str, str | None, str | None]) -> Entry:
    number, time, kind, digest, previous, hashed, salt, body = row
    return Entry(number, time, kind, digest, previous, hashed, salt, None if body is None else json.loads(body))


def _not_found() -> NotFoundError:
    return NotFoundError("Không có câu trả lời này trong nhật ký.", "There is no such answer on record.")
