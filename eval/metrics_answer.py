"""Answer measures: are all facts there, is a right source cited, and how close is an extractive answer to the span?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.types import Answer
from eval.datasets import Question
from eval.textmatch import Language, present, same_source, squad_tokens, strip_marks


def answer_scores(question: Question, answer: Answer) -> dict[str, float]:
    """What one answer is worth, each 0 or 1 unless said otherwise.

    `accuracy`: of an answerable question, it was answered with one alternative of every fact (see `contains`) and
    cites an expected source; of an unanswerable one, it was abstained from. `facts`, `source`: those two parts.
    """
    abstained = answer.status == "abstained"
    if not question.answerable:
        return {"accuracy": float(abstained), **_squad_scores(question, answer)}
    text = strip_marks(answer.answer)
    facts = not abstained and all(present(text, question.facts))
    source = not abstained and cites_expected(question, answer)
    scores = {"accuracy": float(facts and source), "facts": float(facts)}
    if question.sources:
        scores["source"] = float(source)
    return scores | _squad_scores(question, answer)


def cites_expected(question: Question, answer: Answer) -> bool:
    """Whether one of the citations is of an expected source; true where the set names none."""
    if not question.sources:
        return True
    return any(same_source(name, cited.source, cited.symbol) for name in question.sources for cited in answer.citations)


def _squad_scores(question: Question, answer: Answer) -> dict[str, float]:
    if not question.extractive:
        return {}
    given = "" if answer.status == "abstained" else " ".join(claim.text for claim in answer.claims) or answer.answer
    golds = question.facts[0] if question.facts else ("",)
    return {"em": exact_match(strip_marks(given), golds), "f1": token_f1(strip_marks(given), golds)}


def exact_match(given: str, golds: Sequence[str], language: Language = "vi") -> float:
    """SQuAD exact match: 1 if the normalised answer equals one of the normalised spans (Rajpurkar et al. 2016)."""
    tokens = squad_tokens(given, language)
    return float(any(tokens == squad_tokens(gold, language) for gold in golds))


def token_f1(given: str, golds: Sequence[str], language: Language = "vi") -> float:
    """SQuAD F1: the best over the spans of 2PR/(P+R), where P and R count shared tokens as bags.

    With no span to find (`golds` is [""]) it is 1 for an empty answer and 0 otherwise, as in SQuAD 2.0.
    """
    return max(_f1(squad_tokens(given, language), squad_tokens(gold, language)) for gold in golds)


def _f1(given: list[str], gold: list[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    same = sum((Counter(given) & Counter(gold)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(given), same / len(gold)
    return 2 * precision * recall / (precision + recall)
