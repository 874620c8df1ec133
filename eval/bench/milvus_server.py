"""Milvus in its official local form, over the wire: `milvus-lite server` in a process of its own, on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_COMMAND = "import sys; from milvus_lite.cmdline import main; sys.exit(main(sys.argv[1:]))"
_PATIENCE_S = 120


class MilvusServer:
    """The server over a folder, which it makes where there is none. Enter it to start it."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder, self.address = folder, f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it takes connections. Raises TimeoutError."""
        own = ["server", "--data-dir", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise TimeoutError("milvus-lite does not start")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it as a failing machine does."""
        self.process.kill()
        self.process.wait()
