"""Conversations that are kept: each answered question is stored for whoever asked it, and can be reopened."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.conversation_store import ConversationStore, Limits
from assistant.api.gate import reader_of
from assistant.types import Value
from assistant.ui.desk import Asking
from assistant.ui.filters import Scope
from assistant.ui.own_page import FRAGMENT, from_own_page
from assistant.ui.render import template_html
from assistant.ui.strings import texts
from assistant.ui.turns import Exchange
from vectorstore.errors import NotFoundError
from vectorstore.text.normalise import clean

PAGE = 50
IdParam = Annotated[str, Path(min_length=1, max_length=100)]


class Selection(BaseModel):
    """Which conversations to list."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=200)
    most: int = Field(PAGE, ge=1, le=2000)
    lang: str = Field("vi", max_length=5)
    part: bool = False


class NewName(Value):
    """What a conversation is to be called."""

    title: str = Field(min_length=1, max_length=200)


def keep(store: ConversationStore, owner: str, asking: Asking, exchange: Exchange) -> None:
    """Store an answered exchange; the first one of a conversation makes it."""
    assert exchange.answer is not None
    conversation, question = exchange.conversation, exchange.question
    if not any(earlier.kept for earlier in asking.earlier) and asking.replaces is None:
        store.create(owner, "", conversation)
    with suppress(NotFoundError):  # deleted meanwhile: it stays deleted
        limits = Limits(filters=exchange.scope.filters, as_of=exchange.scope.as_of)
        store.add(owner, conversation, question, exchange.answer, asking.replaces, limits)


def reopened(store: ConversationStore, owner: str, conversation: str) -> list[Exchange]:
    """The exchanges of a kept conversation. Raises NotFoundError."""
    _, exchanges = store.get(owner, conversation)
    return [
        Exchange(
            number=number,
            question=exchange.question,
            conversation=conversation,
            scope=Scope(exchange.limits.filters, exchange.limits.as_of),
            answer=exchange.answer,
            kept=True,
            judgement=exchange.judgement,
        )
        for number, exchange in enumerate(exchanges, start=1)
    ]


def kept_routes(store: ConversationStore) -> APIRouter:
    """The list of kept conversations as part of the page, and what can be done with one."""
    router = APIRouter(prefix="/kept", include_in_schema=False)
    run = anyio.to_thread.run_sync
    own_page = [Depends(from_own_page)]

    @router.get("")
    async def listed(request: Request, selection: Annotated[Selection, Query()]) -> HTMLResponse:
        sought = clean(selection.q).strip()
        total, found = await run(store.page, reader_of(request).id, sought, 0, selection.most)
        html = template_html(
            "kept_list.html" if selection.part else "kept.html",
            t=texts(selection.lang), conversations=found, total=total, q=sought, page=PAGE,
        )  # fmt: skip
        return HTMLResponse(html, headers=FRAGMENT)

    @router.post("/{conversation_id}/title", dependencies=own_page, status_code=204)
    async def rename(request: Request, conversation_id: IdParam, name: NewName) -> Response:
        await run(store.rename, reader_of(request).id, conversation_id, clean(name.title).strip())
        return Response(status_code=204)

    @router.delete("/{conversation_id}", dependencies=own_page, status_code=204)
    async def delete(request: Request, conversation_id: IdParam) -> Response:
        await run(store.delete, reader_of(request).id, conversation_id)
        return Response(status_code=204)

    return router
