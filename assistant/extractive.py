"""Answering without a language model: the one to three sentences that answer, verbatim, each cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.abstention import Calibration, confidence_features
from assistant.constraints import Unmet, about, flat, home_place, unmet, year_fit
from assistant.contrast import clashes, only_a_goal
from assistant.evidence import FEATURES, FUNCTION_WORDS, Evidence, Terms, collect, coverage
from assistant.force import Force, asks_for_old, notice
from assistant.question.understand import Question
from assistant.retrieval import Retrieved
from assistant.verification import verify_claim
from vectorstore.text.normalise import fold, syllables

UNMET_PENALTY = 4.0  # ranker score lost for each constraint a sentence does not bear out
YEAR_BONUS = 0.5  # gained by a sentence that names the year asked about
OTHER_YEAR = 1.5  # lost by a sentence that names only other years
OUTDATED_PENALTY = 4.0  # lost by a sentence that a later document replaced or amended
BASIS_PENALTY = 3.0  # lost by the legal basis ("Căn cứ Luật …"), which names much and answers nothing
CLASH_PENALTY = 2.5  # lost for each opposite of what is asked about: "cấp xã" for "cấp huyện"
GOAL_PENALTY = 2.5  # lost by a figure to be reached where one that was reached is asked for
UNMET_CONFIDENCE = 0.2  # factor on the fitted probability where a constraint is not met
NAMED_CONFIDENCE = 0.6  # least probability where document and provision were both named and found
TIE = 0.8  # ranker score within which a second sentence is as likely to be the answer as the best one
ADDED = 0.2  # least share of the words that the best sentence lacks, for a second one to be given
NEAR_DUPLICATE = 0.8  # share of equal words from which two sentences say the same
MOST_CLAUSES = 3  # most further clauses given of a sentence that enumerates
LIST_ITEMS = 12  # most items given of a list
_ENUMERATES = re.compile(r"\b(?:nhung ai|nhung gi|gom|nhung|cac)\b")
_TYPE, _SHORT = FEATURES.index("type"), FEATURES.index("short")
_BASIS = re.compile(r"\s*[-–]?\s*(?:Căn cứ|Theo đề nghị|Xét (?:đề nghị|tờ trình))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """What the passages have on one question: chosen sentences in order, and how sure that they answer it."""

    question: Question
    chosen: tuple[Evidence, ...]
    unmet: tuple[Unmet, ...]  # what the best sentence leaves unsupported
    confidence: float
    about: float  # share of the question's weight in the best passage, 0..1
    ranked: tuple[Evidence, ...]
    notices: tuple[str, ...] = ()
    closest: tuple[Evidence, tuple[Unmet, ...]] | None = None  # most similar sentence, what it lacks
    opening: str = ""  # what is said of the document before the quoted sentence

    @property
    def related(self) -> bool:
        """Whether the passages at least speak of the same things."""
        return self.about >= 0.5


def find(
    question: Question,
    retrieved: Retrieved,
    terms: Terms,
    calibration: Calibration,
    force: Force,
    named: Sequence[str] = (),
) -> Found | None:
    """Choose the answering sentences; None when nothing was retrieved. `named`: documents the question names."""
    if not retrieved.hits:
        return None
    terms = terms.without(homes(question, retrieved))
    ranked = collect(question, retrieved, terms, calibration.ranker)
    problems = {evidence.key: unmet(question, evidence) for evidence in ranked}
    outdated = {evidence.key: force.outdated(evidence) for evidence in ranked}

    def adjusted(evidence: Evidence) -> float:
        change = outdated[evidence.key]
        old = change is not None and not asks_for_old(question, evidence, change, named)
        score = evidence.score - UNMET_PENALTY * len(problems[evidence.key]) - OUTDATED_PENALTY * old
        score -= CLASH_PENALTY * clashes(question, evidence) + GOAL_PENALTY * only_a_goal(question, evidence)
        if _BASIS.match(evidence.text) and "can cu" not in fold(question.text):
            score -= BASIS_PENALTY
        fit = year_fit(question, evidence)
        return score + (YEAR_BONUS if fit > 0 else OTHER_YEAR) * fit

    closest = ranked[0]  # whatever the constraints say of it
    ranked = sorted((replace(e, score=adjusted(e)) for e in ranked), key=lambda evidence: -evidence.score)
    best = ranked[0]
    confidence = calibration.probability(confidence_features(ranked, terms))
    missing = problems[best.key]
    chosen = _choose(question, ranked, problems, calibration, terms)
    notices = [notice(e, change) for e in chosen if (change := outdated[e.key])]
    return Found(
        question=question,
        chosen=tuple(chosen),
        notices=tuple(dict.fromkeys(notices)),
        closest=(closest, tuple(problems[closest.key])),
        unmet=tuple(missing),
        confidence=_overruled(question, confidence, missing),
        about=max(coverage(terms.unigrams, terms.read(e.hit.chunk.embedded_text)) for e in (best, closest)),
        ranked=tuple(ranked),
    )


def homes(question: Question, retrieved: Retrieved) -> list[str]:
    """Names in the question that are just the province which documents at hand are about: few sentences repeat it."""
    places = {home_place(hit.document.text) for hit in retrieved.hits} if question.names else set()
    return [name for name in question.names if flat(name) in places]


def _overruled(question: Question, confidence: float, missing: Sequence[Unmet]) -> float:
    """An unmet constraint leaves little confidence; the very provision of the very document that was named, much."""
    if missing:
        return confidence * UNMET_CONFIDENCE
    return max(confidence, NAMED_CONFIDENCE) if question.provisions and question.symbols else confidence


def _choose(
    question: Question,
    ranked: Sequence[Evidence],
    problems: dict[tuple[str, int], list[Unmet]],
    calibration: Calibration,
    terms: Terms,
) -> list[Evidence]:
    """The best sentence, a second when it is about as good, and the items when the best introduces a list."""
    best = ranked[0]
    if items := _list_items(question, best, ranked) or _continuation(question, best, ranked):
        return [best, *items]
    chosen = [best]
    for other in ranked[1:6]:
        close = other.score >= best.score - calibration.second_sentence_margin
        if len(problems[other.key]) > len(problems[best.key]) or not close:
            continue
        if other.text.endswith(":") or other.features[_SHORT] or other.features[_TYPE] < best.features[_TYPE]:
            continue
        if _same(best.text, other.text):
            continue
        if other.score < best.score - TIE and not _adds(best, other, terms):
            continue
        chosen.append(other)
        break
    return chosen


def _adds(best: Evidence, other: Evidence, terms: Terms) -> bool:
    """Whether a second sentence has words of the question that the best one lacks."""
    lacking = {term: weight for term, weight in terms.unigrams.items() if term not in terms.read(best.text)}
    return bool(lacking) and coverage(lacking, terms.read(other.text)) >= ADDED


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


def _continuation(question: Question, best: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The rest of a sentence that enumerates over semicolons, where a list is asked for."""
    if not _ENUMERATES.search(fold(question.text)) or not best.text.rstrip().endswith(";"):
        return []
    document = best.hit.chunk.document_id
    following = [e for e in ranked if e.hit.chunk.document_id == document and e.start > best.start]
    rest: list[Evidence] = []
    end = best.end
    for evidence in sorted(following, key=lambda e: e.start)[:LIST_ITEMS]:
        if not _adjoins(best.hit.document.text, end, evidence.start):
            break
        rest.append(evidence)
        end = evidence.end
        if not evidence.text.rstrip().endswith(";") or len(rest) == MOST_CLAUSES:
            break
    return rest


