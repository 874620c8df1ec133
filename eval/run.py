"""`python -m eval run`: read the set, open the system, ask, score, summarise, report."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.settings import Settings, load_settings
from eval.corpus import code_digest, open_corpus
from eval.datasets import Question, QuestionSet, load_questions, sample
from eval.environment import environment
from eval.judge import RAGAS, Judge, open_chat_model
from eval.records import Row, read_rows, write_rows
from eval.report import write_report
from eval.runner import RESULTS, RUN, Plan, evaluate, run_key
from eval.scoring import Chain, score_row, verifier
from eval.summary import Prices, summarise
from eval.systems import System, open_local, open_url
from vectorstore.errors import InvalidInputError

CODE = ("assistant", "ingest", "prompts", "vectorstore")
SUMMARY = "summary.json"


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of a run. `out` None: eval-results/<set>-<key>; `cache` None: `cache` beside `out`."""

    questions: Path
    corpus: Path | None = None
    url: str | None = None
    out: Path | None = None
    cache: Path | None = None
    workers: int = 1
    seed: int = 0
    limit: int | None = None
    k: int = 20
    retrieval_only: bool = False
    fresh: bool = False
    judge: str | None = None
    prices: Prices = field(default_factory=Prices)
    model: BaseChatModel | None = None  # answers in place of the configured chat model


def run(options: Options, settings: Settings | None = None) -> Path:
    """Evaluate and write results.jsonl, summary.json and report.html; returns the folder that holds them."""
    settings = settings or load_settings()
    found = load_questions(options.questions)
    questions = sample(found.questions, options.limit, options.seed)
    config = _config(options, settings, found)
    key = run_key(questions, config)
    out = options.out or Path("eval-results") / f"{_name(options.questions)}-{key[:8]}"
    if options.fresh or _finished_on_server(options, out):
        for old in (RESULTS, RUN, SUMMARY):
            (out / old).unlink(missing_ok=True)
    judge = _judge(options.judge, settings) if options.judge else None
    plan = Plan(options.k, options.workers, found.retrieval_only or options.retrieval_only, judge)
    rows, unread = _ask(questions, found, options, settings, out, key, plan)
    note = {
        "name": _name(options.questions),
        "target": options.url or str(options.corpus or options.questions),
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "key": key,
        "config": config,
        "judge": options.judge,
        "chain": [settings.retrieve_k, settings.answer_threshold],
        "prices": [options.prices.input, options.prices.output],
        "environment": environment(),
        "problems": [*found.problems, *unread],
    }
    (out / RUN).write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")
    conclude(out, rows, note)
    return out


def conclude(out: Path, rows: Sequence[Row], note: dict[str, Any]) -> dict[str, Any]:
    """Score `rows` and write all three files; also what `python -m eval score` does with recorded rows."""
    name, entails = verifier()
    scored = [score_row(row, entails, Chain(*note["chain"])) for row in rows]
    write_rows(out / RESULTS, scored)
    summary = summarise(scored, note["config"]["seed"], Prices(*note["prices"]))
    summary["problems"] = note["problems"]
    summary["run"] = {key: value for key, value in note.items() if key not in ("problems", "prices", "chain")}
    summary["run"]["entailment"] = name
    (out / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")
    write_report(out, scored, summary)
    return summary


def rescore(out: Path) -> dict[str, Any]:
    """Score recorded rows again with today's measures, without asking anything."""
    file = out / RUN
    note = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if "config" not in note:
        raise InvalidInputError(
            f"{out} không giữ một lượt chạy đã xong (thiếu {RUN}).", f"{out} holds no finished run ({RUN} is missing)."
        )
    return conclude(out, read_rows(out), note)


def _ask(
    questions: Sequence[Question],
    found: QuestionSet,
    options: Options,
    settings: Settings,
    out: Path,
    key: str,
    plan: Plan,
) -> tuple[list[Row], tuple[str, ...]]:
    """The rows, and the documents that could not be read."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True))
    with bar, closing(_system(options, settings, found, out, _bar(bar, "Lập chỉ mục · indexing"))) as system:
        rows = evaluate(questions, system, out, key, plan, _bar(bar, "Hỏi · asking"))
        return rows, system.problems


def _judge(name: str, settings: Settings) -> Judge:
    """The judge model by its name; `ragas:provider:model` judges by ragas' own prompts and formulas."""
    if not name.startswith(RAGAS):
        return Judge(open_chat_model(name), name)
    from assistant.wiring import open_embeddings
    from eval.ragas_judge import RagasJudge

    return RagasJudge(open_chat_model(name.removeprefix(RAGAS)), open_embeddings(settings), name)


def _bar(bar: Progress, title: str) -> Callable[[int, int], None]:
    task = bar.add_task(title, total=None)
    return lambda done, total: bar.update(task, completed=done, total=total)


def _system(
    options: Options, settings: Settings, found: QuestionSet, out: Path, progress: Callable[[int, int], None]
) -> System:
    if options.url:
        return open_url(options.url)
    cache = options.cache or out.parent / "cache"
    return open_local(settings, open_corpus(options.corpus, found.passages), cache, progress, options.model)


def _config(options: Options, settings: Settings, found: QuestionSet) -> dict[str, Any]:
    """Everything besides the questions that decides what comes back."""
    config: dict[str, Any] = {"seed": options.seed, "limit": options.limit, "k": options.k, "judge": options.judge}
    config["retrieval_only"] = found.retrieval_only or options.retrieval_only
    if options.url:
        return config | {"url": options.url}
    fields = settings.model_dump(
        mode="json", exclude={"data_dir", "host", "port", "chat_api_key", "chroma_url", "search_url", "search_token"}
    )
    corpus = open_corpus(options.corpus, found.passages)
    if options.model is not None:
        config["model"] = options.model._llm_type
    return config | {"settings": fields, "corpus": corpus.digest, "code": code_digest(*CODE)}


def _finished_on_server(options: Options, out: Path) -> bool:
    """A finished run against a server says nothing about the server of now; an interrupted one is continued."""
    file = out / RUN
    scored = file.exists() and (out / SUMMARY).exists()  # written last
    return bool(options.url) and scored and "config" in json.loads(file.read_text(encoding="utf-8"))


def _name(questions: Path) -> str:
    return questions.stem if questions.stem != "questions" else questions.resolve().parent.name
