"""The law as it stood on a day: replaced documents and amended provisions step back, and the answer says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import place_of
from assistant.question.provisions import Provision, find_provisions
from assistant.question.understand import Question
from vectorstore.records import Chunk, Document
from vectorstore.store import Store
from vectorstore.validity import Change

_CHANGED = re.compile(r"(?:[Ss]ửa đổi|[Bb]ổ sung|[Bb]ãi bỏ|[Tt]hay thế)[^:.;\n]{0,80}")


@dataclass
class Force:
    """What later documents did to those at hand, as known on day `on`."""

    store: Store
    on: date
    _changes: dict[str, list[Change]] = field(default_factory=dict)
    _provisions: dict[str, list[Provision]] = field(default_factory=dict)

    def chunks(self, document: Document) -> list[Chunk]:
        """All passages of a document, in order."""
        return self.store.catalogue.document_chunks(document.document_id, document.version)

    def changes(self, document: Document) -> list[Change]:
        """Changes to `document` that had taken effect."""
        if document.document_id not in self._changes:
            every = self.store.listing().changes_to(document)
            self._changes[document.document_id] = [c for c in every if c.since is None or c.since <= self.on]
        return self._changes[document.document_id]

    def outdated(self, evidence: Evidence) -> Change | None:
        """The change because of which this sentence no longer held, if there is one."""
        for change in self.changes(evidence.hit.document):
            if change.whole or self.amended(evidence, change):
                return change
        return None

    def amended(self, evidence: Evidence, change: Change) -> Provision | None:
        """The provision, as the amending document names it, that the sentence stands in."""
        place = place_of(evidence)
        return next((p for p in self._changed(change) if p.covers(place)), None)

    def added_to(self, evidence: Evidence) -> tuple[Change, Provision] | None:
        """The change to something below a lead-in, such as a point that was added to the list that it announces."""
        if not evidence.text.rstrip().endswith(":"):
            return None
        place = place_of(evidence)
        below = (
            (change, provision)
            for change in self.changes(evidence.hit.document)
            for provision in self._changed(change)
            if place.article and place.covers(provision) and not provision.covers(place)
        )
        return next(below, None)

    def _changed(self, change: Change) -> list[Provision]:
        """The provisions that a change names; where it names none, all those that its document says it changes."""
        named = [provision for text in change.provisions for provision in find_provisions(text)]
        return named or self._changed_by(change.by)

    def _changed_by(self, document: Document) -> list[Provision]:
        if document.document_id not in self._provisions:
            full = self.store.document(document.document_id, document.version)
            text = full.text if full else ""
            named = [find_provisions(match.group()) for match in _CHANGED.finditer(text)]
            self._provisions[document.document_id] = [p for each in named for p in each if p.article]
        return self._provisions[document.document_id]


def asks_for_old(question: Question, evidence: Evidence, change: Change, named: Sequence[str]) -> bool:
    """The question names the old document itself, or a year in which it still applied."""
    if evidence.hit.document.document_id in named:
        return True
    return bool(question.years) and change.since is not None and max(question.years) < change.since.year


def notice(evidence: Evidence, change: Change, provision: Provision | None = None) -> str:
    """The sentence that tells the reader of a later change, and of which provision where it is not the whole."""
    old, new = evidence.hit.document, change.by
    since = f" từ ngày {change.since:%d/%m/%Y}" if change.since else ""
    done = "được thay thế" if change.whole else "được sửa đổi, bổ sung"
    done = "bị bãi bỏ" if provision and _repeals(new, provision) else done
    where = "" if change.whole or provision is None else f"{provision.words()} "
    name = f"{where}{_name(old)}"
    return f"{name[0].upper()}{name[1:]} đã {done} bởi {_name(new)}{since}."


def _repeals(document: Document, provision: Provision) -> bool:
    """Whether a document repeals just this provision and puts nothing in its place."""
    repealed = (r.provision for r in document.relations if r.kind == "repeals" and r.provision)
    return any(provision in find_provisions(text) for text in repealed)


def _name(document: Document) -> str:
    return f"{document.kind or 'Văn bản'} {document.symbol}" if document.symbol else f"“{document.title}”"
