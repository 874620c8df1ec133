"""Who holds which office, as sentences state it: "đồng chí Trương Thị Mai, Ủy viên Bộ Chính trị, Trưởng Ban …".

A holder put for confirmation is confirmed or corrected from such statements, and the office of a person named is read
from them: by similarity alone, every sentence with the name or the office in it would do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering import predecessors
from assistant.answering.signatures import Signed, signed
from assistant.evidence.attributes import names_attribute
from assistant.evidence.constraints import Unmet, unmet
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import about, flat
from assistant.question.names import PERSON
from assistant.question.roles import HEAD, asked_role
from assistant.question.understand import Question
from assistant.verification.lexicon import keys
from assistant.verification.phrases import find_phrases
from assistant.verification.roles import Holding, find_holdings, same_office, same_person
from assistant.verification.stream import read
from vectorstore.text.normalise import fold

STATED, CORRECTED, OF_ANOTHER_TIME = 0.9, 0.75, 0.1  # how sure such an answer is
_OFFICE_ASKED = re.compile(
    r"\b(?:chuc vu|chuc danh|cuong vi|chuc) (?:gi|nao)\b|\b(?:chuc vu|chuc danh|cuong vi)\b.*\b(?:la gi|nao)\b|"
    r"\bla ai\b"
)
_HEADS_LIST = re.compile(rf"(?:{HEAD.pattern})[^;:.]{{0,60}}:")
# What is done at a meeting by one person, under the words that texts have for it.
_ACTS = (
    frozenset(["chu tri", "dong chu tri", "dieu hanh"]),
    frozenset(["trinh bay", "doc bao cao", "bao cao do"]),
    frozenset(["ket luan", "phat bieu ket thuc", "phat bieu be mac"]),
    frozenset(["khai mac"]),
)
SEEN, MOST_CLAUSES = 8, 5  # of the best sentences; of a list of holders
_OTHERWISE = frozenset({"year", "date", "symbol", "provision"})  # unmet, the sentence speaks of something else


@dataclass(frozen=True)
class Stated:
    """Sentences on who holds an office, what is said before them, and how sure that they answer."""

    sentences: tuple[Evidence, ...]
    confidence: float
    opening: str = ""
    unmet: tuple[Unmet, ...] = ()


def find(
    question: Question, ranked: Sequence[Evidence], problems: Mapping[tuple[str, int], Sequence[Unmet]]
) -> Stated | None:
    """What the sentences state of the office that the question is about; None where it is about none."""
    if earlier := predecessors.asked_before(question):
        return _before(question, earlier, ranked, problems)
    if question.confirm:
        said = _holdings(question.statement)
        if act := _act(question.statement):
            return _did(question, act, ranked, problems)
        return _confirmed(question, said[0], ranked, problems) if said else None
    of_role = question.expects == "person" and asked_role(question.text)
    if of_role and problems[ranked[0].key]:
        # A signature shares few words with a question: "Trưởng Ban Dân vận Tỉnh ủy Nguyễn Văn A".
        holder = next((e for e, _ in _stated(ranked[:SEEN]) if not problems[e.key]), None)
        return Stated((holder,), CORRECTED) if holder else _signed(question, ranked)
    if of_role or len(question.names) != 1 or not _OFFICE_ASKED.search(fold(question.text)):
        return None
    person = keys(question.names[0])
    own = [evidence for evidence, holding in _stated(ranked) if same_person(person, holding.person)]
    if not own and (listed := _listed(question.names[0], ranked)):
        return Stated(listed, CORRECTED)
    now = [
        evidence
        for evidence in own
        if not _of_something_else(problems[evidence.key]) and names_attribute(question.asking, evidence.text)
    ]
    if now:
        return Stated((now[0],), STATED)
    return Stated((own[0],), OF_ANOTHER_TIME, unmet=tuple(problems[own[0].key])) if own else None


def _act(statement: str) -> frozenset[str]:
    """The words for what somebody is said to have done at a meeting, where the statement puts that: chairing it …"""
    said = fold(statement)
    return next((words for words in _ACTS if any(re.search(rf"\b{word}\b", said) for word in words)), frozenset())


def _did(
    question: Question,
    act: frozenset[str],
    ranked: Sequence[Evidence],
    problems: Mapping[tuple[str, int], Sequence[Unmet]],
) -> Stated | None:
    """Who did that, as a sentence tells it: the person put for confirmation, or another."""
    put = [name for name in question.names if PERSON.fullmatch(name)]
    told = [e for e in ranked if not _of_something_else(problems[e.key]) and _doers(act, e.text)]
    if not put and told:
        return _by_office(question, act, told)
    if len(put) != 1 or not told:
        return None
    if own := next((e for e in told if any(same_person(keys(put[0]), keys(one)) for one in _doers(act, e.text))), None):
        return Stated((own,), STATED, "Đúng, tài liệu ghi:")
    return Stated((told[0],), CORRECTED, f"Tài liệu không ghi {put[0]} làm việc này. Tài liệu ghi:")


def _by_office(question: Question, act: frozenset[str], told: Sequence[Evidence]) -> Stated | None:
    """The same where only an office is put: "do Thủ tướng chủ trì phải không?"."""
    office = HEAD.search(fold(question.statement))
    if office is None:
        return None
    own = (e for e in told if any(office.group() in fold(clause) for clause in _doing(act, e.text)))
    if held := next(own, None):
        return Stated((held,), CORRECTED, "Tài liệu ghi:")
    return Stated((told[0],), CORRECTED, "Tài liệu không ghi người giữ chức vụ này làm việc đó. Tài liệu ghi:")


def _doing(act: frozenset[str], sentence: str) -> list[str]:
    """The clauses that have one of the words."""
    clauses = re.split(r";|\. ", sentence)
    return [clause for clause in clauses if any(re.search(rf"\b{word}\b", fold(clause)) for word in act)]


def _doers(act: frozenset[str], sentence: str) -> list[str]:
    """The persons in the clauses that have one of the words."""
    return [person.group() for clause in _doing(act, sentence) for person in PERSON.finditer(clause)]


def _listed(name: str, ranked: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The clause that names somebody in a list of holders, with those before it from the office on.

    "Các đồng chí Phó Trưởng Ban: Nguyễn Văn A, Bí thư Đảng ủy; Trần Văn B, Lê Văn C."
    """
    for one in ranked[:SEEN]:
        said = flat(one.text)
        before = said[: max(0, said.find(flat(name)))]
        if _HEADS_LIST.search(before):
            return (one,)
        if flat(name) not in said or HEAD.search(before):
            continue
        clauses, text = [one], one.hit.document.text
        for position in range(one.position - 1, max(-1, one.position - MOST_CLAUSES), -1):
            start, end = one.hit.chunk.sentences[position]
            if not text[start:end].rstrip().endswith((";", ":", ",")):
                break
            clauses.insert(0, replace(one, position=position, start=start, end=end))
            if _HEADS_LIST.search(flat(text[start:end])):
                return tuple(clauses)
    return ()


