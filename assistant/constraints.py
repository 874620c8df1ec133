"""Hard constraints: what a question names and its evidence must therefore bear out.

A year, symbol, figure, place, person or role in the question that neither the cited sentence nor its document supports
means that the sentence speaks of something else, however similar it sounds.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.evidence import Evidence
from assistant.question.places import find_provinces
from assistant.question.understand import Question
from vectorstore.records import Document
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols, symbols_match

Kind = Literal["year", "symbol", "number", "place", "person", "role"]

_ROLE_HEADS = (
    "pho truong ban|truong ban|pho bi thu|bi thu|pho chu tich|chu tich|pho chu nhiem|chu nhiem|tong bi thu|pho thu tuong|"
    "thu tuong|bo truong|thu truong|pho giam doc|giam doc|tong thu ky|tong giam doc|chanh van phong|pho chanh van phong|"
    "truong phong|pho truong phong|cuc truong|vu truong|vien truong|chanh an|thu truong co quan|truong doan|tu lenh|chinh uy"
)
_ROLE_END = re.compile(
    r"\s*(?:[?.,;:]|\b(?:la|nam|tai|trong|khi|luc|du|tham du|va|o|cua hoi nghi|nhiem ky|khoa|ai|nao|hien nay|hien tai|chu tri|phat bieu|"
    r"co|da|duoc|ky|giai doan|vao|hoi nghi|thi|noi|neu|khang dinh|yeu cau|de nghi|lan luot)\b|$)"
)
_ROLE = re.compile(rf"\b(?:{_ROLE_HEADS})\b")
_NATIONAL = re.compile(r"\b(?:ca nuoc|toan quoc|trung uong)\b")


@dataclass(frozen=True)
class Unmet:
    """A constraint that the evidence does not bear out, as the question names it."""

    kind: Kind
    value: str


def unmet(question: Question, evidence: Evidence) -> list[Unmet]:
    """The constraints of the question that this sentence and its document leave unsupported."""
    document, chunk = evidence.hit.document, evidence.hit.chunk
    sentence = evidence.text
    headings = " \n ".join((document.title, chunk.context, *chunk.section, chunk.locator))
    found: list[Unmet] = []
    found += [Unmet("year", str(y)) for y in question.years if not _year(y, sentence, headings, document)]
    found += [Unmet("symbol", s.text) for s in question.symbols if not _symbol(s, sentence, headings, document)]
    found += [Unmet("place", p) for p in question.provinces if not _place(p, sentence, headings, document)]
    folded = _flat(sentence)
    found += [Unmet("person", p) for p in question.persons if _flat(p) not in folded]
    if not question.yes_no:
        both = f"{folded} {_flat(headings)} {_flat(chunk.text)}"
        found += [Unmet("number", n) for n in question.numbers if _large(n) and n not in both]
    if role := asked_role(question):
        found += [] if _has_role(role, folded) else [Unmet("role", role)]
    return found


def _large(number: str) -> bool:
    return len(re.sub(r"\D", "", number)) >= 3


def _year(year: int, sentence: str, headings: str, document: Document) -> bool:
    in_sentence = find_years(sentence)
    if year in in_sentence:
        return True
    if year in find_years(headings) or year in find_years(document.period or ""):
        return True
    dates = (document.issue_date, document.event_date, document.published_date)
    return any(when is not None and when.year == year for when in dates)


def _symbol(symbol: object, sentence: str, headings: str, document: Document) -> bool:
    texts = (sentence, headings, document.symbol or "")
    return any(symbols_match(symbol, found) for text in texts for found in find_symbols(text))  # type: ignore[arg-type]


def _place(province: str, sentence: str, headings: str, document: Document) -> bool:
    about = " \n ".join((sentence, headings, document.organ or "", document.place or ""))
    if any(name == province for name, _, _ in find_provinces(about)):
        return True
    return document.level in ("province", "district", "commune") and home_province(document.text) == province


@lru_cache(maxsize=512)
def home_province(text: str) -> str | None:
    """The province a local document speaks of: the one it names most."""
    counts = Counter(name for name, _, _ in find_provinces(text))
    return counts.most_common(1)[0][0] if counts else None


def asked_role(question: Question) -> str | None:
    """The office in "Ai là Trưởng Ban Dân vận Trung ương năm 2023?", folded, without place names."""
    if question.expects != "person":
        return None
    text = question.text
    for _, start, end in reversed(find_provinces(text)):
        text = f"{text[:start]}{text[end:]}"
    folded = re.sub(r"\s+", " ", fold(text))
    match = _ROLE.search(folded)
    if not match:
        return None
    stop = _ROLE_END.search(folded, match.end())
    role = folded[match.start() : stop.start() if stop else len(folded)].strip(" \"“”")
    return re.sub(r"\s+(?:tinh|thanh pho|huyen|cua)$", "", role)


def _has_role(role: str, folded_sentence: str) -> bool:
    pattern = re.escape(role).replace(r"\ ", r"\s+(?:cua\s+)?")
    prefix = "" if role.startswith("pho ") else r"(?<!pho )"
    return re.search(rf"{prefix}\b{pattern}\b", folded_sentence) is not None


def _flat(text: str) -> str:
    """Folded, apostrophes unified, one space between words: so that line breaks and variants do not hide a name."""
    return re.sub(r"\s+", " ", fold(text).replace("’", "'"))
