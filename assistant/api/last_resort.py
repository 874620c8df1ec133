"""A bug ends its request, not the connection: it is logged and answered as an internal problem."""

from __future__ import annotations

import logging

from asgi_correlation_id import correlation_id
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import internal_problem, policy_problem, respond
from vectorstore.disk import disk_error

log = logging.getLogger(__name__)


class LastResort:
    """ASGI middleware. Starlette would answer too, but raise the error again, and the server then hangs up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:
            if started:  # half an answer can only be broken off
                raise
            if (known := disk_error(error)) is not None:
                log.warning("%s: %s", known.slug, known.english)
                problem = policy_problem(known, Request(scope))
                await respond(problem, {"Retry-After": "5"})(scope, receive, send)
                return
            log.error("unexpected error, request %s", correlation_id.get(), exc_info=error)
            await respond(internal_problem(Request(scope)))(scope, receive, send)
