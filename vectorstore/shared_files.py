"""Sharing an embedded Chroma folder between processes: one at a time, and a note of the last write.

Chroma's embedded form is made for one process. Another one does not see what is written after it has opened the graph,
and crashes if it opens the graph while that is being saved; and a process killed while saving leaves files that crash
whoever opens them next. So does a flipped bit, which is why the note also has a hash of each graph.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

Marks = dict[str, str]  # folder of a graph -> sizes and times of its files


@dataclass(frozen=True, slots=True)
class _Note:
    state: str  # "done", or "busy" while a process writes
    stamp: str  # names the write
    marks: Marks  # of the graphs when the write began, or of those that are hashed
    hashes: dict[str, str]  # by folder


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where there is none."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


class SharedFiles:
    """The lock and the note beside the folder `path`. Use everything else only inside `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_suffix(".state")
        self._kept: Marks | None = None  # graphs whose hashes are noted, as far as this process knows
        self._lock = FileLock(path.with_suffix(".lock"), poll_interval=0.005)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other process uses the folder, then hold it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Note the write, so that others open the files again and a process killed inside is noticed."""
        stamp, before = uuid4().hex, self._read()
        self._set(_Note("busy", stamp, self._marks(), before.hashes))
        yield
        same = {name: mark for name, mark in self._marks().items() if before.marks.get(name) == mark}
        self._set(_Note("done", stamp, same, {name: before.hashes[name] for name in same if name in before.hashes}))
        self._kept = None
        self.keep()

    def keep(self) -> None:
        """Note the hashes of graphs that were saved since; call it after everything that may have saved one."""
        marks = self._marks()
        if marks == self._kept:
            return
        note = self._read()
        saved = [name for name, mark in marks.items() if note.marks.get(name) != mark or name not in note.hashes]
        if note.state == "done" and saved:  # one that is gone stays noted: nothing but a write may take it away
            hashes = {**note.hashes, **{name: self._hash(name) for name in saved}}
            with suppress(OSError):  # a read-only disk: no graph was saved either
                self._set(_Note("done", note.stamp, {**note.marks, **marks}, hashes))
        self._kept = marks

    def altered(self) -> bool:
        """Whether a graph on disk is not the one that was saved. Opening it would end the process."""
        note = self._read()
        return note.state == "done" and any(self._hash(name) != known for name, known in note.hashes.items())

    def _hash(self, name: str) -> str:
        """Of the files of one graph."""
        digest = hashlib.sha256()
        folder = self.path / name
        for path in sorted([*folder.glob("*.bin"), *folder.glob("*.pickle")]):
            digest.update(f"{path.name} {path.stat().st_size} ".encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def stamp(self) -> str:
        """Names the last write; "" before the first."""
        return self._read().stamp

    def interrupted(self) -> bool:
        """Whether a writer was killed, so that a graph on disk may be half of one."""
        note = self._read()
        return note.state == "busy" and note.marks != self._marks()

    def _marks(self) -> Marks:
        """Which graphs are saved: sizes and times of the files of each, by its folder."""
        found: Marks = {}
        for folder in sorted(_entries(self.path), key=_name):  # after every search, so without the glob of pathlib
            files = [entry for entry in _entries(folder.path) if entry.name.endswith(".bin")] if folder.is_dir() else []
            if files:
                stats = [entry.stat() for entry in sorted(files, key=_name)]
                found[folder.name] = " ".join(f"{stat.st_size}:{stat.st_mtime_ns}" for stat in stats)
        return found

    def _read(self) -> _Note:
        try:
            written = self._note.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return _Note("done", "", {}, {})
        try:
            return _Note(**json.loads(written))
        except (ValueError, TypeError):  # of an earlier version
            return _Note("busy" if written.startswith("busy") else "done", "earlier", {}, {})

    def _set(self, note: _Note) -> None:
        fresh = self._note.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(note)), encoding="utf-8")
        fresh.replace(self._note)
