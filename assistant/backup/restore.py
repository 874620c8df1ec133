"""`assistant restore`: a data folder as it was when it was backed up.

Everything is unpacked and checked beside what is there. Only then do old and new change places, under a mark that keeps
everybody out until that is complete, so that running the command again always ends well.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from assistant.backup.archive import DamagedBackupError, Manifest, opened, take
from assistant.backup.members import CATALOGUE, DERIVED, is_database, members
from vectorstore.errors import InvalidInputError, NotReadyError
from vectorstore.in_use import InUse
from vectorstore.mending import RESTORED
from vectorstore.schema import SCHEMA_VERSION

Progress = Callable[[int, int], None]
_UNPACKED = ".restore"
_KEPT = "models"
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database; it must never meet another one


def restore(
    file: Path, folder: Path, *, force: bool = False, progress: Progress = lambda done, total: None
) -> tuple[Manifest, Path | None]:
    """Put the backup in the data folder; what `force` replaces is moved to the folder that is returned.

    Both indexes are made again when the store is opened next. Raises InvalidInputError for a damaged or newer backup
    and a folder that is not empty, NotReadyError where the folder is in use or cannot be written.
    """
    with opened(file) as (archive, manifest):
        if manifest.catalogue_schema > SCHEMA_VERSION:
            raise InvalidInputError(
                f"Bản sao lưu {file} do phiên bản {manifest.program} mới hơn tạo ra. Hãy nâng cấp chương trình.",
                f"Backup {file} was made by newer version {manifest.program}. Upgrade the program.",
            )
        try:
            (folder / "index").mkdir(parents=True, exist_ok=True, mode=0o700)
            with closing(InUse(folder / "index", alone=True)) as use:
                if members(folder) and not force and not use.unfinished:
                    raise InvalidInputError(
                        f"Thư mục {folder} đã có dữ liệu. Dùng --force để thay bằng bản sao lưu.",
                        f"Folder {folder} is not empty. Use --force to replace what is there.",
                    )
                unpacked = folder / _UNPACKED
                shutil.rmtree(unpacked, ignore_errors=True)  # of an earlier attempt
                try:
                    for done, member in enumerate(manifest.members, start=1):
                        take(archive, member, unpacked / member.path, file)
                        progress(done, len(manifest.members))
                    _check(manifest, unpacked, file)
                    return manifest, _change_places(folder, unpacked, use)
                finally:
                    shutil.rmtree(unpacked, ignore_errors=True)
        except (OSError, sqlite3.Error) as error:
            raise NotReadyError(
                f"Chưa khôi phục được vào {folder}: {error}.", f"Could not restore into {folder}: {error}."
            ) from error


def _check(manifest: Manifest, unpacked: Path, file: Path) -> None:
    """Every database is one, and the catalogue knows that the indexes are not its own."""
    if not (unpacked / CATALOGUE).is_file():
        raise DamagedBackupError.of(file, "thiếu danh mục", "the catalogue is missing")
    for member in manifest.members:
        path = unpacked / member.path
        if is_database(path):
            with closing(sqlite3.connect(path)) as database:
                if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise DamagedBackupError.of(file, f"{member.path} đã bị hỏng", f"{member.path} is damaged")
    with closing(sqlite3.connect(unpacked / CATALOGUE)) as catalogue, catalogue:
        catalogue.execute("INSERT OR REPLACE INTO meta VALUES ('writing', ?)", (RESTORED,))


def _change_places(folder: Path, unpacked: Path, use: InUse) -> Path | None:
    """Move what is there to a folder of its own, and the restored files to where it was."""
    fresh = members(unpacked)
    replaced = folder / f".replaced-{datetime.now():%Y%m%d-%H%M%S}"
    use.begin()
    for name in [*members(folder), *DERIVED]:
        for old in [folder / name, *(folder / f"{name}{suffix}" for suffix in _BESIDE)]:
            if old.exists() and name != _KEPT:
                _move(old, replaced / old.relative_to(folder))
    for name in fresh:
        _move(unpacked / name, folder / name)
    use.finish()
    return replaced if replaced.exists() else None


def _move(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    old.replace(new)
