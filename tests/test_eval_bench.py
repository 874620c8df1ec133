"""The benchmarks against the stock stack: both stacks really run, on the same texts, and the figures are comparable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.settings import Settings
from assistant.types import SearchHit
from eval.bench import ask, ingest
from eval.bench.baseline import CHUNK_CHARS, Baseline, Text
from eval.bench.texts import read_texts
from eval.datasets import Passage, Question
from vectorstore.errors import InvalidInputError

TEXTS = [
    Text(
        "mo-hinh.txt",
        "Kết quả phong trào\n\nNăm 2023 toàn tỉnh công nhận 912 mô hình Dân vận khéo.\n\n" + "Nội dung khác. " * 120,
    ),
    Text("thoi-tiet.txt", "Mùa khô kéo dài từ tháng 11 đến tháng 4 năm sau, ít mưa và nhiều nắng."),
    Text("giao-thong.txt", "Dự án đường nối hai huyện dài 24 km, hoàn thành trong quý IV."),
]
QUESTION = Question(id="q", question="bao nhiêu mô hình Dân vận khéo", facts=(("912",),), sources=("mo-hinh.txt",))


def test_the_stock_stack_splits_embeds_and_finds(tmp_path: Path) -> None:
    stock = Baseline(tmp_path)
    chunks = stock.ingest(TEXTS)
    assert chunks >= 4  # the long text does not fit one chunk
    hits = stock.search("Có bao nhiêu mô hình Dân vận khéo được công nhận?", 3)
    assert hits[0].source == "mo-hinh.txt"
    assert "912" in hits[0].quote
    assert all(len(hit.quote) <= CHUNK_CHARS for hit in hits)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert hits[0].score >= hits[1].score >= hits[2].score
    text = next(text.text for text in TEXTS if text.source == hits[0].source)
    assert text[hits[0].start : hits[0].end] == hits[0].quote


def hit(rank: int, source: str, quote: str) -> SearchHit:
    return SearchHit(
        rank=rank, score=1.0, dense=None, lexical=None, chunk_id=source, document_id=source, source=source, title="",
        symbol=None, locator="", page=None, quote=quote, start=0, end=1, url="",
    )  # fmt: skip


def test_retrieval_rows_hold_means_and_ratios() -> None:
    right, wrong = hit(1, "mo-hinh.txt", "912 mô hình"), hit(1, "thoi-tiet.txt", "ít mưa")
    stacks = {"ours": lambda text: [right, wrong], "stock": lambda text: [wrong, right]}
    ours, stock, ratio = ask.retrieval([QUESTION, QUESTION], stacks)
    assert (ours["mrr@10"], stock["mrr@10"], ratio["mrr@10"]) == (1.0, 1 / 2, 2.0)
    assert (ours["fact_recall@1"], stock["fact_recall@1"], ratio["fact_recall@1"]) == (1.0, 0.0, None)


def test_ingest_measures_both_stacks_on_the_same_texts(models_dir: Path, tmp_path: Path) -> None:
    rows = ingest.measure(TEXTS, tmp_path, stock=True, settings=Settings(data_dir=models_dir))
    ours, embedding, share, stock, ratio = rows
    assert (embedding["documents"], embedding["chunks"]) == (ours["documents"], ours["chunks"])
    assert share["documents_per_s"] == pytest.approx(embedding["seconds"] / ours["seconds"])
    assert ours["documents"] == stock["documents"] == 3
    assert ours["chunks"] >= 3
    assert ratio["seconds"] == pytest.approx(ours["seconds"] / stock["seconds"])
    assert ratio["documents_per_s"] == pytest.approx(1 / ratio["seconds"])


def test_ask_prints_json_with_the_environment(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(models_dir))
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for text in TEXTS:
        (corpus / text.source).write_text(text.text, encoding="utf-8")
    (tmp_path / "set.jsonl").write_text(QUESTION.model_dump_json(), encoding="utf-8")
    arguments = ["--json", "--no-stock", "--questions", str(tmp_path / "set.jsonl"), "--corpus", str(corpus)]
    assert ask.main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["stack"] for row in found["rows"]] == ["ours: search", "ours: answer"]
    assert found["rows"][0]["fact_recall@1"] == 1.0
    assert found["environment"]["python"]


def test_only_plain_texts_are_compared(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(InvalidInputError, match=r"\.txt"):
        read_texts(tmp_path, (), tmp_path / "passages")
    _, texts = read_texts(None, (Passage("p", "Tiêu đề", "Nội dung"),), tmp_path / "passages")
    assert texts == [Text("p.txt", "Tiêu đề\n\nNội dung")]
