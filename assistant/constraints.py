"""Hard constraints: what a question names and its evidence must therefore bear out.

A year, symbol, figure, name or office in the question that neither the cited sentence nor its document supports means
that the sentence speaks of something else, however similar it sounds.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Literal

from cachetools import LRUCache, cached

from assistant.answer_forms import (
    gives_wording,
    names_measure,
    names_mishap,
    names_tasked,
    puts_place,
    says_which_most,
    says_who_did,
    says_who_wrote,
    states_stock,
)
from assistant.answer_types import answers_type, counts_other, names_counted
from assistant.evidence import Evidence
from assistant.question.names import PERSON
from assistant.question.places import find_provinces
from assistant.question.provisions import Provision, provision_of
from assistant.question.roles import HEAD, Role, asked_role, holds_role
from assistant.question.understand import Question
from assistant.ranges import in_grade
from vectorstore.records import Document
from vectorstore.text.dates import find_dates, find_periods, find_years
from vectorstore.text.money import find_amounts
from vectorstore.text.normalise import fold
from vectorstore.text.syllable import is_syllable
from vectorstore.text.symbols import Symbol, find_symbols, symbols_match

Kind = Literal["year", "date", "symbol", "number", "name", "role", "provision", "kind", "predecessor"]
_TYPED = re.compile(
    r"\bai\b|\bbao nhieu\b|\bngay nao\b|\bnam nao\b|\bngay thang nam nao\b|\b(?:tinh|huyen|xa|phuong) nao\b"
)  # an answer must have one
_COMPARED = re.compile(r"\b(?:so voi|bang(?=\s+(?:\d|nam\b|cung ky)))\b[^.,;]*?\b(?:nam )?(?:19|20)\d\d\b")
_SEVERAL_YEARS = re.compile(r"\b(?:hai|ba|bon|2|3|4|02|03|04) nam (?:19|20)\d\d\s*(?:,|va|-|–|den)")
_OF_DAY = re.compile(r"\W*(?:ban hành\s+)?ngày\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:Điều \d|\d{1,2}[.-] |[IVX]+[.-] )", re.MULTILINE)
_EVENT = r"(?:hoi nghi|hoi thi|dai hoi|hoi thao|tong ket|bao cao)"
_MONEY = frozenset({"dong", "trieu", "ty", "nghin", "ngan"})  # one amount may be written in several of them
_FRAME = re.compile(
    r"\W*(?:trong\s+)?(?:nam|giai doan|nhiem ky)\s+(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?(?=\s*,|\s+[a-z])"
)
OFFICE_CHARS = 40  # between an office and the name of its holder
_SUMS_UP = re.compile(r"\btong ket (?:(?!trien khai|nhiem vu|thuc hien)[^,.;?\d\n]){0,60}?\bnam ((?:19|20)\d\d)\b")
LEAD_CHARS = 900  # of a report, in which it says what it reports on
_UNIT = r"(?:tinh|thanh pho|tp\.?|tinh uy|thanh uy)"


@dataclass(frozen=True)
class Unmet:
    """A constraint that the evidence does not bear out, as the question names it."""

    kind: Kind
    value: str


def unmet(question: Question, evidence: Evidence) -> list[Unmet]:
    """The constraints of the question that this sentence and its document leave unsupported."""
    document, chunk = evidence.hit.document, evidence.hit.chunk
    sentence, headings = evidence.text, about(evidence)
    found = [Unmet("year", str(year)) for year in question.years if not _year(question, year, sentence, evidence)]
    found += [
        Unmet("symbol", s.text) for s in question.symbols if not _symbol(question, s, sentence, headings, document)
    ]
    found += [Unmet("provision", str(p)) for p in question.provisions if not _at(p, evidence)]
    found += [Unmet("date", date_words(d)) for d in question.firm_dates if not _date(d, evidence)]
    # A person or place put for confirmation may be wrong, which is for the answer to say; a province is the frame.
    firm = [
        n
        for n in question.names
        if not question.confirm or (find_provinces(n) and not puts_place(question.statement, n))
    ]
    figures = [] if question.yes_no else [n for n in question.numbers if _large(n)]
    if firm or figures or question.ordinals:
        # Where a central document was signed is not what its figures are of.
        elsewhere = question.expects == "number" and document.level == "central"
        near = flat(f"{sentence} \n {about(evidence, placed=not elsewhere)} \n {chunk.text}")
        found += [Unmet("name", n) for n in firm if not _name(n, near, document)]
        ordinals = () if question.confirm else question.ordinals
        found += [Unmet("number", words) for words in ordinals if flat(words) not in near]
        found += [Unmet("number", n) for n in figures if n not in near and not in_grade(question, n, sentence)]
    if question.instead and question.expects in ("number", "date"):
        around = flat(f"{sentence} \n {headings} \n {chunk.text}")
        found += [Unmet("name", words) for words in question.instead if not _pair_of(words, around)]
    tabled = chunk.text if " | " in sentence else ""  # a row does not repeat what its table is of
    role: Role | None = asked_role(question.text) if question.expects == "person" else None
    if role and not holds_role(role, sentence, f"{headings} {chunk.text}"):
        found.append(Unmet("role", role.wording))
    if (
        not question.yes_no
        and " | " not in sentence
        and (
            not any(names_counted(question, text) for text in (sentence, headings, chunk.text))
            or counts_other(question, sentence)
        )
    ):
        found.append(Unmet("kind", "number"))
    if not question.yes_no and not states_stock(question.text, sentence):
        found.append(Unmet("kind", "number"))
    if not question.yes_no and not names_measure(question.text, f"{sentence} \n {headings} \n {tabled}"):
        found.append(Unmet("kind", "number"))
    around = f"{sentence} \n {headings} \n {chunk.text}"
    if not names_tasked(question.text, around):
        found.append(Unmet("name", "cơ quan được hỏi"))
    if question.expects == "number" and not names_mishap(question.text, around):
        found.append(Unmet("kind", "number"))
    if not question.confirm and (
        gives_wording(question.text, sentence) is False
        or not says_who_wrote(question.text, sentence)
        or not says_who_did(question.text, sentence)
        or not (says_which_most(question.text, sentence) or " | " in sentence)
    ):
        found.append(Unmet("kind", question.expects))
    placed = question.confirm and any(puts_place(question.statement, name) for name in question.names)
    if placed and not answers_type(question, sentence):
        found.append(Unmet("kind", "place"))
    if question.confirm and not _measured(question, sentence):
        found.append(Unmet("kind", "number"))
    typed = role or _TYPED.search(fold(question.text))  # "Chánh Thanh tra tỉnh tên là gì?" asks for a name too
    if typed and not question.yes_no and not answers_type(question, sentence):
        found.append(Unmet("kind", question.expects))
    return found


def _pair_of(words: str, text: str) -> bool:
    """Whether any two words that follow one another stand so in the folded text."""
    return any(re.search(rf"\b{one} {other}\b", text) for one, other in pairwise(flat(words).split()))


def _at(asked: Provision, evidence: Evidence) -> bool:
    """Whether the sentence stands in the provision asked about; a text that numbers none cannot tell."""
    there = place_of(evidence)
    return asked.covers(there) or (there == Provision() and not _NUMBERED.search(evidence.hit.document.text))


def _measured(question: Question, sentence: str) -> bool:
    """Whether the sentence gives a figure of what a statement put for confirmation gives one of."""
    said, there = flat(question.statement), flat(sentence)
    for number in question.numbers:
        following = re.search(rf"{re.escape(number)}\s*(%|\w+)", said)
        unit = following[1] if following else ""
        if unit in _MONEY and find_amounts(sentence):
            continue
        if unit.isalpha() and not re.search(rf"\d\s+(?:\w+\s+){{0,2}}?{re.escape(unit)}\b", there):
            return False
        if not re.search(r"\d", there):
            return False
    return True


def about(evidence: Evidence, placed: bool = True) -> str:
    """What the document and section say of every sentence in them; `placed`: also where it was signed."""
    document, chunk = evidence.hit.document, evidence.hit.chunk
    parts = (
        document.title,
        document.symbol,
        document.organ,
        document.place if placed else None,
        chunk.context,
        *chunk.section,
        chunk.locator,
    )
    return " \n ".join(part for part in parts if part)


def year_fit(question: Question, evidence: Evidence) -> float:
    """1 if the sentence speaks of a year asked about, -1 if only of others, -.5 if only compared with it, else 0."""
    named = find_years(evidence.text)
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
    return find_years(_COMPARED.sub("", fold(sentence)))


def _of_several_years(question: Question, sentence: str) -> bool:
    """Whether the sentence's figure is one of several years together, which is none of the one asked about."""
    if len(question.years) != 1:
        return False
    folded, year = fold(sentence), question.years[0]
    if _SEVERAL_YEARS.search(folded):
        return True
    covering = [period for period in find_periods(sentence) if period[0] <= year <= period[1]]
    alone = re.findall(rf"(?<![-–\d])(?<![-–]\s){year}(?!\s?[-–]\s?\d)", folded)
    return question.expects == "number" and bool(covering) and not alone


