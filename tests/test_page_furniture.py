"""Reports as their pages come: site, menu and buttons around them, lists of other pages within; near misses on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.acts import names_stage, same_part_of_year, tells_when
from assistant.evidence.answer_forms import only_lists_persons
from assistant.evidence.counting import only_shares
from assistant.evidence.designations import of_other_place, other_number
from assistant.question.followup import standalone
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import build_document, ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.records import Document
from vectorstore.store import Store

QUARTER = """CỔNG THÔNG TIN ĐIỆN TỬ TỈNH HẬU GIANG
Trang chủ | Chính quyền | Doanh nghiệp | Du khách

Tin trong tỉnh » Môi trường

Hậu Giang: Giữ dòng kênh sạch là việc của từng nhà

Thứ Năm, 14/10/2032 15:20 | Lượt đọc: 2.406 | In trang | Gửi email

HGO - Sáng 12/10, tại Nhà Văn hóa Lao động thành phố Vị Thanh, Ban Chỉ đạo vệ sinh kênh rạch, thu gom rác tỉnh Hậu\
 Giang tổ chức Hội nghị giao ban quý III năm 2032 về vệ sinh kênh rạch. Ông Nhan Văn Thới, Phó Chủ tịch UBND tỉnh, chủ\
 trì Hội nghị.

Xem thêm:
Hậu Giang đón đoàn khảo sát của Bảo tàng Nông nghiệp năm 2033
Lịch cắt điện tháng 11/2033 trên địa bàn phường Lái Hiếu

Dự Hội nghị có đồng chí Từ Thị Sậy, Giám đốc Sở Nông nghiệp; đồng chí Ôn Khải Lượng, Chánh Thanh tra tỉnh; bà Diệp Thị\
 Ngò, Giám đốc Sở Kênh rạch thành phố Cần Thơ; đại diện 9 hợp tác xã và 24 tổ thu gom rác trên kênh của các địa phương.

Trong quý, các tổ vớt 3.180 tấn lục bình, tăng 12% so với cùng kỳ năm 2031. Rác nhựa tập trung ở huyện Long Mỹ, riêng\
 chợ nổi chiếm 61%. Trạm bơm Kênh Xáng giai đoạn 1 gồm hai tổ máy, khởi công trong năm 2031. Doanh thu bán phân lục\
 bình năm 2030 đạt 14 tỷ đồng. Nhắc lại Chỉ thị số 07/CT-TTg của Thủ tướng Chính phủ và Công điện số 31/CĐ-TTg ngày\
 08/5/2032, ông Nhan Văn Thới yêu cầu mỗi xã có một điểm tập kết rác.
"""
MINISTRY = """Trang chủ / Chỉ đạo, điều hành / Hoạt động của lãnh đạo

Phó Thủ tướng Đới Minh Khoát làm việc với tỉnh Sóc Trăng về cảng cá

Thứ Ba, 21/9/2032 - 18:05      A-  A  A+      Bản in      Gửi email

Chiều 20/9, tại trụ sở UBND tỉnh, Phó Thủ tướng Chính phủ Đới Minh Khoát có buổi làm việc với lãnh đạo tỉnh Sóc Trăng.\
 Cùng dự có Chủ tịch UBND tỉnh Khuất Thị Lam và đại diện các bộ, ngành Trung ương.

Đến ngày 31/8, tỉnh giải ngân 846 tỷ đồng cho các cảng cá, đạt 52%, cao hơn bình quân chung cả nước (47,5%). Tỉnh kiến\
 nghị Trung ương hỗ trợ nạo vét luồng Trần Đề và cho phép mở thêm khu neo đậu tránh bão cho 400 tàu.
