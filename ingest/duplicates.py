"""Near-duplicates: texts that say almost the same, found by small sketches kept with each document."""

from __future__ import annotations

import heapq
import zlib
from collections import defaultdict
from collections.abc import Iterator

from vectorstore.catalogue import Catalogue
from vectorstore.records import Document
from vectorstore.text.normalise import syllables

SHINGLE = 5  # syllables
SKETCH = (
    48  # smallest hashes kept; the share two sketches have in common estimates the texts' resemblance (Broder 1997)
)
ALIKE = 0.7
_WIDTH = 8  # hexadecimal digits of a hash
# Two sketches with so much in common share one of their first values, these and no more (the prefix filter; Chaudhuri,
# Ganti and Kaushik 2006): a document is compared with those that share one of them.
_TELLING = SKETCH - round(ALIKE * SKETCH) + 1


def sketch(text: str) -> str:
    """Hexadecimal sketch of a text: the smallest hashes of its runs of five syllables, "" for a very short text."""
    tokens = syllables(text)
    shingles = {zlib.crc32(" ".join(tokens[i : i + SHINGLE]).encode()) for i in range(len(tokens) - SHINGLE + 1)}
    return "".join(f"{value:08x}" for value in heapq.nsmallest(SKETCH, shingles)) if len(shingles) >= SKETCH else ""


def resemblance(one: str, other: str) -> float:
    """Estimated share of five-syllable runs two sketched texts have in common; 0 where it is below `ALIKE`."""
    first, second = set(_values(one)), set(_values(other))
    if len(first & second) < round(ALIKE * SKETCH):  # fewer cannot be enough
        return 0.0
    smallest = set(heapq.nsmallest(SKETCH, first | second))
    return len(smallest & first & second) / len(smallest)


class NearDuplicates:
    """Finds the document that a new one resembles among the thousands of a catalogue, as they are at that time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._row = -1  # of the catalogue's, the last that has been looked at; none yet
        self._sharing: dict[tuple[str, str], dict[str, Document]] = defaultdict(dict)

    def most_alike(self, document: Document) -> tuple[Document, float] | None:
        """The document of the same collection that resembles `document` most, where it is a near-duplicate."""
        own = document.provenance.get("sketch", "")
        if not own:
            return None
        self._catch_up()
        sharing = (other for key in _keys(document) for other in self._sharing.get(key, {}).values())
        near = {(each.document_id, each.version): each for each in sharing if each.document_id != document.document_id}
        alike = [(resemblance(own, other.provenance["sketch"]), other) for other in near.values()]
        for share, other in sorted(alike, key=lambda pair: (-pair[0], pair[1].title, pair[1].document_id)):
            if share < ALIKE:
                break
            if self._is_current(other):
                return other, share
        return None

    def _catch_up(self) -> None:
        """Look at what was written since, by this process or another."""
        if self._row < 0:
            self._row = self._catalogue.last_row()
            written = self._catalogue.listing()
        else:
            self._row, written = self._catalogue.written_after(self._row)
        for document in written:
            for key in _keys(document):
                self._sharing[key][document.document_id] = document

    def _is_current(self, document: Document) -> bool:
        now = self._catalogue.document(document.document_id)
        return now is not None and now.version == document.version


def _keys(document: Document) -> Iterator[tuple[str, str]]:
    for value in _values(document.provenance.get("sketch", ""))[:_TELLING]:
        yield document.collection, value


def _values(encoded: str) -> list[str]:
    return [encoded[i : i + _WIDTH] for i in range(0, len(encoded), _WIDTH)]
