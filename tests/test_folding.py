"""What questions mean where folding, short forms or a bare name would make them something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answering.about import asked_aspect
from assistant.chain import PolicyAssistant
from assistant.evidence.acts import same_month
from assistant.evidence.answer_forms import (
    asks_reason,
    only_lists_persons,
    other_speaker,
    says_who_wrote,
    says_why,
    wording_asked,
)
from assistant.evidence.answer_types import answers_type, asked_definition
from assistant.evidence.attributes import names_attribute
from assistant.evidence.designations import other_body
from assistant.evidence.placed import alone, other_language
from assistant.evidence.where_and_when import in_force_itself, says_where
from assistant.evidence.which import names_kind, names_unit, says_which, says_which_most
from assistant.question.followup import standalone
from assistant.question.parts import split
from assistant.question.places import mend_provinces
from assistant.question.roles import asked_role
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

REPORT = """TỈNH ỦY KHÁNH HÒA
BAN TUYÊN GIÁO
*
Số: 88-BC/BTGTU

ĐẢNG CỘNG SẢN VIỆT NAM
Khánh Hòa, ngày 20 tháng 11 năm 2033

BÁO CÁO
Sơ kết giữa kỳ thực hiện Đề án đọc sách ở cơ sở giai đoạn 2031 - 2035 trên địa bàn tỉnh Khánh Hòa

I. KẾT QUẢ

1. Tổ chức thực hiện
Việc sắp xếp bộ máy phòng đọc được thực hiện theo hướng mỗi xã một phòng, huyện giữ một kho sách chung.
Toàn tỉnh còn 214 điểm chưa có người trông sách, trong đó huyện Vạn Ninh 97 điểm, huyện Khánh Vĩnh 61 điểm, huyện \
Cam Lâm 56 điểm.

2. Số liệu
Có 2000 khách quen được cấp thẻ bạn đọc trọn đời. Tổng số sách quyên góp là 48.300 cuốn, tập trung ở sách thiếu nhi \
và sách kỹ thuật trồng trọt.
Nhà máy giấy Suối Dầu tặng 12 tấn giấy để in lại sách cũ.

3. Thi kể chuyện sách
Phát biểu tại vòng chung khảo, đồng chí Tô Hữu Lạc yêu cầu các xã giữ phòng đọc mở cả chủ nhật.
Dự chung khảo còn có đồng chí Đinh Thị Mùi, Phó Giám đốc Sở Văn hóa.

4. Bài học kinh nghiệm
Một là, phòng đọc phải ở gần chợ. Hai là, người trông sách do thôn cử. Ba là, sách mượn không cần đặt cọc.

II. KIẾN NGHỊ
Đề nghị tỉnh bố trí kinh phí mua sách hằng năm.
"""

DECISION = """ỦY BAN NHÂN DÂN
TỈNH THANH HÓA

Số: 19/2033/QĐ-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Thanh Hóa, ngày 3 tháng 5 năm 2033

QUYẾT ĐỊNH
Ban hành Quy định quản lý xe sách lưu động trên địa bàn tỉnh Thanh Hóa

Điều 1. Ban hành kèm theo Quyết định này Quy định quản lý xe sách lưu động trên địa bàn tỉnh Thanh Hóa.
Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 15 tháng 6 năm 2033.

QUY ĐỊNH
Quản lý xe sách lưu động

Điều 3. Phân loại
1. Xe sách lưu động được phân thành 03 loại:
a) Xe sách thiếu nhi;
b) Xe sách kỹ thuật;
c) Xe sách tổng hợp.

Điều 4. Giải thích từ ngữ
1. Vòng xe sách là số điểm dừng của một xe trong một tuần.

Điều 5. Thời hạn
Các huyện đăng ký tuyến xe năm sau trước ngày 10 tháng 10 hằng năm.

CHỦ TỊCH

