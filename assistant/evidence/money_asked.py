"""Amounts of money: whether one is asked for, and whether a sentence gives one."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.question.asking import asks, asks_written
from assistant.question.understand import Question

_MONEY_ASKED = re.compile(
    r"\b(?:kinh phi|so tien|bao nhieu tien|muc (?:ho tro|chi|thuong|phat|luong|phu cap|dong gop))\b.*\bbao nhieu\b|"
    r"\bbao nhieu (?:tien|dong(?! (?:ho|chi|bao|su|hon)\b)|trieu|ty|kinh phi|von)\b|"
    r"\b(?:duoc|muc) (?:ho tro|tro cap|thuong|phu cap)\b.*\bbao nhieu\s*(?:(?:moi|mot|/|tren)\s*\w+\s*)?[?.]*$"
)
_NO_MONEY = re.compile(r"\bbao nhiêu (?:dòng|động|đống|vốn từ)\b")
# "1,2 triệu lượt người" is no sum, though few write "đồng" behind every "triệu".
_COUNTED = (
    r"người|lượt|trẻ|hộ|con|cây|tấn|ha|km|m[23²³]?|kWh|lao động|hội viên|đoàn viên|học sinh|dân|khách|liều|cuốn|bản|"
    r"hồ sơ|đơn vị|cán bộ|nông dân|tài khoản|thuê bao|sản phẩm|việc làm|ngày công|tin|bài"
)
_MONEY = re.compile(
    r"\d[\d.,]*\s*(?:\([^)]*\)\s*)?(?:đồng\b(?! chí)|(?:USD|VNĐ|VND)\b|"
    rf"(?:trăm|triệu|tỷ|tỉ|nghìn|ngàn)\b(?!\s+(?:{_COUNTED})\b)|"
    r"lần\s+(?:so với\s+)?(?:mức\s+)?(?:lương|giá|tiền|học phí|hỗ trợ|trợ cấp|phụ cấp|chuẩn))|"
    r"\d\.\d{3}\.\d{3}|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|lăm)\s+"
    r"(?:(?:trăm|nghìn|ngàn|triệu|tỷ)\s+)*đồng\b",
    re.IGNORECASE,
)
# A share may stand for an amount where it is one of money.
_OF_MONEY = re.compile(
    r"\b(?:mức|lương|giá|tiền|vốn|kinh phí|chi phí|học phí|lệ phí|phí|ngân sách|lãi|doanh thu|bảo hiểm|thu nhập|"
    r"phụ cấp|trợ cấp|hỗ trợ|mức đóng|giá trị)\b",
    re.IGNORECASE,
)
# "Lao động", "công ty" are no money; the head of a table's column may be: "Kinh phí (triệu đồng)".
MONEY_SIGNS = (
    r"\d\s*(?:\([^)]*\)\s*)?(?:(?:tram|nghin|ngan|trieu|ty)\s+)*"
    r"(?:dong\b(?! chi)|(?:trieu|ty|ti|nghin|ngan|usd|vnd)\b)|"
    r"\b(?:tram|nghin|ngan|trieu|ty|muoi) dong\b|\btrieu\b|[(:] ?(?:ty|nghin|ngan|dong)\b|\blan (?:muc )?luong\b|"
    r"\d\.\d{3}\.\d{3}"
)
SHARE = re.compile(r"\d+(?:[.,]\d+)?\s*%")


def asks_money(question: Question) -> bool:
    """Whether an amount of money is asked for."""
    return asks(_MONEY_ASKED, question.asking) is not None and not asks_written(_NO_MONEY, question.asking)


@lru_cache(maxsize=8192)
def says_money(sentence: str) -> bool:
    """An amount, so many times one, or a share of something that is paid."""
    share = SHARE.search(sentence) and _OF_MONEY.search(sentence)
    return bool(_MONEY.search(sentence) or share)
