"""What a question asks for and what any evidence for it must bear out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import regex

from assistant.question.asking import asking_folded
from assistant.question.common_terms import SyllableCounts
from assistant.question.ellipsis import put_instead
from assistant.question.followup import standalone
from assistant.question.joined import part_apart
from assistant.question.lunar_years import lunar_years
from assistant.question.names import PERSON, capitalised_persons, capitalised_places, find_names, uncapitalised
from assistant.question.parts import split
from assistant.question.places import find_provinces
from assistant.question.provisions import Provision, find_provisions
from assistant.question.roles import HEAD
from assistant.question.shorthand import ABBREVIATIONS, expand_abbreviations, name_heads, spell_out
from assistant.question.spelling import mend
from assistant.question.topic import CARRIED_OVER
from assistant.question.totals import by_year, total_years
from assistant.types import Turn
from vectorstore.text.dates import find_dates, find_years
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import Symbol, find_symbols

Expects = Literal["person", "date", "number", "place", "organ", "list", "text"]

# "Thứ trưởng Bộ Y tế nào dự hội nghị?"
_ORGAN_OF = r"(?:bo|so|ban|hoi|uy ban|hdnd|ubnd|cuc|tinh uy)(?:\s+\w+){0,4}?"
# "Những địa phương nào có tỷ lệ … trên 90%?" asks for no figure.
_WHICH_ONES = (
    r"(?:dia phuong|tinh|huyen|xa|phuong|don vi|nganh|linh vuc|co quan|thanh pho|truong|benh vien|doanh nghiep|cong ty|"
    r"nhom|quoc gia|vung|khu vuc|mo hinh|chi tieu|so)"
)
# On folded text. Order matters: the first that matches decides.
_EXPECTS: tuple[tuple[Expects, str], ...] = (
    ("text", r"\b(?:vi|tai) sao\b|\bly giai\b|\bdo dau ma\b|\bgiua ai (?:voi|va) ai\b|\b(?:toi|den) dau(?: roi)?\W*$"),
    ("list",
        r"^(?:(?:hay|xin|nho|cho toi|giup) )*liet ke\b|\bmay (?!(?:gio|ngay|thang|nam|tuoi|"
        r"lan)\b)(?:\w+ ){1,4}?(?:gi|nao)\b"),
    ("person", rf"(?<!bo ){HEAD.pattern}\s+nao\b|{HEAD.pattern}\s+{_ORGAN_OF}\s+(?<!xa )(?<!huyen )(?<!tinh )nao\b|"
               r"\bai\b|\b(?:dong chi|d/c|ong|ba|lanh dao(?: cap cao| chu chot)?|pho ban|pho phong) nao\b|"
               r"\bnguoi nao\b(?!.*\bthi\b.*\b(?:bao nhieu|bao lau|may|gi|the nao|ra sao)\b)|"
               r"\bten (?:la|gi\W*$|cua ai)\b|\bten gi\W*$|\bho ten\b"),
    ("number", r"(?<!\bso )\bbao nhieu\b|"
    r"(?<!\bso )(?<!\bngay )(?<!\bthang )(?<!\bhom )(?<!\bnam )\bmay\s+(?!nam gan)|"
               r"\bbao lau\b|\bbao xa\b|"
               rf"^(?!.*\b{_WHICH_ONES} nao\b).*(?:\bso luong\b|\bty le\b(?!.*\b(?:the nao|ra sao)\b)|"
               r"\bmuc (?:ho tro|thuong|phat|chi|thu|dong)\b|\btoc do\b)|^so (?!con lai)\w+ (?!nao)"),
    ("date", r"\b(?:ngay|thang|nam|thoi gian|thoi diem|hom|quy) (?:nao|may|bao nhieu)\b|\bkhi nao\b|\bbao gio\b|"
     r"\bluc nao\b|\bbuoi nao\b|"
             r"\btu khi\b|^(?:(?:hay|xin) )?(?:cho (?:toi )?biet |neu )?thoi gian(?:,| va) (?:dia diem|noi)\b"),
    ("place", r"\bo dau\b|\btai dau\b|\bdau la noi\b|\b(?:tinh|huyen|xa|thanh pho|noi|dia phuong|dia diem|diem "
     r"cau|khu vuc) nao\b"),
    ("list", r"\bnhung\b.*\b(?:(?<!the )nao|gi)\b|\bcac\b.*\b(?:(?<!the )nao|gi)\b|"
             r"\bgom (?:nhung )?(?:gi|ai|nao)\b|\bliet ke\b|"
     r"\bnhung gi\b|"
             r"\bneu (?:cac|nhung|\d+|nhiem vu|han che|ton tai|ket qua|giai phap|"
             r"noi dung|muc tieu|chi tieu|nguyen nhan|kien nghi)\b|"
             r"^(?:hay )?(?:ke ten|ke ra|ke|trinh bay) (?!tu\b)|\bke ten\b"),
    ("organ", r"\b(?:co quan|bo tu lenh|bo chi huy|don vi|to chuc|ban|bo|so|tap the|hoi) nao\b"),
)  # fmt: skip
_CONFIRM = re.compile(
    r"[\s,]*(?:(?:có|co)\s+)?(?:đúng|dung|phải|phai|thật|that|chính xác|chinh xac)\s+(?:vậy\s+|vay\s+|như vậy\s+)?"
    r"(?:không|khong|ko|k|chưa|chua)(?:\s+(?:ạ|a|nhỉ|nhi|vậy|vay|thế|the))?\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_CONFIRM_AROUND = re.compile(
    r"^\s*(?:có phải|co phai|phải chăng|phai chang|có đúng(?: là)?|co dung(?: la)?)\s+"
    r"(.+?)\s*(?:không|khong|ko)?\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"\bco (?:dung|phai)\b|(?<!bao )\b(?:khong|ko|chua)\s*[?.]*\s*$|\bha\s*\?*$|\b(?:co|da)\b.+\b(?:khong|ko|"
    r"chua)\s*[,?.]"
)
_NUMBER = re.compile(
    r"(?:(?<![\w/.-])\d{1,3}(?:[.,]\d{3})+(?![\w/-])|(?<![\w/.,-])\d+(?:[.,]\d+)?%?(?![\w/-]))"
    r"(?!\s+(?:tháng|thang)\s+(?:đầu|dau|cuối|cuoi)\b)"  # "6 tháng đầu năm" is a time
)
_LONG_AGO = re.compile(r"(?i)\b(?:năm|nam) 1[0-8]\d\d\b")  # a year as well, though none of a document here
_ORDINAL = re.compile(
    r"\b(?:giải|hạng|lần thứ|khóa|khoá)\s+(?:nhất|nhì|ba|tư|năm|khuyến khích|[IVXLC]+|\d{1,2})\b|"
    r"\b(?:phiên họp|phiên|kỳ họp|cuộc họp|hội nghị|đợt)\s+thứ\s+(?:nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|"
    r"mười(?: \w+)?|\d{1,2})\b",
    re.IGNORECASE,
)
_RANK = re.compile(r"\b(?:giai|hang) (?:nhat|nhi|ba|khuyen khich)\b|\b(?:lan thu|khoa) (?:[ivx]+|\d{1,2})\b")
_QUOTED = re.compile(r"[\"“”«]([^\"“”»]{3,120})[\"“”»]")
# The year in a law's name tells which law, not of which year the answer must speak.
_LAW_YEAR = re.compile(
    r"(?<!\bky )(?<!\bphap )\b(?:bo luat|luat|hien phap|phap lenh)\b"
    r"(?:\s+(?!nam\b|quy dinh\b|va\b|la\b)[\w-]+){0,8}?,?\s+"
    r"(?:nam\s+)?((?:19|20)\d\d)\b"
)
BESIDES = re.compile(
    r"(?:^|(?<=[\s,]))(?:ngoài|ngoai)\s+(?P<known>(?!trời|giờ|nước|khơi|nhà nước|ngân sách|công lập)[^,?]{2,60}?)"
    r"(?:\s+ra)?(?:,|\s+thì|\s+thi)\s+(?=\S)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[IVX]+")
_SPEAKER = regex.compile(
    r"^\W*(?:(?i:đồng chí|ông|bà|đ/c)\s+)?(?:\p{Lu}\p{Ll}*\s+){2,5}(?:nói|cho biết|khẳng định|nhấn mạnh|cho rằng)\b"
)
_YEARS_LAST = re.compile(r"(?i)\b(?:năm|nam|kỳ|ky|đoạn|doan)\s+(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?[\s.,?]*$")
_SERVICE = re.compile(r"^\s*Sở\b", re.IGNORECASE)  # asks for no "số"
_NUMBERED_UNIT = re.compile(
    r"\b(?:(?:quan|binh|su|lu|trung|tieu|hai) doan|quan khu|vung|khu vuc|ban quan ly du an \w+)\s+\d{1,3}\b"
)
_PROVISION = re.compile(r"\b(?:dieu|khoan|diem|muc|chuong)\s+\d+[a-z]?(?:\s*(?:,|va|den|-)\s*\d+[a-z]?)*")
_ACRONYM = re.compile(r"(?<![\w/-])[A-ZĐ]{3,6}(?![\w/-])")  # GRDP, ABTC: the name of a thing; not UBND or BCĐ


_WIDER = re.compile(r"\b(?:ca nuoc|toan quoc|trung uong|chinh phu|bo chinh tri|quoc hoi|thu tuong)\b")


@dataclass(frozen=True)
class Question:
    """A question as understood. Constraints are what a cited sentence, or its document, must bear out."""

    asked: str  # as typed, NFC
    text: str  # standalone, spelling mended: what is shown as the question understood
    unaccented: bool  # typed without diacritics: search the folded words
    expects: Expects
    yes_no: bool
    confirm: bool  # a statement put for confirmation: "…, đúng không?"
    symbols: tuple[Symbol, ...] = ()
    years: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()  # figures stated in the question, other than years and symbols
    names: tuple[str, ...] = ()  # persons and places
    quoted: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()  # "giải Ba", "lần thứ III", "hạng Nhì"
    provisions: tuple[Provision, ...] = ()
    dates: tuple[tuple[int, int, int | None], ...] = ()  # (day, month, year or None) stated in the question
    instead: tuple[str, ...] = ()  # words that "còn X thì sao" puts in place of what was asked about before
    expansion: str = ""  # abbreviations spelled out, added for search
    total: tuple[int, ...] = ()  # the years that are asked about together; the parts are then the question year by year
    parts: tuple[str, ...] = ()  # sub-questions, when several things are asked at once

    @cached_property
    def asking(self) -> str:
        """The text without the topic that was added to a follow-up: what kind of answer is wanted."""
        return BESIDES.sub(" ", CARRIED_OVER.sub("?", self.text))

    @property
    def besides(self) -> str:
        """What is known already and asked beyond: "ngoài Mặt trận ra thì còn tổ chức nào?"; empty where nothing is."""
        found = BESIDES.search(self.text)
        return found["known"] if found else ""

    @property
    def search_text(self) -> str:
        """What is searched for: a figure put for confirmation is left out, since it may be wrong."""
        text = self.statement if self.confirm else BESIDES.sub(" ", self.text)
        for number in self.numbers if self.confirm else ():
            text = text.replace(number, " ")
        return f"{text} {self.expansion}".strip()

    @property
    def firm_dates(self) -> tuple[tuple[int, int, int | None], ...]:
        """The dates that evidence must bear out: the one that a statement ends in may be what is wrong with it."""
        if not self.confirm or not self.dates:
            return self.dates
        said = self.statement.rstrip(" .,?")
        last = [d for d in find_dates(said) if d.end == len(said) and d.day and d.month]
        return tuple(d for d in self.dates if not last or d != (last[0].day, last[0].month, last[0].year))

    @property
    def firm_years(self) -> tuple[int, ...]:
        """The years that evidence must bear out: where nothing else is put for confirmation, the one at the end is."""
        told = _SPEAKER.sub("", self.text)  # who says it is not put for confirmation
        if not self.confirm or self.numbers or any(PERSON.fullmatch(name) and name in told for name in self.names):
            return self.years
        last = _YEARS_LAST.search(self.statement)
        return tuple(year for year in self.years if not last or str(year) not in last.group())

    @property
    def statement(self) -> str:
        """What is put for confirmation, without "đúng không"."""
        around = _CONFIRM_AROUND.match(self.text)
        return around[1] if around else _CONFIRM.sub("", self.text)


def understand(asked: str, history: Sequence[Turn], counts: SyllableCounts) -> Question:
    """Read a question in its conversation."""
    spelled = mend(_one_blank(asked), counts)
    turns = [_mended(turn, counts) for turn in history]
    text = name_heads(capitalised_places(capitalised_persons(standalone(spelled.text, turns))))
    question = read(asked, text, spelled.unaccented)
    return replace(question, instead=put_instead(spelled.text, turns))


def in_parts(question: Question) -> list[Question]:
    """The questions that are answered one by one: those that it consists of, else the question itself.

    Later ones are held to the one province that the first names, where they name no place themselves.
    """
    if not question.parts:
        return [question]
    first, *later = (read(part, part, question.unaccented) for part in question.parts)
    places = dict.fromkeys(name for name, _, _ in find_provinces(first.text))
    if len(places) != 1:
        return [first, *later]
    elsewhere = (find_provinces(part.text) or _WIDER.search(fold(part.text)) for part in later)
    return [
        first,
        *(
            part if other else replace(part, names=tuple(dict.fromkeys([*part.names, *places])))
            for part, other in zip(later, elsewhere, strict=True)
        ),
    ]


def _mended(turn: Turn, counts: SyllableCounts) -> Turn:
    """An earlier question with its diacritics, where it was typed without any: a follow-up may repeat its words."""
    if turn.role != "user":
        return turn
    typed = _one_blank(turn.content).strip()
    bare = fold(typed) == typed.lower()
    return turn.model_copy(update={"content": mend(typed, counts).text if bare else spell_out(typed, counts)})


def _one_blank(text: str) -> str:
    """One blank for several, one line end for several: rules look at every way to share out a run of blanks."""
    return re.sub(r"\s+", lambda run: "\n" if "\n" in run.group() else " ", text)


def read(asked: str, text: str, unaccented: bool) -> Question:
    """The reading of a question that already stands alone."""
    symbols = find_symbols(text)
    blank = list(text)
    for symbol in symbols:
        blank[symbol.start : symbol.end] = " " * (symbol.end - symbol.start)
    for match in _LAW_YEAR.finditer(fold(text)):
        blank[match.start(1) : match.end(1)] = " " * 4
    if besides := BESIDES.search(text):
        blank[besides.start() : besides.end()] = " " * len(besides.group())
        symbols = [one for one in symbols if not besides.start() <= one.start < besides.end()]
    rest, folded = "".join(blank), asking_folded(BESIDES.sub(" ", CARRIED_OVER.sub("", _SERVICE.sub("", text))))
    confirm = bool(_CONFIRM.search(text) or _CONFIRM_AROUND.match(text))
    years = tuple(dict.fromkeys(find_years(_without_days(rest) if confirm else rest)))
    numbers = tuple(
        n
        for n in _NUMBER.findall(
            _without_provisions(_without_numbered(_LONG_AGO.sub(" ", CARRIED_OVER.sub("?", rest))))
        )
        if not (n.isdigit() and 1900 <= int(n) <= 2100)
    )
    acronyms = [
        word
        for word in _ACRONYM.findall(rest)
        if word.lower() not in ABBREVIATIONS and not text.isupper() and not _ROMAN.fullmatch(word)  # "quý III"
    ]
    provinces = [name for name, _, _ in find_provinces(rest)]
    expects = _expected(folded, confirm and bool(numbers))
    total = () if confirm or symbols else total_years(text, expects == "number")
    apart = part_apart(text) if total else ()
    return Question(
        asked=asked,
        text=text,
        unaccented=unaccented,
        expects=expects,
        yes_no=confirm or bool(_YES_NO.search(folded)),
        confirm=confirm,
        symbols=tuple(symbols),
        years=years,
        numbers=numbers,
        names=tuple(dict.fromkeys([*_own_names(rest, expects), *provinces, *acronyms])),
        quoted=tuple(_QUOTED.findall(text)),
        ordinals=_ordinals(CARRIED_OVER.sub("?", rest), unaccented),
        provisions=tuple(find_provisions(text)),
        dates=tuple((d.day, d.month, d.year) for d in find_dates(text) if d.day and d.month),
        expansion=" ".join([expand_abbreviations(rest), *(f"năm {year}" for year in lunar_years(text))]).strip(),
        total=() if apart else total,
        parts=apart or by_year(text, total) or split(text, years, symbols),
    )


def _own_names(text: str, expects: Expects) -> list[str]:
    """Persons and places; those of the topic carried over give way to one of their kind in what is asked itself."""
    own, found = find_names(uncapitalised(CARRIED_OVER.sub("?", text))), find_names(uncapitalised(text))
    kinds = {PERSON.fullmatch(name) is not None for name in own} | ({True} if expects == "person" else set())
    return [name for name in found if name in own or (PERSON.fullmatch(name) is not None) not in kinds]


def _ordinals(text: str, unaccented: bool) -> tuple[str, ...]:
    """As written; typed without diacritics they may be mended to others: "hàng nhất"."""
    found = _RANK.finditer(fold(text)) if unaccented else _ORDINAL.finditer(text)
    return tuple(text[match.start() : match.end()] for match in found)


def _without_days(text: str) -> str:
    """Blanked, offsets kept: a day put for confirmation says which year with it, and may be wrong."""
    for day in find_dates(text):
        if day.day and day.year:
            text = f"{text[: day.start]}{' ' * (day.end - day.start)}{text[day.end :]}"
    return text


def _without_numbered(text: str) -> str:
    """Blanked, offsets kept: the 6 of "Quân đoàn 6" is a name."""
    for match in _NUMBERED_UNIT.finditer(fold(text)):
        text = f"{text[: match.start()]}{' ' * len(match.group())}{text[match.end() :]}"
    return text


def _without_provisions(text: str) -> str:
    """Blanked, offsets kept: the 132 of "Điều 132" is no figure."""
    for match in _PROVISION.finditer(fold(text)):
        text = f"{text[: match.start()]}{' ' * len(match.group())}{text[match.end() :]}"
    return text


def _expected(folded: str, figure_stated: bool) -> Expects:
    if figure_stated:
        return "number"
    return next((kind for kind, pattern in _EXPECTS if re.search(pattern, folded)), "text")
