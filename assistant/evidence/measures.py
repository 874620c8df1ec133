"""Measures and stocks: a figure under another name than the one asked for is of something else."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.question.asking import asking_folded, asks
from vectorstore.text.normalise import fold

# How many of something there are now, anywhere: no rule says so that has the thing and some other figure.
_ASKS_STOCK = re.compile(
    r"\b(?:hien (?:nay |dang )?co|(?:ca nuoc|toan quoc|toan tinh)(?: \w+){0,2} co) bao nhieu (\w+)"
)
_QUANTITY = re.compile(r"(?<!sản )\blượng\b|\blương thực\b")  # "lượng khách" is no pay
_RATE_OF = re.compile(
    r"\bty le (?:(?:cac|so|nhung) )?(?P<what>(?!(?:cao|thap|bao|la|dat|nay|do|ay|may|nao|phan|tang|giam|hoan|chung|"
    r"trung|tren|toi|rat|trong|cua|giua|con)\b)[^\W\d]+ (?!(?:la|dat|cua|o|tai|nam|bao|nay|do|con)\b)[^\W\d]+)\b"
)
_PERCENT_ASKED = re.compile(r"\b(?:bao nhieu|may) phan tram\b")
_LEADING = r"\W*(?:(?:tong|quy mo|muc|hien|xin hoi|cho (?:toi )?(?:hoi|biet))\s+)*"
# Measures that every text calls by their name; a figure under another name is of something else.
_MEASURES = {
    "dan so": r"\bdan so\b|\bnhan khau\b",
    "thu ngan sach": r"\bthu\b[^.;]{0,20}\bngan sach\b|\bthu nsnn\b",
    "chi ngan sach": r"\bchi\b[^.;]{0,20}\bngan sach\b|\bchi nsnn\b",
    "kim ngach": r"\bkim ngach\b",
    "phu cap": r"\bphu cap\b|\bboi duong\b",
    "dien tich": r"\bdien tich\b|\d\s*(?:ha|k?m[2²]|hec ta|met vuong)\b",
    "san luong": r"\bsan luong\b|\d\s*tan\b",
    "doanh thu": r"\bdoanh thu\b",
    "(?:muc (?:tien )?|(?:so )?tien )phat": r"\bphat (?:tien|canh cao|tu|hanh chinh|vi pham)\b|\b(?:muc|bi|xu) phat\b",
    "hoc phi": r"\bhoc phi\b",
    "le phi": r"\ble phi\b",
    "tong (?:muc|von) dau tu": r"\btong (?:muc|von) (?:dau tu|thuc hien)\b|\btong kinh phi\b|\bvon dau tu\b",
    "thu nhap binh quan": r"\bthu nhap\b",
    "so dien thoai": r"\bdien thoai\b|\bduong day\b",
    "he so": r"\bhe so\b",
    "(?:muc )?luong toi thieu": r"\bluong toi thieu\b",
    "(?:muc )?luong co so": r"\bluong co so\b",
    "(?:tien )?luong": r"\b(?:tien|muc|bac|he so|tra|huong) luong\b|\bluong (?:co so|co ban|toi thieu)\b",
}
# Not folded: "X phí" is a due of its own ("đoàn phí", "viện phí"), where X is no verb and no word for any cost.
_DUE = re.compile(
    r"\b(?!(?:kinh|chi|các|mức|khoản|loại|tiền|thu|nộp|đóng|trả|miễn|giảm|tính|hoàn|lãng|phung|phục|và|hoặc|có|mất|"
    r"được|không|những|nhiều|ít|bao|nhiêu|từ|của|theo)\b)[^\W\d_]+ phí\b"
)


# "Bao nhiêu một tháng": what is given by the year or by the session is no such figure.
_RATE_ASKED = re.compile(
    r"\bbao nhieu(?: \w+)?\s*(?:moi|mot|hang|/|tren)\s*(?P<per>thang|nam|quy|ngay|buoi|gio|khoa|lan|tiet)\b"
)
_RATE_SAID = re.compile(r"/\s*(thang|nam|quy|ngay|buoi|gio|khoa|lan|tiet)\b")
_WORTH_ASKED = re.compile(r"\btri gia (?:la )?bao nhieu\b")
_WORTH_SAID = re.compile(
    r"\btri gia\b|\bgia tri\b|\bgia\b|\bmoi (?:suat|chiec|cai|phan|can)\b|/(?:suat|chiec|cai|phan|can)\b"
)


# Not folded: "gia đình", "già". What a thing costs is told by a price or by an amount for each.
_PRICE_ASKED = re.compile(
    r"\bgiá (?:bán |mua |thuê |bình quân |trung bình )?(?:mỗi|một|1|của)\b.*\bbao nhiêu\b|"
    r"\bgiá (?:vé|xăng|nước|điện|đất|nhà|thuê|dịch vụ|phòng)\b.*\bbao nhiêu\b|\bgiá (?:là )?bao nhiêu\b|"
    r"\bbao nhiêu (?:tiền|đồng) (?:một|mỗi|1) (?!tháng|năm|ngày|người|lần)\w",
    re.IGNORECASE,
)
_PRICE_SAID = re.compile(
    r"\bgiá\b|\btrị giá\b|(?:đồng|tỷ|triệu|nghìn)\s*/|\b(?:mỗi|một|/)\s*\w+[^.;]{0,40}\d[\d.,]*\s*(?:nghìn|"
    r"triệu|tỷ)?\s*đồng\b",
    re.IGNORECASE,
)


def names_price(question: str, sentence: str) -> bool:
    """False where it is asked what a thing costs and the sentence tells no price."""
    return not _PRICE_ASKED.search(question) or _PRICE_SAID.search(sentence) is not None


def same_rate(question: str, sentence: str) -> bool:
    """False where an amount by the month is asked for and the sentence gives one by something else only."""
    asked, said = fold(question), fold(sentence)
    rate, given = _RATE_ASKED.search(asked), _RATE_SAID.findall(said)
    if rate and given and rate["per"] not in given and not re.search(rf"\b{rate['per']}\b", said):
        return False
    return not _WORTH_ASKED.search(asked) or _WORTH_SAID.search(said) is not None


def names_due(question: str, text: str) -> bool:
    """False where it is asked how much a due such as "đoàn phí" is and `text` names another: "kinh phí công đoàn"."""
    dues = _DUE.findall(question.lower())
    return not dues or all(re.search(rf"\b{re.escape(fold(due))}\b", fold(text)) for due in dues)


def names_measure(question: str, text: str) -> bool:
    """False where a measure such as the population is asked for that `text` does not name."""
    wanted = _measures_asked(question)
    said = fold(text) if wanted else ""
    return all(re.search(named, said) for named in wanted)


@lru_cache(maxsize=256)
def _measures_asked(question: str) -> tuple[str, ...]:
    """How each measure that the question asks for is named in texts."""
    asked = fold(_QUANTITY.sub(lambda found: " " * len(found.group()), question.lower()))
    said_of = rf"(?:{_LEADING}|.*\b(?:co|dat|voi|dong|nop|tra|huong|quy dinh|bi)\s+)"
    return tuple(named for measure, named in _MEASURES.items() if re.match(rf"{said_of}(?:{measure})\b", asked))


def states_stock(question: str, sentence: str) -> bool:
    """False where it is asked how many of something there are now and the sentence has no figure of that."""
    if not (asked := asks(_ASKS_STOCK, question)):
        return True
    noun, said, after = re.escape(asked[1]), fold(sentence), re.findall(r"\w+", fold(question)[asked.start(1) :])[1:3]
    numeral = r"(?:\d[\d.,]*|\b(?:hai|ba|bon|nam|sau|bay|tam|chin|muoi))(?:\s*\([^)]*\))?"
    figure = rf"{numeral}\s+(?P<between>(?:\w+\s+){{0,2}}?)"
    follows = r"[^.;]{0,40}?(?:\b(?:la|co|dat|gom|tong so)\b|:|\|)\s*(?:\w+\s+){0,2}?\d"
    counted = (
        "luot" not in found["between"] and not _of_a_part(said[found.end() :], after, fold(question))
        for found in re.finditer(rf"{figure}{noun}\b", said)
    )
    return any(counted) or re.search(rf"\b{noun}\b{follows}", said) is not None


def _of_a_part(rest: str, name: list[str], question: str) -> bool:
    """Whether what follows tells that only some are counted: "112 hòa giải viên được tặng Bằng khen"."""
    for word in name:
        rest = re.sub(rf"^\s+{re.escape(word)}\b", "", rest)
    part = re.match(r"\s+(duoc|bi|dat|tham gia|vi pham|nghi|thoi|xin)\b", rest)
    return part is not None and re.search(rf"\b{part[1]}\b", question) is None


def names_rate_of(question: str, sentence: str, around: str) -> bool:
    """False where a rate is asked for and nothing names what it is the rate of: "tỷ lệ hộ nghèo"."""
    asked = _RATE_OF.search(asking_folded(question))
    if asked is None or set(asked["what"].split()) <= set(re.findall(r"\w+", fold(sentence))):
        return True
    return asked["what"] in " ".join(re.findall(r"\w+", fold(around)))


def gives_percent(question: str, sentence: str) -> bool:
    """False where it is asked how many per cent and the sentence, which is no row of a table, has none."""
    return asks(_PERCENT_ASKED, question) is None or "%" in sentence or "phần trăm" in sentence.lower()
