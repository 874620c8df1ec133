"""Where the engine is, and how it is to keep vectors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """A Milvus server: `token` is user:password or an API key; `quantised` keeps vectors as int8 in its memory."""

    url: str
    token: str = ""
    quantised: bool = False
