"""From a row to its scores: every per-question measure in one dictionary, and the stage that lost a wrong answer."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import Answer
from eval.metrics_answer import answer_scores
from eval.metrics_citation import Entails, citation_scores
from eval.metrics_retrieval import evidence_rank, fact_recall, retrieval_scores
from eval.records import Row
from eval.textmatch import present


@dataclass(frozen=True, slots=True)
class Chain:
    """Two settings of the evaluated chain, to tell its stages apart: passages read, least confidence to answer."""

    passages: int = 8
    threshold: float = 0.5


DEFAULT = Chain()
REJECTION = "không có nội dung phù hợp về"  # how the assistant says what its evidence did not bear out


def score_row(row: Row, entails: Entails, chain: Chain = DEFAULT) -> Row:
    """`row` with `scores` and `lost_at` computed again from what is recorded in it."""
    scores: dict[str, float | None] = {}
    if row.question.answerable and row.error is None:
        scores |= retrieval_scores(row.question, row.hits) | fact_recall(row.question, row.hits)
    if row.answer is not None:
        scores |= answer_scores(row.question, row.answer) | citation_scores(row.answer, entails)
    elif row.error is not None:
        scores["accuracy"] = 0.0
    scored = row.model_copy(update={"scores": scores})
    return scored.model_copy(update={"lost_at": lost_at(scored, chain)})


def lost_at(row: Row, chain: Chain = DEFAULT) -> str | None:
    """The first stage that lost the answer; None where it was right (or only retrieval was asked for).

    not_ingested: the stored documents do not hold the facts · not_retrieved: no passage of the expected sources among
    the hits holds them · ranked_low: they do, but below the passages that are read · not_selected: answered from other
    sentences · wrong_source: right words, other source cited · wrongly_answered: the cited sentences hold the facts but
    the answer does not give them · rejected: abstained although confident, by a check of the claims · wrongly_refused:
    abstained · answered_unanswerable: should have abstained · error: the question failed.
    """
    if row.error is not None:
        return "error"
    if row.answer is None or row.scores.get("accuracy") == 1.0:
        return None
    if not row.question.answerable:
        return "answered_unanswerable"
    if row.ingested is False:
        return "not_ingested"
    if row.scores.get("facts") == 1.0:
        return "wrong_source"
    if row.answered and all(present(" ".join(c.quote for c in row.answer.citations), row.question.facts)):
        return "wrongly_answered"
    rank = evidence_rank(row.question, row.hits)
    if rank is None:
        return "not_retrieved"
    if rank > chain.passages:
        return "ranked_low"
    if row.answered:
        return "not_selected"
    return "rejected" if _was_rejected(row.answer, chain.threshold) else "wrongly_refused"


def _was_rejected(answer: Answer, threshold: float) -> bool:
    """Whether what was found did not stand up to the checks: the abstention names what was not borne out, or it was
    confident enough to answer and yet did not."""
    return REJECTION in answer.answer or answer.confidence >= threshold


def verifier() -> tuple[str, Entails]:
    """The project's verifier as the entailment test, and its name for the report."""
    from assistant.verification import verify_claim

    return "assistant.verification.verify_claim", lambda claim, evidence: verify_claim(claim, evidence).supported
