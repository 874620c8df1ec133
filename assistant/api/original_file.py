"""The file that a document version was read from: an upload that is kept, or one still in its folder."""

from __future__ import annotations

from pathlib import Path

from assistant.api.corpus_changes import Library
from assistant.api.protocol import DocumentStore
from vectorstore.records import Document


def original_file(store: DocumentStore, library: Library | None, document: Document) -> tuple[Path, str] | None:
    """Path and name of the file; None where there is none, or it is no longer what was read."""
    uploaded = library.originals.find(document.document_id, document.version) if library else None
    if uploaded:
        return uploaded
    path = store.file(document.document_id, document.version)
    return (path, path.name) if path else None
