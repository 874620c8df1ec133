"""Of which place a figure is: what stands after a sentence in its passage is not what the sentence is about."""

from __future__ import annotations

import re

import regex

from assistant.evidence.contrast import uncompared
from assistant.evidence.counting import counts_asked
from assistant.evidence.naming import home_place
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import about, flat
from assistant.evidence.units import subject_of
from assistant.question.asking import asks_written
from assistant.question.places import find_provinces
from assistant.question.understand import Question
from vectorstore.text.normalise import one_line

_NAME = r"\p{Lu}\p{Ll}*(?:\s+\p{Lu}\p{Ll}*)+"
_AT = regex.compile(rf"\b(?i:tỉnh|thành phố|huyện|thị xã|quận|xã|phường|thị trấn|đặc khu)\s+(?P<name>{_NAME})")
# An ethnic group has a capital of its own: "người Mông", "đồng bào Thái".
_PEOPLE = regex.compile(
    r"\b(?:người|dân tộc|đồng bào)\s+(?!(?:Việt|Đảng|Anh|Pháp|Đức|Mỹ|Nga|Nhật|Úc)\b)(\p{Lu}\p{Ll}+)(?!\s+\p{Lu})(?!\w)"
)
_WHICH_UNIT = re.compile(r"\b(?:huyện|xã|phường|thị xã|quận|thị trấn|thôn|đơn vị|địa phương) nào\b")
_LANGUAGE = regex.compile(r"\b[Tt]iếng (\p{Lu}\p{Ll}+)")
_ALONE = regex.compile(
    rf"\b(?i:riêng)\s+(?:(?i:ở|tại)\s+)?(?i:tỉnh|thành phố|huyện|thị xã|quận|xã|phường)\s+(?P<name>{_NAME})"
)
SAYS = 3  # words that a clause has beside the place and its kind, where it says something of it
_WHOLE = re.compile(r"\b(?:ca nuoc|toan quoc)\b")


def placed_elsewhere(question: Question, evidence: Evidence) -> list[str]:
    """The places whose figure is asked for that neither the sentence nor what it stands under is of."""
    if question.expects != "number" or question.yes_no:
        return []
    sentence, document = flat(evidence.text), evidence.hit.document
    named = _places(question.text)
    places = [name for name in named if flat(name) not in sentence]
    which = asks_written(_WHICH_UNIT, question.asking)  # "huyện nào dẫn đầu" is told of a district
    if (
        not which
        and (subject := subject_of(evidence.text))
        and named
        and not any(flat(name) in flat(subject) for name in named)
    ):
        return [name for name in named if flat(name) not in sentence]
    if not places:
        return [name for name in named if _another_has_it(question, name, evidence.text)]
    if _WHOLE.search(flat(uncompared(evidence.text))) and not _WHOLE.search(flat(question.text)):
        return places
    chunk = evidence.hit.chunk
    first = chunk.sentences[0][0] if chunk.sentences else evidence.start
    before = flat(f"{about(evidence)} \n {document.text[first : evidence.start]}")
    return [name for name in places if flat(name) not in before and home_place(document) != flat(name)]


def _another_has_it(question: Question, name: str, sentence: str) -> bool:
    """Whether the clause on the place says something without the figure: "tỉnh A chưa khởi công, tỉnh B đạt 12%"."""
    line = re.sub(r"\s+", " ", sentence)
    for clause in line.split(";"):
        if flat(name) in flat(clause) and counts_asked(question, clause) < counts_asked(question, line):
            return any(flat(found["name"]) != flat(name) for found in _AT.finditer(line.replace(clause, " ")))
    starts = [found.start() for found in _AT.finditer(line)]
    own = [found.start() for found in _AT.finditer(line) if flat(found["name"]) == flat(name)]
    if len(own) != 1 or own == starts[:1] == starts:
        return False
    following = next((start for start in starts if start > own[0]), None)
    clause = line[own[0] : following].split(";")[0]
    rest = line[following:] if following else ""
    told = len(clause.split()) - len(name.split()) > SAYS
    return told and not re.search(r"\d", clause) and re.search(r"\d", rest) is not None


def other_people(question: Question, evidence: Evidence) -> list[str]:
    """The ethnic groups that are asked about and the sentence and its headings do not name."""
    asked = () if question.yes_no else dict.fromkeys(_PEOPLE.findall(question.text))
    if not asked:
        return []
    said = flat(f"{evidence.text} \n {about(evidence)}")
    called = r"\b(?:nguoi|dan toc|dong bao|tieng|hoc sinh|sinh vien|cong dan|phu nu|thanh nien|ho|em)"
    return [f"người {name}" for name in asked if not re.search(rf"{called}[^.;]*\b{re.escape(flat(name))}\b", said)]


def other_language(question: Question, sentence: str) -> list[str]:
    """The languages asked about where the sentence names only others: "chuyên mục tiếng Chăm" for "tiếng Raglai"."""
    asked, said = _LANGUAGE.findall(question.text), set(_LANGUAGE.findall(one_line(sentence)))
    return [f"tiếng {name}" for name in dict.fromkeys(asked) if said and name not in said]


def alone(question: Question, sentence: str) -> list[str]:
    """The place that it is asked "riêng huyện A" of, where the sentence does not name it."""
    return [one["name"] for one in _ALONE.finditer(question.text) if flat(one["name"]) not in flat(sentence)]


def _places(text: str) -> list[str]:
    named = [name for name, _, _ in find_provinces(text)]
    return list(dict.fromkeys([*named, *(found["name"] for found in _AT.finditer(text))]))
