"""Rules with grades, items side by side, forms and lists: what decrees and decisions are asked about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.chain import PolicyAssistant
from assistant.evidence.outline import in_example
from assistant.evidence.ranges import Grade, asked_grades, bounds, fit, grades, in_grade
from assistant.evidence.terms import question_terms
from assistant.question.understand import read
from assistant.settings import Settings
from assistant.types import Answer, Query, Turn
from assistant.wiring import open_assistant
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

WEAVING = """ỦY BAN NHÂN DÂN
TỈNH TUYÊN QUANG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 31/2031/QĐ-UBND
Tuyên Quang, ngày 14 tháng 02 năm 2031

QUYẾT ĐỊNH
Quy định chính sách phát triển nghề dệt thổ cẩm trên địa bàn tỉnh Tuyên Quang

Căn cứ Luật Tổ chức chính quyền địa phương;
Theo đề nghị của Giám đốc Sở Công Thương.

Điều 1. Phạm vi điều chỉnh
Quyết định này quy định chính sách đối với thợ dệt và học viên các lớp truyền nghề dệt thổ cẩm.

Điều 1a. Giải thích từ ngữ
1. Việc cấp thẻ nghệ nhân dệt và thu hồi thẻ nghệ nhân dệt do Sở Công Thương thực hiện.
2. Nghệ nhân dệt là người giữ bí quyết dệt và đã truyền nghề cho ít nhất ba học viên.
3. Tổ dệt gồm người dệt chính, người dệt phụ và người nhuộm sợi.
4. Trường hợp mẫu hoa văn được dùng chung thì tổ trưởng tổ dệt là người giữ mẫu hoa văn.
5. Thẻ nghệ nhân dệt có hiệu lực từ ngày tiếp theo liền kề của ngày cấp thẻ.
6. Nghề dệt thổ cẩm đặt dưới sự quản lý của Sở Công Thương.

Điều 2. Hỗ trợ mua khung dệt
1. Hỗ trợ một lần bằng tiền cho thợ dệt theo thâm niên, cụ thể như sau:
a) Thợ dệt có thâm niên dưới 24 tháng: hỗ trợ 3.200.000 đồng/người;
b) Thợ dệt có thâm niên từ đủ 24 tháng đến dưới 60 tháng: hỗ trợ 4.700.000 đồng/người;
c) Thợ dệt có thâm niên từ đủ 60 tháng đến dưới 96 tháng: hỗ trợ 6.100.000 đồng/người;
d) Thợ dệt có thâm niên từ đủ 96 tháng đến dưới 144 tháng: hỗ trợ 7.900.000 đồng/người;
đ) Thợ dệt có thâm niên từ đủ 144 tháng trở lên: hỗ trợ 9.500.000 đồng/người.

Điều 3. Hỗ trợ sợi
a) Mỗi thợ dệt chính được hỗ trợ mỗi quý 14 kg sợi bông và được nhận không quá 6 đợt;
b) Mỗi thợ dệt phụ được hỗ trợ mỗi quý 5 kg sợi bông và được nhận không quá 6 đợt.

Điều 4. Lớp truyền nghề
1. Mỗi học viên được hỗ trợ tiền ăn mỗi tháng là 830.000 đồng.
2. Học viên được dự thi cuối khóa phải tham dự ít nhất 75% thời gian của lớp truyền nghề.
3. Thời hạn xét hồ sơ mở lớp tối đa là 18 ngày đối với lớp thuộc 01 xã.

4. Học viên đã được cấp chứng chỉ nghề được giảm 35% học phí lớp nâng cao.
5. Học viên chưa được cấp chứng chỉ nghề được giảm 15% học phí lớp nâng cao.
Người nào đơn phương chấm dứt hợp đồng truyền nghề thì phải hoàn trả học phí và bị thu thẻ từ 02 tháng đến 09 tháng.
6. Học viên nghỉ học từ đủ 12 buổi trở lên trong khóa thì không được cấp chứng chỉ nghề.
Ví dụ 1: học viên Lò Thị S nghỉ học 20 buổi trong khóa vì sinh con, khi trở lại học tiếp thì học viên S được học bù và\
 được cấp chứng chỉ nghề của khóa sau.

Điều 5. Miễn tiền thuê quầy
1. Hằng tháng, trong thời gian từ ngày 01 tháng 3 năm 2031 đến hết ngày 30 tháng 11 năm 2031, Ban Quản lý chợ\
 thực hiện miễn tiền thuê quầy cho thợ dệt bán thổ cẩm.
2. Thời gian thực hiện miễn: 9 tháng, kể từ ngày 01 tháng 3 năm 2031.

