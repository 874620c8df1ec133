"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """How it is, in Vietnamese and in English, and what to do about it. A `problem` stops the assistant."""

    check: str
    state: State
    vietnamese: str
    english: str
    remedy: str = ""  # a command or a step; the same in both languages as far as possible
