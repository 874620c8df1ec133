"""A page of another server with the widget on it, under as strict a Content-Security-Policy as there is."""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

_HERE = Path(__file__).parent


def demo_page(server: str, key: str, language: str = "vi") -> Starlette:
    """An application with the page at `/`; `server` is the address of the assistant, its path prefix included."""
    server = server.rstrip("/")
    scheme, _, rest = server.partition("://")
    origin = f"{scheme}://{rest.partition('/')[0]}"
    html = (_HERE / "demo.html").read_text(encoding="utf-8")
    for name, value in (("{server}", server), ("{key}", key), ("{language}", language)):
        html = html.replace(name, escape(value, quote=True))
    # No inline style, no eval, no HTML from strings, nothing from anywhere but here and the assistant.
    policy = (
        f"default-src 'none'; script-src {origin}; connect-src {origin}; style-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )

    async def page(request: Request) -> Response:
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def style(request: Request) -> Response:
        return Response((_HERE / "demo.css").read_text(encoding="utf-8"), media_type="text/css")

    async def icon(request: Request) -> Response:
        return Response(status_code=204)

    return Starlette(routes=[Route("/", page), Route("/demo.css", style), Route("/favicon.ico", icon)])
