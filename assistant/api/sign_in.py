"""`/sign-in`: by identity provider, account or key; the browser keeps a session cookie that scripts cannot read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.api.gate import COOKIE, SIGN_IN, Guard, UnauthorizedError, client_address
from assistant.api.language import negotiate
from assistant.api.rate_limit import RateLimitedError
from assistant.api.session_cookie import end_session, go, set_session
from assistant.api.sign_in_words import PROBLEMS, WORDS

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


def sign_in_routes(guard: Guard, provider_name: str | None = None) -> APIRouter:
    """The pages with which a browser signs in and out. `provider_name` None: there is no identity provider."""
    router = APIRouter(include_in_schema=False)

    @router.get(SIGN_IN)
    async def form(
        request: Request,
        next: Annotated[str, Query(max_length=2000)] = "/",
        problem: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        if not guard.in_use():
            return go(request, "/")
        message = PROBLEMS.get(problem, ("", ""))[_language(request) == "en"]
        return _page(request, next, message, 401 if message else 200)

    @router.post(SIGN_IN)
    async def sign_in(request: Request) -> Response:
        # A small form read as it stands: python-multipart's parser is for files.
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=5)
        key, name, target = (fields.get(field, [""])[0].strip() for field in ("key", "name", "next"))
        password = fields.get("password", [""])[0]
        if not guard.in_use():
            return go(request, "/")
        try:
            if name and guard.people is not None:
                token = await guard.session_by_password(name, password, client_address(request))
            else:
                token = guard.session_by_key(key, client_address(request))
        except (UnauthorizedError, RateLimitedError) as error:
            message = error.english if _language(request) == "en" else str(error)
            return _page(request, target, message, error.http_status)
        return set_session(request, token, target)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        if token := request.cookies.get(COOKIE):
            guard.close_session(token)
        return end_session(request)

    def _page(request: Request, target: str, message: str = "", status: int = 200) -> HTMLResponse:
        language = _language(request)
        html = _templates.get_template("sign_in.html").render(
            language=language,
            words=WORDS[language],
            message=message,
            target=target,
            provider=provider_name,
            accounts=guard.people is not None and guard.people.in_use(),
            keys=guard.keys is not None and guard.keys.in_use(),
        )
        return HTMLResponse(html, status, headers=_HEADERS)

    return router


def _language(request: Request) -> str:
    return negotiate(request.headers.get("accept-language"))
