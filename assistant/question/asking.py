"""The words that a question asks with, on folded text."""

from __future__ import annotations

import re
from functools import lru_cache

from vectorstore.text.normalise import fold

# What only folding makes a word to ask with: "nhân ái", "bộ máy", "điểm đầu", "khí nào".
_NO_ASKING = re.compile(r"(?i)\b(?:[áàảãạ]i|nhan ai|than ai|an ai|m[áàảâầẩ]y|(?:đ[ầấậẩ]|d[ầấậâ])u|n[áã]o|kh[íỉ])\b")


@lru_cache(maxsize=8192)  # asked of the same question once a sentence
def asks(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    """The first match of a pattern for folded text in the question."""
    return pattern.search(fold(question))


@lru_cache(maxsize=8192)
def asks_written(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    """The first match of a pattern that minds diacritics, in lower case."""
    return pattern.search(question.lower())


def asking_folded(text: str) -> str:
    """Folded, offsets kept, with syllables such as "ái" blanked that only folding makes a question word."""
    return fold(_NO_ASKING.sub(lambda found: "_" * len(found.group()), text))


# "lo Tết cho ai", "giữa ai với ai", "giữ mối liên hệ với những ai": whoever it is done for or with, a group as well.
_WHOM = re.compile(
    r"\b(?:cho|voi|giua|doi voi|nham vao|huong den|huong toi|giup|nhan)\s+(?:nhung |cac )?ai\b|"
    r"\b(?:bang khen|giay khen|ky niem chuong|co thi dua) cua ai\b"
)


def asks_whom(text: str) -> bool:
    """Whether "ai" is asked for as the one that something is done for or with; such a one holds no office."""
    return _WHOM.search(asking_folded(text)) is not None
