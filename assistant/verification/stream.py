"""Reads a text as comparable tokens: syllables, numbers, dates and document symbols, abbreviations written out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.verification.dates import Day, find_days
from assistant.verification.lexicon import ABBREVIATIONS, FUNCTION_WORDS, SCALES, UNITS
from assistant.verification.numbers import Quantity, parse_digits, parse_words
from vectorstore.text.normalise import clean, tone_key
from vectorstore.text.symbols import Symbol, find_symbols

Kind = Literal["word", "number", "year", "date", "symbol"]
Gap = Literal["", "/", ",", "-", "(", ".", ":"]


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable unit. `gap` is the strongest punctuation between it and the token before."""

    key: str
    text: str
    start: int
    end: int
    kind: Kind
    gap: Gap
    capital: bool = False  # written with a capital first letter
    opens: bool = False  # opens a sentence or a quotation, where a capital says nothing
    abbreviation: bool = False  # written out from an abbreviation
    quantity: Quantity | None = None
    day: Day | None = None
    symbol: Symbol | None = None

    def same(self, other: Token) -> bool:
        """Equal in all that the key leaves out too: the year of a date, type and organ of a symbol."""
        days = (self.day.year, other.day.year) if self.day and other.day else (0, 0)
        symbols = (self.symbol.normalised, other.symbol.normalised) if self.symbol and other.symbol else ("", "")
        return self.key == other.key and days[0] == days[1] and symbols[0] == symbols[1]


@dataclass(frozen=True, slots=True)
class Stream:
    """A text and its tokens."""

    text: str
    tokens: tuple[Token, ...]
    keys: tuple[str, ...]  # of the tokens, in order

    def wording(self, start: int, end: int) -> str:
        """The text from token `start` to token `end`, exclusive."""
        return " ".join(self.text[self.tokens[start].start : self.tokens[end - 1].end].split())


_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
_TOKEN = re.compile(rf"(?P<number>\d+(?:[.,]\d+)*)(?P<percent>\s?%|\s+phần trăm\b)?|(?P<word>{_WORD})")
_ABBREVIATION = re.compile(
    r"(?<![^\W\d_])(?:"
    + "|".join(re.escape(short).replace("\\-", r"\s?[-–]\s?") for short in sorted(ABBREVIATIONS, key=lambda s: -len(s)))
    + r")(?![^\W\d_])"
)
_APOSTROPHES = str.maketrans("‘’ʼ´`", "'''''")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE_GAP = re.compile(r"[.!?…;•]|\n\s*[-–+*\n]")
_YEAR_WORDS = frozenset({"năm", "khóa", "đoạn", "kỳ", "từ", "đến", "khoá"})
_COUNTED_WORDS = frozenset(word for word in UNITS if word not in ("không", "một", "mốt", "tư", "năm", "lăm", "nhăm"))


def plain(text: str) -> str:
    """`text` with repaired characters, compatibility forms (full-width digits) made plain, quotes left as they are."""
    return clean(unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def read(text: str) -> Stream:
    """Tokens of `text` in order. Spans point into `Stream.text`, which is `plain(text)`."""
    text = plain(text)
    tokens = tuple(_numbered(list(_tokens(text))))
    return Stream(text, tokens, tuple(token.key for token in tokens))


def find(needle: Sequence[str], haystack: Sequence[str]) -> Iterator[int]:
    """Positions where the keys of `needle` stand one after the other in `haystack`."""
    if not needle:
        return
    first, size = needle[0], len(needle)
    for start in range(len(haystack) - size + 1):
        if haystack[start] == first and tuple(haystack[start : start + size]) == tuple(needle):
            yield start


def _tokens(text: str) -> Iterator[Token]:
    # "… THỰC HIỆN CHỈ THỊ⏎1- Trong hai năm" is a heading and an item, not Chỉ thị 1.
    symbols = [s for s in find_symbols(text) if s.full or "\n" not in s.text or "số" in s.text]
    special: list[tuple[int, int, Symbol | Day | str]] = [(s.start, s.end, s) for s in symbols]
    for day in find_days(text):
        if not any(day.start < end and start < day.end for start, end, _ in special):
            special.append((day.start, day.end, day))
    for match in _ABBREVIATION.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end, _ in special):
            special.append((match.start(), match.end(), re.sub(r"\s?[-–]\s?", "-", match.group())))
    position = before = 0
    for start, end, item in sorted(special, key=lambda entry: entry[0]):
        for token in _plain_tokens(text, position, start, before):
            before = token.end
            yield token
        for token in _special_tokens(text, start, end, item, before):
            before = token.end
            yield token
        position = end
    yield from _plain_tokens(text, position, len(text), before)


def _plain_tokens(text: str, low: int, high: int, before: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, low, high):
        gap, opens = _gap(text, before, match.start())
        before = match.end()
        if match["word"]:
            key = tone_key(match["word"].lower().translate(_APOSTROPHES))
            yield Token(key, match["word"], *match.span(), "word", gap, match["word"][0].isupper(), opens)
            continue
        quantity = parse_digits(match["number"])
        if match["percent"]:
            quantity = Quantity(quantity.values, percent=True)
        kind: Kind = "year" if _YEAR.fullmatch(match.group()) else "number"
        yield Token(_number_key(quantity), match.group(), *match.span(), kind, gap, opens=opens, quantity=quantity)


