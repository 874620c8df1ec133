"""Turns a follow-up into a question that stands alone, by rules: ellipsis, references, and topic carried over.

"Còn năm 2023 thì sao?" after "Năm 2017 ai là Trưởng Ban?" becomes "Năm 2023 ai là Trưởng Ban?"; "Hội nghị đó ở đâu?"
takes the conference named before. A question that names its own topic is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from assistant.question.names import PERSON
from assistant.question.places import find_provinces
from assistant.question.roles import asked_role
from assistant.question.spelling import ABBREVIATIONS
from assistant.types import Turn
from vectorstore.text.normalise import fold
from vectorstore.text.symbols import DOCUMENT_TYPES, find_symbols

# All patterns run on folded text, which has the same length, so a question without diacritics is read the same way.
_ELLIPSIS = re.compile(
    r"^(?:vay|the|nhung)?\s*(?:con|the|vay|con doi voi|the con|vay con)\s+(?P<rest>.+?)\s*"
    r"(?:thi\s+(?:sao|the nao|nhu the nao|duoc bao nhieu|la bao nhieu|bao nhieu|la ai|la gi|"
    r"ai|gi|o dau|khi nao)|the nao|ra sao|sao|nao)?"
    r"\s*(?:a|nhi|vay)?\s*[?.!]*$"
)
_HEADS = (
    "hoi nghi|hoi thi|dai hoi|nghi quyet|quyet dinh|quy dinh|quy che|chi thi|ket luan|huong dan|chuong trinh|ke hoach|"
    "thong tu|nghi dinh|luat|bo luat|thong bao|bao cao|de an|phong trao|mo hinh|cuoc thi|cuoc van dong|du an|"
    "cong trinh|van ban|tinh|huyen|thanh pho|xa|co quan|don vi|ban|hoi dong|uy ban|bo|so|nam|nhiem ky|giai doan"
)
_DOCUMENTS = frozenset(
    [
        "bao cao", "bo luat", "chi thi", "chuong trinh", "de an", "huong dan", "ke hoach", "ket luan", "luat",
        "nghi dinh", "nghi quyet", "quy che", "quy dinh", "quyet dinh", "thong bao", "thong tu", "van ban",
    ]
)  # fmt: skip
_OFFICE = re.compile(r"\b(?:chuc|chuc vu|chuc danh|vi tri|cuong vi)\s+(?:vu\s+)?(?:do|nay|ay|tren)\b")
_EARLIER = re.compile(r"^(?:the )?truoc (?:do|day)\b")
_THAT = r"(?:do|nay|ay|tren|noi tren|vua neu|vua roi|kia)"
_REFERENCE = re.compile(rf"\b(?P<head>{_HEADS})\s+{_THAT}(?=\s|[?.,!]|$)")
_PERSON = re.compile(rf"\b(?:ba|ong|dong chi|anh|chi|vi|nguoi)\s+{_THAT}(?=\s|[?.,!]|$)")
_AT_EVENT = re.compile(r"\b(?:tai|trong|o)\s+(?P<event>hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop)\s*[?.!]*$")
_THERE = re.compile(rf"\b(?:o|tai)\s+{_THAT}(?=\s*[?.!]*$)")
_EVENTS = re.compile(r"\b(?:hoi nghi|dai hoi|hoi thao|hoi thi|cuoc hop|buoi le|le)\b")
_COUNTS = re.compile(r"\b(?:bao nhieu|may)\s+(?!(?:tien|dong|trieu|ty|phan tram|ngay|thang|nam|gio|%)\b)(?=\w)")
_WHEN_OR_WHERE = re.compile(
    r"\s(?:(?:trong|vao|cua)\s+)?(?:(?:nam|quy|thang|giai doan|nhiem ky)\s+(?:\d|i|v)|tren dia ban\b|o\b|tai\b).*$"
)
_HOW_MANY = re.compile(r"\bbao nhieu\s*[?.!]*$")
_SEVERAL_THINGS = re.compile(rf"\b(?:nhung|cac)\s+(?:\w+\s+){{1,3}}{_THAT}(?=\s|[?.,!]|$)")  # "những hạn chế đó"
_LOOSE = re.compile(rf"^(?:trong\s+(?:so\s+)?{_THAT}|o\s+{_THAT}|luc\s+{_THAT}|khi\s+{_THAT}|viec\s+{_THAT})\b")
_PRONOUN = re.compile(r"\b(?:nó|họ|bọn họ)\b", re.IGNORECASE)  # not folded: hộ, hồ sơ and hỗ trợ are no pronouns
_COURTESY = re.compile(r"^(?:(?:da|vang|ok|duoc roi|tot|hay|(?:xin )?cam on(?: \w+)?)\s*[,.!]\s*)+(?=\w)")
# A greeting or thanks alone neither leans on what was asked before nor is anything to lean on.
_CIVILITY = re.compile(
    r"\W*(?:(?:da|vang|ok|okay|em|anh|chi|xin|cho|toi|rat|nhieu|ban|tro ly|a|nhe|hello|hi|alo|chao|kinh chao|cam on|"
    r"tam biet|tot|hay|duoc roi)\b\W*)+"
)
_STANDS_FOR = re.compile(r"(?:duoc |la )?(?:sao|(?:nhu )?the nao|bao nhieu|may|ai|gi|o dau|khi nao)")
WHOLE_QUESTION = 12  # words from which a follow-up with a question word of its own needs nothing from before
MANY_WORDS = 3  # of a new thing that is counted; fewer may be a part of the old one: "Thế cá nhân thì bao nhiêu?"
_LONGEST_TOPIC = 300  # characters; what is longer was pasted and is no topic
# Words that end the name of a thing in a question: verbs and question words.
_STOP = re.compile(
    r"\s(?:co|duoc|la|do|to chuc|dien ra|noi|quy dinh ve|quy dinh gi|ban hanh|o dau|khi nao|nao|gi|ai|bao nhieu|"
    r"hinh thuc|vao|thi|da|se|yeu cau|dat|gom|may|nhu the nao|the nao|ra sao|vi sao|tai sao|bang|thuoc|hay|khong|"
    r"chu tri|du|phat bieu|neu|dua|xac dinh|thuc hien trong|ve viec gi|ve van de gi|theo|dang|con|lan "
    r"luot)(?=\s|[?.,!]|$)"
)
_QUESTION_WORDS = re.compile(
    r"\b(?:la ai|la gi|ai la|ai|gi|nao|bao nhieu|may|o dau|khi nao|ngay nao|the nao|nhu the nao|vi sao|tai sao|"
    r"dung khong|"
    r"phai khong|khong)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?\b")
_TITLED = regex.compile(r"(?:[Đđ]ồng chí|[Đđ]/c|[Ôô]ng|[Bb]à)\s+((?:\p{Lu}[\w’']*\s?){2,5})")
_NEW_THING = re.compile(r"(?P<thing>\w+(?: \w+){2,8}?) thi ")
_SUPERLATIVE = re.compile(r"\b(?:toi da|toi thieu|(?:cao|thap|it|nhieu|dai|ngan|lon|nho|cham|som) nhat)\b")
_JOINING = frozenset(
    ["ay", "ba", "cac", "cho", "cua", "den", "do", "hai", "kia", "mot", "nam", "nay", "ngay", "nhung", "o", "tai",
     "thang", "trong", "tu", "va", "voi"]
)  # fmt: skip
_SHORT = 5  # fewer content words than this, and no name or symbol of its own: the topic comes from before


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question as it would be asked with no conversation before it."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked:
        return question
    answers = [turn.content for turn in history if turn.role == "assistant"]
    previous = _resolve_chain(asked, answers)
    return _rewrite(question, previous, answers[-1] if answers else "")


def put_instead(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """What "còn X thì sao" says of X that the question before did not: new words with the one they stand before."""
    asked = [turn.content for turn in history if turn.role == "user"]
    match = _ELLIPSIS.match(fold(question)) if asked else None
    if not match or _QUESTION_WORDS.search(match["rest"]):
        return ()
    before = set(re.findall(r"\w+", fold(asked[-1])))
    thing = re.split(r"\s(?:thi|la|duoc|co|phai)\b", match["rest"])[0]
    rest = _SUPERLATIVE.sub(lambda found: "," * len(found.group()), thing)
    runs: list[list[str]] = [[]]
    for word in re.finditer(r"\w+|,", rest):
        start = match.start("rest") + word.start()
        typed = question[start : start + len(word.group())]
        said = word.group().isalpha() and word.group() not in _JOINING
        if not said or typed.isupper() or typed.lower() in ABBREVIATIONS:
            runs.append([])
        elif word.group() in before:
            runs += [[]] if not runs[-1] else [[*runs.pop(), typed], []]
        else:
            runs[-1].append(typed)
    return tuple(" ".join(run) for run in runs if len(run) > 1)


def _resolve_chain(asked: Sequence[str], answers: Sequence[str]) -> str:
    """Earlier follow-ups made standalone in turn, so that a third question can lean on the first."""
    previous = asked[0]
    for position, question in enumerate(asked[1:], start=1):
        if _is_civility(question):
            continue
        answer = answers[position - 1] if position - 1 < len(answers) else ""
        previous = _rewrite(question, previous, answer)
    return previous


def _is_civility(question: str) -> bool:
    return bool(_CIVILITY.fullmatch(fold(question)))


def _rewrite(question: str, previous: str, answer: str) -> str:
    if _is_civility(question):
        return question
    if courtesy := _COURTESY.match(fold(question)):
        question = question[courtesy.end() :]
    folded = fold(question)
    if match := _ELLIPSIS.match(folded):
        rest = question[match.start("rest") : match.end("rest")]
        whole = question[match.start("rest") :]
        if len(whole.split()) < WHOLE_QUESTION or not _asks_itself(whole):
            counting = _counted_instead(rest, previous) if _HOW_MANY.search(folded) else None
            return counting or _substitute(rest, previous)
        question = f"{whole[:1].upper()}{whole[1:]}"  # "Thế hội nghị … năm 2018 thì họp ngày nào?"
        folded = fold(question)
    if _PERSON.search(folded) and (where := _AT_EVENT.search(folded)):  # "Bà ấy nói gì tại hội nghị?"
        question = f"{question[: where.end('event')]} đó{question[where.end('event') :]}"
    if (there := _THERE.search(folded)) and (event := _EVENTS.search(fold(previous))):  # "Ai phát biểu ở đó?"
        question = f"{question[: there.start()]}tại {event.group()} đó?"
    resolved = _resolve_references(question, previous, answer)
    if resolved != question:
        return resolved
    if _SEVERAL_THINGS.search(folded) or _LOOSE.search(folded) or _PRONOUN.search(question) or _leans(question):
        return _with_topic(question, previous)
    return question


def _asks_itself(question: str) -> bool:
    """Whether more is asked after "thì" than a word that stands for the question before: "… thì họp ngày nào?"."""
    after = re.search(r"\bthi\s+(.+?)[?.!\s]*$", fold(question))
    return bool(after and _QUESTION_WORDS.search(after[1]) and not _STANDS_FOR.fullmatch(after[1]))


def _counted_instead(rest: str, previous: str) -> str | None:
    """Something else is counted: "Thế tin, bài thì được bao nhiêu?" after "Năm 2023 có bao nhiêu mô hình đăng ký?"."""
    base = previous.rstrip(" ?.!")
    counts = _COUNTS.search(fold(base))
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
    years = _YEAR.findall(rest)
    if years and _YEAR.search(base):
        replaced = _YEAR.sub(years[0], base)
        leftover = fold(_YEAR.sub("", rest))
        leftover = re.sub(r"\b(?:nam|trong|vao|giai doan|nhiem ky|o|tai)\b", "", leftover).strip()
        return f"{replaced}?" if not leftover else f"{replaced} {_without(rest, years[0])}?"
    new_places, old_places = find_provinces(rest), find_provinces(base)
    if new_places and old_places:
        _, start, end = old_places[-1]
        return f"{base[:start]}{new_places[0][0]}{base[end:]}?"
    if _QUESTION_WORDS.search(fold(rest)):
        return _with_topic(rest, _without_shared(previous, rest))
    return f"{_swap_head(rest, base)}?"


def _without_shared(previous: str, rest: str) -> str:
    """The previous question without the words of the thing that another of its kind now stands for: "còn X thì …"."""
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
        if shared:
            return f"{base[: shared.start()]}{rest}{base[shared.end() :]}"
    for start in range(len(words) - 1):  # "Phó Trưởng ban" shares "Trưởng ban" with what was asked
        shared = re.search(rf"\b{re.escape(' '.join(words[start:]))}\b", fold(base))
        if shared:
            return f"{base[: shared.start()]}{rest}{base[shared.end() :]}"
    first = words[0]
    match = re.search(rf"\b{re.escape(first)}\b", fold(base))
    if match and len(first) > 2:
        tail = _STOP.search(fold(base), match.start())
        end = tail.start() if tail else len(base)
        return f"{base[: match.start()]}{rest}{base[end:]}"
    return f"{base} {rest}" if not _QUESTION_WORDS.search(fold(base)) else f"{base}, {rest}"


def _resolve_references(question: str, previous: str, answer: str) -> str:
    def thing(match: re.Match[str]) -> str | None:
        head = match["head"]
        if head in _DOCUMENTS and (symbol := _symbol_of(head, previous, answer)):
            return symbol
        for text in (previous, answer):
            if name := _named_thing(head, text):
                return name
        return None

    folded = fold(question)
    if match := _REFERENCE.search(folded):
        if name := thing(match):
            return f"{question[: match.start()]}{name}{question[match.end() :]}"
        return _with_topic(question, previous)
    if (match := _OFFICE.search(folded)) and (role := asked_role(previous)):
        start = fold(previous).find(role.head)
        named = previous[start : start + len(role.wording)] if start >= 0 else role.wording
        if _EARLIER.match(folded) and (name := _person(answer)):
            return f"Ai giữ chức {named} trước {name}?"
        return f"{question[: match.start()]}chức {named}{question[match.end() :]}"
    if match := _PERSON.search(folded):
        for text in (answer, previous):
            if name := _person(text):
                return f"{question[: match.start()]}{name}{question[match.end() :]}"
        return _with_topic(question, previous)
    return question


def _symbol_of(head: str, *texts: str) -> str | None:
    """The document last named by symbol, of the type that `head` says; "văn bản" may be any."""
    for text in texts:
        for symbol in reversed(find_symbols(text)):
            name = DOCUMENT_TYPES.get(symbol.named or symbol.type or "", "")
            if head == "van ban" or fold(name) == head:
                return symbol.text if fold(symbol.text).startswith(fold(name)) else f"{name} {symbol.text}".strip()
    return None


def _named_thing(head: str, text: str) -> str | None:
    """The longest mention in `text` that begins with `head`, up to the verb or the end of the clause."""
    folded, best = fold(text), ""
    for match in re.finditer(rf"\b{head}\b(?: uy\b)?", folded):
        stop = _STOP.search(folded, match.end())
        comma = re.search(r"[,;.?!\[\n]\s|[?!\[\n]|\.$", folded[match.end() :])
        ends = [len(text)]
        if stop:
            ends.append(stop.start())
        if comma:
            ends.append(match.end() + comma.start())
        place = match.start() + len(head)  # "Tỉnh ủy Lâm Giang" sits in "tỉnh Lâm Giang"
        name = f"{text[match.start() : place]}{text[match.end() : min(ends)]}".strip(" .,?")
        if len(name.split()) > len(head.split()) and len(name) > len(best):
            best = name
    return best[:1].lower() + best[1:] if best and not best.isupper() else (best or None)


def _person(text: str) -> str | None:
    match = PERSON.search(text)
    titled = _TITLED.search(text)
    return match.group() if match else titled[1].strip() if titled else None


def _leans(question: str) -> bool:
    """Short, and without a year, place, symbol or name of its own."""
    words = _QUESTION_WORDS.sub(" ", fold(question))
    content = [word for word in re.findall(r"\w+", words) if len(word) > 1]
    own = _YEAR.search(question) or find_provinces(question) or find_symbols(question)
    capitals = regex.findall(r"(?<!^)\b\p{Lu}[\w’']+", question)
    return len(content) < _SHORT and not own and len(capitals) < 2


def _with_topic(question: str, previous: str) -> str:
    """The question followed by what the previous one was about."""
    if _is_civility(previous) or len(previous) > _LONGEST_TOPIC or not re.search(r"[^\W\d_]{2}", previous):
        return question
    topic = previous.rstrip(" ?.!")
    for match in reversed(list(_QUESTION_WORDS.finditer(fold(topic)))):
        topic = topic[: match.start()] + topic[match.end() :]
    topic = re.sub(r"\s+", " ", topic).strip(" ,")
    return f"{question.rstrip(' ?.!')} ({topic})?" if topic else question
