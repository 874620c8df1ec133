"""An index that one host publishes for others: its states one after the other, each whole, in a folder that they share.

The catalogue of a state is a file that replaces the one before in a moment; the lexical snapshots that it names lie
beside it, and stay long enough for whoever still reads them. The vectors are in the Chroma server that all hosts use.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from filelock import FileLock

from vectorstore.catalogue import Catalogue
from vectorstore.errors import ConfigurationError, NotReadyError
from vectorstore.lexical_snapshots import sync
from vectorstore.records import Document
from vectorstore.schema import SCHEMA_VERSION, connect_published

if TYPE_CHECKING:
    from vectorstore.store import Store

CATALOGUE, _LEXICAL = "catalogue.sqlite3", "lexical"
_KEPT_S = 3600  # a snapshot that no state names any more: longer than any question takes, on any host
_Identity = tuple[int, int, int]


class PublishedCatalogue(Catalogue):
    """The catalogue last published at a path; it is followed when the next one takes its place."""

    def _open(self, path: Path) -> sqlite3.Connection:
        self._path = path
        self._identity = self._look()
        return self._connect_reading()

    def _connect_reading(self) -> sqlite3.Connection:
        try:
            connection = connect_published(self._path)
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        except sqlite3.Error as error:
            raise _unreadable(self._path, error) from error
        if version != SCHEMA_VERSION:
            connection.close()
            raise ConfigurationError(
                f"Chỉ mục tại {self._path.parent} do phiên bản khác của chương trình công bố. Hãy dùng cùng phiên bản.",
                f"The index at {self._path.parent} was published by another version of the program. Use the same one.",
            )
        return connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock:
            if self._state is None and (identity := self._look()) != self._identity:
                fresh = self._connect_reading()
                self._connection.close()
                self._connection, self._identity = fresh, identity
            return super().rows(sql, parameters)

    def listing(self) -> list[Document]:
        if self._state is not None:
            return super().listing()
        with self.snapshot() as present:
            return present.listing()

    def _look(self) -> _Identity:
        try:
            stat = self._path.stat()
        except OSError as error:
            raise _unreadable(self._path, error) from error
        return stat.st_ino, stat.st_mtime_ns, stat.st_size


class ReadOnly:
    """In the place of the write lock: there is nothing to write. Raises ConfigurationError."""

    def __enter__(self) -> NoReturn:
        raise ConfigurationError(
            "Máy này chỉ đọc chỉ mục do máy khác công bố (ASSISTANT_READ_FROM). Hãy nạp, xóa văn bản ở máy kia.",
            "This host only reads what another one publishes (ASSISTANT_READ_FROM). Add and remove documents there.",
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def publish(store: Store, folder: Path) -> bool:
    """Publish the present state of the store; False where it is published already. Raises NotReadyError."""
    try:
        (folder / _LEXICAL).mkdir(parents=True, exist_ok=True)
        with FileLock(store.path / "publish.lock"), store.snapshot() as seen:
            state, named = seen.catalogue.state, seen.catalogue.lexical()
            if _published(folder / CATALOGUE) == (state, named):
                return False
            for of_collection, name in named.items():
                store.snapshots.copy(of_collection, name, folder / _LEXICAL)
            fresh = folder / f"{CATALOGUE}.new"
            fresh.unlink(missing_ok=True)
            seen.catalogue.copy_to(fresh)
            sync(fresh)
            fresh.replace(folder / CATALOGUE)
            sync(folder)
            _tidy(folder / _LEXICAL, named)
    except (OSError, sqlite3.Error) as error:
        raise NotReadyError(
            f"Chưa công bố được chỉ mục vào {folder}: {error}.", f"Could not publish the index to {folder}: {error}."
        ) from error
    store.sweep(state)
    return True


def _published(path: Path) -> tuple[int, Mapping[str, str]] | None:
    """State and lexical snapshots of what is published."""
    if not path.exists():
        return None
    try:
        with closing(PublishedCatalogue(path)) as catalogue:
            return catalogue.state, catalogue.lexical()
    except (ConfigurationError, NotReadyError):  # of another version, or damaged: it is published anew
        return None


def _tidy(folder: Path, named: Mapping[str, str]) -> None:
    for path in folder.glob("*/*"):
        if named.get(path.parent.name) == path.name:
            os.utime(path)  # until when it was in use
        elif abs(path.stat().st_mtime - time.time()) > _KEPT_S:  # or of before the clock was set back
            shutil.rmtree(path)


def _unreadable(path: Path, error: Exception) -> NotReadyError:
    return NotReadyError(
        f"Chưa đọc được chỉ mục công bố tại {path} ({error}). Kiểm tra ASSISTANT_READ_FROM và máy công bố.",
        f"No published index can be read at {path} ({error}). Check ASSISTANT_READ_FROM and the publishing host.",
    )
