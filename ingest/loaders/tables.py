"""Tables as lines of text: every row on one line, its cells between " | ", the heads first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.text.normalise import fold

_FRAME = re.compile(
    r"cong hoa xa hoi|dang cong san viet nam|doc lap\s*-|^\s*so\s*:|noi nhan|^(?:tm|kt|tl|t/m|k/t|tuq)\.?\s"
)


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table given as rows of cell texts; a table of one column or used for layout gives its cells as lines.

    Merged cells come repeated from the readers; a repetition inside a row is written once.
    """
    tidy = [[" ".join(cell.split()) for cell in row] for row in rows]
    filled = [row for row in tidy if any(row)]
    if not filled:
        return []
    if max(len(row) for row in filled) < 2 or _is_layout(filled):
        return [line for row in rows for cell in _once(row) for line in _cell_lines(cell)]
    head = _heads(filled)
    if head is None:
        return [" | ".join(_once(row)) for row in filled]
    return [" | ".join(head), *(_named(head, row) for row in filled[1:])]


def _heads(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """The first row where it names every column: all filled, all different, none a number."""
    first = list(rows[0])
    if len(rows) < 2 or not all(first) or len(set(first)) < len(first):
        return None
    return None if any(not any(char.isalpha() for char in cell) or len(cell) > 80 for cell in first) else first


def _named(head: Sequence[str], row: Sequence[str]) -> str:
    """A row that can be read alone: every value after the head of its column."""
    if len(set(row)) == 1 or not any(row[1:]):  # a merged row, or one with its first cell alone, is a heading
        return row[0]
    cells = zip(head, row, strict=False)
    return " | ".join(f"{name}: {cell}" for name, cell in cells if cell)


def _once(row: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for index, cell in enumerate(row):
        if index == 0 or cell != row[index - 1] or not cell:
            kept.append(cell)
    return kept


def _cell_lines(cell: str) -> list[str]:
    return [" ".join(line.split()) for line in cell.split("\n") if line.strip()]


def _is_layout(rows: Sequence[Sequence[str]]) -> bool:
    """Offices set mastheads and signatures in tables of two columns and a few rows without lines."""
    if len(rows) > 4 or max(len(row) for row in rows) > 3:
        return False
    return len(rows) == 1 or any(_FRAME.search(fold(cell)) for row in rows for cell in row)
