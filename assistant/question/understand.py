"""What a question asks for and what any evidence for it must satisfy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.question.followup import standalone
from assistant.question.places import find_provinces
from assistant.question.spelling import SyllableCounts, expand_abbreviations, mend
from assistant.types import Turn
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol, find_symbols

Expects = Literal["person", "date", "number", "place", "organ", "list", "text"]

# On folded text. Order matters: the first that matches decides.
_EXPECTS: tuple[tuple[Expects, str], ...] = (
    ("person", r"\bai\b|\b(?:dong chi|ong|ba|nguoi|lanh dao) nao\b|\bten (?:la|cua ai)\b|\bhọ ten\b"),
    ("number", r"\bbao nhieu\b|\bmay\s+(?!nam gan)|\bso luong\b|\bty le\b|\bmuc (?:ho tro|thuong|phat|chi|thu|dong)\b|\bbao lau\b|\bbao xa\b"),
    ("date", r"\b(?:ngay|thang|nam|thoi gian|thoi diem|hom|quy) (?:nao|may|bao nhieu)\b|\bkhi nao\b|\bbao gio\b|\bluc nao\b|\btu khi\b"),
    ("place", r"\bo dau\b|\btai dau\b|\bdau la noi\b|\b(?:tinh|huyen|xa|thanh pho|noi|dia phuong|dia diem|diem cau|khu vuc) nao\b"),
    ("list", r"\bnhung\b.*\b(?:nao|gi)\b|\bcac\b.*\b(?:nao|gi)\b|\bgom (?:nhung )?(?:gi|ai|nao)\b|\bliet ke\b|\bnhung gi\b|\bneu (?:cac|nhung)\b"),
    ("organ", r"\b(?:co quan|don vi|to chuc|ban|bo|so|tap the|hoi) nao\b"),
)  # fmt: skip
_YES_NO = re.compile(
    r"\b(?:dung|phai|that|chinh xac)\s+(?:khong|ko|k|chua)\b|\bco (?:dung|phai)\b|(?<!bao )\b(?:khong|ko|chua)\s*[?.]*\s*$|\bha\b\s*\?*$"
)
_CONFIRM = re.compile(
    r"[\s,]*(?:(?:có|co)\s+)?(?:đúng|dung|phải|phai|thật|that|chính xác|chinh xac)\s+(?:vậy\s+|vay\s+|như vậy\s+)?(?:không|khong|ko|k|chưa|chua)\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w/.-])\d{1,3}(?:[.,]\d{3})+(?![\w/-])|(?<![\w/.,-])\d+(?:[.,]\d+)?%?(?![\w/-])")
_QUOTED = re.compile(r"[\"“”«]([^\"“”»]{3,120})[\"“”»]")
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Tô|Đinh|Đoàn|Lương|Mai|Trịnh|Cao|"
    "Lâm|Tạ|Hà|Đào|Phùng|Chu|Châu|Quách|Tống|Thái|Lưu|La|Từ|Điểu|Y|A|Hầu|Giàng|Lò|Vàng|Sùng|Nông|Triệu|Vi|Kim|Thạch|Danh"
)
PERSON = re.compile(
    rf"(?<!\w)(?:{_SURNAMES})(?:\s+[A-ZÀ-ỸĐ][a-zà-ỹđ]*(?:[’'][A-ZÀ-ỸĐ]?[a-zà-ỹđ]+)?){{1,4}}(?!\w)"
)
_COMPARE = re.compile(r"\blan luot\b|\bso sanh\b|\bso voi\b|\bkhac (?:nhau|gi)\b|\bthay doi\b|\btang hay giam\b")


@dataclass(frozen=True)
class Question:
    """A question as understood. Constraints are what a cited sentence, or its document, must bear out."""

    asked: str  # as typed, NFC
    text: str  # standalone, spelling mended: what is shown as the question understood
    unaccented: bool  # typed without diacritics: search the folded words
    expects: Expects
    yes_no: bool
    symbols: tuple[Symbol, ...] = ()
    years: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()  # figures stated in the question, other than years and symbols
    provinces: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    expansion: str = ""  # abbreviations spelled out, added for search
    parts: tuple[str, ...] = field(default=())  # sub-questions, when several years are asked about at once

    @property
    def search_text(self) -> str:
        return f"{self.text} {self.expansion}".strip()


def understand(asked: str, history: Sequence[Turn], counts: SyllableCounts) -> Question:
    """Read a question in its conversation."""
    spelled = mend(asked, counts)
    text = standalone(spelled.text, history)
    return replace_text(spelled.text, text, spelled.unaccented)


def replace_text(asked: str, text: str, unaccented: bool) -> Question:
    """The reading of a question that already stands alone."""
    symbols = find_symbols(text)
    blank = list(text)
    for symbol in symbols:
        blank[symbol.start : symbol.end] = " " * (symbol.end - symbol.start)
    rest = "".join(blank)
    years = tuple(dict.fromkeys(find_years(rest)))
    folded = fold(text)
    return Question(
        asked=asked,
        text=text,
        unaccented=unaccented,
        expects=next((kind for kind, pattern in _EXPECTS if re.search(pattern, folded)), "text"),
        yes_no=bool(_YES_NO.search(folded)),
        symbols=tuple(symbols),
        years=years,
        numbers=tuple(n for n in _NUMBER.findall(rest) if not (n.isdigit() and 1900 <= int(n) <= 2100)),
        provinces=tuple(dict.fromkeys(name for name, _, _ in find_provinces(text))),
        persons=tuple(dict.fromkeys(PERSON.findall(text))),
        quoted=tuple(_QUOTED.findall(text)),
        expansion=expand_abbreviations(text),
        parts=_split_years(text, years, folded),
    )


def without_confirmation(text: str) -> str:
    """The statement inside "…, đúng không?"."""
    return _CONFIRM.sub("", text)


def _split_years(text: str, years: tuple[int, ...], folded: str) -> tuple[str, ...]:
    """One question a year, when a question asks about two or three years side by side ("năm 2017 và năm 2023")."""
    found = list(re.finditer(r"(?:năm|nam|Năm|Nam)?\s*\b((?:19|20)\d\d)\b", text))
    if not 2 <= len(found) <= 3 or len(years) != len(found) or re.search(r"\d{4}\s*[-–]\s*\d{4}|giai doan|nhiem ky", folded):
        return ()
    between = [fold(text[a.end() : b.start()]).strip() for a, b in zip(found, found[1:], strict=False)]
    if not (_COMPARE.search(folded) or all(gap in ("va", ",", ", va", "voi", "den", "hay", "hoac") for gap in between)):
        return ()
    start, end = found[0].start(), found[-1].end()
    parts = []
    for match in found:
        part = f"{text[:start]} năm {match[1]}{text[end:]}"
        parts.append(re.sub(r"\s+", " ", re.sub(r"(?i)\s*\b(lần lượt|so sánh)\b", "", part)).strip())
    return tuple(parts)
