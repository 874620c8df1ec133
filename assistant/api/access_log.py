"""One structured line a request: who asked for what and how it went, without the words of any question."""

from __future__ import annotations

import logging
import time
from typing import Any

from asgi_correlation_id import correlation_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.forward import FORWARDED
from assistant.api.metrics import Metrics

log = logging.getLogger("assistant.access")
_UNCOUNTED = "other"  # addresses outside the API: one label, so that a scanner cannot make thousands


class AccessLog:
    """ASGI middleware: logs and measures each request once its last byte has been sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        if scope.get(FORWARDED):
            return
        route = route_template(scope)
        self.metrics.requests.labels(scope["method"], route, str(status)).inc()
        self.metrics.request_seconds.labels(route).observe(seconds)
        if route == _UNCOUNTED:
            return
        fields: dict[str, Any] = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": (scope.get("client") or ("",))[0],
            "request_id": correlation_id.get() or "",
        }
        log.info("request", extra=fields)


def route_template(scope: Scope) -> str:
    """The route's pattern, `/v1/documents/{document_id}`, rather than the address, which may say who reads what."""
    template = getattr(scope.get("route"), "path", "")
    return template if template.startswith(("/v1", "/healthz", "/readyz", "/metrics")) else _UNCOUNTED
