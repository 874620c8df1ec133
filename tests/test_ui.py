"""The chat in a real browser: asking, following up, opening sources, stopping, copying, phone, dark, offline."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from little_assistant import DECISION, HOSTILE, REPORT, LittleAssistant
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from serving import serving

from assistant.chain import PolicyAssistant
from assistant.types import Answer, Citation, Claim, Delta, Done, Event, Query, Stage
from assistant.ui.markup import answer_html
from assistant.ui.passages import passages
from assistant.ui.strings import ENGLISH, VIETNAMESE
from vectorstore.errors import NotReadyError

CHROMIUM = shutil.which("chromium")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")


@pytest.fixture(scope="module")
def assistant() -> LittleAssistant:
    return LittleAssistant()


@pytest.fixture(scope="module")
def address(assistant: LittleAssistant) -> Iterator[str]:
    with serving(assistant) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), "--disable-sync"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page with what went wrong on it and what it asked of other hosts."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"request to {request.url}")


Open = Callable[..., Page]


@pytest.fixture
def open_chat(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the chat; fails the test if a page logs an error or asks another host for anything."""
    visits: list[Visit] = []

    def open_chat(width: int = 1440, height: int = 900, at: str | None = None, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN", **options)  # type: ignore[arg-type]
        visit = Visit(context.new_page(), at or address)
        visit.page.on("request", visit.note)
        visit.page.on("pageerror", lambda error: visit.troubles.append(f"error: {error}"))
        visit.page.on("console", lambda m: visit.troubles.append(f"console: {m.text}") if m.type == "error" else None)
        visits.append(visit)
        visit.page.goto(visit.address)
        expect(visit.page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible(timeout=30_000)
        return visit.page

    yield open_chat
    troubles = [trouble for visit in visits for trouble in visit.troubles]
    for visit in visits:
        visit.page.context.close()
    assert troubles == []


def ask(page: Page, question: str) -> None:
    """Type a question and press Enter, then wait for its answer to be complete."""
    before = page.locator(".exchange").count()
    page.get_by_role("textbox", name="Câu hỏi").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".exchange")).to_have_count(before + 1)
    expect(page.locator("#pa-current .exchange:not(.working)")).to_be_visible()


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


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
def test_follow_up_uses_the_conversation(open_chat: Open, assistant: LittleAssistant) -> None:
    page = open_chat()
    ask(page, "Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu?")
    ask(page, "Còn cấp huyện thì sao?")
    assert [turn.role for turn in assistant.asked[-1].history] == ["user", "assistant"]
    assert "15 triệu đồng" in assistant.asked[-1].history[1].content
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


@needs_browser
def test_edit_and_ask_again(open_chat: Open, assistant: LittleAssistant) -> None:
    page = open_chat()
    ask(page, "Giá vàng hôm nay thế nào?")
    asked = len(assistant.asked)
    page.get_by_role("button", name=VIETNAMESE.retry).click()
    page.wait_for_function("() => document.querySelector('#pa-current .exchange:not(.working)')")
    expect.set_options(timeout=10_000)
    while len(assistant.asked) == asked:
        page.wait_for_timeout(50)
    assert assistant.asked[-1].question == "Giá vàng hôm nay thế nào?"
    assert assistant.asked[-1].history == ()
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


@needs_browser
@pytest.mark.parametrize("width", [360, 768])
def test_narrow_windows_show_sources_as_a_sheet(open_chat: Open, width: int) -> None:
    page = open_chat(width=width, height=740)
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    expect(page.locator("#pa-viewer")).to_be_hidden()
    source = page.locator(".inline-sources button")
    expect(source).to_contain_text("05/2022/QĐ-UBND")
    source.click()
    expect(page.locator("#pa-viewer mark")).to_be_in_viewport()
    side = page.locator("#pa-side").bounding_box()
    assert side is not None
    assert (side["x"], side["width"]) == (0, width)
    page.get_by_role("button", name=VIETNAMESE.close).click()
    expect(page.locator("#pa-viewer")).to_be_hidden()
    expect(source).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width  # nothing sticks out sideways


