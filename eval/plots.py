"""The plots of a report as SVG text, drawn with matplotlib so that the report needs no network and no script."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eval.figures import KINDS
from eval.metrics_abstention import Array, array, reliability, risk_coverage
from eval.records import Row

BLUE, GREY, RED, INK = "#1f5f99", "#b8c0c8", "#b3382c", "#27313b"
_STYLE = {
    "svg.hashsalt": "eval",  # the same figures give the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 8.5,
    "axes.edgecolor": "#9aa5b0",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
}


def plots(rows: Sequence[Row], kinds: dict[str, Any]) -> dict[str, str]:
    """SVG by name: `kinds`, `risk`, `reliability`, `latency`; those that the rows allow."""
    answered = [row for row in rows if row.answered and row.answer]
    drawn = {}
    with mpl.rc_context(_STYLE):
        if any("accuracy" in figures for figures in kinds.values()):
            drawn["kinds"] = _kinds(kinds)
        if len(answered) > 1:
            confidence = array([row.answer.confidence for row in answered if row.answer])
            right = array([row.scores.get("accuracy") or 0.0 for row in answered])
            drawn["risk"] = _risk(confidence, 1 - right, len(rows))
            drawn["reliability"] = _reliability(confidence, right)
        if rows:
            drawn["latency"] = _latency([row.latency_ms for row in rows if row.error is None])
    return drawn


def reliability_plot(confidence: Array, right: Array) -> str:
    """SVG of the share that was right against the confidence, by bins."""
    with mpl.rc_context(_STYLE):
        return _reliability(confidence, right)


def _canvas(width: float, height: float) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(width, height), layout="constrained")
    return canvas, canvas.add_subplot()


def _svg(canvas: Canvas) -> str:
    buffer = io.StringIO()
    canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # Sized by the page, and set in the page's own font.
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*pt"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*pt"', r"\1", svg, count=1)
    return re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 inherit; font-family: inherit", svg)


def _kinds(kinds: dict[str, Any]) -> str:
    shown = {kind: figures["accuracy"] for kind, figures in kinds.items() if "accuracy" in figures}
    canvas, axes = _canvas(4.6, 0.6 + 0.26 * len(shown))
    positions = np.arange(len(shown))[::-1]
    values = array([figure["value"] for figure in shown.values()])
    low = array([figure["low"] if figure["low"] is not None else figure["value"] for figure in shown.values()])
    high = array([figure["high"] if figure["high"] is not None else figure["value"] for figure in shown.values()])
    axes.barh(positions, values, color=BLUE, height=0.62)
    axes.errorbar(values, positions, xerr=[values - low, high - values], fmt="none", ecolor=INK, capsize=3, lw=1)
    axes.set_yticks(positions, [f"{KINDS.get(kind, kind)} ({figure['n']})" for kind, figure in shown.items()])
    axes.set_xlim(0, 1.02)
    axes.xaxis.grid(True, color="#e3e7eb")
    axes.set_axisbelow(True)
    return _svg(canvas)


def _risk(confidence: np.ndarray, error: np.ndarray, asked: int) -> str:
    coverage, risk = risk_coverage(confidence, error)
    canvas, axes = _canvas(4.6, 3.2)
    axes.plot(coverage * len(error) / asked, risk, color=BLUE, lw=2)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.1, float(risk.max()) * 1.15))
    axes.set_xlabel("độ phủ · coverage")
    axes.set_ylabel("rủi ro · risk")
    axes.grid(True, color="#e3e7eb")
    return _svg(canvas)


def _reliability(confidence: np.ndarray, right: np.ndarray) -> str:
    points = reliability(confidence, right)
    canvas, axes = _canvas(4.6, 3.2)
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--")
    sizes = array([count for _, _, count in points])
    axes.scatter(
        [mean for mean, _, _ in points], [share for _, share, _ in points],
        s=20 + 260 * sizes / sizes.max(), color=BLUE, alpha=0.75, edgecolor="white",
    )  # fmt: skip
    axes.set_xlim(0, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("độ tin cậy · confidence")
    axes.set_ylabel("tỷ lệ đúng · share right")
    axes.grid(True, color="#e3e7eb")
    return _svg(canvas)


def _latency(taken: Sequence[float]) -> str:
    canvas, axes = _canvas(4.6, 3.2)
    ordered = np.sort(array(list(taken))) if taken else array([0.0])
    axes.step(ordered, np.arange(1, len(ordered) + 1) / len(ordered), where="post", color=BLUE, lw=2)
    for share, colour in ((0.5, INK), (0.95, RED)):
        axes.axvline(float(np.quantile(ordered, share)), color=colour, lw=1, ls=":")
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("ms")
    axes.set_ylabel("tỷ lệ câu · share")
    axes.grid(True, color="#e3e7eb")
    return _svg(canvas)