Lương Đình Sách
"""


@pytest.fixture(scope="module")
def books(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over a report and a decision on books; neither is real."""
    folder = tmp_path_factory.mktemp("books")
    source = folder / "in"
    source.mkdir()
    (source / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    (source / "quyet-dinh.txt").write_text(DECISION, encoding="utf-8")
    store = Store(folder / "data", embeddings)
    ingest([source], store)
    yield open_assistant(Settings(data_dir=folder / "data"), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, *history: Turn) -> Answer:
    return assistant.ask(Query(question=question, history=history))


def talk(*pairs: tuple[str, str]) -> tuple[Turn, ...]:
    roles = ("user", "assistant")
    return tuple(Turn(role=role, content=text) for pair in pairs for role, text in zip(roles, pair, strict=True))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Việc sắp xếp bộ máy phòng đọc ở Khánh Hòa được thực hiện như thế nào?", "mỗi xã một phòng"),
        ("Tỉnh Khánh Hòa có bao nhiêu khách quen được cấp thẻ bạn đọc trọn đời?", "2000 khách quen"),
        (
            "Bài học kinh nghiệm rút ra trong báo cáo sơ kết giữa kỳ Đề án đọc sách giai đoạn 2031 - 2035 của tỉnh "
            "Khánh Hòa là gì?",
            "người trông sách do thôn cử",
        ),
        ("Theo quy định của tỉnh Thanh Hóa, xe sách lưu động được phân thành những loại nào?", "Xe sách tổng hợp"),
        ("Quy định quản lý xe sách lưu động của tỉnh Thanh Hóa có hiệu lực từ ngày nào?", "15 tháng 6 năm 2033"),
        ("Quyết định 19/2033/QĐ-UBND quy định các huyện đăng ký tuyến xe năm sau trước ngày nào?", "10 tháng 10"),
        ("“Vòng xe sách” trong Quyết định 19/2033/QĐ-UBND được hiểu là gì?", "số điểm dừng"),
        ("Ở Khánh Hòa huyện nào còn nhiều điểm chưa có người trông sách nhất, bao nhiêu điểm?", "Vạn Ninh 97"),
    ],
)
def test_it_is_answered_as_it_was_meant(books: PolicyAssistant, question: str, said: str) -> None:
    answer = ask(books, question)
    assert answer.status == "answered" and said in answer.answer, answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Trong số sách quyên góp ở Khánh Hòa, sách thiếu nhi có bao nhiêu cuốn?",
        "Đồng chí Đinh Thị Mùi yêu cầu gì tại vòng chung khảo thi kể chuyện sách ở Khánh Hòa?",
        "Luật Thư viện có hiệu lực từ ngày nào?",
    ],
)
def test_what_only_comes_near_is_not_told(books: PolicyAssistant, question: str) -> None:
    assert ask(books, question).status == "abstained"


@pytest.mark.parametrize(
    ("question", "expects"),
    [
        ("Việc sắp xếp bộ máy ở tỉnh được thực hiện như thế nào?", "text"),
        ("Nhà máy nào bị đình chỉ hoạt động?", "text"),
        ("Máy móc được mua bằng nguồn nào?", "text"),
        ("Có mấy nhà máy được kiểm tra?", "number"),
        ("Những địa phương nào có tỷ lệ hòa giải thành trên 90%?", "place"),
    ],
)
def test_a_machine_is_no_how_many(question: str, expects: str) -> None:
    assert read(question, question, False).expects == expects


def test_only_question_words_ask() -> None:
    assert not asks_reason("Ai đỡ đầu trẻ mồ côi ở huyện?")
    assert not asks_reason("Nhiệt độ đầu vào là bao nhiêu?")
    assert asks_reason("Do đâu tỷ lệ này giảm?")
    assert wording_asked("Thủ tướng đánh giá chủ đề đó thế nào?") is None
    assert wording_asked("Chủ đề năm 2018 là gì?") == "chu de"


@pytest.mark.parametrize(
    ("follow_up", "meant"),
    [
        ("Còn Thanh Hóa?", "Tỷ lệ bạn đọc của tỉnh Thanh Hóa là bao nhiêu?"),
        ("Thế ở Khánh Hòa ạ?", "Tỷ lệ bạn đọc của tỉnh Khánh Hòa là bao nhiêu?"),
        ("còn Cà Mau nhỉ", "Tỷ lệ bạn đọc của tỉnh Cà Mau là bao nhiêu?"),
    ],
)
def test_a_place_keeps_its_last_letter(follow_up: str, meant: str) -> None:
    history = talk(("Tỷ lệ bạn đọc của tỉnh Bến Tre là bao nhiêu?", "Tỷ lệ bạn đọc đạt 31% [1]."))
    assert standalone(follow_up, history) == meant


