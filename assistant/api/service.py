"""What every route works with: the assistant behind its admission gate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio.to_thread

from assistant.api.admission import Admission
from assistant.api.feed import feed
from assistant.api.protocol import AssistantLike
from assistant.types import Event, Query
from vectorstore.errors import InvalidInputError
from vectorstore.text.normalise import clean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """The assistant as the routes see it."""

    assistant: AssistantLike
    admission: Admission

    async def run(self, work: Callable[[], T]) -> T:
        """`work` in a thread, once there is a place for it. Raises BusyError."""
        async with self.admission.place():
            return await anyio.to_thread.run_sync(work)

    async def stream(self, query: Query) -> AsyncIterator[Event]:
        """The events of a question, once there is a place for it. Raises BusyError."""
        await self.admission.enter()
        return feed(lambda: self.assistant.stream(query), self.admission.leave)


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
