"""Retrieval measures: were the right documents, and the passages with the facts, among the first k?

Recall@k, reciprocal rank and nDCG are computed by ir-measures (trec_eval underneath) over documents: a document ranks
where its best chunk ranks. Fact recall looks at the passages themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from assistant.types import SearchHit
from eval.datasets import Question
from eval.textmatch import present, same_source

DEPTHS = (1, 5, 10)
_MEASURES = [*(R @ k for k in DEPTHS), RR @ 10, nDCG @ 10]
NAMES = {str(measure): name for measure, name in zip(
    _MEASURES, [*(f"recall@{k}" for k in DEPTHS), "mrr@10", "ndcg@10"], strict=True)}  # fmt: skip


def document_ranking(hits: Sequence[SearchHit], expected: Sequence[str]) -> list[str]:
    """Distinct documents in the order of their best chunk; an expected one under the name it is expected by."""
    names = []
    for hit in hits:
        match = next((name for name in expected if same_source(name, hit.source, hit.symbol)), None)
        names.append(match or hit.source)
    return list(dict.fromkeys(names))


def retrieval_scores(question: Question, hits: Sequence[SearchHit]) -> dict[str, float]:
    """Recall@1/5/10, RR@10 and nDCG@10 of one question over documents; empty where no document is expected.

    Recall@k = relevant documents among the first k / relevant documents.
    RR@10 = 1 / rank of the first relevant document, 0 beyond rank 10; its mean is MRR@10.
    nDCG@10 = DCG@10 / ideal DCG@10 with DCG = sum of grade / log2(rank + 1) (Järvelin and Kekäläinen 2002).
    """
    if not question.gains:
        return {}
    ranking = document_ranking(hits, list(question.gains))
    run = {"q": {name: float(-rank) for rank, name in enumerate(ranking)}}
    results = ir_measures.iter_calc(_MEASURES, {"q": dict(question.gains)}, run)
    return {NAMES[str(result.measure)]: float(result.value) for result in results}


def evidence_rank(question: Question, hits: Sequence[SearchHit]) -> int | None:
    """Rank (from 1) at which the passages read so far hold every fact of an expected source; None: never."""
    missing = list(range(len(question.facts)))
    for rank, hit in enumerate(_expected_or_none(question, hits), start=1):
        if hit is None:
            continue
        found = present(hit.quote, question.facts)
        missing = [index for index in missing if not found[index]]
        if not missing:
            return rank
    return None


def fact_recall(question: Question, hits: Sequence[SearchHit]) -> dict[str, float]:
    """Fact recall@k = facts with an alternative in one of the first k passages of an expected source / facts."""
    if not question.facts:
        return {}
    first = [0] * len(question.facts)
    for rank, hit in enumerate(_expected_or_none(question, hits), start=1):
        if hit is None:
            continue
        for index, found in enumerate(present(hit.quote, question.facts)):
            if found and not first[index]:
                first[index] = rank
    return {f"fact_recall@{k}": sum(1 for rank in first if 0 < rank <= k) / len(first) for k in DEPTHS}


def _expected_or_none(question: Question, hits: Sequence[SearchHit]) -> list[SearchHit | None]:
    """The hits with those of unexpected sources blanked out, so that ranks are kept."""
    if not question.sources:
        return list(hits)
    return [hit if any(same_source(s, hit.source, hit.symbol) for s in question.sources) else None for hit in hits]
