"""Finds who and what a text names: persons, places, organs and the offices people hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verification.lexicon import (
    AMBIGUOUS_SURNAMES,
    CAPITALISED_OPENERS,
    COMMON_CAPITALS,
    HONORIFICS,
    LEVELS,
    ORGAN_HEADS,
    PLACE_UNITS,
    PLACES,
    ROLE_HEADS,
    SURNAMES,
    Words,
)
from assistant.verification.stream import Stream, Token

MAX_ORGAN = 14  # syllables
MAX_PERSON = 5  # syllables


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens `start` to `end` (exclusive) of a stream that name something; `unit` is the "huyện" before a place."""

    kind: Literal["person", "place", "organ", "role", "name"]
    start: int
    end: int
    keys: Words
    unit: Words = ()


def find_phrases(stream: Stream) -> list[Phrase]:
    """Every naming phrase of `stream` in order, without overlaps."""
    tokens, position = stream.tokens, 0
    found: list[Phrase] = []
    while position < len(tokens):
        phrases = _at(tokens, position)
        found.extend(phrases)
        position = phrases[-1].end if phrases else position + 1
    return found


def _at(tokens: Sequence[Token], position: int) -> list[Phrase]:
    if tokens[position].kind != "word":
        return []
    role, organ = _head(tokens, position, ROLE_HEADS), _head(tokens, position, ORGAN_HEADS)
    if role and (tokens[position].key != "thường" or tokens[position].capital):
        return [_phrase("role", tokens, position, _extent(tokens, position, role))]
    if organ and _names_an_organ(tokens, position, organ):
        return [_phrase("organ", tokens, position, _extent(tokens, position, organ))]
    if tokens[position].capital:
        return list(_names(tokens, position, _run_end(tokens, position)))
    return []


def _phrase(
    kind: Literal["person", "place", "organ", "role", "name"], tokens: Sequence[Token], a: int, b: int
) -> Phrase:
    return Phrase(kind, a, b, tuple(token.key for token in tokens[a:b]))


def _head(tokens: Sequence[Token], position: int, heads: frozenset[Words]) -> int:
    """How many tokens at `position` are one of `heads`, the longest first; 0 where none is."""
    for size in (4, 3, 2, 1):
        run = tokens[position : position + size]
        if len(run) == size and tuple(token.key for token in run) in heads and not any(t.gap for t in run[1:]):
            return size
    return 0


def _names_an_organ(tokens: Sequence[Token], position: int, size: int) -> bool:
    """ "Ban" needs a name after it ("Ban Dân vận"); "Tỉnh ủy" does not. Small letters say an organ in general."""
    following = tokens[position + size] if position + size < len(tokens) else None
    named = following is not None and not following.gap and following.capital and following.kind == "word"
    if size == 1:
        return named and tokens[position].capital and not _is_person_start(tokens, position + 1)
    return named or tokens[position].capital


def _extent(tokens: Sequence[Token], start: int, size: int) -> int:
    """End of the organ's name after its head: compounds open with a capital, so one small syllable may follow one."""
    end = name = start + size
    while end < min(len(tokens), start + MAX_ORGAN):
        token = tokens[end]
        if token.gap or token.kind != "word":
            break
        inner = _head(tokens, end, ORGAN_HEADS)
        if inner and token.capital and (inner > 1 or _names_an_organ(tokens, end, inner)):
            end = name = end + inner  # "Ủy viên | Bộ Chính trị", "Ủy ban Trung ương | Mặt trận Tổ quốc"
            continue
        if token.capital:
            if _is_person_start(tokens, end) or (end > start + size and _head(tokens, end, ROLE_HEADS)):
                break
        elif not _continues(tokens, name, end):
            break
        end += 1
    return end


def _continues(tokens: Sequence[Token], name: int, position: int) -> bool:
    """Whether the small-letter token at `position` still belongs to the organ whose name began at `name`."""
    before, following = tokens[position - 1], tokens[position + 1] if position + 1 < len(tokens) else None
    if tokens[position].abbreviation:
        return True
    if tokens[position].key in LEVELS and before.key not in LEVELS:
        return True  # "Hội Nông dân tỉnh", "Ủy ban nhân dân huyện"
    leads = following is not None and not following.gap and following.capital and following.kind == "word"
    if leads and (tokens[position].key,) in PLACE_UNITS:
        return True
    if leads and tokens[position].key in ("và", "ủy", "nhân", "nhà"):
        return not _head(tokens, position + 1, ORGAN_HEADS) and not _is_person_start(tokens, position + 1)
    opened = position - 1 >= name and before.capital
    return opened and not (
        position - 2 >= name and tokens[position - 2].capital and not tokens[position - 2].abbreviation
    )


