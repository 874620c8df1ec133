"""Days, months and quarters of a text as values that can be compared with another text's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.text.dates import DateMention, find_dates

# 8/1 without a word that announces a day; 15/15 (xã) too: both are compared part by part.
_PAIR = re.compile(r"(?<![\w./,-])(\d{1,3})/(\d{1,3})(?![\w/-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it is said. For a pair that is no date, such as 15/15, `day` and `month` are its two numbers."""

    day: int | None
    month: int | None
    year: int | None
    quarter: int | None
    start: int
    end: int

    @property
    def key(self) -> str:
        """Comparable without the year, which the other text may leave out."""
        return f"@{self.day or ''}/{self.month or ''}" if self.month else f"@q{self.quarter}"

    def agrees(self, other: Day) -> bool:
        """Whether `other` says this date: the same parts, and no other year. `other` may be more exact."""
        if self.year and other.year and self.year != other.year:
            return False
        if self.quarter:
            return self.quarter == (other.quarter or (other.month and (other.month + 2) // 3))
        return self.month == other.month and (self.day is None or self.day == other.day)


def find_days(text: str) -> list[Day]:
    """Every day, month and quarter named in `text`, in order. Bare years are left to the caller."""
    days = [_day(mention) for mention in find_dates(text) if mention.month or mention.quarter]
    for match in _PAIR.finditer(text):
        if not any(match.start() < day.end and day.start < match.end() for day in days):
            days.append(Day(int(match[1]), int(match[2]), None, None, *match.span()))
    return sorted(days, key=lambda day: day.start)


def _day(mention: DateMention) -> Day:
    return Day(mention.day, mention.month, mention.year, mention.quarter, mention.start, mention.end)
