"""Small relations between values: from one amount to another, the amount of a year, the level of an organ."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.verification.matching import Evidence
from assistant.verification.stream import Stream, Token
from assistant.verification.verdict import Unsupported

_ARRIVALS = frozenset(["còn", "lên", "xuống", "đến", "thành"])
_LEVELS = frozenset(["tỉnh", "huyện", "xã", "thôn", "quận", "phường"])
REACH = 8  # tokens between "từ 15" and "còn 10"


def check_relations(claim: Stream, evidence: Evidence) -> Iterator[Unsupported]:
    """Changes the claim turns round, amounts it gives to another year, levels the evidence does not name."""
    changes = {change for stream in evidence.streams for change in _changes(stream)}
    for start, end in _changes(claim):
        if (end, start) in changes and (start, end) not in changes:
            yield Unsupported("number", f"từ {start.lstrip('#')} … {end.lstrip('#')}")
    told = [pair for stream in evidence.streams for pair in _of_year(stream)]
    for year, amount in _of_year(claim):
        amounts = {other for told_year, other in told if told_year == year and _alike(other, amount)}
        if amounts and amount not in amounts:
            yield Unsupported("number", amount.lstrip("#"))
    dated = [pair for stream in evidence.everything for pair in _of_symbol(stream)]
    for symbol, date in _of_symbol(claim):
        days = [day for told, day in dated if told.key == symbol.key and day.day and date.day]
        if days and not any(date.day and day.day and date.day.agrees(day.day) for day in days):
            yield Unsupported("date", date.text)
    levels = {level for stream in evidence.everything for level in _levels(stream)}
    for level in _levels(claim):
        if levels and level not in levels:
            yield Unsupported("organ", f"cấp {level}")


def _changes(stream: Stream) -> Iterator[tuple[str, str]]:
    """ "từ 15 ngày xuống còn 10 ngày" → (15, 10)."""
    for at, token in enumerate(stream.tokens):
        if token.kind != "number" or at == 0 or stream.keys[at - 1] != "từ":
            continue
        for later in range(at + 1, min(at + REACH, len(stream.tokens))):
            if stream.tokens[later].kind == "number" and stream.keys[later - 1] in _ARRIVALS:
                yield token.key, stream.keys[later]
                break


def _of_year(stream: Stream) -> Iterator[tuple[str, str]]:
    """ "năm 2022 (11,26%)" and "năm 2022 là 52,9 triệu đồng" → the year and its amount."""
    for at, token in enumerate(stream.tokens[:-1]):
        if token.kind != "year":
            continue
        following, after = stream.tokens[at + 1], stream.tokens[at + 2 : at + 3]
        if following.kind == "number" and following.gap in ("(", ":"):
            yield token.key, following.key
        elif following.key in ("là", "đạt") and not following.gap and after and after[0].kind == "number":
            yield token.key, after[0].key


def _of_symbol(stream: Stream) -> Iterator[tuple[Token, Token]]:
    """ "Chỉ thị số 33-CT/TU, ngày 09/5/2017", "… ban hành ngày …" → the symbol and its date."""
    for at, token in enumerate(stream.tokens):
        if token.kind != "symbol":
            continue
        for later in range(at + 1, min(at + 5, len(stream.tokens))):
            if stream.tokens[later].kind == "date":
                yield token, stream.tokens[later]
            if stream.tokens[later].kind != "word" or stream.keys[later] not in ("ngày", "ban", "hành", "ký"):
                break


def _alike(one: str, other: str) -> bool:
    return one.endswith("%") == other.endswith("%")


def _levels(stream: Stream) -> Iterator[str]:
    """ "cấp tỉnh, huyện" → tỉnh, huyện."""
    for at, token in enumerate(stream.tokens):
        if token.key != "cấp" or (token.capital and not token.opens):
            continue
        position = at + 1
        while position < len(stream.tokens) and stream.keys[position] in _LEVELS:
            yield stream.keys[position]
            position += 1
            if position < len(stream.tokens) and stream.keys[position] == "và":
                position += 1
