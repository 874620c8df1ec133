"""Sentence-level evidence: which sentences of the retrieved passages answer the question.

A linear ranker over a few readable features. Its weights are fitted on public question sets by `python -m eval fit`
and stored in calibration.json; the features are pure functions of the question, the sentence and its passage.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from assistant.evidence.answer_forms import gives_wording
from assistant.evidence.answer_types import answers_type
from assistant.evidence.counting import counts_asked
from assistant.evidence.outline import PLAIN, level, parents
from assistant.evidence.tables import above_row, figure_in_row
from assistant.evidence.terms import Terms, coverage
from assistant.question.understand import Question
from assistant.retrieval import Retrieved
from vectorstore.records import Hit

FEATURES = (
    "unigrams",  # idf-weighted share of the question's content words in the sentence
    "bigrams",  # the same for word pairs
    "trigrams",  # share of the question's runs of three words, those that only ask among them
    "context",  # the same words, counting also title, section and what introduces the sentence
    "context_bigrams",
    "dense",  # cosine of question and sentence
    "passage_dense",  # cosine of question and passage
    "passage_lexical",  # BM25 of the passage as a share of the best one's
    "passage_fused",  # fused score of the passage below the best one's, standard deviations
    "passage_unigrams",  # share of the question's words in the whole passage
    "type",  # a person, number, date or place is asked for and the sentence has one
    "counted",  # "bao nhiêu X": the sentence has a number of X
    "short",  # the sentence is a heading or fragment
    "length",  # log of the sentence's words
    "caption",
)


LEAST_HEADING = 8  # words of a heading that may answer
HEADING_SAYS = 0.7  # least share of the question in it
HEADING_WORDS = 0.3  # the same where it has the theme that is asked for, in quotes


@dataclass(frozen=True)
class Evidence:
    """A sentence that may answer, with what made it likely. `start`/`end` point into the document's stored text."""

    hit: Hit
    rank: int  # of its passage
    position: int  # of the sentence within the passage
    start: int
    end: int
    features: np.ndarray  # (len(FEATURES),)
    score: float

    @property
    def text(self) -> str:
        return self.hit.document.text[self.start : self.end]

    @property
    def key(self) -> tuple[str, int]:
        return self.hit.chunk.document_id, self.start


def collect(question: Question, retrieved: Retrieved, terms: Terms) -> list[Evidence]:
    """All sentences of the retrieved passages with their features, not yet scored."""
    fused = np.array([hit.score for hit in retrieved.hits])
    top_lexical = max((hit.lexical or 0.0 for hit in retrieved.hits), default=0.0) or 1.0
    found: list[Evidence] = []
    headings: set[tuple[str, int]] = set()
    for rank, (hit, vectors) in enumerate(zip(retrieved.hits, retrieved.sentence_vectors, strict=True)):
        passage = np.array([hit.dense or 0.0, (hit.lexical or 0.0) / top_lexical, fused[rank] - fused[0]])
        found += _of_passage(question, terms, hit, rank, vectors @ retrieved.question_vector, passage)
        if (heading := _heading(question, terms, hit, rank, passage)) and heading.key not in headings:
            headings.add(heading.key)
            found.append(heading)
    return found


def _of_passage(
    question: Question, terms: Terms, hit: Hit, rank: int, cosines: np.ndarray, passage: np.ndarray
) -> list[Evidence]:
    text = hit.document.text
    sentences = [text[start:end] for start, end in hit.chunk.sentences]
    read = [terms.read(sentence) for sentence in sentences]
    document = hit.document
    heading = terms.read(
        " \n ".join(filter(None, (hit.chunk.context, document.organ, document.place, document.symbol)))
    )
    whole = coverage(terms.unigrams, set().union(heading, *read))
    found = []
    for position, (start, end) in enumerate(hit.chunk.sentences):
        sentence, present = sentences[position], read[position]
        around = present | heading | _introduction(terms, text, start, read, position)
        words = len(sentence.split())
        features = np.array(
            [
                coverage(terms.unigrams, present),
                coverage(terms.bigrams, present),
                terms.runs(sentence),
                coverage(terms.unigrams, around),
                coverage(terms.bigrams, around),
                cosines[position],
                *passage,
                whole,
                1.0 if figure_in_row(question, text, start, end) else answers_type(question, sentence),
                counts_asked(question, sentence),
                float(words < 5),
                math.log(max(words, 1)),
                float(hit.chunk.kind == "caption"),
            ]
        )
        found.append(Evidence(hit, rank, position, start, end, features, 0.0))
    return found


def _heading(question: Question, terms: Terms, hit: Hit, rank: int, passage: np.ndarray) -> Evidence | None:
    """The passage's own heading where it says most of what is asked: reports state their theme there alone."""
    title = hit.chunk.section[-1] if hit.chunk.section else ""
    words = len(title.split())
    if words < LEAST_HEADING or level(title) != PLAIN:  # "Điều 9. …" names its clauses and says nothing itself
        return None
    start = hit.document.text.rfind(title, 0, hit.chunk.start)
    said = terms.read(title)
    follows = question.asking != question.text  # what it is about adds words of the question before
    least = HEADING_WORDS if follows and gives_wording(question.asking, title) else HEADING_SAYS
    if start < 0 or coverage(terms.unigrams, said) < least:
        return None
    shares = [coverage(terms.unigrams, said), coverage(terms.bigrams, said)]
    features = np.array(
        [
            *shares,
            terms.runs(title),
            *shares,
            passage[0],
            *passage,
            shares[0],
            answers_type(question, title),
            counts_asked(question, title),
            0.0,
            math.log(words),
            0.0,
        ]
    )
    return Evidence(hit, rank, 0, start, start + len(title), features, 0.0)


def _introduction(terms: Terms, text: str, start: int, read: list[frozenset[str]], position: int) -> Set[str]:
    """Words of what introduces a sentence: the lines above an item, head and lead of a row, else the one before."""
    if above := parents(text, start) or above_row(text, start):
        return set().union(*(terms.read(text[begin:end]) for begin, end in above))
    return read[position - 1] if position else frozenset()
