"""`/v1/documents`: what is in the corpus, and the stored text that quotes are cut from."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self
from urllib.parse import quote, urlencode

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api import examples
from assistant.api.service import Service
from vectorstore.errors import InvalidInputError, NotFoundError
from vectorstore.records import Document
from vectorstore.text.normalise import clean, fold

MAX_TEXT = 200_000  # characters of one text answer
VersionParam = Annotated[int | None, Query(ge=1, le=1_000_000, description="Phiên bản; bỏ trống: bản hiện hành")]
IdParam = Annotated[str, Path(min_length=1, max_length=200)]


class RelationInfo(BaseModel):
    """What one document says it does to another."""

    kind: str
    symbol: str
    provision: str | None
    start: int
    end: int


class DocumentInfo(BaseModel):
    """The metadata of one document version; null where the document does not tell."""

    document_id: str
    version: int
    source: str
    title: str
    collection: str
    kind: str | None
    symbol: str | None
    organ: str | None
    level: str | None
    place: str | None
    issue_date: date | None
    published_date: date | None
    event_date: date | None
    period: str | None
    signer: str | None
    status: str
    pages: int | None
    warnings: tuple[str, ...]
    relations: tuple[RelationInfo, ...]

    @classmethod
    def of(cls, document: Document) -> Self:
        """The public metadata of a stored document."""
        names = DocumentInfo.model_fields.keys() - {"relations"}
        relations = tuple(
            RelationInfo(kind=r.kind, symbol=r.symbol, provision=r.provision, start=r.start, end=r.end)
            for r in document.relations
        )
        fields = {name: getattr(document, name) for name in names}
        return cls(**fields, relations=relations, **cls._more(document))

    @classmethod
    def _more(cls, document: Document) -> dict[str, Any]:
        return {}


class DocumentDetail(DocumentInfo):
    """The metadata of one document, with the length of its text."""

    length: int = Field(description="Characters of the stored text")

    @classmethod
    def _more(cls, document: Document) -> dict[str, Any]:
        return {"length": len(document.text)}


class DocumentPage(BaseModel):
    """Part of a list of documents; `total` counts all that match."""

    total: int
    offset: int
    limit: int
    documents: tuple[DocumentInfo, ...]


class DocumentFilter(BaseModel):
    """Which documents to list. Text filters ignore case and diacritics."""

    model_config = ConfigDict(extra="forbid")

    organ: str | None = Field(None, max_length=200, description="Cơ quan ban hành (một phần tên cũng được)")
    doc_type: str | None = Field(None, max_length=100, description="Loại văn bản: Báo cáo, Nghị quyết…")
    year: int | None = Field(None, ge=1900, le=2200)
    collection: str | None = Field(None, max_length=200)
    offset: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(50, ge=1, le=500)

    def matches(self, document: Document) -> bool:
        """Whether a document passes every filter that is set."""
        year = document.best_date.year if document.best_date else None
        return (
            (self.collection is None or self.collection == document.collection)
            and (self.organ is None or _folded(self.organ) in fold(document.organ or ""))
            and (self.doc_type is None or _folded(self.doc_type) == fold(document.kind or ""))
            and (self.year is None or self.year == year)
        )


class DocumentText(BaseModel):
    """A span of the stored text with what stands before and after it."""

    document_id: str
    version: int
    title: str
    start: int
    end: int
    text: str
    before: str
    after: str
    length: int = Field(description="Characters of the whole stored text")


class Span(BaseModel):
    """Which part of the text to return; offsets count Unicode characters of the stored text."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(None, ge=1, le=1_000_000)
    start: int = Field(0, ge=0)
    end: int | None = Field(None, ge=0)
    around: int = Field(300, ge=0, le=5000, description="Most characters of surrounding text on each side")


def document_routes(service: Service) -> APIRouter:
    """The routes about documents."""
    router = APIRouter(prefix="/v1/documents", tags=["Văn bản"])

    @router.get("", summary="Danh sách văn bản trong kho")
    async def documents(request: Request, selection: Annotated[DocumentFilter, Query()]) -> DocumentPage:
        stored = await anyio.to_thread.run_sync(service.seen_by(request).assistant.store.listing)
        found = [document for document in stored if selection.matches(document)]
        page = found[selection.offset : selection.offset + selection.limit]
        return DocumentPage(
            total=len(found),
            offset=selection.offset,
            limit=selection.limit,
            documents=tuple(DocumentInfo.of(document) for document in page),
        )

    @router.get("/{document_id}", responses=examples.NOT_FOUND, summary="Thông tin một văn bản")
    async def document(request: Request, document_id: IdParam, version: VersionParam = None) -> DocumentDetail:
        return DocumentDetail.of(await find_document(service.seen_by(request), document_id, version))

    @router.get(
        "/{document_id}/text", response_model=DocumentText, responses=examples.NOT_FOUND, summary="Nguyên văn một đoạn"
    )
    async def text(request: Request, document_id: IdParam, span: Annotated[Span, Query()]) -> Any:
        document = await find_document(service.seen_by(request), document_id, span.version)
        found = cut(document, span)
        page: str | None = getattr(request.app.state, "document_page", None)
        if page and "text/html" in request.headers.get("accept", ""):
            # A person followed the link of a citation: show the page that marks the sentence.
            query = urlencode({"version": document.version, "start": found.start, "end": found.end})
            place = quote(document.document_id, safe="")
            return RedirectResponse(f"{request.scope.get('root_path', '')}{page}/{place}?{query}#quote", 303)
        return found

    return router


async def find_document(service: Service, document_id: str, version: int | None) -> Document:
    """The stored document. Raises NotFoundError."""
    found = await anyio.to_thread.run_sync(service.assistant.store.document, document_id, version)
    if found is None:
        raise NotFoundError(
            "Không có văn bản này trong kho. Xem danh sách tại /v1/documents.",
            "There is no such document. See /v1/documents for the list.",
        )
    return found


def cut(document: Document, span: Span) -> DocumentText:
    """The span of a document's text with its surroundings. Raises InvalidInputError for a span outside it."""
    length = len(document.text)
    end = min(length, span.start + MAX_TEXT) if span.end is None else span.end
    if not span.start <= end <= length or end - span.start > MAX_TEXT:
        raise InvalidInputError(
            f"Đoạn {span.start}–{end} không nằm trong văn bản dài {length} ký tự hoặc dài quá {MAX_TEXT} ký tự.",
            f"Span {span.start}–{end} is outside the text of {length} characters or over {MAX_TEXT} characters.",
        )
    return DocumentText(
        document_id=document.document_id,
        version=document.version,
        title=document.title,
        start=span.start,
        end=end,
        text=document.text[span.start : end],
        before=document.text[max(0, span.start - span.around) : span.start],
        after=document.text[end : end + span.around],
        length=length,
    )


def _folded(text: str) -> str:
    return fold(clean(text).strip())
