"""Widths, dark and light, and what axe-core says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from itertools import combinations

import pytest
from chat_page import Open, ask, barriers, needs_browser
from playwright.sync_api import Locator, expect

from assistant.ui.strings import ENGLISH, VIETNAMESE


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
def test_the_parts_of_the_header_never_overlap(open_chat: Open) -> None:
    page = open_chat()
    for language in ("English", "Tiếng Việt"):
        page.get_by_role("button", name=language).click()
        expect(page.get_by_role("button", name=language)).to_have_count(0)
        for width in (360, 641, 768, 1024, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 740})
            leaves = page.locator(".bar :is(h1, .brand p, .tabs a, .tools button):visible").evaluate_all(
                "all => all.map(e => e.getBoundingClientRect()).map(r => [r.left, r.top, r.right, r.bottom])"
            )
            for one, other in combinations(leaves, 2):
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
                assert apart, (language, width, one, other)
            assert all(left >= 0 and right <= width for left, _, right, _ in leaves), (language, width)


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
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rooms_have_no_barriers_at_any_width_and_nothing_sticks_out(open_chat: Open, scheme: str) -> None:
    page = open_chat(width=1440, height=740, color_scheme=scheme, reduced_motion="reduce")
    ask(page, "Các huyện tổ chức bao nhiêu cuộc đối thoại với nhân dân?")
    expect(page.locator(".follow-ups button")).to_be_visible()

    def sound(heading: Locator) -> None:
        """Go through the widths with what is open."""
        for width in (1440, 768, 360):
            page.set_viewport_size({"width": width, "height": 740})
            expect(heading).to_be_visible()
            assert barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == width

    sound(page.locator("#pa-current .answer"))
    page.get_by_role("button", name=VIETNAMESE.narrow.open).click()
    sound(page.get_by_role("form", name=VIETNAMESE.narrow.heading))
    page.keyboard.press("Escape")
    for view in ("library", "kept", "quality"):
        page.get_by_role("link", name=VIETNAMESE.views[view]).click()
        sound(page.locator(f".room.{view} h2"))
    page.get_by_role("link", name=VIETNAMESE.views["library"]).click()
    page.locator(".library .row-main").first.click()
    sound(page.locator("#pa-viewer .detail h2"))


def vietnamese_words(words: object, translated: object) -> set[str]:
    """What the page says in Vietnamese and in other words in English, without what has parts to be filled in."""
    if isinstance(words, str):
        return {words} if words != translated and "{" not in words else set()
    pairs: Iterable[tuple[object, object]] = ()
    if isinstance(words, dict) and isinstance(translated, dict):
        pairs = ((words[key], translated[key]) for key in words)
    elif isinstance(words, tuple) and isinstance(translated, tuple):
        pairs = zip(words, translated, strict=True)
    elif is_dataclass(words):
        pairs = ((getattr(words, f.name), getattr(translated, f.name)) for f in fields(words))
    return set().union(*(vietnamese_words(*pair) for pair in pairs))


_TOLD = "all => all.flatMap(e => [e.innerText, e.ariaLabel, e.title, e.placeholder].filter(Boolean))"


@needs_browser
def test_every_room_speaks_english(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "Giá vàng hôm nay thế nào?")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    own = vietnamese_words(VIETNAMESE, ENGLISH) - {ENGLISH.other_language}
    seen = {}
    for view, heading in (
        ("library", ENGLISH.library.heading), ("kept", ENGLISH.kept.heading), ("quality", ENGLISH.quality.heading),
        ("chat", ENGLISH.abstained["not_found"]),
    ):  # fmt: skip
        page.get_by_role("link", name=ENGLISH.views[view]).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        told = page.locator("body *:visible").evaluate_all(_TOLD)
        seen[view] = {line.strip() for text in told for line in text.split("\n")}
    assert {view: found for view, lines in seen.items() if (found := lines & own)} == {}
    assert ENGLISH.library.search in seen["library"]  # such words are looked at indeed
