"""True claims made from a corpus by rule: verbatim, cut, reordered, shortened, and written in other forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bs4 import BeautifulSoup

from vectorstore.text.normalise import clean
from vectorstore.text.sentences import split_sentences

MIN_WORDS, MAX_WORDS = 9, 90


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with the sentence it rests on and that sentence's neighbours in the document."""

    form: str
    claim: str
    evidence: str
    neighbours: tuple[str, ...]
    window: str  # the sentence with the two before and the two after it, as a chunk would have them
    title: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document with the sentences before and after it."""

    text: str
    neighbours: tuple[str, ...]
    window: str
    title: str


def read_sentences(folder: Path) -> list[Sentence]:
    """Whole sentences of the text, Markdown and HTML documents of `folder`, in order of file name."""
    sentences: list[Sentence] = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".txt", ".md", ".html"):
            sentences.extend(_sentences(_text(path)))
    return sentences


def _text(path: Path) -> str:
    raw = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        raw = BeautifulSoup(raw, "html.parser").get_text("\n")
    return clean(re.sub(r"^#+\s*|\*\*", "", raw, flags=re.MULTILINE))


_MARKER = re.compile(r"^(?:[-–+*•]\s*|\d{1,2}(?:\.\d{1,2})*[.)-]\s+|[a-zđ]\)\s+)+")  # numbers of items are no claims


def _sentences(text: str) -> Iterator[Sentence]:
    spans = [" ".join(text[a:b].split()) for a, b in split_sentences(text)]
    title = next((span for span in spans if len(span.split()) >= 5), "")
    for index, marked in enumerate(spans):
        sentence = _MARKER.sub("", marked)
        if MIN_WORDS <= len(sentence.split()) <= MAX_WORDS and sentence[-1] in ".;" and "|" not in sentence:
            around = spans[max(0, index - 1) : index] + spans[index + 1 : index + 2]
            neighbours = tuple(s for s in around if len(s.split()) >= MIN_WORDS)
            yield Sentence(sentence, neighbours, "\n".join(spans[max(0, index - 2) : index + 3]), title)


def true_cases(sentences: list[Sentence], random: Random) -> list[Case]:
    """Every form of every sentence that the form applies to; a form that changes nothing is left out."""
    cases = []
    for sentence in sentences:
        for form, make in FORMS.items():
            claim = make(sentence.text, random)
            if claim is not None and len(claim.split()) >= 6 and (form == "verbatim" or claim != sentence.text):
                cases.append(Case(form, claim, sentence.text, sentence.neighbours, sentence.window, sentence.title))
    return cases


def _lower_first(text: str) -> str:
    head = text.split()[0]
    common = head.lower() in _OPENERS
    return text[0].lower() + text[1:] if common else text


_OPENERS = frozenset(
    [
        "năm",
        "các",
        "trong",
        "tại",
        "có",
        "công",
        "những",
        "một",
        "số",
        "việc",
        "đến",
        "kết",
        "từ",
        "theo",
        "cùng",
        "ngoài",
        "nhiều",
        "về",
        "để",
        "qua",
        "sau",
        "tỷ",
        "tổng",
        "toàn",
        "mỗi",
        "khi",
    ]
)


def _end(text: str) -> str:
    return text.rstrip(" .;,:") + "."


def _clause(text: str, random: Random) -> str | None:
    parts = [part for part in re.split(r"(?<=[;,])\s+(?![^(]*\))", text) if part]
    if len(parts) < 2:
        return None
    first = random.randrange(len(parts))
    last = random.randrange(first, len(parts)) + 1
    claim = " ".join(parts[first:last])
    return _end(claim[0].upper() + claim[1:]) if len(claim.split()) >= 6 else None


def _framed(text: str, random: Random) -> str:
    frame = random.choice(("Theo báo cáo, ", "Báo cáo nêu rõ, ", "Cụ thể, ", "Theo tài liệu, "))
    return frame + _lower_first(text)


_FRONT = re.compile(r"((?:Năm|Trong|Tại|Từ|Đến|Sáng|Chiều|Ngày|Giai đoạn|Tính đến)\b[^,;:(]{3,45}), (.+)")


def _fronted(text: str, random: Random) -> str | None:
    """ "Năm 2023, cả nước có …" → "Cả nước có … năm 2023"."""
    match = _FRONT.fullmatch(text)
    if match is None or ";" in match[2] or ":" in match[2]:
        return None
    body = match[2].rstrip(" .;")
    moved = match[1][0].lower() + match[1][1:]
    return f"{body[0].upper()}{body[1:]}, {moved}." if "," in body else f"{body[0].upper()}{body[1:]} {moved}."


def _reordered(text: str, random: Random) -> str | None:
    parts = [part.strip(" .") for part in text.split(";") if len(part.split()) >= 4]
    if len(parts) < 2 or "(" in text:
        return None
    moved = parts[1:] + parts[:1]
    return _end("; ".join(moved))


_MODIFIERS = re.compile(
    r"(?<!không)(?<!chưa) (?:đã|rất|kịp thời|chủ động|tích cực|ngày càng|nghiêm túc|"
    r"thường xuyên|cơ bản|bước đầu|luôn|đồng thời|tiếp tục)\b"
    r"(?! (?:không|chưa))"
)


def _shortened(text: str, random: Random) -> str | None:
    """Without bracketed remarks and adverbs; a quotation is left alone."""
    if re.search(r"[\"“”]", text):
        return None
    short = re.sub(r" ?\([^()]*\)", "", text)
    short = _MODIFIERS.sub("", short)
    return short if short != text else None


def _joined(text: str, random: Random) -> str | None:
    """Thousands without dots, zero-padded numbers without zero, "phần trăm" for the sign."""
    changed = re.sub(r"(?<![\d.])\d{1,3}(?:\.\d{3})+(?![\d./])", lambda m: m.group().replace(".", ""), text)
    changed = re.sub(r"(?<![\d./-])0(\d) (?=[^\W\d_])(?!tháng)", r"\1 ", changed)
    changed = re.sub(r"(\d)\s?%", r"\1 phần trăm", changed)
    return changed if changed != text else None


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def _in_words(value: int) -> str:
    if value <= 10:
        return _DIGITS[value]
    tens, unit = divmod(value, 10)
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    tail = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(unit, _DIGITS[unit])
    return f"{head} {tail}".strip()


def _worded(text: str, random: Random) -> str | None:
    """Small counts in words: 33 đề án → ba mươi ba đề án."""
    pattern = (
        r"(?<= )(0?[2-46-9]|[1-9]\d) (?=(?:nhiệm|mô|tập|cá|đề|cuộc|hội|huyện|xã|đơn|cơ|công|vụ|lớp|đoàn|buổi|chỉ)\b)"
    )
    changed = re.sub(pattern, lambda m: _in_words(int(m[1])) + " ", text)
    return changed if changed != text else None


def _dated(text: str, random: Random) -> str | None:
    """15/3/2024 ↔ ngày 15 tháng 3 năm 2024."""
    spelled = re.sub(
        r"(?:ngày )?\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b",
        lambda m: f"ngày {int(m[1])} tháng {int(m[2])} năm {m[3]}", text,
    )  # fmt: skip
    if spelled != text:
        return spelled
    short = re.sub(
        r"ngày (\d{1,2}) tháng (\d{1,2}) năm ((?:19|20)\d\d)",
        lambda m: f"ngày {int(m[1]):02d}/{int(m[2]):02d}/{m[3]}",
        text,
    )
    if short != text:
        return short
    bare = re.sub(r"((?:sáng|Sáng|ngày|Ngày|chiều)) (\d{1,2})/(\d{1,2})(?![\d/])", r"\1 \2 tháng \3", text)
    return bare if bare != text else None


_SHORT = {
    "Ủy ban nhân dân": "UBND", "Hội đồng nhân dân": "HĐND", "Mặt trận Tổ quốc": "MTTQ", "Ban Chỉ đạo": "BCĐ",
    "Ban Thường vụ": "BTV", "Ban Chấp hành": "BCH", "hệ thống chính trị": "HTCT", "kinh tế - xã hội": "KT-XH",
    "Bộ Chính trị": "BCT", "đồng chí": "đ/c", "nông thôn mới": "NTM", "Trung ương": "TW",
}  # fmt: skip


def _abbreviated(text: str, random: Random) -> str | None:
    changed = text
    for full, short in _SHORT.items():
        changed = changed.replace(full, short)
    if changed == text:
        for full, short in _SHORT.items():
            changed = re.sub(rf"\b{short}\b(?![-/])(?<![-/]{short})", full, changed)
    return changed if changed != text else None


_TONES = {"ủy": "uỷ", "Ủy": "Uỷ", "óa": "oá", "òa": "oà", "ỏe": "oẻ", "úy": "uý", "thủy": "thuỷ"}


def _respelt(text: str, random: Random) -> str | None:
    """The other tone placement, and straight quotes."""
    changed = text.replace("“", '"').replace("”", '"')
    for old, new in _TONES.items():
        changed = re.sub(rf"(?<![qQ]){old}(?![a-zà-ỹ])", new, changed)
    return changed if changed != text else None


FORMS: dict[str, Callable[[str, Random], str | None]] = {
    "verbatim": lambda text, random: text,
    "clause": _clause,
    "framed": _framed,
    "fronted": _fronted,
    "reordered": _reordered,
    "shortened": _shortened,
    "joined numbers": _joined,
    "numbers in words": _worded,
    "other date form": _dated,
    "abbreviated": _abbreviated,
    "respelt": _respelt,
}
