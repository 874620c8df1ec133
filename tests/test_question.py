"""Understanding a question: spelling, follow-ups, and what any evidence must bear out."""

from __future__ import annotations

import unicodedata

import pytest

from assistant.chain import PolicyAssistant
from assistant.question.followup import standalone
from assistant.question.names import find_names
from assistant.question.provisions import Provision, find_provisions, provision_of
from assistant.question.roles import asked_role, holds_role
from assistant.question.shorthand import expand_abbreviations
from assistant.question.spelling import mend
from assistant.question.understand import Question, read, understand
from assistant.types import Turn
from vectorstore.words import Words


@pytest.fixture(scope="module")
def corpus(sample_assistant: PolicyAssistant) -> Words:
    """Syllable counts of the sample documents."""
    return sample_assistant.store.words


def asked(question: str) -> Question:
    return read(question, question, False)


def talk(*messages: str) -> tuple[Turn, ...]:
    """Question and answer in turn."""
    return tuple(Turn(role="assistant" if n % 2 else "user", content=m) for n, m in enumerate(messages))


# --- spelling ----------------------------------------------------------------------------------------------------
def test_provinces_are_written_as_they_are_whatever_the_corpus_says(corpus: Words) -> None:
    assert "Bến Tre" in mend("so mo hinh cua tinh ben tre nam 2023", corpus).text


@pytest.mark.parametrize(
    "accented",
    [
        "ai chủ trì hội nghị đối thoại với nông dân",
        "mức hỗ trợ tổ hòa giải",
        "quy chế dân chủ ở cơ sở",
        "giải phóng mặt bằng đường nối giang châu vân khê",
        "kết quả giải quyết đơn thư khiếu nại",
        "nhân dân hiến bao nhiêu ha đất năm 2022",
        "TỈNH LÂM GIANG CÓ BAO NHIÊU HUYỆN",
    ],
)
def test_diacritics_come_back_from_the_corpus(corpus: Words, accented: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFD", accented) if not unicodedata.combining(c))
    bare = bare.replace("đ", "d").replace("Đ", "D")
    mended = mend(bare, corpus)
    assert mended.text == accented
    assert mended.unaccented


@pytest.mark.parametrize(
    ("bare", "meant"),
    [
        ("thu ngan sach nam 2023 la bao nhieu", "thu ngân sách năm 2023 là bao nhiêu"),
        ("tong thu ngan sach nha nuoc nam 2022", "tổng thu ngân sách nhà nước năm 2022"),
        ("ai la giam doc so y te truoc ong Minh", "ai là giám đốc sở y tế trước ông Minh"),
        ("ty le that nghiep tu nam 2021 den nam 2023", "tỷ lệ thất nghiệp từ năm 2021 đến năm 2023"),
        ("thong tu 40/2026/TT-BTC do ai ky ngay nao", "thông tư 40/2026/TT-BTC do ai ký ngày nào"),
    ],
)  # fmt: skip
def test_common_terms_are_read_as_such_in_a_corpus_that_hardly_has_them(bare: str, meant: str) -> None:
    class Few:  # as in documents on deputy ministers alone: "thứ" is everywhere, "thu" once
        def syllable_forms(self, folded: str) -> dict[str, int]:
            counts = {"thu": {"thứ": 90, "thư": 20, "thu": 1}, "tong": {"tổng": 40}, "ngan": {"ngân": 9}}
            known = {"la": {"là": 50}, "ngay": {"ngày": 60, "ngay": 40}, "do": {"do": 30, "đô": 9}}
            return {**counts, **known}.get(folded, {})

        def bigram_count(self, first: str, second: str) -> int:
            return {("tổng", "thư"): 6, ("thứ", "trưởng"): 80}.get((first, second), 0)

    assert mend(bare, Few()).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Công tác daan vận chính quyền", "Công tác dân vận chính quyền"),
        ("Mặt trận Toor quốc", "Mặt trận Tổ quốc"),
        ("đối thoại vowis nông dân", "đối thoại với nông dân"),
        ("Chur tịch ủy ban là ai?", "Chủ tịch ủy ban là ai?"),
        ("Lịch tieeps dân", "Lịch tiếp dân"),
    ],
)
def test_telex_left_in_a_word_is_decoded(corpus: Words, typed: str, meant: str) -> None:
    assert mend(typed, corpus).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "Nhân dân hiến bao nhiêu đất?",
        "Ai ký?",
        "Uỷ ban nhân dân tỉnh có bao nhiêu thành viên?",  # old tone placement is no error
        "UBND tỉnh ban hành gì?",
        "Ông Trần Minh Tâm là ai?",
        "Điều 5 quy định gì?",
        "Giá vàng hôm nay là bao nhiêu?",
        "COVID-19 ảnh hưởng thế nào đến sản xuất?",
        "website lamgiang.gov.vn",
    ],
)
def test_what_is_right_or_unknown_stays_as_it_is(corpus: Words, text: str) -> None:
    assert mend(text, corpus).text == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nghị quyêt 05-NQ/TU noi ve gi", "Nghị quyết 05-NQ/TU nói về gì"),
        ("Báo cao năm 2022 cua Ban Dân vận", "Báo cáo năm 2022 của Ban Dân vận"),
        ("đc Vi Thị Kim Oanh đc bầu giữ chức gì?", "đồng chí Vi Thị Kim Oanh được bầu giữ chức gì?"),
    ],
)
def test_single_words_without_diacritics_are_mended(corpus: Words, typed: str, meant: str) -> None:
    mended = mend(typed, corpus)
    assert mended.text == meant
    assert not mended.unaccented


