"""Cuts a growing answer into sentences with their citation marks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.text.normalise import clean
from vectorstore.text.sentences import split_sentences

NO_WRAP = 10**6  # a model does not hard-wrap its lines

_NUMBERS = r"\d{1,4}(?:\s*[,;]\s*\d{1,4}|\s*[-–]\s*\d{1,4})*"
_MARK = (
    rf"\s*[\[【]\s*(?:nguồn\s*|\^)?({_NUMBERS})\s*(?:†[^\]】\n]{{0,40}})?[\]】]"  # [1], [1, 3], [nguồn 2], 【4†source】
)
MARK = re.compile(_MARK, re.IGNORECASE)
_LEADING_MARKS = re.compile(rf"(?:{_MARK})+[.;,]?", re.IGNORECASE)
_OPEN_MARK = re.compile(r"\s*(?:[\[【][^\]】]{0,20})?$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,2}[.)])\s+")
_HIDDEN = re.compile(r"<!--.*?(?:-->|$)|<(?:script|style)\b.*?(?:</(?:script|style)>|$)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>?")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL | re.IGNORECASE)
MAX_MARK_RANGE = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the model: plain text, the citation numbers it carries, whether it is an item of a list."""

    text: str
    citations: tuple[int, ...]
    item: bool


class SentenceReader:
    """Feed it pieces of an answer; it gives back each sentence once its marks are complete."""

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, piece: str) -> list[Said]:
        """The sentences that `piece` completes."""
        self._buffer += piece
        if not re.search(r"[.!?…;:\n]", self._buffer):
            return []
        cuts = self._cuts()
        ready = [self._buffer[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
        if cuts:
            self._buffer = self._buffer[cuts[-1] :]
        return [said for raw in ready if (said := read_sentence(raw)) is not None]

    def close(self) -> list[Said]:
        """What is left when the answer ends."""
        cuts = [*self._cuts(), len(self._buffer)]
        rest = [self._buffer[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]
        self._buffer = ""
        return [said for raw in rest if (said := read_sentence(raw)) is not None]

    def _cuts(self) -> list[int]:
        """Ends of the sentences that something other than a mark follows."""
        if _unclosed_thought(self._buffer):
            return []
        cuts = []
        spans = split_sentences(self._buffer, wrap=NO_WRAP)
        for (_, _), (start, _) in pairwise(spans):
            marks = _LEADING_MARKS.match(self._buffer, start)
            end = marks.end() if marks else start
            if not _OPEN_MARK.match(self._buffer, end):
                cuts.append(end)
        return sorted(set(cuts))


def _unclosed_thought(text: str) -> bool:
    return bool(re.match(r"\s*<think(?:ing)?>(?!.*</think(?:ing)?>)", text, re.DOTALL | re.IGNORECASE))


def read_sentence(raw: str) -> Said | None:
    """Plain text and citation numbers of a sentence as the model wrote it; None where it says nothing."""
    text = _THINKING.sub("", raw)
    text = _LINK.sub(r"\1", _TAG.sub("", _HIDDEN.sub("", html.unescape(text))))
    numbers: dict[int, None] = {}
    for match in MARK.finditer(text):
        numbers.update(dict.fromkeys(_expanded(match[1])))
    text = clean(MARK.sub("", text))
    item = bool(_LIST_ITEM.match(text))
    text = re.sub(r"\*\*|__|`|^\s*#{1,6}\s+|^\s*>\s+", "", _LIST_ITEM.sub("", text, count=1) if item else text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    text = text.translate(str.maketrans("", "", "<>"))
    return Said(text, tuple(numbers), item) if any(char.isalnum() for char in text) else None


def _expanded(marks: str) -> list[int]:
    """ "1, 3" → 1, 3 and "2-4" → 2, 3, 4."""
    numbers: list[int] = []
    for part in re.split(r"\s*[,;]\s*", marks):
        ends = [int(end) for end in re.split(r"\s*[-–]\s*", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= MAX_MARK_RANGE:
            numbers.extend(range(ends[0], ends[1] + 1))
        else:
            numbers.extend(ends)
    return numbers
