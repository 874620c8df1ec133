# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""Headings, numbering and the places an official would write."""

from ingest.structure import Block, blocks
from vectorstore.text.sentences import wrap_width

DECISION = """ỦY BAN NHÂN DÂN
TỈNH LÂM GIANG

Số: 41/2024/QĐ-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Giang Châu, ngày 02 tháng 5 năm 2024

QUYẾT ĐỊNH
Ban hành Quy chế tiếp công dân

Căn cứ Luật Tiếp công dân ngày 25 tháng 11 năm 2013;
Theo đề nghị của Chánh Văn phòng,

QUYẾT ĐỊNH:

Điều 1. Ban hành kèm theo Quyết định này Quy chế tiếp công dân.
Điều 2. Quyết định này có hiệu lực từ ngày 15 tháng 5 năm 2024.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Phan Công Diễm

QUY CHẾ
Tiếp công dân
(Ban hành kèm theo Quyết định số 41/2024/QĐ-UBND)

Chương I
QUY ĐỊNH CHUNG

Điều 1. Phạm vi điều chỉnh
Quy chế này quy định việc tiếp công dân.

Điều 2. Lịch tiếp
1. Chủ tịch tiếp công dân mỗi tháng một buổi.
2. Việc tiếp đột xuất được tổ chức khi:
a) Có vụ việc đông người;
b) Có yêu cầu của cấp trên.

Nơi nhận:
- Như trên;
- Lưu: VT.
"""
REPORT = """TỈNH ỦY LÂM GIANG
Số 12-BC/TU
ĐẢNG CỘNG SẢN VIỆT NAM
Giang Châu, ngày 05 tháng 3 năm 2024

BÁO CÁO
Kết quả thực hiện quy chế dân chủ

I- TÌNH HÌNH
Tình hình ổn định.

II- KẾT QUẢ
1- Ở xã
1.1- Có 138 xã công khai đúng quy định.
1.2- Có 12 xã làm chậm.
2- Ở doanh nghiệp
Có 40 doanh nghiệp đối thoại.

III- NHIỆM VỤ
Một là, công khai kịp thời.
Hai là, đối thoại định kỳ.
Đề nghị Trung ương quan tâm.
"""


def found(text: str, start: str) -> Block:
    return next(b for b in blocks(text) if text[b.start :].startswith(start))


def test_locators_of_articles_clauses_and_points() -> None:
    assert found(DECISION, "Điều 2. Quyết định này").locator == "Điều 2"
    point = found(DECISION, "b) Có yêu cầu")
    assert point.locator == "Quy chế kèm theo, Điều 2 khoản 2 điểm b"
    assert point.section[-2:] == ("Chương I QUY ĐỊNH CHUNG", "Điều 2. Lịch tiếp")
    assert point.lead == "2. Việc tiếp đột xuất được tổ chức khi:"


def test_the_frame_of_a_document() -> None:
    assert found(DECISION, "Số: 41/2024").kind == "masthead"
    assert found(DECISION, "Ban hành Quy chế").kind == "title"
    assert found(DECISION, "Căn cứ Luật").locator == "phần căn cứ"
    assert found(DECISION, "Phan Công Diễm").kind == "signature"
    assert found(DECISION, "- Lưu: VT").kind == "recipients"


def test_articles_of_the_decision_and_of_what_is_attached() -> None:
    assert [b.article for b in blocks(DECISION) if b.article] == ["1", "2", "1", "2"]


def test_party_numbering_and_ordinals() -> None:
    assert found(REPORT, "1.2- Có 12 xã").locator == "mục II.1.2"
    assert found(REPORT, "Có 40 doanh nghiệp").locator == "mục II.2"
    assert found(REPORT, "Có 40 doanh nghiệp").section == ("II- KẾT QUẢ", "2- Ở doanh nghiệp")
    assert found(REPORT, "Hai là").locator == "mục III"
    assert found(REPORT, "Hai là").kind == "body"


