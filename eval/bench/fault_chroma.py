"""A Chroma server that is killed while questions need it: what is answered meanwhile, and afterwards."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from eval.bench.local_server import LocalServer

_PATIENCE_S = 120
_COMMAND = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"


class ChromaServer(LocalServer):
    """`chroma run` over a folder, emptied first."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        shutil.rmtree(folder, ignore_errors=True)

    def command(self) -> list[str]:
        return ["-c", _COMMAND, "run", "--path", str(self.folder), "--port", str(self.port)]

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/v2/heartbeat", timeout=10).status_code == 200
        except httpx.HTTPError:
            return False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside, it takes requests and answers none."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


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
