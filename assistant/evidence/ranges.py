"""Graded rules: which grade holds the figure asked about. "70 tháng" is in "từ đủ 60 tháng đến dưới 84 tháng"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from assistant.evidence.sentences import Evidence
from assistant.question.understand import Question
from vectorstore.text.normalise import fold, one_line

NEAR = 3000  # characters between a grade and one beside it
_NUMBER = r"(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?![\d/])"
_UNIT = r"\s*(%|(?:(?:ty|trieu|nghin|ngan)\s+)?[a-z]\w*)"
# Units that are read as so many of another: years of service are counted in months, sums in đồng.
_OF = {
    "ty": ("dong", 1e9),
    "trieu": ("dong", 1e6),
    "nghin": ("dong", 1e3),
    "ngan": ("dong", 1e3),
    "nam": ("thang", 12.0),
}
_LOWER = r"(?P<low>tu(?:\s+du|\s+tren)?|tren)"
_UPPER = r"(?:den|toi)\s+(?P<high>duoi|nho hon|khong qua|het|du)?"
# On folded text with one space between words. The unit of the first figure may be left to the second.
_BETWEEN = re.compile(rf"\b{_LOWER}\s+{_NUMBER}(?:{_UNIT})??\s*(?:{_UPPER}\s*|[-–]\s*){_NUMBER}{_UNIT}")
_FROM = re.compile(rf"\b(?:tu(?:\s+du)?\s+)?{_NUMBER}{_UNIT}(?:\s+\w+){{0,3}}?\s+(?P<way>tro len|tro xuong)\b")
_BEYOND = re.compile(
    rf"\b(?P<way>tren|lon hon|nhieu hon|cao hon|duoi|nho hon|it hon|thap hon|chua du)\s+{_NUMBER}{_UNIT}"
)
_LEAST_OR_MOST = re.compile(
    rf"\b(?:it nhat|toi thieu|toi da|khong qua|nhieu nhat|du)\s+(?:la\s+|tu\s+|bang\s+)?{_NUMBER}{_UNIT}"
)
_FIGURE = re.compile(rf"(?<![\w.,/-]){_NUMBER}{_UNIT}")
_AGE = "tuoi"
_OF_CASES = (_AGE, "thang", "met", "ha", "km")  # what rules tell cases apart by; what they grant is counted otherwise
_UPWARDS = ("tren", "lon hon", "nhieu hon", "cao hon", "tro len")
_IN_WORDS = re.compile(r"(?<=\d)\s*\([^()\d]*\)")  # "06 (sáu) năm"
_YEARS_AND_MONTHS = re.compile(r"\b(\d{1,2}) nam (\d{1,2}) thang\b")
# "ngày 01 tháng 10 năm 2021" has neither a month nor years to count; "Điều 5 khoản 2" no clauses. But "mức 70%" is a
# figure.
_DATE = re.compile(
    r"\b(?:ngay \d{1,2}(?: thang \d{1,2})?(?: nam \d{4})?|thang \d{1,2}(?: nam \d{4})?|nam \d{4}|"
    r"(?:dieu|khoan|diem|muc|chuong|quy|so) \d+\w?(?![\d.,]*\s*(?:%|(?:trieu|ty|nghin|ngan|dong)\b)))\b|"
    r"\d{1,2}/\d{1,2}(?:/\d{4})?"
)


@dataclass(frozen=True)
class Grade:
    """The figures of one unit from `low` to `high`, ends included; an end that is not is a hair further in."""

    unit: str
    low: float
    high: float

    def holds(self, other: Grade) -> bool:
        """Whether all of `other` lies within."""
        return self.unit == other.unit and self.low <= other.low and other.high <= self.high

    def apart(self, other: Grade) -> bool:
        """Whether the two, of one unit, have no figure in common."""
        return self.unit == other.unit and (other.high < self.low or self.high < other.low)


def fits(question: Question, evidence: Sequence[Evidence]) -> list[int]:
    """For each sentence 1 where it is of the grade asked about, -1 where of another one; 0 where neither stands by."""
    asked = asked_grades(question)
    if not asked:
        return [0] * len(evidence)
    if question.yes_no and not question.confirm:  # whether it will do, the rule says whose bound it misses as well
        return [int(bounds(question, one.text)) for one in evidence]
    judged = [fit(asked, one.text) for one in evidence]
    of_it = [one for one, found in zip(evidence, judged, strict=True) if found > 0]
    others = [one for one, found in zip(evidence, judged, strict=True) if found < 0]
    return [
        found if any(_beside(one, other) for other in (others if found > 0 else of_it)) else 0
        for one, found in zip(evidence, judged, strict=True)
    ]


def _beside(one: Evidence, other: Evidence) -> bool:
    same = one.hit.chunk.document_id == other.hit.chunk.document_id
    return same and abs(one.start - other.start) <= NEAR


def fit(asked: Sequence[Grade], sentence: str) -> int:
    """1 if a grade that the sentence states holds a figure asked about, -1 if all of its unit are others, else 0."""
    stated = grades(sentence)
    if any(grade.holds(figure) for figure in asked for grade in stated):
        return 1
    units = {figure.unit for figure in asked}
    same = [grade for grade in stated if grade.unit in units]
    return (
        -1
        if same and all(grade.apart(figure) for figure in asked for grade in same if grade.unit == figure.unit)
        else 0
    )


def asked_grades(question: Question) -> tuple[Grade, ...]:
    """The grades that a question states, and its single figures with their units."""
    return (*grades(question.text), *(figure for _, figure in _figures(question.text)))


def in_grade(question: Question, number: str, sentence: str) -> bool:
    """Whether the sentence states a grade that holds this figure of the question."""
    value = _value(number.rstrip("%"))
    own = [figure for written, figure in _figures(question.text) if written == value]
    return any(grade.holds(figure) for figure in own for grade in grades(sentence))


def provides_for_others(question: Question, sentence: str) -> list[str]:
    """The figures asked about beside which the sentence provides for others only: 90 tuổi for "Tròn 80 tuổi: …"."""
    if question.expects != "number" or question.yes_no or not any(character.isdigit() for character in question.text):
        return []
    provided = re.match(r"[^:]{3,200}(?=:\s*(?:[^.;:]{0,40}\s)?\d)", sentence)  # what an item says before its amount
    head = provided.group() if provided else ""
    stated = [*grades(head), *(figure for _, figure in _figures(head))]
    stated += [grade for grade in grades(sentence) if grade.unit == _AGE]
    return [
        f"{written:g} {'tuổi' if asked.unit == _AGE else ''}".strip()
        for written, asked in _figures(question.text)
        if asked.unit in _OF_CASES
        and (same := [one for one in stated if one.unit == asked.unit])
        and all(one.apart(asked) for one in same)
    ]


def uncovered(question: Question, evidence: Sequence[Evidence]) -> list[str]:
    """The figures asked about that rules provide for others beside, and nothing at hand for them."""
    others = dict.fromkeys(figure for one in evidence for figure in provides_for_others(question, one.text))
    if not others:
        return []
    asked = [figure for _, figure in _figures(question.text)]
    said = [grade for one in evidence for grade in (*grades(one.text), *(figure for _, figure in _figures(one.text)))]
    if any(grade.holds(figure) for figure in asked if figure.unit in _OF_CASES for grade in said):
        return []
    return list(others)


def bounds(question: Question, sentence: str) -> bool:
    """Whether the sentence bounds a measure in whose unit the question states a figure: 70% asked, "ít nhất 80%"."""
    units = {figure.unit for _, figure in _figures(question.text)}
    said = _flat(sentence)
    least = (_unit(match[2]) for match in _LEAST_OR_MOST.finditer(said))
    return bool(units) and bool(units & {*least, *(grade.unit for grade in grades(sentence))})


@lru_cache(maxsize=8192)
def grades(text: str) -> tuple[Grade, ...]:
    """Every grade that `text` states: "dưới 12 tháng", "từ 50% đến 70%", "từ đủ 80 tuổi trở lên"."""
    said, found = _flat(text), []
    for match in _BETWEEN.finditer(said):
        _, first, unit, high, last, last_unit = match.groups()
        low, top = _value(first) * _scale(unit or last_unit), _value(last) * _scale(last_unit)
        low = _above(low) if match["low"].endswith("tren") else low
        found.append(Grade(_unit(last_unit), low, _below(top) if high in ("duoi", "nho hon") else top))
    said = _BETWEEN.sub(" ", said)
    for match in _FROM.finditer(said):
        value, unit = _value(match[1]) * _scale(match[2]), _unit(match[2])
        found.append(Grade(unit, value, inf) if match["way"] == "tro len" else Grade(unit, -inf, value))
    for match in _BEYOND.finditer(_FROM.sub(" ", said)):
        value, unit = _value(match[2]) * _scale(match[3]), _unit(match[3])
        up = match["way"] in _UPWARDS
        found.append(Grade(unit, _above(value), inf) if up else Grade(unit, -inf, _below(value)))
    return tuple(found)


@lru_cache(maxsize=8192)
def _figures(text: str) -> tuple[tuple[float, Grade], ...]:
    """Single figures as written, each with what it is in its unit: 150 and 150 000 000 đồng for "150 triệu"."""
    said, found = _flat(text), []
    for pattern in (_BETWEEN, _FROM, _BEYOND):
        said = pattern.sub(" ", said)
    for match in _FIGURE.finditer(said):
        written = _value(match[1])
        value = written * _scale(match[2])
        found.append((written, Grade(_unit(match[2]), value, value)))
    return tuple(found)


def _flat(text: str) -> str:
    said = _IN_WORDS.sub("", one_line(fold(text)))
    said = _YEARS_AND_MONTHS.sub(lambda match: f"{12 * int(match[1]) + int(match[2])} thang", said)
    return _DATE.sub(" ", said)


def _value(written: str) -> float:
    comma = "" if written.count(",") > 1 else "."  # "1,000,000" as in English
    return float(written.replace(".", "").replace(",", comma))


def _unit(written: str) -> str:
    word = written.split()[0]
    return _OF.get(word, (word, 1.0))[0]


def _scale(written: str) -> float:
    return _OF.get(written.split()[0], ("", 1.0))[1]


def _above(value: float) -> float:
    return value + 1e-6 * max(1.0, abs(value))


def _below(value: float) -> float:
    return value - 1e-6 * max(1.0, abs(value))
