"""Answering without a language model: the one to three sentences that answer, verbatim, each cited."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering import article, aspects, listing, offices, quotations, reasons, siblings, tasks
from assistant.answering.abstention import Calibration, confidence_features
from assistant.answering.judging import Judged, judge, states
from assistant.answering.premises import verdict
from assistant.evidence import ranges
from assistant.evidence.answer_forms import (
    asks_group,
    asks_reason,
    gives_limits,
    opens_with_asked,
    opens_with_measured,
    opens_with_reason,
)
from assistant.evidence.answer_types import answers_type, asked_definition, names_place
from assistant.evidence.constraints import Unmet, is_large
from assistant.evidence.document_meant import placed_otherwise
from assistant.evidence.force import Force, notice
from assistant.evidence.money_asked import asks_money
from assistant.evidence.outline import introduces
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.evidence.tables import is_row
from assistant.evidence.terms import Terms, coverage
from assistant.evidence.units import lower_unit
from assistant.evidence.years import speaks_of
from assistant.question.understand import Question
from assistant.retrieval import Retrieved
from vectorstore.records import Chunk
from vectorstore.text.normalise import fold, syllables

UNMET_CONFIDENCE = 0.3  # factor on the fitted probability where what is named, such as a year, is not borne out
_SOFT = ("kind", "name")  # constraints whose weight is fitted alone: a reading of words, not of facts
COMPLETE_CONFIDENCE = 0.5  # where all is borne out and nearly every word is there, with the kind of thing asked for
NAMED_CONFIDENCE = 0.6  # least probability where document and provision were both named and found
LISTED_CONFIDENCE = 0.5  # the same where an item gives the money asked for, and it and what it stands under every word
DEFINED_CONFIDENCE = 0.5  # where a definition is asked for and the best sentence begins with the term and "là"
BOUND_CONFIDENCE = 0.4  # where it is asked whether a figure will do, and the best sentence bounds such figures
STATED_CONFIDENCE = 0.3  # where the best sentence has the very figure put for confirmation: it tells what it is of
STATED_CONTEXT = 0.4  # least share of the question in that sentence and what it stands under
ABOUT_IT = 0.6  # least share of the question in that sentence and what it stands under
MOST_WORDS = 0.6  # the same of the sentence alone
EVERY_WORD = 0.9  # share of the question's weight
ENTITLED = (
    0.85  # least share of a question for a list in what announces it, for the list to go before the best sentence
)
TIE = 1.25  # ranker score within which a second sentence is as likely to be the answer as the best one
ADDED = 0.15  # least share of the words that the best sentence lacks, for a second one to be given
NEAR_DUPLICATE = 0.8  # share of equal words from which two sentences say the same
MOST_ALTERNATIVES = 4  # items of one list that answer alike
NEXT_TO = 1500  # characters between the sentence that says when and the one that says where
_WHERE_TOO = re.compile(r"\bthoi gian(?:,| va) (?:dia diem|noi)\b|\b(?:o|tai) dau\b|\b(?:dia diem|noi|cho) nao\b")
_HELD_AT = re.compile(r"\b(?:to chuc|dien ra|khai mac|hop|duoc mo)\b")
MOST_CLAUSES = 12  # most further clauses given of a sentence that enumerates
ANSWERED_BY_LEAD = ("number", "date", "person")  # "9 nhiệm vụ:" already says how many
_ENUMERATES = re.compile(r"\b(?:nhung ai|nhung gi|gom|nhung|cac|liet ke|ke ten|ke ra)\b")
_MEASURE = re.compile(
    r"\b(?:ty le|tong|so luong|dien tich|dan so|san luong|doanh thu|kim ngach|thu ngan sach|chi ngan sach)\b"
)
_TYPE, _SHORT, _CONTEXT, _UNIGRAMS = (FEATURES.index(name) for name in ("type", "short", "context", "unigrams"))


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
    features: np.ndarray | None = None  # what the confidence was computed from, where it was
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
    near: Collection[str] = (),
) -> Found | None:
    """Choose the answering sentences; None when nothing was retrieved.

    `named` are the documents that the question names, `near` those that the conversation is about.
    """
    judged = judge(question, retrieved, terms, force, named, near, calibration.ranker)
    return choose(judged, calibration, force) if judged else None


def choose(judged: Judged, calibration: Calibration, force: Force) -> Found:
    """Rank what was judged by the fitted numbers and choose what to say."""
    question, terms = judged.question, judged.terms
    order = judged.order(calibration.ranker)
    problems = {evidence.key: judged.unmet[place] for evidence, place in order}
    ranked = siblings.nearest_first(question, [evidence for evidence, _ in order], problems)
    if (
        introduces(ranked[0].text) and len(ranked) > 1
    ):  # "… theo hai mức sau đây:" goes before, one of its items answers
        ranked[1:] = siblings.nearest_first(question, ranked[1:], problems)
    outdated = {evidence.key: judged.outdated[place] for evidence, place in order}
    best = ranked[0]
    closest = judged.closest(calibration.ranker)
    features = confidence_features(question, ranked, problems, terms)
    missing = problems[best.key]
    place = next(place for evidence, place in order if evidence.key == best.key)
    stand_in = judged.stands_in(calibration.ranker, place)
    of_article = article.find(question, ranked, terms) or article.of_document(question, ranked)
    known = (of_article,) if of_article else quotations.said_by(question, ranked, force.chunks)
    known = known if known and not _of_another_frame(question, known[0]) else ()
    known = known or aspects.find(question, ranked, force.chunks, terms)
    stated = offices.Stated(known, offices.STATED) if known else offices.find(question, ranked, problems)
    if stated:
        return Found(
            question=question,
            chosen=stated.sentences,
            unmet=stated.unmet,
            confidence=stated.confidence,
            about=1.0,
            ranked=tuple(ranked),
            closest=(stated.sentences[0], problems.get(stated.sentences[0].key, ())),
            features=features,
            opening=stated.opening,
        )
    fitting = [e for e in ranked if _of(e, judged.near)] if _of(best, judged.near) else ranked
    chosen = _choose(question, fitting, problems, calibration, terms, force.chunks(best.hit.document))
    confidence = _overruled(question, calibration.probability(features), missing, best, chosen, terms)
    notices = [notice(e, change, force.amended(e, change)) for e in chosen if (change := outdated.get(e.key))]
    notices += [notice(e, *below) for e in chosen if not outdated.get(e.key) and (below := force.added_to(e))]
    return Found(
        question=question,
        chosen=tuple(chosen),
        notices=tuple(dict.fromkeys(notices)),
        closest=(closest, problems[closest.key]),
        unmet=(*missing, Unmet("kind", question.expects)) if stand_in else missing,
        confidence=confidence * UNMET_CONFIDENCE if stand_in else confidence,
        about=max(coverage(terms.unigrams, terms.read(e.hit.chunk.indexed_text)) for e in (best, closest)),
        ranked=tuple(ranked),
        features=features,
        opening=_of_lower_unit(question, chosen[0]),
    )


def _of_another_frame(question: Question, evidence: Evidence) -> bool:
    """Whether a line's document is of other years than those asked about, or of another province."""
    document = evidence.hit.document
    return placed_otherwise(question, document) or not all(speaks_of(document, y) for y in question.firm_years)


