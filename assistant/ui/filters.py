"""Narrowing: which documents a question is asked of, what there is to choose from, and the chips that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from assistant.retrieval import passes
from assistant.types import Filters, Query
from assistant.ui.strings import Texts
from vectorstore.records import Document

FIELDS = ("organ", "doc_type", "collection", "year_from", "year_to", "symbol", "as_of")
_NO_FILTERS = Filters()
MOST_CHOICES = 60  # organs to choose from, those with most documents


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is asked within."""

    filters: Filters = _NO_FILTERS
    as_of: date | None = None

    @property
    def open(self) -> bool:
        """Whether nothing is narrowed."""
        return self == EVERYTHING

    def holds(self, document: Document) -> bool:
        """Whether a document is within."""
        return passes(document, self.filters, self.as_of)

    def without(self, field: str) -> Scope:
        """The scope with one limit lifted; `years` lifts both ends."""
        if field == "as_of":
            return Scope(self.filters, None)
        names = ("year_from", "year_to") if field == "years" else (field,)
        return Scope(self.filters.model_copy(update=dict.fromkeys(names)), self.as_of)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Chip:
    """One active limit in words, and the field that lifts it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow to, with the number of documents that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, the most frequent first, given the limits on the other fields."""

    organs: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    collections: tuple[Choice, ...]
    years: tuple[int, int] | None
    total: int
    within: int


def read_scope(form: Mapping[str, Any], now: Scope) -> Scope:
    """The scope that a form asks for; one that makes no sense leaves it as it is. Years may come in either order."""
    given = {name: str(form.get(name) or "").strip() for name in FIELDS}
    years = [int(given[name]) if given[name].isdigit() else None for name in ("year_from", "year_to")]
    if years[0] and years[1] and years[0] > years[1]:
        years.reverse()
    named = {name: given[name] or None for name in ("organ", "doc_type", "collection", "symbol")}
    try:
        filters = Filters(**named, year_from=years[0], year_to=years[1])
        day = Query(question="?", as_of=given["as_of"] or None).as_of
    except ValidationError:
        return now
    return Scope(filters, day)


def chips(scope: Scope, texts: Texts) -> tuple[Chip, ...]:
    """The active limits, in the order of the form."""
    f, t = scope.filters, texts.narrow
    found = [Chip(name, getattr(f, name)) for name in ("symbol", "organ", "doc_type") if getattr(f, name)]
    if f.collection:
        found.append(Chip("collection", f"{t.collection}: {f.collection}"))
    if f.year_from and f.year_to:
        span = str(f.year_from) if f.year_from == f.year_to else f"{f.year_from}–{f.year_to}"
        found.append(Chip("years", span))
    elif f.year_from or f.year_to:
        words = t.from_year if f.year_from else t.until_year
        found.append(Chip("years", words.format(year=f.year_from or f.year_to)))
    if scope.as_of:
        found.append(Chip("as_of", t.on_day.format(day=scope.as_of.strftime("%d/%m/%Y"))))
    return tuple(found)


def choices(documents: Sequence[Document], scope: Scope) -> Choices:
    """The values that occur, counted among the documents that pass the limits on all other fields."""
    years = [document.best_date.year for document in documents if document.best_date]
    return Choices(
        _counted(documents, scope.without("organ"), lambda document: document.organ),
        _counted(documents, scope.without("doc_type"), lambda document: document.kind),
        _counted(documents, scope.without("collection"), lambda document: document.collection),
        (min(years), max(years)) if years else None,
        len(documents),
        sum(map(scope.holds, documents)),
    )


def _counted(
    documents: Iterable[Document], scope: Scope, value: Callable[[Document], str | None]
) -> tuple[Choice, ...]:
    counts = Counter(found for document in documents if scope.holds(document) and (found := value(document)))
    return tuple(Choice(name, count) for name, count in counts.most_common(MOST_CHOICES))