@pytest.mark.parametrize(
    ("before", "follow_up", "meant"),
    [
        (
            ("chủ tịch UBND tỉnh khánh dương là ai", "Đồng chí Lương Hữu Thắng [1]."),
            "thế bình sa?",
            "chủ tịch UBND tỉnh bình sa là ai?",
        ),
        (
            (
                "Hội đồng Đọc sách tổng kết nhiệm kỳ 2016-2020 ngày nào?",
                "Hội nghị tổng kết được mở ngày 14/1 [1].",
            ),
            "Ai chủ trì hội nghị này?",
            "Ai chủ trì hội nghị tổng kết (Hội đồng Đọc sách tổng kết nhiệm kỳ 2016-2020)?",
        ),
        (
            ("Nghị quyết 09-NQ/TU đặt mục tiêu tỷ lệ bạn đọc năm 2025 là bao nhiêu?", "Tỷ lệ là 12% [1]."),
            "Vậy đến năm 2030 thì tỷ lệ đó là bao nhiêu?",
            "Nghị quyết 09-NQ/TU đặt mục tiêu tỷ lệ bạn đọc năm 2030 là bao nhiêu?",
        ),
        (
            ("Tỉnh tiếp nhận bao nhiêu đơn tố cáo?", "Tỉnh tiếp nhận 58 đơn tố cáo [1]."),
            "Thế trong 58 đơn tố cáo, huyện A có bao nhiêu đơn?",
            "Trong 58 đơn tố cáo, huyện A có bao nhiêu đơn (Tỉnh tiếp nhận đơn tố cáo)?",
        ),
    ],
)
def test_what_a_follow_up_takes_from_before(before: tuple[str, str], follow_up: str, meant: str) -> None:
    assert standalone(follow_up, talk(before)) == meant


def test_two_things_told_apart_in_brackets_or_by_name_are_asked_one_by_one() -> None:
    bracketed = (
        "Số đại biểu dự hội nghị ở Yên Bái (12/2022) và số đại biểu dự hội nghị ở Sóc Trăng (11/2019) là bao nhiêu?"
    )
    assert split(bracketed, (), ()) == (
        "Số đại biểu dự hội nghị ở Yên Bái (12/2022) là bao nhiêu?",
        "số đại biểu dự hội nghị ở Sóc Trăng (11/2019) là bao nhiêu?",
    )
    alike = "Chủ đề năm 2018 của Ban Đọc sách và chủ đề năm 2024 của tỉnh Bến Tre là gì?"
    assert split(alike, (2018, 2024), ()) == (
        "Chủ đề năm 2018 của Ban Đọc sách là gì?",
        "chủ đề năm 2024 của tỉnh Bến Tre là gì?",
    )
    assert split("Huyện Gio Linh, tỉnh Quảng Trị có tổng số sách là bao nhiêu?", (), ()) == ()


def test_slips_in_names_of_provinces() -> None:
    assert mend_provinces("chủ đề năm 2023 của tỉnh Bến Ter") == "chủ đề năm 2023 của tỉnh Bến Tre"
    assert mend_provinces("hội nghị ở huyện Cam Lâm") == "hội nghị ở huyện Cam Lâm"
    assert read("", "Sở Công Thương Hà Tĩnh dự trữ bao nhiêu gạo?", False).names == ("Hà Tĩnh",)


@pytest.mark.parametrize(
    ("rule", "asked", "tells", "does_not"),
    [
        (
            says_why,
            "Vì sao vụ khiếu nại tại khu Nà Pàn kéo dài 6 năm?",
            "Vụ khiếu nại tại khu Nà Pàn kéo dài 6 năm do hồ sơ thất lạc.",
            "Còn vụ khiếu nại tại khu Nà Pàn kéo dài 6 năm.",
        ),
        (
            says_which_most,
            "Huyện nào còn nhiều hộ nhất?",
            "Còn 168 hộ, trong đó huyện Hữu Lũng 97 hộ, huyện Chi Lăng 49 hộ.",
            "Còn 168 hộ chưa nhận tiền.",
        ),
        (
            names_unit,
            "Huyện nào dẫn đầu và đạt bao nhiêu?",
            "Huyện Trấn Yên dẫn đầu với 71,2%.",
            "Toàn tỉnh đạt 58,3%, dẫn đầu cả vùng.",
        ),
        (
            names_kind,
            "Ông Lạc mang quốc tịch nào?",
            "Ông Lạc có quốc tịch Việt Nam.",
            "Ông Lạc là chủ tịch Hội Đọc sách.",
        ),
        (
            says_which,
            "Những cá nhân nào được tặng Bằng khen?",
            "Bằng khen tặng ông Tô Hữu Lạc và bà Đinh Thị Mùi.",
            "Bằng khen tặng 05 tập thể có thành tích.",
        ),
        (
            says_where,
            "Nhà máy xử lý rác đặt ở xã nào?",
            "Xây nhà máy xử lý rác tại xã Thạch Bàn công suất 500 tấn/ngày.",
            "Hội nghị về nhà máy xử lý rác tổ chức tại xã Thạch Bàn.",
        ),
        (
            names_attribute,
            "Trong 06 trường mới, huyện Krông Pa có mấy trường?",
            "Lập 06 trường, trong đó huyện Krông Pa 02 trường.",
            "Lập 06 trường tại các huyện Krông Pa, Kông Chro.",
        ),
        (
            names_attribute,
            "Trước khi làm Giám đốc, ông Lạc giữ chức vụ gì?",
            "Ông Lạc từng là Phó Giám đốc.",
            "Đi từng ngõ, gõ từng nhà cùng Giám đốc.",
        ),
    ],
)
def test_the_sentence_has_what_is_asked(rule: object, asked: str, tells: str, does_not: str) -> None:
    assert callable(rule)
    assert rule(asked, tells)
    assert not rule(asked, does_not)


