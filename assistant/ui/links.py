"""Addresses of the document pages. Relative, so that they also work behind a proxy's path prefix."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def document_link(document_id: str, version: int, start: int = 0, end: int = 0) -> str:
    """Where a document opens, with the span marked unless it is empty."""
    query = urlencode({"version": version, "start": start, "end": end})
    return f"documents/{quote(document_id, safe='')}?{query}"
