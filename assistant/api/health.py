"""`/healthz`: whether questions can be answered."""

from __future__ import annotations

import anyio.to_thread
from fastapi import APIRouter
from pydantic import BaseModel

from assistant.api import examples
from assistant.api.service import Service
from vectorstore.errors import NotReadyError


class Health(BaseModel):
    """Answered only when all is well."""

    status: str = "ok"


def health_routes(service: Service) -> APIRouter:
    """The routes that load balancers and operators ask."""
    router = APIRouter(tags=["Vận hành"])

    @router.get("/healthz", responses=examples.NOT_READY, summary="Hệ thống trả lời được chưa")
    async def healthz() -> Health:
        if not await anyio.to_thread.run_sync(service.assistant.ready):
            raise NotReadyError(
                "Chưa có chỉ mục để trả lời. Hãy nạp văn bản bằng `assistant ingest <thư mục>`.",
                "There is no index to answer from. Add documents with `assistant ingest <folder>`.",
            )
        return Health()

    return router
