"""How officials type in a chat: abbreviations, slips, short follow-ups, premises; over two reports made up for this."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.answer_forms import names_mishap
from assistant.evidence.attributes import names_attribute
from assistant.question.followup import standalone
from assistant.question.parts import split
from assistant.question.roles import asked_role, holds_role
from assistant.question.shorthand import spell_out
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

PROVINCE = """Sơ kết 3 năm thực hiện Nghị quyết về nước sạch nông thôn

17/04/2032 08:15

Trong hai ngày 15 và 16/4, UBND tỉnh Trà Vinh tổ chức Hội nghị sơ kết 3 năm thực hiện Nghị quyết số 41-NQ/TU ngày\
 12/3/2029 của Tỉnh ủy về nước sạch nông thôn.\
 Hội nghị tổ chức trực tiếp tại Trung tâm Văn hóa Ao Bà Om với 312 đại biểu.\
 Đồng chí Lưu Thế Kham, Phó Thủ tướng Chính phủ dự và phát biểu chỉ đạo Hội nghị.\
 Đồng chí Mạc Thị Diên, Phó Bí thư Tỉnh ủy, Chủ tịch Hội đồng nhân dân tỉnh chủ trì Hội nghị.

Báo cáo cho biết, sau 3 năm, 15/19 chỉ tiêu của Nghị quyết đã đạt và vượt. Toàn tỉnh tiếp nhận 2.318 đơn kiến nghị về\
 nước sạch, giảm 7,4% so với cùng kỳ năm 2031 (2.503 đơn). Trong quý, tỉnh đón 8.450 lượt khách quốc tế đến tham quan\
 nhà máy nước. Người đứng đầu chính quyền ba cấp đã tổ chức 412 cuộc đối thoại về nước sạch.

Sôi nổi hội nghị nước sạch - Ảnh 2

Tuy nhiên, kết quả chưa đều. Giai đoạn 2029 - 2031 vẫn còn 57 công trình hư hỏng, làm 4.100 hộ mất nước.\
 Tỷ lệ thất thoát nước còn 23,6%.

Phong trào “Giếng sạch” chưa có nhiều mô hình, nhiều nơi còn làm theo lối mòn. Mặt trận và các đoàn thể có nơi chưa\
 chủ động giám sát chất lượng nước.

Mục tiêu đến năm 2035: tỷ lệ thất thoát nước còn 15%; kế hoạch vốn năm 2033 là 640 tỷ đồng.

Đồng chí Kiều Thị Sa Rây, Chủ nhiệm Ủy ban Kiểm tra Huyện ủy Trà Cú chia sẻ cách làm "ba cùng".\
 Chủ tịch UBND thị xã Duyên Hải Thạch Minh Khởi hỏi về giá nước.

Đồng chí Lưu Thế Kham yêu cầu tỉnh hoàn thành đấu nối nước sạch cho mọi trường học trước năm học mới.\
 “Nước sạch đến đâu, bệnh tật lùi đến đó. Việc gì khó cũng phải làm”, đồng chí nói.

Tỉnh thẩm định và công nhận 64 mô hình “Giếng sạch” cấp tỉnh.

Tin, ảnh: Triệu Quang Vịnh
"""
CENTRE = """Hội nghị tổng kết công tác nước sạch năm 2028

10/01/2029

Sáng 9/1, tại Hà Nội, Ban Dân vận Trung ương tổ chức Hội nghị tổng kết công tác vận động nước sạch năm 2028.\
 Đồng chí Lưu Thế Kham, Trưởng Ban Dân vận Trung ương chủ trì Hội nghị.

Dự Hội nghị có ông Ninh Văn Toản, Chủ tịch UBTƯ MTTQ Việt Nam; bà Giáp Thị Nhàn, Phó Chủ tịch - Tổng Thư ký UBTƯ MTTQ\
 Việt Nam.

Năm 2028, cả nước ban hành 2 nghị quyết và 9 văn bản về nước sạch nông thôn.

Hội nghị tổng kết nhiệm kỳ 2024 - 2028 và đề ra 4 nhiệm vụ.

