"""Changing the corpus over HTTP: upload, follow the job, download the original, delete."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from assistant.access import Reader
from assistant.api import examples
from assistant.api.corpus_changes import Library
from assistant.api.documents import IdParam, VersionParam, find_document
from assistant.api.gate import ForbiddenError, reader_of
from assistant.api.jobs import Job, JobStatus, Outcome
from assistant.api.media_type import UnsupportedMediaTypeError
from assistant.api.original_file import original_file
from assistant.api.originals import safe_name
from assistant.api.service import Service
from vectorstore.errors import InvalidInputError, NotFoundError
from vectorstore.text.normalise import clean

MOST_FILES = 20
UPLOADS = frozenset({("POST", "/v1/documents"), ("POST", "/library/files")})  # the API and the chat
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1, "maxItems": MOST_FILES,
        },
        "collection": {"type": "string", "maxLength": 100, "description": "Bộ sưu tập; bỏ trống: bộ sưu tập của khóa"},
    },
}  # fmt: skip
_UPLOAD_BODY = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
_PROBLEMS = {**examples.FORBIDDEN, **examples.UNSUPPORTED}


class FileInfo(BaseModel):
    """One file of an upload; `outcome` is `waiting` until it has been read."""

    name: str
    outcome: Outcome
    reason: str = Field(description="Vì sao không nạp được, hoặc điều cần biết")
    document_id: str | None
    chunks: int


class JobInfo(BaseModel):
    """An upload: `done` of `total` files have been read. It has `failed` where no file could be."""

    id: str
    status: JobStatus
    collection: str
    created: str
    updated: str
    done: int
    total: int
    files: tuple[FileInfo, ...]

    @classmethod
    def of(cls, job: Job) -> JobInfo:
        """What is shown of a job."""
        files = tuple(
            FileInfo(
                name=f.name, outcome=f.outcome, reason=f.reason, document_id=f.document_id or None, chunks=f.chunks
            )
            for f in job.files
        )
        return cls(
            id=job.id,
            status=job.status,
            collection=job.collection,
            created=job.created,
            updated=job.updated,
            done=sum(f.outcome != "waiting" for f in files),
            total=len(files),
            files=files,
        )


def upload_routes(library: Library) -> APIRouter:
    """The route that takes files; its body is a form."""
    router = APIRouter(prefix="/v1", tags=["Văn bản"])

    @router.post(
        "/documents",
        status_code=202,
        responses=_PROBLEMS,
        openapi_extra=_UPLOAD_BODY,
        summary="Nạp văn bản (chạy nền)",
    )
    async def upload(
        request: Request,
        response: Response,
        idempotency_key: Annotated[
            str | None,
            Header(max_length=200, description="Gửi lại cùng khóa thì nhận lại cùng công việc, không nạp hai lần"),
        ] = None,
    ) -> JobInfo:
        job = await take(request, library, idempotency_key or None)
        response.headers["Location"] = f"{request.scope.get('root_path', '')}/v1/jobs/{quote(job.id)}"
        return JobInfo.of(job)

    return router


async def take(request: Request, library: Library, request_key: str | None = None) -> Job:
    """Queue the files of a form. Raises ForbiddenError, InvalidInputError, UnsupportedMediaTypeError, BusyError."""
    reader = require_editor(request)  # before a byte of the body is read
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        raise UnsupportedMediaTypeError(
            "Hãy gửi tệp dạng multipart/form-data, trường “file”.",
            "Send the files as multipart/form-data in the field 'file'.",
        )
    try:
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            collection = _collection(form, reader)
            files = [(safe_name(file.filename or ""), file.file) for file in _sent(form)]
            job = await anyio.to_thread.run_sync(library.submit, reader.id, collection, files, request_key)
    except HTTPException as error:  # what Starlette raises for a form it cannot read
        raise InvalidInputError(
            f"Không đọc được biểu mẫu gửi lên (nhiều nhất {MOST_FILES} tệp).",
            f"The form cannot be read (at most {MOST_FILES} files).",
        ) from error
    return job


def library_routes(service: Service, library: Library) -> APIRouter:
    """Jobs, originals, removal."""
    router = APIRouter(prefix="/v1", tags=["Văn bản"])

    @router.get("/jobs/{job_id}", responses=examples.NOT_FOUND, summary="Tiến độ nạp văn bản")
    async def job(request: Request, job_id: Annotated[str, Path(min_length=1, max_length=100)]) -> JobInfo:
        return JobInfo.of(await anyio.to_thread.run_sync(library.jobs.get, job_id, reader_of(request).id))

    @router.get(
        "/documents/{document_id}/file",
        response_class=FileResponse,
        responses={**examples.FILE, **examples.NOT_FOUND},
        summary="Tệp gốc",
    )
    async def original(request: Request, document_id: IdParam, version: VersionParam = None) -> FileResponse:
        document = await find_document(service.seen_by(request), document_id, version)
        store = service.seen_by(request).assistant.store
        found = await anyio.to_thread.run_sync(original_file, store, library, document)
        if found is None:
            raise NotFoundError(
                "Không lưu tệp gốc của văn bản này. Xem nguyên văn tại /v1/documents/{id}/text.",
                "The original file of this document is not kept. Its text is at /v1/documents/{id}/text.",
            )
        path, name = found
        # Whatever the file is, a browser saves it and runs nothing in it.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
        return FileResponse(path, media_type="application/octet-stream", filename=name, headers=headers)

    @router.delete(
        "/documents/{document_id}",
        status_code=204,
        responses={**examples.FORBIDDEN, **examples.NOT_FOUND},
        summary="Xóa văn bản cùng mọi phiên bản",
    )
    async def delete(request: Request, document_id: IdParam) -> Response:
        require_editor(request)
        document = await find_document(service.seen_by(request), document_id, None)
        await anyio.to_thread.run_sync(library.remove, document.document_id)
        return Response(status_code=204)

    return router


def require_editor(request: Request) -> Reader:
    """The reader, who may change documents. Raises ForbiddenError."""
    reader = reader_of(request)
    if not reader.may("editor"):
        raise ForbiddenError(
            "Khóa này chỉ được đọc; thêm hoặc xóa văn bản cần khóa có vai trò biên tập.",
            "This key may only read; adding or deleting documents takes the role of an editor.",
        )
    return reader


def _collection(form: FormData, reader: Reader) -> str:
    """Where the files go. A collection that is not the reader's is refused whether it exists or not."""
    given = form.get("collection")
    name = clean(given).strip() if isinstance(given, str) else ""
    if not name:
        own = sorted(reader.collections or ())
        name = own[0] if len(own) == 1 else "default"
    if max(len(name), len(given) if isinstance(given, str) else 0) > 100 or not name.isprintable():
        raise InvalidInputError(
            "Tên bộ sưu tập dài quá 100 ký tự hoặc có ký tự lạ.",
            "The name of the collection is over 100 characters or holds control characters.",
        )
    if not reader.may_use(name):
        raise ForbiddenError(
            "Khóa này không được nạp văn bản vào bộ sưu tập đó.", "This key may not add to that collection."
        )
    return name


def _sent(form: FormData) -> list[UploadFile]:
    files = [item for item in form.getlist("file") if isinstance(item, UploadFile)]
    if not files:
        raise InvalidInputError("Chưa có tệp nào; gửi tệp ở trường “file”.", "There is no file; send it as 'file'.")
    return files
