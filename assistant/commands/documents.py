"""`assistant documents`: what is in the store, where its data were read, and what documents do to one another."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.commands.documents_text import STATUSES, sections
from assistant.commands.documents_view import block_lines, describe, document_row, find_document
from assistant.settings import load_settings

if TYPE_CHECKING:
    from vectorstore.store import Store

documents = typer.Typer(help="Các văn bản trong kho: liệt kê, xem, xóa, các phiên bản (documents in the store).")
console = Console(highlight=False)
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON (machine-readable).")]
Id = Annotated[str, typer.Argument(help="Mã văn bản (có thể viết tắt), số ký hiệu, hoặc tên tệp (id, symbol or file).")]


@documents.callback(invoke_without_command=True)
def overview(context: typer.Context, as_json: Json = False) -> None:
    """Các văn bản trong kho: liệt kê, xem, xóa, các phiên bản (documents in the store)."""
    if context.invoked_subcommand is None:
        listed(as_json=as_json)


@documents.command("list")
def listed(
    collection: Annotated[str | None, typer.Option(help="Chỉ bộ sưu tập này (collection).")] = None,
    as_json: Json = False,
) -> None:
    """Liệt kê các văn bản trong kho (list documents)."""
    store = _open()
    counts = store.catalogue.chunk_counts()
    table = Table("Mã", "Tiêu đề", "Loại", "Số, ký hiệu", "Ngày", "Tình trạng", "Tệp", "Đoạn")
    for document in store.listing():
        if collection is not None and document.collection != collection:
            continue
        chunks = counts.get((document.document_id, document.version), 0)
        if as_json:
            typer.echo(json.dumps(document_row(document, chunks), ensure_ascii=False))
            continue
        known = (
            document.title,
            document.kind,
            document.symbol,
            document.best_date,
            STATUSES.get(document.status, "") if document.status != "unknown" else "",
        )
        cells = (document.document_id[:10], *known, document.source, chunks)
        table.add_row(*(_escape(str(cell)) if cell is not None else "" for cell in cells))
    if not as_json:
        console.print(table)


@documents.command("show")
def show(
    name: Id,
    version: Annotated[int | None, typer.Option(min=1, help="Phiên bản; bỏ trống: bản hiện hành.")] = None,
    blocks: Annotated[bool, typer.Option("--blocks", help="Cả những gì bị bỏ, được đánh dấu, được giữ.")] = False,
    as_json: Json = False,
) -> None:
    """Xem một văn bản: thông tin và nơi đọc được, quan hệ hai chiều, hiệu lực (show one document)."""
    store = _open()
    document = find_document(store, name, version)
    known = describe(store, document)
    if blocks:
        from assistant.wiring import document_blocks

        known["blocks"] = block_lines(document.text, document_blocks(document))
    if as_json:
        typer.echo(json.dumps(known, ensure_ascii=False))
        return
    console.print(f"[bold]{_escape(document.title)}[/]")
    for label, lines in sections(known):
        console.print(f"\n[bold cyan]{label}[/]")
        for line in lines:
            console.print(f"  {_escape(line)}", soft_wrap=True)


@documents.command("remove")
def remove(name: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Không hỏi lại.")] = False) -> None:
    """Xóa một văn bản cùng mọi phiên bản (remove a document with all its versions)."""
    from assistant.wiring import publish_index

    store = _open()
    document = find_document(store, name)
    if not yes and sys.stdin.isatty():
        typer.confirm(f"Xóa “{document.title}” ({document.source}) cùng mọi phiên bản?", abort=True)
    store.remove(document.document_id)
    publish_index(load_settings(), store)
    console.print(f"Đã xóa “{_escape(document.title)}” ({_escape(document.source)}).", soft_wrap=True)


@documents.command("history")
def history(name: Id, as_json: Json = False) -> None:
    """Các phiên bản của một văn bản (versions of a document)."""
    store = _open()
    current = find_document(store, name)
    counts = store.catalogue.chunk_counts()
    table = Table("Phiên bản", "", "Tệp", "Tiêu đề", "Số, ký hiệu", "Ngày", "Ký tự", "Đoạn")
    for document in store.catalogue.versions(current.document_id):
        chunks = counts.get((document.document_id, document.version), 0)
        now = document.version == current.version
        if as_json:
            row = {**document_row(document, chunks), "current": now, "characters": len(document.text)}
            typer.echo(json.dumps(row, ensure_ascii=False))
            continue
        cells = (document.version, "hiện hành" if now else "cũ", document.source, document.title, document.symbol,
                 document.best_date, len(document.text), chunks)  # fmt: skip
        table.add_row(*(_escape(str(cell)) if cell is not None else "" for cell in cells))
    if not as_json:
        console.print(table)


def _open() -> Store:
    from assistant.wiring import open_store

    return open_store(load_settings())


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
