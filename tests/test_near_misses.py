"""Questions that a document nearly answers: another case, place, person, measure or time than it has is no answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.acts import names_stage, same_part_of_year
from assistant.evidence.answer_forms import says_why
from assistant.evidence.answer_types import answers_type
from assistant.evidence.counting import counts_other
from assistant.evidence.measures import names_due, same_rate
from assistant.evidence.money_asked import says_money
from assistant.evidence.ranges import provides_for_others
from assistant.evidence.where_and_when import says_where
from assistant.evidence.which import names_one_of, says_which
from assistant.question.followup import standalone
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

RESOLUTION = """HỘI ĐỒNG NHÂN DÂN
TỈNH TIỀN GIANG

Số: 27/2034/NQ-HĐND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Tiền Giang, ngày 11 tháng 7 năm 2034

NGHỊ QUYẾT
Quy định chính sách đối với thợ đóng ghe trên địa bàn tỉnh Tiền Giang

Điều 1. Quà tặng thợ đóng ghe lâu năm
a) Tròn 25 năm tuổi nghề: 700.000 đồng/người;
b) Tròn 35 năm tuổi nghề: 900.000 đồng/người;
c) Tròn 45 năm tuổi nghề: 1.300.000 đồng/người.

Điều 2. Trợ cấp hằng tháng
1. Người cao tuổi truyền nghề, đang dạy học viên khuyết tật đóng ghe được trợ cấp 640.000 đồng/người/tháng.
2. Thợ phụ đang học nghề được hỗ trợ tiền ăn 310.000 đồng/người/tháng.

Điều 3. Xưởng ghe
1. Xưởng ghe mở mới được hỗ trợ một lần 42.000.000 đồng để mua gỗ.
2. Chủ xưởng được miễn 60% thời gian tập huấn an toàn lao động theo hợp đồng.

TM. HỘI ĐỒNG NHÂN DÂN
CHỦ TỊCH

Lâm Thị Chót
"""

MEETING = """Hội nghị quý II năm 2034 về bến thuyền

Ngày 9/7/2034, tại Cần Thơ, Cục Đường thủy tổ chức Hội nghị quý II năm 2034 về bến thuyền.

1. Sáu tháng đầu năm 2034, cả nước sửa xong 812 bến thuyền, đạt 61% kế hoạch.

2. Có 3 địa phương sửa xong trước hạn gồm: tỉnh Hậu Giang, tỉnh Sóc Trăng và tỉnh Trà Vinh.

3. Công an đã tạm giữ 9 lái thuyền vì thu tiền “vé chợ đen” ở bến.

4. Bến Vàm Xáng xây lại từ quỹ đường thủy, thông bến ngày 15/5/2034.

5. Chủ đề năm 2035 là “Bến sạch, thuyền chắc”.

6. Trung ương Hội Vận tải thủy đặt mục tiêu thay 5.300 áo phao.

