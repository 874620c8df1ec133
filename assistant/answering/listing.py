"""Whole lists: the items that a lead-in announces, taken from the document, however many passages they run over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.evidence import tables
from assistant.evidence.outline import PLAIN, belongs, introduces, level, parents, title_end
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.evidence.terms import Terms, coverage
from assistant.question.asking import asking_folded
from assistant.question.understand import Question
from vectorstore.records import Chunk, Hit
from vectorstore.text.normalise import fold

MOST_ITEMS = 40
MOST_CHARS = 6000  # of a list that is given; what is longer is better read in the document
MOST_QUOTED = 700  # characters given of a quotation after its first sentence
MOST_SECTION = 1800  # characters given of what stands under a heading
LONGEST_HEADING = 200  # characters
MOST_PLAIN = 12  # items that carry no mark
POINT = 4  # level of "a)" and deeper
LONGEST_PARENT = 400  # characters
ARTICLE = 1  # level of "Điều 9. …", whose title announces its clauses
ENTITLED = 0.6  # least share of the question in such a title
ANNOUNCED = 0.4  # least share of the question in a lead-in, for an item below it to stand for the whole list
_LISTED = re.compile(r"\b(?:nhung ai|nhung gi|gom|nhung|cac|liet ke|neu ro|may)\b")
_BETWEEN = ' \n\t-–+•*;."”'
ENDED = ".;!?"
_PLURAL = re.compile(r"\b(?:cac|nhung)\b.*\bnao\b")
_QUOTED = re.compile(r"[“\"”]")
_KINDS = re.compile(r"\b(?:nhung|cac)\s+((?:\w+\s+){0,2}\w+)\s+(?:nao|gi)\b")
_TYPED = ("number", "date", "person")


def asks_for_list(question: Question) -> bool:
    """Whether more than one thing is asked for."""
    return question.expects == "list" or bool(_LISTED.search(asking_folded(question.text)))


def lead_in(
    question: Question, best: Evidence, chunks: Sequence[Chunk], terms: Terms, least: float = 0.0
) -> Evidence | None:
    """The line that announces the list which `best` is an item of, where the question asks for the list.

    `least`: share of the question that the line itself must have.
    """
    if not asks_for_list(question) or (question.expects in _TYPED and not _PLURAL.search(fold(question.text))):
        return None
    text = best.hit.document.text
    above = parents(text, best.start)
    if not above:
        return None
    start, end = above[0]
    announced = introduces(text[start:end])
    if not announced and level(text[start:end]) != ARTICLE:
        return None
    end = end if announced else title_end(text, end)
    said = terms.read(f"{best.hit.chunk.context} \n {text[start:end]}" if announced else text[start:end])
    if coverage(terms.unigrams, said) < (ANNOUNCED if announced else ENTITLED):
        return None
    if least and coverage(terms.unigrams, terms.read(text[start:end])) < least:
        return None
    return _at(best, chunks, start, end) or replace(best, start=start, end=end)


def parent(item: Evidence, chunks: Sequence[Chunk]) -> Evidence | None:
    """The short line that an item below numbered level makes no sense without: "2. Cấp huyện:" above "a) … đồng"."""
    text = item.hit.document.text
    above = parents(text, item.start) if level(item.text) >= POINT and level(item.text) != PLAIN else ()
    if not above or not introduces(text[slice(*above[0])]) or above[0][1] - above[0][0] > LONGEST_PARENT:
        return None
    return _at(item, chunks, *above[0])


def above_row(row: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """What announces the table that a row is of, and the head of its columns, where it has one."""
    spans = tables.above_row(row.hit.document.text, row.start)
    return [one for span in reversed(spans) if (one := _at(row, chunks, *span))]


def _at(near: Evidence, chunks: Sequence[Chunk], start: int, end: int) -> Evidence | None:
    """The sentence in which the line from `start` to `end` ends."""
    return next((e for e in sentences(near, chunks) if e.start < end <= e.end), None)


def items(question: Question, lead: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The sentences of the list that `lead` introduces, in order; none where it introduces none."""
    text = lead.hit.document.text
    if not introduces(lead.text) and level(lead.text) != ARTICLE:
        return []
    found: list[Evidence] = []
    end = lead.end
    for sentence in sentences(lead, chunks):
        if sentence.start < end:
            continue
        between = text[end : sentence.start]  # blank, a mark, or page furniture that belongs to no passage
        if found and not _continues(lead, found, sentence, "\n" in between):
            break
        found.append(sentence)
        end = sentence.end
        if len(found) >= (MOST_PLAIN if level(found[0].text) == PLAIN else MOST_ITEMS) or end - lead.end > MOST_CHARS:
            break
    return found


