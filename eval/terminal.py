"""What a finished run prints: the headline figures and where the report is."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.figures import FIGURES, STAGES, shown


def print_summary(out: Path) -> None:
    """Print the figures of the run in `out` with their intervals, the stages that lost answers, and bad rows."""
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    console = Console()
    table = Table("", "", "95%", "n", title=f"{summary['run']['name']}: {summary['questions']} câu hỏi · questions")
    for figure in FIGURES:
        if value := summary["overall"].get(figure.key):
            low, high = shown(figure.key, value["low"]), shown(figure.key, value["high"])
            table.add_row(figure.vietnamese, shown(figure.key, value["value"]), f"{low} … {high}", str(value["n"]))
    console.print(table)
    for stage, count in sorted(summary["stages"].items(), key=lambda item: -item[1]):
        console.print(f"  {count:4}  {STAGES[stage][0]} · {STAGES[stage][1]}", highlight=False)
    for problem in summary["problems"]:
        console.print(f"Bỏ qua · skipped: {problem}", style="yellow", highlight=False, markup=False)
    console.print(f"Báo cáo · report: {out / 'report.html'}", highlight=False, markup=False)
