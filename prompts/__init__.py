"""Prompts are the .md files of this folder; `render` fills their $placeholders."""

from __future__ import annotations

from importlib.resources import files
from string import Template

NAMES = tuple(
    sorted(entry.name.removesuffix(".md") for entry in files(__name__).iterdir() if entry.name.endswith(".md"))
)


class PromptError(ValueError):
    """A prompt was rendered with the wrong variables, or does not exist: a mistake of the programmer."""


def load(name: str) -> Template:
    """The prompt `name`.md as it is written, without its final newline."""
    if name not in NAMES:
        raise PromptError(f"no prompt named {name!r}; there are {', '.join(NAMES)}")
    return Template(files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8").rstrip("\n"))


def render(name: str, **values: str) -> str:
    """The prompt `name` with every $placeholder replaced; a missing or an unused variable raises `PromptError`.

    Values are inserted as they are: braces and dollar signs in a document are never read as placeholders.
    """
    template = load(name)
    if not template.is_valid():
        raise PromptError(f"prompt {name!r} has a stray $; write $$ for a dollar sign")
    wanted, given = set(template.get_identifiers()), set(values)
    if missing := wanted - given:
        raise PromptError(f"prompt {name!r} needs {', '.join(sorted(missing))}")
    if unused := given - wanted:
        raise PromptError(f"prompt {name!r} does not use {', '.join(sorted(unused))}")
    return template.substitute(values)
