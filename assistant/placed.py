"""Of which place a figure is: what stands after a sentence in its passage is not what the sentence is about."""

from __future__ import annotations

import re

import regex

from assistant.evidence import Evidence
from assistant.naming import home_place
from assistant.question.places import find_provinces
from assistant.question.understand import Question
from assistant.surroundings import about, flat

_NAME = r"\p{Lu}\p{Ll}*(?:\s+\p{Lu}\p{Ll}*)+"
_AT = regex.compile(rf"\b(?i:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu)\s+(?P<name>{_NAME})")
_WHOLE = re.compile(r"\b(?:ca nuoc|toan quoc)\b")


def placed_elsewhere(question: Question, evidence: Evidence) -> list[str]:
    """The places whose figure is asked for that neither the sentence nor what it stands under is of."""
    if question.expects != "number" or question.yes_no:
        return []
    sentence, document = flat(evidence.text), evidence.hit.document
    places = [name for name in _places(question.text) if flat(name) not in sentence]
    if not places:
        return []
    if _WHOLE.search(sentence) and not _WHOLE.search(flat(question.text)):
        return places
    chunk = evidence.hit.chunk
    first = chunk.sentences[0][0] if chunk.sentences else evidence.start
    before = flat(f"{about(evidence)} \n {document.text[first : evidence.start]}")
    return [name for name in places if flat(name) not in before and home_place(document) != flat(name)]


def _places(text: str) -> list[str]:
    named = [name for name, _, _ in find_provinces(text)]
    return list(dict.fromkeys([*named, *(found["name"] for found in _AT.finditer(text))]))
