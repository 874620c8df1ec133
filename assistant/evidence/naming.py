"""Whether a passage names a person or place, also by office, by last name, or by what its document is of."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from threading import Lock

from cachetools import LRUCache, cached

from assistant.evidence.surroundings import flat
from assistant.question.names import PERSON
from assistant.question.places import find_provinces
from assistant.question.roles import HEAD
from vectorstore.records import Document
from vectorstore.text.normalise import fold
from vectorstore.text.syllable import is_syllable

OFFICE_CHARS = 80  # between an office and the name of its holder
LONG_WORD, LETTER_OFF = 6, 0.9  # letters of a word that alone tells a name; least ratio of equal letters
_OTHER = re.compile(r"\b(?:ong|ba|dong chi|d/c) (?=\w)|, (?:cung|va) ")
_UNIT = r"(?:tinh|thanh pho|tp\.?|tinh uy|thanh uy)"


def is_named(name: str, near: str, document: Document) -> bool:
    """In the passage or its headings; a province also where the whole local document is about it."""
    written = flat(name)
    if PERSON.fullmatch(name) and written not in near and by_office(written, near, document):
        return True
    if name.isupper() and _spelled_out(written, near):
        return True
    if written in near or (_is_foreign(name) and _foreign_in(written.split(), near)):
        return True
    return document.level != "central" and home_place(document) == written


def _foreign_in(words: list[str], near: str) -> bool:
    """Texts repeat foreign names by their last word, or a long first one; whoever asks may be a letter off."""
    if re.search(rf"\b{re.escape(words[-1])}\b", near):
        return True
    if len(words[0]) >= LONG_WORD and re.search(rf"\b{re.escape(words[0])}\b", near):
        return True
    strange = [word for word in words if len(word) >= LONG_WORD and not is_syllable(word)]
    return any(get_close_matches(word, _like(word, near), 1, LETTER_OFF) for word in strange)


def _like(word: str, near: str) -> set[str]:
    """The words that begin with the same letter and are as long, give or take one: all are too many to compare."""
    return {one for one in near.split() if one[0] == word[0] and abs(len(one) - len(word)) <= 1}


def _spelled_out(acronym: str, near: str) -> bool:
    """Whether words that follow one another begin with the letters of an acronym: PTNT, "phat trien nong thon"."""
    letters = r"\w*\W+".join(acronym)
    return re.search(rf"\b{letters}\w*\b", near) is not None


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
        own = max(before.rfind(mark) for mark in ".;:\n") + 1
        others = [end.end() for end in _OTHER.finditer(before)]
        own = max([own, *others])  # the offices of whoever is named before are not this one's
        offices |= {office.group() for office in HEAD.finditer(before, own)}
    return frozenset(offices)


def _is_foreign(name: str) -> bool:
    return PERSON.fullmatch(name) is None and not all(is_syllable(word) for word in name.split())


@cached(LRUCache(16384), key=lambda document: document.content_hash or document.text, lock=Lock())
def home_place(document: Document) -> str | None:
    """The province a document speaks of, folded: the one it names most after a word such as "tỉnh"."""
    return main_place(document.text)


def main_place(text: str) -> str | None:
    """The province that a text names most, folded; also one that is none of the known, after a word such as "tỉnh"."""
    counts = Counter(fold(name) for name, _, _ in find_provinces(text))
    for match in re.finditer(rf"\b{_UNIT}\s+", fold(text)):
        written = text[match.end() : match.end() + 40].replace(",", " , ").split()[:2]
        if len(written) == 2 and all(word[0].isupper() for word in written):
            counts[" ".join(fold(word) for word in written)] += 1
    return counts.most_common(1)[0][0] if counts else None
