"""Reading what is stored: by vector, by words, by document, in the present state or in one that stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np

from vectorstore.catalogue import Catalogue
from vectorstore.conditions import Conditions
from vectorstore.doors import Lexical, Scored
from vectorstore.engine.search import EngineLexical
from vectorstore.lexical_collections import LexicalCollections
from vectorstore.lexical_snapshots import GoneError
from vectorstore.listing import Listing
from vectorstore.records import Document
from vectorstore.store_parts import StoreParts

_ATTEMPTS = 20  # to see a state whose lexical snapshots are still there
Among = frozenset[str] | None  # ids of documents; None for all


class ReadingStore(StoreParts):
    """Finds documents and chunks, of all collections or of those that a reader may see."""

    @contextmanager
    def snapshot(self) -> Iterator[Self]:
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

    def limited_to(self, collections: Iterable[str]) -> Self:
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
        texts = self.catalogue.texts_of(versions)
        return {key: replace(own, text=texts[key]) for key, own in self.listed(texts).items()}

    def listed(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Document]:
        """Those of these versions that are current, by id and version, as the listing has them, without their texts."""
        by_id = self.listing().by_id
        return {key: by_id[key[0]] for key in versions if key[0] in by_id and by_id[key[0]].version == key[1]}

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