def test_decomposed_letters_are_the_same_question(corpus: Words) -> None:
    text = "Nhân dân hiến bao nhiêu đất?"
    assert mend(unicodedata.normalize("NFD", text), corpus).text == text


def test_abbreviations_are_spelled_out_for_search() -> None:
    assert expand_abbreviations("Chủ tịch UBND tỉnh và HĐND xã") == "Ủy ban nhân dân Hội đồng nhân dân"
    assert expand_abbreviations("Chủ tịch xã") == ""


# --- follow-ups --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("previous", "question", "alone"),
    [
        ("Năm 2022 có bao nhiêu cuộc đối thoại?", "Thế năm 2021 thì sao?", "Năm 2021 có bao nhiêu cuộc đối thoại?"),
        ("Chủ tịch tỉnh năm 2024 là ai?", "Thế năm 2022 thì ai?", "Chủ tịch tỉnh năm 2022 là ai?"),
        ("Năm 2022 có bao nhiêu cuộc đối thoại?", "Cảm ơn. Còn năm 2023?", "Năm 2023 có bao nhiêu cuộc đối thoại?"),
        ("nam 2022 co bao nhieu to hoa giai", "con nam 2021?", "nam 2021 co bao nhieu to hoa giai?"),
        ("Năm 2023 Đà Nẵng có bao nhiêu xã?", "Còn ở Hải Phòng thì sao?", "Năm 2023 Hải Phòng có bao nhiêu xã?"),
        ("Huyện Sơn Trạch có bao nhiêu thôn?", "Còn huyện Phú Khê?", "huyện Phú Khê có bao nhiêu thôn?"),
        (
            "Quyết định 14/2021/QĐ-UBND có hiệu lực từ ngày nào?",
            "Còn Quyết định 22/2023/QĐ-UBND thì sao?",
            "Quyết định 22/2023/QĐ-UBND có hiệu lực từ ngày nào?",
        ),
        ("Điều 4 Quy chế quy định gì?", "Còn Điều 5?", "Điều 5 Quy chế quy định gì?"),
        ("Tập thể cấp tỉnh được thưởng bao nhiêu?", "Thế còn cấp huyện?", "Tập thể cấp huyện được thưởng bao nhiêu?"),
    ],
)  # fmt: skip
def test_ellipsis_takes_the_question_before(previous: str, question: str, alone: str) -> None:
    assert standalone(question, talk(previous, "…")) == alone


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [
        (("Chỉ thị 12-CT/TU về việc gì?", "…"), "Văn bản đó ban hành ngày nào?", "Chỉ thị 12-CT/TU ban hành ngày nào?"),
        (("Ai ký Kết luận 64-KL/TU?", "…"), "Kết luận này có mấy mục?", "Kết luận 64-KL/TU có mấy mục?"),
        (
            ("Ai chủ trì Hội nghị tổng kết năm 2023?", "Đồng chí Bùi Thị Minh Hoài [1]."),
            "Hội nghị đó diễn ra ở đâu?",
            "hội nghị tổng kết năm 2023 diễn ra ở đâu?",
        ),
        (
            ("Ai làm Trưởng Ban từ tháng 7?", "Đồng chí Vi Thị Kim Oanh [1]."),
            "Bà ấy từng giữ chức gì?",
            "Vi Thị Kim Oanh từng giữ chức gì?",
        ),
        (("Ai là Bí thư Tỉnh ủy Lâm Giang?", "…"), "Tỉnh này có mấy huyện?", "tỉnh Lâm Giang có mấy huyện?"),
        (("Năm 2022 có bao nhiêu vụ cháy?", "…"), "Năm đó có ai bị thương?", "Năm 2022 có ai bị thương?"),
    ],
)
def test_references_are_replaced_by_what_they_mean(before: tuple[str, str], question: str, alone: str) -> None:
    assert standalone(question, talk(*before)) == alone


