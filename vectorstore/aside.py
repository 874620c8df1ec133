"""Doing one thing beside another, where most of the time of both is spent outside Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def aside(action: Callable[[], T]) -> Iterator[Future[T]]:
    """Run `action` in a thread of its own meanwhile; it has ended when this does, so what it uses may be closed then.

    A new thread takes 0.1 ms, never waits for its turn, and is not missing in a process that was forked.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(action())
        except BaseException as error:  # for whoever asks for the result
            future.set_exception(error)

    thread = Thread(target=copy_context().run, args=(run,), name="aside")
    thread.start()
    try:
        yield future
    finally:
        thread.join()
