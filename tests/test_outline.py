"""Items under their lead-ins, opposites, definitions, whole lists: on texts broken as gazette PDF files break them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.answer_forms import opens_with_asked
from assistant.evidence.answer_types import answers_type
from assistant.evidence.outline import PLAIN, level, parents
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Query
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

RULES = """ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: 77/2024/QĐ-UBND
Lâm Giang, ngày 02 tháng 5 năm 2024

QUYẾT ĐỊNH
Quy định chế độ đối với cộng tác viên thủy lợi

Điều 1. Giải thích từ ngữ
1. Cộng tác viên thủy lợi là người do xã cử ra để theo dõi kênh mương, cống và trạm bơm.

Điều 2. Mức bồi dưỡng
1. Cộng tác viên do cấp huyện quản lý được bồi dưỡng hằng tháng theo hai
mức sau đây:
a) Kênh loại một: 450.000 đồng/người;
b) Kênh loại hai: 350.000 đồng/người.
2. Cộng tác viên do cấp xã quản lý được bồi dưỡng như sau:
a) Kênh loại một: 250.000 đồng/người;
b) Kênh loại hai: 150.000 đồng/người.

Điều 3. Những trường hợp thôi làm cộng tác viên
1. Chuyển nơi cư trú khỏi xã.
2. Không theo dõi kênh mương trong ba tháng liền.
3. Bị nhắc nhở bằng văn bản từ hai lần trở lên.

CÔNG BÁO/Số 12/Ngày 09-5-2024
7

4. Tự nguyện xin thôi.

Điều 4. Trách nhiệm
Cộng tác viên thủy lợi là đầu mối liên lạc giữa người dân với trạm quản lý.
"""

REPORT = """BÁO CÁO
Kết quả công tác thủy lợi năm 2023 của tỉnh Lâm Giang

Kết quả đạt được

Toàn tỉnh nạo vét 214 km kênh mương. Có 37 trạm bơm được sửa chữa trước mùa vụ.

Tồn tại, hạn chế trong công tác thủy lợi

Một số trạm bơm xuống cấp chưa được thay thế. Việc thu phí thủy lợi nội đồng ở vùng cao còn chậm.

Nhiệm vụ công tác thủy lợi năm 2024

