"""Follow-ups that name one thing to be put in the place of another: an office, a body, a place, a measure, a year."""

from __future__ import annotations

import pytest

from assistant.question.ellipsis import put_instead
from assistant.question.followup import standalone
from assistant.question.understand import read
from assistant.types import Turn


def after(question: str, *said: str) -> str:
    """The follow-up as understood after question and answer in turn."""
    return standalone(question, _turns(*said))


def _turns(*said: str) -> tuple[Turn, ...]:
    return tuple(Turn(role="assistant" if n % 2 else "user", content=text) for n, text in enumerate(said))


@pytest.mark.parametrize(
    ("previous", "question", "alone"),
    [
        # another office
        ("Ai làm Trưởng ban Chỉ đạo thủy lợi?", "Còn Phó Trưởng ban thường trực?",
         "Ai làm Phó Trưởng ban thường trực Ban Chỉ đạo thủy lợi?"),
        ("Ai là Trưởng Ban Dân vận Tỉnh ủy năm 2032?", "Thế Chánh Văn phòng?",
         "Ai là Chánh Văn phòng Ban Dân vận Tỉnh ủy năm 2032?"),
        ("Ai là Chủ tịch UBND tỉnh năm 2032?", "Còn Giám đốc Sở Nội vụ?", "Ai là Giám đốc Sở Nội vụ năm 2032?"),
        # another body
        ("Sở Tư pháp tỉnh Lam Sơn được giao nhiệm vụ gì?", "Còn Sở Tài chính?",
         "Sở Tài chính tỉnh Lam Sơn được giao nhiệm vụ gì?"),
        ("Sở Tư pháp tỉnh Lam Sơn được giao nhiệm vụ gì?", "Thế Tòa án nhân dân tỉnh thì sao?",
         "Tòa án nhân dân tỉnh Lam Sơn được giao nhiệm vụ gì?"),
        # another place, a part of the whole
        ("Nhà ở xã hội cả nước năm 2032 hoàn thành được bao nhiêu?", "Riêng Lam Sơn thì sao?",
         "Nhà ở xã hội Lam Sơn năm 2032 hoàn thành được bao nhiêu?"),
        ("Ngư dân Lam Sơn được trả mấy lần?", "Còn Hải Vân thì sao?", "Ngư dân Hải Vân được trả mấy lần?"),
        # another measure, the same one in other words
        ("Tỷ lệ hòa giải thành của Lam Sơn năm 2032 là bao nhiêu?", "Thế số vụ tiếp nhận?",
         "Số vụ tiếp nhận của Lam Sơn năm 2032 là bao nhiêu?"),
        ("Tỷ lệ hòa giải thành của Lam Sơn năm 2032 là bao nhiêu?", "Thế còn số vụ hòa giải thành năm 2031?",
         "Số vụ hòa giải thành của Lam Sơn năm 2031 là bao nhiêu?"),
        ("Năm 2032 đường dây nóng nhận được bao nhiêu cuộc gọi?", "Còn số cuộc gọi năm 2031?",
         "Năm 2031 đường dây nóng nhận được bao nhiêu cuộc gọi?"),
        ("Năm 2032 đường dây nóng nhận được bao nhiêu cuộc gọi?", "Còn tỷ lệ xử lý đúng hạn?",
         "tỷ lệ xử lý đúng hạn là bao nhiêu (Năm 2032 đường dây nóng)?"),
        ("Tỷ lệ hộ nghèo của tỉnh năm 2032 là bao nhiêu?", "Còn hộ cận nghèo?",
         "Tỷ lệ hộ cận nghèo của tỉnh năm 2032 là bao nhiêu?"),
        ("Tỷ lệ hộ nghèo của tỉnh năm 2032 là bao nhiêu?", "Thế thu ngân sách?",
         "Thu ngân sách của tỉnh năm 2032 là bao nhiêu?"),
        ("Chỉ tiêu hài lòng của người bệnh nội trú là bao nhiêu?", "Còn ngoại trú?",
         "Chỉ tiêu hài lòng của người bệnh ngoại trú là bao nhiêu?"),
        ("Người tròn 80 tuổi ở Lam Sơn được bao nhiêu?", "Thế từ 100 tuổi trở lên?",
         "Người từ 100 tuổi trở lên ở Lam Sơn được bao nhiêu?"),
        # another time
        ("Năm 2032 có bao nhiêu cuộc đối thoại?", "Năm 2031 thì sao?", "Năm 2031 có bao nhiêu cuộc đối thoại?"),
        ("Năm 2032 có bao nhiêu cuộc đối thoại?", "còn năm trước đó?", "Năm 2031 có bao nhiêu cuộc đối thoại?"),
        ("Tỷ lệ hòa giải thành năm 2032 là bao nhiêu?", "Còn cả giai đoạn?",
         "Tỷ lệ hòa giải thành cả giai đoạn là bao nhiêu?"),
        ("Hội nghị tổng kết năm 2032 tổ chức ở đâu?", "Thế còn hội nghị năm 2027?",
         "Hội nghị tổng kết năm 2027 tổ chức ở đâu?"),
    ],
)  # fmt: skip
def test_the_new_thing_takes_the_place_of_its_like(previous: str, question: str, alone: str) -> None:
    assert after(question, previous, "…") == alone


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("Thế việc giải bản được làm ở những cơ sở nào?",
         "việc giải bản được làm ở những cơ sở nào (Tiền hỗ trợ ngư dân được trả)?"),
        ("Thế thuyền viên thì được bao nhiêu?", "thuyền viên được bao nhiêu (Tiền hỗ trợ ngư dân được trả)?"),
        ("Những ai được nhận khoản hỗ trợ đó?",
         "Những ai được nhận khoản hỗ trợ đó (Tiền hỗ trợ ngư dân được trả)?"),
        ("Nếu tàu đã bán thì mức hỗ trợ là mấy?",
         "Nếu tàu đã bán thì mức hỗ trợ là mấy (Tiền hỗ trợ ngư dân được trả)?"),
        ("Tăng bao nhiêu so với năm 2031?", "Tăng bao nhiêu so với năm 2031 (Tiền hỗ trợ ngư dân được trả)?"),
    ],
)  # fmt: skip
def test_a_question_of_its_own_keeps_only_the_topic(question: str, alone: str) -> None:
    assert after(question, "Tiền hỗ trợ ngư dân được trả mấy lần?", "Chi làm hai lần.") == alone


