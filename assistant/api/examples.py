"""Examples and problem responses shown in the OpenAPI page."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

from assistant.api.problems import MEDIA_TYPE, Problem


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


PROBLEM_SCHEMA = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
COMMON: dict[int | str, dict[str, Any]] = {
    400: _problem("Không đọc được JSON"),
    413: _problem("Nội dung quá lớn"),
    422: _problem("Yêu cầu không hợp lệ"),
    500: _problem("Lỗi hệ thống"),
    503: _problem("Chưa sẵn sàng hoặc đang bận; xem Retry-After"),
}
NOT_FOUND: dict[int | str, dict[str, Any]] = {404: _problem("Không có văn bản này")}
FORBIDDEN: dict[int | str, dict[str, Any]] = {403: _problem("Khóa không cho phép việc này")}
UNSUPPORTED: dict[int | str, dict[str, Any]] = {415: _problem("Không phải multipart/form-data")}
UNAUTHORIZED: dict[int | str, dict[str, Any]] = {401: _problem("Thiếu khóa API hoặc khóa không còn hiệu lực")}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Tệp gốc",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
NOT_READY: dict[int | str, dict[str, Any]] = {503: _problem("Chưa có chỉ mục")}

ASK: dict[str, Example] = {
    "question": Example(
        summary="Một câu hỏi",
        value={"question": "Năm 2023 tỉnh có bao nhiêu mô hình “Dân vận khéo” được công nhận?"},
    ),
    "follow-up": Example(
        summary="Hỏi tiếp trong cuộc trò chuyện",
        value={
            "question": "Còn năm 2022 thì sao?",
            "history": [
                {"role": "user", "content": "Năm 2023 tỉnh có bao nhiêu mô hình được công nhận?"},
                {"role": "assistant", "content": "Năm 2023, toàn tỉnh công nhận 146 mô hình [1]."},
            ],
        },
    ),
    "filters": Example(
        summary="Chỉ tìm trong một số văn bản",
        value={
            "question": "Chỉ tiêu giảm nghèo là bao nhiêu?",
            "filters": {"doc_type": "Nghị quyết", "year_from": 2021, "year_to": 2024},
            "as_of": "2024-06-30",
        },
    ),
}
SEARCH: dict[str, Example] = {
    "search": Example(summary="Tìm mười đoạn", value={"question": "kinh phí hỗ trợ mô hình", "k": 10}),
}
CHAT: dict[str, Example] = {
    "chat": Example(
        summary="Một câu hỏi",
        value={
            "model": "policy-assistant",
            "messages": [{"role": "user", "content": "Mức hỗ trợ mỗi mô hình cấp huyện là bao nhiêu?"}],
        },
    ),
}
# One Server-Sent Event; `data` is JSON.
_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}
_STREAM = """event: stage
data: {"event":"stage","name":"retrieve","detail":""}

event: delta
data: {"event":"delta","text":"Năm 2023, toàn tỉnh công nhận 146 mô hình [1]."}

event: done
data: {"event":"done","answer":{"id":"…","status":"answered","answer":"…","citations":[]}}
"""
ASK_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Câu trả lời có dẫn nguồn, hoặc câu báo không có trong kho tài liệu (`status: abstained`). "
        f"Theo luồng:\n```\n{_STREAM}```",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
}
CHAT_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "chat.completion, hoặc luồng chat.completion.chunk khi `stream` là true",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/event-stream": {"schema": _EVENT},
        },
    },
    404: _problem("Không có mô hình này"),
}
