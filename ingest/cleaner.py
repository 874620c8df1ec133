"""Tell what a scraped page carries besides its report: captions, sidebars, datelines, bylines, buttons.

Every decision comes from general signs (shape, place, what the rest of the text names), never from a list of sources.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.captions import PHOTO_VERB, Label, is_caption, join_captions
from ingest.foreign import PERSON_WORD, is_foreign, is_strange, proper_names, shared_pairs, word_pairs
from ingest.markers import read_marker
from ingest.official import is_motto
from ingest.paragraphs import Paragraph
from vectorstore.text.dates import find_dates
from vectorstore.text.normalise import fold, syllables

_CONTROLS = re.compile(
    r"(?:chia se(?: bai viet)?|gui (?:cho )?ban be|gui (?:email|binh luan|phan hoi)|thong tin nguoi gui phan hoi|"
    r"(?:y kien )?phan hoi|binh luan|y kien ban doc|in (?:bai viet|trang)|ban in|luu (?:bai viet|tin)|thich|theo doi|"
    r"copy link|sao chep (?:lien ket|duong dan)|facebook|zalo|twitter|youtube|email|print|share|tweet|like|tags?|"
    r"tu khoa|trang chu|(?:ve )?dau trang|quay lai|tro ve|dang nhap|dang ky|tim kiem|lien he|so do (?:trang|site)|rss|"
    r"co chu|doc bai viet|nghe (?:doc )?bai|(?:tang|giam) co chu|xem them|doc them|tai ve|danh gia bai viet|"
    r"ban quyen\s.*|(?:so )?luot (?:xem|doc|truy cap).*|(?:tong|hom nay|truc tuyen).{0,20}truy cap.*)"
    r"\s*(?:\(\d+\)|\d+)?\s*[:.…>»]*"
)
# Headings of link lists: what follows them is other articles, unless the report goes on in long paragraphs.
_LINK_LISTS = re.compile(
    r"(?:cac )?(?:tin|bai|bai viet|tin bai|tin tuc|video|anh|thong tin) "
    r"(?:khac|lien quan|cung chuyen muc|moi(?: nhat)?|noi bat|doc nhieu|da dua|cu hon|moi hon)|"
    r"(?:cung |cac )?chuyen muc(?: khac)?|(?:xem|doc) nhieu(?: nhat)?|tin moi|lien ket (?:web ?site|nhanh)|"
    r"thong ke truy cap|co the ban quan tam|dong su kien|chu de lien quan|(?:xem|doc) (?:them|tiep)|"
    r"(?:tin|bai) (?:noi bat|xem nhieu|doc nhieu)"
)
# What stands above the title of a page: its site, the way to it ("Trang chủ » Tin tức"), its menu ("Đăng nhập | RSS").
_SITE = re.compile(r"(?:cong|trang) thong tin(?: dien tu)?\b.*|bao \w+(?: \w+){0,3} - (?:tieng noi|co quan)\b.*")
_PATH = re.compile(r"\s(?:»|>|›|\||/)\s|\S {3,}\S")
_MENU = re.compile(r"\b(?:trang chu|dang nhap|so do (?:trang|site)|rss|lien he|gioi thieu)\b")
_BUTTONS = re.compile(
    r"\b(?:chia se|nghe doc bai|luu (?:bai viet|tin)|in (?:bai viet|trang)|ban in|gui (?:email|phan hoi)|co chu|"
    r"(?:so )?luot (?:xem|doc)|da xem|xem|a)\b[\s:]*[\d.]*|[|+]"
)
LEAST_TITLE = 5  # words of a title, where other short lines stand above it
HEAD = 8  # paragraphs in which the title stands
_SEE_ALSO = re.compile(r"(?:>>+|»|xem them:|doc them:|tin lien quan:|link bai goc|https?://\S+$|www\.\S+$)")
_BYLINE = re.compile(
    r"(?:tin|bai|anh|tin,+ ?(?:bai|anh)|bai,+ ?anh|tin va anh|bai va anh|nguon|tac gia|theo|pv|bien tap)\b"
)
_NAME_LINE = re.compile(
    rf"{PERSON_WORD}(?:\s{PERSON_WORD}){{1,4}}(?:\s*\([^)]{{3,60}}\)|\s*[-–,]\s*{PERSON_WORD}.{{0,30}})?"
)
_SIGNED = re.compile(
    rf"(?:Ủy viên|Uỷ viên|Trưởng|Phó|Bí thư|Chủ tịch|Giám đốc|Chánh|Chủ nhiệm)\s.{{3,80}}?"
    rf"(?:,|{PERSON_WORD}(?:\s{PERSON_WORD}){{1,3}})"
)
_TIME = re.compile(
    r"\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?|\b(?:gmt|utc)\s*\+?\d*|\bthu\s(?:hai|ba|tu|nam|sau|bay|[2-7])|\bchu nhat|\bcn|"
    r"\b(?:ngay|cap nhat|dang|xuat ban|luc|am|pm|sa|ch)\b"
)
_FINAL = re.compile(r"[.!?…;:,][”\"'’)\]]*$")
MAX_HEADING_WORDS = 30


def label_article(paragraphs: Sequence[Paragraph]) -> list[Label]:
    """One label for each paragraph of a report or news page, in order."""
    labels: list[Label] = ["body"] * len(paragraphs)
    _label_head(paragraphs, labels)
    for index, paragraph in enumerate(paragraphs):
        if labels[index] == "body":
            labels[index] = _by_shape(paragraph)
    _label_foreign_captions(paragraphs, labels)
    join_captions(paragraphs, labels)
    _label_links(paragraphs, labels)
    _label_byline(paragraphs, labels)
    _label_signed_end(paragraphs, labels)
    _label_headlines(paragraphs, labels)
    _label_repeated_lead(paragraphs, labels)
    return labels


def is_dateline(text: str) -> bool:
    """A line that only says when (and perhaps in which section) a page was published or printed."""
    dates = [mention for mention in find_dates(text) if mention.day and mention.year]
    if len(dates) != 1:
        return False
    rest = _BUTTONS.sub(" ", fold(text[: dates[0].start] + " " + text[dates[0].end :]))
    if len(rest.split()) > 12:
        return False
    words = re.findall(r"[^\W\d_]+", _TIME.sub(" ", rest))
    return len(words) <= 4 and not _FINAL.search(text.strip())


def _label_head(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    """The first line that is neither date nor button is the title."""
    above = _above_title(paragraphs[:HEAD])
    for index, paragraph in enumerate(paragraphs[:HEAD]):
        folded = fold(paragraph.text)
        if index < above:
            labels[index] = "boilerplate"
            continue
        if read_marker(paragraph.text):
            return  # the text begins without a title
        if is_motto(paragraph.text):
            labels[index] = "boilerplate"
            continue
        if is_dateline(paragraph.text):
            labels[index] = "dateline"
        elif _CONTROLS.fullmatch(folded) or _LINK_LISTS.fullmatch(folded):
            labels[index] = "boilerplate"
        elif "title" not in labels[:index] and paragraph.words <= 60:
            labels[index] = "title"


def _above_title(head: Sequence[Paragraph]) -> int:
    """How many paragraphs at the top are the page's own; 0 where none is its site, its menu or the way to it."""
    dated = next((i for i, p in enumerate(head) if i and is_dateline(p.text)), len(head))
    own = [i for i, p in enumerate(head[:dated]) if _is_of_page(p.text)]
    if not own or own[0] > 1:
        return 0
    said = [i for i, p in enumerate(head[:dated]) if i not in own and p.words >= LEAST_TITLE]
    if not said:
        return own[-1] + 1
    # Without a date below it, the title is the first line after the menu.
    return said[-1] if dated < len(head) else next((i for i in said if i > own[-1]), said[0])


