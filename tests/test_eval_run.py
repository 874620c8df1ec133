"""A whole evaluation over a small assistant: rows, resuming, scores, stages, report, comparison and gate."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from langchain_core.language_models import FakeListChatModel
from little_assistant import DECISION, REPORT, LittleAssistant
from rich.console import Console

from assistant.api import create_app
from assistant.settings import Settings
from assistant.types import Answer, Query, SearchHit
from eval.compare import compare
from eval.datasets import Question
from eval.gate import check, read_baseline, show, write_baseline
from eval.judge import Judge
from eval.records import Row, Tokens, read_rows
from eval.report import render
from eval.run import Options, conclude, rescore, run
from eval.runner import Plan, evaluate
from eval.scoring import Chain, score_row
from eval.systems import HttpSystem
from eval.textmatch import present
from vectorstore.errors import ConfigurationError, InvalidInputError

QUESTIONS = (
    Question(id="models", kind="number", question="toàn tỉnh đăng ký bao nhiêu mô hình Dân vận khéo Năm 2023",
             facts=(("214",),), sources=(REPORT.source,)),
    Question(id="support", kind="number", question="Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu triệu đồng",
             facts=(("8 triệu đồng",),), sources=(DECISION.source,)),
    Question(id="followup", kind="followup", question="Còn cấp tỉnh được hỗ trợ bao nhiêu triệu đồng",
             history=(("Mỗi mô hình cấp tỉnh?", "Có [1]."),), facts=(("15 triệu đồng",),), sources=(DECISION.source,)),
    Question(id="gone", kind="number", question="Tỉnh có bao nhiêu huyện đảo", facts=(("7 huyện đảo",),),
             sources=("khong-co.txt",)),
    Question(id="weather", kind="unanswerable", question="Thời tiết hôm nay ra sao", answerable=False),
)  # fmt: skip


class LittleSystem:
    """The small assistant as a system under evaluation; it can be told to fail on a question."""

    problems: tuple[str, ...] = ()

    def __init__(self, fail_on: str = "") -> None:
        self.assistant = LittleAssistant()
        self.fail_on = fail_on
        self.asked: list[str] = []

    def ask(self, query: Query) -> tuple[Answer, Tokens | None]:
        self.asked.append(query.question)
        if self.fail_on and self.fail_on in query.question:
            raise RuntimeError("index is broken")
        return self.assistant.ask(query), Tokens(input=100, output=10)

    def search(self, question: str, k: int, as_of: date | None) -> list[SearchHit]:
        return self.assistant.search(question, k=k)

    def holds(self, question: Question) -> bool | None:
        texts = [d.text for d in self.assistant.store.held if d.source in question.sources]
        return bool(texts) and all(present("\n".join(texts), question.facts))

    def close(self) -> None:
        self.assistant.store.held = []


def words_in(claim: str, evidence: object) -> bool:
    return isinstance(evidence, list) and claim in " ".join(evidence)


def scored(rows: list[Row]) -> list[Row]:
    return [score_row(row, words_in) for row in rows]


NOTE = {
    "name": "small", "target": "little", "finished": "2024-01-01", "key": "k", "config": {"seed": 0}, "judge": None,
    "chain": [8, 0.5], "prices": [1.0, 10.0], "environment": {"python": "3"}, "problems": ["set.jsonl:3: bad"],
}  # fmt: skip


def test_rows_hold_everything_and_name_the_stage_that_lost_an_answer(tmp_path: Path) -> None:
    rows = {row.question.id: row for row in scored(evaluate(QUESTIONS, LittleSystem(), tmp_path, "k", Plan()))}
    assert rows["models"].scores["accuracy"] == 1.0
    assert rows["support"].scores["fact_recall@1"] == 1.0
    assert rows["followup"].answer is not None
    assert "cấp tỉnh" in rows["followup"].answer.standalone_question
    assert rows["gone"].lost_at == "not_ingested"
    assert rows["weather"].lost_at is None
    assert rows["models"].latency_ms > 0
    assert [row.question.id for row in read_rows(tmp_path)] == [question.id for question in QUESTIONS]


def test_an_interrupted_run_continues_and_failed_questions_are_asked_again(tmp_path: Path) -> None:
    first = LittleSystem(fail_on="triệu đồng")
    rows = evaluate(QUESTIONS, first, tmp_path, "k", Plan(workers=2))
    assert [row.question.id for row in rows if row.error] == ["support", "followup"]
    assert rows[1].error == "RuntimeError: index is broken"
    assert score_row(rows[1], words_in).lost_at == "error"
    kept = (tmp_path / "results.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "results.jsonl").write_text("".join(kept[:3]) + kept[3][:40], encoding="utf-8")  # cut in mid-line
    second = LittleSystem()
    rows = evaluate(QUESTIONS, second, tmp_path, "k", Plan())
    assert second.asked == [QUESTIONS[1].question, QUESTIONS[2].question, QUESTIONS[3].question, QUESTIONS[4].question]
    assert not any(row.error for row in rows)
    with pytest.raises(InvalidInputError, match="--fresh"):
        evaluate(QUESTIONS, second, tmp_path, "another key", Plan())


def wrong(hits: tuple[SearchHit, ...], answer: Answer) -> Row:
    return Row(question=QUESTIONS[1], answer=answer, hits=hits, ingested=True)


def test_every_stage_is_told_apart() -> None:
    system = LittleSystem()
    good = system.ask(Query(question=QUESTIONS[1].question))[0]
    hits = tuple(system.search(QUESTIONS[1].question, 10, None))
    refused = good.model_copy(update={"status": "abstained", "claims": (), "citations": (), "confidence": 0.2})
    other = good.citations[0].model_copy(update={"quote": "Điều 1. Phạm vi", "source": "x.txt"})
    evidence = next(index for index, hit in enumerate(hits) if "8 triệu" in hit.quote)
    low = tuple(hit for hit in hits if "8 triệu" not in hit.quote)[:1] * 9 + (hits[evidence],)
    cases = {
        "wrongly_refused": wrong(hits, refused),
        "rejected": wrong(hits, refused.model_copy(update={"confidence": 0.9})),
        "not_retrieved": wrong((), refused),
        "ranked_low": wrong(low, refused),
        "not_selected": wrong(hits, good.model_copy(update={"answer": "Phạm vi", "citations": (other,)})),
        "wrong_source": wrong(hits, good.model_copy(update={"citations": (other,)})),
        "wrongly_answered": wrong(hits, good.model_copy(update={"answer": "Mỗi mô hình được hỗ trợ [1]."})),
        "not_ingested": wrong(hits, refused).model_copy(update={"ingested": False}),
        "answered_unanswerable": wrong(hits, good).model_copy(update={"question": QUESTIONS[4]}),
    }
    assert {stage: score_row(row, words_in, Chain(8, 0.5)).lost_at for stage, row in cases.items()} == {
        s: s for s in cases
    }


def test_summary_report_and_scoring_again(tmp_path: Path) -> None:
    rows = evaluate(QUESTIONS, LittleSystem(), tmp_path, "k", Plan())
    summary = conclude(tmp_path, rows, NOTE)
    overall = summary["overall"]
    assert overall["accuracy"]["value"] == 4 / 5
    assert overall["accuracy"]["low"] <= 4 / 5 <= overall["accuracy"]["high"]
    assert overall["answer_accuracy"] | {"low": 0, "high": 0} == {"value": 3 / 4, "low": 0, "high": 0, "n": 4}
    assert overall["abstention_recall"]["value"] == 1.0
    assert overall["cost"]["value"] == pytest.approx((100 * 1.0 + 10 * 10.0) / 1e6)
    assert summary["breakdowns"]["followup"]["accuracy"]["n"] == 1
    assert summary["stages"] == {"not_ingested": 1}
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Chưa nạp vào kho" in html
    assert "Not ingested" in html
    assert QUESTIONS[3].question in html
    assert "set.jsonl:3: bad" in html
    assert html.count("<svg") == 4
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)  # nothing to fetch
    (tmp_path / "run.json").write_text(json.dumps(NOTE), encoding="utf-8")
    assert rescore(tmp_path)["overall"] == overall


def test_a_report_escapes_what_documents_say(tmp_path: Path) -> None:
    rows = evaluate(QUESTIONS, LittleSystem(), tmp_path, "k", Plan())
    hostile = rows[3].model_copy(
        update={"question": QUESTIONS[3].model_copy(update={"question": "<script>x</script>"})}
    )
    summary = conclude(tmp_path, [*rows[:3], hostile], NOTE)
    assert "<script>x" not in render(read_rows(tmp_path), summary)


def test_comparison_lists_what_was_lost_and_won(tmp_path: Path) -> None:
    before = scored(evaluate(QUESTIONS, LittleSystem(), tmp_path / "a", "k", Plan()))
    after = scored(evaluate(QUESTIONS, LittleSystem(fail_on="cấp huyện"), tmp_path / "b", "k", Plan()))
    found = compare(before, after)
    assert (found.lost, found.won) == (("support",), ())
    accuracy = next(change for change in found.changes if change.key == "accuracy")
    assert (accuracy.before, accuracy.after) == (4 / 5, 3 / 5)
    assert not accuracy.significant
    with pytest.raises(InvalidInputError):
        compare(before, [])


def many(rows: list[Row], copies: int) -> list[Row]:
    """The rows repeated under new ids: a set large enough for a test to have power."""
    return [
        row.model_copy(update={"question": row.question.model_copy(update={"id": f"{row.question.id}-{n}"})})
        for row in rows
        for n in range(copies)
    ]


def test_the_gate_passes_an_unchanged_system_and_stops_a_regression(tmp_path: Path) -> None:
    good = scored(evaluate(QUESTIONS, LittleSystem(), tmp_path / "a", "k", Plan()))
    bad = scored(evaluate(QUESTIONS, LittleSystem(fail_on="cấp huyện"), tmp_path / "b", "k", Plan()))
    write_baseline(tmp_path / "baseline.json", many(good, 6))
    baseline = read_baseline(tmp_path / "baseline.json")
    console = Console(quiet=True)
    assert show(check(baseline, many(good, 6)), console)
    drops = {drop.key: drop for drop in check(baseline, many(bad, 6))}
    assert drops["accuracy"].significant
    assert drops["accuracy"].worse == tuple(f"support-{n}" for n in range(6))
    assert not show(list(drops.values()), console)
    assert show(check(baseline, many(good, 6) + many(bad, 1)), console)  # further questions do not matter
    with pytest.raises(InvalidInputError, match="models-5"):
        check(baseline, many(good, 5))
    with pytest.raises(InvalidInputError):
        read_baseline(tmp_path / "none.json")


def test_a_judge_model_gives_shares_and_ratings() -> None:
    answer = LittleAssistant().ask(Query(question=QUESTIONS[1].question))
    verdicts = '{"statements": [{"supported": true}, {"supported": false}, {"supported": true}]}'
    judge = Judge(FakeListChatModel(responses=[f"```json\n{verdicts}\n```", '{"rating": 3}']), "fake:judge")
    assert judge.scores("?", answer) == {"faithfulness": 2 / 3, "relevancy": 3 / 4}
    unusable = Judge(FakeListChatModel(responses=["Tôi nghĩ là đúng.", '{"rating": "cao"}']), "fake:judge")
    assert unusable.scores("?", answer) == {}


@pytest.fixture
def server() -> Iterator[str]:
    """The API over the small assistant, on a free port."""
    running = uvicorn.Server(uvicorn.Config(create_app(LittleAssistant()), port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


def test_a_running_server_is_evaluated_over_its_api(server: str, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text("".join(f"{question.model_dump_json()}\n" for question in QUESTIONS), encoding="utf-8")
    out = run(Options(file, url=server, out=tmp_path / "out", workers=2), Settings(data_dir=tmp_path))
    rows = {row.question.id: row for row in read_rows(out)}
    assert rows["support"].scores["accuracy"] == 1.0
    assert rows["weather"].abstained
    assert rows["models"].hits[0].source == REPORT.source
    assert {"results.jsonl", "summary.json", "report.html", "run.json"} <= {file.name for file in out.iterdir()}
    run(Options(file, url=server, out=out), Settings(data_dir=tmp_path))  # a server may have changed: asked anew


def test_a_server_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigurationError, match=r"http://127\.0\.0\.1:9"):
        HttpSystem("http://127.0.0.1:9").ask(Query(question="?"))
