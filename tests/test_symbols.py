# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""Document symbols as offices write them and as people ask for them."""

import pytest

from vectorstore.text.symbols import Symbol, find_symbols, symbols_match, type_name


def only(text: str) -> Symbol:
    (symbol,) = find_symbols(text)
    return symbol


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("Nghị quyết số 25-NQ/TW", "25-NQ/TW"),
        ("25 - NQ / TW", "25-NQ/TW"),
        ("25-NQ/\nTW", "25-NQ/TW"),
        ("25–nq/tw", "25-NQ/TW"),
        ("25-NQ/TƯ", "25-NQ/TW"),
        ("Quyết định 306-QĐ/TU", "306-QĐ/TU"),
        ("Hướng dẫn 36-HD/VPTW", "36-HD/VPTW"),
        ("215-BC/BDVTU", "215-BC/BDVTU"),
        ("30/2020/NĐ-CP", "30/2020/NĐ-CP"),
        ("30/2020/nd-cp", "30/2020/NĐ-CP"),
        ("chi thi 16/ct-ttg", "16/CT-TTg"),
        ("Luật số 06/2022/QH15", "06/2022/QH15"),
        ("24/2022/UBTVQH15", "24/2022/UBTVQH15"),
        ("05/1998/PL-UBTVQH10", "05/1998/PL-UBTVQH10"),
        ("01/2007/TTLT-BTC-BXD", "01/2007/TTLT-BTC-BXD"),
        ("66.17/2026/NQ-CP", "66.17/2026/NQ-CP"),
        ("1.234/QĐ-UBND", "1234/QĐ-UBND"),
        ("12a/KH-UBND", "12a/KH-UBND"),
        ("1234/BNV-TCBC", "1234/BNV-TCBC"),
        ("6-CT/TU", "06-CT/TU"),
        ("Nghị quyết 25/TW", "25-NQ/TW"),
        ("Nghị định 30/2020", "30/2020/NĐ"),
    ],
)
def test_every_shape_has_one_spelling(written: str, normalised: str) -> None:
    assert only(written).normalised == normalised


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("nq 25", (25, None, "NQ", None)),
        ("nghi quyet 25 noi gi", (25, None, "NQ", None)),
        ("qd 290", (290, None, "QĐ", None)),
        ("Chỉ thị số 06 Ban Thường vụ Tỉnh ủy", (6, None, "CT", "TU")),
        ("Quyết định số 218 của Bộ Chính trị", (218, None, "QĐ", "TW")),
        ("Nghị định 30 năm 2020 của Chính phủ", (30, 2020, "NĐ", "CP")),
        ("Kế hoạch số 12", (12, None, "KH", None)),
    ],
)
def test_a_shortened_symbol_says_only_what_it_says(asked: str, parts: tuple[object, ...]) -> None:
    symbol = only(asked)
    assert (symbol.number, symbol.year, symbol.type, symbol.organ) == parts


@pytest.mark.parametrize(
    "text",
    ["kế hoạch 5 năm", "báo cáo 2023", "quyết định 15 nội dung", "ngày 25/02/2010", "giai đoạn 2016-2020", "2/3 đại biểu",
     "tỷ lệ 98,7%", "từ 8 giờ đến 10 giờ", "24/7"],
)  # fmt: skip
def test_counts_dates_and_periods_are_no_symbols(text: str) -> None:
    assert find_symbols(text) == []


def test_spans_cut_the_symbol_out_of_the_text() -> None:
    text = "Thực hiện Nghị quyết số 25-NQ/TW và Chỉ thị 16/CT-TTg, tổng kết Nghị quyết 18."
    assert [text[s.start : s.end] for s in find_symbols(text)] == ["25-NQ/TW", "16/CT-TTg", "Nghị quyết 18"]


def test_matching_needs_every_part_that_both_say() -> None:
    full = only("25-NQ/TW")
    assert symbols_match(only("nghi quyet 25"), full)
    assert symbols_match(only("Nghị quyết 25 của Trung ương"), full)
    assert not symbols_match(only("Nghị quyết 26"), full)
    assert not symbols_match(only("Kết luận 25"), full)
    assert not symbols_match(only("25-NQ/TU"), full)
    assert not symbols_match(only("30/2020/NĐ-CP"), only("30/2021/NĐ-CP"))
    assert symbols_match(only("Quy định 66"), only("66-QĐ/TW"))  # the Party writes QĐ for Quy định too
    assert symbols_match(only("Kết luận 24"), only("Nghị quyết 24-KL/TW"))
    assert symbols_match(only("Nghị quyết 24"), only("Nghị quyết 24-KL/TW"))


def test_type_names() -> None:
    assert type_name("nq") == "Nghị quyết" and type_name("TTr") == "Tờ trình" and type_name("tt") == "Thông tư"
    assert type_name("xyz") is None