def _of(evidence: Evidence, documents: Collection[str]) -> bool:
    return evidence.hit.chunk.document_id in documents


def _of_lower_unit(question: Question, best: Evidence) -> str:
    """What is said before the figure of a part where the whole may have been meant."""
    unit = None if question.confirm else lower_unit(question, best)
    return f"Số liệu của {unit}:" if unit else ""


def _overruled(
    question: Question,
    confidence: float,
    missing: Sequence[Unmet],
    best: Evidence,
    chosen: Sequence[Evidence],
    terms: Terms,
) -> float:
    """An unmet constraint leaves little confidence; the very provision of the very document that was named, much.

    So does an amount in a list whose headings and items have every word: the item alone shares few with the question;
    and a list whose own title or lead-in says nearly all that is asked.
    """
    if any(problem.kind not in _SOFT for problem in missing):
        return confidence * UNMET_CONFIDENCE
    in_list = len(chosen) > 1 and introduces(chosen[0].text) and best.key in {item.key for item in chosen[1:]}
    if in_list and asks_money(question) and best.features[_TYPE] == 1 and best.features[_CONTEXT] >= EVERY_WORD:
        confidence = max(confidence, LISTED_CONFIDENCE)
    of_list = len(chosen) > 2 and listing.asks_for_list(question) and best.key in {item.key for item in chosen[1:]}
    if of_list and not missing and coverage(terms.unigrams, terms.read(chosen[0].text)) >= ENTITLED:
        confidence = max(confidence, LISTED_CONFIDENCE)
    allowed = question.yes_no and not question.confirm and not missing
    if allowed and best.features[_CONTEXT] >= ABOUT_IT and ranges.bounds(question, best.text):
        confidence = max(confidence, BOUND_CONFIDENCE)
    stated = question.confirm and not missing and best.features[_CONTEXT] >= STATED_CONTEXT
    if stated and any(states(number, best.text) for number in question.numbers if is_large(number)):
        confidence = max(confidence, STATED_CONFIDENCE)
    if not missing and opens_with_measured(question.asking, best.text):
        confidence = max(confidence, STATED_CONFIDENCE)
    if asked_definition(question) and best.features[_TYPE] == 1 and not missing:
        confidence = max(confidence, DEFINED_CONFIDENCE)
    # Reports of other years that say nearly the same speak against the best one only where nothing tells them apart.
    told_apart = bool(question.years or question.symbols) and not missing
    of_the_kind = question.expects in ANSWERED_BY_LEAD and best.features[_TYPE] == 1
    itself = best.features[_UNIGRAMS] >= MOST_WORDS
    if told_apart and of_the_kind and itself and best.features[_CONTEXT] >= EVERY_WORD:
        confidence = max(confidence, COMPLETE_CONFIDENCE)
    return max(confidence, NAMED_CONFIDENCE) if question.provisions and question.symbols else confidence


