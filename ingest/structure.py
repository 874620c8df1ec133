"""Blocks of a stored text: what each span is, under which headings, and how an official would point to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from ingest.cleaner import label_article
from ingest.markers import (
    ANNEX,
    ARTICLE,
    DASH,
    ORDINAL,
    PLAIN,
    SUBSECTION,
    Marker,
    read_marker,
    sequence_number,
)  # fmt: skip
from ingest.official import is_official, label_official, label_signatures, type_line
from ingest.paragraphs import Paragraph, paragraphs
from ingest.places import Place, Step, locator_of, titles_of, unit_of
from vectorstore.text.normalise import fold

BlockKind = Literal[
    "title", "heading", "body", "table", "caption", "masthead", "signature", "recipients", "dateline", "byline",
    "boilerplate",
]  # fmt: skip
MAX_HEADING_WORDS = 40
MAX_LEAD_CHARS = 300
MAX_QUOTED = 80  # paragraphs; a quotation that never closes ends here


@dataclass(frozen=True, slots=True)
class Block:
    """A span of the stored text with its kind; `section` holds the headings above it, outermost first.

    `lead` is the sentence that introduces a list item ("… bao gồm:"), empty elsewhere; `article` the number of the
    Điều that opens here; `unit` is equal for blocks that may share a chunk.
    """

    start: int
    end: int
    kind: BlockKind
    section: tuple[str, ...] = ()
    locator: str = ""
    level: int | None = None
    lead: str = ""
    article: str | None = None
    unit: str = ""


@dataclass
class _State(Place):
    official: bool = False
    quoted_until: int = -1
    captions: int = 0
    table_head: str = ""


def blocks(text: str) -> list[Block]:
    """Blocks of `text` in order of their spans; what lies between them is blank or page furniture."""
    parts, furniture = paragraphs(text)
    official = is_official(parts)
    labels: list[str] = [*(label_official(parts) if official else label_article(parts))]
    label_signatures(parts, labels)
    state = _State(preamble=official and any(label == "masthead" for label in labels), official=official)
    found = [Block(p.start, p.end, "boilerplate") for p in furniture]
    index = 0
    while index < len(parts):
        taken, block = _block(parts, labels, index, state)
        found.append(block)
        index += taken
    return sorted(found, key=lambda block: block.start)


def _block(parts: Sequence[Paragraph], labels: Sequence[str], index: int, state: _State) -> tuple[int, Block]:
    """The block that begins with paragraph `index`, and how many paragraphs it takes."""
    paragraph, label = parts[index], labels[index]
    if label == "caption":
        return _caption(parts, labels, index, state)
    if label not in ("body", "heading"):
        places = {"masthead": "phần đầu văn bản", "title": "tên văn bản", "signature": "phần ký"}
        kind = cast(BlockKind, label)
        if label == "signature" and state.official:
            _end_of_document(state)
        return 1, Block(paragraph.start, paragraph.end, kind, locator=places.get(label, ""), unit=label)
    if is_table_row(paragraph.text):
        return 1, _row(parts, index, state)
    state.table_head = ""
    marker = read_marker(paragraph.text)
    attached = _attachment(parts, index)
    if attached:
        title = " ".join(part.text for part in parts[index : index + attached])
        state.annexes += 1
        state.path, state.quoted_until, state.preamble = [Step(ANNEX, None, _flat(title))], -1, False
        last = parts[index + attached - 1]
        return attached, Block(paragraph.start, last.end, "heading", (), locator_of(state), ANNEX, unit="heading")
    if marker and _is_reference(paragraph, marker):
        marker = None
    if paragraph.text[:1] in '“"' and read_marker(paragraph.text[1:].lstrip()):
        _open_quotation(parts, index, state)
    if marker and marker.level != DASH and not _in_quotation(parts, index, marker, state):
        return _numbered(parts, labels, index, marker, state)
    if label == "heading" or _is_capitals_heading(parts, labels, index, state):
        return _plain_heading(parts, labels, index, state)
    return 1, _body(paragraph, state, marker)


def _end_of_document(state: _State) -> None:
    """What follows a signature is attached: its numbering is none of the last article's."""
    state.annexes += 1
    state.path, state.quoted_until, state.preamble = [Step(ANNEX, None, "")], -1, False


