"""`/sign-in`: a person gives a key once and the browser keeps a session cookie that scripts cannot read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.access.keys import SESSION_S
from assistant.api.gate import COOKIE, SIGN_IN, Guard, UnauthorizedError, client_address
from assistant.api.language import negotiate
from assistant.api.rate_limit import RateLimitedError

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_WORDS = {
    "vi": {
        "title": "Đăng nhập · Trợ lý chính sách",
        "heading": "Đăng nhập",
        "explain": "Kho văn bản này chỉ mở cho người có khóa. Nhập khóa do người quản trị cấp.",
        "label": "Khóa truy cập",
        "button": "Vào",
    },
    "en": {
        "title": "Sign in · Policy assistant",
        "heading": "Sign in",
        "explain": "These documents are open to holders of a key. Enter the key your administrator gave you.",
        "label": "Access key",
        "button": "Sign in",
    },
}


def sign_in_routes(guard: Guard) -> APIRouter:
    """The pages with which a browser signs in and out."""
    router = APIRouter(include_in_schema=False)

    @router.get(SIGN_IN)
    async def form(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:
        if guard.keys is None or not guard.keys.in_use():
            return _go(request, "/")
        return _page(request, next)

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        # A small form read as it stands: python-multipart's parser is for files.
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=5)
        key, target = (fields.get(name, [""])[0].strip() for name in ("key", "next"))
        if guard.keys is None or not guard.keys.in_use():
            return _go(request, "/")
        try:
            reader = guard.person_by_key(key, client_address(request))
        except (UnauthorizedError, RateLimitedError) as error:
            message = error.english if _language(request) == "en" else str(error)
            return _page(request, target, message, error.http_status)
        answer = _go(request, target)
        answer.set_cookie(
            COOKIE,
            guard.keys.open_session(reader),
            max_age=SESSION_S,
            path=request.scope.get("root_path", "") or "/",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        if guard.keys is not None and (token := request.cookies.get(COOKIE)):
            guard.keys.close_session(token)
        answer = _go(request, SIGN_IN)
        answer.delete_cookie(COOKIE, path=request.scope.get("root_path", "") or "/")
        return answer

    return router


def _page(request: Request, target: str, message: str = "", status: int = 200) -> HTMLResponse:
    language = _language(request)
    html = _templates.get_template("sign_in.html").render(
        language=language, words=_WORDS[language], message=message, target=target
    )
    return HTMLResponse(html, status, headers=_HEADERS)


def _go(request: Request, target: str) -> RedirectResponse:
    """To a page of this server: a target that a browser would read as another host leads to the start page."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return RedirectResponse(f"{request.scope.get('root_path', '')}{target if inside else '/'}", 303)


def _language(request: Request) -> str:
    return negotiate(request.headers.get("accept-language"))
