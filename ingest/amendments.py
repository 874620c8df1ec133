"""Instructions of an amending document that leave its target unsaid: "2. Sửa đổi, bổ sung khoản 2 Điều 6 như sau:"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.cues import CUES, ENDED, Change, denied, documents_named
from ingest.markers import read_marker
from ingest.provisions import ASIDE, provisions
from ingest.structure import Block
from vectorstore.records import Relation
from vectorstore.text.normalise import fold

_CUE = re.compile(r"\W*(?:sua doi|bo sung|bai bo|huy bo|thay the|thay|bo (?:cac )?cum tu)\b")
_NEW_TEXT = re.compile(r"\bnhu sau\b|\bthanh\s*:|[:：]\s*$")
_PASSIVE = re.compile(r"\W*(?:ten |cac )?(?:diem|khoan|dieu|phu luc|chuong|muc)\s")
_CLAUSES_OF = re.compile(r"\bmột số (?:khoản|điểm|nội dung)\b", re.IGNORECASE)
_LONGEST = 600


def instructions(text: str, blocks: Sequence[Block], named: Iterable[Relation]) -> Iterator[Relation]:
    """Relations to the document that the enclosing article or the title says is amended.

    `named` are the relations of sentences that name a document themselves; quoted new text is never an instruction.
    """
    changed = [r for r in named if r.kind == "amends" and r.provision is None]
    titles = [block for block in blocks if block.kind == "title"]
    amended = {r.symbol for r in changed}
    whole = next((r.symbol for r in changed if any(t.start <= r.start < t.end for t in titles)), None)
    target, article = whole, None
    for block in blocks:
        if block.kind not in ("body", "heading"):
            continue
        words, end = _own_words(text, block)
        if block.article:
            inside = [s.normalised for s in documents_named(words) if s.normalised in amended]
            target, article = (inside[0] if inside else whole), None
        if target is None or (kind := _kind(words)) is None or documents_named(ASIDE.sub(" ", words)):
            continue
        parts = provisions(words, article)
        if block.article:
            article = next((part for part in reversed(parts) if part.startswith("Điều")), None)
            if _CLAUSES_OF.search(words):
                continue  # the clauses below say which
        yield from (Relation(kind, target, part, block.start, end) for part in parts)


def _own_words(text: str, block: Block) -> tuple[str, int]:
    """What the block says itself after its number, up to the new text, and where that ends; "" for quoted text."""
    words = text[block.start : min(block.end, block.start + _LONGEST)]
    if words.lstrip()[:1] in "“\"‘'":
        return "", block.start
    cut = _NEW_TEXT.search(fold(words))
    words = words[: cut.end()] if cut else words
    marker = read_marker(words)
    return words[marker.length if marker else 0 :], block.start + len(words.rstrip())


def _kind(words: str) -> Change | None:
    """What the words tell to do; None where they are no instruction."""
    folded = fold(" ".join(words.split()))
    if _CUE.match(folded):
        first = min(((m.start(), kind) for kind, cue in CUES for m in cue.finditer(folded)), default=None)
        return first[1] if first else None
    told = ENDED.search(folded[:250]) if _PASSIVE.match(folded) else None
    if told is None or denied(folded[: told.start()]):
        return None
    return "amends" if "sua doi" in told.group() or "bo sung" in told.group() else "repeals"
