"""While an answer comes: stages, stopping, turning away, errors."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from chat_page import Open, ask, needs_browser, top_of
from little_assistant import REPORT, LittleAssistant
from playwright.sync_api import Page, expect
from serving import serving

from assistant.access import KeyStore
from assistant.types import Answer, Citation, Claim, Delta, Done, Event, Query, Stage, Turn
from assistant.ui.desk import Desk
from assistant.ui.strings import VIETNAMESE
from vectorstore.errors import NotReadyError


class Gated(LittleAssistant):
    """Writes one word, then waits to be let go before it writes on; fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.closed = threading.Event()
        self.failure: Exception | None = None
        self.histories: list[tuple[Turn, ...]] = []

    def stream(self, query: Query) -> Iterator[Event]:
        if query.mode == "extractive":  # tried out by the chat in order to suggest it
            yield from super().stream(query)
            return
        self.histories.append(query.history)
        try:
            yield Stage(name="retrieve")
            if self.failure:
                raise self.failure
            yield Delta(text="Toàn tỉnh có")
            while not self.go.wait(0.02):
                yield Stage(name="verify")
            citation = Citation(
                n=1, document_id="bc-2023", source="a", title=REPORT.title, symbol=None, locator="", page=None,
                quote=REPORT.text[:7], start=0, end=7, url="",
            )  # fmt: skip
            text = "Toàn tỉnh có 187 mô hình [1]."
            yield Done(
                answer=Answer(status="answered", answer=text, claims=(Claim(text="khác", citations=(1,)),),
                              citations=(citation,), standalone_question=query.question, confidence=0.3,
                              model="qwen3", notices=("Mô hình chậm.",))
            )  # fmt: skip
        finally:
            self.closed.set()


@pytest.fixture(scope="module")
def gated() -> Iterator[tuple[Gated, str]]:
    assistant = Gated()
    with serving(assistant) as address:
        yield assistant, address


@needs_browser
def test_text_and_stages_show_while_working_then_notices_and_confidence(
    gated: tuple[Gated, str], open_chat: Open
) -> None:
    assistant, address = gated
    assistant.go.clear()
    page = open_chat(at=address)
    page.get_by_role("textbox", name="Câu hỏi").fill("Bao nhiêu mô hình?")
    page.keyboard.press("Enter")
    expect(page.locator("#pa-current .answer")).to_have_text("Toàn tỉnh có")
    expect(page.get_by_role("status").filter(has_text="Đang đối chiếu với câu gốc…")).to_be_visible()
    before = top_of(page, "#pa-current .answer")
    assistant.go.set()
    expect(page.locator("#pa-current .answer")).to_contain_text("187 mô hình")
    assert top_of(page, "#pa-current .answer") == before  # nothing jumps
    expect(page.get_by_text("Mô hình chậm.")).to_be_visible()
    expect(page.get_by_text(VIETNAMESE.confidence[2])).to_be_visible()
    expect(page.get_by_text("Diễn đạt bởi qwen3")).to_be_visible()


@needs_browser
def test_a_slow_model_is_said_to_be_slow(gated: tuple[Gated, str], open_chat: Open) -> None:
    assistant, address = gated
    assistant.go.clear()
    page = open_chat(at=address)
    page.get_by_role("textbox", name="Câu hỏi").fill("Bao nhiêu mô hình?")
    page.keyboard.press("Enter")
    expect(page.locator("#pa-current .answer")).to_have_text("Toàn tỉnh có")
    slow = page.get_by_text(VIETNAMESE.slow)
    assert slow.evaluate("e => getComputedStyle(e).opacity") == "0"  # nothing is said of the first seconds
    slow.evaluate("e => e.getAnimations().forEach(one => one.finish())")  # as the clock would
    assert slow.evaluate("e => getComputedStyle(e).opacity") == "1"
    expect(page.get_by_role("button", name="Dừng")).to_be_visible()  # what it tells the reader to press
    assistant.go.set()
    expect(page.locator("#pa-current .answer")).to_contain_text("187 mô hình")
    expect(slow).to_have_count(0)


