"""The one place where real parts are constructed and joined; everything else gets its collaborators passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx

from assistant.answering.abstention import load_calibration
from assistant.chain import PolicyAssistant
from assistant.retrieval import PolicyRetriever
from assistant.settings import Settings
from ingest.chunker import chunk
from ingest.pipeline import FileResult, Progress, Stage, Summary, build_document, ingest
from ingest.structure import blocks
from ingest.watch import Batch, follow
from vectorstore.embedding import PolicyEmbeddings, load_embeddings
from vectorstore.engine import EngineAddress
from vectorstore.errors import ConfigurationError
from vectorstore.published import publish
from vectorstore.records import Document
from vectorstore.store import Mend, Store

if TYPE_CHECKING:
    from assistant.api.originals import Originals
    from assistant.generation import Generator
    from assistant.rebuilding import Rebuilding
    from assistant.reranking import Reranker

CHAT_SHARE = 0.6  # of the time for an answer; the rest is for finding passages, and for quoting where the model fails


def open_embeddings(settings: Settings) -> PolicyEmbeddings:
    """The configured embedding model, prepared or not."""
    return load_embeddings(settings.embedding_model, settings.data_dir, settings.embedding_threads)


def open_store(settings: Settings, mend: Mend = "always") -> Store:
    """The index of the data folder, made on first use; or that which another host publishes."""
    if (settings.read_from or settings.publish_to) and not (settings.chroma_url or settings.search_url):
        raise ConfigurationError(
            "ASSISTANT_PUBLISH_TO và ASSISTANT_READ_FROM cần ASSISTANT_CHROMA_URL hoặc ASSISTANT_SEARCH_URL: "
            "các máy dùng chung máy chủ tìm kiếm.",
            "ASSISTANT_PUBLISH_TO and ASSISTANT_READ_FROM need ASSISTANT_CHROMA_URL or ASSISTANT_SEARCH_URL: "
            "hosts share a server for search.",
        )
    url, engine = settings.chroma_url, engine_address(settings)
    embeddings = open_embeddings(settings)
    if settings.read_from:
        return Store(settings.read_from, embeddings, url, published=True, engine=engine)
    publishing = settings.publish_to is not None
    return Store(settings.data_dir / "index", embeddings, url, mend=mend, publishing=publishing, engine=engine)


def engine_address(settings: Settings) -> EngineAddress | None:
    """The distributed engine that searches, where one is configured. Raises ConfigurationError."""
    if not settings.search_url:
        return None
    if settings.chroma_url:
        raise ConfigurationError(
            "Chỉ đặt một trong hai: ASSISTANT_SEARCH_URL hoặc ASSISTANT_CHROMA_URL.",
            "Set one of ASSISTANT_SEARCH_URL and ASSISTANT_CHROMA_URL, not both.",
        )
    token = settings.search_token.get_secret_value() if settings.search_token else ""
    return EngineAddress(settings.search_url, token, settings.search_quantised)


def publish_index(settings: Settings, store: Store) -> None:
    """Let other hosts have the present state, where they are to. Raises NotReadyError."""
    if settings.publish_to:
        publish(store, settings.publish_to)


def open_assistant(settings: Settings, store: Store | None = None) -> PolicyAssistant:
    """The assistant over the data folder's index, with the configured chat model if there is one."""
    store = store or open_store(settings)
    return PolicyAssistant(
        store=store,
        retriever=PolicyRetriever(store=store, reranker=open_reranker(settings)),
        calibration=load_calibration(),
        generator=open_generator(settings),
        retrieve_k=settings.retrieve_k,
        answer_threshold=settings.answer_threshold,
        remembered=settings.answer_cache,
    )


def open_reranker(settings: Settings) -> Reranker | None:
    """The configured cross-encoder; None where there is none, which is the default."""
    if not settings.reranker_model:
        return None
    from assistant.reranking import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker_model)


