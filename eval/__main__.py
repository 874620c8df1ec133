"""`python -m eval`: run, score, compare, gate, bench, generate, feedback, fit."""

from __future__ import annotations

import random
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vectorstore.errors import PolicyError

app = typer.Typer(
    help="Đo chất lượng trợ lý trên văn bản và câu hỏi của chính đơn vị · Measure the assistant on your own documents",
    no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip
SAMPLE = Path(__file__).parent / "sample"
BENCHMARKS = (
    "embed",
    "ingest",
    "metadata",
    "ask",
    "verify",
    "load",
    "chat",
    "scale",
    "graph",
    "sizing",
    "start",
    "faults",
    "soak",
)
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
Questions = Annotated[Path, typer.Option(help="JSON lines, SQuAD JSON, CSV/XLSX, BEIR folder, corpus+queries folder")]
Corpus = Annotated[Path | None, typer.Option(help="Folder of documents, or corpus.jsonl")]
Seed = Annotated[int, typer.Option(help="Seed of samples and intervals")]


@app.command()
def run(
    questions: Questions,
    corpus: Corpus = None,
    url: Annotated[str | None, typer.Option(help="A running server instead of an index of one's own")] = None,
    out: Annotated[Path | None, typer.Option(help="Result folder; default eval-results/<set>-<key>")] = None,
    cache: Annotated[Path | None, typer.Option(help="Where indexes are kept; default: cache beside --out")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Questions asked at a time")] = 1,
    seed: Seed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask a random sample of this many")] = None,
    k: Annotated[int, typer.Option(min=10, max=50, help="Passages recorded for each question")] = 20,
    retrieval_only: Annotated[bool, typer.Option(help="Search only, ask for no answers")] = False,
    fresh: Annotated[bool, typer.Option(help="Discard earlier results in --out")] = False,
    judge: Annotated[str | None, typer.Option(help="Judge model: provider:model, or ragas:provider:model")] = None,
    price_in: Annotated[float, typer.Option(help="Price of a million input tokens")] = 0.0,
    price_out: Annotated[float, typer.Option(help="Price of a million output tokens")] = 0.0,
) -> None:
    """Hỏi mọi câu trong bộ câu hỏi và viết báo cáo · Ask every question and write the report."""
    from eval.run import Options
    from eval.run import run as evaluate
    from eval.summary import Prices
    from eval.terminal import print_summary

    prices = Prices(price_in, price_out)
    options = Options(
        questions, corpus, url, out, cache, workers, seed, limit, k, retrieval_only, fresh, judge, prices
    )  # fmt: skip
    print_summary(evaluate(options))


@app.command()
def score(results: Path) -> None:
    """Chấm lại kết quả đã có, không hỏi lại · Score recorded results again."""
    from eval.run import rescore
    from eval.terminal import print_summary

    rescore(results)
    print_summary(results)


@app.command()
def compare(before: Path, after: Path, seed: Seed = 0) -> None:
    """So sánh hai lượt chạy · Compare two runs question by question."""
    from eval.compare import show

    show(before, after, seed, Console())


@app.command()
def gate(
    baseline: Annotated[Path, typer.Option(help="Recorded outcomes")] = SAMPLE / "baseline.json",
    results: Annotated[Path | None, typer.Option(help="A finished run; default: run the sample set now")] = None,
    update: Annotated[bool, typer.Option(help="Record this run as the baseline")] = False,
    repeat: Annotated[int, typer.Option(min=1, help="Ask this many times over; every time must pass")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Questions asked at a time")] = 1,
    seed: Seed = 0,
) -> None:
    """Thất bại (mã 1) khi chất lượng giảm rõ rệt so với mốc · Exit 1 on a significant drop."""
    from eval.gate import check, read_baseline, run_twice, show, write_baseline
    from eval.records import read_rows
    from eval.run import Options

    passed = 0
    for number in range(repeat):
        fresh, own = repeat > 1, seed + number  # the seed draws the sign flips of the test
        options = Options(SAMPLE / "questions.jsonl", SAMPLE / "documents", workers=workers, seed=seed, fresh=fresh)
        rows = read_rows(results) if results else run_twice(options)
        if update:
            write_baseline(baseline, rows)
            return
        passed += show(check(read_baseline(baseline), rows, own), Console())
    if repeat > 1:
        Console().print(f"{passed}/{repeat} lượt đạt · runs passed")
    if passed < repeat:
        raise typer.Exit(1)


@app.command()
def generate(
    corpus: Annotated[Path, typer.Option(help="Folder of documents, or corpus.jsonl")],
    out: Annotated[Path, typer.Option(help="Question set to write")] = Path("draft-questions.jsonl"),
    per_kind: Annotated[int, typer.Option(min=1, help="Most questions of each kind")] = 20,
    seed: Seed = 0,
    chat: Annotated[str | None, typer.Option(help="Chat model that also drafts, provider:model")] = None,
    near_misses_of: Annotated[
        Path | None, typer.Option(help="A question set: only near misses of its answerable questions are made")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where indexes are kept")] = Path("eval-results/cache"),
) -> None:
    """Soạn nháp bộ câu hỏi từ văn bản để người rà soát · Draft a question set for human review."""
    from assistant.settings import load_settings
    from eval.corpus import open_corpus
    from eval.datasets import load_questions, write_questions
    from eval.generate import generate as draft
    from eval.judge import open_chat_model
    from eval.near_misses import near_misses
    from eval.systems import open_local

    model = open_chat_model(chat) if chat else None
    with closing(open_local(load_settings(), open_corpus(corpus, ()), cache)) as system:
        documents = system.assistant.store.documents()
        if near_misses_of:
            made = list(near_misses(load_questions(near_misses_of).questions, documents, random.Random(seed)))
        else:
            made = draft(documents, per_kind, seed, model)
    write_questions(out, made)
    Console().print(f"{out}: {len(made)} câu nháp, cần người rà soát · drafts to be reviewed")


@app.command()
def feedback(source: Path, out: Path) -> None:
    """Chuyển phản hồi của người dùng thành bộ câu hỏi nháp · Turn reader feedback into draft questions."""
    from eval.datasets import write_questions
    from eval.feedback import read_feedback

    found = read_feedback(source)
    write_questions(out, found.questions)
    Console().print(f"{out}: {len(found.questions)} câu · questions")
    for problem in found.problems:
        Console(stderr=True).print(problem, style="yellow", highlight=False)


@app.command(context_settings=PASS_ON)
def bench(context: typer.Context, name: Annotated[str, typer.Argument(help=" | ".join(BENCHMARKS))]) -> None:
    """Đo tốc độ và so với bộ LangChain + Chroma thông dụng · Benchmarks against the stock stack."""
    if name not in BENCHMARKS:
        raise typer.BadParameter(f"{name}: {' | '.join(BENCHMARKS)}")
    raise typer.Exit(import_module(f"eval.bench.{name}").main(context.args) or 0)


@app.command(context_settings=PASS_ON)
def fit(context: typer.Context) -> None:
    """Hiệu chỉnh độ tin cậy trên câu hỏi có đáp án · Fit the calibration."""
    raise typer.Exit(import_module("eval.fit").main(context.args) or 0)


def main() -> None:
    """Run the command line; an expected error becomes two lines and its exit code."""
    try:
        app()
    except PolicyError as error:
        console = Console(stderr=True)
        console.print(f"Lỗi: {error}", style="red", highlight=False, markup=False)
        console.print(f"Error: {error.english}", style="red", highlight=False, markup=False)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
