"""What verification says about a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "symbol", "name", "place", "organ", "quote", "negation", "role", "support"]


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A part of the claim that its evidence does not bear out: what sort of part, and its wording in the claim."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence supports the claim, what it does not support, and the share (0-1) of wording it covers."""

    supported: bool
    unsupported: tuple[Unsupported, ...]
    score: float
