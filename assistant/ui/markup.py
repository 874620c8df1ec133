"""Answer text to safe HTML: everything escaped, paragraphs and lists kept, [n] marks turned into buttons."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from assistant.types import Citation
from assistant.ui.links import document_link
from assistant.ui.strings import Texts

_MARK = re.compile(r"([^\s<>]*)[ \u00a0]?\[(\d{1,3})\]")  # with the word before it, which it must not leave
_PARAGRAPH = re.compile(r"\n+")
# No raw HTML, links or images: a chat model's text can only become paragraphs, lists and emphasis.
_MARKDOWN = MarkdownIt("zero").enable(["list", "emphasis", "newline"])


def answer_html(text: str, citations: tuple[Citation, ...], texts: Texts, verbatim: bool) -> Markup:
    """The answer as HTML. `verbatim` text is shown as it stands; other text may use Markdown lists and emphasis."""
    if verbatim:
        lines = [escape(line.strip()) for line in _PARAGRAPH.split(text) if line.strip()]
        html = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
    else:
        html = Markup(_MARKDOWN.render(text))
    by_number = {citation.n: citation for citation in citations}
    return Markup(_MARK.sub(lambda match: _mark(match.group(1), int(match.group(2)), by_number, texts), html))


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