def _adjoins(text: str, end: int, start: int) -> bool:
    return start >= end and not text[end:start].strip(" \n\t-–+•*;.")


def _ends_list(sentence: str, items: Sequence[Evidence]) -> bool:
    """A new heading or lead-in ends the list it stands after."""
    marked = re.compile(r"^(?:[-–+•*]|\d+[.)]|[a-zđ][.)]|(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười) là)")
    if not items:
        return False
    return sentence.rstrip().endswith(":") or (bool(marked.match(items[0].text)) and not marked.match(sentence))


def opening(question: Question, found: Found) -> str:
    """What precedes the quotes: a fact about the document, or whether a statement put for confirmation holds."""
    if found.opening or not question.confirm:
        return found.opening
    said = flat(" ".join(evidence.text for evidence in found.chosen))
    wrong = [n for n in question.numbers if n not in said] + [n for n in question.names if flat(n) not in said]
    about_place = flat(about(found.chosen[0]))
    wrong = [item for item in wrong if flat(item) not in about_place]
    if wrong:
        return f"Không đúng với tài liệu (tài liệu không ghi {', '.join(wrong)}). Tài liệu ghi:"
    # "Đúng" only when the sentence has every word of the statement: the verifier alone accepts another quoted theme.
    stated = [word for word in syllables(question.statement) if word not in FUNCTION_WORDS]
    verdict = verify_claim(question.statement, [e.text for e in found.chosen], context=[about(found.chosen[0])])
    whole = all(fold(word) in said.split() or fold(word) in about_place.split() for word in stated)
    return "Đúng, tài liệu ghi:" if verdict.supported and whole else "Tài liệu ghi:"
