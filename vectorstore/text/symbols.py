"""Document symbols in running text: 25-NQ/TW, 30/2020/NĐ-CP, 16/CT-TTg, and how people shorten them.

Patterns run over the folded text (same length), so missing diacritics and lower case cost nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.text.normalise import REMEMBERED_CHARS, fold
from vectorstore.text.organs import ORGAN_CODES, ORGAN_PHRASES, PARTY_ORGANS

# Abbreviation in a symbol -> name of the type. The first abbreviation of a name is the one written back.
DOCUMENT_TYPES: dict[str, str] = {
    "NQ": "Nghị quyết", "NQLT": "Nghị quyết liên tịch", "QĐ": "Quyết định", "QyĐ": "Quy định", "QĐi": "Quy định",
    "CT": "Chỉ thị", "KL": "Kết luận", "HD": "Hướng dẫn", "CTr": "Chương trình", "CTHĐ": "Chương trình hành động",
    "CTrHĐ": "Chương trình hành động", "CTPH": "Chương trình phối hợp", "KH": "Kế hoạch", "KHPH": "Kế hoạch phối hợp",
    "TB": "Thông báo", "TC": "Thông cáo", "BC": "Báo cáo", "NĐ": "Nghị định", "TT": "Thông tư",
    "TTLT": "Thông tư liên tịch", "TTLB": "Thông tư liên bộ", "L": "Luật", "BL": "Bộ luật", "PL": "Pháp lệnh",
    "SL": "Sắc lệnh", "CĐ": "Công điện", "CV": "Công văn", "TTr": "Tờ trình", "ĐA": "Đề án", "DA": "Dự án",
    "PA": "Phương án", "QC": "Quy chế", "QCPH": "Quy chế phối hợp", "VBHN": "Văn bản hợp nhất", "BB": "Biên bản",
    "HĐ": "Hợp đồng", "TL": "Tuyên bố", "GM": "Giấy mời", "ĐL": "Điều lệ", "QT": "Quy trình", "TTh": "Thể lệ",
}  # fmt: skip
TYPE_ABBREVIATIONS: dict[str, str] = {name: code for code, name in reversed(DOCUMENT_TYPES.items())}
# Party bodies write QĐ for both Quyết định and Quy định; the heading alone tells.
_SAME_TYPE = {"qyd": "qd", "qdi": "qd", "bl": "l", "cthd": "ctr", "ctrhd": "ctr"}
_YEAR_NUMBERED = frozenset({"NĐ", "TT", "TTLT", "L", "BL", "PL"})  # so the year of "Nghị định 30 năm 2020" is its own


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol as mentioned. `type` and `organ` are None where the mention does not say; spans are of the mention."""

    number: int
    year: int | None
    type: str | None  # abbreviation of DOCUMENT_TYPES
    organ: str | None  # "TW", "CP", "TTg", "QH15", "BKHĐT"
    text: str
    start: int
    end: int
    named: str | None = None  # type named by the words before it ("Nghị quyết 24-KL/TW" names NQ)
    suffix: str = ""  # ".17" of 66.17/2026/NQ-CP, "a" of 12a/KH-UBND

    @property
    def full(self) -> bool:
        """Whether number, organ and type are all said, so that it can stand as a key."""
        return self.organ is not None and (self.type is not None or self.organ.startswith(("QH", "UBTVQH")))

    @property
    def _named_only(self) -> bool:
        """The National Assembly writes no type (59/2020/QH14), its standing committee sometimes."""
        assembly = self.organ is not None and self.organ.startswith(("QH", "UBTVQH"))
        return assembly and fold(f"{self.type}-") not in fold(self.text)

    @property
    def normalised(self) -> str:
        """One spelling: two-digit number at least, no spaces, Party or State shape by the organ."""
        number = f"{self.number:02d}{self.suffix}"
        silent = self.type == "CV" or self._named_only  # the symbol itself leaves the type out
        kind = None if silent else self.type
        tail = "-".join(part for part in (kind, self.organ) if part)
        if self.year is not None:
            return "/".join(part for part in (number, str(self.year), tail) if part)
        if self.type and self.organ and _is_party(self.organ):
            return f"{number}-{self.type}/{self.organ}"
        return f"{number}/{tail}" if self.organ else "-".join(part for part in (number, tail) if part)


def type_name(abbreviation: str) -> str | None:
    """Vietnamese name of a type abbreviation in any spelling: "nq" and "NQ" give "Nghị quyết"."""
    code = _TYPE_CODES.get(fold(abbreviation))
    return DOCUMENT_TYPES[code] if code else None


def _is_party(organ: str) -> bool:
    return organ in PARTY_ORGANS or organ.endswith(("TW", "TU", "HU", "ĐU")) or organ.startswith(("ĐU", "BTV", "TU-"))


