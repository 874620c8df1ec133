"""Writing: a document version comes or goes in one step, for the catalogue and both indexes alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from vectorstore import states
from vectorstore.engine import counts
from vectorstore.errors import NotFoundError
from vectorstore.lexical_snapshots import Named
from vectorstore.records import Chunk, Document
from vectorstore.store_parts import StoreParts

MODEL, _WRITING = "embedding_model", "writing"  # keys in the catalogue's meta
Vectors = tuple[np.ndarray, np.ndarray]  # of a chunk (d,) and of its sentences (n, d)


class WritingStore(StoreParts):
    """Adds and removes documents, one writer at a time over all processes."""

    def interrupted_by(self) -> str:
        """What a writer was at that was killed or failed; empty where none was."""
        return self.catalogue.get_meta(_WRITING) or ""

    def nothing_interrupted(self) -> None:
        """Take the mark of an interrupted writer away: what it left is mended."""
        self.catalogue.set_meta(_WRITING, "")

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """Hold the write lock, and leave a mark that stays if this process is killed or fails inside."""
        with self.write_lock:
            self.catalogue.set_meta(_WRITING, what)
            yield
            self.nothing_interrupted()

    @contextmanager
    def writing_alone(self) -> Iterator[None]:
        """Wait until nobody else writes, and let nobody else write inside."""
        with self.write_lock:
            yield

    def add(self, document: Document, chunks: Sequence[Chunk], embedded: Sequence[Vectors] | None = None) -> None:
        """Embed and index a document version. Until the last step nothing of it is found; then all of it is,
        and older versions of the same document are no longer retrieved. A version already there is left as it is.
        `embedded` are the vectors of its chunks in their order, where they have been made."""
        with self.write_lock:
            same = self.catalogue.document(document.document_id, document.version)
            if same and same.text == document.text:  # another process was quicker
                self.catalogue.link_source(document.source, document.collection, same.document_id, same.version)
                return
            own_vectors = self.embedded(chunks) if embedded is None else embedded
            vectors = {chunk.chunk_id: own for chunk, own in zip(chunks, own_vectors, strict=True)}
            with self.writing(document.document_id):
                self.catalogue.set_meta(MODEL, self.embeddings.model_id)
                self.catalogue.put_pending(document, chunks)
                if chunks:
                    own = np.stack([vectors[chunk.chunk_id][0] for chunk in chunks])
                    self.dense.add(document.collection, chunks, own)
                earlier = self._chunk_ids(self.catalogue.versions(document.document_id))
                with self._next_state(document.collection, chunks, earlier):
                    self.catalogue.mark_ready(document, vectors)

    def add_source(self, document_id: str, version: int, source: str, collection: str) -> None:
        """Record that a file of another name holds the same content."""
        with self.write_lock:
            self.catalogue.link_source(source, collection, document_id, version)

    def remove(self, document_id: str) -> None:
        """Forget a document with all its versions. Raises NotFoundError."""
        with self.write_lock:
            versions = self.catalogue.versions(document_id)
            if not versions:
                raise NotFoundError(
                    f"Không có văn bản {document_id} trong kho. Xem danh sách bằng `assistant documents`.",
                    f"No document {document_id} in the store. List them with `assistant documents`.",
                )
            retired = self._chunk_ids(versions)
            with self.writing(document_id), self._next_state(versions[0].collection, (), retired):
                self.catalogue.delete(document_id)

    def _chunk_ids(self, versions: Sequence[Document]) -> list[str]:
        chunks = [self.catalogue.document_chunks(version.document_id, version.version) for version in versions]
        return [chunk.chunk_id for each in chunks for chunk in each]

    @contextmanager
    def _next_state(self, collection: str, added: Sequence[Chunk], retired: Sequence[str]) -> Iterator[None]:
        """What is written inside becomes visible at once with a lexical snapshot of its own.

        The dense index has both what comes and what goes until then: every state finds its own in it.
        """
        name_them = self._with_words(collection, added, retired)
        with self.catalogue.transaction():
            yield
            name_them()
            states.retire(self.catalogue.rows, retired)
            states.mark_gone(self.catalogue.rows, [chunk.chunk_id for chunk in added])
        self.sweep()
        self.snapshots.tidy(self.catalogue.lexical())

    def _with_words(self, collection: str, added: Sequence[Chunk], retired: Sequence[str]) -> Callable[[], None]:
        """What makes the words of a state part of it, to be called in its transaction."""
        if self.engine:
            return counts.changing(self.catalogue, collection, added, retired)
        named: Named = self.catalogue.lexical()
        if added or retired:
            named = self.snapshots.changed(named, collection, added, retired)
        return lambda: self.catalogue.set_lexical(named)

    def sweep(self, published: int | None = None) -> None:
        """Take out of the dense index what no state finds any more: the present one, and that which is published."""
        if self._publishing and published is None:
            return
        with self.write_lock:
            if gone := states.still_indexed(self.catalogue.rows, published):
                self.dense.delete(gone)
                with self.catalogue.transaction():
                    states.mark_gone(self.catalogue.rows, gone)

    def replace_version(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Write a stored version and its chunks again, embedded anew; the indexes are left to be mended."""
        vectors = self.embed(chunks)
        with self.writing(document.document_id):
            self.catalogue.replace_version(document, chunks)
            self.catalogue.set_vectors(vectors)

    def embed(self, chunks: Sequence[Chunk]) -> dict[str, Vectors]:
        """By chunk id its vector (d,) and those of its sentences (n, d)."""
        return {chunk.chunk_id: own for chunk, own in zip(chunks, self.embedded(chunks), strict=True)}

    def embedded(self, chunks: Sequence[Chunk]) -> list[Vectors]:
        """Of each chunk its vector (d,) and those of its sentences (n, d), from one forward pass."""
        spans = []
        for chunk in chunks:
            shift = len(chunk.embedded_text) - len(chunk.text) - chunk.start
            spans.append([(start + shift, end + shift) for start, end in chunk.sentences])
        return self.embeddings.embed_passages_with_spans([chunk.embedded_text for chunk in chunks], spans)

    def reindex(self, progress: Callable[[int, int], None]) -> int:
        """Embed and index every current document again with this model; returns how many there were."""
        with self.writing("reindex"):
            # Until the end the index belongs to no model, so that an interrupted reindex must be run again.
            self.catalogue.set_meta(MODEL, f"{self.embeddings.model_id} (chưa xong, unfinished)")
            self.dense.discard()
            documents = self.catalogue.listing()
            for done, document in enumerate(documents, start=1):
                chunks = self.catalogue.document_chunks(document.document_id, document.version)
                vectors = self.embed(chunks)
                self.catalogue.set_vectors(vectors)
                if chunks:
                    own = np.stack([vectors[chunk.chunk_id][0] for chunk in chunks])
                    self.dense.add(document.collection, chunks, own)
                progress(done, len(documents))
            if self.engine and not counts.kept(self.catalogue):
                counts.count_again(self.catalogue)
            self.catalogue.set_meta(MODEL, self.embeddings.model_id)
        return len(documents)
