"""Where a passage stands: its headings, what it may share a chunk with, and how an official would point to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.markers import (
    ANNEX,
    ARTICLE,
    CHAPTER,
    CLAUSE,
    LETTER,
    ORDINAL,
    PART,
    PLAIN,
    POINT,
    ROMAN,
    SECTION,
    SUBCLAUSE,
    SUBSECTION,
    Marker,
)  # fmt: skip
from ingest.official import type_line


@dataclass(frozen=True, slots=True)
class Step:
    """One level of numbering above a passage: `title` is empty where the numbered paragraph is text itself."""

    level: int
    marker: Marker | None
    title: str
    lead: str = ""


@dataclass
class Place:
    """The numbering that holds at a point of the text, and what has been counted up to it."""

    path: list[Step] = field(default_factory=list)
    passages: int = 0
    annexes: int = 0
    preamble: bool = False


def titles_of(place: Place) -> tuple[str, ...]:
    """Headings above the place, outermost first; articles without a heading are named by their number."""
    named = {ARTICLE, ANNEX, PART, CHAPTER}
    titles = (step.title or (step.marker.named if step.marker and step.level in named else "") for step in place.path)
    return tuple(title for title in titles if title)


def unit_of(place: Place) -> str:
    """Key of the blocks that may share a chunk: an article, else the nearest heading."""
    kept = [s for s in place.path if s.level <= ARTICLE or s.title]
    named = (s.title or (s.marker.named if s.marker else "") for s in kept)
    return f"{place.annexes}/{'/'.join(named)}{'căn cứ' if place.preamble else ''}"


def locator_of(place: Place) -> str:
    """What an official would write: "Điều 5 khoản 2 điểm a", "mục II.3", "Phụ lục I", "đoạn 7"."""
    markers = {step.level: step.marker for step in place.path if step.marker}
    prefix = _annex_prefix(place)
    if ARTICLE in markers:
        kept = [markers[level] for level in (ARTICLE, CLAUSE, SUBCLAUSE, POINT) if level in markers]
        named = " ".join(m.named for m in kept if not (m.level == CLAUSE and SUBCLAUSE in markers))
        return f"{prefix}{named}"
    dotted = [markers[level] for level in (LETTER, ROMAN, PLAIN, CLAUSE, SUBCLAUSE, POINT) if level in markers]
    labels = [m.label for m in dotted if not (m.level == CLAUSE and SUBCLAUSE in markers)]
    if labels:
        return f"{prefix}mục {'.'.join(labels)}"
    upper = [markers[level].named for level in (PART, CHAPTER, SECTION, SUBSECTION) if level in markers]
    if upper:
        return prefix + " ".join(upper)
    if ORDINAL in markers:
        return f"{prefix}đoạn {max(place.passages, 1)} ({markers[ORDINAL].label} là)"
    return prefix.rstrip(", ") if prefix else f"đoạn {max(place.passages, 1)}"


def _annex_prefix(place: Place) -> str:
    for step in place.path:
        if step.level == ANNEX:
            if step.marker is None:
                kind = type_line(step.title)
                return f"{(kind[0] if kind else 'văn bản').capitalize()} kèm theo, "
            return f"{step.marker.named}, ".replace("Phụ lục ,", "Phụ lục,")
    return ""
