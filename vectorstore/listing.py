"""The current documents as one snapshot, with everything that is looked up in them while a question is answered.

A corpus may hold 100,000 documents: whatever a question needs of them is found by key, never by going through them.
"""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import overload

from vectorstore.records import Document
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match
from vectorstore.validity import CHANGES, Change, changes_to, with_statuses

_SELECTIONS = 64  # selections kept of one snapshot
_RUN = re.compile(r"\d[\d.]*")  # "66.17" of 66.17/2026/NQ-CP, "1.234" of 1.234/QĐ-TTg


class Listing(Sequence[Document]):
    """Documents without their texts, in order; immutable, so that what was found in it once is found for good."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._selections: OrderedDict[Hashable, frozenset[str]] = OrderedDict()

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | Sequence[Document]:
        return self._documents[index]

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    @cached_property
    def by_id(self) -> dict[str, Document]:
        return {document.document_id: document for document in self._documents}

    @cached_property
    def _by_number(self) -> dict[int, list[Document]]:
        found: dict[int, list[Document]] = defaultdict(list)
        for document in self._documents:
            for number in _numbers(document.symbol or ""):
                found[number].append(document)
        return found

    @cached_property
    def _changing(self) -> dict[int, list[Document]]:
        found: dict[int, list[Document]] = defaultdict(list)
        for document in self._documents:
            named = {relation.symbol for relation in document.relations if relation.kind in CHANGES}
            for number in set().union(*map(_numbers, named)):
                found[number].append(document)
        return found

    def named(self, symbol: Symbol) -> list[Document]:
        """The documents whose own symbol can be the one given."""
        near = self._by_number.get(symbol.number, ())
        return [d for d in near if any(symbols_match(symbol, theirs) for theirs in _symbols_of(d.symbol))]

    def changes_to(self, document: Document) -> list[Change]:
        """What others of these documents did to this one."""
        near = [other for number in _numbers(document.symbol or "") for other in self._changing.get(number, ())]
        return changes_to(document, {other.document_id: other for other in near}.values()) if near else []

    def with_statuses(self, on: date) -> Listing:
        """The same documents with their status on a day."""
        return Listing(with_statuses(self._documents, on, self.changes_to))

    def select(self, key: Hashable, passes: Callable[[Document], bool]) -> frozenset[str]:
        """Ids of the documents that pass; `key` names the test, so that the same one is made once."""
        if key in self._selections:
            self._selections.move_to_end(key)
            return self._selections[key]
        found = frozenset(document.document_id for document in self._documents if passes(document))
        self._selections[key] = found
        if len(self._selections) > _SELECTIONS:
            self._selections.popitem(last=False)
        return found


class Listings:
    """The snapshot with today's statuses, as each reader sees it, kept until the documents or the day are others."""

    def __init__(self) -> None:
        self._made_of: tuple[Sequence[Document], date] | None = None
        self._views: dict[frozenset[str] | None, Listing] = {}

    def of(self, documents: Sequence[Document], collections: frozenset[str] | None) -> Listing:
        """The documents of these collections; of all where None. The same list is not looked at twice in a day."""
        made_of, views = self._made_of, self._views
        if made_of is None or made_of[0] is not documents or made_of[1] != date.today():
            made_of = documents, date.today()
            views = {None: Listing(documents).with_statuses(made_of[1])}
            self._made_of, self._views = made_of, views
        if collections not in views:
            views[collections] = Listing([d for d in views[None] if d.collection in (collections or ())])
        return views[collections]


def _numbers(symbol: str) -> set[int]:
    """What the number of a symbol can be: reading it as one takes a hundred times as long."""
    if (run := _RUN.search(symbol)) is None:
        return set()
    return {int(run.group().replace(".", "")), int(run.group().split(".")[0])}


@lru_cache(maxsize=200_000)
def _symbols_of(symbol: str | None) -> tuple[Symbol, ...]:
    return tuple(find_symbols(symbol)) if symbol else ()
