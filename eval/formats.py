"""Readers for the formats that other people's question sets come in: SQuAD JSON, BEIR and passage folders, tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from eval.datasets import Passage, Question, QuestionSet, Reader, file_name, json_lines, question_of
from vectorstore.errors import InvalidInputError

_HEADERS = {
    "question": {"question", "câu hỏi", "cau hoi", "hỏi"},
    "answer": {"answer", "câu trả lời", "trả lời", "đáp án", "cau tra loi", "dap an"},
    "source": {"source", "nguồn", "nguon", "tài liệu", "văn bản", "file"},
    "kind": {"kind", "loại", "loai"},
    "id": {"id", "stt", "số thứ tự"},
}


def read_squad(path: Path) -> QuestionSet:
    """SQuAD 1.1/2.0, XQuAD, MLQA or ViQuAD JSON. Every context becomes a passage `<file>-<article>-<paragraph>`."""
    try:
        articles = json.loads(path.read_text(encoding="utf-8-sig"))["data"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InvalidInputError(
            f'{path} không phải JSON kiểu SQuAD (cần khóa "data"): {error}.',
            f'{path} is not SQuAD-style JSON (it needs the key "data"): {error}.',
        ) from error
    reader = Reader()
    for article_number, article in enumerate(articles):
        for number, paragraph in enumerate(article.get("paragraphs", [])):
            passage_id = f"{path.stem}-{article_number:03d}-{number:03d}"
            reader.passages.append(Passage(passage_id, str(article.get("title", "")), paragraph["context"]))
            for position, qa in enumerate(paragraph.get("qas", [])):
                place = f"{path.name}: data[{article_number}].paragraphs[{number}].qas[{position}]"
                reader.add(place, partial(_squad_question, qa, passage_id))
    return reader.done()


def _squad_question(qa: dict[str, Any], passage_id: str) -> Question:
    answers = [answer["text"] for answer in qa.get("answers", [])]
    impossible = bool(qa.get("is_impossible", False)) or not answers
    return question_of(
        {"id": qa["id"], "question": qa["question"], "answers": answers, "doc_ids": [passage_id],
         "is_impossible": impossible}
    )  # fmt: skip


def read_folder(path: Path) -> QuestionSet:
    """A BEIR folder (with `qrels/`), or `corpus.jsonl` + `queries.jsonl` with answers."""
    if (path / "qrels").is_dir():
        return _read_beir(path)
    reader = Reader()
    if not (path / "queries.jsonl").is_file():
        raise InvalidInputError(
            f"Thư mục {path} không có queries.jsonl nên không phải bộ câu hỏi.",
            f"Folder {path} has no queries.jsonl, so it is not a question set.",
        )
    for place, record in json_lines(path / "queries.jsonl", reader.problems):
        reader.add(place, partial(question_of, record))
    if (path / "corpus.jsonl").is_file():
        reader.passages.extend(read_passages(path / "corpus.jsonl", reader.problems))
    return reader.done()


def read_passages(path: Path, problems: list[str]) -> Iterator[Passage]:
    """Rows {id or _id, title, text} of a passage file."""
    for place, record in json_lines(path, problems):
        identifier = record.get("_id", record.get("id"))
        if identifier is None or not str(record.get("text", "")).strip():
            problems.append(f"{place}: a passage needs id and text")
            continue
        yield Passage(str(identifier), str(record.get("title") or ""), str(record["text"]))


def _read_beir(path: Path) -> QuestionSet:
    reader = Reader()
    judged = _qrels(path / "qrels", reader.problems)
    for place, record in json_lines(path / "queries.jsonl", reader.problems):
        query_id = str(record.get("_id", record.get("id")))
        gains = judged.get(query_id)
        if gains:  # queries of other splits have no judgements
            reader.add(place, partial(_beir_question, query_id, record, gains))
    reader.passages.extend(read_passages(path / "corpus.jsonl", reader.problems))
    return reader.done(retrieval_only=True)


def _beir_question(query_id: str, record: dict[str, Any], gains: dict[str, int]) -> Question:
    return Question(id=query_id, kind="retrieval", question=record["text"], relevance=gains)


def _qrels(folder: Path, problems: list[str]) -> dict[str, dict[str, int]]:
    """Judgements of the test split, else of the first split there is: query id -> file name -> grade above 0."""
    files = sorted(folder.glob("*.tsv"), key=lambda file: (file.stem != "test", file.name))
    if not files:
        raise InvalidInputError(f"Không có tệp qrels (*.tsv) trong {folder}.", f"No qrels (*.tsv) in {folder}.")
    judged: dict[str, dict[str, int]] = {}
    with files[0].open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), start=1):
            try:
                query_id, document_id, grade = row[0], row[1], int(row[2])
            except (IndexError, ValueError):
                if number > 1:  # the first line is the header
                    problems.append(f"{files[0].name}:{number}: expected query-id, corpus-id, score")
                continue
            if grade > 0:
                judged.setdefault(query_id, {})[file_name(document_id)] = grade
    return judged


def read_table(path: Path) -> QuestionSet:
    """CSV, TSV or XLSX with columns question, answer, source (also kind, id), headed in English or Vietnamese.

    In an answer cell every line is one fact, and `|` separates alternatives of a fact; an empty cell means that the
    documents do not answer the question. Sources are separated by `;` or a new line.
    """
    rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    _, header = next(rows, (0, []))
    columns = {
        name: position
        for position, title in enumerate(header)
        for name, titles in _HEADERS.items()
        if title.strip().lower() in titles
    }
    if "question" not in columns:
        raise InvalidInputError(
            f'{path} không có cột "question" (hoặc "câu hỏi"); các cột hiện có: {", ".join(header) or "-"}.',
            f'{path} has no column "question"; its columns are: {", ".join(header) or "-"}.',
        )
    reader = Reader()
    for number, row in rows:
        cells = {name: row[position].strip() if position < len(row) else "" for name, position in columns.items()}
        if any(cells.values()):
            reader.add(f"{path.name}:{number}", partial(_table_question, cells, number))
    return reader.done()


def _table_question(cells: dict[str, str], number: int) -> Question:
    answer = cells.get("answer", "")
    facts = tuple(
        tuple(part.strip() for part in line.split("|") if part.strip()) for line in answer.splitlines() if line.strip()
    )
    sources = tuple(part.strip() for part in re.split(r"[;\n]", cells.get("source", "")) if part.strip())
    return Question(
        id=cells.get("id") or f"row-{number}",
        kind=cells.get("kind") or ("question" if facts else "unanswerable"),
        question=cells["question"],
        answerable=bool(facts),
        facts=facts,
        sources=sources if facts else (),
    )


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    text = path.read_text(encoding="utf-8-sig")
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    for row in reader:
        yield reader.line_num, row


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, ["" if cell is None else str(cell) for cell in row]
    finally:
        book.close()
