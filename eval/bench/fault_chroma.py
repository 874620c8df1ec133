"""A Chroma server that is killed while questions need it: what is answered meanwhile, and afterwards."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

_COMMAND = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"
_PATIENCE_S = 120


class ChromaServer:
    """`chroma run` over a folder, in a process of its own. Enter it to start it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder, self.address = folder, f"http://127.0.0.1:{self.port}"
        shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it answers. Raises TimeoutError."""
        command = [sys.executable, "-c", _COMMAND, "run", "--path", str(self.folder), "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if time.monotonic() > deadline:
                raise TimeoutError("the Chroma server does not start")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/v2/heartbeat", timeout=10).status_code == 200
        except httpx.HTTPError:
            return False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside, it takes requests and answers none."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a failing machine does."""
        self._process.kill()
        self._process.wait()


class Asking:
    """One question, asked again and again: right, refused as it should be, or anything else (`wrong`)."""

    def __init__(self, address: str, question: str, fact: str) -> None:
        self.address, self.question, self.fact = address, question, fact
        self.wrong: list[str] = []

    def once(self) -> bool:
        """Whether it was answered and not refused."""
        response = httpx.post(self.address, json={"question": self.question}, timeout=_PATIENCE_S)
        if response.status_code == 200 and self.fact in response.json()["answer"]:
            return True
        problem = response.headers["content-type"] == "application/problem+json"
        again = int(response.headers.get("retry-after", 0)) > 0
        if response.status_code != 503 or not problem or not again or "Traceback" in response.text:
            self.wrong.append(f"{response.status_code} {response.text[:300]}")
        return False

    def until_answered(self, times: int) -> None:
        """Ask until it has been answered that often. Raises TimeoutError."""
        self._until(True, times)

    def while_away(self, server: ChromaServer, seconds: float, *, lose: bool) -> None:
        """Ask while the server is killed after some seconds; it is started again once questions are refused."""
        killing = threading.Timer(seconds, server.kill)
        killing.start()
        self._until(False, 3)
        killing.join()
        if lose:
            shutil.rmtree(server.folder)
        server.start()
        if lose:
            self._until(False, 1)

    def _until(self, answered: bool, times: int) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while times and time.monotonic() < deadline:
            times -= self.once() is answered
        if times:
            raise TimeoutError(f"questions are {'refused' if answered else 'answered'} all the time")
