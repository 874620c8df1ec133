"""Amounts of money as they are written: "15.000.000 đồng", "15 triệu đồng", "1,2 tỷ đồng"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.text.normalise import fold

_UNITS = {"ty": 1_000_000_000, "trieu": 1_000_000, "nghin": 1_000, "ngan": 1_000, "dong": 1, "": 1}
_AMOUNT = re.compile(
    r"(?<![\d.,])(\d[\d.,]*\d|\d)\s*(?:(ty|trieu|nghin|ngan)\b(?:\s*(?:dong|vnd)\b)?|(?:dong|vnd)\b(?!\s+(?:chi|bao|dao)\b))"
)

_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_POINT = re.compile(r"\d+\.\d{1,2}")  # "2.5 triệu"


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in đồng, and as it was written."""

    value: int
    text: str


def find_amounts(text: str) -> list[Amount]:
    """Every amount of money in `text`, in order."""
    amounts = []
    for match in _AMOUNT.finditer(fold(text)):
        number = _number(match[1], scaled=match[2] is not None)
        if number is not None:
            value = round(number * _UNITS[match[2] or ""])
            amounts.append(Amount(value, text[match.start() : match.end()]))
    return amounts


def _number(written: str, scaled: bool) -> float | None:
    """The number, with points between thousands or as in English; None for "1,2,3". `scaled`: "triệu" follows."""
    if _ENGLISH.fullmatch(written) and (written.count(",") > 1 or not scaled):
        return float(written.replace(",", ""))
    if _DECIMAL_POINT.fullmatch(written):
        return float(written)
    whole, _, part = written.replace(".", "").partition(",")
    return None if "," in part else float(f"{whole}.{part or 0}")
