"""What speaks for and against each sentence at hand, before any fitted number: features, constraints, validity."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answering import reasons, tasks
from assistant.evidence import ranges
from assistant.evidence.answer_forms import (
    asks_reason,
    is_form,
    lacks_permitted,
    opens_with_asked,
    opens_with_measured,
    opens_with_reason,
)
from assistant.evidence.answer_types import answers_type, asked_definition
from assistant.evidence.carried import repeats_topic
from assistant.evidence.constraints import Unmet, is_large, unmet
from assistant.evidence.contrast import clashes, of_another, of_asked_level, other_group, other_scope, says_opposite
from assistant.evidence.force import Force, asks_for_old
from assistant.evidence.goals import only_a_goal, only_a_result
from assistant.evidence.naming import by_office, home_place
from assistant.evidence.outline import in_example
from assistant.evidence.sentences import FEATURES, Evidence, collect
from assistant.evidence.surroundings import about, asked_before, flat
from assistant.evidence.terms import Terms
from assistant.evidence.units import lower_unit, names_whole, of_another_unit
from assistant.evidence.where_and_when import says_from_when
from assistant.evidence.which import asks_which_most, names_kind, says_which_most
from assistant.evidence.years import year_fit
from assistant.question.asking import asks
from assistant.question.names import PERSON
from assistant.question.roles import HEAD, asked_role
from assistant.question.understand import Question
from assistant.retrieval import Retrieved
from vectorstore.text.normalise import fold
from vectorstore.validity import Change

LIKELY = 24  # sentences in which the answer nearly always is: of 739 answers in 1,028 askings, 2 were not
UNMET_PENALTY = 4.0  # ranker score lost for each constraint a sentence does not bear out
LACKING_PENALTY = 1.5  # lost besides where another sentence bears out all: only such a one can be given
YEAR_BONUS = 0.5  # gained by a sentence that names the year asked about
OTHER_YEAR = 1.5  # lost by a sentence that names only other years
OUTDATED_PENALTY = 4.0  # lost by a sentence that a later document replaced or amended
BASIS_PENALTY = 3.0  # lost by the legal basis ("Căn cứ Luật …"), which names much and answers nothing
FORM_PENALTY = 3.0  # lost by a line of a form that is still to be filled in: "ngày ..... tháng ....."
EXAMPLE_PENALTY = 1.5  # lost by a worked example: it has the words of the rule, and other people's figures
CLASH_PENALTY = 2.5  # lost for each opposite of what is asked about: "cấp xã" for "cấp huyện"
LEVEL_BONUS = 2.0  # gained by what is said of the level of government asked about: "1. Cấp tỉnh: a) …"
GRADE_BONUS = 1.5  # gained by the grade that holds the figure asked about, lost by the others beside it
ANNOUNCED_PENALTY = 2.0  # lost by what only announces the event, where something of it is asked
BESIDES_PENALTY = 2.0  # lost by what has that which is asked beyond
ENACTING_PENALTY = 3.0  # lost by "Ban hành kèm theo Quyết định này …": it has the title's words and no content
AUTHORITY_BONUS = 1.5  # gained by an office or body with the act it is asked who is competent for
DENIED_BONUS = 1.5  # gained by what says the same not to be done as is asked about
HANDED_BONUS = 4.5  # gained by the caption of a picture of an award being handed over, where that is asked about
REASON_BONUS = 3.0  # gained by "Nguyên nhân là do …" where a reason is asked for: what has it is said a sentence before
FORCE_BONUS = 3.0  # gained by "có hiệu lực từ ngày …" where that day is asked for
NEAR_BONUS = 2.5  # gained by the documents that the conversation is about
SAYING_BONUS = 1.5  # gained by "Trọng tâm là …" where that is asked for: when and whose is said a sentence before
GLOSSARY_BONUS = 8.0  # gained by a definition in the article on terms, over whatever else is said of the term
MORE_AROUND = 0.25  # share of the question that a refused sentence and what it stands under have more of, or …
MORE_WORDS, MORE_LIKE = 0.6, 2.0  # … it alone, with so much more of the ranker's score: what is left is something else
_ELSEWHERE = frozenset({"symbol", "provision", "year"})
_UNIGRAMS, _CONTEXT = FEATURES.index("unigrams"), FEATURES.index("context")
FIGURE_BONUS = 4.0  # the same for one with a fraction, which hardly anything else has by chance
STATED_BONUS = 2.5  # gained by the very figure that is put for confirmation: whatever it is of, it is told then
INSTEAD_BONUS = 2.0  # gained by a sentence that itself names the place that "còn X?" puts instead
NAMED_KIND_BONUS = 2.0  # gained by "Luật Đất đai" where it is asked which law
PERMITTED_PENALTY = 1.5  # lost where it is asked whether one is given something that the sentence does not name
_COUNTRY = re.compile(r"(?i)\b(?:cả nước|toàn quốc)\b")
_GLOSSARY = re.compile(r"\bgiai thich tu ngu\b|\bgiai thich thuat ngu\b")
_FORM_ASKED = re.compile(r"\b(?:mau|bieu mau|don(?! vi\b)|to khai|phieu)\b")
# Who handed over what to whom is told under the picture alone. Not folded: "tăng", "trào".
_HANDS_OVER = re.compile(r"(?i)\b(?:trao|tặng|nhận|giấy khen|bằng khen|cờ thi đua|kỷ niệm chương)\b")
_HANDED = re.compile(r"(?i)\b(?:trao|tặng)\b")
# "Sáng 10/1, Ban … tổ chức Hội nghị …" says when, where and who held it, and nothing of what went on there.
_ANNOUNCES = re.compile(
    r"\W*(?:\([^()]*\)\s*[-–]\s*)?(?:(?:sang|chieu|toi|ngay|vao|trong|"
    r"vua qua)\b[^,]{0,40},\s*){1,2}[^.;:]{0,90}\bto chuc\b"
    r"[^.;:]{0,60}\b(?:hoi nghi|dai hoi|hoi thao|cuoc hop|phien hop|le)\b"
)
_ENACTS = re.compile(
    r"\W*(?:Điều \d+\.\s*)?(?:Nay )?[Bb]an hành kèm theo (?:Quyết định|Nghị quyết|Thông tư|Nghị định) này\b"
)
_SCOPE = re.compile(
    r"\W*(?:Điều \d+\.\s*)?(?:\d+\.\s*)?(?:Quy định|Quy chế|Nghị định|Thông tư|Luật|Nghị quyết|Quyết định|Điều lệ) này "
    r"(?:quy định(?: (?:về|việc|chi tiết))?|áp dụng|hướng dẫn)\b"
)
_SCOPE_ASKED = re.compile(
    r"\b(?:pham vi|dieu chinh|doi tuong ap dung|ap dung|quy dinh(?: ve)? (?:gi|nhung|noi dung|van de))\b"
)
_ENACTED = re.compile(r"\bban hanh\b[^?]{0,40}\b(?:gi|nao|kem theo)\b")
_AUTHORITY = re.compile(
    r"\b(?:ai|co quan nao|cap nao|nguoi nao)\b[^?]{0,40}?\b(quyet dinh|phe duyet|bo nhiem|cong nhan|cho phep|thu hoi|"
    r"ban hanh|thanh lap|xu phat|chap thuan)\b"
)
_OFFICE = rf"{HEAD.pattern}|uy ban nhan dan|hoi dong nhan dan|thu truong|nguoi dung dau|co quan"
# "không bố trí những cán bộ nào" is told by a sentence with "không bố trí"; not the one a yes-no question ends in.
_DENIED = re.compile(
    r"(?i)\b((?:không|chưa) (?!(?:phải|có|được|biết|thể|rõ)\b)[^\W\d_]+ [^\W\d_]+)\b"
    r"(?=.*\b(?:nào|gì|ai|bao nhiêu|mấy)\b)"
)
_TERM_SAID = re.compile(r"(?i)\b(?:nhiệm kỳ|giai đoạn)\s+\d{4}\s*[-–]\s*\d{4}")
# What a page puts under each of its pictures, or over what it does not say in words.
_PICTURE = re.compile(
    r"(?i)[-–]\s*ảnh \d{1,2}\W*$|^\W*\[(?:infographic|video|ảnh|podcast|clip|megastory|e-?magazine)\]"
)
_ACT = re.compile(r"\b(?:chu tri|phat bieu|ket luan|trinh bay|khai mac|be mac|trao|tang|dieu hanh|chi dao)\b")
_CHAIRS = re.compile(
    r"[^.;:]*\b(?:chu tri|dong chu tri|du|tham du|den du)(?: va (?:chu tri|phat bieu|chi dao))? "
    r"(?:hoi nghi|dai hoi|hoi thao|cuoc hop|phien hop|buoi le)\W*"
)
_ON_CHAIRING = re.compile(
    r"\b(?:chu tri|chuc|chuc vu|cuong vi|vai tro|ai|du|tham du|dai bieu|thanh phan|moi|co mat|lanh dao)\b"
)
_ON_HOLDING = re.compile(r"\b(?:to chuc|dien ra|o dau|khi nao|hinh thuc|khai mac|trien khai|ngay|dip|noi|la gi)\b")
_BASIS = re.compile(r"\s*[-–]?\s*(?:Căn cứ|Theo đề nghị|Xét (?:đề nghị|tờ trình))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Judged:
    """All sentences of the retrieved passages with what was found out about each; lists run parallel."""

    question: Question
    terms: Terms
    evidence: tuple[Evidence, ...]
    penalties: np.ndarray  # (len(evidence),), to be added to the ranker's score
    unmet: tuple[tuple[Unmet, ...], ...]
    outdated: tuple[Change | None, ...]
    near: Collection[str] = ()  # documents that the conversation is about

    def order(self, weights: np.ndarray) -> list[tuple[Evidence, int]]:
        """Sentences with their scores, best first, and their places in the lists."""
        scores = self._similarity(weights) + self.penalties
        order = np.argsort(-scores, kind="stable")
        return [(replace(self.evidence[i], score=float(scores[i])), int(i)) for i in order]

    def closest(self, weights: np.ndarray) -> Evidence:
        """The sentence most like the question, whatever speaks against it."""
        scores = self._similarity(weights)
        best = int(np.argmax(scores))
        return replace(self.evidence[best], score=float(scores[best]))

    def stands_in(self, weights: np.ndarray, place: int) -> bool:
        """Whether a sentence comes first only because the one that is asked about was refused.

        That one is more like the question and has more of its words; what is left then speaks of something else.
        """
        holder = self.question.expects == "person" and asked_role(self.question.text)  # a signature has few words
        text = self.evidence[place].text
        told = says_from_when(self.question.text, text)
        told = told or (asks_which_most(self.question.asking) and says_which_most(self.question.asking, text))
        if self.unmet[place] or self.question.yes_no or holder or told or self._tells_act(place):
            return False
        scores = self._similarity(weights)
        # What only tells of it in other words is no rival to what tells it; and what is of another document, provision
        # or year is not what is asked about, however like it.
        refused = [
            i
            for i, lacking in enumerate(self.unmet)
            if lacking and _ELSEWHERE.isdisjoint(p.kind for p in lacking) and {p.value for p in lacking} != {"text"}
        ]
        like = max(refused, key=lambda i: float(scores[i]), default=None)
        if like is None or scores[like] <= scores[place]:
            return False
        words, around = self._more(like, place, _UNIGRAMS), self._more(like, place, _CONTEXT)
        beside = any(lacking.kind == "number" for lacking in self.unmet[like])  # of another grade, and this one of none
        if beside and ranges.fit(ranges.asked_grades(self.question), self.evidence[place].text) <= 0 and around > 0:
            return True
        return around >= MORE_AROUND or (words >= MORE_WORDS and scores[like] - scores[place] >= MORE_LIKE)

    def _tells_act(self, place: int) -> bool:
        """Whether it is asked who did something, and the sentence names somebody with that very act."""
        asked = _ACT.search(fold(self.question.asking)) if self.question.expects == "person" else None
        return asked is not None and re.search(rf"\b{asked.group()}\b", fold(self.evidence[place].text)) is not None

    def _more(self, one: int, other: int, feature: int) -> float:
        return float(self.evidence[one].features[feature] - self.evidence[other].features[feature])

    def _similarity(self, weights: np.ndarray) -> np.ndarray:
        scores: np.ndarray = np.array([evidence.features for evidence in self.evidence]) @ weights
        return scores


def judge(
    question: Question,
    retrieved: Retrieved,
    terms: Terms,
    force: Force,
    named: Sequence[str] = (),
    near: Collection[str] = (),
    ranker: np.ndarray | None = None,
) -> Judged | None:
    """Look at the retrieved sentences; None when there is none.

    `named` are the documents that the question names, `near` those that the conversation is about. With the weights of
    the `ranker`, what is least like the question is looked at only where nothing else bears out all that it names.
    """
    # What is put for confirmation may be wrong: the sentence that answers need not have it.
    put = [name for name in question.names if question.confirm and " " in name]
    terms = terms.without([*_homes(question, retrieved), *_told_by_office(question, retrieved), *put])
    evidence = collect(question, retrieved, terms)
    if not evidence:
        return None
    uncovered = [Unmet("number", figure) for figure in ranges.uncovered(question, evidence)]

    def lacking(sentences: Sequence[Evidence]) -> list[tuple[Unmet, ...]]:
        return [tuple(dict.fromkeys([*_problems(question, one), *uncovered])) for one in sentences]

    likely, others = _likely(evidence, ranker)
    problems = lacking(likely)
    if all(problems):
        likely, problems = [*likely, *others], problems + lacking(others)
    evidence = likely
    outdated = tuple(force.outdated(one) for one in evidence)
    graded = ranges.fits(question, evidence)
    borne_out = not all(problems)  # by some sentence, all that the question names
    penalties = [
        _penalty(question, one, change, named)
        - UNMET_PENALTY * len(unborne)
        - LACKING_PENALTY * (borne_out and bool(unborne))
        + GRADE_BONUS * fit
        + NEAR_BONUS * (one.hit.chunk.document_id in near)
        for one, unborne, change, fit in zip(evidence, problems, outdated, graded, strict=True)
    ]
    return Judged(question, terms, tuple(evidence), np.array(penalties), tuple(problems), outdated, near)


def _likely(evidence: Sequence[Evidence], ranker: np.ndarray | None) -> tuple[list[Evidence], list[Evidence]]:
    """The sentences most like the question with the best of each passage, and the others, each in their order."""
    if ranker is None or len(evidence) <= LIKELY:
        return list(evidence), []
    scores = np.array([one.features for one in evidence]) @ ranker
    order = [int(place) for place in np.argsort(-scores, kind="stable")]
    best: dict[str, int] = {}
    for place in order:
        best.setdefault(evidence[place].hit.chunk.chunk_id, place)
    chosen = {*order[:LIKELY], *best.values()}
    return (
        [one for place, one in enumerate(evidence) if place in chosen],
        [one for place, one in enumerate(evidence) if place not in chosen],
    )


def _problems(question: Question, evidence: Evidence) -> list[Unmet]:
    found = unmet(question, evidence)
    if (
        says_opposite(question, evidence)
        or only_a_goal(question, evidence)
        or only_a_result(question, evidence)
        or (question.expects == "number" and other_group(question, evidence))
    ):
        found.append(Unmet("kind", "number"))
    body = tasks.asked_body(question)
    if body and not tasks.names_body(body, f"{evidence.text} \n {about(evidence)} \n {evidence.hit.chunk.text}"):
        found.append(Unmet("name", " ".join(body)))
    if of_another(question, evidence) or repeats_topic(question, evidence):
        found.append(Unmet("kind", question.expects))
    if (
        _of_the_country(question, evidence)
        or other_scope(question, evidence)
        or (lower_unit(question, evidence) and names_whole(question))
    ):
        found.append(Unmet("kind", "level"))
    return found


def _places_instead(question: Question) -> list[str]:
    """The places among what "còn X?" puts in place of the former thing."""
    return [words for words in question.instead if words.split()[-1][0].isupper()]


def _of_the_country(question: Question, evidence: Evidence) -> bool:
    """Whether "còn Lâm Giang?" is asked and the sentence gives the figure of the whole country alone."""
    places = _places_instead(question)
    said = flat(evidence.text)
    return bool(places) and _COUNTRY.search(evidence.text) is not None and not any(flat(one) in said for one in places)


def _penalty(question: Question, evidence: Evidence, change: Change | None, named: Sequence[str]) -> float:
    asked = question.asking
    old = change is not None and not asks_for_old(question, evidence, change, named)
    fit = year_fit(question, evidence)
    score = (YEAR_BONUS if fit > 0 else OTHER_YEAR) * fit - OUTDATED_PENALTY * old
    score -= CLASH_PENALTY * (lower_unit(question, evidence) is not None or of_another_unit(question, evidence))
    score += LEVEL_BONUS * of_asked_level(question, evidence) - CLASH_PENALTY * clashes(question, evidence)
    if (
        asked_definition(question)
        and answers_type(question, evidence.text) == 1
        and _GLOSSARY.search(_headings(evidence))
    ):
        score += GLOSSARY_BONUS
    reason = opens_with_reason(question.text, evidence.text) or reasons.under_heading(question, evidence)
    if reason:
        score += REASON_BONUS
    if asks_reason(question.text) and asks_reason(asked_before(evidence)):
        score += REASON_BONUS
    if says_from_when(question.text, evidence.text):
        score += FORCE_BONUS
    opens = opens_with_asked(question.text, evidence.text) or opens_with_measured(question.asking, evidence.text)
    if question.expects in ("text", "list") and opens:
        score += SAYING_BONUS
    if evidence.hit.chunk.kind == "caption" and _hands_over(question, evidence.text):
        score += HANDED_BONUS
    if any(flat(words) in flat(evidence.text) for words in _places_instead(question)):
        score += INSTEAD_BONUS
    if question.expects == "text" and names_kind(question.text, evidence.text):
        score += NAMED_KIND_BONUS
    if not question.confirm and lacks_permitted(question.text, evidence.text):
        score -= PERMITTED_PENALTY
    tells = question.expects in ("text", "list", "person", "number") and not asks(_ON_HOLDING, question.asking)
    if tells and _ANNOUNCES.match(fold(evidence.text)):
        score -= ANNOUNCED_PENALTY
    if question.expects in ("text", "list", "number") and _only_chairs(question, evidence.text):
        score -= ANNOUNCED_PENALTY
    if question.confirm and (stated := [number for number in question.numbers if states(number, evidence.text)]):
        bonus = FIGURE_BONUS if any(is_large(number) and "," in number for number in stated) else STATED_BONUS
        score += bonus * (not clashes(question, evidence))
    if set(question.years) - set(question.firm_years) and _TERM_SAID.search(evidence.text):
        score += STATED_BONUS
    if question.expects in ("text", "list", "number") and _ENACTS.match(evidence.text) and not asks(_ENACTED, asked):
        score -= ENACTING_PENALTY
    if (act := asks(_AUTHORITY, asked)) and re.search(
        rf"\b(?:{_OFFICE})\b[^.;:]{{0,90}}\b{act[1]}\b", fold(evidence.text)
    ):
        score += AUTHORITY_BONUS
    if (denied := _DENIED.search(question.asking)) and re.search(rf"(?i)\b{denied[1]}\b", evidence.text):
        score += DENIED_BONUS
    if question.besides and flat(question.besides) in flat(evidence.text):
        score -= BESIDES_PENALTY
    if _BASIS.match(evidence.text) and "can cu" not in fold(question.text):
        score -= BASIS_PENALTY
    if question.expects in ("text", "list", "number") and _SCOPE.match(evidence.text) and not asks(_SCOPE_ASKED, asked):
        score -= ENACTING_PENALTY
    if _PICTURE.search(evidence.text):
        score -= FORM_PENALTY
    if is_form(evidence.text) and not asks(_FORM_ASKED, question.text):
        score -= FORM_PENALTY
    if in_example(evidence.hit.document.text, evidence.start) and "vi du" not in fold(question.text):
        score -= EXAMPLE_PENALTY
    return score


def _only_chairs(question: Question, sentence: str) -> bool:
    """Whether the sentence only says who chaired a meeting, and nothing of that is asked: who, his office, chairing."""
    return _CHAIRS.fullmatch(fold(sentence)) is not None and not asks(_ON_CHAIRING, question.asking)


def states(number: str, text: str) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d]|[.,]\d)", text) is not None


def _hands_over(question: Question, caption: str) -> bool:
    """Whether it is asked who handed over something, how many got it, or what somebody gave, as the caption tells."""
    handed = _HANDED.search(caption) if _HANDS_OVER.search(question.text) else None
    if handed is None or question.expects in ("person", "number"):
        return handed is not None
    giver = flat(caption[: handed.start()])
    return any(flat(name) in giver for name in question.names if PERSON.fullmatch(name))


def _headings(evidence: Evidence) -> str:
    chunk = evidence.hit.chunk
    return fold(" ".join((chunk.locator, *chunk.section, chunk.context)))


def _homes(question: Question, retrieved: Retrieved) -> list[str]:
    """Names in the question that are just the province which documents at hand are about: few sentences repeat it."""
    places = {home_place(hit.document) for hit in retrieved.hits} if question.names else set()
    return [name for name in question.names if flat(name) in places]


def _told_by_office(question: Question, retrieved: Retrieved) -> list[str]:
    """Persons whom a passage at hand speaks of by their office alone: "Thủ tướng đề nghị …" has no name to share."""
    hits = [(flat(hit.chunk.text), hit.document) for hit in retrieved.hits] if question.names else []
    persons = [name for name in question.names if PERSON.fullmatch(name)]
    return [
        name
        for name in persons
        if any(flat(name) not in said and by_office(flat(name), said, document) for said, document in hits)
    ]