Điều 6. Phụ cấp
a) Chức danh nghệ nhân dệt chính được áp dụng hệ số phụ cấp từ 1,70 đến 2,90;
b) Chức danh nghệ nhân dệt hỗ trợ được áp dụng hệ số phụ cấp từ 1,20 đến 2,10;
c) Chức danh hỗ trợ nghệ nhân dệt được áp dụng hệ số phụ cấp từ 0,60 đến 1,10.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Ma Thị Hạ

MẪU GIẤY CHỨNG NHẬN LÀNG NGHỀ DỆT THỔ CẨM
Giấy chứng nhận làng nghề dệt thổ cẩm này được lập thành ............ bản gốc; mỗi làng nghề được cấp 01 bản.
"""

EXPIRED = (
    """ỦY BAN NHÂN DÂN
TỈNH TUYÊN QUANG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 88/QĐ-UBND
Tuyên Quang, ngày 20 tháng 01 năm 2032

QUYẾT ĐỊNH
Công bố danh mục văn bản quy phạm pháp luật hết hiệu lực toàn bộ hoặc một phần năm 2031

Điều 1. Công bố kèm theo Quyết định này danh mục văn bản hết hiệu lực toàn bộ và danh mục hết hiệu lực một phần.
Điều 2. Quyết định này có hiệu lực kể từ ngày ký.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Ma Thị Hạ

A. VĂN BẢN HẾT HIỆU LỰC TOÀN BỘ

"""
    + "\n".join(
        f"{number}\nQuyết định số {number + 10}/2025/QĐ-UBND ngày {number:02d}/4/2025 về quản lý {thing}\n\n"
        f"Được thay thế bởi Quyết định số {number + 40}/2031/QĐ-UBND ngày {number:02d}/6/2031 về quản lý {thing}\n\n"
        f"{number:02d}/7/2031"
        for number, thing in enumerate(
            (
                "chợ nông thôn, chợ đầu mối và các điểm bán hàng lưu động trên địa bàn",
                "bến thủy nội địa, bến khách ngang sông và phương tiện chở khách",
                "lò giết mổ, cơ sở sơ chế và việc vận chuyển sản phẩm động vật",
                "nghĩa trang, cơ sở hỏa táng và việc di dời mộ phục vụ dự án",
                "cây xanh đô thị, vườn ươm và việc chặt hạ cây nguy hiểm",
                "đường thôn, ngõ xóm và việc cắm biển báo trên đường liên xã",
                "lễ hội truyền thống, đền chùa và việc tiếp nhận công đức",
                "bãi đỗ xe, điểm trông giữ xe và vé gửi xe tại bệnh viện",
                "nước sạch nông thôn, trạm cấp nước và đồng hồ đo nước",
                "rác thải sinh hoạt, điểm tập kết và xe chở rác ban đêm",
            ),
            start=1,
        )
    )
    + "\nTổng số văn bản hết hiệu lực toàn bộ: 10 văn bản\n"
)


@pytest.fixture(scope="module")
def rules(embeddings: PolicyEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyAssistant]:
    """The assistant over two decisions that nobody took."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "det-tho-cam.txt").write_text(WEAVING, encoding="utf-8")
    (folder / "het-hieu-luc.txt").write_text(EXPIRED, encoding="utf-8")
    store = Store(folder / "index", embeddings)
    ingest([folder], store)
    yield open_assistant(Settings(data_dir=folder, answer_cache=0), store)
    store.close()


