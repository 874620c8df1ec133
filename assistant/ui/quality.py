"""The quality tab, for administrators: how the running server does, and the latest evaluation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse

from assistant.api.feedback import FeedbackFile
from assistant.api.gate import ForbiddenError, reader_of
from assistant.api.metrics import Metrics
from assistant.ui.own_page import FRAGMENT
from assistant.ui.render import template_html
from assistant.ui.strings import texts
from vectorstore.errors import NotFoundError

SUMMARY, REPORT = "summary.json", "report.html"
# A report is a page of our own with its pictures inside; it may run its own script, and reach nothing.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; sandbox allow-scripts"
)


@dataclass(frozen=True, slots=True)
class Live:
    """Questions since the server was started."""

    answered: int
    abstained: int
    failed: int

    @property
    def asked(self) -> int:
        """All of them."""
        return self.answered + self.abstained + self.failed


@dataclass(frozen=True, slots=True)
class Opinions:
    """Thumbs in the feedback file, and the reasons given, the most frequent first."""

    up: int
    down: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The latest run of `python -m eval run`: figures as name -> {value, low, high, n}."""

    name: str
    day: datetime
    questions: int
    figures: dict[str, dict[str, float]]
    report: Path | None


def live(metrics: Metrics) -> Live:
    """What the server has counted."""
    counts: Counter[str] = Counter()
    for family in metrics.whole().collect():
        if family.name in ("policy_answers", "policy_failures"):
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    counts[sample.labels.get("status", "failed")] += int(sample.value)
    return Live(counts["answered"], counts["abstained"], counts["failed"])


def opinions(path: Path | None) -> Opinions:
    """What readers thought; a line that cannot be read is left out."""
    ratings: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in _rows(path):
        ratings[str(row.get("rating"))] += 1
        if row.get("rating") == "down":
            reasons[str(row.get("reason") or "other")] += 1
    return Opinions(ratings["up"], ratings["down"], tuple(reasons.most_common()))


def latest_evaluation(folder: Path) -> Evaluation | None:
    """The newest run below the folder of results; None where there is none that can be read."""
    found = sorted(folder.glob(f"*/{SUMMARY}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found:
        try:
            summary = json.loads(path.read_text(encoding="utf-8"))
            figures, questions = dict(summary["overall"]), int(summary["questions"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        report = path.with_name(REPORT)
        day = datetime.fromtimestamp(path.stat().st_mtime)
        return Evaluation(path.parent.name, day, questions, figures, report if report.is_file() else None)
    return None


def quality_pages(metrics: Metrics, feedback: FeedbackFile, results: Path) -> APIRouter:
    """The routes of the quality tab; `results` is the folder that evaluations are written to."""
    router = APIRouter(prefix="/quality", include_in_schema=False)

    @router.get("")
    async def page(request: Request, lang: Annotated[str, Query(max_length=5)] = "vi") -> HTMLResponse:
        _require_admin(request)
        thumbs = await anyio.to_thread.run_sync(opinions, feedback.path)
        evaluation = await anyio.to_thread.run_sync(latest_evaluation, results)
        html = template_html(
            "quality.html", t=texts(lang), live=live(metrics), opinions=thumbs, evaluation=evaluation, share=_share
        )
        return HTMLResponse(html, headers=FRAGMENT)

    @router.get("/report")
    async def report(request: Request) -> FileResponse:
        _require_admin(request)
        evaluation = await anyio.to_thread.run_sync(latest_evaluation, results)
        if evaluation is None or evaluation.report is None:
            raise NotFoundError("Chưa có báo cáo đánh giá nào.", "There is no evaluation report yet.")
        headers = {**FRAGMENT, "Content-Security-Policy": REPORT_POLICY}
        return FileResponse(evaluation.report, media_type="text/html", headers=headers)

    return router


def _require_admin(request: Request) -> None:
    if not reader_of(request).may("admin"):
        raise ForbiddenError("Mục Chất lượng chỉ dành cho người quản trị.", "Quality is for administrators only.")


def _rows(path: Path | None) -> Iterable[dict[str, Any]]:
    if path is None or not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                yield row


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %".replace(".", ",") if whole else "–"
