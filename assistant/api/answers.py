"""`/v1/answers/{id}`: what was shown, exactly as it was, and the same (or a conversation) as a document to file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.api import examples
from assistant.api.conversation_store import ConversationStore
from assistant.api.gate import reader_of
from assistant.audit import AuditLog, Kept, may_see
from assistant.types import Answer
from vectorstore.errors import InvalidInputError, NotFoundError

IdParam = Annotated[str, Path(min_length=1, max_length=100)]
Format = Literal["docx", "pdf"]
Shown = tuple[str | None, Answer, str]  # question, answer, time
FormatParam = Annotated[Format, Query(description="Định dạng tệp")]
MEDIA_TYPES: dict[Format, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Tệp", "content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}},
    **examples.NOT_FOUND,
}


class AnswerOnRecord(BaseModel):
    """An answer as it was shown. What is noted for inspection alone is given to administrators only."""

    id: str
    time: str
    question: str | None = Field(description="null khi máy chủ không lưu câu hỏi")
    answer: Answer
    documents: list[dict[str, Any]] = Field(description="Các bản văn bản đã trích dẫn, kèm mã băm nội dung")
    channel: str | None = None
    reader: dict[str, Any] | None = None
    configuration: str | None = Field(None, description="Mã cấu hình đã trả lời; xem `assistant audit show`")
    removed: list[dict[str, Any]] | None = Field(None, description="Câu của mô hình bị loại khi kiểm chứng")


def answer_routes(audit: AuditLog, conversations: ConversationStore) -> APIRouter:
    """The routes that give answers again."""
    router = APIRouter(prefix="/v1", tags=["Lưu vết"])
    run = anyio.to_thread.run_sync

    async def found(request: Request, answer_id: str) -> Kept:
        kept = await run(audit.find, answer_id)
        if not may_see(reader_of(request), kept):
            raise NotFoundError("Không có câu trả lời này trong nhật ký.", "There is no such answer on record.")
        return kept

    @router.get(
        "/answers/{answer_id}",
        responses=examples.NOT_FOUND,
        response_model_exclude_none=False,
        summary="Xem lại câu trả lời đúng như đã hiện",
    )
    async def answer(request: Request, answer_id: IdParam) -> AnswerOnRecord:
        kept = await found(request, answer_id)
        noted = kept.noted
        inspected = ("channel", "reader", "configuration", "removed") if reader_of(request).may("admin") else ()
        return AnswerOnRecord(
            id=answer_id,
            time=kept.entry.time,
            question=noted["question"],
            answer=kept.answer,
            documents=noted["documents"],
            **{name: noted[name] for name in inspected},
        )

    @router.get("/answers/{answer_id}/export", response_class=Response, responses=_FILES, summary="Xuất câu trả lời")
    async def export(request: Request, answer_id: IdParam, format: FormatParam = "docx") -> Response:
        kept = await found(request, answer_id)
        return await _file(format, "", [(kept.noted["question"], kept.answer, kept.entry.time)], answer_id)

    @router.get(
        "/conversations/{conversation_id}/export",
        response_class=Response,
        responses=_FILES,
        summary="Xuất cuộc trò chuyện",
    )
    async def export_conversation(request: Request, conversation_id: IdParam, format: FormatParam = "docx") -> Response:
        conversation, exchanges = await run(conversations.get, reader_of(request).id, conversation_id)
        if not exchanges:
            raise InvalidInputError("Cuộc trò chuyện chưa có câu hỏi nào.", "Nothing was asked in this conversation.")
        asked: list[Shown] = [(exchange.question, exchange.answer, exchange.created) for exchange in exchanges]
        return await _file(format, conversation.title, asked, conversation_id)

    return router


async def _file(format: Format, subject: str, asked: list[Shown], name: str) -> Response:
    content = await anyio.to_thread.run_sync(_made, format, subject, asked)
    disposition = f'attachment; filename="tra-cuu-{name[:8] if name.isascii() and name.isalnum() else "1"}.{format}"'
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)


def _made(format: Format, subject: str, asked: list[Shown]) -> bytes:
    from assistant.export import Asked, Report, docx_bytes, pdf_bytes  # only whoever exports waits for these libraries

    makers: dict[Format, Callable[[Report], bytes]] = {"docx": docx_bytes, "pdf": pdf_bytes}
    return makers[format](Report(subject, tuple(Asked(*one) for one in asked), date.today()))
