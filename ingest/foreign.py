"""Lines that speak of something other than the report they stand in: names and word pairs it never uses."""

from __future__ import annotations

import re
from itertools import pairwise

from vectorstore.text.normalise import LOWER, UPPER, syllables

PERSON_WORD = rf"[{UPPER}][{LOWER}]*"
_PROPER = re.compile(rf"{PERSON_WORD}(?:'{PERSON_WORD})?(?:\s{PERSON_WORD}(?:'{PERSON_WORD})?)+")
_COMMON_CAPITALS = frozenset(
    {
        "Trưởng",
        "Phó",
        "Ban",
        "Tổng",
        "Bí",
        "Thường",
        "Chủ",
        "Ủy",
        "Đảng",
        "Nhà",
        "Việt",
        "Nam",
        "Trung",
        "Bộ",
        "Sở",
        "Tỉnh",
    }
)


def is_foreign(line: str, told: str, pairs: set[tuple[str, str]], company: bool) -> bool:
    """Whether `line` speaks of something else: names and word pairs the report never uses, in company of its like."""
    shared, size = shared_pairs(line, pairs), len(word_pairs(line))
    score = 2 * is_strange(line, told) + (shared < 0.35 and size >= 6) + (shared < 0.25 and size >= 9) + company
    return score >= 2 and shared < 0.75


def is_strange(line: str, told: str) -> bool:
    """Whether the line names somebody or some place that the report never names."""
    return any(_suffix(name) not in told for name in proper_names(line))


def shared_pairs(line: str, pairs: set[tuple[str, str]]) -> float:
    own = word_pairs(line)
    return len(own & pairs) / len(own) if own else 1.0


def proper_names(line: str) -> list[str]:
    """Proper names of a line; its own first word is capital anyway."""
    plain = line.replace("’", "'")
    names = [m.group() for m in _PROPER.finditer(plain) if m.start() > 0 or len(m.group().split()) > 2]
    return [name for name in names if not set(_suffix(name).split()) <= _COMMON_CAPITALS]


def _suffix(name: str) -> str:
    """The last two words of a name: "Trưởng Ban Trương Thị Mai" is known where "Trương Thị Mai" is."""
    return " ".join(name.split()[-2:])


def word_pairs(text: str) -> set[tuple[str, str]]:
    tokens = syllables(text)
    return set(pairwise(tokens))