def test_who_speaks() -> None:
    asked = "Hòa thượng Thạch Sô Phol đề nghị gì?"
    assert other_speaker(asked, "Thạch Sô Phol", "Đồng chí Trịnh Hoài Đức đề nghị các cấp quan tâm.")
    assert not other_speaker(asked, "Thạch Sô Phol", "Hòa thượng Thạch Sô Phol đề nghị mở lớp chữ Khmer.")
    assert not only_lists_persons(asked, "Hòa thượng Thạch Sô Phol đề nghị mở lớp chữ Khmer.")


def test_what_is_asked_of_a_document_and_what_within_it() -> None:
    def aspect(text: str) -> str | None:
        return asked_aspect(read(text, text, False))

    assert aspect("Quyết định 290-QĐ/TW quy định về nội dung gì?") == "subject"
    assert aspect("Nghị quyết 25-NQ/TW ban hành ngày nào?") == "issue_date"
    assert aspect("Nghị định 138/2026/NĐ-CP gọi Khung trình độ kỹ năng nghề bằng tiếng Anh là gì?") is None
    assert aspect("Thông tư 05/2023/TT-BLĐTBXH ban hành danh mục nghề có hiệu lực từ ngày nào?") is None
    assert aspect("Nghị định 191/2026/NĐ-CP quy định các bộ đăng ký đề án trước ngày nào?") is None
    within = "“Chuyển động của tàu bay” trong Thông tư 18/2026/TT-BXD được hiểu là gì?"
    assert asked_definition(read(within, within, False)) == "Chuyển động của tàu bay"


def test_a_year_before_a_noun_counts_it() -> None:
    question = read("", "Có bao nhiêu khách tham dự bữa tối?", False)
    assert answers_type(question, "Lễ khai mạc có sự tham dự của 2000 khách.") == 1.0
    assert answers_type(question, "Lễ khai mạc năm 2000 khách đến đông.") == 0.0


@pytest.mark.parametrize(
    ("before", "follow_up", "meant"),
    [
        (
            "Cuối năm 2018 tỷ lệ hộ nghèo trong đồng bào Khmer còn bao nhiêu?",
            "Còn trong đồng bào Hoa thì tỷ lệ đó là bao nhiêu?",
            "Cuối năm 2018 tỷ lệ hộ nghèo trong đồng bào Hoa còn bao nhiêu?",
        ),
        (
            "Việc đổi mới phòng đọc năm 2033 có hạn chế gì?",
            "Còn tỷ lệ bạn đọc thì sao?",
            "tỷ lệ bạn đọc thế nào (Việc đổi mới phòng đọc năm 2033 có hạn chế)?",
        ),
        (
            "Thái Nguyên năm 2025 thanh tra mấy doanh nghiệp?",
            "còn kiên giang 6 tháng đầu 2018 phát hiện bao nhiêu vụ vi phạm đất đai?",
            "Kiên giang 6 tháng đầu 2018 phát hiện bao nhiêu vụ vi phạm đất đai?",
        ),
        (
            "Cuộc thi kể chuyện sách năm 2023 diễn ra tại đâu?",
            "Ban Tuyên giáo phối hợp với đơn vị nào để tổ chức?",
            "Ban Tuyên giáo phối hợp với đơn vị nào để tổ chức (Cuộc thi kể chuyện sách năm 2023 diễn ra tại đâu)?",
        ),
    ],
)
def test_another_group_measure_place_or_act(before: str, follow_up: str, meant: str) -> None:
    assert standalone(follow_up, talk((before, "… [1]."))) == meant


def test_a_hamlet_has_no_head_of_a_commission() -> None:
    asked = "Ai tham luận về vận động già làng, trưởng bản làm hòa giải?"
    assert asked_role(asked) is None
    commission = "Ai làm Trưởng Ban Chỉ đạo nuôi tôm sinh thái theo nghị quyết năm 2017?"
    role = asked_role(commission)
    assert role and role.organ[-1] == "thai"


