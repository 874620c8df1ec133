"""Answering without a language model: the one to three sentences that answer, verbatim, each cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.abstention import Calibration, confidence_features
from assistant.constraints import Unmet, unmet
from assistant.evidence import Evidence, Terms, collect, coverage
from assistant.question.understand import Question, without_confirmation
from assistant.retrieval import Retrieved
from vectorstore.text.normalise import fold, syllables

UNMET_PENALTY = 2.0  # ranker score lost for each constraint a sentence does not bear out
NEAR_DUPLICATE = 0.8  # share of equal words from which two sentences say the same
LIST_ITEMS = 12  # most items given of a list


@dataclass(frozen=True)
class Found:
    """What the passages have on one question: chosen sentences in order, and how sure that they answer it."""

    question: Question
    chosen: tuple[Evidence, ...]
    unmet: tuple[Unmet, ...]  # what the best sentence leaves unsupported
    confidence: float
    about: float  # share of the question's weight in the best passage, 0..1
    ranked: tuple[Evidence, ...]

    @property
    def related(self) -> bool:
        """Whether the passages at least speak of the same things."""
        return self.about >= 0.5


def find(question: Question, retrieved: Retrieved, terms: Terms, calibration: Calibration) -> Found | None:
    """Choose the answering sentences; None when nothing was retrieved."""
    ranked = collect(question, retrieved, terms, calibration.ranker)
    if not ranked:
        return None
    problems = {evidence.key: unmet(question, evidence) for evidence in ranked}
    ranked.sort(key=lambda evidence: -(evidence.score - UNMET_PENALTY * len(problems[evidence.key])))
    best = ranked[0]
    confidence = calibration.probability(confidence_features(ranked, terms))
    missing = problems[best.key]
    return Found(
        question=question,
        chosen=tuple(_choose(question, ranked, problems, calibration, terms)),
        unmet=tuple(missing),
        confidence=confidence * (0.2 if missing else 1.0),
        about=coverage(terms.unigrams, terms.read(best.hit.chunk.embedded_text)),
        ranked=tuple(ranked),
    )


def _choose(
    question: Question,
    ranked: Sequence[Evidence],
    problems: dict[tuple[str, int], list[Unmet]],
    calibration: Calibration,
    terms: Terms,
) -> list[Evidence]:
    """The best sentence, a second when it is about as good, and the items when the best introduces a list."""
    best = ranked[0]
    if items := _list_items(question, best, ranked):
        return [best, *items]
    chosen = [best]
    for other in ranked[1:6]:
        close = other.score >= best.score - calibration.second_sentence_margin
        if len(problems[other.key]) > len(problems[best.key]) or not close:
            continue
        if other.text.endswith(":") or other.features[9] or _same(best.text, other.text):
            continue
        chosen.append(other)
        break
    return sorted(chosen, key=lambda e: (e.rank, e.start)) if _same_document(chosen) else chosen


def _same_document(chosen: Sequence[Evidence]) -> bool:
    return len({evidence.hit.chunk.document_id for evidence in chosen}) == 1


def _same(one: str, other: str) -> bool:
    a, b = set(syllables(fold(one))), set(syllables(fold(other)))
    return len(a & b) >= NEAR_DUPLICATE * min(len(a), len(b))


def _list_items(question: Question, best: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that follow a lead-in ending with a colon, in the order of the document."""
    if not best.text.rstrip().endswith(":"):
        return []
    following = sorted(
        (e for e in ranked if e.hit.chunk.document_id == best.hit.chunk.document_id and e.start > best.start),
        key=lambda evidence: evidence.start,
    )
    items: list[Evidence] = []
    end = best.end
    for evidence in following[:LIST_ITEMS]:
        if not _adjoins(best.hit.document.text, end, evidence.start) or _ends_list(evidence.text, items):
            break
        items.append(evidence)
        end = evidence.end
    return items


def _adjoins(text: str, end: int, start: int) -> bool:
    return start >= end and not text[end:start].strip(" \n\t-–+•*;.")


def _ends_list(sentence: str, items: Sequence[Evidence]) -> bool:
    """A new heading or lead-in ends the list it stands after."""
    marked = re.compile(r"^(?:[-–+•*]|\d+[.)]|[a-zđ][.)]|(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười) là)")
    if not items:
        return False
    return sentence.rstrip().endswith(":") or (bool(marked.match(items[0].text)) and not marked.match(sentence))


def opening(question: Question, found: Found) -> str:
    """What precedes the quoted sentences when a statement was put for confirmation; empty otherwise."""
    if not question.yes_no:
        return ""
    statement = without_confirmation(question.text)
    if statement == question.text:
        return ""
    said = " ".join(fold(evidence.text) for evidence in found.chosen)
    if not question.numbers:
        return ""
    if all(number in said for number in question.numbers):
        return "Đúng, tài liệu ghi:"
    return f"Không đúng với tài liệu (tài liệu không ghi {', '.join(question.numbers)}). Tài liệu ghi:"
