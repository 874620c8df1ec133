"""Ways of asking that want an answer of a certain form: a theme, what was said, who was there, how many of what."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.answer_forms import is_form, names_tasked
from assistant.evidence.counting import counts_other, names_counted
from assistant.evidence.measures import names_measure, states_stock
from assistant.evidence.which import says_which_most
from assistant.evidence.years import own_years
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

MEETING = """Hội nghị tổng kết công tác thủy lợi năm 2031

Sáng 12/12, tại Sóc Trăng, Hội đồng Quản lý thủy lợi vùng tổ chức Hội nghị tổng kết công tác thủy lợi năm 2031.

Dự và chỉ đạo hội nghị có đồng chí Lưu Thế Kham, Phó Thủ tướng Chính phủ;\
 đồng chí Mạc Thị Diên, Chủ tịch UBTƯ MTTQ Việt Nam.

Tham dự hội nghị tại điểm cầu Hậu Giang có lãnh đạo Sở Nông nghiệp, đại diện các hội, đoàn thể của tỉnh.

Công tác thủy lợi năm 2031 được triển khai theo chủ đề đã chọn từ đầu năm và đạt nhiều kết quả.\
 Năm 2031, các địa phương thực hiện công tác thủy lợi với chủ đề: “Nước đủ cho lúa, kênh sạch cho dân”.

Cả vùng nạo vét 318 tuyến kênh, trong đó 96 tuyến kênh do Nhân dân tự làm.\
 Tặng Bằng khen cho 14 tập thể có thành tích trong giai đoạn 2027 - 2031.

Chi ngân sách cho thủy lợi đạt 912 tỷ đồng, tăng 4,1% so với năm 2030.\
 Ngân sách cấp tỉnh bổ sung 60% kinh phí bơm chống úng.

Phát biểu tại hội nghị, Phó Thủ tướng Lưu Thế Kham\
 yêu cầu các địa phương công khai lịch lấy nước trước ngày 05 hằng tháng.

Hội đồng cần tham mưu cho Bộ Nông nghiệp, Ủy ban nhân dân các tỉnh về lịch vận hành cống.

Một số hạn chế, khó khăn

Một số nơi chậm sửa chữa cống. Kinh phí nạo vét còn thiếu ở các xã ven biển.

Nhiệm vụ năm 2032

Hội đồng tập trung rà soát hệ thống đê bao và thay 40 cửa cống.
"""


@pytest.fixture(scope="module")
def meeting(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over one report of a meeting that nobody held."""
    folder = tmp_path_factory.mktemp("meeting")
    (folder / "thuy-loi-2031.txt").write_text(MEETING, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, *history: Turn) -> Answer:
    return assistant.ask(Query(question=question, history=list(history)))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Chủ đề công tác thủy lợi năm 2031 là gì?", "Nước đủ cho lúa, kênh sạch cho dân"),
        ("chu de cong tac thuy loi nam 2031 la gi", "Nước đủ cho lúa, kênh sạch cho dân"),
        ("Phó Thủ tướng nào dự hội nghị tổng kết công tác thủy lợi năm 2031?", "Lưu Thế Kham"),
        ("Ai là Chủ tịch Ủy ban Trung ương MTTQ Việt Nam?", "Mạc Thị Diên"),
        ("Tại điểm cầu Hậu Giang có những ai dự hội nghị?", "lãnh đạo Sở Nông nghiệp"),
        ("Phó Thủ tướng yêu cầu gì tại hội nghị thủy lợi?", "công khai lịch lấy nước"),
        ("Lưu Thế Kham yêu cầu các địa phương công khai gì?", "công khai lịch lấy nước"),
        ("Hội đồng cần tham mưu cho ai về lịch vận hành cống?", "Bộ Nông nghiệp"),
        ("Bao nhiêu tập thể được tặng Bằng khen giai đoạn 2027-2031?", "14 tập thể"),
        ("chi ngan sach cho thuy loi nam 2031 la bao nhieu", "912 tỷ đồng"),
        ("Công tác thủy lợi có những hạn chế, khó khăn gì?", "Kinh phí nạo vét còn thiếu"),
        ("Hội nghị tổng kết công tác thủy lợi năm 2031 tổ chức tại Cần Thơ phải không?", "Sóc Trăng"),
    ],
)
def test_the_answer_has_what_is_asked_for(meeting: PolicyAssistant, question: str, said: str) -> None:
    answer = ask(meeting, question)
    assert answer.status == "answered" and said in answer.answer, answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Dân số Sóc Trăng là bao nhiêu?",
        "Hội nghị tổng kết công tác thủy lợi năm 2031 có bao nhiêu đại biểu tham dự?",
        "Tác giả bài viết về hội nghị thủy lợi năm 2031 là ai?",
        "Ai ký quyết định tặng Bằng khen của hội nghị thủy lợi?",
        "Chủ đề công tác thủy lợi năm 2032 là gì?",
        "Có bao nhiêu tuyến kênh bị thu hồi năm 2031?",
        "Thu ngân sách năm 2031 là bao nhiêu?",
        "Chi ngân sách cho thủy lợi năm 2030 là bao nhiêu?",
        "Ai chủ trì hội nghị tổng kết công tác thủy lợi năm 2032?",
    ],
)
def test_what_only_sounds_alike_is_no_answer(meeting: PolicyAssistant, question: str) -> None:
    answer = ask(meeting, question)
    assert answer.status == "abstained", answer.answer


