"""Conversations kept in SQLite: who owns them, what was asked, and the whole answers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from assistant.api.feedback import Judgement
from assistant.types import Answer, Filters, IsoDate, Turn, Value
from vectorstore.errors import NotFoundError
from vectorstore.text.normalise import fold

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_of_owner ON conversations (owner, updated DESC);
CREATE TABLE IF NOT EXISTS exchanges (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL, answer TEXT NOT NULL, created TEXT NOT NULL, limits TEXT, judgement TEXT
);
CREATE INDEX IF NOT EXISTS exchanges_of_conversation ON exchanges (conversation_id, position);
"""
_ADDED = ("limits", "judgement")  # columns that databases of version 0.1.0 lack
_TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its content; times are ISO 8601 in UTC."""

    id: str
    title: str
    created: str
    updated: str


class Limits(Value):
    """What a question was asked within."""

    filters: Filters = Filters()
    as_of: IsoDate | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its whole answer, with what it was asked within and what its reader thought of it."""

    question: str
    answer: Answer
    created: str
    limits: Limits = NO_LIMITS
    judgement: Judgement | None = None


class ConversationStore:
    """All conversations of one server. `path` None keeps them in memory, until the server ends.

    Another owner's conversation is not found, just like one that does not exist.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, timeout=30)
        self._database.execute("PRAGMA foreign_keys = ON")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.create_function("folded", 1, fold, deterministic=True)
        self._database.executescript(_SCHEMA)
        present = {column[1] for column in self._database.execute("PRAGMA table_info(exchanges)")}
        for name in (name for name in _ADDED if name not in present):
            self._database.execute(f"ALTER TABLE exchanges ADD COLUMN {name} TEXT")

    def create(self, owner: str, title: str = "", conversation_id: str | None = None) -> Conversation:
        """A new, empty conversation, under an id of its own unless one is given that nobody has yet."""
        now = _now()
        conversation = Conversation(conversation_id or uuid4().hex, title, now, now)
        with self._writing() as database:
            database.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (conversation.id, owner, title, now, now)
            )
        return conversation

    def page(
        self, owner: str, containing: str = "", offset: int = 0, limit: int = 50
    ) -> tuple[int, list[Conversation]]:
        """How many contain `containing` in title or questions, whatever case and diacritics, and those of one page.

        The newest come first.
        """
        where = (
            "FROM conversations WHERE owner = ? AND (instr(folded(title), ?) > 0 OR EXISTS (SELECT 1 FROM exchanges "
            "WHERE conversation_id = conversations.id AND instr(folded(question), ?) > 0))"
        )
        sought = (owner, fold(containing), fold(containing))
        with self._lock:
            (total,) = self._database.execute(f"SELECT count(*) {where}", sought).fetchone()
            rows = self._database.execute(
                f"SELECT id, title, created, updated {where} ORDER BY updated DESC, id LIMIT ? OFFSET ?",
                (*sought, limit, offset),
            ).fetchall()
        return total, [Conversation(*row) for row in rows]

    def get(self, owner: str, conversation_id: str) -> tuple[Conversation, list[Exchange]]:
        """A conversation with its content. Raises NotFoundError."""
        with self._lock:
            row = self._database.execute(
                "SELECT id, title, created, updated FROM conversations WHERE id = ? AND owner = ?",
                (conversation_id, owner),
            ).fetchone()
            if row is None:
                raise _not_found()
            rows = self._database.execute(
                "SELECT question, answer, created, limits, judgement FROM exchanges WHERE conversation_id = ? "
                "ORDER BY position",
                (conversation_id,),
            ).fetchall()
        return Conversation(*row), [_exchange(*row) for row in rows]

    def add(
        self,
        owner: str,
        conversation_id: str,
        question: str,
        answer: Answer,
        replaces: str | None = None,
        limits: Limits = NO_LIMITS,
    ) -> None:
        """Append an exchange, in place of the answer whose id is `replaces`. Raises NotFoundError.

        The first one names a conversation that has no title.
        """
        now = _now()
        with self._writing() as database:
            changed = database.execute(
                "UPDATE conversations SET updated = ?, title = CASE title WHEN '' THEN ? ELSE title END "
                "WHERE id = ? AND owner = ?",
                (now, question[:_TITLE_CHARS], conversation_id, owner),
            ).rowcount
            if not changed:
                raise _not_found()
            database.execute(
                "DELETE FROM exchanges WHERE conversation_id = ? AND json_extract(answer, '$.id') = ?",
                (conversation_id, replaces),
            )
            database.execute(
                "INSERT INTO exchanges (conversation_id, question, answer, created, limits) VALUES (?, ?, ?, ?, ?)",
                (conversation_id, question, answer.model_dump_json(), now, limits.model_dump_json()),
            )

    def judge(self, owner: str, conversation_id: str, answer_id: str, judgement: Judgement) -> None:
        """Note what the reader thinks of an answer, in place of what they thought before. Raises NotFoundError."""
        with self._writing() as database:
            query = (
                "UPDATE exchanges SET judgement = ? WHERE conversation_id = "
                "(SELECT id FROM conversations WHERE id = ? AND owner = ?) AND json_extract(answer, '$.id') = ?"
            )
            values = (judgement.model_dump_json(), conversation_id, owner, answer_id)
            if not database.execute(query, values).rowcount:
                raise _not_found()

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Give a conversation another title. Raises NotFoundError."""
        with self._writing() as database:
            query = "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?"
            if not database.execute(query, (title, conversation_id, owner)).rowcount:
                raise _not_found()

    def delete(self, owner: str, conversation_id: str) -> None:
        """Forget a conversation and all it holds. Raises NotFoundError."""
        with self._writing() as database:
            query = "DELETE FROM conversations WHERE id = ? AND owner = ?"
            if not database.execute(query, (conversation_id, owner)).rowcount:
                raise _not_found()

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            yield self._database


def _exchange(question: str, answer: str, created: str, limits: str | None, judgement: str | None) -> Exchange:
    return Exchange(
        question,
        Answer.model_validate_json(answer),
        created,
        Limits.model_validate_json(limits) if limits else NO_LIMITS,
        Judgement.model_validate_json(judgement) if judgement else None,
    )


def history(exchanges: list[Exchange], most: int = 10) -> tuple[Turn, ...]:
    """The last exchanges as the conversation that a follow-up question refers to."""
    turns: list[Turn] = []
    for exchange in exchanges[-most:]:
        turns.append(Turn(role="user", content=exchange.question))
        turns.append(Turn(role="assistant", content=exchange.answer.answer[:20_000]))
    return tuple(turns)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _not_found() -> NotFoundError:
    return NotFoundError("Không có cuộc trò chuyện này.", "There is no such conversation.")
