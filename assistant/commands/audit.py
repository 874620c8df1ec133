"""`assistant audit`: check, read, export and redact the record of what was asked and shown."""

from __future__ import annotations

import dataclasses
import getpass
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.audit import FILE, AuditLog, Entry, verify
from assistant.settings import load_settings
from vectorstore.errors import InvalidInputError, NotFoundError

audit = typer.Typer(help="Nhật ký kiểm tra: ai hỏi gì, đã trả lời ra sao (audit log).", no_args_is_help=True)
console = Console(highlight=False)
AnswerId = Annotated[str, typer.Argument(help="Mã câu trả lời (answer id).")]


@audit.command("verify")
def verify_command(
    file: Annotated[
        Path | None, typer.Option(help="Kiểm tra một tệp đã xuất thay cho nhật ký của máy này (an export).")
    ] = None,
    anchor: Annotated[
        str | None, typer.Option(help="Mã băm đã ghi lại lần trước; phải còn trong chuỗi (a head noted earlier).")
    ] = None,
) -> None:
    """Kiểm tra chuỗi băm: không mục nào bị sửa, bị cắt hay bị gỡ mà không ghi lại (mã thoát 1 nếu có)."""
    result = verify(_read(file), anchor, excerpt=True) if file else verify(open_log().entries(), anchor)
    for fault in result.faults:
        console.print(f"[bold red]{_escape(fault.vietnamese)}[/] [dim]{fault.english}[/]")
    state = "[bold red]KHÔNG TOÀN VẸN[/]" if result.faults else "[bold green]Toàn vẹn[/]"
    console.print(f"{state}: {result.entries} mục, {result.removed} mục đã gỡ nội dung.")
    console.print(f"Mã băm cuối, nên ghi lại ở nơi khác: {result.head}", soft_wrap=True)
    sys.exit(1 if result.faults else 0)


@audit.command("export")
def export(
    since: Annotated[str | None, typer.Option(help="Từ ngày YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option(help="Đến hết ngày YYYY-MM-DD.")] = None,
    out: Annotated[Path | None, typer.Option(help="Tệp kết quả; bỏ trống: in ra màn hình.")] = None,
) -> None:
    """Xuất nhật ký, mỗi mục một dòng JSON; kiểm tra lại được bằng `assistant audit verify --file`."""
    found = open_log().entries(_moment(since), _moment(until, days=1) or "9999")
    lines = (json.dumps(dataclasses.asdict(entry), ensure_ascii=False) for entry in found)
    if out is None:
        for line in lines:
            typer.echo(line)
        return
    with out.open("w", encoding="utf-8") as file:
        out.chmod(0o600)
        count = sum(bool(file.write(f"{line}\n")) for line in lines)
    console.print(f"Đã xuất {count} mục vào {_escape(str(out))}.", soft_wrap=True)


@audit.command("show")
def show(answer_id: AnswerId) -> None:
    """Xem lại một câu trả lời đúng như đã hiện, kèm cấu hình đã trả lời (JSON)."""
    log = open_log()
    kept = log.find(answer_id)
    chosen = kept.noted["configuration"]
    configuration = next((e.body for e in log.entries() if e.kind == "configuration" and e.digest == chosen), None)
    shown = {"time": kept.entry.time, **kept.noted, "configuration": configuration}
    typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))


@audit.command("redact")
def redact(
    answer_id: AnswerId,
    reason: Annotated[str, typer.Option(help="Lý do, được ghi vào nhật ký (why; kept on record).")],
) -> None:
    """Gỡ hẳn nội dung một câu hỏi và câu trả lời; chuỗi băm vẫn kiểm tra được."""
    if not reason.strip():
        raise InvalidInputError("Cần ghi lý do gỡ nội dung.", "A redaction needs a reason.")
    open_log().redact(answer_id, reason.strip(), getpass.getuser())
    console.print(f"Đã gỡ nội dung của {_escape(answer_id)}; việc gỡ đã được ghi vào nhật ký.")


@audit.command("prune")
def prune(
    days: Annotated[
        int | None, typer.Option(min=1, help="Số ngày giữ lại; bỏ trống: theo ASSISTANT_AUDIT_RETENTION_DAYS.")
    ] = None,
) -> None:
    """Gỡ nội dung đã quá thời hạn lưu (máy chủ cũng tự làm mỗi ngày)."""
    log = open_log()
    kept = days or log.retention_days
    if kept is None:
        raise InvalidInputError(
            "Chưa đặt thời hạn lưu: dùng --days hoặc ASSISTANT_AUDIT_RETENTION_DAYS.",
            "There is no retention: use --days or ASSISTANT_AUDIT_RETENTION_DAYS.",
        )
    count = log.prune(datetime.now(UTC) - timedelta(days=kept))
    console.print(f"Đã gỡ nội dung của {count} mục cũ hơn {kept} ngày.")


def open_log() -> AuditLog:
    """The log of the configured data folder. Raises NotFoundError where there is none yet."""
    settings = load_settings()
    path = settings.data_dir / FILE
    if not path.exists():
        raise NotFoundError(f"Chưa có nhật ký tại {path}.", f"There is no audit log at {path}.")
    return AuditLog(path, settings.audit, settings.audit_retention_days)


def _moment(day: str | None, days: int = 0) -> str:
    """Midnight of a day here, `days` later, as the log writes times. Raises InvalidInputError."""
    if day is None:
        return ""
    try:
        found = date.fromisoformat(day) + timedelta(days=days)
    except ValueError as error:
        raise InvalidInputError(
            f"Ngày “{day}” không đọc được: ghi YYYY-MM-DD.", f"Cannot read date {day!r}: write YYYY-MM-DD."
        ) from error
    return datetime(found.year, found.month, found.day).astimezone().astimezone(UTC).isoformat(timespec="milliseconds")


def _read(file: Path) -> Iterator[Entry]:
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield Entry(**json.loads(line))
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInputError(f"Không đọc được {file}: {error}.", f"Cannot read {file}: {error}.") from error


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
