"""Conditions as Milvus's filter expressions."""

from __future__ import annotations

import json
from collections.abc import Collection

from vectorstore.conditions import Conditions, day_number
from vectorstore.text.normalise import fold

NAMED = 2_000  # documents that an expression names; of more of them it says what they have in common
_MARKS = frozenset('%_\\"')  # that mean something in a pattern


def expression(among: Collection[str] | None, conditions: Conditions | None) -> str:
    """What finds at least the documents that are meant; empty for all."""
    if among is not None and len(among) <= NAMED:
        return f"document_id in {json.dumps(sorted(among))}"
    return " and ".join(_parts(conditions)) if conditions else ""


def _parts(asked: Conditions) -> list[str]:
    parts = []
    if asked.kind:
        parts.append(f"kind == {json.dumps(fold(asked.kind))}")
    if asked.organ and not _MARKS & set(asked.organ):
        parts.append(f'organ like "%{fold(asked.organ)}%"')
    if asked.year_from is not None:
        parts.append(f"year >= {asked.year_from}")
    if asked.year_to is not None:
        parts.append(f"year > 0 and year <= {asked.year_to}")
    if asked.day is not None:
        parts.append(f"known <= {day_number(asked.day)}")
    return parts
