"""The settings as a table, made from the settings themselves: what the README prints and `assistant settings` shows.

`python -m assistant.reference README.md` puts the table of today into the README.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from assistant.settings import PREFIX, Settings

HEADING = "| variable | default | meaning |\n| --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting; `value` is what is set now, with secrets left out."""

    variable: str
    default: str
    meaning: str
    value: str


def rows(settings: Settings) -> Iterator[Row]:
    """Every setting in the order of its declaration."""
    for name, field in Settings.model_fields.items():
        yield Row(f"{PREFIX}{name.upper()}", _text(field.default), _meaning(field), _text(getattr(settings, name)))


def markdown(settings: Settings) -> str:
    """The table of the README."""
    lines = [
        f"| `{row.variable}` | {f'`{row.default}`' if row.default else '–'} | {row.meaning} |" for row in rows(settings)
    ]
    return "\n".join((HEADING, *lines))


def _meaning(field: FieldInfo) -> str:
    least, most = _bound(field, "ge"), _bound(field, "le")
    limits = f" ({least}–{most})" if least is not None and most is not None else ""
    return f"{field.description}{limits}".replace("|", "\\|")


def _bound(field: FieldInfo, name: str) -> Any:
    return next((getattr(bound, name) for bound in field.metadata if hasattr(bound, name)), None)


def _text(value: Any) -> str:
    if value is None or value == () or value == {}:
        return ""
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def put_into(readme: Path) -> None:
    """Replace the table of the README by that of today."""
    text = readme.read_text(encoding="utf-8")
    replaced = re.sub(rf"{re.escape(HEADING)}(\n\|.*)*", lambda _: markdown(Settings.model_construct()), text)
    readme.write_text(replaced, encoding="utf-8")


if __name__ == "__main__":
    put_into(Path(sys.argv[1]))
