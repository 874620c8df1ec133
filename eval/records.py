"""One evaluated question: what was asked and expected, what came back, and the scores computed from both."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.types import Answer, SearchHit
from eval.datasets import Question
from vectorstore.errors import InvalidInputError

Scores = dict[str, float | None]


class Tokens(BaseModel):
    """What a chat model read and wrote for one question, in its own tokens."""

    input: int = 0
    output: int = 0


class Row(BaseModel):
    """A line of `results.jsonl`. Everything needed to score again without asking again."""

    model_config = ConfigDict(extra="forbid")

    question: Question
    answer: Answer | None = None  # None: retrieval only, or the question failed with `error`
    hits: tuple[SearchHit, ...] = ()  # ranked passages for the standalone question
    ingested: bool | None = None  # an expected source is stored and holds every fact; None: cannot be told
    latency_ms: float = 0.0  # wall clock of asking
    tokens: Tokens | None = None
    error: str | None = None
    judge: dict[str, float] = {}  # scores given by a judge model, 0..1
    scores: Scores = {}
    lost_at: str | None = None  # the stage that lost the answer; None: right

    @property
    def given(self) -> str:
        """The answer's text; empty where there is none."""
        return self.answer.answer if self.answer else ""

    @property
    def abstained(self) -> bool:
        return self.answer is not None and self.answer.status == "abstained"

    @property
    def answered(self) -> bool:
        return self.answer is not None and self.answer.status == "answered"


def read_rows(path: Path) -> list[Row]:
    """Rows of a `results.jsonl` or of the folder that has one; raises InvalidInputError naming the line."""
    file = path / "results.jsonl" if path.is_dir() else path
    if not file.is_file():
        raise InvalidInputError(f"Không có kết quả {file}.", f"There are no results {file}.")
    rows = []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                rows.append(Row.model_validate_json(line))
            except ValidationError as error:
                raise InvalidInputError(
                    f"{file}:{number} không phải một dòng kết quả: {error.errors()[0]['msg']}.",
                    f"{file}:{number} is not a result row: {error.errors()[0]['msg']}.",
                ) from error
    return rows


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write all rows, replacing the file in one step."""
    draft = path.with_suffix(".tmp")
    draft.write_text("".join(line(row) for row in rows), encoding="utf-8")
    draft.replace(path)


def line(row: Row) -> str:
    """A row as one JSON line, with its newline."""
    return json.dumps(row.model_dump(mode="json"), ensure_ascii=False) + "\n"
