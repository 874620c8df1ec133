"""References to a provision: which Điều, khoản, điểm or mục a question names, and which one a sentence stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vectorstore.text.normalise import fold

_ASKED = re.compile(
    r"(?:\bdiem (?P<point>[a-z])\b,?\s*)?(?:\bkhoan (?P<clause>\d+[a-z]?)\b,?\s*)?"
    r"\b(?:dieu (?P<article>\d+[a-z]?)|muc (?P<section>\d+|[ivx]+))\b(?!\s*(?:uoc|kien|hanh|le|tra))"
)
_ASKED_DOWN = re.compile(  # the article first: "Điều 3 khoản 2 điểm a", "Điều 3.2"
    r"\bdieu (?P<article>\d+[a-z]?)(?:\.(?P<dotted>\d+)|,?\s*khoan (?P<clause>\d+[a-z]?))"
    r"(?:,?\s*diem (?P<point>[a-z])\b)?"
)
_ARTICLE = re.compile(r"\bdieu (\d+[a-z]?)\b")
_SECTION = re.compile(r"\bmuc (\d+|[ivx]+)\b")
_CLAUSE_RANGE = re.compile(r"\bkhoan (\d+)(?:\s*[-–]\s*(\d+))?")
_NUMBERED = re.compile(r"^\s*[“\"]?(\d{1,2})[.)-]")
_LETTERED = re.compile(r"^\s*[“\"]?([a-z])\)")


@dataclass(frozen=True)
class Provision:
    """A place in a structured document; parts that are not said are None. All folded but for points: đ follows d."""

    article: str | None = None
    section: str | None = None
    clause: str | None = None
    point: str | None = None

    def words(self) -> str:
        """As it is written: "khoản 2 Điều 6"."""
        parts = (("điểm", self.point), ("khoản", self.clause), ("Điều", self.article), ("mục", self.section))
        return " ".join(f"{name} {value}" for name, value in parts if value)

    def covers(self, other: Provision) -> bool:
        """Whether `other` lies at or inside this provision."""
        pairs = (
            (self.article, other.article),
            (self.section, other.section),
            (self.clause, other.clause),
            (self.point, other.point),
        )
        return all(mine is None or mine == theirs for mine, theirs in pairs)


def find_provisions(text: str) -> list[Provision]:
    """Every provision named in `text`: "điểm a khoản 2 Điều 5", "mục 3"."""
    folded = fold(text)
    found = []
    for match in _ASKED_DOWN.finditer(folded):
        point = _as_written(text, match, "point")
        found.append(Provision(match["article"], None, match["clause"] or match["dotted"], point))
        folded = folded[: match.start()] + " " * len(match.group()) + folded[match.end() :]
    upwards = [
        Provision(m["article"], m["section"], m["clause"], _as_written(text, m, "point"))
        for m in _ASKED.finditer(folded)
    ]
    return found + upwards


def _as_written(text: str, match: re.Match[str], name: str | int) -> str | None:
    """A group of a match in the folded text, as the text has it: "điểm đ" is not "điểm d"."""
    return text[slice(*match.span(name))].lower() if match[name] else None


def provision_of(locator: str, sentences: Sequence[str], position: int) -> Provision:
    """Where sentence `position` of a chunk stands, from the chunk's locator and the numbering before it."""
    place = fold(locator)
    article, section = _ARTICLE.findall(place), _SECTION.search(place)
    clause = point = None
    for sentence in reversed(sentences[: position + 1]):
        folded = fold(sentence)
        if point is None and clause is None and (lettered := _LETTERED.match(folded)):
            point = _as_written(sentence, lettered, 1)
        if numbered := _NUMBERED.match(folded):
            clause = numbered[1].lstrip("0")
            break
    if clause is None and (span := _CLAUSE_RANGE.search(place)) and span[2] is None:
        clause = span[1]
    if section and clause is not None:  # Party texts count "mục 3" where State texts have "khoản 3"
        return Provision(section=clause, point=point)
    return Provision(article[-1] if article else None, section[1] if section else None, clause, point)
