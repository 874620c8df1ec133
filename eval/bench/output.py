"""What every benchmark writes: the environment, one row a measurement, and the ratio of ours to the stock stack."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.environment import environment


def emit(name: str, rows: list[dict[str, Any]], as_json: bool, **parameters: Any) -> dict[str, Any]:
    """Print the rows (each with its `stack`) as a table, or everything as JSON; returns what was printed."""
    found: dict[str, Any] = {"benchmark": name, "parameters": parameters, "rows": rows, "environment": environment()}
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return found
    measures = list(dict.fromkeys(key for row in rows for key in row if key != "stack"))
    table = Table("", *(str(row["stack"]) for row in rows), title=name)  # a column a stack: names are long, stacks few
    for measure in measures:
        table.add_row(measure, *(_cell(row.get(measure)) for row in rows))
    console = Console()
    console.print(table)
    console.print(" · ".join(f"{key} {value}" for key, value in found["environment"].items()), style="dim")
    return found


def ratio(ours: float | None, stock: float | None) -> float | None:
    """Ours / stock; None where either is missing or stock is 0."""
    return ours / stock if ours is not None and stock else None


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """The options every benchmark has."""
    options = argparse.ArgumentParser(prog=f"python -m eval bench {name}", description=description)
    options.add_argument("--json", action="store_true", help="machine-readable output")
    options.add_argument("--no-stock", action="store_true", help="measure ours only")
    return options


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 10 else f"{value:,.1f}"
    return "–" if value is None else str(value)