def test_quoted_articles_of_another_law_do_not_move_the_place() -> None:
    text = (
        "Điều 1. Sửa đổi, bổ sung một số điều của Quy chế\n1. Sửa đổi Điều 7 như sau:\n“Điều 7. Thời hạn\n1. Trả lời trong 10 ngày.\n"
        "2. Gia hạn một lần.”.\n2. Bãi bỏ khoản 3 Điều 9.\nĐiều 2. Hiệu lực thi hành\nQuyết định này có hiệu lực từ ngày ký.\n"
    )  # fmt: skip
    assert found(text, "2. Gia hạn một lần").locator == "Điều 1 khoản 1"
    assert found(text, "2. Bãi bỏ").locator == "Điều 1 khoản 2"
    assert found(text, "Quyết định này có").locator == "Điều 2"


def test_a_reference_at_a_line_start_opens_no_article() -> None:
    text = (
        "Điều 3. Kinh phí thực hiện\n"
        "1. Ngân sách tỉnh bảo đảm kinh phí cho các mô hình được công nhận theo khoản 2\n"
        "Điều 5 Quy định này và các khoản chi khác theo quyết định của Ủy ban nhân dân\n"
        "tỉnh; ngân sách huyện bảo đảm phần còn lại theo phân cấp hiện hành của pháp luật.\n"
        "2. Kinh phí được quyết toán hằng năm cùng với kinh phí hoạt động của đơn vị được\n"
        "giao chủ trì thực hiện.\n"
    )
    assert [b.article for b in blocks(text) if b.article] == ["3"]


def test_prose_is_counted_in_paragraphs() -> None:
    text = "Tin hội nghị\n\nCâu mở đầu của bản tin.\n\nĐoạn thứ hai của bản tin.\n"
    assert found(text, "Đoạn thứ hai").locator == "đoạn 2"


def test_every_character_of_text_is_in_a_block() -> None:
    for text in (DECISION, REPORT):
        covered = [False] * len(text)
        for block in blocks(text):
            covered[block.start : block.end] = [True] * (block.end - block.start)
        assert not [char for char, inside in zip(text, covered, strict=True) if char.isalnum() and not inside]


def test_what_is_attached_after_the_signature_is_no_part_of_the_last_article() -> None:
    text = (
        "ỦY BAN NHÂN DÂN\nTỈNH LÂM GIANG\n\nSố: 9/2030/QĐ-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "QUYẾT ĐỊNH\nVề hỗ trợ hòa giải viên\n\nĐiều 1. Mức hỗ trợ\n1. Mỗi hòa giải viên được hỗ trợ 200.000 đồng.\n"
        "2. Mẫu đơn tại \nPhụ lục I; danh sách tại Phụ lục II.\n\n"
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nĐặng Hữu Mẫu\n\n"
        "Phụ lục\n(Kèm theo Quyết định số 9/2030/QĐ-UBND)\n\n1. Kính gửi Ủy ban nhân dân xã nơi cư trú.\n2. Họ và tên người đề nghị hỗ trợ.\n"
    )
    places = {
        text[b.start : b.end].split("\n")[0].strip(): b.locator for b in blocks(text) if b.kind in ("body", "heading")
    }
    assert places["2. Mẫu đơn tại"] == "Điều 1 khoản 2"
    assert places["1. Kính gửi Ủy ban nhân dân xã nơi cư trú."] == "Phụ lục, mục 1"


def test_lines_of_a_text_with_tables_are_joined_still() -> None:
    prose = "Các tổ hòa giải ở cơ sở tiếp nhận vụ việc, mời các bên đến gặp nhau tại nhà văn hóa của\nThôn trưởng nơi có vụ việc.\n\n"
    cells = "".join(f"{n}\nTổ {n}\n{n * 3}\n" for n in range(60))
    assert wrap_width(prose * 12 + cells) == len(prose.split("\n")[0])
    first = next(b for b in blocks(prose * 12 + cells) if "mời các bên" in (prose * 12)[b.start : b.end])
    assert first.end - first.start == len(prose.strip())
