"""What a document is: title, type, symbol, organ, level, place, dates, period, signer, each with where it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingest.dating import date_article, date_official, find_period
from ingest.official import is_motto, is_name, is_office, type_line
from ingest.organs import level_of, organ_of_symbol, place_in, read_organ
from ingest.structure import Block
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import DOCUMENT_TYPES, TYPE_ABBREVIATIONS, Symbol, find_symbols

_REPORT_TITLE = re.compile(r"tong ket|so ket|ket qua|hoi nghi|bao cao|phuong huong|nhiem vu|trien khai")
_NUMBER_LINE = re.compile(r"(?:(?:luat|nghi quyet|phap lenh|lenh|quyet dinh)\s+)?so\s*[:.]?\s*\S")
_NEWS = "Tin, bài"


@dataclass
class Metadata:
    """The fields of a Document that are read from its text, and where each was read (field → rule and span)."""

    title: str
    values: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def put(self, name: str, value: object, rule: str, span: tuple[int, int] | None = None) -> None:
        """Keep a value found by `rule`; None values are not kept, and the first one stands."""
        if value is not None and value != "" and name not in self.values:
            self.values[name] = value
            self.provenance[name] = f"{rule} @{span[0]}-{span[1]}" if span else rule


def read_metadata(
    text: str, blocks: Sequence[Block], source: str, title_hint: str = "", published: date | None = None
) -> Metadata:
    """Metadata of a stored text; `title_hint` and `published` are what the file itself says (page head, properties)."""
    head = [block for block in blocks if block.kind in ("masthead", "title")]
    framed = any(block.kind == "masthead" for block in blocks)
    meta = Metadata(title=_first_line(text, blocks) or title_hint or source)
    if framed:
        _read_frame(text, blocks, head, meta)
    else:
        _read_page(text, blocks, meta, title_hint)
    if published:
        meta.put("published_date", published, "thông tin trong tệp")
    if framed:
        date_official(text, blocks, meta.put)
    else:
        date_article(text, blocks, meta)
    period = find_period(meta.title) or (find_period(_opening(text, blocks)) if not framed else None)
    meta.put("period", period, "tên văn bản")
    _read_place(text, blocks, meta)
    return meta


def _first_line(text: str, blocks: Sequence[Block]) -> str:
    return next((" ".join(text[b.start : b.end].split()) for b in blocks if b.kind in ("title", "body", "heading")), "")


def _opening(text: str, blocks: Sequence[Block]) -> str:
    body = next((block for block in blocks if block.kind == "body"), None)
    return text[body.start : min(body.end, body.start + 600)] if body else ""


def _read_frame(text: str, blocks: Sequence[Block], head: Sequence[Block], meta: Metadata) -> None:
    symbol, where = _own_symbol(text, head)
    lines = [(block, " ".join(text[block.start : block.end].split())) for block in head if block.kind == "title"]
    subject: list[str] = []
    kind = None
    for block, line in lines[: _title_end(lines)]:
        named = type_line(line) if kind is None else None
        if named:
            kind = _type_case(named[0])
            meta.put("kind", kind, "dòng tên loại", (block.start, block.end))
            subject.extend([named[1]] if named[1] else [])
        else:
            subject.append(line)
    if symbol:
        meta.put("symbol", symbol.normalised, "dòng số, ký hiệu", where)
        meta.put("kind", DOCUMENT_TYPES.get(symbol.type or ""), "ký hiệu", where)
    joined = re.sub(r"\s*[-*_]{3,}\s*", " ", " ".join(subject)).strip()
    kind = meta.values.get("kind")
    meta.title = f"{kind} {_lower_first(joined)}".strip() if kind and joined else joined or meta.title
    _read_organ(text, head, symbol, meta)
    signature = [block for block in blocks if block.kind == "signature"]
    name = next((b for b in signature if is_name(text[b.start : b.end]) and not is_office(text[b.start : b.end])), None)
    if name:
        meta.put("signer", text[name.start : name.end].strip(), "phần ký", (name.start, name.end))


def _title_end(lines: Sequence[tuple[Block, str]]) -> int:
    """Title lines of the document itself; those of attached documents come later in the text."""
    for index in range(1, len(lines)):
        if type_line(lines[index][1]) and lines[index][0].start - lines[index - 1][0].end > 200:
            return index
    return len(lines)


def _own_symbol(text: str, head: Sequence[Block]) -> tuple[Symbol | None, tuple[int, int]]:
    """The symbol of the number line: the first line of the masthead that says "Số" and a symbol."""
    for numbered in (True, False):
        for block in head:
            line = text[block.start : block.end]
            if block.kind != "masthead" or (numbered and not _NUMBER_LINE.search(fold(line))):
                continue
            for symbol in find_symbols(line):
                if symbol.full:
                    return symbol, (block.start + symbol.start, block.start + symbol.end)
    return None, (0, 0)


def _type_case(name: str) -> str:
    known = {fold(kind): kind for kind in TYPE_ABBREVIATIONS}
    return known.get(fold(name), name.capitalize())


def _lower_first(subject: str) -> str:
    words = subject.split(" ", 1)
    if subject == subject.upper():
        return subject
    keeps = len(words[0]) > 1 and words[0].isupper()
    return subject if keeps else subject[:1].lower() + subject[1:]


def _read_organ(text: str, head: Sequence[Block], symbol: Symbol | None, meta: Metadata) -> None:
    lines: list[str] = []
    for block in head:
        line = " ".join(text[block.start : block.end].split())
        if block.kind != "masthead" or is_motto(line) or find_symbols(line) or not line.isupper():
            if lines:
                break
            continue
        if line not in lines:
            lines.append(line)
    organ = read_organ(lines)
    if symbol and organ is None:
        meta.put("organ", organ_of_symbol(symbol), "ký hiệu")
    meta.put("organ", organ, "phần đầu văn bản")
    meta.put("level", level_of(meta.values.get("organ"), symbol), "cơ quan ban hành")


def _read_page(text: str, blocks: Sequence[Block], meta: Metadata, title_hint: str) -> None:
    title = next((block for block in blocks if block.kind == "title"), None)
    if title:
        meta.provenance["title"] = f"dòng đầu @{title.start}-{title.end}"
    elif title_hint:
        meta.title = title_hint
    folded = fold(meta.title)
    kind = "Báo cáo" if folded.startswith("bao cao") else (_NEWS if _REPORT_TITLE.search(folded) else None)
    meta.put("kind", kind, "tên bài")
    opening = meta.title + "\n" + _opening(text, blocks)
    organ = read_organ([opening])
    meta.put("organ", organ, "tên bài hoặc đoạn mở đầu")
    meta.put("level", level_of(organ, None), "cơ quan trong bài")


def _read_place(text: str, blocks: Sequence[Block], meta: Metadata) -> None:
    """Where it was issued or held: the dateline of the masthead, else "tại …" in the opening."""
    for block in blocks:
        if block.kind == "masthead" and (
            match := re.match(r"\**\s*([^,\d:]{2,40}),\s*ngày", text[block.start : block.end].strip("* "))
        ):
            meta.put("place", match[1].strip("* "), "địa danh, ngày tháng", (block.start, block.end))
            return
    opening = next((block for block in blocks if block.kind == "body"), None)
    if opening and (place := place_in(text[opening.start : opening.end])):
        meta.put("place", place, "đoạn mở đầu", (opening.start, opening.end))