Các cấp, các ngành tập trung thực hiện các nhiệm vụ sau:
Một là, rà soát hồ đập trước mùa mưa.
Hai là, lắp đồng hồ đo nước tại trạm bơm.
"""


@pytest.fixture(scope="module")
def assistant(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "quy-dinh.txt").write_text(RULES, encoding="utf-8")
    (folder / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    with closing(Store(folder / "index", embeddings)) as store:
        ingest([folder / "quy-dinh.txt", folder / "bao-cao.txt"], store)
        yield open_assistant(Settings(data_dir=folder), store)


@pytest.mark.parametrize(
    ("line", "depth"),
    [
        ("Chương II", 0),
        ("Điều 9. Tổ chức", 1),
        ("IV. KẾT QUẢ", 1),
        ("2. Cấp xã:", 2),
        ("Ba là, đổi mới", 2),
        ("1.2. Về vốn", 3),
        ("đ) Kênh loại một", 4),
        ("- Vận động", 5),
        ("+ Hộ nghèo", 6),
        ("Năm 2023, toàn tỉnh", PLAIN),
        ("18,4 ha đất", PLAIN),
    ],
)
def test_level_of_an_item(line: str, depth: int) -> None:
    assert level(line) == depth


def test_an_item_stands_under_its_lead_in_however_the_lines_are_broken() -> None:
    item = RULES.index("b) Kênh loại hai: 350")
    first, second = (RULES[start:end] for start, end in parents(RULES, item))
    assert first == "1. Cộng tác viên do cấp huyện quản lý được bồi dưỡng hằng tháng theo hai\nmức sau đây:"
    assert second == "Điều 2. Mức bồi dưỡng"
    assert parents(RULES, RULES.index("Cộng tác viên thủy lợi là đầu mối")) == ()


@pytest.mark.parametrize(
    ("question", "figure", "lead"),
    [
        ("Cộng tác viên cấp huyện theo dõi kênh loại một được bồi dưỡng bao nhiêu?", "450.000", "cấp huyện"),
        ("Cộng tác viên cấp xã theo dõi kênh loại một được bồi dưỡng bao nhiêu?", "250.000", "cấp xã"),
        ("cong tac vien cap xa theo doi kenh loai hai duoc boi duong bao nhieu", "150.000", "cấp xã"),
    ],
)
def test_the_item_of_the_level_asked_about_answers_with_its_lead_in(
    assistant: PolicyAssistant, question: str, figure: str, lead: str
) -> None:
    answer = assistant.ask(Query(question=question))
    assert answer.status == "answered"
    assert figure in answer.answer and lead in answer.answer
    assert all(other not in answer.answer for other in {"450.000", "250.000", "150.000"} - {figure})


def test_a_list_under_an_article_is_whole_over_a_page_break(assistant: PolicyAssistant) -> None:
    answer = assistant.ask(Query(question="Những trường hợp nào thôi làm cộng tác viên?"))
    for reason in ("Chuyển nơi cư trú", "ba tháng liền", "hai lần trở lên", "Tự nguyện xin thôi"):
        assert reason in answer.answer
    assert "CÔNG BÁO" not in answer.answer and "đầu mối" not in answer.answer


def test_a_heading_is_answered_with_what_stands_under_it(assistant: PolicyAssistant) -> None:
    answer = assistant.ask(Query(question="Những hạn chế trong công tác thủy lợi của tỉnh Lâm Giang là gì?"))
    assert "xuống cấp" in answer.answer and "còn chậm" in answer.answer
    assert "nạo vét" not in answer.answer and "rà soát" not in answer.answer


@pytest.mark.parametrize(
    "asked", ["Tại sao công tác thủy lợi của Lâm Giang còn hạn chế?", "Hạn chế của công tác thủy lợi?"]
)
def test_a_heading_alone_is_no_answer(assistant: PolicyAssistant, asked: str) -> None:
    answer = assistant.ask(Query(question=asked))
    assert "xuống cấp" in answer.answer


@pytest.mark.parametrize(
    ("asked", "sentence", "says"),
    [
        ("Trọng tâm công tác dân vận năm 2024?", "Trọng tâm là tham mưu các đề án trình cấp ủy;", True),
        ("Mục tiêu của đề án gồm những gì?", "- Mục tiêu gồm ba nhóm.", True),
        ("Hội nghị nào do bà Mai chủ trì?", "Chủ trì là đồng chí Mai.", False),
        ("Trọng tâm nào được nêu?", "Trọng tâm là cơ sở.", True),
        ("Kết quả năm 2024?", "Trọng tâm là cơ sở.", False),
    ],
)
def test_a_sentence_that_opens_with_what_is_asked_says_what_it_is(asked: str, sentence: str, says: bool) -> None:
    assert opens_with_asked(asked, sentence) is says


def test_a_number_of_items_asked_for_is_no_figure_to_be_found(assistant: PolicyAssistant) -> None:
    answer = assistant.ask(Query(question="Nêu 2 nhiệm vụ công tác thủy lợi năm 2024 của tỉnh Lâm Giang"))
    assert "rà soát hồ đập" in answer.answer and "đồng hồ đo nước" in answer.answer


def test_a_definition_comes_from_the_article_on_terms(assistant: PolicyAssistant) -> None:
    answer = assistant.ask(Query(question="Cộng tác viên thủy lợi là gì?"))
    assert answer.claims and "do xã cử ra" in answer.claims[0].text


def test_the_year_of_a_law_is_part_of_its_name() -> None:
    question = read("", "Theo Bộ luật Dân sự năm 2015, lợi tức được hiểu như thế nào?", False)
    assert question.years == ()
    assert read("", "Năm 2015 cả nước có bao nhiêu xã?", False).years == (2015,)


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("Phải trả lời trong bao nhiêu ngày?", "Trả lời trong thời hạn 48 giờ.", 0.0),
        ("Phải trả lời trong bao nhiêu ngày?", "Trả lời trong thời hạn 10 ngày làm việc.", 1.0),
        ("Dân số của tỉnh là bao nhiêu?", "Bảo hiểm y tế bao phủ 94,6% dân số.", 0.0),
        ("Tỷ lệ bao phủ bảo hiểm y tế là bao nhiêu?", "Bảo hiểm y tế bao phủ 94,6% dân số.", 1.0),
        ("Hội nghị tổ chức tại huyện nào?", "Còn 54 xã, phường chưa tổ chức.", 0.0),
        ("Có bao nhiêu đại biểu tham dự?", "Ngày 14/1, tại Hà Nội tổ chức hội nghị năm 2021.", 0.0),
        ("Ai phải nộp danh sách?", "Người đại diện theo pháp luật nộp danh sách.", 0.5),
    ],
)
def test_whether_a_sentence_has_what_is_asked_for(question: str, sentence: str, fits: float) -> None:
    assert answers_type(read("", question, False), sentence) == fits


def test_a_target_is_no_result(embeddings: PolicyEmbeddings, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "BÁO CÁO\nKết quả hòa giải năm 2022 của huyện Sơn Trạch\n\n"
        "Năm 2022, các tổ hòa giải tiếp nhận 93 vụ việc.\n\n"
        "Nhiệm vụ năm 2023: phấn đấu tỷ lệ hòa giải thành từ 87% trở lên.\n",
        encoding="utf-8",
    )
    with closing(Store(tmp_path / "index", embeddings)) as store:
        ingest([tmp_path / "a.txt"], store)
        assistant = open_assistant(Settings(data_dir=tmp_path), store)
        result = assistant.ask(Query(question="Tỷ lệ hòa giải thành năm 2023 là bao nhiêu?"))
        target = assistant.ask(Query(question="Năm 2023 phấn đấu tỷ lệ hòa giải thành bao nhiêu?"))
    assert result.status == "abstained"
    assert target.status == "answered" and "87%" in target.answer
