# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""What a scraped page carries besides its report is recognised by general signs."""

from ingest.cleaner import is_caption, is_dateline
from ingest.structure import Block, blocks

PAGE = """Huyện Nậm Khao tổng kết phong trào "Dân vận khéo" năm 2022

Thứ Tư, 14/12/2022 09:30

Sáng 13/12, tại thị trấn Nậm Khao, Huyện ủy tổ chức hội nghị tổng kết phong trào thi đua "Dân vận khéo" năm 2022. Đồng chí Lò Văn Pâng, Bí thư Huyện ủy, chủ trì hội nghị.

Giá cà phê nhân xô tăng mạnh trong phiên sáng nay

Đội bóng chuyền nữ Bình Sơn vào chung kết giải trẻ toàn quốc

 Quang cảnh hội nghị

Kết quả nổi bật của phong trào

Năm 2022, toàn huyện đăng ký 131 mô hình "Dân vận khéo", trong đó 88 mô hình được công nhận. Nhân dân hiến 4,2 ha đất làm đường giao thông nông thôn và nhà văn hóa thôn.

Đồng chí Lò Văn Pâng trao Giấy khen của Huyện ủy
cho các tập thể có thành tích trong phong trào thi đua "Dân vận khéo",
gồm xã Nậm Sin và xã Mường Lẫm

Phát biểu tại hội nghị, đồng chí Lò Văn Pâng đề nghị các xã nhân rộng mô hình hiệu quả và đối thoại với Nhân dân ít nhất 01 cuộc mỗi năm.

Tin, ảnh: Hà Vy

Chia sẻ bài viết

Các tin khác

Khai trương tuyến xe buýt nội tỉnh

Xem nhiều nhất
"""


def texts(kind: str, text: str = PAGE) -> list[str]:
    return [text[b.start : b.end] for b in blocks(text) if b.kind == kind]


def test_other_pages_headlines_buttons_and_footers_are_dropped() -> None:
    dropped = texts("boilerplate")
    assert "Giá cà phê nhân xô tăng mạnh trong phiên sáng nay" in dropped
    assert "Đội bóng chuyền nữ Bình Sơn vào chung kết giải trẻ toàn quốc" in dropped
    assert dropped[-4:] == ["Chia sẻ bài viết", "Các tin khác", "Khai trương tuyến xe buýt nội tỉnh", "Xem nhiều nhất"]


def test_the_reports_own_heading_stays_a_heading() -> None:
    assert texts("heading") == ["Kết quả nổi bật của phong trào"]


def test_title_dateline_and_byline_are_told_apart() -> None:
    assert texts("title") == [PAGE.split("\n")[0]]
    assert texts("dateline") == ["Thứ Tư, 14/12/2022 09:30"]
    assert texts("byline") == ["Tin, ảnh: Hà Vy"]


def test_a_caption_broken_over_lines_is_one_block() -> None:
    captions = texts("caption")
    assert captions[0] == "Quang cảnh hội nghị"
    assert captions[1].startswith("Đồng chí Lò Văn Pâng trao") and captions[1].endswith("xã Mường Lẫm")
    assert len(captions) == 2


def test_the_report_itself_is_kept_whole() -> None:
    body = texts("body")
    assert len(body) == 3 and body[1].startswith("Năm 2022, toàn huyện") and body[2].startswith("Phát biểu tại")


def test_a_speaker_in_the_report_is_no_caption() -> None:
    assert is_caption("Đồng chí Lò Văn Pâng phát biểu tại hội nghị")
    assert is_caption("Các đại biểu dự hội nghị tại điểm cầu Nậm Khao.")
    assert not is_caption("Đồng chí Lò Văn Pâng phát biểu, yêu cầu các xã báo cáo trước ngày 20/12.")
    assert not is_caption("Các đại biểu đã thảo luận, thống nhất 5 nhiệm vụ trọng tâm năm 2023.")


def test_datelines() -> None:
    assert is_dateline("22/01/2024") and is_dateline("Xã hội 15/01/2021 - 00:08") and is_dateline("Thứ Tư, 6/12/2023")
    assert not is_dateline("Ngày 22/01/2024, Huyện ủy tổ chức hội nghị tổng kết.")


def test_a_lead_said_again_word_for_word_is_left_to_the_later_paragraph() -> None:
    lead = (
        "Người làm công tác quần chúng phải sát dân, nghe dân nói, nói dân hiểu, làm dân tin, nhất là ở vùng khó khăn."
    )
    text = f"Sát dân để hiểu dân\n\n{lead}\n\nHội nghị diễn ra sáng 5/3 tại xã Thạch Khê với sự tham dự của 120 đại biểu " \
           f"đến từ các thôn, bản trong xã.\n\nKết luận hội nghị, chủ tọa nói: {lead} Đó là việc của mọi cán bộ.\n"  # fmt: skip
    assert lead in texts("boilerplate", text)


def test_running_headers_and_stamps_of_a_gazette_are_furniture() -> None:
    page = "CÔNG BÁO/Số 12 + 13/Ngày 05-3-2024\n{}\n\nĐiều {}. Trách nhiệm\nCơ quan chủ trì báo cáo kết quả.\n"
    stamp = "Người ký: Cổng Thông tin\nEmail: a@b.vn\nCơ quan: Văn phòng\nThời gian ký: 06.03.2024 09:20:40\n"
    text = stamp + "".join(page.format(7 + i, i + 1) for i in range(3))
    kinds: list[Block] = blocks(text)
    dropped = [text[b.start : b.end] for b in kinds if b.kind == "boilerplate"]
    assert {"7", "8", "9", "CÔNG BÁO/Số 12 + 13/Ngày 05-3-2024", "Email: a@b.vn"} <= set(dropped)
    assert [b.article for b in kinds if b.article] == ["1", "2", "3"]