@pytest.mark.parametrize("question", ["Ai chủ trì?", "Nó do ai ký?", "Vì sao?", "Có bao nhiêu người dự?"])
def test_a_question_too_short_to_stand_alone_gets_the_topic(question: str) -> None:
    alone = standalone(question, talk("Hội nghị tổng kết công tác dân vận năm 2017 diễn ra ngày nào?", "…"))
    assert alone.startswith(question.rstrip("?"))
    assert "Hội nghị tổng kết công tác dân vận năm 2017" in alone


@pytest.mark.parametrize(
    "question",
    [
        "Tỷ lệ hộ nghèo năm 2023 của tỉnh là bao nhiêu?",  # hộ, hồ sơ, hỗ trợ sound like "họ" without diacritics
        "Hồ sơ đề nghị khen thưởng gồm những gì và nộp ở đâu?",
        "Mức hỗ trợ tổ hòa giải ở cơ sở mỗi tháng là bao nhiêu?",
        "Ai là Chủ tịch UBND tỉnh Lâm Giang?",
        "Nghị quyết 05-NQ/TU đề ra mấy nhiệm vụ?",
    ],
)
def test_a_new_topic_is_not_dragged_along(question: str) -> None:
    assert standalone(question, talk("Chỉ thị 12-CT/TU về việc gì?", "…")) == question


@pytest.mark.parametrize(
    "question",
    [
        "Cấp sổ đỏ cho hộ gia đình có đất ở mất bao nhiêu ngày?",  # Sở đó
        "Các xã trên địa bàn tỉnh được bố trí bao nhiêu công chức tư pháp?",
        "Các chức danh do Hội đồng nhân dân bầu được lấy phiếu tín nhiệm mấy lần?",
        "Tổng chi trên địa bàn các xã biên giới là bao nhiêu?",  # chị trên
        "Năm nay tỉnh giao dự toán thu nội địa bao nhiêu tỷ đồng?",
    ],
)
def test_what_only_sounds_like_a_reference_is_none(question: str) -> None:
    before = talk("Năm 2022, Sở Tài chính do ai làm Giám đốc?", "Đồng chí Vi Thị Kim Oanh [1].")
    assert standalone(question, before) == question


def test_there_is_the_event_spoken_of_with_its_diacritics() -> None:
    before = talk("Đồng chí Lê Thị Hạ chủ trì hội thảo về cấp nước nông thôn ở đâu?", "…")
    assert standalone("Ai phát biểu ở đó?", before) == "Ai phát biểu tại hội thảo về cấp nước nông thôn?"


def test_a_third_question_leans_on_the_first() -> None:
    history = talk("Năm 2022 huyện Sơn Trạch có bao nhiêu thôn?", "134 [1].", "Còn năm 2023?", "140 [1].")
    assert standalone("Còn năm 2021?", history) == "Năm 2021 huyện Sơn Trạch có bao nhiêu thôn?"


