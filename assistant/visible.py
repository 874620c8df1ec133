"""Word statistics of only those documents that a reader may see.

Diacritics are restored from the words of the corpus, and words are weighted by how rare they are in it. Taken from all
documents, either would tell a reader which words other collections hold.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from vectorstore.catalogue import Catalogue
from vectorstore.lexical import LexicalIndex
from vectorstore.store import Store
from vectorstore.text.normalise import fold, syllables

_Version = tuple[str, int]
_MOST_TERMS = 100_000


class VisibleCatalogue(Catalogue):
    """The catalogue of `store`, with syllable counts from the documents that `store` shows."""

    def __init__(self, store: Store) -> None:
        self.__dict__.update(store.catalogue.__dict__)  # the same connection and lock
        self._visible = store
        self._counting = threading.Lock()
        self._forms: dict[str, Counter[str]] = {}
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._counted: dict[_Version, list[str]] = {}

    def syllable_forms(self, folded: str) -> dict[str, int]:
        """The written forms that fold to `folded`, with how often the visible documents have each."""
        with self._counting:
            self._refresh()
            return {form: count for form, count in self._forms.get(folded, Counter()).items() if count > 0}

    def bigram_count(self, first: str, second: str) -> int:
        """How often the visible documents have the two syllables one after the other."""
        with self._counting:
            self._refresh()
            return self._pairs[first, second]

    def _refresh(self) -> None:
        current = {(document.document_id, document.version) for document in self._visible.listing()}
        for key in self._counted.keys() - current:
            self._count(self._counted.pop(key), -1)
        for key in current - self._counted.keys():
            document = self._visible.document(*key)
            words = [word for word in syllables(document.text) if word.isalpha()] if document else []
            self._counted[key] = words
            self._count(words, +1)

    def _count(self, words: list[str], sign: int) -> None:
        for word in words:
            self._forms.setdefault(fold(word), Counter())[word] += sign
        for pair in pairwise(words):
            self._pairs[pair] += sign


class VisibleLexical(LexicalIndex):
    """The lexical index of `store`, with document frequencies over the documents that `store` shows."""

    def __init__(self, store: Store) -> None:
        store.lexical.count()  # opens the files, so that both use one reader
        self.__dict__.update(store.lexical.__dict__)
        self._visible = store
        self._chunks: dict[_Version, int] = {}
        self._frequencies: dict[tuple[str, bool], int] = {}

    def document_frequency(self, term: str, folded: bool = False) -> int:
        """In how many visible chunks the index term occurs."""
        chunks = self._refreshed()
        if (term, folded) not in self._frequencies:
            if len(self._frequencies) >= _MOST_TERMS:
                self._frequencies.clear()
            self._frequencies[term, folded] = self.frequency_in(term, [document for document, _ in chunks], folded)
        return self._frequencies[term, folded]

    def count(self) -> int:
        """How many visible chunks there are."""
        return sum(self._refreshed().values())

    def _refreshed(self) -> dict[_Version, int]:
        """Chunks by visible document; what was found among others is forgotten."""
        current = [(document.document_id, document.version) for document in self._visible.listing()]
        if current != list(self._chunks):
            counts = self._visible.catalogue.chunk_counts()
            self._chunks = {key: counts.get(key, 0) for key in current}
            self._frequencies = {}
        return self._chunks


def limited(store: Store, collections: Iterable[str]) -> Store:
    """The store as a reader of these collections sees it, down to the words it has."""
    view = store.limited_to(collections)
    view.catalogue = VisibleCatalogue(view)
    view.lexical = VisibleLexical(view)
    return view
