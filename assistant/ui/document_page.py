"""`/documents/{id}`: a stored document as HTML, opened at the cited sentence."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.service import Service
from assistant.ui.render import document_html
from assistant.ui.strings import texts
from vectorstore.errors import NotFoundError

# Stored text is shown to people who trust it: nothing in it may run, load or be framed elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class View(BaseModel):
    """Which version to show, and which span of it to mark."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=1, le=1_000_000)
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    fragment: bool = False
    lang: str = Field("vi", max_length=5)


def document_pages(service: Service) -> APIRouter:
    """The route that shows documents; with `fragment`, only the part that goes into the chat's panel."""
    router = APIRouter(include_in_schema=False)

    @router.get("/documents/{document_id}")
    async def page(
        request: Request, document_id: Annotated[str, Path(max_length=200)], view: Annotated[View, Query()]
    ) -> HTMLResponse:
        store = service.seen_by(request).assistant.store
        document = await anyio.to_thread.run_sync(store.document, document_id, view.version)
        if document is None:
            raise NotFoundError("Không có văn bản này trong kho.", "There is no such document.")
        whole = not view.fragment
        html = document_html(document, view.start, view.end, texts(view.lang), whole_page=whole)
        return HTMLResponse(html, headers=HEADERS)

    return router
