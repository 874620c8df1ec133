"""The provinces and centrally run cities of Viet Nam: the 63 before July 2025, which hold the names of the 34 after."""

from __future__ import annotations

import re
from difflib import get_close_matches

import regex

from vectorstore.text.normalise import fold
from vectorstore.text.syllable import is_syllable

PROVINCES = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre", "Bình Dương",
    "Bình Định", "Bình Phước", "Bình Thuận", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Đắk Nông",
    "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai", "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương",
    "Hải Phòng", "Hậu Giang", "Hòa Bình", "Hồ Chí Minh", "Huế", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum",
    "Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận",
    "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La",
    "Tây Ninh", "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Trà Vinh", "Tuyên Quang",
    "Vĩnh Long", "Vĩnh Phúc", "Yên Bái",
)  # fmt: skip
_FOLDED = {fold(name): name for name in PROVINCES}
_PATTERN = re.compile(r"\b(" + "|".join(sorted(map(re.escape, _FOLDED), key=len, reverse=True)) + r")\b")
# "hoa binh", "thai binh" are also common words: without capitals they count only after a word for a place.
_PLACE_WORD = re.compile(r"\b(tinh|thanh pho|tp\.?|thanh uy|tinh uy|o|tai)\s+$")
_AFTER_PLACE_WORD = re.compile(r"(?i)\b(?:tỉnh|tinh|thành phố|tp\.?|ở|tại)\s+([^\W\d_]+\s+[^\W\d_]+)(?![^\W\d_])")
_CAPITALS = regex.compile(r"(?<!\p{L})(\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+)(?!\p{L})")
ALIKE = 0.85  # least ratio of equal letters, as difflib has it
_OF = re.compile(r"\bcua\s+$")
_COMMON = frozenset({"hoa binh", "thai binh"})
# In a question without diacritics these are rather other words: "năm định", "cao bằng", "gia lại", "huế".
_AMBIGUOUS = _COMMON | {"nam dinh", "cao bang", "gia lai", "hue", "ha nam"}


def with_provinces(text: str) -> str:
    """A question typed without diacritics with its provinces as they are written, whatever words look alike."""
    for match in reversed(list(_PATTERN.finditer(fold(text)))):
        if match.group() not in _AMBIGUOUS:
            text = f"{text[: match.start()]}{_FOLDED[match.group()]}{text[match.end() :]}"
    for name, start, end in reversed(find_provinces(text)):
        text = f"{text[:start]}{name}{text[end:]}"
    return text


def mend_provinces(text: str) -> str:
    """A province with a slip of the finger in it: "tỉnh Bến Ter". Only where a word is no Vietnamese syllable."""
    for pattern in (_AFTER_PLACE_WORD, _CAPITALS):
        for match in reversed(list(pattern.finditer(text))):
            if not all(is_syllable(word) for word in match[1].split()):
                for meant in get_close_matches(fold(match[1]), _FOLDED, 1, ALIKE):
                    text = f"{text[: match.start(1)]}{_FOLDED[meant]}{text[match.end(1) :]}"
    return text


def find_provinces(text: str) -> list[tuple[str, int, int]]:
    """(name, start, end) of every province named in `text`, with or without diacritics."""
    folded = fold(text)
    found = []
    for match in _PATTERN.finditer(folded):
        written = text[match.start() : match.end()]
        capitals = all(part[0].isupper() for part in re.findall(r"[^\W\d_]+", written))
        before = folded[: match.start()]
        if capitals or _PLACE_WORD.search(before) or (match.group() not in _COMMON and _OF.search(before)):
            found.append((_FOLDED[match.group()], match.start(), match.end()))
    return found
