"""Addresses of the document pages. Relative, so that they also work behind a proxy's path prefix."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def document_link(document_id: str, version: int, start: int = 0, end: int = 0, page: int | None = None) -> str:
    """Where a document opens, with the span marked unless it is empty; `page` is the page of the span."""
    return f"documents/{quote(document_id, safe='')}?{_span(version, start, end, page)}"


def picture_link(document_id: str, version: int, start: int, end: int, page: int | None) -> str:
    """The picture of a PDF's page with the span marked."""
    return f"documents/{quote(document_id, safe='')}/page.png?{_span(version, start, end, page)}"


def _span(version: int, start: int, end: int, page: int | None) -> str:
    return urlencode({"version": version, "start": start, "end": end} | ({"page": page} if page else {}))
