"""The chat bubble on a page of another origin, in a real browser, under a strict Content-Security-Policy."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from little_assistant import LittleAssistant
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import serving
from starlette.types import ASGIApp

from assistant.access import KeyStore
from assistant.access.keys import site_origin
from assistant.api import create_app
from assistant.widget import demo_page
from assistant.widget.routes import widget_script
from vectorstore.errors import InvalidInputError

CHROMIUM = shutil.which("chromium")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
QUESTION = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?"
SITE = "https://lamgiang.gov.vn"
QUOTE = "Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def page_server(app: ASGIApp, port: int) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, str]]:
    """Addresses of the assistant, of the page its key is for, and of a page that has copied the key."""
    keys, ports = KeyStore(), [free_port() for _ in range(2)]
    _, key = keys.create("Cổng tỉnh", origins=[f"http://127.0.0.1:{ports[0]}"])
    with (
        serving(LittleAssistant(), keys=keys) as server,
        page_server(demo_page(server, key), ports[0]) as portal,
        page_server(demo_page(server, key, "en"), ports[1]) as thief,
    ):
        yield {"server": server, "portal": portal, "thief": thief}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), "--disable-sync"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, address: str, server: str, **options: object) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what went wrong on it: errors, violations of its policy, requests to anyone else."""
    context = browser.new_context(locale="vi-VN", **options)  # type: ignore[arg-type]
    page, troubles = context.new_page(), list[str]()
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith((address, server)) else troubles.append(request.url)
    )
    page.goto(address)
    yield page, troubles
    context.close()


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Câu hỏi").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("article[aria-busy]")).to_have_count(0)


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ask_from_another_origin_with_the_keyboard_alone(browser: Browser, sites: dict[str, str], scheme: str) -> None:
    with visit(browser, sites["portal"], sites["server"], color_scheme=scheme) as (page, troubles):
        page.get_by_role("button", name="Mở trợ lý văn bản").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Câu hỏi")).to_be_focused()
        ask(page, QUESTION)
        expect(page.get_by_role("log")).to_contain_text(QUOTE)
        expect(page.locator("blockquote")).to_be_hidden()
        page.get_by_role("button", name="Nguồn 1: Quyết định").press("Enter")
        expect(page.locator("blockquote")).to_have_text(QUOTE)
        expect(page.locator("summary")).to_contain_text("05/2022/QĐ-UBND · 15/03/2022")
        ask(page, "Còn cấp tỉnh thì sao?")  # understood from what was asked before
        expect(page.locator("article").nth(1)).to_contain_text("15 triệu đồng")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
        assert found.violations_count == 0, found.generate_report()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Mở trợ lý văn bản")).to_be_focused()
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert troubles == []


@needs_browser
def test_abstention_new_conversation_and_hostile_text(browser: Browser, sites: dict[str, str]) -> None:
    with visit(browser, sites["portal"], sites["server"], viewport={"width": 360, "height": 700}) as (page, troubles):
        page.get_by_role("button", name="Mở trợ lý văn bản").click()
        ask(page, "Giá vàng hôm nay ra sao thế?")
        expect(page.get_by_text("Không có trong kho văn bản")).to_be_visible()
        ask(page, "Lịch tiếp công dân vào thứ Năm hằng tuần tại trụ sở?")
        expect(page.locator("article").nth(1)).to_contain_text('<img src=x onerror="window.hacked=1">')
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.get_by_role("button", name="Cuộc hỏi mới").click()
        expect(page.locator("article")).to_have_count(0)
        assert troubles == []


@needs_browser
def test_another_site_gets_nothing_with_the_same_key(browser: Browser, sites: dict[str, str]) -> None:
    with visit(browser, sites["thief"], sites["server"]) as (page, troubles):
        page.get_by_role("button", name="Open the document assistant").click()
        page.get_by_role("textbox", name="Question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("The assistant cannot be reached. Try again later.")
        expect(page.get_by_role("log")).not_to_contain_text("8 triệu")
        assert any("CORS" in trouble for trouble in troubles)


def headers(key: str, origin: str | None = SITE) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} | ({"Origin": origin} if origin else {})


