"""Requests of the page's own script, which a session cookie lets in: other sites must not be able to send them."""

from __future__ import annotations

from fastapi import Request

from assistant.api.gate import ForbiddenError

HEADER = "X-Policy-Page"  # browsers let no other site send a header of this kind without asking this server first
# Parts of the page hold what one reader may see: nothing keeps them, nothing in them runs.
FRAGMENT = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def from_own_page(request: Request) -> None:
    """Raises ForbiddenError for a request that another site could have made a browser send."""
    if not request.headers.get(HEADER):
        raise ForbiddenError("Yêu cầu này chỉ nhận từ trang của trợ lý.", "Only the assistant's own page may ask this.")