def _is_person_start(tokens: Sequence[Token], position: int) -> bool:
    run = tokens[position : position + 2]
    if len(run) < 2 or run[0].key not in SURNAMES or not run[0].capital or not run[1].capital or run[1].gap:
        return False
    third = tokens[position + 2] if position + 2 < len(tokens) else None
    full = third is not None and third.capital and not third.gap and third.kind == "word"
    if not full and run[0].key in AMBIGUOUS_SURNAMES:
        return False
    return (run[0].key, run[1].key) not in PLACES and _head(tokens, position, ORGAN_HEADS) <= 1


def _run_end(tokens: Sequence[Token], start: int) -> int:
    end = start + 1
    while end < len(tokens) and tokens[end].capital and not tokens[end].gap and tokens[end].kind == "word":
        organ = _head(tokens, end, ORGAN_HEADS)
        if _head(tokens, end, ROLE_HEADS) or (organ and _names_an_organ(tokens, end, organ)):
            break
        if _common_word(tokens, end) and not any(_is_person_start(tokens, at) for at in range(start, end)):
            break
        end += 1
    return end


def _common_word(tokens: Sequence[Token], position: int) -> bool:
    """A word capitalised by convention that begins a compound: "giải Nhất | Hội thi"."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    joined = following is not None and not following.gap and not following.capital and following.kind == "word"
    return joined and tokens[position].key in COMMON_CAPITALS


def _names(tokens: Sequence[Token], start: int, end: int) -> Iterator[Phrase]:
    """Splits a run of capitals into persons, places and other names."""
    first = start
    while start < end:
        size, kind = _piece(tokens, start, end)
        lone = size == 1 and (tokens[start].key in COMMON_CAPITALS or tokens[start].opens)
        opener = start == first and tokens[start].opens and tokens[start].key in CAPITALISED_OPENERS
        if opener and kind == "name":
            start += 1
            continue
        if not lone:
            unit = _unit_before(tokens, start)
            yield Phrase("place" if unit and kind == "name" else kind, start, start + size,
                         tuple(token.key for token in tokens[start : start + size]), unit)  # fmt: skip
        start += size


def _piece(tokens: Sequence[Token], start: int, end: int) -> tuple[int, Literal["person", "place", "name"]]:
    keys = [token.key for token in tokens[start:end]]
    for size in (3, 2, 1):
        if size <= len(keys) and tuple(keys[:size]) in PLACES and not (size == 1 < len(keys)):
            return size, "place"
    honoured = _honoured(tokens, start)
    if len(keys) >= 2 and (_is_person_start(tokens, start) or honoured):
        return _person_size(keys), "person"
    if len(keys) == 1 and honoured:
        return 1, "person"
    size = 1
    while (
        size < len(keys)
        and tuple(keys[size : size + 2]) not in PLACES
        and not (keys[size] in SURNAMES and len(keys) - size >= 3)
    ):
        size += 1
    return size, "name"


def _person_size(keys: Sequence[str]) -> int:
    """A person's name ends where a place begins ("Đỗ Văn Chiến Hà Nội" is rare, but headings do it)."""
    for size in range(2, min(len(keys), MAX_PERSON) + 1):
        if tuple(keys[size : size + 2]) in PLACES:
            return size
    return min(len(keys), MAX_PERSON)


def _honoured(tokens: Sequence[Token], position: int) -> bool:
    return (
        any(tuple(token.key for token in tokens[max(0, position - size) : position]) in HONORIFICS for size in (1, 2))
        and not tokens[position].gap
    )


def _unit_before(tokens: Sequence[Token], position: int) -> Words:
    for size in (3, 2, 1):
        before = tuple(token.key for token in tokens[max(0, position - size) : position])
        if len(before) == size and before in PLACE_UNITS and not tokens[position].gap:
            return before
    return ()
