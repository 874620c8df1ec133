"""A connection to a Milvus server that is made when it is needed, and anew when the server was away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from vectorstore.engine.address import EngineAddress
from vectorstore.engine.client import connect, unusable
from vectorstore.engine.rows import ROWS
from vectorstore.errors import NotReadyError

if TYPE_CHECKING:
    from pymilvus import MilvusClient

PATIENCE_S, PATIENCE_WRITING_S = 10.0, 60.0  # with one request
_WRITING: dict[str, Any] = {"stop": stop_after_delay(60), "wait": wait_fixed(0.5)}  # for a server that is away
_OF_THE_SERVER, _NOT_LOADED = 100, (101, 201)  # codes of errors: the least of its own, those of what is on disk alone
T = TypeVar("T")


class Connection:
    """Safe to use from several threads."""

    def __init__(self, address: EngineAddress, lost: Callable[[], None]) -> None:
        """`lost` is called when what is known of the server may no longer be true."""
        self._address, self._lost = address, lost
        self._lock = threading.Lock()
        self._held: MilvusClient | None = None

    def ask(self, action: Callable[[MilvusClient], T]) -> T:
        """Run `action` on the client. Raises NotReadyError."""
        with self._lock:
            client = self._held = self._held or connect(self._address, PATIENCE_S)
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            try:
                return action(client)
            except MilvusException as error:
                if error.code not in _NOT_LOADED:
                    raise
                client.load_collection(ROWS, timeout=PATIENCE_WRITING_S)  # the local form forgets it when it restarts
                return action(client)
        except (MilvusException, grpc.RpcError, ValueError) as error:  # ValueError: the channel was closed
            self._lost()
            if not _answered(error):
                self._let_go(client)
            raise unusable(self._address, error) from error

    def change(self, action: Callable[[MilvusClient], object]) -> None:
        """Do what may be done twice; a server that is being restarted is waited for. Raises NotReadyError."""
        for attempt in Retrying(**_WRITING, retry=retry_if_exception_type(NotReadyError), reraise=True):
            with attempt:
                self.ask(action)

    def close(self) -> None:
        """Let go of the connection; it is made again when needed."""
        if self._held is not None:
            self._let_go(self._held)

    def _let_go(self, client: MilvusClient) -> None:
        with self._lock:
            mine = self._held is client  # or another thread was quicker
            self._held = None if mine else self._held
        if mine:
            client.close()


def _answered(error: Exception) -> bool:
    """Whether it is an error of the server's own, and not of one that is away."""
    code = getattr(error, "code", None)
    return isinstance(code, int) and code >= _OF_THE_SERVER