def _choose(
    question: Question,
    ranked: Sequence[Evidence],
    problems: Mapping[tuple[str, int], Sequence[Unmet]],
    calibration: Calibration,
    terms: Terms,
    chunks: Sequence[Chunk],
) -> list[Evidence]:
    """The best sentence, a second when it is about as good, and the items when the best introduces a list."""
    best = ranked[0]
    if placed := _with_place(question, best, chunks):
        return placed
    if tasked := tasks.of_body(question, best, chunks):
        return tasked
    if reason := reasons.whole(question, ranked, chunks):
        return reason
    if whole := _whole_list(question, best, ranked, problems, terms, chunks):
        return whole
    if both := siblings.paired(question, best, chunks):
        lead = listing.parent(best, chunks)
        return [lead, *both] if lead else both
    if new := siblings.successor(question, best, chunks):
        return [best, new]
    if lead := listing.parent(best, chunks):
        return [lead, *_alternatives(question, best, listing.items(question, lead, chunks))]
    if spoken := listing.rest_of_quotation(best, chunks):
        return [best, *spoken]
    if opened := listing.start_of_quotation(best, chunks):
        return [*opened, best]
    chosen = [best]
    for other in ranked[1:6]:
        close = other.score >= best.score - calibration.second_sentence_margin
        if len(problems[other.key]) > len(problems[best.key]) or not close:
            continue
        if other.text.endswith(":") or other.features[_SHORT] or other.features[_TYPE] < best.features[_TYPE]:
            continue
        if _same(best.text, other.text) or _of_another_grade(question, best, other):
            continue
        if lower_unit(question, other) and not lower_unit(question, best):
            continue
        if _MEASURE.search(fold(question.text)) and not _of_the_same(best, other, terms):
            continue
        if other.score < best.score - TIE and not (_adds(best, other, terms) or _beside(question, best, other)):
            continue
        chosen.append(other)
        break
    if above := listing.above_row(best, chunks):
        return [*above, *(one for one in chosen if is_row(one.text))]
    return chosen


