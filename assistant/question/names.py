"""Proper names in a question or a sentence: persons, places, and other runs of capitalised syllables."""

from __future__ import annotations

import regex

from vectorstore.text.normalise import fold

_SYLLABLE = r"\p{Lu}[\p{Ll}]*(?:['’]\p{Lu}?\p{Ll}+)?"
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Tô|Đinh|Đoàn|Lương|Mai|Trịnh|Cao|"
    "Lâm|Tạ|Hà|Đào|Phùng|Chu|Châu|Quách|Tống|Thái|Lưu|La|Từ|Điểu|Y|A|Hầu|Giàng|Lò|Vàng|Sùng|Nông|Triệu|Vi|Kim|Thạch|"
    "Danh|Bế|Hứa|Mạc|Ma|Quàng|Cầm|Hạng|Thào|Lầu|Vừ|Mùa|Tòng|Lường|Hoàng|Khuất|Kiều|Nghiêm|Ninh|Ông|Tăng|Thân|Viên|Vương"
)
PERSON = regex.compile(rf"(?<!\w)(?:{_SURNAMES})(?:\s+{_SYLLABLE}){{1,4}}(?!\w)")
_RUN = regex.compile(rf"(?<![\w/-])(?:{_SYLLABLE})(?:\s+{_SYLLABLE})+(?![\w/-])")
# Syllables that begin offices, organs and kinds of documents: capitalised, but not part of anybody's name.
_COMMON = frozenset(
    [
        "ai", "ba", "ban", "bang", "bao", "bcd", "bi", "bo", "ca", "cac", "chi", "chinh", "chu", "chuong",
        "cong", "cuc", "dai", "dan", "dang", "dieu", "dinh", "doan", "dong", "dong_chi", "hai", "hdnd",
        "hoach", "hoi", "huan", "huong", "huyen", "ke", "ket", "khoan", "kinh", "luat", "mat", "mot", "mttq",
        "muc", "nam", "ngay", "nghi", "nha", "nhan", "nhung", "o", "ong", "phan", "pho", "phong", "quoc",
        "quy", "quyet", "so", "tai", "thanh", "theo", "thong", "thu", "tinh", "to", "toa", "tong", "trong",
        "trung", "truong", "ubnd", "uy", "uy_ban", "van", "vien", "viet", "vu", "xa",
    ]
)  # fmt: skip


def is_common(word: str) -> bool:
    """Whether the word begins offices, organs or kinds of documents rather than a name."""
    return fold(word) in _COMMON


def find_names(text: str) -> list[str]:
    """Persons and places named in `text`: runs of two or more capitalised syllables, offices and organs cut off."""
    names: list[str] = []
    for match in _RUN.finditer(text):
        words = match.group().split()
        if PERSON.fullmatch(match.group()) is None:
            while words and fold(words[0]) in _COMMON:
                words.pop(0)
            while words and fold(words[-1]) in _COMMON:
                words.pop()
        name = " ".join(words)
        if len(words) >= 2 and fold(name) != "viet nam" and name not in names and not name.isupper():
            names.append(name)
    return names
