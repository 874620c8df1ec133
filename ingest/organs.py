"""Issuing bodies: their proper names, their level, and the places they are named after."""

from __future__ import annotations

import re

from vectorstore.text.normalise import LOWER, UPPER, fold
from vectorstore.text.symbols import Symbol

_NAME = rf"[{UPPER}][{LOWER}’']*(?:[\s-]+[{UPPER}][{LOWER}’']*)*"
_BODY = re.compile(
    rf"(?:Ban|Bộ|Ủy ban|Uỷ ban|Hội đồng|Tỉnh ủy|Thành ủy|Huyện ủy|Đảng ủy|Chính phủ|Quốc hội|Thủ tướng|Sở|Văn phòng|Mặt trận)"
    rf"(?:\s(?:{_NAME}|nhân dân|dân tộc|dân vận|công tác|quần chúng|và|tỉnh|huyện|thành phố|thị xã|xã|phường|ủy))*"
)
# Words of a body's name that stay capital when a masthead in capitals is written out.
_LOWERED = {
    "uy", "nhan", "dan", "va", "hanh", "chap", "cao", "truong", "dao", "hoi", "tu", "thuong", "binh", "xa", "tai", "nguyen",
    "moi", "nong", "nghiep", "phat", "trien", "thon", "giao", "van", "tai", "khoa", "hoc", "cong", "nghe", "thong", "tin",
    "truyen", "the", "thao", "du", "lich", "tinh", "thanh", "pho", "huyen", "thi", "phuong",
}  # fmt: skip
_SPELLED = {
    fold(name): name
    for name in (
        "Chính phủ", "Thủ tướng Chính phủ", "Quốc hội", "Ủy ban Thường vụ Quốc hội", "Chủ tịch nước", "Bộ Chính trị",
        "Ban Bí thư", "Ban Chấp hành Trung ương", "Văn phòng Trung ương Đảng", "Ban Dân vận Trung ương",
        "Ban Tổ chức Trung ương", "Ban Tuyên giáo Trung ương", "Ủy ban Kiểm tra Trung ương", "Ban Nội chính Trung ương",
        "Bộ Công an", "Bộ Quốc phòng", "Bộ Ngoại giao", "Bộ Nội vụ", "Bộ Tư pháp", "Bộ Tài chính", "Bộ Y tế",
        "Bộ Xây dựng", "Bộ Công Thương", "Bộ Kế hoạch và Đầu tư", "Bộ Lao động - Thương binh và Xã hội",
        "Bộ Giáo dục và Đào tạo", "Bộ Khoa học và Công nghệ", "Bộ Giao thông vận tải", "Bộ Tài nguyên và Môi trường",
        "Bộ Nông nghiệp và Môi trường", "Bộ Nông nghiệp và Phát triển nông thôn", "Bộ Thông tin và Truyền thông",
        "Bộ Văn hóa, Thể thao và Du lịch", "Bộ Dân tộc và Tôn giáo", "Ủy ban Dân tộc", "Thanh tra Chính phủ",
        "Ngân hàng Nhà nước Việt Nam", "Ngân hàng Nhà nước", "Văn phòng Chính phủ", "Kiểm toán Nhà nước",
        "Tòa án nhân dân tối cao", "Viện kiểm sát nhân dân tối cao", "Hội đồng Công tác quần chúng Trung ương",
        "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam", "Ban Dân vận Tỉnh ủy", "Ban Tổ chức Tỉnh ủy",
    )
}  # fmt: skip
_BY_SYMBOL = {
    "CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "BNV": "Bộ Nội vụ", "BTC": "Bộ Tài chính", "BCA": "Bộ Công an",
    "BQP": "Bộ Quốc phòng", "BTP": "Bộ Tư pháp", "BYT": "Bộ Y tế", "BXD": "Bộ Xây dựng", "BCT": "Bộ Công Thương",
    "BKHĐT": "Bộ Kế hoạch và Đầu tư", "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội",
    "BGDĐT": "Bộ Giáo dục và Đào tạo", "BKHCN": "Bộ Khoa học và Công nghệ", "NHNN": "Ngân hàng Nhà nước Việt Nam",
    "CTN": "Chủ tịch nước", "VPTW": "Văn phòng Trung ương Đảng", "BDVTW": "Ban Dân vận Trung ương",
    "TU": "Ban Thường vụ Tỉnh ủy", "TW": "Ban Chấp hành Trung ương",
}  # fmt: skip
_LEVELS = (
    ("commune", re.compile(r"\b(?:xa|phuong|thi tran|dang uy (?:xa|phuong))\b(?! hoi)")),
    ("district", re.compile(r"\b(?:huyen|quan|thi xa|huyen uy|quan uy|thi uy)\b")),
    (
        "central",
        re.compile(
            r"\btrung uong\b|\bchinh phu\b|\bquoc hoi\b|^bo \w|bo chinh tri|ban bi thu|toi cao|chu tich nuoc|nha nuoc"
        ),
    ),
    ("province", re.compile(r"\b(?:tinh|tinh uy|thanh uy|thanh pho|so)\b")),
)
_BY_ORGAN_CODE = {"TU": "province", "HU": "district", "QU": "district", "ThU": "district", "UBND": "province",
                  "HĐND": "province"}  # fmt: skip