_TYPE_CODES: dict[str, str] = {}
for _code in DOCUMENT_TYPES:
    _TYPE_CODES.setdefault(fold(_code), _code)
_NAMES: dict[str, str] = {fold(name): code for name, code in TYPE_ABBREVIATIONS.items()}
_ORGANS: dict[str, str] = {fold(code): code for code in ORGAN_CODES}


def _either(words: list[str]) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s{1,2}") for word in ordered)


_GAP = r"\s{0,2}"
_DASH, _SLASH = rf"{_GAP}[-–]{_GAP}", rf"{_GAP}/{_GAP}"
_TYPE = rf"(?P<type>{_either([code for code in _TYPE_CODES if code != 'l'])}|l(?={_DASH}))"
_WORDS = rf"(?P<named>{_either(list(_NAMES))})"
_NUMBER = r"(?<![\w.,/-])(?P<number>\d{1,5}(?:\.\d{3}(?!\d))?)(?P<suffix>\.\d{1,2}(?=\s?/)|[a-d](?=\s?[-/]))?"
_ORGAN = r"(?P<organ>[a-z]{1,12}\d{0,2}(?:-[a-z]{2,10}\d{0,2}|[-–/](?=[a-z]{2,10}\b)[a-z]{2,10})*)(?![^\W_])"
_SO = r"(?:so\s{0,2}[:.]?\s{0,2})"
_LEAD = rf"(?:\b{_WORDS}\s{{1,2}}{_SO}?)?"
_YEAR = rf"{_SLASH}(?P<year>(?:19|20)\d\d)"
_FULL = [
    # 30/2020/NĐ-CP, 59/2020/QH14, 15/2007/TTLT/BTC-BNV, and 30/2020/NĐ left open
    re.compile(
        rf"{_LEAD}{_NUMBER}{_YEAR}{_SLASH}"
        rf"(?:(?P<assembly>(?:ubtv)?qh\s?\d{{1,2}}k?\d?)(?!\w)|{_TYPE}(?:(?:{_DASH}|{_SLASH}){_ORGAN}|(?![\w/-])))"
    ),
    re.compile(rf"{_LEAD}{_NUMBER}{_DASH}{_TYPE}(?:{_SLASH}{_ORGAN}|(?![\w/-]))"),  # 25-NQ/TW
    re.compile(rf"{_LEAD}{_NUMBER}{_SLASH}{_TYPE}(?:{_DASH}|{_SLASH}){_ORGAN}"),  # 16/CT-TTg
    # 1234/BNV-TCBC: an official letter has no type in its symbol
    re.compile(rf"{_LEAD}{_NUMBER}{_SLASH}(?P<organ>[a-z]{{2,12}}-[a-z0-9.]{{2,12}}(?:-[a-z]{{2,8}})*)(?![^\W_])"),
]
_COUNTED = (
    "noi dung|van de|nhiem vu|giai phap|diem|huyen|xa|tinh|don vi|muc tieu|nguoi|truong hop|tap the|ca nhan|"
    "dong chi|ty|trieu|nghin|ngan|dong|mo hinh|du an|cong trinh|chuong|dieu|khoan|"
    "co quan|linh vuc|de an|nghi quyet|van ban|lan|cap|buoc|nhom|chi tieu|luot|to chuc|thanh vien|can bo"
)
_COUNT = re.compile(rf"\s+(?:{_COUNTED})\b")
_TIME = re.compile(r"\s+(?:nam(?!\s+(?:19|20)\d\d)|thang)\b")
_END = r"(?![\d\w%]|[.,]\d|\s?%)"
_PARTIAL = re.compile(
    rf"\b(?:{_WORDS}|(?P<type>{_either([code for code in _TYPE_CODES if len(code) > 1])}))"
    rf"(?P<so>\s{{1,2}}{_SO}|\s{{0,2}}-?\s{{0,2}})(?P<number>\d{{1,5}})(?P<suffix>)"
    rf"(?:{_SLASH}(?P<year>(?:19|20)\d\d)(?!/)|\s{{1,2}}nam\s{{1,2}}(?P<said_year>(?:19|20)\d\d))?"
    rf"(?:\s?[-–/]\s?(?P<organ>{_either(list(_ORGANS))})(?![^\W_])|{_END})"
)
_PHRASE = re.compile(rf"\s{{1,2}}(?:\(?cua\s{{1,2}})?(?P<phrase>{_either(list(ORGAN_PHRASES))})\b")
# Types that are also verbs or plain nouns: without "số" a number after them is usually a count or a year.
_WEAK = frozenset(
    {"KH", "CTr", "BC", "TB", "ĐA", "DA", "PA", "TTr", "HĐ", "BB", "TC", "QC", "L", "BL", "GM", "CV", "QT", "CĐ",
     "CTHĐ", "CTPH", "TL", "ĐL", "TTh", "SL"}
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_VERBS = frozenset({"QĐ", "KL", "HD", "QyĐ", "CT"})  # "quyết định 15 nội dung" decides fifteen things


def find_symbols(text: str) -> list[Symbol]:
    """All document symbols in `text` (NFC), whole or partial, in order and without overlaps."""
    if not _DIGIT.search(text):
        return []
    return list(_remembered(text)) if len(text) <= REMEMBERED_CHARS else _find(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[Symbol, ...]:
    return tuple(_find(text))


def _find(text: str) -> list[Symbol]:
    folded = fold(text)
    found: list[Symbol] = []
    for pattern in _FULL:
        _add(found, (_from_full(match, text) for match in pattern.finditer(folded)))
    _add(found, (_from_partial(match, text, folded) for match in _PARTIAL.finditer(folded)))
    return found


def symbols_match(asked: Symbol, found: Symbol) -> bool:
    """Whether two mentions can be the same document: number equal, and every part that both say agrees."""
    if (asked.number, asked.suffix) != (found.number, found.suffix):
        return False
    if asked.year is not None and found.year is not None and asked.year != found.year:
        return False
    ours, theirs = _types(asked), _types(found)
    if ours and theirs and not ours & theirs:
        return False
    return asked.organ is None or found.organ is None or _same_organ(fold(asked.organ), fold(found.organ))


def _types(symbol: Symbol) -> set[str]:
    codes = {fold(code) for code in (symbol.type, symbol.named) if code}
    return {_SAME_TYPE.get(code, code) for code in codes}


def _same_organ(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long == short or long.startswith(f"{short}-") or (long.startswith(short) and long[len(short) :].isdigit())


def _add(found: list[Symbol], candidates: Iterable[Symbol | None]) -> None:
    """Add the candidates that overlap none of `found`, which stays in order; earlier patterns have precedence."""
    for symbol in candidates:
        if symbol is None:
            continue
        at = bisect_left(found, symbol.start, key=lambda other: other.start)
        before_free = at == 0 or found[at - 1].end <= symbol.start
        if before_free and (at == len(found) or symbol.end <= found[at].start):
            found.insert(at, symbol)


def _from_full(match: re.Match[str], text: str) -> Symbol | None:
    groups = match.groupdict()
    start, end = match.start("number"), match.end()
    named = _NAMES.get(re.sub(r"\s+", " ", groups["named"])) if groups["named"] else None
    kind = _TYPE_CODES[groups["type"]] if groups.get("type") else None
    organ = groups.get("organ")
    if groups.get("assembly"):
        organ, kind = groups["assembly"].replace(" ", "").upper(), named
    elif organ:
        written = text[match.start("organ") : match.end("organ")]
        if kind is None and written.split("-")[0] != written.split("-")[0].upper():
            return None
        organ = _organ_code(organ, written)
    kind = kind or ("CV" if "assembly" not in groups and organ and not groups.get("type") else None)
    year = int(groups["year"]) if groups.get("year") else None
    number = int(groups["number"].replace(".", ""))
    return Symbol(number, year, kind, organ, text[start:end], start, end, named, groups["suffix"] or "")


def _organ_code(folded: str, written: str) -> str:
    if folded in _ORGANS:
        return _ORGANS[folded] if written.upper() != "TƯ" else "TW"
    parts = re.split(r"[-–/]", written)
    return "-".join(_ORGANS.get(fold(part), part if part != part.lower() else part.upper()) for part in parts)


def _from_partial(match: re.Match[str], text: str, folded: str) -> Symbol | None:
    groups = match.groupdict()
    code = _NAMES[re.sub(r"\s+", " ", groups["named"])] if groups["named"] else _TYPE_CODES[groups["type"]]
    number, said_so = int(groups["number"]), "so" in groups["so"]
    year = groups["year"] or (groups["said_year"] if code in _YEAR_NUMBERED else None)
    looks_like_year = 1900 <= number <= 2100 and not said_so
    if groups["type"] and len(code) == 2 and code in _WEAK and text[match.start() : match.start() + 2].islower():
        return None
    if not said_so and not groups["organ"] and (looks_like_year or (code in _WEAK and not year)):
        return None
    if _TIME.match(folded, match.end()) or (code in _VERBS and not said_so and _COUNT.match(folded, match.end())):
        return None
    organ = _ORGANS.get(groups["organ"]) if groups["organ"] else None
    end = match.end() if year or not groups["said_year"] else match.end("number")
    if organ is None:
        phrase = _PHRASE.match(folded, match.end())
        organ = ORGAN_PHRASES[re.sub(r"\s+", " ", phrase["phrase"])] if phrase else None
    return Symbol(number, int(year) if year else None, code, organ, text[match.start() : end], match.start(), end, code)
