"""How the command line shows an ingestion: a progress bar with rate and time left, a line a file, then a summary."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from ingest.pipeline import FileResult, Progress, Stage, Summary

OUTCOMES = {"added": "Thêm mới", "new_version": "Phiên bản mới", "unchanged": "Không đổi", "failed": "Lỗi"}
_STAGES = {"read": "đang đọc", "store": "đang lập chỉ mục"}
_QUIET = 10.0  # seconds between lines where there is no terminal to draw a bar on


class IngestView:
    """Shows what is being done to standard error, and with `as_json` each file as it is done to standard output."""

    def __init__(self, console: Console, bar: ProgressBar, as_json: bool) -> None:
        self._console, self._bar, self._as_json = console, bar, as_json
        self._task = bar.add_task("ingest", total=None, file="", stage="", rate="")
        self._started = self._said = time.monotonic()

    def on_stage(self, stage: Stage) -> None:
        """A file's text is about to be read, or its chunks embedded."""
        self._bar.update(self._task, total=stage.total, file=stage.path.name, stage=_STAGES[stage.name])
        self._say(stage.number - 1, stage.total, f"{stage.path.name}: {_STAGES[stage.name]}")

    def on_progress(self, step: Progress) -> None:
        """A file is done."""
        rate = self._rate(step.done)
        self._bar.update(self._task, total=step.total, completed=step.done, file=step.result.path.name, rate=rate)
        if self._as_json:
            typer.echo(json.dumps(row_of(step.result), ensure_ascii=False))

    def _rate(self, done: int) -> str:
        return f"{60 * done / max(time.monotonic() - self._started, 0.001):.0f} tệp/phút"

    def _say(self, done: int, total: int, what: str) -> None:
        """Where nobody sees a bar, such as in a log, a line now and then shows that the work goes on."""
        now = time.monotonic()
        if self._console.is_terminal or now - self._said < _QUIET:
            return
        self._said = now
        left = f", còn khoảng {(total - done) * (now - self._started) / done / 60:.0f} phút" if done else ""
        self._console.print(f"{done}/{total} tệp, {self._rate(done)}{left} · {what}", markup=False, soft_wrap=True)


@contextmanager
def progress_view(console: Console, as_json: bool) -> Iterator[IngestView]:
    """A view that is drawn while the block runs."""
    columns = (
        TextColumn("Nạp văn bản"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[stage]} {task.fields[file]}", markup=False),
    )
    with ProgressBar(*columns, console=console, transient=True) as bar:
        yield IngestView(console, bar, as_json)


def show_summary(console: Console, summary: Summary, as_json: bool) -> None:
    """A table of outcomes with a reason for every failure. As JSON the files were told as they were done: here only
    folders that could not be read and files of formats that are not."""
    if as_json:
        for result in (result for result in summary.failed if result.path.is_dir()):
            typer.echo(json.dumps(row_of(result), ensure_ascii=False))
        for path in summary.unsupported:
            row = FileResult(path, "failed", f"{path.name}: {_not_read(path)}")
            typer.echo(json.dumps({**row_of(row), "outcome": "unsupported"}, ensure_ascii=False))
        return
    table = Table("Kết quả", "Số tệp", "Số đoạn")
    groups = (summary.added, summary.new_versions, summary.unchanged, summary.failed)
    for name, results in zip(OUTCOMES.values(), groups, strict=True):
        table.add_row(name, str(len(results)), str(sum(result.chunks for result in results)))
    if summary.unsupported:
        table.add_row("Không hỗ trợ", str(len(summary.unsupported)), "")
    console.print(table)
    if not summary.results:
        console.print("Không có tệp nào để nạp (no file to ingest).", style="yellow")
    for result in summary.results:
        show_result(console, result, quiet=True)
    if summary.unsupported:
        kinds = Counter(path.suffix.lower() or "(không có đuôi)" for path in summary.unsupported)
        counted = ", ".join(f"{count} tệp {suffix}" for suffix, count in kinds.most_common())
        console.print(f"Bỏ qua định dạng chưa hỗ trợ: {counted}", style="yellow", markup=False, soft_wrap=True)


def show_result(console: Console, result: FileResult, quiet: bool = False) -> None:
    """One line for a file; with `quiet` only where there is something the reader should know."""
    if result.reason or not quiet:
        style = "red" if result.outcome == "failed" else "yellow" if result.reason else ""
        text = " — ".join(part for part in (str(result.path), result.reason) if part)
        console.print(f"{OUTCOMES[result.outcome]}: {text}", style=style, markup=False, soft_wrap=True)


def show_removed(console: Console, gone: Sequence[tuple[Path, str]], as_json: bool) -> None:
    """Files that are gone while their documents are still in the store."""
    for path, document_id in gone:
        reason = f"tệp không còn; văn bản vẫn ở trong kho, xóa bằng `assistant documents remove {document_id[:10]}`"
        if as_json:
            row = {"path": str(path), "outcome": "removed", "reason": reason, "chunks": 0, "document_id": document_id}
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            console.print(f"Đã mất: {path} — {reason}", style="yellow", markup=False, soft_wrap=True)


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """An event that Ctrl-C or a request to end sets, so that the file at hand is finished; a second one interrupts."""
    stop = Event()

    def ask(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_code(summary: Summary) -> int:
    """0 all done, 1 some files failed, 2 nothing could be ingested."""
    if not summary.failed:
        return 0 if summary.results else 2
    return 1 if len(summary.failed) < len(summary.results) else 2


def row_of(result: FileResult) -> dict[str, object]:
    """A file's result for machines."""
    return {
        "path": str(result.path),
        "outcome": result.outcome,
        "reason": result.reason,
        "chunks": result.chunks,
        "document_id": result.document_id,
    }


def _not_read(path: Path) -> str:
    return f"chưa hỗ trợ định dạng {path.suffix or '(không có đuôi)'}."
