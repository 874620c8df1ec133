"""The words by which a document changes another, and how much of the other they reach. Patterns read folded text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ingest.provisions import provisions
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol, find_symbols

Change = Literal["replaces", "amends", "repeals"]
ACTS = frozenset(
    {"Luật", "Bộ luật", "Pháp lệnh", "Nghị quyết", "Nghị quyết liên tịch", "Nghị định", "Quyết định", "Quy định",
     "Thông tư", "Thông tư liên tịch", "Chỉ thị", "Quy chế", "Lệnh"}
)  # fmt: skip
_TYPES = (
    r"(?:bo luat|luat|phap lenh|nghi quyet(?: lien tich)?|nghi dinh|quyet dinh|quy dinh|chi thi|"
    r"thong tu(?: lien tich)?|ke hoach|huong dan|ket luan|quy che|chuong trinh|cong van|lenh|van ban)"
)
CUES: tuple[tuple[Change, re.Pattern[str]], ...] = (
    ("replaces", re.compile(r"\bthay the\b(?!\s+(?:cho\s+)?(?:cum tu|tu|noi dung|mot so))")),
    ("amends", re.compile(r"\bsua doi\b|\bbo sung\b|\bbo (?:cac )?cum tu\b|"
                          r"\bthay (?:the )?(?:cac )?(?:cum tu|tu|noi dung|mot so)\b")),
    ("repeals", re.compile(r"\bbai bo\b|\bhuy bo\b|\bcham dut hieu luc\b")),
)  # fmt: skip
CUE_FIRST = re.compile(
    r"\W*(?:dieu \d+\w?\W+|\d+[.)-]\s*|[a-z]\)\s*)?(?:sua doi|bo sung|bai bo|huy bo|thay the|thay)\b|"
    r"\W*(?:nghi|quyet|thong|luat|phap)\s*\w*\s+(?:sua doi|bo sung|bai bo|thay the)\b"
)
ENDED = re.compile(
    r"\bhet hieu luc\b|\bcham dut hieu luc\b|\b(?:bi|duoc) (?:bai bo|huy bo|thay the)\b|"
    r"\bduoc (?:sua doi|bo sung)\b[^.;]{0,60}\bnhu sau\b"
)
JOINED = re.compile(rf"(?:\bva|[,;])\s+(?:cac\s+)?{_TYPES}\s+(?:so\s*)?$")
THIS = re.compile(rf"\b{_TYPES} nay\b")
# "đã được sửa đổi, bổ sung bởi …" tells what happened to another document, not what this one does.
HISTORY = re.compile(r"\b(?:da )?duoc (?:sua doi|bo sung|thay the|bai bo)|\bda het hieu luc")
_DENIED = re.compile(r"\b(?:khong|chua)(?: duoc| bi| con| thuoc truong hop)?\b")
_WHOLE = re.compile(
    rf"[\W_]*(?:(?:cho|toan bo|cac|nhung|va|doi voi|noi dung|sau(?: day)?)[\W_]+)*(?:{_TYPES}\b|$)|"
    r"[\W_]*mot so (?:dieu|noi dung|khoan|quy dinh|diem)\b"
)
_SOME = re.compile(r"[\W_]*(mot so (?:dieu|noi dung|khoan|quy dinh|diem))\b")
OPENS_BY_TYPE = re.compile(
    r"[\W_]*(?:ke tu ngay [^,]{1,80},\s*)?(?:(?:toan bo|cac|nhung|noi dung|danh muc|mau)\s+)*"
    rf"(?:{_TYPES}|diem|khoan|dieu|phu luc|chuong|muc|chi tieu|bieu|tieu chi)\b"
)
_HOLDER = re.compile(
    r"\s*(?:,?\s*(?:duoc )?(?:ban hanh )?kem theo|,?\s*(?:duoc )?quy dinh (?:tai|trong)|\bcua|\btai|\btrong)"
    rf"\s+{_TYPES}\b.*",
    re.DOTALL,
)
_FORM = re.compile(r"\b(?:mau|bieu|bieu mau|phu luc|ma|ky hieu)\s+(?:so\s*)?$")  # "Mẫu số 01/TKN-CNKD" is no document
_LONGEST = 90


def documents_named(sentence: str) -> list[Symbol]:
    """The whole symbols of documents in a sentence; forms have numbers of the same shape and are left out."""
    folded = fold(sentence)
    return [symbol for symbol in find_symbols(sentence) if symbol.full and not _FORM.search(folded[: symbol.start])]


def denied(words: str) -> bool:
    """Whether folded `words` before a cue deny it: "không được sửa đổi, bổ sung, bãi bỏ"."""
    return _DENIED.search(words) is not None


def acting_rank(what: str | Symbol | None) -> int:
    """Rank of a document by its type, or of the one a symbol names: none changes a document above its own rank.

    A resolution may be the National Assembly's, which stands above all; unknown types are let through.
    """
    if isinstance(what, Symbol):
        if (what.organ or "").startswith(("QH", "UBTVQH")) or what.type in ("L", "BL", "PL", "HP"):
            return 3
        return 2 if what.type == "NĐ" else 0
    ranks = {"Nghị định": 2, "Quyết định": 1, "Thông tư": 1, "Thông tư liên tịch": 1, "Chỉ thị": 1, "Quy chế": 1,
             "Quy định": 1}  # fmt: skip
    return ranks.get(what or "", 3)


def whole_or_part(named: str, kind: str) -> Sequence[str | None]:
    """The parts that `named`, the words between a cue and the symbol, reaches; (None,) for the whole document."""
    if parts := provisions(named):
        return parts
    folded = fold(named)
    some = _SOME.match(folded)
    if some and kind != "amends":  # not all of it ended, though it is not said what
        return (named[some.start(1) : some.end(1)],)
    if _WHOLE.match(folded):
        return (None,)
    holder = _HOLDER.search(folded)
    part = " ".join(named[: holder.start()].split()).strip(" ,:;.") if holder else ""
    return (part[:_LONGEST],) if part else (None,)