@pytest.mark.parametrize("civility", ["Xin chào", "cảm ơn nhé!", "Dạ vâng, cảm ơn trợ lý ạ."])
def test_greetings_and_thanks_lean_on_nothing_and_nothing_leans_on_them(civility: str) -> None:
    named = talk("Quyết định 22/2023/QĐ-UBND thay thế văn bản nào?", "…")
    assert standalone(civility, named) == civility
    assert "22/2023/QĐ-UBND" in standalone("Ai ký?", (*named, *talk(civility, "…")))
    assert standalone("Trợ lý làm được gì?", talk(civility, "…")) == "Trợ lý làm được gì?"


@pytest.mark.parametrize("before", ["???", "😀😀", "a " * 1900])
def test_what_is_no_question_is_no_topic(before: str) -> None:
    assert standalone("Ai ký?", talk(before, "…")) == "Ai ký?"


def test_without_a_conversation_nothing_changes() -> None:
    assert standalone("Còn năm 2023?", ()) == "Còn năm 2023?"


# --- names, offices, provisions ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bà Vi Thị Kim Oanh giữ chức gì?", ["Vi Thị Kim Oanh"]),
        ("Đường nối Giang Châu - Vân Khê dài bao nhiêu?", ["Giang Châu", "Vân Khê"]),
        ("Ủy ban nhân dân huyện Thạch Bàn có mấy phòng?", ["Thạch Bàn"]),
        ("Đồng chí Điểu K’Ré dự hội nghị nào?", ["Điểu K’Ré"]),
        ("Chủ tịch UBND tỉnh nói gì về Việt Nam?", []),
        ("Ban Chỉ đạo họp mấy lần?", []),
    ],
)
def test_names_are_told_from_offices_and_organs(text: str, names: list[str]) -> None:
    assert find_names(text) == names


def test_a_deputy_or_a_lower_organ_is_not_the_office_asked_about() -> None:
    role = asked_role("Ai là Trưởng Ban Dân vận Tỉnh ủy Bến Tre năm 2023?")
    assert role is not None and role.head == "truong ban"
    assert holds_role(role, "Đồng chí Bùi Văn Bia, Trưởng Ban Dân vận Tỉnh ủy báo cáo.", "")
    assert holds_role(role, "Trưởng ban Bùi Văn Bia kết luận.", "Ban Dân vận Tỉnh ủy")
    assert not holds_role(role, "Đồng chí Lê Văn Tám, Phó Trưởng Ban Dân vận Tỉnh ủy báo cáo.", "")
    assert not holds_role(role, "Đồng chí Trương Thị Mai, Trưởng Ban Tổ chức Trung ương dự.", "")
    assert asked_role("Có bao nhiêu mô hình được công nhận?") is None


def test_provisions_of_a_question_and_of_a_sentence() -> None:
    assert find_provisions("Điểm a khoản 2 Điều 3 quy định gì?") == [Provision("3", None, "2", "a")]
    assert find_provisions("Điểm đ khoản 1 Điều 4") == [Provision("4", None, "1", "đ")]  # not the point d before it
    assert find_provisions("Mục 3 Chỉ thị nói gì?") == [Provision(section="3")]
    assert find_provisions("Điều kiện hưởng hỗ trợ và điều ước quốc tế?") == []
    sentences = ["Điều 3. Mức hỗ trợ", "1. Cấp tỉnh:", "a) Tập thể: 10 triệu.", "2. Cấp huyện:", "a) Tập thể: 5 triệu."]
    assert provision_of("Điều 3", sentences, 2) == Provision("3", None, "1", "a")
    assert provision_of("Điều 3", sentences, 4) == Provision("3", None, "2", "a")
    assert Provision("3").covers(Provision("3", None, "2", "a"))
    assert not Provision("3", None, "1").covers(Provision("3", None, "2", "a"))


