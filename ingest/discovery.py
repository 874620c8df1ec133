"""Which files there are to read: named one by one, or found in folders however deep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.loaders import SUPPORTED_SUFFIXES
from vectorstore.errors import NotFoundError


@dataclass
class Found:
    """Files to read, in order; those of formats that are not read; folders that cannot be looked into, with why."""

    files: list[Path] = field(default_factory=list)
    unsupported: list[Path] = field(default_factory=list)
    closed: list[tuple[Path, str]] = field(default_factory=list)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Files to read, each once, sorted within folders. Files named one by one are kept whatever their suffix."""
    return discover(paths).files


def discover(paths: Sequence[Path]) -> Found:
    """What `paths` hold. Raises NotFoundError for a named path that is not there or cannot be looked into."""
    found, seen = Found(), set[Path]()
    for path in paths:
        if not path.exists():
            raise NotFoundError(
                f"Không tìm thấy {path}. Kiểm tra lại đường dẫn.", f"{path} does not exist. Check the path."
            )
        if path.is_dir():
            _walk(path, found, seen)
        elif path not in seen:
            seen.add(path)
            found.files.append(path)
    return found


def is_hidden(path: Path) -> bool:
    """Hidden files, and the locks that office programs leave beside an open file."""
    return path.name.startswith((".", "~$"))


def _walk(root: Path, found: Found, seen: set[Path]) -> None:
    """Everything below `root`, without recursion; a folder that links back to one above is entered once."""
    entered: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            if not path.is_dir():
                if path not in seen:
                    seen.add(path)
                    known = path.suffix.lower() in SUPPORTED_SUFFIXES
                    (found.files if known else found.unsupported).append(path)
                continue
            stat = path.stat()
            if (stat.st_dev, stat.st_ino) in entered:
                continue
            entered.add((stat.st_dev, stat.st_ino))
            children = sorted(path.iterdir(), reverse=True)  # the last one is taken first
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if path == root:
                raise NotFoundError(
                    f"Không đọc được thư mục {path}: {reason}. Kiểm tra quyền truy cập.",
                    f"Cannot read folder {path}: {reason}. Check its permissions.",
                ) from error
            found.closed.append((path, reason))
            continue
        waiting.extend(child for child in children if not is_hidden(child))
