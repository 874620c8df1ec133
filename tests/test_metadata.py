# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""What is read from a document about itself, and where."""

from datetime import date
from pathlib import Path

import pytest

from ingest.metadata import read_metadata
from ingest.pipeline import build_document
from ingest.structure import blocks
from vectorstore.records import Document

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents"


def sample(name: str) -> Document:
    return build_document(SAMPLE / name)[0]


def made(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "van-ban.txt"
    path.write_text(text, encoding="utf-8")
    return build_document(path)[0]


@pytest.mark.parametrize(
    ("name", "kind", "symbol", "issued", "organ", "signer"),
    [
        ("nghi-quyet-05-nq-tu-2021.txt", "Nghị quyết", "05-NQ/TU", date(2021, 8, 18), "Tỉnh ủy Lâm Giang", "Hoàng Kim Thuyết"),
        ("bao-cao-dan-van-2022.txt", "Báo cáo", "342-BC/BDVTU", date(2022, 12, 12), "Ban Dân vận Tỉnh ủy Lâm Giang", "Vi Thị Kim Oanh"),
        ("quyet-dinh-22-2023-qd-ubnd.txt", "Quyết định", "22/2023/QĐ-UBND", date(2023, 8, 15), "Ủy ban nhân dân tỉnh Lâm Giang", "Đặng Hữu Trác"),
        ("bao-cao-dan-chu-co-so-2022.md", "Báo cáo", "389/BC-UBND", date(2022, 12, 20), "Ủy ban nhân dân tỉnh Lâm Giang", "Trịnh Thu Lan"),
    ],
)  # fmt: skip
def test_official_documents(name: str, kind: str, symbol: str, issued: date, organ: str, signer: str) -> None:
    document = sample(name)
    assert (document.kind, document.symbol, document.issue_date) == (kind, symbol, issued)
    assert (document.organ, document.signer, document.level, document.place) == (
        organ,
        signer,
        "province",
        "Giang Châu",
    )
    assert document.provenance["symbol"].startswith("dòng số, ký hiệu @")


def test_a_title_joins_type_and_subject() -> None:
    assert sample("quyet-dinh-22-2023-qd-ubnd.txt").title.startswith("Quyết định ban hành Quy định chính sách hỗ trợ")
    assert sample("nghi-quyet-05-nq-tu-2021.txt").title.startswith(
        "Nghị quyết của Ban Chấp hành Đảng bộ tỉnh khóa XV về"
    )


def test_the_year_of_an_event_is_inferred_and_marked_so() -> None:
    document = sample("hoi-nghi-dan-van-2023.txt")
    assert document.event_date == date(2024, 1, 8) == document.published_date
    assert "inferred" in document.provenance["event_date"]
    assert "inferred" not in document.provenance["published_date"]


def test_a_print_date_dates_nothing() -> None:
    document = sample("tong-ket-ban-dan-van-trung-uong-2020.txt")
    assert document.best_date is None and document.period == "2020"
    assert "2023-12-06" in document.provenance["printed_date"]
    assert any("ngày in trang" in warning for warning in document.warnings)


def test_a_law_is_dated_by_the_day_it_was_passed(tmp_path: Path) -> None:
    document = made(
        tmp_path,
        "QUỐC HỘI\n\nLuật số: 91/2030/QH16\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "LUẬT\nHÒA GIẢI Ở CƠ SỞ\n\nQuốc hội ban hành Luật Hòa giải ở cơ sở.\n\nĐiều 1. Phạm vi\nLuật này quy định về hòa giải.\n\n"
        "Luật này được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam khóa XVI, kỳ họp thứ 2 thông qua ngày 20 tháng 6 năm 2030.\n\n"
        "CHỦ TỊCH QUỐC HỘI\n\nNguyễn Thị Mẫu\n",
    )  # fmt: skip
    assert (document.symbol, document.kind, document.organ) == ("91/2030/QH16", "Luật", "Quốc hội")
    assert document.issue_date == date(2030, 6, 20)
    assert document.title == "Luật Hòa giải ở cơ sở"
    assert document.signer == "Nguyễn Thị Mẫu"


def relations(document: Document) -> set[tuple[str, str, str | None]]:
    return {(r.kind, r.symbol, r.provision) for r in document.relations}


def test_relations_by_cue_words() -> None:
    assert ("replaces", "14/2021/QĐ-UBND", None) in relations(sample("quyet-dinh-22-2023-qd-ubnd.txt"))
    amending = relations(sample("quyet-dinh-08-2024-qd-ubnd.txt"))
    assert ("amends", "31/2022/QĐ-UBND", None) in amending
    assert ("repeals", "31/2022/QĐ-UBND", "khoản 3 Điều 9") in amending
    assert ("repeals", "31/2022/QĐ-UBND", None) not in amending
    assert ("replaces", "33-CT/TU", None) in relations(sample("chi-thi-12-ct-tu-2022.txt"))


def test_a_report_that_tells_of_a_replacement_replaces_nothing() -> None:
    kinds = {r.kind for r in sample("bao-cao-dan-van-2022.txt").relations}
    assert kinds == {"cites"}


def test_the_sentence_of_a_relation_is_in_the_text() -> None:
    document = sample("quyet-dinh-22-2023-qd-ubnd.txt")
    (relation,) = [r for r in document.relations if r.kind == "replaces"]
    sentence = document.text[relation.start : relation.end]
    assert "thay thế" in sentence and "14/2021/QĐ-UBND" in sentence


def test_a_consolidated_text_is_numbered_and_dated_at_its_end(tmp_path: Path) -> None:
    document = made(
        tmp_path,
        "BỘ NỘI VỤ\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nTHÔNG TƯ\nHướng dẫn đánh giá hòa giải viên\n\n"
        "Điều 1. Đánh giá\nHòa giải viên được đánh giá hằng năm.\n\nBỘ NỘI VỤ\n\nSố: 31/VBHN-BNV\n\nXÁC THỰC VĂN BẢN HỢP NHẤT\n\n"
        "Hà Nội, ngày 09 tháng 8 năm 2024\n\nKT. BỘ TRƯỞNG\nTHỨ TRƯỞNG\n\nTrần Văn Mẫu\n",
    )
    assert (document.kind, document.symbol) == ("Văn bản hợp nhất", "31/VBHN-BNV")
    assert (document.issue_date, document.signer) == (date(2024, 8, 9), "Trần Văn Mẫu")


def test_a_file_name_gives_the_symbol_only_where_the_text_does_not(tmp_path: Path) -> None:
    frame = "ỦY BAN NHÂN DÂN\nTỈNH LÂM GIANG\n{}CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nQUYẾT ĐỊNH\nVề giải thể tổ giúp việc\n\nĐiều 1. Giải thể tổ giúp việc.\n"
    path = tmp_path / "quyet-dinh-so-77-qd-ubnd.txt"
    path.write_text(frame.format(""), encoding="utf-8")
    document = build_document(path)[0]
    assert document.symbol == "77/QĐ-UBND" and document.provenance["symbol"] == "tên tệp"
    path.write_text(frame.format("Số: 78/QĐ-UBND\n"), encoding="utf-8")
    assert build_document(path)[0].symbol == "78/QĐ-UBND"


def test_a_number_that_ocr_misread_is_mended_from_the_file_name(tmp_path: Path) -> None:
    text = (
        "ỦY BAN NHÂN DÂN\nTỈNH LÂM GIANG\nSố: 445/QĐ-UBND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Độc lập - Tự do - Hạnh phúc\n\nQUYẾT ĐỊNH\nVề giải thể tổ giúp việc\n\nĐiều 1. Giải thể tổ giúp việc.\n"
    )
    name = "quyet-dinh-so-115-qd-ubnd.pdf"
    scanned = read_metadata(text, blocks(text), name, from_picture=True)
    assert scanned.values["symbol"] == "115/QĐ-UBND" and "445/QĐ-UBND" in scanned.provenance["symbol"]
    assert any("đối chiếu" in warning for warning in scanned.warnings)
    assert read_metadata(text, blocks(text), name).values["symbol"] == "445/QĐ-UBND"
    other = read_metadata(text, blocks(text), "nghi-quyet-so-115-nq-hdnd.pdf", from_picture=True)
    assert other.values["symbol"] == "445/QĐ-UBND"


def test_years_of_documents_named_in_a_title_are_no_period() -> None:
    assert sample("quyet-dinh-08-2024-qd-ubnd.txt").period is None
    assert sample("bao-cao-dan-van-2022.txt").period == "2022"


TWO_COLUMNS = (
    "UBND TỈNH LÂM GIANG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\nBQL CÁC KHU CÔNG NGHIỆP Độc lập - Tự do - Hạnh phúc\n\n"
    "Số: 17/QĐ-BQL Giang Châu, ngày 14 tháng5 năm 2029\n\nQUYẾT ĐỊNH\nVề giải thể tổ giúp việc\n\nĐiều 1. Giải thể tổ giúp việc.\n"
)


def test_a_masthead_of_two_columns_run_together(tmp_path: Path) -> None:
    document = made(tmp_path, TWO_COLUMNS)
    assert (document.symbol, document.place, document.issue_date) == ("17/QĐ-BQL", "Giang Châu", date(2029, 5, 14))
    assert document.organ == "Ban Quản lý các khu công nghiệp tỉnh Lâm Giang"


def test_a_date_that_ocr_is_unsure_of_stays_unknown() -> None:
    line = "Số: 17/QĐ-BQL Giang Châu, ngày 14 tháng5 năm 2029"
    sure = read_metadata(TWO_COLUMNS, blocks(TWO_COLUMNS), "scan.pdf", from_picture=True)
    doubted = read_metadata(TWO_COLUMNS, blocks(TWO_COLUMNS), "scan.pdf", from_picture=True, unsure=(line,))
    assert sure.values["issue_date"] == date(2029, 5, 14) and "issue_date" not in doubted.values
    assert any("Ngày ban hành" in warning for warning in doubted.warnings) and doubted.values["place"] == "Giang Châu"


def test_the_name_of_a_ministry_on_two_lines_is_no_running_header(tmp_path: Path) -> None:
    masthead = (
        "BỘ LAO ĐỘNG - THƯƠNG BINH\nVÀ XÃ HỘI\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    )
    page = "CÔNG BÁO/Số 77 + 78/Ngày 25-6-2030\n{}\n\n"
    document = made(
        tmp_path,
        page.format(27) + masthead + "Số: 05/2030/TT-BLĐTBXH\nHà Nội, ngày 15 tháng 6 năm 2030\n\nTHÔNG TƯ\nBan hành Quy chế hòa giải\n"
        "Căn cứ Luật Hòa giải ở cơ sở;\n\nĐiều 1. Ban hành\nBan hành Quy chế hòa giải.\n\nKT. BỘ TRƯỞNG\nTHỨ TRƯỞNG\n\nLê Văn Mẫu\n"
        + page.format(28) + masthead + "QUY CHẾ\nHòa giải\n\nĐiều 1. Phạm vi\nQuy chế này quy định về hòa giải.\n\nLê Văn Mẫu\n" + page.format(29),
    )  # fmt: skip
    assert document.organ == "Bộ Lao động - Thương binh và Xã hội" and document.signer == "Lê Văn Mẫu"
    assert document.title == "Thông tư ban hành Quy chế hòa giải"


@pytest.mark.parametrize(
    ("lines", "organ"),
    [
        ("BỘ TÀI CHÍNH\nTỔNG CỤC THUẾ", "Tổng cục Thuế"),
        ("UBND HUYỆN ĐẠ KHÊ\nPHÒNG TƯ PHÁP", "Phòng Tư Pháp huyện Đạ Khê"),
        ("ỦY BAN NHÂN DÂN\nTỈNH LÂM GIANG", "Ủy ban nhân dân tỉnh Lâm Giang"),
        ("ĐIỀU ƯỚC QUỐC TẾ\nBỘ NGOẠI GIAO", "Bộ Ngoại giao"),
    ],
)
def test_the_issuing_body_and_not_the_one_above_it(tmp_path: Path, lines: str, organ: str) -> None:
    head = f"{lines}\n\nSố: 6/TB-HC\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nTHÔNG BÁO\nVề lịch tiếp dân\n\n"
    assert made(tmp_path, head + "Phòng tiếp dân mở cửa vào thứ hai hằng tuần.\n").organ == organ


def test_a_form_is_no_news(tmp_path: Path) -> None:
    gaps = "".join(
        f"{name}: ..........................\n\n"
        for name in ("Họ và tên", "Năm sinh", "Quê quán", "Nơi ở", "Nghề nghiệp")
    )
    assert made(tmp_path, f"ĐƠN ĐỀ NGHỊ HỖ TRỢ\n\n{gaps}Tôi xin cam đoan những điều trên là đúng.\n").kind == "Biểu mẫu"


def test_a_decision_without_masthead_is_no_news_either(tmp_path: Path) -> None:
    document = made(
        tmp_path,
        "QUYẾT ĐỊNH\n\nCỦA BỘ TRƯỞNG BỘ TÀI CHÍNH VỀ VIỆC BAN HÀNH SỔ THU CHI\n\nBỘ TRƯỞNG BỘ TÀI CHÍNH\n\nCăn cứ Luật Kế toán;\n\n"
        "QUYẾT ĐỊNH\n\nĐiều 1. Ban hành sổ thu chi.\n\nĐiều 2. Các đơn vị thi hành Quyết định này.\n",
    )
    assert (document.kind, document.organ) == ("Quyết định", "Bộ Tài chính")


def test_an_article_is_of_the_body_that_held_what_it_reports_on(tmp_path: Path) -> None:
    document = made(
        tmp_path,
        "Cán bộ cơ sở phải gần dân, hiểu dân\n\nXã hội 20/02/2029 - 08:15\n\n"
        "Trưởng ban Tổ chức Trung ương đề nghị cán bộ cơ sở lắng nghe ý kiến của người dân nhiều hơn nữa.\n\n"
        "Ngày 19/2, tại Giang Châu, Hội đồng Công tác quần chúng Trung ương tổ chức Hội nghị tổng kết nhiệm kỳ "
        "2024-2028, triển khai nhiệm vụ năm 2029.\n",
    )
    assert document.organ == "Hội đồng Công tác quần chúng Trung ương"
    assert (document.place, document.period, document.kind) == ("Giang Châu", "2024-2028", "Tin hội nghị")


def test_half_a_name_of_a_place_is_none(tmp_path: Path) -> None:
    cut = TWO_COLUMNS.replace("Giang Châu, ngày", "Châu, ngày")
    assert cut != TWO_COLUMNS and made(tmp_path, cut).place is None


def test_the_signature_in_the_right_of_two_columns(tmp_path: Path) -> None:
    text = """ỦY BAN NHÂN DÂN                CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH HƯƠNG GIANG                      Độc lập - Tự do - Hạnh phúc
_______                          ________________________
Số: 31/CT-UBND                 Hương Giang, ngày 06 tháng 3 năm 2031

CHỈ THỊ
Về việc tăng cường phòng cháy mùa khô

1. Các sở, ban, ngành kiểm tra nguồn nước trước ngày 20 tháng 3 năm 2031.

2. Chỉ thị này thay thế Chỉ thị số 07/CT-UBND ngày 14 tháng 02 năm 2027 của Chủ tịch Ủy ban nhân dân tỉnh./.

Nơi nhận:                                             CHỦ TỊCH
- Thanh tra Chính phủ;
- Các sở, ban, ngành;                                 (Đã ký)
- Lưu: VT, NC.                                      Đoàn Thị Mẫu
"""
    assert made(tmp_path, text).signer == "Đoàn Thị Mẫu"
