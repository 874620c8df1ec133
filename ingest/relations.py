"""Relations between documents, read from the cue words of the sentence that names the other one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ingest.structure import Block
from vectorstore.records import Relation, Span
from vectorstore.text.normalise import fold
from vectorstore.text.sentences import split_sentences, wrap_width
from vectorstore.text.symbols import Symbol, find_symbols

_REPLACES = re.compile(r"\bthay the\b(?!\s+(?:cho\s+)?(?:cum tu|tu|noi dung|mot so))")
_AMENDS = re.compile(r"\bsua doi\b|\bbo sung\b|\bthay (?:the )?(?:cum tu|noi dung)\b")
_REPEALS = re.compile(r"\bbai bo\b|\bhuy bo\b|\bhet hieu luc\b|\bcham dut hieu luc\b")
_BASED_ON = re.compile(r"\s*(?:[-–+]\s*)?(?:can cu|thuc hien|theo)\b")
_ATTACHED = re.compile(r"\s*\(?\s*(?:ban hanh\s+)?kem theo\b.{0,60}$")
_THIS = re.compile(r"\b(?:nghi quyet|quyet dinh|quy dinh|chi thi|nghi dinh|thong tu|ke hoach|huong dan|ket luan|"
                   r"quy che|"
                   r"luat|chuong trinh|phap lenh|van ban) nay\b")  # fmt: skip
_NORMATIVE = frozenset(
    {"Luật", "Bộ luật", "Pháp lệnh", "Nghị quyết", "Nghị quyết liên tịch", "Nghị định", "Quyết định", "Quy định",
     "Thông tư", "Thông tư liên tịch", "Chỉ thị", "Quy chế", "Lệnh"}
)  # fmt: skip
_CUE_FIRST = re.compile(
    r"\W*(?:dieu \d+\w?\W+|\d+[.)-]\s*|[a-z]\)\s*)?(?:sua doi|bo sung|bai bo|huy bo|thay the|thay)\b|"
    r"\W*(?:nghi|quyet|thong|luat|phap)\s*\w*\s+(?:sua doi|bo sung|bai bo|thay the)\b"
)
_NOT = re.compile(r"\bkhong (?:duoc|bi)\b")
Kind = Literal["replaces", "amends", "repeals", "based_on", "issued_with", "cites"]
_PROVISION = re.compile(r"(?:(?:điểm\s+\w{1,2},?\s+)?(?:khoản\s+\d+[a-z]?,?\s+)?Điều\s+\d+[a-z]?)", re.IGNORECASE)
# "đã được sửa đổi, bổ sung bởi …" tells what happened to another document, not what this one does.
_HISTORY = re.compile(r"\b(?:da )?duoc (?:sua doi|bo sung|thay the|bai bo)|\bda het hieu luc")


def find_relations(
    text: str, blocks: Sequence[Block], own: str | None, kind: str | None = None
) -> tuple[Relation, ...]:
    """Relations of a stored text to documents with a whole symbol, in order; a document is never related to itself.

    `own` is the document's symbol, `kind` its type: a report tells what other documents replace, it replaces none.
    """
    wrap = wrap_width(text)
    found: dict[tuple[str, str, str | None], Relation] = {}
    acts = kind in _NORMATIVE
    for block in blocks:
        if block.kind not in ("body", "title", "heading", "table"):
            continue
        for start, end in split_sentences(text[block.start : block.end], block.start, wrap=wrap):
            symbols = [symbol for symbol in find_symbols(text[start:end]) if symbol.full]
            for position, symbol in enumerate(symbols):
                if symbol.normalised != own:
                    earlier = symbols[position - 1].end if position else 0
                    relation = _relation(text[start:end], symbol, earlier, block, (start, end), acts)
                    found.setdefault((relation.kind, relation.symbol, relation.provision), relation)
    return tuple(found.values())


def _relation(sentence: str, symbol: Symbol, earlier: int, block: Block, span: Span, acts: bool) -> Relation:
    folded = fold(" ".join(sentence.split("\n")))
    before, after = folded[: symbol.start], folded[symbol.end :]
    kind = _kind(before, after, block, acts, folded[:earlier])
    provision = None
    if kind in ("amends", "repeals", "replaces"):
        # A part is named right before the document it belongs to: "khoản 2 Điều 5 Nghị định số …".
        near = _PROVISION.finditer(sentence, max(0, symbol.start - 120), symbol.start)
        named = [match.group() for match in near if match.start() > 0]  # at 0 stands this document's own article
        provision = " ".join(named[-1].split()) if named else None
    return Relation(kind, symbol.normalised, provision, *span)


def _kind(before: str, after: str, block: Block, acts: bool, earlier: str) -> Kind:
    if _BASED_ON.match(before) and block.locator == "phần căn cứ":
        return "based_on"
    if _ATTACHED.match(before):
        return "issued_with"
    if (told := _REPEALS.search(after[:160])) and not _REPEALS.search(before) and (acts or _THIS.search(after[:200])):
        return "cites" if _NOT.search(after[: told.start()]) else "repeals"
    says_so = _THIS.search(before) or (acts and (block.kind == "title" or _CUE_FIRST.match(before)))
    if _HISTORY.search(before[-160:]) or not says_so:
        return "cites"
    cues = [(match.start(), kind) for kind, pattern in _CUES for match in pattern.finditer(before)]
    if not cues:
        return "cites"
    at, kind = max(cues)
    # "Quyết định số A thay thế Quyết định số B": A acts, not this document.
    subject = find_symbols(earlier[:at])
    return "cites" if subject and not _THIS.search(before) else kind


_CUES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("replaces", _REPLACES),
    ("amends", _AMENDS),
    ("repeals", _REPEALS),
)
