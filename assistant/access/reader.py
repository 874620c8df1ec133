"""The one who asks, as far as the server needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["reader", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose request it is: `collections` None sees everything, `per_minute` None asks as often as it likes."""

    id: str
    role: Role
    collections: frozenset[str] | None = None
    per_minute: int | None = None
    name: str = ""  # for the record, where the reader is named
    origins: frozenset[str] = frozenset()  # of a key that stands in web pages: the sites it works on

    def may(self, role: Role) -> bool:
        """Whether this reader has `role` or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def may_use(self, collection: str) -> bool:
        """Whether documents of `collection` exist for this reader."""
        return self.collections is None or collection in self.collections


LOCAL = Reader("", "admin")  # whoever sits at the machine, while there are no keys
