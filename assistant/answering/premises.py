"""What a question puts for confirmation: its figures, names and dates, and which of them the quoted sentences deny."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.judging import states
from assistant.evidence.sentences import Evidence
from assistant.evidence.surroundings import about, flat
from assistant.evidence.tables import is_row
from assistant.evidence.terms import FUNCTION_WORDS
from assistant.question.understand import Question
from assistant.verification import verify_claim
from vectorstore.text.dates import find_dates, find_years
from vectorstore.text.money import find_amounts
from vectorstore.text.normalise import fold, syllables

# "… 4.173 đơn, giảm 6,2% so với cùng kỳ (4.449 đơn)": the last figure is of another time.
_COMPARED = re.compile(r"\bso voi\b[^.;]*(?:\.\d[^.;]*)*")
LEAST_SHARED = 0.5  # of a statement's words, for sentences to deny it


def verdict(question: Question, chosen: Sequence[Evidence]) -> str:
    """What is said before the quotes: whether they bear out what was put for confirmation."""
    text = " ".join(evidence.text for evidence in chosen)
    said, about_place = flat(text), flat(about(chosen[0]))
    wrong = [item for item in _unsaid(question, text, said) if flat(item) not in about_place]
    if wrong:
        denied = f"Không đúng với tài liệu (tài liệu không ghi {', '.join(wrong)}). "
        return f"{denied if _on_the_same(question, f'{said} {about_place}') else ''}Tài liệu ghi:"
    # "Đúng" only when the sentence has every word of the statement: the verifier alone accepts another quoted theme.
    stated = [word for word in syllables(question.statement) if word not in FUNCTION_WORDS]
    checked = verify_claim(question.statement, [e.text for e in chosen], context=[about(chosen[0])])
    there = {*said.split(), *about_place.split(), *syllables(said), *syllables(about_place)}
    whole = all(fold(word) in there for word in stated)
    return "Đúng, tài liệu ghi:" if checked.supported and whole else "Tài liệu ghi:"


def _on_the_same(question: Question, said: str) -> bool:
    """Whether the sentences speak of what the statement does: of something else they deny nothing."""
    put = flat(" ".join([*question.names, *question.numbers])).split()
    words = {fold(word) for word in syllables(question.statement) if word not in FUNCTION_WORDS and not word.isdigit()}
    words -= set(put)
    return len(words & set(syllables(said))) >= LEAST_SHARED * len(words)


def _unsaid(question: Question, text: str, said: str) -> list[str]:
    """Figures, amounts of money, names and the date of the statement that the sentences do not have."""
    amounts = find_amounts(question.statement)
    of_money = {number for amount in amounts for number in question.numbers if number in amount.text}
    known = {amount.value for amount in find_amounts(text)}
    tabled = is_row(text)  # its unit stands in the head of the table
    wrong = [
        amount.text
        for amount in amounts
        if amount.value not in known and not (tabled and any(states(n, text) for n in of_money if n in amount.text))
    ]
    own = said if "so voi" in flat(question.statement) else _COMPARED.sub(" ", said)
    wrong += [n for n in question.numbers if n not in of_money and not re.search(rf"(?<![\d.,]){re.escape(n)}", own)]
    wrong += [name for name in question.names if flat(name) not in said]
    put = [year for year in question.years if year not in question.firm_years]
    if put and (known_years := find_years(text)):
        wrong += [str(year) for year in put if year not in known_years]
    there = {(d.day, d.month) for d in find_dates(text) if d.day}
    days = [(day, month, year) for day, month, year in question.dates if there and (day, month) not in there]
    return wrong + ["/".join(str(part) for part in day if part) for day in days]
