"""How the command line shows an ingestion: a progress bar with rate and time left, then a summary."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from ingest.pipeline import FileResult, Progress, Summary

OUTCOMES = {"added": "Thêm mới", "new_version": "Phiên bản mới", "unchanged": "Không đổi", "failed": "Lỗi"}


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Show files as they are done; yields what the pipeline reports to."""
    columns = (
        TextColumn("Nạp văn bản"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[file]}"),
        TimeRemainingColumn(),
    )
    with ProgressBar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("ingest", total=None, file="")

        def on_progress(step: Progress) -> None:
            bar.update(task, total=step.total, completed=step.done, file=step.result.path.name)

        yield on_progress


def show_summary(console: Console, summary: Summary, as_json: bool) -> None:
    """One line a file as JSON, or a table of outcomes with a reason for every failure."""
    if as_json:
        for result in summary.results:
            console.print(json.dumps(_row(result), ensure_ascii=False), soft_wrap=True, markup=False)
        return
    table = Table("Kết quả", "Số tệp", "Số đoạn")
    groups = (summary.added, summary.new_versions, summary.unchanged, summary.failed)
    for name, results in zip(OUTCOMES.values(), groups, strict=True):
        table.add_row(name, str(len(results)), str(sum(result.chunks for result in results)))
    console.print(table)
    for result in summary.results:
        if result.reason:
            style = "red" if result.outcome == "failed" else "yellow"
            console.print(f"{OUTCOMES[result.outcome]}: {result.path} — {result.reason}", style=style, markup=False)


def exit_code(summary: Summary) -> int:
    """0 all done, 1 some files failed, 2 nothing could be ingested."""
    if not summary.failed:
        return 0 if summary.results else 2
    return 1 if len(summary.failed) < len(summary.results) else 2


def _row(result: FileResult) -> dict[str, object]:
    return {
        "path": str(result.path),
        "outcome": result.outcome,
        "reason": result.reason,
        "chunks": result.chunks,
        "document_id": result.document_id,
    }
