"""What the API and the chat need of an assistant; the smallest interface that serves both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from assistant.types import Answer, Event, Filters, Query, SearchHit
from vectorstore.records import Document


class DocumentStore(Protocol):
    """Read access to the stored documents."""

    def listing(self) -> Sequence[Document]:
        """The current version of every document, without its text; cheap to ask for."""

    def document(self, document_id: str, version: int | None = None) -> Document | None:
        """One document, the current version unless another is named; None where there is none."""

    def versions(self, document_id: str) -> list[Document]:
        """Every version of a document, the oldest first."""

    def file(self, document_id: str, version: int) -> Path | None:
        """The file on disk that a document version was read from, if it is still there and has not changed since."""


class AssistantLike(Protocol):
    """Answers questions, finds passages and knows whether it can."""

    @property
    def store(self) -> DocumentStore: ...

    def ask(self, query: Query, /) -> Answer: ...

    def stream(self, query: Query, /) -> Iterator[Event]: ...

    def search(
        self, question: str, k: int = 10, filters: Filters = ..., as_of: date | None = None
    ) -> list[SearchHit]: ...

    def ready(self) -> bool: ...

    def examples(self) -> list[str]: ...

    def limited_to(self, collections: Iterable[str], /) -> AssistantLike:
        """The same assistant for a reader to whom only these collections exist."""
