"""Totals over several years: whether a sentence states the one asked for, and what is said where none does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.extractive import Found
from assistant.evidence.constraints import Unmet
from assistant.evidence.surroundings import about, flat, paragraph_before
from assistant.evidence.terms import FUNCTION_WORDS
from assistant.evidence.years import dated_in, within_period, years_spanned
from assistant.question.compared import asks_which_more
from assistant.question.totals import asks_sum
from assistant.question.understand import Question
from vectorstore.text.dates import find_periods, find_years
from vectorstore.text.normalise import fold, syllables

MOST_LACKING = 0.15  # share of what is asked that a sentence on the same years may put in other words …
MOST_OF_PERIOD = 0.5  # … and one on the very period that the question names: "giai đoạn 2021 - 2023"
LONG_PERIOD = 3  # years
_PERIOD = re.compile(r"(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d")
_FRAME = frozenset(
    ["nam", "giai", "doan", "tong", "so", "cong", "ca", "hai", "ba", "bon", "nhiem", "ky", "cac", "lai", "trong"]
)  # folded words that only say that years are taken together


def states_total(question: Question, found: Found) -> bool:
    """Whether the best sentence is of just these years together: by what it stands under, or by its own words, which
    must then have all that the question names."""
    if found.unmet or not found.chosen:
        return False
    best, period = found.chosen[0], (question.total[0], question.total[-1])
    around, own = about(best), find_years(best.text)
    if period in find_periods(around) and not own:
        return True
    if not own and find_periods(paragraph_before(best))[-1:] == [period]:
        return True  # "Giai đoạn 2029 - 2031 vẫn còn … Tỷ lệ … còn 23,6%."
    spanned, within = years_spanned(best.text), within_period(period, best)
    if spanned == len(question.total) and (not own or within):
        return True
    if not own and within and (spanned or years_spanned(paragraph_before(best))) == len(question.total) - 1:
        return True  # "Trong 5 năm, …", of a term that began in the course of one year and ended in that of another
    listed = len(question.total) > 2 and set(own) >= set(question.total)
    if period not in find_periods(best.text) and not listed:
        return False
    asked = {fold(word) for word in syllables(question.text) if word not in FUNCTION_WORDS and not word.isdigit()}
    wanted = asked - _FRAME - set(syllables(flat(around)))
    most = MOST_OF_PERIOD if period in find_periods(question.text) and not listed else MOST_LACKING
    return len(wanted - set(syllables(flat(best.text)))) <= most * len(wanted)


def of_its_year(part: Found) -> Found:
    """What was found for one year of several; unmet where it neither says nor stands under that year alone."""
    if not part.chosen:
        return part
    best = part.chosen[0]
    said = set(find_years(_PERIOD.sub(" ", f"{best.text} \n {about(best)}")))
    missing = [year for year in part.question.years if year not in said and not dated_in(best.hit.document, year)]
    return replace(part, unmet=(*part.unmet, *(Unmet("year", str(year)) for year in missing)))


def of_its_period(question: Question, found: Found) -> Found:
    """What was found for a period as a whole; unmet where it is of no more than a part of it."""
    if found.unmet or states_total(question, found):
        return found
    return replace(found, unmet=(Unmet("year", f"{question.total[0]}–{question.total[-1]}"),))


def insufficient(question: Question, lacking: Sequence[Found], answered: int, asked: int) -> str:
    """Why the parts that have an answer are none to the whole question; empty where they are, or where none has one.

    One of two figures does not tell which is higher, and what one year of a long period had is not of the period.
    """
    if not answered or asked == 1:
        return ""
    if asks_which_more(question.text) and answered < asked:
        unknown = "; ".join(f"“{found.question.text}”" for found in lacking)
        return f"Không đủ số liệu để so sánh. Không tìm thấy trong kho tài liệu: {unknown}"
    if answered == 1 and len(question.total) > LONG_PERIOD:
        return "Không tìm thấy trong kho tài liệu số liệu chung của cả thời gian được hỏi."
    return ""


def untotalled(question: Question) -> str:
    """What precedes the figures of single years."""
    years = question.total
    span = f"{years[0]}–{years[-1]}" if years == tuple(range(years[0], years[-1] + 1)) else ", ".join(map(str, years))
    what = "số tổng" if asks_sum(question.text) else "số liệu chung"
    return f"Kho tài liệu không nêu {what} của các năm {span}; số liệu từng năm như sau:"
