"""`assistant keys`: API keys and what each of them opens."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.access import Key, KeyStore, Role
from assistant.settings import load_settings
from vectorstore.errors import InvalidInputError

keys = typer.Typer(help="Khóa API: ai được dùng máy chủ và xem bộ sưu tập nào (API keys).", no_args_is_help=True)
console = Console(highlight=False)
_DAYS = re.compile(r"(\d{1,5})d?")
_ROLES = {"reader": "người đọc", "editor": "biên tập", "admin": "quản trị"}
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON (machine-readable).")]


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Tên để nhận ra khóa, ví dụ “Cổng thông tin tỉnh” (a name).")],
    collection: Annotated[
        list[str] | None, typer.Option(help="Bộ sưu tập được xem; lặp lại cho nhiều; bỏ trống: tất cả (collections).")
    ] = None,
    role: Annotated[
        str, typer.Option(help="reader: hỏi và đọc · editor: thêm và xóa văn bản · admin: cả số đo vận hành")
    ] = "reader",
    expires: Annotated[
        str | None, typer.Option(help="Hết hạn: số ngày (90) hoặc ngày YYYY-MM-DD; bỏ trống: không hết hạn.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Số yêu cầu nhiều nhất mỗi phút; bỏ trống: không giới hạn.")
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="Khóa đặt trên trang web: chỉ dùng được từ địa chỉ này, ví dụ https://tinh.gov.vn (a site)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tạo khóa; khóa chỉ hiện một lần (create a key; it is shown once)."""
    key, text = open_keys().create(
        name, role_named(role), collection or None, _expiry(expires), per_minute, origin or ()
    )
    if as_json:
        typer.echo(json.dumps({"key": text, **_row(key)}, ensure_ascii=False))
        return
    console.print(f"Khóa của [bold]{_escape(key.name)}[/] ({_ROLES[key.role]}, {_escape(_seen(key))}):")
    typer.echo(text)
    console.print("[yellow]Hãy cất giữ ngay: khóa chỉ hiện một lần. Gửi kèm mỗi yêu cầu: Authorization: Bearer KHÓA[/]")


@keys.command("list")
def listed(as_json: Json = False) -> None:
    """Liệt kê các khóa, không hiện nội dung khóa."""
    table = Table("Mã", "Tên", "Vai trò", "Bộ sưu tập", "Yêu cầu/phút", "Tạo", "Hết hạn", "Dùng lần cuối", "Tình trạng")
    for key in open_keys().list():
        if as_json:
            typer.echo(json.dumps(_row(key), ensure_ascii=False))
            continue
        rate = str(key.per_minute) if key.per_minute else "–"
        times = [_day(key.created), _day(key.expires), _day(key.last_used)]
        cells = (key.id, key.name, _ROLES[key.role], _seen(key), rate, *times, _state(key))
        table.add_row(*(_escape(cell) for cell in cells))
    if not as_json:
        console.print(table)


@keys.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="Mã khóa, xem `assistant keys list`.")]) -> None:
    """Thu hồi một khóa, có hiệu lực ngay, không cần khởi động lại máy chủ."""
    open_keys().revoke(key_id)
    console.print(f"Đã thu hồi khóa {_escape(key_id)}.")


def open_keys() -> KeyStore:
    """The keys of the configured data folder."""
    return KeyStore(load_settings().data_dir / "access.sqlite3")


def role_named(name: str) -> Role:
    """The role of this name. Raises InvalidInputError."""
    for role in _ROLES:
        if role == name:
            return role  # type: ignore[return-value]
    raise InvalidInputError(
        f"Vai trò {name} không có. Chọn một trong: {', '.join(_ROLES)}.",
        f"There is no role {name}. Choose one of: {', '.join(_ROLES)}.",
    )


def _expiry(text: str | None) -> float | None:
    """Seconds since 1970 at the end of the time given. Raises InvalidInputError."""
    if text is None:
        return None
    if match := _DAYS.fullmatch(text):
        return time.time() + int(match[1]) * 86400
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(
            f"Thời hạn “{text}” không đọc được: ghi số ngày (90) hoặc ngày YYYY-MM-DD.",
            f"Cannot read expiry {text!r}: write a number of days (90) or a date YYYY-MM-DD.",
        ) from error
    return datetime(day.year, day.month, day.day, 23, 59, 59).astimezone().timestamp()


def _row(key: Key) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role,
        "collections": key.collections,
        "per_minute": key.per_minute,
        "origins": key.origins,
        "created": _time(key.created),
        "expires": _time(key.expires),
        "last_used": _time(key.last_used),
        "revoked": _time(key.revoked),
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _day(seconds: float | None) -> str:
    return "–" if seconds is None else datetime.fromtimestamp(seconds).strftime("%d/%m/%Y")


def _seen(key: Key) -> str:
    return "tất cả bộ sưu tập" if key.collections is None else ", ".join(key.collections)


def _state(key: Key) -> str:
    if key.revoked is not None:
        return "đã thu hồi"
    return "còn hiệu lực" if key.alive(time.time()) else "hết hạn"


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
