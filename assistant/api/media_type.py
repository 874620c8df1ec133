"""Bodies are JSON; anything else is refused before it is misread."""

from __future__ import annotations

from fastapi import Request

from vectorstore.errors import InvalidInputError


class UnsupportedMediaTypeError(InvalidInputError):
    """The body is announced as something other than JSON."""

    slug = "unsupported-media-type"
    http_status = 415


async def require_json(request: Request) -> None:
    """Raises UnsupportedMediaTypeError for a body that is not announced as JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    if has_body and media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaTypeError(
            "Hãy gửi nội dung dạng JSON với tiêu đề Content-Type: application/json.",
            "Send the body as JSON with the header Content-Type: application/json.",
        )