def test_what_somebody_said_at_the_meeting_spoken_of(meeting: PolicyAssistant) -> None:
    before = (
        Turn(role="user", content="Phó Thủ tướng dự hội nghị tổng kết công tác thủy lợi năm 2031 là ai?"),
        Turn(role="assistant", content="Đồng chí Lưu Thế Kham [1]."),
    )
    answer = ask(meeting, "Ông ấy yêu cầu gì tại hội nghị?", *before)
    assert "hội nghị tổng kết công tác thủy lợi năm 2031" in (answer.standalone_question or "")
    assert "công khai lịch lấy nước" in answer.answer


@pytest.mark.parametrize(
    ("says", "question", "sentence"),
    [
        (says_which_most, "Ai là Bí thư Đảng ủy xã sau khi hợp nhất?", "Đồng chí Mạc Thị Diên giữ chức Bí thư."),
        (says_which_most, "Ai trúng cử tại Đại hội lần thứ nhất?", "Đại hội bầu đồng chí Lưu Thế Kham."),
        (says_which_most, "Hành vi nào bị phạt cao nhất?", "Phạt tiền tối đa đối với hành vi xả thải."),
        (names_tasked, "Sở Nội vụ trả lời giáo viên trong mấy ngày?", "Cơ quan tiếp nhận trả lời trong 05 ngày."),
        (names_tasked, "Sở Giáo dục và Đào tạo có nhiệm vụ gì?", "Giao Sở GD&ĐT rà soát trường lớp."),
        (names_tasked, "Bộ Nông nghiệp có trách nhiệm gì?", "Bộ\nNông nghiệp hướng dẫn."),
        (names_measure, "Lượng khách đến tỉnh năm 2031 là bao nhiêu?", "Năm 2031 đón 1,2 triệu lượt khách."),
        (names_measure, "Diện tích tối thiểu để tách thửa là bao nhiêu?", "Thửa đất ở không nhỏ hơn 60 m²."),
        (states_stock, "Hiện nay có bao nhiêu hình thức kỷ luật?", "Có 04 (bốn) hình thức kỷ luật."),
        (states_stock, "Hiện có bao nhiêu hội viên?", "Số hội viên đạt khoảng 12.000."),
    ],
)
def test_a_right_sentence_is_not_taken_for_one_on_something_else(
    says: Callable[[str, str], bool], question: str, sentence: str
) -> None:
    assert says(question, sentence)


def test_which_has_the_most_is_not_said_by_what_ranks_nothing() -> None:
    assert not says_which_most("Xã nào có nhiều hộ nghèo nhất?", "Xã Long Hòa có 40 hộ nghèo, các bên đã thống nhất.")
    assert not names_measure("Lương của cán bộ kênh mương là bao nhiêu?", "Kênh dài 40 km.")


def test_ages_and_areas_are_counted_by_their_units() -> None:
    age = read("", "Người bao nhiêu tuổi được trợ cấp xã hội?", False)
    assert not counts_other(age, "Người từ đủ 80 tuổi trở lên được trợ cấp.")
    assert names_counted(read("", "Tách thửa cần bao nhiêu mét vuông?", False), "không nhỏ hơn 60 m²")


def test_a_list_that_goes_on_is_no_blank_form_and_a_caption_compares_nothing() -> None:
    assert (
        not is_form("Cây trồng gồm lúa, ngô, khoai,….") and is_form("ngày …… tháng …… năm") and is_form("Họ tên: .....")
    )
    assert own_years("Bảng 2: Kết quả thu ngân sách năm 2031") == [2031]
    assert own_years("Thu ngân sách bằng 98% so với năm 2030") == []


def test_a_sum_put_for_confirmation_as_in_english_is_looked_up(meeting: PolicyAssistant) -> None:
    assert (
        "912 tỷ đồng" in ask(meeting, "Chi ngân sách cho thủy lợi năm 2031 đạt 912,000,000,000 đồng đúng không?").answer
    )
