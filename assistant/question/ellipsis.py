"""Reads "còn X thì sao?": the question before, asked of something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import regex

from assistant.question.asking import asking_folded
from assistant.question.instead import (
    aspect_instead,
    body_instead,
    figure_instead,
    half_instead,
    measure_instead,
    measures_another,
    people_instead,
    period_instead,
    person_instead,
    place_and_year,
    place_instead,
    role_instead,
    side_instead,
)
from assistant.question.places import find_provinces, with_provinces
from assistant.question.shorthand import ABBREVIATIONS
from assistant.question.topic import QUESTION_WORDS, YEAR, name_end, with_topic
from assistant.types import Turn
from vectorstore.text.dates import find_years
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import find_symbols

# All patterns run on folded text, which has the same length, so a question without diacritics is read the same way.
_ELLIPSIS = re.compile(
    r"^(?:vay|the|nhung)?\s*(?:(?:con|the|vay|the con|vay con)(?: (?:rieng|doi voi))?|rieng(?=.*\bthi\b))\s+"
    r"(?P<rest>\S.*?)\s*"
    r"(?:thi\s+(?:ty le|con so|so|muc|chi tieu|so lieu|so luong|so tien|kinh phi|gia tri)\s+(?:do|nay|ay)\s+"
    r"(?:(?:se )?(?:la|dat|con)\s+)?(?:bao nhieu|the nao|ra sao|may)|"
    r"thi\s+(?P<asked>sao|the nao|nhu the nao|duoc bao nhieu|la bao nhieu|bao nhieu|la ai|la gi|"
    r"ai|gi|o dau|khi nao)|"
    r"thi\s+(?:ai|(?:nguoi|dong chi|ong|ba) nao)\s+(?:lanh dao|phu trach|dung dau|nam giu|giu|dam nhiem|lam)|"
    r"the nao|ra sao|sao)?"
    r"(?:\s+(?:a|nhi|vay))?\s*[?.!]*$"
)
_SPAN = re.compile(  # "Từ 2018 đến 2022 …": one of its years takes the place of all of it
    r"(?i)\b(?:(?:từ|tu|trong|giai đoạn|giai doan)\s+)*(?:(?:năm|nam)\s+)?(?:19|20)\d\d\s*(?:-|–|đến|den|tới|toi)\s*"
    r"(?:(?:hết|het)\s+)?(?:(?:năm|nam)\s+)?(?:19|20)\d\d"
)
_ON_WHAT = re.compile(r"(?i)\s+(?:về|ve)\s[^?]*\?*$")
_UNTIL_YEAR = re.compile(r"(?:(?:den|toi|vao|trong|het|cuoi|dau|giua)\s+)*(?:nam\s+)?(?:19|20)\d\d")
_WHO_IS = re.compile(r"\bla ai\W*$")
PLACED_WORDS = 9  # of a whole question of another place
_ONLY_WHERE = regex.compile(
    r"(?:ở|tại|của|bên|phía)\s+(?:(?:tỉnh|thành phố|huyện|xã|phường|thị xã)\s+)?\p{Lu}\p{Ll}*(?:\s\p{Lu}\p{Ll}*)*"
    r"(?:$|\s+thì\s)"
)
_OF_THOSE = re.compile(r"(?:the|con|vay)\s+(?P<rest>trong (?:so |tong so )?\d[^?]*\b(?:bao nhieu|may)\b)")
_HOW_ABOUT = re.compile(r"^(?!(?:neu|truong hop|khi|gia su)\b)(?P<rest>\S.{2,60}?)\s+thi\s+(?:sao|the nao)\s*[?.!]*$")
_RELATIVE_YEAR = re.compile(
    r"(?<!so voi )\bnam (?:(?P<before>truoc|lien truoc|ngoai)|sau|tiep theo|ke tiep)(?: (?:do|day|nua))?\b"
)
_NO_THING = re.compile(
    r"\b(?:nam|sang|qua|buoc sang|trong|vao|den|toi|het|giai doan|nhiem ky|o|tai|dat|duoc|la|co|thi|"
    r"bao nhieu|may|cua|thuc te)\b"
)
_COUNTS = re.compile(r"\b(?:bao nhieu|may)\s+(?!(?:tien|dong|trieu|ty|phan tram|ngay|thang|nam|gio|%)\b)(?=\w)")
_WHEN_OR_WHERE = re.compile(
    r"\s(?:(?:trong|vao|cua)\s+)?(?:(?:nam|quy|thang|giai doan|nhiem ky)\s+(?:\d|i|v)|tren dia ban\b|o\b|tai\b).*$"
)
_HOW_MANY = re.compile(r"\bbao nhieu\s*[?.!]*$")
_STANDS_FOR = re.compile(
    r"(?:(?:ty le|con so|so|muc|chi tieu|so lieu|so luong|so tien|kinh phi|gia tri) (?:do|nay|ay) (?:se )?)?"
    r"(?:duoc |la |dat |con )?(?:sao|ra sao|(?:nhu )?the nao|bao nhieu|may|ai|gi|o dau|khi nao)"
)
WHOLE_QUESTION = 12  # words from which a follow-up with a question word of its own needs nothing from before
LONGEST_THING = 300  # characters; what is longer was pasted and is asked about for itself
FULLY_TOLD, LEAST_SHARED = 7, 3  # words of a thing told in full, and of those that it begins with like the old one
MANY_DROPPED = 6  # words of the old thing that still tell what is asked about the new one
MANY_WORDS = 3  # of a new thing that is counted; fewer may be a part of the old one: "Thế cá nhân thì bao nhiêu?"
# "Còn X, cho tôi đủ danh sách những người được nhận?"
_WANTS = re.compile(r"[^,]{12,},\s*(?:cho (?:toi|biet|xin)|liet ke|ke ten|ke|neu|ai|co bao nhieu|gom)\b\s+\w+")
_NEW_THING = re.compile(r"(?P<thing>\w+(?: \w+){2,8}?) thi ")
_COMPARED_WITH = re.compile(  # "So với năm 2024 thì sao?"
    r"(?:the |con |vay )?(?P<rest>so voi (?:cung ky )?(?:nam (?:19|20)\d\d|nam (?:truoc|ngoai)|cung ky(?: nam truoc)?))"
    r"(?: thi)?(?: sao| the nao| nhu the nao| ra sao)?[?.! ]*"
)
_ASKED_WORD = re.compile(r"\b(?:bao|nhieu|may|la|duoc)\b")
_HOW_MANY_WORDS = ("bao nhieu", "may")
_PLACED = re.compile(r"\s(?:ở|tại|trên địa bàn|(?:trong )?năm \d)")  # where and when stay as they were
_INSTEAD = (
    person_instead, people_instead, aspect_instead, figure_instead, role_instead, half_instead, measure_instead,
    side_instead, place_instead, body_instead,
)  # fmt: skip
_SUPERLATIVE = re.compile(r"\b(?:cung ky|toi da|toi thieu|(?:cao|thap|it|nhieu|dai|ngan|lon|nho|cham|som) nhat)\b")
_JOINING = frozenset(
    ["ay", "ba", "cac", "cho", "cua", "den", "do", "hai", "kia", "len", "mot", "nam", "nay", "ngay", "nhung", "o", "so",
     "tai", "thang", "tro", "trong", "tu", "va", "voi"]
)  # fmt: skip


def put_instead(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """What "còn X thì sao" says of X that the question before did not: new words with the one they stand before."""
    asked = [turn.content for turn in history if turn.role == "user"]
    match = _ELLIPSIS.match(fold(question)) if asked else None
    if not match or QUESTION_WORDS.search(match["rest"]) or find_symbols(match["rest"]):
        return ()
    before = set(re.findall(r"\w+", fold(asked[-1])))
    thing = re.split(r"\s(?:thi|la|duoc|co|phai)\b", match["rest"])[0]
    rest = _SUPERLATIVE.sub(lambda found: "," * len(found.group()), thing)
    runs: list[list[str]] = [[]]
    for word in re.finditer(r"\w+|,", rest):
        start = match.start("rest") + word.start()
        typed = question[start : start + len(word.group())]
        said = word.group().isalpha() and word.group() not in _JOINING and typed.lower() not in ("số", "so")
        if not said or typed.isupper() or typed.lower() in ABBREVIATIONS:
            runs.append([])
        elif word.group() in before:
            runs += [[]] if not runs[-1] else [[*runs.pop(), typed], []]
        else:
            runs[-1].append(typed)
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def own_question(question: str, previous: str) -> str | None:
    """What follows "còn", "thế" where it asks a whole question: "Thế hội nghị … năm 2018 thì họp ngày nào?".

    One of another place may be shorter, where it shares no two words running with the question before.
    """
    if part := _OF_THOSE.match(fold(question)):
        rest = question[part.start("rest") :]
        return f"{rest[:1].upper()}{rest[1:]}"
    match = _ELLIPSIS.match(fold(question))
    whole = question[match.start("rest") :] if match else ""
    placed = find_provinces(with_provinces(whole))
    asks = _WHO_IS.search(fold(whole)) or _asks_itself(whole)
    if placed and asks and len(whole.split()) >= PLACED_WORDS and not _shares_words(whole, previous):
        return f"{whole[:1].upper()}{whole[1:]}"
    of_its_own = placed and YEAR.search(whole) and QUESTION_WORDS.search(asking_folded(whole))
    if len(whole.split()) < WHOLE_QUESTION or not (of_its_own or _asks_itself(whole) or _WANTS.search(fold(whole))):
        return None
    return f"{whole[:1].upper()}{whole[1:]}"


def _shares_words(question: str, previous: str) -> bool:
    """Whether two words running, other than those that ask or place, are in both."""
    words = [word for word in fold(question).split() if not _ASKED_WORD.fullmatch(word)]
    before = f" {' '.join(re.findall(r'[^ ,.?!]+', fold(previous)))} "
    return any(f" {one} {other} " in before for one, other in pairwise(words))


def ask_again(question: str, previous: str) -> str | None:
    """The previous question asked of what "còn X thì sao" names; None where the question is no such ellipsis."""
    folded = fold(question)
    if compared := _COMPARED_WITH.fullmatch(folded):
        rest = question[compared.start("rest") : compared.end("rest")]
        return f"{previous.rstrip(' ?.!')} {rest[:1].lower()}{rest[1:]}?"
    match = _ELLIPSIS.match(folded)
    if match is None and (how := _HOW_ABOUT.match(folded)) and not QUESTION_WORDS.search(how["rest"]):
        return _substitute(question[how.start("rest") : how.end("rest")], previous)
    if not match or len(match["rest"]) > LONGEST_THING:
        return None
    rest = question[match.start("rest") : match.end("rest")]
    part = folded.startswith("rieng")  # of what was counted before
    counting = _counted_instead(rest, previous) if _HOW_MANY.search(folded) and not part else None
    if counting is None and (other := _asks_otherwise(match, question, previous)):
        return other
    return counting or _substitute(rest, previous)


def _asks_otherwise(match: re.Match[str], question: str, previous: str) -> str | None:
    """ "Thế thuyền viên thì được bao nhiêu?" after "… được trả mấy lần?": another thing is asked of what is named."""
    asked = match["asked"] or ""
    word = asked.removeprefix("duoc ").removeprefix("la ")
    if not asked or asked in ("sao", "the nao", "nhu the nao") or find_years(match["rest"]):
        return None
    alike = _HOW_MANY_WORDS if word == "bao nhieu" and _COUNTS.search(asking_folded(previous)) is None else (word,)
    if any(re.search(rf"\b{one}\b", fold(previous)) for one in alike):
        return None
    rest = question[match.start("rest") : match.end("rest")]
    return with_topic(f"{rest} {question[match.start('asked') : match.end('asked')]}", previous)


def _asks_itself(question: str) -> bool:
    """Whether more is asked after "thì" than a word that stands for the question before: "… thì họp ngày nào?"."""
    after = re.search(r"\bthi\s+(.+?)[?.!\s]*$", fold(question))
    return bool(after and QUESTION_WORDS.search(after[1]) and not _STANDS_FOR.fullmatch(after[1]))


def _counted_instead(rest: str, previous: str) -> str | None:
    """Something else is counted: "Thế tin, bài thì được bao nhiêu?" after "Năm 2023 có bao nhiêu mô hình đăng ký?"."""
    base = previous.rstrip(" ?.!")
    counts = _COUNTS.search(asking_folded(base))
    if _UNTIL_YEAR.fullmatch(fold(rest)) or _ONLY_WHERE.match(rest) or _RELATIVE_YEAR.search(fold(rest)):
        return None
    if not counts or len(rest.split()) < MANY_WORDS or fold(rest).split()[0].strip(",") in fold(base).split():
        return None
    when = _WHEN_OR_WHERE.search(fold(base), counts.end())
    return f"{base[: counts.end()]}{rest}{base[when.start() :] if when else ''}?"


def _substitute(rest: str, previous: str) -> str:
    """Put what is new in place of what it replaces: a year for the year, a place for the place."""
    base = previous.rstrip(" ?.!")
    new_symbols, old_symbols = find_symbols(rest), find_symbols(base)
    if new_symbols and old_symbols:
        return f"{base[: old_symbols[0].start]}{new_symbols[0].text}{base[old_symbols[0].end :]}?"
    if told := _alike_instead(rest, base) or period_instead(rest, base):
        return told
    years = YEAR.findall(rest := year_named(rest, base))
    if years and YEAR.search(base):
        if years[0].isdigit() and (span := _SPAN.search(base)):
            base = _SPAN.sub(f"{'năm' if span.start() else 'Năm'} {years[0]}", base)
        return _of_year(_without(rest, years[0]), YEAR.sub(years[0], base))
    new_places, old_places = find_provinces(rest), find_provinces(base)
    if new_places and old_places:
        _, start, end = old_places[-1]
        return f"{base[:start]}{new_places[0][0]}{base[end:]}?"
    if QUESTION_WORDS.search(asking_folded(rest)):
        return with_topic(
            rest,
            place_and_year(base) if measures_another(rest, base) else _without_shared(previous, rest),
        )
    for instead in _INSTEAD:
        if put := instead(rest, base):
            return put
    return f"{_swap_head(rest, base)}?"


def _alike_instead(rest: str, base: str) -> str | None:
    """Another thing told as fully as the one before: "bài về hội nghị … của Hội đồng …" for "bài về hội nghị …"."""
    words = fold(rest).split()
    if len(words) < FULLY_TOLD or QUESTION_WORDS.search(asking_folded(rest)):
        return None
    for count in range(len(words) - 1, LEAST_SHARED - 1, -1):
        shared = re.search(rf"\b{re.escape(' '.join(words[:count]))}\b", fold(base))
        if shared:
            end = name_end(base, shared.end()) or len(base)
            return f"{base[: shared.start()]}{rest}{base[end:]}?"
    return None


def _of_year(thing: str, base: str) -> str:
    """The question, already of the new year, asked of the thing that was named with the year, if any."""
    words = _NO_THING.sub("", fold(thing)).replace(",", " ").split()
    if all(re.search(rf"\b{re.escape(word)}\b", fold(base)) for word in words):
        return f"{base}?"
    if QUESTION_WORDS.search(asking_folded(thing)):
        return with_topic(thing, base)
    return measure_instead(thing, base) or f"{base} {thing}?"


def year_named(rest: str, base: str) -> str:
    """The year that "năm trước đó" means after a question on one year."""
    relative, years = _RELATIVE_YEAR.search(fold(rest)), set(YEAR.findall(base))
    if relative is None or len(years) != 1 or not (year := years.pop()).isdigit():
        return rest
    meant = int(year) + (-1 if relative["before"] else 1)
    return f"{rest[: relative.start()]}năm {meant}{rest[relative.end() :]}"


def _without_shared(previous: str, rest: str) -> str:
    """The previous question without the words of the thing that another of its kind now stands for: "còn X thì …"."""
    if fold(rest).startswith("ve "):  # "Còn về tổ chức, …" after "… yêu cầu gì về công tác tuyên truyền?"
        previous = _ON_WHAT.sub("?", previous)
    new = _NEW_THING.match(fold(rest))
    words = fold(new["thing"]).split() if new else []
    for count in range(len(words), 1, -1):
        for start in range(len(words) - count + 1):
            shared = re.search(rf"\b{re.escape(' '.join(words[start : start + count]))}\b", fold(previous))
            if shared:
                return f"{previous[: shared.start()]}{previous[shared.end() :]}"
    return previous


def _without(text: str, year: str) -> str:
    return re.sub(rf"(?i)\bnăm\s+{year}|\b{year}", "", text).strip(" ,")


def _swap_head(rest: str, base: str) -> str:
    """A new thing of the same kind takes the place of the old one ("còn Phó Trưởng ban thì sao")."""
    words = fold(rest).split()
    for count in range(len(words) - 1, 0, -1):  # "mô hình cá nhân" takes the place of "mô hình tập thể"
        if len(" ".join(words[:count])) < 4:
            break
        following = len(words) - count
        shared = re.search(rf"\b{re.escape(' '.join(words[:count]))}(?:\s+\w+){{{following}}}", fold(base))
        if shared and not _ASKED_WORD.search(shared.group()):
            return f"{base[: shared.start()]}{rest}{base[shared.end() :]}"
        alone = re.search(rf"\b{re.escape(' '.join(words[:count]))}\b", fold(base)) if shared and count > 1 else None
        if alone:
            return f"{base[: alone.start()]}{rest}{base[alone.end() :]}"
    for start in range(len(words) - 1):  # "Phó Trưởng ban" shares "Trưởng ban" with what was asked
        shared = re.search(rf"\b{re.escape(' '.join(words[start:]))}\b", fold(base))
        if shared:
            return f"{base[: shared.start()]}{rest}{base[shared.end() :]}"
    first = words[0]
    match = re.search(rf"\b{re.escape(first)}\b", fold(base))
    if match and len(first) > 2:
        placed = _PLACED.search(base.lower(), match.end())
        ends = [placed.start() if placed else len(base), name_end(base, match.start()) or len(base)]
        end = min(ends)
        dropped = base[match.end() : end].strip(" ,")
        told = f" ({dropped})" if len(dropped.split()) >= MANY_DROPPED and end == len(base) else ""
        return f"{base[: match.start()]}{rest}{base[end:]}{told}"
    return f"{base} {rest}" if not QUESTION_WORDS.search(fold(base)) else f"{base}, {rest}"
