"""Asking every question and recording what came back: resumable, parallel, in the set's order when done."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.types import Query, Turn
from eval.datasets import Question
from eval.judge import Judge
from eval.records import Row, line, read_rows, write_rows
from eval.systems import System
from vectorstore.errors import InvalidInputError, PolicyError

RESULTS = "results.jsonl"
RUN = "run.json"
OnRow = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does with each question. `k` passages are recorded; `retrieval_only` asks for no answers."""

    k: int = 20
    workers: int = 1
    retrieval_only: bool = False
    judge: Judge | None = None


def run_key(questions: Sequence[Question], config: dict[str, Any]) -> str:
    """Runs have the same key if they ask the same questions of the same documents, code and settings."""
    asked = [question.model_dump(mode="json") for question in questions]
    return hashlib.sha256(json.dumps([asked, config], sort_keys=True, default=str).encode()).hexdigest()


def evaluate(
    questions: Sequence[Question], system: System, out: Path, key: str, plan: Plan, on_row: OnRow | None = None
) -> list[Row]:
    """Ask what is not yet in `out`/results.jsonl and return all rows in the order of `questions`.

    A row is written as soon as it is known, so an interrupted run continues where it stopped; rows that failed are
    asked again. Raises InvalidInputError if `out` holds the rows of another run.
    """
    kept = {row.question.id: row for row in begin(out, key) if row.error is None}
    waiting = [question for question in questions if question.id not in kept]
    file = out / RESULTS
    write_rows(file, kept.values())
    with file.open("a", encoding="utf-8") as results, ThreadPoolExecutor(plan.workers) as pool:
        for row in pool.map(lambda question: ask(question, system, plan), waiting):
            kept[row.question.id] = row
            results.write(line(row))
            results.flush()
            if on_row:
                on_row(len(kept), len(questions))
    rows = [kept[question.id] for question in questions]
    write_rows(file, rows)
    return rows


def begin(out: Path, key: str) -> list[Row]:
    """Make `out` the folder of run `key`; returns the rows that run has already written there."""
    out.mkdir(parents=True, exist_ok=True)
    note = out / RUN
    if note.exists() and json.loads(note.read_text(encoding="utf-8"))["key"] != key:
        raise InvalidInputError(
            f"{out} đang giữ kết quả của một lượt chạy khác; hãy chọn thư mục khác bằng --out hoặc thêm --fresh.",
            f"{out} holds the results of another run; name another folder with --out, or add --fresh.",
        )
    note.write_text(json.dumps({"key": key}), encoding="utf-8")
    return _whole_rows(out / RESULTS) if (out / RESULTS).exists() else []


def _whole_rows(file: Path) -> list[Row]:
    """Rows of an interrupted run; a last line cut off in the middle is dropped."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.rfind("\n") + 1], encoding="utf-8")
    return read_rows(file)


def ask(question: Question, system: System, plan: Plan) -> Row:
    """One row: the answer with its wall-clock time, then the ranked passages for the question as it was understood."""
    try:
        return _ask(question, system, plan)
    except PolicyError as error:
        return Row(question=question, error=f"{type(error).__name__}: {error.english}")
    except Exception as error:  # any failure of the system under test is a result, and must not end the run
        return Row(question=question, error=f"{type(error).__name__}: {error}")


def _ask(question: Question, system: System, plan: Plan) -> Row:
    if plan.retrieval_only:
        started = time.perf_counter()
        hits = system.search(question.question, plan.k, question.as_of)
        return Row(question=question, hits=tuple(hits), ingested=system.holds(question), latency_ms=_ms(started))
    query = Query(question=question.question, history=_turns(question), as_of=question.as_of)
    started = time.perf_counter()
    answer, tokens = system.ask(query)
    taken = _ms(started)
    hits = system.search(answer.standalone_question or question.question, plan.k, question.as_of)
    return Row(
        question=question,
        answer=answer,
        hits=tuple(hits),
        ingested=system.holds(question),
        latency_ms=taken,
        tokens=tokens,
        judge=plan.judge.scores(answer.standalone_question, answer) if plan.judge else {},
    )


def _turns(question: Question) -> tuple[Turn, ...]:
    return tuple(
        turn
        for asked, answered in question.history
        for turn in (Turn(role="user", content=asked), Turn(role="assistant", content=answered))
    )


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
