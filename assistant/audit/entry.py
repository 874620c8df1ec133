"""One entry of the audit log and how it is chained to the one before.

The chain runs over digests, not over contents: a content can be taken out for good (a redaction, the end of its
retention) and every hash still holds. The digest is salted, so that a question that was taken out cannot be guessed
from it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from assistant.types import Answer

Kind = Literal["answer", "configuration", "redaction", "retention"]
Body = dict[str, Any]
BEGINNING = "0" * 64  # what the first entry is chained to


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; `body` and `salt` are None once its content has been taken out. `time` is ISO 8601 in UTC."""

    number: int
    time: str
    kind: Kind
    digest: str
    previous: str
    hash: str
    salt: str | None
    body: Body | None

    @classmethod
    def after(cls, previous: tuple[int, str] | None, kind: Kind, body: Body) -> Self:
        """A new entry that follows the one of this number and hash; None begins a log."""
        number, chained_to = previous or (0, BEGINNING)
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        salt = secrets.token_hex(16)
        digest = content_digest(salt, body)
        chained = chain_hash(number + 1, time, kind, digest, chained_to)
        return cls(number + 1, time, kind, digest, chained_to, chained, salt, body)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was shown, with what was noted of it."""

    entry: Entry
    answer: Answer

    @property
    def noted(self) -> Body:
        """Everything the entry holds."""
        return self.entry.body or {}


def canonical(body: Body) -> str:
    """The one way a body is written, so that whoever has its values can compute its digest."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_digest(salt: str, body: Body) -> str:
    """SHA-256 of the salt and the canonical body, hexadecimal."""
    return hashlib.sha256(f"{salt}{canonical(body)}".encode()).hexdigest()


def chain_hash(number: int, time: str, kind: str, digest: str, previous: str) -> str:
    """SHA-256 of an entry's head, lines separated, the hash of the entry before last."""
    return hashlib.sha256("\n".join((str(number), time, kind, digest, previous)).encode()).hexdigest()
