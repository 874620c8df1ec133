"""Changing the corpus while it is served: uploads are kept, ingested in one background thread, and can be removed."""

from __future__ import annotations

import hashlib
import logging
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

from assistant.api.admission import BusyError
from assistant.api.jobs import Job, JobFile, JobStore, Outcome
from assistant.api.originals import Originals
from vectorstore.disk import disk_error
from vectorstore.errors import NotReadyError
from vectorstore.records import Document

log = logging.getLogger(__name__)
MOST_WAITING = 100  # uploads not yet ingested
AGAIN_S = 10.0  # until an upload is tried again that a full disk or an absent Chroma server kept out


class Ingested(Protocol):
    """What became of one file."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def reason(self) -> str: ...
    @property
    def document_id(self) -> str: ...
    @property
    def chunks(self) -> int: ...
    @property
    def passing(self) -> bool: ...


class Editing(Protocol):
    """Write access to the corpus."""

    def ingest(self, path: Path, collection: str) -> Ingested:
        """Add one file; what is wrong with it is told in the result."""

    def remove(self, document_id: str) -> None:
        """Forget a document with all its versions. Raises NotFoundError."""

    def current(self, document_id: str) -> Document | None:
        """The current version of a document."""


class Library:
    """Uploads on their way into the corpus, under `folder`; jobs a restart interrupted are taken up again."""

    def __init__(self, editing: Editing, folder: Path, again_s: float = AGAIN_S) -> None:
        """`again_s`: seconds until a waiting upload is tried again."""
        self.editing = editing
        self.originals = Originals(folder / "originals")
        self.jobs = JobStore(folder / "jobs.sqlite3")
        self._keeping = threading.Lock()  # nothing is dropped between its arrival and its place in the queue
        self._closing, self._again_s = threading.Event(), again_s
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="ingest")
        for job in self.jobs.unfinished():
            self._worker.submit(self._work, job)

    def submit(self, owner: str, collection: str, sent: Sequence[tuple[str, BinaryIO]], request_key: str | None) -> Job:
        """Keep and queue files, each a name and its content. Raises BusyError, RepeatedKeyError.

        The same request sent again under its key gives the job it made the first time.
        """
        if len(self.jobs.unfinished()) >= MOST_WAITING:
            raise BusyError(60)
        with self._keeping:
            files: list[JobFile] = []
            try:
                for name, content in sent:
                    files.append(JobFile(name, self.originals.keep(content)))
                job, new = self.jobs.add(owner, collection, files, request_key, _fingerprint(collection, files))
            except Exception:
                with suppress(OSError, sqlite3.Error):  # of a full disk; `assistant repair` drops it then
                    self._drop(files)
                raise
        if new:
            self._worker.submit(self._work, job)
        return job

    def remove(self, document_id: str) -> None:
        """Forget a document and the files it came from. Raises NotFoundError."""
        self.editing.remove(document_id)
        with self._keeping:
            self._drop([JobFile("", content_hash) for content_hash in self.originals.forget(document_id)])

    def close(self) -> None:
        """Finish the file at hand and stop; what is left is taken up at the next start."""
        self._closing.set()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self.jobs.close()
        self.originals.close()

    def _work(self, job: Job) -> None:
        """Work a job off. What was accepted is kept and tried again for as long as it is not the file that is wrong."""
        files = list(job.files)
        while not self._closing.is_set():
            try:
                self._work_off(job, files)
                return
            except Exception as error:
                passing = error if isinstance(error, NotReadyError) else disk_error(error)
                if passing is None:
                    log.exception("an upload could not be worked off")
                    return
                log.warning("an upload waits: %s", passing.english)
            self._closing.wait(self._again_s)

    def _work_off(self, job: Job, files: list[JobFile]) -> None:
        self.jobs.update(job.id, "running", files)
        for position, file in enumerate(files):
            if file.outcome == "waiting":
                files[position] = self._ingest(file, job.collection)
                self.jobs.update(job.id, "running", files)
        failed = all(file.outcome == "failed" for file in files)
        self.jobs.update(job.id, "failed" if failed else "done", files)
        with self._keeping:
            self._drop(files)

    def _ingest(self, file: JobFile, collection: str) -> JobFile:
        """The file with its outcome; it is read under its own name, in a folder that holds nothing else.

        Raises OSError or NotReadyError where the file can be tried again.
        """
        try:
            with tempfile.TemporaryDirectory(prefix="upload-") as folder:
                path = Path(folder) / file.name
                shutil.copyfile(self.originals.path(file.hash), path)
                done = self.editing.ingest(path, collection)
                reason = done.reason.replace(f"{folder}/", "")
        except Exception as error:
            if isinstance(error, NotReadyError) or disk_error(error) is not None:
                raise
            log.exception("an upload could not be ingested")
            return replace(file, outcome="failed", reason="Lỗi ngoài dự kiến khi nạp tệp; người quản trị xem nhật ký.")
        if done.passing:
            raise NotReadyError(reason, reason)
        document = self.editing.current(done.document_id) if done.document_id else None
        if document is not None:
            self.originals.link(document.document_id, document.version, file.hash, file.name)
        return replace(file, outcome=done.outcome, reason=reason, document_id=done.document_id, chunks=done.chunks)

    def _drop(self, files: Sequence[JobFile]) -> None:
        """Delete contents that neither a document nor a waiting upload needs."""
        awaited = {file.hash for job in self.jobs.unfinished() for file in job.files}
        for content_hash in {file.hash for file in files} - awaited:
            self.originals.drop_unused(content_hash)


def _fingerprint(collection: str, files: Sequence[JobFile]) -> str:
    parts = [collection, *(part for file in files for part in (file.name, file.hash))]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