def _with_place(question: Question, best: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The sentence that says when with the one near it that says where, where both are asked for and it is not one."""
    if question.expects != "date" or not _WHERE_TOO.search(fold(question.asking)) or names_place(best.text):
        return []
    near = (
        other
        for other in listing.sentences(best, chunks)
        if abs(other.start - best.start) <= NEXT_TO and names_place(other.text) and _HELD_AT.search(fold(other.text))
    )
    other = min(near, key=lambda one: abs(one.start - best.start), default=None)
    return sorted((best, other), key=lambda one: one.start) if other else []


def _alternatives(question: Question, best: Evidence, items: Sequence[Evidence]) -> list[Evidence]:
    """The best item with those beside it that fit the question as well: "a) Tập thể: …" and "b) Cá nhân: …"."""
    asked = set(syllables(question.text))  # "loại một" too: numerals tell items apart
    least, kind = asked & set(syllables(best.text)), answers_type(question, best.text)
    fitting = [
        item
        for item in items
        if least <= set(syllables(item.text))
        and answers_type(question, item.text) == kind
        and not _of_another_grade(question, best, item)
    ]
    return fitting if len(fitting) <= MOST_ALTERNATIVES and best.key in {item.key for item in fitting} else [best]


def _of_another_grade(question: Question, best: Evidence, other: Evidence) -> bool:
    """Whether a figure is asked about that the best one has a grade for, and the other one a different grade."""
    asked = ranges.asked_grades(question)
    return bool(asked) and ranges.fit(asked, best.text) > 0 > ranges.fit(asked, other.text)


def _adds(best: Evidence, other: Evidence, terms: Terms) -> bool:
    """Whether a second sentence has words of the question that the best one lacks."""
    lacking = {term: weight for term, weight in terms.unigrams.items() if term not in terms.read(best.text)}
    return bool(lacking) and coverage(lacking, terms.read(other.text)) >= ADDED


def _beside(question: Question, best: Evidence, other: Evidence) -> bool:
    """Whether shortcomings or reasons are asked for and both sentences stand together: seldom is there only one."""
    asked = asks_reason(question.asking) or gives_limits(question.asking, other.text)
    return bool(asked) and other.hit.chunk.chunk_id == best.hit.chunk.chunk_id


def _of_the_same(best: Evidence, other: Evidence, terms: Terms) -> bool:
    """Whether a second figure is of what the best one is of: it has all words that the question shares with it."""
    asked = {word for word in terms.unigrams if not word.isdigit()} - {"năm", "nam"}
    return asked & terms.read(best.text) <= terms.read(other.text)


def _same(one: str, other: str) -> bool:
    a, b = set(syllables(fold(one))), set(syllables(fold(other)))
    return len(a & b) >= NEAR_DUPLICATE * min(len(a), len(b))


def _whole_list(
    question: Question,
    best: Evidence,
    ranked: Sequence[Evidence],
    problems: Mapping[tuple[str, int], Sequence[Unmet]],
    terms: Terms,
    chunks: Sequence[Chunk],
) -> list[Evidence]:
    """The list that the best sentence announces, or is an item of; empty where it is about no list."""
    told = question.expects in ANSWERED_BY_LEAD and best.features[_TYPE] == 1 and not asks_group(question.text)
    if best.text.rstrip().endswith(":") and not told:
        return [best, *items] if (items := listing.items(question, best, chunks)) else []
    if lead := listing.lead_in(question, best, chunks, terms):
        return [lead, *listing.items(question, lead, chunks)]
    if whole := listing.alike(question, best, chunks):
        return whole
    own = (e for e in ranked[1:6] if e.hit.chunk.document_id == best.hit.chunk.document_id)
    for other in own:  # items share few words with the question, their title most
        if lead := listing.lead_in(question, other, chunks, terms, ENTITLED):
            return [lead, *listing.items(question, lead, chunks)]
    for other in [best, *(e for e in ranked[1:4] if e.score >= best.score - TIE and question.expects == "list")]:
        if not problems[other.key] and (rest := listing.section(question, other, chunks)):
            return [other, *rest]
    rest = _continuation(question, best, chunks)
    return [best, *rest] if rest else []


def _continuation(question: Question, best: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The rest of a sentence that enumerates over semicolons, where a list, or what it is, is asked for."""
    listed = _ENUMERATES.search(fold(question.text)) or (
        question.expects in ("text", "list")
        and (opens_with_asked(question.text, best.text) or opens_with_reason(question.text, best.text))
    )
    if not listed or not best.text.rstrip().endswith(";"):
        return []
    rest: list[Evidence] = []
    end = best.end
    for evidence in listing.sentences(best, chunks):
        if evidence.start < end:
            continue
        if not _adjoins(best.hit.document.text, end, evidence.start):
            break
        rest.append(evidence)
        end = evidence.end
        if not evidence.text.rstrip().endswith(";") or len(rest) == MOST_CLAUSES:
            break
    return rest


def _adjoins(text: str, end: int, start: int) -> bool:
    return start >= end and not text[end:start].strip(" \n\t-–+•*;.")


def opening(question: Question, found: Found) -> str:
    """What precedes the quotes: a fact about the document, or whether a statement put for confirmation holds."""
    return found.opening if found.opening or not question.confirm else verdict(question, found.chosen)
