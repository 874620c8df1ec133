"""Values that the evidence has, but in another place: the year of the neighbouring clause, the other number.

A slot is a value with the words right before and after it. Where the words round a value of the claim fit the slot of
a different value in the evidence clearly better than any slot of its own, the claim has moved the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.verification.figures import opens_ratio
from assistant.verification.lexicon import STOPWORDS, Words
from assistant.verification.matching import Evidence
from assistant.verification.phrases import Phrase
from assistant.verification.stream import Stream, find
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
    after: int  # where its sentence goes on


def check_slots(claim: Stream, phrases: Sequence[Phrase], evidence: Evidence) -> Iterator[Unsupported]:
    """Values of the claim that stand where the evidence has a different value of the same sort."""
    known = [slot for stream, found in evidence.phrases for slot in find_slots(stream, found)]
    for slot in find_slots(claim, phrases):
        if slot.sort == "role" or _in_ratio(slot):  # judged with the person who holds it, and by its two numbers
            continue
        own = [other for other in known if other.keys == slot.keys]
        own += _found_in_running_text(slot, own, evidence)
        rivals = [other for other in known if _same_sort(slot, other) and not _overlap(slot.keys, other.keys)]
        best = max((_left(slot, other) + _right(slot, other) for other in own), default=0)
        if any(_left(slot, o) + _right(slot, o) >= max(best + _margin(slot, o), _least(slot)) for o in rivals) or (
            slot.sort == "number" and own and _counts_as(slot, own, rivals)
        ):
            yield Unsupported(KINDS[slot.sort.split()[0]], claim.wording(slot.start, slot.end))


KINDS: dict[str, Kind] = {
    "number": "number", "year": "date", "date": "date", "symbol": "symbol", "person": "name", "place": "place",
    "name": "name", "organ": "organ",
}  # fmt: skip


def find_slots(stream: Stream, phrases: Sequence[Phrase]) -> Iterator[Slot]:
    """The values of `stream`: figures, and what `phrases` name; an office after a person belongs to the person."""
    for position, token in enumerate(stream.tokens):
        if token.kind != "word":
            yield Slot(token.kind, (token.key,), stream, position, position + 1, position + 1)
    offices = {phrase.start: phrase.end for phrase in phrases if phrase.kind == "role"}
    for phrase in phrases:
        sort = " ".join((phrase.kind, *phrase.unit))
        after = _after_offices(stream, phrase.end, offices) if phrase.kind == "person" else phrase.end
        yield Slot(sort, phrase.keys, stream, phrase.start, phrase.end, after)


def _after_offices(stream: Stream, position: int, offices: dict[int, int]) -> int:
    """Where the sentence goes on after "ông A, Ủy viên X, Chủ tịch Y"."""
    while position in offices and stream.tokens[position].gap in (",", "-"):
        position = offices[position]
    return position


def _same_sort(one: Slot, other: Slot) -> bool:
    return one.sort.split()[0] == other.sort.split()[0]


def _margin(one: Slot, other: Slot) -> int:
    """Places of another level (xã, huyện) stand beside each other in lists and brackets."""
    return MARGIN if one.sort == other.sort else 2 * MARGIN


def _overlap(one: Words, other: Words) -> bool:
    """Equal, or one named in the other: "Huyện ủy X" in "Ban Thường vụ Huyện ủy X"."""
    short, long = sorted((one, other), key=len)
    return next(find(short, long), None) is not None


def _in_ratio(slot: Slot) -> bool:
    return slot.sort == "number" and any(opens_ratio(slot.stream, at) for at in (slot.start, slot.start - 2) if at >= 0)


def _least(slot: Slot) -> int:
    """Two words after a number are its noun, which many numbers share."""
    return 3 if slot.sort == "number" else 2


def _counts_as(slot: Slot, own: Sequence[Slot], rivals: Sequence[Slot]) -> bool:
    """Whether the words that say what is counted ("mô hình cá nhân") go on only where another number stands."""
    best = max(_right(slot, other) for other in own)
    if best == 0 or slot.end + best >= len(slot.stream.tokens):
        return False
    differing = slot.stream.tokens[slot.end + best]
    if differing.gap or differing.key in STOPWORDS or differing.kind != "word":
        return False
    return any(_right(slot, other) > best for other in rivals)


def _found_in_running_text(slot: Slot, own: Sequence[Slot], evidence: Evidence) -> list[Slot]:
    if own:
        return []
    return [
        Slot(slot.sort, slot.keys, stream, at, at + len(slot.keys), at + len(slot.keys))
        for stream in evidence.streams
        for at in find(slot.keys, stream.keys)
    ]


def _left(one: Slot, other: Slot) -> int:
    """How many words before are the same, and joined or parted alike, counted outwards to the first that differs."""
    mine, theirs, count = one.stream.tokens, other.stream.tokens, 0
    while count < min(REACH, one.start, other.start):
        a, b = one.start - count, other.start - count
        if bool(mine[a].gap) != bool(theirs[b].gap) or mine[a - 1].key != theirs[b - 1].key:
            break
        count += 1
    return count


def _right(one: Slot, other: Slot) -> int:
    """The same for the words after."""
    count = 0
    for a, b in zip(one.stream.tokens[one.after :], other.stream.tokens[other.after :], strict=False):
        if (
            count == REACH
            or a.key != b.key
            or (bool(a.gap) != bool(b.gap) and not (count == 0 and one.after != one.end))
        ):
            break
        count += 1
    return count
