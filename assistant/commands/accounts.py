"""`assistant accounts`: people of a small office who sign in with a name and a password."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.access import Account, PeopleStore
from assistant.commands.keys import role_named
from assistant.settings import load_settings

accounts = typer.Typer(help="Tài khoản đăng nhập bằng mật khẩu (local accounts).", no_args_is_help=True)
console = Console(highlight=False)
Name = Annotated[str, typer.Argument(help="Tên tài khoản, ví dụ van-thu (account name).")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Đọc mật khẩu từ đầu vào chuẩn, một dòng.")]


@accounts.command("create")
def create(
    name: Name,
    collection: Annotated[
        list[str] | None, typer.Option(help="Bộ sưu tập được xem; lặp lại cho nhiều; bỏ trống: tất cả (collections).")
    ] = None,
    role: Annotated[str, typer.Option(help="reader: hỏi và đọc · admin: cả số đo và nhật ký")] = "reader",
    password_stdin: Stdin = False,
) -> None:
    """Tạo tài khoản; mật khẩu được hỏi, không đặt trên dòng lệnh."""
    account = open_people().create(name, _password(password_stdin), role_named(role), collection or None)
    console.print(f"Đã tạo tài khoản {account.name} ({account.role}, {_escape(_seen(account))}).")


@accounts.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")] = False) -> None:
    """Liệt kê các tài khoản."""
    table = Table("Tên", "Vai trò", "Bộ sưu tập", "Tạo", "Đăng nhập lần cuối", "Tình trạng")
    for account in open_people().list():
        if as_json:
            row = {"name": account.name, "role": account.role, "collections": account.collections,
                   "disabled": account.disabled is not None}  # fmt: skip
            typer.echo(json.dumps(row, ensure_ascii=False))
            continue
        state = "còn hiệu lực" if account.disabled is None else "đã khóa"
        seen = _escape(_seen(account))
        table.add_row(account.name, account.role, seen, _day(account.created), _day(account.last_used), state)
    if not as_json:
        console.print(table)


@accounts.command("passwd")
def passwd(name: Name, password_stdin: Stdin = False) -> None:
    """Đặt lại mật khẩu; mọi phiên đang mở của tài khoản kết thúc."""
    open_people().set_password(name, _password(password_stdin))
    console.print(f"Đã đổi mật khẩu của {_escape(name)}.")


@accounts.command("disable")
def disable(name: Name) -> None:
    """Khóa tài khoản, có hiệu lực ngay."""
    open_people().disable(name)
    console.print(f"Đã khóa tài khoản {_escape(name)}.")


@accounts.command("enable")
def enable(name: Name) -> None:
    """Mở lại tài khoản đã khóa."""
    open_people().disable(name, disabled=False)
    console.print(f"Đã mở lại tài khoản {_escape(name)}.")


def open_people() -> PeopleStore:
    """The accounts of the configured data folder."""
    return PeopleStore(load_settings().data_dir / "access.sqlite3")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = typer.prompt("Mật khẩu (password)", hide_input=True, confirmation_prompt="Nhập lại (again)")
    return answer


def _seen(account: Account) -> str:
    return "tất cả bộ sưu tập" if account.collections is None else ", ".join(account.collections)


def _day(seconds: float | None) -> str:
    return "–" if seconds is None else datetime.fromtimestamp(seconds).strftime("%d/%m/%Y")


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