def open_generator(settings: Settings) -> Generator | None:
    """The configured chat model behind verification; None where answers are extractive only."""
    if not settings.chat_model:
        return None
    from langchain.chat_models import init_chat_model

    from assistant.generation import Generator
    from assistant.generation.ending import ending_client

    provider, _, name = settings.chat_model.partition(":")
    if not name:
        raise ConfigurationError(
            f"ASSISTANT_CHAT_MODEL={settings.chat_model} không đúng dạng nhà_cung_cấp:tên, ví dụ openai:qwen3-8b.",
            f"ASSISTANT_CHAT_MODEL={settings.chat_model} is not provider:name, e.g. openai:qwen3-8b.",
        )
    timeout_s = min(settings.chat_timeout_s, CHAT_SHARE * settings.answer_timeout_s)
    options: dict[str, Any] = {"timeout": timeout_s, "max_retries": 0, "temperature": 0}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if settings.chat_api_key:
        options["api_key"] = settings.chat_api_key.get_secret_value()
    elif settings.chat_base_url:
        options["api_key"] = "none"  # local servers want a key to be sent, whatever it is
    if provider == "openai":
        options["http_client"] = ending_client(timeout_s)
    try:
        model = init_chat_model(name, model_provider=provider, **options)
    except (ImportError, ValueError) as error:
        raise ConfigurationError(
            f"Không dùng được mô hình hội thoại {settings.chat_model}: {error}.",
            f"Cannot use chat model {settings.chat_model}: {error}.",
        ) from error
    return Generator(
        model,
        max_context_tokens=settings.chat_context_tokens,
        timeout_s=timeout_s,
        unsupported=settings.unsupported_claims,
    )


def chat_check(settings: Settings) -> Callable[[], bool] | None:
    """Asks whether the chat server can be reached; None without a server of one's own, as asking others costs money."""
    if not (settings.chat_model and settings.chat_base_url):
        return None
    address = f"{settings.chat_base_url.rstrip('/')}/models"
    key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else "none"

    def reachable() -> bool:
        try:
            return httpx.get(address, headers={"Authorization": f"Bearer {key}"}, timeout=5).status_code < 500
        except httpx.HTTPError:
            return False

    return reachable


class CorpusEditing:
    """Adds documents to the store of a running server, and removes them."""

    def __init__(self, store: Store, max_mb: int = 100) -> None:
        self.store = store
        self.max_bytes = max_mb * 2**20

    def ingest(self, path: Path, collection: str) -> FileResult:
        """Add one file; what is wrong with it is told in the result."""
        return ingest([path], _alone(self.store, collection), collection, max_bytes=self.max_bytes).results[0]

    def remove(self, document_id: str) -> None:
        """Forget a document with all its versions. Raises NotFoundError."""
        self.store.remove(document_id)

    def current(self, document_id: str) -> Document | None:
        """The current version of a document."""
        return self.store.document(document_id)


def _alone(store: Store, collection: str) -> Store:
    """The store as one collection: what is noted of a document, such as its twins, names none of another."""
    return store.limited_to([collection])


def ingest_paths(
    settings: Settings,
    paths: Sequence[Path],
    collection: str = "default",
    on_progress: Callable[[Progress], None] | None = None,
    store: Store | None = None,
    on_stage: Callable[[Stage], None] | None = None,
    *,
    again: bool = False,
) -> Summary:
    """Ingest files and folders into the data folder's index; `again` also reads files that have not changed."""
    own = _alone(store or open_store(settings), collection)
    most = settings.ingest_max_mb * 2**20
    return ingest(paths, own, collection, on_progress, on_stage, max_bytes=most, again=again)


def follow_paths(paths: Sequence[Path], stop: Event) -> Iterator[Batch]:
    """Files under `paths` that are there, then those that come, change and go, until `stop` is set."""
    return follow(paths, stop)


def document_blocks(document: Document) -> list[tuple[str, int, int, str]]:
    """What each span of a stored text was taken for: (kind, start, end, locator) in order of the text."""
    return [(block.kind, block.start, block.end, block.locator) for block in blocks(document.text)]


def read_document(path: Path) -> tuple[Document, list[str]]:
    """A file as it would be ingested, and the numbers of its Điều in order; nothing is stored. Raises PolicyError."""
    document, _ = build_document(path)
    return document, [block.article for block in blocks(document.text) if block.article]


def reindex_store(settings: Settings, progress: Callable[[int, int], None]) -> int:
    """Make the index again with the configured embedding model; returns the number of documents."""
    store = open_for_maintenance(settings)
    count = store.reindex(progress)
    publish_index(settings, store)
    return count


def open_for_maintenance(settings: Settings, embeddings: PolicyEmbeddings | None = None) -> Store:
    """The index as it is, with nothing mended."""
    model, publishing = embeddings or open_embeddings(settings), settings.publish_to is not None
    return Store(
        settings.data_dir / "index", model, settings.chroma_url,
        other_model=True, publishing=publishing, engine=engine_address(settings),
    )  # fmt: skip


def rebuilder(store: Store, originals: Originals) -> Rebuilding:
    """Makes lost documents and chunks again."""
    from assistant.rebuilding import Rebuilding  # the whole API comes with it, which `ask` has no use for

    return Rebuilding(
        store.catalogue, originals, build_document, lambda document: chunk(document, blocks(document.text))
    )
