"""What Prometheus reads at `/metrics`: requests, answers, stages, queue. Never a word of a question."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import date

from langchain_core.callbacks import get_usage_metadata_callback
from prometheus_client import CollectorRegistry, Counter, Histogram, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from assistant.api.admission import Admission
from assistant.api.protocol import AssistantLike, DocumentStore
from assistant.types import Answer, Done, Event, Filters, Query, SearchHit

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The measurements of one server, in a registry of their own.

    Where the server is several processes, each writes its own to files of a folder that the environment names (see
    `prometheus_client`), and any of them tells of all, but for their queues.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "policy_http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "policy_http_request_seconds", "Time to the last byte", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.answers = Counter(
            "policy_answers", "Questions answered or abstained from", ["status", "reason", "model"],
            registry=self.registry,
        )  # fmt: skip
        self.first_text_seconds = Histogram(
            "policy_first_text_seconds", "Time to the first text of an answer", buckets=_SECONDS, registry=self.registry
        )
        self.stage_seconds = Histogram(
            "policy_stage_seconds", "Time in each step", ["stage"], buckets=_SECONDS, registry=self.registry
        )
        self.confidence = Histogram(
            "policy_answer_confidence", "Confidence of answers given",
            buckets=[tenth / 10 for tenth in range(1, 11)], registry=self.registry,
        )  # fmt: skip
        self.removed = Counter(
            "policy_sentences_removed", "Sentences of the chat model that verification withheld", registry=self.registry
        )
        self.tokens = Counter(
            "policy_chat_tokens", "Tokens of the chat model, as far as its server reports them", ["direction"],
            registry=self.registry,
        )  # fmt: skip
        self._documents: _Now | None = None
        self.failures = Counter("policy_failures", "Questions that ended in an error", ["kind"], registry=self.registry)

    def whole(self) -> CollectorRegistry:
        """What is measured, in all processes."""
        if _FOLDER not in os.environ:
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        if self._documents:
            together.register(self._documents)
        return together

    def watch(self, admission: Admission, store: DocumentStore) -> None:
        """Report the number of documents whenever Prometheus asks, and the queue where there is only one."""
        self._documents = _Now("policy_documents", "Documents in the corpus", lambda: len(store.listing()))
        self.registry.register(self._documents)
        self.registry.register(_Now("policy_running", "Questions being worked on", lambda: admission.running))
        self.registry.register(_Now("policy_waiting", "Questions waiting for a place", lambda: admission.waiting))

    def answered(self, answer: Answer) -> None:
        """Count one answer and its steps."""
        self.answers.labels(answer.status, answer.reason or "", answer.model).inc()
        for stage, milliseconds in answer.timings_ms.items():
            self.stage_seconds.labels(stage).observe(milliseconds / 1000)
        self.removed.inc(len(answer.withheld))
        if answer.status == "answered":
            self.confidence.observe(answer.confidence)


class _Now(Collector):
    """A number as it is when it is asked for, which no file of another process has."""

    def __init__(self, name: str, description: str, read: Callable[[], float]) -> None:
        self._name, self._description, self._read = name, description, read

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(self._name, self._description, value=self._read())


class Measured:
    """An assistant whose answers are counted, wherever they are asked for."""

    def __init__(self, assistant: AssistantLike, metrics: Metrics) -> None:
        self.assistant = assistant
        self.metrics = metrics

    @property
    def store(self) -> DocumentStore:
        """The documents."""
        return self.assistant.store

    def ask(self, query: Query) -> Answer:
        """The answer, counted."""
        try:
            with self._tokens_counted():
                answer = self.assistant.ask(query)
        except Exception as error:
            self.metrics.failures.labels(type(error).__name__).inc()
            raise
        self.metrics.answered(answer)
        return answer

    @contextmanager
    def _tokens_counted(self) -> Iterator[None]:
        with get_usage_metadata_callback() as usage:
            yield
        for used in usage.usage_metadata.values():
            self.metrics.tokens.labels("input").inc(used["input_tokens"])
            self.metrics.tokens.labels("output").inc(used["output_tokens"])

    def stream(self, query: Query) -> Iterator[Event]:
        """The events, counted at their end; the first that carries text is timed."""
        started = time.perf_counter()
        waiting = True
        events = self._counted(query)
        context = copy_context()  # one for the whole stream: a reader may come from another context for each event
        try:
            while (event := context.run(next, events, None)) is not None:
                if waiting and event.event != "stage":
                    waiting = False
                    self.metrics.first_text_seconds.observe(time.perf_counter() - started)
                if isinstance(event, Done):
                    self.metrics.answered(event.answer)
                yield event
        except Exception as error:
            self.metrics.failures.labels(type(error).__name__).inc()
            raise
        finally:
            context.run(events.close)

    def _counted(self, query: Query) -> Generator[Event, None, None]:
        with self._tokens_counted():
            yield from self.assistant.stream(query)

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

    def limited_to(self, collections: Iterable[str]) -> Measured:
        """The same for a reader to whom only these collections exist."""
        return Measured(self.assistant.limited_to(collections), self.metrics)
