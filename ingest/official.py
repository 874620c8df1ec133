"""The frame of an official document: masthead, type and subject, signature, recipients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ingest.markers import ARTICLE, read_marker
from ingest.paragraphs import Paragraph
from vectorstore.text.normalise import LOWER, UPPER, fold
from vectorstore.text.symbols import DOCUMENT_TYPES, Symbol, find_symbols, type_name

FrameLabel = Literal["body", "masthead", "title", "signature", "recipients"]

_MOTTO = re.compile(
    r"cong hoa xa hoi chu nghia viet nam|dang cong san viet nam|doc lap\s*[-–]\s*tu do\s*[-–]\s*hanh phuc"
)
_NUMBER_LINE = re.compile(r"(?:(?:luat|nghi quyet|phap lenh|lenh|quyet dinh)\s+)?so\s*[:.]?\s*(?=[\d.…])")
_PLACE_AND_DATE = re.compile(r"[*\s]*[^,\d:;]{2,40},\s*ngay\s+[\d.…]{1,4}\s*thang\b")
_TYPE_NAMES = {fold(name) for name in DOCUMENT_TYPES.values()} | {"dieu le", "lenh", "cong bo"}
_TYPE_LINE = re.compile(
    rf"(?P<name>{'|'.join(sorted(_TYPE_NAMES, key=len, reverse=True))})(?P<rest>\s*(?:[-–:]\s*)?.*)", re.DOTALL
)
_ISSUER_LINE = re.compile(r"(?:chinh phu|quoc hoi|(?:thu tuong|bo truong|uy ban|chu tich|thong doc|hoi dong)\s.{0,80})")
_OF_WHOM = re.compile(r"(?:cua|lien tich|so\s*[:.]?\s*\d)\b")
_TITLE_NUMBER = re.compile(
    rf"\W*(?P<name>{'|'.join(sorted(_TYPE_NAMES, key=len, reverse=True))})\s+"
    r"(?:(?:lien tich\s+)?cua\s(?:(?!\b(?:ve|sua doi|huong dan|ban hanh|thuc hien)\b).){0,120}?\b)?so\s*[:.]?\s*(?=\d)",
    re.DOTALL,
)
_PREAMBLE = re.compile(
    r"(?:can cu|thuc hien|theo de nghi|xet de nghi|de (?:thuc|tiep|nang|day|tang|bao)|nham|ngay \d|trong (?:nam|thoi)|"
    r"nam \d{4}|kinh gui|quyet (?:dinh|nghi)\s*:|"
    r"(?:chinh phu|thu tuong|bo truong|quoc hoi|uy ban|ban thuong vu|hoi dong) \D{0,80}(?:ban hanh|quyet dinh))"
)
_OFFICE = re.compile(
    r"(?:t/?\.?m\.?|kt\.?|k/t|tl\.?|t/l|tuq\.?|q\.|thua lenh|thay mat)\s.*|"
    r"(?:pho |thu )?(?:bo truong|chu tich|bi thu|thu tuong|truong ban|thong doc|giam doc|tong giam doc|chanh van phong|"
    r"truong|tong kiem toan|vien truong|chanh an|tong thanh tra|tong bi thu|chu nhiem|thuong truc|cuc truong|vu truong)"
    r"(?: (?:quoc hoi|nuoc|thuong truc|ban|nhiem|uy ban|bo|so|tinh uy|huyen uy|thanh uy|van phong|co quan)\b.{0,40})?|"
    r"thu truong"
)
_NAME = re.compile(rf"[{UPPER}][{LOWER}’']*(?:\s[{UPPER}][{LOWER}’']*){{1,4}}|[{UPPER}’']+(?:\s[{UPPER}’']+){{1,4}}")
_NO_NAME = re.compile(
    r"^(?:va|bo|ban|uy ban|so|quoc hoi|chinh phu|phu luc|mau|bieu|thay mat|da ky)\b|^pho .*\btr|\b(?:va|cua)\b"
)
_RANK = re.compile(r"^(?:(?:trung|thiếu|thượng|đại) tướng|đại tướng|(?:PGS|GS|TS|ThS)\.?)\s+", re.IGNORECASE)
_CONSOLIDATED = "van ban hop nhat"
HEAD_PARAGRAPHS = 30
MAX_TITLE_WORDS = 160  # amending documents name all that they amend, each with its own title


def is_motto(text: str) -> bool:
    """Whether a line is the State's or the Party's heading line."""
    match = _MOTTO.search(fold(text))
    if not match or len(text.split()) > 24:
        return False
    said = text[match.start() : match.end()]
    # Where a font of capitals was lost the line is in small letters, but it is still most of what is said.
    return said == said.upper() or match.group().startswith("doc lap") or len(said) > 0.45 * len(" ".join(text.split()))


def beside_motto(line: str) -> str:
    """What a line says besides the motto: office files and scans run the two columns of a masthead into one line."""
    match = _MOTTO.search(fold(line))
    return f"{line[: match.start()]} {line[match.end() :]}".strip(" *_-–—") if match else line


def type_line(text: str) -> tuple[str, str] | None:
    """The type named by a heading such as "NGHỊ QUYẾT" or "BÁO CÁO kết quả năm 2022", and the subject after it."""
    match = _TYPE_LINE.fullmatch(fold(text.strip()))
    if not match:
        return None
    name = text.strip()[: match.end("name")]
    rest = text.strip()[match.end("name") :]
    if rest and not rest[0].isspace() and rest[0] not in ":-–":
        return None
    alone = not rest.strip() or _OF_WHOM.match(fold(rest).lstrip())
    if name != name.upper() and not (alone and len(text.split()) <= 60):
        return None
    return " ".join(name.split()), rest.strip(" :-–\n")


def number_symbol(text: str) -> Symbol | None:
    """The whole symbol of a line that begins with "Số", as mastheads have it."""
    if len(text.split()) > 20 or not _NUMBER_LINE.match(fold(text).lstrip()):
        return None
    return next((symbol for symbol in find_symbols(text) if symbol.full), None)


def title_symbol(text: str) -> Symbol | None:
    """The document's own symbol in a heading that says it all: "Nghị định của Chính phủ số 94/1998/NĐ-CP ngày …"."""
    match = _TITLE_NUMBER.match(fold(text))
    if not match:
        return None
    own = next((symbol for symbol in find_symbols(text) if symbol.full and symbol.start <= match.end() + 2), None)
    named = type_name(own.type) if own and own.type else None
    return own if named and match["name"].startswith(fold(named).split()[0]) else None


