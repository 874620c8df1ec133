"""Sharing an embedded Chroma folder between processes: one at a time, and a note of the last write.

Chroma's embedded form is made for one process. Another one does not see what is written after it has opened the graph,
and crashes if it opens the graph while that is being saved; and a process killed while saving leaves files that crash
whoever opens them next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock


class SharedFiles:
    """The lock and the note beside the folder `path`. Use everything else only inside `locked`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = path.with_suffix(".state")
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

    def stamp(self) -> str:
        """Names the last write; "" before the first."""
        return self._read()[1]

    def interrupted(self) -> bool:
        """Whether a writer was killed, so that the graph on disk may be half of one."""
        state, _, graph = self._read()
        return state == "busy" and graph != self._graph()

    def _graph(self) -> str:
        """Which graph is saved: size and time of the file that is written last."""
        stats = [(path.parent.name, path.stat()) for path in sorted(self.path.glob("*/*.bin"))]
        return " ".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats)

    def _read(self) -> tuple[str, str, str]:
        try:
            head, _, graph = self._note.read_text(encoding="utf-8").partition("\n")
        except FileNotFoundError:
            return "done", "", ""
        state, _, stamp = head.partition(" ")
        return state, stamp, graph

    def _set(self, note: str) -> None:
        fresh = self._note.with_suffix(".new")
        fresh.write_text(note, encoding="utf-8")
        fresh.replace(self._note)