def _special_tokens(text: str, start: int, end: int, item: Symbol | Day | str, before: int) -> Iterator[Token]:
    gap, opens = _gap(text, before, start)
    if isinstance(item, Symbol):
        yield from _plain_tokens(text, *_type_words(item), before)
        number = _type_words(item)[1]
        key = f"§{item.number}{item.suffix}"
        gap, opens = _gap(text, before, number) if number == start else ("", False)
        yield Token(key, item.text, number, end, "symbol", gap, opens=opens, symbol=item)
    elif isinstance(item, Day):
        yield Token(item.key, text[start:end], start, end, "date", gap, opens=opens, day=item)
    else:
        for index, match in enumerate(re.finditer(_WORD, ABBREVIATIONS[item])):
            word = match.group()
            inner: Gap = gap if index == 0 else ""
            yield Token(
                tone_key(word.lower()), text[start:end], start, end, "word", inner, word[0].isupper(),
                opens and index == 0, abbreviation=True,
            )  # fmt: skip


def _type_words(symbol: Symbol) -> tuple[int, int]:
    """The words of a partial mention ("Nghị quyết số" in "Nghị quyết số 25"), which are words like any other."""
    digits = re.search(r"\d", symbol.text)
    return (symbol.start, symbol.start + (digits.start() if digits else 0))


def _gap(text: str, before: int, start: int) -> tuple[Gap, bool]:
    between = text[before:start]
    # A line break ends a sentence unless a small letter carries on: hard-wrapped lines, names cut in two.
    if before == 0 or _SENTENCE_GAP.search(between) or ("\n" in between and not text[start].islower()):
        return ".", True
    opens = ":" in between or "“" in between or between.endswith(('"', "”", "«", "‘"))
    if ":" in between:
        return ":", opens
    for mark in "(,-–/":
        if mark in between:
            return ("-" if mark == "–" else mark), opens  # type: ignore[return-value]
    return ("(" if ")" in between else ""), opens


def _number_key(quantity: Quantity) -> str:
    value = max(quantity.values)
    return f"#{value.normalize():f}{'%' if quantity.percent else ''}"


def _numbered(tokens: list[Token]) -> Iterator[Token]:
    """Joins a number with its scale ("1,2 triệu") and reads numbers spelt in words."""
    position = 0
    while position < len(tokens):
        token = tokens[position]
        taken = 1
        if token.kind == "year" and _counts_something(tokens, position):
            token = replace(token, kind="number")
        elif token.kind == "number" and token.quantity:
            token, taken = _scaled(tokens, position)
        elif (token.kind == "word" and token.key in UNITS) or token.key == "mười":
            token, taken = _spelt(tokens, position)
        yield token
        position += taken


def _counts_something(tokens: list[Token], position: int) -> bool:
    """Whether 2023 is an amount: a noun follows at once and nothing before says that it is a year."""
    token, before = tokens[position], tokens[position - 1] if position else None
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if before is not None and (before.key in _YEAR_WORDS or (token.gap == "-" and before.kind == "year")):
        return False
    if following is None or following.gap or following.kind != "word" or following.capital:
        return False
    return following.key not in FUNCTION_WORDS


def _scaled(tokens: list[Token], position: int) -> tuple[Token, int]:
    token, taken = tokens[position], 1
    quantity = token.quantity
    assert quantity is not None
    for at in range(position + 1, len(tokens)):
        following, after = tokens[at], tokens[at + 1].key if at + 1 < len(tokens) else ""
        if following.key not in SCALES or following.gap or after in ("lệ", "trọng", "suất"):  # "12 tỷ lệ" is no amount
            break
        quantity = quantity.times(SCALES[following.key])
        taken += 1
    return _merged(tokens[position : position + taken], quantity), taken


def _spelt(tokens: list[Token], position: int) -> tuple[Token, int]:
    """A number in words; a lone digit word only where it counts something ("sáu nhiệm vụ", not "hạng Ba", "Một là")."""
    run = [tokens[position].key]
    for token in tokens[position + 1 : position + 8]:
        if token.gap or token.kind != "word":
            break
        run.append(token.key)
    parsed = parse_words(run)
    token = tokens[position]
    if parsed is None:
        return token, 1
    value, taken = parsed
    if taken == 1 and not _counts(tokens, position):
        return token, 1
    if token.capital and not token.opens:
        return token, 1
    return _merged(tokens[position : position + taken], Quantity(frozenset({value}), words=True)), taken


def _counts(tokens: list[Token], position: int) -> bool:
    token, before = tokens[position], tokens[position - 1] if position else None
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if token.key not in _COUNTED_WORDS and token.key != "mười":
        return False
    if before is not None and not token.gap and before.key in ("thứ", "hạng", "cấp", "bậc", "loại"):
        return False
    return following is not None and following.kind == "word" and not following.gap and following.key != "là"


def _merged(tokens: list[Token], quantity: Quantity) -> Token:
    first, last = tokens[0], tokens[-1]
    text = " ".join(token.text for token in tokens)
    return Token(
        _number_key(quantity), text, first.start, last.end, "number", first.gap, opens=first.opens, quantity=quantity
    )
