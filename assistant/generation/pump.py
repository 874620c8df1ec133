"""Runs a chat model's stream in a thread, so that a deadline holds whatever the model or its server does."""

from __future__ import annotations

import contextlib
import contextvars
import time
from collections.abc import Iterator, Sequence
from queue import Empty, Full, Queue
from threading import BoundedSemaphore, Event, Thread
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from tenacity import Retrying, retry_if_exception_type, sleep_using_event, stop_after_attempt, wait_exponential

from assistant.generation.errors import GenerationError

_END = object()


class Pump:
    """Streams text of `model`: at most `concurrency` at a time, each within `timeout_s` seconds in all.

    A request that fails before its first word is tried again, `attempts` times in all.
    """

    def __init__(self, model: BaseChatModel, *, timeout_s: float, concurrency: int, attempts: int) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._slots = BoundedSemaphore(concurrency)

    def stream(self, messages: Sequence[BaseMessage]) -> Iterator[str]:
        """Pieces of the answer as they come. Raises GenerationError on failure, silence or a passed deadline."""
        deadline = time.monotonic() + self._timeout_s
        if not self._slots.acquire(timeout=self._timeout_s):
            raise _busy(self._timeout_s)
        queue: Queue[Any] = Queue(maxsize=256)
        stop = Event()
        context = contextvars.copy_context()  # LangChain callbacks and traces follow into the thread
        worker = Thread(target=context.run, args=(self._work, list(messages), queue, stop), daemon=True)
        worker.start()
        try:
            yield from _drain(queue, deadline, self._timeout_s)
        finally:
            stop.set()

    def _work(self, messages: list[BaseMessage], queue: Queue[Any], stop: Event) -> None:
        # The slot is given back when the request is really over, not when its reader has gone.
        try:
            first, rest = self._opened(messages, stop)
            _put(queue, first, stop)
            for piece in rest:
                if stop.is_set():
                    break
                _put(queue, piece, stop)
            _put(queue, _END, stop)
        except Exception as error:  # whatever a provider's client raises becomes one GenerationError
            _put(queue, error, stop)
        finally:
            self._slots.release()

    def _opened(self, messages: list[BaseMessage], stop: Event) -> tuple[str, Iterator[str]]:
        """The first piece, asked for until it comes, and the rest."""
        for attempt in Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=wait_exponential(multiplier=0.1, max=2),
            retry=retry_if_exception_type(Exception),
            sleep=sleep_using_event(stop),
            reraise=True,
        ):
            with attempt:
                pieces = self._pieces(messages)
                return next(pieces, ""), pieces
        raise AssertionError("tenacity either returns or raises")

    def _pieces(self, messages: list[BaseMessage]) -> Iterator[str]:
        for chunk in self._model.stream(messages):
            if text := str(chunk.text):
                yield text


def _put(queue: Queue[Any], item: Any, stop: Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(Full):
            queue.put(item, timeout=0.2)
            return


def _drain(queue: Queue[Any], deadline: float, timeout_s: float) -> Iterator[str]:
    silent = True
    while True:
        try:
            item = queue.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            raise GenerationError(
                f"Mô hình ngôn ngữ không trả lời xong trong {timeout_s:g} giây.",
                f"The language model did not finish within {timeout_s:g} seconds.",
            ) from None
        if isinstance(item, Exception):
            raise GenerationError(
                f"Mô hình ngôn ngữ gặp lỗi: {_reason(item)}.", f"The language model failed: {_reason(item)}."
            ) from item
        if item is _END:
            break
        silent = silent and not item.strip()
        yield item
    if silent:
        raise GenerationError("Mô hình ngôn ngữ không trả lời gì.", "The language model said nothing.")


def _reason(error: Exception) -> str:
    """Name and first line of an error: enough to act on, without a server's whole error page."""
    first = str(error).strip().splitlines()[:1]
    return f"{type(error).__name__} {first[0][:160] if first else ''}".strip().rstrip(".")


def _busy(timeout_s: float) -> GenerationError:
    return GenerationError(
        f"Mô hình ngôn ngữ đang bận, không nhận thêm câu hỏi trong {timeout_s:g} giây.",
        f"The language model is busy; no free slot within {timeout_s:g} seconds.",
    )
