"""Asking without anybody having asked: what the page tries out by itself is neither counted nor put on record."""

from __future__ import annotations

from assistant.api.metrics import Measured
from assistant.api.protocol import AssistantLike
from assistant.audit.recording import Recorded


def unobserved(assistant: AssistantLike) -> AssistantLike:
    """The assistant behind what counts and records its answers; it sees no more documents than before."""
    while isinstance(assistant, (Measured, Recorded)):
        assistant = assistant.assistant
    return assistant
