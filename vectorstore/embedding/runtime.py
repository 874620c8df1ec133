"""Embedding with ONNX Runtime: the prepared form of a model. Imports neither torch nor transformers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from vectorstore.embedding.base import ForwardPass, PolicyEmbeddings, Prompt, Vectors, normalised, text_tokens
from vectorstore.embedding.manifest import ONNX_FILE, TOKENIZER_FILE, Manifest, read_manifest
from vectorstore.embedding.vocabulary import FrugalTokenizer
from vectorstore.errors import ConfigurationError


class OnnxEmbeddings(PolicyEmbeddings):
    """A prepared model. Safe to use from several threads."""

    def __init__(self, folder: Path, threads: int = 2, manifest: Manifest | None = None) -> None:
        """Load the model in `folder`; `threads` bounds the processor cores used. Raises ConfigurationError."""
        manifest = manifest or read_manifest(folder)
        self.model_id = manifest.model_id
        self.dimensions = manifest.dimensions
        self.max_tokens = manifest.max_tokens
        self._prompts = manifest.prompts
        self._pooling = manifest.pooling
        self._threads = max(1, threads)
        self._tokenizer = FrugalTokenizer(folder / TOKENIZER_FILE, manifest.max_tokens)
        self._session = _load_session(folder / ONNX_FILE)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="embed")

    def _encode(self, text: str, prompt: Prompt) -> tuple[Any, Vectors, Vectors]:
        ids, encoding = self._tokenizer.encode(self._prompts[prompt] + text)
        hidden: Vectors = self._session.run(None, {"input_ids": ids[None, :]})[0][0]
        pooled = hidden[0] if self._pooling == "cls" else hidden.mean(axis=0)
        return encoding, hidden, normalised(pooled)

    def forward(self, text: str, prompt: Prompt) -> ForwardPass:
        encoding, hidden, pooled = self._encode(text, prompt)
        spans = np.array(encoding.offsets, np.int64)
        special = np.array(encoding.special_tokens_mask, bool)
        kept, offsets = text_tokens(text, len(self._prompts[prompt]), spans, special)
        return ForwardPass(offsets, hidden[kept], pooled)

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._encode(text, "query")[2].tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        # One text a run: int8 scales are taken over the whole input, so batch mates would change a vector.
        # Two runs side by side on one thread each beat one run on two threads by a third, with identical vectors.
        vectors = self._pool.map(lambda text: self._encode(text, "passage")[2].tolist(), texts)
        return list(vectors)

    def embed_passages_with_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[tuple[Vectors, Vectors]]:
        pairs = zip(texts, spans, strict=True)
        return list(self._pool.map(lambda pair: self.embed_passage_with_spans(*pair), pairs))


def _load_session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions share no public base class
        raise ConfigurationError(
            f"Không nạp được mô hình {path}. Hãy chạy lại: assistant models prepare ({error})",
            f"The model {path} cannot be loaded. Run again: assistant models prepare ({error})",
        ) from error
