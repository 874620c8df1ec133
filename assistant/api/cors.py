"""Which other sites' pages may call the API: those configured, and those a key was made for. Cookies never go along."""

from __future__ import annotations

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import KeyStore

_METHODS = ("GET", "POST", "DELETE")
_SENT = ("Authorization", "Content-Type", "Accept", "Accept-Language", "Idempotency-Key", "X-Request-ID")
_READ = ("Retry-After", "X-Request-ID", "Location", "Content-Disposition")


class Cors(CORSMiddleware):
    """ASGI middleware: CORS headers under /v1, nothing elsewhere."""

    def __init__(self, app: ASGIApp, origins: Collection[str], keys: KeyStore | None) -> None:
        super().__init__(
            app, allow_origins=tuple(origins), allow_methods=_METHODS, allow_headers=_SENT, expose_headers=_READ
        )
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _path(scope).startswith("/v1"):
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this site may read what the API answers."""
        return super().is_allowed_origin(origin) or (self._keys is not None and self._keys.used_on(origin))


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