@needs_browser
def test_when_the_session_has_ended_the_server_asks_to_sign_in_and_the_question_is_not_lost(open_chat: Open) -> None:
    keys = KeyStore()
    (first, text), (second, other), (_, third) = (keys.create(name) for name in ("một", "hai", "ba"))

    def sign_in(page: Page) -> None:
        page.request.post(f"{address}/sign-in", form={"key": text, "next": "/"})

    with serving(LittleAssistant(), None, keys=keys) as address:
        expected = ("401", "MIME type", "preload CSS", "dynamically imported")
        page = open_chat(at=address, before=sign_in, expected=expected)
        keys.revoke(first.id)
        page.get_by_role("link", name=VIETNAMESE.views["library"]).click()
        expect(page.get_by_label("Khóa truy cập")).to_be_visible()
        page.get_by_label("Khóa truy cập").fill(other)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=VIETNAMESE.library.heading)).to_be_visible()
        page.get_by_role("link", name=VIETNAMESE.views["chat"]).click()
        keys.revoke(second.id)
        box = page.get_by_role("textbox", name="Câu hỏi")
        box.fill("Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
        box.press("Enter")
        expect(page.get_by_label("Khóa truy cập")).to_be_visible()
        page.get_by_label("Khóa truy cập").fill(third)
        page.keyboard.press("Enter")
        expect(box).to_have_value("Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
        page.context.close()
    keys.close()


@needs_browser
def test_the_next_question_can_be_typed_while_an_answer_comes(gated: tuple[Gated, str], open_chat: Open) -> None:
    assistant, address = gated
    assistant.go.clear()
    page = open_chat(at=address)
    box = page.get_by_role("textbox", name="Câu hỏi")
    box.fill("Bao nhiêu mô hình?")
    box.press("Enter")
    expect(page.locator("#pa-current .answer")).to_have_text("Toàn tỉnh có")
    box.press_sequentially("Câu hỏi tiếp theo", delay=30)
    assistant.go.set()
    expect(page.locator("#pa-current .answer")).to_contain_text("187 mô hình")
    expect(page.get_by_role("button", name="Gửi")).to_be_visible()
    expect(box).to_have_value("Câu hỏi tiếp theo")


@needs_browser
def test_stop_keeps_what_was_written_and_ends_the_work(gated: tuple[Gated, str], open_chat: Open) -> None:
    assistant, address = gated
    assistant.go.clear()
    assistant.closed.clear()
    page = open_chat(at=address)
    page.get_by_role("textbox", name="Câu hỏi").fill("Bao nhiêu mô hình?")
    page.keyboard.press("Enter")
    expect(page.locator("#pa-current .answer")).to_have_text("Toàn tỉnh có")
    page.get_by_role("button", name="Dừng").click()
    expect(page.get_by_text(VIETNAMESE.stopped)).to_be_visible()
    expect(page.locator("#pa-current .answer")).to_have_text("Toàn tỉnh có")
    expect(page.get_by_role("button", name="Gửi")).to_be_visible()
    assert assistant.closed.wait(10)


@needs_browser
def test_what_comes_late_never_appears_in_a_new_conversation(gated: tuple[Gated, str], open_chat: Open) -> None:
    assistant, address = gated
    page = open_chat(at=address)
    for _ in range(3):
        assistant.go.clear()
        assistant.closed.clear()
        box = page.get_by_role("textbox", name="Câu hỏi")
        box.fill("Bao nhiêu mô hình?")
        box.press("Enter")
        expect(page.locator("#pa-current .answer")).to_have_text("Toàn tỉnh có")
        with page.expect_response(re.compile("/run/")):  # of the event that tidies up behind a cancelled answer
            page.get_by_role("button", name=VIETNAMESE.new_chat).click()
            assistant.go.set()
            assert assistant.closed.wait(30)
        expect(page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible()
        expect(page.locator(".exchange")).to_have_count(0)
        expect(page.get_by_role("button", name="Gửi")).to_be_visible()
    assert page.url == f"{address}/"
    ask(page, "Bao nhiêu mô hình?")
    expect(page.locator("#pa-current .exchange")).to_have_attribute("data-number", "1")
    assert assistant.histories[-1] == ()


@needs_browser
def test_enter_sends_once_and_what_is_typed_right_after_it_stays(open_chat: Open) -> None:
    page = open_chat()
    box = page.get_by_role("textbox", name="Câu hỏi")
    box.fill("Các huyện tổ chức bao nhiêu cuộc đối thoại?")
    box.press("Enter")
    box.press("Enter")  # in haste
    box.fill("Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")  # before the server has said anything
    expect(page.locator("#pa-current .exchange:not(.working)")).to_be_visible()
    expect(page.locator(".follow-ups button").first).to_be_visible()
    expect(box).to_have_value("Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    expect(page.locator(".question")).to_have_text(["Các huyện tổ chức bao nhiêu cuộc đối thoại?"])
    box.press("Enter")
    expect(page.locator("#pa-current .answer")).to_contain_text("8 triệu đồng")
    expect(box).to_have_value("")


def test_a_desk_takes_nothing_for_a_question_that_was_given_up() -> None:
    desk = Desk()
    first = desk.ask("Một?", 100)
    assert desk.take(first.ticket, replace(first.exchange, draft="Một"))
    desk.stop()
    assert not desk.take(first.ticket, replace(first.exchange, draft="Một hai"))
    assert desk.newest is not None
    assert (desk.newest.draft, desk.newest.stopped) == ("Một", True)
    second = desk.ask("Hai?", 100)
    desk.lay_out()
    assert not desk.take(second.ticket, second.exchange)
    assert desk.exchanges == []
    third = desk.ask("Ba?", 100)
    assert third.exchange.conversation == desk.conversation != second.exchange.conversation
    fourth = desk.ask("Bốn?", 100)  # before the third was answered: that one is stopped
    assert not desk.take(third.ticket, third.exchange)
    assert [exchange.stopped for exchange in desk.exchanges] == [True, False]
    assert fourth.earlier == tuple(desk.exchanges[:1])


@needs_browser
@pytest.mark.parametrize(
    ("failure", "shown"),
    [
        (NotReadyError("Kho tài liệu còn trống.", "The corpus is empty."), "Kho tài liệu còn trống."),
        (RuntimeError("secret inside"), VIETNAMESE.unexpected),
    ],
)
def test_errors_become_a_notice(gated: tuple[Gated, str], open_chat: Open, failure: Exception, shown: str) -> None:
    assistant, address = gated
    page = open_chat(at=address)
    assistant.failure = failure
    try:
        ask(page, "Bao nhiêu mô hình?")
        expect(page.get_by_role("alert")).to_have_text(shown)
    finally:
        assistant.failure = None
    assert "secret" not in page.content()
    expect(page.get_by_role("button", name=VIETNAMESE.retry)).to_be_visible()
