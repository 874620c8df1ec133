"""Loading in another process, so that a damaged or hostile file can neither hang this one nor use up its memory."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from ingest.loaders.base import MAX_TEXT_CHARS, RawDocument, UnreadableFileError

SECONDS = {".pdf": 3600}  # a long scan takes seconds a page
OTHERS = 180
_RENEWED = 350 * 2**20  # bytes; a process that has grown so large is replaced by a fresh one


class LoaderProcess:
    """One process that loads files one after the other; it is started on first use, and again after a mishap."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def load(self, path: Path, suffix: str) -> RawDocument:
        """The file as `ingest.loaders.worker` reads it. Raises UnreadableFileError."""
        seconds = SECONDS.get(suffix, OTHERS)
        with self._lock:
            try:
                answer = self._ask(path, suffix, seconds)
            except BaseException:
                self._kill()
                raise
            if answer is None or answer.get("error") == "memory" or answer["stuck"] or answer["used"] > _RENEWED:
                self._kill()
        return _document(answer, path)

    def interrupt(self) -> None:
        """End the process in the midst of a file; whoever waits for that file is told that it could not be read."""
        process = self._process
        if process is not None and self._owner == os.getpid():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def forget(self) -> None:
        """In a forked copy of this program: the lock may be held by a thread that was not copied."""
        self._lock = threading.Lock()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._kill()

    def _ask(self, path: Path, suffix: str, seconds: int) -> dict[str, Any] | None:
        """The answer, or None where the process died over the file. Raises UnreadableFileError after `seconds`."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        request = json.dumps({"suffix": suffix, "path": str(path.resolve())})
        with suppress(BrokenPipeError):
            process.stdin.write(request.encode("ascii") + b"\n")
            process.stdin.flush()
        end = time.monotonic() + seconds
        with suppress(EOFError):
            (length,) = struct.unpack(">Q", _read(process.stdout.fileno(), 8, end, path, seconds))
            answer: dict[str, Any] = json.loads(_read(process.stdout.fileno(), length, end, path, seconds))
            return answer
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # a forked copy of this program must not talk to the parent's process
            self._process = None
        if self._process is None or self._process.poll() is not None:
            self._kill()
            environment = dict(os.environ)
            root = str(Path(__file__).resolve().parents[2])
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
            environment["OMP_THREAD_LIMIT"] = "1"  # two of Tesseract's threads wait for each other on a busy machine
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ingest.loaders.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=environment, start_new_session=True,
            )  # fmt: skip
        return self._process

    def _kill(self) -> None:
        """End the process together with the programs it started."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()


def _read(descriptor: int, size: int, end: float, path: Path, seconds: int) -> bytes:
    parts = bytearray()
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    while len(parts) < size:
        if not waiting.poll(max(0.0, end - time.monotonic()) * 1000):
            minutes = seconds // 60
            raise UnreadableFileError(
                f"{path.name}: đọc tệp quá {minutes} phút nên đã dừng. Hãy tách nhỏ tệp.",
                f"{path.name}: reading took more than {minutes} minutes and was stopped. Split the file.",
            )
        part = os.read(descriptor, min(size - len(parts), 2**20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _document(answer: dict[str, Any] | None, path: Path) -> RawDocument:
    error = answer.get("error") if answer else "memory"
    if answer is not None and error is None:
        published = date.fromisoformat(answer["published"]) if answer["published"] else None
        names = ("page_starts", "warnings", "ocr_pages", "unsure_lines")
        starts, warnings, read, unsure = (tuple(answer[name]) for name in names)
        return RawDocument(answer["text"], starts, answer["title_hint"], published, warnings, read, unsure)
    if answer is not None and error == "said":
        raise UnreadableFileError(answer["vietnamese"], answer["english"])
    if answer is not None and error == "long":
        raise too_long(path, answer["length"])
    if error == "locked":
        raise locked(path)
    if error == "damaged":
        raise damaged(path)
    raise UnreadableFileError(
        f"{path.name}: đọc tệp cần quá nhiều bộ nhớ nên đã dừng; tệp quá phức tạp hoặc bị hỏng. Hãy tách nhỏ tệp.",
        f"{path.name}: reading needs too much memory and was stopped; the file is too complex or damaged. Split it.",
    )


def locked(path: Path) -> UnreadableFileError:
    """The file asks for a password."""
    return UnreadableFileError(
        f"{path.name}: tệp có mật khẩu. Hãy bỏ mật khẩu rồi nạp lại.",
        f"{path.name}: the file is protected by a password. Remove it and try again.",
    )


def damaged(path: Path) -> UnreadableFileError:
    """The file is not what its format asks for."""
    return UnreadableFileError(
        f"{path.name}: tệp hỏng, thiếu một phần hoặc không đúng định dạng {path.suffix}. Hãy lấy lại tệp gốc.",
        f"{path.name}: the file is damaged, cut off or not a {path.suffix} file. Get the original again.",
    )


def too_long(path: Path, length: int) -> UnreadableFileError:
    """There is more text than one document may have."""
    return UnreadableFileError(
        f"{path.name}: văn bản dài {length:,} ký tự, vượt giới hạn {MAX_TEXT_CHARS:,}. Hãy tách nhỏ tệp.",
        f"{path.name}: {length:,} characters exceed the limit of {MAX_TEXT_CHARS:,}. Split the file.",
    )


LOADER = LoaderProcess()
atexit.register(LOADER.close)
os.register_at_fork(after_in_child=LOADER.forget)
