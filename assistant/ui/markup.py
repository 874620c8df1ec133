"""Answer text to safe HTML: everything escaped, paragraphs and lists kept, [n] marks turned into buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from markdown_it import MarkdownIt
from markupsafe import Markup

from assistant.types import Citation
from assistant.ui.links import document_link
from assistant.ui.strings import Texts

_MARK = re.compile(r"([^\s<>]*)[ \u00a0]?\[(\d{1,3})\]")  # with the word before it, which it must not leave
_CELLS = " | "
LEAST_ROWS = 2  # head and row
_PARAGRAPH = re.compile(r"\n+")
# No raw HTML, links or images: a chat model's text can only become paragraphs, lists and emphasis.
_MARKDOWN = MarkdownIt("zero").enable(["list", "emphasis", "newline"])


def answer_html(text: str, citations: tuple[Citation, ...], texts: Texts, verbatim: bool) -> Markup:
    """The answer as HTML. `verbatim` text is shown as it stands; other text may use Markdown lists and emphasis."""
    if verbatim:
        lines = [line.rstrip() for line in _PARAGRAPH.split(text) if line.strip()]
        html = Markup("").join(_block(cells, list(group)) for cells, group in groupby(lines, _cells))
    else:
        html = Markup(_MARKDOWN.render(text))
    by_number = {citation.n: citation for citation in citations}
    return Markup(_MARK.sub(lambda match: _mark(match.group(1), int(match.group(2)), by_number, texts), html))


def _cells(line: str) -> int:
    """How many cells a line has that is a row of a table; 0 for any other."""
    return len(line.split("|")) if _CELLS in line else 0


def _block(cells: int, lines: list[str]) -> Markup:
    """Lines as paragraphs; the rows of a table, with their head first, as one."""
    if not cells or len(lines) < LEAST_ROWS:
        return Markup("").join(Markup("<p>{}</p>").format(line.strip()) for line in lines)
    rows = [
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<{0}>{1}</{0}>").format(tag, cell.strip()) for cell in line.split("|"))
        )
        for tag, line in zip(("th", *("td" for _ in lines)), lines, strict=False)
    ]
    return Markup('<div class="rows"><table>{}</table></div>').format(Markup("").join(rows))


def _mark(word: str, n: int, citations: Mapping[int, Citation], texts: Texts) -> str:
    """A button that opens the source; while the source is not known yet, the same shape without the function.

    `word` is escaped already.
    """
    citation = citations.get(n)
    if citation is None:
        return f'<span class="cited">{word}<span class="cite pending">{n}</span></span>'
    label = texts.open_source.format(n=n, title=citation.title)
    href = document_link(citation.document_id, citation.version, citation.start, citation.end, citation.page)
    button = Markup('<button type="button" class="cite" data-n="{}" data-href="{}" aria-label="{}">{}</button>')
    return f'<span class="cited">{word}{button.format(n, href, label, n)}</span>'
