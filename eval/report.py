"""The report: one HTML file with tables, plots and every failure, readable without a network, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from eval.figures import BY_KEY, FIGURES, KIND_FIGURES, KINDS, STAGES, shown
from eval.plots import plots
from eval.records import Row
from eval.textmatch import present, same_source


def render(rows: Sequence[Row], summary: dict[str, Any]) -> str:
    """The report as HTML text. `summary` is what `summary.json` holds."""
    environment = Environment(
        loader=PackageLoader("eval", "templates"), autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(both=both, shown=shown, kind_label=kind_label)
    return environment.get_template("report.html.j2").render(
        summary=summary,
        run=summary["run"],
        headline=[figure for figure in FIGURES if figure.key in summary["overall"]],
        tables=[(name, summary[name]) for name in ("kinds", "breakdowns") if summary[name]],
        columns=[BY_KEY[key] for key in KIND_FIGURES if key in summary["overall"]],
        stages=[(STAGES[stage], count) for stage, count in _by_count(summary["stages"])],
        plots={name: Markup(svg) for name, svg in plots(rows, summary["kinds"]).items()},
        failures=[_failure(row) for row in rows if row.lost_at],
        kinds=sorted({row.question.kind for row in rows if row.lost_at}),
        stage_names={stage: STAGES[stage] for stage in summary["stages"]},
    )


def write_report(out: Path, rows: Sequence[Row], summary: dict[str, Any]) -> Path:
    """Write `report.html` into `out` and return its path."""
    file = out / "report.html"
    file.write_text(render(rows, summary), encoding="utf-8")
    return file


def both(vietnamese: str, english: str) -> Markup:
    """A label in both languages; the page shows one at a time."""
    return Markup('<span lang="vi">{}</span><span lang="en">{}</span>').format(vietnamese, english)


def kind_label(kind: str) -> Markup:
    """The name of a kind of question in both languages; kinds of the user's own are shown as they are."""
    return both(KINDS.get(kind, kind), kind.replace("_", " "))


def _by_count(stages: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(stages.items(), key=lambda item: -item[1])


def _failure(row: Row) -> dict[str, Any]:
    assert row.lost_at
    question = row.question
    expected = question.sources or tuple(question.gains)
    return {
        "row": row,
        "question": question,
        "answer": row.answer,
        "stage": STAGES[row.lost_at],
        "facts": list(zip(question.facts, present(row.given, question.facts), strict=True)),
        "hits": [
            {
                "hit": hit,
                "right": any(same_source(name, hit.source, hit.symbol) for name in expected),
                "facts": sum(present(hit.quote, question.facts)),
            }
            for hit in row.hits[:10]
        ],
    }
