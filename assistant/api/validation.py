"""What is wrong with a request, field by field, in words a reader of either language understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from assistant.api.language import Language

# pydantic's error type: (Vietnamese, English), filled from the error's context.
MESSAGES: dict[str, tuple[str, str]] = {
    "missing": ("thiếu trường này", "is required"),
    "extra_forbidden": ("không có trường này", "is not a known field"),
    "string_type": ("phải là chuỗi ký tự", "must be a string"),
    "string_unicode": ("có ký tự Unicode không hợp lệ", "contains invalid Unicode"),
    "string_too_short": ("không được để trống", "must not be empty"),
    "string_too_long": ("không được dài quá {max_length} ký tự", "must have at most {max_length} characters"),
    "too_long": ("không được có quá {max_length} phần tử", "must have at most {max_length} items"),
    "int_type": ("phải là số nguyên", "must be an integer"),
    "int_parsing": ("phải là số nguyên", "must be an integer"),
    "int_from_float": ("phải là số nguyên", "must be an integer"),
    "float_parsing": ("phải là một số", "must be a number"),
    "greater_than": ("phải lớn hơn {gt}", "must be more than {gt}"),
    "greater_than_equal": ("phải từ {ge} trở lên", "must be at least {ge}"),
    "less_than_equal": ("không được lớn hơn {le}", "must be at most {le}"),
    "string_pattern_mismatch": ("không đúng dạng", "has not the form it should have"),
    "literal_error": ("phải là một trong các giá trị {expected}", "must be one of {expected}"),
    "date_type": ("phải là ngày dạng NNNN-TT-NN, ví dụ 2024-01-31", "must be a date such as 2024-01-31"),
    "date_parsing": ("phải là ngày dạng NNNN-TT-NN, ví dụ 2024-01-31", "must be a date such as 2024-01-31"),
    "date_from_datetime_parsing": (
        "phải là ngày dạng NNNN-TT-NN, ví dụ 2024-01-31",
        "must be a date such as 2024-01-31",
    ),
    "tuple_type": ("phải là một danh sách", "must be a list"),
    "list_type": ("phải là một danh sách", "must be a list"),
    "model_type": ("phải là một đối tượng JSON", "must be a JSON object"),
    "model_attributes_type": ("phải là một đối tượng JSON", "must be a JSON object"),
}
_UNKNOWN = ("giá trị không hợp lệ", "is not a valid value")
_SOURCES = ("body", "query", "path", "header")


class FieldProblem(BaseModel):
    """One thing wrong with one field; `field` is its path, `history.0.role`, or `body`."""

    field: str
    message: str


def field_problems(errors: Sequence[Mapping[str, Any]], language: Language) -> list[FieldProblem]:
    """pydantic's errors as our own; the values sent are never repeated."""
    return [FieldProblem(field=_field(error["loc"]), message=_message(error, language)) for error in errors]


def _field(location: Sequence[str | int]) -> str:
    parts = [str(part) for part in location]
    if len(parts) > 1 and parts[0] in _SOURCES:
        parts = parts[1:]
    return ".".join(parts)


def _message(error: Mapping[str, Any], language: Language) -> str:
    template = MESSAGES.get(str(error["type"]), _UNKNOWN)[language == "en"]
    return template.format_map(error.get("ctx") or {})
