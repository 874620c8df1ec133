"""Lines and paragraphs of a stored text, and the page furniture between them.

Nothing is removed from the text: furniture (running page headers, page numbers, signature stamps of a file server) is
only left out of the paragraphs, so spans stay verbatim.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.text.normalise import fold
from vectorstore.text.sentences import line_continues, wrap_width

_PAGE_NUMBER = re.compile(r"[-–—|\s]*(?:(?:trang|page)\s*)?(\d{1,4})(?:\s*/\s*\d{1,4})?[-–—|\s]*", re.IGNORECASE)
# The stamp a signing service prints over a page: four labelled lines in the margin.
_STAMP = re.compile(r"(?:nguoi ky|ky boi|email|co quan|thoi gian ky|ngay ky|chuc vu)\s*:\s*\S.*")
_STAMP_START = re.compile(r"(?:nguoi ky|ky boi)\s*:\s*\S.*")
_GAZETTE = re.compile(r"cong bao\s*/\s*so\s+\d")  # the running header of the official gazette, also on a single page
_MOTTO = re.compile(r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam")
MIN_PAGE_LINES = 15
_RULE = re.compile(r"[\s_*=~.·•–—-]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of lines that belong together: `text` is the stored text of its span, without outer blanks."""

    start: int
    end: int
    text: str
    blank_before: bool  # separated from the paragraph before by a blank line, furniture or the start of the text

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip() or bool(_RULE.fullmatch(self.text))


def paragraphs(text: str) -> tuple[list[Paragraph], list[Paragraph]]:
    """Paragraphs of `text` and, apart from them, its page furniture; hard-wrapped lines are joined."""
    lines = list(_lines(text))
    dropped = _furniture(lines)
    width = wrap_width(text)
    found: list[Paragraph] = []
    run: list[_Line] = []
    separated = True
    for index, line in enumerate(lines):
        if line.blank or index in dropped:
            _close(run, text, found, separated)
            separated, run = True, []
            continue
        if run and not line_continues(run[-1].text, line.text, width):
            _close(run, text, found, separated)
            separated, run = False, []
        run.append(line)
    _close(run, text, found, separated)
    furniture = [_paragraph([lines[i]], text, True) for i in sorted(dropped) if not lines[i].blank]
    return found, furniture


def _close(run: list[_Line], text: str, found: list[Paragraph], separated: bool) -> None:
    if run:
        found.append(_paragraph(run, text, separated))


def _paragraph(run: list[_Line], text: str, separated: bool) -> Paragraph:
    start = run[0].start + len(run[0].text) - len(run[0].text.lstrip())
    end = run[-1].start + len(run[-1].text.rstrip())
    return Paragraph(start, end, text[start:end], separated)


def _lines(text: str) -> Iterator[_Line]:
    position = 0
    for line in text.split("\n"):
        yield _Line(position, line)
        position += len(line) + 1


def furniture_lines(lines: Sequence[str], pages: Sequence[int]) -> set[int]:
    """Indexes of the lines that belong to the paper; `pages` gives the page of each line.

    Knowing the pages, a first or last line that returns on most of them (its numbers aside) is a header or footer.
    """
    wrapped = [_Line(0, line) for line in lines]
    dropped = _furniture(wrapped)
    edges: dict[str, set[int]] = defaultdict(set)
    at_edge: list[tuple[int, str]] = []
    for page in dict.fromkeys(pages):
        filled = [i for i, number in enumerate(pages) if number == page and not wrapped[i].blank and i not in dropped]
        for index in {*filled[:2], *filled[-2:]}:
            shape = re.sub(r"\d+", "#", _shape(lines[index]))
            edges[shape].add(page)
            at_edge.append((index, shape))
    count = len(set(pages))
    least = max(2, min(count, 3), 0.5 * count)
    returning = {shape for shape, on in edges.items() if len(on) >= least or (shape == "#" and len(on) > 1)}
    return dropped | {index for index, shape in at_edge if shape in returning and len(shape) <= 120}


def _furniture(lines: list[_Line]) -> set[int]:
    return _stamps(lines) | _running_headers(lines) | _page_numbers(lines)


def _stamps(lines: list[_Line]) -> set[int]:
    dropped: set[int] = set()
    for index, line in enumerate(lines):
        if not _STAMP_START.fullmatch(fold(line.text.strip())):
            continue
        last = index
        while last + 1 < len(lines) and _STAMP.fullmatch(fold(lines[last + 1].text.strip())):
            last += 1
        if last - index >= 2:
            dropped.update(range(index, last + 1))
    return dropped


def _running_headers(lines: list[_Line]) -> set[int]:
    """Lines that return at page breaks next to a rising page number, and those numbers."""
    filled = [index for index, line in enumerate(lines) if not line.blank]
    neighbours = {
        a: (before, after) for before, a, after in zip([-1, *filled], filled, [*filled[1:], -1], strict=False)
    }
    numbers = {i: int(match[1]) for i in filled if (match := _PAGE_NUMBER.fullmatch(lines[i].text.strip()))}
    by_shape: dict[str, list[int]] = defaultdict(list)
    for i in filled:
        if i not in numbers:
            by_shape[_shape(lines[i].text)].append(i)
    headers = {i for i in filled if _GAZETTE.match(fold(lines[i].text).strip())}
    headers |= {n for i in headers for n in neighbours[i] if n in numbers}
    mastheads = _masthead_lines(lines, filled)
    found: list[list[tuple[int, int | None]]] = []
    for shape, at in by_shape.items():
        if len(at) < 2 or len(shape) < 8 or 2 * len(mastheads.intersection(at)) >= len(at):
            continue
        paged = [(i, next((n for n in neighbours[i] if n in numbers), None)) for i in at]
        values = [numbers[n] for _, n in paged if n is not None]
        rising = all(a < b for a, b in pairwise(values))
        if len(values) >= max(2, 0.6 * len(at)) and rising:
            found.append(paged)
    # A name that twice ends a page is no header where another line returns on every page.
    least = 0.4 * max(map(len, found), default=0)
    for paged in found:
        if len(paged) >= least:
            headers.update(i for i, _ in paged)
            headers.update(n for _, n in paged if n is not None)
    return headers


def _masthead_lines(lines: list[_Line], filled: list[int]) -> set[int]:
    """The three lines above a motto: the issuing body, which attached documents say again at the top of a page."""
    mottos = [place for place, i in enumerate(filled) if _MOTTO.search(fold(lines[i].text))]
    return {i for place in mottos for i in filled[max(0, place - 3) : place]}


def _page_numbers(lines: list[_Line]) -> set[int]:
    """Numbers alone on a line that count on by one over at least two pages; table columns count on much closer."""
    alone = ((index, re.fullmatch(r"[\s–-]*(\d{1,4})[\s–-]*", line.text)) for index, line in enumerate(lines))
    numbers = [(index, int(match[1])) for index, match in alone if match]
    dropped: set[int] = set()
    run: list[tuple[int, int]] = []
    for here in [*numbers, (len(lines) + MIN_PAGE_LINES, -1)]:
        if run and (here[1] != run[-1][1] + 1 or here[0] - run[-1][0] < MIN_PAGE_LINES):
            if len(run) >= 2:
                dropped.update(index for index, _ in run)
            run = []
        run.append(here)
    return dropped


def _shape(line: str) -> str:
    return re.sub(r"\s+", " ", line.strip())
