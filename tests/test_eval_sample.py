"""The evaluation of the real assistant over the sample documents: one command, resumed for free, gated."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from assistant.chain import PolicyAssistant
from assistant.generation import Generator
from assistant.generation.verifying import verify_passages
from assistant.retrieval import LEXICAL_WEIGHT, PolicyRetriever
from assistant.settings import Settings
from assistant.verification import Verdict
from eval.careless import CarelessModel, careless_answer
from eval.corpus import open_corpus
from eval.datasets import load_questions
from eval.drafts import draft
from eval.gate import check, read_baseline, run_twice, show, write_baseline
from eval.generate import generate
from eval.records import Row, read_rows
from eval.run import Options, run
from eval.runner import Plan, evaluate
from eval.scoring import score_row, verifier
from eval.systems import LocalSystem, open_local
from eval.textmatch import contains
from vectorstore.store import Store

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE = REPOSITORY / "eval" / "sample"


@pytest.fixture(scope="module")
def settings(models_dir: Path) -> Settings:
    return Settings(data_dir=models_dir)


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = tmp_path_factory.mktemp("eval")
    return Options(SAMPLE / "questions.jsonl", SAMPLE / "documents", out=folder / "sample", cache=folder / "cache")


@pytest.fixture(scope="module")
def results(options: Options, settings: Settings) -> Path:
    """The sample set, asked once for all tests here."""
    return run(options, settings)


@pytest.fixture(scope="module")
def baseline(results: Path) -> dict[str, dict[str, float]]:
    file = results.parent / "baseline.json"
    write_baseline(file, read_rows(results))
    return read_baseline(file)


def passes(baseline: dict[str, dict[str, float]], rows: Sequence[Row]) -> bool:
    return show(check(baseline, rows), Console(quiet=True))


def test_the_sample_run_has_every_row_figure_and_file(results: Path) -> None:
    rows = read_rows(results)
    asked = load_questions(SAMPLE / "questions.jsonl").questions
    assert [row.question for row in rows] == list(asked)
    assert not [row.error for row in rows if row.error]
    assert all(row.hits and row.latency_ms > 0 for row in rows)
    assert all(row.ingested for row in rows if row.question.answerable), "the corpus holds every expected fact"
    summary = json.loads((results / "summary.json").read_text(encoding="utf-8"))
    for key in (
        "accuracy",
        "mrr@10",
        "citation_recall",
        "unsupported_rate",
        "abstention_f1",
        "auroc_answerable",
        "ece",
    ):
        assert summary["overall"][key]["low"] <= summary["overall"][key]["value"] <= summary["overall"][key]["high"]
    assert summary["breakdowns"]["unaccented"]["accuracy"]["n"] >= 5
    assert (results / "report.html").stat().st_size > 50_000


def test_the_same_run_again_asks_nothing_and_gives_the_same_report(
    results: Path, options: Options, settings: Settings
) -> None:
    before = (results / "results.jsonl").read_bytes()
    run(options, settings)
    assert (results / "results.jsonl").read_bytes() == before  # latencies too: nothing was asked again


def test_an_unchanged_system_passes_when_it_is_asked_again(
    results: Path, options: Options, settings: Settings, baseline: dict[str, dict[str, float]]
) -> None:
    again = run(replace(options, out=results.parent / "again", workers=2), settings)
    assert passes(baseline, read_rows(again))


def test_the_committed_baseline_holds(results: Path, options: Options, settings: Settings) -> None:
    rows = run_twice(options, settings)
    careless = [row for row in rows if row.question.id.startswith("careless-")]
    assert len(careless) == len(rows) / 2
    assert any("chứng thực" in notice for row in careless if row.answer for notice in row.answer.notices)
    drops = check(read_baseline(SAMPLE / "baseline.json"), rows)
    assert show(drops, Console()), "significantly worse than eval/sample/baseline.json"


def test_verification_switched_off_is_caught(
    results: Path, options: Options, settings: Settings, tmp_path: Path
) -> None:
    assert options.cache is not None
    questions = load_questions(SAMPLE / "questions.jsonl").questions[:40]
    entails, model = verifier()[1], CarelessModel()
    runs = []
    with closing(open_local(settings, open_corpus(SAMPLE / "documents", ()), options.cache)) as system:
        for name, verify in (("on", verify_passages), ("off", lambda claim, passages: Verdict(True, (), 1.0))):
            system.assistant.generator = Generator(model, max_context_tokens=6000, timeout_s=60, verify=verify)
            rows = evaluate(questions, system, tmp_path / name, name, Plan())
            runs.append([score_row(row, entails) for row in rows])
    before, after = runs
    write_baseline(tmp_path / "on.json", before)
    drops = {drop.key: drop for drop in check(read_baseline(tmp_path / "on.json"), after)}
    assert drops["supported"].significant
    assert drops["facts"].significant


class DenseOnly(Store):
    """A planted fault: lexical search finds nothing."""

    def by_words(self, *_: object, **__: object) -> list[tuple[str, float]]:
        return []


@pytest.mark.parametrize(
    ("weight", "words"),
    [(LEXICAL_WEIGHT, False), (0.0, True), (-0.5, True)],
    ids=["no lexical search", "fusion weight 0", "fusion weight of the wrong sign"],
)
def test_worse_retrieval_is_caught(
    options: Options,
    settings: Settings,
    baseline: dict[str, dict[str, float]],
    tmp_path: Path,
    weight: float,
    words: bool,
) -> None:
    assert options.cache is not None
    with closing(open_local(settings, open_corpus(SAMPLE / "documents", ()), options.cache)) as system:
        whole, store = system.assistant, copy(system.assistant.store)
        store.__class__ = Store if words else DenseOnly
        faulty = PolicyAssistant(store, PolicyRetriever(store=store, lexical_weight=weight), whole.calibration)
        questions = load_questions(SAMPLE / "questions.jsonl").questions
        rows = evaluate(questions, LocalSystem(faulty), tmp_path, "faulty", Plan())
    entails = verifier()[1]
    assert not passes(baseline, [score_row(row, entails) for row in rows])


def test_the_careless_model_is_wrong_and_cites() -> None:
    prompt = '<nguon so="1" ky_hieu="x">\nKhông có số.\n</nguon>\n<nguon so="2">\nCả tỉnh có 183.676 mô hình.\n</nguon>'
    assert careless_answer([prompt]) == "Cả tỉnh có 183.677 mô hình [2]."
    assert careless_answer(["<nguon>"]) == "KHÔNG_CÓ"
    assert CarelessModel().invoke(prompt).content == "Cả tỉnh có 183.677 mô hình [2]."


def test_the_command_line_gates_and_explains(results: Path, tmp_path: Path) -> None:
    rows = read_rows(results)
    write_baseline(tmp_path / "baseline.json", rows)
    command = [sys.executable, "-m", "eval", "gate", "--results", str(results), "--baseline"]
    assert subprocess.run([*command, str(tmp_path / "baseline.json")], cwd=REPOSITORY, check=False).returncode == 0
    better = {row.question.id: {"accuracy": 1.0} for row in rows}
    (tmp_path / "better.json").write_text(json.dumps(better), encoding="utf-8")
    fallen = subprocess.run([*command, str(tmp_path / "better.json")], cwd=REPOSITORY, check=False, capture_output=True)
    assert fallen.returncode == (1 if sum(row.scores["accuracy"] != 1.0 for row in rows) >= 5 else 0)
    absent = subprocess.run(
        [sys.executable, "-m", "eval", "run", "--questions", "no-such-set.jsonl"], cwd=REPOSITORY, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert absent.returncode == 2
    assert "no-such-set.jsonl" in absent.stderr
    assert "Traceback" not in absent.stderr


def test_drafts_from_the_sample_documents(options: Options, settings: Settings, results: Path) -> None:
    assert options.cache is not None
    with closing(open_local(settings, open_corpus(SAMPLE / "documents", ()), options.cache)) as system:
        documents = system.assistant.store.documents()
    made = generate(documents, per_kind=10, seed=2)
    kinds = {kind: [question for question in made if question.kind == kind] for kind in {q.kind for q in made}}
    assert all(len(kinds[kind]) >= 5 for kind in ("number", "date_place", "person", "symbol"))
    assert sum(not question.answerable for question in made) >= 5
    texts = {document.source: document.text for document in documents}
    for question in made:
        if question.answerable:
            assert contains(" ".join(texts[question.sources[0]].split()), question.facts[0][0])
    assert len({question.sources for question in kinds["number"]}) > 5  # spread over the documents
    assert next(draft("Toàn tỉnh có 12 huyện đã hoàn thành kế hoạch.", "BC"))
