"""Doing one thing beside another while a question is answered: both indexes are searched at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
_POOL = ThreadPoolExecutor(4, thread_name_prefix="aside")  # of all questions; where it is busy, one waits a little


@contextmanager
def aside(action: Callable[[], T]) -> Iterator[Future[T]]:
    """Run `action` in another thread meanwhile; it has ended when this does, so that what it uses may be closed."""
    future = _POOL.submit(copy_context().run, action)
    try:
        yield future
    finally:
        wait([future])
