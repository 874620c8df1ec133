"""Who may see again what was shown."""

from __future__ import annotations

from assistant.access import Reader
from assistant.audit.entry import Kept


def may_see(reader: Reader, kept: Kept) -> bool:
    """The one who asked, and administrators; either only while they may see all that the answer was drawn from."""
    asked = kept.noted["reader"]
    if asked["id"] != reader.id and not reader.may("admin"):
        return False
    if reader.collections is None:
        return True
    return asked["collections"] is not None and set(asked["collections"]) <= reader.collections
