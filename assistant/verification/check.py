"""`verify_claim`: is a statement borne out, in every particular, by the spans it cites?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.verification.binding import check_binding
from assistant.verification.figures import check_figures
from assistant.verification.lexicon import LEVELS, NEGATORS
from assistant.verification.matching import DEPUTY, Evidence, holds_office, stands_in
from assistant.verification.negation import check_negation
from assistant.verification.phrases import Phrase, find_phrases
from assistant.verification.quotes import check_quotes
from assistant.verification.relations import check_relations
from assistant.verification.roles import check_roles
from assistant.verification.slots import check_slots
from assistant.verification.stream import Stream, find, read
from assistant.verification.support import coverage
from assistant.verification.verdict import Kind, Unsupported, Verdict

MIN_SUPPORT = 0.55  # lexical coverage, alone or mixed with similarity; measured by `python -m eval bench verify`
SIMILARITY_WEIGHT = 0.3
SIMILARITY_FLOOR = 0.75  # E5 cosine of unrelated sentences; 1.0 is the same sentence

_LIST_MARKER = re.compile(r"^\s*(?:[-–*•+]\s+|\d{1,2}(?:\.\d{1,2})*[.)-]\s+|[a-zđ]\)\s+)+")  # asserts nothing

_PHRASE_KINDS: dict[str, Kind] = {"person": "name", "name": "name", "place": "place", "organ": "organ", "role": "role"}


def verify_claim(
    claim: str, evidence: Sequence[str], *, context: Sequence[str] = (), similarity: float | None = None
) -> Verdict:
    """Whether `evidence` (the text of the cited spans) says what `claim` says.

    Every number, date, symbol, person, place, organ, office and quotation of the claim has to be in the evidence, with
    the same noun counted and the same office held; no denial may be added or dropped; and enough of the wording has to
    be covered. `context` (title, date, section of the cited documents) may supply years, dates, symbols and names, not
    other numbers. `similarity` is the cosine of claim and evidence in the embedding model, where it is at hand.
    """
    stream, known = read(_LIST_MARKER.sub("", claim, count=1)), Evidence(evidence, context)
    if _is_verbatim(stream, known):
        return Verdict(True, (), 1.0)
    score = _support(coverage(stream, known), similarity)
    phrases = find_phrases(stream)
    found = [
        *check_figures(stream, known),
        *check_phrases(stream, phrases, known),
        *check_quotes(stream, known),
        *check_slots(stream, phrases, known),
        *check_binding(stream, phrases, known),
        *check_roles(stream, known),
        *check_relations(stream, known),
        *check_negation(stream, known),
    ]
    if score < MIN_SUPPORT or not any(known.streams):
        found.append(Unsupported("support", claim.strip()))
    unsupported = _distinct(found)
    return Verdict(not unsupported, unsupported, round(score, 4))


def _distinct(found: Sequence[Unsupported]) -> tuple[Unsupported, ...]:
    """Each fault once: two checks may name the same number, one of them with its noun."""
    return tuple(
        item
        for index, item in enumerate(found)
        if not any(
            item.kind == other.kind and item.text in other.text and (item.text != other.text or at < index)
            for at, other in enumerate(found)
        )
    )


def adds_particulars(text: str, told: Sequence[str]) -> bool:
    """Whether `text` has a number, date, symbol, person, place, organ or office that none of `told` has."""
    stream, known = read(text), Evidence(told)
    words = known.words()
    if any(token.kind != "word" and token.key not in words for token in stream.tokens):
        return True
    return any(True for _ in check_phrases(stream, find_phrases(stream), known))


def _is_verbatim(claim: Stream, evidence: Evidence) -> bool:
    """The claim stands word for word in one span, and does not begin right behind a denial."""
    if not claim.tokens:
        return False
    for stream in evidence.streams:
        for at in find(claim.keys, stream.keys):
            before = stream.keys[at - 1] if at else ""
            same = all(a.same(b) for a, b in zip(claim.tokens, stream.tokens[at:], strict=False))
            if before not in NEGATORS and before != DEPUTY and same:
                return True
    return False


def _support(lexical: float, similarity: float | None) -> float:
    if similarity is None:
        return lexical
    scaled = min(1.0, max(0.0, (similarity - SIMILARITY_FLOOR) / (1 - SIMILARITY_FLOOR)))
    return (1 - SIMILARITY_WEIGHT) * lexical + SIMILARITY_WEIGHT * scaled


def check_phrases(claim: Stream, phrases: Sequence[Phrase], evidence: Evidence) -> Iterator[Unsupported]:
    """Persons, places, organs and offices of the claim that neither the spans nor their context name."""
    for phrase in phrases:
        if not _named(phrase, claim, evidence):
            yield Unsupported(_PHRASE_KINDS[phrase.kind], claim.wording(phrase.start, phrase.end))


def _named(phrase: Phrase, claim: Stream, evidence: Evidence) -> bool:
    if phrase.kind == "person":
        return _person_named(phrase, claim, evidence)
    if phrase.kind == "place" and phrase.unit and _other_unit(phrase, evidence):
        return False
    if phrase.kind == "role" and holds_office(phrase.keys, evidence.everything):
        return True
    if phrase.kind != "role" and stands_in(phrase.keys, evidence.everything):
        return True
    return phrase.kind in ("organ", "role") and _named_in_parts(phrase.keys, evidence)


def _named_in_parts(keys: Sequence[str], evidence: Evidence) -> bool:
    """ "UBND tỉnh Lâm Giang" where the evidence says "UBND tỉnh" and, elsewhere, "Lâm Giang"; "Sở Tài chính tỉnh" where
    it says "Sở Tài chính" without another level."""
    levels = [at for at, key in enumerate(keys) if key in LEVELS and at >= 2]
    if not levels:
        return False
    organ, level, place = keys[: levels[-1]], keys[levels[-1]], keys[levels[-1] + 1 :]
    if place and not stands_in(place, evidence.everything):
        return False
    for stream in evidence.everything:
        for at in find(organ, stream.keys):
            if at and stream.keys[at - 1] == DEPUTY:
                continue
            following = stream.keys[at + len(organ) : at + len(organ) + 1]
            if following == (level,) or not following or following[0] not in LEVELS:
                return True
    return False


def _person_named(phrase: Phrase, claim: Stream, evidence: Evidence) -> bool:
    """The whole name; the given name alone only after a title, and only of a person the evidence names."""
    known = {p.keys for stream in evidence.everything for p in find_phrases(stream) if p.kind in ("person", "name")}
    if phrase.keys in known:
        return True
    if len(phrase.keys) == 1:
        return any(keys[-1:] == phrase.keys for keys in known)
    if not stands_in(phrase.keys, evidence.everything):
        return False
    # Part of a longer name ("Nguyễn Văn" of Nguyễn Văn An) is nobody's name.
    return not any(_strictly_inside(phrase.keys, keys) for keys in known)


def _strictly_inside(part: Sequence[str], whole: Sequence[str]) -> bool:
    return len(part) < len(whole) and next(find(part, whole), None) is not None


def _other_unit(phrase: Phrase, evidence: Evidence) -> bool:
    """Whether the evidence calls the place something else everywhere: huyện Bình Đại is not xã Bình Đại."""
    units = {
        other.unit
        for stream in evidence.everything
        for other in find_phrases(stream)
        if other.keys == phrase.keys and other.kind == "place"
    }
    return bool(units) and () not in units and phrase.unit not in units
