"""`assistant repair`: make everything agree with the catalogue again, and the catalogue with the documents' texts.

A chunk that is damaged is made again from the text of its document, a document from the file it came from; a text that
is gone or altered and has no such file is in a backup or nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vectorstore.maintenance.catalogue import GONE, readable_chunks, whole_document
from vectorstore.maintenance.check import check
from vectorstore.maintenance.findings import Finding
from vectorstore.maintenance.words import count_again
from vectorstore.mending import derive_dense_again, derive_lexical_again, put_back
from vectorstore.records import Chunk, Document
from vectorstore.store import Store


class Rebuilder(Protocol):
    """Makes again what the catalogue has lost."""

    def chunks(self, document: Document, before: Sequence[Chunk]) -> Sequence[Chunk]:
        """The passages of a text that is whole; `before` are those that are still there, with their pages."""

    def document(self, document_id: str, version: int) -> Document | None:
        """The version from the file it was read from; None where that is gone or holds something else by now."""


def repair(store: Store, rebuilder: Rebuilder) -> tuple[list[Finding], list[Finding]]:
    """Mend what can be mended; what was found before, and what remains. Open the store with `other_model`."""
    before = check(store)
    if any(finding.kind == "catalogue-corrupt" for finding in before):
        return before, before
    with store.writing_alone():
        _mend_catalogue(store, before, rebuilder)
        _mend_indexes(store)
    return before, check(store)


def _mend_catalogue(store: Store, found: Sequence[Finding], rebuilder: Rebuilder) -> None:
    catalogue = store.catalogue
    for document in catalogue.rows("SELECT document_id, version FROM documents WHERE state = 'pending'"):
        catalogue.drop_pending(document["document_id"], document["version"])
    altered = {_key(f.subject) for f in found if f.kind in ("document-altered", "document-lost")}
    for key in sorted(altered | _with_damaged_chunks(store, found, rebuilder)):
        whole = rebuilder.document(*key) if key in altered else whole_document(catalogue, *key)
        if whole:
            store.replace_version(whole, rebuilder.chunks(whole, readable_chunks(catalogue, whole)))
    with catalogue.transaction():
        for table in ("chunks", "sources", "files"):
            catalogue.rows(f"DELETE FROM {table} WHERE {GONE.format(table)}")
        catalogue.rows("DELETE FROM checksums WHERE kind = 'chunks' AND id NOT IN (SELECT chunk_id FROM chunks)")
        newest = "version = (SELECT max(version) FROM documents AS d WHERE d.document_id = documents.document_id)"
        catalogue.rows(f"UPDATE documents SET state = CASE WHEN {newest} THEN 'ready' ELSE 'old' END")
    count_again(catalogue)


def _key(subject: str) -> tuple[str, int]:
    document_id, _, version = subject.rpartition("/")
    return document_id, int(version)


def _with_damaged_chunks(store: Store, found: Sequence[Finding], rebuilder: Rebuilder) -> set[tuple[str, int]]:
    """The versions whose chunks are damaged. Of a lost one nothing tells whose it was: its id is looked for among the
    passages that the texts make, and where a newer chunker makes none of that id, every version is made again."""
    damaged = [finding.subject for finding in found if finding.kind in ("chunk-altered", "chunk-lost")]
    rows = store.catalogue.rows("SELECT chunk_id, document_id, version FROM chunks")
    owners = {row["chunk_id"]: (row["document_id"], row["version"]) for row in rows}
    lost = {chunk_id for chunk_id in damaged if chunk_id not in owners}
    versions = {owners[chunk_id] for chunk_id in damaged if chunk_id in owners}
    if not lost:
        return versions
    every = [(row["document_id"], row["version"]) for row in store.catalogue.rows("SELECT * FROM documents")]
    for key in every:
        if (whole := whole_document(store.catalogue, *key)) is None:
            continue
        ids = {chunk.chunk_id for chunk in rebuilder.chunks(whole, ())}
        if ids & lost:
            versions.add(key)
            lost -= ids
    return set(every) if lost else versions


def _mend_indexes(store: Store) -> None:
    """Both indexes are compared with what the catalogue holds by now."""
    found = check(store)
    wrong = {finding.subject for finding in found if finding.mend == "dense"}
    if any(finding.mend == "dense anew" for finding in found):
        derive_dense_again(store)
    elif wrong:
        put_back(store, wrong)
    if any(finding.mend == "lexical anew" for finding in found):
        derive_lexical_again(store)
