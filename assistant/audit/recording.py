"""An assistant whose answers go on the record before anyone sees them, wherever they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from assistant.access import Reader
from assistant.audit.entry import Body
from assistant.audit.log import AuditLog
from assistant.types import Answer, Delta, Done, Event, Filters, Query, SearchHit

if TYPE_CHECKING:  # the API imports this package
    from assistant.api.protocol import AssistantLike, DocumentStore


class Recorded:
    """The assistant of one reader, asked through one `channel` ("api", "chat", …)."""

    def __init__(self, assistant: AssistantLike, log: AuditLog, reader: Reader, channel: str) -> None:
        self.assistant = assistant
        self.log = log
        self.reader = reader
        self.channel = channel

    @property
    def store(self) -> DocumentStore:
        """The documents."""
        return self.assistant.store

    def ask(self, query: Query) -> Answer:
        """The answer, on record. Raises NotReadyError where it cannot be recorded."""
        try:
            answer = self.assistant.ask(query)
        except Exception as error:
            self._failed(query, error)
            raise
        self.log.add(self._answered(query, answer))
        return answer

    def stream(self, query: Query) -> Iterator[Event]:
        """The events; what a reader who left early had seen by then is recorded as well."""
        shown = ""
        try:
            for event in self.assistant.stream(query):
                if isinstance(event, Delta):
                    shown += event.text
                elif isinstance(event, Done):
                    self.log.add(self._answered(query, event.answer))
                    shown = ""
                yield event
        except GeneratorExit:
            if shown:
                self.log.add(self._asked(query, uuid4().hex, "interrupted") | {"shown": shown})
            raise
        except Exception as error:
            self._failed(query, error, shown)
            raise

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> list[SearchHit]:
        """The passages."""
        return self.assistant.search(question, k, filters or Filters(), as_of)

    def ready(self) -> bool:
        """Whether questions can be answered."""
        return self.assistant.ready()

    def examples(self) -> list[str]:
        """Questions to show."""
        return self.assistant.examples()

    def limited_to(self, collections: Iterable[str]) -> Recorded:
        """The same where only these collections exist."""
        return Recorded(self.assistant.limited_to(collections), self.log, self.reader, self.channel)

    # what is noted ----------------------------------------------------------------------------------------------------
    def _asked(self, query: Query, answer_id: str, outcome: str) -> Body:
        reader, told = self.reader, self.log.mode == "full"
        return {
            "answer_id": answer_id,
            "reader": {
                "id": reader.id,
                "name": reader.name,
                "role": reader.role,
                "collections": None if reader.collections is None else sorted(reader.collections),
            },
            "channel": self.channel,
            "question": query.question if told else None,
            "earlier_turns": len(query.history),
            "filters": query.filters.model_dump(mode="json", exclude_none=True) if told else None,
            "as_of": query.as_of.isoformat() if query.as_of else None,
            "mode": query.mode,
            "outcome": outcome,
            "answer": None,
        }

    def _answered(self, query: Query, answer: Answer) -> Body:
        kept = answer if self.log.mode == "full" else without_question(answer)
        return self._asked(query, answer.id, answer.status) | {
            "answer": kept.model_dump(mode="json"),
            "documents": self._documents(answer),
            "removed": [sentence.model_dump(mode="json") for sentence in answer.withheld],
        }

    def _documents(self, answer: Answer) -> list[Body]:
        """Which versions were cited, with the hash of the text that was cited from."""
        cited = dict.fromkeys((citation.document_id, citation.version) for citation in answer.citations)
        found = [(key, self.store.document(*key)) for key in cited]
        return [
            {"document_id": name, "version": version, "content_hash": document.content_hash if document else ""}
            for (name, version), document in found
        ]

    def _failed(self, query: Query, error: Exception, shown: str = "") -> None:
        self.log.add(self._asked(query, uuid4().hex, "failed") | {"error": type(error).__name__, "shown": shown})


def without_question(answer: Answer) -> Answer:
    """The answer as it is kept where questions are not: claims and quotes, no text that may repeat the question."""
    text = "\n".join(f"{c.text} {''.join(f'[{n}]' for n in c.citations)}" for c in answer.claims)
    return answer.model_copy(update={"answer": text, "standalone_question": ""})