def _is_of_page(text: str) -> bool:
    line, folded = text.strip(), fold(text.strip())
    if _FINAL.search(line) or any(mention.day for mention in find_dates(line)):
        return False
    parts = _PATH.split(folded)
    short = len(parts) > 1 and max(len(part.split()) for part in parts) <= 8
    return bool(_SITE.fullmatch(folded)) or (short and (len(parts) > 2 or bool(_MENU.search(folded)) or ">" in line))


def _by_shape(paragraph: Paragraph) -> Label:
    folded = fold(paragraph.text)
    if _CONTROLS.fullmatch(folded) or _SEE_ALSO.match(folded):
        return "boilerplate"
    return "caption" if is_caption(paragraph.text) else "body"


def _label_links(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    for index, paragraph in enumerate(paragraphs):
        heads = labels[index] in ("body", "boilerplate") and index > 0
        if not heads or not _LINK_LISTS.fullmatch(fold(paragraph.text).rstrip(" :.»>")):
            continue
        labels[index] = "boilerplate"
        goes_on = any(p.words > 40 for p in paragraphs[index + 1 :])
        for later in range(index + 1, len(paragraphs)):
            text, words = paragraphs[later].text.strip(), paragraphs[later].words
            told = goes_on and words > 12 and text.endswith(".") and not read_marker(text)
            if words > 40 or labels[later] in ("title", "dateline", "caption") or told:
                break
            labels[later] = "boilerplate"


def _label_byline(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    last = [index for index, label in enumerate(labels) if label != "boilerplate"][-3:]
    for index in last:
        text, folded = paragraphs[index].text, fold(paragraphs[index].text)
        if labels[index] not in ("body", "caption") or paragraphs[index].words > 12:
            continue
        source = _BYLINE.match(folded) and (":" in text or paragraphs[index].words <= 6)
        if source or (index == last[-1] and _NAME_LINE.fullmatch(text.strip())):
            labels[index] = "byline"


def _label_signed_end(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    """The author's office and name under a report: short lines at its end that begin with an office."""
    last = [index for index, label in enumerate(labels) if label not in ("boilerplate", "byline")][-3:]
    for index in last:
        text = paragraphs[index].text.strip()
        if labels[index] == "body" and paragraphs[index].words <= 20 and _SIGNED.fullmatch(text):
            labels[index] = "signature"


def _label_foreign_captions(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    """Headlines that read like captions ("Lãnh đạo tỉnh thăm …") but name people and places the report never names."""
    told = _told(
        paragraphs, [label if p.words > 30 else "heading" for p, label in zip(paragraphs, labels, strict=True)]
    )
    pairs = word_pairs(told)
    for index, paragraph in enumerate(paragraphs):
        open_end = labels[index] == "caption" and not _FINAL.search(paragraph.text.strip())
        company = _stands(paragraphs, labels, index - 1) or _stands(paragraphs, labels, index + 1)
        if open_end and company and is_strange(paragraph.text, told) and shared_pairs(paragraph.text, pairs) < 0.35:
            labels[index] = "boilerplate"


def _told(paragraphs: Sequence[Paragraph], labels: Sequence[Label]) -> str:
    told = zip(paragraphs, labels, strict=True)
    return " ".join(p.text for p, label in told if label in ("body", "title")).replace("’", "'")


def _stands(paragraphs: Sequence[Paragraph], labels: Sequence[Label], index: int) -> bool:
    inside = 0 <= index < len(paragraphs) and labels[index] not in ("title", "dateline")
    return inside and _stands_alone(paragraphs[index])


def _label_headlines(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    """Standing lines without a full stop are headings of this report, captions, or headlines of other pages."""
    standing = {i: None for i, p in enumerate(paragraphs) if labels[i] == "body" and _stands_alone(p)}
    told = _told(paragraphs, [label if i not in standing else "heading" for i, label in enumerate(labels)])
    pairs = word_pairs(told)
    for index in standing:
        line = paragraphs[index].text
        among = {labels[i] for i in (index - 1, index + 1) if 0 <= i < len(labels)}
        if "caption" in among and PHOTO_VERB.search(line.lower()) and proper_names(line):
            labels[index] = "caption"
            continue
        ahead = index + 1 < len(paragraphs) and index + 1 not in standing and labels[index + 1] == "body"
        company = not ahead and (index - 1 in standing or index + 1 in standing)
        labels[index] = "boilerplate" if is_foreign(line, told, pairs, company) else "heading"


def _stands_alone(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    if " | " in text or read_marker(text):
        return False
    return 1 < paragraph.words <= MAX_HEADING_WORDS and not _FINAL.search(text)


def _label_repeated_lead(paragraphs: Sequence[Paragraph], labels: list[Label]) -> None:
    """A lead that a later paragraph says again word for word, and that names nobody more, is left to the later one."""
    bodies = [i for i, label in enumerate(labels) if label == "body" and paragraphs[i].words > 20]
    if len(bodies) < 3:
        return
    lead = syllables(paragraphs[bodies[0]].text)
    for index in bodies[1:]:
        if " ".join(lead) in " ".join(syllables(paragraphs[index].text)):
            labels[bodies[0]] = "boilerplate"
            return
