"""Which sentences answer: reasons under their heading, a body's own tasks, who is listed under an office, what is said
of an article itself, how many there are in all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.answer_forms import gives_reason, gives_symbol, names_mishap
from assistant.evidence.answer_types import answers_type
from assistant.evidence.counting import counts_other, names_counted
from assistant.evidence.measures import names_measure, states_stock
from assistant.evidence.where_and_when import says_from_when, says_where
from assistant.evidence.which import names_kind
from assistant.question.names import capitalised_persons
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

REPORT = """ỦY BAN NHÂN DÂN
TỈNH LAM SƠN
Số: 61/BC-UBND
Lam Sơn, ngày 14 tháng 11 năm 2032

BÁO CÁO
Tổng kết công tác thủy lợi cơ sở năm 2032 trên địa bàn tỉnh Lam Sơn

I. KẾT QUẢ

1. Trong năm, 112 thủy nông viên được Chủ tịch Ủy ban nhân dân tỉnh tặng Bằng khen.

2. Đến ngày 31 tháng 10 năm 2032, toàn tỉnh có 826 tổ thủy nông với 4.394 thủy nông viên.

3. Ngân sách tỉnh bảo đảm 65% kinh phí nạo vét kênh mương; ngân sách cấp xã bảo đảm 35%.

4. Tặng 3.000 máy đo mực nước cho các tổ thủy nông.

II. HẠN CHẾ VÀ NGUYÊN NHÂN

1. Hạn chế

a) Nhiều tổ thủy nông hoạt động chưa đều; 214 tuyến kênh chưa được nạo vét.

2. Nguyên nhân

a) Địa bàn chia cắt, nhiều tuyến kênh ở xa khu dân cư.

b) Mức thù lao thấp, chi trả chậm do phải chờ quyết toán cuối năm.

c) Một số chủ tịch xã coi thủy lợi là việc của ngành nông nghiệp.

III. NHIỆM VỤ NĂM 2033

1. Sở Nông nghiệp: xây dựng bản đồ kênh mương; tham mưu nâng mức thù lao thủy nông viên.

2. Thanh tra tỉnh

a) Kiểm tra việc sử dụng kinh phí nạo vét tại 12 xã.

b) Kết luận việc chậm chi trả thù lao trong quý II.

3. Các xã gửi báo cáo về Thanh tra tỉnh trước ngày 20 hằng tháng.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Nguyễn Văn Lãm
"""
ARTICLE = """Đồng Vịnh khánh thành con đường hoa

Xã hội 15/01/2032 - 08:10

Ngày 14/1, xã Đồng Vịnh khánh thành con đường hoa dài 2,7 km do Nhân dân tự làm. Tham dự có các đồng chí Phó Chủ tịch\
 Hội Nông dân tỉnh: Mạc Thị Diên, Bí thư chi bộ; Lưu Thế Kham, Đỗ Văn Phan; cùng toàn thể hội viên.

Ông Cao Văn Sĩ, Trưởng thôn Đồng Vịnh, kể: “Tôi không đem giấy đến nhà người ta. Tôi đem cái cuốc, tự lùi rào nhà\
 tôi trước”. Sau 40 ngày, cả thôn lùi rào làm con đường hoa.

Phó Bí thư Huyện ủy,

Trưởng Ban Dân vận Huyện ủy Bùi Văn Bường

Tin, ảnh: Thu Hiên
"""
DECISION = """THỦ TƯỚNG CHÍNH PHỦ
Số: 798/QĐ-TTg
Hà Nội, ngày 10 tháng 5 năm 2032

QUYẾT ĐỊNH
Kiện toàn Ban Chỉ đạo Trung ương về thủy lợi

Điều 1. Kiện toàn Ban Chỉ đạo Trung ương về thủy lợi, gồm các thành viên sau đây:

1. Trưởng ban Chỉ đạo Trung ương: Phó Thủ tướng Chính phủ Lưu Thị Trà.

2. Phó Trưởng ban Chỉ đạo Trung ương:

- Bộ trưởng Bộ Nông nghiệp, Phó Trưởng ban thường trực;

- Bộ trưởng Bộ Tài chính.

Điều 2. Hỗ trợ tổ thủy nông

1. Mức hỗ trợ tối thiểu là 2.000.000 đồng/tổ thuộc các trường hợp sau:

a) Tổ ở xã biên giới;

b) Tổ ở xã bị xâm nhập mặn.

2. Tổ trưởng tổ thủy nông được hưởng thù lao theo mức lương cơ sở như sau:

a) Mức 0,5 áp dụng đối với tổ có từ 350 hộ trở lên;

