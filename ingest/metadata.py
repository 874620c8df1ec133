"""What a document is: title, type, symbol, organ, level, place, dates, period, signer, each with where it was read."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingest.dating import date_article, date_official, find_period
from ingest.official import beside_motto, is_motto, is_name, is_office, type_line, without_rank
from ingest.organs import in_full, level_of, organ_in, organ_of_symbol, place_held, province_in, read_organ, visited_in
from ingest.own_symbol import closing_symbol, misread, own_symbol, symbol_in_name
from ingest.structure import Block
from ingest.titles import cased, lower_first
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import LOWER, UPPER, fold
from vectorstore.text.symbols import DOCUMENT_TYPES, TYPE_ABBREVIATIONS, Symbol, find_symbols

_CONFERENCE = re.compile(r"\bhoi nghi\b|\btong ket\b|\bso ket\b")
_RECIPIENTS = re.compile(r"^[ \t*]*Nơi nhận\b", re.MULTILINE | re.IGNORECASE)
_RIGHT_COLUMN = re.compile(r"(?:[ ]{4,}|\t)(\S[^\n\t]*?)[ \t]*(?=\n|\Z)")
LONGEST_END = 1500  # characters from "Nơi nhận" on
_HELD = re.compile(
    rf"[^.\n]*\b(?:tại|ở) [{UPPER}][^.,\n]{{1,40}}, [{UPPER}][^.\n]{{5,120}}? tổ chức [^.,\n]{{0,20}}"
    r"(?:Hội nghị|hội nghị|Hội thảo|hội thảo|Đại hội|đại hội)[^.\n]*"
)
# Who held it, also where no place stands before: "Trong hai ngày 15 và 16/4, UBND tỉnh … phối hợp với … tổ chức …".
_HOST = re.compile(
    r"(?:,\s+|\)\s*[-–]\s*|^)(?P<host>(?:UBND|HĐND|Ủy ban|Hội đồng|Ban|Bộ|Sở|Hội|Đảng ủy|Tỉnh ủy|Thành ủy|Huyện ủy|"
    r"Liên đoàn|Liên minh|Tỉnh đoàn|Mặt trận|Cục|Quân đoàn|Quân khu) "
    # "Ban Chỉ đạo xóa nhà tạm, nhà dột nát tỉnh …": commas in a name, before what it is of
    r"[^.,;:\n]{2,90}?(?:(?:,|,? và) [^.,;:\n]{2,60}? (?:tỉnh|thành phố|huyện|thị xã) [^.,;:\n]{2,30}?)?)\s+"
    r"(?:(?:phối hợp|cùng) [^.\n]{3,140}? )?"
    r"tổ chức [^.,\n]{0,24}\b(?:hội nghị|hội thảo|đại hội|kỳ họp|hội thi|lễ)\b",
    re.MULTILINE | re.IGNORECASE,
)
_NO_HOST = re.compile(r"\s*\([^()]*\)|\s+(?:sáng|chiều|tối|ngày|vừa|đã|mới|sẽ|hôm|long trọng)\b.*")
_ONE_WORD_PLACES = frozenset({"Huế", "Vinh"})
HELD_WITHIN = 3000  # characters of an article, in which it says what it reports on
_WHOLE_TEXT = re.compile(r"\btoan van\b")
# Sections of the official gazette, printed above the masthead of a document
_GAZETTE_LINE = re.compile(
    r"(?:(?:phan )?(?:thu )?[ivx\d]{0,4}[.:]? ?)?(?:cong bao|van ban (?:quy pham phap luat|khac|hop nhat|chi dao.*)|"
    r"dieu uoc quoc te|thong tin khac)"
)
_FORM_GAPS = re.compile(r"(?:\.{5,}|…{3,}|_{5,})")
# Years in a title that are those of documents it names: "Quyết định số 31/2022/QĐ-UBND ngày 20 tháng 10 năm 2022"
_OTHERS = re.compile(
    r"\S*\d/(?:19|20)\d\d/\S*|\bngày\s+\d{1,2}\s*(?:tháng\s+\d{1,2}\s*năm\s+|[/.-]\s*\d{1,2}\s*[/.-]\s*)\d{4}"
)
_ISSUED_AT = re.compile(rf"(?:^|\s)([{UPPER}][^\W\d_]*\.?(?: (?:- )?[^\W\d_]+){{0,5}})\s?[,.]\s*ngày\b")


_SIGNED_BY = re.compile(rf"((?:[{UPPER}][{LOWER}]+ ){{1,3}}[{UPPER}][{LOWER}]+)$")
_ISSUER = re.compile(r"(?:quyet dinh|chi thi|thong tu|nghi dinh|nghi quyet) (?:lien tich )?cua\s")


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

    def replace(self, name: str, value: object, rule: str) -> None:
        """Put a value in the place of the one that was read first."""
        self.values[name] = value
        self.provenance[name] = rule


def read_metadata(
    text: str,
    blocks: Sequence[Block],
    source: str,
    title_hint: str = "",
    published: date | None = None,
    from_picture: bool = False,
    unsure: Collection[str] = (),
) -> Metadata:
    """Metadata of a stored text; `title_hint` and `published` are what the file itself says (page head, properties).

    `from_picture` says that the first page was read by OCR, `unsure` are lines with a number it may have misread.
    """
    head = [block for block in blocks if block.kind in ("masthead", "title")]
    framed = _is_framed(text, blocks, head)
    meta = Metadata(title=_first_line(text, blocks) or title_hint or source)
    if framed:
        _read_frame(text, blocks, head, meta)
    else:
        _read_page(text, blocks, meta, title_hint)
    if framed and "symbol" not in meta.values and (named := symbol_in_name(source.rsplit(".", 1)[0])):
        meta.put("symbol", named.normalised, "tên tệp")
    if from_picture:
        _mend_symbol(source, meta)
    if published:
        meta.put("published_date", published, "thông tin trong tệp")
    if framed:
        date_official(text, blocks, meta, frozenset(unsure))
    else:
        date_article(text, blocks, meta)
    meta.put("period", find_period(_OTHERS.sub(" ", meta.title)), "tên văn bản")
    if not framed:
        meta.put("period", find_period(_held(text)), "câu về hội nghị")
        meta.put("period", find_period(_opening(text, blocks)), "đoạn mở đầu")
    _read_place(text, blocks, meta)
    return meta


def _is_framed(text: str, blocks: Sequence[Block], head: Sequence[Block]) -> bool:
    """Whether the text is a document with a masthead, a number of its own, or a type line above articles."""
    if any(block.kind == "masthead" for block in head) or own_symbol(text, head)[0] is not None:
        return True
    titled = next((text[block.start : block.end] for block in head), "")
    return type_line(titled) is not None and any(block.article for block in blocks)


def _mend_symbol(source: str, meta: Metadata) -> None:
    read = next(iter(find_symbols(meta.values.get("symbol") or "")), None)
    named = misread(read, source.rsplit(".", 1)[0]) if read else None
    if read and named:
        meta.values["symbol"] = named.normalised
        meta.provenance["symbol"] = f"tên tệp; chữ nhận dạng từ ảnh ghi {read.normalised}"
        meta.warnings.append(f"Số ký hiệu lấy theo tên tệp, vì ảnh đọc ra {read.normalised}; nên đối chiếu bản gốc.")


def _first_line(text: str, blocks: Sequence[Block]) -> str:
    return next((" ".join(text[b.start : b.end].split()) for b in blocks if b.kind in ("title", "body", "heading")), "")


def _opening(text: str, blocks: Sequence[Block]) -> str:
    body = next((block for block in blocks if block.kind == "body"), None)
    return text[body.start : min(body.end, body.start + 600)] if body else ""


def _held(text: str) -> str:
    """The sentence near the top that says who held what where: "Ngày 14/1, tại Hà Nội, Hội đồng … tổ chức Hội nghị"."""
    match = _HELD.search(text[:HELD_WITHIN])
    return match.group() if match else ""


def _host(text: str) -> str | None:
    """The body that held what is reported, abbreviations of its kind spelled out."""
    match = _HOST.search(text[:HELD_WITHIN])
    host = _NO_HOST.sub("", " ".join(match["host"].split())) if match else ""
    return in_full(host) if host[:1].isupper() and len(host.split()) > 2 else None


def _read_frame(text: str, blocks: Sequence[Block], head: Sequence[Block], meta: Metadata) -> None:
    symbol, where = own_symbol(text, head)
    if symbol is None:
        symbol, where = closing_symbol(text, blocks)
        if symbol:
            meta.put("kind", DOCUMENT_TYPES["VBHN"], "số, ký hiệu ở phần xác thực", where)
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
    if kind == DOCUMENT_TYPES["VBHN"]:  # below its subject it tells the story of what was consolidated
        joined = re.split(r"\s(?=\S+ \S+ số \d)", joined, maxsplit=1)[0]
    joined = cased(joined, text)
    meta.title = f"{kind} {lower_first(joined)}".strip() if kind and joined else joined or meta.title
    _read_organ(text, head, symbol, meta)
    signature = [block for block in blocks if block.kind == "signature"]
    name = next((b for b in signature if is_name(text[b.start : b.end]) and not is_office(text[b.start : b.end])), None)
    span = (name.start, name.end) if name else _beside_recipients(text)
    if span:
        meta.put("signer", without_rank(text[slice(*span)]), "phần ký", span)


def _beside_recipients(text: str) -> tuple[int, int] | None:
    """The name in the right column of an end set in two: "- Lưu: VT.     Lê Văn A" below "Nơi nhận:     CHỦ TỊCH"."""
    begin = next((match.start() for match in reversed(list(_RECIPIENTS.finditer(text)))), len(text))
    found = None
    for piece in _RIGHT_COLUMN.finditer(text, begin, begin + LONGEST_END):
        if is_name(piece[1]) and not is_office(piece[1]):
            found = piece.span(1)
    return found


def _title_end(lines: Sequence[tuple[Block, str]]) -> int:
    """Title lines of the document itself; those of attached documents come later in the text."""
    for index in range(1, len(lines)):
        if type_line(lines[index][1]) and lines[index][0].start - lines[index - 1][0].end > 200:
            return index
    return len(lines)


def _type_case(name: str) -> str:
    known = {fold(kind): kind for kind in TYPE_ABBREVIATIONS}
    return known.get(fold(name), name.capitalize())


def _read_organ(text: str, head: Sequence[Block], symbol: Symbol | None, meta: Metadata) -> None:
    lines: list[str] = []
    for block in head:
        whole = " ".join(text[block.start : block.end].split()).strip("* ")
        line = beside_motto(whole)
        capital = line == line.upper() and any(char.isalpha() for char in line)
        if block.kind == "masthead" and capital and not is_motto(line) and not find_symbols(line):
            lines.extend([line] if not _GAZETTE_LINE.fullmatch(fold(line)) and line not in lines else [])
        elif lines and line == whole:
            break
    joint = symbol is not None and symbol.type == "TTLT"
    meta.put("organ", read_organ(lines, joint=joint), "phần đầu văn bản")
    meta.put("organ", organ_of_symbol(symbol) if symbol else None, "ký hiệu")
    issuer = _ISSUER.match(fold(meta.title))
    meta.put("organ", organ_in(meta.title[issuer.end() :]) if issuer else None, "tên văn bản")
    meta.put("level", level_of(meta.values.get("organ"), symbol), "cơ quan ban hành")


def _read_page(text: str, blocks: Sequence[Block], meta: Metadata, title_hint: str) -> None:
    title = next((block for block in blocks if block.kind == "title"), None)
    if title:
        meta.provenance["title"] = f"dòng đầu @{title.start}-{title.end}"
    elif title_hint:
        meta.title = title_hint
    opening = _opening(text, blocks)
    _read_presented(text, blocks, meta)
    if fold(meta.title).startswith("bao cao"):
        meta.put("kind", "Báo cáo", "tên bài")
    elif len(_FORM_GAPS.findall(text)) >= 5:
        meta.put("kind", "Biểu mẫu", "chỗ trống để điền")
    else:
        held = _CONFERENCE.search(fold(f"{meta.title} {opening} {_held(text)}"))
        meta.put("kind", "Tin hội nghị" if held else "Tin, bài", "tên bài, câu về hội nghị và đoạn mở đầu")
    signed = [block for block in blocks if block.kind == "signature"]
    name = _SIGNED_BY.search(text, signed[-1].start, signed[-1].end) if signed else None
    meta.put("signer", name[1] if name else None, "dòng ký cuối bài", name.span(1) if name else None)
    host, named = _host(text), organ_in(_held(text)) or organ_in(opening)
    organ = organ_in(meta.title) or (host if host and (level_of(host) or not named) else named)
    meta.put("organ", organ, "tên bài, câu về hội nghị hoặc đoạn mở đầu")
    meta.put("level", level_of(organ) or level_of(meta.title) or level_of(opening), "tên bài hoặc đoạn mở đầu")


def _read_presented(text: str, blocks: Sequence[Block], meta: Metadata) -> None:
    """A page that gives the whole text of a document ("giới thiệu toàn văn Báo cáo số …, ngày …") has its symbol."""
    body = next((block for block in blocks if block.kind == "body"), None)
    line = text[body.start : body.end][:600] if body else ""
    said = _WHOLE_TEXT.search(fold(line))
    symbol = next((s for s in find_symbols(line) if said and s.full and 0 <= s.start - said.end() <= 60), None)
    if body and symbol:
        meta.put(
            "symbol", symbol.normalised, "giới thiệu toàn văn", (body.start + symbol.start, body.start + symbol.end)
        )
        meta.put("kind", DOCUMENT_TYPES.get(symbol.type or ""), "ký hiệu")
        day = next((m for m in find_dates(line[symbol.end : symbol.end + 30]) if m.as_date()), None)
        meta.put("issue_date", day.as_date() if day else None, "giới thiệu toàn văn", (body.start, body.end))


def _read_place(text: str, blocks: Sequence[Block], meta: Metadata) -> None:
    """Where it was issued or held: the dateline of the masthead, else "tại …" in the opening, else its province."""
    for block in blocks:
        if block.kind != "masthead":
            continue
        line = text[block.start : block.end]
        symbols = find_symbols(line)  # "Số: 99/NQ-CP Hà Nội, ngày 06 tháng 4": two columns in one line
        match = _ISSUED_AT.search(line[symbols[0].end if symbols else 0 :].strip("* "))
        if match:
            place = " ".join(match[1].split())
            if " " in place or place in _ONE_WORD_PLACES:  # else it is what OCR left of "Hà Nội"
                meta.put("place", place, "địa danh, ngày tháng", (block.start, block.end))
            return
    if any(block.kind == "masthead" for block in blocks):
        return
    if visited := visited_in(meta.title):
        meta.put("place", visited, "tên bài")
        meta.replace("level", "province", "tên bài: làm việc với tỉnh")
    meta.put("place", place_held(_opening(text, blocks)), "đoạn mở đầu")
    meta.put("place", place_held(_held(text)), "câu về hội nghị")
    if meta.values.get("level") == "province":
        organ, province = meta.values.get("organ", ""), province_in(text)
        meta.put("place", province, "tên tỉnh được nhắc nhiều nhất")
        if organ.endswith(" tỉnh") and province:  # "Hội Nông dân tỉnh" says it of its own province
            meta.replace("organ", f"{organ} {province}", f"{meta.provenance['organ']}; tên tỉnh được nhắc nhiều nhất")