Tin, ảnh: Hồ Mai Ly
"""


@pytest.fixture(scope="module")
def reports(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    folder = tmp_path_factory.mktemp("chat")
    (folder / "tra-vinh.txt").write_text(PROVINCE, encoding="utf-8")
    (folder / "trung-uong.txt").write_text(CENTRE, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, *history: Turn) -> Answer:
    return assistant.ask(Query(question=question, history=list(history)))


def talk(*pairs: tuple[str, str]) -> tuple[Turn, ...]:
    return tuple(
        Turn(role=role, content=text) for pair in pairs for role, text in zip(("user", "assistant"), pair, strict=True)
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("PTTg nào dự HN sơ kết về nước sạch ở Trà Vinh?", "Lưu Thế Kham"),
        ("HN tổng kết nước sạch 2028 của BDV TW do ai chủ trì?", "Lưu Thế Kham"),
        ("Chủ tịch UBTƯ MTTQ VN dự hội nghị tổng kết năm 2028 là ai?", "Ninh Văn Toản"),
        ("Trà Vinh tiếp nhận bao nhiu đơn kiến nghỉ về nước sạch?", "2.318"),
        ("Sau 3 năm thực hiện Nghị quyết số 41-NQ/TU, Trà Vinh đạt và vượt bao nhiêu chỉ tiêu?", "15/19"),
        ("Tỷ lệ thất thoát nước của Trà Vinh giai đoạn 2029 - 2031 là bao nhiêu?", "23,6%"),
        ('Chủ nhiệm UBKT Huyện ủy Trà Cú chia sẻ cách làm "ba cùng" là ai?', "Kiều Thị Sa Rây"),
        ("Tại hội nghị sơ kết ở Trà Vinh, đồng chí Lưu Thế Kham yêu cầu tỉnh làm gì?", "đấu nối nước sạch"),
        ("Chính quyền ba cấp tỉnh Trà Vinh tổ chức bao nhiêu cuộc đối thoại về nước sạch?", "412"),
        ("Tin, ảnh về hội nghị sơ kết nước sạch ở Trà Vinh do ai thực hiện?", "Triệu Quang Vịnh"),
    ],
)
def test_it_is_answered_as_it_was_meant(reports: PolicyAssistant, question: str, said: str) -> None:
    answer = ask(reports, question)
    assert answer.status == "answered" and said in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Chủ tịch UBND tỉnh Trà Vinh là ai?",  # the report names that of a town
        "Trà Vinh đón bao nhiêu lượt khách Hàn Quốc?",
        "Năm 2033 Trà Vinh thực tế giải ngân được bao nhiêu tỷ đồng cho nước sạch?",  # that was planned
        "Giá một mét khối nước ở Trà Vinh là bao nhiêu?",
        "Giá nước sinh hoạt ở Trà Vinh là bao nhiêu?",
        "Trong 2.318 đơn kiến nghị về nước sạch của Trà Vinh, có bao nhiêu đơn thuộc lĩnh vực y tế?",
        "Hội nghị sơ kết nước sạch nông thôn ở Trà Vinh họp ở địa chỉ nào?",
        "Ông Ninh Văn Toản giữ chức vụ gì trước khi làm Chủ tịch UBTƯ MTTQ Việt Nam?",
        "Nhiệm vụ thứ tư trong 4 nhiệm vụ của hội nghị tổng kết nước sạch năm 2028 là gì?",
        "Nghị quyết số 41-NQ/TU về nước sạch nông thôn quy định gì tại Điều 7?",
    ],
)
def test_what_only_comes_near_is_not_told(reports: PolicyAssistant, question: str) -> None:
    assert ask(reports, question).status == "abstained"


def test_who_held_it_where_and_when_is_read_of_a_report(reports: PolicyAssistant) -> None:
    document = next(one for one in reports.store.documents() if one.source.startswith("tra-vinh"))
    held = (document.organ, document.level, document.place, str(document.event_date))
    assert held == ("Ủy ban nhân dân tỉnh Trà Vinh", "province", "Trà Vinh", "2032-04-16")


def test_when_and_where_in_two_sentences_are_both_told(reports: PolicyAssistant) -> None:
    answer = ask(
        reports, "Hội nghị sơ kết về nước sạch nông thôn của UBND tỉnh Trà Vinh tổ chức ngày nào, ở đâu?"
    ).answer
    assert "15 và 16/4" in answer and "Ao Bà Om" in answer


def test_a_figure_now_and_its_goal_are_asked_of_the_same_thing(reports: PolicyAssistant) -> None:
    question = (
        "Tỷ lệ thất thoát nước của Trà Vinh giai đoạn 2029 - 2031 là bao nhiêu và mục tiêu đến năm 2035 là bao nhiêu?"
    )
    answer = ask(reports, question).answer
    assert "23,6%" in answer and "15%" in answer


def test_a_figure_of_the_year_before_put_for_confirmation_is_denied(reports: PolicyAssistant) -> None:
    answer = ask(reports, "Có phải Trà Vinh tiếp nhận 2.503 đơn kiến nghị về nước sạch không?").answer
    assert answer.startswith("Không đúng") and "2.318" in answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Năm 2028 cả nước ban hành 3 nghị quyết và 12 văn bản về nước sạch đúng không?", "2 nghị quyết và 9 văn bản"),
        ("Hội nghị của Ban Dân vận Trung ương năm 2029 là tổng kết nhiệm kỳ 2020-2024 đúng không ạ?", "2024 - 2028"),
    ],
)
def test_a_wrong_premise_is_corrected(reports: PolicyAssistant, question: str, said: str) -> None:
    answer = ask(reports, question).answer
    assert "Không đúng" in answer and said in answer


def test_the_level_that_was_counted_at_is_no_condition_of_a_follow_up(reports: PolicyAssistant) -> None:
    history = talk(("Trà Vinh công nhận mấy mô hình Giếng sạch cấp tỉnh?", "Tỉnh công nhận 64 mô hình [1]."))
    assert "lối mòn" in ask(reports, "Phong trào còn hạn chế gì?", *history).answer


def test_who_said_it_is_asked_of_the_words_spoken_of(reports: PolicyAssistant) -> None:
    history = talk(("Câu “Nước sạch đến đâu, bệnh tật lùi đến đó. Việc gì khó cũng phải làm” ở hội nghị nào?", "…"))
    assert "Lưu Thế Kham" in ask(reports, "Ai nói vậy?", *history).answer


@pytest.mark.parametrize(
    ("history", "question", "meant"),
    [
        (
            [("Tin, ảnh của bài về hội nghị tổng kết năm 2028 do ai thực hiện?", "Hồ Mai Ly [1].")],
            "Còn bài về hội nghị sơ kết 3 năm thực hiện nghị quyết nước sạch thì sao?",
            "Tin, ảnh của bài về hội nghị sơ kết 3 năm thực hiện nghị quyết nước sạch do ai thực hiện?",
        ),
        (
            [("Kết luận số 62-KL/TW nói về việc gì?", "Về Mặt trận [1]."), ("Tổng kết mấy năm rồi?", "10 năm [1].")],
            "Kết luận này ai ký?",
            "Kết luận 62-KL/TW ai ký?",
        ),
        (
            [("Hạn chế về lấy ý kiến Nhân dân?", "Có nơi chưa coi trọng [1].")],
            "Còn phía Mặt trận thì sao?",
            "Hạn chế của Mặt trận?",
        ),
        (
            [("Năm 2023 có bao nhiêu tập thể được khen?", "12 tập thể [1].")],
            "Quay lại hội nghị tổng kết năm 2017, ai viết bản tin?",
            "Ai viết bản tin (hội nghị tổng kết năm 2017)?",
        ),
        (
            [('Phó Trưởng Ban tặng giấy khen phong trào là ai?', "Đồng chí A [1].")],
            "Thế còn Trưởng Ban?",
            "Trưởng Ban là ai?",
        ),
    ],
)  # fmt: skip
def test_a_follow_up_stands_alone(history: list[tuple[str, str]], question: str, meant: str) -> None:
    assert standalone(question, talk(*history)) == meant


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Chủ tịch và Phó Chủ tịch - Tổng Thư ký UBTƯ MTTQ Việt Nam lần lượt là ai?",
            (
                "Chủ tịch UBTƯ MTTQ Việt Nam là ai",
                "Phó Chủ tịch - Tổng Thư ký UBTƯ MTTQ Việt Nam là ai",
            ),
        ),
        (
            "Chủ tịch Hội khóa XIII và khóa XIV lần lượt là ai?",
            ("Chủ tịch Hội khóa XIII là ai", "Chủ tịch Hội khóa XIV là ai"),
        ),
        (
            "Bà A giữ chức vụ gì tại hội nghị năm 2017 và tại hội nghị năm 2023?",
            ("Bà A giữ chức vụ gì tại hội nghị năm 2017", "Bà A giữ chức vụ gì tại hội nghị năm 2023"),
        ),
    ],
)
def test_two_of_a_kind_are_asked_one_by_one(question: str, parts: tuple[str, ...]) -> None:
    years = [2017, 2023] if "2017" in question else []
    assert tuple(part.rstrip(" ?") for part in split(question, years, ())) == parts


def test_an_office_ends_at_no_word_that_only_looks_like_a_verb() -> None:
    role = asked_role("Chủ tịch UBND tỉnh Trà Vinh năm 2032 là ai?")
    assert role is not None and role.organ == ("uy", "nhan", "dan", "tinh")
    assert not holds_role(role, "Chủ tịch UBND thị xã Duyên Hải Thạch Minh Khởi hỏi về giá nước.", "")
    assert asked_role("giám đốc sở tư pháp tỉnh là ai").organ == ("so", "tu", "phap", "tinh")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("question", "tells", "does_not"),
    [
        (
            "Trong 146 mô hình được công nhận, có bao nhiêu mô hình thuộc lĩnh vực quốc phòng?",
            "Công nhận 146 mô hình, trong đó 12 mô hình quốc phòng.",
            "Công nhận 146 mô hình cấp tỉnh.",
        ),
        ("Trụ sở ở địa chỉ nào?", "Trụ sở ở số 3, đường Lê Lợi.", "Biểu dương cơ quan ở thành phố Huế."),
        ("Ông A giữ chức vụ gì trước khi làm Chủ tịch?", "Ông A, nguyên Bí thư Huyện ủy.", "Ông A, Chủ tịch tỉnh."),
        ("Ông A giữ chức vụ đó từ ngày nào?", "Ông A được bầu ngày 3/2/2030.", "Ngày 3/2/2030, ông A phát biểu."),
        ("Ông A phụ trách lĩnh vực nào?", "Ông A được phân công theo dõi tôn giáo.", "Ông A dự hội nghị."),
        ("Giải pháp thứ ba là gì?", "Ba là, tăng cường đối thoại.", "Một là, tăng cường đối thoại."),
    ],
)
def test_what_is_asked_of_a_thing_is_more_than_the_thing(question: str, tells: str, does_not: str) -> None:
    assert names_attribute(question, tells) and not names_attribute(question, does_not)


def test_what_a_question_asks_for() -> None:
    assert read("Họp ngày mấy vậy?", "Họp ngày mấy vậy?", False).expects == "date"
    assert read("x", "Đồng chí phó trưởng ban thì tên gì?", False).expects == "person"
    assert read("x", "Quân đoàn 6 kết nghĩa với 194 đầu mối đúng không?", False).numbers == ("194",)
    asked = read("x", "Có phải 6 tháng đầu năm 2026 tỉnh tiếp nhận 4.449 đơn không?", False)
    assert asked.numbers == ("4.449",)
    assert read("x", "Cờ thi đua thì ai trao (Nguyễn Hồng Lĩnh còn trao nữa)?", False).names == ()
    assert read("x", "Khách Hàn Quốc là bao nhiêu lượt?", False).names == ("Hàn Quốc",)


class Pairs:
    """Counts of a corpus that has "học sinh bỏ học" and "hồ sơ trễ hạn"."""

    def syllable_forms(self, folded: str) -> dict[str, int]:
        return {}

    def bigram_count(self, first: str, second: str) -> int:
        return 5 * ((first, second) in {("sinh", "bỏ"), ("sơ", "trễ")})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xử lý trách nhiệm bn ng", "xử lý trách nhiệm bao nhiêu người"),
        ("2 phó ct hội nd là ai", "2 Phó Chủ tịch hội Nông dân là ai"),
        ("ptt nào ktra dvc", "Phó Thủ tướng nào kiểm tra dịch vụ công"),
        ("có mấy nv ctác trọng tâm", "có mấy nhiệm vụ công tác trọng tâm"),
        ("bao nhiêu hs bỏ học", "bao nhiêu học sinh bỏ học"),
        ("bao nhiêu hs trễ hạn", "bao nhiêu hồ sơ trễ hạn"),
        ("cảng hòn mực gđ 1 do gđ sở nào ký", "cảng hòn mực giai đoạn 1 do Giám đốc sở nào ký"),
        ("ban hành mấy NQ, theo NQ 25", "ban hành mấy nghị quyết, theo NQ 25"),
        ("gd CA tỉnh y/c gì", "Giám đốc Công an tỉnh yêu cầu gì"),
    ],
)
def test_short_forms_are_spelled_out(typed: str, meant: str) -> None:
    assert spell_out(typed, Pairs()) == meant


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("Năm 2028 có mấy hộ dùng nước sạch?", "còn giữa năm 2031?", "giữa năm 2031 có mấy hộ dùng nước sạch?"),
        ("quý 3/2028 có mấy hộ dùng nước sạch?", "thế quý IV/2031?", "quý IV năm 2031 có mấy hộ dùng nước sạch?"),
        ("6 tháng đầu năm 2028 có mấy hộ mới?", "còn cả năm?", "cả năm 2028 có mấy hộ mới?"),
        ("Ai chủ trì hội nghị ở Trà Vinh?", "Chuyện khác: giá nước là bao nhiêu?", "giá nước là bao nhiêu?"),
    ],
)
def test_a_part_of_a_year_and_another_matter(before: str, question: str, meant: str) -> None:
    assert standalone(question, talk((before, "Có [1]."))).lower() == meant.lower()


def test_those_charged_suffered_nothing() -> None:
    """ "bị can" is a word, not something that happened to somebody."""
    assert names_mishap("Quý III có mấy bị can tội tham nhũng?", "Khởi tố mới 4 vụ, 15 bị can về tội tham nhũng.")
    assert not names_mishap("Có mấy hộ bị thu hồi đất?", "Có 12 hộ được giao đất.")


def test_a_city_is_no_street() -> None:
    """ "thành phố nào" asks for no "phố"."""
    assert names_attribute("Cơ quan Thường trực đặt tại thành phố nào?", "cơ quan Thường trực tại thành phố Cần Thơ;")
    assert not names_attribute("Trụ sở nằm ở phố nào?", "Trụ sở nằm tại thành phố Cần Thơ.")
