"""Which document a question means: the one of its symbol, and not another of that number from elsewhere or then."""

from __future__ import annotations

import re
from threading import Lock

from cachetools import LRUCache, cached

from assistant.evidence.naming import home_place, main_place
from assistant.evidence.years import LEAD_CHARS, of_the_year
from assistant.question.places import find_provinces
from assistant.question.understand import Question
from vectorstore.records import Document
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold, one_line
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match

# "Sau 3 năm thực hiện Nghị quyết số 14-NQ/TU, tỉnh đạt bao nhiêu chỉ tiêu?" is asked of the report on it.
_CARRIED_OUT = re.compile(
    r"\b(?:thuc hien|trien khai|so ket|tong ket|quan triet)(?: \w+){0,3}?"
    r"(?: (?:nghi quyet|chi thi|ket luan|quyet dinh|ke hoach|chuong trinh|de an|nghi dinh|luat|thong tu)(?: so)?)?\s*$"
)
_OF_YEAR = re.compile(r"\W*(?:ban hành\s+)?(?:năm|nam)\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_OF_DAY = re.compile(r"\W*(?:ban hành\s+)?ngày\b", re.IGNORECASE)


def dated_otherwise(question: Question, document: Document) -> bool:
    """Whether the question dates a symbol to another day than this document's: symbols are used again."""
    issued = document.issue_date
    if issued is None or len(question.symbols) != 1 or question.dates != question.firm_dates:
        return False
    after = question.text[question.symbols[0].end :]
    if (year := _OF_YEAR.match(after)) and not of_the_year(document, int(year[1])):
        return True
    stated = [(d.day, d.month, d.year) for d in find_dates(after) if d.day and d.year]
    return bool(_OF_DAY.match(after)) and bool(stated) and stated[0] != (issued.day, issued.month, issued.year)


def placed_otherwise(question: Question, document: Document) -> bool:
    """Whether the question names provinces and the document, which is of another one, names none of them.

    A document of the listing has no text: who issued it where, and its title, must do.
    """
    asked = {fold(name) for name, _, _ in find_provinces(question.text)}
    if not asked or document.level == "central":
        return False
    headed = f"{document.organ or ''} \n {document.place or ''} \n {document.title}"
    own = {main_place(headed), home_place(document) if document.text else None} - {None}
    if not own or own & asked or any(name in one_line(fold(headed)) for name in asked):
        return False
    return not (document.text and _speaks_of(document, frozenset(asked)))


@cached(LRUCache(1024), key=lambda document, places: (document.content_hash or document.text, places), lock=Lock())
def _speaks_of(document: Document, places: frozenset[str]) -> bool:
    """Whether the document names one of the folded names anywhere."""
    said = one_line(fold(document.text))
    return any(name in said for name in places)


def names_symbol(question: Question, symbol: Symbol, sentence: str, headings: str, document: Document) -> bool:
    """Whether the sentence, what it stands under or the document itself has the symbol asked about."""
    own = "" if dated_otherwise(question, document) else document.symbol or ""
    texts = (sentence, headings if own else sentence, own)
    return any(symbols_match(symbol, found) for text in texts for found in find_symbols(text))


def carried_out(question: Question, symbol: Symbol, document: Document) -> bool:
    """Whether it is asked what came of carrying out a document, and this is the report that says so at once."""
    asked = fold(question.text[: symbol.start])
    if not _CARRIED_OUT.search(asked):
        return False
    opening = f"{document.title} \n {document.text[:LEAD_CHARS]}"
    return any(
        symbols_match(symbol, said) and _CARRIED_OUT.search(fold(opening[: said.start]))
        for said in find_symbols(opening)
    )


def only_cited(question: Question, document: Document) -> bool:
    """Whether it is asked what an article of a document says that this one is not, and that says itself nothing."""
    own = find_symbols(document.symbol or "")
    return bool(question.symbols) and not any(symbols_match(asked, one) for asked in question.symbols for one in own)
