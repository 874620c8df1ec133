"""Asking in a real browser: answers, follow-ups, what is not there, editing, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from chat_page import Open, ask, needs_browser, top_of, typed, wait_until
from little_assistant import LittleAssistant
from playwright.sync_api import expect
from serving import serving

from assistant.chain import PolicyAssistant
from assistant.ui.strings import ENGLISH, VIETNAMESE


@needs_browser
def test_follow_up_uses_the_conversation(open_chat: Open, assistant: LittleAssistant) -> None:
    page = open_chat()
    ask(page, "Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu?")
    ask(page, "Còn cấp huyện thì sao?")
    assert [turn.role for turn in typed(assistant)[-1].history] == ["user", "assistant"]
    assert "15 triệu đồng" in typed(assistant)[-1].history[1].content
    understood = page.locator("#pa-current .understood")
    expect(understood).to_have_text("Hiểu là: Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu? Còn cấp huyện thì sao?")
    expect(page.locator("#pa-past .understood")).to_have_count(0)  # nothing to say where nothing differs


@needs_browser
def test_a_new_question_goes_to_the_top_of_the_view(open_chat: Open) -> None:
    page = open_chat(height=600)
    for question in ("Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu?", "Các huyện tổ chức bao nhiêu cuộc đối thoại?"):
        ask(page, question)
    assert abs(top_of(page, "#pa-current .exchange") - top_of(page, "#pa-scroll")) < 3


@needs_browser
def test_what_is_not_there_is_said_so(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Giá vàng hôm nay thế nào?")
    expect(page.get_by_role("heading", name="Không có trong kho tài liệu")).to_be_visible()
    expect(page.get_by_text(VIETNAMESE.abstained_hint)).to_be_visible()
    expect(page.locator(".confidence")).to_have_count(0)
    expect(page.get_by_text(VIETNAMESE.no_answer_in)).to_be_visible()  # what is close by, and that it is no answer
    expect(page.locator(".card .n")).to_have_count(0)


@needs_browser
def test_example_questions_are_buttons(open_chat: Open) -> None:
    page = open_chat()
    page.get_by_role("button", name="Lịch tiếp công dân vào ngày nào?").click()
    expect(page.locator("#pa-current .answer")).to_contain_text("thứ Năm hằng tuần")
    expect(page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_hidden()
    page.get_by_role("button", name=VIETNAMESE.new_chat).click()
    expect(page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible()
    expect(page.locator(".exchange")).to_have_count(0)


@needs_browser
def test_edit_and_ask_again(open_chat: Open, assistant: LittleAssistant) -> None:
    page = open_chat()
    ask(page, "Giá vàng hôm nay thế nào?")
    asked = len(typed(assistant))
    page.get_by_role("button", name=VIETNAMESE.retry).click()
    wait_until(page, lambda: len(typed(assistant)) > asked)
    expect(page.locator("#pa-current .exchange:not(.working)")).to_be_visible()
    assert typed(assistant)[-1].question == "Giá vàng hôm nay thế nào?"
    assert typed(assistant)[-1].history == ()
    page.get_by_role("button", name=VIETNAMESE.edit).click()
    box = page.get_by_role("textbox", name="Câu hỏi")
    expect(box).to_have_value("Giá vàng hôm nay thế nào?")
    expect(box).to_be_focused()


@needs_browser
def test_shift_enter_is_a_new_line_and_blank_is_not_sent(open_chat: Open) -> None:
    page = open_chat()
    box = page.get_by_role("textbox", name="Câu hỏi")
    box.fill("Dòng một")
    box.press("Shift+Enter")
    box.press_sequentially("dòng hai")
    expect(box).to_have_value("Dòng một\ndòng hai")
    box.fill("   ")
    box.press("Enter")
    page.wait_for_timeout(800)  # what must not happen gives no sign to wait for
    expect(page.locator(".exchange")).to_have_count(0)
    box.fill("Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    page.get_by_role("button", name=VIETNAMESE.send).click()
    expect(page.locator("#pa-current .answer")).to_contain_text("8 triệu đồng")
    expect(box).to_have_value("")


@needs_browser
def test_english_switch_keeps_the_conversation(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text(ENGLISH.verbatim)).to_be_visible()
    expect(page.get_by_role("textbox", name="Question")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".card")).to_contain_text("In force")
    page.locator("#pa-current button.cite").click()
    expect(page.get_by_role("button", name=ENGLISH.back)).to_be_visible()
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.get_by_text(VIETNAMESE.verbatim)).to_be_visible()


@pytest.fixture(scope="module")
def real_address(sample_assistant: PolicyAssistant) -> Iterator[str]:
    with serving(sample_assistant) as address:
        yield address


@needs_browser
def test_journey_over_the_sample_corpus(open_chat: Open, real_address: str, sample_assistant: PolicyAssistant) -> None:
    page = open_chat(at=real_address)
    expect(page.get_by_role("heading", name=re.compile(r"\d+ văn bản trong kho"))).to_be_visible()
    ask(page, "Mô hình nào của Công an huyện Bình Đại được đánh giá cao trong năm 2023?")
    expect(page.locator("#pa-current .answer")).to_contain_text("Họ đạo liên giao tự quản")
    quote = page.locator("#pa-cards .quote").first.inner_text()
    page.locator("#pa-current button.cite").first.click()
    expect(page.locator("#pa-viewer mark").first).to_be_in_viewport()
    assert " ".join(page.locator("#pa-viewer mark").all_inner_texts()) == quote
    assert any(quote in document.text for document in sample_assistant.store.documents())
    ask(page, "Còn năm 2031 thì sao?")
    expect(page.locator("#pa-current .understood")).to_contain_text("2031")
    expect(page.locator("#pa-current .abstained-heading")).to_be_visible()
    page.get_by_role("button", name=VIETNAMESE.new_chat).click()
    page.locator("#pa-examples button").first.click()
    expect(page.locator("#pa-current .exchange:not(.working)")).to_be_visible()
