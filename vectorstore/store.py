"""One door to what is stored: the catalogue (the record), Chroma and the lexical index (derived from it)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from vectorstore.catalogue import Catalogue
from vectorstore.chroma import DenseIndex
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import ConfigurationError, NotFoundError
from vectorstore.exact import ExactSearch
from vectorstore.files import FileMemory
from vectorstore.in_use import InUse
from vectorstore.lexical import LexicalIndex
from vectorstore.lexical_collections import LexicalCollections
from vectorstore.listing import Listing, Listings
from vectorstore.nearest import Nearest, Scored
from vectorstore.records import Chunk, Document
from vectorstore.words import Words

_MODEL, _WRITING = "embedding_model", "writing"  # keys in the catalogue's meta
RESTORED = "restore"  # what is being written where the catalogue was put there and the indexes are of another one
_BATCH = 256
Vectors = tuple[np.ndarray, np.ndarray]  # of a chunk (d,) and of its sentences (n, d)


class Store:
    """Documents and their chunks, added all or nothing, found by vector or by words.

    Opening with an embedding model other than the one the index was made with raises ConfigurationError.
    """

    def __init__(
        self, path: Path, embeddings: PolicyEmbeddings, chroma_url: str | None = None, *, other_model: bool = False
    ) -> None:
        """Open or make the store at `path`; `other_model` opens it as it is, to be reindexed or checked."""
        self._in_use = InUse(path)
        with ExitStack() as opened:
            opened.callback(self._in_use.close)
            self.embeddings = embeddings
            self.collections: frozenset[str] | None = None  # what may be seen; None for everything
            self.catalogue = Catalogue(path / "catalogue.sqlite3")
            self.files = FileMemory(self.catalogue)
            if not other_model:
                self._check_model()
            self.dense = DenseIndex(path / "chroma", chroma_url)
            self.exact = ExactSearch(self.catalogue)
            self.lexical = LexicalCollections(path / "lexical")
            self.words = self.catalogue.words
            self._listings = Listings()
            self._nearest = Nearest(self.catalogue, self.dense)
            self._write_lock = FileLock(path / "write.lock")
            if not other_model:
                self._recover()
            opened.pop_all()  # it is open: `close` lets go of it

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
        """Make both indexes hold exactly the chunks that the catalogue calls ready."""
        killed = self.catalogue.get_meta(_WRITING)
        wanted = self.catalogue.collection_chunk_ids()
        other = killed == RESTORED  # the indexes are those of another catalogue
        self._mend(self.dense, set().union(*wanted.values()), bool(killed), other)
        self.lexical.keep_only(wanted)
        for collection, chunk_ids in wanted.items():
            self._mend(self.lexical.of(collection), chunk_ids, bool(killed), other)
        if killed:
            self.catalogue.set_meta(_WRITING, "")

    def _mend(self, index: DenseIndex | LexicalIndex, wanted: set[str], thoroughly: bool, other: bool) -> None:
        """Make an index hold exactly these chunks; nothing is kept of one that is damaged or of another catalogue."""
        if other or index.damaged():
            index.discard()
        if not thoroughly and index.count() == len(wanted):
            return
        with self.writing("reconcile"):
            present = index.chunk_ids()
            index.delete(sorted(present - wanted))
            self._derive(index, sorted(wanted - present))

    def _derive(self, index: DenseIndex | LexicalIndex, chunk_ids: Sequence[str]) -> None:
        """Put chunks of the catalogue into an index that lacks them, in the order in which they once came."""
        chunk_ids = self.catalogue.in_order(chunk_ids)
        batches = (chunk_ids[start : start + _BATCH] for start in range(0, len(chunk_ids), _BATCH))
        known = ((batch, self.catalogue.chunks(batch)) for batch in batches)
        found = ([chunks[chunk_id][0] for chunk_id in batch if chunk_id in chunks] for batch, chunks in known)
        if isinstance(index, LexicalIndex):
            index.add(chunk for chunks in found for chunk in chunks)
            return
        for chunks in found:
            stored = self.catalogue.vectors([chunk.chunk_id for chunk in chunks])
            if lacking := [chunk for chunk in chunks if chunk.chunk_id not in stored]:
                vectors = self._embed(lacking)
                self.catalogue.set_vectors(vectors)
                stored |= {chunk_id: own for chunk_id, (own, _) in vectors.items()}
            index.add(chunks, np.stack([stored[chunk.chunk_id] for chunk in chunks]))

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Hold the write lock, and leave a mark that stays if this process is killed or fails inside."""
        with self._write_lock:
            self.catalogue.set_meta(_WRITING, what)
            yield
            self.catalogue.set_meta(_WRITING, "")

    @contextmanager
    def writing_alone(self) -> Iterator[None]:
        """Wait until nobody else writes, and let nobody else write inside."""
        with self._write_lock:
            yield

    def lexical_parts(self) -> list[tuple[LexicalIndex, set[str]]]:
        """Each lexical index with the ids of the chunks that it is to hold."""
        return [(self.lexical.of(name), ids) for name, ids in self.catalogue.collection_chunk_ids().items()]

    def derive_again(self, index: DenseIndex | LexicalIndex, wanted: Iterable[str]) -> None:
        """Make an index anew with these chunks of the catalogue."""
        with self.writing("reconcile"):
            index.discard()
            self._derive(index, list(wanted))

    def put_back(self, wrong: Iterable[str]) -> None:
        """Take these chunks out of the dense index, and put those that the catalogue calls ready in again."""
        with self.writing("reconcile"):
            self.dense.delete(sorted(wrong))
            self._derive(self.dense, sorted(set(wrong) & self.catalogue.ready_chunk_ids()))

    def replace_version(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Write a stored version and its chunks again, embedded anew; the indexes are left to be mended."""
        vectors = self._embed(chunks)
        with self.writing(document.document_id):
            self.catalogue.replace_version(document, chunks)
            self.catalogue.set_vectors(vectors)

    # writing ------------------------------------------------------------------------------------------------------
    def add(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Embed and index a document version. Until the last step nothing of it is found; then all of it is,
        and older versions of the same document are no longer retrieved. A version already there is left as it is."""
        with self._write_lock:
            same = self.catalogue.document(document.document_id, document.version)
            if same and same.text == document.text:  # another process was quicker
                self.catalogue.link_source(document.source, document.collection, same.document_id, same.version)
                return
            vectors = self._embed(chunks)
            with self.writing(document.document_id):
                self.catalogue.set_meta(_MODEL, self.embeddings.model_id)
                self.catalogue.put_pending(document, chunks)
                if chunks:
                    self.dense.add(chunks, np.stack([vectors[chunk.chunk_id][0] for chunk in chunks]))
                    self.lexical.add(chunks, document.collection)
                earlier = self.catalogue.versions(document.document_id)
                self.catalogue.mark_ready(document, vectors)
                self._unindex(self._chunk_ids(earlier), document.collection)

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
            with self.writing(document_id):
                chunk_ids = self._chunk_ids(versions)
                self.catalogue.delete(document_id)
                self._unindex(chunk_ids, versions[0].collection)

    def _chunk_ids(self, versions: Sequence[Document]) -> list[str]:
        chunks = [self.catalogue.document_chunks(version.document_id, version.version) for version in versions]
        return [chunk.chunk_id for each in chunks for chunk in each]

    def _unindex(self, chunk_ids: Sequence[str], collection: str) -> None:
        if chunk_ids:
            self.dense.delete(chunk_ids)
            self.lexical.delete(chunk_ids, collection)

    def _embed(self, chunks: Sequence[Chunk]) -> dict[str, Vectors]:
        """By chunk id its vector (d,) and those of its sentences (n, d), from one forward pass a chunk."""
        spans = []
        for chunk in chunks:
            shift = len(chunk.embedded_text) - len(chunk.text) - chunk.start
            spans.append([(start + shift, end + shift) for start, end in chunk.sentences])
        embedded = self.embeddings.embed_passages_with_spans([chunk.embedded_text for chunk in chunks], spans)
        return {chunk.chunk_id: vectors for chunk, vectors in zip(chunks, embedded, strict=True)}

    def reindex(self, progress: Callable[[int, int], None]) -> int:
        """Embed and index every current document again with this model; returns how many there were."""
        with self.writing("reindex"):
            # Until the end the index belongs to no model, so that an interrupted reindex must be run again.
            self.catalogue.set_meta(_MODEL, f"{self.embeddings.model_id} (chưa xong, unfinished)")
            self.dense.discard()
            documents = self.catalogue.listing()
            for done, document in enumerate(documents, start=1):
                chunks = self.catalogue.document_chunks(document.document_id, document.version)
                vectors = self._embed(chunks)
                self.catalogue.set_vectors(vectors)
                if chunks:
                    self.dense.add(chunks, np.stack([vectors[chunk.chunk_id][0] for chunk in chunks]))
                progress(done, len(documents))
            self.catalogue.set_meta(_MODEL, self.embeddings.model_id)
        return len(documents)

    # reading ------------------------------------------------------------------------------------------------------
    def limited_to(self, collections: Iterable[str]) -> Store:
        """The same store as a reader sees it who may see only these collections: other documents do not exist.

        Not one score depends on them: words are counted and weighed by collection, and vectors compared one by one.
        """
        view = copy(self)
        view.collections = frozenset(collections)
        view.lexical = self.lexical.limited_to(view.collections)
        view.words = Words(self.catalogue.rows, view.collections)
        return view

    def _visible(self, document: Document) -> bool:
        return self.collections is None or document.collection in self.collections

    def documents(self, collection: str | None = None) -> list[Document]:
        """The current version of every document, by title."""
        return [d for d in self.catalogue.documents(collection=collection) if self._visible(d)]

    def listing(self) -> Listing:
        """The current version of every document, without its text; `status` says what is known of it today."""
        return self._listings.of(self.catalogue.listing(), self.collections)

    def nearest(self, vector: np.ndarray, k: int, among: frozenset[str] | None = None) -> Scored:
        """The k nearest chunk ids with cosine similarity, best first; `among` names the documents to look in."""
        if self.collections is None:
            return self._nearest.search(vector, k, self.listing(), among)
        return self.exact.search(vector, k, self.collections, among)

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """One document, the current version unless another is named; None where there is none to see."""
        found = self.catalogue.document(document_id, version)
        if found is None or not self._visible(found):
            return None
        current = self.listing().by_id.get(document_id)
        return replace(found, status=current.status) if current else found

    def versions(self, document_id: str) -> list[Document]:
        """Every version of a document, the oldest first; none where there is none to see."""
        return [version for version in self.catalogue.versions(document_id) if self._visible(version)]

    def file(self, document_id: str, version: int) -> Path | None:
        """The file that a document version was read from, if it is still there and has not changed since."""
        return self.files.unchanged_file(document_id, version) if self.document(document_id, version) else None

    def find_by_content(self, content_hash: str, collection: str) -> Document | None:
        return self.catalogue.find_by_content(content_hash, collection)

    def find_by_source(self, source: str, collection: str) -> Document | None:
        return self.catalogue.find_by_source(source, collection)

    def close(self) -> None:
        """Let go of the files."""
        self.dense.close()
        self.catalogue.close()
        self._in_use.close()
