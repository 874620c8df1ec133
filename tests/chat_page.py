"""The chat in a real browser: fixtures and helpers that all tests of it share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from little_assistant import LittleAssistant
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from serving import serving

from assistant.types import Query
from assistant.ui.strings import VIETNAMESE

CHROMIUM = shutil.which("chromium")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
PATIENCE_MS = 30_000  # a busy machine is not a failure
expect.set_options(timeout=PATIENCE_MS)


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
    expected: tuple[str, ...] = ()  # parts of the troubles that the test brings about
    troubles: list[str] = field(default_factory=list)

    def note(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"request to {request.url}")


Open = Callable[..., Page]


@pytest.fixture
def open_chat(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the chat; fails the test if a page logs an error or asks another host for anything."""
    visits: list[Visit] = []

    def open_chat(
        width: int = 1440,
        height: int = 900,
        at: str | None = None,
        path: str = "/",
        ready: bool = True,
        before: Callable[[Page], object] = lambda page: None,
        expected: tuple[str, ...] = (),
        **options: object,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN", **options)  # type: ignore[arg-type]
        visit = Visit(context.new_page(), at or address, expected)
        visit.page.on("request", visit.note)
        visit.page.on("pageerror", lambda error: visit.troubles.append(f"error: {error}"))
        visit.page.on("console", lambda m: visit.troubles.append(f"console: {m.text}") if m.type == "error" else None)
        visits.append(visit)
        before(visit.page)
        visit.page.goto(visit.address + path)
        if ready:
            expect(visit.page.get_by_role("heading", name=VIETNAMESE.greeting)).to_be_visible()
        return visit.page

    yield open_chat
    troubles = [
        trouble for visit in visits for trouble in visit.troubles if not any(part in trouble for part in visit.expected)
    ]
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


def narrow(page: Page, **values: str) -> None:
    """Fill the form of filters in and apply it."""
    page.get_by_role("button", name=VIETNAMESE.narrow.open).click()
    form = page.get_by_role("form", name=VIETNAMESE.narrow.heading)
    expect(form).to_be_visible()
    for name, value in values.items():
        field = form.locator(f"[name={name}]")
        if name in ("organ", "doc_type"):
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button", name=VIETNAMESE.narrow.apply).click()
    expect(form).to_be_hidden()


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Let the page go on until something has happened on the server; fails when it does not."""
    for _ in range(PATIENCE_MS // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")


def barriers(page: Page) -> list[str]:
    """What axe-core finds: barriers for people who do not see the page or use no mouse."""
    violations = Axe().run(page).response["violations"]
    return [f"{violation['id']}: {node['html'][:200]}" for violation in violations for node in violation["nodes"]]


def typed(assistant: LittleAssistant) -> list[Query]:
    """What readers asked, without the questions that the chat tries out in order to suggest them."""
    return [query for query in assistant.asked if query.mode == "auto"]
