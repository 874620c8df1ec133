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
from tenacity import (
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    stop_any,
    stop_when_event_set,
    wait_exponential,
)  # fmt: skip

from assistant.generation.errors import GenerationError

_END = object()
_SLOW = 2  # requests in a row that were not done in time; then the model is left alone for a while
_PAUSE_S = 60
_FINISH = ("finish_reason", "stop_reason", "done_reason", "stopReason")  # as providers call it
_CUT = ("length", "max_tokens", "model_length")
_WHOLE = (".", "!", "?", "…", ";", ":", "\n", "]", "】", ")", '"', "”")


class Pump:
    """Streams text of `model`: at most `concurrency` at a time, each within `timeout_s` seconds in all.

    A request that fails before its first word is tried again, `attempts` times in all. A model that does not answer in
    time, twice in a row, is not asked for a minute, so that nobody else waits for it.
    """

    def __init__(self, model: BaseChatModel, *, timeout_s: float, concurrency: int, attempts: int) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._slots = BoundedSemaphore(concurrency)
        self._slow = 0
        self._resumed = 0.0  # when it may be asked again

    def stream(self, messages: Sequence[BaseMessage], share: float = 1.0) -> Iterator[str]:
        """Pieces of the answer as they come, within this share of the time.

        Raises GenerationError on failure, silence, an answer that is cut off, or a passed deadline.
        """
        timeout_s = self._timeout_s * share
        deadline = time.monotonic() + timeout_s
        if time.monotonic() < self._resumed:
            raise _resting()
        if not self._slots.acquire(timeout=timeout_s):
            raise _busy(timeout_s)
        queue: Queue[Any] = Queue(maxsize=256)
        stop = Event()
        context = contextvars.copy_context()  # LangChain callbacks and traces follow into the thread
        worker = Thread(target=context.run, args=(self._work, list(messages), queue, stop), daemon=True)
        worker.start()
        try:
            yield from _drain(queue, deadline, timeout_s)
            self._slow = 0
        except _SlowError:
            self._slow += 1
            if self._slow >= _SLOW:
                self._resumed = time.monotonic() + _PAUSE_S
            raise
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
            stop=stop_any(stop_after_attempt(self._attempts), stop_when_event_set(stop)),
            wait=wait_exponential(multiplier=0.3, max=2),
            retry=retry_if_exception_type(Exception),
            sleep=sleep_using_event(stop),
            reraise=True,
        ):
            with attempt:
                pieces = self._pieces(messages, stop)
                return next(pieces, ""), pieces
        raise AssertionError("tenacity either returns or raises")

    def _pieces(self, messages: list[BaseMessage], stop: Event) -> Iterator[str]:
        finished, last = "", ""
        for chunk in self._model.stream(messages):
            if stop.is_set():  # also where nothing but empty pieces comes
                return
            finished = next((str(end) for key in _FINISH if (end := chunk.response_metadata.get(key))), finished)
            if text := str(chunk.text):
                last = text
                yield text
        if finished.lower() in _CUT or (last and not finished and not last.rstrip(" ").endswith(_WHOLE)):
            raise GenerationError("Mô hình ngôn ngữ dừng giữa chừng.", "The language model stopped in the middle.")


class _SlowError(GenerationError):
    """The deadline passed."""


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
            raise _SlowError(
                f"Mô hình ngôn ngữ không trả lời xong trong {timeout_s:g} giây.",
                f"The language model did not finish within {timeout_s:g} seconds.",
            ) from None
        if isinstance(item, GenerationError):
            raise item
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
    """Name and HTTP status of an error: enough to act on. What a server says besides may repeat the key it was sent."""
    status = getattr(error, "status_code", None)
    return f"{type(error).__name__} {status or ''}".strip()


def _resting() -> GenerationError:
    return GenerationError(
        "Mô hình ngôn ngữ trả lời quá chậm nên tạm thời không được hỏi.",
        "The language model has been too slow and is not asked for the moment.",
    )


def _busy(timeout_s: float) -> GenerationError:
    return GenerationError(
        f"Mô hình ngôn ngữ đang bận, không nhận thêm câu hỏi trong {timeout_s:g} giây.",
        f"The language model is busy; no free slot within {timeout_s:g} seconds.",
    )
