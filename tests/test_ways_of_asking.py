"""Everyday ways of asking over an article of a meeting and one of a province, both made up for these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.answer_forms import gives_limits, gives_wording
from assistant.evidence.terms import Terms
from assistant.evidence.which import says_which
from assistant.question.asking import asks_whom
from assistant.question.joined import clauses
from assistant.question.names import find_names
from assistant.question.places import with_provinces
from assistant.question.roles import asked_role
from assistant.question.spelling import mend
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

MEETING = """Hội nghị tổng kết công tác khuyến học năm 2031

09/01/2032 08:15

Sáng 9/1, tại Hà Nội, Hội đồng Khuyến học Trung ương tổ chức Hội nghị tổng kết công tác khuyến học năm 2031.\
 Dự và phát biểu chỉ đạo hội nghị có đồng chí Lưu Thế Kham, Phó Thủ tướng Chính phủ.

Năm 2031, cả nước có 41.250 dòng họ học tập đăng ký, trong đó 30.118 dòng họ được công nhận;\
 2.460 tin, bài về khuyến học được đăng tải.\
 Tỷ lệ học sinh bỏ học giảm còn 0,83%, giảm 0,41 điểm phần trăm so với năm 2030 (1,24%).

Phát biểu chỉ đạo, Phó Thủ tướng Lưu Thế Kham ghi nhận kết quả của năm qua.\
 Thủ tướng Chính phủ đánh giá cao phong trào dòng họ học tập.\
 “Học một ngày thì sáng một ngày. Bỏ học một năm thì thiệt cả đời”, Phó Thủ tướng nói.

Các địa phương cần hỗ trợ học bổng cho học sinh vùng lũ, nhất là con em ngư dân bị mất tàu.\
 Việc phối hợp cần chặt chẽ giữa Hội Khuyến học và Sở Giáo dục các tỉnh.

Cán bộ hội ở một số nơi còn thiếu kỹ năng vận động, chưa nắm được địa bàn.

Đồng chí Mạc Thị Diên trao Kỷ niệm chương "Vì sự học và tín ngưỡng" cho 12 tập thể của Hội

Hội Khuyến học phối hợp với Bộ Tư lệnh Hải quân Vùng 4 dạy chữ cho ngư dân tại huyện Bình Đại trong năm 2032.

Triệu Quang Vịnh
"""
TABLE = """ỦY BAN NHÂN DÂN TỈNH TRÀ VINH
Số: 1076/QĐ-UBND

Trà Vinh, ngày 09 tháng 5 năm 2032

QUYẾT ĐỊNH
Về việc phê duyệt danh mục tủ sách khuyến học năm 2032

DANH MỤC TỦ SÁCH

TT   Tên tủ sách            Huyện          Kinh phí (triệu đồng)   Chủ đầu tư

1    Tủ sách Hàm Giang      Trà Cú         124                     Hội Khuyến học Trà Cú
2    Tủ sách Ngũ Lạc        Duyên Hải      256                     Hội Khuyến học Duyên Hải
"""
PROVINCE = """Công tác khuyến học của tỉnh Trà Vinh năm 2031

18/01/2032

Năm 2031, tỉnh Trà Vinh công nhận 512 dòng họ học tập cấp tỉnh.\
 Chủ đề công tác khuyến học năm 2031 của tỉnh là “Mỗi nhà một tủ sách”.\
 Tỉnh tổ chức tọa đàm với chủ đề “Đọc sách cùng con trong mùa mưa bão”.

Tổng kết 5 năm thực hiện Quyết định số 377 của Ban Bí thư về xây dựng xã hội học tập.

Năm 2032, chủ đề công tác khuyến học là “Học để giữ biển”.

