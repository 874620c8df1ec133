"""Numbers, years, dates and document symbols of a claim against those of its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification.lexicon import FUNCTION_WORDS, STOPWORDS, Words, keys
from assistant.verification.matching import Evidence
from assistant.verification.stream import Stream, Token
from assistant.verification.verdict import Unsupported
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol, symbols_match

_AT_LEAST = frozenset({keys("hơn"), keys("trên"), keys("ít nhất"), keys("tối thiểu"), keys("không dưới"), keys("vượt")})
_AT_MOST = frozenset(
    {keys("dưới"), keys("gần"), keys("chưa đến"), keys("tối đa"), keys("không quá"), keys("nhiều nhất")}
)
_UNIT_NAMES = {"hecta": "ha", "héc": "ha", "kilômét": "km", "người": "người"}
_REFERENCES = frozenset({"điều", "khoản", "điểm", "mục", "chương", "phần", "lục", "thứ", "khóa", "vùng", "tiết"})
_DAY_WORDS = frozenset({"ngày", "sáng", "chiều", "tối", "trưa", "hôm", "đêm", "mùng", "từ", "đến", "trước", "sau"})
HEAD = 3  # content words after a number among which its noun is looked for


def check_figures(claim: Stream, evidence: Evidence) -> Iterator[Unsupported]:
    """What the claim counts, dates and cites and the evidence does not."""
    for position, token in enumerate(claim.tokens):
        if token.kind == "number" and opens_ratio(claim, position):
            if not _ratio_of_two_holds(claim, position, evidence):
                yield Unsupported("number", _with_noun(claim, position))
        elif token.kind == "number" and not _number_holds(claim, position, evidence):
            yield Unsupported("number", _with_noun(claim, position))
        elif token.kind == "year" and not _year_holds(token, evidence):
            yield Unsupported("date", token.text)
        elif token.kind == "date" and _is_ratio(claim, position) and not _ratio_holds(claim, position, evidence):
            yield Unsupported("number", _with_noun(claim, position))
        elif token.kind == "date" and not _date_holds(token, evidence):
            yield Unsupported("date", token.text)
        elif token.kind == "symbol" and not _symbol_holds(token, evidence):
            yield Unsupported("symbol", token.text)


# --- numbers ------------------------------------------------------------------------------------------------------
def _number_holds(claim: Stream, position: int, evidence: Evidence) -> bool:
    token = claim.tokens[position]
    assert token.quantity is not None
    if position >= 2 and opens_ratio(claim, position - 2) and _ratio_of_two_holds(claim, position - 2, evidence):
        return True
    if token.quantity.words and token.end - token.start <= 5 and _same_words(claim, position, evidence):
        return True
    places = [
        (stream, at)
        for stream in evidence.streams
        for at, other in enumerate(stream.tokens)
        if other.quantity is not None and token.quantity.equals(other.quantity)
    ]
    if reference := _reference(claim.tokens, position):
        places = [(stream, at) for stream, at in places if _reference(stream.tokens, at) == reference]
    if any(head(claim.tokens, position)[:1] == head(s.tokens, at)[:1] != () for s, at in _small_words(token, evidence)):
        return True
    return any(
        _head_agrees(claim, position, stream, at) and _bound_agrees(claim.tokens, position, stream.tokens, at)
        for stream, at in places
    )


def _reference(tokens: Sequence[Token], position: int) -> str:
    """ "khoản" for the 3 of "khoản 1, 2 và 3"; empty where the number refers to no part of a document."""
    at = position
    while at > 0 and tokens[at].gap in ("", ",", "-"):
        at -= 1
        if tokens[at].key in _REFERENCES:
            return tokens[at].key
        if tokens[at].kind not in ("number", "year") and tokens[at].key not in ("và", "đến", "hoặc"):
            break
    return ""


def _same_words(claim: Stream, position: int, evidence: Evidence) -> bool:
    """A lone digit word ("hai") that the evidence writes in the same way, as a number or not."""
    word = claim.tokens[position].text.lower()
    following = claim.keys[position + 1 : position + 2]
    return any(
        token.text.lower() == word and stream.keys[at + 1 : at + 2] == following
        for stream in evidence.streams
        for at, token in enumerate(stream.tokens)
    )


def _small_words(token: Token, evidence: Evidence) -> list[tuple[Stream, int]]:
    """Words such as "một" and "năm", which are read as numbers only where a claim needs them to be."""
    assert token.quantity is not None
    words = {word for word, value in (("một", 1), ("năm", 5)) if value in token.quantity.values}
    return (
        [(s, at) for s in evidence.streams for at, other in enumerate(s.tokens) if other.key in words] if words else []
    )


def _head_agrees(claim: Stream, position: int, stream: Stream, at: int) -> bool:
    """Whether both numbers count the same: the claim's noun is among the first words after the evidence's number.

    Where either number has no noun after it ("số mô hình là 146"), its noun has to stand near the other one.
    """
    claimed, known = head(claim.tokens, position), head(stream.tokens, at)
    if claimed and known:
        mine, theirs = _per(claim.tokens, position), _per(stream.tokens, at)
        return _unit(claimed[0]) in {_unit(word) for word in known} and (not mine or not theirs or bool(mine & theirs))
    if claimed:
        return claimed[0] in _sentence_words(stream, at)
    subject = _subject(claim.tokens, position)
    return not subject or subject[0] in _sentence_words(stream, at)


def head(tokens: Sequence[Token], position: int) -> Words:
    """The first content words after a number, up to three: what it counts."""
    words: list[str] = []
    for token in tokens[position + 1 : position + 1 + HEAD]:
        if token.gap in (",", ".", ":", "(") or token.kind != "word" or token.key in FUNCTION_WORDS:
            break
        words.append(token.key)
    return tuple(words)


def _per(tokens: Sequence[Token], position: int) -> frozenset[str]:
    """What an amount is counted by: "người" and "năm" in "05 vụ việc/người/năm", "năm" in "vụ việc mỗi năm"."""
    found: set[str] = set()
    for at, token in enumerate(tokens[position + 1 : position + 8], position + 1):
        if token.gap == "/":
            found.add(token.key)
        elif token.gap:
            break
        elif token.key == "mỗi" and at + 1 < len(tokens):
            found.add(tokens[at + 1].key)
    return frozenset(found)


def _unit(word: str) -> str:
    return _UNIT_NAMES.get(word, word)


def _subject(tokens: Sequence[Token], position: int) -> Words:
    """The noun that "là", "đạt" or a colon joins to a number behind it: "số mô hình được công nhận là 146"."""
    low = position
    while low > 0 and position - low < 12 and tokens[low].gap != ".":
        low -= 1
    run = [token.key for token in tokens[low:position]]
    if "số" not in run or not (tokens[position].gap == ":" or (run[-1:] and run[-1] in ("là", "đạt", "có"))):
        return ()
    after = [key for key in run[len(run) - run[::-1].index("số") :] if key not in STOPWORDS]
    return tuple(after[:2])


def _sentence_words(stream: Stream, at: int) -> frozenset[str]:
    low, high = at, at + 1
    while low > 0 and stream.tokens[low].gap != ".":
        low -= 1
    while high < len(stream.tokens) and stream.tokens[high].gap != ".":
        high += 1
    return frozenset(stream.keys[low:high])


def _bound_agrees(claimed: Sequence[Token], position: int, known: Sequence[Token], at: int) -> bool:
    """ "hơn 900" is not "dưới 900"; a bound that only one side gives is let pass."""
    sides = {_bound(claimed, position), _bound(known, at)} - {0}
    return len(sides) < 2


def _bound(tokens: Sequence[Token], position: int) -> int:
    before = tuple(token.key for token in tokens[max(0, position - 2) : position])
    for run in (before, before[-1:]):
        if run in _AT_LEAST or run in _AT_MOST:
            return 1 if run in _AT_LEAST else -1
    return 0


def _with_noun(claim: Stream, position: int) -> str:
    return claim.wording(position, position + 1 + min(2, len(head(claim.tokens, position))))


# --- dates and symbols --------------------------------------------------------------------------------------------
def _years(evidence: Evidence, *, context: bool) -> set[str]:
    years = set()
    for token in evidence.tokens(context=context):
        if token.kind == "year":
            years.add(token.key)
        elif token.day and token.day.year:
            years.add(f"#{token.day.year}")
    return years


def _year_holds(token: Token, evidence: Evidence) -> bool:
    if token.key in _years(evidence, context=True):
        return True
    # 2024 as an amount in the evidence ("2024 hộ")
    return any(other.kind == "number" and other.key == token.key for other in evidence.tokens())


def _date_holds(token: Token, evidence: Evidence) -> bool:
    day = token.day
    assert day is not None
    agreeing = [other.day for other in evidence.tokens(context=True) if other.day and day.agrees(other.day)]
    if not agreeing:
        return False
    if day.year is None or any(other.year == day.year for other in agreeing):
        return True
    return f"#{day.year}" in _years(evidence, context=True)


def _is_ratio(claim: Stream, position: int) -> bool:
    """138/138 xã: no word announces a day, and a noun follows."""
    token = claim.tokens[position]
    announced = position > 0 and claim.keys[position - 1] in _DAY_WORDS
    return bool(
        token.day and not token.day.year and "/" in token.text and not announced and head(claim.tokens, position)
    )


def _ratio_holds(claim: Stream, position: int, evidence: Evidence) -> bool:
    return any(
        token.key == claim.keys[position] and _head_agrees(claim, position, stream, at)
        for stream in evidence.streams
        for at, token in enumerate(stream.tokens)
    )


def opens_ratio(claim: Stream, position: int) -> bool:
    """The first number of "71 trên 112 xã"; the second is judged by itself."""
    first, following = claim.tokens[position], claim.tokens[position + 1 : position + 3]
    return (
        first.kind == "number" and len(following) == 2 and following[0].key == "trên" and following[1].kind == "number"
    )


def _ratio_of_two_holds(claim: Stream, position: int, evidence: Evidence) -> bool:
    """71/112 in the evidence, or both numbers."""
    first, second = claim.tokens[position].quantity, claim.tokens[position + 2].quantity
    assert first is not None and second is not None
    pairs = [token.day for token in evidence.tokens() if token.day and token.day.day and token.day.month]
    if any(day.day in first.values and day.month in second.values for day in pairs):
        return True
    known = [token.quantity for token in evidence.tokens() if token.quantity]
    return all(any(part.equals(other) for other in known) for part in (first, second))


def _same_type(one: Symbol, other: Symbol) -> bool:
    """Types as the symbols write them; QĐ may stand for Quyết định and Quy định."""
    both = {fold(symbol.type) for symbol in (one, other) if symbol.type}
    return len(both) < 2 or both <= {"qd", "qyd", "qdi"}


def _symbol_holds(token: Token, evidence: Evidence) -> bool:
    """The same document; organ and year that the claim gives it have to be said of it somewhere in the evidence."""
    symbol = token.symbol
    assert symbol is not None
    others = [other.symbol for other in evidence.tokens(context=True) if other.symbol]
    for other in others:
        if not symbols_match(symbol, other) or not _same_type(symbol, other):
            continue
        said_more = (symbol.organ and not other.organ) or (symbol.year and not other.year)
        if not said_more or any(
            symbols_match(symbol, third) and third.organ == symbol.organ and third.year == symbol.year
            for third in others
        ):
            return True
        if symbol.text.lower() == other.text.lower():
            return True
    return False
