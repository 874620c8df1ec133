"""Near-duplicates: texts that say almost the same, found by small sketches kept with each document."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterable
from functools import lru_cache

from vectorstore.records import Document
from vectorstore.text.normalise import syllables

SHINGLE = 5  # syllables
SKETCH = (
    48  # smallest hashes kept; the share two sketches have in common estimates the texts' resemblance (Broder 1997)
)
ALIKE = 0.7


def sketch(text: str) -> str:
    """Hexadecimal sketch of a text: the smallest hashes of its runs of five syllables, "" for a very short text."""
    tokens = syllables(text)
    shingles = {zlib.crc32(" ".join(tokens[i : i + SHINGLE]).encode()) for i in range(len(tokens) - SHINGLE + 1)}
    return "".join(f"{value:08x}" for value in heapq.nsmallest(SKETCH, shingles)) if len(shingles) >= SKETCH else ""


def resemblance(one: str, other: str) -> float:
    """Estimated share of five-syllable runs two sketched texts have in common; 0 where it is below `ALIKE`."""
    first, second = _values(one), _values(other)
    if len(first & second) < ALIKE * SKETCH:  # most pairs: not worth a closer look
        return 0.0
    smallest = set(heapq.nsmallest(SKETCH, first | second))
    return len(smallest & first & second) / len(smallest)


def most_alike(document: Document, others: Iterable[Document]) -> tuple[Document, float] | None:
    """The document of the same collection that resembles `document` most, where it is a near-duplicate."""
    own = document.provenance.get("sketch", "")
    alike = [
        (resemblance(own, other.provenance.get("sketch", "")), other)
        for other in others
        if own and other.collection == document.collection and other.document_id != document.document_id
    ]
    best = max(alike, key=lambda pair: pair[0], default=None)
    return (best[1], best[0]) if best and best[0] >= ALIKE else None


@lru_cache(maxsize=100_000)
def _values(encoded: str) -> frozenset[int]:
    return frozenset(int(encoded[i : i + 8], 16) for i in range(0, len(encoded), 8))
