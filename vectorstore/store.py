"""One door to what is stored: the catalogue (the record), Chroma and the lexical index (derived from it)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from filelock import FileLock

from vectorstore import states
from vectorstore.catalogue import Catalogue
from vectorstore.chroma import DenseIndex
from vectorstore.conditions import Conditions
from vectorstore.doors import Dense, Lexical
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.engine import EngineAddress, EngineSearch, counts, open_engine
from vectorstore.engine.search import EngineLexical
from vectorstore.errors import ConfigurationError, NotFoundError, NotReadyError
from vectorstore.files import FileMemory
from vectorstore.in_use import InUse
from vectorstore.lexical_collections import LexicalCollections
from vectorstore.lexical_snapshots import GoneError, LexicalSnapshots, Named
from vectorstore.listing import Listing, Listings
from vectorstore.mending import recover
from vectorstore.nearest import Nearest, Scored
from vectorstore.published import PublishedCatalogue, ReadOnly
from vectorstore.records import Chunk, Document

_MODEL, _WRITING = "embedding_model", "writing"  # keys in the catalogue's meta
_ATTEMPTS = 20  # to see a state whose lexical snapshots are still there
Mend = Literal["always", "if possible", "never"]
log = logging.getLogger(__name__)
Among = frozenset[str] | None  # ids of documents; None for all
Vectors = tuple[np.ndarray, np.ndarray]  # of a chunk (d,) and of its sentences (n, d)


class Store:
    """Documents and their chunks, added all or nothing, found by vector or by words.

    Opening with an embedding model other than the one the index was made with raises ConfigurationError.
    """

    def __init__(
        self,
        path: Path,
        embeddings: PolicyEmbeddings,
        chroma_url: str | None = None,
        *,
        other_model: bool = False,
        mend: Mend = "always",
        published: bool = False,
        publishing: bool = False,
        engine: EngineAddress | None = None,
    ) -> None:
        """Open or make the store at `path`; `other_model` opens it as it is, to be reindexed or checked.

        What a killed writer left is mended now: `always`, or NotReadyError is raised; `if possible`, which a Chroma
        server that is away can put off to the next opening; or `never`, where another process sees to that.
        `published`: another host publishes its index at `path`, and it can only be read. `publishing`: this one's is,
        so that what a state retires stays in the dense index until a later one is published. `engine`: a server that
        searches in the place of Chroma and the lexical index.
        """
        self.path, self._publishing = path, publishing
        with ExitStack() as opened:
            self._in_use = None if published else opened.enter_context(closing(InUse(path)))
            self.embeddings = embeddings
            self.collections: frozenset[str] | None = None  # what may be seen; None for everything
            file = path / "catalogue.sqlite3"
            self.catalogue: Catalogue = PublishedCatalogue(file) if published else Catalogue(file)
            self.files = FileMemory(self.catalogue)
            if not other_model:
                self._check_model()
            self._lexical: Lexical | None = None  # of a snapshot
            self.snapshots = LexicalSnapshots(path / "lexical")
            self.words = self.catalogue.words_of(None)
            self._listings = Listings()
            self.engine: EngineSearch | None = None
            if engine:
                self.engine = open_engine(engine, self.catalogue, embeddings.dimensions)
                self.dense: Dense = self.engine.index
            else:
                self.dense = chroma = DenseIndex(path / "chroma", chroma_url)
                self._nearest = Nearest(chroma)
            self.write_lock = ReadOnly() if published else FileLock(path / "write.lock")
            if not (other_model or published or mend == "never"):
                self._mend(mend)
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

    def _mend(self, mend: Mend) -> None:
        try:
            recover(self)
        except NotReadyError as error:
            if mend == "always" or not self.dense.remote:
                raise
            log.warning("nothing can be mended now: %s", error.english)

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

    def replace_version(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Write a stored version and its chunks again, embedded anew; the indexes are left to be mended."""
        vectors = self.embed(chunks)
        with self.writing(document.document_id):
            self.catalogue.replace_version(document, chunks)
            self.catalogue.set_vectors(vectors)

    # writing ------------------------------------------------------------------------------------------------------
    def add(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Embed and index a document version. Until the last step nothing of it is found; then all of it is,
        and older versions of the same document are no longer retrieved. A version already there is left as it is."""
        with self.write_lock:
            same = self.catalogue.document(document.document_id, document.version)
            if same and same.text == document.text:  # another process was quicker
                self.catalogue.link_source(document.source, document.collection, same.document_id, same.version)
                return
            vectors = self.embed(chunks)
            with self.writing(document.document_id):
                self.catalogue.set_meta(_MODEL, self.embeddings.model_id)
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

    def embed(self, chunks: Sequence[Chunk]) -> dict[str, Vectors]:
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
                vectors = self.embed(chunks)
                self.catalogue.set_vectors(vectors)
                if chunks:
                    own = np.stack([vectors[chunk.chunk_id][0] for chunk in chunks])
                    self.dense.add(document.collection, chunks, own)
                progress(done, len(documents))
            if self.engine and not counts.kept(self.catalogue):
                counts.count_again(self.catalogue)
            self.catalogue.set_meta(_MODEL, self.embeddings.model_id)
        return len(documents)

    # reading ------------------------------------------------------------------------------------------------------
    @contextmanager
    def snapshot(self) -> Iterator[Store]:
        """The same store in its present state, whatever is written meanwhile, by this process or any other.

        A question that is answered from it sees documents, words and both indexes of one state.
        """
        for attempt in range(_ATTEMPTS):
            with ExitStack() as stack:
                catalogue = stack.enter_context(self.catalogue.snapshot())
                try:
                    lexical = self._lexical_of(catalogue)
                except GoneError:  # the state went by between the two
                    if attempt + 1 == _ATTEMPTS:
                        raise
                    continue
                view = copy(self)
                view.catalogue = catalogue
                view.words = catalogue.words_of(self.collections)
                view._lexical = lexical
                yield view
                return

    def _lexical_of(self, catalogue: Catalogue) -> Lexical:
        if self.engine:
            return EngineLexical(self.engine, catalogue, self.collections)
        return LexicalCollections(self.snapshots.opened(catalogue.lexical(), self.collections))

    @property
    def lexical(self) -> Lexical:
        """The lexical indexes of the present state, or of that of the snapshot."""
        return self._lexical or self._lexical_of(self.catalogue)

    def limited_to(self, collections: Iterable[str]) -> Store:
        """The same store as a reader sees it who may see only these collections: other documents do not exist.

        Not one score depends on them: words are counted and weighed by collection, and vectors compared one by one.
        """
        view = copy(self)
        view.collections = frozenset(collections)
        view.words = self.catalogue.words_of(view.collections)
        return view

    def _visible(self, document: Document) -> bool:
        return self.collections is None or document.collection in self.collections

    def documents(self, collection: str | None = None) -> list[Document]:
        """The current version of every document, by title."""
        return [d for d in self.catalogue.documents(collection=collection) if self._visible(d)]

    def listing(self) -> Listing:
        """The current version of every document, without its text; `status` says what is known of it today."""
        return self._listings.of(self.catalogue.listing(), self.collections)

    def nearest(self, vector: np.ndarray, k: int, among: Among = None, meant: Conditions | None = None) -> Scored:
        """The k nearest chunk ids with cosine similarity, best first; `among` names the documents to look in, and
        `meant` what they have in common."""
        if self.engine:
            return self.engine.nearest(self.catalogue, vector, k, self.collections, among, meant)
        listing = self.listing()
        if among is not None and self.collections is not None:
            among = frozenset(among & listing.by_id.keys())
        return self._nearest.search(self.catalogue, vector, k, listing, self.lexical.sizes(), among)

    def by_words(
        self, question: str, k: int, folded: bool = False, among: Among = None, meant: Conditions | None = None
    ) -> Scored:
        """The k best chunk ids with their BM25 scores, best first; `folded` without diacritics."""
        if self.engine:
            return self.engine.by_words(self.catalogue, question, k, folded, self.collections, among, meant)
        share = 0.0 if among is None else len(among) / max(1, len(self.listing()))
        return self.lexical.search(question, k, folded, among, share)

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """One document, the current version unless another is named; None where there is none to see."""
        found = self.catalogue.document(document_id, version)
        if found is None or not self._visible(found):
            return None
        current = self.listing().by_id.get(document_id)
        return replace(found, status=current.status) if current else found

    def with_texts(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Document]:
        """Those of these versions that are current, by id and version, as the listing has them but with their texts."""
        listed, texts = self.listing().by_id, self.catalogue.texts_of(versions)
        seen = {key: listed[key[0]] for key in texts if key[0] in listed}
        return {key: replace(own, text=texts[key]) for key, own in seen.items() if own.version == key[1]}

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
        if self._in_use:
            self._in_use.close()
