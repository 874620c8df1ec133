"""Whether a log, or an export of one, is whole: every hash holds and nothing is missing without saying so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.audit.entry import BEGINNING, Entry, chain_hash, content_digest

_GONE = ("mất nội dung mà không có mục ghi việc gỡ", "its content is gone and no entry says why")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an entry, in Vietnamese and in English."""

    number: int
    vietnamese: str
    english: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result; `head` is the hash of the last entry. Noted elsewhere, it shows later that nothing was cut off."""

    entries: int
    removed: int  # entries without content
    head: str
    faults: tuple[Fault, ...]


def verify(entries: Iterable[Entry], anchor: str | None = None, *, excerpt: bool = False) -> Verification:
    """Check entries in their order. `anchor` is a head noted earlier, which must still be in the chain.

    An `excerpt` may begin anywhere, and what is said of contents taken out may lie outside it.
    """
    faults: list[Fault] = []
    empty: list[int] = []
    allowed: set[int] = set()
    through = 0  # entries up to this number may be empty, as their retention has ended
    previous, count, anchored = BEGINNING, 0, anchor in (None, BEGINNING)
    first = 1
    for entry in entries:
        if excerpt and not count:
            first, previous = entry.number, entry.previous
        faults += _of_entry(entry, first + count, previous)
        count += 1
        previous = entry.hash
        anchored = anchored or entry.hash == anchor
        if entry.body is None:
            if entry.kind != "answer":
                faults.append(_fault(entry.number, *_GONE))
            empty.append(entry.number)
        elif entry.kind == "redaction":
            allowed.update(entry.body["numbers"])
        elif entry.kind == "retention":
            through = max(through, entry.body["through"])
    missing = [number for number in empty if number not in allowed and number > through]
    if not excerpt:
        faults += [_fault(number, *_GONE) for number in missing]
    if not anchored:
        faults.append(_fault(count, "không còn mục có mã băm đã ghi lại", "the hash noted earlier is no longer there"))
    return Verification(count, len(empty), previous, tuple(faults))


def _of_entry(entry: Entry, expected: int, previous: str) -> list[Fault]:
    faults = []
    if entry.number != expected:
        faults.append(_fault(entry.number, f"thiếu mục {expected}", f"entry {expected} is missing"))
    if entry.previous != previous:
        faults.append(_fault(entry.number, "không nối với mục trước", "not chained to the entry before"))
    if entry.hash != chain_hash(entry.number, entry.time, entry.kind, entry.digest, entry.previous):
        faults.append(_fault(entry.number, "phần đầu mục đã bị sửa", "its head was altered"))
    if entry.body is not None and entry.digest != content_digest(entry.salt or "", entry.body):
        faults.append(_fault(entry.number, "nội dung đã bị sửa", "its content was altered"))
    return faults


def _fault(number: int, vietnamese: str, english: str) -> Fault:
    return Fault(number, f"mục {number}: {vietnamese}", f"entry {number}: {english}")
