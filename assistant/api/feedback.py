"""`/v1/feedback`: what readers think of answers, one JSON line each, as `python -m eval feedback` reads it."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

import anyio.to_thread
from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, BeforeValidator, Field, StrictBool

from assistant.api.gate import reader_of
from assistant.types import MAX_QUESTION_CHARS, Answer, Turn, Value

Reason = Literal[
    "wrong", "incomplete", "wrong_source", "outdated", "should_abstain", "should_answer", "unclear", "other"
]


def _as_sent(value: object) -> object:
    """An answer comes back exactly as it was given: no "0.5" or true for a number."""
    return Answer.model_validate_json(json.dumps(value), strict=True) if isinstance(value, dict) else value


class Judgement(Value):
    """A thumb, with what would have been right where the answer was not."""

    rating: Literal["up", "down"]
    reason: Reason | None = None
    corrected_answer: str | None = Field(None, max_length=4000)
    corrected_source: str | None = Field(None, max_length=500, description="Tên tệp lẽ ra phải dẫn")
    corrected_unanswerable: StrictBool = Field(False, description="Lẽ ra phải báo là không có trong kho")
    comment: str = Field("", max_length=4000)


class Opinion(Judgement):
    """A judgement of an answer, with the question it was given to."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    history: tuple[Turn, ...] = Field((), max_length=50)
    answer: Annotated[Answer, BeforeValidator(_as_sent)] = Field(
        description="Câu trả lời như máy chủ đã trả, nguyên vẹn"
    )


class Receipt(BaseModel):
    """The number under which the feedback is kept."""

    id: str


class FeedbackFile:
    """JSON lines, in a file only its owner can read: it holds questions. `path` None forgets them."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()

    def add(self, opinion: Opinion, owner: str) -> str:
        """Append one line; gives its id."""
        row = {
            "id": uuid4().hex,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "key": owner,
            **opinion.model_dump(mode="json"),
        }
        line = json.dumps(row, ensure_ascii=False) + "\n"
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)  # other processes of the server write here as well
                    file.write(line)
        return str(row["id"])


def feedback_routes(file: FeedbackFile) -> APIRouter:
    """The route that takes feedback."""
    router = APIRouter(prefix="/v1", tags=["Hỏi đáp"])

    @router.post("/feedback", status_code=201, summary="Góp ý về một câu trả lời")
    async def feedback(request: Request, opinion: Annotated[Opinion, Body()]) -> Receipt:
        return Receipt(id=await anyio.to_thread.run_sync(file.add, opinion, reader_of(request).id))

    return router