b) Mức 0,4 áp dụng đối với các tổ còn lại.
"""


@pytest.fixture(scope="module")
def office(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over a report, an article and a decision made up for these tests."""
    folder = tmp_path_factory.mktemp("office")
    for name, text in (("bao-cao", REPORT), ("bai-bao", ARTICLE), ("quyet-dinh", DECISION)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def quoted(assistant: PolicyAssistant, question: str, *before: str) -> str:
    """All that is quoted in answer, whether or not it is sure enough to be given."""
    said = tuple(Turn(role="assistant" if n % 2 else "user", content=text) for n, text in enumerate(before))
    answer = assistant.ask(Query(question=question, history=said))
    return " ".join(" ".join(citation.quote.split()) for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "Những nguyên nhân nào khiến công tác thủy lợi cơ sở của Lam Sơn còn hạn chế?",
        "Vì sao công tác thủy lợi cơ sở ở Lam Sơn còn hạn chế?",
    ],
)
def test_the_reasons_are_all_that_stand_under_their_heading(office: PolicyAssistant, question: str) -> None:
    answer = quoted(office, question)
    assert "Địa bàn chia cắt" in answer and "Mức thù lao thấp" in answer and "việc của ngành nông nghiệp" in answer
    assert "214 tuyến kênh" not in answer


def test_who_signed_that_report_is_told_of_the_report_spoken_of(office: PolicyAssistant) -> None:
    before = ("Lam Sơn hiện có bao nhiêu thủy nông viên?", "4.394 thủy nông viên.")
    assert quoted(office, "Báo cáo đó do ai ký?", *before).endswith("Nguyễn Văn Lãm")


def test_a_body_is_given_its_own_tasks(office: PolicyAssistant) -> None:
    answer = quoted(office, "Báo cáo 61/BC-UBND giao Thanh tra tỉnh làm gì?")
    assert "Kiểm tra việc sử dụng kinh phí" in answer and "Kết luận việc chậm chi trả" in answer
    assert "gửi báo cáo" not in answer
    follow = quoted(office, "Còn Sở Nông nghiệp?", "Báo cáo 61/BC-UBND giao Thanh tra tỉnh làm gì?", "…")
    assert "xây dựng bản đồ kênh mương" in follow and "sử dụng kinh phí" not in follow


def test_how_many_there_are_is_no_count_of_some(office: PolicyAssistant) -> None:
    assert "4.394 thủy nông viên" in quoted(office, "Lam Sơn hiện có bao nhiêu thủy nông viên?")


def test_a_share_put_for_confirmation_is_answered_by_a_share(office: PolicyAssistant) -> None:
    answer = quoted(office, "Có phải ngân sách tỉnh Lam Sơn lo toàn bộ 100% kinh phí nạo vét kênh mương không?")
    assert "65%" in answer


def test_a_number_without_its_dot_is_the_same_number(office: PolicyAssistant) -> None:
    assert "3.000 máy đo" in quoted(office, "Tặng 3000 máy đo mực nước cho những tổ nào?")


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Bài viết về con đường hoa Đồng Vịnh là tin, ảnh của ai?", "Tin, ảnh: Thu Hiên"),
        ("Bài báo về con đường hoa Đồng Vịnh được đăng ngày nào?", "15/01/2032"),
    ],
)
def test_author_and_day_of_an_article_are_its_own_lines(office: PolicyAssistant, question: str, line: str) -> None:
    assert line in quoted(office, question)


def test_a_quotation_is_given_to_its_end(office: PolicyAssistant) -> None:
    answer = quoted(office, "Ông Cao Văn Sĩ, Trưởng thôn Đồng Vịnh kể gì?")
    assert "Tôi không đem giấy" in answer and "Tôi đem cái cuốc" in answer


@pytest.mark.parametrize("question", ["Ông Đỗ Văn Phan giữ chức vụ gì?", "ong do van phan giu chuc vu gi"])
def test_who_is_listed_under_an_office_holds_it(office: PolicyAssistant, question: str) -> None:
    answer = quoted(office, question)
    assert "Phó Chủ tịch Hội Nông dân tỉnh" in answer and "Đỗ Văn Phan" in answer


def test_a_signature_says_who_holds_the_office(office: PolicyAssistant) -> None:
    assert "Bùi Văn Bường" in quoted(office, "Trưởng Ban Dân vận Huyện ủy ký bài viết về con đường hoa là ai?")


def test_a_member_may_be_told_by_another_office(office: PolicyAssistant) -> None:
    before = ("Theo Quyết định 798/QĐ-TTg, ai làm Trưởng ban Chỉ đạo về thủy lợi?", "Phó Thủ tướng Lưu Thị Trà.")
    assert "Bộ trưởng Bộ Nông nghiệp" in quoted(office, "Còn Phó Trưởng ban thường trực?", *before)
    question = read("", "Ai là Chủ tịch UBND tỉnh?", False)
    assert answers_type(question, "Đ/c Trưởng Ban Dân vận tặng bằng khen của Chủ tịch UBND tỉnh") == 0


def test_who_gets_something_is_the_whole_list(office: PolicyAssistant) -> None:
    before = ("Quyết định 798/QĐ-TTg hỗ trợ tổ thủy nông bao nhiêu tiền?", "Tối thiểu 2.000.000 đồng/tổ.")
    answer = quoted(office, "Những ai được nhận khoản hỗ trợ đó?", *before)
    assert "xã biên giới" in answer and "xâm nhập mặn" in answer


