"""From files to the store: load, clean, read metadata, chunk, add; unchanged files are left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Literal

from ingest.ahead import Ahead, Coming, Prepared
from ingest.chunker import chunk, with_pages
from ingest.discovery import discover, find_files
from ingest.duplicates import NearDuplicates, sketch
from ingest.loaders import load
from ingest.loaders.base import MAX_BYTES
from ingest.metadata import read_metadata
from ingest.relations import find_relations
from ingest.results import FileResult, Outcome, Progress, Stage, Summary
from ingest.structure import blocks
from vectorstore.disk import disk_error
from vectorstore.errors import NotReadyError, PolicyError
from vectorstore.records import Chunk, Document
from vectorstore.store import Store
from vectorstore.store_writing import Vectors
from vectorstore.validity import effective_date

__all__ = ["FileResult", "Progress", "Stage", "Summary", "build_document", "find_files", "ingest"]

READER = installed_version("policy-assistant")  # files are read again after an upgrade, it may read them better


def ingest(
    paths: Sequence[Path],
    store: Store,
    collection: str = "default",
    on_progress: Callable[[Progress], None] | None = None,
    on_stage: Callable[[Stage], None] | None = None,
    *,
    max_bytes: int = MAX_BYTES,
    again: bool = False,
) -> Summary:
    """Add files and folders to the store. A file that cannot be read is reported in the summary.

    Files larger than `max_bytes` are refused; files that did not change since they were ingested are not opened,
    unless `again` is set. Raises NotFoundError when a named path does not exist or a named folder cannot be read.
    """
    found = discover(paths)
    summary = Summary(unsupported=found.unsupported)
    for folder, reason in found.closed:
        summary.note(FileResult(folder, "failed", f"{folder.name}: không đọc được thư mục ({reason})."))
    total = len(found.files)
    reporters = [_Reporter(number, total, path, on_stage) for number, path in enumerate(found.files, start=1)]
    duplicates = NearDuplicates(store.catalogue)
    todo = (
        (None if again else _unchanged(reporter.path, store, collection))
        or partial(_prepare, reporter.path, collection, max_bytes)
        for reporter in reporters
    )
    with closing(Ahead(store).prepared(todo)) as files:
        for reporter, coming in zip(reporters, files, strict=True):
            result = _keep(coming, store, duplicates, reporter)
            summary.note(result)
            if on_progress:
                on_progress(Progress(reporter.number, total, result))
    return summary


@dataclass(frozen=True, slots=True)
class _Reporter:
    number: int
    total: int
    path: Path
    to: Callable[[Stage], None] | None

    def say(self, name: Literal["read", "store"]) -> None:
        if self.to:
            self.to(Stage(self.number, self.total, self.path, name))


def build_document(path: Path, collection: str = "default", max_bytes: int = MAX_BYTES) -> tuple[Document, list[Chunk]]:
    """The file as a first version with its chunks; touches no store. Raises UnreadableFileError (a PolicyError)."""
    raw = load(path, max_bytes)
    parts = blocks(raw.text)
    meta = read_metadata(
        raw.text, parts, path.name, raw.title_hint, raw.published,
        from_picture=1 in raw.ocr_pages, unsure=raw.unsure_lines,
    )  # fmt: skip
    document = Document(
        document_id="d" + _digest(f"{collection}\x00{raw.text}")[:15],
        version=1,
        source=path.name,
        text=raw.text,
        title=meta.title,
        collection=collection,
        pages=raw.pages,
        warnings=(*raw.warnings, *meta.warnings),
        relations=find_relations(raw.text, parts, meta.values.get("symbol"), meta.values.get("kind")),
        provenance={**meta.provenance, "sketch": sketch(raw.text)},
        content_hash=_digest(raw.text),
        effective_date=effective_date(raw.text, meta.values.get("issue_date")),
        **meta.values,
    )
    chunks = chunk(document, parts)
    return document, with_pages(chunks, raw.page_starts) if raw.page_starts else chunks


def _unchanged(path: Path, store: Store, collection: str) -> FileResult | None:
    try:
        held = store.files.unchanged(path, collection, READER)
    except Exception as error:
        return _failure(path, error)
    return FileResult(path, "unchanged", document_id=held) if held else None


def _prepare(path: Path, collection: str, max_bytes: int) -> Prepared:
    try:
        stat = path.stat()  # before reading: a change while it is read is found the next time
        document, chunks = build_document(path, collection, max_bytes)
        return Prepared(document, chunks, (stat.st_size, stat.st_mtime_ns))
    except Exception as error:
        return Prepared(result=_failure(path, error))


def _keep(coming: Coming, store: Store, duplicates: NearDuplicates, reporter: _Reporter) -> FileResult:
    reporter.say("read")
    prepared = coming.read()
    path, document = reporter.path, prepared.document
    if document is None:
        assert prepared.result is not None
        return prepared.result
    try:
        reporter.say("store")
        result, version = _store(path, document, prepared.chunks, coming.embedded(), store, duplicates)
        if result.document_id:
            held = (result.document_id, version)
            store.files.remember(path, document.collection, READER, prepared.size_and_time, held)
        return result
    except Exception as error:
        passing = disk_error(error) or (error if isinstance(error, NotReadyError) else None)
        if passing is None:
            return _failure(path, error)
        return FileResult(path, "failed", f"{path.name}: {passing}", passing=True)


def _failure(path: Path, error: Exception) -> FileResult:
    """Whatever a strange file provokes is reported for it and must not stop the others."""
    return FileResult(path, "failed", str(error) if isinstance(error, PolicyError) else f"{path.name}: {_why(error)}")


def _why(error: Exception) -> str:
    """An unexpected error as a reader can use it."""
    if isinstance(error, OSError):
        return f"không đọc được tệp ({error.strerror or error})."
    return f"lỗi không lường trước ({type(error).__name__}: {error})."


def _earlier(path: Path, document: Document, store: Store) -> Document | None:
    """The document of which this file holds a new version: what the file held before, be it under another path.

    A file of the same name elsewhere is another file as long as both are there, or when it has another symbol.
    """
    collection, source = document.collection, document.source
    held = store.files.document_at(path, collection)
    before = store.document(held) if held else store.find_by_source(source, collection)
    if before is None:
        return None
    others = [other for other in store.files.paths(before.document_id) if other != path.resolve() and other.exists()]
    other_names = [name for name in store.catalogue.sources(before.document_id) if name != source]
    if others or other_names:
        return None  # other files still hold the old text: this one becomes a document of its own
    other_symbol = before.symbol and document.symbol and before.symbol != document.symbol
    return None if not held and other_symbol else before


def _store(
    path: Path,
    document: Document,
    chunks: Sequence[Chunk],
    vectors: Sequence[Vectors] | None,
    store: Store,
    duplicates: NearDuplicates,
) -> tuple[FileResult, int]:
    """Put a document in the store; the result and the version the file now holds."""
    same = store.find_by_content(document.content_hash, document.collection)
    if same:
        store.add_source(same.document_id, same.version, document.source, document.collection)
        return FileResult(path, "unchanged", "", 0, same.document_id), same.version
    if not chunks:
        reason = f"{path.name}: chỉ có tiêu đề hoặc nội dung phụ, không có gì để trả lời."
        return FileResult(path, "failed", reason), 0
    before = _earlier(path, document, store)
    if before:
        document = replace(document, document_id=before.document_id, version=before.version + 1)
    while before is None and store.document(document.document_id):
        # Named after a text that has since got other versions, while this file holds the first one still.
        document = replace(document, document_id="d" + _digest(document.document_id)[:15])
    chunks = [replace(item, document_id=document.document_id, version=document.version) for item in chunks]
    if alike := duplicates.most_alike(document):
        other, share = alike
        note = f"Gần trùng với văn bản {other.source} ({share:.0%} nội dung giống nhau)."
        provenance = {**document.provenance, "near_duplicate_of": other.document_id}
        document = replace(document, warnings=(*document.warnings, note), provenance=provenance)
    store.add(document, chunks, vectors)
    reason = " ".join(document.warnings)
    outcome: Outcome = "new_version" if before else "added"
    return FileResult(path, outcome, reason, len(chunks), document.document_id), document.version


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
