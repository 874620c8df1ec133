"""Turning readers' feedback on answers into draft questions for a question set."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.types import Answer, Turn
from eval.datasets import Question, QuestionSet, Reader, json_lines
from eval.textmatch import strip_marks


class Feedback(BaseModel):
    """One line of a feedback file: what was asked and answered, and what the reader thought of it.

    `rating` up: the answer (or the abstention) was right. Down: it was not; `corrected_answer` and `corrected_source`
    say what would have been, `corrected_unanswerable` that it should have been an abstention.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    time: datetime
    question: str
    history: tuple[Turn, ...] = ()
    rating: Literal["up", "down"]
    answer: Answer
    corrected_answer: str | None = None
    corrected_source: str | None = None
    corrected_unanswerable: bool = False
    comment: str = ""


def read_feedback(path: Path) -> QuestionSet:
    """Draft questions from a feedback file; rows that do not say what would be right are reported by line."""
    reader = Reader()
    for place, record in json_lines(path, reader.problems):
        reader.add(place, partial(lambda row: to_question(Feedback.model_validate(row)), record))
    return reader.done()


def to_question(feedback: Feedback) -> Question:
    """The question with what the feedback says a right answer is; raises ValueError where it does not say."""
    facts, sources = _expectation(feedback)
    return Question(
        id=f"feedback-{feedback.id}",
        kind="feedback",
        question=feedback.question,
        history=_pairs(feedback.history),
        answerable=bool(facts or sources),
        facts=facts,
        sources=sources,
        as_of=None,
        draft=True,
        evidence=feedback.comment,
    )


def _expectation(feedback: Feedback) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    answer = feedback.answer
    if feedback.rating == "up":
        if answer.status == "abstained":
            return (), ()
        facts = tuple((strip_marks(claim.text),) for claim in answer.claims)
        return facts, tuple(dict.fromkeys(citation.source for citation in answer.citations))
    if feedback.corrected_unanswerable:
        return (), ()
    if not (feedback.corrected_answer or feedback.corrected_source):
        raise ValueError("a thumb down without a correction does not say what would have been right")
    facts = ((feedback.corrected_answer,),) if feedback.corrected_answer else ()
    return facts, (feedback.corrected_source,) if feedback.corrected_source else ()


def _pairs(history: tuple[Turn, ...]) -> tuple[tuple[str, str], ...]:
    """Turns as (question, answer) pairs; a question without an answer is left out."""
    return tuple(
        (first.content, second.content)
        for first, second in pairwise(history)
        if first.role == "user" and second.role == "assistant"
    )
