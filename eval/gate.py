"""`python -m eval gate`: fails when a run is significantly worse than the recorded baseline."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from assistant.settings import Settings
from eval.careless import CarelessModel
from eval.metrics_stats import sign_flip_drop
from eval.records import Row, read_rows
from eval.run import Options, run
from vectorstore.errors import InvalidInputError

# Per-question outcomes that must not drop; all are larger-is-better shares.
GATED = ("accuracy", "facts", "source", "answered", "refusal", "doubt", "mrr@10", "fact_recall@1", "fact_recall@5",
         "citation_recall", "citation_precision", "supported")  # fmt: skip
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Drop:
    """One gated measure: its mean in baseline and run, how many questions got worse, and the p of a drop."""

    key: str
    before: float
    after: float
    worse: tuple[str, ...]
    p: float

    @property
    def significant(self) -> bool:
        return self.p < ALPHA


def outcomes(row: Row) -> dict[str, float]:
    """What the baseline remembers of a question: its gated scores, rounded to four places.

    Of an answerable question `answered`; of an unanswerable one `refusal` and `doubt` (1 - confidence), which sees a
    check that was lost before the refusals themselves are.
    """
    scores = {key: value for key in GATED if (value := row.scores.get(key)) is not None}
    if row.answer is not None and row.question.answerable:
        scores["answered"] = float(row.answered)
    elif row.answer is not None:
        scores |= {"refusal": float(row.abstained), "doubt": 1 - row.answer.confidence}
    if row.scores.get("claims"):
        scores["supported"] = 1.0 - (row.scores["unsupported"] or 0.0) / (row.scores["claims"] or 1.0)
    return {key: round(value, 4) for key, value in scores.items()}


def run_twice(options: Options, settings: Settings | None = None) -> list[Row]:
    """Ask a set twice: as configured, and with a chat model that gets every figure wrong.

    The second pass has ids with the prefix `careless-`; it shows whether what a model says is still verified.
    """
    rows = read_rows(run(options, settings))
    aside = options.out.with_name(f"{options.out.name}-careless") if options.out else None
    for row in read_rows(run(replace(options, model=CarelessModel(), out=aside), settings)):
        question = row.question.model_copy(update={"id": f"careless-{row.question.id}"})
        rows.append(row.model_copy(update={"question": question}))
    return rows


def write_baseline(file: Path, rows: Sequence[Row]) -> None:
    """Record the outcomes of a run as the baseline, one question a line."""
    lines = [f"  {json.dumps(row.question.id)}: {json.dumps(outcomes(row))}" for row in rows]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_baseline(file: Path) -> dict[str, dict[str, float]]:
    """Outcomes by question id; raises InvalidInputError if the file is not a baseline."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise InvalidInputError(
            f"Không đọc được mốc so sánh {file}: {error}. Tạo mốc bằng `python -m eval gate --update`.",
            f"Cannot read baseline {file}: {error}. Make one with `python -m eval gate --update`.",
        ) from error
    return {str(name): dict(scores) for name, scores in found.items()}


def check(baseline: dict[str, dict[str, float]], rows: Sequence[Row], seed: int = 0) -> list[Drop]:
    """Test every gated measure for a drop (one-sided, paired, sign flips), over the questions of the baseline.

    A question of the baseline that the run does not have is an InvalidInputError; a score that the run no longer has
    (an answer became an abstention, so it has no citations) is left to the measures that see it.
    """
    now = {row.question.id: outcomes(row) for row in rows}
    missing = [name for name in baseline if name not in now]
    if missing:
        raise InvalidInputError(
            f"Lượt chạy thiếu {len(missing)} câu của mốc so sánh, ví dụ {missing[0]}.",
            f"The run lacks {len(missing)} questions of the baseline, e.g. {missing[0]}.",
        )
    return [drop for key in GATED if (drop := _drop(key, baseline, now, seed))]


def _drop(key: str, baseline: dict[str, dict[str, float]], now: dict[str, dict[str, float]], seed: int) -> Drop | None:
    names = [name for name in baseline if key in baseline[name] and key in now[name]]
    if not names:
        return None
    before, after = [baseline[name][key] for name in names], [now[name][key] for name in names]
    worse = tuple(name for name, b, a in zip(names, before, after, strict=True) if a < b)
    return Drop(key, sum(before) / len(names), sum(after) / len(names), worse, sign_flip_drop(before, after, seed))


def show(drops: Sequence[Drop], console: Console) -> bool:
    """Print each measure; returns whether the gate is passed."""
    for drop in drops:
        mark = "[red]✗[/]" if drop.significant else "[green]✓[/]"
        moved = f"{drop.before:.4f} → {drop.after:.4f}"
        console.print(f"{mark} {drop.key:20} {moved}   p = {drop.p:.4f}   {' '.join(drop.worse[:8])}", highlight=False)
    return not any(drop.significant for drop in drops)
