"""Years named as the lunar calendar does: "Tết Giáp Thìn" is the New Year of 2024."""

from __future__ import annotations

import re

_STEMS = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
_BRANCHES = ("tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi")
_OTHERWISE = {"kỉ": "kỷ", "quí": "quý", "tí": "tý", "mẹo": "mão", "tị": "tỵ"}
_CYCLE, _FIRST = 60, 1984  # years; a Giáp Tý
LUNAR_YEAR = re.compile(rf"(?i)\b(?P<stem>{'|'.join(_STEMS)}|kỉ|quí)\s+(?P<branch>{'|'.join(_BRANCHES)}|tí|mẹo|tị)\b")


def lunar_years(text: str) -> list[int]:
    """The years from 1984 to 2043 that a text names so; a pair that names none, as "Giáp Sửu", is left out."""
    return [year for found in LUNAR_YEAR.finditer(text) if (year := _year(found["stem"], found["branch"]))]


def _year(stem: str, branch: str) -> int | None:
    at = _STEMS.index(_OTHERWISE.get(stem.lower(), stem.lower()))
    other = _BRANCHES.index(_OTHERWISE.get(branch.lower(), branch.lower()))
    place = next((n for n in range(_CYCLE) if (n % len(_STEMS), n % len(_BRANCHES)) == (at, other)), None)
    return None if place is None else _FIRST + place
