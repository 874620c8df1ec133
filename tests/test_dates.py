"""Dates, years and periods in Vietnamese text."""

from datetime import date

import pytest

from vectorstore.text.dates import find_dates, find_periods, find_years


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ngày 25 tháng 02 năm 2010", (25, 2, 2010)),
        ("ngay 25 thang 2 nam 2010", (25, 2, 2010)),
        ("10/01/2018 13:17", (10, 1, 2018)),
        ("Sáng 8/1, tại Hà Nội", (8, 1, None)),
        ("ngày 30.7.2021", (30, 7, 2021)),
        ("trong tháng 7/2021", (None, 7, 2021)),
        ("năm 2023", (None, None, 2023)),
        ("2024-01-08", (8, 1, 2024)),
        ("từ ngày 1 đến 5/3", (5, 3, None)),
    ],
)
def test_what_is_said_of_a_date_is_read(text: str, parts: tuple[int | None, ...]) -> None:
    (mention,) = find_dates(text)
    assert (mention.day, mention.month, mention.year) == parts
    assert text[mention.start : mention.end] == mention.text


def test_a_quarter() -> None:
    assert [(m.quarter, m.year) for m in find_dates("quý I/2024 và quy 4 nam 2023")] == [(1, 2024), (4, 2023)]


def test_a_missing_year_can_be_given_and_impossible_days_are_none() -> None:
    (mention,) = find_dates("Sáng 8/1")
    assert mention.as_date() is None
    assert mention.as_date(2024) == date(2024, 1, 8)
    assert find_dates("ngày 31/02/2020") == []


@pytest.mark.parametrize("text", ["2/3 đại biểu", "24/7", "30/2020/NĐ-CP", "183.676 mô hình", "đạt 1/2 kế hoạch"])
def test_fractions_and_symbols_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_years_and_periods() -> None:
    assert find_years("nhiệm kỳ 2016-2020, tổng kết năm 2020") == [2016, 2020]
    assert find_years("30/2020/NĐ-CP có 2000 người dự") == []
    assert find_years("năm 2000 người dân") == [2000]
    assert find_periods("từ năm 2016 đến năm 2020; 2021 - 2025") == [(2016, 2020), (2021, 2025)]