def test_a_factor_is_a_figure_of_its_own(office: PolicyAssistant) -> None:
    answer = quoted(office, "Tổ trưởng tổ thủy nông có trên 350 hộ được trả mấy lần mức lương cơ sở?")
    assert "Mức 0,5" in answer


def test_forms_of_answers() -> None:
    number = "Kết luận số mấy về đổi mới hoạt động được tổng kết?"
    assert gives_symbol(number, "tổng kết Kết luận số 62-KL/TW") and not gives_symbol(number, "tổng kết Nghị quyết 25")
    assert names_counted(read("", number, False), "không có con số nào")
    assert names_kind("Tỉnh thi hành luật nào?", "tập trung thi hành Luật Đất đai")
    assert not names_kind("Chú ý vùng nào?", "nhất là vùng sâu, vùng xa")
    assert not gives_reason("Vì sao chậm?", "Báo cáo giải trình nguyên nhân chậm.")
    assert gives_reason("Nhờ đâu mà có kết quả?", "Cơ sở có được kết quả trên là sự đồng thuận.")
    stock = "Hiện có bao nhiêu hòa giải viên?"
    assert states_stock(stock, "Có 45 tổ với 112 hòa giải viên")
    assert not states_stock(stock, "112 hòa giải viên được tặng Bằng khen")
    assert not states_stock(stock, "Tập huấn cho 400 lượt hòa giải viên")


def test_persons_typed_small_are_persons() -> None:
    assert capitalised_persons("ông đỗ văn phan giữ chức gì") == "ông Đỗ Văn Phan giữ chức gì"
    assert capitalised_persons("ông bà là ai") == "ông bà là ai"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("Ai thành lập Hội đồng đánh giá?", "Tổng cục trưởng Tổng cục Thủy lợi thành lập Hội đồng đánh giá."),
        ("Ai quyết định mức kinh phí?", "Giao Cục trưởng Cục Thuế quyết định mức kinh phí."),
        ("Người đại diện theo pháp luật là ai?", "1. Cha, mẹ đối với con chưa thành niên."),
        (
            "Thẩm định khối lượng kiến thức, bao nhiêu phần trăm thành viên không đạt thì làm lại?",
            "b) Có trên 50% thành viên hội đồng đánh giá không đạt thì phải làm lại.",
        ),
        ("Thành Cát Tư Hãn mất vào năm nào?", "Ông mất năm 1227 khi vây thành."),
    ],
)
def test_a_right_sentence_is_of_the_kind_asked_for(asked: str, sentence: str) -> None:
    assert answers_type(read("", asked, False), sentence) > 0


def test_a_body_that_is_given_nothing_has_no_tasks(office: PolicyAssistant) -> None:
    answer = office.ask(Query(question="Kho bạc Nhà nước tỉnh Lam Sơn được phân công việc gì trong công tác thủy lợi?"))
    assert answer.status == "abstained"


def test_things_are_known_by_other_words() -> None:
    members = read("", "Hội đồng gồm bao nhiêu người?", False)
    assert names_counted(members, "Hội đồng có 11 thành viên.") and answers_type(members, "Hội đồng có 11 thành viên.")
    quorum = read("", "Phải có bao nhiêu thành viên dự thì mới hợp lệ?", False)
    assert answers_type(quorum, "Cuộc họp hợp lệ khi có trên 2/3 số thành viên tham dự.")
    assert not answers_type(quorum, "Cuộc họp ngày 2/3 có mặt các thành viên.")
    assert not names_measure("Hệ số lương của ngạch này là bao nhiêu?", "Hoàn thiện tiêu chuẩn trong 36 tháng.")
    assert says_where("Điểm phát động cấp tỉnh đặt ở đâu?", "Điểm phát động tại thôn Bản Luông.")
    assert names_mishap("Nhà có con bị chết đuối được hỗ trợ bao nhiêu?", "Hỗ trợ nhà có trẻ em tử vong do đuối nước.")
    assert not names_mishap("Bao nhiêu người bị chết đuối?", "Có 12 người bị thương.")
    assert names_measure("Số điện thoại nhận tin báo là gì?", "Đường dây nhận tin báo 1900 5521.")
    assert not names_measure("Số điện thoại nhận tin báo là gì?", "Có 12 điểm nhận tin báo.")
    assert not counts_other(
        read("", "Gây thất thoát bao nhiêu trở lên thì bị phạt tù?", False), "a) 300.000.000 đồng trở lên;"
    )
    assert says_from_when(
        "Thông tư này có hiệu lực từ ngày nào?", "Thông tư có hiệu lực thi hành kể từ ngày 20/02/2032."
    )
    assert not says_from_when("Thông tư này ban hành ngày nào?", "Thông tư có hiệu lực thi hành kể từ ngày 20/02/2032.")


def test_a_name_that_ends_before_is_no_province() -> None:
    assert read("", "Dân số tỉnh Cao Sơn là bao nhiêu?", False).names == ("Cao Sơn",)
    assert "Sơn La" in read("", "dan so o son la la bao nhieu", True).names
