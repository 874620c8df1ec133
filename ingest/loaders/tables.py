"""Tables as lines of text: every row on one line, its cells between " | ", the heads first."""

from __future__ import annotations

from collections.abc import Sequence


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
    return [" | ".join(_once(row)) for row in filled]


def _once(row: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for index, cell in enumerate(row):
        if index == 0 or cell != row[index - 1] or not cell:
            kept.append(cell)
    return kept


def _cell_lines(cell: str) -> list[str]:
    return [" ".join(line.split()) for line in cell.split("\n") if line.strip()]


def _is_layout(rows: Sequence[Sequence[str]]) -> bool:
    """Offices set mastheads and signatures in tables of two columns and one to three rows without lines."""
    return len(rows) <= 3 and max(len(row) for row in rows) == 2 and any(len(cell) > 12 for row in rows for cell in row)