def ask(assistant: PolicyAssistant, question: str, *history: str) -> Answer:
    turns = [Turn(role="assistant" if n % 2 else "user", content=text) for n, text in enumerate(history)]
    return assistant.ask(Query(question=question, history=turns))


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("Thợ dệt có thâm niên 70 tháng được hỗ trợ bao nhiêu tiền mua khung dệt?", "6.100.000", "3.200.000"),
        ("tho det co tham nien 12 thang duoc ho tro bao nhieu tien mua khung det", "3.200.000", "4.700.000"),
        ("Thợ dệt có thâm niên 10 năm được hỗ trợ bao nhiêu tiền mua khung dệt?", "7.900.000", "6.100.000"),
        ("Theo Quyết định 31/2031/QĐ-UBND, thợ dệt thâm niên 150 tháng được hỗ trợ bao nhiêu?", "9.500.000", "7.9"),
    ],
)  # fmt: skip
def test_the_grade_that_holds_the_figure_answers(rules: PolicyAssistant, question: str, said: str, unsaid: str) -> None:
    answer = ask(rules, question)
    assert answer.status == "answered" and said in answer.answer and unsaid not in answer.answer, answer.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Thợ dệt chính và thợ dệt phụ mỗi quý được hỗ trợ mấy ký sợi bông?", ("14 kg", "5 kg")),
        ("Thợ dệt bán thổ cẩm được miễn tiền thuê quầy trong bao nhiêu tháng?", ("9 tháng",)),
        ("Thời hạn xét hồ sơ mở lớp truyền nghề (không phải lớp liên xã) dài nhất là bao lâu?", ("18 ngày",)),
        ("Học viên chỉ tham dự 60% thời gian của lớp thì có được dự thi cuối khóa không?", ("ít nhất 75%",)),
        ("Học viên nghỉ học 20 buổi trong khóa thì có được cấp chứng chỉ nghề không?", ("từ đủ 12 buổi trở lên",)),
        ("Tổ dệt bao gồm những ai?", ("người nhuộm sợi",)),
        ("Ai giữ mẫu hoa văn trong trường hợp mẫu hoa văn được dùng chung?", ("tổ trưởng tổ dệt",)),
        ("Thẻ nghệ nhân dệt có hiệu lực từ ngày nào?", ("ngày tiếp theo liền kề",)),
        ("Quyết định 31/2031/QĐ-UBND quy định nghệ nhân dệt là gì?", ("giữ bí quyết dệt",)),
        ("Định nghĩa của “Nghệ nhân dệt”?", ("giữ bí quyết dệt",)),
        ("Người nào chấm dứt hợp đồng truyền nghề thì bị thu thẻ tối đa bao nhiêu tháng?", ("02 tháng đến 09 tháng",)),
        ("Đơn phương chấm dứt hợp đồng truyền nghề thì phải làm gì?", ("hoàn trả học phí",)),
        ("Nghề dệt thổ cẩm đặt dưới sự quản lý của ai?", ("Sở Công Thương",)),
        ("Ai ký Quyết định quy định chính sách phát triển nghề dệt thổ cẩm?", ("Ma Thị Hạ",)),
        ("Quyết định 88/QĐ-UBND công bố tổng cộng bao nhiêu văn bản hết hiệu lực toàn bộ?", ("10 văn bản",)),
        (
            "Theo Quyết định 88/QĐ-UBND, Quyết định 17/2025/QĐ-UBND về lễ hội được thay bằng quyết định nào?",
            ("47/2031/QĐ-UBND",),
        ),
    ],
)  # fmt: skip
def test_the_rule_is_found_however_it_is_asked_for(
    rules: PolicyAssistant, question: str, said: tuple[str, ...]
) -> None:
    answer = ask(rules, question)
    assert answer.status == "answered" and all(fact in answer.answer for fact in said), answer.answer


def test_what_was_not_done_is_not_what_was(rules: PolicyAssistant) -> None:
    done = ask(rules, "Học viên đã được cấp chứng chỉ nghề được giảm bao nhiêu phần trăm học phí?")
    assert done.answer.startswith("4. ") and "15%" not in done.answer, done.answer
    not_done = ask(rules, "Học viên chưa được cấp chứng chỉ nghề được giảm bao nhiêu phần trăm học phí?")
    assert not_done.answer.startswith("5. ") and "35%" not in not_done.answer, not_done.answer


def test_a_line_that_counts_a_list_is_retrieved_in_its_document(rules: PolicyAssistant) -> None:
    asked = read("", "Quyết định 88/QĐ-UBND công bố tổng cộng bao nhiêu văn bản hết hiệu lực toàn bộ?", False)
    hits = rules.retriever.retrieve(asked, 1).hits
    assert any("Tổng số văn bản hết hiệu lực toàn bộ: 10 văn bản" in hit.chunk.text for hit in hits)


def test_the_most_is_what_rules_call_the_maximum() -> None:
    asked = read("", "Thời hạn xét hồ sơ (không kể ngày lễ) dài nhất là bao lâu?", False)
    terms = question_terms(asked, lambda term, folded: 1, 10)
    assert set(terms.unigrams) == {"thời", "hạn", "xét", "hồ", "sơ", "dài", "nhất"}
    assert {"dài", "nhất", "dài_nhất"} <= terms.read("tối đa là 18 ngày")
    for other in ("Đường dài mấy km?", "Hai xã thống nhất thời hạn nào?"):
        assert "dài" not in question_terms(read("", other, False), lambda t, f: 1, 10).read("tối đa 18 ngày")