def _large(number: str) -> bool:
    return len(re.sub(r"\D", "", number)) >= 3


def _year(question: Question, year: int, sentence: str, evidence: Evidence) -> bool:
    """In the sentence or its section; else the document is of that year: by its period, or by its dates without one."""
    document, chunk = evidence.hit.document, evidence.hit.chunk
    if _of_several_years(question, sentence):
        return False
    above = find_years(" \n ".join(chunk.section))
    if _summed_up(question.text, year) and (said := _summed_up(sentence)) and year not in said:
        return False  # "tổng kết công tác năm 2017, triển khai nhiệm vụ năm 2018" is not of the meeting on 2018
    if year in own_years(sentence) or year in above or (not own_years(sentence) and year in _framed(evidence)):
        return True
    if _summed_up(question.text, year) and (of := _summed_up(f"{document.title}. {document.text[:LEAD_CHARS]}")):
        return year in of  # the meeting of January 2018 that sums up 2017 is not the one that sums up 2018
    if above and min(above) > year:
        return False  # "B. Phương hướng, nhiệm vụ năm 2024" in the report on 2023
    when = document.event_date
    if when and when.year == year and not own_years(sentence):
        return True
    named = re.search(rf"\b{_EVENT}\b(?:\s+\S+){{0,6}}?\s+{year}\b", fold(question.text))
    if named and document.issue_date is None and year in find_years(document.text[:LEAD_CHARS]):
        return True  # "hội nghị tổng kết năm 2017" was held in January 2018, as its report says at once
    if document.period and (covered := find_years(document.period)):
        return min(covered) <= year <= max(covered)
    if document.issue_date is None and year in find_years(document.title):
        return True  # the title of a dated document names the years of others: "sửa đổi … ngày 20 tháng 10 năm 2022"
    dates = (document.issue_date, document.event_date, document.published_date)
    return any(when is not None and when.year == year for when in dates)