def test_somebody_after_whom_a_city_is_called() -> None:
    question = read("", "Phong trào học tập phong cách của ai?", False)
    assert answers_type(question, "Phong trào gắn với học tập phong cách Hồ Chí Minh.") == 1.0


def test_in_force_is_what_is_asked_about() -> None:
    asked, title = "Luật Đất đai năm 2024 có hiệu lực từ ngày nào?", "Luật Đất đai"
    assert in_force_itself(asked, "Luật này có hiệu lực từ ngày 01 tháng 8 năm 2024.", title)
    assert not in_force_itself(asked, "Thông tư này có hiệu lực từ ngày 15 tháng 9 năm 2024.", title)
    assert not in_force_itself(
        asked, "Chứng chỉ có hiệu lực đến hết ngày 31 tháng 12 năm 2024.", "Thông tư về đấu thầu"
    )
    assert not in_force_itself(asked, "Luật này được Quốc hội thông qua.", title)


@pytest.mark.parametrize(
    ("rule", "asked", "tells", "does_not"),
    [
        (
            names_attribute,
            "Trong 286 đơn khiếu nại, tố cáo năm 2014 có bao nhiêu đơn tố cáo?",
            "Tiếp nhận 286 đơn, trong đó có 41 đơn tố cáo.",
            "Tiếp nhận 286 đơn khiếu nại, tố cáo, đã giải quyết 259 đơn.",
        ),
        (
            same_month,
            "Theo kết quả thăm dò dư luận tháng 7/2018, bao nhiêu phần trăm lo lắng?",
            "Kết quả thăm dò tháng 7/2018 cho thấy 12% lo lắng.",
            "Kết quả thăm dò tháng 01/2018 cho thấy 41,2% lo lắng.",
        ),
        (
            says_who_wrote,
            "Ai ký báo cáo về đầu tư công?",
            "Ông Hoàng Trọng Lãm ký báo cáo.",
            "Dự án cầu Thạch Hãn 3 thông xe kỹ thuật tháng 12.",
        ),
    ],
)
def test_other_parts_months_and_signatures(rule: object, asked: str, tells: str, does_not: str) -> None:
    assert callable(rule)
    assert rule(asked, tells)
    assert not rule(asked, does_not)


def test_the_month_of_a_meeting_is_not_that_of_its_figures() -> None:
    asked = "Theo báo cáo tại hội nghị tháng 9/2016, cả nước có bao nhiêu ban?"
    assert same_month(asked, "Đến hết tháng 6/2016, cả nước có 11.087 ban.")


def test_other_bodies_languages_and_places() -> None:
    asked = "Tỉnh đề nghị nâng kinh phí của mỗi Ban Giám sát đầu tư lên bao nhiêu?"
    assert other_body(asked, "Tỉnh đề nghị nâng kinh phí của mỗi Ban Thanh tra nhân dân lên 10 triệu đồng.")
    assert not other_body(asked, "Kinh phí của mỗi Ban Giám sát đầu tư là 5 triệu đồng.")
    assert not other_body("Ban Dân vận thực hiện bao nhiêu đề án?", "Ban Bí thư giao 17 đề án.")
    tongue = read("", "Chuyên mục bằng tiếng Raglai có thời lượng bao nhiêu phút?", False)
    assert other_language(tongue, "Nâng thời lượng chuyên mục bằng tiếng Chăm lên 20 phút.") == ["tiếng Raglai"]
    assert other_language(tongue, "Chuyên mục bằng tiếng Chăm và tiếng Raglai có 20 phút.") == []
    district = read("", "Riêng huyện Năm Căn có bao nhiêu héc-ta tôm?", False)
    assert alone(district, "Toàn tỉnh có 27.480 ha tôm.") == ["Năm Căn"]


def test_a_person_and_a_year_just_spoken_of() -> None:
    history = talk(("Hội nghị tổng kết công tác dân vận năm 2023 ai dự?", "Bà Trương Thị Mai dự [1]."))
    meant = "bà Trương Thị Mai yêu cầu gì (Hội nghị tổng kết công tác dân vận năm 2023 dự)?"
    assert standalone("bà Trương Thị Mai yêu cầu gì?", history) == meant
    assert standalone("bà Trương Thị Mai giữ chức vụ gì?", history) == "bà Trương Thị Mai giữ chức vụ gì?"
    assert standalone("năm đó có bao nhiêu mô hình?", history).startswith("Năm 2023 có bao nhiêu mô hình")