7. Cục làm việc với Trung tâm Cứu hộ đường thủy 4 về lịch trực.
"""


@pytest.fixture(scope="module")
def boats(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over a resolution on boat builders and the report of a meeting on landings; neither is real."""
    folder = tmp_path_factory.mktemp("boats")
    (folder / "dong-ghe-2034.txt").write_text(RESOLUTION, encoding="utf-8")
    (folder / "ben-thuyen-2034.txt").write_text(MEETING, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Thợ đóng ghe tròn 35 năm tuổi nghề được tặng quà bao nhiêu tiền?", "900.000"),
        ("Người cao tuổi dạy học viên khuyết tật đóng ghe được trợ cấp bao nhiêu một tháng?", "640.000"),
        ("Sáu tháng đầu năm 2034 cả nước sửa xong bao nhiêu bến thuyền?", "812"),
        ("Bến Vàm Xáng thông bến ngày nào?", "15/5/2034"),
        ("Chủ đề năm 2035 của hội nghị bến thuyền là gì?", "Bến sạch"),
        ("Công an đã tạm giữ bao nhiêu lái thuyền?", "9 lái thuyền"),
        ("Hội nghị quý II năm 2034 về bến thuyền tổ chức ngày nào?", "9/7/2034"),
    ],
)
def test_what_is_there_is_told(boats: PolicyAssistant, question: str, said: str) -> None:
    answer = boats.ask(Query(question=question))
    assert answer.status == "answered" and said in answer.answer, answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "Thợ đóng ghe tròn 40 năm tuổi nghề được tặng quà bao nhiêu tiền?",
        "Học viên khuyết tật học đóng ghe được trợ cấp bao nhiêu một tháng?",
        "Tỉnh Trà Vinh sửa xong bao nhiêu bến thuyền trong sáu tháng đầu năm 2034?",
        "Chủ đề năm 2034 của hội nghị bến thuyền là gì?",
        "Bến Vàm Xáng khởi công ngày nào?",
        "Hội nghị quý I năm 2034 về bến thuyền tổ chức ngày nào?",
        "Trung ương Hội Vận tải thủy thay được bao nhiêu áo phao?",
        "Trụ sở Trung tâm Cứu hộ đường thủy 4 đặt ở đâu?",
    ],
)
def test_what_is_nearly_there_is_not(boats: PolicyAssistant, question: str) -> None:
    answer = boats.ask(Query(question=question))
    assert answer.status == "abstained", answer.answer


def question(text: str) -> str:
    return read(text, text, unaccented=False).expects


def test_a_syllable_is_no_question_word() -> None:
    assert question("Mái ấm nhân ái hỗ trợ gì cho thợ ghe?") != "person"
    assert question("Ai xây mái ấm nhân ái?") == "person"
    assert question("Thứ trưởng Bộ Xây dựng nào dự họp?") == "person"


@pytest.mark.parametrize(
    ("sentence", "money"),
    [
        ("Chủ xưởng được miễn 60% thời gian tập huấn theo hợp đồng lao động.", False),
        ("Cả nước có 1,4 triệu lượt người qua bến.", False),
        ("Công ty sửa thuyền 2 lần mỗi năm.", False),
        ("Hỗ trợ 60% chi phí mua gỗ.", True),
        ("Chủ nhiệm được hưởng 0,4 lần mức lương cơ sở/tháng.", True),
        ("Được trả một khoản 250.000 đồng.", True),
        ("Bố trí 7,2 tỷ để nạo vét.", True),
    ],
)
def test_an_amount_of_money(sentence: str, money: bool) -> None:
    assert says_money(sentence) is money


@pytest.mark.parametrize(
    ("rule", "asked", "sentence", "holds"),
    [
        (names_due, "Hội viên đóng bao nhiêu hội phí?", "Kinh phí của hội bằng 2% quỹ lương.", False),
        (names_due, "Hội viên đóng bao nhiêu hội phí?", "Hội phí là 20.000 đồng.", True),
        (names_due, "Kinh phí của hội là bao nhiêu?", "Tổng cộng 2 tỷ đồng.", True),
        (same_rate, "Xưởng được hỗ trợ bao nhiêu một tháng?", "Xưởng được hỗ trợ 5.000.000 đồng/năm.", False),
        (same_rate, "Xưởng được hỗ trợ bao nhiêu một tháng?", "Xưởng được 400.000 đồng/xưởng/tháng.", True),
        (same_part_of_year, "Quý I sửa bao nhiêu bến?", "Quý III sửa 30 bến.", False),
        (same_part_of_year, "Quý 3 sửa bao nhiêu bến?", "Quý III sửa 30 bến.", True),
        (names_stage, "Bến được khởi công ngày nào?", "Bến khánh thành ngày 02/9.", False),
        (names_stage, "Ngày nào khánh thành bến?", "Bến khánh thành ngày 02/9.", True),
        (says_where, "Trạm cứu hộ nằm ở đâu?", "Cục làm việc với Trạm cứu hộ tại Cần Thơ năm 2034.", False),
        (says_where, "Trạm cứu hộ nằm ở đâu?", "Trạm cứu hộ đóng tại Cần Thơ.", True),
        (says_where, "Lễ khánh thành trụ sở tổ chức ở đâu?", "Lễ diễn ra tại Cần Thơ.", True),
        (names_one_of, "Ông ấy nằm ở bệnh viện nào?", "Hai thợ phải vào bệnh viện.", False),
        (names_one_of, "Ông ấy nằm ở bệnh viện nào?", "Ông vào Bệnh viện Cái Bè.", True),
        (says_which, "Những xã nào được tặng Cờ?", "3 xã được tặng Cờ.", False),
        (says_which, "Những xã nào được tặng Cờ?", "3 xã được tặng Cờ gồm: Tân Phú, Mỹ Lợi, An Hữu.", True),
        (says_why, "Vì sao bến chậm sửa?", "Bến được sửa tại Cần Thơ.", False),
        (says_why, "Vì sao bến chậm sửa?", "Thiếu gỗ nên bến chậm sửa.", True),
    ],
)
def test_the_sentence_has_what_is_asked(rule: object, asked: str, sentence: str, holds: bool) -> None:
    assert callable(rule) and rule(asked, sentence) is holds


