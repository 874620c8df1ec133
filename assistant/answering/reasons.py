"""The reasons that stand as items under a heading of their own: "2. Nguyên nhân", "a) …", "b) …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering import listing
from assistant.evidence.answer_forms import asks_reason, gives_reason, heads_reasons, opens_with_reason
from assistant.evidence.outline import parents
from assistant.evidence.sentences import Evidence
from assistant.question.understand import Question
from vectorstore.records import Chunk
from vectorstore.text.normalise import fold

MOST_REASONS = 12
_OF_KIND = re.compile(r"\b(?:chu|khach) quan\b")
_NAMED = re.compile(r"\b(?:nguyen nhan|ly do)\b")
_ASKS_FIRST = re.compile(r"\W*(?:nhung |cac )?(?:nguyen nhan|ly do)\b")
SEEN = 3  # of the best sentences


def under_heading(question: Question, evidence: Evidence) -> bool:
    """Whether a reason is asked for and the sentence is one of those listed under such a heading."""
    return asks_reason(question.text) and _heading(evidence) is not None


def whole(question: Question, ranked: Sequence[Evidence], chunks: Sequence[Chunk]) -> list[Evidence]:
    """All that stands under the heading, where one of the best sentences does; empty where none does."""
    if not asks_reason(question.text):
        return []
    best = ranked[0]
    own = (one for one in ranked[:SEEN] if one.hit.chunk.document_id == best.hit.chunk.document_id)
    item = next((one for one in own if _heading(one) is not None), None)
    heading = _heading(item) if item else None
    by_name = _NAMED.search(fold(question.asking)) is not None
    if (item is None or heading is None) and (by_name or gives_reason(question.asking, best.text) is False):
        # None of the best gives a reason: the document has them in one place, or says none.
        listed = [one for one in listing.sentences(best, chunks) if _heading(one) is not None]
        if kind := _OF_KIND.search(fold(question.text)):
            listed = [one for one in listed if kind.group() in fold(one.text)] or listed
        item = listed[0] if listed and len({_heading(one) for one in listed}) == 1 else None
        heading = _heading(item) if item else None
    if item is None or heading is None:
        named = _ASKS_FIRST.match(fold(question.asking)) and not _NAMED.search(fold(best.text))
        return _named(question, best, chunks) if named else []
    found = [one for one in listing.sentences(item, chunks) if one.start > heading[0] and _heading(one) == heading]
    if kind := _OF_KIND.search(fold(question.text)):
        found = [one for one in found if kind.group() in fold(one.text)] or found
    return found[:MOST_REASONS] if any(one.key == item.key for one in found[:MOST_REASONS]) else []


def _named(question: Question, best: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The one sentence of the document that begins "Nguyên nhân chủ yếu là …", with the clauses that go on with it."""
    sentences = list(listing.sentences(best, chunks))
    opening = [one for one in sentences if _NAMED.match(fold(one.text)) and opens_with_reason(question.text, one.text)]
    if len(opening) != 1:
        return []
    found, text = opening, best.hit.document.text
    for one in sentences:
        if one.start < found[-1].end:
            continue
        if found[-1].text.rstrip()[-1:] != ";" or "\n" in text[found[-1].end : one.start] or len(found) == MOST_REASONS:
            break
        found.append(one)
    return found


def _heading(evidence: Evidence) -> tuple[int, int] | None:
    text = evidence.hit.document.text
    return next((span for span in parents(text, evidence.start)[:2] if heads_reasons(text[slice(*span)])), None)