def _caption(parts: Sequence[Paragraph], labels: Sequence[str], index: int, state: _State) -> tuple[int, Block]:
    last = index
    while last + 1 < len(parts) and labels[last + 1] == "caption" and not parts[last + 1].blank_before:
        last += 1
    state.captions += 1
    locator = f"chú thích ảnh {state.captions}"
    return last + 1 - index, Block(
        parts[index].start, parts[last].end, "caption", titles_of(state), locator, unit=locator
    )


def is_table_row(text: str) -> bool:
    """A row of a table as the loaders write it: cells between " | "."""
    return text.count(" | ") >= 1 and "\n" not in text.strip()


def _row(parts: Sequence[Paragraph], index: int, state: _State) -> Block:
    paragraph = parts[index]
    head = state.table_head
    if not head:
        state.table_head = _flat(paragraph.text)
    unit = f"table {state.table_head}"
    return Block(paragraph.start, paragraph.end, "table", titles_of(state), locator_of(state), None, head, unit=unit)


def _attachment(parts: Sequence[Paragraph], index: int) -> int:
    """How many paragraphs head an attached document: its type, its title, "(Ban hành kèm theo …)"; 0 if it is none."""
    if not type_line(parts[index].text) or len(parts[index].text.split()) > 40:
        return 0
    for last in range(index, min(index + 6, len(parts))):
        folded = fold(parts[last].text)
        if last > index and read_marker(parts[last].text):
            return 0
        if folded.startswith(("(ban hanh kem", "(kem theo", "ban hanh kem theo")):
            return last + 1 - index
    return 0


def _is_reference(paragraph: Paragraph, marker: Marker) -> bool:
    """ "Điều 4" alone on a line inside other lines names an article, it does not open one."""
    return marker.level == ARTICLE and not paragraph.blank_before and paragraph.text.strip() == marker.named


def _in_quotation(parts: Sequence[Paragraph], index: int, marker: Marker, state: _State) -> bool:
    """Whether numbering here belongs to a quoted text (amendments quote the articles they change)."""
    if index <= state.quoted_until:
        current = next((step.marker for step in state.path if step.level == ARTICLE), None)
        here = sequence_number(marker)
        expected = (sequence_number(current) or 0) + 1 if current else None
        if marker.level != ARTICLE or here != expected:
            return True
        state.quoted_until = -1
    return False


def _open_quotation(parts: Sequence[Paragraph], index: int, state: _State) -> None:
    text = parts[index].text.lstrip()
    if index <= state.quoted_until or text[:1] not in '“"' or _closes(text[1:]):
        return
    for last in range(index + 1, min(index + MAX_QUOTED, len(parts))):
        if _closes(parts[last].text):
            state.quoted_until = last
            return


def _closes(text: str) -> bool:
    return text.rstrip().rstrip(".;,").endswith(("”", '"'))


def _numbered(
    parts: Sequence[Paragraph], labels: Sequence[str], index: int, marker: Marker, state: _State
) -> tuple[int, Block]:
    paragraph = parts[index]
    state.preamble = False
    if marker.level == ANNEX:
        state.annexes += 1
    while state.path and state.path[-1].level >= marker.level:
        state.path.pop()
    lead = state.path[-1].lead if state.path else ""
    above = titles_of(state)
    article = marker.label if marker.level == ARTICLE else None
    if taken := _heading_length(parts, labels, index, marker):
        title = _flat(" ".join(part.text for part in parts[index : index + taken]))
        state.path.append(Step(marker.level, marker, title))
        end = parts[index + taken - 1].end
        return taken, Block(
            paragraph.start, end, "heading", above, locator_of(state), marker.level, "", article, "heading"
        )
    state.path.append(Step(marker.level, marker, "", _lead(paragraph.text)))
    state.passages += 1
    section, locator, unit = titles_of(state), locator_of(state), unit_of(state)
    return 1, Block(paragraph.start, paragraph.end, "body", section, locator, marker.level, lead, article, unit)


