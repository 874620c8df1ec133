"""Following folders: files that come or change, once they have settled, and files that go."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import watchfiles

from ingest.discovery import discover, is_hidden
from ingest.loaders import SUPPORTED_SUFFIXES

SETTLED = 2.0  # seconds without change in size or time; a file being copied grows all the while
_LOOK = 500  # milliseconds between looks at the files that settle


@dataclass(frozen=True, slots=True)
class Batch:
    """Files to ingest, and files or folders that are no longer there."""

    changed: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()


def follow(paths: Sequence[Path], stop: Event, settled: float = SETTLED) -> Iterator[Batch]:
    """First all files under `paths`, then what comes, changes and goes, until `stop` is set.

    Raises NotFoundError for a path that is not there.
    """
    discover(paths)  # tells of a wrong path before anything is watched
    waiting: dict[Path, tuple[float, tuple[int, int]]] = {}
    started = False
    events = watchfiles.watch(
        *paths, watch_filter=None, stop_event=stop, rust_timeout=_LOOK, debounce=_LOOK, yield_on_timeout=True
    )
    for changes in events:
        if not started:  # the folders are watched from here on: nothing comes in between unseen
            started = True
            yield Batch(changed=tuple(discover(paths).files))
        for _, name in changes:
            path = Path(name)
            for file in _files(path, paths) if path.exists() else [path]:
                waiting[file] = (time.monotonic(), _state(file))
        if ripe := sorted(_ripe(waiting, settled)):
            there = {path: path.exists() for path in ripe}
            yield Batch(tuple(p for p in ripe if there[p]), tuple(p for p in ripe if not there[p]))


def _files(path: Path, roots: Sequence[Path]) -> list[Path]:
    """The readable files that a changed path means: itself, or those of a folder that was moved here."""
    if any(is_hidden(part) for part in (path, *path.parents) if _below(part, roots)):
        return []
    if path.is_dir():
        return discover([path]).files
    named = path in roots or path.absolute() in [root.absolute() for root in roots]
    return [path] if named or path.suffix.lower() in SUPPORTED_SUFFIXES else []


def _below(path: Path, roots: Sequence[Path]) -> bool:
    return any(root.absolute() in path.absolute().parents for root in roots)


def _ripe(waiting: dict[Path, tuple[float, tuple[int, int]]], settled: float) -> list[Path]:
    """Files that have not changed, or have been gone, for `settled` seconds; they wait no longer."""
    now, ripe = time.monotonic(), []
    for path, (since, state) in list(waiting.items()):
        current = _state(path)
        if current != state:
            waiting[path] = (now, current)
        elif now - since >= settled:
            del waiting[path]
            ripe.append(path)
    return ripe


def _state(path: Path) -> tuple[int, int]:
    with suppress(OSError):
        stat = path.stat()
        return stat.st_size, stat.st_mtime_ns
    return -1, -1
