"""The words that a question asks with, on folded text."""

from __future__ import annotations

import re

from vectorstore.text.normalise import fold

_NOT_WHO = re.compile(r"(?i)\b(?:[áàảãạ]i|nhan ai|than ai|an ai)\b")  # "nhân ái", "cửa ải" ask for nobody


def asking_folded(text: str) -> str:
    """Folded, offsets kept, with syllables such as "ái" blanked that only folding makes a question word."""
    return fold(_NOT_WHO.sub(lambda found: "_" * len(found.group()), text))
