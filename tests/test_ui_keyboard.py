"""The rooms without a mouse: what Tab, Enter and Escape reach, open and close, and where the focus is then."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from chat_page import Open, ask, needs_browser
from little_assistant import LittleAssistant
from playwright.sync_api import Page, expect
from serving import serving

from assistant.ui.strings import VIETNAMESE

_FOCUSED = """() => {
  const focused = document.activeElement;
  const name = focused.getAttribute("aria-label") || focused.labels?.[0]?.innerText || focused.innerText;
  return name.trim().split("\\n")[0];
}"""
QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    results = tmp_path_factory.mktemp("eval-results")
    (results / "lan-1").mkdir()
    (results / "lan-1" / "summary.json").write_text(json.dumps({"questions": 4, "overall": {}}))
    (results / "lan-1" / "report.html").write_text("<!DOCTYPE html><title>Báo cáo</title>", encoding="utf-8")
    with serving(LittleAssistant(), None, eval_results=results) as address:
        yield address


def focused(page: Page) -> str:
    """The name under which a screen reader announces what has the focus."""
    return str(page.evaluate(_FOCUSED))


def walk(page: Page, steps: int) -> list[str]:
    """What has the focus after each press of Tab."""
    passed = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        passed.append(focused(page))
    return passed


def enter_room(page: Page, view: str) -> None:
    """Open a room from its tab and wait until the focus is in it."""
    page.get_by_role("link", name=VIETNAMESE.views[view]).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".room h2").first).to_be_visible()
    expect(page.locator("#pa-view .view")).to_be_focused()


@needs_browser
def test_library_by_keyboard(open_chat: Open, rooms: str) -> None:
    words = VIETNAMESE.library
    page = open_chat(at=rooms)
    enter_room(page, "library")
    assert walk(page, 4) == [words.search, words.kind, words.status, words.sort]
    row = page.locator(".library .row-main", has_text="05/2022/QĐ-UBND")
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pa-viewer .detail")).to_be_visible()
    expect(page.locator("#pa-viewer .viewer-body")).to_be_focused()
    assert walk(page, 2) == [words.read, words.ask_within]
    page.keyboard.press("Escape")
    expect(page.locator("#pa-viewer .detail")).to_be_hidden()
    expect(row).to_be_focused()


@needs_browser
def test_kept_conversations_by_keyboard(open_chat: Open, rooms: str) -> None:
    words = VIETNAMESE.kept
    page = open_chat(at=rooms)
    ask(page, QUESTION)
    enter_room(page, "kept")
    assert walk(page, 5) == [words.search, QUESTION, words.rename, words.link, words.delete]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name=words.name)
    expect(name).to_be_focused()
    page.keyboard.press("Escape")  # nothing is renamed
    expect(name).to_be_hidden()
    expect(page.get_by_role("button", name=words.rename)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Mức hỗ trợ")
    page.keyboard.press("Enter")
    expect(page.locator(".kept .row-title")).to_have_text("Mức hỗ trợ")
    expect(page.get_by_role("button", name=words.rename)).to_be_focused()
    page.locator(".kept .row-main").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pa-current .question")).to_have_text(QUESTION)


@needs_browser
def test_filters_by_keyboard(open_chat: Open, rooms: str) -> None:
    words = VIETNAMESE.narrow
    page = open_chat(at=rooms)
    expect(page.get_by_role("textbox", name="Câu hỏi")).to_be_focused()  # the page has begun
    expect(page.locator("#pa-filters [name=organ] option")).not_to_have_count(1)  # and is filled: drawn for good
    opener = page.get_by_role("button", name=words.open)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pa-filters select").first).to_be_focused()
    assert focused(page) == words.organ
    assert walk(page, 3) == [words.kind, words.year_from, words.year_to]
    page.keyboard.press("Escape")
    expect(page.locator("#pa-filters")).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#pa-filters [name=year_from]").focus()
    page.keyboard.type("2023")
    page.keyboard.press("Enter")  # a form is sent by Enter
    chip = page.get_by_role("button", name=words.remove.format(what="Từ năm 2023"))
    expect(chip).to_be_visible()
    expect(opener).to_be_focused()
    page.keyboard.press("Tab")
    expect(chip).to_be_focused()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(opener).to_be_focused()


@needs_browser
def test_quality_and_feedback_by_keyboard(open_chat: Open, rooms: str) -> None:
    page = open_chat(at=rooms)
    ask(page, QUESTION)
    down = page.get_by_role("button", name=VIETNAMESE.feedback.bad)
    down.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label(VIETNAMESE.feedback.reason)).to_be_focused()
    page.keyboard.press("Escape")  # nothing is said
    expect(page.locator("form.feedback")).to_have_count(0)
    expect(down).to_be_focused()
    enter_room(page, "quality")
    assert walk(page, 1) == [VIETNAMESE.quality.open_report]
    with page.expect_popup() as popup:
        page.keyboard.press("Enter")
    expect(popup.value).to_have_title("Báo cáo")
    popup.value.close()
