"""Refuses request bodies over a size, whether announced or found out while reading."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import policy_problem, respond
from vectorstore.errors import InvalidInputError


class TooLargeError(InvalidInputError):
    """The request body is larger than the server reads."""

    slug = "too-large"
    http_status = 413


class BodyLimit:
    """ASGI middleware for paths under `prefix`: bodies over `max_bytes` get a 413 problem."""

    def __init__(self, app: ASGIApp, max_bytes: int, prefix: str = "/v1") -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.max_bytes:
            await self._refuse(request, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await self._refuse(request, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None once it is too large. Bodies here are small JSON, so holding one is cheap."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self.max_bytes:
                return None
            if not message.get("more_body", False):
                return bytes(body)

    async def _refuse(self, request: Request, receive: Receive, send: Send) -> None:
        error = TooLargeError(
            f"Nội dung gửi lên vượt quá {self.max_bytes:,} byte. Hãy gửi ngắn hơn.".replace(",", "."),
            f"The body is over {self.max_bytes:,} bytes. Send a shorter one.",
        )
        await respond(policy_problem(error, request))(request.scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()  # what follows the body: the disconnect
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
