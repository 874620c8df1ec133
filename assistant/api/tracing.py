"""OpenTelemetry traces of requests, sent to a collector where one is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from vectorstore.errors import ConfigurationError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_UNTRACED = "/healthz,/readyz,/metrics"
_QUERIES = ("url.full", "url.query", "http.url", "http.target")  # addresses with what was searched for


def trace(app: FastAPI, exporter: SpanExporter) -> None:
    """Send a span for every request of `app`: route, status, time; no words of any question.

    Raises ConfigurationError where the instrumentation is not installed.
    """
    try:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise _not_installed() from error
    provider = TracerProvider(resource=Resource.create({"service.name": "policy-assistant"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    app.state.tracing = provider
    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=provider,
        excluded_urls=_UNTRACED,
        server_request_hook=_without_queries,
        exclude_spans=["receive", "send"],
    )


def collector(endpoint: str) -> SpanExporter:
    """The exporter to a collector at `endpoint`. Raises ConfigurationError where it is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise _not_installed() from error
    return OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https"))


def _not_installed() -> ConfigurationError:
    return ConfigurationError(
        'Đã đặt ASSISTANT_OTLP_ENDPOINT nhưng chưa cài phần theo dõi. Chạy `pip install "policy-assistant[otel]"`.',
        'ASSISTANT_OTLP_ENDPOINT is set but tracing is not installed: `pip install "policy-assistant[otel]"`.',
    )


def _without_queries(span: Any, scope: dict[str, Any]) -> None:
    if span is None or not span.is_recording():
        return
    path = scope.get("path", "")
    for name in _QUERIES:
        if name in span.attributes:
            span.set_attribute(name, "" if name == "url.query" else path)
