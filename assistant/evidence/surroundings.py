"""What stands around a sentence and goes for it: its document, section and provision."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.evidence.sentences import Evidence
from assistant.question.provisions import Provision, provision_of
from vectorstore.text.normalise import fold, one_line

LONGEST_ASKED = 200  # characters
_SENTENCE_END = re.compile(r"[.;?!]\s|\n")


def about(evidence: Evidence, placed: bool = True) -> str:
    """What the document and section say of every sentence in them; `placed`: also where it was signed."""
    document, chunk = evidence.hit.document, evidence.hit.chunk
    parts = (
        document.title,
        document.symbol,
        document.organ,
        document.place if placed else None,
        chunk.context,
        *chunk.section,
        chunk.locator,
    )
    return " \n ".join(part for part in parts if part)


def place_of(evidence: Evidence) -> Provision:
    """The provision that the sentence stands in."""
    chunk, text = evidence.hit.chunk, evidence.hit.document.text
    sentences = [text[start:end] for start, end in chunk.sentences]
    return provision_of(chunk.locator, sentences, evidence.position)


def asked_before(evidence: Evidence) -> str:
    """The question that the text itself asks right before a sentence: "Vì sao khó dứt điểm? Lực lượng mỏng."."""
    before = evidence.hit.document.text[max(0, evidence.start - LONGEST_ASKED) : evidence.start].rstrip()
    return _SENTENCE_END.split(before[:-1])[-1] if before.endswith("?") else ""


def paragraph_before(evidence: Evidence) -> str:
    """What stands before the sentence in its paragraph; empty for the first."""
    text = evidence.hit.document.text
    return text[text.rfind("\n", 0, evidence.start) + 1 : evidence.start].rstrip()


def sentence_before(evidence: Evidence) -> str:
    """The sentence before this one in its paragraph; empty for the first."""
    before = paragraph_before(evidence)
    return _SENTENCE_END.split(before[:-1])[-1] if before else ""


def asks_itself(sentence: str) -> bool:
    """Whether the sentence is a question of the text's own, which answers nothing."""
    return sentence.rstrip(' \n”"').endswith("?")


@lru_cache(maxsize=2048)  # headings and passages are looked at once a sentence
def flat(text: str) -> str:
    """Folded, apostrophes unified, one space between words: so that line breaks and variants do not hide a name."""
    return one_line(fold(text).replace("’", "'"))
