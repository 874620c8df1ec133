"""Amounts of money as they are written: "15.000.000 đồng", "15 triệu đồng", "1,2 tỷ đồng"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.text.normalise import fold

_UNITS = {"ty": 1_000_000_000, "trieu": 1_000_000, "nghin": 1_000, "ngan": 1_000, "dong": 1, "": 1}
_AMOUNT = re.compile(
    r"(?<![\d.,])(\d[\d.,]*\d|\d)\s*(?:(ty|trieu|nghin|ngan)\b(?:\s*(?:dong|vnd)\b)?|(?:dong|vnd)\b(?!\s+(?:chi|bao|dao)\b))"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in đồng, and as it was written."""

    value: int
    text: str


def find_amounts(text: str) -> list[Amount]:
    """Every amount of money in `text`, in order."""
    amounts = []
    for match in _AMOUNT.finditer(fold(text)):
        whole, _, part = match[1].replace(".", "").partition(",")
        value = float(f"{whole}.{part or 0}") * _UNITS[match[2] or ""]
        amounts.append(Amount(round(value), text[match.start() : match.end()]))
    return amounts
