"""Slips of the finger: a word that no document has and that is no syllable, one letter away from a frequent one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.question.common_terms import SyllableCounts
from vectorstore.text.normalise import fold, tone_key
from vectorstore.text.syllable import is_syllable

LEAST_LETTERS = 4
LEAST_SEEN = 5  # how often the documents must have what is taken for the word meant
_LETTERS = "abcdeghiklmnopqrstuvxyđ"
_PAIR = 50  # what a neighbour it is known to stand beside counts for, in occurrences
_LOWER = re.compile(r"(?<![\w/.@-])[^\W\d_]{4,9}(?![\w/@-]|\.\w)")


def mend_slips(text: str, counts: SyllableCounts) -> str:
    """The text with such words as they were meant: "thi hàhn" is "thi hành", "nhữg" is "những"."""
    pieces, end = [], 0
    for word in _LOWER.finditer(text):
        if meant := _meant(word, text, counts):
            pieces += [text[end : word.start()], meant]
            end = word.end()
    return "".join(pieces) + text[end:]


def _meant(match: re.Match[str], text: str, counts: SyllableCounts) -> str | None:
    word = match.group()
    marked = fold(word) != word  # a bare word may be foreign
    if not word.islower() or len(word) < LEAST_LETTERS or is_syllable(word) or counts.syllable_forms(fold(word)):
        return None
    before = re.findall(r"\w+", text[: match.start()])[-1:]
    after = re.findall(r"\w+", text[match.end() :])[:1]
    best, most = None, 0
    for candidate in dict.fromkeys(_near(word, marked)):
        seen = counts.syllable_forms(fold(candidate)).get(tone_key(candidate), 0) if is_syllable(candidate) else 0
        if seen < LEAST_SEEN:
            continue
        beside = sum(counts.bigram_count(tone_key(one.lower()), tone_key(candidate)) for one in before)
        beside += sum(counts.bigram_count(tone_key(candidate), tone_key(one.lower())) for one in after)
        if seen + _PAIR * beside > most:
            best, most = candidate, seen + _PAIR * beside
    return best


def _near(word: str, marked: bool) -> Iterator[str]:
    """Two letters the other way round; in a word with marks also one letter left out or typed besides."""
    for at in range(len(word) - 1):
        yield f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"
    for at in range(len(word) + 1 if marked else 0):
        for letter in _LETTERS:
            yield f"{word[:at]}{letter}{word[at:]}"
    for at in range(len(word) if marked else 0):
        yield f"{word[:at]}{word[at + 1 :]}"
