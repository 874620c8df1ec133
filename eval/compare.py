"""`python -m eval compare A B`: what changed between two runs over the same questions, and whether it can be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.figures import BY_KEY, shown
from eval.metrics_stats import Estimate, mcnemar, paired_bootstrap
from eval.records import Row, read_rows
from vectorstore.errors import InvalidInputError

COMPARED = ("accuracy", "facts", "source", "em", "f1", "recall@1", "mrr@10", "ndcg@10", "fact_recall@1",
            "fact_recall@5", "citation_recall", "citation_precision")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both runs, over the questions both have it for; `difference` is after − before."""

    key: str
    before: float
    after: float
    difference: Estimate

    @property
    def significant(self) -> bool:
        """Whether the 95% interval of the difference excludes 0."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences between two runs. `lost` and `won` are the ids that became wrong and right; `p` is McNemar's."""

    changes: tuple[Change, ...]
    latency: Change | None
    lost: tuple[str, ...]
    won: tuple[str, ...]
    p: float
    shared: int


def compare(before: Sequence[Row], after: Sequence[Row], seed: int = 0) -> Comparison:
    """Compare two runs over the questions they share; raises InvalidInputError when they share none."""
    first, second = ({row.question.id: row for row in rows} for rows in (before, after))
    ids = [name for name in first if name in second]
    if not ids:
        raise InvalidInputError("Hai lượt chạy không có câu hỏi chung.", "The two runs share no question.")
    pairs = [(first[name], second[name]) for name in ids]
    changes = tuple(change for key in COMPARED if (change := _change(key, pairs, seed)))
    right = [(name, _right(first[name]), _right(second[name])) for name in ids]
    lost = tuple(name for name, was, now in right if was and not now)
    won = tuple(name for name, was, now in right if now and not was)
    p = mcnemar([was for _, was, _ in right], [now for _, _, now in right])[2]
    return Comparison(changes, _latency(pairs, seed), lost, won, p, len(ids))


def _right(row: Row) -> bool:
    return row.scores.get("accuracy") == 1.0


def _change(key: str, pairs: Sequence[tuple[Row, Row]], seed: int) -> Change | None:
    scores = [(old.scores.get(key), new.scores.get(key)) for old, new in pairs]
    values = [(before, after) for before, after in scores if before is not None and after is not None]
    return _difference(key, values, seed) if values else None


def _latency(pairs: Sequence[tuple[Row, Row]], seed: int) -> Change | None:
    values = [(old.latency_ms, new.latency_ms) for old, new in pairs if not (old.error or new.error)]
    return _difference("latency_p50", values, seed) if values else None


def _difference(key: str, values: Sequence[tuple[float, float]], seed: int) -> Change:
    before, after = [a for a, _ in values], [b for _, b in values]
    return Change(key, sum(before) / len(before), sum(after) / len(after), paired_bootstrap(before, after, seed))


def show(before: Path, after: Path, seed: int, console: Console) -> Comparison:
    """Print the comparison of two result folders and return it."""
    old, new = read_rows(before), read_rows(after)
    found = compare(old, new, seed)
    table = Table("", before.name, after.name, "Δ", "95%", "", title=f"{found.shared} câu hỏi chung · shared questions")
    for change in (*found.changes, *([found.latency] if found.latency else [])):
        name = "mean latency" if change.key == "latency_p50" else BY_KEY[change.key].vietnamese
        values = (shown(change.key, change.before), shown(change.key, change.after), f"{change.difference.value:+.4f}")
        low, high = change.difference.low, change.difference.high
        interval = f"{low:+.4f} … {high:+.4f}" if low is not None and high is not None else ""
        table.add_row(name, *values, interval, "*" if change.significant else "")
    console.print(table)
    console.print(f"McNemar: −{len(found.lost)} +{len(found.won)}, p = {found.p:.4f}   (*: 95% ≠ 0)")
    rows = {row.question.id: row for row in new}
    for name in found.lost:
        line = f"− {name}  {rows[name].lost_at}  {rows[name].question.question}"
        console.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    for name in found.won:
        line = f"+ {name}  {rows[name].question.question}"
        console.print(line, style="green", highlight=False, markup=False, soft_wrap=True)
    return found
