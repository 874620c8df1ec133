"""Which documents are in force on a day, derived from what other stored documents say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vectorstore.records import Document
from vectorstore.text.dates import find_dates
from vectorstore.text.symbols import find_symbols, symbols_match

_IN_FORCE_FROM = re.compile(r"có hiệu lực(?:\s+thi hành)?\s+(?:kể\s+)?từ\s+(?=ngày)", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """`by` replaced, repealed or amended a document from day `since` (None where no date is known)."""

    by: Document
    whole: bool  # the whole document ended, not a provision of it
    since: date | None


def effective_date(text: str, issued: date | None) -> date | None:
    """The day a document takes effect: as its own clause says, else its day of issue."""
    for match in _IN_FORCE_FROM.finditer(text):
        for mention in find_dates(text[match.end() : match.end() + 60]):
            if (day := mention.as_date()) is not None:
                return day
    return issued


def changes_to(document: Document, others: Iterable[Document]) -> list[Change]:
    """What other documents of the same collection did to this one."""
    own = find_symbols(document.symbol or "")
    if not own or not own[0].full:
        return []
    found = []
    for other in others:
        if other.document_id == document.document_id or other.collection != document.collection:
            continue
        kinds = {r.kind: r.provision for r in other.relations if _names(r.symbol, document)}
        amends = "amends" in kinds
        ended = "replaces" in kinds or ("repeals" in kinds and kinds["repeals"] is None and not amends)
        if ended or amends or "repeals" in kinds:
            found.append(Change(other, ended, other.effective_date or other.issue_date))
    return found


def ended_by(document: Document, others: Iterable[Document], on: date) -> Change | None:
    """The change that ended the document by day `on`; None while it is, as far as is known, in force."""
    over = [c for c in changes_to(document, others) if c.whole and (c.since is None or c.since <= on)]
    return max(over, key=lambda change: change.since or date.min, default=None)


def _names(symbol: str, document: Document) -> bool:
    theirs, ours = find_symbols(symbol), find_symbols(document.symbol or "")
    return bool(theirs and ours) and theirs[0].full and symbols_match(theirs[0], ours[0])
