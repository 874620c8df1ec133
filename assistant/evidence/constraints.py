"""Hard constraints: what a question names and its evidence must therefore bear out.

A year, symbol, figure, name or office in the question that neither the cited sentence nor its document supports means
that the sentence speaks of something else, however similar it sounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.evidence.acts import names_stage, same_month, same_part_of_year, tells_when
from assistant.evidence.answer_forms import (
    asks_reason,
    gives_symbol,
    gives_wording,
    names_mishap,
    names_tasked,
    only_lists_persons,
    other_speaker,
    puts_place,
    reports_speech,
    says_who_did,
    says_who_wrote,
    says_why,
)
from assistant.evidence.answer_types import answers_type
from assistant.evidence.attributes import names_attribute
from assistant.evidence.counting import counts_other, counts_whole, names_counted, only_shares
from assistant.evidence.designations import (
    asks_numbered,
    dates_symbol,
    of_other_award,
    of_other_level,
    of_other_place,
    other_body,
    other_number,
    other_subject,
)
from assistant.evidence.document_meant import carried_out, names_symbol, only_cited
from assistant.evidence.measures import (
    gives_percent,
    names_due,
    names_measure,
    names_price,
    names_rate_of,
    same_rate,
    states_stock,
)
from assistant.evidence.naming import is_named
from assistant.evidence.placed import alone, other_language, other_people, placed_elsewhere
from assistant.evidence.ranges import in_grade, provides_for_others
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.evidence.surroundings import (
    about,
    asked_before,
    asks_itself,
    flat,
    paragraph_before,
    place_of,
    sentence_before,
)
from assistant.evidence.tables import TABLE_CHARS, figure_in_row, is_head, is_row
from assistant.evidence.where_and_when import in_force_itself, says_where, tells_of_meeting
from assistant.evidence.which import names_members, names_one_of, names_unit, says_which, says_which_most
from assistant.evidence.years import EVENT, LEAD_CHARS, dated_in, of_year
from assistant.question.asking import asking_folded
from assistant.question.names import PERSON, find_names
from assistant.question.places import find_provinces
from assistant.question.provisions import Provision
from assistant.question.roles import Role, asked_role, holds_role
from assistant.question.understand import Question
from vectorstore.records import Document
from vectorstore.text.dates import find_dates
from vectorstore.text.money import find_amounts

Kind = Literal["year", "date", "symbol", "number", "name", "role", "provision", "kind", "predecessor"]
_TYPED = re.compile(
    r"\bai\b|\bbao nhieu\b|\bngay nao\b|\bnam nao\b|\bngay thang nam nao\b|\b(?:tinh|huyen|xa|phuong) nao\b|"
    r"\bten (?:la|cua ai)\b|\bho ten\b|\b(?:dong chi|ong|ba|lanh dao) nao\b"
)  # an answer must have one
_HOW_MANY = re.compile(  # tasks and levels may be numbered instead: "Một là, …"
    r"\bmay (?:uy vien|nguoi|thanh vien|dai bieu|can bo|dong chi|tap the|ca nhan|ho|xa|huyen|tinh|mo hinh|lop|"
    r"cuoc|van ban)\b"
)
# "đầu cầu Kon Tum ai chủ trì?" is not told by who chaired the whole conference.
_LINKED = re.compile(r"\b(?:diem|dau) cau (?:tinh |thanh pho |tai |o )?$")
_TYPE = FEATURES.index("type")
_NUMBERED = re.compile(r"^\s*(?:Điều \d|\d{1,2}[.-] |[IVX]+[.-] )", re.MULTILINE)
MOST_BEFORE = 2000  # characters of a paragraph
_CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")  # the line on when a page was put up
_MONEY = frozenset({"dong", "trieu", "ty", "nghin", "ngan"})  # one amount may be written in several of them


@dataclass(frozen=True)
class Unmet:
    """A constraint that the evidence does not bear out, as the question names it."""

    kind: Kind
    value: str


def unmet(question: Question, evidence: Evidence) -> list[Unmet]:
    """The constraints of the question that this sentence and its document leave unsupported."""
    return [
        *_unmet_frame(question, evidence),
        *_unmet_particulars(question, evidence),
        *_unmet_kind(question, evidence),
    ]


def _unmet_frame(question: Question, evidence: Evidence) -> list[Unmet]:
    """Years, symbols, provisions and dates: where and of when the sentence must be."""
    sentence, headings, document = evidence.text, about(evidence), evidence.hit.document
    put = question.firm_years != question.years  # another period is put for confirmation: the sentence may name its own
    found = [
        Unmet("year", str(year))
        for year in question.firm_years
        if not (of_year(question, year, evidence) or (put and dated_in(document, year)))
    ]
    found += [
        Unmet("symbol", s.text)
        for s in question.symbols
        if not (names_symbol(question, s, sentence, headings, document) or carried_out(question, s, document))
    ]
    cited = bool(question.provisions) and only_cited(question, document)
    found += [Unmet("provision", str(p)) for p in question.provisions if cited or not _at(p, evidence)]
    found += [Unmet("date", _date_words(d)) for d in question.firm_dates if not _date(d, evidence)]
    if not dates_symbol(question, sentence, document.symbol or ""):
        found.append(Unmet("kind", "date"))
    if not same_month(question.text, sentence) or not same_part_of_year(
        question.text, sentence, headings, document.title, document.text[:LEAD_CHARS]
    ):
        found.append(Unmet("kind", "date"))
    return found


def _unmet_particulars(question: Question, evidence: Evidence) -> list[Unmet]:
    """Names, figures and words that must stand in the sentence or around it."""
    document, chunk, sentence, found = evidence.hit.document, evidence.hit.chunk, evidence.text, list[Unmet]()
    # A person or place put for confirmation may be wrong, which is for the answer to say; a province is the frame.
    firm = [
        n
        for n in question.names
        if not question.confirm or (find_provinces(n) and not puts_place(question.statement, n))
    ]
    firm = [
        n for n in firm if not (_between_places(question, n, document) or _where_it_was_held(question, n, document))
    ]
    figures = [] if question.yes_no else [n for n in question.numbers if is_large(n)]
    if firm or figures or question.ordinals:
        # Where a central document was signed is not what its figures are of.
        elsewhere = question.expects == "number" and document.level == "central"
        near = flat(f"{sentence} \n {about(evidence, placed=not elsewhere)} \n {chunk.text}")
        persons = {n for n in firm if PERSON.fullmatch(n) and not find_provinces(n)}  # "Hà Nội" is nobody
        told = (
            flat(f"{paragraph_before(evidence)} \n {_last_named(evidence)}") if persons else ""
        )  # who speaks is named first
        # An index is measured where it is named: "GRDP", "PCI" elsewhere in the passage is another figure's.
        measured = {n for n in firm if n.isupper() and question.expects == "number" and not is_row(sentence)}
        own = flat(f"{about(evidence)} \n {paragraph_before(evidence)} \n {sentence}") if measured else ""
        found += [
            Unmet("name", n)
            for n in firm
            if not is_named(n, own if n in measured else f"{told} {near}" if n in persons else near, document)
        ]
        ordinals = () if question.confirm else question.ordinals
        found += [Unmet("number", words) for words in ordinals if not re.search(rf"\b{_ordinal(words)}\b", near)]
        found += [Unmet("number", n) for n in figures if n not in near and not in_grade(question, n, sentence)]
    found += [Unmet("name", n) for n in firm if _linked(question, n) and flat(n) not in flat(sentence)]
    found += [Unmet("number", figure) for figure in provides_for_others(question, sentence)]
    found += [Unmet("name", n) for n in firm if PERSON.fullmatch(n) and other_speaker(question.asking, n, sentence)]
    found += [
        Unmet("name", name)
        for name in (
            *placed_elsewhere(question, evidence),
            *other_people(question, evidence),
            *other_language(question, sentence),
            *alone(question, sentence),
        )
    ]
    if question.instead and question.expects in ("number", "date"):
        around = flat(_around(evidence))
        found += [Unmet("name", words) for words in question.instead if not _pair_of(words, around)]
    return found


def _unmet_kind(question: Question, evidence: Evidence) -> list[Unmet]:
    """The office, and what is counted, measured or told: each under the name that the question gives it."""
    sentence, headings, passage = evidence.text, about(evidence), evidence.hit.chunk.text
    around, row = _around(evidence), is_row(sentence)
    role: Role | None = asked_role(question.asking) if question.expects == "person" else None
    found = list[Unmet]()
    if role and not _names_holder(role, sentence, f"{headings} {passage}", question):
        found.append(Unmet("role", role.wording))
    if not question.confirm and asks_numbered(question.text):
        before = passage if row else paragraph_before(evidence)
        if other_number(question.text, sentence, f"{headings} \n {before}"):
            found.append(Unmet("kind", question.expects))
    if of_other_level(question, sentence) or (question.expects == "number" and counts_whole(question, sentence)):
        found.append(Unmet("kind", "number"))
    if not question.confirm and of_other_award(question, sentence):
        found.append(Unmet("kind", question.expects))
    if not row and (
        other_subject(question, sentence) or (not question.confirm and other_body(question.asking, sentence))
    ):
        found.append(Unmet("kind", "number"))
    if not question.yes_no:
        start, text = evidence.start, evidence.hit.document.text
        above = text[max(0, start - TABLE_CHARS) : start] if row else ""  # what a table is of is said before it
        counted = any(names_counted(question, text) for text in (sentence, headings, passage, above))
        if question.expects == "number" and (
            not counted or (not row and (counts_other(question, sentence) or only_shares(question, sentence)))
        ):
            found.append(Unmet("kind", "number"))
        if (
            not states_stock(question.asking, sentence)
            or not same_rate(question.asking, sentence)
            or not (row or (names_price(question.asking, sentence) and gives_percent(question.asking, sentence)))
        ):
            found.append(Unmet("kind", "number"))
        tabled = passage if row else ""  # a row does not repeat what its table is of
        told = f"{sentence} \n {headings} \n {tabled}"
        if not names_measure(question.asking, told) or (
            question.expects == "number"
            and not (
                names_due(question.asking, told)
                and names_rate_of(question.asking, sentence, f"{told} {sentence_before(evidence)}")
            )
        ):
            found.append(Unmet("kind", "number"))
    if not names_tasked(question.asking, around):
        found.append(Unmet("name", "cơ quan được hỏi"))
    heads = row and is_head(evidence.hit.document.text, evidence.start)
    if question.expects == "number" and (heads or not names_mishap(question.asking, around)):
        found.append(Unmet("kind", "number"))
    return [*found, *_unmet_form(question, evidence, role)]


def _names_holder(role: Role, sentence: str, around: str, question: Question) -> bool:
    """Whether the sentence names the office; of a list of persons, where it names somebody as well."""
    persons = [part for part in sentence.split(";") if PERSON.search(part) or find_names(part)]
    parts = persons if ";" in sentence and persons else [sentence]
    return any(
        holds_role(role, part, around) and not of_other_place(question.names, question.asking, part, role.head)
        for part in parts
    )


def _unmet_form(question: Question, evidence: Evidence, role: Role | None) -> list[Unmet]:
    """The form that the answer must take: a wording, a doer, a place, a figure, a name."""
    sentence, found = evidence.text, list[Unmet]()
    if not question.confirm and (
        not names_attribute(question.asking, sentence)
        or gives_wording(question.asking, sentence) is False
        or (question.expects != "person" and only_lists_persons(question.asking, sentence))
        or not tells_when(question, sentence)
        or not tells_of_meeting(question.asking, sentence)
        or gives_symbol(question.asking, sentence) is False
        or not says_who_wrote(question.asking, sentence)
        or not in_force_itself(question.text, sentence, about(evidence))
        or not (question.expects == "place" or names_unit(question.asking, sentence))
        or not says_who_did(question.asking, sentence)
        or not says_where(question.asking, sentence)
        or not names_one_of(question.asking, sentence)
        or not says_which(question.asking, sentence)
        or not names_members(question.asking, sentence)
        or not names_stage(question.asking, sentence)
        or not (says_why(question.asking, sentence) or asks_reason(asked_before(evidence)))
        or asks_itself(sentence)
        or not (
            reports_speech(question.asking, sentence)
            or reports_speech(question.asking, paragraph_before(evidence)) in (None, True)
        )
        or not (says_which_most(question.asking, sentence) or (is_row(sentence) and not _CLOCK.search(sentence)))
    ):
        found.append(Unmet("kind", question.expects))
    placed = question.confirm and any(puts_place(question.statement, name) for name in question.names)
    if placed and not answers_type(question, sentence):
        found.append(Unmet("kind", "place"))
    tabled = figure_in_row(question, evidence.hit.document.text, evidence.start, evidence.end)
    if question.confirm and not (tabled or _measured(question, sentence)):
        found.append(Unmet("kind", "number"))
    folded = asking_folded(question.asking)
    typed = role or _TYPED.search(folded) or (question.expects == "number" and _HOW_MANY.search(folded))
    if (
        typed
        and not question.yes_no
        and not evidence.features[_TYPE]
        and not figure_in_row(question, evidence.hit.document.text, evidence.start, evidence.end)
    ):
        found.append(Unmet("kind", question.expects))
    return found


def _around(evidence: Evidence) -> str:
    return f"{evidence.text} \n {about(evidence)} \n {evidence.hit.chunk.text}"


def _between_places(question: Question, name: str, document: Document) -> bool:
    """Whether the name is one end of a way or project, "cao tốc Bắc Giang - Lạng Sơn", which the document speaks of."""
    pairs = re.findall(rf"(?:{re.escape(name)}\s[-–]\s\w+ \w+|\w+ \w+\s[-–]\s{re.escape(name)})\b", question.text)
    return any(re.sub(r"\W+", " ", flat(pair)) in re.sub(r"\W+", " ", flat(document.text)) for pair in pairs)


def _where_it_was_held(question: Question, name: str, document: Document) -> bool:
    """Whether the name is where the meeting was that is asked about, as the document says at once."""
    held = rf"\b{EVENT}\b[^,?;]{{0,60}}?\b(?:o|tai) (?:thanh pho |tp\.? ?|tinh )?{re.escape(flat(name))}\b"
    return re.search(held, flat(question.text)) is not None and flat(name) in flat(document.text[:LEAD_CHARS])


def _ordinal(words: str) -> str:
    """ "phiên thứ tư" is also "phiên họp thứ tư"."""
    said = flat(words)
    return said[said.find("thu ") :] if " thu " in said and not said.startswith("lan ") else said


def _linked(question: Question, name: str) -> bool:
    asked = flat(question.text)
    return question.expects in ("person", "number") and bool(_LINKED.search(asked[: max(0, asked.find(flat(name)))]))


def _pair_of(words: str, text: str) -> bool:
    """Whether any two words that follow one another stand so in the folded text."""
    return any(re.search(rf"\b{one}\W+{other}\b", text) for one, other in pairwise(flat(words).split()))


def _last_named(evidence: Evidence) -> str:
    """The person whom the document named last before the sentence: what follows may still be their words."""
    before = evidence.hit.document.text[max(0, evidence.start - MOST_BEFORE) : evidence.start]
    named = (match.group() for match in reversed(list(PERSON.finditer(before))))
    return next((name for name in named if not find_provinces(name)), "")


def _at(asked: Provision, evidence: Evidence) -> bool:
    """Whether the sentence stands in the provision asked about; a text that numbers none cannot tell."""
    there = place_of(evidence)
    return asked.covers(there) or (there == Provision() and not _NUMBERED.search(evidence.hit.document.text))


def _measured(question: Question, sentence: str) -> bool:
    """Whether the sentence gives a figure of what a statement put for confirmation gives one of."""
    said, there = flat(question.statement), flat(sentence)
    for number in question.numbers:
        # of "6 nhóm nhiệm vụ" it is the tasks
        following = re.search(rf"(?<![\d.,]){re.escape(number)}\s*(?:nhom (?=[a-z]))?(%|\w+)", said)
        unit = "%" if number.endswith("%") else following[1] if following else ""
        if unit in _MONEY and find_amounts(sentence):
            continue
        if unit.isalpha() and not re.search(rf"\d\s+(?:\w+\s+){{0,2}}?{re.escape(unit)}\b", there):
            return False
        if unit == "%" and not re.search(r"\d\s*%|\bphan tram\b", there):
            return False
        if not re.search(r"\d", there):
            return False
    return True


def is_large(number: str) -> bool:
    """Three digits or more: no chance that another figure has them."""
    return len(re.sub(r"\D", "", number)) >= 3


def _date(asked: tuple[int, int, int | None], evidence: Evidence) -> bool:
    """In the passage, or a date of the document."""
    day, month, year = asked
    document = evidence.hit.document
    own = (document.issue_date, document.event_date, document.published_date)
    if any(when and (when.day, when.month) == (day, month) and year in (None, when.year) for when in own):
        return True
    mentions = find_dates(evidence.hit.chunk.text)
    return any((m.day, m.month) == (day, month) and (not year or m.year in (None, year)) for m in mentions)


def _date_words(asked: tuple[int, int, int | None]) -> str:
    """The date as it is written: 22/11/2016."""
    return "/".join(str(part) for part in asked if part)
