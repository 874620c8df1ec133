"""The symbol of a document itself: on its number line, where it is certified, or in its file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.official import title_symbol
from ingest.structure import Block
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol, find_symbols

_NUMBER_LINE = re.compile(r"(?:(?:luat|nghi quyet|phap lenh|lenh|quyet dinh)\s+)?so\s*[:.]?\s*\S")
_NAMED_SYMBOL = re.compile(
    r"(?<!\d)(\d{1,5})[-_ ](?:((?:19|20)\d\d)[-_ ])?(nq|qd|ct|kl|hd|tb|bc|kh|ctr|nd|tt|ttlt|ttr|vbhn)[-_ ]"
    r"([a-z]{2,12}(?:[-_][a-z]{2,6})?)(?![a-z])"
)


def own_symbol(text: str, head: Sequence[Block]) -> tuple[Symbol | None, tuple[int, int]]:
    """The symbol of the number line in the masthead, else the one that a heading says with type and organ."""
    for numbered in (True, False):
        for block in head:
            line = text[block.start : block.end]
            if block.kind != "masthead" or (numbered and not _NUMBER_LINE.search(fold(line))):
                continue
            for symbol in find_symbols(line):
                if symbol.full:
                    return symbol, (block.start + symbol.start, block.start + symbol.end)
    start, said = symbol_of_title(text, head)
    if said:
        return said, (start + said.start, start + said.end)
    return None, (0, 0)


def symbol_of_title(text: str, blocks: Sequence[Block]) -> tuple[int, Symbol | None]:
    """Where the title begins, and the document's own symbol where the title says it, with its span from there."""
    lines = [block for block in blocks if block.kind == "title"][:4]
    if not lines:
        return 0, None
    return lines[0].start, title_symbol(text[lines[0].start : min(lines[-1].end, lines[0].start + 500)])


def closing_symbol(text: str, blocks: Sequence[Block]) -> tuple[Symbol | None, tuple[int, int]]:
    """A consolidated text has its number at its end, where it is certified."""
    for block in reversed(blocks):
        line = text[block.start : block.end]
        if len(line) < 60 and _NUMBER_LINE.match(fold(line)):
            for symbol in find_symbols(line):
                if symbol.full and symbol.type == "VBHN":
                    return symbol, (block.start + symbol.start, block.start + symbol.end)
    return None, (0, 0)


def symbol_in_name(stem: str) -> Symbol | None:
    """The symbol a file name spells out: "nghi-quyet-so-115-nq-cp" gives 115/NQ-CP."""
    match = _NAMED_SYMBOL.search(fold(stem))
    if not match:
        return None
    number, year, kind, organ = match.groups()
    written = "/".join(part for part in (number, year, f"{kind}-{organ.replace('_', '-')}") if part)
    return next((symbol for symbol in find_symbols(written) if symbol.full), None)


def misread(symbol: Symbol, stem: str) -> Symbol | None:
    """The symbol in a file's name where it differs from a `symbol` read by OCR in its number alone.

    Numbers are written by hand or stamped askew into a printed line: they are what OCR reads worst.
    """
    named = symbol_in_name(stem)
    if named is None or (named.type, named.organ, named.year) != (symbol.type, symbol.organ, symbol.year):
        return None
    return named if named.number != symbol.number else None
