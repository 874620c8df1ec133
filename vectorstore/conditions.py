"""What the documents that a search may find have in common, for an index that can look for it by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vectorstore.records import Document
from vectorstore.text.normalise import fold


@dataclass(frozen=True, slots=True)
class Conditions:
    """Fields of documents as they are asked for; None for whatever there is. Names are compared without diacritics.

    Every document that is meant meets them, but not all that meet them need be meant.
    """

    collection: str | None = None
    kind: str | None = None
    organ: str | None = None  # part of the organ's name
    year_from: int | None = None
    year_to: int | None = None
    day: date | None = None  # known by then


@dataclass(frozen=True, slots=True)
class DocumentFields:
    """What conditions are compared with: text without diacritics, 0 where a number is not known."""

    kind: str
    organ: str
    year: int
    known: int  # from which day on, as 20230630

    @classmethod
    def of(cls, document: Document) -> DocumentFields:
        when = document.best_date
        known = document.effective_date or when
        organ, kind = fold(document.organ or ""), fold(document.kind or "")
        return cls(kind, organ, when.year if when else 0, day_number(known) if known else 0)


def day_number(day: date) -> int:
    """A day as a number that grows with time: 2023-06-30 is 20230630."""
    return day.year * 10_000 + day.month * 100 + day.day