def _framed(evidence: Evidence) -> set[int]:
    """The years that the sentence's paragraph begins with: "Giai đoạn 2016-2020, …" goes for what follows in it."""
    text = evidence.hit.document.text
    before = text[text.rfind("\n", 0, evidence.start) + 1 : evidence.start]
    frame = _FRAME.match(fold(before))
    if not frame:
        return set()
    first = before[: frame.end()]
    return {year for start, end in find_periods(first) for year in range(start, end + 1)} | set(find_years(first))


def _summed_up(text: str, year: int | None = None) -> set[int]:
    """The years that a text says are summed up: "hội nghị tổng kết công tác dân vận năm 2017"; only `year` if given."""
    years = {int(match[1]) for match in _SUMS_UP.finditer(fold(text))}
    return years if year is None else years & {year}


def place_of(evidence: Evidence) -> Provision:
    """The provision that the sentence stands in."""
    chunk, text = evidence.hit.chunk, evidence.hit.document.text
    sentences = [text[start:end] for start, end in chunk.sentences]
    return provision_of(chunk.locator, sentences, evidence.position)


def _date(asked: tuple[int, int, int | None], evidence: Evidence) -> bool:
    """In the passage, or a date of the document."""
    day, month, year = asked
    document = evidence.hit.document
    own = (document.issue_date, document.event_date, document.published_date)
    if any(when and (when.day, when.month) == (day, month) and year in (None, when.year) for when in own):
        return True
    mentions = find_dates(evidence.hit.chunk.text)
    return any((m.day, m.month) == (day, month) and (not year or m.year in (None, year)) for m in mentions)


