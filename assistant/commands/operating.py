"""`assistant doctor` and `assistant settings`: for whoever runs the server."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.reference import markdown, rows
from assistant.settings import load_settings

console = Console(highlight=False)
_SIGNS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "problem": "[bold red]✗[/]"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")] = False) -> None:
    """Kiểm tra cài đặt và chỉ cách khắc phục (mã thoát 0: tốt, 1: có cảnh báo, 2: có lỗi phải sửa)."""
    from assistant.doctor import examine

    states = set()
    for finding in examine(load_settings()):
        states.add(finding.state)
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(finding), ensure_ascii=False))
            continue
        console.print(f"{_SIGNS[finding.state]} {_escape(finding.vietnamese)}", soft_wrap=True)
        if finding.state != "ok":
            console.print(f"  [dim]{_escape(finding.english)}[/]", soft_wrap=True)
            if finding.remedy:
                console.print(f"  → {_escape(finding.remedy)}", soft_wrap=True)
    sys.exit(2 if "problem" in states else 1 if "warning" in states else 0)


def settings(
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Dạng bảng Markdown, cho README.")] = False,
) -> None:
    """Liệt kê mọi biến cấu hình, giá trị đang dùng và ý nghĩa."""
    current = load_settings()
    if as_markdown:
        typer.echo(markdown(current))
        return
    table = Table("Biến", "Đang dùng", "Mặc định", "Ý nghĩa")
    for row in rows(current):
        value = f"[bold]{_escape(row.value)}[/]" if row.value != row.default else _escape(row.value)
        table.add_row(row.variable, value, _escape(row.default), _escape(row.meaning))
    console.print(table)


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
