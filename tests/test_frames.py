"""Of which year, place and document: what is of another is no answer; and what follow-ups take over of that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.where_and_when import tells_of_meeting
from assistant.question.followup import standalone
from assistant.question.parts import split
from assistant.question.places import mend_provinces
from assistant.question.shorthand import expand_abbreviations, spell_out
from assistant.question.totals import total_years
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

MEETING_2032 = """Ngành Lâm nghiệp tổng kết công tác năm 2032, triển khai nhiệm vụ năm 2033

Sáng 22/12/2032, tại Hà Nội, Cục Lâm nghiệp tổ chức Hội nghị tổng kết công tác giữ rừng, kỷ luật lao động năm 2032,\
 triển khai nhiệm vụ năm 2033. Đồng chí Thái Văn Lũy, Thứ trưởng dự và phát biểu chỉ đạo; đồng chí Đàm Quốc Bảng,\
 Cục trưởng chủ trì Hội nghị.

Trình bày báo cáo, đồng chí Lều Thị Ngân, Phó Cục trưởng cho biết, năm 2032 cả nước trồng 41.260 ha rừng.

Đồng chí Sầm Văn Khấu, Chi cục trưởng Chi cục Kiểm lâm tỉnh Lào Cai chia sẻ cách giữ rừng bằng hương ước.

Cục ban hành Hướng dẫn số 19-HD/CLN, ngày 06/9/2032 về ươm giống, thay thế hướng dẫn năm 2029 về ươm giống.

Chỉ số che phủ (CFI) năm 2031 của ngành, công bố trong năm 2032, đạt 43,7%.
"""
MEETING_2033 = """Hội nghị tổng kết ngành Lâm nghiệp năm 2033

Chiều 28/12/2033, tại Hòa Bình, Cục Lâm nghiệp tổ chức Hội nghị tổng kết công tác giữ rừng, kỷ luật lao động năm 2033,\
 triển khai nhiệm vụ năm 2034. Dự và phát biểu chỉ đạo Hội nghị có đồng chí Trịnh Thị Hoàn, Bộ trưởng. Đồng chí Đàm\
 Quốc Bảng, Cục trưởng chủ trì.

Báo cáo do đồng chí Vương Đình Thạc, Phó Cục trưởng trình bày nêu rõ: năm 2033 rừng trồng tốt hơn năm 2032, được\
 46.905 ha.

Hạn chế và bài học

Vẫn còn 38 vụ phá rừng. Vì sao khó dứt điểm? Lực lượng mỏng, một kiểm lâm giữ 1.200 ha.

Từ đó, Cục rút ra hai bài học: dựa vào dân để giữ rừng; giao rừng phải kèm sinh kế.
"""
DIRECTIVE = """ỦY BAN NHÂN DÂN
TỈNH LÀO CAI

Số: 23/CT-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Lào Cai, ngày 14 tháng 3 năm 2033

CHỈ THỊ
Về phòng cháy rừng thảo quả trên địa bàn tỉnh Lào Cai

1. Chủ tịch UBND cấp huyện bố trí 2,3 tỷ đồng mua máy thổi gió trước ngày 20/5/2033.
2. Chỉ thị này thay thế Chỉ thị số 17/CT-UBND ngày 09 tháng 4 năm 2030 của Ủy ban nhân dân tỉnh.

CHỦ TỊCH