@needs_browser
def test_dark_follows_the_system_and_the_switch_is_remembered(open_chat: Open) -> None:
    page = open_chat(color_scheme="dark")

    def background() -> int:
        color = page.locator(".gradio-container").evaluate("e => getComputedStyle(e).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", color)[:3])

    assert background() < 150
    page.get_by_role("button", name=VIETNAMESE.theme).click()
    assert background() > 600
    page.reload()
    expect(page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible()
    assert background() > 600


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_that_axe_can_see(open_chat: Open, scheme: str) -> None:
    page = open_chat(color_scheme=scheme)

    def barriers() -> list[str]:
        return [violation["id"] for violation in Axe().run(page).response["violations"]]

    assert barriers() == []
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    assert barriers() == []
    page.locator("#pa-current button.cite").click()
    expect(page.locator("#pa-viewer mark")).to_be_visible()
    assert barriers() == []
    ask(page, "Giá vàng hôm nay thế nào?")
    assert barriers() == []


class Gated(LittleAssistant):
    """Writes one word, then waits to be let go before it writes on; fails when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.closed = threading.Event()
        self.failure: Exception | None = None

    def stream(self, query: Query) -> Iterator[Event]:
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


def test_one_port_serves_chat_api_and_docs(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert "gradio" in client.get("/").text
        assert client.get("/healthz").json() == {"status": "ok"}
        answer = client.post("/v1/ask", json={"question": "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"})
        assert answer.json()["status"] == "answered"
        assert "swagger" in client.get("/docs").text
        missing = client.get("/v1/khong-co")
        assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_pages_refer_to_no_other_host(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        page = client.get("/")
        policy = page.headers["content-security-policy"]
        assert "http" not in policy
        for style in re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page.text):
            assert "//" not in style
            assert client.get(f"/{style.lstrip('/')}").status_code == 200
        font = client.get("/ui/fonts/BeVietnamPro-Regular.ttf")
        assert font.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/ui/../blocks.py", "/ui/%2e%2e/blocks.py", "/ui/fonts/..%2f..%2f__init__.py", "/documents/..%2f..%2fetc%2fpasswd",
     "/gradio_api/file=/etc/passwd", "/gradio_api/file=../pyproject.toml"],
)  # fmt: skip
def test_no_path_leads_out(address: str, path: str) -> None:
    response = httpx.get(address + path)
    assert response.status_code in (403, 404)
    assert "root:" not in response.text
    assert "import" not in response.text


def test_document_page_escapes_and_forbids_scripts(address: str) -> None:
    page = httpx.get(f"{address}/documents/{HOSTILE.document_id}", params={"start": 0, "end": 29})
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert f'<mark id="quote">{HOSTILE.text[:29]}</mark>' in page.text
    assert httpx.get(f"{address}/documents/khong-co").status_code == 404
    assert httpx.get(f"{address}/documents/{HOSTILE.document_id}", params={"start": -1}).status_code == 422


def test_the_link_of_a_citation_opens_for_people_and_programs(address: str) -> None:
    link = f"{address}/v1/documents/{DECISION.document_id}/text"
    span = {"version": 2, "start": 0, "end": 10}
    assert httpx.get(link, params=span).json()["text"] == DECISION.text[:10]
    page = httpx.get(link, params=span, headers={"Accept": "text/html,*/*;q=0.8"}, follow_redirects=True)
    assert page.url.fragment == "quote"
    assert f'<mark id="quote">{DECISION.text[:10]}</mark>' in page.text


def test_gradio_offers_no_endpoint_of_its_own(address: str) -> None:
    info = httpx.get(f"{address}/gradio_api/info").json()
    assert info["named_endpoints"] == {}


def test_passages_keep_every_character_and_mark_across_paragraphs() -> None:
    start, end = DECISION.text.index("Điều 2"), DECISION.text.index("triệu")
    found = passages(DECISION.text, start, end)
    assert "".join(piece.text for p in found for piece in p.pieces) == DECISION.text.replace("\n", "")
    marked = [piece for p in found for piece in p.pieces if piece.marked]
    assert "".join(piece.text for piece in marked) == DECISION.text[start:end].replace("\n", "")
    assert [piece.first for piece in marked] == [True] + [False] * (len(marked) - 1)
    assert [p.pieces[0].text for p in found if p.heading] == ["QUYẾT ĐỊNH", "Điều 1. Phạm vi", "Điều 2. Mức hỗ trợ"]
    assert not any(piece.marked for p in passages(DECISION.text, 5, 5) for piece in p.pieces)


def test_model_text_becomes_lists_but_never_links_or_html() -> None:
    text = "Gồm hai việc:\n\n- **một** [1]\n- hai <b>đậm</b> [x](http://a.b) ![i](http://a.b/c.png)"
    html = answer_html(text, (), VIETNAMESE, verbatim=False)
    assert "<li><strong>một</strong>" in html
    assert "&lt;b&gt;" in html
    assert "<a" not in html
    assert "<img" not in html
    assert '<span class="cite pending">1</span>' in html


def test_verbatim_text_is_not_read_as_markdown() -> None:
    html = answer_html("Mức *(1)* và _a_ * b\n1. Một", (), VIETNAMESE, verbatim=True)
    assert html == "<p>Mức *(1)* và _a_ * b</p><p>1. Một</p>"


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