def find_type_line(paragraphs: Sequence[Paragraph]) -> int | None:
    """Index of the line that names the type, among the first paragraphs; None where there is none."""
    consolidated = None
    for index, paragraph in enumerate(paragraphs[:HEAD_PARAGRAPHS]):
        named = type_line(paragraph.text) if paragraph.words <= 60 else None
        if named and fold(named[0]) != _CONSOLIDATED:
            return index
        if named:  # above the type of the document that was consolidated
            consolidated = index
        elif paragraph.words > 60 or read_marker_level(paragraph) is not None:
            break
    return consolidated


def read_marker_level(paragraph: Paragraph) -> int | None:
    """Level of the paragraph's numbering, None for unnumbered text and for dashes."""
    marker = read_marker(paragraph.text)
    return marker.level if marker and marker.label else None


def is_official(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the text is a document and no page: two of heading lines, number line and type line; or articles."""
    head = paragraphs[:HEAD_PARAGRAPHS]
    motto = any(is_motto(paragraph.text) for paragraph in head)
    at = find_type_line(paragraphs)
    typed = at is not None
    subject = "\n".join(p.text for p in paragraphs[at : at + 4]) if at is not None else ""
    numbered = any(number_symbol(p.text) for p in head) or title_symbol(subject) is not None
    articles = sum(1 for p in paragraphs if (marker := read_marker(p.text)) and marker.level == ARTICLE)
    return motto + numbered + typed >= 2 or articles >= 2 or (articles == 1 and len(paragraphs) < 40)


def label_official(paragraphs: Sequence[Paragraph]) -> list[FrameLabel]:
    """One label for each paragraph of an official document, in order."""
    labels: list[FrameLabel] = ["body"] * len(paragraphs)
    _label_head(paragraphs, labels)
    for index, paragraph in enumerate(paragraphs):
        if labels[index] == "body" and is_motto(paragraph.text):
            _label_inner_head(paragraphs, labels, index)
    _label_recipients(paragraphs, labels)
    return labels


def _label_head(paragraphs: Sequence[Paragraph], labels: list[FrameLabel]) -> None:
    frame = _frame_end(paragraphs)
    at = find_type_line(paragraphs)
    if at is None:
        labels[:frame] = ["masthead"] * frame
        return
    labels[:at] = ["masthead"] * at
    labels[at] = "title"
    # Type and subject in one line above the masthead: a converted page.
    if at == 0 and any(is_motto(paragraph.text) for paragraph in paragraphs[1:frame]):
        labels[1:frame] = ["masthead"] * (frame - 1)
        return
    for index in range(at + 1, min(at + 8, len(paragraphs))):
        if not _continues_title(paragraphs[index], index - at):
            break
        labels[index] = "title"


def _frame_end(paragraphs: Sequence[Paragraph]) -> int:
    """One past the last heading, number or place-and-date line among the first paragraphs."""
    end = 0
    for index, paragraph in enumerate(paragraphs[:HEAD_PARAGRAPHS]):
        folded = fold(paragraph.text)
        if is_motto(paragraph.text) or number_symbol(paragraph.text) or _PLACE_AND_DATE.match(folded):
            end = index + 1
    return end


def _continues_title(paragraph: Paragraph, distance: int) -> bool:
    folded = fold(paragraph.text)
    if read_marker_level(paragraph) is not None or _PREAMBLE.match(folded) or paragraph.words > MAX_TITLE_WORDS:
        return False
    if _ISSUER_LINE.fullmatch(folded) or (distance > 1 and paragraph.blank_before and not paragraph.text.isupper()):
        return False
    return not paragraph.text.rstrip().endswith((".", ":"))


def _label_inner_head(paragraphs: Sequence[Paragraph], labels: list[FrameLabel], at: int) -> None:
    """A second masthead, before an attached document or a form."""
    labels[at] = "masthead"
    if at and labels[at - 1] == "body" and paragraphs[at - 1].text.isupper() and paragraphs[at - 1].words <= 12:
        labels[at - 1] = "masthead"


def label_signatures(paragraphs: Sequence[Paragraph], labels: list[str]) -> None:
    """Mark offices in capitals with the name under them, in place."""
    for index, paragraph in enumerate(paragraphs):
        if labels[index] not in ("body", "heading", "boilerplate", "byline") or not is_office(paragraph.text):
            continue
        name = next((i for i in range(index + 1, min(index + 5, len(paragraphs))) if is_name(paragraphs[i].text)), None)
        if name is not None and all(p.words <= 12 for p in paragraphs[index : name + 1]):
            labels[index : name + 1] = ["signature"] * (name + 1 - index)


def is_office(text: str) -> bool:
    """A line of a signature block that names an office: "TM. CHÍNH PHỦ", "KT. BỘ TRƯỞNG", "BÍ THƯ"."""
    return text.strip() == text.strip().upper() and bool(_OFFICE.fullmatch(fold(" ".join(text.split()))))


def is_name(text: str) -> bool:
    """A line that is a person's name, with or without a rank or degree."""
    bare = _RANK.sub("", text.strip())
    return bool(_NAME.fullmatch(bare)) and not (is_office(text) or is_motto(text) or _NO_NAME.search(fold(text)))


def without_rank(name: str) -> str:
    """The name without "Đại tướng", "TS." and the like."""
    return _RANK.sub("", name.strip())


def _label_recipients(paragraphs: Sequence[Paragraph], labels: list[FrameLabel]) -> None:
    for index, paragraph in enumerate(paragraphs):
        if not re.match(r"noi nhan\s*:?", fold(paragraph.text)) or labels[index] == "signature":
            continue
        labels[index] = "recipients"
        for later in range(index + 1, len(paragraphs)):
            if not re.match(r"\s*[-–+•]", paragraphs[later].text) or labels[later] == "signature":
                break
            labels[later] = "recipients"
