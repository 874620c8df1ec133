"""The sample corpus and its questions agree: every expected fact is in a named source, and the papers add up."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample"
FILES = sorted(path for path in (SAMPLE / "documents").iterdir() if path.suffix in {".txt", ".md", ".html"})
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
KINDS = {
    "number", "person", "date_place", "content", "symbol", "undiacritic", "typo", "followup", "compare",
    "unanswerable", "false_premise", "list", "article", "temporal",
}  # fmt: skip
DISTRICTS = 9


def visible(path: Path) -> str:
    """What a reader sees of a document: an HTML page's main part without markup, other formats as they are."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        main = BeautifulSoup(text, "html.parser").main
        assert main is not None
        text = main.get_text(" ")
    elif path.suffix == ".md":
        text = re.sub(r"[#*|]+|-{3,}", " ", text)
    return text


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


TEXTS = {path.name: normal(visible(path)) for path in FILES}


def test_at_least_fourteen_documents() -> None:
    assert len(FILES) >= 14
    assert {path.suffix for path in FILES} == {".txt", ".md", ".html"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_document_is_nfc_and_of_real_length(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert 600 <= len(visible(path).split()) <= 2500


def test_questions_cover_every_kind_and_have_unique_ids() -> None:
    assert len(QUESTIONS) >= 80
    assert len({row["id"] for row in QUESTIONS}) == len(QUESTIONS)
    assert len({(row["question"], str(row["history"]), row.get("as_of")) for row in QUESTIONS}) == len(QUESTIONS)
    assert {row["kind"] for row in QUESTIONS} == KINDS
    share = sum(not row["answerable"] for row in QUESTIONS) / len(QUESTIONS)
    assert 0.25 <= share <= 0.30


@pytest.mark.parametrize("row", QUESTIONS, ids=lambda row: row["id"])
def test_question_is_well_formed_and_its_facts_are_in_its_sources(row: dict[str, Any]) -> None:
    required = {"id", "kind", "question", "history", "answerable", "facts", "sources"}
    assert required <= set(row) <= required | {"as_of"}
    if "as_of" in row:
        date.fromisoformat(row["as_of"])
    assert all(len(turn) == 2 for turn in row["history"])
    assert row["answerable"] == bool(row["facts"]) == bool(row["sources"])
    sources = [TEXTS[name] for name in row["sources"]]
    for alternatives in row["facts"]:
        assert any(normal(choice) in text for choice in alternatives for text in sources), alternatives


@pytest.mark.parametrize("name", ["bao-cao-dan-van-2022.txt", "bao-cao-dan-van-2023.html"])
def test_district_figures_add_up_to_the_province(name: str) -> None:
    text = TEXTS[name].replace("|", " ")
    rows = re.findall(r"(?:thành phố|thị xã|huyện) [^\d.;:]{3,20}? +(\d{2,3}) +(\d{2,3})(?= )", text)
    total = re.search(r"toàn tỉnh +([\d.]+) +([\d.]+)", text)
    assert len(rows) == DISTRICTS and total is not None
    for column in (0, 1):
        assert sum(int(row[column]) for row in rows) == int(total[column + 1].replace(".", ""))


@pytest.mark.parametrize(
    ("newer", "clause"),
    [
        ("quyet-dinh-22-2023-qd-ubnd.txt", "quyết định này thay thế quyết định số 14/2021/qđ-ubnd"),
        ("quyet-dinh-08-2024-qd-ubnd.txt", "sửa đổi, bổ sung khoản 2 điều 6 như sau"),
        ("quyet-dinh-08-2024-qd-ubnd.txt", "ban hành kèm theo quyết định số 31/2022/qđ-ubnd"),
    ],
)
def test_changing_decision_says_what_it_changes(newer: str, clause: str) -> None:
    assert clause in TEXTS[newer]