def test_a_key_of_web_pages_asks_from_its_site_and_does_nothing_else() -> None:
    keys = KeyStore()
    _, key = keys.create("cổng", origins=[f"{SITE}/", SITE])
    client = TestClient(create_app(LittleAssistant(), keys=keys), follow_redirects=False)

    def asked(origin: str | None) -> tuple[int, str | None]:
        answer = client.post("/v1/ask", json={"question": QUESTION}, headers=headers(key, origin))
        return answer.status_code, answer.headers.get("access-control-allow-origin")

    assert asked(SITE) == (200, SITE)
    for other in (None, "null", "https://evil.example", f"{SITE}.evil.example", SITE.replace("https", "http")):
        assert asked(other) == (403, None)
    for path in ("/v1/documents", "/v1/conversations", "/v1/answers/x", "/", "/metrics"):
        assert client.get(path, headers=headers(key)).status_code == 403, path
    for path in ("/v1/search", "/v1/feedback", "/v1/chat/completions", "/v1/conversations"):
        assert client.post(path, json={}, headers=headers(key)).status_code == 403, path
    assert client.post("/sign-in", data={"key": key}, headers={"Origin": SITE}).status_code == 401
    keys.revoke(keys.list()[0].id)
    assert asked(SITE) == (401, None)


def test_preflight_and_configured_origins() -> None:
    keys = KeyStore()
    keys.create("cổng", origins=[SITE])
    client = TestClient(create_app(LittleAssistant(), keys=keys, cors_origins=["https://noi-bo.vn"]))

    def preflight(origin: str, path: str = "/v1/ask") -> tuple[int, str | None]:
        sent = {"Origin": origin, "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type"}  # fmt: skip
        answer = client.options(path, headers=sent)
        assert "access-control-allow-credentials" not in answer.headers
        return answer.status_code, answer.headers.get("access-control-allow-origin")

    assert preflight(SITE) == (200, SITE)
    assert preflight("https://noi-bo.vn") == (200, "https://noi-bo.vn")
    assert preflight("https://evil.example") == (400, None)
    assert preflight(SITE, "/sign-in")[1] is None


def test_the_script_is_open_to_all_pages_and_cached_by_its_tag() -> None:
    client = TestClient(create_app(LittleAssistant(), keys=KeyStore()), client=("192.0.2.7", 1))
    script = client.get("/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.get("/widget.js", headers={"If-None-Match": script.headers["etag"]}).status_code == 304
    text = widget_script()[0]
    assert "--accent" in text
    for forbidden in ("innerHTML", "eval(", "document.write", "http://", "https://cdn"):
        assert forbidden not in text.replace("http://www.w3.org/2000/svg", ""), forbidden


@pytest.mark.parametrize(
    ("address", "origin"),
    [("https://Lamgiang.gov.vn/", SITE), ("https://lamgiang.gov.vn:443", SITE), ("http://[::1]:8080", "http://[::1]:8080"),
     ("https://bücher.example", "https://xn--bcher-kva.example")],
)  # fmt: skip
def test_origins_are_as_browsers_send_them(address: str, origin: str) -> None:
    assert site_origin(address) == origin


@pytest.mark.parametrize(
    "address", ["*", "lamgiang.gov.vn", "https://a.vn/trang", "ftp://a.vn", "https://", "https://a:b"]
)
def test_what_is_no_origin_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError):
        KeyStore().create("a", origins=[address])


def test_a_key_of_web_pages_cannot_edit() -> None:
    with pytest.raises(InvalidInputError):
        KeyStore().create("a", "editor", origins=[SITE])


def test_the_demo_page_has_a_strict_policy() -> None:
    answer = TestClient(demo_page("https://tro-ly.vn/hoi/", 'pa_"><script>')).get("/")
    assert 'src="https://tro-ly.vn/hoi/widget.js"' in answer.text
    assert "&quot;&gt;&lt;script&gt;" in answer.text
    assert "script-src https://tro-ly.vn;" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
