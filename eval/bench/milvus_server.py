"""Milvus in its official local form, over the wire: `milvus-lite server` in a process of its own, on this machine."""

from __future__ import annotations

import socket

from eval.bench.local_server import LocalServer

_COMMAND = "import sys; from milvus_lite.cmdline import main; sys.exit(main(sys.argv[1:]))"


class MilvusServer(LocalServer):
    """The server over a folder, which it makes where there is none."""

    def command(self) -> list[str]:
        own = ["server", "--data-dir", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        return ["-c", _COMMAND, *own]

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True