Giàng Seo Pao
"""
TEXTS = {"2032.txt": MEETING_2032, "2033.txt": MEETING_2033, "chi-thi.txt": DIRECTIVE}


@pytest.fixture(scope="module")
def forestry(
    tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings, models_dir: object
) -> Iterator[PolicyAssistant]:
    folder = tmp_path_factory.mktemp("lam-nghiep")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = tmp_path_factory.mktemp("rung")
    store = Store(data, embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=data), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, *history: str) -> Answer:
    roles = ("user", "assistant")
    turns = tuple(Turn(role=roles[i % 2], content=text) for i, text in enumerate(history))  # type: ignore[arg-type]
    return assistant.ask(Query(question=question, history=turns))


@pytest.mark.parametrize(
    "question",
    [
        "Hội nghị tổng kết công tác giữ rừng năm 2029 tổ chức ngày nào?",  # a guide's day, and what it replaced
        "Hội nghị tổng kết ngành Lâm nghiệp năm 2029 họp ở đâu?",
        "Chi cục trưởng Chi cục Kiểm lâm tỉnh Sơn La tại hội nghị tổng kết năm 2032 là ai?",
        "Chỉ số CFI năm 2032 của ngành Lâm nghiệp đạt bao nhiêu?",
        "Chỉ thị số 23/CT-UBND của UBND tỉnh Sơn La thay thế văn bản nào?",
        "Ai ký Chỉ thị số 23/CT-UBND của UBND tỉnh Sơn La?",
        "Chỉ thị số 23/CT-UBND năm 2027 của UBND tỉnh Lào Cai thay thế văn bản nào?",
        "Cục Lâm nghiệp rút ra những bài học gì sau năm 2030?",
    ],
)
def test_what_is_of_another_year_place_or_document_is_no_answer(forestry: PolicyAssistant, question: str) -> None:
    answer = ask(forestry, question)
    assert answer.status == "abstained", answer.answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Hội nghị tổng kết công tác giữ rừng năm 2032 tổ chức ngày nào?", "22/12/2032"),
        ("Hội nghị tổng kết ngành Lâm nghiệp năm 2033 họp ở đâu?", "Hòa Bình"),
        ("Chi cục trưởng Chi cục Kiểm lâm tỉnh Lào Cai tại hội nghị tổng kết năm 2032 là ai?", "Sầm Văn Khấu"),
        ("Chỉ số CFI năm 2031 của ngành Lâm nghiệp đạt bao nhiêu?", "43,7%"),
        ("Chỉ thị số 23/CT-UBND năm 2033 của UBND tỉnh Lào Cai thế chỗ cho văn bản nào?", "17/CT-UBND"),
        ("Chỉ thị về phòng cháy rừng thảo quả trên địa bàn tỉnh Lào Cai mang số mấy?", "23/CT-UBND"),
        ("Báo cáo tại hội nghị tổng kết công tác giữ rừng năm 2032 do ai trình bày?", "Lều Thị Ngân"),
        ("Ngành Lâm nghiệp đúc rút những kinh nghiệm gì sau năm 2033?", "giao rừng phải kèm sinh kế"),
        ("Vì sao ngành Lâm nghiệp năm 2033 khó dứt điểm các vụ phá rừng?", "Lực lượng mỏng"),
    ],
)
def test_the_right_one_is_told(forestry: PolicyAssistant, question: str, told: str) -> None:
    answer = ask(forestry, question)
    assert answer.status == "answered" and told in answer.answer, answer.answer


def test_a_follow_up_stays_with_the_year_of_the_meeting(forestry: PolicyAssistant) -> None:
    asked = "Ai chủ trì hội nghị tổng kết công tác giữ rừng, kỷ luật lao động năm 2033?"
    answer = ask(forestry, "Vậy ai là người đến dự và phát biểu chỉ đạo?", asked, "Đồng chí Đàm Quốc Bảng chủ trì [1].")
    assert "Trịnh Thị Hoàn" in answer.answer and "Thái Văn Lũy" not in answer.answer


def test_an_act_is_confirmed_by_the_act_and_not_by_the_office(forestry: PolicyAssistant) -> None:
    wrong = ask(
        forestry, "Hội nghị tổng kết năm 2032 của Cục Lâm nghiệp do Thứ trưởng Thái Văn Lũy chủ trì phải không?"
    )
    assert not wrong.answer.startswith("Đúng") and "Đàm Quốc Bảng" in wrong.answer
    right = ask(
        forestry, "Hội nghị tổng kết năm 2032 của Cục Lâm nghiệp do Cục trưởng Đàm Quốc Bảng chủ trì phải không?"
    )
    assert right.answer.startswith("Đúng")


def test_nothing_is_said_of_a_year_on_which_there_is_a_report(forestry: PolicyAssistant) -> None:
    answer = ask(forestry, "Hội nghị tổng kết công tác giữ rừng năm 2033 có bao nhiêu đại biểu nữ dự?")
    assert answer.status == "abstained" and "không có của năm 2033" not in answer.answer


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("Hội nghị họp vào ngày mấy?", "Cục mở hội nghị giao ban sáng thứ Hai hằng tuần.", False),
        ("Hội nghị tổ chức ngày nào?", "Sáng 5/3, hội nghị khai mạc.", True),
        ("Hội nghị tổ chức ngày nào?", "Ban hành Hướng dẫn số 19-HD/CLN, ngày 06/9/2032 về ươm giống.", False),
        ("Đại hội diễn ra ở đâu?", "Đại hội góp phần thực hiện nhiều dấu mốc trong toàn ngành.", False),
        ("Đại hội diễn ra ở đâu?", "Đại hội họp tại Nhà văn hóa xã.", True),
    ],
)
def test_when_and_where_of_a_meeting(question: str, sentence: str, fits: bool) -> None:
    assert tells_of_meeting(question, sentence) is fits


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("Lào Cai trả công giữ rừng thế nào?", "Còn bên Sơn La thì mức này là bao nhiêu?", "Sơn La trả công giữ rừng"),
        ("Cục trưởng Cục Lâm nghiệp năm 2031 là ai?", "Thế sang năm 2032 thì người nào lãnh đạo?", "năm 2032 là ai"),
        (
            "Ai chủ trì hội nghị của Hội đồng Giống cây rừng quốc gia?",
            "Phó Chủ tịch Hội đồng là những ai?",
            "Phó Chủ tịch Hội đồng Giống cây rừng quốc gia là những ai?",
        ),
        ("Lào Cai trồng được bao nhiêu héc-ta rừng?", "Huyện nào trồng nhiều nhất?", "Lào Cai"),
        ("Tỉnh Lào Cai có tổ chức hội thi giữ rừng giỏi năm 2033 không?", "Hội thi đó gồm mấy cấp?", "(Lào Cai)"),
    ],
)
def test_a_follow_up_in_full(before: str, question: str, meant: str) -> None:
    turns = (Turn(role="user", content=before), Turn(role="assistant", content="Có [1]."))
    assert meant in standalone(question, turns)


def test_a_year_belongs_to_discipline_and_not_to_a_law() -> None:
    def years(text: str) -> tuple[int, ...]:
        return read(text, text, False).years

    assert years("Công tác kiểm tra, kỷ luật đảng năm 2033 thế nào?") == (2033,)
    assert years("Số vụ vi phạm pháp luật năm 2033?") == (2033,)
    assert years("Luật Lâm nghiệp năm 2017 quy định gì?") == ()


def test_a_season_over_two_years_is_one() -> None:
    assert total_years("Mùa khô 2032-2033 tỉnh bố trí bao nhiêu kinh phí?", True) == ()
    assert total_years("Giai đoạn 2032-2033 tỉnh bố trí bao nhiêu kinh phí?", True) == (2032, 2033)


def test_two_places_are_asked_about_one_by_one() -> None:
    text = "Mùa khô 2032-2033, Gia Lai và Kon Tum mỗi tỉnh để xảy ra mấy vụ cháy rừng?"
    assert split(text, (), ()) == (
        "Mùa khô 2032-2033, Gia Lai để xảy ra mấy vụ cháy rừng?",
        "Mùa khô 2032-2033, Kon Tum để xảy ra mấy vụ cháy rừng?",
    )


def test_more_short_forms() -> None:
    class None_:
        def __getattr__(self, name: str) -> object:
            return lambda *_: 0

    assert spell_out("những đc nào nhận", None_()) == "những đồng chí nào nhận"  # type: ignore[arg-type]
    assert "Nông nghiệp và Phát triển nông thôn" in expand_abbreviations("Giám đốc Sở NN&PTNT")
    assert mend_provinces("Tuyên Quag đặt mục tiêu gì?") == "Tuyên Quang đặt mục tiêu gì?"
    assert mend_provinces("Tuyên Giáo đặt mục tiêu gì?") == "Tuyên Giáo đặt mục tiêu gì?"


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Ai đứng đầu Cục Lâm nghiệp tại hội nghị tổng kết năm 2033?", "Đàm Quốc Bảng"),
        ("Hội nghị tổng kết năm 2032 của Cục Lâm nghiệp là do Thứ trưởng chủ trì phải không?", "Đàm Quốc Bảng"),
    ],
)
def test_heads_of_bodies_and_acts_of_offices(forestry: PolicyAssistant, question: str, told: str) -> None:
    answer = ask(forestry, question)
    assert told in answer.answer and not answer.answer.startswith("Đúng"), answer.answer


def test_a_pronoun_within_the_question_is_the_person_of_the_answer() -> None:
    turns = (
        Turn(role="user", content="Ai dự hội nghị năm 2033?"),
        Turn(role="assistant", content="Bà Trịnh Thị Hoàn [1]."),
    )
    assert (
        standalone("Khi ấy bà đang giữ những chức vụ gì?", turns)
        == "Năm 2033 Trịnh Thị Hoàn đang giữ những chức vụ gì?"
    )


PROVINCE = """ỦY BAN NHÂN DÂN
TỈNH HƯƠNG SƠN