def date_words(asked: tuple[int, int, int | None]) -> str:
    """The date as it is written: 22/11/2016."""
    return "/".join(str(part) for part in asked if part)


def dated_otherwise(question: Question, document: Document) -> bool:
    """Whether the question dates a symbol to another day than this document's: symbols are used again."""
    issued = document.issue_date
    if issued is None or len(question.symbols) != 1 or question.dates != question.firm_dates:
        return False
    after = question.text[question.symbols[0].end :]
    stated = [(d.day, d.month, d.year) for d in find_dates(after) if d.day and d.year]
    return bool(_OF_DAY.match(after)) and bool(stated) and stated[0] != (issued.day, issued.month, issued.year)


def _symbol(question: Question, symbol: Symbol, sentence: str, headings: str, document: Document) -> bool:
    own = "" if dated_otherwise(question, document) else document.symbol or ""
    texts = (sentence, headings if own else sentence, own)
    return any(symbols_match(symbol, found) for text in texts for found in find_symbols(text))


def _name(name: str, near: str, document: Document) -> bool:
    """In the passage or its headings; a province also where the whole local document is about it."""
    written = flat(name)
    if PERSON.fullmatch(name) and written not in near and by_office(written, near, document):
        return True
    if written in near or (_is_foreign(name) and re.search(rf"\b{re.escape(written.split()[-1])}\b", near)):
        return True  # texts repeat foreign persons by their last name
    return document.level != "central" and home_place(document) == written


def by_office(name: str, near: str, document: Document) -> bool:
    """Whether the passage speaks of a person by the office that the document names beside the name."""
    return any(office in near for office in _offices_of(name, document))


@cached(LRUCache(4096), key=lambda name, document: (name, document.content_hash or document.text), lock=Lock())
def _offices_of(name: str, document: Document) -> frozenset[str]:
    """The offices that stand just before a name, folded: "Thủ tướng Chính phủ Nguyễn Xuân Phúc"."""
    said = flat(document.text)
    offices = set()
    for match in re.finditer(rf"\b{re.escape(name)}\b", said):
        before = said[max(0, match.start() - OFFICE_CHARS) : match.start()]
        named = list(HEAD.finditer(before))
        if named and not re.search(r"[.;:\n]", before[named[-1].end() :]):
            offices.add(named[-1].group())
    return frozenset(offices)


def _is_foreign(name: str) -> bool:
    return PERSON.fullmatch(name) is None and not all(is_syllable(word) for word in name.split())


@cached(LRUCache(16384), key=lambda document: document.content_hash or document.text, lock=Lock())
def home_place(document: Document) -> str | None:
    """The province a document speaks of, folded: the one it names most after a word such as "tỉnh"."""
    text = document.text
    counts = Counter(fold(name) for name, _, _ in find_provinces(text))
    for match in re.finditer(rf"\b{_UNIT}\s+", fold(text)):
        written = text[match.end() : match.end() + 40].replace(",", " , ").split()[:2]
        if len(written) == 2 and all(word[0].isupper() for word in written):
            counts[" ".join(fold(word) for word in written)] += 1
    return counts.most_common(1)[0][0] if counts else None


def flat(text: str) -> str:
    """Folded, apostrophes unified, one space between words: so that line breaks and variants do not hide a name."""
    return re.sub(r"\s+", " ", fold(text).replace("’", "'"))


def names_person(text: str) -> bool:
    """Whether a person's name stands in `text`."""
    return PERSON.search(re.sub(r"\s+", " ", text)) is not None