def _heading_length(parts: Sequence[Paragraph], labels: Sequence[str], index: int, marker: Marker) -> int:
    """How many paragraphs the heading takes; 0 when the numbered paragraph is text, or nothing stands under it."""
    text = parts[index].text
    last = index
    if marker.level <= SUBSECTION and not text[marker.length :].strip():
        while last + 1 < len(parts) and last - index < 4 and _is_title_line(parts[last + 1], labels[last + 1]):
            last += 1
    elif len(text.split()) > MAX_HEADING_WORDS or text.rstrip().endswith((".", ";", ":", ",", "…", "./.")):
        return 0
    if marker.level <= SUBSECTION:
        return last + 1 - index
    following = index + 1
    if following >= len(parts) or labels[following] not in ("body", "heading"):
        return 0
    under = read_marker(parts[following].text)
    return 1 if under is None or under.level > marker.level else 0


def _is_title_line(paragraph: Paragraph, label: str) -> bool:
    text = paragraph.text.strip()
    if label not in ("body", "heading") or read_marker(text) or len(text.split()) > MAX_HEADING_WORDS:
        return False
    return text == text.upper() or not text.endswith((".", ";", ":", ","))


def _is_capitals_heading(parts: Sequence[Paragraph], labels: Sequence[str], index: int, state: _State) -> bool:
    text = parts[index].text.strip()
    if index <= state.quoted_until or text != text.upper() or not any(char.isalpha() for char in text):
        return False
    return 2 <= len(text.split()) <= MAX_HEADING_WORDS and not text.endswith((";", ".", ","))


def _plain_heading(parts: Sequence[Paragraph], labels: Sequence[str], index: int, state: _State) -> tuple[int, Block]:
    """An unnumbered heading; with nothing under it, it is a line of text."""
    paragraph = parts[index]
    following = index + 1
    empty = following >= len(parts) or labels[following] not in ("body", "caption") or is_table_row(paragraph.text)
    if empty and labels[index] == "heading":
        return 1, _body(paragraph, state, None)
    if not any(step.marker for step in state.path):
        state.path = [step for step in state.path if step.level == ANNEX]
        state.path.append(Step(PLAIN, None, _flat(paragraph.text).rstrip(":")))
    return 1, Block(paragraph.start, paragraph.end, "heading", titles_of(state)[:-1], "", PLAIN, unit="heading")


def _body(paragraph: Paragraph, state: _State, marker: Marker | None) -> Block:
    state.passages += 1
    lead = state.path[-1].lead if state.path and marker else ""
    if marker is None and state.path and state.path[-1].level == ORDINAL and not state.path[-1].lead:
        state.path.pop()  # "Năm là, …" is one paragraph; what follows is the report's again
    if marker is None and state.path and not state.path[-1].title:
        state.path[-1] = Step(state.path[-1].level, state.path[-1].marker, "", _lead(paragraph.text))
    elif marker is None and state.path and (_lead(paragraph.text) or state.path[-1].lead):
        step = state.path[-1]
        state.path[-1] = Step(step.level, step.marker, step.title, _lead(paragraph.text))
    locator = "phần căn cứ" if state.preamble else locator_of(state)
    return Block(paragraph.start, paragraph.end, "body", titles_of(state), locator, None, lead, unit=unit_of(state))


def _lead(text: str) -> str:
    flat = _flat(text)
    return flat[-MAX_LEAD_CHARS:] if flat.endswith(":") else ""


def _flat(text: str) -> str:
    return " ".join(text.split())
