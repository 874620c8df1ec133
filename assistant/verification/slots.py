"""Values that the evidence has, but in another place: the year of the neighbouring clause, the other number.

A slot is a value with the words right before and after it. Where the words round a value of the claim fit the slot of
a different value in the evidence clearly better than any slot of its own, the claim has moved the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verification.lexicon import Words
from assistant.verification.matching import Evidence
from assistant.verification.phrases import Phrase
from assistant.verification.stream import Stream, Token, find
from assistant.verification.verdict import Kind, Unsupported

REACH = 6  # words compared on each side
MARGIN = 2  # words by which another slot has to fit better


@dataclass(frozen=True, slots=True)
class Slot:
    """A value in a text: its sort, its keys, and where it stands."""

    sort: str
    keys: Words
    stream: Stream
    start: int
    end: int


def check_slots(claim: Stream, phrases: Sequence[Phrase], evidence: Evidence) -> Iterator[Unsupported]:
    """Values of the claim that stand where the evidence has a different value of the same sort."""
    known = [slot for stream, found in evidence.phrases for slot in _slots(stream, found)]
    for slot in _slots(claim, phrases):
        own = [other for other in known if other.keys == slot.keys]
        own += _found_in_running_text(slot, own, evidence)
        best = max((_fit(slot, other) for other in own), default=0)
        rival = max((_fit(slot, o) for o in known if o.sort == slot.sort and o.keys != slot.keys), default=0)
        if rival >= best + MARGIN:
            yield Unsupported(_KINDS[slot.sort.split()[0]], claim.wording(slot.start, slot.end))


_KINDS: dict[str, Kind] = {
    "number": "number", "year": "date", "date": "date", "symbol": "symbol", "person": "name", "place": "place",
    "name": "name", "organ": "organ", "role": "role",
}  # fmt: skip


def _slots(stream: Stream, phrases: Sequence[Phrase]) -> Iterator[Slot]:
    for position, token in enumerate(stream.tokens):
        if token.kind != "word":
            yield Slot(token.kind, (token.key,), stream, position, position + 1)
    for phrase in phrases:
        yield Slot(" ".join((phrase.kind, *phrase.unit)), phrase.keys, stream, phrase.start, phrase.end)


def _found_in_running_text(slot: Slot, own: Sequence[Slot], evidence: Evidence) -> list[Slot]:
    if own:
        return []
    return [
        Slot(slot.sort, slot.keys, stream, at, at + len(slot.keys))
        for stream in evidence.streams
        for at in find(slot.keys, stream.keys)
    ]


def _fit(one: Slot, other: Slot) -> int:
    """How many words before and after are the same, counted outwards until the first that differs."""
    left = _run(one.stream.tokens[: one.start][::-1], other.stream.tokens[: other.start][::-1], one, other)
    return left + _run(one.stream.tokens[one.end :], other.stream.tokens[other.end :], one, other)


def _run(mine: Sequence[Token], theirs: Sequence[Token], one: Slot, other: Slot) -> int:
    count = 0
    for a, b in zip(mine[:REACH], theirs[:REACH], strict=False):
        if a.key != b.key:
            break
        count += 1
    return count
