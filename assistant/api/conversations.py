"""`/v1/conversations`: conversations that the server remembers, to be continued, listed and deleted."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api import examples
from assistant.api.answering import answer_response
from assistant.api.conversation_store import Conversation, ConversationStore, Exchange, Limits, history
from assistant.api.gate import reader_of
from assistant.api.service import Service, clean_query
from assistant.types import MAX_QUESTION_CHARS, Answer, Filters, IsoDate, Mode, Value
from assistant.types import Query as Question
from vectorstore.text.normalise import clean

IdParam = Annotated[str, Path(min_length=1, max_length=100)]


class NewConversation(Value):
    """A conversation to begin; without a title, its first question names it."""

    title: str = Field("", max_length=200)


class FollowUp(Value):
    """A question in a conversation that the server remembers."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS)
    filters: Filters = Filters()
    as_of: IsoDate | None = None
    mode: Mode = "auto"


class ConversationInfo(BaseModel):
    """A conversation without its content."""

    id: str
    title: str
    created: str
    updated: str

    @classmethod
    def of(cls, conversation: Conversation) -> ConversationInfo:
        """What is shown of a stored conversation."""
        return cls(
            id=conversation.id, title=conversation.title, created=conversation.created, updated=conversation.updated
        )


class ExchangeInfo(BaseModel):
    """A question, what it was asked within, and its whole answer."""

    question: str
    filters: Filters
    as_of: IsoDate | None
    answer: Answer
    created: str

    @classmethod
    def of(cls, kept: Exchange) -> ExchangeInfo:
        """What is shown of a stored exchange."""
        limits = kept.limits
        return cls(
            question=kept.question, filters=limits.filters, as_of=limits.as_of, answer=kept.answer, created=kept.created
        )


class ConversationContent(ConversationInfo):
    """A conversation with all that was asked and answered."""

    exchanges: tuple[ExchangeInfo, ...]


class ConversationPage(BaseModel):
    """Part of a list of conversations; `total` counts all that match."""

    total: int
    conversations: tuple[ConversationInfo, ...]


class Selection(BaseModel):
    """Which conversations to list."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=200, description="Chữ có trong tên hoặc câu hỏi")
    offset: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(50, ge=1, le=200)


def conversation_routes(service: Service, store: ConversationStore) -> APIRouter:
    """The routes about conversations."""
    router = APIRouter(prefix="/v1/conversations", tags=["Cuộc trò chuyện"])
    run = anyio.to_thread.run_sync

    @router.post("", status_code=201, summary="Bắt đầu cuộc trò chuyện")
    async def create(request: Request, body: NewConversation) -> ConversationInfo:
        return ConversationInfo.of(await run(store.create, reader_of(request).id, clean(body.title).strip()))

    @router.get("", summary="Danh sách cuộc trò chuyện, mới nhất trước")
    async def listed(request: Request, selection: Annotated[Selection, Query()]) -> ConversationPage:
        owner = reader_of(request).id
        total, found = await run(store.page, owner, clean(selection.q), selection.offset, selection.limit)
        return ConversationPage(total=total, conversations=tuple(ConversationInfo.of(one) for one in found))

    @router.get("/{conversation_id}", responses=examples.NOT_FOUND, summary="Nội dung cuộc trò chuyện")
    async def content(request: Request, conversation_id: IdParam) -> ConversationContent:
        conversation, exchanges = await run(store.get, reader_of(request).id, conversation_id)
        shown = tuple(map(ExchangeInfo.of, exchanges))
        return ConversationContent(**ConversationInfo.of(conversation).model_dump(), exchanges=shown)

    @router.post(
        "/{conversation_id}/messages",
        response_model=Answer,
        responses={**examples.ASK_RESPONSES, **examples.NOT_FOUND},
        summary="Hỏi tiếp",
    )
    async def ask(conversation_id: IdParam, body: FollowUp, request: Request) -> Any:
        owner = reader_of(request).id
        _, exchanges = await run(store.get, owner, conversation_id)
        query = clean_query(Question(**body.model_dump(), history=history(exchanges)))
        limits = Limits(filters=query.filters, as_of=query.as_of)
        keep = partial(store.add, owner, conversation_id, query.question, limits=limits)
        return await answer_response(service.seen_by(request), query, request, keep)

    @router.delete("/{conversation_id}", status_code=204, responses=examples.NOT_FOUND, summary="Xóa cuộc trò chuyện")
    async def delete(request: Request, conversation_id: IdParam) -> Response:
        await run(store.delete, reader_of(request).id, conversation_id)
        return Response(status_code=204)

    return router
