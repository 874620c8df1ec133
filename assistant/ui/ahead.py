"""Lets the assistant work on in a thread of its own while the page is being sent what it has said so far."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event as Flag
from threading import Thread

from assistant.types import Event

_Item = Event | Exception | None  # None: it is over
Events = SimpleQueue[_Item]


@contextmanager
def reading_ahead(start: Callable[[], Iterator[Event]]) -> Iterator[Events]:
    """The events of `start()` as they come, or the error it ended with; then None.

    Whoever leaves the block ends the work: its stream is closed after the event it is at.
    """
    events: Events = SimpleQueue()
    left = Flag()
    context = contextvars.copy_context()  # traces and counters follow into the thread
    Thread(target=context.run, args=(_read, start, events, left), daemon=True).start()
    try:
        yield events
    finally:
        left.set()


def _read(start: Callable[[], Iterator[Event]], events: Events, left: Flag) -> None:
    try:
        source = start()
        try:
            for event in source:
                events.put(event)
                if left.is_set():
                    break
        finally:
            getattr(source, "close", lambda: None)()
    except Exception as error:  # raised again where the events are read
        events.put(error)
    finally:
        events.put(None)
