"""`/v1/ask` and `/v1/search`: answers with citations, whole or as Server-Sent Events, and ranked passages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Request
from fastapi.responses import Response
from pydantic import Field

from assistant.api import examples
from assistant.api.answering import answer_response
from assistant.api.service import Service, clean_query, clean_question
from assistant.types import MAX_QUESTION_CHARS, Answer, Filters, IsoDate, Query, SearchHit, Value, WholeNumber


class SearchRequest(Value):
    """A question to find passages for."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    k: WholeNumber = Field(10, ge=1, le=50, description="Most passages to return")
    filters: Filters = Filters()
    as_of: IsoDate | None = None


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
        return await answer_response(service.seen_by(request), clean_query(query), request)

    @router.post("/search", response_model=SearchResponse, summary="Tìm đoạn văn bản liên quan")
    async def search(request: Request, body: Annotated[SearchRequest, Body(openapi_examples=examples.SEARCH)]) -> Any:
        question = clean_question(body.question)
        seen = service.seen_by(request)
        hits = await seen.run(lambda: seen.assistant.search(question, body.k, body.filters, body.as_of))
        return _json(SearchResponse(hits=tuple(hits)))

    return router


def _json(value: Value) -> Response:
    # Straight from the typed value: FastAPI would validate what has been validated already.
    return Response(value.model_dump_json(), media_type="application/json")
