"""Questions about what was held where and when, and to whom something was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.suggesting.candidate import Candidate, flat
from assistant.suggesting.figures import placed, refers_back, sentences_near
from vectorstore.records import Document

_WHAT = r"^(?P<what>[^.;:,]{12,110}?(?:, [^.;:,]{3,60},)?)"
_HELD = re.compile(
    _WHAT + r" (?P<how>(?:sẽ |đã )?(?:được )?(?:tổ chức|diễn ra|khai mạc|khánh thành|khởi công|thông xe(?: kỹ thuật)?))"
    r" (?:(?P<place>tại|ở) [^ ]|(?:vào )?(?:sáng |chiều |tối )?ngày \d)"
)
_GIVEN = re.compile(_WHAT + r" được (?P<how>trao|tặng|trao tặng) cho [^ ]")
_LONGEST_ASIDE = re.compile(r", [^,]+,$")  # "…, làm cùng Bộ Tư lệnh Vùng,"


def about_occasions(document: Document, place: int = 0) -> Iterator[Candidate]:
    """Where or on which day something was held, and who was given something, nearest to `place` first."""
    for start, end in sentences_near(document, place):
        sentence = flat(document.text[start:end])
        if (question := placed(_question(sentence), document)) and not refers_back(question):
            yield Candidate(question, start, end)


def _question(sentence: str) -> str:
    if held := _HELD.match(sentence):
        asked = "ở đâu" if held["place"] else "ngày nào"
        return f"{_subject(held['what'])} {held['how'].removeprefix('sẽ ').removeprefix('đã ')} {asked}?"
    if given := _GIVEN.match(sentence):
        return f"{_subject(given['what'])} được {given['how']} cho tập thể, cá nhân nào?"
    return ""


def _subject(words: str) -> str:
    return _LONGEST_ASIDE.sub("", words)