def test_what_was_asked_before_does_not_decide_what_is_asked_now() -> None:
    question = read("", "Nơi nào thấp nhất (Tỷ lệ hòa giải thành năm 2032)?", False)
    assert question.expects == "place" and question.asking == "Nơi nào thấp nhất?"
    assert read("", "Sở Tài chính được giao nhiệm vụ gì?", False).expects == "text"  # no "số"


SOCIAL = ("Riêng Lam Sơn thì sao?", "Có 9 địa phương đạt thấp, tỉnh Hải Vân chưa có dự án, tỉnh Lam Sơn mới đạt 12%.")


@pytest.mark.parametrize(
    ("said", "question", "alone"),
    [
        (("Nhà ở xã hội cả nước xong bao nhiêu?", "54.760 căn.", *SOCIAL), "Bộ yêu cầu tỉnh đó làm gì?",
         "Bộ yêu cầu tỉnh Lam Sơn làm gì?"),  # of two provinces, the one that was asked about
        (("Huyện nào xóa nhà tạm chậm nhất?", "Huyện Thượng Lâm đạt thấp nhất."), "Hộ ở đó được hỗ trợ bao nhiêu?",
         "Hộ ở huyện Thượng Lâm được hỗ trợ bao nhiêu?"),
        (("Ai chủ trì hội nghị thủy lợi?", "Đồng chí Lưu Thế Kham chủ trì."), "Ông giao việc gì cho Sở Nội vụ?",
         "Lưu Thế Kham giao việc gì cho Sở Nội vụ?"),
        (("Ai chủ trì hội nghị thủy lợi?", "Đồng chí Lưu Thế Kham chủ trì."), "Ông Kham yêu cầu những gì?",
         "Ông Lưu Thế Kham yêu cầu những gì?"),
        (("Ai chủ trì hội nghị thủy lợi?", "Đồng chí Lưu Thế Kham."), "Hội nghị có bao nhiêu đại biểu?",
         "hội nghị thủy lợi có bao nhiêu đại biểu?"),
        (("Hội nghị thủy lợi năm 2032 tổ chức ở đâu?", "…"), "Tại đó, ai phát biểu chỉ đạo?",
         "tại hội nghị thủy lợi năm 2032, ai phát biểu chỉ đạo?"),
        (("Ai là Trưởng Ban Dân vận Tỉnh ủy?", "Đồng chí Lưu Thế Kham."), "Trước ông ấy là ai?",
         "Ai giữ chức Trưởng Ban Dân vận Tỉnh ủy trước Lưu Thế Kham?"),
        (("Chủ đề công tác năm 2032 của tỉnh là gì?", "…"), "Sang năm 2033 thì đổi sang chủ đề nào?",
         "Sang năm 2033 thì đổi sang chủ đề nào (Chủ đề công tác của tỉnh)?"),
    ],
)  # fmt: skip
def test_what_is_pointed_at_is_named(said: tuple[str, ...], question: str, alone: str) -> None:
    assert after(question, *said) == alone


