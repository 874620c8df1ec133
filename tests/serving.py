"""The whole application on a free port, in a thread, for tests that need a real client."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from assistant.api import ServiceLimits, create_app
from assistant.api.protocol import AssistantLike
from assistant.ui import mount


@contextmanager
def serving(
    assistant: AssistantLike,
    limits: ServiceLimits | None = None,
    eval_results: Path = Path("eval-results"),
    root_path: str = "",
    **more: Any,
) -> Iterator[str]:
    """Chat and API over `assistant`, made with `more`; gives the address. A proxy may serve it under `root_path`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = mount(create_app(assistant, limits, **more), eval_results)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none", root_path=root_path))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
