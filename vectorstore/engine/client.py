"""Milvus's client package, which is an extra: imported when a server is configured, and kept from logging by itself."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from vectorstore.engine.address import EngineAddress
from vectorstore.errors import ConfigurationError, NotReadyError

if TYPE_CHECKING:
    from pymilvus import MilvusClient

_GRPC = {"grpc.use_local_subchannel_pool": 1}  # a new client connects at once, where another one has to wait
_NO_DOTENV = "PYTHON_DOTENV_DISABLED"
_LOGGERS = ("pymilvus", "pymilvus.milvus_client", "pymilvus.bulk_writer")


def connect(address: EngineAddress, patience_s: float) -> MilvusClient:
    """A client of the server, for any number of threads. Raises ConfigurationError or NotReadyError."""
    _import()
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    try:
        return MilvusClient(
            uri=address.url, token=address.token, timeout=patience_s, dedicated=True, grpc_options=_GRPC
        )
    except (MilvusException, ValueError) as error:
        raise unusable(address, error) from error


def _import() -> None:
    before = os.environ.get(_NO_DOTENV)
    os.environ[_NO_DOTENV] = "1"  # it would put the .env file of some folder above its own into the environment
    try:
        import pymilvus  # noqa: F401
    except ImportError as error:
        raise ConfigurationError(
            "ASSISTANT_SEARCH_URL cần thư viện pymilvus: pip install 'policy-assistant[milvus]'.",
            "ASSISTANT_SEARCH_URL needs the package pymilvus: pip install 'policy-assistant[milvus]'.",
        ) from error
    finally:
        if before is None:
            os.environ.pop(_NO_DOTENV, None)
        else:
            os.environ[_NO_DOTENV] = before
    for name in _LOGGERS:  # what is wrong is raised; its own log has what was searched for
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.CRITICAL)


def unusable(address: EngineAddress, error: Exception) -> NotReadyError:
    """The error of a server that is away, or does not do what it is asked."""
    why = getattr(error, "message", "") or str(error)
    return NotReadyError(
        f"Không dùng được máy chủ Milvus tại {address.url}: {why}. Kiểm tra ASSISTANT_SEARCH_URL và máy chủ.",
        f"Cannot use the Milvus server at {address.url}: {why}. Check ASSISTANT_SEARCH_URL and the server.",
    )
