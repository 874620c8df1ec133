"""Dates, months, quarters, years and periods as Vietnamese offices write them, with or without diacritics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from vectorstore.text.normalise import REMEMBERED_CHARS, fold

_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])(?!\d)"
_FREE = r"(?<![\d/.,-])"
_CUE = r"\b(?:ngay|sang|trua|chieu|toi|dem|mung|mong|hom|tu|den|truoc|sau|dip|va|han)\s{1,2}"
_PATTERNS = [
    # ngày 25 tháng 02 năm 2010; the year may be left out
    re.compile(
        rf"{_FREE}{_DAY}\s{{0,3}}thang\s{{0,3}}{_MONTH}(?!\s{{1,2}}ngay)(?:,?\s{{1,3}}(?:nam\s{{0,3}})?{_YEAR})?"
    ),
    re.compile(rf"{_FREE}{_DAY}\s?(?P<sep>[/.-])\s?{_MONTH}\s?(?P=sep)\s?{_YEAR}(?![\w/])"),  # 10/01/2018, 30.7.2021
    re.compile(rf"{_FREE}{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),  # 2024-01-08
    re.compile(rf"\bthang\s{{1,2}}{_MONTH}(?:\s?[/.-]\s?|\s{{1,3}}nam\s{{1,3}}){_YEAR}"),  # tháng 7/2021
    re.compile(
        rf"\bquy\s{{1,2}}(?P<quarter>i{{1,3}}|iv|[1-4])(?:\s?[/-]\s?|\s{{1,3}}nam\s{{1,3}}){_YEAR}"
    ),  # quý I/2024
    # 8/1 only after a word that announces a day, or alone in brackets: 2/3 is more often a fraction
    re.compile(rf"{_CUE}{_DAY}[/-]{_MONTH}(?![/.,-]?\d|\s?%)"),
    re.compile(rf"\({_DAY}/{_MONTH}\)"),
    re.compile(rf"\bthang\s{{1,2}}{_MONTH}(?![/.,-]\d)(?!\s{{1,2}}nam\b)"),
    re.compile(rf"\bnam\s{{1,3}}{_YEAR}"),
]
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PERIOD = re.compile(
    r"(?<![\d/.,-])((?:19|20)\d\d)\s?(?:[-–]|(?:cho\s)?den(?:\s(?:het\s)?nam)?)\s?((?:19|20)\d\d)(?![\d/-])"
)
_BARE_YEAR = re.compile(r"(?<!\d)(?<![a-z]-)((?:19|20)\d\d)(?!\d|[.,]\d|\s?/\s?(?:[a-z]|\d{4})|\s?%)")
_COUNTED = re.compile(
    r"\s+(?:nguoi|ho|luot|dong|trieu|ty|mo hinh|don vi|truong hop|tap the|ca nhan|can bo|dang vien|doan vien|hoi vien|"
    r"cuoc|vu|m2|ha|km|tan|kg|cau|xa|thon|bai|don)\b"
)
_SAYS_YEAR = re.compile(r"(?:nam|giai doan|nhiem ky|thang \d{1,2}|[/–-])\s*$")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as far as the text says it; parts it leaves out are None. The span is that of the mention."""

    day: int | None
    month: int | None
    year: int | None
    text: str
    start: int
    end: int
    quarter: int | None = None

    def as_date(self, year: int | None = None) -> date | None:
        """The calendar day, a missing year taken from `year`; None when a part is missing or there is no such day."""
        known = self.year or year
        if self.day is None or self.month is None or known is None:
            return None
        try:
            return date(known, self.month, self.day)
        except ValueError:
            return None


def find_dates(text: str) -> list[DateMention]:
    """All dates in `text` (NFC) from day to year precision, in order, without overlaps."""
    folded = fold(text)
    found: list[DateMention] = []
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            start = _mention_start(match)
            end = match.end() - (match.group().endswith(")"))
            if any(start < high and low < end for low, high in taken):
                continue
            mention = _mention(match, text[start:end], start, end)
            if mention.day and mention.month and mention.as_date(mention.year or 2000) is None:
                continue
            taken.append((start, end))
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def _mention_start(match: re.Match[str]) -> int:
    names = match.groupdict()
    return match.start("day") if names.get("day") and not match.group()[0].isdigit() else match.start()


def _mention(match: re.Match[str], text: str, start: int, end: int) -> DateMention:
    parts = match.groupdict()
    day, month, year = (int(parts[name]) if parts.get(name) else None for name in ("day", "month", "year"))
    quarter = parts.get("quarter")
    number = (_QUARTERS.get(quarter) or int(quarter)) if quarter else None
    return DateMention(day, month, year, text, start, end, number)


def find_periods(text: str) -> list[tuple[int, int]]:
    """Year ranges such as 2016-2020 or "từ 2016 đến 2020", as (first, last), in order."""
    return [pair for pair, _ in _periods(fold(text))]


def _periods(folded: str) -> Iterator[tuple[tuple[int, int], re.Match[str]]]:
    for match in _PERIOD.finditer(folded):
        first, last = int(match[1]), int(match[2])
        if first < last:
            yield (first, last), match


def find_years(text: str) -> list[int]:
    """Years named in `text`, each once, in order of first mention; of a range its two ends.

    Years inside symbols (30/2020/NĐ-CP) and amounts (2000 người) are not years.
    """
    return list(_remembered_years(text) if len(text) <= REMEMBERED_CHARS else _years(text))


def _years(text: str) -> tuple[int, ...]:
    folded = fold(text)
    years: dict[int, None] = {}
    for match in _BARE_YEAR.finditer(folded):
        said = _SAYS_YEAR.search(folded, max(0, match.start() - 14), match.start())
        if said or not _COUNTED.match(folded, match.end()):
            years.setdefault(int(match[1]))
    return tuple(years)


_remembered_years = lru_cache(maxsize=8192)(_years)
