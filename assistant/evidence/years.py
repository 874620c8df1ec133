"""Which year a sentence speaks of: its own, that of what stands around it, or one it only compares with."""

from __future__ import annotations

import re

from assistant.evidence.answer_forms import wording_asked
from assistant.evidence.outline import introduces, parents
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import paragraph_before
from assistant.evidence.tables import head_of
from assistant.question.roles import asked_role
from assistant.question.understand import Question
from vectorstore.records import Document
from vectorstore.text.dates import find_periods, find_years
from vectorstore.text.normalise import fold

# Not folded: "Bảng 2: Kết quả năm 2023" compares nothing. "so với năm 2022 (11,26%)" says what that year had.
_COMPARED = re.compile(
    r"\b(?:so với|(?:cao|thấp|nhiều|ít|tốt|rõ rệt|kém)? hơn(?=\s+(?:so với )?(?:cùng kỳ )?năm\b)|"
    r"công bố (?:trong |vào )?(?=năm)|"
    r"bằng(?=\s+(?:\d|năm\b|cùng k[ỳì])))\b[^.,;]*?\b(?:năm )?(?:19|20)\d\d\b"
    r"(?!\s*\((?:là |đạt |chỉ |có )?\d)"
)
_COMPARED_AS_WRITTEN = re.compile(_COMPARED.pattern, re.IGNORECASE)
_SEVERAL_YEARS = re.compile(r"\b(?:hai|ba|bon|2|3|4|02|03|04) nam (?:19|20)\d\d\s*(?:,|va|-|–|den)")
_THING_OF_YEAR = re.compile(
    r"(?P<what>\b[A-ZĐ]{3,8}|\b(?!\w+\W+[A-ZĐ]{3,8}\W)\w+\W+\w+)\W+(?:trong )?(?i:năm|nam) (?P<year>(?:19|20)\d\d)\b"
)
_NUMERALS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "muoi": 10}
_SPANNED = re.compile(rf"\W*(?:trong|qua|sau) (\d{{1,2}}|{'|'.join(_NUMERALS)}) nam(?: qua| nay)?\b(?! (?:19|20)\d\d)")
_SUMMED = re.compile(  # "Tổng nguồn lực huy động trong 5 năm là …"
    rf"\W*tong\b[^.;,\d]{{3,60}}\b(?:trong|qua|sau) (\d{{1,2}}|{'|'.join(_NUMERALS)}) nam(?: qua)? (?:la|dat|duoc)\b"
)
_OVER_YEARS = re.compile(r"\W*(?:trong|qua) (?:[2-9]|0[2-9]|10|hai|ba|bon|nam|muoi) nam(?: qua| nay)?,")
EVENT = r"(?:hoi nghi|hoi thi|dai hoi|hoi thao|tong ket|bao cao)"
_FRAME = re.compile(
    r"\W*(?:(?:trien khai |ve |thuc hien )?(?:nhiem vu|phuong huong|cong tac)\s+)?(?:trong\s+)?(?:nam|"
    r"giai doan|nhiem ky)\s+(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?(?=\s*,|\s+[a-z])"
)
_REACHED = re.compile(r"\bnăm ((?:19|20)\d\d)(?: \w+){0,2}? (?:đạt|là|ước đạt|chiếm)\s+(?:\w+\s+)?\d")
_FROM_TO = re.compile(
    r"\btừ [^.;]{0,60}?\bnăm ((?:19|20)\d\d)\b[^.;]{0,40}?\b(?:lên|xuống|còn)\b[^.;]{0,60}?\bnăm ((?:19|20)\d\d)\b"
)
_DOCUMENT_OF = (  # "Nghị quyết của Tỉnh ủy Cà Mau năm 2017"
    r"\b(?:nghi quyet|chi thi|quyet dinh|ket luan|quy dinh|huong dan|thong tu|nghi dinh)(?: (?:so )?[\w/-]*\d[\w/-]*)?"
    r"(?: cua(?: \w+){1,8}?)? (?:thang \d{1,2}/|nam )"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_AHEAD = re.compile(
    r"\b(?:phan dau|nhiem vu|se|can|phai|tap trung|tiep tuc|tang cuong|muc tieu|chi tieu|ke hoach|du kien|"
    r"hoi nghi|dai bieu)\b"
)
_TERM = re.compile(r"(?i)\b(?:đại hội|hội đồng nhân dân|quốc hội)\b[^.;]{0,80}?\bnhiệm kỳ\s+\d{4}\s*[-–]\s*\d{4}")
_SUMS_UP = re.compile(
    r"\btong ket (?:(?!trien khai|nhiem vu|thuc hien)[^.;?\d\n]){0,70}?\bnam ((?:19|20)\d\d)\b|"
    r"\bnam ((?:19|20)\d\d) (?:da )?duoc tong ket\b"
)
PERIOD_CHARS = 2500  # before a sentence in which the period that it is of may be named
LEAD_CHARS = 900  # of a report, in which it says what it reports on


def year_fit(question: Question, evidence: Evidence) -> float:
    """1 if the sentence speaks of a year asked about, -1 if only of others, -.5 if only compared with it, else 0."""
    named = find_years(evidence.text)
    if question.years and all(_of_event(question, year, evidence) for year in question.years):
        return 0.0  # which meeting it is, the whole report says
    if not question.years or not named or not (own_years(evidence.text) or set(named) & set(question.years)):
        return 0.0  # "tăng 5,7% so với năm 2022" is of the year that its document is of
    if _of_several_years(question, evidence.text):
        return -1.0
    if named[0] in question.years:
        return 1.0
    if not set(named) & set(question.years):
        return -1.0
    return -0.5 if set(own_years(evidence.text)).isdisjoint(question.years) else 0.0


def own_years(sentence: str) -> list[int]:
    """The years that a sentence is about, without those that it only compares with."""
    return find_years(_COMPARED.sub("", sentence.lower()))


def of_year(question: Question, year: int, evidence: Evidence) -> bool:
    """Whether a sentence is of a year asked about.

    The year stands in the sentence or its section; else the document is of it, by its period or without one its dates.
    """
    sentence, document, chunk = evidence.text, evidence.hit.document, evidence.hit.chunk
    if _dates_symbol(question, year) and dated_in(document, year):
        return True  # "Nghị quyết 18-NQ/TU năm 2021" says which one is meant
    if not _of_event(question, year, evidence) and _of_several_years(question, sentence):
        return False
    if (worded := _worded_of(question.text, sentence)) and year not in worded:
        return _of_event(question, year, evidence)  # "phương châm năm 2022 nêu tại hội nghị tổng kết năm 2021"
    asked = [period for period in find_periods(question.text) if period[0] <= year <= period[1]]
    over = (
        years_spanned(sentence) if asked else 0
    )  # "Trong 5 năm, … 187; riêng năm 2022 có 41": the period is that of what precedes
    whole = [period for period in asked if not find_years(sentence) or over == period[1] - period[0] + 1]
    if any(within_period(period, evidence) for period in whole):
        return True
    told = question.expects == "number" or wording_asked(question.text) is not None
    if told and not question.symbols and (frame := _frame(sentence)) and year not in frame:
        return False  # "Năm 2021, khi …" is of no other year, whatever its report covers
    if question.expects == "number" and (reached := _reached_in(sentence)) and year not in own_years(sentence):
        return year in reached  # "doanh thu năm 2019 đạt 76 tỷ" in a report on the five years to 2020
    if question.expects == "number" and _of_other_year(question.text, sentence):
        return False
    if question.expects == "number" and (ends := _FROM_TO.search(sentence)) and str(year) not in ends.groups():
        return False  # "tăng từ 18.940 năm 2011 lên 32.615 năm 2015" tells nothing of 2013
    columns = [] if find_years(sentence) else _columns(evidence)
    if year in columns:
        return True
    if columns and question.years == (year,):
        return False
    above = find_years(" \n ".join(chunk.section))
    if _summed_up(question.text, year) and (said := _summed_up(sentence)) and year not in said:
        return False  # "tổng kết công tác năm 2017, triển khai nhiệm vụ năm 2018" is not of the meeting on 2018
    if _summed_up(question.text, year) and not _summed_up(sentence):
        of = _summed_up(f"{document.title}. {document.text[:LEAD_CHARS]}")
        if of and year not in of:
            return False  # what the meeting that sums up 2023 says of 2024 is not of the one that sums up 2024
    if year in own_years(sentence) or year in above or (not own_years(sentence) and year in _framed(evidence)):
        return True
    if not find_years(sentence) and year in _announced(evidence):
        return True
    if _summed_up(question.text, year) and (of := _summed_up(f"{document.title}. {document.text[:LEAD_CHARS]}")):
        return year in of  # the meeting of January 2018 that sums up 2017 is not the one that sums up 2018
    if above and min(above) > year:
        return False  # "B. Phương hướng, nhiệm vụ năm 2024" in the report on 2023
    when = document.event_date
    if when and when.year == year and not own_years(sentence):
        return not _figure_of_year_before(question, year, evidence)
    named = re.search(rf"\b{EVENT}\b(?:\s+\S+){{0,6}}?\s+(?:\d{{1,2}}/){{0,2}}{year}\b", fold(question.text))
    if named and document.issue_date is None and year in find_years(document.text[:LEAD_CHARS]):
        return True  # "hội nghị tổng kết năm 2017" was held in January 2018, as its report says at once
    if question.expects == "person" and asked_role(question.asking) and dated_in(document, year):
        return True  # who held an office when it was written
    if document.period and (covered := find_years(document.period)):
        return min(covered) <= year <= max(covered)
    if document.issue_date is None and year in find_years(document.title):
        return True  # the title of a dated document names the years of others: "sửa đổi … ngày 20 tháng 10 năm 2022"
    return dated_in(document, year)


def within_period(period: tuple[int, int], evidence: Evidence) -> bool:
    """Whether the period is the one that the document named last before the sentence."""
    before = evidence.hit.document.text[max(0, evidence.start - PERIOD_CHARS) : evidence.start]
    return find_periods(before)[-1:] == [period]


def years_spanned(sentence: str) -> int:
    """How many years a sentence says that its figures are of: 5 for "Trong 5 năm, …", 0 for none."""
    folded = fold(sentence)
    found = _SPANNED.match(folded) or _SUMMED.match(folded)
    return (int(found[1]) if found[1].isdigit() else _NUMERALS[found[1]]) if found else 0


def _dates_symbol(question: Question, year: int) -> bool:
    """Whether the year stands right after a symbol or the kind and organ of a document, and nowhere else."""
    if question.text.count(str(year)) == 1 and re.search(rf"{_DOCUMENT_OF}{year}\b", fold(question.text)):
        return True
    told = (re.match(rf"\s*,?\s*(?:năm|nam)\s+{year}\b", question.text[one.end :]) for one in question.symbols)
    return question.text.count(str(year)) == 1 and any(told)


def _figure_of_year_before(question: Question, year: int, evidence: Evidence) -> bool:
    """Whether a figure is asked for and the document of a meeting early in the year sums up the one before.

    What is still to be done is of the new year; so is what is told of the meeting.
    """
    document, sentence = evidence.hit.document, fold(evidence.text)
    if question.expects != "number" or re.search(rf"\b{EVENT}\b", fold(question.text)) or _AHEAD.search(sentence):
        return False
    of = _summed_up(f"{document.title}. {document.text[:LEAD_CHARS]}")
    return bool(of) and max(of) == year - 1


def _reached_in(sentence: str) -> set[int]:
    """The years of which a sentence says what was reached in them, where it names them with a figure."""
    compared = re.sub(r"\([^()]*\)", "", _COMPARED.sub("", sentence.lower()))
    return {int(year) for year in _REACHED.findall(compared)} if not find_periods(compared) else set()


def dated_in(document: Document, year: int) -> bool:
    """Whether the document was issued or published, or what it reports was held, in that year."""
    dates = (document.issue_date, document.event_date, document.published_date)
    return any(when is not None and when.year == year for when in dates)


def _of_other_year(question: str, sentence: str) -> bool:
    """Whether what the question names right before its year stands in the sentence before another: "PAR INDEX 2022"."""
    asked = {fold(one["what"]): one["year"] for one in _THING_OF_YEAR.finditer(question)}
    own = [(fold(one["what"]), one["year"]) for one in _THING_OF_YEAR.finditer(_COMPARED_AS_WRITTEN.sub("", sentence))]
    said = [(what, year) for what, year in own if what in asked]
    return bool(said) and all(year != asked[what] for what, year in said)


def of_the_year(document: Document, year: int) -> bool:
    """Whether a document is on that year or of it: by its period, its dates, its title or how it begins."""
    opening = f"{document.period or ''} \n {document.title} \n {document.text[:LEAD_CHARS]}"
    return dated_in(document, year) or year in find_years(opening)


def speaks_of(document: Document, year: int) -> bool:
    """Whether a document is of that year or names it anywhere."""
    return str(year) in document.text or of_the_year(document, year)


def _of_event(question: Question, year: int, evidence: Evidence) -> bool:
    """Whether the year only tells which meeting is meant, and the document at once says that it is of that one."""
    asked = fold(question.text)
    named = list(re.finditer(rf"\b{EVENT}\b[^,?;]{{0,90}}?\b{year}\b", asked))
    return (
        len(named) == 1 and asked.count(str(year)) == 1 and year in find_years(evidence.hit.document.text[:LEAD_CHARS])
    )


def _worded_of(question: str, sentence: str) -> list[int]:
    """The years that a theme or motto asked for is said to be of: "chủ đề năm 2026 là …" in a report on 2025."""
    what = wording_asked(question)
    said = fold(sentence)
    start = said.find(what) if what else -1
    if start < 0:
        return []
    end = re.compile(r"[:“\"”.;]|\b(?:la|duoc)\b").search(said, start)
    return find_years(sentence[start : end.start() if end else len(sentence)]) or find_years(sentence[:start])


def _of_several_years(question: Question, sentence: str) -> bool:
    """Whether the sentence's figure is one of several years together, which is none of the one asked about."""
    if len(question.years) != 1:
        return False
    folded, year = fold(sentence), question.years[0]
    if _SEVERAL_YEARS.search(folded):
        return True
    if question.expects == "number" and _OVER_YEARS.match(folded) and year not in find_years(sentence):
        return True
    # The term that a congress or council is of gives no total: "Đại hội … 03 cấp nhiệm kỳ 2023-2028".
    covering = [period for period in find_periods(_TERM.sub(" ", sentence)) if period[0] <= year <= period[1]]
    alone = re.findall(rf"(?<![-–\d])(?<![-–]\s){year}(?!\s?[-–]\s?\d)", folded)
    return question.expects == "number" and bool(covering) and not alone


def _framed(evidence: Evidence) -> set[int]:
    """The years that its paragraph, or a sentence before it there, begins with: "Giai đoạn 2016-2020, …" goes on."""
    before = _SENTENCE_END.split(paragraph_before(evidence))
    return next((frame for sentence in reversed(before) if (frame := _frame(sentence))), set())


def _columns(evidence: Evidence) -> list[int]:
    """The years that the head of its table has over a row's figures."""
    text = evidence.hit.document.text
    head = head_of(text, evidence.start)
    return find_years(text[slice(*head)].replace("|", ";")) if head else []


def _announced(evidence: Evidence) -> list[int]:
    """The years in the nearest line above an item that names any: "2. Phấn đấu đến năm 2025:"."""
    text = evidence.hit.document.text
    named = (own_years(text[start:end]) for start, end in parents(text, evidence.start) if introduces(text[start:end]))
    return next((years for years in named if years), [])


def _frame(text: str) -> set[int]:
    """The years that a text begins with: "Năm 2021, …"."""
    said = fold(text)
    reported = said.find(": ") + 2 if ": " in said else 0  # "… trình bày nêu rõ: nhiệm kỳ 2018 - 2023, …"
    frame = _FRAME.match(said) or _FRAME.match(said, reported)
    if not frame:
        return set()
    first = text[frame.start() : frame.end()]
    return {year for start, end in find_periods(first) for year in range(start, end + 1)} | set(find_years(first))


def _summed_up(text: str, year: int | None = None) -> set[int]:
    """The years that a text says are summed up: "hội nghị tổng kết công tác dân vận năm 2017"; only `year` if given."""
    years = {int(match[1] or match[2]) for match in _SUMS_UP.finditer(fold(text))}
    return years if year is None else years & {year}
