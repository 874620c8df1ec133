"""A side of a document that has a section of its own: "Bài học kinh nghiệm …", "Kiến nghị …", "Quan điểm chỉ đạo …".

The sentences under such a heading share few words with the question; heading and title of the document share them all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.answering import listing
from assistant.evidence.constraints import unmet
from assistant.evidence.sentences import Evidence
from assistant.evidence.terms import Terms, coverage
from assistant.question.topic import CARRIED_OVER
from assistant.question.understand import Question
from vectorstore.records import Chunk, Document
from vectorstore.text.normalise import fold

MOST_SENTENCES, NEAREST = 14, 3  # given; documents looked at
ABOUT_IT = 0.6  # least share of the question in the document's title and the heading
ON_TOPIC = 0.5  # the same of what the lessons are of, in its title, opening and the sentence that announces them
OPENING = 1500  # characters that say what a report is on
LONGEST_HEADING = 9  # words
_ASPECT = (
    r"(?P<aspect>bai hoc(?: kinh nghiem)?|kien nghi|de xuat|phuong huong|quan diem|nguyen tac|doi tuong ap dung|"
    r"pham vi dieu chinh|pham vi ap dung|muc dich|dinh huong)"
)
_ASKED = re.compile(
    rf"^\W*(?:(?:cho biet|hay|neu|xin|trinh bay|liet ke) )*(?:cac |nhung |mot so )?{_ASPECT}\b"
    r"(?:(?: \w+){0,2} (?:gi|nao)\b|.*\b(?:la|gom|co)(?: nhung| cac)? (?:gi|noi dung nao|nhung gi)\W*$)"
    r"(?!.*\bbao nhieu\b)"
)
# "Tỉnh đúc rút những kinh nghiệm gì?", told by "Từ đó rút ra 3 bài học: …" where no heading says so.
_LESSONS_ASKED = re.compile(
    r"\b(?P<aspect>bai hoc(?: kinh nghiem)?|kinh nghiem)\b(?=[^?]*\b(?:gi|nao)\b)(?=[^?]*\b(?:rut|duc|hoc)\b)|"
    r"\b(?:rut ra|duc rut|duc ket)\b[^?]{0,40}\b(?:bai hoc|kinh nghiem)\b(?=[^?]*\b(?:gi|nao)\b)"
)
_LESSONS_TOLD = re.compile(
    r"\b(?:rut ra|duc rut|duc ket)\b[^:.;]{0,60}\b(?:bai hoc|kinh nghiem)\b[^:.;]{0,40}(?::|\bla\b)|"
    r"\b(?:bai hoc|kinh nghiem)\b[^:.;]{0,60}(?:(?:\brut ra|\bduc rut|\bduc ket)\b[^:.;]{0,40}(?::|\bla\b)|:)"
)
# What only asks for lessons, and says not of what.
_LESSON_WORDS = frozenset(
    ["bai", "hoc", "kinh", "nghiem", "rut", "ra", "duc", "ket", "nhung", "sau", "tu", "qua", "may", "ma", "nganh",
     "mot", "hai", "ba", "bon"]
)  # fmt: skip
_MARK = re.compile(
    r"\W*(?:(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[ivx]+)[.):]\s*|(?:dieu|phan|chuong) [\divx]+[.:]?\s*)?"
    r"(?:mot so |cac |nhung |ve )?"
)
_FRAME = frozenset({"year", "date", "symbol", "name"})


def find(
    question: Question, ranked: Sequence[Evidence], chunks: Callable[[Document], Sequence[Chunk]], terms: Terms
) -> tuple[Evidence, ...]:
    """All that stands under the one heading of that name, in the first document that has one; empty where none does."""
    text = fold(CARRIED_OVER.sub("", question.text))
    asked, lessons = _ASKED.match(text), _LESSONS_ASKED.search(text)
    if not (asked or lessons) or question.expects not in ("text", "list"):
        return ()
    nearest = {one.hit.document.document_id: one for one in reversed(ranked)}
    for key in list(dict.fromkeys(one.hit.document.document_id for one in ranked))[:NEAREST]:
        one = nearest[key]
        own = chunks(one.hit.document)
        if lessons and (told := _lessons(question, listing.sentences(one, own), terms)):
            return told
        aspect = asked["aspect"] if asked else lessons["aspect"] if lessons else None
        headings = {c.section for c in own if aspect and c.section and _is_of(aspect, c.section[-1])}
        if len(headings) != 1:
            continue
        section = headings.pop()
        if coverage(terms.unigrams, terms.read(f"{one.hit.document.title} \n {section[-1]}")) < ABOUT_IT:
            continue
        found = [sentence for sentence in listing.sentences(one, own) if sentence.hit.chunk.section == section]
        found = [sentence for sentence in found if sentence.text.strip() not in section][:MOST_SENTENCES]
        if found and _FRAME.isdisjoint(problem.kind for problem in unmet(question, found[0])):
            return tuple(found)
    return ()


def _lessons(question: Question, sentences: Iterable[Evidence], terms: Terms) -> tuple[Evidence, ...]:
    """The sentence that announces the lessons drawn, with the rest of its paragraph, in a document on what is asked."""
    own = list(sentences)
    start = next((place for place, one in enumerate(own) if _LESSONS_TOLD.search(fold(one.text))), None)
    if start is None:
        return ()
    first, document = own[start], own[start].hit.document
    about = f"{document.title} \n {document.text[:OPENING]} \n {first.text}"
    topic = {word: weight for word, weight in terms.unigrams.items() if fold(word) not in _LESSON_WORDS}
    if coverage(topic, terms.read(about)) < ON_TOPIC:
        return ()
    if not _FRAME.isdisjoint(problem.kind for problem in unmet(question, first)):
        return ()
    ends = document.text.find("\n", first.end)
    return tuple(one for one in own[start:] if ends < 0 or one.start < ends)[:MOST_SENTENCES]


def _is_of(aspect: str, heading: str) -> bool:
    said = fold(heading)
    mark = _MARK.match(said)
    return len(said.split()) <= LONGEST_HEADING and said.startswith(aspect, mark.end() if mark else 0)
