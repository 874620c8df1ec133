# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""Sentences of prose, of lists and of hard-wrapped pages."""

from vectorstore.text.sentences import split_sentences, wrap_width


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_abbreviations_numbers_and_initials_do_not_end_a_sentence() -> None:
    text = "Ông Nguyễn V. An, PGS. TS. ở TP. Cần Thơ, nêu 1.204 ý kiến, đạt 96,3%. Đ/c. Lò Thị B. phát biểu."
    assert sentences(text) == [
        "Ông Nguyễn V. An, PGS. TS. ở TP. Cần Thơ, nêu 1.204 ý kiến, đạt 96,3%.",
        "Đ/c. Lò Thị B. phát biểu.",
    ]


def test_quotes_and_ellipses_belong_to_their_sentence() -> None:
    text = 'Bà con hỏi: “Bao giờ có nước?” Chủ tịch xã trả lời ngay... Mọi người vui. "Tốt lắm!" Rồi ai về nhà nấy…'
    assert sentences(text)[0] == "Bà con hỏi: “Bao giờ có nước?”"
    assert sentences(text)[-1] == "Rồi ai về nhà nấy…"
    assert sentences("Giữ vững ổn định...; nâng cao vị thế.") == ["Giữ vững ổn định...; nâng cao vị thế."]


def test_headings_and_list_items_stand_alone() -> None:
    text = "Điều 5. Phạm vi\n1. Quy định này áp dụng cho xã.\na) Thôn bản;\nb) Tổ dân phố.\nII. KẾT QUẢ\n- Giao thông: 12 km;"
    assert sentences(text) == text.split("\n")


def test_hard_wrapped_lines_are_one_sentence() -> None:
    lines = [
        "Điều 2. Cơ quan, đơn vị có trách nhiệm tổ chức tiếp công dân định kỳ tại trụ",
        "sở của mình, công khai lịch tiếp và kết quả giải quyết trên trang thông tin của",
        "Ủy ban nhân dân tỉnh chậm nhất là năm ngày làm việc kể từ ngày kết thúc buổi",
        "tiếp công dân theo quy định.",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký và thay thế các quy định trước",
        "đây trái với Quyết định này.",
    ]
    text = "\n".join(lines)
    assert wrap_width(text) is not None
    assert sentences(text) == ["\n".join(lines[:4]), "\n".join(lines[4:])]


def test_long_enumerations_are_read_clause_by_clause() -> None:
    clause = (
        "tiếp tục nắm tình hình nhân dân ở thôn, bản và phản ánh kịp thời những việc bức xúc mới nảy sinh với cấp ủy"
    )
    text = f"Hội nghị giao ba việc: {clause}; {clause} (kể cả việc nhỏ; việc cũ); {clause}."
    pieces = sentences(text)
    assert len(pieces) == 3 and pieces[1].endswith("việc cũ);")
    assert " ".join(pieces) == text


def test_spans_are_moved_by_start_and_never_blank() -> None:
    text = "  Một câu.  \n\n  Hai câu.  "
    assert split_sentences(text, start=100) == [(102, 110), (116, 124)]


def test_a_missing_blank_after_the_stop_is_seen() -> None:
    assert sentences("Đường đã thông.Bà con phấn khởi.") == ["Đường đã thông.", "Bà con phấn khởi."]
