"""Denials added or dropped, and words turned into their opposite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.verification.lexicon import NEGATORS, NOT_NEGATION, OPPOSITES, Words
from assistant.verification.matching import Evidence
from assistant.verification.stream import Stream, Token, find
from assistant.verification.verdict import Unsupported

_AUXILIARIES = frozenset(
    ["được", "có", "phải", "bị", "thể", "còn", "hề", "cần", "thật", "đã", "đang", "sẽ", "cũng", "cho", "thực", "sự"]
)
SEAM = 10  # words compared on each side of a denial
REACH = 4  # tokens between a denial and what it denies


def check_negation(claim: Stream, evidence: Evidence) -> list[Unsupported]:
    """Denials of the claim that the evidence does not make of the same words, the reverse, and opposites."""
    added = [
        position
        for position in _negators(claim.tokens)
        if not _denied_in(claim, position, evidence) or _inserted(claim, position, evidence)
    ]
    dropped = [
        place
        for stream in evidence.streams
        for position in _negators(stream.tokens)
        if (place := _dropped(stream, position, claim, evidence)) is not None
    ]
    found = [Unsupported("negation", _wording(claim, position)) for position in added + dropped]
    return [*found, *_opposites(claim, evidence)]


def _negators(tokens: Sequence[Token]) -> Iterator[int]:
    for position, token in enumerate(tokens):
        if token.key not in NEGATORS or token.kind != "word":
            continue
        before = (tokens[position - 1].key,) if position else ()
        pairs = ((*before, token.key), tuple(t.key for t in tokens[position : position + 2]))
        three = tuple(t.key for t in tokens[position : position + 3])
        if not any(pair in NOT_NEGATION for pair in pairs) and three not in NOT_NEGATION:
            yield position


def _anchor(tokens: Sequence[Token], position: int) -> Words:
    """The first two content words after a denial, inside its clause."""
    anchor: list[str] = []
    for token in tokens[position + 1 : position + 1 + REACH + 2]:
        if token.gap in (".", ":") or len(anchor) == 2:
            break
        if anchor or (token.key not in _AUXILIARIES and token.key not in NEGATORS):
            anchor.append(token.key)
    return tuple(anchor)


def _is_denied(tokens: Sequence[Token], position: int) -> bool:
    """Whether a denial stands shortly before the token, in the same clause."""
    low = position
    while low > max(0, position - REACH) and tokens[low].gap not in (".", ":"):
        low -= 1
    return any(low <= negator < position for negator in _negators(tokens))


def _denied_in(claim: Stream, position: int, evidence: Evidence) -> bool:
    anchor = _anchor(claim.tokens, position)
    places = [(stream, at) for stream in evidence.streams for at in find(anchor, stream.keys)] if anchor else []
    if not places and anchor:
        places = [(stream, at) for stream in evidence.streams for at in find(anchor[:1], stream.keys)]
    if places:
        return any(_is_denied(stream.tokens, at) for stream, at in places)
    return any(True for stream in evidence.streams for _ in _negators(stream.tokens))


def _dropped(stream: Stream, position: int, claim: Stream, evidence: Evidence) -> int | None:
    """Where the claim says without denial what the evidence only says with one."""
    if seam := _seam(stream, position, claim):
        told = max((_seam(stream, position, other) or (0, 0) for other in evidence.streams), default=(0, 0))
        if told[0] < seam[0]:  # else the evidence says it both ways, and the claim takes the other one
            return seam[1]
    anchor = _anchor(stream.tokens, position)
    if len(anchor) < 2:
        return None
    affirmed = any(not _is_denied(other.tokens, at) for other in evidence.streams for at in find(anchor, other.keys))
    if affirmed:
        return None
    return next((at for at in find(anchor, claim.keys) if not _is_denied(claim.tokens, at)), None)


def _inserted(claim: Stream, position: int, evidence: Evidence) -> bool:
    """Whether the evidence has the words on both sides of the claim's denial, joined without one."""
    joined = any(_seam(claim, position, stream) for stream in evidence.streams)
    right = claim.keys[position : position + 3]
    return joined and not any(next(find(right, stream.keys), None) is not None for stream in evidence.streams)


def _seam(stream: Stream, position: int, other: Stream) -> tuple[int, int] | None:
    """Where `other` goes on, undenied, from the words before the denial to those after it: (words shared, place).

    An auxiliary may stand between ("chưa tổ chức" → "đã tổ chức"). The place where most words are shared is given.
    """
    best: tuple[int, int] | None = None
    before, after = stream.keys[:position][::-1], stream.keys[position + 1 :]
    for at in range(1, len(other.keys)):
        if not before or before[0] != other.keys[at - 1] or other.keys[at] in NEGATORS:
            continue
        left = _shared(before, other.keys[:at][::-1])
        for skip in (0, 1) if other.keys[at] in _AUXILIARIES else (0,):
            right = _shared(after, other.keys[at + skip :])
            if right >= 2 and left + right >= 4:
                best = max(best or (0, 0), (left + right, at))
    return best


def _shared(mine: Sequence[str], theirs: Sequence[str]) -> int:
    count = 0
    for one, other in zip(mine[:SEAM], theirs[:SEAM], strict=False):
        if one != other:
            break
        count += 1
    return count


def _opposites(claim: Stream, evidence: Evidence) -> Iterator[Unsupported]:
    """Words of the claim that stand where the evidence has their opposite, and fit less well anywhere else."""
    for one, other in OPPOSITES:
        for said, meant in ((one, other), (other, one)):
            for at in find(said, claim.keys):
                turned = _surroundings(claim, at, said, meant, evidence)
                if turned >= 2 and turned > _surroundings(claim, at, said, said, evidence):
                    last = min(len(claim.tokens), at + len(said) + 2)
                    yield Unsupported("negation", claim.wording(max(0, at - 1), last))


def _surroundings(claim: Stream, at: int, said: Words, word: Words, evidence: Evidence) -> int:
    """Most words shared before and after, over the places where the evidence has `word`."""
    return max(
        (
            _shared(claim.keys[:at][::-1], stream.keys[:place][::-1])
            + _shared(claim.keys[at + len(said) :], stream.keys[place + len(word) :])
            for stream in evidence.streams
            for place in find(word, stream.keys)
        ),
        default=0,
    )


def _wording(stream: Stream, position: int) -> str:
    return stream.wording(max(0, position - 1), min(len(stream.tokens), position + 4))