Số: 31/QĐ-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Hương Sơn, ngày 14 tháng 3 năm 2033

QUYẾT ĐỊNH
Về tổ trồng rừng trên địa bàn tỉnh Hương Sơn

1. Tỉnh Hương Sơn có 1.208 tổ trồng rừng với 7.431 tổ viên.
2. Các tổ nhận trồng 980 ha, đã trồng 833 ha, đạt 85%.
3. Quyết định này thay thế Quyết định số 12/QĐ-UBND ngày 09 tháng 4 năm 2030 của Ủy ban nhân dân tỉnh Hương Sơn.

CHỦ TỊCH

Lò Thị Mẩy
"""


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings) -> Iterator[PolicyAssistant]:
    """A province that is none of the known ones."""
    folder, data = tmp_path_factory.mktemp("huong-son"), tmp_path_factory.mktemp("huong-son-kho")
    (folder / "quyet-dinh.txt").write_text(PROVINCE, encoding="utf-8")
    (folder / "hoi-nghi.txt").write_text(MEETING_2032, encoding="utf-8")
    store = Store(data, embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=data), store)
    store.close()


def test_a_document_of_an_unknown_province_is_not_the_one_of_another(decision: PolicyAssistant) -> None:
    question = "Quyết định số 31/QĐ-UBND của tỉnh {} thay thế văn bản nào?"
    assert "12/QĐ-UBND" in ask(decision, question.format("Hương Sơn")).answer
    assert ask(decision, question.format("Cao Bằng")).status == "abstained"


def test_who_signed_held_the_office_then(decision: PolicyAssistant) -> None:
    answer = ask(decision, "Ai là Chủ tịch Ủy ban nhân dân tỉnh Hương Sơn năm 2033?")
    assert answer.status == "answered" and "Lò Thị Mẩy" in answer.answer


def test_what_is_quoted_is_not_said_to_be_missing(decision: PolicyAssistant) -> None:
    answer = ask(decision, "Năm 2033 tỉnh Hương Sơn có bao nhiêu tổ trồng rừng, các tổ đã trồng bao nhiêu ha?")
    assert "1.208" in answer.answer and "833" in answer.answer and "Không tìm thấy" not in answer.answer


def test_chairing_something_else_is_not_chairing_the_meeting() -> None:
    asked = "Hội nghị tổng kết do ai chủ trì?"
    assert not tells_of_meeting(asked, "Mặt trận chủ trì 531 cuộc giám sát.")
    assert tells_of_meeting(asked, "Người chủ trì là đồng chí Đàm Quốc Bảng.")
