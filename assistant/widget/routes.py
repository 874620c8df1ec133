"""`/widget.js`: the script with its style sheet inside, as it is put on the pages of other servers."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

WIDGET = "/widget.js"
_STATIC = Path(__file__).parent / "static"
_STYLE_MARK = '"style sheet"'  # stands in the script where the style sheet goes


def widget_routes() -> APIRouter:
    """The route of the script. It holds no secret: the page names the key."""
    router = APIRouter(include_in_schema=False)

    @router.get(WIDGET)
    async def script(request: Request) -> Response:
        text, tag = widget_script()
        headers = {
            "ETag": tag,
            "Cache-Control": "public, max-age=300",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*",  # so that a page may pin the script by its hash
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(text, media_type="text/javascript", headers=headers)

    return router


@cache
def widget_script() -> tuple[str, str]:
    """The script and its ETag."""
    style = (_STATIC / "widget.css").read_text(encoding="utf-8")
    script = (_STATIC / "widget.js").read_text(encoding="utf-8")
    if script.count(_STYLE_MARK) != 1:
        raise RuntimeError("widget.js has lost the place for its style sheet")
    text = script.replace(_STYLE_MARK, json.dumps(style, ensure_ascii=False))
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
