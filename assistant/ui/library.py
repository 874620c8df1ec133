"""`/library`: the documents as part of the page, one of them with its relations and versions, and uploads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.api.corpus_changes import Library
from assistant.api.documents import IdParam, VersionParam, find_document
from assistant.api.gate import reader_of
from assistant.api.original_file import original_file
from assistant.api.service import Service
from assistant.api.uploads import JobInfo, take
from assistant.ui import library_view as view
from assistant.ui.cards import facts, written_date
from assistant.ui.own_page import FRAGMENT, from_own_page
from assistant.ui.render import template_html
from assistant.ui.strings import Texts, texts
from vectorstore.records import Document
from vectorstore.text.normalise import clean

PAGE = 60


class Selection(BaseModel):
    """Which documents to list, and how."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=200)
    kind: str = Field("", max_length=200)
    status: str = Field("", max_length=20)
    sort: view.Sort = "newest"
    most: int = Field(PAGE, ge=1, le=100_000)
    lang: str = Field("vi", max_length=5)
    part: bool = False


Language = Annotated[str, Query(max_length=5)]


def library_pages(service: Service, library: Library | None) -> APIRouter:
    """The routes of the library tab; documents can be added where there is a `library`."""
    router = APIRouter(prefix="/library", include_in_schema=False)

    @router.get("")
    async def listed(request: Request, selection: Annotated[Selection, Query()]) -> HTMLResponse:
        documents = await anyio.to_thread.run_sync(service.seen_by(request).assistant.store.listing)
        values = await anyio.to_thread.run_sync(_list, documents, selection)
        if selection.part:
            return _html("library_list.html", **values)
        reader = reader_of(request)
        collections = sorted(reader.collections) if reader.collections is not None else None
        can_add = library is not None and reader.may("editor")
        waiting = sum(len(job.files) for job in library.jobs.unfinished()) if library and can_add else 0
        return _html(
            "library.html", **values, **_overview(documents), collections=collections, can_add=can_add, waiting=waiting
        )

    @router.get("/{document_id}")
    async def one(
        request: Request,
        document_id: IdParam,
        version: VersionParam = None,
        fragment: bool = True,
        lang: Language = "vi",
    ) -> HTMLResponse:
        seen = service.seen_by(request)
        document = await find_document(seen, document_id, version)
        store = seen.assistant.store
        found = await anyio.to_thread.run_sync(view.detail, store, document)
        original = await anyio.to_thread.run_sync(original_file, store, library, document)
        return _html("library_document.html", detail=found, original=original, **_words(texts(lang)))

    if library is not None:
        _add_uploads(router, library)
    return router


def _add_uploads(router: APIRouter, library: Library) -> None:
    @router.post("/files", status_code=202, dependencies=[Depends(from_own_page)])
    async def add(request: Request) -> JobInfo:
        return JobInfo.of(await take(request, library))

    @router.get("/jobs/{job_id}")
    async def job(
        request: Request, job_id: Annotated[str, Path(max_length=100)], lang: Language = "vi"
    ) -> HTMLResponse:
        found = await anyio.to_thread.run_sync(library.jobs.get, job_id, reader_of(request).id)
        return _html("upload_row.html", job=found, **_words(texts(lang)))


def _list(documents: Sequence[Document], selection: Selection) -> dict[str, Any]:
    t = texts(selection.lang)
    found = view.found(documents, clean(selection.q), selection.kind, selection.status, selection.sort)
    shown = found[: selection.most]
    return {
        "groups": view.grouped(shown, selection.sort, t.library.undated),
        "found": len(found), "shown": len(shown), "page": PAGE, "total": len(documents), "chosen": selection,
        "kinds": sorted({document.kind for document in documents if document.kind}),
        **_words(t),
    }  # fmt: skip


def _overview(documents: Sequence[Document]) -> dict[str, Any]:
    return {
        "years": view.years(documents),
        "kind_bars": view.most(document.kind for document in documents),
        "organ_bars": view.most(document.organ for document in documents),
    }


def _words(t: Texts) -> dict[str, Any]:
    return {"t": t, "facts": lambda document: facts(document, t), "written": written_date}


def _html(name: str, **values: Any) -> HTMLResponse:
    return HTMLResponse(template_html(name, **values), headers=FRAGMENT)