# --- what is asked for ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "expects"),
    [
        ("Ai ký Chỉ thị này?", "person"),
        ("Đồng chí nào chủ trì?", "person"),
        ("Có bao nhiêu tổ hòa giải?", "number"),
        ("Tỷ lệ hộ nghèo năm 2023?", "number"),
        ("Luật có hiệu lực khi nào?", "date"),
        ("Hội nghị họp ngày nào?", "date"),
        ("Hội nghị họp ở đâu?", "place"),
        ("Cơ quan nào chủ trì?", "organ"),
        ("Nội dung chính của Nghị quyết là gì?", "text"),
    ],
)
def test_the_kind_of_answer_that_is_expected(question: str, expects: str) -> None:
    assert asked(question).expects == expects


def test_constraints_that_evidence_must_bear_out() -> None:
    question = asked("Theo Quyết định 22/2023/QĐ-UBND ngày 15/8/2023, giải Nhì lần thứ III được 5.000.000 đồng?")
    assert [symbol.text for symbol in question.symbols] == ["22/2023/QĐ-UBND"]
    assert question.years == (2023,)
    assert question.dates == ((15, 8, 2023),)
    assert question.ordinals == ("giải Nhì", "lần thứ III")
    assert "5.000.000" in question.numbers


def test_a_statement_put_for_confirmation() -> None:
    question = asked("Năm 2023 công nhận 1.298 mô hình đúng không?")
    assert question.confirm and question.yes_no
    assert question.statement == "Năm 2023 công nhận 1.298 mô hình"
    assert "1.298" not in question.search_text  # it may be wrong
    assert not asked("Không có mô hình nào được công nhận là vì sao?").confirm


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Năm 2022 và năm 2023 Nhân dân hiến bao nhiêu đất?",
            ("năm 2022 Nhân dân hiến bao nhiêu đất?", "năm 2023 Nhân dân hiến bao nhiêu đất?"),
        ),
        (
            "So sánh số cuộc đối thoại năm 2021 với năm 2022",
            ("số cuộc đối thoại năm 2021", "số cuộc đối thoại năm 2022"),
        ),
        (
            "Mức hỗ trợ theo Quyết định 14/2021/QĐ-UBND và Quyết định 22/2023/QĐ-UBND khác nhau thế nào?",
            ("Mức hỗ trợ theo Quyết định 14/2021/QĐ-UBND?", "Mức hỗ trợ theo Quyết định 22/2023/QĐ-UBND?"),
        ),
        (
            "Số mô hình của cả nước và của Bến Tre năm 2023 là bao nhiêu?",
            ("Số mô hình của cả nước năm 2023 là bao nhiêu?", "Số mô hình của Bến Tre năm 2023 là bao nhiêu?"),
        ),
        (
            "Năm 2023, số tổ hòa giải và tỷ lệ hòa giải thành là bao nhiêu?",
            ("Năm 2023, số tổ hòa giải là bao nhiêu?", "Năm 2023, tỷ lệ hòa giải thành là bao nhiêu?"),
        ),
        (
            "Năm 2022 huyện có bao nhiêu mô hình và bao nhiêu mô hình được công nhận?",
            ("Năm 2022 huyện có bao nhiêu mô hình?", "Năm 2022 huyện có bao nhiêu mô hình được công nhận?"),
        ),
        (
            "Năm 2021 có bao nhiêu người tham dự và hội nghị do ai chủ trì?",
            ("Năm 2021 có bao nhiêu người tham dự?", "hội nghị do ai chủ trì năm 2021?"),
        ),
        ("Quan hệ giữa Bến Tre và Trà Vinh ra sao?", ()),
        ("Hội nghị diễn ra ngày nào và ở đâu?", ()),
        ("Có bao nhiêu mô hình tập thể và cá nhân, ai được khen?", ()),
        ("Ai chủ trì hội nghị và có bao nhiêu người tham dự?", ()),
        ("Giai đoạn 2021-2025 mục tiêu là gì?", ()),
        ("Nghị quyết 05-NQ/TU và Chỉ thị 12-CT/TU giao việc cho ai?", ()),
    ],
)
def test_a_question_that_asks_several_things_has_parts(question: str, parts: tuple[str, ...]) -> None:
    assert asked(question).parts == parts


