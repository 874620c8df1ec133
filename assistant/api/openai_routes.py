"""`/v1/chat/completions` and `/v1/models`, for clients that speak OpenAI's format."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse, Response

from assistant.api import examples
from assistant.api.answering import event_stream
from assistant.api.openai_types import MODELS, ChatRequest, Completion, source_list
from assistant.api.problems import stream_problem
from assistant.api.service import Service, clean_query
from assistant.types import Delta, Done, Event
from vectorstore.errors import NotFoundError


def openai_routes(service: Service) -> APIRouter:
    """The routes of the OpenAI format."""
    router = APIRouter(prefix="/v1", tags=["Tương thích OpenAI"])

    @router.post("/chat/completions", responses=examples.CHAT_RESPONSES, summary="Hỏi đáp theo định dạng OpenAI")
    async def chat(request: Request, body: Annotated[ChatRequest, Body(openapi_examples=examples.CHAT)]) -> Response:
        query = clean_query(body.query())
        seen = service.seen_by(request)
        completion = Completion(body, uuid4().hex, str(request.base_url))
        if not body.stream:
            answer = await seen.run(lambda: seen.assistant.ask(query))
            return JSONResponse(completion.whole(answer))
        events = await seen.stream(query)
        first = await anext(events)  # what fails before the first event is an ordinary problem
        return event_stream(seen, _chunks(completion, first, events, request))

    @router.get("/models", summary="Các mô hình")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model(name) for name in MODELS]}

    @router.get("/models/{name}", responses=examples.NOT_FOUND, summary="Một mô hình")
    async def model(name: str) -> dict[str, Any]:
        if name not in MODELS:
            raise NotFoundError("Không có mô hình này; xem /v1/models.", "No such model; see /v1/models.")
        return _model(name)

    return router


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "policy-assistant"}


async def _chunks(
    completion: Completion, first: Event, events: AsyncIterator[Event], request: Request
) -> AsyncIterator[dict[str, str]]:
    """The data lines of a streamed completion, [DONE] at the end."""
    yield _data(completion.chunk({"role": "assistant", "content": ""}))
    sent = ""
    try:
        async for event in _all(first, events):
            if isinstance(event, Delta):
                sent += event.text
                yield _data(completion.chunk({"content": event.text}))
            elif isinstance(event, Done):
                rest = _rest(event.answer.answer, sent) + source_list(event.answer.citations)
                if rest:
                    sent += rest
                    yield _data(completion.chunk({"content": rest}))
                yield _data(completion.last_chunk(event.answer))
    except Exception as error:
        yield _data(stream_problem(error, request).model_dump(exclude_none=True))
        return
    if completion.request.stream_options and completion.request.stream_options.include_usage:
        yield _data(completion.usage_chunk(sent))
    yield {"data": "[DONE]"}


async def _all(first: Event, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    yield first
    async for event in events:
        yield event


def _rest(answer: str, sent: str) -> str:
    """What is still to be sent. Sent text cannot be taken back: an answer that turned out otherwise follows it."""
    if answer.startswith(sent):
        return answer[len(sent) :]
    if answer.strip() == sent.strip():
        return ""
    return f"\n\n{answer}"


def _data(value: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(value, ensure_ascii=False)}
