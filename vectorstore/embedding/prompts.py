"""Which prompts a sentence-transformers model expects before questions and passages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Prompts = dict[Literal["query", "passage"], str]


def resolve_prompts(name: str, configured: Mapping[str, str | None]) -> Prompts:
    """The prompts a model is configured with; the e5 family's own when its configuration names none.

    A model's passages may be called "passage", "document" or "corpus". Instruction-tuned e5 models are excepted from
    the e5 rule: their queries carry a task description that only their authors' configuration can give.
    """
    query = configured.get("query") or ""
    passage = next((text for key in ("passage", "document", "corpus") if (text := configured.get(key))), "")
    is_e5 = re.search(r"(^|[\W_])e5([\W_]|$)", name, re.IGNORECASE) and "instruct" not in name.lower()
    if is_e5 and not query and not passage:
        return {"query": "query: ", "passage": "passage: "}
    return {"query": query, "passage": passage}
