"""What operators and load balancers ask: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from assistant.api import examples
from assistant.api.gate import ForbiddenError, Guard, reader_of
from assistant.api.metrics import Metrics
from assistant.api.protocol import AssistantLike
from assistant.api.service import Service
from vectorstore.errors import NotReadyError, PolicyError

log = logging.getLogger(__name__)
ChatCheck = Callable[[], bool]
_PROBE = "công tác"  # common words of any administrative text: the search itself is what is tested


class Health(BaseModel):
    """Answered only when all is well."""

    status: str = "ok"


class Readiness(BaseModel):
    """What was tried, and how it went.

    `degraded`: questions are answered, but only in the documents' own words, as the chat model cannot be reached.
    """

    status: Literal["ok", "degraded"] = "ok"
    documents: int | None = Field(None, description="Chỉ khi máy chủ không dùng khóa API")
    search: str = "ok"
    chat_model: Literal["ok", "unreachable"] | None = Field(None, description="Chỉ khi có cấu hình mô hình hội thoại")


def health_routes(service: Service, guard: Guard, chat_check: ChatCheck | None = None) -> APIRouter:
    """The routes that load balancers ask."""
    router = APIRouter(tags=["Vận hành"])

    @router.get("/healthz", responses=examples.NOT_READY, summary="Hệ thống trả lời được chưa")
    async def healthz() -> Health:
        if not await anyio.to_thread.run_sync(service.assistant.ready):
            raise _not_ready()
        return Health()

    @router.get(
        "/readyz",
        responses=examples.NOT_READY,
        response_model_exclude_none=True,
        summary="Thử mở chỉ mục, tìm bằng mô hình nhúng và gọi mô hình hội thoại",
    )
    async def readyz() -> Readiness:
        found = await anyio.to_thread.run_sync(_try, service.assistant)
        if guard.in_use():  # how much there is concerns only who may see it
            found = found.model_copy(update={"documents": None})
        if chat_check is None:
            return found
        reached = await anyio.to_thread.run_sync(chat_check)
        states = {"chat_model": "ok"} if reached else {"chat_model": "unreachable", "status": "degraded"}
        return found.model_copy(update=states)

    return router


def metrics_routes(metrics: Metrics) -> APIRouter:
    """The route that Prometheus asks; where there are several processes, it tells of all of them."""
    router = APIRouter(tags=["Vận hành"])

    @router.get("/metrics", response_class=Response, responses=examples.FORBIDDEN, summary="Số đo cho Prometheus")
    async def prometheus(request: Request) -> Response:
        if not reader_of(request).may("admin"):  # the numbers are those of all collections
            raise ForbiddenError("Số đo vận hành cần khóa quản trị.", "Metrics take the key of an administrator.")
        text = await anyio.to_thread.run_sync(generate_latest, metrics.whole())
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return router


def _try(assistant: AssistantLike) -> Readiness:
    """Open the index and search it once, which also loads the embedding model. Raises NotReadyError."""
    if not assistant.ready():
        raise _not_ready()
    try:
        assistant.search(_PROBE, 1)
    except PolicyError:
        raise
    except Exception as error:
        log.exception("the readiness search failed")
        raise NotReadyError(
            "Tìm thử trong chỉ mục không được. Người quản trị xem nhật ký của máy chủ.",
            "A trial search of the index failed. The administrator finds why in the server's log.",
        ) from error
    return Readiness(documents=len(assistant.store.listing()))


def _not_ready() -> NotReadyError:
    return NotReadyError(
        "Chưa có chỉ mục để trả lời. Hãy nạp văn bản bằng `assistant ingest <thư mục>`.",
        "There is no index to answer from. Add documents with `assistant ingest <folder>`.",
    )
