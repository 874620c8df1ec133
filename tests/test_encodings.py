# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""The same text comes back from every encoding it may have been saved in."""

import unicodedata

import pytest

from ingest.encodings import decode, repair
from ingest.legacy import _TCVN3, _VISCII_HIGH, _VISCII_LOW, _VNI, convert, font_encoding, from_tcvn3, from_vni
from vectorstore.text.normalise import clean
from vectorstore.text.syllable import is_syllable, vietnamese_share

TEXT = (
    "Báo cáo kết quả thực hiện quy chế dân chủ ở cơ sở\n"
    "Năm 2022, toàn huyện đăng ký 131 mô hình; nhân dân hiến 4,2 ha đất làm đường giao thông, nhà văn hóa thôn.\n"
    "Hội nghị nhấn mạnh: nơi nào cán bộ gần dân, nghe dân, trả lời kiến nghị đúng hạn thì nơi đó việc khó cũng xong.\n"
    "Khuỷu sông chảy xiết; lũ quét làm hư hỏng cầu treo, gẫy đổ cột điện, ướt hết thóc giống, nhưng mỗi hộ vẫn giữ được lúa.\n"
)


def tcvn3(text: str) -> bytes:
    back = {letter: code for code, letter in _TCVN3.items() if len(letter) == 1 and ord(code) < 256}
    return "".join(back.get(char, char) for char in text).encode("latin-1")


def vni(text: str) -> bytes:
    back: dict[str, str] = {}
    for code, letter in _VNI.items():
        if letter not in back or (code.islower() == letter.islower() and len(code) == 1):
            back[letter] = code
    return "".join(back.get(char, char) for char in text).encode("latin-1")


def viscii(text: str) -> bytes:
    back = {letter: code for code, letter in _VISCII_LOW.items()}
    back |= {letter: 0x80 + position for position, letter in enumerate(_VISCII_HIGH)}
    return bytes(back.get(char, ord(char)) for char in text)


def cp1258(text: str) -> bytes:
    parts = []
    for char in text:
        marks = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in marks[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
        parts.append(unicodedata.normalize("NFC", marks.replace(tone, "")) + tone if tone else char)
    return "".join(parts).encode("cp1258")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_need_no_warning(codec: str) -> None:
    assert decode(TEXT.encode(codec)) == (TEXT, ())


@pytest.mark.parametrize(("encode", "name"), [(tcvn3, "TCVN3"), (vni, "VNI"), (viscii, "VISCII"), (cp1258, "1258")])
def test_legacy_encodings_are_recognised_and_said(encode: object, name: str) -> None:
    text, warnings = decode(encode(TEXT))  # type: ignore[operator]
    assert clean(text) == TEXT
    assert len(warnings) == 1 and name in warnings[0]


def test_legacy_text_saved_as_utf8_is_converted() -> None:
    text, warnings = repair(tcvn3(TEXT).decode("latin-1"))
    assert clean(text) == TEXT and "TCVN3" in warnings[0]


def test_a_unicode_line_pasted_into_a_legacy_text_stays() -> None:
    mixed = tcvn3(TEXT).decode("latin-1") + "Bổ sung: tỉnh Lâm Giang được hỗ trợ.\n"
    assert repair(mixed)[0].endswith("Bổ sung: tỉnh Lâm Giang được hỗ trợ.\n")


def test_words_pasted_into_a_legacy_line_stay_and_the_rest_of_the_line_is_converted() -> None:
    mixed = tcvn3(TEXT).decode("latin-1") + "Nguồn: " + tcvn3("Vụ Kinh tế công nghiệp").decode("latin-1") + "\n"
    assert clean(repair(mixed)[0]) == TEXT + "Nguồn: Vụ Kinh tế công nghiệp\n"


def test_vni_with_shape_and_tone_typed_as_two_marks() -> None:
    assert from_vni("VEÂØ VIEÄC baûo ñaûm") == "VỀ VIỆC bảo đảm"


def test_signs_of_the_symbol_font() -> None:
    assert font_encoding("Symbol") == "symbol"
    assert convert("\uf0a3 5 - \u00b3 2", "symbol") == "≤ 5 - ≥ 2"


def test_mojibake_is_undone_and_quotes_are_left_alone() -> None:
    quoted = TEXT + "Phong trào “Dân vận khéo” của K’Ré…\n"
    text, warnings = repair(quoted.encode("utf-8").decode("cp1252", errors="replace").replace("\ufffd", "\x9d"))
    assert "Phong trào “Dân vận khéo" in text and "dân chủ ở cơ sở" in text and warnings


def test_good_text_and_other_languages_are_untouched() -> None:
    assert repair(TEXT) == (TEXT, ())
    french = "Le café est fermé; l'été, les élèves préfèrent la bibliothèque à côté de l'école.\n" * 3
    assert repair(french) == (french, ())


def test_fonts_tell_the_encoding_of_a_run() -> None:
    assert font_encoding(".VnTime") == "tcvn3" and font_encoding(".VnTimeH") == "tcvn3-capitals"
    assert font_encoding("VNI-Times") == "vni" and font_encoding("Times New Roman") is None
    assert from_tcvn3("céng hoµ", capitals=True) == "CỘNG HOÀ"


def test_syllables_of_the_language() -> None:
    assert all(map(is_syllable, ["nghiêng", "khuỷu", "quốc", "giếng", "uyên", "hoạch", "thuở", "ướt", "Đường"]))
    assert not any(map(is_syllable, ["hoµ", "street", "nướk", "bảc", "thiêt"]))
    assert vietnamese_share(TEXT) > 0.7 > 0.2 > vietnamese_share("The committee met on Monday to review the plan.")
