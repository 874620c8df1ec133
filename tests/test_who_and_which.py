"""Who did it, whose task it is, where, which has the most: an answer must say just that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.question.followup import standalone
from assistant.settings import Settings
from assistant.types import Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

MEETING = """Hội nghị trực tuyến tổng kết công tác khuyến nông năm 2033

Sáng 9/1, Cục Khuyến nông tổ chức Hội nghị trực tuyến toàn quốc tổng kết công tác khuyến nông năm 2033.

Đồng chí Phạm Đình Sử, Cục trưởng Cục Khuyến nông chủ trì hội nghị.

Đồng chí Đặng Thị Ngát, Thứ trưởng Bộ Nông nghiệp dự và phát biểu chỉ đạo hội nghị.

Tham dự hội nghị tại điểm cầu tỉnh Gia Lai có lãnh đạo Sở Nông nghiệp và các trạm khuyến nông huyện.

Năm 2033, cả nước có 5.120 mô hình trình diễn được nghiệm thu. Có 38 hội thi khuyến nông; 1.460 tin, bài,\
 phóng sự về khuyến nông được đăng tải.

Trong 5 năm qua, đội ngũ cán bộ, viên chức khuyến nông luôn bám sát cơ sở và được Nhân dân tin tưởng.

Giai đoạn 2029 - 2033, công tác khuyến nông được đẩy mạnh. Công tác khuyến nông đối với hộ nghèo, hộ đồng bào\
 dân tộc thiểu số, hộ ở xã biên giới được quan tâm.

Một số nơi còn coi việc hướng dẫn kỹ thuật cho nông dân là nhiệm vụ của hệ thống khuyến nông và Hội Nông dân.

Nhiều huyện của Gia Lai như huyện Chư Prông, huyện Đak Đoa có mô hình trình diễn được công nhận cấp tỉnh.

Thứ trưởng Bộ Nông nghiệp đánh giá cao chủ đề năm 2034, đồng thời đề nghị các địa phương tập trung vào\
 4 nhóm giải pháp trọng tâm.

Một số hạn chế: tỷ lệ nông dân trẻ dự tập huấn mới đạt 21,4%, nhiều lớp còn hình thức. Nguyên nhân chủ yếu là do\
 lớp mở vào mùa vụ và tài liệu khó hiểu.

Bộ Nông nghiệp giao Cục Chăn nuôi biên soạn tài liệu ngắn cho nông dân trước tháng 6.

Bố trí 7,2 tỷ đồng để nâng cấp vườn ươm giống và mua sắm máy đo độ ẩm.

Cục trao Huân chương Lao động hạng Nhì cho Trạm Khuyến nông Chư Prông.

Hội Cựu chiến binh tỉnh Gia Lai hiến 8.400 m2 đất làm đường giao thông nông thôn.

Ông Rơ Châm Tư, 71 tuổi, lập tủ sách nhà nông từ năm 2027. Đến nay đã có 53 tủ sách ở các buôn.

1. Đội hình “Ruộng bậc thang”: hướng dẫn giữ nước.

2. Đội hình “Vườn rừng”: trồng xen cây ăn quả.

3. Đội hình “Ao chuồng”: phòng dịch cho vật nuôi.

