"""Sharing an embedded Chroma folder between processes: one at a time, and a note of the last write.

Chroma's embedded form is made for one process. Another one does not see what is written after it has opened the graph,
and crashes if it opens the graph while that is being saved; and a process killed while saving leaves files that crash
whoever opens them next. So does a flipped bit, which is why the note also has a hash of the graph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock


class SharedFiles:
    """The lock and the note beside the folder `path`. Use everything else only inside `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_suffix(".state")
        self._kept = ""  # the graph whose hash is noted, as far as this process knows
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
        stamp = uuid4().hex
        self._set(f"busy {stamp}\n{self._graph()}")
        yield
        self._set(f"done {stamp}\n")
        self._kept = ""
        self.keep()

    def keep(self) -> None:
        """Note the hash of the graph if it was saved since; call it after everything that may have saved one."""
        graph = self._graph()
        if graph == self._kept:
            return
        state, stamp, noted, _ = self._read()
        if state == "done" and graph and graph != noted:
            with suppress(OSError):  # a read-only disk: the graph was not saved either
                self._set(f"done {stamp}\n{graph}\n{self._hash()}")
        self._kept = graph

    def altered(self) -> bool:
        """Whether the graph on disk is not the one that was saved. Opening it would end the process."""
        state, _, _, digest = self._read()
        return bool(state == "done" and digest and digest != self._hash())

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for path in self._files():
            digest.update(f"{path.name} {path.stat().st_size} ".encode())
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def _files(self) -> list[Path]:
        return sorted([*self.path.glob("*/*.bin"), *self.path.glob("*/*.pickle")])

    def stamp(self) -> str:
        """Names the last write; "" before the first."""
        return self._read()[1]

    def interrupted(self) -> bool:
        """Whether a writer was killed, so that the graph on disk may be half of one."""
        state, _, graph, _ = self._read()
        return state == "busy" and graph != self._graph()

    def _graph(self) -> str:
        """Which graph is saved: size and time of the file that is written last."""
        stats = [(path.parent.name, path.stat()) for path in sorted(self.path.glob("*/*.bin"))]
        return " ".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats)

    def _read(self) -> tuple[str, str, str, str]:
        try:
            head, graph, digest, *_ = [*self._note.read_text(encoding="utf-8").split("\n"), "", "", ""]
        except FileNotFoundError:
            return "done", "", "", ""
        state, _, stamp = head.partition(" ")
        return state, stamp, graph, digest

    def _set(self, note: str) -> None:
        fresh = self._note.with_suffix(".new")
        fresh.write_text(note, encoding="utf-8")
        fresh.replace(self._note)
