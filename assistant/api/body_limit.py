"""Refuses request bodies over a size or sent too slowly, whether announced or found out while reading."""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import policy_problem, respond
from vectorstore.errors import InvalidInputError, PolicyError

_PREFIXES = ("/v1", "/sign-")


class TooLargeError(InvalidInputError):
    """The request body is larger than the server reads."""

    slug = "too-large"
    http_status = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Nội dung gửi lên vượt quá {most:,} byte. Hãy gửi ngắn hơn.".replace(",", "."),
            f"The body is over {most:,} bytes. Send a shorter one.",
        )


class TooSlowError(InvalidInputError):
    """The request body has not come within the time a client has for it."""

    slug = "too-slow"
    http_status = 408

    def __init__(self) -> None:
        super().__init__(
            "Nội dung gửi lên quá chậm nên đã dừng nhận. Hãy gửi lại.",
            "The body came too slowly and was given up. Send it again.",
        )


class BodyLimit:
    """ASGI middleware: bodies over `max_bytes` get a 413 problem, those not complete after `seconds` a 408 one.

    Small bodies are read whole before the application sees them. Those of `uploads`, (method, path), are passed on as
    they come and may have `upload_bytes`; what is wrong with them is raised to whoever reads.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        seconds: float = 30.0,
        upload_bytes: int = 0,
        uploads: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds
        self.upload_bytes = upload_bytes
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _path(scope).startswith(_PREFIXES):
            await self.app(scope, receive, send)
            return
        upload = (scope["method"], _path(scope)) in self.uploads
        most = self.upload_bytes if upload else self.max_bytes
        request = Request(scope)
        try:
            announced = request.headers.get("content-length", "")
            if announced.isdecimal() and int(announced) > most:
                raise TooLargeError(most)
            incoming = _counted(receive, most, self.seconds) if upload else await self._whole(receive)
        except PolicyError as error:
            # What is left of the body is not read, so the connection can serve nothing else.
            await respond(policy_problem(error, request), {"Connection": "close"})(scope, receive, send)
            return
        await self.app(scope, incoming, send)

    async def _whole(self, receive: Receive) -> Receive:
        """A receiver of the complete body. Raises TooLargeError, TooSlowError."""
        body = bytearray()
        try:
            with anyio.fail_after(self.seconds):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        break
                    body += message.get("body", b"")
                    if len(body) > self.max_bytes:
                        raise TooLargeError(self.max_bytes)
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            raise TooSlowError from None
        return _replay(bytes(body), receive)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _counted(receive: Receive, most: int, seconds: float) -> Receive:
    """Passes messages on; a pause of `seconds` between two of them or more than `most` bytes is an error."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        try:
            with anyio.fail_after(seconds):
                message = await receive()
        except TimeoutError:
            raise TooSlowError from None
        read += len(message.get("body", b""))
        if read > most:
            raise TooLargeError(most)
        return message

    return counted


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()  # what follows the body: the disconnect
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
