"""Questions that documents answer, as made from their sentences, headings and data, and as tried out on the sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.chain import PolicyAssistant
from assistant.suggesting import Known, examples, follow_ups, tried_out
from assistant.suggesting.figures import about_figures
from assistant.suggesting.headings import about_headings
from assistant.suggesting.occasions import about_occasions
from assistant.suggesting.particulars import about_change, about_document, about_signer, about_theme
from assistant.types import Query
from assistant.ui.followups import questions_to_go_on
from assistant.ui.turns import Exchange
from vectorstore.records import Document, Relation


def report(text: str, title: str = "Báo cáo tổng kết") -> Document:
    return Document("bc", 1, "bc.txt", text, title, kind="Báo cáo", symbol="12-BC/BDV", organ="Ban Dân vận")


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ('Năm 2023, toàn tỉnh đăng ký 1.746 mô hình "Dân vận khéo", tăng 12%.',
         'Năm 2023, toàn tỉnh đăng ký bao nhiêu mô hình "Dân vận khéo"?'),
        ("Năm 2021 toàn tỉnh mới tổ chức 96 cuộc đối thoại.", "Năm 2021 toàn tỉnh tổ chức bao nhiêu cuộc đối thoại?"),
        ("Mỗi đối tượng chỉ được hỗ trợ 01 lần trong 01 tháng.",
         "Theo Báo cáo số 12-BC/BDV, mỗi đối tượng được hỗ trợ bao nhiêu lần?"),
        ("2. Các cấp ủy tổ chức hơn 300 hội nghị học tập với 9.000 lượt người.",
         "Theo Báo cáo số 12-BC/BDV, các cấp ủy tổ chức bao nhiêu hội nghị học tập?"),
        ("Tỷ lệ bao phủ bảo hiểm y tế đạt 94,2% dân số.",
         "Theo Báo cáo số 12-BC/BDV, tỷ lệ bao phủ bảo hiểm y tế đạt bao nhiêu phần trăm dân số?"),
        ("Kinh phí tập huấn 1.420 triệu đồng.", "Theo Báo cáo số 12-BC/BDV, kinh phí tập huấn là bao nhiêu?"),
        ("Quỹ của các cấp vận động được 3,2 tỷ đồng.",
         "Theo Báo cáo số 12-BC/BDV, quỹ của các cấp vận động được bao nhiêu tiền?"),
        ("Qua thẩm định, 146 mô hình đã được công nhận ở cấp tỉnh.",
         "Theo Báo cáo số 12-BC/BDV, có bao nhiêu mô hình đã được công nhận ở cấp tỉnh?"),
    ],
)  # fmt: skip
def test_figures_are_asked_for_in_whole_sentences(sentence: str, question: str) -> None:
    assert [candidate.question for candidate in about_figures(report(sentence))] == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "Trong đó có 45 mô hình được công nhận.",  # of what, the sentence before tells
        "Các tổ này giải quyết 120 vụ việc.",
        "Các tổ tiếp nhận 120 vụ việc.",  # which ones?
        "Nâng tỷ lệ giải quyết kiến nghị đạt 96% trở lên.",  # whose task it is, is not said
        "Năm 2020 chỉ có 61/138 xã tổ chức đối thoại.",
        "Căn cứ Nghị quyết số 17 của Hội đồng nhân dân tỉnh có 5 điều.",
        "Hội nghị diễn ra ngày 14 tháng 3 năm 2024.",
        "Biểu dương 12 tập thể và 18 cá nhân.",
    ],
)
def test_what_would_not_read_well_is_not_asked(sentence: str) -> None:
    assert list(about_figures(report(sentence))) == []


def test_a_name_keeps_its_capital_inside_a_sentence() -> None:
    text = "Nhân dân hiến 74,5 ha đất. Ý kiến của Nhân dân được tiếp thu. Ban Thanh tra nhân dân giám sát 90 vụ việc."
    asked = [candidate.question for candidate in about_figures(report(text))]
    assert asked == [
        "Theo Báo cáo số 12-BC/BDV, Nhân dân hiến bao nhiêu ha đất?",
        "Theo Báo cáo số 12-BC/BDV, Ban Thanh tra nhân dân giám sát bao nhiêu vụ việc?",
    ]


def test_each_heading_is_asked_for_in_its_own_words() -> None:
    text = (
        "QUYẾT ĐỊNH\n\nĐiều 1. Đối tượng áp dụng\nA\n\nĐiều 2. Mức hỗ trợ đối với tổ hòa giải\nB\n\n"
        "Điều 3. Hồ sơ đề nghị hỗ trợ\nC\n\nĐiều 4. Thời hạn giải quyết\nD\n\nĐiều 5. Nguồn kinh phí\nE\n\n"
        "Điều 6. Trách nhiệm của Sở Tài chính\nG\n\nĐiều 7. Xử lý vi phạm\nH\n\nĐiều 8. Hiệu lực thi hành\nI\n"
    )
    decision = Document("qd", 1, "qd.txt", text, "Quyết định", kind="Quyết định", symbol="9/2024/QĐ-UBND")
    name = "Quyết định số 9/2024/QĐ-UBND"
    assert [candidate.question for candidate in about_headings(decision)] == [
        f"{name} áp dụng đối với những đối tượng nào?",
        f"Mức hỗ trợ đối với tổ hòa giải theo {name} là bao nhiêu?",
        f"Hồ sơ đề nghị hỗ trợ theo {name} gồm những gì?",
        f"Thời hạn giải quyết theo {name} là bao lâu?",
        f"Kinh phí thực hiện {name} lấy từ nguồn nào?",
        f"Sở Tài chính có trách nhiệm gì theo {name}?",
        f"{name} quy định thế nào về xử lý vi phạm?",
    ]
    wrapped = (
        "Điều 1. Danh mục ngành, nghề đầu tư kinh doanh có điều kiện trong lĩnh vực\nkhoáng sản\nX\n\n"
        "Điều 2. Các thành viên Chính phủ, Chủ tịch Ủy ban nhân dân các tỉnh, thành phố\nchịu trách nhiệm thi hành.\n"
    )
    assert list(about_headings(replace(decision, text=wrapped))) == []  # lines that do not end where a title does
    text = "I. KẾT QUẢ\nX\nII. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN\nY\nIII. NHIỆM VỤ TRỌNG TÂM NĂM 2024\nZ\n"
    assert [candidate.question for candidate in about_headings(report(text))] == [
        "Báo cáo số 12-BC/BDV nêu những tồn tại, hạn chế nào?",
        "Nhiệm vụ trọng tâm năm 2024 theo Báo cáo số 12-BC/BDV là gì?",
    ]


def test_data_of_a_document_and_of_a_meeting() -> None:
    decision = Document(
        "qd", 1, "qd.txt", "", "Quyết định", kind="Quyết định", symbol="9/2024/QĐ-UBND", signer="Đặng Hữu Trác",
        issue_date=date(2024, 3, 1), effective_date=date(2024, 4, 1), status="superseded",
        relations=(Relation("replaces", "8/2020/QĐ-UBND", None, 0, 1),),
    )  # fmt: skip
    name = "Quyết định số 9/2024/QĐ-UBND"
    assert [candidate.question for candidate in about_document(decision)] == [
        f"{name} thay thế văn bản nào?", f"{name} có hiệu lực từ ngày nào?",
    ]  # fmt: skip
    assert [candidate.question for candidate in about_signer(decision)] == [f"Ai ký {name}?"]
    assert [candidate.question for candidate in about_change(decision)] == [f"{name} đã bị thay thế bởi văn bản nào?"]
    text = "Đồng chí A chủ trì hội nghị. Triển khai nhiệm vụ năm 2018, Ban chọn chủ đề công tác năm là “Gần dân”."
    meeting = Document("hn", 1, "hn.txt", text, "Hội nghị tổng kết năm 2017", event_date=date(2018, 1, 10))
    assert [candidate.question for candidate in about_document(meeting)] == [
        "Ai chủ trì hội nghị tổng kết năm 2017?", "Hội nghị tổng kết năm 2017 diễn ra ngày nào?",
    ]  # fmt: skip
    assert [candidate.question for candidate in about_theme(meeting)] == ["Chủ đề công tác năm 2018 là gì?"]


def test_where_it_was_held_and_who_was_given_it() -> None:
    text = (
        "Hội thi cán bộ dân vận năm 2023, cùng Hội Nông dân tỉnh, được tổ chức tại huyện Phú Khê.\n\n"
        "Hội nghị sơ kết năm 2024 sẽ diễn ra ngày 12 tháng 7.\n\n"
        "Huân chương Lao động hạng Ba năm 2020 được trao cho tập thể cơ quan Thường trực.\n\n"
        "Hội nghị này được tổ chức tại tỉnh.\n"
    )
    assert [candidate.question for candidate in about_occasions(report(text))] == [
        "Hội thi cán bộ dân vận năm 2023 được tổ chức ở đâu?",
        "Hội nghị sơ kết năm 2024 diễn ra ngày nào?",
        "Huân chương Lao động hạng Ba năm 2020 được trao cho tập thể, cá nhân nào?",
    ]


def test_what_was_asked_or_read_is_not_offered_again(sample_assistant: PolicyAssistant) -> None:
    asked = "Năm 2022, toàn tỉnh đăng ký bao nhiêu mô hình?"
    answer = sample_assistant.ask(Query(question=asked))
    document = sample_assistant.store.document(answer.citations[0].document_id)
    assert document is not None
    known = Known()
    known.note(asked, answer)
    made = list(follow_ups([(document, answer.citations[0].start)]))
    assert asked in [candidate.question for _, candidate in made]
    offered = tried_out(sample_assistant, made, known, 3, lambda: False)
    assert len(offered) >= 2
    assert asked not in offered
    assert tried_out(sample_assistant, made, known, 3, lambda: True) == []  # the reader asks on


@pytest.mark.parametrize(
    "question",
    [
        "Quyết định 22/2023/QĐ-UBND có hiệu lực từ ngày nào?",
        "Tổng kinh phí thực hiện Kế hoạch 186/KH-UBND là bao nhiêu?",
        "Năm 2023 tỉnh có bao nhiêu doanh nghiệp phá sản?",
    ],
)
def test_questions_to_go_on_with_are_answered(sample_assistant: PolicyAssistant, question: str) -> None:
    answer = sample_assistant.ask(Query(question=question))
    offered = questions_to_go_on(sample_assistant, [Exchange(1, question, answer=answer)])
    assert offered
    assert all(sample_assistant.ask(Query(question=one)).status == "answered" for one in offered)


def test_examples_come_from_several_kinds_of_documents(sample_assistant: PolicyAssistant) -> None:
    found = examples(sample_assistant, 4, lambda: False)
    assert len(found) == 4
    cited = [sample_assistant.ask(Query(question=question)).citations[0].document_id for question in found]
    kinds = {document.kind for document in sample_assistant.store.listing() if document.document_id in cited}
    assert len(kinds) == 4
