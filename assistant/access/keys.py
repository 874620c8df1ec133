"""API keys in SQLite. A key is 256 random bits shown once; what is kept is its SHA-256, from which it cannot be found.

Passwords need a slow hash because people choose them; against random keys of this length a fast one loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assistant.access.reader import Reader, Role
from assistant.access.sessions import session_ends
from vectorstore.errors import InvalidInputError, NotFoundError

PREFIX = "pa"
SESSION_S = 12 * 3600  # a browser that has signed in asks for the key again after this long
_USE_NOTED_S = 60  # `last_used` is written at most this often
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, collections TEXT,
    per_minute INTEGER, created REAL NOT NULL, expires REAL, last_used REAL, revoked REAL, origins TEXT
);
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY, key_id TEXT NOT NULL REFERENCES keys (id), expires REAL NOT NULL
);
"""
_COLUMNS = "id, name, role, collections, per_minute, created, expires, last_used, revoked, origins"


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; times are seconds since 1970. `collections` None: all of them."""

    id: str
    name: str
    role: Role
    collections: tuple[str, ...] | None
    per_minute: int | None
    created: float
    expires: float | None
    last_used: float | None
    revoked: float | None
    origins: tuple[str, ...] = ()  # sites whose pages may use it, such as https://lamgiang.gov.vn; none: no page may

    def alive(self, now: float) -> bool:
        """Whether it still opens anything."""
        return self.revoked is None and (self.expires is None or now < self.expires)

    @property
    def reader(self) -> Reader:
        """Who holds it."""
        seen = None if self.collections is None else frozenset(self.collections)
        return Reader(self.id, self.role, seen, self.per_minute, self.name, frozenset(self.origins))


class KeyStore:
    """All keys of one data folder, in a file only its owner can read; `path` None keeps them in memory."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30)
        self._database.executescript(_SCHEMA)
        with suppress(sqlite3.OperationalError):  # there already, unless the file is of an older version
            self._database.execute("ALTER TABLE keys ADD COLUMN origins TEXT")

    def create(
        self,
        name: str,
        role: Role = "reader",
        collections: Sequence[str] | None = None,
        expires: float | None = None,
        per_minute: int | None = None,
        origins: Sequence[str] = (),
    ) -> tuple[Key, str]:
        """A new key and the text of it, which is not kept.

        Raises InvalidInputError for a blank name, and for a key of web pages that could do more than read.
        """
        if not name.strip():
            raise InvalidInputError("Khóa cần có tên để nhận ra.", "A key needs a name to know it by.")
        sites = sorted({site_origin(origin) for origin in origins})
        if sites and role != "reader":
            raise InvalidInputError(
                "Khóa đặt trên trang web ai cũng đọc được nên chỉ có thể là khóa người đọc.",
                "A key that stands in a web page can be read by anyone, so it can only be a reader's.",
            )
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        text = f"{PREFIX}_{key_id}_{secret}"
        seen = None if collections is None else json.dumps(sorted(set(collections)), ensure_ascii=False)
        with self._writing() as database:
            database.execute(
                "INSERT INTO keys (id, hash, name, role, collections, per_minute, created, expires, origins) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key_id, _hash(text), name.strip(), role, seen, per_minute, time.time(), expires, json.dumps(sites)),
            )
        return self.get(key_id), text

    def get(self, key_id: str) -> Key:
        """One key. Raises NotFoundError."""
        found = self._one(f"SELECT {_COLUMNS} FROM keys WHERE id = ?", key_id)
        if found is None:
            raise NotFoundError(
                f"Không có khóa {key_id}. Xem danh sách bằng `assistant keys list`.",
                f"There is no key {key_id}. List them with `assistant keys list`.",
            )
        return _key(found)

    def list(self) -> list[Key]:
        """Every key ever made, the newest last."""
        with self._lock:
            rows = self._database.execute(f"SELECT {_COLUMNS} FROM keys ORDER BY created").fetchall()
        return [_key(row) for row in rows]

    def revoke(self, key_id: str) -> None:
        """End a key and the sessions opened with it, from the next request on. Raises NotFoundError."""
        self.get(key_id)
        with self._writing() as database:
            database.execute("UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?", (time.time(), key_id))
            database.execute("DELETE FROM sessions WHERE key_id = ?", (key_id,))

    def in_use(self) -> bool:
        """Whether keys are asked for: from the first one made, also when none is alive any more."""
        return self._one("SELECT 1 FROM keys LIMIT 1") is not None

    def used_on(self, origin: str) -> bool:
        """Whether a living key may be used by pages of this site."""
        return any(origin in key.origins and key.alive(time.time()) for key in self.list())

    def reader(self, text: str) -> Reader | None:
        """Who holds this key; None where it is unknown, expired or revoked."""
        prefix, _, rest = text.partition("_")
        key_id = rest.partition("_")[0]
        row = self._one(f"SELECT hash, {_COLUMNS} FROM keys WHERE id = ?", key_id) if prefix == PREFIX else None
        known = row[0] if row else ""
        if not secrets.compare_digest(_hash(text), str(known)) or row is None:
            return None
        return self._used(_key(row[1:]))

    def open_session(self, reader: Reader) -> str:
        """A token that stands for the reader's key in a browser, for `SESSION_S` seconds."""
        token = secrets.token_urlsafe(32)
        with self._writing() as database:
            database.execute("DELETE FROM sessions WHERE expires NOT BETWEEN ? AND ?", session_ends(SESSION_S))
            database.execute(
                "INSERT INTO sessions VALUES (?, ?, ?)", (_hash(token), reader.id, time.time() + SESSION_S)
            )
        return token

    def session_reader(self, token: str) -> Reader | None:
        """Who signed in with this token; None when the session or its key has ended."""
        columns = ", ".join(f"keys.{name}" for name in _COLUMNS.split(", "))
        row = self._one(
            f"SELECT {columns} FROM sessions JOIN keys ON keys.id = key_id "
            "WHERE sessions.hash = ? AND sessions.expires BETWEEN ? AND ?",
            _hash(token), *session_ends(SESSION_S),
        )  # fmt: skip
        return self._used(_key(row)) if row else None

    def close_session(self, token: str) -> None:
        """Forget a session."""
        with self._writing() as database:
            database.execute("DELETE FROM sessions WHERE hash = ?", (_hash(token),))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _used(self, key: Key) -> Reader | None:
        now = time.time()
        if not key.alive(now):
            return None
        if key.last_used is None or abs(now - key.last_used) > _USE_NOTED_S:
            with self._writing() as database:
                database.execute("UPDATE keys SET last_used = ? WHERE id = ?", (now, key.id))
        return key.reader

    def _one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        with self._lock:
            found: tuple[object, ...] | None = self._database.execute(sql, values).fetchone()
        return found

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            yield self._database


def site_origin(address: str) -> str:
    """`https://host[:port]` of an address, as browsers send it. Raises InvalidInputError."""
    parts = urlsplit(address.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or port == -1:
        raise InvalidInputError(
            f"“{address}” không phải địa chỉ trang web dạng https://ten-mien.gov.vn.",
            f"{address!r} is not the address of a site such as https://example.gov.vn.",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode()
    standard = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}{'' if standard else f':{port}'}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Sequence[object]) -> Key:
    key_id, name, role, collections, *rest, origins = row
    seen = None if collections is None else tuple(json.loads(str(collections)))
    return Key(key_id, name, role, seen, *rest, tuple(json.loads(str(origins or "[]"))))  # type: ignore[arg-type,call-arg]
