"""From files to the store: load, clean, read metadata, chunk, add; unchanged files are left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ingest.chunker import chunk, with_pages
from ingest.duplicates import most_alike, sketch
from ingest.loaders import SUPPORTED_SUFFIXES, load
from ingest.metadata import read_metadata
from ingest.relations import find_relations
from ingest.structure import blocks
from vectorstore.errors import NotFoundError, PolicyError
from vectorstore.records import Chunk, Document
from vectorstore.store import Store
from vectorstore.validity import effective_date

Outcome = Literal["added", "new_version", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file; `reason` says why it failed or what the reader should know."""

    path: Path
    outcome: Outcome
    reason: str = ""
    chunks: int = 0
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One file is done: `done` of `total`."""

    done: int
    total: int
    result: FileResult


@dataclass(frozen=True, slots=True)
class Summary:
    """Results by outcome; `failed` files did not stop the others."""

    added: list[FileResult] = field(default_factory=list)
    new_versions: list[FileResult] = field(default_factory=list)
    unchanged: list[FileResult] = field(default_factory=list)
    failed: list[FileResult] = field(default_factory=list)

    @property
    def results(self) -> list[FileResult]:
        return [*self.added, *self.new_versions, *self.unchanged, *self.failed]

    def note(self, result: FileResult) -> None:
        """File `result` under its outcome."""
        lists = {
            "added": self.added,
            "new_version": self.new_versions,
            "unchanged": self.unchanged,
            "failed": self.failed,
        }
        lists[result.outcome].append(result)


def ingest(
    paths: Sequence[Path],
    store: Store,
    collection: str = "default",
    on_progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Add files and folders to the store. A file that cannot be read is reported in the summary.

    Raises NotFoundError when a named path does not exist or a folder cannot be read.
    """
    files = find_files(paths)
    summary = Summary()
    for done, path in enumerate(files, start=1):
        result = _ingest_file(path, store, collection)
        summary.note(result)
        if on_progress:
            on_progress(Progress(done, len(files), result))
    return summary


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Files to read, each once, sorted within folders. Files named one by one are kept whatever their suffix."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise NotFoundError(
                f"Không tìm thấy {path}. Kiểm tra lại đường dẫn.", f"{path} does not exist. Check the path."
            )
        found.update(dict.fromkeys(_inside(path) if path.is_dir() else [path]))
    return list(found)


def _inside(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise NotFoundError(
            f"Không đọc được thư mục {folder}: {error.strerror}. Kiểm tra quyền truy cập.",
            f"Cannot read folder {folder}: {error.strerror}. Check its permissions.",
        ) from error
    for entry in entries:
        if entry.name.startswith((".", "~$")):
            continue
        if entry.is_dir():
            yield from _inside(entry)
        elif entry.suffix.lower() in SUPPORTED_SUFFIXES:
            yield entry


def build_document(path: Path, collection: str = "default") -> tuple[Document, list[Chunk]]:
    """The file as a first version with its chunks; touches no store. Raises UnreadableFileError (a PolicyError)."""
    raw = load(path)
    parts = blocks(raw.text)
    meta = read_metadata(raw.text, parts, path.name, raw.title_hint, raw.published)
    document = Document(
        document_id="d" + hashlib.sha256(f"{collection}\x00{raw.text}".encode()).hexdigest()[:15],
        version=1,
        source=path.name,
        text=raw.text,
        title=meta.title,
        collection=collection,
        pages=raw.pages,
        warnings=(*raw.warnings, *meta.warnings),
        relations=find_relations(raw.text, parts, meta.values.get("symbol"), meta.values.get("kind")),
        provenance={**meta.provenance, "sketch": sketch(raw.text)},
        content_hash=hashlib.sha256(raw.text.encode()).hexdigest(),
        effective_date=effective_date(raw.text, meta.values.get("issue_date")),
        **meta.values,
    )
    chunks = chunk(document, parts)
    return document, with_pages(chunks, raw.page_starts) if raw.page_starts else chunks


def _ingest_file(path: Path, store: Store, collection: str) -> FileResult:
    try:
        document, chunks = build_document(path, collection)
        return _store(path, document, chunks, store)
    except PolicyError as error:
        return FileResult(path, "failed", str(error))
    except OSError as error:
        return FileResult(path, "failed", f"{path.name}: không đọc được tệp ({error.strerror}).")
    except Exception as error:  # whatever a strange file provokes is reported for it and must not stop the others
        return FileResult(path, "failed", f"{path.name}: lỗi không lường trước ({type(error).__name__}: {error}).")


def _store(path: Path, document: Document, chunks: list[Chunk], store: Store) -> FileResult:
    same = store.find_by_content(document.content_hash, document.collection)
    if same:
        store.add_source(same.document_id, same.version, document.source, document.collection)
        return FileResult(path, "unchanged", "", 0, same.document_id)
    if not chunks:
        return FileResult(path, "failed", f"{path.name}: chỉ có tiêu đề hoặc nội dung phụ, không có gì để trả lời.")
    before = store.find_by_source(document.source, document.collection)
    if before and store.catalogue.sources(before.document_id) != [document.source]:
        before = None  # other files still hold the old text: this one becomes a document of its own
    if before:
        document = replace(document, document_id=before.document_id, version=before.version + 1)
        chunks = [replace(item, document_id=document.document_id, version=document.version) for item in chunks]
    alike = most_alike(document, store.listing())
    if alike:
        other, share = alike
        note = f"Gần trùng với văn bản {other.source} ({share:.0%} nội dung giống nhau)."
        provenance = {**document.provenance, "near_duplicate_of": other.document_id}
        document = replace(document, warnings=(*document.warnings, note), provenance=provenance)
    store.add(document, chunks)
    reason = " ".join(document.warnings)
    return FileResult(path, "new_version" if before else "added", reason, len(chunks), document.document_id)
