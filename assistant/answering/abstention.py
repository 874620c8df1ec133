"""Whether to answer: the calibrated probability that the chosen sentences answer the question.

A logistic regression over a few readable features of the best sentence and its passage, fitted by `python -m eval fit`
on questions asked with the answering passage present and with it left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evidence.constraints import Kind, Unmet
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.evidence.terms import Terms, coverage
from assistant.question.understand import Expects, Question
from vectorstore.text.normalise import fold, syllables

CALIBRATION_FILE = Path(__file__).with_name("calibration.json")
_OWN = ("unigrams", "bigrams", "context", "dense", "passage_lexical", "length", "type", "counted", "short")
_EXPECTED: tuple[Expects, ...] = ("text", "number", "person", "date", "list")
_UNMET: dict[str, frozenset[Kind]] = {
    "fact": frozenset({"year", "date", "symbol", "number", "role"}),
    "name": frozenset({"name"}),
    "kind": frozenset({"kind"}),
    "provision": frozenset({"provision"}),
}
CONFIDENCE_FEATURES = (
    *_OWN,  # of the best sentence, as in evidence.FEATURES
    "whole_unigrams",  # idf-weighted share of the question's words in the passage with its headings and metadata
    "rival",  # ranker score above the best sentence of another document that says something else, at most 10
    "lead",  # ranker score above the next sentence, at most 5
    "passage_margin",  # fused score above the best passage of another document, standard deviations, at most 3
    "lexical_margin",  # the same of the BM25 score, as a share of the best one
    "lexical_strength",  # BM25 of the best passage by the weight of the question's words
    "top_dense",  # cosine of question and closest passage
    "dense_lead",  # by how much the closest passage is closer than the next five
    "field",  # ranker score above the mean of the best five sentences of other documents
    "missing",  # idf of the rarest of the question's words that the passage lacks
    "absent",  # number of the question's words that the sentence lacks
    "terms",  # log of the number of the question's content words
    *(f"unmet_{name}" for name in _UNMET),  # 1 where the best sentence leaves a constraint of this sort unsupported
    *(f"expects_{kind}" for kind in _EXPECTED),  # 1 for the kind of thing that is asked for
)
# The sign that each weight may have: more evidence never makes an answer less sure, whatever a sample of data suggests.
_AGAINST, _EITHER = (
    ("missing", "absent", "short", *(f"unmet_{name}" for name in _UNMET)),
    ("length", "terms", *(f"expects_{kind}" for kind in _EXPECTED)),
)
SIGNS = {name: -1 if name in _AGAINST else 0 if name in _EITHER else 1 for name in CONFIDENCE_FEATURES}
SAME_WORDS = 0.6  # share of equal words from which another sentence says the same, and is no rival
MOST_RIVAL = 10.0
MOST_MARGIN = 3.0
MOST_LEAD = 5.0
# Where no other document competes, as when one is named, the margins say nothing: they are set to what is usual.
ALONE_RIVAL, ALONE_MARGIN, ALONE_LEXICAL, ALONE_DENSE = 5.0, 1.5, 0.2, 0.03
FIELD = 5  # competitors over which "dense_lead" and "field" take a mean
_LEXICAL = FEATURES.index("passage_lexical")


@dataclass(frozen=True)
class Calibration:
    """Fitted numbers: the sentence ranker, the confidence model, and when a second sentence is worth giving."""

    ranker: np.ndarray  # (len(FEATURES),)
    confidence: np.ndarray  # (len(CONFIDENCE_FEATURES),)
    mean: np.ndarray  # of the confidence features, for standardising
    scale: np.ndarray
    intercept: float
    second_sentence_margin: float  # give a second sentence whose ranker score is this close to the best

    def probability(self, features: np.ndarray) -> float:
        """Probability, 0..1, that the evidence answers: the logistic function of a weighted sum."""
        logit = float(((features - self.mean) / self.scale) @ self.confidence) + self.intercept
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def load_calibration(path: Path = CALIBRATION_FILE) -> Calibration:
    """The fitted numbers that ship with the project."""
    data = json.loads(path.read_text(encoding="utf-8"))
    # A feature that is newer than the file weighs nothing until the numbers are fitted again.
    new = {"weight": 0.0, "mean": 0.0, "scale": 1.0}
    confidence = [data["confidence"].get(name, new) for name in CONFIDENCE_FEATURES]
    return Calibration(
        ranker=np.array([data["ranker"].get(name, 0.0) for name in FEATURES]),
        confidence=np.array([numbers["weight"] for numbers in confidence]),
        mean=np.array([numbers["mean"] for numbers in confidence]),
        scale=np.array([numbers["scale"] for numbers in confidence]),
        intercept=data["intercept"],
        second_sentence_margin=data["second_sentence_margin"],
    )


def confidence_features(
    question: Question, ranked: Sequence[Evidence], problems: Mapping[tuple[str, int], Sequence[Unmet]], terms: Terms
) -> np.ndarray:
    """Features of the best of the ranked sentences; shape (len(CONFIDENCE_FEATURES),).

    `problems` are the unmet constraints by sentence: one that lacks more than the best is no competitor.
    """
    best = ranked[0]
    chunk, document = best.hit.chunk, best.hit.document
    passage = terms.read(
        " \n ".join(filter(None, (chunk.indexed_text, document.organ, document.place, document.symbol)))
    )
    lacking = len(problems[best.key])
    others = [e for e in ranked if e.hit.chunk.document_id != chunk.document_id and len(problems[e.key]) <= lacking]
    lacked = [weight for term, weight in terms.unigrams.items() if term not in passage]
    said = terms.read(best.text)
    lexical = best.features[_LEXICAL] - max((e.features[_LEXICAL] for e in others), default=0.0)
    margin = best.hit.score - max((e.hit.score for e in others), default=best.hit.score - ALONE_MARGIN)
    return np.array(
        [
            *best.features[[FEATURES.index(name) for name in _OWN]],
            coverage(terms.unigrams, passage),
            min(MOST_RIVAL, best.score - _rival(best, others)),
            min(MOST_LEAD, best.score - (ranked[1].score if len(ranked) > 1 else -np.inf)),
            max(-MOST_MARGIN, min(MOST_MARGIN, margin)),
            lexical if others else ALONE_LEXICAL,
            *_strengths(ranked, terms),
            _field(ranked),
            max(lacked, default=0.0),
            sum(term not in said for term in terms.unigrams),
            math.log(1 + len(terms.unigrams)),
            *(float(any(p.kind in kinds for p in problems[best.key])) for kinds in _UNMET.values()),
            *(float(question.expects == kind) for kind in _EXPECTED),
        ]
    )


def _strengths(ranked: Sequence[Evidence], terms: Terms) -> tuple[float, float, float]:
    """lexical_strength, top_dense and dense_lead of the retrieved passages."""
    hits = {evidence.hit.chunk.chunk_id: evidence.hit for evidence in ranked}.values()
    lexical = max(hit.lexical or 0.0 for hit in hits) / (sum(terms.unigrams.values()) or 1.0)
    dense = sorted((hit.dense or 0.0 for hit in hits), reverse=True)
    following = dense[1 : 1 + FIELD]
    return lexical, dense[0], dense[0] - sum(following) / len(following) if following else ALONE_DENSE


def _field(ranked: Sequence[Evidence]) -> float:
    best = ranked[0]
    others = [e.score for e in ranked if e.hit.chunk.document_id != best.hit.chunk.document_id][:FIELD]
    return best.score - sum(others) / len(others) if others else ALONE_RIVAL


def _rival(best: Evidence, others: Sequence[Evidence]) -> float:
    """Score of the best sentence of another document that does not say the same as the best one."""
    words = set(syllables(fold(best.text)))
    for other in others:
        theirs = set(syllables(fold(other.text)))
        if len(words & theirs) < SAME_WORDS * min(len(words), len(theirs)):
            return other.score
    return best.score - ALONE_RIVAL
