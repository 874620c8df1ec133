"""An HTTP client whose responses end in time, also those of a server that sends a sign of life for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import openai


def ending_client(seconds: float) -> Any:
    """The client that OpenAI's library makes by itself, but no response takes more than so many seconds.

    It is one of httpx or httpx2, as the library's version has it; both know only a time between two pieces.
    """

    def limit(response: Any) -> None:
        response.stream = _ending(response.stream, seconds)

    return openai.DefaultHttpxClient(event_hooks={"response": [limit]})


def _ending(stream: Any, seconds: float) -> Any:
    """The response's stream up to the end of its time. Reading it then raises TimeoutError."""
    ends = time.monotonic() + seconds
    (kind,) = (base for base in type(stream).__mro__ if base.__name__ == "SyncByteStream")

    class Ending(kind):  # type: ignore[misc,valid-type]
        def __iter__(self) -> Iterator[bytes]:
            for piece in stream:
                if time.monotonic() > ends:
                    raise TimeoutError(f"the response took more than {seconds:g} seconds")
                yield piece

        def close(self) -> None:
            stream.close()

    return Ending()
