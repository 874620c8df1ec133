"""What the store asks of an index, whichever it is: the embedded ones, a Chroma server, a distributed engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np

from vectorstore.records import Chunk

Scored = list[tuple[str, float]]


class Dense(Protocol):
    """Vectors of passages. Whatever cannot be done, or not now, raises NotReadyError."""

    @property
    def remote(self) -> bool:
        """Whether a server keeps it."""

    def add(self, collection: str, chunks: Sequence[Chunk], vectors: np.ndarray) -> None:
        """Add or replace chunks of a collection with their vectors, float32 (chunks, dimensions); their documents are
        in the catalogue."""

    def bulk(self) -> AbstractContextManager[None]:
        """Inside, many are added."""

    def widen(self, sizes: Mapping[str, int]) -> None:
        """Let searches look at enough of collections of so many chunks, by folder."""

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Take chunks out; some may not be there."""

    def discard(self) -> None:
        """Drop all vectors."""

    def damaged(self) -> bool:
        """Whether its files cannot be read."""

    def outdated(self) -> bool:
        """Whether an earlier version made it."""

    def best(self, vectors: np.ndarray) -> list[float]:
        """The highest cosine similarity that a search finds for each of these vectors, float32 (n, d)."""

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """Stored vectors by chunk id."""

    def count(self) -> int:
        """How many chunks there are."""

    def held(self) -> dict[str, set[str]]:
        """All ids by `part_of` their collection (for reconciling it with the catalogue)."""

    def chunk_ids(self) -> set[str]:
        """All ids."""

    def close(self) -> None:
        """Let go of files and connections."""


class Lexical(Protocol):
    """The words of the passages of one state."""

    def search(
        self,
        question: str,
        k: int,
        folded: bool = False,
        document_ids: Collection[str] | None = None,
        share: float = 0.0,
    ) -> Scored:
        """The k best chunk ids with their BM25 scores, best first; `document_ids` restricts where to look, and `share`
        is what part of all documents those are, where that is known."""

    def document_frequency(self, term: str, folded: bool = False) -> int:
        """In how many chunks the index term occurs."""

    def count(self) -> int:
        """How many chunks there are."""

    def sizes(self) -> dict[str, int]:
        """How many chunks each collection has, by its folder."""
