"""Which value goes with which clause: "75.340 mô hình tập thể, 45.282 mô hình cá nhân" does not say 75.340 cá nhân.

The evidence is cut into clauses. A value of the claim is bound wrongly where the claim uses words that only a rival's
clause has (a rival is a different value of the same sort that the claim leaves out) and none that only its own has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification.figures import head
from assistant.verification.lexicon import LEVELS, STOPWORDS
from assistant.verification.matching import Evidence
from assistant.verification.phrases import Phrase
from assistant.verification.slots import KINDS, Slot, find_slots
from assistant.verification.stream import Stream, Token
from assistant.verification.verdict import Unsupported

SORTS = ("number", "date", "place")
LEAST_WORDS = 2  # most Vietnamese words have two syllables; a clause with fewer is read with the one before it
_IGNORED = STOPWORDS | LEVELS | {"thành", "phố", "thị", "trấn"}

Clause = tuple[frozenset[str], tuple[Slot, ...]]  # its content words, values apart, and its values


def check_binding(claim: Stream, phrases: Sequence[Phrase], evidence: Evidence) -> Iterator[Unsupported]:
    """Values that the claim puts into another clause than the evidence does."""
    clauses = [clause for stream, found in evidence.phrases for clause in _clauses(stream, find_slots(stream, found))]
    mine = [slot for slot in find_slots(claim, phrases) if slot.sort.split()[0] in SORTS]
    said = {slot.keys for slot in find_slots(claim, phrases)}
    inside = {position for slot in mine for position in range(slot.start, slot.end)}
    words = frozenset(key for at, key in enumerate(claim.keys) if at not in inside) - _IGNORED
    for slot in mine:
        own = [clause for clause in clauses if any(_equal(slot, other) for other in clause[1])]
        rivals = [c for c in clauses if c not in own and any(_rival(slot, other, said) for other in c[1])]
        if own and any(all(_bound_elsewhere(words, home[0], rival[0]) for home in own) for rival in rivals):
            yield Unsupported(KINDS[slot.sort.split()[0]], claim.wording(slot.start, slot.end))


def _bound_elsewhere(words: frozenset[str], home: frozenset[str], rival: frozenset[str]) -> bool:
    return bool(home - rival) and not words & (home - rival) and len(words & (rival - home)) >= LEAST_WORDS


def _equal(one: Slot, other: Slot) -> bool:
    return one.keys == other.keys


def _rival(one: Slot, other: Slot, said: set[tuple[str, ...]]) -> bool:
    """A different value of the same sort, counting the same, that the claim does not mention."""
    if one.sort.split()[0] != other.sort.split()[0] or other.keys in said:
        return False
    if one.sort != "number":
        return True
    mine, theirs = head(one.stream.tokens, one.start)[:1], head(other.stream.tokens, other.start)[:1]
    percent = one.keys[0].endswith("%") == other.keys[0].endswith("%")
    return percent and (not mine or not theirs or mine == theirs)


def _clauses(stream: Stream, slots: Iterator[Slot]) -> list[Clause]:
    values = [slot for slot in slots if slot.sort.split()[0] in SORTS]
    inside = {position for slot in values for position in range(slot.start, slot.end)}
    bounds = [at for at, token in enumerate(stream.tokens) if _opens_clause(token)] + [len(stream.tokens)]
    clauses: list[Clause] = []
    before: frozenset[str] = frozenset()
    for low, high in zip(bounds, bounds[1:], strict=False):
        words = frozenset(
            token.key
            for at, token in enumerate(stream.tokens[low:high], low)
            if at not in inside and token.key not in _IGNORED
        )
        joined = low < len(stream.tokens) and stream.tokens[low].gap != "."
        full = words | before if joined and len(words) < LEAST_WORDS else words
        clauses.append((full, tuple(slot for slot in values if low <= slot.start < high)))
        before = full
    return clauses


def _opens_clause(token: Token) -> bool:
    return token.gap in (".", ",", "(")
