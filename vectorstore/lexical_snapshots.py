"""The lexical index on disk: immutable snapshots, a series for each collection.

A snapshot is a folder that nothing changes once it has its name. The catalogue names the one of each collection that
belongs to its state, so that whoever sees a state finds the words of exactly its documents. The next one is made beside
it, of links to what stays and of what is new; the last ones go when no process reads them any more.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import threading
import weakref
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from vectorstore.errors import NotReadyError
from vectorstore.lexical import LexicalIndex
from vectorstore.records import Chunk

Named = Mapping[str, str]  # the folder of a collection -> the name of a snapshot
_META = "meta.json"  # what tantivy opens an index by
_ASIDE = ".new-"


class GoneError(NotReadyError):
    """The snapshot is no longer there: its state is not the visible one any more."""


def folder_of(collection: str) -> str:
    """A folder name for any collection name."""
    return hashlib.sha256(collection.encode()).hexdigest()[:24]


def without(named: Named, collection: str) -> Named:
    """The names but for that of one collection."""
    return {folder: name for folder, name in named.items() if folder != folder_of(collection)}


class LexicalSnapshots:
    """The snapshots under `path`. Write while nobody else does; read at any time, from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._open: dict[Path, LexicalIndex] = {}

    # reading ----------------------------------------------------------------------------------------------------------
    def opened(self, named: Named, collections: Iterable[str] | None = None) -> dict[str, LexicalIndex]:
        """The snapshots by folder in a fixed order, those of some collections or of all. Raises GoneError."""
        among = None if collections is None else {folder_of(name) for name in collections}
        paths = {folder: self._path / folder / name for folder, name in sorted(named.items())}
        with self._lock:
            self._open = {path: self._open[path] for path in paths.values() if path in self._open}
            for folder, path in paths.items():
                if path not in self._open and (among is None or folder in among):
                    self._open[path] = _held(path)
            return {folder: self._open[path] for folder, path in paths.items() if among is None or folder in among}

    def of(self, collection: str, named: Named) -> LexicalIndex | None:
        """The snapshot of one collection, opened anew; None where it has none, or none that is there."""
        folder = folder_of(collection)
        with suppress(GoneError):
            return _held(self._path / folder / named[folder]) if folder in named else None
        return None

    # writing ----------------------------------------------------------------------------------------------------------
    def changed(self, named: Named, collection: str, add: Iterable[Chunk], remove: Iterable[str] = ()) -> Named:
        """Make a collection's next snapshot; gives the names with the new one. Raises NotReadyError.

        A collection without chunks has none.
        """
        folder, name = folder_of(collection), uuid4().hex
        aside = self._path / folder / f"{_ASIDE}{name}"
        try:
            aside.mkdir(parents=True)
            if folder in named:
                _link(self._path / folder / named[folder], aside)
            index = LexicalIndex(aside)
            index.write(add, remove)
            empty = not index.count()
            del index
            if empty:
                return without(named, collection)
            sync(aside)
            aside.rename(aside.with_name(name))
            sync(aside.parent)
        except OSError as error:
            raise NotReadyError(
                f"Không ghi được chỉ mục từ tại {aside.parent}: {error}. Kiểm tra chỗ trống và quyền ghi.",
                f"Cannot write the lexical index at {aside.parent}: {error}. Check space and permissions.",
            ) from error
        return {**named, folder: name}

    def copy(self, folder: str, name: str, target: Path) -> None:
        """Copy a snapshot that is held to another place of the same layout, unless it is there."""
        place = target / folder / name
        if place.exists():
            return
        aside = place.with_name(f"{_ASIDE}{uuid4().hex}")
        aside.mkdir(parents=True)
        _link(self._path / folder / name, aside)
        for file in [*aside.iterdir(), aside]:
            sync(file)
        aside.rename(place)
        sync(place.parent)

    def tidy(self, named: Named) -> None:
        """Delete what no state names any more, unless a process still reads it."""
        with suppress(OSError):  # it is tried again after the next change
            for folder in self._path.iterdir() if self._path.exists() else ():
                if folder.is_file():
                    folder.unlink()  # of the one index that all collections once shared
                    continue
                for path in list(folder.iterdir()):
                    if path.is_file():
                        path.unlink()  # of an index that was changed in place
                    elif path.name != named.get(folder.name):
                        _drop(path)
                if folder.name not in named and not any(folder.iterdir()):
                    folder.rmdir()


def _held(path: Path) -> LexicalIndex:
    """The snapshot, which stays there for as long as it is used. Raises GoneError."""
    index = LexicalIndex(path)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise _gone(path) from error
    weakref.finalize(index, os.close, descriptor)
    with suppress(OSError):  # a file system without locks
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not (path / _META).exists():  # it was being deleted, or is damaged
        raise _gone(path)
    return index


def _drop(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (path / _META).unlink(missing_ok=True)
        shutil.rmtree(path)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def _link(source: Path, target: Path) -> None:
    """The files of an index once more; none of them is ever changed, they are only replaced."""
    for file in source.iterdir():
        if file.suffix == ".lock":
            continue
        try:
            (target / file.name).hardlink_to(file)
        except OSError:  # a file system without links
            shutil.copyfile(file, target / file.name)


def sync(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _gone(path: Path) -> GoneError:
    return GoneError(
        f"Không có chỉ mục từ tại {path}. Chạy `assistant repair`.",
        f"There is no lexical index at {path}. Run `assistant repair`.",
    )
