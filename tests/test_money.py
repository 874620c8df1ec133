"""Amounts of money, however they are written."""

from __future__ import annotations

import pytest

from vectorstore.text.money import find_amounts


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("hỗ trợ 15.000.000 đồng/mô hình", [15_000_000]),
        ("15 triệu đồng", [15_000_000]),
        ("1,2 tỷ đồng và 4.680 triệu đồng", [1_200_000_000, 4_680_000_000]),
        ("500 nghìn đồng; 200.000đ không kể", [500_000]),
        ("1,000,000 đồng hoặc 50,000 đồng", [1_000_000, 50_000]),
        ("2.5 triệu đồng, 1,250 triệu đồng", [2_500_000, 1_250_000]),
        ("mức 1,2,3 triệu", []),
        ("71/112 xã đạt 12,5%, 300 đồng chí", []),
        ("không có số tiền nào", []),
    ],
)
def test_amounts_are_read_in_dong(text: str, values: list[int]) -> None:
    assert [amount.value for amount in find_amounts(text)] == values
