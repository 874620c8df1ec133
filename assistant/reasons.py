"""The reasons that stand as items under a heading of their own: "2. Nguyên nhân", "a) …", "b) …"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant import listing
from assistant.answer_forms import asks_reason, heads_reasons
from assistant.evidence import Evidence
from assistant.outline import PLAIN, level, parents
from assistant.question.understand import Question
from vectorstore.records import Chunk

MOST_REASONS = 12
SEEN = 3  # of the best sentences


def under_heading(question: Question, evidence: Evidence) -> bool:
    """Whether a reason is asked for and the sentence is one of those listed under such a heading."""
    return asks_reason(question.text) and _heading(evidence) is not None


def whole(question: Question, ranked: Sequence[Evidence], chunks: Sequence[Chunk]) -> list[Evidence]:
    """The heading and all that stands under it, where one of the best sentences does; empty where none does."""
    if not asks_reason(question.text):
        return []
    best = ranked[0]
    own = (one for one in ranked[:SEEN] if one.hit.chunk.document_id == best.hit.chunk.document_id)
    item = next((one for one in own if _heading(one) is not None), None)
    heading = _heading(item) if item else None
    if item is None or heading is None:
        return []
    start, end = heading
    depth = level(item.hit.document.text[start : start + 60])
    found: list[Evidence] = []
    for sentence in listing.sentences(item, chunks):
        if sentence.start < start:
            continue
        if sentence.start >= end and level(sentence.text) <= depth:
            break
        begins = sentence.text.split("\n")[0]
        if level(sentence.text) == PLAIN and found and sentence.start >= end and _new_line(sentence) and found[1:]:
            break
        if begins:
            found.append(sentence)
        if len(found) > MOST_REASONS:
            break
    return found if any(one.key == item.key for one in found) else []


def _new_line(sentence: Evidence) -> bool:
    return sentence.hit.document.text[: sentence.start].rstrip(" \t")[-2:] == "\n\n"


def _heading(evidence: Evidence) -> tuple[int, int] | None:
    text = evidence.hit.document.text
    return next((span for span in parents(text, evidence.start)[:2] if heads_reasons(text[slice(*span)])), None)
