"""Which files of a data folder belong in a backup: all but those that are made again from the others.

What is left out: Chroma and the lexical index, which the catalogue holds everything for; prepared models, which come
from their packages; locks and files half written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

CATALOGUE = "index/catalogue.sqlite3"
JOBS = "jobs.sqlite3"
ORIGINALS = "originals/originals.sqlite3"
DERIVED = ("index/chroma", "index/lexical", "models", "limits.sqlite3")
_PASSING = (".lock", ".log", ".new", ".state", ".unfinished", "-wal", "-shm", "-journal")
_SQLITE = b"SQLite format 3\x00"
# Uploads are copied before what is made of them, the catalogue last:
# so at worst a finished upload is done again after a restore.
_ORDER = {JOBS: 0, ORIGINALS: 1}


def is_database(path: Path) -> bool:
    """Whether the file is a SQLite database, which must not be copied byte by byte while it is in use."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except FileNotFoundError:  # an original that has just been deleted
        return False


def belongs(name: str) -> bool:
    """Whether the file of this path relative to the data folder is part of a backup."""
    parts = name.split("/")
    if any(part.startswith(".") for part in parts) or name.endswith(_PASSING):
        return False
    return not any(name == folder or name.startswith(f"{folder}/") for folder in DERIVED)


def members(folder: Path) -> list[str]:
    """Paths relative to the data folder, in the order in which they are to be copied; no symbolic links."""
    names = [name for name in _walk(folder, "") if belongs(name)]
    return sorted(names, key=lambda name: (_ORDER.get(name, len(_ORDER)), name == CATALOGUE, name))


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for path in sorted(folder.iterdir()):
        name = prefix + path.name
        if path.is_symlink():
            continue
        if path.is_dir():
            if belongs(name):
                yield from _walk(path, f"{name}/")
        elif path.is_file():
            yield name
