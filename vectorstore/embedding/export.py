"""From a sentence-transformers model to int8 ONNX: checks that it can be, exports, quantises, measures the loss."""

from __future__ import annotations

import hashlib
import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vectorstore.embedding.base import Prompt, Vectors
from vectorstore.embedding.manifest import TOKENIZER_FILE
from vectorstore.embedding.prompts import Prompts, resolve_prompts
from vectorstore.embedding.vocabulary import COMMON_FILE, write_common
from vectorstore.errors import ConfigurationError

OPSET = 17


@dataclass(frozen=True, slots=True)
class Facts:
    """What serving must know of a model to repeat it."""

    dimensions: int
    max_tokens: int
    pooling: Literal["mean", "cls"]
    prompts: Prompts
    weights_hash: str


@dataclass(frozen=True, slots=True)
class Exportable:
    """A loaded sentence-transformers model that passed the checks."""

    model: Any  # sentence_transformers.SentenceTransformer, float32, on the CPU
    facts: Facts

    def encode(self, texts: list[str], prompt: Prompt) -> Vectors:
        """Reference vectors in float32, (n, d), L2-normalised, one text a batch."""
        vectors: Vectors = self.model.encode(
            texts, prompt=self.facts.prompts[prompt], batch_size=1, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


def load_exportable(name: str, location: str | Path) -> Exportable:
    """Load the model at `location` (a hub name or folder). Raises ConfigurationError when it cannot be exported."""
    model = load_sentence_transformer(name, location, device="cpu").float().eval()
    pooling = _check_modules(name, model)
    return Exportable(
        model,
        Facts(
            dimensions=model[0].auto_model.config.hidden_size,
            max_tokens=model.max_seq_length or 512,
            pooling=pooling,
            prompts=resolve_prompts(name, model.prompts),
            weights_hash=weights_hash(model),
        ),
    )


def load_sentence_transformer(name: str, location: str | Path, device: str | None = None) -> Any:
    """A SentenceTransformer. Raises ConfigurationError when there is no such model or no network to fetch it."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(str(location), device=device)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise cannot_load(name, error) from error


def cannot_load(name: str, error: Exception) -> ConfigurationError:
    """The error for a model that sentence-transformers cannot open."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return ConfigurationError(
        f"Không nạp được mô hình nhúng {name!r}: {reason}. Hãy kiểm tra tên hoặc thư mục, và kết nối mạng nếu mô hình"
        " phải tải về.",
        f"The embedding model {name!r} cannot be loaded: {reason}. Check the name or folder, and the network if it has"
        " to be fetched.",
    )


def weights_hash(model: Any) -> str:
    """sha256 over names, types, shapes and bytes of all parameters and buffers, hexadecimal."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _check_modules(name: str, model: Any) -> Literal["mean", "cls"]:
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise _cannot_export(name, f"modules {' + '.join(kinds)}")
    if not getattr(model.tokenizer, "is_fast", False):
        raise _cannot_export(name, "tokenizer không có dạng tokenizer.json (no fast tokenizer)")
    mode = getattr(model[1], "pooling_mode", None) or model[1].get_pooling_mode_str()
    if mode not in ("mean", "cls") or not getattr(model[1], "include_prompt", True) or model.truncate_dim:
        raise _cannot_export(name, f"pooling {mode}")
    return "mean" if mode == "mean" else "cls"


def _cannot_export(name: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"Chưa thể chuẩn bị mô hình {name!r} sang ONNX ({reason}). Vẫn dùng được mô hình này mà không cần chuẩn bị:"
        f" đặt ASSISTANT_EMBEDDING_MODEL={name}, nó sẽ chạy qua sentence-transformers.",
        f"The model {name!r} cannot be prepared as ONNX ({reason}). It still runs unprepared through"
        f" sentence-transformers: set ASSISTANT_EMBEDDING_MODEL={name}.",
    )


def export_float(name: str, source: Exportable, path: Path) -> None:
    """Write the float32 ONNX graph: `input_ids` (1, n) to `last_hidden_state` (1, n, d), n free.

    Texts are embedded one by one, so there is no padding and the graph needs no attention mask.
    """
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, transformer: Any) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any) -> Any:
            return self.transformer(input_ids=input_ids).last_hidden_state

    sample = source.model.tokenizer("Hội nghị tổng kết công tác dân vận", return_tensors="pt")["input_ids"]
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tracer warns of every shape it reads
            torch.onnx.export(
                Encoder(source.model[0].auto_model).eval(), (sample,), str(path),
                input_names=["input_ids"], output_names=["last_hidden_state"],
                dynamic_axes={"input_ids": {1: "n"}, "last_hidden_state": {1: "n"}},
                opset_version=OPSET, dynamo=False,
            )  # fmt: skip
    except Exception as error:  # the exporter lets through whatever the model's own code raises
        raise _cannot_export(name, f"{type(error).__name__}: {error}") from error


def quantise(float_path: Path, path: Path) -> None:
    """Write the int8 form of a float32 graph: weights per output channel, embedding tables too, activations dynamic.

    Weights keep to 7 of the 8 bits: on processors without VNNI two full-range products overflow the 16-bit sums, so the
    same text would get another, worse vector there. It costs 0.0005 of cosine and nothing in XQuAD-vi R@1 or speed.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().addFilter(_is_not_hint)
    try:
        quantize_dynamic(float_path, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
    finally:
        logging.getLogger().removeFilter(_is_not_hint)


def _is_not_hint(record: logging.LogRecord) -> bool:
    # Pre-processing is for static quantisation; the hint would only confuse whoever prepares a model.
    return "pre-processing before quantization" not in record.getMessage()


def save_tokenizer(source: Exportable, folder: Path) -> None:
    """Write the model's tokenizer as tokenizer.json, without truncation or padding."""
    source.model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    write_common(folder / TOKENIZER_FILE, folder / COMMON_FILE)
