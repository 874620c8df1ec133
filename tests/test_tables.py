"""Tables: a row is quoted with the head of its columns, a period with one of its years, goals under their year."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.counting import counts_other
from assistant.evidence.tables import head_of, is_head, lead_of
from assistant.evidence.where_and_when import tells_of_meeting
from assistant.question.followup import standalone
from assistant.question.lunar_years import lunar_years
from assistant.question.parts import split
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.ui.markup import answer_html
from assistant.ui.strings import VIETNAMESE
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

RESOLUTION = """HỘI ĐỒNG NHÂN DÂN
TỈNH LAI CHÂU

Số: 41/2032/NQ-HĐND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Lai Châu, ngày 08 tháng 12 năm 2032

NGHỊ QUYẾT
Về chính sách phát triển vùng chè của tỉnh Lai Châu giai đoạn 2033 - 2036

Điều 1. Kinh phí

Ngân sách tỉnh bố trí cho vùng chè theo năm như sau:

Năm | 2033 | 2034 | 2035 | 2036
Kinh phí (tỷ đồng) | 17 | 21 | 34 | 29

Điều 2. Cơ cấu nguồn vốn

TT | Nguồn vốn | Số tiền (tỷ đồng)
1 | Vốn của hợp tác xã | 63,5
2 | Vốn vay ưu đãi | 48,2

Điều 3. Mục tiêu

2- Phấn đấu đến năm 2035:
- 72% hộ trồng chè tham gia hợp tác xã.
- Trồng mới 900 ha chè.
"""
REPORT = """Lai Châu: Tổng kết công tác phòng, chống cháy rừng

Giai đoạn 2028 - 2032, tỉnh lập 214 tổ bảo vệ rừng với 3.116 thành viên. Trong 5 năm, toàn tỉnh xảy ra 96 vụ cháy rừng;\
 riêng năm 2032 có 11 vụ, giảm 4 vụ so với năm 2031.

Nguyên nhân chủ yếu là người dân đốt nương không báo trước; lực lượng kiểm lâm mỏng; đường băng cản lửa ít được phát\
 dọn.

Tại huyện Mường Tè, đồng chí Lò Văn Pánh, Bí thư Tỉnh ủy đã đối thoại với 140 hộ ở xã Pa Ủ.

“Rừng còn thì bản còn. Bản nào giữ được rừng, bản đó được chia tiền dịch vụ môi trường rừng. Giữ rừng là giữ sinh kế\
 của bản”, Bí thư Tỉnh ủy Lò Văn Pánh kết luận.
