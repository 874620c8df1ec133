"""What a worker does not serve itself it passes on to the one process that does: chat, uploads, sign-in, metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
from asgi_correlation_id import correlation_id
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from assistant.api.gate import client_address
from vectorstore.errors import NotReadyError

FORWARDED = "policy.forwarded"  # in the scope of a request that the other process logs and counts
_OF_ONE_CONNECTION = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
_SET_HERE = {"x-forwarded-for", "x-forwarded-proto", "x-request-id"}


class Forward:
    """ASGI application: sends a request on to `address` and streams back what comes. Raises NotReadyError."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=address,
            timeout=httpx.Timeout(None, connect=10),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            trust_env=False,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[FORWARDED] = True
        request = Request(scope, receive)
        try:
            response = await self._client.send(self._passed_on(request), stream=True)
        except httpx.TransportError as error:
            raise NotReadyError(
                "Phần này của máy chủ đang khởi động lại. Hãy thử lại sau ít giây.",
                "This part of the server is being restarted. Try again in a few seconds.",
            ) from error
        answer = StreamingResponse(_content(response), response.status_code)
        dropped = {*_OF_ONE_CONNECTION, "x-request-id", "date"}  # which this process sets as well
        answer.raw_headers = [(k.lower(), v) for k, v in response.headers.raw if k.lower().decode() not in dropped]
        await answer(scope, receive, send)

    def _passed_on(self, request: Request) -> httpx.Request:
        scope = request.scope
        target = scope["raw_path"].removeprefix(scope.get("root_path", "").encode())
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        url = self._client.base_url.copy_with(raw_path=target)
        dropped = {*_OF_ONE_CONNECTION, *_SET_HERE}
        headers = [(k, v) for k, v in request.headers.raw if k.decode("latin-1") not in dropped]
        headers.append((b"x-forwarded-for", client_address(request).encode()))
        headers.append((b"x-forwarded-proto", str(scope["scheme"]).encode()))
        headers.append((b"x-request-id", (correlation_id.get() or "").encode()))
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        return self._client.build_request(
            request.method, url, headers=headers, content=request.stream() if has_body else None
        )


async def _content(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in response.aiter_raw():
            yield part
    finally:
        await response.aclose()
