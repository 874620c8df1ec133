"""What every loader returns, and the ways a file can be unusable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vectorstore.errors import InvalidInputError

MAX_BYTES = 100 * 2**20  # of a file, unless the caller says otherwise
MAX_TEXT_CHARS = 3_000_000  # some 1,500 pages; more of one piece would need more memory than is promised


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Clean text of a file. `page_starts` are offsets of the pages in it, empty for formats without pages."""

    text: str
    page_starts: tuple[int, ...] = ()
    title_hint: str = ""
    published: date | None = None
    warnings: tuple[str, ...] = ()
    ocr_pages: tuple[int, ...] = ()  # numbers, from 1, of the pages read from their picture
    unsure_lines: tuple[str, ...] = ()  # lines read from a picture with a number that may have been misread

    @property
    def pages(self) -> int | None:
        return len(self.page_starts) or None


class UnreadableFileError(InvalidInputError):
    """The file cannot be turned into text: empty, damaged, locked, too large, of another kind than its name says."""

    slug = "unreadable-file"