def test_understanding_mends_and_resolves_together(corpus: Words) -> None:
    question = understand("con nam 2021", talk("Năm 2022 có bao nhiêu cuộc đối thoại?", "168 [1]."), corpus)
    assert question.text == "Năm 2021 có bao nhiêu cuộc đối thoại?"
    assert question.years == (2021,)
    assert question.asked == "con nam 2021"


def test_a_follow_up_repeats_the_question_before_with_its_diacritics(corpus: Words) -> None:
    before = talk("nam 2023 toan tinh dang ky bao nhieu mo hinh dan van kheo", "…")
    assert understand("con nam 2022 thi sao", before, corpus).text.startswith("năm 2022 toàn tỉnh đăng ký bao nhiêu")


def test_another_language_is_left_as_it_is(corpus: Words) -> None:
    assert mend("What is the theme of 2023?", corpus).text == "What is the theme of 2023?"


# --- several years together --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "years", "first"),
    [
        ("Tổng số mô hình 2029-2031 là bao nhiêu?", (2029, 2030, 2031), "Số mô hình năm 2029 là bao nhiêu?"),
        ("Cả hai năm 2029, 2030 hiến bao nhiêu đất?", (2029, 2030), "Năm 2029 hiến bao nhiêu đất?"),
        ("Tỷ lệ hộ nghèo giai đoạn 2029 - 2030 là bao nhiêu?", (2029, 2030), "Tỷ lệ hộ nghèo năm 2029 là bao nhiêu?"),
        ("Từ năm 2021 đến năm 2023 có bao nhiêu mô hình?", (2021, 2022, 2023), "Năm 2021 có bao nhiêu mô hình?"),
        ("Hội nghị tổng kết nhiệm kỳ 2026-2030 họp ngày nào?", (), ""),
        ("Nghị quyết giai đoạn 2026-2030 đặt mục tiêu bao nhiêu phần trăm?", (), ""),
    ],
)
def test_years_asked_about_together_are_told_from_a_period(question: str, years: tuple[int, ...], first: str) -> None:
    read = asked(question)
    assert read.total == years and (not years or read.parts[0] == first)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Huyện A Lưới hay huyện Nam Đông có nhiều mô hình hơn?",
         ("Huyện A Lưới có bao nhiêu mô hình?", "Huyện Nam Đông có bao nhiêu mô hình?")),
        ("So sánh tỷ lệ hộ nghèo của Hoài Lâm với Tân Khê",
         ("Tỷ lệ hộ nghèo của Hoài Lâm", "Tỷ lệ hộ nghèo của Tân Khê")),
        ("Quyết định 08/2030/QĐ-TTg hỗ trợ gì và Nghị định 51/2031/NĐ-CP sửa đổi nghị định nào?",
         ("Quyết định 08/2030/QĐ-TTg hỗ trợ gì?", "Nghị định 51/2031/NĐ-CP sửa đổi nghị định nào?")),
        ("Đường nối Hoài Lâm - Tân Khê dài bao nhiêu?", ()),
        ("Ông Lê Văn Tám và Trần Thị Sáu ai là chủ tịch?", ()),
        ("Sở Tài chính và Sở Nội vụ có bao nhiêu người?", ()),
    ],
)  # fmt: skip
def test_two_places_or_documents_are_two_questions(question: str, parts: tuple[str, ...]) -> None:
    assert asked(question).parts == parts


def test_a_comma_inside_the_name_of_an_organ_does_not_end_it() -> None:
    role = asked_role("Trưởng Ban Chỉ đạo về phòng, chống tham nhũng là ai?")
    assert role is not None and role.organ[-2:] == ("tham", "nhung")
    assert not holds_role(role, "Trưởng Ban Chỉ đạo: Phó Thủ tướng", "Ban Chỉ đạo về cải cách tiền lương")


def test_blanks_pasted_with_a_question_are_one(corpus: Words) -> None:
    wide = " " * 3800
    question = understand(f"Có bao nhiêu mô hình{wide}và bao nhiêu tập thể?", talk(f"Còn{wide}", "…"), corpus)
    assert question.text == "Có bao nhiêu mô hình và bao nhiêu tập thể?"
