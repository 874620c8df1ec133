"""What every route works with: the assistant behind its admission gate, as the reader of the request may see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import Request

from assistant.access import Reader
from assistant.api.admission import Admission
from assistant.api.feed import feed
from assistant.api.gate import reader_of, route_path
from assistant.api.protocol import AssistantLike
from assistant.audit import AuditLog, Recorded
from assistant.types import Event, Query
from vectorstore.errors import InvalidInputError, PolicyError
from vectorstore.text.normalise import clean

T = TypeVar("T")
_MOST_VIEWS = 256


def channel(path: str) -> str:
    """Where a question of this address was asked, as the record names it."""
    if path.startswith("/v1/chat/"):
        return "openai"
    if path.startswith("/v1/conversations"):
        return "conversation"
    return "api" if path.startswith("/v1") else "chat"


class TimeLimitError(PolicyError):
    """The answer took longer than the server gives it."""

    slug = "time-limit"
    http_status = 504

    def __init__(self) -> None:
        super().__init__(
            "Trả lời quá lâu nên đã dừng. Hãy hỏi gọn hơn hoặc thử lại sau.",
            "The answer took too long and was given up. Ask more briefly, or try again later.",
        )


@dataclass(frozen=True, slots=True)
class Service:
    """The assistant as the routes see it. Routes use `seen_by(request)`, never the assistant of everything."""

    assistant: AssistantLike
    admission: Admission
    audit: AuditLog
    views: dict[frozenset[str], AssistantLike] = field(default_factory=dict)

    def seen_by(self, request: Request) -> Service:
        """The service as the reader of this request may use it."""
        return self.limited_to(reader_of(request), channel(route_path(request)))

    def limited_to(self, reader: Reader, channel: str) -> Service:
        """The service over what the reader may see, nothing else exists in it; what it answers goes on record."""
        return replace(self, assistant=Recorded(self._view(reader), self.audit, reader, channel))

    def _view(self, reader: Reader) -> AssistantLike:
        if reader.collections is None:
            return self.assistant
        if reader.collections not in self.views:
            if len(self.views) >= _MOST_VIEWS:
                self.views.clear()
            self.views[reader.collections] = self.assistant.limited_to(reader.collections)
        return self.views[reader.collections]

    async def run(self, work: Callable[[], T]) -> T:
        """`work` in a thread, once there is a place for it. Raises BusyError, TimeLimitError.

        A thread cannot be stopped: what is given up keeps its place until it has ended.
        """
        await self.admission.enter()
        task = asyncio.ensure_future(self._hold(work))
        _running.add(task)
        task.add_done_callback(_forget)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self.admission.limits.answer_s)
        except TimeoutError:
            raise TimeLimitError from None

    async def _hold(self, work: Callable[[], T]) -> T:
        try:
            return await anyio.to_thread.run_sync(work)
        finally:
            self.admission.leave()

    async def stream(self, query: Query) -> AsyncIterator[Event]:
        """The events of a question, once there is a place for it. Raises BusyError, TimeLimitError."""
        await self.admission.enter()
        events = feed(lambda: self.assistant.stream(query), self.admission.leave)
        return _within(events, self.admission.limits.answer_s)


_running: set[asyncio.Future[Any]] = set()  # the event loop keeps only weak references to tasks


def _forget(task: asyncio.Future[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # of work that was given up, nobody else asks


async def _within(events: AsyncIterator[Event], seconds: float) -> AsyncIterator[Event]:
    """The events as they come. Raises TimeLimitError when the last has not come in time."""
    ends = anyio.current_time() + seconds
    source = aiter(events)
    try:
        while True:
            try:
                with anyio.fail_after(max(0.0, ends - anyio.current_time())):
                    event = await anext(source)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise TimeLimitError from None
            yield event
    finally:
        await source.aclose()  # type: ignore[attr-defined]


def clean_question(text: str) -> str:
    """A question in NFC without space around it. Raises InvalidInputError where nothing is left."""
    question = clean(text).strip()
    if not question:
        raise InvalidInputError("Câu hỏi đang để trống. Hãy nhập câu hỏi.", "The question is blank. Type a question.")
    return question


def clean_query(query: Query) -> Query:
    """The query with its question and its history in NFC. Raises InvalidInputError for a blank question."""
    history = tuple(turn.model_copy(update={"content": clean(turn.content)}) for turn in query.history)
    return query.model_copy(update={"question": clean_question(query.question), "history": history})
