"""The office in which a document was signed, and by whom: evidence of who held it on that day.

"TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH / Lê Văn A" of a province's report says who its chairman was, which no sentence may say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.about import evidence_about
from assistant.evidence.sentences import FEATURES, Evidence
from assistant.question.roles import HEAD
from assistant.verification.lexicon import keys
from assistant.verification.roles import Holding
from vectorstore.records import Document
from vectorstore.text.normalise import fold

_TYPE = FEATURES.index("type")
_INSTEAD = re.compile(r"\s*(?:KT|TL|TUQ|Q)\s*\.")  # the office of the one who was stood in for


@dataclass(frozen=True)
class Signed:
    """The lines of office and name at the end of a document, and the holding that they state."""

    evidence: Evidence
    holding: Holding


def signed(ranked: Sequence[Evidence]) -> Iterator[Signed]:
    """The signatures of the documents that the sentences are from, each once."""
    documents = {evidence.hit.document.document_id: evidence.hit.document for evidence in ranked}
    for document in documents.values():
        if found := _signature(document):
            yield found


def _signature(document: Document) -> Signed | None:
    block = evidence_about("signer", document, ())
    if block is None or not document.signer:
        return None
    lines = [line for line in block.text.split("\n") if line.strip()]
    offices = [line.strip() for line in lines[:-1]]
    if len(lines) < 2 or not HEAD.match(fold(offices[-1])) or _INSTEAD.match(offices[-1]):
        return None
    start = document.text.rindex(offices[-1], block.start, block.end)
    features = block.features.copy()
    features[_TYPE] = 1.0  # it names somebody, whatever its lines look like
    evidence = Evidence(block.hit, 0, 0, start, block.end, features, 0.0)
    office = _in_full(offices[-1], document.organ or "")
    return Signed(evidence, Holding(keys(document.signer), keys(office), f"{office} {document.signer}"))


def _in_full(office: str, organ: str) -> str:
    """ "TRƯỞNG BAN" of "Ban Dân vận Tỉnh ủy" is "Trưởng Ban Dân vận Tỉnh ủy"."""
    words = office.lower().split()
    if organ and fold(organ).split()[0] == fold(words[-1]):
        words.pop()
    return f"{' '.join(words)} {organ}".strip()
