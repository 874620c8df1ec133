"""The `assistant` command. Exit codes: 0 done, 1 done in part, 2 not possible."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from assistant.commands.accounts import accounts
from assistant.commands.audit import audit
from assistant.commands.documents import documents
from assistant.commands.keys import keys
from assistant.commands.maintenance import maintenance
from assistant.commands.operating import doctor, settings
from assistant.commands.widget import widget_demo
from assistant.settings import Settings, load_settings
from vectorstore.disk import disk_error
from vectorstore.errors import ConfigurationError, InvalidInputError, PolicyError

if TYPE_CHECKING:
    from vectorstore.store import Store

app = typer.Typer(
    help="Trợ lý hỏi đáp văn bản chính sách: trả lời có trích dẫn nguyên văn. Answers from policy documents, "
    "with quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models = typer.Typer(help="Mô hình nhúng (embedding models).", no_args_is_help=True)
app.add_typer(models, name="models")
app.add_typer(documents, name="documents")
app.add_typer(keys, name="keys")
app.add_typer(accounts, name="accounts")
app.add_typer(audit, name="audit")
app.add_typer(maintenance)
app.command("doctor")(doctor)
app.command("settings")(settings)
app.command("widget-demo")(widget_demo)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON (machine-readable).")]


def main() -> None:
    """Run the command line; every expected error becomes a message and an exit code."""
    os.umask(0o077)  # documents, conversations and keys are for the account that runs this, and no other
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app()
    except PolicyError as error:
        sys.exit(_told(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if (found := disk_error(error, named=True)) is None:
            raise
        sys.exit(_told(found))


def _told(error: PolicyError) -> int:
    """Show an error; the exit code it calls for."""
    errors.print(f"[bold red]Lỗi:[/] {_escape(str(error))}\n[dim]{_escape(error.english)}[/]", soft_wrap=True)
    return error.exit_code


@app.command("ingest")
def ingest_command(
    paths: Annotated[list[Path], typer.Argument(help="Tệp hoặc thư mục (files or folders).", readable=False)],
    collection: Annotated[str, typer.Option(help="Bộ sưu tập (collection).")] = "default",
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Chỉ nạp khi kho còn trống.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Theo dõi và nạp tệp mới, tệp thay đổi; Ctrl-C để dừng (follow changes).")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Đọc lại cả những tệp không thay đổi.")] = False,
    as_json: Json = False,
) -> None:
    """Nạp văn bản vào kho (add documents; unchanged ones are skipped)."""
    from assistant.commands.ingest_view import exit_code, progress_view, show_summary
    from assistant.wiring import ingest_paths, open_store, publish_index

    settings = load_settings()
    store = open_store(settings)
    if if_empty and store.catalogue.count():
        return
    if watch:
        _follow(settings, store, paths, collection, as_json)
        return
    with progress_view(errors, as_json) as view:
        summary = ingest_paths(settings, paths, collection, view.on_progress, store, view.on_stage, again=again)
    publish_index(settings, store)
    show_summary(console, summary, as_json)
    sys.exit(exit_code(summary))


def _follow(settings: Settings, store: Store, paths: list[Path], collection: str, as_json: bool) -> None:
    """Ingest what is there and what comes, file by file, until the user stops it."""
    from assistant.commands.ingest_view import row_of, show_removed, show_result, stopped_by_signals
    from assistant.wiring import follow_paths, ingest_paths, publish_index

    with stopped_by_signals() as stop:
        errors.print("[dim]Đang theo dõi; nhấn Ctrl-C để dừng.[/]")
        for batch in follow_paths(paths, stop):
            for path in batch.changed:
                if stop.is_set() or not path.exists():
                    continue
                for result in ingest_paths(settings, [path], collection, store=store).results:
                    if as_json:
                        typer.echo(json.dumps(row_of(result), ensure_ascii=False))
                    elif result.outcome != "unchanged":
                        show_result(console, result)
            gone = [pair for path in batch.removed for pair in store.files.documents_below(path, collection)]
            lost = [(path, held) for path, held in gone if not any(p.exists() for p in store.files.paths(held))]
            show_removed(console, lost, as_json)
            publish_index(settings, store)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Câu hỏi (the question).")],
    organ: Annotated[str | None, typer.Option(help="Chỉ văn bản của cơ quan này.")] = None,
    doc_type: Annotated[str | None, typer.Option(help="Chỉ loại văn bản này, ví dụ “Quyết định”.")] = None,
    symbol: Annotated[str | None, typer.Option(help="Chỉ văn bản có số, ký hiệu này.")] = None,
    year_from: Annotated[int | None, typer.Option(help="Từ năm.")] = None,
    year_to: Annotated[int | None, typer.Option(help="Đến năm.")] = None,
    collection: Annotated[str | None, typer.Option(help="Bộ sưu tập.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Tính đến ngày YYYY-MM-DD.")] = None,
    mode: Annotated[str, typer.Option(help="auto | extractive | llm")] = "auto",
    as_json: Json = False,
) -> None:
    """Hỏi một câu, nhận câu trả lời kèm trích dẫn nguyên văn."""
    from assistant.wiring import open_assistant

    filters = {
        "organ": organ, "doc_type": doc_type, "symbol": symbol,
        "year_from": year_from, "year_to": year_to, "collection": collection,
    }  # fmt: skip
    query = _query(question=question, filters=filters, as_of=as_of, mode=mode)
    answer = open_assistant(load_settings()).ask(query)
    if as_json:
        typer.echo(answer.model_dump_json())
        return
    console.print(_escape(answer.answer))
    for notice in answer.notices:
        console.print(f"[yellow]Lưu ý: {_escape(notice)}[/]")
    if answer.citations:
        console.print("\n[bold]Nguồn trích dẫn[/]")
    for c in answer.citations:
        where = " · ".join(
            str(part) for part in (c.symbol, c.date, c.locator, c.page and f"trang {c.page}", c.source) if part
        )
        console.print(f"[bold cyan]{_escape(f'[{c.n}]')}[/] {_escape(c.title)}\n    [dim]{_escape(where)}[/]")
        console.print(f"    “{_escape(c.quote)}”")
    console.print(f"\n[dim]Độ tin cậy {answer.confidence:.0%} · {answer.timings_ms.get('total', 0):.0f} ms[/]")


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="Nội dung cần tìm.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Số đoạn văn bản.")] = 10,
    as_json: Json = False,
) -> None:
    """Tìm các đoạn văn bản liên quan nhất."""
    from assistant.wiring import open_assistant

    query = _query(question=question)
    for hit in open_assistant(load_settings()).search(query.question, k):
        if as_json:
            typer.echo(hit.model_dump_json())
            continue
        where = " · ".join(part for part in (hit.symbol, hit.date, hit.locator, hit.source) if part)
        console.print(f"[bold]{hit.rank}. {_escape(hit.title)}[/] [dim]{_escape(where)} · {hit.score:.2f}[/]")
        console.print(f"   {_escape(' '.join(hit.quote.split())[:300])}")


@app.command()
def reindex() -> None:
    """Lập lại chỉ mục bằng mô hình nhúng đang cấu hình."""
    from assistant.wiring import reindex_store

    with console.status("Đang lập lại chỉ mục…") as status:
        count = reindex_store(
            load_settings(), lambda done, total: status.update(f"Đang lập lại chỉ mục… {done}/{total}")
        )
    console.print(f"Đã lập lại chỉ mục cho {count} văn bản.")


@models.command("prepare")
def prepare(
    name: Annotated[str | None, typer.Argument(help="Tên mô hình hoặc thư mục; bỏ trống: mô hình đi kèm.")] = None,
) -> None:
    """Chuẩn bị mô hình nhúng để chạy nhanh trên CPU (ONNX int8)."""
    from vectorstore.embedding import prepare_model

    prepare_model(name, load_settings().data_dir, lambda message: errors.print(f"[dim]{_escape(message)}[/]"))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Địa chỉ lắng nghe.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng.")] = None,
    workers: Annotated[int | None, typer.Option(help="Số tiến trình trả lời API (cần ASSISTANT_CHROMA_URL).")] = None,
) -> None:
    """Chạy giao diện hỏi đáp và API trên một cổng."""
    settings = load_settings(host=host, port=port, workers=workers)
    _check_port(settings)
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    address = f"http://{shown}:{settings.port}"
    message = f"Trợ lý đang chạy tại [bold]{address}[/] — API: {address}/v1, tài liệu API: {address}/docs"
    if settings.workers > 1:
        from assistant.workers import run_workers

        run_workers(settings, lambda: console.print(message))
        return
    from assistant.server import open_server, run

    running = open_server(settings)
    console.print(message)
    run(settings, running)


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ConfigurationError(
                f"Không mở được {settings.host}:{settings.port} ({error.strerror}). Chọn cổng khác bằng --port "
                f"hoặc ASSISTANT_PORT.",
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). Choose another with --port.",
            ) from error


def _query(**values: Any) -> Any:
    from pydantic import ValidationError

    from assistant.types import Query

    if not str(values["question"]).strip():
        raise InvalidInputError("Câu hỏi trống. Hãy nhập nội dung cần hỏi.", "The question is empty.")
    try:
        return Query(**values)
    except ValidationError as error:
        from assistant.api.validation import field_problems  # with it comes the whole API

        vietnamese, english = (
            "; ".join(f"{p.field} {p.message}" for p in field_problems(error.errors(), language))
            for language in ("vi", "en")
        )
        raise InvalidInputError(f"Yêu cầu không hợp lệ: {vietnamese}.", f"Invalid request: {english}.") from error


def _escape(text: str) -> str:
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()
