"""Questions that the page offers: shown, pressed, answered, and never what has been asked already."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from chat_page import Open, ask, barriers, needs_browser
from playwright.sync_api import expect
from serving import serving

from assistant.chain import EXAMPLES, PolicyAssistant
from assistant.ui.strings import ENGLISH, VIETNAMESE


@pytest.fixture(scope="module")
def real_address(sample_assistant: PolicyAssistant) -> Iterator[str]:
    # On a busy machine the first readers are offered what was found in time; what they find is kept once it is all.
    ends = time.monotonic() + 120
    while len(sample_assistant.examples()) < EXAMPLES and time.monotonic() < ends:
        time.sleep(0.5)
    with serving(sample_assistant) as address:
        yield address


@needs_browser
def test_follow_ups_are_offered_and_answered(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?")
    offered = page.get_by_role("region", name=VIETNAMESE.follow_ups)
    suggestion = "Năm 2023, toàn tỉnh đăng ký bao nhiêu mô hình “Dân vận khéo”?"
    expect(offered.get_by_role("button")).to_have_text([suggestion])
    offered.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#pa-current .question")).to_have_text(suggestion)
    expect(page.locator("#pa-current .answer")).to_contain_text("214 mô hình")
    expect(page.locator("#pa-current .exchange:not(.working)")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text(ENGLISH.verbatim).first).to_be_visible()
    expect(page.locator(".follow-ups")).to_have_count(0)  # both facts of the document have been read


@needs_browser
def test_examples_and_follow_ups_of_real_documents(open_chat: Open, real_address: str) -> None:
    page = open_chat(at=real_address)
    examples = page.locator("#pa-examples button")
    expect(examples).to_have_count(4)
    asked = [examples.first.inner_text()]
    examples.first.click()
    for _ in range(2):
        expect(page.locator("#pa-current .exchange:not(.working)")).to_be_visible()
        expect(page.locator("#pa-current .abstained")).to_have_count(0)
        follow_up = page.locator(".follow-ups button").first
        expect(follow_up).to_be_visible()
        offered = page.locator(".follow-ups button").all_inner_texts()
        assert not set(offered) & set(asked)
        asked.append(offered[0])
        follow_up.click()
        expect(page.locator("#pa-current .question")).to_have_text(offered[0])
    expect(page.locator("#pa-current .exchange:not(.working) .confidence")).to_be_visible()
    assert barriers(page) == []


@needs_browser
def test_an_abstention_offers_what_the_corpus_can_answer(open_chat: Open, real_address: str) -> None:
    page = open_chat(at=real_address)
    ask(page, "Năm 2023 tỉnh có bao nhiêu doanh nghiệp phá sản?")
    offered = page.get_by_role("region", name=VIETNAMESE.answerable).get_by_role("button")
    expect(offered.first).to_be_visible()
    question = offered.first.inner_text()
    offered.first.click()
    expect(page.locator("#pa-current .question")).to_have_text(question)
    expect(page.locator("#pa-current .exchange:not(.working) .confidence")).to_be_visible()
