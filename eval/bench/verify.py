"""How well verification tells true claims from false ones, over claims made from a corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from assistant.verification import verify_claim
from eval.bench.claims import Case, read_sentences, true_cases
from eval.bench.mutations import MUTATIONS, STRICT, World, survey

MISSES_KEPT = 20


def run(documents_dir: Path, seed: int = 0) -> dict[str, Any]:
    """Counts of true claims passed and false ones caught, by form and by mutation, with examples of what went wrong.

    The same folder and seed give the same result.
    """
    random = Random(seed)
    cases = true_cases(read_sentences(documents_dir), random)
    world = survey([case.evidence for case in cases])
    passed, refused = _judge_true(cases)
    caught, missed = _judge_false(cases, world, random)
    strict = [caught[name] for name in caught if name in STRICT]
    return {
        "documents": str(documents_dir.name),
        "seed": seed,
        "true": passed,
        "false": caught,
        "true_passed": _share(passed.values()),
        "false_caught": _share(caught.values()),
        "strict_caught": _share(strict),
        "refused_examples": refused,
        "missed_examples": missed,
    }


def _judge_true(cases: list[Case]) -> tuple[dict[str, tuple[int, int]], list[dict[str, Any]]]:
    total: Counter[str] = Counter()
    good: Counter[str] = Counter()
    refused: list[dict[str, Any]] = []
    for case in cases:
        total[case.form] += 1
        verdict = verify_claim(case.claim, [case.evidence], context=[case.title])
        good[case.form] += verdict.supported
        if not verdict.supported:
            why = [f"{item.kind}: {item.text}" for item in verdict.unsupported]
            refused.append({"form": case.form, "claim": case.claim, "evidence": case.evidence, "why": why})
    return {form: (good[form], total[form]) for form in total}, refused[:MISSES_KEPT]


def _judge_false(cases: list[Case], world: World, random: Random) -> tuple[dict[str, tuple[int, int]], list[dict[str, Any]]]:
    total: Counter[str] = Counter()
    good: Counter[str] = Counter()
    missed: list[dict[str, Any]] = []
    for case in cases:
        false = [(name, make(case.claim, world, random), case.evidence) for name, make in MUTATIONS.items()]
        if case.neighbours:
            false.append(("neighbour", case.claim, random.choice(case.neighbours)))
        for name, claim, evidence in false:
            if claim is None or (name != "neighbour" and claim == case.claim):
                continue
            total[name] += 1
            supported = verify_claim(claim, [evidence], context=[case.title]).supported
            good[name] += not supported
            if supported:
                missed.append({"mutation": name, "form": case.form, "claim": claim, "evidence": evidence})
    return {name: (good[name], total[name]) for name in total}, missed[:MISSES_KEPT]


def _share(counts: Any) -> float:
    pairs = list(counts)
    total = sum(n for _, n in pairs)
    return round(sum(k for k, _ in pairs) / total, 4) if total else 0.0


def render(result: dict[str, Any]) -> str:
    """The result as a Markdown table: one row a form of true claim, one a mutation."""
    lines = ["| claims | right | of | share |", "| --- | ---: | ---: | ---: |"]
    for group, label in (("true", "true, "), ("false", "false, ")):
        for name, (right, total) in result[group].items():
            lines.append(f"| {label}{name} | {right} | {total} | {right / total:.3f} |")
    true_total = sum(total for _, total in result["true"].values())
    false_total = sum(total for _, total in result["false"].values())
    lines += [
        f"| **true claims passed** | | {true_total} | **{result['true_passed']:.3f}** |",
        f"| **numbers, dates, symbols, names caught** | | | **{result['strict_caught']:.3f}** |",
        f"| **false claims caught** | | {false_total} | **{result['false_caught']:.3f}** |",
    ]
    return "\n".join(lines)
