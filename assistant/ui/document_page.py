"""`/documents/{id}`: a stored document as HTML, opened at the cited sentence; pages of PDFs also as pictures."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.corpus_changes import Library
from assistant.api.original_file import original_file
from assistant.api.service import Service
from assistant.ui.page_image import page_of, page_picture
from assistant.ui.render import Original, document_html
from assistant.ui.strings import texts
from vectorstore.errors import NotFoundError
from vectorstore.records import Document

# Stored text is shown to people who trust it: nothing in it may run, load or be framed elsewhere.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
IdParam = Annotated[str, Path(max_length=200)]


class View(BaseModel):
    """Which version to show, and which span of it to mark."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=1, le=1_000_000)
    start: int = Field(0, ge=0)
    end: int = Field(0, ge=0)
    page: int | None = Field(None, ge=1, le=100_000)
    fragment: bool = False
    lang: str = Field("vi", max_length=5)


def document_pages(service: Service, library: Library | None) -> APIRouter:
    """The routes that show documents; with `fragment`, only the part that goes into the chat's panel."""
    router = APIRouter(include_in_schema=False)

    def find(request: Request, document_id: str, view: View) -> tuple[Document, tuple[FilePath, str] | None]:
        store = service.seen_by(request).assistant.store
        document = store.document(document_id, view.version)
        if document is None:
            raise NotFoundError("Không có văn bản này trong kho.", "There is no such document.")
        return document, original_file(store, library, document)

    @router.get("/documents/{document_id}")
    async def page(request: Request, document_id: IdParam, view: Annotated[View, Query()]) -> HTMLResponse:
        document, file = await anyio.to_thread.run_sync(find, request, document_id, view)
        original = Original(file[1], _is_pdf(file[1])) if file else None
        whole = not view.fragment
        html = document_html(
            document, view.start, view.end, texts(view.lang), whole_page=whole, original=original, page=view.page
        )
        return HTMLResponse(html, headers=HEADERS)

    @router.get("/documents/{document_id}/page.png")
    async def picture(request: Request, document_id: IdParam, view: Annotated[View, Query()]) -> Response:
        document, file = await anyio.to_thread.run_sync(find, request, document_id, view)
        quote = document.text[view.start : view.end]
        png = await anyio.to_thread.run_sync(_picture, file[0], quote, view.page) if file and _is_pdf(file[1]) else None
        if png is None:
            raise NotFoundError("Không có ảnh của trang này.", "There is no picture of this page.")
        return Response(png, media_type="image/png", headers={**HEADERS, "Cache-Control": "private, max-age=600"})

    return router


def _picture(path: FilePath, quote: str, hint: int | None) -> bytes | None:
    return page_picture(path, page_of(path, quote, hint), quote)


def _is_pdf(name: str) -> bool:
    return name.lower().endswith(".pdf")
