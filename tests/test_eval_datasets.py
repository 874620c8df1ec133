"""Reading question sets: every format gives the same kind of questions, and a bad row is named by its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from eval.corpus import open_corpus
from eval.datasets import load_questions, sample, write_questions
from vectorstore.errors import InvalidInputError


def lines(path: Path, *records: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), encoding="utf-8")
    return path


def test_json_lines_with_bad_rows(tmp_path: Path) -> None:
    good = {"id": "a", "kind": "number", "question": "Bao nhiêu?", "history": [["Hỏi", "Đáp [1]."]], "answerable": True,
            "facts": [["33", "ba mươi ba"], ["17"]], "sources": ["a.txt"]}  # fmt: skip
    refused = {
        "id": "b",
        "kind": "unanswerable",
        "question": "Thời tiết?",
        "answerable": False,
        "facts": [],
        "sources": [],
    }
    file = lines(
        tmp_path / "set.jsonl", good, "{not json", refused, "", {"id": "c", "question": "?", "facts": []}, good
    )
    found = load_questions(file)
    assert [question.id for question in found.questions] == ["a", "b"]
    assert found.questions[0].history == (("Hỏi", "Đáp [1]."),)
    assert found.questions[0].facts == (("33", "ba mươi ba"), ("17",))
    assert [problem.split(": ")[0] for problem in found.problems] == ["set.jsonl:2", "set.jsonl:5", "set.jsonl:6"]
    assert "needs facts or sources" in found.problems[1]
    assert "used twice" in found.problems[2]


def test_squad_json_with_unanswerable_questions(tmp_path: Path) -> None:
    paragraph = {
        "context": "Đội thua 308 điểm.",
        "qas": [
            {"id": "q1", "question": "Thua bao nhiêu?", "answers": [{"text": "308", "answer_start": 9}] * 2},
            {"id": "q2", "question": "Ai thắng?", "answers": [], "is_impossible": True},
            {"id": "q3", "answers": []},
        ],
    }
    file = tmp_path / "viquad.json"
    file.write_text(json.dumps({"data": [{"title": "Bóng đá", "paragraphs": [paragraph]}]}), encoding="utf-8")
    found = load_questions(file)
    first, second = found.questions
    assert (first.facts, first.sources, first.extractive) == ((("308",),), ("viquad-000-000.txt",), True)
    assert second.answerable is False
    assert "qas[2]" in found.problems[0]
    folder = open_corpus(None, found.passages).paths(tmp_path / "passages")[0]
    assert (folder / "viquad-000-000.txt").read_text(encoding="utf-8") == "Bóng đá\n\nĐội thua 308 điểm."


def test_passage_folder(tmp_path: Path) -> None:
    lines(
        tmp_path / "set" / "corpus.jsonl",
        {"id": "p/1", "title": "Tù chung thân", "text": "Tù chung thân\n\nlà …"},
        {"id": "p2"},
    )
    lines(tmp_path / "set" / "queries.jsonl",
          {"id": "q", "question": "?", "answers": ["07 năm"], "doc_ids": ["p/1"], "is_impossible": False})  # fmt: skip
    found = load_questions(tmp_path / "set")
    assert found.questions[0].sources == ("p%2F1.txt",)
    assert found.problems == ("corpus.jsonl:2: a passage needs id and text",)
    folder = open_corpus(None, found.passages).paths(tmp_path / "passages")[0]
    assert (folder / "p%2F1.txt").read_text(encoding="utf-8").count("Tù chung thân") == 1  # the title is not doubled


def test_beir_folder_is_for_retrieval_only(tmp_path: Path) -> None:
    lines(
        tmp_path / "corpus.jsonl", {"_id": "d1", "title": "", "text": "một"}, {"_id": "d2", "title": "", "text": "hai"}
    )
    lines(tmp_path / "queries.jsonl", {"_id": "1", "text": "tìm một"}, {"_id": "2", "text": "không chấm"})
    lines(tmp_path / "qrels" / "test.tsv", "query-id\tcorpus-id\tscore", "1\td1\t2", "1\td2\t0", "1\td2")
    found = load_questions(tmp_path)
    assert found.retrieval_only
    assert [(question.id, question.gains) for question in found.questions] == [("1", {"d1.txt": 2})]
    assert found.problems == ("test.tsv:4: expected query-id, corpus-id, score",)


ROWS = [
    ["Câu hỏi", "Trả lời", "Nguồn"],
    ["Bao nhiêu đề án?", "33 | ba mươi ba\n17", "a.txt; b.txt"],
    ["Thời tiết hôm nay?", "", ""],
    ["", "", ""],
    ["", "lạc", "a.txt"],
]


@pytest.mark.parametrize("name", ["set.csv", "set.xlsx", "semicolons.csv"])
def test_office_tables(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name == "set.xlsx":
        book = Workbook()
        for row in ROWS:
            book.worksheets[0].append(row)
        book.save(file)
    else:
        mark = ";" if name == "semicolons.csv" else ","
        quoted = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in ROWS)
        file.write_text(f"\ufeff{quoted}\n", encoding="utf-8")
    found = load_questions(file)
    first, second = found.questions
    assert first.facts == (("33", "ba mươi ba"), ("17",))
    assert first.sources == ("a.txt", "b.txt")
    assert (second.answerable, second.kind) == (False, "unanswerable")
    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"{name}:{5 if name == 'set.xlsx' else 6}:")  # a quoted cell holds a line end


def test_what_cannot_be_a_set_says_so(tmp_path: Path) -> None:
    table = tmp_path / "x.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="question") as caught:
        load_questions(table)
    assert "a, b" in caught.value.english
    with pytest.raises(InvalidInputError):
        load_questions(tmp_path / "missing.jsonl")
    with pytest.raises(InvalidInputError, match=r"x\.jsonl:1"):
        load_questions(lines(tmp_path / "x.jsonl", "{"))


def test_a_sample_is_seeded_and_keeps_order(tmp_path: Path) -> None:
    rows = [{"id": str(n), "question": "?", "facts": [["x"]]} for n in range(50)]
    questions = load_questions(lines(tmp_path / "s.jsonl", *rows)).questions
    drawn = [int(question.id) for question in sample(questions, 10, seed=4)]
    assert drawn == sorted(drawn)
    assert len(set(drawn)) == 10
    assert drawn == [int(question.id) for question in sample(questions, 10, seed=4)]
    assert drawn != [int(question.id) for question in sample(questions, 10, seed=5)]
    assert sample(questions, None, 0) == questions


def test_a_written_set_reads_back_the_same(tmp_path: Path) -> None:
    row = {"id": "a", "kind": "date", "question": "Ngày nào?", "facts": [["8/1"]], "sources": ["a.txt"], "draft": True}
    questions = load_questions(lines(tmp_path / "in.jsonl", row)).questions
    write_questions(tmp_path / "out.jsonl", questions)
    assert load_questions(tmp_path / "out.jsonl").questions == questions


def test_a_corpus_is_known_by_content_not_place(tmp_path: Path) -> None:
    for folder, text in (("one", "A"), ("two", "A"), ("three", "B")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(text, encoding="utf-8")
    one, two, three = (open_corpus(tmp_path / name, ()).digest for name in ("one", "two", "three"))
    assert one == two != three
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInputError):
        open_corpus(tmp_path / "empty", ())
    with pytest.raises(InvalidInputError, match="--corpus"):
        open_corpus(None, ())