@pytest.mark.parametrize(
    "question",
    [
        "Nếu nội dung thuộc hai lĩnh vực theo Nghị định 10/2032/NĐ-CP thì ai giám định?",
        "Ai đứng đầu tổ vận động các hộ ở Tân Lũng này?",
        "Sau đó Ban Dân vận Tỉnh ủy Lâm Giang giải quyết đơn của mấy hộ?",
    ],
)
def test_what_names_its_own_thing_takes_no_topic(question: str) -> None:
    assert after(question, "Tiền hỗ trợ ngư dân được trả mấy lần?", "Chi làm hai lần.") == question


def test_a_symbol_put_instead_is_no_word_that_the_answer_must_repeat() -> None:
    before = _turns("Quyết định 14/2031/QĐ-UBND hỗ trợ bao nhiêu?", "…")
    assert put_instead("Còn theo Quyết định 22/2033/QĐ-UBND?", before) == ()


def test_a_name_in_quotation_marks_is_taken_whole() -> None:
    history = [
        Turn(role="user", content="Chủ tịch Hội giới thiệu mô hình nào?"),
        Turn(role="assistant", content="Bà Lan giới thiệu mô hình “Tổ trưởng nói hai thứ tiếng” của xã. [1]"),
    ]
    assert "“Tổ trưởng nói hai thứ tiếng”" in standalone("Mô hình ấy mang lại kết quả gì?", history)


def test_the_youth_union_takes_the_place_of_another_body() -> None:
    alone = after("Thế còn Tỉnh Đoàn?", "Kế hoạch giao Hội Cựu chiến binh việc gì?", "Kế hoạch giao Hội hai việc.")
    assert "Tỉnh Đoàn" in alone and "Cựu chiến binh" not in alone


def test_a_comparison_with_a_year_is_asked_of_the_same_matter() -> None:
    alone = after("So với năm 2031 thì sao?", "Năm 2032 tỉnh có bao nhiêu tổ thủy nông?", "Có 826 tổ.")
    assert alone == "Năm 2032 tỉnh có bao nhiêu tổ thủy nông so với năm 2031?"


def test_another_side_of_a_matter_takes_the_place_of_the_one_asked_about() -> None:
    alone = after("Hạn chế thì sao?", "Công tác thủy lợi năm 2032 có những kết quả gì nổi bật?", "Có ba kết quả.")
    assert alone == "Công tác thủy lợi năm 2032 có những hạn chế gì?"
