"""Finds a claim's phrases in its evidence, whatever case, tone placement, spacing or abbreviation either uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from assistant.verification.phrases import Phrase, find_phrases
from assistant.verification.stream import Stream, Token, find, read
from vectorstore.text.normalise import fold

DEPUTY = "phó"


class Evidence:
    """The cited spans, and the context (title, date, section) of the documents they were cut from."""

    def __init__(self, spans: Sequence[str], context: Sequence[str] = ()) -> None:
        self.streams = tuple(read(span) for span in spans)
        self.context = tuple(read(text) for text in context if text)

    @property
    def everything(self) -> tuple[Stream, ...]:
        """Cited spans first, then their context."""
        return self.streams + self.context

    @cached_property
    def phrases(self) -> tuple[tuple[Stream, list[Phrase]], ...]:
        """The naming phrases of the cited spans."""
        return tuple((stream, find_phrases(stream)) for stream in self.streams)

    def tokens(self, *, context: bool = False) -> Iterator[Token]:
        """All tokens of the spans, with those of their context if asked for."""
        for stream in self.everything if context else self.streams:
            yield from stream.tokens

    def words(self) -> frozenset[str]:
        """Every key of spans and context."""
        return frozenset(token.key for token in self.tokens(context=True))


def stands_in(keys: Sequence[str], streams: Sequence[Stream]) -> bool:
    """Whether `keys` stand one after the other in one of `streams`, or run together there, or as initials."""
    return any(
        next(find(keys, stream.keys), None) is not None or _squeezed(keys, stream.keys) or _initials(keys, stream)
        for stream in streams
    )


def holds_office(office: Sequence[str], streams: Sequence[Stream]) -> bool:
    """Whether `office` is named other than as part of its deputy's: "Phó Chủ tịch" names no Chủ tịch."""
    places = [(stream, at) for stream in streams for at in find(office, stream.keys)]
    if places:
        return any(at == 0 or stream.keys[at - 1] != DEPUTY or stream.tokens[at].gap for stream, at in places)
    return stands_in(office, streams)


def _squeezed(keys: Sequence[str], haystack: Sequence[str]) -> bool:
    """A name whose syllables a line break or a missing space has cut or joined ("Đ⏎iểu K'Ré")."""
    if len(keys) < 2:
        return False
    target = "".join(keys)
    for start, first in enumerate(haystack):
        if not target.startswith(first):
            continue
        joined, position = first, start + 1
        while len(joined) < len(target) and position < len(haystack) and target.startswith(joined):
            joined += haystack[position]
            position += 1
        if joined == target:
            return True
    return False


def _initials(keys: Sequence[str], stream: Stream) -> bool:
    """Whether either side is an abbreviation of the other by first letters: BCĐ and Ban Chỉ đạo."""
    if len(keys) >= 2:
        letters = "".join(key[0] for key in keys)
        return any(t.key == letters and t.text.isupper() for t in stream.tokens)
    short = fold(keys[0])
    if not 2 <= len(short) <= 8 or any(char in "'" for char in short):
        return False
    size = len(short)
    initials = [fold(key[0]) for key in stream.keys]
    return any("".join(initials[i : i + size]) == short for i in range(len(initials) - size + 1))
