"""Two places side by side: "Tỷ lệ hộ nghèo của A và B?", "A hay B, nơi nào có … cao hơn?", as one question a place."""

from __future__ import annotations

import re

import regex

from vectorstore.text.normalise import fold

_UNIT = r"(?:tỉnh|thành phố|huyện|thị xã|xã|phường|quận|thị trấn|TP\.?)"
_SYLLABLE = r"\p{Lu}\p{Ll}*(?:['’]\p{Lu}?\p{Ll}+)?"
_PLACE = rf"(?:(?i:{_UNIT})\s+{_SYLLABLE}(?:\s+{_SYLLABLE}){{0,3}}|{_SYLLABLE}(?:\s+{_SYLLABLE}){{1,3}})"
_TITLED = r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à|[Ss]ở|[Bb]an|[Hh]ội|[Bb]ộ)\s+"
_PAIR = regex.compile(
    rf"(?<!\w)(?<!{_TITLED})(?P<one>{_PLACE})\s*(?:,|và|với|hay|hoặc|so với)\s+(?:(?:của|ở|tại)\s+)?"
    rf"(?P<two>{_PLACE})(?!\w)"
)
_NESTED = re.compile(
    r"(?i)(?:xã|phường|thị trấn|huyện|thị xã|quận)\b[^,]*,\s*(?:của |ở |tại )?(?:tỉnh|thành phố|TP|huyện|quận)\b"
)
_APART = regex.compile(
    rf"^(?P<one>{_PLACE})\s+(?:có\s+)?(?P<what>\p{{Ll}}.{{4,80}}?)\s+(?:cao|thấp|lớn|nhỏ|nhiều|ít)\s+hơn\s+"
    rf"(?:so với\s+)?(?P<two>{_PLACE})(?P<rest>(?:\s+(?:trong\s+)?năm\s+\d{{4}})?)"
    r"\s*(?:không|phải không|đúng không)?\s*\?*\s*$"
)
_ASKS_FIGURE = re.compile(
    r"\bbao nhieu\b|\b(?:tong so|so luong|so|ty le|kinh phi|dien tich|dan so|san luong|doanh thu|muc|thu ngan sach|"
    r"chi ngan sach|toc do|kim ngach)\b|\bso sanh\b"
)
_WHICH = r"(?:nơi|tỉnh|huyện|xã|thành phố|bên|địa phương|đơn vị|đâu)(?:\s+nào)?(?:\s+là nơi)?\s*"
_WHICH_MORE = re.compile(
    r"\b(?:noi|tinh|huyen|xa|thanh pho|ben|dia phuong|don vi|nam|quy|ky) nao\b"
    r"[^?]*\b(?:cao|thap|lon|nho|nhieu|it) hon\b"
)
_HOW = r"(?:cao|thấp|lớn|nhỏ|nhiều|ít)"
_EACH_TOO = re.compile(
    r"(?i),?\s*(?:mỗi|từng) (?:tỉnh|huyện|xã|nơi|địa phương|đơn vị|bên) (?:có )?(?:là )?bao nhiêu(?: \w+)?(?=\W*$)"
)
_HIGHER = regex.compile(
    rf"(?i)^\s*[,:]?\s*(?:thì\s+)?{_WHICH}(?:có\s+|đạt\s+)?(?P<what>.*?)\s*{_HOW}\s+hơn\b(?P<rest>.*)$"
)
_MORE = regex.compile(
    rf"(?i)^\s*[,:]?\s*(?:{_WHICH})?(?P<verb>.*?)\s*(?:nhiều|ít)\s+(?P<what>\w.*?)\s+hơn\b(?P<rest>.*)$"
)


def asks_which_more(text: str) -> bool:
    """Whether it is asked which of two has more: without both figures there is no answer."""
    return _WHICH_MORE.search(fold(text)) is not None


def by_place(text: str) -> tuple[str, ...]:
    """The question asked of each of two places; none where it does not compare two."""
    alone = _EACH_TOO.sub("", text)
    text = alone if re.search(r"\bhon\b|\bbao nhieu\b|\bmay\b", fold(alone)) else text
    if apart := _APART.match(text):
        return tuple(_figure(apart["what"], apart[name], apart["rest"]) for name in ("one", "two"))
    pair = _PAIR.search(text)
    if pair is None or _NESTED.match(pair.group()):
        return ()
    head, tail = text[: pair.start()].strip(" ,"), text[pair.end() :].strip()
    places = (pair["one"], pair["two"])
    if not tail.strip(" ?.") and (
        _HIGHER.match(head) or (_MORE.match(head) and re.match(_WHICH, head, re.IGNORECASE))
    ):  # "Nơi nào có … cao hơn, A hay B?"
        head, tail = "", head
    if not head and (more := _MORE.match(tail)):
        rest = more["rest"].strip(" ?.")
        verb = regex.sub(rf"(?i),\s*{_WHICH}(?=có\b|đạt\b)", " ", more["verb"]) or "có"
        return tuple(_tidy(f"{place} {verb} bao nhiêu {more['what']} {rest}?") for place in places)
    if higher := _HIGHER.match(tail):
        what = higher["what"] or regex.sub(r"\s*\b(?:của|giữa|ở|tại)$", "", head)
        return tuple(_figure(what, place, higher["rest"]) for place in places) if what else ()
    if not _ASKS_FIGURE.search(fold(text)) or not (head or tail.strip(" ?.")):
        return ()
    return tuple(_tidy(f"{head} {place} {tail}") for place in places)


def _figure(what: str, place: str, rest: str) -> str:
    return _tidy(f"{what} của {place} {rest.strip(' ?.')} là bao nhiêu?")


def _tidy(text: str) -> str:
    text = re.sub(r"^\s*so sánh\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([?.,])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,")
    return text[:1].upper() + text[1:]