"""


def built(tmp_path: Path, text: str) -> Document:
    (tmp_path / "trang.txt").write_text(text, encoding="utf-8")
    return build_document(tmp_path / "trang.txt")[0]


def test_a_page_is_read_for_its_report(tmp_path: Path) -> None:
    read_page = built(tmp_path, QUARTER)
    assert read_page.title == "Hậu Giang: Giữ dòng kênh sạch là việc của từng nhà"
    assert read_page.organ == "Ban Chỉ đạo vệ sinh kênh rạch, thu gom rác tỉnh Hậu Giang"
    assert (read_page.level, read_page.place) == ("province", "Hậu Giang")
    assert (read_page.published_date, read_page.event_date) == (date(2032, 10, 14), date(2032, 10, 12))


def test_a_visit_from_the_centre_is_of_the_province_visited(tmp_path: Path) -> None:
    read_page = built(tmp_path, MINISTRY)
    assert read_page.title.startswith("Phó Thủ tướng Đới Minh Khoát làm việc với")
    assert (read_page.level, read_page.place) == ("province", "Sóc Trăng")
    assert read_page.event_date == date(2032, 9, 20)


def test_headlines_of_other_pages_are_no_headings(tmp_path: Path) -> None:
    (tmp_path / "trang.txt").write_text(QUARTER, encoding="utf-8")
    _, chunks = build_document(tmp_path / "trang.txt")
    headings = " ".join(title for chunk in chunks for title in chunk.section)
    assert "2033" not in headings
    assert any("3.180 tấn" in chunk.text for chunk in chunks)


@pytest.fixture(scope="module")
def assistant(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "kenh.txt").write_text(QUARTER, encoding="utf-8")
    (folder / "cang.txt").write_text(MINISTRY, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder / "kenh.txt", folder / "cang.txt"], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str) -> Answer:
    return assistant.ask(Query(question=question))


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("Quý III/2032 các tổ ở Hậu Giang vớt bao nhiêu tấn lục bình?", "3.180"),
        ("Năm 2032 các tổ ở Hậu Giang vớt được bao nhiêu tấn lục bình trong quý III?", "3.180"),
        ("Đến ngày 31/8/2032 tỉnh Sóc Trăng giải ngân bao nhiêu cho các cảng cá?", "846 tỷ"),
        ("Giám đốc Sở Kênh rạch thành phố Cần Thơ là ai?", "Diệp Thị Ngò"),
        ("Trạm bơm Kênh Xáng giai đoạn 1 gồm bao nhiêu tổ máy?", "hai tổ máy"),
    ],
)
def test_what_the_pages_say_is_answered(assistant: PolicyAssistant, question: str, fact: str) -> None:
    answer = ask(assistant, question)
    assert answer.status == "answered", answer.answer
    assert fact in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Quý II/2032 các tổ ở Hậu Giang vớt bao nhiêu tấn lục bình?",
        "Cả năm 2032 các tổ ở Hậu Giang vớt bao nhiêu tấn lục bình?",
        "9 tháng đầu năm 2032 các tổ ở Hậu Giang vớt bao nhiêu tấn lục bình?",
        "Trạm bơm Kênh Xáng giai đoạn 2 gồm bao nhiêu tổ máy?",
        "Trạm bơm Kênh Xáng dự kiến hoàn thành vào năm nào?",
        "Doanh thu bán phân lục bình năm 2032 đạt bao nhiêu?",
        "Giám đốc Sở Kênh rạch tỉnh An Giang là ai?",
        "Chỉ thị số 07/CT-TTg của Thủ tướng Chính phủ ban hành ngày nào?",
        "Huyện Long Mỹ có bao nhiêu tấn rác nhựa?",
        "Chánh Thanh tra tỉnh Ôn Khải Lượng nêu khó khăn gì tại hội nghị giao ban quý III năm 2032?",
    ],
)
def test_what_they_nearly_say_is_not(assistant: PolicyAssistant, question: str) -> None:
    answer = ask(assistant, question)
    assert answer.status == "abstained", answer.answer


def test_another_quarter_in_a_follow_up_is_no_third_one(assistant: PolicyAssistant) -> None:
    before = "Quý III/2032 các tổ ở Hậu Giang vớt bao nhiêu tấn lục bình?"
    history = [Turn(role="user", content=before), Turn(role="assistant", content="3.180 tấn [1].")]
    answer = assistant.ask(Query(question="còn quý 2 thì sao?", history=history))
    assert "quý 2 năm 2032" in answer.standalone_question.lower()
    assert answer.status == "abstained", answer.answer


def test_which_of_two_has_more_takes_both_figures(assistant: PolicyAssistant) -> None:
    answer = ask(assistant, "Tỷ lệ giải ngân cho cảng cá của tỉnh Sóc Trăng và tỉnh Cà Mau, nơi nào cao hơn?")
    assert answer.status == "abstained", answer.answer
    assert "Không đủ số liệu để so sánh" in answer.answer and "Cà Mau" in answer.answer.split("\n")[0]
    assert "52%" in answer.answer  # what is known is said
    assert answer.confidence < 0.5


def test_parts_of_a_year_stand_in_the_sentence_or_above_it() -> None:
    assert same_part_of_year("Quý II/2032 vớt bao nhiêu?", "Trong quý II vớt 12 tấn.", "Giao ban quý III")
    assert not same_part_of_year("Quý II/2032 vớt bao nhiêu?", "Trong quý, vớt 12 tấn.", "Giao ban quý III")
    assert not same_part_of_year("9 tháng đầu năm vớt bao nhiêu?", "6 tháng đầu năm vớt 12 tấn.", "")
    assert same_part_of_year("6 tháng đầu năm vớt bao nhiêu?", "Vớt 12 tấn.", "Báo cáo 6 tháng đầu năm 2032")


def test_votes_of_votes_are_no_share() -> None:
    asked = read("Bà Sậy được bao nhiêu phiếu?", "Bà Sậy được bao nhiêu phiếu?", False)
    assert not only_shares(asked, "bầu bà Từ Thị Sậy với 54/55 phiếu, đạt tỷ lệ 98,2%;")
    assert only_shares(asked, "bà Từ Thị Sậy đạt tỷ lệ 98,2% ngày 10/2/2032;")


def test_numbered_things_are_told_apart() -> None:
    assert other_number("Cụm cảng cơ sở 2 có mấy bến?", "Cụm cảng cơ sở 1 có hai bến.", "")
    assert not other_number("Cụm cảng cơ sở 2 có mấy bến?", "Cụm cảng cơ sở 2 có hai bến.", "")
    assert other_number("Bão số 3 làm hư bao nhiêu tàu?", "Có 12 tàu hư hỏng.", "Thời tiết xấu")
    assert not other_number("Bão số 3 làm hư bao nhiêu tàu?", "Có 12 tàu hư hỏng.", "Bão số 3 đổ bộ ngày 7/9.")


def test_an_office_is_that_of_its_place() -> None:
    question = "Giám đốc Sở Y tế tỉnh Cà Mau là ai?"
    assert of_other_place(("Cà Mau",), question, "ông A, Giám đốc Sở Y tế thành phố Cần Thơ", "giam doc")
    assert not of_other_place(("Cà Mau",), question, "ông A, Giám đốc Sở Y tế, tại huyện Long Mỹ", "giam doc")


def test_an_end_is_not_told_by_a_beginning() -> None:
    assert not names_stage("Trạm bơm hoàn thành vào năm nào?", "Trạm bơm khởi công năm 2031.")
    assert names_stage("Trạm bơm hoàn thành trước ngày nào?", "Trạm bơm phải xong trước ngày 30/6.")


def test_a_year_that_was_asked_with_is_no_answer() -> None:
    asked = read("Khoản nợ năm 2031 đến khi nào thì trả xong?", "Khoản nợ năm 2031 đến khi nào thì trả xong?", False)
    assert not tells_when(asked, "Năm 2031, huyện nợ 12 tỷ đồng.")
    assert tells_when(asked, "Đến tháng 6/2032, huyện trả hết khoản nợ năm 2031.")


def test_who_attends_has_said_nothing() -> None:
    assert only_lists_persons("Ông Ôn Khải Lượng phát biểu gì?", "đồng chí Ôn Khải Lượng, Chánh Thanh tra tỉnh;")
    assert not only_lists_persons("Ông Ôn Khải Lượng phát biểu gì?", "Ông Ôn Khải Lượng đề nghị thêm 2 điểm đo.")


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("6 tháng đầu 2032 huyện tiếp mấy lượt dân?", "còn cùng kỳ năm ngoái?", "2031"),
        ("Nghị định 33/2032/NĐ-CP trợ cấp cho ai?", "Còn người đan lưới về quê thì được bao nhiêu?", "33/2032"),
        ("Hậu Giang mở lớp đan lưới ở huyện nào?", "Phối hợp với đơn vị nào để mở vậy?", "đan lưới"),
    ],
)
def test_what_is_left_out_is_taken_from_before(before: str, question: str, expected: str) -> None:
    history = [Turn(role="user", content=before), Turn(role="assistant", content="Có [1].")]
    assert expected in standalone(question, history)
