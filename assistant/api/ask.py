"""`/v1/ask` and `/v1/search`: answers with citations, whole or as Server-Sent Events, and ranked passages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request
from fastapi.responses import Response
from pydantic import Field
from sse_starlette import EventSourceResponse

from assistant.api import examples
from assistant.api.problems import stream_problem
from assistant.api.service import Service, clean_query, clean_question
from assistant.types import MAX_QUESTION_CHARS, Answer, Event, Filters, Query, SearchHit, Value

EVENT_STREAM = "text/event-stream"


class SearchRequest(Value):
    """A question to find passages for."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    k: int = Field(10, ge=1, le=50, description="Most passages to return")
    filters: Filters = Filters()
    as_of: date | None = None


class SearchResponse(Value):
    """Passages, best first."""

    hits: tuple[SearchHit, ...]


def ask_routes(service: Service) -> APIRouter:
    """The routes that answer and search."""
    router = APIRouter(prefix="/v1", tags=["Hỏi đáp"])

    @router.post(
        "/ask", response_model=Answer, responses=examples.ASK_RESPONSES, summary="Hỏi và nhận câu trả lời có dẫn nguồn"
    )
    async def ask(
        request: Request,
        query: Annotated[Query, Body(openapi_examples=examples.ASK)],
        accept: Annotated[str, Header(description="`text/event-stream` để nhận theo luồng")] = "application/json",
    ) -> Any:
        query = clean_query(query)
        if EVENT_STREAM in accept:
            return await _streamed(service, query, request)
        return _json(await service.run(lambda: service.assistant.ask(query)))

    @router.post("/search", response_model=SearchResponse, summary="Tìm đoạn văn bản liên quan")
    async def search(body: Annotated[SearchRequest, Body(openapi_examples=examples.SEARCH)]) -> Any:
        question = clean_question(body.question)
        find = service.assistant.search
        hits = await service.run(lambda: find(question, body.k, body.filters, body.as_of))
        return _json(SearchResponse(hits=tuple(hits)))

    return router


def _json(value: Value) -> Response:
    # Straight from the typed value: FastAPI would validate what has been validated already.
    return Response(value.model_dump_json(), media_type="application/json")


async def _streamed(service: Service, query: Query, request: Request) -> EventSourceResponse:
    """Server-Sent Events `stage`, `delta`, `done`. What fails before the first event is an ordinary problem."""
    events = await service.stream(query)
    first = await anext(events, None)

    async def messages() -> AsyncIterator[dict[str, str]]:
        try:
            if first is not None:
                yield _message(first)
            async for event in events:
                yield _message(event)
        except Exception as error:
            yield {"event": "error", "data": stream_problem(error, request).model_dump_json(exclude_none=True)}

    return EventSourceResponse(messages(), headers={"X-Accel-Buffering": "no"})


def _message(event: Event) -> dict[str, str]:
    return {"event": event.event, "data": event.model_dump_json()}