def alike(question: Question, item: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The items beside one that begin with what is asked for: "những đội hình nào?" and "1. Đội hình …", "2. Đội …"."""
    asked = _KINDS.search(fold(question.text))
    if question.expects != "list" or not asked or level(item.text) == PLAIN:
        return []
    begins = re.compile(rf"\W*(?:\d{{1,2}}|[a-zđ])[.)]\s*{asked[1]}\b")
    found = [
        sentence
        for sentence in sentences(item, chunks)
        if sentence.hit.chunk.section == item.hit.chunk.section
        and level(sentence.text) == level(item.text)
        and begins.match(fold(sentence.text))
    ]
    return found[:MOST_ITEMS] if item.key in {one.key for one in found} and len(found) > 1 else []


def section(question: Question, heading: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """What stands under a heading, where more than a name is asked for: a heading alone names what it does not say.

    One with a quotation does: "… với chủ đề “…”".
    """
    told = question.expects == "text" and not _QUOTED.search(heading.text)
    if not (asks_for_list(question) or told) or not _is_heading(heading):
        return []
    found: list[Evidence] = []
    end = heading.end
    for sentence in sentences(heading, chunks):
        if sentence.start < end:
            continue
        chunk, first = sentence.hit.chunk, found[0].hit.chunk if found else None
        if _is_heading(sentence) or (first and (chunk.section, chunk.kind) != (first.section, first.kind)):
            break
        found.append(sentence)
        end = sentence.end
        if len(found) >= MOST_PLAIN or end - heading.end > MOST_SECTION:
            break
    return found


def rest_of_quotation(evidence: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The sentences up to the closing mark of a quotation that the sentence opens and does not close."""
    if evidence.text.count("“") <= evidence.text.count("”"):
        return []
    found: list[Evidence] = []
    end, text = evidence.end, evidence.hit.document.text
    for sentence in sentences(evidence, chunks):
        if sentence.start < end:
            continue
        if "\n" in text[end : sentence.start] or sentence.end - evidence.end > MOST_QUOTED:
            return []  # the mark was never closed, as texts go
        found.append(sentence)
        end = sentence.end
        if "”" in f"{sentence.text}{text[end : end + 1]}":
            return found
    return []


def start_of_quotation(evidence: Evidence, chunks: Sequence[Chunk]) -> list[Evidence]:
    """The sentences before, in its paragraph, from the one that opens the quotation which the sentence closes."""
    if evidence.text.count("”") <= evidence.text.count("“"):
        return []
    text = evidence.hit.document.text
    first = max(text.rfind("\n", 0, evidence.start) + 1, evidence.start - MOST_QUOTED)
    before = [one for one in sentences(evidence, chunks) if first <= one.start and one.end <= evidence.start]
    opened = next(
        (at for at, one in reversed(list(enumerate(before))) if one.text.count("“") > one.text.count("”")), None
    )
    return [] if opened is None else before[opened:]


def _is_heading(sentence: Evidence) -> bool:
    """A line of its own without a full stop, that announces no list and is no item of one."""
    text = sentence.hit.document.text
    alone = text[: sentence.start].rstrip(" \t")[-1:] in ("", "\n") and text[sentence.end :].lstrip(" \t")[:1] in (
        "",
        "\n",
    )
    line = sentence.text.rstrip()
    return alone and len(line) <= LONGEST_HEADING and line[-1:] not in ".;:!?,…" and level(line) == PLAIN


def _continues(lead: Evidence, found: Sequence[Evidence], sentence: Evidence, on_new_line: bool) -> bool:
    first = found[0].text
    if level(first) != PLAIN and level(sentence.text) == PLAIN and on_new_line:
        return found[-1].text.rstrip()[-1:] not in ENDED  # else it is a paragraph after the list
    return belongs(lead.text, first, sentence.text)


def sentences(near: Evidence, chunks: Sequence[Chunk]) -> Iterator[Evidence]:
    """Every sentence of the document that `near` is from."""
    for chunk in chunks:
        for position, (start, end) in enumerate(chunk.sentences):
            hit = Hit(chunk, near.hit.document, near.hit.score, near.hit.dense, near.hit.lexical)
            yield Evidence(hit, near.rank, position, start, end, np.zeros(len(FEATURES)), near.score)
