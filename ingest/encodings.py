"""Bytes to text: Unicode by its marks, else the encoding whose reading is Vietnamese; and mojibake undone."""

from __future__ import annotations

import codecs
import re
from itertools import groupby

import ftfy

from ingest.legacy import convert
from vectorstore.text.normalise import nfc
from vectorstore.text.syllable import vietnamese_share

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {"cp1258": "Windows-1258", "tcvn3": "TCVN3 (ABC)", "vni": "VNI-Windows", "viscii": "VISCII"}
_ONLY_UNICODE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")  # in no legacy reading
_LEGACY = ("tcvn3", "vni", "viscii")
ENOUGH = 0.2  # share of Vietnamese syllables from which a reading is believed
MARGIN = 0.1  # by which another reading must be better than the text as it stands
SAMPLE_CHARS = 60_000
# Letters that Unicode Vietnamese has no use for, which every legacy encoding strews over its words.
_STRANGE = re.compile("[^\x00-\x7f\xa0«»°±²³·×§àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ\u0100-\U0010ffff]")
STRANGE_SHARE = 0.003  # of all characters; with fewer, no reading can be better by the margin
# UTF-8 read as Latin-1 or Windows-1252: "Viá»‡t Nam", "Ä‘Æ°á»£c", "HÃ  Ná»™i"
_MOJIBAKE = re.compile(
    "á[º»]|Æ[°¡]|Ä[\u2018\u0091\u0090]|Ã[\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_KEEP = ftfy.TextFixerConfig(
    uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, normalization=None, unescape_html=False
)


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of `data`, and warnings for the reader (in Vietnamese) where the encoding had to be recognised."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), ()
    if wide := _utf16_without_mark(data):
        return data.decode(wide, errors="replace"), ()
    try:
        return repair(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _decode_single_byte(data)


def repair(text: str) -> tuple[str, tuple[str, ...]]:
    """Undo what an earlier program got wrong: legacy fonts taken for Latin letters, UTF-8 read as Latin-1."""
    best = best_encoding(text)
    if best:
        warning = f"Văn bản dùng bảng mã {NAMES[best]}; đã chuyển sang Unicode."
        return convert_lines(text, best), (warning,)
    if _MOJIBAKE.search(text):
        fixed = ftfy.fix_text(text, _KEEP)
        if vietnamese_share(fixed[:SAMPLE_CHARS]) > vietnamese_share(text[:SAMPLE_CHARS]) + MARGIN:
            return fixed, ("Văn bản bị đọc sai bảng mã (UTF-8 thành Latin-1); đã sửa lại.",)
    return text, ()


def best_encoding(text: str) -> str | None:
    """The legacy encoding in which `text` reads as Vietnamese, None where it reads better as it is."""
    sample = text[:SAMPLE_CHARS]
    if len(_STRANGE.findall(sample)) <= STRANGE_SHARE * len(sample):
        return None
    shares = {encoding: vietnamese_share(nfc(convert(sample, encoding))) for encoding in _LEGACY}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] >= ENOUGH and shares[best] > vietnamese_share(nfc(sample)) + MARGIN else None


def convert_lines(text: str, encoding: str) -> str:
    """Convert line by line; in a line that has Unicode already (pasted later) only the words that have not."""
    return "\n".join(
        _convert_rest(line, encoding) if _ONLY_UNICODE.search(line) else convert(line, encoding)
        for line in text.split("\n")
    )


def _convert_rest(line: str, encoding: str) -> str:
    """The line with its runs of words without Unicode letters converted, where they read better that way."""
    runs = [(unicode, "".join(words)) for unicode, words in groupby(re.findall(r"\S+\s*|\s+", line), _has_unicode)]
    return "".join(
        convert(run, encoding) if not unicode and _reads_better(run, encoding) else run for unicode, run in runs
    )


def _has_unicode(word: str) -> bool:
    return bool(_ONLY_UNICODE.search(word))


def _reads_better(run: str, encoding: str) -> bool:
    return bool(_STRANGE.search(run)) and vietnamese_share(nfc(convert(run, encoding))) > vietnamese_share(nfc(run))


def _utf16_without_mark(data: bytes) -> str | None:
    """Latin letters in UTF-16 have a zero byte each: half of an ASCII-rich sample is zeros on one side."""
    sample = data[:4000]
    if len(sample) < 8 or b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    least = len(sample) * 0.15
    return "utf-16-le" if odd > least and odd > 4 * even else "utf-16-be" if even > least and even > 4 * odd else None


def _decode_single_byte(data: bytes) -> tuple[str, tuple[str, ...]]:
    readings = {"cp1258": nfc(data.decode("cp1258", errors="replace"))}
    latin = data.decode("cp1252", errors="replace") if b"\xad" not in data else data.decode("latin-1")
    readings |= {encoding: nfc(convert(data.decode("latin-1"), encoding)) for encoding in _LEGACY}
    best = max(readings, key=lambda encoding: vietnamese_share(readings[encoding][:SAMPLE_CHARS]))
    if vietnamese_share(readings[best][:SAMPLE_CHARS]) < ENOUGH:
        return latin, ("Không nhận ra bảng mã của tệp; đã đọc theo Windows-1252.",)
    return readings[best], (f"Tệp dùng bảng mã {NAMES[best]}; đã chuyển sang Unicode.",)
