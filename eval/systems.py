"""What is evaluated: the assistant in this process, or a running server. The only file that constructs either."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx
from filelock import FileLock
from langchain_core.callbacks import get_usage_metadata_callback
from pydantic import BaseModel

from assistant.settings import Settings
from assistant.types import Answer, Citation, Claim, Query, SearchHit
from eval.corpus import Corpus, code_digest
from eval.datasets import Question
from eval.records import Tokens
from eval.textmatch import canonical, present, same_source
from vectorstore.errors import ConfigurationError, InvalidInputError

if TYPE_CHECKING:  # evaluating a server needs none of the assistant's own models
    from langchain_core.language_models import BaseChatModel

    from assistant.chain import PolicyAssistant

Progress = Callable[[int, int], None]


class System(Protocol):
    """Answers and searches; `holds` tells whether the stored documents have the facts of a question at all."""

    problems: tuple[str, ...]

    def ask(self, query: Query) -> tuple[Answer, Tokens | None]: ...

    def search(self, question: str, k: int, as_of: date | None) -> list[SearchHit]: ...

    def holds(self, question: Question) -> bool | None: ...

    def close(self) -> None: ...


@dataclass
class LocalSystem:
    """The assistant in this process, over an index built for the evaluation; `problems` are files it could not read."""

    assistant: PolicyAssistant
    problems: tuple[str, ...] = ()

    def ask(self, query: Query) -> tuple[Answer, Tokens | None]:
        """The answer, and the tokens of the chat models called for it (None where none was)."""
        with get_usage_metadata_callback() as usage:
            answer = self.assistant.ask(query)
        used = usage.usage_metadata.values()
        if not used:
            return answer, None
        return answer, Tokens(input=sum(u["input_tokens"] for u in used), output=sum(u["output_tokens"] for u in used))

    def search(self, question: str, k: int, as_of: date | None) -> list[SearchHit]:
        return self.assistant.search(question, k=k, as_of=as_of)

    @cached_property
    def _texts(self) -> list[tuple[str, str | None, str]]:
        store = self.assistant.store
        return [
            (source, document.symbol, canonical(document.text))
            for document in store.documents()
            for source in {document.source, *store.catalogue.sources(document.document_id)}
        ]

    def holds(self, question: Question) -> bool | None:
        if not question.answerable:
            return None
        expected = question.sources or tuple(question.gains)
        texts = [
            text
            for source, symbol, text in self._texts
            if not expected or any(same_source(name, source, symbol) for name in expected)
        ]
        return bool(texts) and all(present("\n".join(texts), question.facts))

    def close(self) -> None:
        """Let go of the index."""
        self.assistant.store.close()


@dataclass
class HttpSystem:
    """A running server, asked over its API; `key` is sent as a bearer token where the server wants one."""

    url: str
    key: str | None = None
    problems: tuple[str, ...] = ()
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        self.client = httpx.Client(base_url=self.url.rstrip("/"), headers=headers, timeout=180)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            response = self.client.post(path, json=body)
        except httpx.HTTPError as error:
            raise ConfigurationError(
                f"Không gọi được {self.url}{path}: {error}.", f"Cannot call {self.url}{path}: {error}."
            ) from error
        if response.is_error:
            detail = response.text[:300]
            raise InvalidInputError(
                f"{self.url}{path} trả về lỗi {response.status_code}: {detail}",
                f"{self.url}{path} answered {response.status_code}: {detail}",
            )
        return response.json()

    def ask(self, query: Query) -> tuple[Answer, Tokens | None]:
        found = self._post("/v1/ask", query.model_dump(mode="json", exclude_defaults=True))
        parts = _known(Answer, found)
        parts["citations"] = [_known(Citation, cited) for cited in found.get("citations", [])]
        parts["claims"] = [_known(Claim, claim) for claim in found.get("claims", [])]
        return Answer.model_validate(parts), None

    def search(self, question: str, k: int, as_of: date | None) -> list[SearchHit]:
        body = {"question": question, "k": k} | ({"as_of": as_of.isoformat()} if as_of else {})
        found = self._post("/v1/search", body)
        hits = found["hits"] if isinstance(found, dict) else found
        return [SearchHit.model_validate(_known(SearchHit, hit)) for hit in hits]

    def holds(self, question: Question) -> bool | None:
        """A server does not show its whole texts."""
        return None

    def close(self) -> None:
        """End the connections."""
        self.client.close()


def _known(model: type[BaseModel], data: dict[str, Any]) -> dict[str, Any]:
    """The fields of `data` that this version knows: a newer server may send more."""
    return {name: value for name, value in data.items() if name in model.model_fields}


def open_local(
    settings: Settings,
    corpus: Corpus,
    cache: Path,
    progress: Progress | None = None,
    model: BaseChatModel | None = None,
) -> LocalSystem:
    """The assistant over an index of `corpus` under `cache`, built unless one of the same content and code is there.

    `model` answers in place of the configured chat model.
    """
    from assistant.generation import Generator
    from assistant.wiring import ingest_paths, open_assistant, open_embeddings
    from vectorstore.embedding import prepare_model
    from vectorstore.store import Store

    if settings.embedding_model is None:
        prepare_model(None, settings.data_dir)  # at once if it is there
    embeddings = open_embeddings(settings)
    folder = cache / index_key(embeddings.model_id, corpus)[:16]
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "complete.json"
    store = Store(folder / "index", embeddings)  # never the configured Chroma server: that one is in use
    with FileLock(folder / "build.lock"):  # two runs over the same documents build their index once
        if not done.exists():
            on_progress = (lambda step: progress(step.done, step.total)) if progress else None
            paths = corpus.paths(folder / "passages")
            summary = ingest_paths(settings, paths, on_progress=on_progress, store=store)
            failed = [result.reason for result in summary.failed]  # each names its file
            if len(failed) == len(summary.results):
                raise InvalidInputError(
                    f"Không nạp được văn bản nào: {failed[0] if failed else 'kho trống'}",
                    f"No document could be ingested: {failed[0] if failed else 'the corpus is empty'}",
                )
            done.write_text(json.dumps(failed, ensure_ascii=False), encoding="utf-8")
    assistant = open_assistant(settings, store)
    if model is not None:
        assistant.generator = Generator(
            model, max_context_tokens=settings.chat_context_tokens, timeout_s=settings.chat_timeout_s
        )
    return LocalSystem(assistant, tuple(json.loads(done.read_text(encoding="utf-8"))))


def index_key(model_id: str, corpus: Corpus) -> str:
    """What an index depends on: the documents, the embedding model, and the code that reads and stores."""
    parts = [corpus.digest, model_id, code_digest("ingest", "vectorstore")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def open_url(url: str) -> HttpSystem:
    """A running server; its key, if it wants one, is read from EVAL_API_KEY."""
    return HttpSystem(url, os.environ.get("EVAL_API_KEY"))
