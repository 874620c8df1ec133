"""People who sign in by name: local accounts with passwords, and the sessions of browsers, in SQLite.

Those who come by way of an identity provider have a session and no account: what they may see is settled when they
sign in, and holds until the session ends.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.access.reader import Reader, Role
from assistant.access.sessions import session_ends
from vectorstore.errors import InvalidInputError, NotFoundError

SESSION_S = 12 * 3600
SHORTEST, LONGEST = 10, 200  # characters of a password
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY, hash TEXT NOT NULL, role TEXT NOT NULL, collections TEXT, created REAL NOT NULL,
    disabled REAL, last_used REAL
);
CREATE TABLE IF NOT EXISTS person_sessions (
    hash TEXT PRIMARY KEY, account TEXT REFERENCES accounts (name), reader TEXT, expires REAL NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of an account; times are seconds since 1970. `collections` None: all of them."""

    name: str
    role: Role
    collections: tuple[str, ...] | None
    created: float
    disabled: float | None
    last_used: float | None

    @property
    def reader(self) -> Reader:
        """Who signs in with it."""
        seen = None if self.collections is None else frozenset(self.collections)
        return Reader(f"account:{self.name}", self.role, seen, name=self.name)


class PeopleStore:
    """Accounts and sessions of one data folder; `path` None keeps them in memory. `hasher` defaults to argon2id."""

    def __init__(self, path: Path | None = None, hasher: PasswordHasher | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.chmod(0o600)
        self._hasher = hasher or PasswordHasher()
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30)
        self._database.executescript(_SCHEMA)

    # accounts ---------------------------------------------------------------------------------------------------------
    def create(
        self, name: str, password: str, role: Role = "reader", collections: Sequence[str] | None = None
    ) -> Account:
        """A new account. Raises InvalidInputError for a name or password that will not do."""
        name = name.strip().lower()
        if not _NAME.fullmatch(name):
            raise InvalidInputError(
                "Tên tài khoản gồm 2–64 chữ thường không dấu, chữ số hoặc các dấu . _ @ -",
                "An account name has 2–64 lower-case letters, digits or . _ @ -",
            )
        hashed = self._hash(name, password)
        seen = None if collections is None else json.dumps(sorted(set(collections)), ensure_ascii=False)
        try:
            with self._writing() as database:
                row = (name, hashed, role, seen, time.time(), None, None)
                database.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError as error:
            raise InvalidInputError(f"Đã có tài khoản {name}.", f"There is an account {name} already.") from error
        return self.get(name)

    def get(self, name: str) -> Account:
        """One account. Raises NotFoundError."""
        for account in self.list():
            if account.name == name.strip().lower():
                return account
        raise NotFoundError(f"Không có tài khoản {name}.", f"There is no account {name}.")

    def list(self) -> list[Account]:
        """Every account, by name."""
        with self._lock:
            rows = self._database.execute(
                "SELECT name, role, collections, created, disabled, last_used FROM accounts ORDER BY name"
            ).fetchall()
        return [
            Account(name, role, None if seen is None else tuple(json.loads(seen)), created, disabled, used)
            for name, role, seen, created, disabled, used in rows
        ]

    def set_password(self, name: str, password: str) -> None:
        """Another password, which ends all sessions of the account. Raises NotFoundError, InvalidInputError."""
        account = self.get(name)
        hashed = self._hash(account.name, password)
        with self._writing() as database:
            database.execute("UPDATE accounts SET hash = ? WHERE name = ?", (hashed, account.name))
            database.execute("DELETE FROM person_sessions WHERE account = ?", (account.name,))

    def disable(self, name: str, disabled: bool = True) -> None:
        """Close an account and its sessions from the next request on, or open it again. Raises NotFoundError."""
        account = self.get(name)
        with self._writing() as database:
            moment = time.time() if disabled else None
            database.execute("UPDATE accounts SET disabled = ? WHERE name = ?", (moment, account.name))
            database.execute("DELETE FROM person_sessions WHERE account = ?", (account.name,))

    def in_use(self) -> bool:
        """Whether there is any account, also one that is disabled."""
        return self._one("SELECT 1 FROM accounts LIMIT 1") is not None

    def check(self, name: str, password: str) -> Account | None:
        """The account of this name and password; None otherwise, after as much work. Takes about 0.1 s and 64 MB."""
        name = name.strip().lower()
        row = self._one("SELECT hash FROM accounts WHERE name = ? AND disabled IS NULL", name)
        try:
            self._hasher.verify(str(row[0]) if row else self._nobody, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return None
        if row is None:
            return None
        with self._writing() as database:
            database.execute("UPDATE accounts SET last_used = ? WHERE name = ?", (time.time(), name))
        return self.get(name)

    @cached_property
    def _nobody(self) -> str:
        """Compared with where there is no account, so that it takes as long."""
        return self._hasher.hash(secrets.token_hex())

    def _hash(self, name: str, password: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST or name in password.lower():
            raise InvalidInputError(
                f"Mật khẩu cần {SHORTEST}–{LONGEST} ký tự và không chứa tên tài khoản.",
                f"A password has {SHORTEST}–{LONGEST} characters and does not contain the account name.",
            )
        return self._hasher.hash(password)

    # sessions ---------------------------------------------------------------------------------------------------------
    def open_account_session(self, account: Account) -> str:
        """A token that stands for an account in a browser, for `SESSION_S` seconds."""
        return self._open(account.name, None)

    def open_session(self, reader: Reader) -> str:
        """A token that stands for someone an identity provider vouches for."""
        seen = None if reader.collections is None else sorted(reader.collections)
        kept = {"id": reader.id, "role": reader.role, "collections": seen, "name": reader.name}
        return self._open(None, json.dumps(kept, ensure_ascii=False))

    def _open(self, account: str | None, reader: str | None) -> str:
        token, now = secrets.token_urlsafe(32), time.time()
        with self._writing() as database:
            database.execute("DELETE FROM person_sessions WHERE expires NOT BETWEEN ? AND ?", session_ends(SESSION_S))
            row = (_hash(token), account, reader, now + SESSION_S)
            database.execute("INSERT INTO person_sessions VALUES (?, ?, ?, ?)", row)
        return token

    def session_reader(self, token: str) -> Reader | None:
        """Who signed in with this token; None when the session or its account has ended."""
        row = self._one(
            "SELECT account, reader FROM person_sessions WHERE hash = ? AND expires BETWEEN ? AND ?",
            _hash(token), *session_ends(SESSION_S),
        )  # fmt: skip
        if row is None:
            return None
        if row[0] is not None:
            account = self.get(str(row[0]))
            return account.reader if account.disabled is None else None
        kept = json.loads(str(row[1]))
        seen = None if kept["collections"] is None else frozenset(kept["collections"])
        return Reader(kept["id"], kept["role"], seen, name=kept["name"])

    def close_session(self, token: str) -> None:
        """Forget a session."""
        with self._writing() as database:
            database.execute("DELETE FROM person_sessions WHERE hash = ?", (_hash(token),))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        with self._lock:
            found: tuple[object, ...] | None = self._database.execute(sql, values).fetchone()
        return found

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            yield self._database


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
