"""The cookie of a browser that has signed in, and where it goes next."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse

from assistant.access.keys import SESSION_S
from assistant.api.gate import COOKIE, SIGN_IN


def prefix_of(request: Request) -> str:
    """The path that a proxy serves the application under, also within an application mounted in it."""
    prefix: str = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    return prefix


def set_session(request: Request, token: str, target: str) -> RedirectResponse:
    """To a page of this server, with the session."""
    answer = go(request, target)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_S,
        path=prefix_of(request) or "/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def end_session(request: Request) -> RedirectResponse:
    """To the sign-in page, without the cookie."""
    answer = go(request, SIGN_IN)
    answer.delete_cookie(COOKIE, path=prefix_of(request) or "/")
    return answer


def go(request: Request, target: str) -> RedirectResponse:
    """To a page of this server: a target that a browser would read as another host leads to the start page."""
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return RedirectResponse(f"{prefix_of(request)}{target if inside else '/'}", 303)
