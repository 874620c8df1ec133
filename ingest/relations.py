"""Relations between documents, read from the cue words of the sentence that names the other one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.amendments import instructions
from ingest.cues import (
    ACTS,
    CUE_FIRST,
    CUES,
    ENDED,
    HISTORY,
    JOINED,
    OPENS_BY_TYPE,
    THIS,
    acting_rank,
    denied,
    documents_named,
    whole_or_part,
)  # fmt: skip
from ingest.markers import read_marker
from ingest.structure import Block
from vectorstore.records import Relation
from vectorstore.text.normalise import fold
from vectorstore.text.sentences import split_sentences, wrap_width
from vectorstore.text.symbols import Symbol, find_symbols

Kind = Literal["replaces", "amends", "repeals", "based_on", "issued_with", "cites"]
_BASED_ON = re.compile(r"\s*(?:[-–+]\s*)?(?:can cu|thuc hien|theo)\b")
_ATTACHED = re.compile(r"\s*\(?\s*(?:ban hanh\s+)?kem theo\b.{0,60}$")
_SAID_BELOW = re.compile(r"\bsau(?: day)?\b.{0,60}:$|:$")
_SUBJECT = 600  # characters; documents that end together are named with their whole titles
_CONDITION = re.compile(r"\b(?:thì|nếu|khi|trường hợp)\b")  # with diacritics: "thi hành" is no condition


@dataclass(frozen=True, slots=True)
class _Mention:
    """A symbol in its sentence; `before` and `after` are the folded text around it."""

    sentence: str
    before: str
    after: str
    symbol: Symbol
    earlier: int  # where the symbol before this one ends
    block: Block
    kind: str | None  # type of the document that speaks

    @property
    def acts(self) -> bool:
        """Whether the document is of a type that changes others and may change this one."""
        return self.kind in ACTS and acting_rank(self.kind) >= acting_rank(self.symbol)


def find_relations(
    text: str, blocks: Sequence[Block], own: str | None, kind: str | None = None
) -> tuple[Relation, ...]:
    """Relations of a stored text to documents with a whole symbol, in order; a document is never related to itself.

    `own` is the document's symbol, `kind` its type: a report tells what other documents replace, it replaces none.
    A relation to parts of a document comes once for every provision named.
    """
    wrap = wrap_width(text)
    found: dict[tuple[str, str, str | None], Relation] = {}
    for block in blocks:
        if block.kind not in ("body", "title", "heading", "table"):
            continue
        for start, end in split_sentences(text[block.start : block.end], block.start, wrap=wrap):
            sentence = " ".join(text[start:end].split())
            for mention in _mentions(sentence, block, kind):
                if mention.symbol.normalised != own:
                    related, parts = _read(mention)
                    for part in parts:
                        relation = Relation(related, mention.symbol.normalised, part, start, end)
                        found.setdefault((related, relation.symbol, part), relation)
    for relation in instructions(text, blocks, found.values()) if kind in ACTS else ():
        found.setdefault((relation.kind, relation.symbol, relation.provision), relation)
    return tuple(sorted(found.values(), key=lambda relation: relation.start))


def _mentions(sentence: str, block: Block, kind: str | None) -> list[_Mention]:
    folded = fold(sentence)
    symbols = documents_named(sentence)
    ends = [0, *(symbol.end for symbol in symbols)]
    return [
        _Mention(sentence, folded[: s.start], folded[s.end :], s, earlier, block, kind)
        for s, earlier in zip(symbols, ends, strict=False)
    ]


def _read(mention: _Mention) -> tuple[Kind, Sequence[str | None]]:
    """What the document does to the one mentioned, and to which parts of it (None for the whole)."""
    before, opening = mention.before, read_marker(mention.sentence)
    skip = opening.length if opening else 0
    if _BASED_ON.match(before) and mention.block.locator == "phần căn cứ":
        return "based_on", (None,)
    if _ATTACHED.match(before):
        return "issued_with", (None,)
    if said := _said_after(mention, skip) or _said_above(mention, skip):
        return said, whole_or_part(mention.sentence[skip : mention.symbol.start], said)
    cue = _cue_before(mention)
    return (
        (cue[1], whole_or_part(mention.sentence[cue[0] : mention.symbol.start], cue[1])) if cue else ("cites", (None,))
    )


def _said_after(mention: _Mention, skip: int) -> Kind | None:
    """ "Nghị định số … hết hiệu lực kể từ ngày Nghị định này có hiệu lực", also of several joined by "và"."""
    told = ENDED.search(mention.after[:_SUBJECT])
    if not told or not (mention.acts or THIS.search(mention.after[: _SUBJECT + 40])):
        return None
    if mention.earlier and not JOINED.search(mention.before):
        return None  # named inside the title of another document
    between = mention.after[: told.start()]
    subject = mention.before[skip:]
    written = mention.sentence[skip : mention.symbol.end + told.start()].lower()
    if denied(between) or _CONDITION.search(written) or not OPENS_BY_TYPE.match(subject):
        return None
    return "amends" if "sua doi" in told.group() or "bo sung" in told.group() else "repeals"


def _said_above(mention: _Mention, skip: int) -> Kind | None:
    """An item of a list that "Các Nghị định sau hết hiệu lực …:" or "Bãi bỏ các quy định sau:" introduces."""
    lead = fold(mention.block.lead)
    if not mention.acts or mention.earlier or not _SAID_BELOW.search(lead) or denied(lead):
        return None
    if not OPENS_BY_TYPE.match(mention.before[skip:]) or not (
        CUE_FIRST.match(lead) or THIS.search(lead) or ENDED.search(lead)
    ):
        return None
    told = [(match.start(), kind) for kind, pattern in CUES for match in pattern.finditer(lead)]
    return max(told)[1] if told else "repeals" if ENDED.search(lead) else None


def _cue_before(mention: _Mention) -> tuple[int, Kind] | None:
    """The last cue before the symbol, as (where it ends, what it says), where this document is the one that acts."""
    before = mention.before
    commands = mention.acts and (mention.block.kind == "title" or CUE_FIRST.match(before))
    says_so = commands or THIS.search(before)
    if HISTORY.search(before[-160:]) or not says_so or acting_rank(mention.kind) < acting_rank(mention.symbol):
        return None
    cues = [(match.start(), match.end(), kind) for kind, pattern in CUES for match in pattern.finditer(before)]
    if not cues:
        return None
    start, end, kind = max(cues)
    if not commands and not THIS.search(before[:start]):
        return None
    if denied(before[max(0, start - 20) : start]) or re.search(r"\bcan cu\b", before[end:]):
        return None
    # "Quyết định số A thay thế Quyết định số B": A acts, not this document.
    if find_symbols(before[: min(mention.earlier, start)]) and not THIS.search(before):
        return None
    return end, kind
