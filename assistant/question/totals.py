"""Figures of several years taken together: "Tổng thu ngân sách 2021-2023", "cả ba năm … bao nhiêu".

Such a question is answered by a sentence that states the total; else year by year, and nothing is added up.
"""

from __future__ import annotations

import re

from vectorstore.text.normalise import fold

_YEAR = r"(?:19|20)\d\d"
_SPAN = re.compile(
    r"(?:\b(?:trong|cua|ca|cac|vao)\s+)*(?:\b(?:hai|ba|bon|nam|\d)\s+nam\s+|\bcac\s+nam\s+|\bgiai\s+doan\s+|\bnhiem\s+ky\s+|"
    rf"\btu\s+)*(?:nam\s+)?(?P<first>{_YEAR})(?P<rest>(?:\s*(?:,|va|-|–|den(?:\s+het)?)\s*(?:nam\s+)?{_YEAR})+)"
    r"|\b(?:ca|trong)\s+(?:hai|ba|bon|nam|\d)\s+nam\b(?!\s+\d)"
)
_TOGETHER = re.compile(
    r"(?<!\bbe )\btong\s+cong\b|\bca\s+(?:hai|ba|bon|nam|\d)\s+nam\b|\bcong\s+(?:lai|don|gop)\b|\bgop\s+lai\b|"
    r"\bca\s+giai\s+doan\b|\btat\s+ca\b"
)
_TOTAL = re.compile(  # of a period; of years one by one it is the total of each
    r"(?<!\bbe )\btong(?!\s+(?:bi\s+thu|thu\s+ky|ket|cuc|lien\s+doan|giam\s+doc|cong\s+ty|kiem\s+toan|thanh\s+tra))\b"
)
# A plan is made for its period, and asked about as a whole.
_PLANNED = re.compile(
    r"\b(?:muc tieu|phan dau|ke hoach|nghi quyet|chuong trinh|de an|du an|quyet dinh|du kien|dat ra|de ra|hoi nghi)\b"
)
_AS_ONE = re.compile(
    rf"\b(?:nhiem ky|nam hoc|nien khoa|nien vu|vu|mua(?: \w+)?)\s+(?:nam )?{_YEAR}"
)  # what is told of it is told of the whole
_PART_OF = re.compile(
    r"\W*(?:the )?trong (?:so |tong so )?\d"
)  # "Trong 12 trạm xây mới giai đoạn 2024-2026, huyện A …"
# What only asks for the sum, and is left out where one year is asked about.
_SUM_WORDS = re.compile(
    r"(?<!\bbe )(?:\b(?:tong\s+cong|cong\s+(?:lai|don|gop)|tat\s+ca|gop\s+lai|"
    r"ca\s+(?:hai|ba|bon|nam|\d)\s+nam|tong)\b\s*)+"
    r"(?:duoc\s+(?=bao\s+nhieu|la))?"
)
MOST_YEARS = 6


def asks_sum(text: str) -> bool:
    """Whether it is the sum that is asked for, in so many words."""
    folded = fold(text)
    return bool(_TOGETHER.search(folded) or _TOTAL.search(folded))


def total_years(text: str, figure: bool) -> tuple[int, ...]:
    """The years that are asked about together; empty where they are none. `figure`: a figure is asked for."""
    folded = fold(text)
    span = _span(folded)
    if span is None or _AS_ONE.search(folded, 0, span.end()) or _PART_OF.match(folded):
        return ()
    years = [int(year) for year in re.findall(_YEAR, span.group())]
    period = len(years) == 2 and re.search(r"-|–|\bden\b", span["rest"])
    if not _TOGETHER.search(folded) and not (
        period and (_TOTAL.search(folded) or (figure and not _PLANNED.search(folded)))
    ):
        return ()
    if period:
        years = list(range(years[0], years[1] + 1))
    return tuple(years) if 2 <= len(years) <= MOST_YEARS and years == sorted(set(years)) else ()


def by_year(text: str, years: tuple[int, ...]) -> tuple[str, ...]:
    """The question asked of each of the years."""
    span = _span(fold(text)) if years else None
    if span is None:
        return ()
    parts = []
    for year in years:
        part = f"{text[: span.start()]} năm {year} {text[span.end() :]}"
        for words in reversed(list(_SUM_WORDS.finditer(fold(part)))):
            part = f"{part[: words.start()]}{part[words.end() :]}"
        part = re.sub(r"\s+([?.,])", r"\1", re.sub(r"\s+", " ", part)).strip(" ,")
        parts.append(part[:1].upper() + part[1:])
    return tuple(parts)


def _span(folded: str) -> re.Match[str] | None:
    return next((match for match in _SPAN.finditer(folded) if match["first"]), None)
