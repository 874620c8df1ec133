"""The backup file: a ZIP archive of the members, and last a manifest with their SHA-256 and versions."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Self

from pydantic import BaseModel, ValidationError

from vectorstore.errors import InvalidInputError

FORMAT = 1
MANIFEST = "manifest.json"
_BLOCK = 1 << 20


class Member(BaseModel):
    """One file of the archive; `path` is relative to the data folder."""

    path: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds and which versions made it; `created` is ISO 8601 in UTC."""

    format: int
    program: str
    catalogue_schema: int
    embedding_model: str | None
    created: str
    documents: int
    members: tuple[Member, ...]


class DamagedBackupError(InvalidInputError):
    """The file is no backup, or not as it was written."""

    slug = "damaged-backup"

    @classmethod
    def of(cls, file: Path, vietnamese: str, english: str) -> Self:
        """Say which file and what is wrong with it."""
        return cls(f"Bản sao lưu {file} không dùng được: {vietnamese}.", f"Backup {file} cannot be used: {english}.")


def put(archive: zipfile.ZipFile, name: str, source: IO[bytes], *, packed: bool) -> Member:
    """Copy a file into the archive; `packed` compresses it."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
            target.write(block)
    return Member(path=name, size=size, sha256=digest.hexdigest())


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The archive with its manifest, of which names and versions are checked. Raises InvalidInputError."""
    try:
        archive = zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise InvalidInputError(f"Không có tệp {file}.", f"There is no file {file}.") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise DamagedBackupError.of(file, f"không đọc được ({error})", f"cannot be read ({error})") from error
    with archive:
        yield archive, _manifest(archive, file)


def read_manifest(file: Path) -> Manifest:
    """What the backup says of itself. Raises InvalidInputError."""
    with opened(file) as (_, manifest):
        return manifest


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise DamagedBackupError.of(file, "thiếu hoặc hỏng bảng kê", "its manifest is missing or damaged") from error
    if manifest.format > FORMAT:
        raise InvalidInputError(
            f"Bản sao lưu {file} do phiên bản {manifest.program} mới hơn tạo ra. Hãy nâng cấp chương trình.",
            f"Backup {file} was made by newer version {manifest.program}. Upgrade the program.",
        )
    names = [member.path for member in manifest.members]
    if sorted(archive.namelist()) != sorted([*names, MANIFEST]) or not all(map(_inside, names)):
        raise DamagedBackupError.of(file, "nội dung không khớp bảng kê", "its content is not what its manifest lists")
    return manifest


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and bool(path.parts)


def take(archive: zipfile.ZipFile, member: Member, target: Path, file: Path) -> None:
    """Write a member to `target`, readable by its owner alone. Raises DamagedBackupError unless it is as it was."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(member.path) as source, target.open("wb") as copy:
            target.chmod(0o600)
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise _altered(file, member) from error
    if (size, digest.hexdigest()) != (member.size, member.sha256):
        raise _altered(file, member)


def _altered(file: Path, member: Member) -> DamagedBackupError:
    return DamagedBackupError.of(file, f"{member.path} đã bị hỏng", f"{member.path} is damaged")
