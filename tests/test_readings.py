"""Whose figure, whose office, how much altogether: questions that several sentences seem to answer and one does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from provincial_texts import TEXTS

from assistant.chain import PolicyAssistant
from assistant.settings import Settings
from assistant.types import Answer, Filters, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store


@pytest.fixture(scope="module")
def provinces(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over a few reports and decisions made up for these tests."""
    folder = tmp_path_factory.mktemp("provinces")
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, **options: Any) -> Answer:
    return assistant.ask(Query(question=question, **options))


def cited(answer: Answer) -> set[str]:
    return {citation.source.removesuffix(".txt") for citation in answer.citations}


# --- of which unit -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("question", ["Tỷ lệ hộ nghèo năm 2031 là bao nhiêu?", "ty le ho ngheo cua tra vinh nam 2031"])
def test_the_figure_of_a_part_does_not_answer_for_the_whole(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert "0,48%" in answer.answer and "1,27%" not in answer.answer and "2,91%" not in answer.answer
    assert "97,4%" not in answer.answer  # another rate beside it


@pytest.mark.parametrize(
    "question",
    ["Tỷ lệ hộ nghèo của tỉnh Bến Tre năm 2031 là bao nhiêu?", "Thu ngân sách của tỉnh Bến Tre năm 2031?"],
)
def test_a_province_is_not_answered_for_by_its_district(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert answer.status == "abstained" and cited(answer) == {"ba-tri-2031"}
    assert "chỉ có số liệu của huyện Ba Tri" in answer.answer


def test_the_figure_of_a_part_is_given_as_such(provinces: PolicyAssistant) -> None:
    assert ask(provinces, "Đàn bò có bao nhiêu con?").answer.startswith("Số liệu của huyện Ba Tri: ")
    narrowed = ask(provinces, "Tỷ lệ hộ nghèo năm 2031?", filters=Filters(organ="Ba Tri"))
    assert narrowed.answer.startswith("Số liệu của huyện Ba Tri: ") and "2,91%" in narrowed.answer
    assert ask(provinces, "Đàn bò huyện Ba Tri có bao nhiêu con?").answer.startswith("3. Đàn bò")


def test_a_part_is_answered_for_where_it_is_asked_about(provinces: PolicyAssistant) -> None:
    assert "1,27%" in ask(provinces, "Tỷ lệ hộ nghèo của huyện Trà Cú năm 2031?").answer
    assert "1,27%" in ask(provinces, "Huyện nào của Trà Vinh có tỷ lệ hộ nghèo cao nhất năm 2031?").answer


def test_what_was_signed_in_a_city_gives_no_figure_of_the_city(provinces: PolicyAssistant) -> None:
    assert ask(provinces, "Tỷ lệ chi thường xuyên ngân sách của Hà Nội năm 2031 là bao nhiêu?").status == "abstained"
    assert "62%" in ask(provinces, "Tỷ lệ chi thường xuyên ngân sách năm 2031 là bao nhiêu?").answer


# --- lists -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("question", ["Mỗi vườn trồng mới được hỗ trợ bao nhiêu?", "muc ho tro vuon trong moi"])
def test_an_amount_is_given_from_the_whole_list_that_it_stands_in(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert answer.status == "answered" and "1. Vườn trồng mới:" in answer.answer
    assert "12.000.000" in answer.answer and "7.000.000" in answer.answer and "25.000.000" not in answer.answer


def test_what_is_paid_each_month_is_an_amount(provinces: PolicyAssistant) -> None:
    assert "200.000 đồng" in ask(provinces, "Nhóm tưới nước được hỗ trợ bao nhiêu một tháng?").answer


def test_how_long_is_answered_by_a_duration_and_not_by_dates(provinces: PolicyAssistant) -> None:
    assert "12 tháng" in ask(provinces, "Nhóm tưới nước được hỗ trợ trong bao lâu?").answer


def test_who_does_something_may_be_an_office_or_organ(provinces: PolicyAssistant) -> None:
    assert "Sở Nông nghiệp" in ask(provinces, "Ai phê duyệt danh sách vườn cải tạo trên địa bàn nhiều xã?").answer


def test_a_list_is_found_by_the_title_of_its_article(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Những cây ăn trái nào trên địa bàn tỉnh thuộc diện được hỗ trợ cải tạo?")
    assert all(tree in answer.answer for tree in ("Dừa sáp", "Bưởi da xanh", "Măng cụt"))


# --- who held an office, and when --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "question",
    [
        "Ai là Bí thư Tỉnh ủy Trà Vinh trước ông Thạch Minh Khang?",
        "Tiền nhiệm của Bí thư Tỉnh ủy Thạch Minh Khang là ai?",
    ],
)
def test_whom_somebody_replaced_held_the_office_before(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert answer.status == "answered" and "thay đồng chí Trương Hoài Bắc" in answer.answer


def test_an_earlier_holder_is_given_as_no_more_than_that(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Ai là Giám đốc Sở Tài chính trước ông Lâm Quốc Trí?")
    assert "không nói ai giữ chức vụ này ngay trước Lâm Quốc Trí" in answer.answer
    assert "Đỗ Hữu Nghĩa" in answer.answer and cited(answer) == {"tra-vinh-2030"}


def test_a_predecessor_that_no_document_names_is_not_made_up(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Ai là Giám đốc Sở Nội vụ trước ông Kim Văn Hữu?")
    assert answer.status == "abstained" and "trước Kim Văn Hữu" in answer.answer and "Kim Văn Hữu," in answer.answer


def test_a_follow_up_asks_for_who_was_before_the_one_just_named(provinces: PolicyAssistant) -> None:
    history = (
        Turn(role="user", content="Ai là Bí thư Tỉnh ủy Trà Vinh?"),
        Turn(role="assistant", content="Đồng chí Thạch Minh Khang [1]."),
    )
    assert "Trương Hoài Bắc" in ask(provinces, "Trước đó ai giữ chức này?", history=history).answer


@pytest.mark.parametrize(("year", "holder"), [(2030, "Lê Quang Tín"), (2031, "Huỳnh Tấn Phước")])
def test_a_signature_says_who_held_the_office_that_year(provinces: PolicyAssistant, year: int, holder: str) -> None:
    answer = ask(provinces, f"Năm {year} ai là Chủ tịch UBND tỉnh Trà Vinh?")
    assert holder in answer.answer and cited(answer) <= {f"tra-vinh-{year}", "qd-19-2030"}


def test_a_holder_of_a_year_without_documents_is_not_guessed(provinces: PolicyAssistant) -> None:
    assert ask(provinces, "Năm 2027 ai là Giám đốc Sở Tài chính Trà Vinh?").status == "abstained"
    assert ask(provinces, "Năm 2031 ai là Giám đốc Sở Y tế Trà Vinh?").status == "abstained"


def test_a_wrong_holder_is_corrected_from_the_signature(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Có phải bà Nguyễn Thị Hạnh là Chủ tịch UBND tỉnh Trà Vinh không?").answer
    assert answer.startswith("Tài liệu không ghi Nguyễn Thị Hạnh giữ chức vụ này.") and "Huỳnh Tấn Phước" in answer


# --- several years together --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "question",
    [
        "Tổng thu ngân sách Trà Vinh 2030-2031 là bao nhiêu?",
        "Cả hai năm 2030 và 2031 Trà Vinh thu ngân sách tổng cộng bao nhiêu?",
        "thu ngan sach tra vinh tu nam 2030 den nam 2031 cong lai duoc bao nhieu",
    ],
)
def test_years_are_given_one_by_one_and_not_added_up(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert answer.answer.startswith("Kho tài liệu không nêu số tổng của các năm 2030–2031; số liệu từng năm như sau:")
    assert "6.640 tỷ" in answer.answer and "7.310 tỷ" in answer.answer and "13.950" not in answer.answer
    assert cited(answer) == {"tra-vinh-2030", "tra-vinh-2031"}


def test_a_year_without_a_figure_is_named(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Tổng thu ngân sách Trà Vinh 2029-2031 là bao nhiêu?")
    assert "Không tìm thấy trong kho tài liệu: Thu ngân sách Trà Vinh năm 2029" in answer.answer


def test_a_total_that_a_document_states_is_given(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Tổng vốn đầu tư công của Trà Vinh giai đoạn 2029-2031 là bao nhiêu?")
    assert answer.answer == "4. Tổng vốn đầu tư công giai đoạn 2029 - 2031 là 12.450 tỷ đồng. [1]"


def test_the_total_of_something_else_is_not_taken_for_it(provinces: PolicyAssistant) -> None:
    assert "12.450" not in ask(provinces, "Tổng chi thường xuyên của Trà Vinh giai đoạn 2029-2031 là bao nhiêu?").answer


# --- two places, two facts ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "question",
    [
        "Thu ngân sách năm 2031 của Trà Vinh và Vĩnh Long là bao nhiêu?",
        "Trà Vinh và Vĩnh Long, nơi nào có thu ngân sách năm 2031 cao hơn?",
        "Nơi nào có thu ngân sách năm 2031 cao hơn, Trà Vinh hay Vĩnh Long?",
        "Trà Vinh có thu ngân sách cao hơn Vĩnh Long năm 2031 không?",
    ],
)
def test_each_of_two_places_is_given_with_its_own_figure(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert [line.partition(":")[0] for line in answer.answer.splitlines()] == ["Trà Vinh", "Vĩnh Long"]
    assert "7.310" in answer.answer and "8.150" in answer.answer
    assert cited(answer) == {"tra-vinh-2031", "vinh-long-2031"}


def test_a_place_without_a_figure_is_said_to_have_none(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Tỷ lệ hộ nghèo năm 2031 của Trà Vinh và Bến Tre?")
    assert "0,48%" in answer.answer and "2,91%" not in answer.answer
    assert "Không tìm thấy trong kho tài liệu: Tỷ lệ hộ nghèo năm 2031 của Bến Tre" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Quyết định 19/2030/QĐ-UBND ban hành ngày nào và do ai ký?",
        "Ai ký Quyết định 19/2030/QĐ-UBND và quyết định này ban hành ngày nào?",
        "Quyết định số 19/2030/QĐ-UBND do ai ký, ban hành ngày nào?",
    ],
)
def test_two_facts_about_a_document_are_both_given(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert "20 tháng 6 năm 2030" in answer.answer and "Huỳnh Tấn Phước" in answer.answer
    assert cited(answer) == {"qd-19-2030"}


# --- documents that are only cited -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Nghị quyết 41-NQ/TW nói gì?", "kinh tế vườn"),
        ("Nghị quyết 41-NQ/TW ban hành ngày nào?", "ngày 10 tháng 5 năm 2030"),
    ],
)
def test_of_a_cited_document_is_told_what_the_citing_one_says(
    provinces: PolicyAssistant, question: str, said: str
) -> None:
    answer = ask(provinces, question)
    assert answer.answer.startswith("Kho tài liệu không có văn bản 41-NQ/TW; văn bản khác nhắc đến như sau: ")
    assert answer.status == "answered" and said in answer.answer and cited(answer) == {"vinh-long-2031"}


@pytest.mark.parametrize("question", ["Nghị quyết 41-NQ/TW do ai ký?", "Chỉ thị 88-CT/TW có hiệu lực từ ngày nào?"])
def test_what_only_the_document_itself_would_say_is_not_guessed(provinces: PolicyAssistant, question: str) -> None:
    answer = ask(provinces, question)
    assert answer.status == "abstained" and answer.reason == "not_found" and cited(answer) == {"vinh-long-2031"}
    assert answer.answer.startswith("Kho tài liệu không có văn bản ") and "chỉ được nhắc đến" in answer.answer


def test_a_document_that_nobody_cites_is_said_to_be_missing(provinces: PolicyAssistant) -> None:
    answer = ask(provinces, "Nghị quyết 77-NQ/TW nói gì?")
    assert answer.status == "abstained" and "không có văn bản 77-NQ/TW" in answer.answer


# --- what is put for confirmation --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "verdict", "fact"),
    [
        ("Có phải vườn cải tạo của hộ gia đình được 25 triệu đồng/ha?", "Không đúng", "18.000.000 đồng"),
        ("Vườn cải tạo của hộ gia đình được hỗ trợ 18 triệu đồng/ha, đúng không?", "", "18.000.000 đồng"),
        ("Có phải tỷ lệ hộ nghèo của Trà Vinh năm 2031 là 1,27%?", "Không đúng", "0,48%"),
        ("Quyết định 19/2030/QĐ-UBND ban hành ngày 01/8/2030 phải không?", "Không đúng", "20 tháng 6 năm 2030"),
        ("Có phải Quyết định 19/2030/QĐ-UBND do Phó Chủ tịch ký không?", "Tài liệu ghi:", "Huỳnh Tấn Phước"),
        ("Có phải ông Lâm Quốc Trí là Giám đốc Sở Nội vụ?", "Tài liệu không ghi Lâm Quốc Trí", "Kim Văn Hữu"),
        ("Có phải ông Kim Văn Hữu là Giám đốc Sở Nội vụ không?", "Đúng, tài liệu ghi:", "Kim Văn Hữu"),
    ],
)
def test_a_false_premise_is_corrected_and_a_true_one_confirmed(
    provinces: PolicyAssistant, question: str, verdict: str, fact: str
) -> None:
    answer = ask(provinces, question).answer
    assert answer.startswith(verdict) and fact in answer and (verdict or "Không đúng" not in answer)
