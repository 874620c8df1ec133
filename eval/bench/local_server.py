"""A database server in a process of its own on this machine, to be started, killed and started again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE_S = 120


class LocalServer(ABC):
    """A server over a folder, on a free port. Enter it to start it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder, self.address = folder, f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def command(self) -> list[str]:
        """The arguments of the Python interpreter that serve the folder on the port."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be asked."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it answers. Raises TimeoutError."""
        self.process = subprocess.Popen(
            [sys.executable, *self.command()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE_S
        while not self.answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError(f"{type(self).__name__} does not start")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a failing machine does."""
        self.process.kill()
        self.process.wait()
