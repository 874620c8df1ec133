"""Characters and search tokens: what must be equal is equal, and offsets stay true."""

import unicodedata

import pytest

from vectorstore.text.normalise import clean, fold, nfc, syllable_spans, syllables, tone_key

SENTENCE = "Điều 5. Ủy ban nhân dân tỉnh Quảng Trị hòa giải 1.204 vụ; cấp uỷ khoẻ, đồng chí Điểu K’Ré dự."


def test_cleaning_repairs_characters_and_keeps_typing_errors() -> None:
    dirty = "\ufeff\u00d0iều\u00a05\u200b của b\u00ado cáo\r\nnhiện vụ đ\u01a3ợc giao\rhết"
    assert clean(dirty) == "Điều 5 của bo cáo\nnhiện vụ được giao\nhết"


@pytest.mark.parametrize("form", ["NFD", "NFKD", "NFC"])
def test_every_unicode_form_gives_the_same_stored_text(form: str) -> None:
    assert clean(unicodedata.normalize(form, SENTENCE)) == SENTENCE


def test_a_tone_typed_before_the_circumflex_is_put_right() -> None:
    assert nfc("tie\u0301\u0302ng Vie\u0323\u0302t") == "tiếng Việt"


def test_folding_keeps_the_length_so_offsets_hold() -> None:
    folded = fold(SENTENCE)
    assert len(folded) == len(SENTENCE)
    start = folded.index("quang tri")
    assert SENTENCE[start : start + 9] == "Quảng Trị"
    assert fold("Đường đi \u00d0") == "duong di d"


@pytest.mark.parametrize(
    ("new", "old"),
    [("uỷ", "ủy"), ("khoẻ", "khỏe"), ("hoà", "hòa"), ("thuý", "thúy"), ("UỶ", "ỦY"), ("loè", "lòe"), ("tuỳ", "tùy")],
)
def test_old_and_new_tone_placement_have_one_key(new: str, old: str) -> None:
    assert tone_key(new) == tone_key(old) == old


@pytest.mark.parametrize(
    "syllable", ["quý", "hoàn", "giá", "gì", "giếng", "khuỷu", "ngoài", "mười", "của", "thuở", "quả", "toàn", "quyết"]
)
def test_placements_without_a_variant_are_left_alone(syllable: str) -> None:
    assert tone_key(syllable) == syllable


def test_words_that_must_match_are_one_token() -> None:
    assert syllables("cấp uỷ") == syllables("Cấp ủy")
    assert syllables("K’Ré") == syllables("K'Ré") == ["k'ré"]
    assert syllables("05 tập thể") == syllables("5 tập thể")
    assert syllables(unicodedata.normalize("NFD", "Ủy ban")) == ["ủy", "ban"]


def test_numbers_symbols_and_ranges_stay_whole() -> None:
    assert syllables("183.676 mô hình") == ["183.676", "mô", "hình"]
    assert (
        syllables("25-NQ/TW") == ["25", "nq", "tw", "25-nq/tw"] == syllables("25 - NQ / TW") == syllables("25-NQ/\nTW")
    )
    assert "2016-2020" in syllables("nhiệm kỳ 2016 - 2020")
    assert "30/2020/nđ-cp" in syllables("Nghị định 30/2020/NĐ-CP")
    assert syllables("năm 2023 - Hà Nội") == ["năm", "2023", "hà", "nội"]


def test_token_spans_point_at_what_was_written() -> None:
    spans = {token: SENTENCE[start:end] for token, start, end in syllable_spans(SENTENCE)}
    assert spans["ủy"] == "uỷ" and spans["k'ré"] == "K’Ré" and spans["1.204"] == "1.204"