_PLACE = re.compile(rf"\btại\s+(?:tỉnh\s+|thành phố\s+|TP\.?\s*)?({_NAME})")
_NOT_PLACES = re.compile(
    r"^(?:Hội nghị|Đại hội|Ban|Bộ|Ủy|Uỷ|Hội trường|Hội|Nghị|Quyết|Điều|Khoản|Luật|Công|Thông|Phiên|Kỳ)"
)


def read_organ(lines: list[str]) -> str | None:
    """The body named by masthead lines (in capitals) or by a sentence, written as it is in running text."""
    if not lines:
        return None
    joined = " ".join(lines)
    folded = fold(" ".join(joined.split()))
    whole = max((name for key, name in _SPELLED.items() if key in folded), key=len, default=None)
    if whole and (not joined.isupper() or fold(whole) == fold(lines[-1]) or len(lines) == 1):
        return whole
    if joined.isupper():
        return spell(joined)
    match = _BODY.search(joined)
    return " ".join(match.group().split()) if match and len(match.group().split()) > 2 else None


def spell(capitals: str) -> str:
    """ "TỈNH ỦY LÂM GIANG BAN DÂN VẬN" as it is written in a sentence: the body first, then whose it is."""
    parts = re.split(
        r"(?<=\S)\s+(?=BAN |ỦY BAN |UỶ BAN |VĂN PHÒNG|SỞ |HỘI ĐỒNG |ĐẢNG ĐOÀN)", " ".join(capitals.split())
    )
    words: list[str] = []
    for part in reversed(parts):
        for word in part.split():
            starts = (
                not words or word in ("BAN", "ỦY", "TỈNH", "SỞ", "BỘ", "THÀNH", "HUYỆN") and fold(words[-1]) != "uy"
            )
            words.append(word.capitalize() if starts or fold(word.lower()) not in _LOWERED else word.lower())
    return re.sub(r"\b([Ủủ])y Ban\b", r"\1y ban", " ".join(words))


def organ_of_symbol(symbol: Symbol) -> str | None:
    """The body a symbol's code stands for, where it is unique."""
    code = symbol.organ or ""
    if code.startswith("UBTVQH"):
        return "Ủy ban Thường vụ Quốc hội"
    return "Quốc hội" if code.startswith("QH") else _BY_SYMBOL.get(code)


def level_of(organ: str | None, symbol: Symbol | None) -> str | None:
    """ "central", "province", "district" or "commune" by the body's name, else by the symbol's code."""
    folded = fold(organ or "")
    for level, pattern in _LEVELS:
        if pattern.search(folded):
            return level
    if symbol and symbol.organ:
        known = _BY_ORGAN_CODE.get(symbol.organ)
        return known or ("central" if organ_of_symbol(symbol) or symbol.organ.endswith("TW") else None)
    return None


def place_in(opening: str) -> str | None:
    """The place a report's opening says something was held at."""
    for match in _PLACE.finditer(opening):
        if not _NOT_PLACES.match(match[1]):
            return " ".join(match[1].split())
    return None
