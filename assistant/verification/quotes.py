"""Quoted phrases of a claim, which must be in the evidence word for word."""

from __future__ import annotations

import re

from assistant.verification.matching import Evidence, stands_in
from assistant.verification.stream import Stream, read
from assistant.verification.verdict import Unsupported

_QUOTED = re.compile(r"“([^“”]+)”|\"([^\"“”]+)\"|«([^»]+)»|(?<![\w])‘([^‘’]{4,})’(?!\w)|”([^“”\"]{3,80})”")


def check_quotes(claim: Stream, evidence: Evidence) -> list[Unsupported]:
    """Quotations whose words do not stand one after the other in the cited spans or their titles."""
    found = []
    for match in _QUOTED.finditer(claim.text):
        quoted = next(part for part in match.groups() if part)
        words = read(quoted).keys
        if words and not stands_in(words, evidence.everything):
            found.append(Unsupported("quote", match.group()))
    return found