"""


@pytest.fixture(scope="module")
def tea(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings) -> Iterator[PolicyAssistant]:
    folder, data = tmp_path_factory.mktemp("che"), tmp_path_factory.mktemp("che-kho")
    (folder / "nghi-quyet.txt").write_text(RESOLUTION, encoding="utf-8")
    (folder / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    store = Store(data, embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=data), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str) -> Answer:
    return assistant.ask(Query(question=question))


def test_a_row_comes_with_its_head_and_what_announces_it(tea: PolicyAssistant) -> None:
    answer = ask(tea, "Ngân sách tỉnh Lai Châu bố trí cho vùng chè bao nhiêu tỷ đồng năm 2035?")
    assert [claim.text for claim in answer.claims] == [
        "Ngân sách tỉnh bố trí cho vùng chè theo năm như sau:",
        "Năm | 2033 | 2034 | 2035 | 2036",
        "Kinh phí (tỷ đồng) | 17 | 21 | 34 | 29",
    ]
    assert ask(tea, "Ngân sách tỉnh Lai Châu bố trí cho vùng chè bao nhiêu tỷ đồng năm 2031?").status == "abstained"


def test_the_unit_of_a_figure_stands_in_the_head(tea: PolicyAssistant) -> None:
    answer = ask(tea, "Vốn của hợp tác xã cho vùng chè Lai Châu là bao nhiêu tỷ đồng?").answer
    assert "Số tiền (tỷ đồng)" in answer and "63,5" in answer


def test_head_and_lead_of_a_table() -> None:
    row, head = RESOLUTION.index("Kinh phí (tỷ"), RESOLUTION.index("Năm | 2033")
    span = head_of(RESOLUTION, row)
    assert span is not None and RESOLUTION[slice(*span)] == "Năm | 2033 | 2034 | 2035 | 2036"
    lead = lead_of(RESOLUTION, span)
    assert lead is not None and RESOLUTION[slice(*lead)].endswith("như sau:")
    assert is_head(RESOLUTION, head) and not is_head(RESOLUTION, row)
    figures_alone = "Số hộ | 45\nSố người | 120"  # a table without a head
    assert head_of(figures_alone, figures_alone.index("Số người")) is None


def test_rows_are_shown_as_a_table() -> None:
    html = answer_html("Theo năm: [1]\nNăm | 2033 [2]\nTỷ <b> | 17 [3]", (), VIETNAMESE, verbatim=True)
    assert html.startswith("<p>Theo ")
    assert html.count("<th>") == 2 and html.count("<td>") == 2 and "&lt;b&gt;" in html
    assert "<table>" not in answer_html("A | 2033 [1]", (), VIETNAMESE, verbatim=True)


def test_goals_are_of_the_year_that_announces_them(tea: PolicyAssistant) -> None:
    assert (
        "72%" in ask(tea, "Mục tiêu đến năm 2035 bao nhiêu phần trăm hộ trồng chè Lai Châu tham gia hợp tác xã?").answer
    )


def test_a_period_and_a_year_of_it(tea: PolicyAssistant) -> None:
    answer = ask(tea, "Từ 2028 đến 2032 Lai Châu xảy ra bao nhiêu vụ cháy rừng, riêng năm 2032 là mấy vụ?").answer
    assert "96 vụ" in answer and "11 vụ" in answer and "Không tìm thấy" not in answer


def test_two_things_that_no_sentence_tells_together(tea: PolicyAssistant) -> None:
    answer = ask(tea, "Lai Châu xảy ra bao nhiêu vụ cháy rừng năm 2032, ai là Giám đốc Sở Y tế?").answer
    assert "11 vụ" in answer and answer.splitlines()[-1].startswith("Không tìm thấy") and "Sở Y tế" in answer


def test_reasons_in_running_text(tea: PolicyAssistant) -> None:
    answer = ask(tea, "Nguyên nhân nào khiến Lai Châu vẫn xảy ra cháy rừng?").answer
    assert all(part in answer for part in ("đốt nương", "kiểm lâm mỏng", "đường băng cản lửa"))


def test_a_slip_in_a_name_of_two_words(tea: PolicyAssistant) -> None:
    assert "Lò Văn Pánh" in ask(tea, "Ai đối thoại với hộ dân ở Mường Tèe?").answer


@pytest.mark.parametrize(
    ("previous", "question", "alone"),
    [
        ("Từ 2028 đến 2032 Lai Châu có bao nhiêu vụ cháy?", "Còn năm 2030?", "Năm 2030 Lai Châu có bao nhiêu vụ cháy?"),
        ("Lai Châu năm 2032 xóa được bao nhiêu lò gạch thủ công?", "Ba lò còn lại bao giờ phải dừng?",
         "Ba lò còn lại bao giờ phải dừng (Lai Châu xóa được lò gạch thủ công)?"),
        ("Bài về hội nghị tổng kết ngành chè có ảnh không?", "Bài đó ai viết?",
         "bài về hội nghị tổng kết ngành chè ai viết?"),
    ],
)  # fmt: skip
def test_follow_ups(previous: str, question: str, alone: str) -> None:
    assert standalone(question, [Turn(role="user", content=previous)]).casefold() == alone.casefold()


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Trưởng Ban Dân vận Tỉnh ủy tại hội nghị năm 2031 và người ký báo cáo năm 2032 lần lượt là ai?",
         ("Trưởng Ban Dân vận Tỉnh ủy tại hội nghị năm 2031 là ai?", "người ký báo cáo năm 2032 là ai?")),
        ("Số mô hình được công nhận năm 2032 của cả nước và của cấp tỉnh Lai Châu khác nhau thế nào?",
         ("Số mô hình được công nhận năm 2032 của cả nước?",
          "Số mô hình được công nhận năm 2032 của cấp tỉnh Lai Châu?")),
        ("Bà Lò Thị Mẩy giữ chức vụ gì tại hội nghị năm 2030 của Hội và tại hội nghị tổng kết năm 2033?",
         ("Bà Lò Thị Mẩy giữ chức vụ gì tại hội nghị năm 2030 của Hội?",
          "Bà Lò Thị Mẩy giữ chức vụ gì tại hội nghị tổng kết năm 2033?")),
        ("Hội nghị tổng kết ngành chè và hội nghị tổng kết ngành gỗ triển khai nhiệm vụ của năm nào?",
         ("Hội nghị tổng kết ngành chè triển khai nhiệm vụ của năm nào?",
          "hội nghị tổng kết ngành gỗ triển khai nhiệm vụ của năm nào?")),
    ],
)  # fmt: skip
def test_parts(question: str, parts: tuple[str, ...]) -> None:
    found = split(question, read(question, question, unaccented=False).years, ())
    assert tuple(part.casefold() for part in found) == tuple(part.casefold() for part in parts)


def test_the_new_year_of_a_lunar_year() -> None:
    question = read("", "Dịp Tết Giáp Thìn tỉnh tổ chức hoạt động gì?", unaccented=False)
    assert not question.names and "năm 2024" in question.search_text
    assert lunar_years("Canh Tý, Ất Tị, Giáp Sửu") == [2020, 2025]  # the last is the name of no year


def test_a_quotation_is_given_from_its_beginning(tea: PolicyAssistant) -> None:
    answer = ask(tea, "Bí thư Tỉnh ủy Lai Châu nói gì khi kết luận về việc giữ rừng của bản?").answer
    assert "“Rừng còn thì bản còn." in answer and "Lò Văn Pánh kết luận" in answer


def test_members_of_a_body_are_not_counted_by_its_branches() -> None:
    question = read("", "Buổi đối thoại có bao nhiêu nông dân tham dự?", unaccented=False)
    assert counts_other(question, "4- Hội Nông dân tỉnh lập ít nhất 40 chi, tổ hội nông dân nghề nghiệp.")
    assert not counts_other(question, "Có 185 nông dân tham dự.")


def test_what_was_done_at_a_meeting_says_not_where_it_was() -> None:
    asked = "Hội nghị tổng kết năm 2032 họp ở địa điểm nào?"
    assert not tells_of_meeting(asked, "Tại Hội nghị, Ban công bố khen thưởng cho cơ quan tại thành phố Hồ Chí Minh.")
    assert tells_of_meeting(asked, "Sáng 12/1, tại Hội trường Tỉnh ủy, Ban tổ chức Hội nghị tổng kết.")


def test_a_sentence_on_something_else_denies_nothing(tea: PolicyAssistant) -> None:
    asked = "Vốn {} cho vùng chè Lai Châu là 63,5 tỷ đồng đúng không?"
    assert ask(tea, asked.format("của hợp tác xã")).answer.startswith(("Đúng", "Tài liệu ghi"))
    answer = ask(tea, "Máy hái chè ở Lai Châu do nước ngoài tài trợ 88,1% giá trị đúng không?")
    assert not answer.answer.startswith("Không đúng")
