"""Whose words a quotation is: "Câu “…” là của ai?" is answered by the quotation with who said it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answering import listing
from assistant.evidence.sentences import Evidence
from assistant.question.names import PERSON
from assistant.question.roles import HEAD
from assistant.question.understand import Question
from vectorstore.records import Chunk, Document
from vectorstore.text.normalise import fold, syllables

LEAST_QUOTED = 4  # words; fewer are a term and no saying
NEAREST = 6  # documents looked at
MOST_SENTENCES = 5  # of the quotation and what names its speaker


def said_by(
    question: Question, ranked: Sequence[Evidence], chunks: Callable[[Document], Sequence[Chunk]]
) -> tuple[Evidence, ...]:
    """The sentences of the quotation that the question asks for the speaker of; none where it asks for none."""
    quoted = [words for quote in question.quoted if len(words := syllables(fold(quote))) >= LEAST_QUOTED]
    if question.expects != "person" or not quoted:
        return ()
    pattern = re.compile(r"\W+".join(map(re.escape, quoted[0])))
    nearest = {one.hit.document.document_id: one for one in reversed(ranked)}
    for one in [nearest[key] for key in dict.fromkeys(e.hit.document.document_id for e in ranked)][:NEAREST]:
        document = one.hit.document
        if found := pattern.search(fold(document.text)):
            return _with_speaker(found.start(), document.text, list(listing.sentences(one, chunks(document))))
    return ()


def _with_speaker(start: int, text: str, sentences: Sequence[Evidence]) -> tuple[Evidence, ...]:
    first = next((place for place, one in enumerate(sentences) if one.start <= start < one.end), None)
    if first is None:
        return ()
    chosen = [sentences[first]]
    for one in sentences[first + 1 : first + MOST_SENTENCES]:
        if _closed(text[start : chosen[-1].end]) or "\n" in text[chosen[-1].end : one.start]:
            break
        chosen.append(one)
    paragraph = text.rfind("\n", 0, start) + 1
    if not _speaks(chosen[-1].text) and not _speaks(chosen[0].text):
        before = [one for one in sentences[:first] if one.start >= paragraph and _speaks(one.text)]
        chosen = [*before[-1:], *chosen]
    if not any(_speaks(one.text) for one in chosen):
        return ()
    return (*_namer(chosen, sentences[:first]), *chosen)


def _namer(chosen: Sequence[Evidence], before: Sequence[Evidence]) -> Sequence[Evidence]:
    """The sentence that names the holder of the office to which alone the quotation is given."""
    if any(PERSON.search(one.text) for one in chosen):
        return ()
    offices = {match.group() for one in chosen for match in HEAD.finditer(fold(one.text))}
    named = [one for one in before if PERSON.search(one.text) and offices & set(HEAD.findall(fold(one.text)))]
    return named[-1:]


def _closed(said: str) -> bool:
    return "”" in said or said.count('"') % 2 == 1


def _speaks(sentence: str) -> bool:
    return PERSON.search(sentence) is not None or HEAD.search(fold(sentence)) is not None
