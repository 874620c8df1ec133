"""Every request passes here first: whose it is, by API key or by the session of a browser that has signed in."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from urllib.parse import quote

import anyio
import anyio.to_thread
from limits import RateLimitItem, RateLimitItemPerMinute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import LOCAL, KeyStore, PeopleStore, Reader, is_loopback
from assistant.api.problems import policy_problem, respond
from assistant.api.rate_limit import Counts, RateLimitedError, limiter
from assistant.widget.routes import WIDGET
from vectorstore.errors import PolicyError

COOKIE = "policy_session"
SIGN_IN = "/sign-in"
WRONG_KEYS_PER_MINUTE = 10  # from one address; then no key it has not used before is looked at
WRONG_PASSWORDS = 10  # for one account in a quarter of an hour, from addresses it has not signed in from
_KNOWN = 1000  # (address, key) pairs remembered as good
_OF_PAGES = (("POST", "/v1/ask"),)  # what a key that stands in web pages is for: all visitors share it
# What shows no document: health, problem descriptions, the API's own documentation, style sheets, the sign-in page.
_OPEN = ("/healthz", "/readyz", "/docs", "/openapi.json", SIGN_IN, "/sign-out", "/favicon.ico", WIDGET)
_OPEN_FOLDERS = ("/problems/", "/ui/", "/static-offline-docs/", f"{SIGN_IN}/oidc/")
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
    """Looks keys and sessions up and slows down whoever tries many. `keys` None lets everyone in, unless `people` can
    sign in (a caller that guards itself). `provider`: an identity provider vouches for people.
    """

    def __init__(
        self,
        keys: KeyStore | None,
        people: PeopleStore | None = None,
        provider: bool = False,
        counts: Counts | None = None,
    ) -> None:
        self.keys = keys
        self.people = people
        self.provider = provider
        self._wrong_passwords = RateLimitItemPerMinute(WRONG_PASSWORDS, 15)
        self._hashing = anyio.CapacityLimiter(2)  # a password takes a tenth of a second and 64 MB to check
        self._wrong = RateLimitItemPerMinute(WRONG_KEYS_PER_MINUTE)
        self._limiter = limiter(counts)
        self._good: OrderedDict[tuple[str, str], None] = OrderedDict()

    def by_key(self, text: str, address: str) -> Reader:
        """Who holds the key. Raises UnauthorizedError, or RateLimitedError after many wrong ones."""
        assert self.keys is not None
        pair = (address, text)
        if pair not in self._good:
            self._check_rate(self._wrong, address)
        reader = self.keys.reader(text)
        if reader is None:
            self._good.pop(pair, None)
            self._limiter.hit(self._wrong, address)
            raise _no_key()
        self._remember(pair)
        return reader

    def in_use(self) -> bool:
        """Whether anyone has to show who they are."""
        known = self.keys is not None and self.keys.in_use()
        return known or self.provider or (self.people is not None and self.people.in_use())

    def session_by_key(self, text: str, address: str) -> str:
        """A session for who holds a key; a key that stands in web pages is nobody's own. Raises as `by_key`."""
        reader = self.by_key(text, address) if self.keys is not None else None
        if self.keys is None or reader is None or reader.origins:
            raise _no_key()
        return self.keys.open_session(reader)

    async def session_by_password(self, name: str, password: str, address: str) -> str:
        """A session for an account. Raises UnauthorizedError, or RateLimitedError after many wrong passwords."""
        assert self.people is not None
        account_name = name.strip().lower()
        pair = (address, f"account:{account_name}")
        if pair not in self._good:
            self._check_rate(self._wrong, address)
            self._check_rate(self._wrong_passwords, account_name)
        account = await anyio.to_thread.run_sync(self.people.check, name, password, limiter=self._hashing)
        if account is None:
            self._limiter.hit(self._wrong, address)
            self._limiter.hit(self._wrong_passwords, account_name)
            raise UnauthorizedError(
                "Tên tài khoản hoặc mật khẩu không đúng.", "The account name or the password is wrong."
            )
        self._remember(pair)
        return self.people.open_account_session(account)

    def session_reader(self, token: str) -> Reader | None:
        """Who signed in with this token."""
        found = self.keys.session_reader(token) if self.keys is not None else None
        if found is None and self.people is not None:
            found = self.people.session_reader(token)
        return found

    def close_session(self, token: str) -> None:
        """Forget a session."""
        for store in (self.keys, self.people):
            if store is not None:
                store.close_session(token)

    def _check_rate(self, item: RateLimitItem, who: str) -> None:
        if not self._limiter.test(item, who):
            reset = self._limiter.get_window_stats(item, who).reset_time
            raise RateLimitedError(max(1, math.ceil(reset - time.time())))

    def _remember(self, pair: tuple[str, str]) -> None:
        self._good[pair] = None
        self._good.move_to_end(pair)
        if len(self._good) > _KNOWN:
            self._good.popitem(last=False)

    def reader(self, request: Request) -> Reader:
        """Whose request it is. Raises UnauthorizedError or RateLimitedError."""
        if self.keys is None and not self.in_use():
            return LOCAL
        address = client_address(request)
        if not self.in_use():
            if is_loopback(address):
                return LOCAL
            raise UnauthorizedError(
                "Máy chủ chưa có khóa API nên chỉ phục vụ trên chính máy này. Tạo khóa bằng `assistant keys create`.",
                "There are no API keys yet, so only this machine is served. Make one with `assistant keys create`.",
            )
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and text.strip() and self.keys is not None:
            reader = self.by_key(text.strip(), address)
            _check_site(request, reader)
            return reader
        # A cookie opens nothing that another site could make a browser send: writing to the API takes the key itself.
        token = request.cookies.get(COOKIE, "")
        if token and (request.method in _SAFE or not route_path(request).startswith("/v1")):
            person = self.session_reader(token)
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
            if self.guard.keys is None and not self.guard.in_use():
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
