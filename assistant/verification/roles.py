"""Who holds which office, by adjacency: "Trưởng Ban X Nguyễn Văn A", "ông A, Chủ tịch Y", "Giám đốc Z là bà B"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verification.lexicon import Words, keys
from assistant.verification.matching import Evidence, holds_office
from assistant.verification.phrases import Phrase, find_phrases
from assistant.verification.stream import Stream, Token
from assistant.verification.verdict import Unsupported

_BEFORE_PERSON = frozenset(
    {(), keys("đồng chí"), keys("các đồng chí"), keys("ông"), keys("bà"), keys("là"), keys("là ông"), keys("là bà"),
     keys("là đồng chí"), keys("hiện là"), keys("các ông"), keys("các bà"), keys("do ông"), keys("do bà")}
)  # fmt: skip
_AFTER_PERSON = frozenset(
    {(), keys("là"), keys("hiện là"), keys("làm"), keys("giữ chức"), keys("giữ chức vụ"), keys("được bầu làm"),
     keys("được bầu giữ chức"), keys("được bầu giữ chức vụ"), keys("nguyên"), keys("nguyên là"), keys("với tư cách"),
     keys("kiêm"), keys("trên cương vị"), keys("đảm nhiệm chức vụ"), keys("được bổ nhiệm làm"), keys("với cương vị"),
     keys("được bổ nhiệm giữ chức"), keys("được bổ nhiệm giữ chức vụ"), keys("được phân công giữ chức"),
     keys("được phân công giữ chức vụ"), keys("tiếp tục giữ chức"), keys("tiếp tục giữ chức vụ")}
)  # fmt: skip


_BETWEEN_OFFICES = frozenset(
    {(), keys("và"), keys("kiêm"), keys("đồng thời"), keys("đồng thời là"), keys("nguyên"), keys("giữ chức"),
     keys("giữ chức vụ"), keys("được bầu làm"), keys("được bổ nhiệm làm"), keys("hiện là"), keys("là")}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holding:
    """A person and an office of theirs, as a text says it."""

    person: Words
    role: Words
    wording: str


def check_roles(claim: Stream, evidence: Evidence) -> list[Unsupported]:
    """Offices that the claim gives to persons to whom the evidence gives others, or gives to others."""
    said = find_holdings(claim, find_phrases(claim))
    known = [holding for stream, phrases in evidence.phrases for holding in find_holdings(stream, phrases)]
    return [Unsupported("role", holding.wording) for holding in said if not _holds(holding, known, evidence)]


def _holds(holding: Holding, known: Sequence[Holding], evidence: Evidence) -> bool:
    own = [other.role for other in known if same_person(holding.person, other.person)]
    if any(same_office(holding.role, role) for role in own):
        return True
    others = [other for other in known if not same_person(holding.person, other.person)]
    if any(same_office(holding.role, other.role) for other in others):
        return False
    # Told in other words ("... do bà A làm Trưởng ban"): it is enough that the office itself is in the evidence,
    # unless the evidence gives this person other offices only.
    return not own and holds_office(holding.role, evidence.everything)


def same_person(one: Words, other: Words) -> bool:
    """Equal names, or the given name alone ("bà Mai" for Trương Thị Mai)."""
    return one == other or (len(one) == 1 and other[-1:] == one) or (len(other) == 1 and one[-1:] == other)


def same_office(claimed: Words, known: Words) -> bool:
    """The same office, one of the two possibly said in short: "Trưởng Ban Dân vận" and "... Trung ương"."""
    short, long = sorted((claimed, known), key=len)
    return long[: len(short)] == short and len(short) >= 2


def find_holdings(stream: Stream, phrases: Sequence[Phrase]) -> list[Holding]:
    """All person-office pairs of `stream` by their order and the words and marks between them."""
    people_and_roles = [phrase for phrase in phrases if phrase.kind in ("person", "role")]
    holdings: list[Holding] = []
    for index, phrase in enumerate(people_and_roles):
        if phrase.kind != "role":
            continue
        for person in _holders(stream.tokens, people_and_roles, index):
            first, last = min(person.start, phrase.start), max(person.end, phrase.end)
            holdings.append(Holding(person.keys, phrase.keys, stream.wording(first, last)))
    return holdings


def _holders(tokens: Sequence[Token], items: Sequence[Phrase], index: int) -> list[Phrase]:
    person = _holder_after(tokens, items, index)
    if person is None:
        before = _holder_before(tokens, items, index)
        return [before] if before else []
    if tokens[person.start].gap != ":":
        return [person]
    # "các đồng chí Phó Trưởng Ban: A, B, C" gives all of them the office
    listed = [person]
    for item in items[items.index(person) + 1 :]:
        if any(token.gap == "." for token in tokens[listed[-1].end : item.start + 1]):
            break
        if item.kind == "person":
            listed.append(item)
    return listed


def _holder_after(tokens: Sequence[Token], items: Sequence[Phrase], index: int) -> Phrase | None:
    """The person right after the office, or after the offices it is listed with ("Bí thư X, Chủ tịch Y Nguyễn A")."""
    role = items[index]
    while index + 1 < len(items):
        following = items[index + 1]
        between = tuple(token.key for token in tokens[role.end : following.start])
        gaps = {token.gap for token in tokens[role.end : following.start + 1]}
        if following.kind == "person":
            is_listed = "là" not in between and "," in gaps
            return following if between in _BEFORE_PERSON and not gaps & {".", "("} and not is_listed else None
        if between not in _BETWEEN_OFFICES or gaps & {".", ":", "("}:
            return None
        role, index = following, index + 1
    return None


def _holder_before(tokens: Sequence[Token], items: Sequence[Phrase], index: int) -> Phrase | None:
    """The person before the office or before the offices listed ahead of it ("ông A, Ủy viên B, Chủ tịch C")."""
    role = items[index]
    while index > 0:
        before = items[index - 1]
        between = tuple(token.key for token in tokens[before.end : role.start])
        gaps = {token.gap for token in tokens[before.end : role.start + 1]}
        if gaps & {".", ":"}:
            return None
        if before.kind == "person":
            apposed = bool(gaps & {",", "-", "("}) or between != ()
            return before if between in _AFTER_PERSON and apposed else None
        if between not in _BETWEEN_OFFICES:
            return None
        role, index = before, index - 1
    return None
