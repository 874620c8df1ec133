"""Texts of the years before Unicode: TCVN3 (ABC), VNI-Windows and VISCII, as they look when read as Latin-1.

The three standards are conversion tables; what was typed in a capitals-only font (`.VnTimeH`) is set in capitals.
"""

from __future__ import annotations

import re

# TCVN3: code and letter. Small letters carry all tones; the capitals have none of their own.
_TCVN3 = dict(
    zip(
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
# The same codes as PDF and office programs render them: soft hyphen as a minus, middle dot as a bullet, micro as mu.
_TCVN3 |= {"\u2212": "ư", "\u2219": "ã", "\u03bc": "à", "\u0160": "Š"}

_WORD = re.compile(r"[^\W\d_]+")
_VNI_MARKS = "øûõùï"  # grave, hook, tilde, acute, dot
_VNI_BREVE = ("ê", "èúüéë")  # bare and with the five tones
_VNI_CIRCUMFLEX = ("â", "àåãáä")
_TONED = {
    "a": "àảãáạ", "ă": "ằẳẵắặ", "â": "ầẩẫấậ", "e": "èẻẽéẹ", "ê": "ềểễếệ", "i": "ìỉĩíị", "o": "òỏõóọ", "ô": "ồổỗốộ",
    "ơ": "ờởỡớợ", "u": "ùủũúụ", "ư": "ừửữứự", "y": "ỳỷỹýỵ",
}  # fmt: skip

_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {"ñ": "đ", "Ñ": "Đ", "ô": "ơ", "Ô": "Ơ", "ö": "ư", "Ö": "Ư", "î": "ỵ", "Î": "Ỵ", "æ": "ỉ",
                             "Æ": "Ỉ", "ó": "ĩ", "Ó": "Ĩ", "ò": "ị", "Ò": "Ị"}  # fmt: skip
    for base, shaped in (("a", "ă"), *zip("aeo", "âêô", strict=True)):
        bare, toned = _VNI_BREVE if shaped == "ă" else _VNI_CIRCUMFLEX
        table[base + bare] = shaped
        table.update({base + mark: letter for mark, letter in zip(toned, _TONED[shaped], strict=True)})
        # Shape and tone typed as two marks, which prints the same
        table.update({base + bare + mark: letter for mark, letter in zip(_VNI_MARKS, _TONED[shaped], strict=True)})
    for base, letter in (*((vowel, vowel) for vowel in "aeiouy"), ("ô", "ơ"), ("ö", "ư")):
        table.update({base + mark: toned for mark, toned in zip(_VNI_MARKS, _TONED[letter], strict=True)})
    for code, letter in list(table.items()):
        table.setdefault(code.upper(), letter.upper())
        table.setdefault(code[0].upper() + code[1:], letter.upper())
    return table


_VNI = _vni_table()
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def from_tcvn3(text: str, capitals: bool = False) -> str:
    """Unicode of TCVN3 text that was read as Latin-1 or Windows-1252; `capitals` for a font of capitals only."""
    converted = "".join(_TCVN3.get(char, char) for char in text)
    return converted.upper() if capitals else _WORD.sub(_even_capitals, converted)


def _even_capitals(word: re.Match[str]) -> str:
    """ "ĐịNH" was typed in a font of capitals: small letters with a tone among plain capitals are capitals too."""
    text = word.group()
    plain = [char for char in text if char < "\u0080"]
    capital = bool(plain) and all(char.isupper() for char in plain) and text != text.upper()
    return text.upper() if capital and (len(plain) > 1 or text[0].islower()) else text


def from_vni(text: str) -> str:
    """Unicode of VNI-Windows text that was read as Latin-1 or Windows-1252."""
    return _VNI_CODE.sub(lambda code: _VNI[code.group()], text)


def from_viscii(text: str) -> str:
    """Unicode of VISCII text that was read as Latin-1 or Windows-1252."""
    return "".join(map(_viscii_char, text))


def _viscii_char(char: str) -> str:
    try:
        code = char.encode("latin-1")[0] if char < "\u0100" else char.encode("cp1252")[0]
    except UnicodeEncodeError:
        return char
    return _VISCII_LOW.get(code, char) if code < 0x80 else _VISCII_HIGH[code - 0x80]


# The signs of Adobe's Symbol font that office texts use, by their codes in it
_SYMBOL = str.maketrans("£³±´¸¹°·¥®¬Þ»ÎåÖ", "≤≥±×÷≠°•∞→←⇒≈∈∑√")


def from_symbol(text: str) -> str:
    """Unicode of text in the Symbol font; Word keeps its codes in the private area from U+F000."""
    codes = (chr(ord(char) - 0xF000) if "\uf020" <= char <= "\uf0ff" else char for char in text)
    return "".join(codes).translate(_SYMBOL)


def font_encoding(font: str | None) -> str | None:
    """The encoding a font name stands for: ".VnTime" and ".VnTimeH" TCVN3, "VNI-Times" VNI; None for Unicode fonts."""
    name = (font or "").lower()
    if name == "symbol":
        return "symbol"
    if name.startswith(".vn"):
        return "tcvn3-capitals" if name.endswith("h") else "tcvn3"
    return "vni" if name.startswith("vni") else None


def convert(text: str, encoding: str) -> str:
    """Unicode of `text` in "tcvn3", "tcvn3-capitals", "vni", "viscii" or the font "symbol"."""
    if encoding == "symbol":
        return from_symbol(text)
    if encoding == "vni":
        return from_vni(text)
    return from_viscii(text) if encoding == "viscii" else from_tcvn3(text, capitals=encoding.endswith("capitals"))