Nghiêm Thị Hạnh (Hội Khuyến học tỉnh)
"""


@pytest.fixture(scope="module")
def articles(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    folder = tmp_path_factory.mktemp("khuyen-hoc")
    (folder / "hoi-nghi.txt").write_text(MEETING, encoding="utf-8")
    (folder / "tu-sach.txt").write_text(TABLE, encoding="utf-8")
    (folder / "tra-vinh.txt").write_text(PROVINCE, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, *history: Turn) -> Answer:
    return assistant.ask(Query(question=question, history=list(history)))


def talk(question: str, answer: str) -> tuple[Turn, Turn]:
    return Turn(role="user", content=question), Turn(role="assistant", content=answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Hải quân vùng mấy dạy chữ cho ngư dân ở Bình Đại?", "Vùng 4"),
        ("Phó Thủ tướng yêu cầu hỗ trợ học bổng cho ai?", "học sinh vùng lũ"),
        ("Việc phối hợp về khuyến học cần chặt chẽ giữa ai với ai?", "Sở Giáo dục các tỉnh"),
        ("Cán bộ hội khuyến học còn yếu ở điểm nào?", "thiếu kỹ năng vận động"),
        ('Câu "Học một ngày thì sáng một ngày" là của ai?', "Lưu Thế Kham"),
        ("Bài về hội nghị tổng kết khuyến học năm 2031 do ai viết?", "Triệu Quang Vịnh"),
        ("Bản tin hội nghị tổng kết khuyến học năm 2031 đăng ngày giờ nào?", "09/01/2032 08:15"),
        ("Nghiêm Thị Hạnh, người viết bài về khuyến học Trà Vinh, ở cơ quan nào?", "Hội Khuyến học tỉnh"),
        ("QĐ 377 về xã hội học tập do cơ quan nào ban hành?", "Ban Bí thư"),
        ("Trà Vinh dành bao nhiêu tiền cho tủ sách Ngũ Lạc năm 2032?", "256"),
        ("Ai làm chủ đầu tư tủ sách Hàm Giang theo quyết định 1076?", "Hội Khuyến học Trà Cú"),
        ('Kỷ niệm chương "Vì sự học và tín ngưỡng" do ai trao?', "Mạc Thị Diên"),
        ("Ai đánh giá cao phong trào dòng họ học tập?", "Thủ tướng Chính phủ"),
        ("Tỷ lệ học sinh bỏ học năm 2030 là bao nhiêu?", "1,24%"),
        ("Trà Vinh lấy chủ đề gì cho công tác khuyến học 2031?", "Mỗi nhà một tủ sách"),
    ],
)
def test_it_is_answered_as_it_was_meant(articles: PolicyAssistant, question: str, said: str) -> None:
    answer = ask(articles, question)
    assert answer.status == "answered" and said in answer.answer, answer.answer


def test_two_things_joined_are_answered_one_by_one(articles: PolicyAssistant) -> None:
    answer = ask(articles, "Năm 2031 cả nước công nhận bao nhiêu dòng họ học tập, còn riêng Trà Vinh thì bao nhiêu?")
    assert "30.118" in answer.answer and "512" in answer.answer


def test_the_next_year_of_what_was_asked_before(articles: PolicyAssistant) -> None:
    before = talk("Chủ đề công tác khuyến học năm 2031 của Trà Vinh là gì?", "Chủ đề là “Mỗi nhà một tủ sách” [1].")
    assert "Học để giữ biển" in ask(articles, "Sang 2032 thì đổi thành gì?", *before).answer


def test_the_speech_of_whoever_was_named_last(articles: PolicyAssistant) -> None:
    before = talk("Phó Thủ tướng dự hội nghị khuyến học năm 2031 là ai?", "Đồng chí Lưu Thế Kham [1].")
    assert "con em ngư dân" in ask(articles, "Ông ấy yêu cầu hỗ trợ học bổng cho ai?", *before).answer


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Lúc đó ông ấy giữ chức vụ gì?", "Năm 2031 Lưu Thế Kham giữ chức vụ gì?"),
        ("Ông ấy trao gì tại hội nghị đó?", "Lưu Thế Kham trao gì tại hội nghị khuyến học năm 2031?"),
    ],
)
def test_who_and_when_are_those_spoken_of(articles: PolicyAssistant, question: str, meant: str) -> None:
    before = talk("Ai phát biểu tại hội nghị khuyến học năm 2031?", "Đồng chí Lưu Thế Kham phát biểu [1].")
    assert ask(articles, question, *before).standalone_question == meant


def test_another_person_takes_the_place_of_the_one_asked_about(articles: PolicyAssistant) -> None:
    before = talk("Ông Lưu Thế Kham dự hội nghị khuyến học năm 2031 với cương vị gì?", "Là Phó Thủ tướng [1].")
    meant = ask(articles, "Còn bà Mạc Thị Diên thì sao?", *before).standalone_question
    assert meant == "Bà Mạc Thị Diên dự hội nghị khuyến học năm 2031 với cương vị gì?"


@pytest.mark.parametrize(
    "question",
    [
        "Kể tên 12 tập thể đó",
        "Tỷ lệ học sinh bỏ học năm 2029 là bao nhiêu?",
        "Trưởng Công an huyện Bình Đại là ai?",
        'Ai nói câu "Không thầy đố mày làm nên"?',
        "Hội đồng Khuyến học Trung ương có mấy ủy viên?",
    ],
)
def test_what_is_only_mentioned_is_not_told(articles: PolicyAssistant, question: str) -> None:
    assert ask(articles, question).status == "abstained"


# --- reading -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("question", "expects"),
    [
        ("Đánh giá việc tinh giản tới đâu rồi?", "text"),
        ("Ông Kham kể năm qua gặp mấy chuyện khó gì?", "list"),
        ("Liệt kê giúp mấy phó trưởng ban dự họp", "list"),
        ("Cầu nối giữa ai với ai?", "text"),
        ("Giấy khen do phó ban nào trao?", "person"),
    ],
)
def test_what_kind_of_thing_is_asked_for(question: str, expects: str) -> None:
    assert read(question, question, False).expects == expects


def test_whom_something_is_done_for_holds_no_office() -> None:
    assert asks_whom("thu tuong dan lo tet cho ai") and asked_role("Thủ tướng dặn lo Tết cho ai?") is None
    assert not asks_whom("Ai là Thủ tướng?") and asked_role("Ai là Thủ tướng?") is not None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Hội nghị năm 2031: Chủ tịch Hội là ai, Trưởng Ban Tổ chức là ai?",
            ("Hội nghị năm 2031, Chủ tịch Hội là ai?", "Hội nghị năm 2031, Trưởng Ban Tổ chức là ai?"),
        ),
        (
            "Hội nghị tổng kết của Hội đồng và hội nghị tổng kết của tỉnh đều họp ở Huế, lần lượt là ngày nào?",
            ("Hội nghị tổng kết của Hội đồng là ngày nào?", "Hội nghị tổng kết của tỉnh là ngày nào?"),
        ),
        (
            "Cho tôi chủ đề khuyến học năm 2031 và chủ đề năm 2032 của tỉnh",
            ("Chủ đề khuyến học năm 2031 là gì?", "Chủ đề năm 2032 của tỉnh là gì?"),
        ),
        ("Tỉnh còn những hạn chế gì và hướng khắc phục?", ()),
        ("Có bao nhiêu dòng họ đăng ký, trong đó bao nhiêu được công nhận?", ()),
    ],
)
def test_clauses_that_each_ask(text: str, parts: tuple[str, ...]) -> None:
    assert clauses(text) == parts


def test_what_is_known_already_is_no_constraint() -> None:
    question = read("", "Ngoài Quyết định số 377, tỉnh còn tổng kết quyết định nào?", False)
    assert question.besides == "Quyết định số 377" and not question.symbols
    assert not read("", "Ngoài trời nắng nóng thì nghỉ học không?", False).besides


def test_names_like_common_words_and_provinces_typed_bare() -> None:
    assert find_names("tại huyện Bình Đại năm 2031") == ["Bình Đại"] and find_names("Ban Dân vận") == []
    assert with_provinces("tiên giảng nam 2031 co bao nhieu") == "Tiền Giang nam 2031 co bao nhieu"
    assert with_provinces("chi tieu dat cao bang nam truoc") == "chi tieu dat cao bang nam truoc"


def test_everyday_words_are_borne_out_by_administrative_ones() -> None:
    terms = Terms({"bà": 1.0, "con": 1.0, "giúp": 1.0, "nhà": 1.0}, {}, False)
    assert {"bà", "con", "giúp"} <= terms.read("Hỗ trợ nhân dân vùng lũ.")
    assert "nhà" not in terms.read("Hỗ trợ nhân dân vùng lũ.")
    assert "giup" in Terms({"giup": 1.0}, {}, True).read("Hỗ trợ nhân dân vùng lũ.")
    assert "hỗ" not in Terms({"hỗ": 1.0}, {}, False).read("Giúp nhân dân vùng lũ.")  # one way only


def test_the_number_of_a_document_is_no_figure(articles: PolicyAssistant) -> None:
    words = articles.store.words
    assert "1076" in mend("theo quyết định 1076 của tỉnh", words).text
    assert "12.911 tập thể" in mend("khen 12911 tập thể", words).text


def test_forms_of_answers() -> None:
    assert gives_limits("Tỉnh còn yếu ở điểm nào?", "Kinh phí còn thiếu.")
    assert gives_limits("Tỉnh còn yếu ở điểm nào?", "Đạt nhiều kết quả tốt.") is False
    assert gives_limits("Lũ lớn xảy ra ở vùng nào?", "Kinh phí còn thiếu.") is None
    assert not says_which("Đó là những tập thể nào?", "Tặng cờ cho các tập thể có thành tích.")
    assert says_which("Đó là những tập thể nào?", "Các tập thể gồm Văn phòng, Vụ I.")
    assert gives_wording("Chủ đề năm 2031 là gì?", "Tổ chức hội thảo với chủ đề “Biển”.") is False
    assert gives_wording("Chủ đề hội thảo là gì?", "Tổ chức hội thảo với chủ đề “Biển”.")
