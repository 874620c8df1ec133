"""Items side by side that answer together: two groups joined by "và", each with a rule of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.answering import listing
from assistant.evidence import ranges
from assistant.evidence.answer_types import answers_type
from assistant.evidence.constraints import Unmet
from assistant.evidence.outline import PLAIN, level, parents
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.question.topic import CARRIED_OVER
from assistant.question.understand import Question
from vectorstore.records import Chunk
from vectorstore.text.normalise import fold, syllables
from vectorstore.text.symbols import find_symbols, symbols_match

TIE = 1.25  # ranker score within which items side by side are told apart by the order of their words
LONGER = 2  # syllables by which one must then be closer
SEEN = 6  # of the best sentences
ALIKE = 0.6  # least share of equal words of two items that say the like of two groups
NEAR = 8  # syllables from "và" within which a group is named
_TYPE = FEATURES.index("type")
_JOINTS = frozenset({"va", "hay", "hoac", "lan", "voi"})
_ASKS_SUCCESSOR = re.compile(
    r"\b(?:thay the|thay|bai bo|huy bo|sua doi)\b[^?]*\b(?:boi|bang|nao|gi)\b|"
    r"\bnao (?:da )?(?:thay|bai bo)\b"
)
_SUCCESSOR = re.compile(r"\W*(?:da )?(?:duoc|bi) (?:thay the|thay|bai bo|huy bo|sua doi)")


def nearest_first(
    question: Question, ranked: Sequence[Evidence], problems: Mapping[tuple[str, int], Sequence[Unmet]]
) -> list[Evidence]:
    """The same sentences; of items side by side, the one that has the longest run of the question goes first.

    "Nhân viên công tác xã hội" and "công tác xã hội viên" have the same words, and only their order tells them apart.
    """
    best, asked = ranked[0], syllables(fold(CARRIED_OVER.sub("", question.text)))
    if level(best.text) == PLAIN or ranges.fit(ranges.asked_grades(question), best.text) > 0:
        return list(ranked)
    first, longest = best, _run(asked, best.text) + LONGER
    for other in ranked[1:SEEN]:
        if other.score < best.score - TIE or len(problems[other.key]) > len(problems[best.key]):
            continue
        if other.features[_TYPE] < best.features[_TYPE] or not _side_by_side(best, other):
            continue
        if (run := _run(asked, other.text)) >= longest:
            first, longest = other, run + 1
        elif first is best and _shared(asked, best) < _shared(asked, other):  # "loại một", which is no rare word
            first = other
    return [first, *(one for one in ranked if one is not first)]


def _side_by_side(one: Evidence, other: Evidence) -> bool:
    text = one.hit.document.text
    same = one.hit.chunk.document_id == other.hit.chunk.document_id and level(one.text) == level(other.text)
    return same and parents(text, one.start) == parents(text, other.start) != ()


def _shared(asked: Sequence[str], evidence: Evidence) -> set[str]:
    return set(asked) & set(syllables(fold(evidence.text)))


def _run(asked: Sequence[str], sentence: str) -> int:
    """Length in syllables of the longest run that the question and the sentence have in common."""
    said = syllables(fold(sentence))
    return SequenceMatcher(None, asked, said, autojunk=False).find_longest_match().size


def paired(question: Question, best: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The item and the one beside it where the question names the groups of both: "nội trú và bán trú"; else none."""
    asked = syllables(fold(question.text))
    joints = [place for place, word in enumerate(asked) if word in _JOINTS]
    if not joints or level(best.text) == PLAIN or answers_type(question, best.text) != 1:
        return []
    for other in _beside(best, chunks):
        if answers_type(question, other.text) == 1 and _of_two_groups(asked, joints, best.text, other.text):
            return sorted((best, other), key=lambda one: one.start)
    return []


def _beside(best: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    text = best.hit.document.text
    above, depth = parents(text, best.start), level(best.text)
    return [
        other
        for other in (listing.sentences(best, chunks) if above else ())
        if other.start != best.start and level(other.text) == depth and parents(text, other.start) == above
    ]


def _of_two_groups(asked: list[str], joints: Sequence[int], one: str, other: str) -> bool:
    """Whether the items differ in what stands on the two sides of a joint of the question, and hardly otherwise."""
    ours, theirs = syllables(fold(one)), syllables(fold(other))
    if len(set(ours) & set(theirs)) < ALIKE * min(len(set(ours)), len(set(theirs))):
        return False
    own, its = set(pairwise(ours)), set(pairwise(theirs))
    pairs = list(enumerate(pairwise(asked)))
    only_ours = [place for place, pair in pairs if pair in own - its]
    only_theirs = [place for place, pair in pairs if pair in its - own]
    return any(
        min(a, b) < joint < max(a, b) and abs(a - joint) <= NEAR and abs(b - joint) <= NEAR
        for joint in joints
        for a in only_ours
        for b in only_theirs
    )


def successor(question: Question, best: Evidence, chunks: Sequence[Chunk]) -> Evidence | None:
    """The cell after a document's name that says what replaced it, in a list of documents no longer in force."""
    if not _ASKS_SUCCESSOR.search(fold(question.text)):
        return None
    named = find_symbols(best.text)
    if not any(symbols_match(asked, symbol) for asked in question.symbols for symbol in named):
        return None
    following = next((one for one in listing.sentences(best, chunks) if one.start >= best.end), None)
    if following is None or best.hit.document.text[best.end : following.start].strip(" \n|"):
        return None
    return following if _SUCCESSOR.match(fold(following.text)) else None
