"""Who held an office before somebody: "Ai là bí thư trước ông A?", "Tiền nhiệm của giám đốc A là ai?"

Answered from the sentence that says whom A replaced, else from an earlier statement of the same office; never from a
sentence on A.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.evidence.constraints import Unmet
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import about, flat
from assistant.question.names import PERSON
from assistant.question.roles import Role, asked_role, holds_role
from assistant.question.understand import Question
from assistant.verification.lexicon import Words, keys
from assistant.verification.roles import Holding, same_person
from vectorstore.text.normalise import fold

_TITLE = r"(?:dong chi|d/c|ong|ba|anh|chi)"
_BEFORE = re.compile(rf"\btruoc (?:thoi )?(?:{_TITLE} )?$")
_ASKED = re.compile(r"\b(?:nguoi )?tien nhiem\b|\btruoc (?:do|day)\b.*\b(?:giu chuc|la ai|ai la)\b")
_REPLACED = re.compile(rf"\bthay(?: the)?(?: cho)? (?:{_TITLE} )?")
_LEFT = re.compile(
    r"\bnghi huu\b|\bthoi giu\b|\bmien nhiem\b|\bnhan nhiem vu moi\b|\bchuyen cong tac\b|\bnguyen \w+|\bdieu dong\b"
)
EARLIER = "Tài liệu không nói ai giữ chức vụ này ngay trước {}; người giữ chức vụ này được ghi trước đó:"
Stating = tuple[Evidence, Holding]


def asked_before(question: Question) -> str | None:
    """The person before whom the holder of an office is asked for; None where that is not what is asked."""
    if question.expects != "person" or question.confirm:
        return None
    folded = fold(question.text)
    for name in question.names:
        at = question.text.find(name)
        if at >= 0 and (_BEFORE.search(folded[:at]) or _ASKED.search(folded)):
            return name
    return None


def before(
    question: Question, person: str, stated: Sequence[Stating], problems: Mapping[tuple[str, int], Sequence[Unmet]]
) -> tuple[tuple[Evidence, ...], str] | None:
    """The sentences that tell who held the office before `person`, and what is said before them; None if none do."""
    role, last = asked_role(question.text), keys(person)
    own = [(e, h) for e, h in stated if same_person(last, h.person) and _of(role, e, h)]
    for evidence, _ in own:
        if _replaced(evidence, last):
            return (evidence,), ""
    since = min((when for e, _ in own if (when := _when(e))), default=None)
    others = [
        (e, h)
        for e, h in stated
        if role and not same_person(last, h.person) and _of(role, e, h) and _earlier(e, since)
        if not any(problem.kind in ("symbol", "provision", "date") for problem in problems.get(e.key, ()))
    ]
    if not others or since is None:
        return None
    evidence = max(others, key=lambda pair: _when(pair[0]) or date.min)[0]
    return (evidence,), EARLIER.format(person)


def _replaced(evidence: Evidence, last: Words) -> str | None:
    """Whom the sentence says that somebody replaced."""
    text = " ".join(evidence.text.split())
    for match in _REPLACED.finditer(fold(text)):
        name = PERSON.match(text, match.end())
        if name and not same_person(last, keys(name.group())):
            return str(name.group())
    return None


def _of(role: Role | None, evidence: Evidence, holding: Holding) -> bool:
    if role is None:
        return True
    return holds_role(role, holding.wording, f"{about(evidence)} {evidence.hit.chunk.text}")


def _earlier(evidence: Evidence, since: date | None) -> bool:
    """Stated before the other was first named in the office, or as something that ended."""
    when = _when(evidence)
    if since is None or when is None or when > since:
        return False
    return when < since or _LEFT.search(flat(evidence.text)) is not None


def _when(evidence: Evidence) -> date | None:
    return evidence.hit.document.best_date
