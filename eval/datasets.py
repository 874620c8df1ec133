"""Question sets: what a question with its expected answer is, and reading a set in any of the formats offices have.

`load_questions` tells the format by the path: JSON lines, SQuAD-style JSON, CSV/XLSX, a BEIR folder, or a folder of
`corpus.jsonl` + `queries.jsonl`. A bad row is reported by its line and the rest is kept.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vectorstore.errors import InvalidInputError

Facts = tuple[tuple[str, ...], ...]


class Question(BaseModel):
    """A question and what a right answer is: one alternative of every fact, citing one of the sources."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str = "question"
    question: str = Field(min_length=1)
    history: tuple[tuple[str, str], ...] = ()  # earlier (question, answer) pairs
    answerable: bool = True
    facts: Facts = ()
    sources: tuple[str, ...] = ()  # file names; citing any of them is right
    relevance: dict[str, int] = {}  # graded relevance by file name, for retrieval sets; empty: every source counts 1
    extractive: bool = False  # facts are exact spans of the source, so SQuAD's measures apply
    as_of: date | None = None
    draft: bool = False  # generated and not yet reviewed by a person
    evidence: str = ""  # for the reviewer: the sentence the question was made from

    @model_validator(mode="after")
    def _has_expectation(self) -> Question:
        if not self.answerable and (self.facts or self.sources):
            raise ValueError("an unanswerable question must have neither facts nor sources")
        if self.answerable and not (self.facts or self.sources or self.relevance):
            raise ValueError("an answerable question needs facts or sources")
        if any(not any(alternative.strip() for alternative in fact) for fact in self.facts):
            raise ValueError("every fact needs at least one alternative that is not empty")
        return self

    @property
    def gains(self) -> dict[str, int]:
        """Relevance of every file that matters: the given grades, else 1 for each source."""
        return self.relevance or dict.fromkeys(self.sources, 1)


@dataclass(frozen=True, slots=True)
class Passage:
    """A document that comes inside a question set; it is ingested as the file `file_name(id)`."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """What was read: the questions, the rows that could not be used, and the passages if the set brings its own."""

    questions: tuple[Question, ...]
    problems: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    retrieval_only: bool = False  # there are no answers to compare, only relevant documents


@dataclass
class Reader:
    """Collects rows; a row that raises is remembered by its place and skipped."""

    questions: list[Question] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def add(self, place: str, build: Callable[[], Question]) -> None:
        """Keep the question that `build` makes, or the reason why it cannot be made."""
        try:
            question = build()
        except ValidationError as error:
            detail = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'row'}: {e['msg']}" for e in error.errors())
            self.problems.append(f"{place}: {detail}")
        except (KeyError, TypeError, ValueError, IndexError) as error:
            self.problems.append(f"{place}: {type(error).__name__}: {error}")
        else:
            if question.id in self._ids:
                self.problems.append(f"{place}: id {question.id!r} is used twice")
                return
            self._ids.add(question.id)
            self.questions.append(question)

    def done(self, retrieval_only: bool = False) -> QuestionSet:
        return QuestionSet(tuple(self.questions), tuple(self.problems), tuple(self.passages), retrieval_only)


def file_name(passage_id: str) -> str:
    """The file a passage is ingested as: its id, made safe for a file system, plus .txt."""
    return quote(passage_id, safe=" ()+,;=@~") + ".txt"


def load_questions(path: Path) -> QuestionSet:
    """Read a question set; raises InvalidInputError when the path cannot be a set or no row of it can be used."""
    from eval.formats import read_folder, read_squad, read_table

    if not path.exists():
        raise InvalidInputError(f"Không có bộ câu hỏi {path}.", f"There is no question set {path}.")
    if path.is_dir():
        found = read_folder(path)
    elif path.suffix.lower() in {".csv", ".tsv", ".xlsx"}:
        found = read_table(path)
    elif path.suffix.lower() == ".json":
        found = read_squad(path)
    else:
        found = _read_design_lines(path)
    if not found.questions:
        first = found.problems[0] if found.problems else "-"
        raise InvalidInputError(
            f"Bộ câu hỏi {path} không có dòng nào dùng được. Lỗi đầu tiên: {first}.",
            f"Question set {path} has no usable row. First problem: {first}.",
        )
    return found


def _read_design_lines(path: Path) -> QuestionSet:
    reader = Reader()
    for place, record in json_lines(path, reader.problems):
        reader.add(place, partial(question_of, record))
    return reader.done()


def question_of(record: dict[str, Any]) -> Question:
    """One row of a JSON lines set: the project's own form, or {id, question, answers, doc_ids, is_impossible}."""
    if "facts" in record or "answerable" in record:
        return Question.model_validate(record)
    impossible = bool(record.get("is_impossible", False))
    answers = tuple(dict.fromkeys(str(answer) for answer in record["answers"]))
    return Question(
        id=str(record["id"]),
        kind=str(record.get("kind") or ("unanswerable" if impossible else "extractive")),
        question=record["question"],
        answerable=not impossible,
        facts=() if impossible else (answers,),
        sources=() if impossible else tuple(file_name(str(name)) for name in record["doc_ids"]),
        extractive=True,
    )


def json_lines(path: Path, problems: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, object) of every line; a line that is not a JSON object is added to `problems`."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{path.name}:{number}"
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                problems.append(f"{place}: not JSON ({error.msg})")
                continue
            if isinstance(record, dict):
                yield place, record
            else:
                problems.append(f"{place}: not a JSON object")


def sample(questions: Sequence[Question], limit: int | None, seed: int) -> tuple[Question, ...]:
    """At most `limit` questions, drawn with `seed`, in their original order."""
    if limit is None or limit >= len(questions):
        return tuple(questions)
    chosen = sorted(random.Random(seed).sample(range(len(questions)), limit))
    return tuple(questions[position] for position in chosen)


def write_questions(path: Path, questions: Iterable[Question]) -> None:
    """Write a set as JSON lines, leaving out fields that have their default."""
    with path.open("w", encoding="utf-8") as out:
        for question in questions:
            record = question.model_dump(mode="json", exclude_defaults=True)
            keep = {"kind": question.kind, "history": record.get("history", []), "answerable": question.answerable}
            keep |= {"facts": record.get("facts", []), "sources": record.get("sources", [])}
            out.write(json.dumps(record | keep, ensure_ascii=False) + "\n")
