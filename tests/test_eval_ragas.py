"""ragas as the judge: its own prompts and formulas, a chat model and embeddings of ours. Needs the extra `ragas`."""

from __future__ import annotations

import json
import warnings

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from assistant.types import Answer, Citation

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of ragas' own dependencies
    pytest.importorskip("ragas.metrics.collections")

from eval.ragas_judge import RagasJudge

QUESTION = "Toàn tỉnh có bao nhiêu mô hình?"
QUOTE = "Toàn tỉnh có 146 mô hình, trong đó 12 mô hình tiêu biểu."
CITED = Citation(
    n=1, document_id="d", version=1, source="a.txt", title="Báo cáo", symbol=None, locator="", page=None,
    quote=QUOTE, start=0, end=len(QUOTE), url="", date=None,
)  # fmt: skip
ANSWER = Answer(
    status="answered",
    answer=f"{QUOTE} [1]",
    citations=(CITED,),
    standalone_question=QUESTION,
    confidence=0.9,
    model="x",
)


def judge(*replies: object) -> RagasJudge:
    said = [reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False) for reply in replies]
    return RagasJudge(FakeListChatModel(responses=said), DeterministicFakeEmbedding(size=8), "ragas:fake:judge")


def test_ragas_scores_are_shares_of_statements_and_cosines_of_questions() -> None:
    statements = ["Toàn tỉnh có 146 mô hình.", "12 mô hình tiêu biểu.", "Có 3 huyện."]
    verdicts = [{"statement": s, "reason": "", "verdict": v} for s, v in zip(statements, (1, 1, 0), strict=True)]
    same = {"question": QUESTION, "noncommittal": 0}
    scores = judge({"statements": statements}, {"statements": verdicts}, same, same, same).scores(QUESTION, ANSWER)
    assert scores == {"faithfulness": pytest.approx(2 / 3), "relevancy": pytest.approx(1.0)}


def test_what_the_model_leaves_unusable_has_no_score() -> None:
    assert judge("Tôi nghĩ là đúng.").scores(QUESTION, ANSWER) == {}
    assert judge().scores(QUESTION, ANSWER.model_copy(update={"status": "abstained"})) == {}
