"""Web pages: the main part of the page as lines, with headings, lists, tables and captions in place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import trafilatura
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from ingest.loaders.base import RawDocument
from ingest.loaders.tables import table_lines
from vectorstore.text.normalise import clean

_DROPPED = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "form",
    "button",
    "select",
    "iframe",
    "svg",
    "object",
    "input",
]
_AROUND = ["header", "footer", "aside", "menu"]
_BLOCKS = {
    "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
    "blockquote", "figure", "figcaption", "caption", "center", "pre", "header", "footer", "body", "address", "tr",
    "table", "details", "summary", "fieldset",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_MAIN_SHARE = 0.8  # of the main text a container must hold to be taken as the page's content


def load_html(markup: str) -> RawDocument:
    """Text of a page's main content; navigation, scripts and forms are left out. Tables keep row and column heads."""
    soup = BeautifulSoup(markup, "html.parser")
    title = _title(soup)
    published = _published(soup)
    for tag in soup(_DROPPED):
        tag.decompose()
    root = _content_root(soup, markup)
    lines = _spaced(_lines(root))
    first_heading = root.find(list(_HEADINGS))
    text = clean("\n".join(lines)).strip()
    heading = clean(first_heading.get_text(" ", strip=True)) if isinstance(first_heading, Tag) else ""
    return RawDocument(text, title_hint=heading or title, published=published)


def _title(soup: BeautifulSoup) -> str:
    named = soup.find("meta", attrs={"property": "og:title"})
    content = named.get("content") if isinstance(named, Tag) else None
    if content:
        return clean(str(content)).strip()
    return clean(soup.title.get_text(" ", strip=True)) if soup.title else ""


def _published(soup: BeautifulSoup) -> date | None:
    """The day the page itself says it was published: meta data or JSON-LD, never a guess."""
    candidates: list[str] = []
    for names in ("article:published_time", "datePublished", "pubdate", "dc.date", "DC.date.issued", "publish-date"):
        for attribute in ("property", "name", "itemprop"):
            tag = soup.find("meta", attrs={attribute: names})
            if isinstance(tag, Tag) and tag.get("content"):
                candidates.append(str(tag["content"]))
    for script in soup("script", attrs={"type": "application/ld+json"}):
        with suppress(ValueError):
            data = json.loads(script.get_text())
            items = data if isinstance(data, list) else [data]
            candidates.extend(
                str(item["datePublished"]) for item in items if isinstance(item, dict) and "datePublished" in item
            )
    for candidate in candidates:
        with suppress(ValueError):
            return date.fromisoformat(candidate[:10])
    return None


def _content_root(soup: BeautifulSoup, markup: str) -> Tag:
    """The smallest element that holds the main text as trafilatura finds it; the body where it finds none."""
    body = soup.body or soup
    main = trafilatura.extract(markup, include_comments=False, include_tables=False, favor_recall=True) or ""
    wanted = {_squeezed(line) for line in main.split("\n") if len(line) > 60}
    root: Tag = body
    if wanted:
        root = _narrow(body, wanted)
    for tag in root(_AROUND):
        if tag.parent is not None and not any(line in _squeezed(tag.get_text(" ")) for line in wanted):
            tag.decompose()
    return root


def _narrow(root: Tag, wanted: set[str]) -> Tag:
    total = sum(map(len, wanted))
    while True:
        inner = next(
            (child for child in root.find_all(True, recursive=False) if _held(child, wanted) >= _MAIN_SHARE * total),
            None,
        )
        if inner is None or inner.name in ("table", "tbody", "tr", "ul", "ol", "p"):
            return root
        root = inner


def _held(tag: Tag, wanted: set[str]) -> int:
    text = _squeezed(tag.get_text(" "))
    return sum(len(line) for line in wanted if line in text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", clean(text))


def _spaced(lines: Iterator[tuple[str, bool]]) -> list[str]:
    """Lines with a blank one around paragraphs; rows of a table and items of a list stay together."""
    result: list[str] = []
    tight = False
    for line, together in lines:
        if result and not (together and tight):
            result.append("")
        result.append(line)
        tight = together
    return result


def _lines(tag: Tag) -> Iterator[tuple[str, bool]]:
    """Lines of `tag` in reading order, each with whether it belongs together with the lines around it."""
    inline: list[str] = []
    for child in tag.children:
        if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(list(_BLOCKS))):
            yield from _flush(inline)
            if child.name == "table":
                yield from ((line, True) for line in table_lines(_cells(child)))
            elif child.name == "li":
                yield from _item(child)
            else:
                yield from _lines(child)
        elif isinstance(child, Tag):
            inline.append("\n" if child.name == "br" else _inline(child))
        elif type(child) is NavigableString:
            inline.append(re.sub(r"\s+", " ", child))
    yield from _flush(inline)


def _inline(tag: Tag) -> str:
    return (
        "".join("\n" if child.name == "br" else _inline(child) for child in tag.children if isinstance(child, Tag))
        if (tag.find("br"))
        else re.sub(r"\s+", " ", tag.get_text())
    )


def _flush(inline: list[str]) -> Iterator[tuple[str, bool]]:
    lines = [line.strip() for line in re.sub(r"[ \t]+", " ", "".join(inline)).split("\n")]
    inline.clear()
    filled = [line for line in lines if line]
    for line in filled:
        yield line, len(filled) > 1


def _item(tag: Tag) -> Iterator[tuple[str, bool]]:
    """A list item with the number or dash a reader sees."""
    parent = tag.parent
    mark = "- "
    if parent is not None and parent.name == "ol":
        start = str(parent.get("start", "1"))
        place = sum(1 for item in tag.find_previous_siblings("li"))
        mark = f"{(int(start) if start.isdigit() else 1) + place}. "
    for index, (line, _) in enumerate(_lines(tag)):
        yield (line if index or re.match(r"[-–+•]|\w{1,3}[.)]\s", line) else mark + line), True


def _cells(table: Tag) -> list[list[str]]:
    rows = []
    for row in table.find_all("tr"):
        cells: list[str] = []
        for cell in row.find_all(["td", "th"]):
            span = str(cell.get("colspan", "1"))
            cells.extend([cell.get_text(" ", strip=True)] * (min(int(span), 40) if span.isdigit() else 1))
        rows.append(cells)
    return rows
