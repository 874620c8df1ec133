"""The embedding model: prepared once as int8 ONNX, or run as it is through sentence-transformers.

Heavy libraries are imported by the function that needs them: loading a prepared model never imports torch.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vectorstore.embedding.base import PolicyEmbeddings, TokenVectors
from vectorstore.embedding.manifest import BUNDLED, Manifest, model_folder, read_manifest
from vectorstore.errors import NotReadyError

__all__ = ["BUNDLED", "Manifest", "PolicyEmbeddings", "TokenVectors", "load_embeddings", "prepare_model"]


def _silent(_message: str) -> None:
    """The default progress: none."""


def prepare_model(name: str | None, data_dir: Path, progress: Callable[[str], None] = _silent) -> Manifest:
    """Build the served form of a model under `data_dir/models/` and return its manifest.

    `name` is None for the bundled model, else a hub name or the folder of a sentence-transformers model. An intact
    prepared model is returned at once; the folder appears whole or not at all. `progress` gets a line a step.
    Raises ConfigurationError when the model cannot be loaded or exported, or loses too much to int8.
    """
    from vectorstore.embedding.prepare import prepare

    return prepare(name, data_dir, progress)


def load_embeddings(name: str | None, data_dir: Path, threads: int = 2) -> PolicyEmbeddings:
    """The model to embed with: the prepared form if there is one, else (never for the bundled model) as it is.

    Raises NotReadyError when the bundled model is not prepared, ConfigurationError when a model folder is broken or
    there is no such model.
    """
    folder = model_folder(name, data_dir)
    if folder.is_dir():
        from vectorstore.embedding.runtime import OnnxEmbeddings

        return OnnxEmbeddings(folder, threads, read_manifest(folder, name))
    if name is None or name == BUNDLED:
        raise NotReadyError(
            f"Chưa có mô hình nhúng trong {folder}. Hãy chạy: assistant models prepare",
            f"There is no prepared embedding model in {folder}. Run: assistant models prepare",
        )
    from vectorstore.embedding.unprepared import SentenceTransformerEmbeddings

    return SentenceTransformerEmbeddings(name, threads)
