"""Chunks: whole sentences of one section, about 200 tokens and at most 400, with their context kept apart."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.structure import Block
from vectorstore.records import Chunk, Document, Span
from vectorstore.text.sentences import split_sentences, wrap_width
from vectorstore.text.tokens import count_tokens

TARGET_TOKENS = 200
MAX_TOKENS = 400
SMALL_TOKENS = 60  # a smaller piece may join a neighbour beyond the target
MAX_TITLE_CHARS = 240
MAX_SECTION_CHARS = 160
BRIEF_TITLE_CHARS = 80
BRIEF_LINE_CHARS = 100

_WORDS = re.compile(r"[^\W\d_]{2,}")
MIN_WORDS = 4
_FRAME_LOCATORS = ("phần đầu văn bản", "tên văn bản", "phần ký")
_LOCATOR_PART = re.compile(r"\S+ [^\s()]+(?: \([^)]*\))?")
_QUOTED = ("body", "table", "caption", "title", "masthead", "signature")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Consecutive sentences of one block."""

    block: Block
    sentences: tuple[Span, ...]
    tokens: int

    @property
    def start(self) -> int:
        return self.sentences[0][0]

    @property
    def end(self) -> int:
        return self.sentences[-1][1]


def chunk(document: Document, blocks: Sequence[Block]) -> list[Chunk]:
    """Chunks of `document` in order; every sentence is whole, nothing overlaps, boilerplate belongs to none."""
    wrap = wrap_width(document.text)
    framed = any(block.kind == "masthead" for block in blocks)  # a page's title is no statement, a document's is
    pieces: list[_Piece] = []
    for block in blocks:
        if block.kind in _QUOTED and (framed or block.kind != "title"):
            pieces.extend(_pieces(document.text, block, wrap))
    chunks = [_chunk(document, group) for group in _groups(document.text, pieces)]
    return [item for item in chunks if item.kind == "caption" or _says_something(item.text)] or chunks


def _says_something(text: str) -> bool:
    """Whether a passage has words enough to answer from: cells without their row and dotted form lines have not."""
    return " | " in text or len(_WORDS.findall(text)) >= MIN_WORDS


def _pieces(text: str, block: Block, wrap: int | None) -> Iterator[_Piece]:
    """The block whole, or in balanced runs of sentences when it is too long for one chunk."""
    if block.kind == "caption":
        yield _Piece(block, ((block.start, block.end),), count_tokens(text[block.start : block.end]))
        return
    spans = [
        part
        for span in split_sentences(text[block.start : block.end], block.start, wrap=wrap)
        for part in _fitting(text, span)
    ]
    counts = [count_tokens(text[a:b]) + 1 for a, b in spans]  # and the blank or line end after it
    total = sum(counts)
    if not spans:
        return
    limit = total / math.ceil(total / TARGET_TOKENS) if total > 1.5 * TARGET_TOKENS else MAX_TOKENS
    run: list[Span] = []
    size = 0
    for span, count in zip(spans, counts, strict=True):
        if run and (size + count / 2 > limit or size + count > MAX_TOKENS):
            yield _Piece(block, tuple(run), size)
            run, size = [], 0
        run.append(span)
        size += count
    yield _Piece(block, tuple(run), size)


