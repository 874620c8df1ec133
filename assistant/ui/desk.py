"""What one open page of the chat holds on the server.

Its functions run while an answer is still being written. So an answer holds a ticket: once the reader has stopped it,
begun a new conversation or opened another one, the ticket is void and nothing that comes late is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from assistant.api.feedback import Judgement
from assistant.api.language import Language
from assistant.ui.filters import EVERYTHING, Scope
from assistant.ui.turns import Exchange
from vectorstore.text.normalise import clean


@dataclass(frozen=True, slots=True)
class Asking:
    """A question being answered: its ticket, its first state, and what was asked before it."""

    ticket: str
    exchange: Exchange
    earlier: tuple[Exchange, ...]
    replaces: str | None = None  # id of the answer that this one takes the place of


@dataclass
class Desk:
    """The conversation at hand, its language, and the scope of the next question."""

    language: Language = "vi"
    scope: Scope = EVERYTHING
    conversation: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    ticket: str = ""
    drawings: dict[tuple[int, Language], tuple[Exchange, str]] = field(default_factory=dict, repr=False)

    @property
    def newest(self) -> Exchange | None:
        """The last question."""
        return self.exchanges[-1] if self.exchanges else None

    def lay_out(self, conversation: str = "", exchanges: Sequence[Exchange] = ()) -> None:
        """Turn to another conversation, which goes on within its last limits, or to a new one."""
        self.ticket = ""
        self.conversation = conversation or uuid4().hex
        self.exchanges = list(exchanges)
        self.drawings = {}
        if self.newest:
            self.scope = self.newest.scope

    def drawn(self, exchange: Exchange, draw: Callable[[Exchange], str]) -> str:
        """The HTML of an exchange; one that is over is drawn once, however long the conversation grows."""
        if exchange.working:
            return draw(exchange)
        key = (exchange.number, self.language)
        held = self.drawings.get(key)
        if held is None or held[0] is not exchange:
            held = self.drawings[key] = (exchange, draw(exchange))
        return held[1]

    def ask(self, question: str, most: int, again: bool = False) -> Asking:
        """Begin to answer; `again` takes the newest question's place. Whatever was being answered is stopped."""
        self.stop()
        if not self.conversation:
            self.lay_out()
        replaced = self.exchanges.pop() if again and self.exchanges else None
        earlier = tuple(self.exchanges)
        exchange = Exchange(
            number=len(earlier) + 1,
            question=clean(question).strip()[:most],
            conversation=self.conversation,
            scope=self.scope,
            stage="understand",
        )
        self.ticket = uuid4().hex
        self.exchanges.append(exchange)
        answer = replaced.answer if replaced and replaced.kept else None
        return Asking(self.ticket, exchange, earlier, answer.id if answer else None)

    def is_answering(self, question: str) -> bool:
        """Whether this very question is being answered: it was sent twice in haste."""
        return bool(self.newest and self.newest.working and self.newest.question == clean(question).strip())

    def take(self, ticket: str, exchange: Exchange) -> bool:
        """Hold the newest state of what is being answered; False where nobody waits for it any more."""
        if ticket != self.ticket:
            return False
        self.exchanges[-1] = exchange
        return True

    def stop(self) -> None:
        """Keep what has been written so far and take nothing more."""
        self.ticket = ""
        if self.newest and self.newest.working:
            self.exchanges[-1] = replace(self.newest, stage=None, stopped=True)

    def answered(self, number: int) -> Exchange | None:
        """The exchange of a number; None where there is none with an answer."""
        exchange = self.exchanges[number - 1] if 1 <= number <= len(self.exchanges) else None
        return exchange if exchange and exchange.answer else None

    def judge(self, number: int, judgement: Judgement) -> None:
        """Note what the reader thinks of an answer."""
        self.exchanges[number - 1] = replace(self.exchanges[number - 1], judgement=judgement)
