"""What a group of the organisation's directory opens here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from assistant.access.reader import ROLES, Role


class Grant(BaseModel):
    """Collections (None: all of them) and the role in them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role = "reader"
    collections: tuple[str, ...] | None = None


def combined(groups: Iterable[str], grants: Mapping[str, Grant]) -> Grant | None:
    """What the groups open together; None where no group is known.

    A person has one role: the highest that they have for all they may see. An editor of one collection who reads
    another is a reader, for what one group grants must not spread to the collections of another.
    """
    held = [grants[group] for group in dict.fromkeys(groups) if group in grants]
    if not held:
        return None
    seen = _together(held)
    for role in reversed(ROLES):
        enough = [grant for grant in held if ROLES.index(grant.role) >= ROLES.index(role)]
        if enough and _together(enough) == seen:
            return Grant(role=role, collections=seen)
    raise AssertionError("every grant is at least a reader's")


def _together(grants: Iterable[Grant]) -> tuple[str, ...] | None:
    named: set[str] = set()
    for grant in grants:
        if grant.collections is None:
            return None
        named.update(grant.collections)
    return tuple(sorted(named))
