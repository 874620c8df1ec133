"""Uploads worked off in the background, one after the other; they survive a restart of the server."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import uuid4

from vectorstore.errors import InvalidInputError, NotFoundError

JobStatus = Literal["queued", "running", "done", "failed"]
Outcome = Literal["waiting", "added", "new_version", "unchanged", "failed"]
KEPT_DAYS = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, collection TEXT NOT NULL, status TEXT NOT NULL, created TEXT NOT NULL,
    updated TEXT NOT NULL, request_key TEXT, fingerprint TEXT NOT NULL, files TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS jobs_request ON jobs (owner, request_key) WHERE request_key IS NOT NULL;
"""
_COLUMNS = "id, owner, collection, status, created, updated, files"


class RepeatedKeyError(InvalidInputError):
    """The idempotency key was used before, for something else."""

    slug = "idempotency-conflict"


@dataclass(frozen=True, slots=True)
class JobFile:
    """One uploaded file and what became of it."""

    name: str
    hash: str
    outcome: Outcome = "waiting"
    reason: str = ""
    document_id: str = ""
    chunks: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """An upload; times are ISO 8601 in UTC."""

    id: str
    owner: str
    collection: str
    status: JobStatus
    created: str
    updated: str
    files: tuple[JobFile, ...]


class JobStore:
    """All uploads of the last `KEPT_DAYS` days."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, timeout=30)
        self._database.executescript(_SCHEMA)
        with self._lock, self._database as database:
            oldest = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
            database.execute("DELETE FROM jobs WHERE updated < ? AND status IN ('done', 'failed')", (oldest,))

    def add(
        self, owner: str, collection: str, files: Sequence[JobFile], request_key: str | None, fingerprint: str
    ) -> tuple[Job, bool]:
        """A new job, or the one that the same request made before (then the second value is False).

        Raises RepeatedKeyError where `request_key` stands for another request.
        """
        now = _now()
        job = Job(uuid4().hex, owner, collection, "queued", now, now, tuple(files))
        with self._lock, self._database as database:
            earlier = database.execute(
                f"SELECT {_COLUMNS}, fingerprint FROM jobs WHERE owner = ? AND request_key = ?", (owner, request_key)
            ).fetchone()
            if earlier is None:
                values = (job.id, owner, collection, "queued", now, now, request_key, fingerprint, _files(files))
                database.execute("INSERT INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
                return job, True
        if earlier[-1] != fingerprint:
            raise RepeatedKeyError(
                "Idempotency-Key này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới.",
                "This Idempotency-Key was used for another request. Use a new one.",
            )
        return _job(earlier[:-1]), False

    def get(self, job_id: str, owner: str | None = None) -> Job:
        """One job, of one owner unless `owner` is None. Raises NotFoundError."""
        with self._lock:
            row = self._database.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE id = ? AND (? IS NULL OR owner = ?)", (job_id, owner, owner)
            ).fetchone()
        if row is None:
            raise NotFoundError("Không có công việc này.", "There is no such job.")
        return _job(row)

    def unfinished(self) -> list[Job]:
        """Jobs still to be done, in the order in which they came, whatever the clock said then."""
        with self._lock:
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE status IN ('queued', 'running') ORDER BY rowid"
            ).fetchall()
        return [_job(row) for row in rows]

    def update(self, job_id: str, status: JobStatus, files: Sequence[JobFile]) -> None:
        """Record how far a job is."""
        with self._lock, self._database as database:
            database.execute(
                "UPDATE jobs SET status = ?, files = ?, updated = ? WHERE id = ?",
                (status, _files(files), _now(), job_id),
            )

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _job(row: Sequence[str]) -> Job:
    job_id, owner, collection, status, created, updated, files = row
    held = tuple(JobFile(**file) for file in json.loads(files))
    return Job(job_id, owner, collection, status, created, updated, held)  # type: ignore[arg-type]


def _files(files: Sequence[JobFile]) -> str:
    return json.dumps([asdict(file) for file in files], ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
