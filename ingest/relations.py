"""Relations between documents, read from the cue words of the sentence that names the other one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.structure import Block
from vectorstore.records import Relation
from vectorstore.text.normalise import fold
from vectorstore.text.sentences import split_sentences, wrap_width
from vectorstore.text.symbols import Symbol, find_symbols

_REPLACES = re.compile(r"\bthay the\b(?!\s+(?:cho\s+)?(?:cum tu|tu|noi dung|mot so))")
_AMENDS = re.compile(r"\bsua doi\b|\bbo sung\b|\bthay (?:the )?(?:cum tu|noi dung)\b")
_REPEALS = re.compile(r"\bbai bo\b|\bhuy bo\b|\bhet hieu luc\b|\bcham dut hieu luc\b")
_BASED_ON = re.compile(r"\s*(?:[-–+]\s*)?(?:can cu|thuc hien|theo)\b")
_ISSUED_WITH = re.compile(r"(?:ban hanh\s+)?kem theo\b.{0,60}$")
_PROVISION = re.compile(r"(?:(?:điểm\s+\w{1,2},?\s+)?(?:khoản\s+\d+[a-z]?,?\s+)?Điều\s+\d+[a-z]?)", re.IGNORECASE)
# "đã được sửa đổi, bổ sung bởi …" tells what happened to another document, not what this one does.
_HISTORY = re.compile(r"\b(?:da )?duoc (?:sua doi|bo sung|thay the|bai bo)|\bda het hieu luc")


def find_relations(text: str, blocks: Sequence[Block], own: str | None) -> tuple[Relation, ...]:
    """Relations of a stored text to documents with a whole symbol, in order; a document is never related to itself."""
    wrap = wrap_width(text)
    found: dict[tuple[str, str, str | None], Relation] = {}
    for block in blocks:
        if block.kind not in ("body", "title", "heading", "table"):
            continue
        for start, end in split_sentences(text[block.start : block.end], block.start, wrap=wrap):
            for symbol in find_symbols(text[start:end]):
                if not symbol.full or symbol.normalised == own:
                    continue
                relation = _relation(text[start:end], symbol, block, (start, end))
                found.setdefault((relation.kind, relation.symbol, relation.provision), relation)
    return tuple(found.values())


def _relation(sentence: str, symbol: Symbol, block: Block, span: tuple[int, int]) -> Relation:
    folded = fold(sentence)
    before, after = folded[: symbol.start], folded[symbol.end :]
    kind = _kind(before, after, block)
    provision = None
    if kind in ("amends", "repeals", "replaces"):
        # A part is named right before the document it belongs to: "khoản 2 Điều 5 Nghị định số …".
        near = sentence[max(0, symbol.start - 120) : symbol.start]
        named = [match.group() for match in _PROVISION.finditer(near)]
        provision = " ".join(named[-1].split()) if named else None
    return Relation(kind, symbol.normalised, provision, *span)  # type: ignore[arg-type]


def _kind(before: str, after: str, block: Block) -> str:
    if _HISTORY.search(before[-160:]):
        return "cites"
    if _BASED_ON.match(before) and block.locator == "phần căn cứ":
        return "based_on"
    if _ISSUED_WITH.search(before):
        return "issued_with"
    cues = [(match.start(), kind) for kind, pattern in _CUES for match in pattern.finditer(before)]
    if cues:
        return max(cues)[1]
    if _REPEALS.search(after[:160]):
        return "repeals"
    return "cites"


_CUES = (("replaces", _REPLACES), ("amends", _AMENDS), ("repeals", _REPEALS))
