"""Automatic numbering of Word files: the numbers a reader sees but the text does not hold."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


class Numbering:
    """Counts the numbered paragraphs of a document in order; `label` must be asked once for every paragraph."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], dict[str, str]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._styles: dict[str, tuple[str, int]] = {}
        self._read_definitions(document)
        for style in document.styles.element.iter(f"{_W}style"):
            found = _reference(style)
            if found and style.get(f"{_W}styleId"):
                self._styles[style.get(f"{_W}styleId")] = found

    def _read_definitions(self, document: Any) -> None:
        part = next((p for p in document.part.package.iter_parts() if str(p.partname) == "/word/numbering.xml"), None)
        if part is None:
            return
        root = document.part.numbering_part.element
        for abstract in root.iter(f"{_W}abstractNum"):
            for level in abstract.iterfind(f"{_W}lvl"):
                key = (abstract.get(f"{_W}abstractNumId"), int(level.get(f"{_W}ilvl")))
                self._levels[key] = {name: _value(level, name) for name in ("start", "numFmt", "lvlText")}
        for number in root.iter(f"{_W}num"):
            identity = number.get(f"{_W}numId")
            self._abstract[identity] = _value(number, "abstractNumId")
            for override in number.iterfind(f"{_W}lvlOverride"):
                start = _value(override, "startOverride")
                if start:
                    self._starts[identity, int(override.get(f"{_W}ilvl"))] = int(start)

    def label(self, paragraph: Any, style_id: str | None) -> str:
        """The number or bullet before `paragraph`, "" for none."""
        reference = _reference(paragraph) or self._styles.get(style_id or "")
        if reference is None or reference[0] not in self._abstract:
            return ""
        identity, depth = reference
        abstract = self._abstract[identity]
        level = self._levels.get((abstract, depth))
        if level is None or level["numFmt"] == "none":
            return ""
        if level["numFmt"] == "bullet":
            return "-"
        counts = self._counts[abstract]
        first = self._starts.pop((identity, depth), None)
        counts[depth] = first if first is not None else counts.get(depth, int(level["start"] or 1) - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        return re.sub(r"%(\d)", lambda match: self._number(abstract, int(match[1]) - 1, counts), level["lvlText"])

    def _number(self, abstract: str, depth: int, counts: dict[int, int]) -> str:
        level = self._levels.get((abstract, depth), {})
        return _formatted(counts.get(depth, int(level.get("start") or 1)), level.get("numFmt", "decimal"))


def _value(element: Any, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return (child.get(f"{_W}val") or "") if child is not None else ""


def _reference(element: Any) -> tuple[str, int] | None:
    numbered = element.find(f"{_W}pPr/{_W}numPr")
    if numbered is None:
        return None
    identity, depth = _value(numbered, "numId"), _value(numbered, "ilvl")
    return (identity, int(depth or 0)) if identity and identity != "0" else None


def _formatted(number: int, style: str) -> str:
    if style in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman"):
        roman, rest = "", number
        for value, sign in _ROMAN:
            roman += sign * (rest // value)
            rest %= value
        return roman.upper() if style == "upperRoman" else roman
    return f"{number:02d}" if style == "decimalZero" else str(number)
