"""`assistant serve --workers N`: N processes that answer the API on one port, and one with all the rest.

Who has a page of the chat open has a session in one process; so the chat is served by a process of its own, which also
takes uploads, and workers pass on to it what they do not serve. uvicorn's supervisor starts again what has died.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing

from fastapi import FastAPI
from uvicorn.config import Config
from uvicorn.supervisors import Multiprocess

from assistant.access import KeyStore, PeopleStore, check_binding
from assistant.api.forward import Forward
from assistant.server import identity_provider, open_server, path_prefix, run, server_config, service_limits
from assistant.settings import PREFIX, Settings, load_settings
from assistant.wiring import open_store
from vectorstore.errors import ConfigurationError

_CHAT, _PARENT = "POLICY_CHAT_ADDRESS", "POLICY_SUPERVISOR"  # what the processes are told by the one that starts them
_SILENT_S = 60  # a worker that does not answer its supervisor for so long is replaced
_PAUSE_S = 2  # between two starts of the chat's process
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def run_workers(settings: Settings, started: Callable[[], None]) -> None:
    """Serve until told to stop. Raises ConfigurationError or NotReadyError where a worker could not start."""
    _check(settings)
    with (
        tempfile.TemporaryDirectory(prefix="policy-metrics-") as measured,
        socket.create_server(("127.0.0.1", 0)) as inner,
    ):
        for name in ("host", "port", "workers"):  # also where the command line said so
            os.environ[f"{PREFIX}{name.upper()}"] = str(getattr(settings, name))
        os.environ[_CHAT] = f"http://127.0.0.1:{inner.getsockname()[1]}"
        os.environ[_PARENT] = str(os.getpid())
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = measured
        config = server_config(
            "assistant.workers:worker",
            settings.host,
            settings.port,
            service_limits(settings),
            settings.log_level,
            factory=True,
            workers=settings.workers,
            timeout_worker_healthcheck=_SILENT_S,
            root_path=path_prefix(settings.public_url),
            forwarded_allow_ips=list(settings.trusted_proxies),
        )
        with closing(config.bind_socket()) as outer:
            started()
            _Supervisor(config, outer, inner).run()


def _check(settings: Settings) -> None:
    """What would keep workers from starting is said at once; what a killed writer left is mended before they do."""
    if not (settings.chroma_url or settings.search_url):
        raise ConfigurationError(
            "Nhiều tiến trình (--workers) cần một máy chủ Chroma: bản nhúng chỉ dành cho một tiến trình. Chạy "
            "`chroma run --path THƯ_MỤC --port 8001` rồi đặt ASSISTANT_CHROMA_URL=http://127.0.0.1:8001 "
            "(hoặc ASSISTANT_SEARCH_URL).",
            "Several processes (--workers) need a Chroma server: the embedded one is made for a single process. Run "
            "`chroma run --path FOLDER --port 8001` and set ASSISTANT_CHROMA_URL=http://127.0.0.1:8001 "
            "(or ASSISTANT_SEARCH_URL).",
        )
    with (
        closing(KeyStore(settings.data_dir / "access.sqlite3")) as keys,
        closing(PeopleStore(settings.data_dir / "access.sqlite3")) as people,
    ):
        check_binding(settings.host, keys, identity_provider(settings) is not None or people.in_use())
    open_store(settings).close()


class _Supervisor(Multiprocess):
    """Workers on the `outer` socket, and the chat's process on the `inner` one, each started again when it ends."""

    def __init__(self, config: Config, outer: socket.socket, inner: socket.socket) -> None:
        super().__init__(config, [outer])
        self._inner = inner
        self._chat: subprocess.Popen[bytes] | None = None
        self._begun = 0.0

    def init_processes(self) -> None:
        self._start_chat()
        super().init_processes()

    def keep_subprocess_alive(self) -> None:
        if self._chat is None or self._chat.poll() is not None:
            self._start_chat()
        super().keep_subprocess_alive()

    def terminate_all(self) -> None:
        super().terminate_all()
        if self._chat is not None:
            self._chat.terminate()

    def join_all(self) -> None:
        super().join_all()
        if self._chat is not None:
            self._chat.wait()

    def _start_chat(self) -> None:
        if time.monotonic() - self._begun < _PAUSE_S:
            return
        self._begun = time.monotonic()
        handed = self._inner.fileno()
        self._chat = subprocess.Popen([sys.executable, "-m", "assistant.workers", str(handed)], pass_fds=[handed])


def worker() -> FastAPI:
    """The application of one worker; uvicorn calls it in the worker's process."""
    _end_with_supervisor()
    return open_server(load_settings(), Forward(os.environ[_CHAT])).app


def serve_the_rest(inherited: int) -> None:
    """The process with the chat, uploads, sign-in and metrics, on a socket that it was handed."""
    _end_with_supervisor()
    settings = load_settings()
    run(settings, open_server(settings), socket.socket(fileno=inherited))


def _end_with_supervisor() -> None:
    """A supervisor that is killed leaves nobody behind who holds its port (where the system can see to that)."""
    os.umask(0o077)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(os.environ[_PARENT]):
        sys.exit(0)  # it was killed before this


if __name__ == "__main__":
    serve_the_rest(int(sys.argv[1]))
