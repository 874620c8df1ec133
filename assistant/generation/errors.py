"""The one way in which generation fails."""

from __future__ import annotations

from vectorstore.errors import PolicyError


class GenerationError(PolicyError):
    """The chat model failed, was too slow or said nothing; the extractive answer can still be given."""

    slug = "generation"
    http_status = 502
