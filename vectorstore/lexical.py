"""Lexical search: BM25 (tantivy) over syllables and syllable bigrams, once as written and once without diacritics."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import tantivy
from cachetools import LRUCache

from vectorstore.errors import NotReadyError
from vectorstore.records import Chunk
from vectorstore.text.normalise import fold, syllables

ACCENTED, FOLDED, CHUNK, DOCUMENT = "accented", "folded", "chunk_id", "document_id"
_KEPT = 4  # filters
SPARE = 2  # times as many chunks are looked for as are wanted, so that those of equal score are all there


def terms(text: str) -> list[str]:
    """Index terms of a text: its syllables, then its syllable bigrams joined by an underscore."""
    words = syllables(text)
    return words + [f"{a}_{b}" for a, b in pairwise(words)]


def asked_terms(question: str, folded: bool) -> list[str]:
    """Index terms of a question, as the field that is searched has them."""
    return terms(fold(question) if folded else question)


class LexicalHit(NamedTuple):
    """A chunk that was found; what it is called is read only when it is asked for."""

    score: float
    searcher: tantivy.Searcher
    address: tantivy.DocAddress

    @property
    def chunk_id(self) -> str:
        return str(self.searcher.doc(self.address)[CHUNK][0])

    @property
    def document_id(self) -> str:
        return str(self.searcher.doc(self.address)[DOCUMENT][0])


def best(hits: Iterable[LexicalHit], k: int) -> list[tuple[str, float]]:
    """The k best chunk ids with their scores; among equals the id decides, and not the order of the files."""
    ordered = sorted(hits, key=lambda hit: -hit.score)
    last = ordered[k - 1].score if len(ordered) > k else float("-inf")
    found = [(hit.chunk_id, hit.score) for hit in ordered if hit.score >= last]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


class LexicalIndex:
    """Chunks by BM25, in the files of one folder. `folded=True` searches the field without diacritics."""

    def __init__(self, path: Path) -> None:
        builder = tantivy.SchemaBuilder()
        for name in (CHUNK, DOCUMENT):
            builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
        for name in (ACCENTED, FOLDED):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        self._path, self._schema = path, builder.build()
        self._lock = threading.Lock()
        self._filters: LRUCache[frozenset[str], tantivy.Query] = LRUCache(_KEPT)
        self._opened: tantivy.Index | None = None

    @property
    def _index(self) -> tantivy.Index:
        """Opened on first use. Raises NotReadyError where the files cannot be read."""
        if self._opened is None:
            try:
                self._path.mkdir(parents=True, exist_ok=True)
                index = tantivy.Index(self._schema, path=str(self._path))
            except (ValueError, OSError) as error:
                raise self._unusable(error) from error
            analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            index.register_tokenizer("whitespace", analyzer)
            index.config_reader("manual")  # it is never written again, so nothing has to watch it
            index.reload()
            self._opened = index
        return self._opened

    def _unusable(self, error: Exception) -> NotReadyError:
        return NotReadyError(
            f"Không dùng được chỉ mục từ tại {self._path}: {error}. Kiểm tra quyền đọc ghi.",
            f"Cannot use the lexical index at {self._path}: {error}. Check its permissions.",
        )

    def damaged(self) -> bool:
        """Whether the files on disk cannot be read. Ask only while no other process is writing them."""
        try:
            searcher = self._index.searcher()
            for _, address in searcher.search(tantivy.Query.all_query(), limit=1).hits:
                searcher.doc(address)
        except (ValueError, NotReadyError):
            return True
        return False

    def write(self, add: Iterable[Chunk], remove: Iterable[str]) -> None:
        """Remove chunks, then add or replace others, in one commit. Raises NotReadyError."""
        try:
            writer = self._index.writer(heap_size=64_000_000, num_threads=1)
            for chunk_id in remove:
                writer.delete_documents_by_term(CHUNK, chunk_id)
            for chunk in add:
                words = terms(chunk.indexed_text)
                writer.delete_documents_by_term(CHUNK, chunk.chunk_id)
                writer.add_document(
                    tantivy.Document(
                        chunk_id=chunk.chunk_id,
                        document_id=chunk.document_id,
                        accented=" ".join(words),
                        folded=fold(" ".join(words)),
                    )
                )
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except (ValueError, OSError) as error:
            raise self._unusable(error) from error

    def hits(
        self,
        words: Sequence[str],
        k: int,
        folded: bool = False,
        document_ids: Collection[str] | None = None,
        boosts: Mapping[str, float] | None = None,
    ) -> list[LexicalHit]:
        """The k best chunks for index terms, best first; `document_ids` restricts where to look, which takes as long
        as there are many, and `boosts` multiplies what a term counts for."""
        name, boosts = FOLDED if folded else ACCENTED, boosts or {}
        parts = []
        for word in words:
            query = tantivy.Query.term_query(self._schema, name, word, index_option="freq")
            parts.append((tantivy.Occur.Should, _boosted(query, boosts.get(word, 1.0))))
        if not parts:
            return []
        query = tantivy.Query.boolean_query(parts)
        if document_ids is None:
            return self._found(query, k)
        allowed = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, self._any_of(frozenset(document_ids)))]
        return self._found(tantivy.Query.boolean_query(allowed), k)

    def _any_of(self, document_ids: frozenset[str]) -> tantivy.Query:
        """The filter for some documents; those last used are kept, for making one takes a while."""
        with self._lock:
            kept = self._filters.get(document_ids)
            if kept is None:
                terms = tantivy.Query.term_set_query(self._schema, DOCUMENT, list(document_ids))
                kept = self._filters[document_ids] = tantivy.Query.const_score_query(terms, 0.0)
            return kept

    def _found(self, query: tantivy.Query, k: int) -> list[LexicalHit]:
        searcher = self._index.searcher()
        hits = searcher.search(query, limit=k, count=False).hits
        return [LexicalHit(float(score), searcher, address) for score, address in hits]

    def document_frequency(self, term: str, folded: bool = False) -> int:
        """In how many chunks the index term occurs."""
        return int(self._index.searcher().doc_freq(FOLDED if folded else ACCENTED, term))

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def chunk_ids(self) -> set[str]:
        """All ids in the index (for reconciling it with the catalogue)."""
        return set(self.all_ids())

    def all_ids(self) -> list[str]:
        """The id of every entry; one that is there twice comes twice."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return []
        hits = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
        return [searcher.doc(address)["chunk_id"][0] for _, address in hits]

    def holds(self, chunk: Chunk) -> bool:
        """Whether the chunk's entry has all of its terms."""
        words = terms(chunk.indexed_text)
        parts = [(CHUNK, chunk.chunk_id, "basic"), (DOCUMENT, chunk.document_id, "basic")]
        parts += [(ACCENTED, word, "freq") for word in set(words)]
        parts += [(FOLDED, word, "freq") for word in set(fold(" ".join(words)).split())]
        required = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, name, word, index_option=option))
            for name, word, option in parts
        ]
        return bool(self._index.searcher().search(tantivy.Query.boolean_query(required), limit=1).hits)

    @property
    def path(self) -> Path:
        """The folder of its files."""
        return self._path


def _boosted(query: tantivy.Query, factor: float) -> tantivy.Query:
    return query if factor == 1.0 else tantivy.Query.boost_query(query, factor)