def test_a_list_of_cases_leaves_others_out() -> None:
    asked = read(*["Người 90 tuổi được bao nhiêu tiền?"] * 2, unaccented=False)
    assert provides_for_others(asked, "b) Tròn 80 tuổi, 85 tuổi: 800.000 đồng/người;")
    assert not provides_for_others(asked, "b) Từ 80 tuổi đến 95 tuổi: 800.000 đồng/người;")
    assert not provides_for_others(asked, "Người có thẻ được 800.000 đồng.")


def test_names_are_asked_for() -> None:
    asked = read(*["Những lái thuyền bị tạm giữ tên là gì?"] * 2, unaccented=False)
    assert answers_type(asked, "3. Công an đã tạm giữ 9 lái thuyền vì thu tiền ở bến.") == 0
    assert answers_type(asked, "Công an đã tạm giữ lái thuyền Võ Văn Ngọt.") == 1
    thing = read(*["Mô hình cứu hộ của bến tên là gì?"] * 2, unaccented=False)
    assert answers_type(thing, "Bến lập mô hình “Phao đỏ” từ tháng 3.") == 1


def test_figures_of_units_count_no_boats() -> None:
    asked = read(*["Bao nhiêu thuyền đã được sửa?"] * 2, unaccented=False)
    assert counts_other(asked, "Thuyền dài từ 9 mét, mỗi năm kiểm tra 02 lần: 80.000.000 đồng.")
    assert not counts_other(asked, "Đã sửa 14 thuyền dài 9 mét.")


@pytest.mark.parametrize(
    ("before", "follow_up", "alone"),
    [
        (
            "Năm 2034 đường dây nóng nhận được bao nhiêu cuộc gọi?",
            "Còn số cuộc gọi năm 2033?",
            "Năm 2033 đường dây nóng nhận được bao nhiêu cuộc gọi?",
        ),
        (
            "Chủ đề năm 2035 của Cục Đường thủy là gì?",
            "Thế chủ đề năm 2034 là gì?",
            "Chủ đề năm 2034 của Cục Đường thủy là gì?",
        ),
        (
            "Quỹ đường thủy cho vay tối đa bao nhiêu?",
            "Đã có bao nhiêu chủ thuyền được vay từ nguồn này trong năm 2034 ở tỉnh Trà Vinh?",
            "Đã có bao nhiêu chủ thuyền được vay từ nguồn này trong năm 2034 ở tỉnh Trà Vinh"
            " (Quỹ đường thủy cho vay tối đa)?",
        ),
    ],
)
def test_a_follow_up_repeats_nothing_and_takes_what_it_points_at(before: str, follow_up: str, alone: str) -> None:
    history = [Turn(role="user", content=before), Turn(role="assistant", content="Theo báo cáo.")]
    assert standalone(follow_up, history) == alone
