"""A server that other hosts answer along with publishes each state of its index soon after it is there."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType

from assistant.settings import Settings
from assistant.wiring import publish_index
from vectorstore.errors import PolicyError
from vectorstore.store import Store

log = logging.getLogger(__name__)
_EVERY_S = 1.0
_SHARE = 10  # seconds between two publications, for each second that one takes


class Publisher:
    """Publishes in a thread of its own while it is entered; does nothing where nothing is to be published."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publish", daemon=True)

    def __enter__(self) -> None:
        if self._settings.publish_to:
            self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            started = time.monotonic()
            try:
                publish_index(self._settings, self._store)
            except PolicyError as error:
                log.warning("%s", error.english)
            pause = max(_EVERY_S, _SHARE * (time.monotonic() - started))