def test_the_order_of_words_tells_items_side_by_side_apart(rules: PolicyAssistant) -> None:
    before = (
        "Nghệ nhân dệt hỗ trợ được áp dụng hệ số phụ cấp nào?",
        "Chức danh nghệ nhân dệt hỗ trợ được áp dụng hệ số phụ cấp từ 1,20 đến 2,10;",
    )
    answer = ask(rules, "Còn hỗ trợ nghệ nhân dệt thì hệ số bao nhiêu?", *before)
    assert answer.answer.startswith("c) Chức danh hỗ trợ nghệ nhân dệt"), answer.answer


def test_what_is_put_instead_must_be_spoken_of(rules: PolicyAssistant) -> None:
    before = (
        "Nghệ nhân dệt chính được hưởng hệ số phụ cấp bao nhiêu?",
        "a) Chức danh nghệ nhân dệt chính được áp dụng hệ số phụ cấp từ 1,70 đến 2,90;",
    )
    answer = ask(rules, "Còn nghệ nhân dệt cao cấp thì sao?", *before)
    assert answer.status == "abstained" and "về cao cấp" in answer.answer, answer.answer
    assert "1,20" in ask(rules, "Còn nghệ nhân dệt hỗ trợ thì sao?", *before).answer


@pytest.mark.parametrize(
    "question",
    [
        "Mỗi giáo viên lớp truyền nghề được hỗ trợ tiền ăn mỗi tháng bao nhiêu?",
        "Cả nước hiện có bao nhiêu làng nghề dệt thổ cẩm được cấp giấy chứng nhận?",
    ],
)
def test_a_rule_for_others_and_a_blank_form_are_no_answer(rules: PolicyAssistant, question: str) -> None:
    answer = ask(rules, question)
    assert answer.status == "abstained", answer.answer


def test_a_worked_example_ends_where_an_item_begins() -> None:
    inside = ("Ví dụ 1: học viên", "được cấp chứng chỉ nghề của khóa sau")
    outside = ("6. Học viên nghỉ học", "Điều 5. Miễn", "1. Hằng tháng")
    assert [in_example(WEAVING, WEAVING.index(words)) for words in (*inside, *outside)] == [True] * 2 + [False] * 3


@pytest.mark.parametrize(
    ("text", "unit", "inside", "outside"),
    [
        ("dưới 12 tháng", "thang", 11.5, 12),
        ("từ đủ 60 tháng đến dưới 84 tháng", "thang", 60, 84),
        ("từ 21% đến 60%", "%", 60, 61),
        ("từ 10 đến dưới 20 triệu đồng", "dong", 12_000_000, 20_000_000),
        ("từ đủ 80 tuổi trở lên", "tuoi", 80, 79),
        ("trên 1.000 m2", "m2", 1001, 1000),
        ("từ 3 năm đến 5 năm", "thang", 48, 72),
    ],
)
def test_a_grade_is_read_with_its_ends(text: str, unit: str, inside: float, outside: float) -> None:
    (grade,) = grades(text)
    assert grade.holds(Grade(unit, inside, inside)) and grade.apart(Grade(unit, outside, outside))


def test_days_of_the_calendar_are_no_grades() -> None:
    assert grades("từ ngày 01 tháng 10 năm 2021 đến hết ngày 30 tháng 9 năm 2022") == ()
    asked = read("", "Theo khoản 2 Điều 5, ngày 15 tháng 3 năm 2031 được nghỉ mấy ngày?", False)
    assert asked_grades(asked) == ()


def test_a_sentence_without_the_unit_asked_about_is_neither_for_nor_against() -> None:
    asked = read("", "Người 82 tuổi được hưởng bao nhiêu?", False)
    figures = asked_grades(asked)
    assert [fit(figures, text) for text in ("từ đủ 80 tuổi trở lên", "dưới 80 tuổi", "dưới 12 tháng")] == [1, -1, 0]
    assert bounds(asked, "tối đa 90 tuổi") and not bounds(asked, "tối đa 90 ngày")


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Thu nhập 150 triệu đồng một năm đóng thuế suất bao nhiêu?", "150"),
        ("Hộ có mức 150.000.000 đồng một năm đóng thuế suất bao nhiêu?", "150.000.000"),
    ],
)
def test_a_sum_is_in_its_grade_however_it_is_written(question: str, number: str) -> None:
    asked = read("", question, False)
    assert in_grade(asked, number, "trên 100 triệu đồng đến 200 triệu đồng")
    assert not in_grade(asked, number, "trên 200 triệu đồng")


def test_a_sum_written_as_in_english_is_answered_too(rules: PolicyAssistant) -> None:
    assert ask(rules, "Nghệ nhân dệt chính có 1,000,000 đồng thì được hỗ trợ bao nhiêu?").answer
