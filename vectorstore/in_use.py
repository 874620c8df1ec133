"""Who has a store open: any number of processes side by side, or one alone that puts another store in its place."""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Callable
from pathlib import Path

from vectorstore.errors import NotReadyError

_UNFINISHED = "restore.unfinished"


class InUse:
    """Held by each process that has the store at `path` open. Raises NotReadyError where a restore was interrupted."""

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        """Join those who have it open, or with `alone` keep everybody out; NotReadyError where others are in."""
        self._mark = path / _UNFINISHED
        self._lock: int | None = None  # the descriptor of the file that is locked
        self._release: Callable[[], object] | None = None
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / "use.lock", os.O_RDWR | os.O_CREAT, 0o600)
            self._release = weakref.finalize(self, os.close, self._lock)
        except OSError:  # a read-only disk: nobody can put anything in place of this store
            if alone:
                raise
        if self._lock is not None:
            try:
                fcntl.flock(self._lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            except BlockingIOError as error:
                self.close()
                raise _occupied(path) from error
        if not alone and self._mark.exists():
            self.close()
            raise NotReadyError(
                "Lần khôi phục trước bị ngắt giữa chừng. Hãy chạy lại `assistant restore TỆP`.",
                "A restore was interrupted. Run `assistant restore FILE` again.",
            )

    @property
    def unfinished(self) -> bool:
        """Whether the store is half of one, as a restore was interrupted."""
        return self._mark.exists()

    def begin(self) -> None:
        """From here until `finish`, what is there is not to be opened."""
        self._mark.touch()

    def finish(self) -> None:
        self._mark.unlink(missing_ok=True)

    def close(self) -> None:
        """Let others be alone with it; so does the end of the process, or of this object."""
        if self._release:
            self._release()


def _occupied(path: Path) -> NotReadyError:
    return NotReadyError(
        f"Kho tại {path} đang được dùng hoặc đang được khôi phục. Hãy dừng máy chủ và lệnh nạp rồi chạy lại.",
        f"The store at {path} is in use or being restored. Stop the server and any ingest, and run this again.",
    )
