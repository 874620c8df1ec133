"""Runs a synchronous event source in one worker thread and hands its events to async code as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import anyio
import anyio.from_thread
import anyio.to_thread
from anyio.streams.memory import MemoryObjectSendStream

from assistant.types import Event

_BUFFER = 64
_running: set[asyncio.Task[None]] = set()  # the event loop keeps only weak references to tasks


async def feed(start: Callable[[], Iterator[Event]], finished: Callable[[], None]) -> AsyncIterator[Event]:
    """Events of `start()`; `finished` is called once its thread has ended, also when the reader leaves early.

    One thread runs the whole source, so context variables and database handles it uses stay where they began.
    Errors of the source are raised to the reader.
    """
    send, receive = anyio.create_memory_object_stream[Event | Exception](_BUFFER)
    task = asyncio.create_task(_run(start, send, finished))
    _running.add(task)
    task.add_done_callback(_running.discard)
    with receive:
        async for item in receive:
            if isinstance(item, Exception):
                raise item
            yield item


async def _run(
    start: Callable[[], Iterator[Event]],
    send: MemoryObjectSendStream[Event | Exception],
    finished: Callable[[], None],
) -> None:
    try:
        with send:
            await anyio.to_thread.run_sync(_produce, start, send)
    finally:
        finished()


def _produce(start: Callable[[], Iterator[Event]], send: MemoryObjectSendStream[Event | Exception]) -> None:
    try:
        events = start()
        try:
            for event in events:
                anyio.from_thread.run(send.send, event)
        finally:
            # A generator that is closed when the reader has gone stops its model call as well.
            getattr(events, "close", lambda: None)()
    except anyio.BrokenResourceError:
        return
    except Exception as error:
        try:
            anyio.from_thread.run(send.send, error)
        except anyio.BrokenResourceError:
            return
