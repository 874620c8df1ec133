"""Provisions named in an instruction: "khoản 1 và khoản 2 Điều 67" gives "khoản 1 Điều 67" and "khoản 2 Điều 67"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LABEL = r"(?:\d{1,3}(?:\.\d{1,2})*(?:[a-zđ]\d?|/[A-ZĐ]{1,8}(?:-[A-ZĐ]{1,12})*)?|[IVXLC]{1,7}|[A-H])(?!\w)"
_JOIN = r"\s*(?:,|và|hoặc|đến)\s*(?:từ\s+)?"
_LETTER = r"[a-zđ]{1,2}\d?(?!\w)"
_MENTION = re.compile(
    rf"\b(?P<unit>điểm)\s+(?P<letters>{_LETTER}(?:{_JOIN}{_LETTER})*)|"
    rf"\b(?P<other>khoản|điều|phụ lục|mẫu số|biểu số|mẫu|mục|chương)\s+(?:số\s+)?"
    rf"(?P<labels>{_LABEL}(?:{_JOIN}{_LABEL})*)",
    re.IGNORECASE,
)
# "vào sau điểm d khoản 1 Điều 4" tells the place of what is added: the neighbour goes, what holds both stays.
_PLACE = re.compile(
    r"\b(?:vào\s+)?(?:ngay\s+)?(?:liền\s+)?(?:sau|trước)\s+"
    rf"(?:điểm\s+{_LETTER}|(?:khoản|điều|mục|chương|phụ lục)\s+{_LABEL})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?")
ASIDE = re.compile(r"\([^()]*\)?")
_NAMES = {"điều": "Điều", "phụ lục": "Phụ lục", "mẫu số": "Mẫu số", "mẫu": "Mẫu số", "biểu số": "Biểu số", "mục": "Mục",
          "chương": "Chương"}  # fmt: skip
_AND = re.compile(r"\bvà\b|;")
_LONGEST_RUN = 60


def provisions(text: str, article: str | None = None) -> list[str]:
    """Provisions in the order named, each written out; `article` ("Điều 14") holds clauses that name no article."""
    text = _PLACE.sub(" ", ASIDE.sub(" ", _QUOTED.sub(" ", text)))
    named = _Named(article)
    for unit, labels, apart in _mentions(text):
        named.add(unit, labels, apart)
    named.close()
    return list(dict.fromkeys(named.found))


@dataclass
class _Named:
    """What has been named so far; points wait for their clause, clauses for their article, forms for their annex."""

    article: str | None
    found: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)

    def add(self, unit: str, labels: list[str], apart: bool) -> None:
        """One mention of a unit; `apart` when an "and" before it says that it does not hold what was named before."""
        named = [f"{unit} {label}" for label in labels]
        if unit == "điểm":
            self.points.extend(named)
        elif unit == "khoản":
            self.clauses.extend([f"{point} {name}" for point in self.points for name in named] or named)
            self.points = []
        elif unit in ("Mẫu số", "Biểu số"):
            self.forms.extend(named)
        elif unit in ("Mục", "Chương"):  # a section is named beside its article only to find it
            self.found.extend([] if self.found or self.clauses else named)
        else:
            held = [] if apart else self.forms if unit == "Phụ lục" else [*self.clauses, *self.points]
            self.found.extend([f"{part} {name}" for part in held for name in named] or named)
            if held:
                self.clauses, self.points, self.forms = [], [], []

    def close(self) -> None:
        """What still waits is held by the article at hand."""
        left = [*self.clauses, *self.points]
        self.found = [*(f"{part} {self.article}" if self.article else part for part in left), *self.found, *self.forms]


def _mentions(text: str) -> Iterator[tuple[str, list[str], bool]]:
    end = 0
    for match in _MENTION.finditer(text):
        apart = bool(_AND.search(text, end, match.start()))
        end = match.end()
        if match["unit"]:
            yield "điểm", _listed(match["letters"]), apart
        else:
            unit = " ".join(match["other"].lower().split())
            yield _NAMES.get(unit, unit), _listed(match["labels"]), apart


def _listed(labels: str) -> list[str]:
    """ "5, 6 và 8 đến 10" as single labels."""
    result: list[str] = []
    for part in re.split(r"\s*(?:,|\bvà\b|\bhoặc\b)\s*(?:từ\s+)?", labels):
        first, _, last = (piece.strip() for piece in part.partition("đến"))
        if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) <= _LONGEST_RUN:
            result.extend(str(number) for number in range(int(first), int(last) + 1))
        else:
            result.extend(label for label in (first, last) if label)
    return result
