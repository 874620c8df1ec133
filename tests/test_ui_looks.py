"""Widths, dark and light, and what axe-core says."""

from __future__ import annotations

import re

import pytest
from chat_page import Open, ask, barriers, needs_browser
from playwright.sync_api import expect

from assistant.ui.strings import VIETNAMESE


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

    assert barriers(page) == []
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    assert barriers(page) == []
    page.locator("#pa-current button.cite").click()
    expect(page.locator("#pa-viewer mark")).to_be_visible()
    assert barriers(page) == []
    ask(page, "Giá vàng hôm nay thế nào?")
    assert barriers(page) == []


@needs_browser
def test_lists_scroll_by_themselves_and_the_frame_stays(open_chat: Open) -> None:
    page = open_chat(height=420)

    def frame_moved() -> object:
        return page.evaluate("['#pa-main', '#pa-side'].map(s => document.querySelector(s).scrollTop).some(Boolean)")

    page.locator("#pa-cards .card").last.scroll_into_view_if_needed()
    expect(page.locator("#pa-cards .card").last).to_be_in_viewport(ratio=0.9)
    page.get_by_role("link", name=VIETNAMESE.views["library"]).click()
    page.locator(".library .row").last.scroll_into_view_if_needed()
    expect(page.locator(".library .row").last).to_be_in_viewport(ratio=0.9)
    assert not frame_moved()


@needs_browser
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_rooms_at_every_width_have_no_barriers_and_nothing_sticks_out(open_chat: Open, width: int) -> None:
    page = open_chat(width=width, height=740, color_scheme="dark" if width == 768 else "light")
    page.get_by_role("button", name=VIETNAMESE.narrow.open).click()
    expect(page.get_by_role("form", name=VIETNAMESE.narrow.heading)).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    for view in ("library", "kept", "quality"):
        page.get_by_role("link", name=VIETNAMESE.views[view]).click()
        expect(page.locator(".room h2").first).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
