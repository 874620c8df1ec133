"""The manifest of a prepared model: what it is, where it came from and the hashes that prove it whole."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vectorstore.errors import ConfigurationError

BUNDLED = "multilingual-e5-small"
MANIFEST_FILE = "manifest.json"
ONNX_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
RECIPE = "onnx-int8-per-channel-7bit-1"  # changes whenever the same weights would give other vectors


class Manifest(BaseModel):
    """Everything serving needs to know of a prepared model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    source: str  # package file, hub name or folder the weights were taken from
    fingerprint: str  # of that source, to notice when it changes; empty for hub names
    model_id: str
    recipe: str
    dimensions: int
    max_tokens: int
    pooling: Literal["mean", "cls"]
    prompts: dict[Literal["query", "passage"], str]
    fidelity_mean: float  # cosine to the float32 model over the sample
    fidelity_min: float
    files: dict[str, str]  # file name -> sha256
    versions: dict[str, str]  # libraries it was exported with


def model_folder(name: str | None, data_dir: Path) -> Path:
    """Where the prepared form of a model lives: `data_dir/models/<name>/`. A local folder adds a hash of its path."""
    if name is None or name == BUNDLED:
        return data_dir / "models" / BUNDLED
    local = Path(name).expanduser()
    if local.is_dir():
        digest = hashlib.sha256(str(local.resolve()).encode()).hexdigest()[:8]
        return data_dir / "models" / f"{_slug(local.resolve().name)}-{digest}"
    return data_dir / "models" / _slug(name)


def display_name(name: str) -> str:
    """A model's name without the path it lies at, so that a moved folder is still the same model."""
    local = Path(name).expanduser()
    return local.resolve().name if local.is_dir() else name


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "--", name).strip(".-") or "model"


def file_hash(path: Path) -> str:
    """sha256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path, name: str | None = None) -> Manifest:
    """The manifest of a prepared model, after checking every file against its hash. `name` is for the message only.

    Raises ConfigurationError when the manifest is missing or unreadable, or a file is missing or altered.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise _broken(folder, MANIFEST_FILE, name) from error
    for file, expected in manifest.files.items():
        path = folder / file
        if not path.is_file() or file_hash(path) != expected:
            raise _broken(folder, file, name)
    return manifest


def _broken(folder: Path, file: str, name: str | None) -> ConfigurationError:
    command = f"assistant models prepare {name or ''}".rstrip()
    return ConfigurationError(
        f"Thư mục mô hình bị hỏng: {folder} (tệp {file} thiếu hoặc đã thay đổi). Hãy chạy lại: {command}",
        f"The model folder is broken: {folder} (file {file} is missing or altered). Run again: {command}",
    )
