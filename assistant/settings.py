"""All settings, read once from `ASSISTANT_*` variables (and a `.env` file) and passed on as values."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from assistant.access.grants import Grant
from assistant.audit.log import AuditMode
from vectorstore.errors import ConfigurationError

PREFIX, ENV_FILE = "ASSISTANT_", ".env"


def _names(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]  # a,b,c


class Settings(BaseSettings):
    """Every field is the variable `ASSISTANT_<NAME>`; an unknown variable of that prefix is refused."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(Path("data"), description="Where models, the index and the catalogue are kept")
    embedding_model: str | None = Field(
        None, description="Prepared or sentence-transformers model; empty: the bundled multilingual-e5-small"
    )
    embedding_threads: int = Field(2, ge=1, le=64, description="Processor threads used for embedding")
    reranker_model: str | None = Field(
        None, description="sentence-transformers CrossEncoder that reranks passages, by hub name or folder; empty: none"
    )
    chroma_url: str | None = Field(None, description="A Chroma server, e.g. http://chroma:8000; empty: embedded")
    search_url: str | None = Field(
        None,
        description="A Milvus server that searches in the place of Chroma, e.g. http://milvus:19530, "
        "for more than a machine holds; empty: none",
    )
    search_token: SecretStr | None = Field(None, description="Its key, or user:password, if it needs one")
    search_quantised: bool = Field(False, description="Vectors as int8 in its memory, a quarter; scores stay exact")
    publish_to: Path | None = Field(
        None, description="Folder shared with other hosts that each state of this one's index is published to"
    )
    read_from: Path | None = Field(
        None, description="Folder that another host publishes its index to: this one answers from it, and only reads"
    )
    chat_model: str | None = Field(
        None, description="LangChain chat model as provider:name, e.g. openai:qwen3-8b; empty: extractive answers only"
    )
    chat_base_url: str | None = Field(
        None, description="Address of an OpenAI-compatible server (vLLM, Ollama, llama.cpp)"
    )
    chat_api_key: SecretStr | None = Field(None, description="Key for the chat model, if it needs one")
    chat_timeout_s: float = Field(
        60, gt=0, le=600, description="Longest wait for the chat model, seconds; at most 60 % of that for an answer"
    )
    chat_context_tokens: int = Field(6000, ge=500, le=200_000, description="Most tokens of sources in a prompt")
    unsupported_claims: Literal["remove", "strike"] = Field(
        "remove", description="What happens to a sentence of the chat model that its sources do not support"
    )
    retrieve_k: int = Field(16, ge=1, le=50, description="Passages looked at for an answer")
    answer_threshold: float = Field(
        0.2, ge=0, le=1, description="Least probability of being right at which a question is answered"
    )
    answer_cache: int = Field(
        1000, ge=0, le=1_000_000, description="Extractive answers kept for when the same is asked again; 0: none"
    )
    host: str = Field("127.0.0.1", description="Address the server listens on")
    port: int = Field(7860, ge=1, le=65535, description="Port the server listens on")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that answer the API; several need a server for search, and share limits"
    )
    concurrent_requests: int | None = Field(
        None, ge=1, le=256, description="Questions computed at a time; empty: one a processor, four with a chat model"
    )
    queue_size: int = Field(60, ge=0, le=10_000, description="Questions that may wait; more are refused with 503")
    queue_wait_s: float = Field(15, gt=0, le=600, description="Longest wait for a place, seconds")
    answer_timeout_s: float = Field(120, gt=0, le=3600, description="Longest time for one answer, seconds")
    requests_per_minute: int | None = Field(
        None, ge=1, le=1_000_000, description="Requests a minute from one address; empty: no limit"
    )
    body_max_kb: int = Field(1000, ge=1, le=100_000, description="Largest request other than an upload, kilobytes")
    body_timeout_s: float = Field(30, gt=0, le=600, description="Longest time for a request body to come, seconds")
    upload_max_mb: int = Field(100, ge=1, le=2000, description="Largest upload, megabytes")
    heartbeat_s: float = Field(15, ge=1, le=300, description="Pause after which a stream sends a sign of life, seconds")
    shutdown_s: float = Field(30, ge=0, le=600, description="Time that streams have to finish at shutdown, seconds")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[\w.~-]+)*/?$",
        description="Address as browsers see it, e.g. `https://tinh.gov.vn/tro-ly`; empty: that of the request",
    )
    trusted_proxies: Names = Field(
        ("127.0.0.1", "::1"), description="Proxies whose X-Forwarded headers are believed; `*`: whoever connects"
    )
    oidc_issuer: str | None = Field(
        None, description="Identity provider (OpenID Connect) with which people sign in; empty: none"
    )
    oidc_client_id: str | None = Field(None, description="The assistant's name at the identity provider")
    oidc_client_secret: SecretStr | None = Field(None, description="Its secret there, if it has one")
    oidc_scopes: str = Field("openid profile email", description="What is asked of the identity provider")
    oidc_groups_claim: str = Field("groups", description="Where the identity provider tells a person's groups")
    oidc_groups: dict[str, Grant] = Field(
        {}, description='What groups open, as JSON: `{"dan-van": {"role": "reader", "collections": ["tinh"]}}`'
    )
    oidc_name: str = Field("", description="What the sign-in button calls the identity provider")
    cors_origins: Names = Field(
        (), description="Sites whose pages may call the API, e.g. `https://a.vn,https://b.vn`; those of keys may anyway"
    )
    audit: AuditMode = Field(
        "full", description="Record of what was asked and shown: `full`, or `without_questions`: only what was shown"
    )
    audit_retention_days: int | None = Field(
        None, ge=1, le=36_500, description="Days after which recorded answers are taken out; empty: never"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Detail of the server's log")
    otlp_endpoint: str | None = Field(
        None, description="OpenTelemetry collector (gRPC) that traces go to, e.g. http://collector:4317; empty: none"
    )
    eval_results: Path = Field(
        Path("eval-results"), description="Where evaluations are written; the Quality tab shows the latest one"
    )
    ingest_max_mb: int = Field(100, ge=1, le=2000, description="Largest file that is ingested, megabytes")


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment; `overrides` win where they are not None. Raises ConfigurationError."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    # ASSISTANT_TEST_* belongs to the test suite.
    given = {*os.environ, *dotenv_values(ENV_FILE)}
    unknown = [k for k in given if k.startswith(PREFIX) and k not in known and not k.startswith("ASSISTANT_TEST_")]
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ConfigurationError(
            f"Biến cấu hình không có: {names}. Các biến hợp lệ: {', '.join(sorted(known))}.",
            f"Unknown setting: {names}. Known settings: {', '.join(sorted(known))}.",
        )
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except SettingsError as error:  # a setting written as JSON that is none
        raise ConfigurationError(
            f"Cấu hình sai: một biến viết dạng JSON không đọc được ({error}).",
            f"Bad configuration: a setting written as JSON cannot be read ({error}).",
        ) from error
    except ValidationError as error:
        from assistant.api.validation import field_problems  # with it comes the whole API

        vietnamese, english = (
            "; ".join(f"{PREFIX}{p.field.upper()} {p.message}" for p in field_problems(error.errors(), language))
            for language in ("vi", "en")
        )
        raise ConfigurationError(f"Cấu hình sai: {vietnamese}.", f"Bad configuration: {english}.") from error
