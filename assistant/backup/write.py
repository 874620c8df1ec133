"""`assistant backup`: a consistent copy of a data folder that is in use.

Each database is copied by SQLite's online backup, which sees it as it is between two transactions and lets writers go
on; the originals of uploads never change once they are there. Databases are copied in the order in which an upload
passes through them, so that together they are a state from which the server can go on.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from assistant.backup.archive import FORMAT, MANIFEST, Manifest, Member, put
from assistant.backup.members import CATALOGUE, JOBS, ORIGINALS, is_database, members
from vectorstore.errors import NotFoundError, NotReadyError

Progress = Callable[[int, int], None]
_JSON_LINES = ".jsonl"


def back_up(folder: Path, file: Path, progress: Progress = lambda done, total: None) -> Manifest:
    """Write the data folder's backup to `file`, whole or not at all; an earlier file of that name is replaced.

    Raises NotFoundError where there is no catalogue, NotReadyError where a file cannot be read or written.
    """
    if not (folder / CATALOGUE).is_file():
        raise NotFoundError(
            f"Không có gì để sao lưu trong {folder}. Kiểm tra ASSISTANT_DATA_DIR.",
            f"There is nothing to back up in {folder}. Check ASSISTANT_DATA_DIR.",
        )
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as work:  # only its owner can enter it
            unfinished = Path(work) / "archive"
            with open(unfinished, "w+b", opener=_private) as target:
                with zipfile.ZipFile(target, "w", compresslevel=1) as archive:
                    manifest = _Writer(folder, Path(work), archive).write(progress)
                target.flush()
                os.fsync(target.fileno())
            unfinished.replace(file)
        _sync_folder(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise NotReadyError(
            f"Chưa sao lưu được vào {file}: {error}. Bản sao lưu trước đó, nếu có, vẫn nguyên.",
            f"Could not back up to {file}: {error}. An earlier backup there is as it was.",
        ) from error
    return manifest


class _Writer:
    def __init__(self, folder: Path, work: Path, archive: zipfile.ZipFile) -> None:
        self.folder, self.work, self.archive = folder, work, archive
        self.copies: dict[str, Path] = {}

    def write(self, progress: Progress) -> Manifest:
        names = members(self.folder)
        for name in names:
            if is_database(self.folder / name):
                self.copies[name] = self._copy(name)
        done: list[Member] = []
        for name in [name for name in names if name not in self.copies]:
            done += self._plain(name)
            progress(len(done), len(names))
        for name, copy in self.copies.items():
            with copy.open("rb") as source:
                done.append(put(self.archive, name, source, packed=True))
            progress(len(done), len(names))
        manifest = self._manifest(done)
        put(self.archive, MANIFEST, io.BytesIO(manifest.model_dump_json(indent=1).encode()), packed=True)
        return manifest

    def _copy(self, name: str) -> Path:
        copy = self.work / f"{len(self.copies)}.sqlite3"
        with closing(self._reading(name)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        return copy

    def _reading(self, name: str) -> sqlite3.Connection:
        """SQLite has to write beside a database with a log to read it; on a read-only disk, nobody changes it."""
        path = self.folder / name
        if not os.access(path.parent, os.W_OK):
            path = Path(shutil.copy(path, self.work / "read-only.sqlite3"))
            path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
            log = self.folder / f"{name}-wal"
            if log.exists():
                shutil.copy(log, path.with_name(f"{path.name}-wal"))
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=60)

    def _plain(self, name: str) -> list[Member]:
        """The member, or none where it was deleted since: then what was copied of the databases is told so."""
        try:
            source = (self.folder / name).open("rb")
        except FileNotFoundError:
            self._forget(name)
            return []
        with source:
            if name.endswith(_JSON_LINES):  # its last line may be half written
                whole = source.read()
                return [put(self.archive, name, io.BytesIO(whole[: whole.rfind(b"\n") + 1]), packed=True)]
            return [put(self.archive, name, source, packed=False)]

    def _forget(self, name: str) -> None:
        """An original is deleted when its document was, or when its upload ended without one."""
        content_hash = name.rpartition("/")[2]
        if ORIGINALS in self.copies:
            with closing(sqlite3.connect(self.copies[ORIGINALS])) as copy, copy:
                copy.execute("DELETE FROM originals WHERE hash = ?", (content_hash,))
        if JOBS in self.copies:
            with closing(self._reading(JOBS)) as now, closing(sqlite3.connect(self.copies[JOBS])) as copy:
                for (job_id,) in copy.execute("SELECT id FROM jobs WHERE instr(files, ?)", (content_hash,)).fetchall():
                    row = now.execute("SELECT status, files FROM jobs WHERE id = ?", (job_id,)).fetchone()
                    if row:
                        copy.execute("UPDATE jobs SET status = ?, files = ? WHERE id = ?", (*row, job_id))
                copy.commit()

    def _manifest(self, done: list[Member]) -> Manifest:
        with closing(sqlite3.connect(self.copies[CATALOGUE])) as catalogue:
            schema = catalogue.execute("PRAGMA user_version").fetchone()[0]
            model = catalogue.execute("SELECT value FROM meta WHERE key = 'embedding_model'").fetchone()
            documents = catalogue.execute("SELECT count(*) FROM documents WHERE state = 'ready'").fetchone()[0]
        return Manifest(
            format=FORMAT,
            program=version("policy-assistant"),
            catalogue_schema=schema,
            embedding_model=model[0] if model else None,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            documents=documents,
            members=tuple(done),
        )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
