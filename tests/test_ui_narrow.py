"""Narrowing questions to some of the documents, in a real browser and as a function of a form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chat_page import Open, ask, narrow, needs_browser, typed
from little_assistant import DECISION, HOSTILE, REPORT, LittleAssistant
from playwright.sync_api import expect

from assistant.types import Filters
from assistant.ui.filters import EVERYTHING, Choice, Scope, chips, choices, read_scope
from assistant.ui.strings import ENGLISH, VIETNAMESE

WORDS = VIETNAMESE.narrow


@needs_browser
def test_filters_show_counts_and_apply_to_question_and_follow_up(open_chat: Open, assistant: LittleAssistant) -> None:
    page = open_chat()
    options = page.locator("#pa-filters [name=doc_type] option").all_inner_texts()
    assert sorted(options) == ["Báo cáo (1)", "Quyết định (1)", "Thông báo (1)", "Tất cả"]
    narrow(page, doc_type="Quyết định", year_from="2021", year_to="2023", as_of="2023-06-30")
    chip_texts = page.locator(".chip span")
    expect(chip_texts).to_have_text(["Quyết định", "2021–2023", "Tính đến 30/06/2023"])
    expect(page.locator(".scope-count")).to_have_text("1/3 văn bản")
    expect(page.locator("#pa-cards .card")).to_have_count(1)
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    ask(page, "Còn cấp tỉnh thì sao?")
    for query in typed(assistant)[-2:]:
        assert query.filters == Filters(doc_type="Quyết định", year_from=2021, year_to=2023)
        assert query.as_of == date(2023, 6, 30)
    expect(page.locator("#pa-current .within")).to_have_text(
        "Trong phạm vi: Quyết định, 2021–2023, Tính đến 30/06/2023"
    )


@needs_browser
def test_a_chip_is_removed_and_an_abstention_offers_to_widen(open_chat: Open, assistant: LittleAssistant) -> None:
    page = open_chat()
    narrow(page, doc_type="Báo cáo", year_from="2023")
    page.get_by_role("button", name=WORDS.remove.format(what="Từ năm 2023")).click()
    expect(page.locator(".chip span")).to_have_text(["Báo cáo"])
    expect(page.get_by_role("button", name=WORDS.open)).to_be_focused()
    ask(page, "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?")
    expect(page.locator("#pa-current .abstained-heading")).to_be_visible()
    page.get_by_role("button", name=WORDS.widen).click()
    expect(page.locator("#pa-current .answer")).to_contain_text("8 triệu đồng")
    expect(page.locator(".chip")).to_have_count(0)
    assert typed(assistant)[-1].filters == Filters()
    expect(page.locator(".exchange")).to_have_count(1)


@needs_browser
def test_limits_that_leave_nothing_are_said_and_escape_closes_the_form(open_chat: Open) -> None:
    page = open_chat()
    narrow(page, year_to="1990")
    expect(page.locator(".scope-count")).to_have_text(WORDS.nothing)
    page.get_by_role("button", name=WORDS.open).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("form", name=WORDS.heading)).to_be_hidden()
    expect(page.get_by_role("button", name=WORDS.open)).to_be_focused()


def test_a_form_becomes_a_scope_and_nonsense_changes_nothing() -> None:
    asked = {"organ": " Ban Dân vận ", "year_from": "2024", "year_to": "2021", "as_of": "2023-01-31", "other": "x"}
    scope = read_scope(asked, EVERYTHING)
    assert scope == Scope(Filters(organ="Ban Dân vận", year_from=2021, year_to=2024), date(2023, 1, 31))
    for nonsense in ({"as_of": "hôm qua"}, {"year_from": "99999"}):
        assert read_scope(nonsense, scope) == scope
    assert read_scope({"year_from": "abc"}, EVERYTHING) == EVERYTHING
    assert scope.without("years").without("organ").without("as_of") == EVERYTHING


def test_chips_in_both_languages() -> None:
    one = Scope(Filters(year_from=2020, year_to=2020))
    assert [chip.text for chip in chips(one, VIETNAMESE)] == ["2020"]
    assert [chip.text for chip in chips(Scope(Filters(year_to=2020)), VIETNAMESE)] == ["Đến năm 2020"]
    assert [chip.text for chip in chips(Scope(Filters(year_from=2020)), ENGLISH)] == ["From 2020"]
    assert chips(EVERYTHING, ENGLISH) == ()


def test_counts_are_those_that_a_further_choice_would_leave() -> None:
    other = replace(REPORT, document_id="bc-2", organ="Sở Nội vụ")
    found = choices([REPORT, other, DECISION, HOSTILE], Scope(Filters(doc_type="Báo cáo")))
    assert set(found.organs) == {Choice("Ban Dân vận Tỉnh ủy", 1), Choice("Sở Nội vụ", 1)}
    assert found.kinds[0] == Choice("Báo cáo", 2)  # its own limit does not count
    assert (found.within, found.total, found.years) == (2, 4, (2022, 2024))
