"""Addresses of the document pages. Relative, so that they also work behind a proxy's path prefix."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from assistant.types import Citation


def document_link(citation: Citation) -> str:
    """Where the cited document opens at the cited sentence."""
    query = urlencode({"version": citation.version, "start": citation.start, "end": citation.end})
    return f"documents/{quote(citation.document_id, safe='')}?{query}"
