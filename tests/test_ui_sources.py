"""Sources beside the answer, in a real browser: the exact sentence, stepping, copying, nothing that runs."""

from __future__ import annotations

from chat_page import Open, ask, needs_browser
from little_assistant import DECISION, HOSTILE, REPORT
from playwright.sync_api import expect

from assistant.ui.strings import VIETNAMESE


@needs_browser
def test_ask_and_open_the_exact_sentence(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    expect(page.locator("#pa-current .answer")).to_contain_text("hỗ trợ 8 triệu đồng.")
    expect(page.get_by_text(VIETNAMESE.verbatim)).to_be_visible()
    card = page.locator("#pa-cards .card")
    expect(card).to_contain_text("05/2022/QĐ-UBND · Ủy ban nhân dân tỉnh Hương Giang · 15/03/2022")
    expect(card).to_contain_text("Còn hiệu lực")
    expect(card.locator(".quote")).to_have_text("Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng.")
    page.get_by_role("button", name="Nguồn 1: Quyết định").first.click()
    expect(page.locator("#pa-viewer mark")).to_have_text("Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng.")
    expect(page.locator("#pa-viewer mark")).to_be_in_viewport()
    expect(page.locator("#pa-viewer")).to_contain_text("Điều 2. Mức hỗ trợ")
    page.keyboard.press("Escape")
    expect(page.locator("#pa-viewer mark")).to_be_hidden()
    expect(page.locator("#pa-current button.cite")).to_be_focused()


@needs_browser
def test_a_card_opens_the_document_and_leads_back(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?")
    page.locator(".card .passage").click()
    expect(page.locator("#pa-viewer mark")).to_contain_text("96 cuộc đối thoại")
    page.get_by_role("button", name=VIETNAMESE.back).click()
    expect(page.locator(".card")).to_be_visible()


@needs_browser
def test_the_corpus_is_listed_before_a_question(open_chat: Open) -> None:
    page = open_chat()
    expect(page.get_by_role("heading", name="3 văn bản trong kho")).to_be_visible()
    titles = page.locator(".card h3").all_inner_texts()
    assert [title[:20] for title in titles] == [d.title[:20] for d in (HOSTILE, REPORT, DECISION)]  # the newest first
    page.get_by_role("button", name=DECISION.title).click()
    expect(page.locator("#pa-viewer")).to_contain_text("Điều 1. Phạm vi")
    expect(page.locator("#pa-viewer mark")).to_have_count(0)


@needs_browser
def test_nothing_in_a_document_or_question_runs(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Lịch tiếp công dân <img src=x onerror='window.hacked=1'> ${alert(1)} {{constructor}}")
    expect(page.locator(".question")).to_have_text(
        "Lịch tiếp công dân <img src=x onerror='window.hacked=1'> ${alert(1)} {{constructor}}"
    )
    expect(page.locator(".card h3")).to_contain_text("<script>alert('tiêu đề')</script>")
    page.locator("#pa-current button.cite").click()
    expect(page.locator("#pa-viewer mark")).to_contain_text("<img src=x")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#pa-main img, #pa-main script").count() == 0
    with page.expect_popup() as popup:
        page.get_by_role("link", name=VIETNAMESE.open_page).click()
    expect(popup.value.locator("mark").first).to_be_in_viewport()
    assert popup.value.evaluate("window.hacked") is None
    popup.value.close()


@needs_browser
def test_copy_takes_the_sources_along(open_chat: Open) -> None:
    page = open_chat(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    page.get_by_role("button", name=VIETNAMESE.copy).click()
    expect(page.get_by_role("button", name=VIETNAMESE.copied)).to_be_visible()
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0] == "Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng. [1]"
    assert lines[-1].startswith("[1] Quyết định về mức hỗ trợ")
    assert lines[-1].endswith("“Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng.”")
    html = page.evaluate(
        "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((blob) => blob.text())"
    )
    assert "<b>Nguồn trích dẫn</b>" in html  # what Word pastes: paragraphs, a heading, quotes in italics
    assert "<i>“Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng.”</i>" in html
