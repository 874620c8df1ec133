"""Dates of a document: when it was issued, published, held; a page's print date is none of these."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ingest.own_symbol import symbol_of_title
from ingest.structure import Block
from vectorstore.text.dates import DateMention, find_dates, find_periods, find_years
from vectorstore.text.normalise import fold

if TYPE_CHECKING:
    from ingest.metadata import Metadata

Put = Callable[[str, object, str, tuple[int, int] | None], None]
_ISSUED = re.compile(r"(?:^|[,.\s])ngay\s+\S{1,4}\s*thang")
_PLACE_AND_DATE = re.compile(r"[^,\d:;]{2,40},\s*ngay \d{1,2} thang \d{1,2} nam \d{4}")
_HELD = re.compile(r"\b(?:sang|chieu|toi|ngay)\s*(?:\d{1,2}\s*(?:va|-|–|den)\s*)?$")  # "hai ngày 15 và 16/4"
_OF_DOCUMENT = re.compile(  # "Nghị quyết số 41-NQ/TU ngày 12/3/2029" was not held then
    r"\b(?:nghi quyet|chi thi|ket luan|quyet dinh|ke hoach|chuong trinh|quy dinh|huong dan|nghi dinh|thong tu)"
    r"(?:\s+so)?\s+\S*\d\S*,?\s+(?:ngay\s*)?$"
)
_PASSED = re.compile(r"(?:luat|nghi quyet|phap lenh) nay (?:da )?duoc .{0,160}thong qua\s+(?:vao\s+)?ngay\s")
_TERM = re.compile(r"\bkhoa\s+([ivxl]{1,6})\b")
PRINT_GAP_DAYS = 270  # a review of a year is published within months of its end; a date long after is a print date


def date_official(text: str, blocks: Sequence[Block], meta: Metadata, unsure: frozenset[str]) -> None:
    """Issue date: the place-and-date line of the masthead; a law has the day it was passed, near its end.

    A date on one of the `unsure` lines stays unknown: digits misread by OCR make another day of it.
    """
    put: Put = meta.put
    for block in blocks:
        line = text[block.start : block.end]
        if block.kind not in ("masthead", "dateline") or not _ISSUED.search(fold(line)):
            continue
        if unsure.intersection(part.strip() for part in line.split("\n")):
            meta.warnings.append("Ngày ban hành đọc từ ảnh không rõ nên để trống; nên xem bản gốc.")
            return
        for mention in find_dates(line):
            if day := mention.as_date():
                put("issue_date", day, "địa danh, ngày tháng", (block.start + mention.start, block.start + mention.end))
                return
    start, symbol = symbol_of_title(text, blocks)
    if symbol:
        for mention in find_dates(text[start : start + symbol.end + 60]):
            if mention.as_date() and 0 <= mention.start - symbol.end <= 12:
                span = (start + mention.start, start + mention.end)
                put("issue_date", mention.as_date(), "ngày sau số, ký hiệu ở tên văn bản", span)
                return
    for block in reversed(blocks):
        line = text[block.start : block.end]
        passed = _PASSED.search(fold(" ".join(line.split()))) if block.kind == "body" else None
        days = [m for m in find_dates(line) if m.as_date()] if passed else []
        if days:
            put(
                "issue_date",
                days[0].as_date(),
                "ngày thông qua",
                (block.start + days[0].start, block.start + days[0].end),
            )
            return
    for block in reversed(blocks):  # consolidated texts are dated where they are certified, at the end
        line = text[block.start : block.end]
        if len(line) <= 60 and _PLACE_AND_DATE.fullmatch(fold(line).strip()):
            put("issue_date", find_dates(line)[-1].as_date(), "địa danh, ngày tháng ở cuối", (block.start, block.end))
            return


def date_article(text: str, blocks: Sequence[Block], meta: Metadata) -> None:
    """Publication date from the dateline, event date from the opening; a dateline long after is a print date."""
    dateline = next((block for block in blocks if block.kind == "dateline"), None)
    years = _subject_years(text, blocks, meta.title)
    event = _event(text, blocks)
    if dateline:
        line = text[dateline.start : dateline.end]
        printed = next(m for m in find_dates(line) if m.as_date())
        day = printed.as_date()
        span = (dateline.start + printed.start, dateline.start + printed.end)
        if day and _is_print_date(day, years):
            meta.provenance["printed_date"] = (
                f"{day.isoformat()}: ngày in trang, không phải ngày đăng @{span[0]}-{span[1]}"
            )
            meta.warnings.append(
                f"Dòng đầu ghi ngày {day.strftime('%d/%m/%Y')} là ngày in trang, không phải ngày của nội dung."
            )
        else:
            meta.put("published_date", day, "dòng ngày đăng", span)
    if event and "issue_date" not in meta.values:
        block, mention = event
        span = (block.start + mention.start, block.start + mention.end)
        published = meta.values.get("published_date")
        if mention.year:
            meta.put("event_date", mention.as_date(), "đoạn mở đầu", span)
        elif year := _inferred_year(mention, published, years):
            meta.put("event_date", mention.as_date(year), f"đoạn mở đầu, năm {year} inferred (suy ra)", span)


def _subject_years(text: str, blocks: Sequence[Block], title: str) -> list[int]:
    """Years the text is about: those of the title, else the most recent one its body names."""
    named = find_years(title)
    if named:
        return named
    body = " ".join(text[block.start : block.end] for block in blocks if block.kind == "body")
    return sorted(set(find_years(body)))[-1:]


def _is_print_date(day: date, years: Sequence[int]) -> bool:
    """A date is a print date when it lies long after the latest year the report plans for."""
    return bool(years) and (day - date(max(years), 1, 1)).days > 365 + PRINT_GAP_DAYS


def _event(text: str, blocks: Sequence[Block]) -> tuple[Block, DateMention] | None:
    """The first day the opening paragraphs announce ("Sáng 8/1, …", "Ngày 14/1, …")."""
    opening = [block for block in blocks if block.kind == "body"][:4]
    for block in opening:
        line = text[block.start : block.end][:400]
        for mention in find_dates(line):
            announced = _HELD.search(fold(line[max(0, mention.start - 12) : mention.start]))
            of_document = _OF_DOCUMENT.search(fold(line[: mention.start]))
            if mention.day and mention.month and announced and mention.start < 200 and not of_document:
                return block, mention
    return None


def _inferred_year(mention: DateMention, published: object, years: Sequence[int]) -> int | None:
    """The year that puts the event next before the publication, else the latest year of the subject."""
    if isinstance(published, date):
        day = mention.as_date(published.year)
        return published.year if day and day <= published else published.year - 1
    return max(years) if years else None


def find_period(text: str) -> str | None:
    """The period a text covers: "2016-2020", else a year of review, else a term ("khóa XIII")."""
    periods = find_periods(text)
    if periods:
        return f"{periods[0][0]}-{periods[0][1]}"
    years = find_years(text)
    if years:
        return str(years[0])
    term = _TERM.search(fold(text))
    return f"khóa {term[1].upper()}" if term else None
