"""What operators and load balancers ask: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import logging

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from assistant.api import examples
from assistant.api.metrics import Metrics
from assistant.api.protocol import AssistantLike
from assistant.api.service import Service
from vectorstore.errors import NotReadyError, PolicyError

log = logging.getLogger(__name__)
_PROBE = "công tác"  # common words of any administrative text: the search itself is what is tested


class Health(BaseModel):
    """Answered only when all is well."""

    status: str = "ok"


class Readiness(BaseModel):
    """What was tried, and that it worked."""

    status: str = "ok"
    documents: int
    search: str = "ok"


def health_routes(service: Service, metrics: Metrics) -> APIRouter:
    """The routes that load balancers and operators ask."""
    router = APIRouter(tags=["Vận hành"])

    @router.get("/healthz", responses=examples.NOT_READY, summary="Hệ thống trả lời được chưa")
    async def healthz() -> Health:
        if not await anyio.to_thread.run_sync(service.assistant.ready):
            raise _not_ready()
        return Health()

    @router.get("/readyz", responses=examples.NOT_READY, summary="Thử mở chỉ mục và tìm bằng mô hình nhúng")
    async def readyz() -> Readiness:
        return await anyio.to_thread.run_sync(_try, service.assistant)

    @router.get("/metrics", response_class=Response, summary="Số đo cho Prometheus")
    async def prometheus() -> Response:
        text = await anyio.to_thread.run_sync(generate_latest, metrics.registry)
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
