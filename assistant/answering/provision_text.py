"""What a provision says: "Khoản 2 Điều 6 Quyết định 31/2022/QĐ-UBND quy định gì?" is answered by its own words.

Where a later document put other words in their place, by those: the block that it quotes after saying what it amends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.answering import listing
from assistant.answering.extractive import Found
from assistant.evidence.force import Force, notice
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.evidence.surroundings import place_of
from assistant.question.provisions import Provision, find_provisions
from assistant.question.understand import Question
from vectorstore.records import Chunk, Document, Hit
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols, symbols_match
from vectorstore.validity import Change

SURE = 0.9
_ASKED = re.compile(
    r"\b(?:quy dinh|noi|neu|ghi|de cap|co)\s+(?:nhung\s+)?(?:noi dung\s+)?"
    r"(?:gi|the nao|nhu the nao|ra sao|ve (?:viec )?gi|ve van de gi|viec gi|van de gi)\b|"
    r"\bnoi dung (?:cua )?(?:diem|khoan|dieu|muc)\b|\bnoi dung (?:la )?(?:gi|the nao)\b"
)
_NUMBER = re.compile(r"\s*[“\"]?(?:\d{1,3}[.)]|[a-zđ][.)]|Điều \w+\.)\s*")
_OPENS, _CLOSES = re.compile(r"\s*:?\s*[“\"]"), re.compile(r"[”\"]\s*[.;]?\s*(?=\n|$)")


def find(question: Question, document: Document, force: Force) -> Found | None:
    """The words of the one provision asked about, as they are in force; None where that is not what is asked."""
    if len(question.provisions) != 1 or not _ASKED.search(fold(question.text)):
        return None
    asked = question.provisions[0]
    chunks = force.chunks(document)
    own = _limited(e for e in _sentences(document, chunks) if _stands_in(asked, e))
    for change in force.changes(document):
        if new := _new_words(asked, document, change, force):
            return _found(question, new, (notice(next(_sentences(document, chunks)), change, asked),))
    if not own:
        return None
    lead = listing.parent(own[0], chunks)
    changed = [notice(e, later, force.amended(e, later)) for e in own if (later := force.outdated(e))]
    changed += [notice(e, *below) for e in own if (below := force.added_to(e))]
    return _found(question, [lead, *own] if lead else own, tuple(dict.fromkeys(changed)))


def _new_words(asked: Provision, document: Document, change: Change, force: Force) -> list[Evidence]:
    """The block that an amending document quotes for the provision; empty where it has none for it."""
    by = force.store.document(change.by.document_id, change.by.version)
    symbols = find_symbols(document.symbol or "")
    for relation in by.relations if by else ():
        if relation.kind != "amends" or not relation.provision or find_provisions(relation.provision) != [asked]:
            continue
        if not any(symbols_match(one, other) for one in symbols for other in find_symbols(relation.symbol)):
            continue
        if by and (opening := _OPENS.match(by.text, relation.end)):
            closing = _CLOSES.search(by.text, opening.end())
            end = closing.end() if closing else opening.end()
            inside = [e for e in _sentences(by, force.chunks(by)) if relation.end <= e.start < end]
            return _limited(_joined(inside))
    return []


def _sentences(document: Document, chunks: Sequence[Chunk]) -> Iterator[Evidence]:
    for chunk in chunks:
        for position, (start, end) in enumerate(chunk.sentences):
            yield Evidence(Hit(chunk, document, 0.0), 0, position, start, end, np.zeros(len(FEATURES)), 0.0)


def _stands_in(asked: Provision, evidence: Evidence) -> bool:
    there = place_of(evidence)
    return there != Provision() and asked.covers(there)


def _joined(sentences: Sequence[Evidence]) -> Iterator[Evidence]:
    """The sentences, with a number that was taken for one ("2.", "Điều 8a.") put back before what it numbers."""
    start = None
    for sentence in sentences:
        if _NUMBER.fullmatch(sentence.text):
            start = sentence.start if start is None else start
            continue
        yield sentence if start is None else replace(sentence, start=start)
        start = None


def _limited(sentences: Iterator[Evidence]) -> list[Evidence]:
    """As many as a list that is given whole may have."""
    found: list[Evidence] = []
    for sentence in sentences:
        found.append(sentence)
        if len(found) >= listing.MOST_ITEMS or sentence.end - found[0].start > listing.MOST_CHARS:
            break
    return found


def _found(question: Question, sentences: Sequence[Evidence], notices: tuple[str, ...]) -> Found:
    return Found(question, tuple(sentences), (), SURE, 1.0, tuple(sentences), notices)