Giám đốc Sở Nông nghiệp tỉnh Gia Lai Lý Văn Thạch
"""


@pytest.fixture(scope="module")
def meeting(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over one report of a meeting that nobody held."""
    folder = tmp_path_factory.mktemp("extension")
    (folder / "khuyen-nong-2033.txt").write_text(MEETING, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Ai chủ trì hội nghị trực tuyến tổng kết công tác khuyến nông năm 2033?", "Phạm Đình Sử"),
        ("Hội nghị khuyến nông năm 2033 nói đến điểm cầu ở tỉnh nào?", "Gia Lai"),
        ("Một số nơi nghĩ hướng dẫn kỹ thuật cho nông dân là việc của ai?", "hệ thống khuyến nông"),
        ("giam doc so nong nghiep tinh gia lai la ai", "Lý Văn Thạch"),
        ("Vì sao tỷ lệ nông dân trẻ dự tập huấn còn thấp, lớp còn hình thức?", "mùa vụ"),
        ("Cục dành bao nhiêu kinh phí để nâng cấp vườn ươm và sắm máy đo độ ẩm?", "7,2 tỷ đồng"),
        ("Trạm Khuyến nông Chư Prông được trao Huân chương Lao động hạng Nhất đúng không?", "hạng Nhì"),
        ("CCB tỉnh Gia Lai hiến đc bao nhiêu đất làm đường GTNT?", "8.400 m2"),
        ("Ông Rơ Châm Tư lập tủ sách đến nay được mấy tủ?", "53 tủ sách"),
        ("Giai đoạn 2029-2033, công tác khuyến nông đối với những hộ nào được quan tâm?", "hộ ở xã biên giới"),
    ],
)
def test_the_sentence_says_just_that(meeting: PolicyAssistant, question: str, said: str) -> None:
    answer = meeting.ask(Query(question=question))
    assert answer.status == "answered" and said in answer.answer.split(". ")[0], answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Cục Khuyến nông năm 2033 có bao nhiêu cán bộ, viên chức?",
        "Huyện nào của Gia Lai có nhiều mô hình trình diễn cấp tỉnh nhất năm 2033?",
        "Bộ Nông nghiệp giao Cục Thủy sản nhiệm vụ gì?",
        "Vườn ươm giống có tổng mức đầu tư bao nhiêu tỷ đồng?",
        "Gia Lai có bao nhiêu hộ được mua máy đo độ ẩm?",
        "Ai khai mạc hội nghị trực tuyến tổng kết công tác khuyến nông năm 2033?",
    ],
)
def test_a_sentence_on_something_else_is_no_answer(meeting: PolicyAssistant, question: str) -> None:
    answer = meeting.ask(Query(question=question))
    assert answer.status == "abstained", answer.answer


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [
        (
            "Năm 2033 cả nước có bao nhiêu mô hình trình diễn được nghiệm thu?",
            "Thế tin, bài, phóng sự thì được bao nhiêu?",
            "Năm 2033 cả nước có bao nhiêu tin, bài, phóng sự?",
        ),
        (
            "Có bao nhiêu mô hình được nghiệm thu trong năm 2033?",
            "Còn hội thi khuyến nông thì bao nhiêu?",
            "Có bao nhiêu hội thi khuyến nông trong năm 2033?",
        ),
        (
            "Hội nghị trực tuyến tổng kết công tác khuyến nông năm 2033 tổ chức khi nào?",
            "Ai phát biểu chỉ đạo ở đó?",
            "Ai phát biểu chỉ đạo tại hội nghị trực tuyến tổng kết công tác khuyến nông năm 2033?",
        ),
        (
            "Mỗi mô hình cấp tỉnh được hỗ trợ bao nhiêu tiền?",
            "Thế mô hình cấp huyện thì bao nhiêu?",
            "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu tiền?",
        ),
    ],
)
def test_what_is_counted_and_where_are_taken_up(before: str, question: str, alone: str) -> None:
    history = [Turn(role="user", content=before), Turn(role="assistant", content="Theo báo cáo.")]
    assert standalone(question, history) == alone


def test_a_word_before_a_place_is_no_part_of_its_name(meeting: PolicyAssistant) -> None:
    answer = meeting.ask(
        Query(question="Bên Gia Lai có những huyện nào có mô hình trình diễn được công nhận cấp tỉnh?")
    )
    assert "Chư Prông" in answer.answer, answer.answer


def test_a_person_is_found_where_only_the_office_is_said(meeting: PolicyAssistant) -> None:
    history = [
        Turn(role="user", content="Thứ trưởng nào phát biểu chỉ đạo hội nghị khuyến nông năm 2033?"),
        Turn(role="assistant", content="Đồng chí Đặng Thị Ngát, Thứ trưởng Bộ Nông nghiệp dự và phát biểu chỉ đạo."),
    ]
    answer = meeting.ask(Query(question="Bà ấy đề nghị mấy nhóm giải pháp trọng tâm?", history=history))
    assert "4 nhóm giải pháp" in answer.answer, answer.answer


def test_all_items_that_begin_with_what_is_asked_for_are_given(meeting: PolicyAssistant) -> None:
    answer = meeting.ask(Query(question="Giữ nước, trồng xen và phòng dịch có những đội hình nào?"))
    assert all(name in answer.answer for name in ("Ruộng bậc thang", "Vườn rừng", "Ao chuồng")), answer.answer


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        (
            "Thế hội nghị tổng kết công tác khuyến nông năm 2032 thì họp ngày nào?",
            "Hội nghị tổng kết công tác khuyến nông năm 2032 thì họp ngày nào?",
        ),
        ("Còn năm 2032 thì khi nào?", "Hội nghị tổng kết khuyến nông năm 2032 họp khi nào?"),
    ],
)
def test_a_follow_up_that_asks_for_itself_stays_as_it_is(question: str, alone: str) -> None:
    before = "Hội nghị tổng kết khuyến nông năm 2033 họp khi nào?"
    history = [Turn(role="user", content=before), Turn(role="assistant", content="Sáng 9/1.")]
    assert standalone(question, history) == alone
