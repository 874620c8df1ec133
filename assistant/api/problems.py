"""Errors as RFC 9457 problem documents: one shape, stable types, Vietnamese or English, never a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from assistant.api.language import Language, negotiate
from assistant.api.validation import FieldProblem, field_problems
from vectorstore.disk import disk_error
from vectorstore.errors import PolicyError

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "X-Request-ID"

# slug: (Vietnamese title, English title)
TITLES: dict[str, tuple[str, str]] = {
    "invalid-input": ("Yêu cầu không hợp lệ", "Invalid request"),
    "malformed-json": ("Nội dung gửi lên không phải JSON hợp lệ", "The body is not valid JSON"),
    "unauthorized": ("Cần khóa API", "An API key is needed"),
    "forbidden": ("Khóa không cho phép việc này", "The key does not allow this"),
    "not-found": ("Không tìm thấy", "Not found"),
    "not-ready": ("Hệ thống chưa sẵn sàng", "Not ready yet"),
    "disk": ("Không ghi được vào đĩa", "The disk cannot be written"),
    "configuration": ("Cấu hình chưa đúng", "Configuration error"),
    "time-limit": ("Quá thời gian cho phép", "The time limit was reached"),
    "too-slow": ("Nội dung gửi lên quá chậm", "The body came too slowly"),
    "idempotency-conflict": ("Idempotency-Key đã dùng cho yêu cầu khác", "Idempotency-Key used for another request"),
    "too-large": ("Nội dung gửi lên quá lớn", "The body is too large"),
    "unsupported-media-type": ("Kiểu nội dung không được hỗ trợ", "Unsupported media type"),
    "method-not-allowed": ("Phương thức không được hỗ trợ", "Method not allowed"),
    "busy": ("Hệ thống đang bận", "Too busy"),
    "rate-limited": ("Gửi quá nhiều yêu cầu", "Too many requests"),
    "http": ("Không thực hiện được yêu cầu", "The request could not be carried out"),
    "internal": ("Lỗi hệ thống", "Internal error"),
}
# What each of those means to the reader when the error itself does not say more.
DETAILS: dict[str, tuple[str, str]] = {
    "malformed-json": (
        "Không đọc được JSON. Hãy gửi một đối tượng JSON mã hóa UTF-8.",
        "The JSON cannot be read. Send one JSON object in UTF-8.",
    ),
    "not-found": ("Địa chỉ này không có.", "There is nothing at this address."),
    "method-not-allowed": (
        "Địa chỉ này không nhận phương thức đã dùng; xem tiêu đề Allow.",
        "This address does not take that method; see the Allow header.",
    ),
    "internal": (
        "Đã có lỗi ngoài dự kiến. Hãy thử lại; nếu vẫn lỗi, báo người quản trị kèm mã yêu cầu.",
        "Something unexpected went wrong. Try again; if it persists, tell the administrator the request id.",
    ),
}
_HTTP_SLUGS = {
    400: "malformed-json",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    429: "rate-limited",
    503: "busy",
}


_OPENAI_PATHS = ("/v1/chat/", "/v1/models")


class ErrorObject(BaseModel):
    """The same error as OpenAI's clients look for it."""

    message: str
    type: str
    code: str
    param: str | None = None


class Problem(BaseModel):
    """A problem document; `type` is a stable reference `/problems/<slug>` that a program may rely on."""

    type: str = Field(examples=["/problems/invalid-input"])
    title: str = Field(examples=["Yêu cầu không hợp lệ"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["question: không được để trống."])
    instance: str = Field(examples=["/v1/ask"])
    request_id: str = Field(examples=["0a4b7c2e9d1f4e6f8a3b5c7d9e1f2a4b"])
    errors: list[FieldProblem] | None = None
    error: ErrorObject | None = Field(None, description="Chỉ có ở các địa chỉ theo định dạng OpenAI")


def problem_document(
    slug: str, status: int, detail: str, language: Language, path: str, errors: list[FieldProblem] | None = None
) -> Problem:
    """The document for one error, in the reader's language."""
    title = TITLES.get(slug, TITLES["http"])[language == "en"]
    return Problem(
        type=f"/problems/{slug}",
        title=title,
        status=status,
        detail=detail,
        instance=path,
        request_id=correlation_id.get() or "",
        errors=errors,
        error=ErrorObject(message=detail, type=slug, code=slug) if path.startswith(_OPENAI_PATHS) else None,
    )


def policy_problem(error: PolicyError, request: Request) -> Problem:
    """The document for one of our own errors."""
    language = negotiate(request.headers.get("accept-language"))
    detail = error.english if language == "en" else str(error)
    return problem_document(error.slug, error.http_status, detail, language, request.url.path)


def stream_problem(error: Exception, request: Request) -> Problem:
    """The problem that ends a stream which broke: its status has been sent, so the problem goes in the stream."""
    if (known := as_policy_error(error)) is not None:
        return policy_problem(known, request)
    log.error("stream broke, request %s", correlation_id.get(), exc_info=error)
    return internal_problem(request)


def as_policy_error(error: Exception) -> PolicyError | None:
    """The error as one of our own: it is, or it comes of a disk that is full. None for a bug."""
    return error if isinstance(error, PolicyError) else disk_error(error)


def internal_problem(request: Request) -> Problem:
    """The problem shown for a bug: nothing of its inside."""
    language = negotiate(request.headers.get("accept-language"))
    return problem_document("internal", 500, DETAILS["internal"][language == "en"], language, request.url.path)


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The HTTP response that carries a problem."""
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error that leaves `app` a problem document."""
    app.add_exception_handler(PolicyError, _on_policy_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_unexpected_error)


async def _on_policy_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PolicyError)
    if error.http_status >= 500:
        log.warning("%s: %s", error.slug, error.english)
    retry_after = getattr(error, "retry_after_s", 5 if error.http_status == 503 else None)
    return respond(policy_problem(error, request), {"Retry-After": str(retry_after)} if retry_after else None)


async def _on_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    language = negotiate(request.headers.get("accept-language"))
    if any(item["type"] == "json_invalid" for item in error.errors()):
        detail = DETAILS["malformed-json"][language == "en"]
        return respond(problem_document("malformed-json", 400, detail, language, request.url.path))
    fields = field_problems(error.errors(), language)
    detail = "; ".join(f"{field.field}: {field.message}" for field in fields[:5]) + "."
    return respond(problem_document("invalid-input", 422, detail, language, request.url.path, fields))


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    language = negotiate(request.headers.get("accept-language"))
    slug = _HTTP_SLUGS.get(error.status_code, "http")
    fallback = HTTPStatus(error.status_code).phrase
    detail = DETAILS.get(slug, (fallback, fallback))[language == "en"]
    return respond(problem_document(slug, error.status_code, detail, language, request.url.path), error.headers)


async def _on_unexpected_error(request: Request, error: Exception) -> JSONResponse:
    if (known := disk_error(error)) is not None:
        return await _on_policy_error(request, known)
    log.error("unexpected error, request %s", correlation_id.get(), exc_info=error)
    # Written outside the middleware that adds the request id to every other answer.
    problem = internal_problem(request)
    return respond(problem, {REQUEST_ID: problem.request_id})
