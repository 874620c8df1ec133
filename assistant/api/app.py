"""The web application of the API: `create_app(assistant)`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp

from assistant.access import KeyStore, PeopleStore
from assistant.api import examples
from assistant.api.access_log import AccessLog
from assistant.api.admission import Admission, ServiceLimits
from assistant.api.answers import answer_routes
from assistant.api.ask import ask_routes
from assistant.api.body_limit import BodyLimit
from assistant.api.conversation_store import ConversationStore
from assistant.api.conversations import conversation_routes
from assistant.api.corpus_changes import Library
from assistant.api.cors import Cors
from assistant.api.documents import document_routes
from assistant.api.feedback import FeedbackFile, feedback_routes
from assistant.api.gate import Gate, Guard
from assistant.api.health import ChatCheck, health_routes, metrics_routes
from assistant.api.last_resort import LastResort
from assistant.api.media_type import require_json
from assistant.api.metrics import Measured, Metrics
from assistant.api.oidc import OIDC, Provider, oidc_app
from assistant.api.openai_routes import openai_routes
from assistant.api.problems import DETAILS, TITLES, install_problem_handlers
from assistant.api.protocol import AssistantLike
from assistant.api.rate_limit import Counts, RateLimit
from assistant.api.service import Service
from assistant.api.sign_in import sign_in_routes
from assistant.api.uploads import UPLOADS, library_routes, upload_routes
from assistant.audit import AuditLog
from assistant.configuration import program_version
from assistant.widget import widget_routes
from vectorstore.errors import NotFoundError

DESCRIPTION = """Trả lời câu hỏi từ kho văn bản, kèm câu gốc làm căn cứ; khi kho không có thì nói rõ là không có.

Lỗi theo RFC 9457 (`application/problem+json`); tiếng Anh khi `Accept-Language: en`."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(
    assistant: AssistantLike,
    limits: ServiceLimits | None = None,
    conversations: ConversationStore | None = None,
    *,
    keys: KeyStore | None = None,
    library: Library | None = None,
    feedback: FeedbackFile | None = None,
    chat_check: ChatCheck | None = None,
    audit: AuditLog | None = None,
    cors_origins: Collection[str] = (),
    people: PeopleStore | None = None,
    provider: Provider | None = None,
    counts: Counts | None = None,
    elsewhere: ASGIApp | None = None,
) -> FastAPI:
    """The API over `assistant`. Its pages, /docs included, load nothing from elsewhere.

    Conversations are kept in `conversations`, by default in memory only. Without `keys` everyone who reaches the
    application may use it; with them, only this machine until the first key is made, and then only who holds one.
    Documents can be uploaded and deleted where there is a `library`. `chat_check` tells whether the chat model answers.
    What is answered is recorded in `audit`, by default in memory only. Pages of `cors_origins`, and of the sites that
    keys were made for, may call the API from a browser. `people` sign in to the
    chat with an account, or by way of the identity `provider`. Requests are counted in `counts` for their limits, by
    default in this process. One of several processes has `elsewhere`, which gets all that is not asking or reading.
    """
    limits = limits or ServiceLimits()
    metrics = Metrics()
    audit = audit or AuditLog()
    service = Service(Measured(assistant, metrics), Admission(limits), audit)
    metrics.watch(service.admission, assistant.store)
    make = FastAPI if elsewhere else FastAPIOffline  # whoever serves everything also tells of everything
    app = make(
        title="Trợ lý chính sách",
        version=program_version(),
        description=DESCRIPTION,
        redoc_url=None,
        docs_url=None if elsewhere else "/docs",
        openapi_url=None if elsewhere else "/openapi.json",
        responses=examples.COMMON,
    )
    app.state.metrics = metrics
    app.state.service = service
    app.state.conversations = store = conversations or ConversationStore()
    app.state.feedback = feedback = feedback or FeedbackFile()
    app.state.corpus_changes = library
    people = people or (PeopleStore() if provider else None)
    guard = Guard(keys, people, provider is not None, counts)
    app.add_middleware(
        BodyLimit,
        max_bytes=limits.max_body_bytes,
        seconds=limits.body_s,
        upload_bytes=limits.max_upload_bytes,
        uploads=UPLOADS if library or elsewhere else frozenset(),
    )
    app.add_middleware(Gate, guard=guard)
    app.add_middleware(LastResort)
    app.add_middleware(AccessLog, metrics=metrics)
    app.add_middleware(Cors, origins=cors_origins, keys=keys)
    app.add_middleware(CorrelationIdMiddleware)
    install_problem_handlers(app)
    rate_limit = Depends(RateLimit(limits.requests_per_minute, counts))
    guards = [rate_limit, Depends(require_json)]
    for routes in (ask_routes, document_routes, openai_routes):
        app.include_router(routes(service), dependencies=guards)
    app.include_router(conversation_routes(service, store), dependencies=guards)
    app.include_router(answer_routes(audit, store), dependencies=guards)
    app.include_router(feedback_routes(feedback), dependencies=guards)
    if library:
        app.include_router(upload_routes(library), dependencies=[rate_limit])
        app.include_router(library_routes(service, library), dependencies=guards)
    app.include_router(health_routes(service, guard, chat_check))
    if elsewhere:
        app.mount("", elsewhere)
        return app
    app.include_router(metrics_routes(metrics))
    app.include_router(sign_in_routes(guard, provider.name if provider else None))
    if provider and people:
        app.mount(OIDC, oidc_app(provider, people))
    app.include_router(widget_routes())
    app.include_router(_problem_pages())
    _answer_unknown_addresses(app)
    _describe_problems(app, keys is not None)
    return app


def _problem_pages() -> APIRouter:
    """What each problem type means, at the address its `type` names."""
    router = APIRouter(include_in_schema=False)

    @router.get("/problems/{slug}")
    async def problem(slug: str) -> dict[str, str]:
        if slug not in TITLES:
            raise NotFoundError("Không có loại lỗi này.", "There is no such problem type.")
        vietnamese, english = TITLES[slug]
        detail = DETAILS.get(slug, ("", ""))
        return {"type": f"/problems/{slug}", "vi": f"{vietnamese}. {detail[0]}", "en": f"{english}. {detail[1]}"}

    return router


def _answer_unknown_addresses(app: FastAPI) -> None:
    """Answers every other address under /v1, which would otherwise reach the chat mounted at the root."""
    known = tuple(app.router.routes)

    @app.api_route("/v1/{path:path}", methods=METHODS, include_in_schema=False)
    async def unknown(request: Request, path: str) -> None:
        scopes = {method: {**request.scope, "method": method} for method in METHODS}
        allowed = [m for m, scope in scopes.items() if any(r.matches(scope)[0] == Match.FULL for r in known)]
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(404)


def _describe_problems(app: FastAPI, keys: bool) -> None:
    """Adds problems and keys to the OpenAPI document and takes out FastAPI's own error shape."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            if keys:
                _describe_keys(document)
            schemas = document["components"]["schemas"]
            problem = dict(examples.PROBLEM_SCHEMA)
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_keys(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if path.startswith(("/v1", "/metrics")):
                operation["security"] = [{"key": []}]
                operation["responses"] |= {str(status): answer for status, answer in examples.UNAUTHORIZED.items()}
