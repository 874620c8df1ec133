"""Every request passes here first: whose it is, by API key or by the session of a browser that has signed in."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from urllib.parse import quote

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import LOCAL, KeyStore, Reader, is_loopback
from assistant.api.problems import policy_problem, respond
from assistant.api.rate_limit import RateLimitedError
from assistant.widget.routes import WIDGET
from vectorstore.errors import PolicyError

COOKIE = "policy_session"
SIGN_IN = "/sign-in"
WRONG_KEYS_PER_MINUTE = 10  # from one address; then no key it has not used before is looked at
_KNOWN = 1000  # (address, key) pairs remembered as good
_OF_PAGES = (("POST", "/v1/ask"),)  # what a key that stands in web pages is for: all visitors share it
# What shows no document: health, problem descriptions, the API's own documentation, style sheets, the sign-in page.
_OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json", SIGN_IN, "/sign-out", "/favicon.ico", WIDGET)
_OPEN_FOLDERS = ("/problems/", "/ui/", "/static-offline-docs/")
_SAFE = ("GET", "HEAD", "OPTIONS")


class UnauthorizedError(PolicyError):
    """No key, or one that opens nothing."""

    slug = "unauthorized"
    http_status = 401


class ForbiddenError(PolicyError):
    """The key is good but its role does not allow this."""

    slug = "forbidden"
    http_status = 403


class Guard:
    """Looks keys up and slows down whoever tries many. `keys` None lets everyone in (a caller that guards itself)."""

    def __init__(self, keys: KeyStore | None) -> None:
        self.keys = keys
        self._wrong = RateLimitItemPerMinute(WRONG_KEYS_PER_MINUTE)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._good: OrderedDict[tuple[str, str], None] = OrderedDict()

    def by_key(self, text: str, address: str) -> Reader:
        """Who holds the key. Raises UnauthorizedError, or RateLimitedError after many wrong ones."""
        assert self.keys is not None
        pair = (address, text)
        if pair not in self._good and not self._limiter.test(self._wrong, address):
            reset = self._limiter.get_window_stats(self._wrong, address).reset_time
            raise RateLimitedError(max(1, math.ceil(reset - time.time())))
        reader = self.keys.reader(text)
        if reader is None:
            self._good.pop(pair, None)
            self._limiter.hit(self._wrong, address)
            raise _no_key()
        self._good[pair] = None
        self._good.move_to_end(pair)
        if len(self._good) > _KNOWN:
            self._good.popitem(last=False)
        return reader

    def person_by_key(self, text: str, address: str) -> Reader:
        """Who signs in with a key; a key that stands in web pages is nobody's own. Raises as `by_key`."""
        reader = self.by_key(text, address)
        if reader.origins:
            raise _no_key()
        return reader

    def reader(self, request: Request) -> Reader:
        """Whose request it is. Raises UnauthorizedError or RateLimitedError."""
        if self.keys is None:
            return LOCAL
        address = client_address(request)
        if not self.keys.in_use():
            if is_loopback(address):
                return LOCAL
            raise UnauthorizedError(
                "Máy chủ chưa có khóa API nên chỉ phục vụ trên chính máy này. Tạo khóa bằng `assistant keys create`.",
                "There are no API keys yet, so only this machine is served. Make one with `assistant keys create`.",
            )
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and text.strip():
            reader = self.by_key(text.strip(), address)
            _check_site(request, reader)
            return reader
        # A cookie opens nothing that another site could make a browser send: writing to the API takes the key itself.
        token = request.cookies.get(COOKIE, "")
        if token and (request.method in _SAFE or not route_path(request).startswith("/v1")):
            person = self.keys.session_reader(token)
            if person is not None:
                return person
        raise _no_key()


class Gate:
    """ASGI middleware: puts the reader into `request.state.reader`, or answers 401 (a person is asked to sign in)."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self.app = app
        self.guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no route here speaks anything else
            if self.guard.keys is None:
                await self.app(scope, receive, send)
            return
        request = Request(scope)
        if not _is_open(route_path(request)):
            try:
                request.state.reader = self.guard.reader(request)
            except PolicyError as error:
                await _refusal(request, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _check_site(request: Request, reader: Reader) -> None:
    """Raises ForbiddenError where a key of web pages is used elsewhere, or for anything but asking."""
    if not reader.origins:
        return
    if request.headers.get("origin") not in reader.origins:
        raise ForbiddenError(
            "Khóa này chỉ dùng được trên trang web mà nó được cấp.", "This key works only on the site it was made for."
        )
    if (request.method, route_path(request)) not in _OF_PAGES:
        raise ForbiddenError("Khóa này chỉ dùng để hỏi.", "This key is for asking only.")


def route_path(request: Request) -> str:
    """The path without the prefix that a proxy serves the application under."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def client_address(request: Request) -> str:
    """Where the request comes from; empty when that is not known."""
    return request.client.host if request.client else ""


def reader_of(request: Request) -> Reader:
    """Whose request it is, as the gate found out."""
    reader: Reader = request.state.reader
    return reader


def _is_open(path: str) -> bool:
    return path in _OPEN or path.startswith(_OPEN_FOLDERS)


def _refusal(request: Request, error: PolicyError) -> Response:
    path = route_path(request)
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if isinstance(error, UnauthorizedError) and wants_page:
        here = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{request.scope.get('root_path', '')}{SIGN_IN}?next={quote(here, safe='')}", 303)
    retry_after = getattr(error, "retry_after_s", None)
    headers = {"Retry-After": str(retry_after)} if retry_after else {"WWW-Authenticate": "Bearer"}
    return respond(policy_problem(error, request), headers)


def _no_key() -> UnauthorizedError:
    return UnauthorizedError(
        "Cần khóa API còn hiệu lực. Gửi kèm tiêu đề Authorization: Bearer KHÓA, hoặc hỏi người quản trị.",
        "A valid API key is needed. Send it as Authorization: Bearer KEY, or ask the administrator.",
    )
