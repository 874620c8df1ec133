"""Kept conversations in a real browser: named, found, reopened by a link, deleted, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from chat_page import Open, ask, narrow, needs_browser
from little_assistant import LittleAssistant
from playwright.sync_api import Page, expect
from serving import serving

from assistant.access import KeyStore
from assistant.api import ConversationStore
from assistant.types import Answer
from assistant.ui.strings import VIETNAMESE

WORDS = VIETNAMESE.kept
QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"


@pytest.fixture
def kept() -> Iterator[tuple[ConversationStore, str]]:
    store = ConversationStore()
    with serving(LittleAssistant(), None, conversations=store) as address:
        yield store, address
    store.close()


def saved(page: Page) -> None:
    page.get_by_role("link", name=VIETNAMESE.views["kept"]).click()
    expect(page.get_by_role("heading", name=WORDS.heading)).to_be_visible()


@needs_browser
def test_a_conversation_is_kept_found_renamed_reopened_and_deleted(
    kept: tuple[ConversationStore, str], open_chat: Open
) -> None:
    store, address = kept
    page = open_chat(at=address)
    ask(page, QUESTION)
    expect(page).to_have_url(re.compile(r"\?c=\w+"))
    link = page.url
    ask(page, "Giá vàng hôm nay thế nào?")
    page.get_by_role("button", name=VIETNAMESE.new_chat).click()
    expect(page.locator(".exchange")).to_have_count(0)
    ask(page, "Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?")
    saved(page)
    titles = page.locator(".kept .row-title")
    expect(titles).to_have_text(["Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?", QUESTION])
    page.get_by_role("searchbox", name=WORDS.search).fill("gia vang")  # of a question, without diacritics
    expect(titles).to_have_text([QUESTION])
    page.get_by_role("button", name=WORDS.rename).click()
    page.get_by_role("textbox", name=WORDS.name).fill("Mức hỗ trợ mô hình")
    page.get_by_role("button", name=WORDS.save).click()
    expect(titles).to_have_text(["Mức hỗ trợ mô hình"])
    titles.click()
    expect(page.locator(".exchange .question")).to_have_text([QUESTION, "Giá vàng hôm nay thế nào?"])
    assert page.url == link
    other = open_chat(at=address, ready=False, path=f"/{link.rpartition('/')[2]}")
    expect(other.locator(".exchange .question")).to_have_text([QUESTION, "Giá vàng hôm nay thế nào?"])
    expect(other.locator("#pa-past .answer")).to_contain_text("8 triệu đồng")
    ask(other, "Lịch tiếp công dân vào ngày nào?")  # goes on where it was left
    assert len(store.get("", link.rpartition("=")[2])[1]) == 3
    saved(page)
    page.get_by_role("button", name=WORDS.delete).first.click()
    page.get_by_role("button", name=WORDS.confirm).click()
    expect(titles).to_have_count(1)
    assert store.page("")[0] == 1


@needs_browser
def test_asking_again_replaces_the_answer_that_is_kept(kept: tuple[ConversationStore, str], open_chat: Open) -> None:
    store, address = kept
    page = open_chat(at=address)
    ask(page, QUESTION)
    first = store.get("", page.url.rpartition("=")[2])[1][0].answer.id
    link = page.locator("#pa-current a[download]").first
    before = str(link.get_attribute("href"))
    page.get_by_role("button", name=VIETNAMESE.retry).click()
    expect(link).not_to_have_attribute("href", before, timeout=30_000)  # the second answer, no longer the first
    ask(page, "Giá vàng hôm nay thế nào?")
    exchanges = store.get("", page.url.rpartition("=")[2])[1]
    assert [exchange.question for exchange in exchanges] == [QUESTION, "Giá vàng hôm nay thế nào?"]
    assert exchanges[0].answer.id != first


@needs_browser
def test_a_conversation_is_reopened_within_the_filters_it_was_asked_in(
    kept: tuple[ConversationStore, str], open_chat: Open
) -> None:
    page = open_chat(at=kept[1])
    narrow(page, doc_type="Quyết định", year_from="2021", as_of="2023-06-30")
    ask(page, QUESTION)
    chips = ["Quyết định", "Từ năm 2021", "Tính đến 30/06/2023"]
    link = page.url
    other = open_chat(at=kept[1], ready=False, path=f"/{link.rpartition('/')[2]}")
    expect(other.locator(".chip span")).to_have_text(chips)
    expect(other.locator("#pa-current .within")).to_have_text(f"Trong phạm vi: {', '.join(chips)}")
    other.get_by_role("button", name=VIETNAMESE.narrow.open).click()
    expect(other.locator("#pa-filters [name=year_from]")).to_have_value("2021")
    other.get_by_role("button", name=VIETNAMESE.narrow.clear).click()
    expect(other.locator(".chip")).to_have_count(0)
    saved(other)
    other.locator(".kept .row-main").click()  # and from the list, in a page that was not narrowed
    expect(other.locator(".chip span")).to_have_text(chips)
    ask(other, "Còn cấp tỉnh thì sao?")
    expect(other.locator("#pa-current .within")).to_have_text(f"Trong phạm vi: {', '.join(chips)}")


@needs_browser
def test_what_the_reader_thought_of_an_answer_is_shown_again(
    kept: tuple[ConversationStore, str], open_chat: Open
) -> None:
    words = VIETNAMESE.feedback
    page = open_chat(at=kept[1])
    ask(page, QUESTION)
    page.get_by_role("button", name=words.good).click()
    expect(page.get_by_text(words.thanks)).to_be_visible()
    ask(page, "Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?")
    page.locator("#pa-current").get_by_role("button", name=words.bad).click()
    form = page.locator("form.feedback")
    form.get_by_label(words.reason).select_option("wrong_source")
    form.get_by_label(words.source).fill("quyet-dinh-05.txt")
    form.get_by_role("button", name=words.send).click()
    told = [f"{words.reason}{words.reasons['wrong_source']}", f"{words.source}quyet-dinh-05.txt"]
    expect(page.locator("#pa-current .judged > div")).to_have_text(told)
    other = open_chat(at=kept[1], ready=False, path=f"/{page.url.rpartition('/')[2]}")
    expect(other.locator("#pa-past [data-rate=up]")).to_have_attribute("aria-pressed", "true")
    expect(other.locator("#pa-past .judged")).to_have_count(0)
    expect(other.locator("#pa-current [data-rate=down]")).to_have_attribute("aria-pressed", "true")
    expect(other.locator("#pa-current .judged > div")).to_have_text(told)


@needs_browser
def test_a_link_to_what_is_not_there_says_so(kept: tuple[ConversationStore, str], open_chat: Open) -> None:
    page = open_chat(at=kept[1], path="/?c=khong-co")
    expect(page.get_by_text(WORDS.gone)).to_be_visible()
    saved(page)
    expect(page.get_by_text(WORDS.empty)).to_be_visible()


def test_nobody_elses_conversations_are_listed_renamed_or_deleted() -> None:
    store, keys = ConversationStore(), KeyStore()
    key, text = keys.create("một")
    _, other = keys.create("hai")
    conversation = store.create(key.id, "Riêng của một")
    answer = Answer(status="abstained", answer="x", standalone_question="x", confidence=0, model="m")
    store.add(key.id, conversation.id, "Bí mật?", answer)
    with serving(LittleAssistant(), None, conversations=store, keys=keys) as address:
        mine, theirs = (httpx.Client(base_url=address, headers={"X-Policy-Page": "1"}) for _ in range(2))
        for client, key_text in ((mine, text), (theirs, other)):
            client.post("/sign-in", data={"key": key_text, "next": "/"})
        assert "Riêng của một" in mine.get("/kept").text
        assert "Riêng của một" not in theirs.get("/kept").text
        path = f"/kept/{conversation.id}"
        assert theirs.delete(path).status_code == 404
        assert theirs.post(f"{path}/title", json={"title": "x"}).status_code == 404
        assert mine.post(f"{path}/title", json={"title": "Mới"}, headers={"X-Policy-Page": ""}).status_code == 403
        assert mine.delete(path).status_code == 204
        assert httpx.get(f"{address}/kept").status_code == 401
        mine.close()
        theirs.close()
    assert store.page(key.id)[0] == 0
    keys.close()
    store.close()
