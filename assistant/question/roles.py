"""Offices: which one a question asks about, and whether a sentence speaks of its holder.

"Phó Trưởng Ban" is not "Trưởng Ban", and the head of a provincial commission is not that of the central one; but where
a sentence gives the office without its organ, the document's own organ is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.question.asking import asks_whom
from assistant.question.names import PERSON, find_names
from assistant.question.places import find_provinces
from assistant.question.shorthand import ABBREVIATIONS
from vectorstore.text.normalise import fold, one_line

_HEADS = (
    "thuong truc ban bi thu|pho truong ban thuong truc|pho truong ban|truong ban|pho bi thu thuong truc|pho bi thu|"
    "tong bi thu|bi thu|pho chu tich thuong truc|pho chu tich|chu tich|pho chu nhiem|chu nhiem|pho thu tuong|thu tuong|"
    "bo truong|thu truong|pho giam doc|giam doc|tong thu ky|tong giam doc|pho chanh van phong|chanh van phong|"
    "pho chanh thanh tra|chanh thanh tra|pho truong phong|truong phong|chi cuc truong|pho cuc truong|cuc truong|"
    "truong cong an|pho truong cong an|"
    "pho vu truong|vu truong|pho vien truong|vien truong|pho hieu truong|hieu truong|chanh an|truong doan|tu lenh|"
    "chinh uy"
)
HEAD = re.compile(rf"\b(?:{_HEADS})\b")
# Where the name of an office ends in a question …
_ASKED_END = re.compile(
    r"\s*(?:[?.,;:()\"“”]|\b(?:la|nam|thang \d|ngay \d|tai|trong|khi|luc|du|tham du|va|o|nhiem ky|khoa|ai|nao|"
    r"hien|thoi diem|thoi ky|so ket|tong ket|chiu|phu "
    r"trach|dieu hanh|thay mat|tham gia|cuoi|dau|hoi|hom|chu tri|phat bieu|co|da|duoc|"
    r"ky|giai doan|vao|hoi nghi|thi|noi|neu|khang dinh|yeu cau|de nghi|lan luot|tu|den|truoc|sau|giu|dong chi|"
    r"voi|nay|luc|bay gio|tang|"
    r"hoi thao|ban hanh|trao|nhan|con|duong nhiem|chia se|gioi thieu|trinh bay|tham luan|tra loi"
    r"|giai trinh|dan dau|truc tiep|cho biet|trao doi|de xuat|kien nghi|khai mac|be mac|hoi ve|bao cao|doc|bi|"
    r"cung|theo|lam)\b|$)"
)
# … and in a sentence, where a capital may continue it ("Trưởng Ban Dân vận Trung ương").
_SAID_END = re.compile(
    r"\s*(?:[?.,;:()\"“”\n–-]|\b(?:du|tham du|chu tri|phat bieu|khang dinh|yeu cau|de nghi|ghi nhan|nhan manh|"
    r"trao|va|la|tang|cho|ky|"
    r"neu|cho rang|dong thoi|tai|trong|da|den|ket luan|giu|thay|nghi|lam|cung|dong chi|ong|ba|duoc|tu|khoa|"
    r"nhiem ky|co|bieu duong|"
    r"cam on|giao|chi dao|tiep thu|danh gia|thong nhat|chia se|gioi thieu|trinh bay|tham luan|tra loi|"
    r"giai trinh|dan dau|truc tiep|cho biet|trao doi|de xuat|kien nghi|khai mac|be mac|hoi ve|bao cao|doc|bi|"
    r"cung)\b|$)"
)
# As written, where another word is so without its marks: "nhân dân", "thị xã", "tư pháp", "hội nông dân".
_WRITTEN = {
    "nhan": ("nhận",), "thi": ("thì",), "tu": ("từ",), "hoi": ("hồi",), "dau": ("đầu",), "con": ("còn",),
    "ky": ("ký",), "da": ("đã",), "den": ("đến",), "nghi": ("nghỉ",), "lam": ("làm",), "khoa": ("khóa", "khoá"),
    "tang": ("tặng",), "giu": ("giữ",), "co": ("có",), "du": ("dự",), "va": ("và",), "bi": ("bị",),
    "doc": ("đọc",), "cung": ("cùng", "cũng"),
}  # fmt: skip
_NO_HEAD = re.compile(r"(?i)trưởng bản\b|(?<=ban )bí thư\b(?! thứ)")  # no "trưởng ban"; "Ban Bí thư" is no person
_PAIRED = re.compile(r"\b(phòng|phong), (chống|chong)\b", re.IGNORECASE)
_COMMITTEE = re.compile(r"\b(tinh|thanh|huyen|quan|thi)\s+uy\b")  # that of a city is none of the province's
# The Front is called so whatever its full name.
_FRONT = re.compile(r"\b(?:uy ban (?:trung uong )?)?(?:mat tran to quoc|mat tran)(?: viet nam)?(?: trung uong)?\b")
# Whose award it is, is not asked for.
_AWARD_OF = re.compile(
    r"\b(?:bang khen|giay khen|co thi dua|ky niem chuong|thu chuc mung|qua) cua $"
)  # is not asked for
_SMALL = frozenset({"thanh", "pho", "huyen", "cua", "viet", "nam", "ban", "cac"})


@dataclass(frozen=True)
class Role:
    """An office as asked about: its head ("pho truong ban") and the words of its organ, all folded."""

    head: str
    organ: tuple[str, ...]
    wording: str


@lru_cache(maxsize=256)
def asked_role(text: str) -> Role | None:
    """The office in "Ai là Trưởng Ban Dân vận Trung ương năm 2023?", place names left out; None if there is none."""
    if asks_whom(text):
        return None
    for _, start, end in reversed(find_provinces(text)):
        text = f"{text[:start]}{text[end:]}"
    for name in find_names(text):  # the place is a constraint of its own
        text = text.replace(name, "")
    spelled = _spelled(text)
    folded = fold(_NO_HEAD.sub(lambda head: "_" * len(head.group()), spelled))
    match = next((head for head in HEAD.finditer(folded) if not _AWARD_OF.search(folded, 0, head.start())), None)
    if not match:
        return None
    tail = folded[match.end() : _end(_ASKED_END, spelled, folded, match.end())]
    return Role(match.group(), _words(tail), folded[match.start() : match.end() + len(tail)].strip())


def role_span(text: str) -> tuple[int, int] | None:
    """Where the office that a question names stands in it, as written, up to the place it is of."""
    folded = fold(text)
    match = HEAD.search(folded)
    if match is None:
        return None
    end = _end(_ASKED_END, text, folded, match.end())
    named = [text.find(name, match.end()) for name in find_names(text[match.end() :])]
    places = [start for _, start, _ in find_provinces(text)]
    end = min([end, *(start for start in (*named, *places) if match.end() <= start)])
    return match.start(), match.start() + len(text[match.start() : end].rstrip())


def holds_role(role: Role, sentence: str, document_about: str) -> bool:
    """Whether the sentence names the office; one named without its organ takes that of the document."""
    spelled = _spelled(sentence)
    folded = fold(_NO_HEAD.sub(lambda head: "_" * len(head.group()), spelled))
    about = set(_words(fold(_spelled(document_about))))
    for match in HEAD.finditer(folded):
        if match.group() != role.head:
            continue
        end = _end(_SAID_END, spelled, folded, match.end())
        if person := PERSON.search(spelled, match.end(), end):  # "Thủ tướng Chính phủ Nguyễn Xuân Phúc"
            end = person.start()
        elif _opens_with_name(spelled[match.end() : end]):
            end = match.end()  # "Thứ trưởng Nhâm Tiến Lộc": not every surname is known
        said = _words(folded[match.end() : end])
        agreed = sum(1 for ours, theirs in zip(role.organ, said, strict=False) if ours == theirs)
        rest = role.organ[agreed:]
        # "Theo báo cáo của Cục A do Cục trưởng B trình bày": the body stands before
        about_here = about if said else about | set(_words(folded[: match.start()]))
        if agreed in (len(role.organ), len(said)) and set(rest) <= about_here:
            return True
    return False


def _opens_with_name(text: str) -> bool:
    return any(text.lstrip().startswith(name) for name in find_names(text))


def _end(pattern: re.Pattern[str], spelled: str, folded: str, start: int) -> int:
    """Where the office ends: at a word of `pattern` that is not capitalised ("tại", but not "Tài chính")."""
    for match in pattern.finditer(folded, start):
        words = spelled[match.start() : match.end()].strip()
        written = _WRITTEN.get(fold(words))
        if written and fold(words) != words.lower() and words.lower() not in written:
            continue  # "Ủy ban nhân dân" ends at no "nhận"
        if not words[:1].isupper():
            return match.start()
    return len(folded)


def _words(text: str) -> tuple[str, ...]:
    text = _FRONT.sub("mat tran", _COMMITTEE.sub(r"\1uy", text))
    return tuple(word for word in re.findall(r"\w+", text) if word not in _SMALL)


@lru_cache(maxsize=2048)
def _spelled(text: str) -> str:
    """On one line, with the abbreviations of organs spelled out."""
    text = _PAIRED.sub(r"\1 \2", one_line(text))  # one name with a comma in it
    words = text.split(" ")
    spelled = [_expand(word) for word in words]
    return " ".join(spelled)


def _expand(word: str) -> str:
    core = word.strip(',.;:?!"“”()')
    full = ABBREVIATIONS.get(core.lower())
    return word.replace(core, full) if full and core else word
