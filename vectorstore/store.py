"""One door to what is stored: the catalogue (the record), Chroma and the lexical index (derived from it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from vectorstore.catalogue import Catalogue
from vectorstore.chroma import DenseIndex
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ConfigurationError, NotFoundError
from vectorstore.lexical import LexicalIndex
from vectorstore.records import Chunk, Document
from vectorstore.text.normalise import fold, syllables

_MODEL = "embedding_model"


class Store:
    """Documents and their chunks, added all or nothing, found by vector or by words.

    Opening with an embedding model other than the one the index was made with raises ConfigurationError.
    """

    def __init__(
        self, path: Path, embeddings: PolicyEmbeddings, chroma_url: str | None = None, *, other_model: bool = False
    ) -> None:
        """Open or make the store at `path`; `other_model` opens it only to be made again by `reindex`."""
        self.embeddings = embeddings
        self.collections: frozenset[str] | None = None  # what may be seen; None for everything
        self.catalogue = Catalogue(path / "catalogue.sqlite3")
        if not other_model:
            self._check_model()
        self.dense = DenseIndex(path / "chroma", chroma_url)
        self.lexical = LexicalIndex(path / "lexical")
        self._write_lock = FileLock(path / "write.lock")
        if not other_model:
            self._recover()

    def _check_model(self) -> None:
        made_with = self.catalogue.get_meta(_MODEL)
        if made_with and made_with != self.embeddings.model_id:
            raise ConfigurationError(
                f"Chỉ mục được tạo bằng mô hình {made_with}, nhưng cấu hình đang chọn {self.embeddings.model_id}. "
                "Đặt lại ASSISTANT_EMBEDDING_MODEL hoặc chạy `assistant reindex` để lập lại chỉ mục.",
                f"The index was made with model {made_with}, but {self.embeddings.model_id} is configured. "
                "Reset ASSISTANT_EMBEDDING_MODEL or run `assistant reindex`.",
            )

    def _recover(self) -> None:
        """Mend what an interrupted writer left; while another process is writing there is nothing to mend."""
        try:
            with self._write_lock.acquire(timeout=0):
                for document in self.catalogue.documents(state="pending"):
                    self.catalogue.drop_pending(document.document_id, document.version)
                self._reconcile()
        except Timeout:
            return

    def _reconcile(self) -> None:
        wanted = self.catalogue.ready_chunk_ids()
        for index in (self.dense, self.lexical):
            present = index.chunk_ids() if index.count() != len(wanted) or self._dirty() else wanted
            if extra := present - wanted:
                index.delete(sorted(extra))
            if missing := wanted - present:
                self._derive(index, sorted(missing))
        self.catalogue.set_meta("writing", "")

    def _dirty(self) -> bool:
        return bool(self.catalogue.get_meta("writing"))

    def _derive(self, index: DenseIndex | LexicalIndex, chunk_ids: Sequence[str]) -> None:
        chunks = [chunk for chunk, _ in self.catalogue.chunks(chunk_ids).values()]
        if isinstance(index, LexicalIndex):
            index.add(chunks)
        else:
            index.add(chunks, np.stack([vector for vector, _ in self._embed(chunks)]))

    # writing ------------------------------------------------------------------------------------------------------
    def add(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Embed and index a document version. Until the last step nothing of it is found; then all of it is,
        and older versions of the same document are no longer retrieved."""
        with self._write_lock:
            self.catalogue.set_meta(_MODEL, self.embeddings.model_id)
            embedded = self._embed(chunks)
            self.catalogue.set_meta("writing", document.document_id)
            self.catalogue.put_pending(document, chunks)
            if chunks:
                self.dense.add(chunks, np.stack([vector for vector, _ in embedded]))
                self.lexical.add(chunks)
            sentence_vectors = {c.chunk_id: s for c, (_, s) in zip(chunks, embedded, strict=True)}
            old = [v.version for v in self.catalogue.versions(document.document_id) if v.version < document.version]
            self.catalogue.mark_ready(document, sentence_vectors, _syllables(document.text))
            for version in old:
                self._unindex(document.document_id, version)
            self.catalogue.set_meta("writing", "")

    def add_source(self, document_id: str, version: int, source: str, collection: str) -> None:
        """Record that a file of another name holds the same content."""
        with self._write_lock:
            self.catalogue.link_source(source, collection, document_id, version)

    def remove(self, document_id: str) -> None:
        """Forget a document with all its versions. Raises NotFoundError."""
        with self._write_lock:
            versions = self.catalogue.versions(document_id)
            if not versions:
                raise NotFoundError(
                    f"Không có văn bản {document_id} trong kho. Xem danh sách bằng `assistant documents`.",
                    f"No document {document_id} in the store. List them with `assistant documents`.",
                )
            self.catalogue.set_meta("writing", document_id)
            for version in versions:
                self._unindex(document_id, version.version)
            self.catalogue.delete(document_id, [pair for v in versions for pair in _syllables(v.text)])
            self.catalogue.set_meta("writing", "")

    def _unindex(self, document_id: str, version: int) -> None:
        ids = [chunk.chunk_id for chunk in self.catalogue.document_chunks(document_id, version)]
        if ids:
            self.dense.delete(ids)
            self.lexical.delete(ids)

    def _embed(self, chunks: Sequence[Chunk]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Each chunk's vector (d,) and one vector for each of its sentences (n, d), from one forward pass a chunk."""
        spans = []
        for chunk in chunks:
            shift = len(chunk.embedded_text) - len(chunk.text) - chunk.start
            spans.append([(start + shift, end + shift) for start, end in chunk.sentences])
        return list(self.embeddings.embed_passages_with_spans([chunk.embedded_text for chunk in chunks], spans))

    def reindex(self, progress: Callable[[int, int], None]) -> int:
        """Embed and index every current document again with this model; returns how many there were."""
        with self._write_lock:
            self.catalogue.set_meta("writing", "reindex")
            self.catalogue.set_meta(_MODEL, self.embeddings.model_id)
            self.dense.clear()
            documents = self.documents()
            for done, document in enumerate(documents, start=1):
                chunks = self.catalogue.document_chunks(document.document_id, document.version)
                embedded = self._embed(chunks)
                self.dense.add(chunks, np.stack([vector for vector, _ in embedded]))
                vectors = {c.chunk_id: s for c, (_, s) in zip(chunks, embedded, strict=True)}
                self.catalogue.mark_ready(document, vectors, ())
                progress(done, len(documents))
            self.catalogue.set_meta("writing", "")
        return len(documents)

    # reading ------------------------------------------------------------------------------------------------------
    def limited_to(self, collections: Iterable[str]) -> Store:
        """The same store as a reader sees it who may see only these collections: other documents do not exist."""
        view = copy(self)
        view.collections = frozenset(collections)
        return view

    def _visible(self, document: Document) -> bool:
        return self.collections is None or document.collection in self.collections

    def documents(self, collection: str | None = None) -> list[Document]:
        """The current version of every document, by title."""
        return [d for d in self.catalogue.documents(collection=collection) if self._visible(d)]

    def listing(self) -> list[Document]:
        """The current version of every document, without its text."""
        return [document for document in self.catalogue.listing() if self._visible(document)]

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """One document, the current version unless another is named; None where there is none to see."""
        found = self.catalogue.document(document_id, version)
        return found if found and self._visible(found) else None

    def find_by_content(self, content_hash: str, collection: str) -> Document | None:
        return self.catalogue.find_by_content(content_hash, collection)

    def find_by_source(self, source: str, collection: str) -> Document | None:
        return self.catalogue.find_by_source(source, collection)

    def close(self) -> None:
        self.catalogue.close()


def _syllables(text: str) -> Iterable[tuple[str, str]]:
    """Alphabetic syllables as (folded, written), for the counts that restore diacritics."""
    return [(fold(word), word) for word in syllables(text) if word.isalpha()]
