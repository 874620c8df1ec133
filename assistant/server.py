"""A server process: API under /v1 and chat at /, over the data folder's index. `workers` runs several of the API."""

from __future__ import annotations

import math
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from assistant.access import KeyStore, PeopleStore, check_binding
from assistant.api import ConversationStore, FeedbackFile, Library, Provider, ServiceLimits, create_app
from assistant.api.logs import logging_config
from assistant.api.shared_limits import FILE as LIMITS
from assistant.api.shared_limits import SharedLimits
from assistant.api.tracing import collector, trace
from assistant.audit import FILE as AUDIT_FILE
from assistant.audit import AuditLog
from assistant.configuration import describe_configuration
from assistant.publishing import Publisher
from assistant.settings import Settings
from assistant.wiring import CorpusEditing, chat_check, open_assistant, open_store
from vectorstore.errors import ConfigurationError
from vectorstore.store import Mend, Store


@dataclass(frozen=True, slots=True)
class Running:
    """The application with what has to be closed when it ends."""

    app: FastAPI
    changes: Library | None
    conversations: ConversationStore
    keys: KeyStore
    people: PeopleStore
    audit: AuditLog
    store: Store

    def close(self) -> None:
        """Finish the upload at hand, send the last traces and close the databases."""
        if self.changes is not None:
            self.changes.close()
        self.conversations.close()
        self.keys.close()
        self.people.close()
        self.audit.close()
        if tracing := getattr(self.app.state, "tracing", None):
            tracing.shutdown()


def service_limits(settings: Settings) -> ServiceLimits:
    """How much a server process takes on, as configured: each of several has its share."""
    running = settings.concurrent_requests or _processors() * (4 if settings.chat_model else 1)
    return ServiceLimits(
        running=math.ceil(running / settings.workers),
        waiting=math.ceil(settings.queue_size / settings.workers),
        patience_s=settings.queue_wait_s,
        answer_s=settings.answer_timeout_s,
        heartbeat_s=settings.heartbeat_s,
        shutdown_s=settings.shutdown_s,
        max_body_bytes=settings.body_max_kb * 1000,
        body_s=settings.body_timeout_s,
        max_upload_bytes=settings.upload_max_mb * 1_000_000,
        requests_per_minute=settings.requests_per_minute,
    )


def _processors() -> int:
    """More questions at a time than these only take turns, and keep the server from turning others away quickly."""
    return max(2, os.cpu_count() or 2)


def open_server(settings: Settings, elsewhere: ASGIApp | None = None) -> Running:
    """Open the assistant and build the application around it; a worker leaves the rest to `elsewhere`.

    Raises ConfigurationError for an address that others can reach while there are no API keys.
    """
    keys = KeyStore(settings.data_dir / "access.sqlite3")
    people = PeopleStore(settings.data_dir / "access.sqlite3")
    provider = identity_provider(settings)
    check_binding(settings.host, keys, provider is not None or people.in_use())
    with ThreadPoolExecutor(1) as aside:  # the model and the index are read while Gradio is imported
        opening = aside.submit(lambda: open_assistant(settings, open_store(settings, _mend(elsewhere))))
        if elsewhere is None:
            import_module("assistant.ui")  # with it comes Gradio, which workers do without
        assistant = opening.result()
    conversations = ConversationStore(settings.data_dir / "conversations.sqlite3")
    library = None
    if elsewhere is None and settings.read_from is None:
        library = Library(CorpusEditing(assistant.store, settings.ingest_max_mb), settings.data_dir)
    audit = AuditLog(settings.data_dir / AUDIT_FILE, settings.audit, settings.audit_retention_days)
    audit.configure(describe_configuration(settings, assistant.store.embeddings.model_id))
    app = create_app(
        assistant,
        service_limits(settings),
        conversations,
        keys=keys,
        library=library,
        feedback=FeedbackFile(settings.data_dir / "feedback.jsonl"),
        chat_check=chat_check(settings),
        audit=audit,
        cors_origins=settings.cors_origins,
        people=people,
        provider=provider,
        counts=SharedLimits(settings.data_dir / LIMITS) if settings.workers > 1 else None,
        elsewhere=elsewhere,
    )
    if elsewhere is None:
        from assistant.ui import mount

        mount(app, settings.eval_results)
    if settings.otlp_endpoint:
        trace(app, collector(settings.otlp_endpoint))
    return Running(app, library, conversations, keys, people, audit, assistant.store)


def _mend(elsewhere: ASGIApp | None) -> Mend:
    return "never" if elsewhere else "if possible"


def identity_provider(settings: Settings) -> Provider | None:
    """The identity provider as configured. Raises ConfigurationError where a part of it is missing."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id or not settings.oidc_groups:
        raise ConfigurationError(
            "Đăng nhập qua OIDC cần thêm ASSISTANT_OIDC_CLIENT_ID và ASSISTANT_OIDC_GROUPS.",
            "Signing in by OIDC also takes ASSISTANT_OIDC_CLIENT_ID and ASSISTANT_OIDC_GROUPS.",
        )
    secret = settings.oidc_client_secret
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else "",
        scopes=settings.oidc_scopes,
        groups_claim=settings.oidc_groups_claim,
        grants=settings.oidc_groups,
        public_url=settings.public_url,
        name=settings.oidc_name,
    )


def path_prefix(public_url: str | None) -> str:
    """The path that a proxy serves the application under and takes away, such as /tro-ly; mostly empty."""
    return urlsplit(public_url or "").path.rstrip("/")


def server_config(
    app: FastAPI | str, host: str, port: int, limits: ServiceLimits, log_level: str, **more: Any
) -> uvicorn.Config:
    """How uvicorn serves the application, or what makes it where that is named."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=logging_config(log_level),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, round(limits.shutdown_s) + 1),
        h11_max_incomplete_event_size=64_000,
        ws="none",
        **more,
    )


class Server(uvicorn.Server):
    """Told to stop, it takes no more requests and lets those at work finish within the time set."""

    def __init__(
        self, app: FastAPI, host: str, port: int, limits: ServiceLimits, log_level: str = "INFO", **more: Any
    ) -> None:
        super().__init__(server_config(app, host, port, limits, log_level, **more))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does, after telling open pages of the chat, which keep a connection that never ends."""
        for route in self._app.routes:
            stop = getattr(getattr(route, "app", None), "stop_event", None)
            if stop is not None:
                stop.set()
        await super().shutdown(sockets)


def run(settings: Settings, running: Running, inherited: socket.socket | None = None) -> None:
    """Serve until the process is told to stop; on the `inherited` socket only workers pass requests on."""
    server = Server(
        running.app,
        settings.host,
        settings.port,
        service_limits(settings),
        settings.log_level,
        root_path=path_prefix(settings.public_url),
        forwarded_allow_ips=["127.0.0.1"] if inherited else list(settings.trusted_proxies),
    )
    try:
        with suppress(KeyboardInterrupt), Publisher(settings, running.store):
            server.run([inherited] if inherited else None)
    finally:
        running.close()
