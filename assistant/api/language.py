"""Which of the two languages a client reads: Vietnamese unless it prefers English."""

from __future__ import annotations

from typing import Literal

Language = Literal["vi", "en"]


def negotiate(accept_language: str | None) -> Language:
    """The language for an Accept-Language header (RFC 9110, 12.5.4); Vietnamese where it names neither."""
    weights: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weights[primary] = max(weights.get(primary, 0.0), _quality(parameter))
    return "en" if weights.get("en", 0.0) > weights.get("vi", 0.0) else "vi"


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
