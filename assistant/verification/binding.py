"""Which value goes with which clause: "75.340 mô hình tập thể, 45.282 mô hình cá nhân" does not say 75.340 cá nhân.

The evidence is cut into clauses. A value of the claim is bound wrongly where the claim uses words that only a rival's
clause has (a rival is a different value of the same sort that the claim leaves out) and none that only its own has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.verification.figures import head
from assistant.verification.lexicon import LEVELS, STOPWORDS, Words
from assistant.verification.matching import Evidence
from assistant.verification.phrases import Phrase
from assistant.verification.slots import KINDS, Slot, find_slots
from assistant.verification.stream import Stream
from assistant.verification.verdict import Unsupported

IN_CLAUSE = frozenset({"number", "date", "place"})
IN_SENTENCE = IN_CLAUSE | {"person", "role"}  # "ông A, Chủ tịch X, chủ trì": clauses part a person from the verb
LEAST_SYLLABLES = 2  # most Vietnamese words have two; a clause with fewer is read with the one before it
_IGNORED = STOPWORDS | LEVELS | {"thành", "phố", "thị", "trấn"}

Clause = tuple[frozenset[str], tuple[Slot, ...]]  # its content words, values apart, and its values


def check_binding(claim: Stream, phrases: Sequence[Phrase], evidence: Evidence) -> Iterator[Unsupported]:
    """Values that the claim puts into another clause or another sentence than the evidence does."""
    said = tuple(find_slots(claim, phrases))
    for sorts, marks in ((IN_CLAUSE, (".", ",", "(")), (IN_SENTENCE, (".",))):
        clauses = [c for stream, found in evidence.phrases for c in _clauses(stream, found, sorts, marks)]
        mine = [slot for slot in said if slot.sort.split()[0] in sorts]
        words = _words(claim, range(len(claim.tokens)), mine)
        for slot in mine:
            if _is_elsewhere(slot, words, clauses, {other.keys for other in said}):
                yield Unsupported(KINDS.get(slot.sort.split()[0], "role"), claim.wording(slot.start, slot.end))


def _is_elsewhere(slot: Slot, words: frozenset[str], clauses: Sequence[Clause], said: set[Words]) -> bool:
    own = [clause for clause in clauses if any(slot.keys == other.keys for other in clause[1])]
    rivals = [c for c in clauses if c not in own and any(_rival(slot, other, said) for other in c[1])]
    return bool(own) and any(all(_bound_elsewhere(words, home[0], rival[0]) for home in own) for rival in rivals)


def _words(stream: Stream, span: range, values: Sequence[Slot]) -> frozenset[str]:
    """Content words of `span` apart from `values`; "cấp xã" is one of two syllables."""
    inside = {position for slot in values for position in range(slot.start, slot.end)}
    words = {stream.keys[at] for at in span if at not in inside} - _IGNORED
    for at in span:
        if stream.keys[at] in LEVELS and at > 0 and stream.keys[at - 1] == "cấp" and at not in inside:
            words.add(f"cấp {stream.keys[at]}")
    return frozenset(words)


def _syllables(words: frozenset[str]) -> int:
    return sum(len(word.split()) for word in words)


def _bound_elsewhere(words: frozenset[str], home: frozenset[str], rival: frozenset[str]) -> bool:
    only_home, only_rival = home - rival, rival - home
    return bool(only_home) and not words & only_home and _syllables(words & only_rival) >= LEAST_SYLLABLES


def _rival(one: Slot, other: Slot, said: set[Words]) -> bool:
    """A different value of the same sort, counting the same, that the claim does not mention."""
    if one.sort.split()[0] != other.sort.split()[0] or other.keys in said:
        return False
    if one.sort != "number":
        return True
    mine, theirs = head(one.stream.tokens, one.start)[:1], head(other.stream.tokens, other.start)[:1]
    percent = one.keys[0].endswith("%") == other.keys[0].endswith("%")
    return percent and (not mine or not theirs or mine == theirs)


def _clauses(stream: Stream, phrases: Sequence[Phrase], sorts: frozenset[str], marks: Sequence[str]) -> list[Clause]:
    values = [slot for slot in find_slots(stream, phrases) if slot.sort.split()[0] in sorts]
    bounds = [at for at, token in enumerate(stream.tokens) if token.gap in marks] + [len(stream.tokens)]
    clauses: list[Clause] = []
    before: frozenset[str] = frozenset()
    for low, high in pairwise(bounds):
        words = _words(stream, range(low, high), values)
        short = stream.tokens[low].gap != "." and _syllables(words) < LEAST_SYLLABLES
        before = words | before if short else words
        clauses.append((before, tuple(slot for slot in values if low <= slot.start < high)))
    return clauses
