"""What an answer depends on besides the documents, as the audit log notes it."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import prompts
from assistant.answering.abstention import CALIBRATION_FILE
from assistant.settings import Settings

_OF_ANSWERING = (
    "chat_model",
    "chat_base_url",
    "chat_context_tokens",
    "unsupported_claims",
    "retrieve_k",
    "answer_threshold",
)


def describe_configuration(settings: Settings, embedding_model: str) -> dict[str, Any]:
    """Versions, models, prompts, calibration and the settings of answering; files by the start of their SHA-256."""
    return {
        "version": program_version(),
        "embedding_model": embedding_model,
        "calibration": _digest(CALIBRATION_FILE.read_bytes()),
        "prompts": {name: _digest(prompts.load(name).template.encode()) for name in prompts.NAMES},
        **{name: getattr(settings, name) for name in _OF_ANSWERING},
    }


def program_version() -> str:
    """The installed version; "0" in a source tree that is not installed."""
    try:
        return version("policy-assistant")
    except PackageNotFoundError:
        return "0"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
