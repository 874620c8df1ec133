"""An HTTP client whose responses end in time, also those of a server that sends a sign of life for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import openai


class _Ending(httpx.SyncByteStream):
    """A response's stream up to the end of its time. httpx knows only a time between two pieces."""

    def __init__(self, stream: httpx.SyncByteStream, seconds: float) -> None:
        self._stream, self._seconds = stream, seconds
        self._ends = time.monotonic() + seconds

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if time.monotonic() > self._ends:
                raise httpx.ReadTimeout(f"the response took more than {self._seconds:g} seconds")
            yield piece

    def close(self) -> None:
        self._stream.close()


def ending_client(seconds: float) -> httpx.Client:
    """The client that OpenAI's library makes by itself, but no response takes more than so many seconds."""

    def limit(response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Ending(response.stream, seconds)

    return openai.DefaultHttpxClient(event_hooks={"response": [limit]})
