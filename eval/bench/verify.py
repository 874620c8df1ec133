"""How well verification tells true claims from false ones, and whether a lying chat model gets anything past it."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from assistant.verification import verify_claim
from eval.bench.adversary import attack
from eval.bench.claims import Case, read_sentences, true_cases
from eval.bench.mutations import MUTATIONS, STRICT, World, survey

SAMPLE = Path(__file__).parents[1] / "sample" / "documents"
EXAMPLES = 20
Counts = dict[str, tuple[int, int]]  # name -> (right, of)


def run(documents_dir: Path, seed: int = 0, answers: int = 1000) -> dict[str, Any]:
    """Counts of true claims passed and false ones caught, by form and by mutation, with examples of what went wrong.

    Made claims are judged against the sentence they come from and against a passage of five sentences; written ones
    (`claims.jsonl` beside the folder, where it is) against their spans; `answers` adversarial answers go through the
    generator. The same folder and seed give the same result.
    """
    random = Random(seed)
    cases = true_cases(read_sentences(documents_dir), random)
    world = survey([case.evidence for case in cases])
    false = [item for case in cases for item in _false_claims(case, world, random)]
    refused: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    passed = _count((case.form, _supported(case.claim, case.evidence, case, refused)) for case in cases)
    caught = _count((name, not _supported(claim, span, case, missed, name)) for name, claim, span, case in false)
    return {
        "documents": documents_dir.name,
        "seed": seed,
        "true": passed,
        "false": caught,
        "true_passed": _share(passed.values()),
        "false_caught": _share(caught.values()),
        "strict_caught": _share(count for name, count in caught.items() if name in STRICT),
        "passage_true": _share([_total(_supported(case.claim, case.window, case) for case in cases)]),
        "passage_false": _share(
            [_total(not _supported(claim, case.window, case) for name, claim, _, case in false if name in MUTATIONS)]
        ),
        "written": _written(documents_dir),
        "adversarial": attack(cases, world, answers, seed),
        "refused_examples": refused[:EXAMPLES],
        "missed_examples": missed[:EXAMPLES],
    }


def _false_claims(case: Case, world: World, random: Random) -> Iterable[tuple[str, str, str, Case]]:
    for name, make in MUTATIONS.items():
        claim = make(case.claim, world, random)
        if claim is not None and claim != case.claim:
            yield name, claim, case.evidence, case
    if case.neighbours:
        yield "neighbour", case.claim, random.choice(case.neighbours), case


def _supported(
    claim: str, span: str, case: Case, wrong: list[dict[str, Any]] | None = None, mutation: str | None = None
) -> bool:
    """The verdict; a true claim refused, or a mutated one passed, is noted in `wrong`."""
    verdict = verify_claim(claim, [span], context=[case.title])
    if wrong is not None and verdict.supported == (mutation is not None):
        why = [f"{item.kind}: {item.text}" for item in verdict.unsupported]
        wrong.append({"form": case.form, "mutation": mutation, "claim": claim, "evidence": span, "why": why})
    return verdict.supported


def _written(documents_dir: Path) -> Counts:
    """The claims written by hand over the same documents: the second set was written after the rules met the first."""
    path = documents_dir.parent / "claims.jsonl"
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return _count(
        (
            f"{row['split']}, {'true' if row['supported'] else 'false'}",
            verify_claim(row["claim"], [row["evidence"]], context=[_head(documents_dir / row["source"])]).supported
            == row["supported"],
        )
        for row in rows
    )


def _head(path: Path) -> str:
    """The letterhead and title of a document, which the catalogue would give as its context."""
    return " ".join(path.read_text(encoding="utf-8")[:600].split())


def _count(results: Iterable[tuple[str, bool]]) -> Counts:
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for name, good in results:
        total[name] += 1
        right[name] += good
    return {name: (right[name], total[name]) for name in total}


def _total(results: Iterable[bool]) -> tuple[int, int]:
    values = list(results)
    return sum(values), len(values)


def _share(counts: Iterable[tuple[int, int]]) -> float:
    pairs = list(counts)
    total = sum(of for _, of in pairs)
    return round(sum(right for right, _ in pairs) / total, 4) if total else 0.0


def render(result: dict[str, Any]) -> str:
    """The result as Markdown: one row a form of true claim, one a mutation, then the totals and the attack."""
    lines = ["| claims | right | of | share |", "| --- | ---: | ---: | ---: |"]
    for group, label in (("true", "true, "), ("false", "false, "), ("written", "written, ")):
        for name, (right, total) in result[group].items():
            lines.append(f"| {label}{name} | {right} | {total} | {right / total:.3f} |")
    sums = {key: sum(total for _, total in result[key].values()) for key in ("true", "false")}
    attacked = result["adversarial"]
    lines += [
        f"| **true claims passed** | | {sums['true']} | **{result['true_passed']:.3f}** |",
        f"| **numbers, dates, symbols, names caught** | | | **{result['strict_caught']:.3f}** |",
        f"| **false claims caught** | | {sums['false']} | **{result['false_caught']:.3f}** |",
        f"| true claims passed against a passage | | | {result['passage_true']:.3f} |",
        f"| mutations caught against a passage | | | {result['passage_false']:.3f} |",
        "",
        f"{attacked['answers']} adversarial answers: {attacked['kept']} sentences shown, "
        f"{attacked['removed']} removed, {attacked['leaks']} unsupported numbers, symbols, names or places shown; "
        f"of {attacked['true_said']} true sentences among them {attacked['true_kept']} shown.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """`python -m eval bench verify`: prints the table, or the whole result as JSON."""
    options = argparse.ArgumentParser(prog="python -m eval bench verify", description=__doc__)
    options.add_argument("--documents", type=Path, default=SAMPLE, help="folder of .txt, .md and .html documents")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--answers", type=int, default=1000, help="adversarial answers to send through the generator")
    options.add_argument("--json", action="store_true", help="machine-readable output")
    given = options.parse_args(list(arguments))
    result = run(given.documents, given.seed, given.answers)
    print(json.dumps(result, ensure_ascii=False, indent=1) if given.json else render(result))
    return 0
