"""Embedding through sentence-transformers: any model as it is, prepared or not, on the GPU if there is one."""

from __future__ import annotations

from typing import Any

import numpy as np
from langchain_huggingface import HuggingFaceEmbeddings

from vectorstore.embedding.base import ForwardPass, Offsets, PolicyEmbeddings, Prompt, Vectors, normalised, text_tokens
from vectorstore.embedding.export import cannot_load, weights_hash
from vectorstore.embedding.manifest import display_name
from vectorstore.embedding.prompts import resolve_prompts
from vectorstore.errors import ConfigurationError

GPU_BATCH = 32


class SentenceTransformerEmbeddings(PolicyEmbeddings):
    """A sentence-transformers model behind LangChain's `HuggingFaceEmbeddings`, with the model's prompts.

    On a processor texts are embedded one by one, so a vector never depends on its batch mates; on a GPU in batches of
    `GPU_BATCH`, where it may differ in the last bits. Line breaks reach the model as blanks.
    """

    def __init__(self, name: str, threads: int = 2) -> None:
        """Load the hub name or folder `name`. Raises ConfigurationError when there is no such model."""
        self._model = _load(name)
        client = self._client = self._model._client
        self.dimensions = client.encode(["thử"], show_progress_bar=False).shape[1]
        self.max_tokens = client.max_seq_length or 512
        self.model_id = f"{display_name(name)}@{weights_hash(client)[:12]}"
        self.supports_tokens = _shows_tokens(client)
        self._prompts = resolve_prompts(name, client.prompts)
        if client.device.type == "cpu":
            _limit_threads(threads)
        batch = 1 if client.device.type == "cpu" else GPU_BATCH
        common = {"normalize_embeddings": True, "batch_size": batch}
        self._model.encode_kwargs = common | {"prompt": self._prompts["passage"]}
        self._model.query_encode_kwargs = common | {"prompt": self._prompts["query"]}

    def embed_query(self, text: str) -> list[float]:
        return self._model.embed_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._model.embed_documents(texts) if texts else []

    def forward(self, text: str, prompt: Prompt) -> ForwardPass:
        """Raises ConfigurationError for a model that shows no token vectors (`supports_tokens` tells beforehand)."""
        if not self.supports_tokens:
            raise ConfigurationError(
                f"Mô hình {self.model_id} không cho biết vectơ của từng token.",
                f"The model {self.model_id} shows no token vectors.",
            )
        flat = text.replace("\n", " ")  # as HuggingFaceEmbeddings does; lengths stay the same
        (features,) = self._client.encode(
            [flat], prompt=self._prompts[prompt], output_value=None, show_progress_bar=False
        )
        spans, special = self._tokens(self._prompts[prompt] + flat)
        kept, offsets = text_tokens(flat, len(self._prompts[prompt]), spans, special)
        hidden: Vectors = features["token_embeddings"].float().cpu().numpy()
        whole: Vectors = features["sentence_embedding"].float().cpu().numpy()
        return ForwardPass(offsets, hidden[kept], normalised(whole))

    def _tokens(self, text: str) -> tuple[Offsets, Any]:
        encoded = self._client.tokenizer(
            text,
            truncation=True,
            max_length=self.max_tokens,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        return np.array(encoded["offset_mapping"], np.int64), np.array(encoded["special_tokens_mask"], bool)


def _load(name: str) -> HuggingFaceEmbeddings:
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return HuggingFaceEmbeddings(model_name=name)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise cannot_load(name, error) from error


def _shows_tokens(client: Any) -> bool:
    return type(client[0]).__name__ == "Transformer" and bool(getattr(client.tokenizer, "is_fast", False))


def _limit_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(max(1, threads))