def _fitting(text: str, span: Span) -> Iterator[Span]:
    """The sentence, or its halves between words where it alone exceeds a chunk (tables run together, code)."""
    start, end = span
    if count_tokens(text[start:end]) <= MAX_TOKENS:
        yield span
        return
    middle = text.rfind(" ", start, (start + end) // 2)
    cut = middle if middle > start else (start + end) // 2
    yield from _fitting(text, (start, cut))
    yield from _fitting(text, (cut + len(text[cut:end]) - len(text[cut:end].lstrip()), end))


def _groups(text: str, pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in pieces:
        if group and not _joins(text, group, piece):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _joins(text: str, group: Sequence[_Piece], piece: _Piece) -> bool:
    last = group[-1]
    if last.block.unit != piece.block.unit and not {last.block.kind, piece.block.kind} <= {"masthead", "title"}:
        return False
    if any(char.isalnum() for char in text[last.end : piece.start]):
        return False  # something that must not be quoted stands between
    size = sum(each.tokens for each in group)
    if size + piece.tokens <= TARGET_TOKENS:
        return True
    return min(size, piece.tokens) < SMALL_TOKENS and size + piece.tokens <= 1.5 * TARGET_TOKENS


def _chunk(document: Document, group: Sequence[_Piece]) -> Chunk:
    first, last = group[0], group[-1]
    framed = first.block.kind in ("caption", "masthead", "title", "signature")
    sentences = tuple(span for piece in group for span in piece.sentences)
    if first.block.kind == "signature":  # office and name are one statement: who signs as what
        sentences = ((first.start, last.end),)
    return Chunk(
        document_id=document.document_id,
        version=document.version,
        start=first.start,
        end=last.end,
        text=document.text[first.start : last.end],
        sentences=sentences,
        kind="caption" if framed else "body",
        section=first.block.section,
        locator=_locator_range(first.block.locator, last.block.locator),
        context=_context(document, first),
        brief=_brief(document, first),
    )


def _context(document: Document, piece: _Piece) -> str:
    """Title, symbol and date, headings, and the sentence that introduces a list: indexed, never quoted."""
    dated = document.best_date.strftime("%d/%m/%Y") if document.best_date else document.period or ""
    lines = [
        document.title[:MAX_TITLE_CHARS],
        " ".join(part for part in (document.kind or "", document.symbol or "", dated) if part),
        " > ".join(title[:MAX_SECTION_CHARS] for title in piece.block.section[-3:]),
        piece.block.lead,
    ]
    return "\n".join(line for line in lines if line)


def _brief(document: Document, piece: _Piece) -> str:
    """Of the context what is embedded: the beginnings of the title, the nearest heading and the introducing sentence.

    By `python -m eval run` passages are found as well with it as with all of the context, in three quarters of the
    time: words find the symbols, dates and chapters.
    """
    heading = piece.block.section[-1] if piece.block.section else ""
    lines = [_beginning(document.title, BRIEF_TITLE_CHARS)]
    lines += [_beginning(line, BRIEF_LINE_CHARS) for line in (heading, piece.block.lead)]
    return "\n".join(line for line in lines if line)


def _beginning(text: str, chars: int) -> str:
    """The whole words among the first so many characters."""
    return text if len(text) <= chars else text[: chars + 1].rpartition(" ")[0] or text[:chars]


def _locator_range(first: str, last: str) -> str:
    """One locator for a run: "Điều 5 khoản 1" and "Điều 5 khoản 3" give "Điều 5 khoản 1-3"."""
    if first == last or first in _FRAME_LOCATORS or last.startswith(f"{first}, "):
        return first
    prefix, _, one = first.rpartition(", ")
    other_prefix, _, other = last.rpartition(", ")
    if prefix != other_prefix:
        return f"{first} đến {last}"
    before = f"{prefix}, " if prefix else ""
    ours, theirs = _LOCATOR_PART.findall(one), _LOCATOR_PART.findall(other)
    shared = next(
        (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
    )
    stem = " ".join(ours[:shared])
    if shared == len(ours) or shared == len(theirs):
        return before + stem
    word, low = ours[shared].rsplit(" ", 1)
    other_word, high = theirs[shared].rsplit(" ", 1)
    if word != other_word:
        return before + (stem or f"{one} đến {other}")
    if high.startswith(f"{low}."):
        return before + f"{stem} {word} {low}".strip()
    common = low.rpartition(".")[0]
    high = high.removeprefix(f"{common}.") if common and high.startswith(f"{common}.") else high
    return before + f"{stem} {word} {low}-{high}".strip()


def with_pages(chunks: Sequence[Chunk], page_starts: Sequence[int]) -> list[Chunk]:
    """Give each chunk the page its first character stands on, counted from 1; `page_starts` are offsets in order."""
    placed: list[Chunk] = []
    page = 0
    for item in chunks:
        while page < len(page_starts) and page_starts[page] <= item.start:
            page += 1
        placed.append(replace(item, page=max(page, 1)))
    return placed
