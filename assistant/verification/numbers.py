"""Numbers as Vietnamese writes them: 183.676 = 183676, 12,5%, 1,2 triệu, 02 = 2, ba mươi ba = 33."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.verification.lexicon import SCALES, UNITS

_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: all the values its spelling may have ("1,250" is 1250 or 1.25), and whether it is a percentage."""

    values: frozenset[Decimal]
    percent: bool = False
    words: bool = False  # spelt out in words

    def equals(self, other: Quantity) -> bool:
        """Whether both can be the same number."""
        return self.percent == other.percent and bool(self.values & other.values)

    def times(self, scale: int) -> Quantity:
        """The number followed by "nghìn", "triệu" or "tỷ"."""
        return Quantity(frozenset(value * scale for value in self.values), self.percent, self.words)


def parse_digits(text: str) -> Quantity:
    """Value of digits with separators. The dot separates thousands, the comma decimals; the English way is allowed."""
    values = set()
    if _GROUPED.fullmatch(text):
        values.add(Decimal(re.sub(r"[.,]", "", text)))
        if "," in text and text.count(",") == 1:
            values.add(Decimal(text.replace(",", ".")))
    else:
        last = max(text.rfind("."), text.rfind(","))
        whole, fraction = (text[:last], text[last + 1 :]) if last >= 0 else (text, "")
        values.add(Decimal(f"{re.sub(r'[.,]', '', whole)}.{fraction or 0}"))
    return Quantity(frozenset(value.normalize() for value in values))


def parse_words(words: Sequence[str]) -> tuple[Decimal, int] | None:
    """Value of the number words that open `words` and how many of them it takes; None where no number opens them."""
    total, group, used = 0, None, 0
    while used < len(words):
        step = _below_thousand(words[used:]) if group is None else None
        if step is not None:
            group, taken = step
            used += taken
        elif group is not None and words[used] in SCALES:
            total, group = total + group * SCALES[words[used]], None
            used += 1
        else:
            break
    return (Decimal(total + (group or 0)), used) if used else None


def _below_thousand(words: Sequence[str]) -> tuple[int, int] | None:
    """ba mươi ba, mười lăm, hai trăm linh năm, bảy."""
    value, used = 0, 0
    if len(words) >= 2 and words[0] in UNITS and words[1] == "trăm":
        value, used = UNITS[words[0]] * 100, 2
        if words[used : used + 1] and words[used] in ("linh", "lẻ") and _unit(words, used + 1) is not None:
            return value + UNITS[words[used + 1]], used + 2
    if (tens := _tens(words[used:])) is not None:
        return value + tens[0], used + tens[1]
    if used:
        return value, used
    return (UNITS[words[0]], 1) if words and words[0] in UNITS else None


def _tens(words: Sequence[str]) -> tuple[int, int] | None:
    if words and words[0] == "mười":
        unit = _unit(words, 1)
        return (10 + unit, 2) if unit else (10, 1)
    if len(words) >= 2 and words[0] in UNITS and words[1] in ("mươi", "chục"):
        unit = _unit(words, 2)
        return (UNITS[words[0]] * 10 + unit, 3) if unit else (UNITS[words[0]] * 10, 2)
    # "hai lăm", "ba mốt": spoken forms without mươi
    if len(words) >= 2 and words[0] in UNITS and words[1] in ("lăm", "mốt", "nhăm"):
        return UNITS[words[0]] * 10 + UNITS[words[1]], 2
    return None


def _unit(words: Sequence[str], index: int) -> int | None:
    """The unit at `index`, unless it is "năm" (year) or opens another count."""
    if index >= len(words) or words[index] not in UNITS or words[index] in ("năm", "không"):
        return None
    return UNITS[words[index]]
