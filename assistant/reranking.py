"""Optional reranking of passages by a cross-encoder, which reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any, Protocol, runtime_checkable

import numpy as np

from vectorstore.errors import ConfigurationError


@runtime_checkable
class Reranker(Protocol):
    """Scores passages for a question; larger is better, on any scale."""

    def scores(self, question: str, passages: Sequence[str]) -> np.ndarray:
        """One score a passage, shape (len(passages),)."""
        ...


class CrossEncoderReranker:
    """Any sentence-transformers `CrossEncoder` with one output, by hub name or folder. Safe to use from threads."""

    def __init__(self, name: str, batch_size: int = 16) -> None:
        """Load the model. Raises ConfigurationError when there is none of that name, or it gives no single score."""
        self._model = _load(name)
        self._batch_size = batch_size
        self._lock = Lock()

    def scores(self, question: str, passages: Sequence[str]) -> np.ndarray:
        pairs = [(question, passage) for passage in passages]
        with self._lock:
            found = self._model.predict(pairs, batch_size=self._batch_size, show_progress_bar=False)
        return np.asarray(found, dtype=np.float64).reshape(len(pairs))


def _load(name: str) -> Any:
    from sentence_transformers import CrossEncoder  # with it comes torch, which nothing else needs while serving
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        model = CrossEncoder(name)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise ConfigurationError(
            f"Không nạp được mô hình xếp hạng lại {name}: {error}.", f"Cannot load the reranker {name}: {error}."
        ) from error
    if model.num_labels != 1:
        raise ConfigurationError(
            f"Mô hình xếp hạng lại {name} phải cho một điểm số cho mỗi đoạn, không phải {model.num_labels}.",
            f"The reranker {name} must give one score a passage, not {model.num_labels}.",
        )
    return model
