"""Which documents are in force on a day, derived from what other stored documents say of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from vectorstore.records import Document
from vectorstore.text.dates import find_dates
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match

CHANGES = frozenset({"replaces", "repeals", "amends"})
_IN_FORCE_FROM = re.compile(r"có hiệu lực(?:\s+thi hành)?\s+(?:kể\s+)?từ\s+(?=ngày)", re.IGNORECASE)
# The document as a whole ("1. Thông tư này có hiệu lực …"), no provision of it ("Điều 37 Thông tư này có hiệu lực …").
_WHOLE = re.compile(
    r"(?:^|[.:;\n])\s*(?:\d{1,2}\s?[.)]\s*)?"
    r"(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết|Nghị định|Quyết định|Thông tư(?: liên tịch)?|Chỉ thị|Quy định|Quy chế)"
    r"\s+này\s+$"
)
_SIGNED = re.compile(r"ngày\s+(?:ký|ban hành)")


@dataclass(frozen=True)
class Change:
    """`by` replaced, repealed or amended a document from day `since` (None where no date is known)."""

    by: Document
    whole: bool  # the whole document ended, not a provision of it
    since: date | None
    provisions: tuple[str, ...] = ()  # those that were amended or repealed, as far as they are named


def effective_date(text: str, issued: date | None) -> date | None:
    """The day a document takes effect: as its own clause says, else its day of issue."""
    clauses = list(_IN_FORCE_FROM.finditer(text))
    of_whole = [match for match in clauses if _WHOLE.search(text[max(0, match.start() - 60) : match.start()])]
    of_whole = [match for match in of_whole if not _is_quoted(text, match.start())]
    for match in of_whole or clauses:
        if of_whole and _SIGNED.match(text, match.end()):
            return issued
        for mention in find_dates(text[match.end() : match.end() + 60]):
            if (day := mention.as_date()) is not None:
                return day
    return issued


def _is_quoted(text: str, at: int) -> bool:
    """Whether a quotation is open at `at`: consolidated and amending documents quote clauses of others."""
    before = text[max(0, at - 1500) : at]
    return before.rfind("“") > before.rfind("”")


def changes_to(document: Document, others: Iterable[Document]) -> list[Change]:
    """What other documents of the same collection did to this one."""
    own = whole_symbol(document.symbol or "")
    if own is None:
        return []
    found = []
    for other in others:
        if other.document_id == document.document_id or other.collection != document.collection:
            continue
        said = [r for r in other.relations if r.kind in CHANGES and _names(r.symbol, own)]
        kinds = {r.kind for r in said if r.provision is None}
        # Whoever amends a document leaves it standing, whatever else it says of it.
        ended = "replaces" in kinds or ("repeals" in kinds and not any(r.kind == "amends" for r in said))
        if said:
            provisions = tuple(r.provision for r in said if r.provision)
            found.append(Change(other, ended, other.effective_date or other.issue_date, provisions))
    return found


def ended_by(document: Document, others: Iterable[Document], on: date) -> Change | None:
    """The change that ended the document by day `on`; None while it is, as far as is known, in force."""
    over = [c for c in changes_to(document, others) if c.whole and (c.since is None or c.since <= on)]
    return max(over, key=lambda change: change.since or date.min, default=None)


def with_statuses(
    documents: Sequence[Document], on: date, changes: Callable[[Document], list[Change]] | None = None
) -> list[Document]:
    """The documents with their status on a day: "superseded" or "amended" where another one says so, else "unknown".

    That nothing is known against a document does not show that it is in force: that is never claimed. `changes` finds
    what was done to a document; without it all documents are looked through for each.
    """
    found = []
    for document in documents:
        status = _status(changes(document) if changes else changes_to(document, documents), on)
        found.append(document if document.status == status else replace(document, status=status))
    return found


def _status(changes: Iterable[Change], on: date) -> str:
    known = [change for change in changes if change.since is None or change.since <= on]
    return "superseded" if any(change.whole for change in known) else "amended" if known else "unknown"


def _names(symbol: str, own: Symbol) -> bool:
    theirs = whole_symbol(symbol)
    return theirs is not None and symbols_match(theirs, own)


@lru_cache(maxsize=100_000)
def whole_symbol(symbol: str) -> Symbol | None:
    """The symbol, where it is a whole one."""
    found = find_symbols(symbol)
    return found[0] if found and found[0].full else None
