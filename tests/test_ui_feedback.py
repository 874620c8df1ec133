"""What readers think of answers, from the chat to the eval export and the quality page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from chat_page import Open, ask, barriers, needs_browser
from little_assistant import LittleAssistant
from playwright.sync_api import expect
from serving import serving

from assistant.api import FeedbackFile
from assistant.ui.quality import latest_evaluation, opinions
from assistant.ui.strings import VIETNAMESE
from eval.feedback import read_feedback

WORDS = VIETNAMESE.feedback


@dataclass
class Place:
    """A server that keeps feedback in a file and shows the evaluations of a folder."""

    address: str
    feedback: Path
    results: Path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    file, results = tmp_path / "feedback.jsonl", tmp_path / "eval-results"
    with serving(LittleAssistant(), None, eval_results=results, feedback=FeedbackFile(file)) as address:
        yield Place(address, file, results)


@needs_browser
def test_thumbs_reach_the_eval_export_and_the_quality_page(place: Place, open_chat: Open) -> None:
    page = open_chat(at=place.address)
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    page.get_by_role("button", name=WORDS.good).click()
    expect(page.get_by_text(WORDS.thanks)).to_be_visible()
    expect(page.get_by_role("button", name=WORDS.good)).to_be_focused()
    expect(page.get_by_role("button", name=WORDS.good)).to_have_attribute("aria-pressed", "true")
    ask(page, "Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?")
    page.locator("#pa-current").get_by_role("button", name=WORDS.bad).click()
    form = page.locator("form.feedback")
    form.get_by_label(WORDS.reason).select_option("wrong_source")
    assert "quyet-dinh-05.txt" in form.locator("datalist option").evaluate_all("all => all.map(o => o.value)")
    form.get_by_label(WORDS.source).fill("quyet-dinh-05.txt")
    form.get_by_label(WORDS.comment).fill("Dẫn nhầm văn bản.")
    assert barriers(page) == []
    form.get_by_role("button", name=WORDS.send).click()
    expect(page.get_by_text(WORDS.thanks)).to_have_count(2)
    rows = [json.loads(line) for line in place.feedback.read_text(encoding="utf-8").splitlines()]
    assert [(row["rating"], row["reason"]) for row in rows] == [("up", None), ("down", "wrong_source")]
    assert [turn["role"] for turn in rows[1]["history"]] == ["user", "assistant"]
    exported = read_feedback(place.feedback)
    assert not exported.problems
    assert [question.sources for question in exported.questions] == [("quyet-dinh-05.txt",), ("quyet-dinh-05.txt",)]
    page.get_by_role("link", name=VIETNAMESE.views["quality"]).click()
    expect(page.locator(".tile")).to_contain_text(
        ["100 %", "0 %", "0 %", "50 %", "50 %"]
    )  # answered, not in the corpus, failed; right, not right
    expect(page.locator(".bar-name")).to_have_text(WORDS.reasons["wrong_source"])
    expect(page.get_by_text(VIETNAMESE.quality.no_report)).to_be_visible()
    assert barriers(page) == []


def test_the_latest_evaluation_is_shown_with_its_report(place: Place) -> None:
    accuracy = {"value": 0.91, "low": 0.85, "high": 0.96, "n": 40}
    run = place.results / "cau-hoi-1a2b"
    run.mkdir(parents=True)
    (run / "summary.json").write_text(json.dumps({"questions": 40, "overall": {"accuracy": accuracy}}))
    (run / "report.html").write_text("<!DOCTYPE html><title>Báo cáo</title>", encoding="utf-8")
    (place.results / "hong").mkdir()
    (place.results / "hong" / "summary.json").write_text("{")
    page = httpx.get(f"{place.address}/quality").text
    assert "cau-hoi-1a2b" in page
    assert "91 %" in page
    assert "85 %–96 %" in page
    report = httpx.get(f"{place.address}/quality/report")
    assert "Báo cáo" in report.text
    assert "sandbox" in report.headers["content-security-policy"]


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text('{"rating": "up"}\nkhông phải JSON\n{"rating": "down"}\n[]\n', encoding="utf-8")
    found = opinions(file)
    assert (found.up, found.down, found.reasons) == (1, 1, (("other", 1),))
    assert opinions(tmp_path / "none").up == 0
    assert latest_evaluation(tmp_path / "none") is None