def _before(
    question: Question, person: str, ranked: Sequence[Evidence], problems: Mapping[tuple[str, int], Sequence[Unmet]]
) -> Stated | None:
    stated = [*_stated(ranked), *((one.evidence, one.holding) for one in signed(ranked))]
    if found := predecessors.before(question, person, stated, problems):
        return Stated(found[0], STATED if not found[1] else CORRECTED, found[1])
    named = [e for e in ranked if flat(person) in flat(e.text)]
    return Stated(tuple(named[:1] or ranked[:1]), OF_ANOTHER_TIME, unmet=(Unmet("predecessor", person),))


def _signed(question: Question, ranked: Sequence[Evidence]) -> Stated | None:
    """The newest signature in the office asked about, of the year asked about: no sentence says who held it."""
    newest = next((s.evidence for s in _newest_first(question, ranked) if not unmet(question, s.evidence)), None)
    if newest is None:
        return None
    when = newest.hit.document.best_date
    on = f" ngày {when:%d/%m/%Y}" if when else ""
    return Stated((newest,), CORRECTED, f"Người ký văn bản{on} với chức vụ được hỏi:")


def _newest_first(question: Question, ranked: Sequence[Evidence]) -> list[Signed]:
    """Signatures of the time that the question is about."""
    own = [one for one in signed(ranked) if not _of_something_else(unmet(question, one.evidence))]
    return sorted(own, key=lambda one: one.evidence.hit.document.best_date or date.min, reverse=True)


def _confirmed(
    question: Question, said: Holding, ranked: Sequence[Evidence], problems: Mapping[tuple[str, int], Sequence[Unmet]]
) -> Stated | None:
    stated = [(e, h) for e, h in _stated(ranked) if not _of_something_else(problems[e.key])]
    stated += [(one.evidence, one.holding) for one in _newest_first(question, ranked)]
    own = [(e, h) for e, h in stated if same_person(said.person, h.person)]
    if holds := [e for e, h in own if _fits(said, h, e)]:
        return Stated((holds[0],), STATED, "Đúng, tài liệu ghi:")
    others = [e for e, h in stated if not same_person(said.person, h.person) and _fits(said, h, e)]
    sentences = dict.fromkeys(e.key for e in (*others[:1], *[e for e, _ in own[:1]]))
    if not sentences:
        return None
    name = next((name for name in question.names if same_person(said.person, keys(name))), "người được nêu")
    opening = f"Tài liệu không ghi {name} giữ chức vụ này. Tài liệu ghi:"
    by_key = {e.key: e for e in (*ranked, *(e for e, _ in stated))}
    return Stated(tuple(by_key[key] for key in sentences), CORRECTED, opening)


def _stated(ranked: Sequence[Evidence]) -> Iterator[tuple[Evidence, Holding]]:
    for evidence in ranked:
        yield from ((evidence, holding) for holding in _holdings(evidence.text))


def _holdings(text: str) -> list[Holding]:
    stream = read(text)
    return find_holdings(stream, find_phrases(stream))


def _of_something_else(problems: Sequence[Unmet]) -> bool:
    return any(problem.kind in _OTHERWISE for problem in problems)


def _fits(asked: Holding, stated: Holding, evidence: Evidence) -> bool:
    """The same office; what the sentence leaves unsaid of it, its document says."""
    if not same_office(asked.role, stated.role):
        return False
    unsaid = asked.role[len(stated.role) :]
    around = set(flat(about(evidence)).split())
    return all(fold(word) in around for key in unsaid for word in key.split())
